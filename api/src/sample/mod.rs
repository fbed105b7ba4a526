//! Streets to try the product on.

mod chance;
pub mod demo;
pub mod generate;
mod units;
mod wishes;
