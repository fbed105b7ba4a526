//! One binary, a module per story. The whole of it runs twice: on SQLite and on PostgreSQL.

mod house;
mod merkle;
mod words;
