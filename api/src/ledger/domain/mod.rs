//! What a delivery and a review may be; where an instalment stands is told by `agreements`.

pub mod delivery;
pub mod period;
pub mod review;
