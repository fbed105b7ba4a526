//! The instance with dense indexes. Built by `validate` alone, so that every index is good.

use std::collections::{BTreeMap, HashMap};

use super::document::{Document, FundLevel, Mode, PartyKind, Policy};
use super::time::WindowRow;

/// A checked instance. Indexes are places in the document's arrays.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The document it was built from.
    pub document: Document,
    /// SHA-256 of the document's canonical bytes.
    pub sha256: [u8; 32],
    /// Service types.
    pub types: Vec<ServiceType>,
    /// Parties.
    pub parties: Vec<Party>,
    /// Offers.
    pub offers: Vec<Offer>,
    /// Needs.
    pub needs: Vec<Need>,
    /// Funds.
    pub funds: Vec<Fund>,
    /// Pins.
    pub pins: Vec<Pin>,
    /// Bans.
    pub bans: Vec<Ban>,
    /// Streets: names in the order of first mention; `Party::street` points here.
    pub streets: Vec<String>,
    /// Agreements of the previous plan, members sorted by index.
    pub previous_agreements: Vec<Vec<u32>>,
    /// Services of the previous plan, (offer, need).
    pub previous_services: Vec<(u32, u32)>,
}

impl Instance {
    /// The settings of the rules.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.document.policy
    }

    /// Whether a party is a unit.
    #[must_use]
    pub fn is_unit(&self, party: u32) -> bool {
        self.parties.get(party as usize).is_some_and(Party::is_unit)
    }

    /// The place of each party's id.
    #[must_use]
    pub fn party_index(&self) -> HashMap<&str, u32> {
        (0_u32..)
            .zip(&self.document.parties)
            .map(|(i, row)| (row.id.as_str(), i))
            .collect()
    }

    /// The place of each offer's id.
    #[must_use]
    pub fn offer_index(&self) -> HashMap<&str, u32> {
        (0_u32..)
            .zip(&self.document.offers)
            .map(|(i, row)| (row.id.as_str(), i))
            .collect()
    }

    /// The offers of each service type.
    #[must_use]
    pub fn offers_by_type(&self) -> BTreeMap<u32, Vec<u32>> {
        let mut by_type: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (o, offer) in (0_u32..).zip(&self.offers) {
            by_type.entry(offer.service_type).or_default().push(o);
        }
        by_type
    }

    /// The place of each need's id.
    #[must_use]
    pub fn need_index(&self) -> HashMap<&str, u32> {
        (0_u32..)
            .zip(&self.document.needs)
            .map(|(i, row)| (row.id.as_str(), i))
            .collect()
    }
}

/// A service type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceType {
    /// 0–5.
    pub area: u8,
    /// Worth of one unit, µ.
    pub worth: i64,
    /// Never matched.
    pub cash_like: bool,
}

/// A party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its side.
    pub kind: PartyKind,
    /// Place in [`Instance::streets`].
    pub street: Option<u32>,
    /// The community it is, or lies in.
    pub community: Option<u32>,
    /// Households of a community.
    pub households: i64,
    /// Agreements it can still take on.
    pub room: i64,
    /// Imbalance that costs nothing, µ.
    pub tolerance: i64,
    /// Balance carried in, µ.
    pub carry: i64,
}

impl Party {
    /// Whether it is a unit; everything else is the community side.
    #[must_use]
    pub fn is_unit(&self) -> bool {
        self.kind == PartyKind::Unit
    }
}

/// Whom an offer reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReachSet {
    /// These communities, sorted.
    Communities(Vec<u32>),
    /// One street.
    Street(Option<u32>),
    /// Everyone.
    District,
}

/// An offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Whose.
    pub party: u32,
    /// Of which type.
    pub service_type: u32,
    /// How much is left.
    pub room: i64,
    /// Least that one agreement takes.
    pub lot: i64,
    /// Whom it reaches.
    pub reach: ReachSet,
    /// When in the week.
    pub windows: Vec<WindowRow>,
    /// First and last day as numbers.
    pub days: Option<(i64, i64)>,
    /// Audience bits.
    pub audience: u64,
    /// Cost of one unit, fen, and the fund that bears it.
    pub cost: Option<(i64, u32)>,
    /// May be part of a project.
    pub project: bool,
    /// May be part of a base.
    pub base: bool,
}

impl Offer {
    /// Whether it may be part of this mode.
    #[must_use]
    pub fn allows(&self, mode: Mode) -> bool {
        match mode {
            Mode::Base => self.base,
            Mode::Project => self.project,
        }
    }
}

/// A need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Whose.
    pub party: u32,
    /// Of which type.
    pub service_type: u32,
    /// How much is open.
    pub room: i64,
    /// Least that is of use.
    pub useful: i64,
    /// 1–5.
    pub priority: u8,
    /// When in the week.
    pub windows: Vec<WindowRow>,
    /// First and last day as numbers.
    pub days: Option<(i64, i64)>,
    /// Audience bits.
    pub audience: u64,
    /// The mode wanted.
    pub mode: Option<Mode>,
}

/// A fund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fund {
    /// Whose.
    pub level: FundLevel,
    /// What is left, fen.
    pub room: i64,
}

/// What must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pin {
    /// An agreement between these, sorted.
    Agreement(Vec<u32>),
    /// At least so much of a service.
    Service {
        /// The offer.
        offer: u32,
        /// The need.
        need: u32,
        /// At least.
        quantity: i64,
    },
}

/// What must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ban {
    /// These together, sorted.
    Agreement(Vec<u32>),
    /// A service.
    Service {
        /// The offer.
        offer: u32,
        /// The need.
        need: u32,
    },
}
