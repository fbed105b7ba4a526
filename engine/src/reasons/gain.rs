//! What services would add to the value of a plan if they came on top of it.

use super::standing::{Side, Standing, mark};
use crate::model::{PPM, PartyKind};
use crate::plan;

/// A service that would come on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extra {
    pub(super) giver: u32,
    pub(super) receiver: u32,
    /// Units.
    pub(super) amount: i64,
    /// Value of one unit, µ.
    pub(super) value: i64,
    pub(super) area: u8,
    /// Counts for a base.
    pub(super) base: bool,
}

/// What services add, by rule, µ × 10^6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Gain {
    /// Services with fairness and coverage.
    pub(super) good: i128,
    /// Upkeep of a new agreement, less what stability gives.
    pub(super) upkeep: i128,
    /// Cost of more imbalance.
    pub(super) imbalance: i128,
    /// Bonus of a new base the quota allows.
    pub(super) base: i128,
    /// Bonus of a new base the quota does not allow.
    pub(super) base_refused: i128,
}

impl Gain {
    pub(super) fn total(&self) -> i128 {
        self.good + self.base - self.upkeep - self.imbalance
    }
}

impl Standing<'_> {
    /// What services between two parties add; `new` if their agreement would have to be made for them.
    pub(super) fn gain(&self, pair: [u32; 2], services: &[Extra], new: bool) -> Gain {
        let policy = self.instance.policy();
        let ppm = i128::from(PPM);
        let mut gain = Gain::default();
        for extra in services {
            gain.good += i128::from(extra.value) * i128::from(extra.amount) * ppm;
        }
        for p in pair {
            let (before, after) = (self.side(p), self.side_with(p, services));
            gain.good += self.kindness(p, &after) - self.kindness(p, &before);
            gain.imbalance +=
                (self.imbalance(p, &after) - self.imbalance(p, &before)) * i128::from(policy.reciprocity_ppm);
            self.base(p, &after, &mut gain);
        }
        if new {
            let kept = self
                .pair(pair[0], pair[1])
                .and_then(|k| self.local.context().edges.candidates.get(k as usize));
            let bonus = if kept.is_some_and(|c| c.kept) {
                policy.stability_agreement_micro
            } else {
                0
            };
            gain.upkeep = (i128::from(policy.fixed_micro) - i128::from(bonus)) * ppm;
        }
        gain
    }

    /// Imbalance beyond tolerance, µ.
    pub(super) fn imbalance(&self, p: u32, side: &Side) -> i128 {
        self.instance.parties.get(p as usize).map_or(0, |party| {
            let balance = i128::from(party.carry) + side.balance;
            (balance.abs() - i128::from(party.tolerance)).max(0)
        })
    }

    /// Fairness, less the cost of areas without a service, µ × 10^6.
    fn kindness(&self, p: u32, side: &Side) -> i128 {
        let party = self.instance.parties.get(p as usize);
        let Some(party) = party.filter(|party| party.kind == PartyKind::Community) else {
            return 0;
        };
        let open = side.covered.iter().filter(|covered| !**covered).count();
        let cost = i128::from(self.instance.policy().coverage_micro) * i128::from(PPM);
        plan::fairness(self.instance, party.households, side.received)
            - cost * i128::try_from(open).unwrap_or(0)
    }

    fn base(&self, p: u32, after: &Side, gain: &mut Gain) {
        let policy = self.instance.policy();
        let broad = after.serves.iter().filter(|area| **area).count();
        let broad = i64::try_from(broad).unwrap_or(0) >= policy.base_breadth;
        if self.side(p).base || !broad || after.depth < policy.base_depth || policy.base_quota < 1 {
            return;
        }
        let bonus = i128::from(policy.base_bonus_micro) * i128::from(PPM);
        let street = self
            .instance
            .parties
            .get(p as usize)
            .and_then(|party| party.street);
        if self
            .quota
            .get(street.map_or(0, |s| s as usize + 1))
            .is_some_and(|left| *left > 0)
        {
            gain.base += bonus;
        } else if after.depth > self.side(p).depth {
            gain.base_refused += bonus;
        }
    }

    /// A party with services on top.
    pub(super) fn side_with(&self, p: u32, services: &[Extra]) -> Side {
        let mut side = self.side(p);
        for extra in services {
            let value = i128::from(extra.value) * i128::from(extra.amount);
            if extra.giver == p {
                side.balance += value;
                if extra.base {
                    side.depth += 1;
                    mark(&mut side.serves, extra.area);
                }
            }
            if extra.receiver == p {
                side.balance -= value;
                side.received += value;
                mark(&mut side.covered, extra.area);
            }
        }
        side
    }

    /// Bonus on the next unit of value a community gets, ppm.
    pub(super) fn next_bonus(&self, p: u32) -> i64 {
        let party = self.instance.parties.get(p as usize);
        let Some(party) = party.filter(|party| party.kind == PartyKind::Community) else {
            return 0;
        };
        let mut received = self.side(p).received;
        for step in &self.instance.policy().fairness {
            let length = step
                .length_micro_per_household
                .map(|l| i128::from(l) * i128::from(party.households));
            match length {
                Some(length) if received >= length => received -= length,
                _ => return step.bonus_ppm,
            }
        }
        0
    }
}
