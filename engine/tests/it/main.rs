//! The engine judged from outside: by enumeration, by another reading of its MPS file, by changed plans, by hostile input.

mod brute;
mod hostile;
mod judge;
mod tiny;
