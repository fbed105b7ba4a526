//! Whether an offer and a need fit, test by test, so that a reason can say which one fails.

use std::collections::BTreeSet;

use crate::model::{Ban, Instance, Mode};
use crate::rules::{audience, reach, windows};

/// Bans, ready to look up.
#[derive(Debug, Clone, Default)]
pub struct Bans {
    services: BTreeSet<(u32, u32)>,
    together: BTreeSet<(u32, u32)>,
    /// Three or more that shall not be in one agreement.
    larger: Vec<Vec<u32>>,
}

impl Bans {
    /// The bans of an instance.
    #[must_use]
    pub fn new(instance: &Instance) -> Self {
        let mut bans = Self::default();
        for ban in &instance.bans {
            match ban {
                Ban::Agreement(members) => match members[..] {
                    [a, b] => {
                        bans.together.insert((a, b));
                    }
                    _ => bans.larger.push(members.clone()),
                },
                Ban::Service { offer, need } => {
                    bans.services.insert((*offer, *need));
                }
            }
        }
        bans
    }

    /// Whether an agreement of these is banned though none of its services is.
    #[must_use]
    pub fn forbid_all(&self, members: &[u32]) -> bool {
        let held = |ban: &Vec<u32>| ban.iter().all(|m| members.contains(m));
        self.larger.iter().any(held)
    }

    /// Whether this service, or any agreement between the two parties, is banned.
    #[must_use]
    pub fn forbid(&self, offer: u32, need: u32, a: u32, b: u32) -> bool {
        self.services.contains(&(offer, need)) || self.together.contains(&(a.min(b), a.max(b)))
    }
}

/// A test that an offer and a need can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
    /// Both sides are communities, or both units, or one party.
    Sides,
    /// The offer does not reach the receiver.
    Reach,
    /// Hours or days do not meet.
    Times,
    /// Audiences or modes do not meet.
    Audience,
    /// The smallest lot is larger than what can be taken.
    Lot,
    /// Somebody said no.
    Ban,
}

/// The tests an offer and a need of one type fail; none if they fit. A cash-like type never fits.
#[must_use]
pub fn failed(instance: &Instance, bans: &Bans, o: u32, n: u32) -> Vec<Test> {
    let (Some(offer), Some(need)) = (instance.offers.get(o as usize), instance.needs.get(n as usize)) else {
        return vec![Test::Sides];
    };
    let parties = (
        instance.parties.get(offer.party as usize),
        instance.parties.get(need.party as usize),
    );
    let (Some(giver), Some(receiver)) = parties else {
        return vec![Test::Sides];
    };
    let mut failed = Vec::new();
    if giver.is_unit() == receiver.is_unit() {
        failed.push(Test::Sides);
    }
    if !reach::holds(&offer.reach, receiver) {
        failed.push(Test::Reach);
    }
    if !windows::meet(offer, need, instance.policy().overlap_min) {
        failed.push(Test::Times);
    }
    let modes = match need.mode {
        Some(Mode::Base) => offer.base,
        Some(Mode::Project) => offer.project,
        None => offer.base || offer.project,
    };
    if !audience::meet(offer.audience, need.audience) || !modes {
        failed.push(Test::Audience);
    }
    let cap = offer.room.min(need.room);
    if cap < 1 || offer.lot.max(need.useful) > cap {
        failed.push(Test::Lot);
    }
    if bans.forbid(o, n, offer.party, need.party) {
        failed.push(Test::Ban);
    }
    failed
}

/// Whether an offer and a need of one type fit.
#[must_use]
pub fn fits(instance: &Instance, bans: &Bans, o: u32, n: u32) -> bool {
    let cash = instance
        .offers
        .get(o as usize)
        .and_then(|offer| instance.types.get(offer.service_type as usize))
        .is_none_or(|t| t.cash_like);
    !cash && failed(instance, bans, o, n).is_empty()
}
