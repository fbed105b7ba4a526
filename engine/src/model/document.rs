//! `gongjian-instance/1` as it is written: ids are texts, unknown members are refused. Fields are
//! declared in canonical order (see `canonical`).

use serde::{Deserialize, Serialize};

use super::time::{Days, WindowRow};
use crate::plan;

/// The whole instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What must not be.
    #[serde(default)]
    pub bans: Vec<BanRow>,
    /// What running agreements take already.
    #[serde(default)]
    pub commitments: Vec<CommitmentRow>,
    /// [`super::FORMAT`].
    pub format: String,
    /// Funds.
    #[serde(default)]
    pub funds: Vec<FundRow>,
    /// Needs.
    pub needs: Vec<NeedRow>,
    /// Offers.
    pub offers: Vec<OfferRow>,
    /// Parties.
    pub parties: Vec<PartyRow>,
    /// What must be.
    #[serde(default)]
    pub pins: Vec<PinRow>,
    /// Settings of the rules.
    pub policy: Policy,
    /// The plan before this one, for stability.
    #[serde(default)]
    pub previous: Option<plan::Document>,
    /// Service types.
    pub types: Vec<TypeRow>,
}

/// A service type (服务类型).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeRow {
    /// 1–6.
    pub area: i64,
    /// Money, cards, forced orders: never matched.
    #[serde(default)]
    pub cash_like: bool,
    /// Its code.
    pub id: String,
    /// Worth of one unit, µ.
    pub worth_micro: i64,
}

/// Which side a party is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// 社区
    Community,
    /// 驻区单位
    Unit,
    /// 街道
    Street,
    /// 区（县、市）
    District,
}

/// A party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyRow {
    /// Balance carried in, µ; positive if it gave more than it got.
    #[serde(default)]
    pub carry_micro: i64,
    /// The community a unit lies in, a party's id.
    #[serde(default)]
    pub community: Option<String>,
    /// Households of a community.
    #[serde(default)]
    pub households: i64,
    /// Its id.
    pub id: String,
    /// Its side.
    pub kind: PartyKind,
    /// Agreements it can look after.
    pub max_agreements: i64,
    /// The street it belongs to, any text; none for a district.
    #[serde(default)]
    pub street: Option<String>,
    /// Imbalance that costs nothing, µ.
    #[serde(default)]
    pub tolerance_micro: i64,
}

/// Whom an offer reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// These communities, and units that lie in them.
    Communities(Vec<String>),
    /// The giver's street.
    Street,
    /// Everyone.
    District,
}

/// How co-construction is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 基地共建
    Base,
    /// 项目共建
    Project,
}

fn one() -> i64 {
    1
}

fn yes() -> bool {
    true
}

fn both() -> Vec<Mode> {
    vec![Mode::Base, Mode::Project]
}

/// An offer (资源).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferRow {
    /// Audience bits; 0 = everyone.
    #[serde(default)]
    pub audience: u64,
    /// Cost of one unit, fen.
    #[serde(default)]
    pub cost_fen: i64,
    /// On which days; none = any day.
    #[serde(default)]
    pub days: Option<Days>,
    /// The fund that bears it.
    #[serde(default)]
    pub fund: Option<String>,
    /// Its id.
    pub id: String,
    /// Modes it may be part of.
    #[serde(default = "both")]
    pub modes: Vec<Mode>,
    /// Whose.
    pub party: String,
    /// How much.
    pub quantity: i64,
    /// Whom it reaches.
    pub reach: Reach,
    /// Least that one agreement takes.
    #[serde(default = "one")]
    pub smallest_lot: i64,
    /// Of which type.
    #[serde(rename = "type")]
    pub service_type: String,
    /// When in the week; empty = any time.
    #[serde(default)]
    pub windows: Vec<WindowRow>,
}

/// A need (需求).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedRow {
    /// Audience bits; 0 = everyone.
    #[serde(default)]
    pub audience: u64,
    /// On which days; none = any day.
    #[serde(default)]
    pub days: Option<Days>,
    /// Its id.
    pub id: String,
    /// The mode wanted; none = either.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// Whose.
    pub party: String,
    /// 1–5.
    pub priority: i64,
    /// How much.
    pub quantity: i64,
    /// Least that is of use.
    #[serde(default = "one")]
    pub smallest_useful: i64,
    /// Of which type.
    #[serde(rename = "type")]
    pub service_type: String,
    /// When in the week; empty = any time.
    #[serde(default)]
    pub windows: Vec<WindowRow>,
}

/// Whose money a fund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FundLevel {
    /// 市
    City,
    /// 区
    District,
    /// 街道
    Street,
}

/// A fund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundRow {
    /// What it may spend, fen.
    pub budget_fen: i64,
    /// Its id.
    pub id: String,
    /// Whose.
    pub level: FundLevel,
    /// Which street's, for a street fund.
    #[serde(default)]
    pub street: Option<String>,
}

/// A step of fairness: the first value a community gets is worth more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FairnessRow {
    /// Bonus on value received within the step, ppm; falling from step to step.
    pub bonus_ppm: i64,
    /// Length, µ for each household; none = open (the last step).
    pub length_micro_per_household: Option<i64>,
}

/// Settings of the rules. What is 0 is off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Bonus of a base, µ.
    #[serde(default)]
    pub base_bonus_micro: i64,
    /// Areas a base must serve in.
    #[serde(default = "one")]
    pub base_breadth: i64,
    /// Services a base must give.
    #[serde(default = "one")]
    pub base_depth: i64,
    /// Bases a street may have.
    #[serde(default)]
    pub base_quota: i64,
    /// Circles of three where no pair serves a need.
    #[serde(default = "yes")]
    pub circles: bool,
    /// Cost of a community without any service in an area, µ.
    #[serde(default)]
    pub coverage_micro: i64,
    /// Fairness steps; none = off.
    #[serde(default)]
    pub fairness: Vec<FairnessRow>,
    /// Upkeep of one agreement, µ.
    pub fixed_micro: i64,
    /// Common minutes of the week two windows must have.
    pub overlap_min: i64,
    /// Factor of priority 1…5, ppm.
    pub priority_ppm: [i64; 5],
    /// Cost of imbalance beyond tolerance, ppm.
    #[serde(default)]
    pub reciprocity_ppm: i64,
    /// Bonus of an agreement kept from the previous plan, µ.
    #[serde(default)]
    pub stability_agreement_micro: i64,
    /// Bonus of a service kept from the previous plan, µ.
    #[serde(default)]
    pub stability_service_micro: i64,
}

/// What a commitment takes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitmentTarget {
    /// Units of an offer.
    Offer,
    /// Units of a need that are met.
    Need,
    /// Agreements of a party.
    Party,
    /// Fen of a fund.
    Fund,
}

/// What a running agreement takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitmentRow {
    /// How much.
    pub amount: i64,
    /// From which.
    pub id: String,
    /// From what.
    pub target: CommitmentTarget,
}

/// What must be in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PinRow {
    /// An agreement between these.
    Agreement {
        /// Who says so.
        by: String,
        /// Its members.
        members: Vec<String>,
    },
    /// A service of at least this much.
    Service {
        /// Who says so.
        by: String,
        /// The need.
        need: String,
        /// The offer.
        offer: String,
        /// At least.
        quantity: i64,
    },
}

/// What must not be in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BanRow {
    /// Any agreement in which these are together.
    Agreement {
        /// Who says so.
        by: String,
        /// The members.
        members: Vec<String>,
    },
    /// A service.
    Service {
        /// Who says so.
        by: String,
        /// The need.
        need: String,
        /// The offer.
        offer: String,
    },
}
