//! Reason codes and the changes they offer.

use serde::Serialize;

/// Why a need is not, or not wholly, met. Words live outside the engine under `reason-<code>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Nobody on the other side offers this type.
    NoOffer,
    /// Offers exist but do not reach this party.
    OutOfReach,
    /// Hours or days differ.
    TimesDiffer,
    /// Audience, language or mode differ.
    NotForThem,
    /// The smallest lot is larger than what is wanted or left.
    LotTooLarge,
    /// Nobody who could give needs anything this party offers.
    NoReturnService,
    /// What was offered went to others.
    OfferTaken,
    /// One side looks after as many agreements as it can.
    PartyFull,
    /// The fund that bears the cost is spent.
    FundSpent,
    /// It would unbalance giving and getting.
    WouldUnbalance,
    /// Others who got less came first.
    OthersFirst,
    /// It is worth less than the upkeep of an agreement.
    NotWorth,
    /// Somebody ruled it out.
    Banned,
    /// Money, cards and forced orders are never matched.
    Cash,
}

/// A change that would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    /// Somebody offers so much of the type.
    NewOffer {
        /// How much.
        quantity: i64,
    },
    /// This offer reaches the needing party.
    WidenReach {
        /// The offer.
        offer: String,
    },
    /// The need takes the offer's hours and days.
    OtherTimes {
        /// The offer.
        offer: String,
    },
    /// The offer takes everyone.
    OtherAudience {
        /// The offer.
        offer: String,
    },
    /// The offer comes in lots no larger than this, and the need takes as little.
    SmallerLot {
        /// The offer.
        offer: String,
        /// At most.
        quantity: i64,
    },
    /// The needing party gives this in return.
    ReturnService {
        /// The need of the other side that would be met.
        need: String,
        /// How much.
        quantity: i64,
    },
    /// More of this offer.
    MoreOfOffer {
        /// The offer.
        offer: String,
        /// How much more.
        quantity: i64,
    },
    /// This party looks after one more agreement.
    OneMoreAgreement {
        /// The party.
        party: String,
    },
    /// This fund gets more.
    MoreMoney {
        /// The fund.
        fund: String,
        /// How much, fen.
        fen: i64,
    },
    /// The agreement between these costs no upkeep: the service joins one that is there already.
    WithoutUpkeep {
        /// The offer.
        offer: String,
    },
    /// The ban is lifted.
    LiftBan {
        /// The offer.
        offer: String,
    },
    /// Ask for a service instead of money.
    AskForService,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The need.
    pub need: String,
    /// How much is open.
    pub open: i64,
    /// Why.
    pub code: Code,
    /// Offers of the type on the other side.
    pub offers: usize,
    /// The nearest offer, if there is one.
    pub nearest: Option<String>,
    /// Needs that got what this one wanted, for `offer_taken`; the party that is full, for `party_full`.
    pub others: Vec<String>,
    /// What would help.
    pub change: Change,
}
