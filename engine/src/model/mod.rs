//! What comes in: the document as it is written, and the instance with dense indexes the engine works on.

pub(crate) mod canonical;
mod document;
mod instance;
mod time;

pub use document::{
    BanRow, CommitmentRow, CommitmentTarget, Document, FairnessRow, FundLevel, FundRow, Mode, NeedRow,
    OfferRow, PartyKind, PartyRow, PinRow, Policy, Reach, TypeRow,
};
pub use instance::{Ban, Fund, Instance, Need, Offer, Party, Pin, ReachSet, ServiceType};
pub use time::{Days, WEEK_MIN, WindowRow, overlap_minutes};

/// The format every instance names.
pub const FORMAT: &str = "gongjian-instance/1";
/// Largest quantity of an offer or a need.
pub const QUANTITY_MAX: i64 = 1_000_000;
/// Largest worth of one unit, µ (millionths of a point).
pub const WORTH_MAX: i64 = 1_000_000_000;
/// Most rows of one kind.
pub const ROWS_MAX: usize = 1_000_000;
/// Most edges.
pub const EDGES_MAX: usize = 50_000_000;
/// Most circles; those of the first parties count.
pub const CIRCLES_MAX: usize = 50_000;
/// A whole, in parts per million.
pub const PPM: i64 = 1_000_000;
/// Areas of joint construction (六共), numbered from 1.
pub const AREAS: usize = 6;
/// Largest amount in µ a single setting or carry-in may have.
pub const MICRO_MAX: i64 = 1_000_000_000_000_000;
/// Largest budget, fen.
pub const FEN_MAX: i64 = 1_000_000_000_000;

// With these bounds no product of quantity, worth and a ppm factor leaves i128: 10^6 · 10^9 · 10^7 · 5·10^7 < 2^127.
const _: () = assert!(
    (QUANTITY_MAX as i128) * (WORTH_MAX as i128) * (PPM as i128) * 100 * (EDGES_MAX as i128) < i128::MAX
);
