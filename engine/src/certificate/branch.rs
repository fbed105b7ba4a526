//! A tree of decisions: every plan falls under one of its leaves, and each leaf has prices of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Prices;
use crate::model::Pin;

/// A node of the tree; the first is the root. A branch beyond the list ends with the certificate's own prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Branch {
    /// A decision taken both ways.
    Split {
        /// The decision.
        on: Decision,
        /// The node where it is taken; stands further down the list.
        yes: u32,
        /// The node where it is not.
        no: u32,
    },
    /// Prices, as differences to the certificate's.
    Leaf(Box<Prices>),
}

/// What a decision is about; places in the instance's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Decision {
    /// Whether two parties agree, the first standing before the second.
    Agreement(u32, u32),
    /// Whether three parties agree in a circle, sorted.
    Circle(u32, u32, u32),
    /// Whether an offer serves a need with at least so much.
    Service(u32, u32, i64),
    /// Whether a unit is a base.
    Base(u32),
}

impl Decision {
    /// What is counted for it, with 0 for the least, and how much of that is a yes.
    #[must_use]
    pub fn counted(&self) -> (Self, i64) {
        match *self {
            Self::Service(offer, need, least) => (Self::Service(offer, need, 0), least),
            other => (other, 1),
        }
    }
}

/// Least and most of what decisions are about.
#[derive(Debug, Clone, Default)]
pub struct Decided(BTreeMap<Decision, (i64, i64)>);

impl Decided {
    /// What is decided by the pins alone.
    #[must_use]
    pub fn by_pins(pins: &[Pin]) -> Self {
        let pins = pins.iter().map(Decision::from);
        pins.fold(Self::default(), |decided, pin| decided.and(pin, true))
    }

    /// With one more decision, taken or not.
    #[must_use]
    pub fn and(&self, on: Decision, taken: bool) -> Self {
        let ((what, least), mut decided) = (on.counted(), self.clone());
        let (low, high) = decided.0.entry(what).or_insert((0, i64::MAX));
        if taken {
            *low = least.max(*low);
        } else {
            *high = least.saturating_sub(1).min(*high);
        }
        decided
    }

    /// Least and most of what a decision, with 0 for its least, counts.
    #[must_use]
    pub fn of(&self, what: Decision) -> (i64, i64) {
        self.0.get(&what).copied().unwrap_or((0, i64::MAX))
    }
}

impl From<&Pin> for Decision {
    fn from(pin: &Pin) -> Self {
        match pin {
            Pin::Service {
                offer,
                need,
                quantity,
            } => Self::Service(*offer, *need, *quantity),
            Pin::Agreement(members) => match members[..] {
                [a, b] => Self::Agreement(a, b),
                [a, b, c] => Self::Circle(a, b, c),
                // No agreement is between more than three.
                _ => Self::Agreement(u32::MAX, u32::MAX),
            },
        }
    }
}

impl Prices {
    /// These prices with a change added; lists keep their lengths, but that of circles is as long as the longer.
    #[must_use]
    pub fn plus(&self, change: &Self) -> Self {
        self.each(change, i64::saturating_add)
    }

    /// What is to be added to these prices to have the others.
    #[must_use]
    pub fn to(&self, others: &Self) -> Self {
        self.each(others, |own, other| other.saturating_sub(own))
    }

    fn each(&self, other: &Self, join: impl Fn(i64, i64) -> i64) -> Self {
        let list = |a: &[i64], b: &[i64]| -> Vec<i64> {
            let b = b.iter().copied().chain(std::iter::repeat(0));
            a.iter().zip(b).map(|(a, b)| join(*a, b)).collect()
        };
        Self {
            offers: list(&self.offers, &other.offers),
            needs: list(&self.needs, &other.needs),
            parties: list(&self.parties, &other.parties),
            funds: list(&self.funds, &other.funds),
            balance: list(&self.balance, &other.balance),
            fairness: list(&self.fairness, &other.fairness),
            coverage: list(&self.coverage, &other.coverage),
            base_areas: list(&self.base_areas, &other.base_areas),
            base_depth: list(&self.base_depth, &other.base_depth),
            circles: {
                let mut own = self.circles.clone();
                own.resize(own.len().max(other.circles.len()), 0);
                list(&own, &other.circles)
            },
        }
    }
}
