//! Streets to try the product on.

pub mod demo;
