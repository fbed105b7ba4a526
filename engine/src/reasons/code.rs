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
    /// The street has as many bases as it may.
    BaseQuota,
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
    /// Nothing stands in the way: the plan is not the best there is.
    Overlooked,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 16] = [
        Self::NoOffer,
        Self::OutOfReach,
        Self::TimesDiffer,
        Self::NotForThem,
        Self::LotTooLarge,
        Self::NoReturnService,
        Self::OfferTaken,
        Self::PartyFull,
        Self::FundSpent,
        Self::BaseQuota,
        Self::WouldUnbalance,
        Self::OthersFirst,
        Self::NotWorth,
        Self::Banned,
        Self::Cash,
        Self::Overlooked,
    ];
}

/// A change that would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    /// This party offers so much for this need alone, at the times wanted and in lots of one.
    NewOffer {
        /// The party.
        party: String,
        /// How much.
        quantity: i64,
    },
    /// This offer reaches one more community.
    WidenReach {
        /// The offer.
        offer: String,
        /// The community; none = everyone.
        community: Option<String>,
    },
    /// The need takes the offer's hours and days.
    OtherTimes {
        /// The offer.
        offer: String,
    },
    /// The offer takes everyone, in either mode.
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
    /// The needing party offers so much in return, for this need alone, at the times wanted and in lots of one.
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
    /// Imbalance of this party costs nothing up to so much more.
    MoreTolerance {
        /// The party.
        party: String,
        /// How much more, µ.
        micro: i64,
    },
    /// Each street may have one more base.
    OneMoreBase,
    /// The agreement with this party costs no upkeep: the service joins one that is there already.
    WithoutUpkeep {
        /// Who would give.
        party: String,
    },
    /// Every ban between the two sides is lifted.
    LiftBan {
        /// The offer.
        offer: String,
    },
    /// Ask for a service instead of money.
    AskForService,
    /// Search longer.
    SearchLonger,
    /// All of these together: none of them is enough alone.
    Several {
        /// The changes.
        changes: Vec<Change>,
    },
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
    /// Needs that got what this one wanted, for `offer_taken` and `others_first`; the party that is full, that wants
    /// something in return or that would be unbalanced; the fund that is spent.
    pub others: Vec<String>,
    /// What there is of what stands in the way: units, agreements, fen, µ of value or µ of tolerance.
    pub have: Option<i64>,
    /// What it would take, in the same measure.
    pub asked: Option<i64>,
    /// What would help.
    pub change: Change,
}
