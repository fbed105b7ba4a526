//! Cells made regular. Pure functions: each says what it understood, or what must be asked or refused, and
//! never guesses.

pub mod date;
pub mod flags;
pub mod numeral;
pub mod phone;
pub mod quantity;
pub mod window;
