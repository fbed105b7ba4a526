//! Whether a reason is true: its change is made, the part of the plan around it solved again, and the need looked at.

use serde::Serialize;

use super::Explainer;
use super::code::{Change, Reason};
use crate::exact::Limits;
use crate::local::{Cut, Part};

/// What confirming said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmed {
    /// With the change, the need is met more.
    True,
    /// With the change of what a rule allows, the plan is worth more, though others use it.
    WorthMore,
    /// Neither.
    NotTrue,
    /// There is no change to try (cash).
    NothingToTry,
}

/// Candidates of one party up to which all of them are freed; of others those that are made.
const ALL: usize = 24;
/// How near to its bound a part must be solved, a share of its value.
const GAP: f64 = 1e-7;

impl Explainer<'_> {
    /// Makes the change of `reason` and solves the agreements around the need again.
    #[must_use]
    pub fn confirm(&self, reason: &Reason, limits: Limits) -> Confirmed {
        if reason.change == Change::AskForService {
            return Confirmed::NothingToTry;
        }
        self.try_confirm(reason, limits).unwrap_or(Confirmed::NotTrue)
    }

    /// The first of a need's reasons that is true, else its main one; with how many were tried.
    #[must_use]
    pub fn true_reason(&self, n: u32, limits: Limits) -> Option<(Reason, Confirmed, usize)> {
        let reasons = self.reasons(n);
        let (mut second, mut tried) = (None, 0);
        for reason in &reasons {
            tried += 1;
            match self.confirm(reason, limits) {
                Confirmed::NotTrue => {}
                Confirmed::WorthMore => second = second.or(Some((reason.clone(), Confirmed::WorthMore))),
                found => return Some((reason.clone(), found, tried)),
            }
        }
        let main = || reasons.first().map(|reason| (reason.clone(), Confirmed::NotTrue));
        second.or_else(main).map(|(reason, found)| (reason, found, tried))
    }

    fn try_confirm(&self, reason: &Reason, limits: Limits) -> Option<Confirmed> {
        let standing = &self.standing;
        let n = *standing.ids.needs.get(reason.need.as_str())?;
        let party = standing.instance.needs.get(n as usize)?.party;
        let mut with = standing.parties_of(&reason.change);
        with.push(party);
        with.sort_unstable();
        with.dedup();
        let free = self.around(&with);
        let homes: Vec<u32> = free
            .iter()
            .filter_map(|k| standing.local.context().edges.candidates.get(*k as usize))
            .flat_map(|c| &c.members)
            .chain(&with)
            .filter_map(|m| standing.instance.parties.get(*m as usize)?.community)
            .collect();
        with.extend(homes);
        let cut = Cut {
            local: &standing.local,
            taken: &standing.taken,
            bases: Some(&standing.bases),
            free: &free,
            with: &with,
            still: &[],
        };
        let unchanged = Part::of_parties(&cut);
        let mut part = unchanged.clone();
        if !standing.apply(&mut part, reason, &reason.change) {
            return None;
        }
        part.find_edges(&cut);
        let best = part.best(limits, GAP)?;
        let place = part.needs.part(n)?;
        let met = |amounts: &[i64]| -> i64 {
            let rows = part.edges.rows.iter().zip(amounts);
            rows.filter(|(e, _)| e.need == place)
                .map(|(_, amount)| amount)
                .sum()
        };
        if met(&best) > met(&part.taken) {
            return Some(Confirmed::True);
        }
        if !of_a_row(&reason.change) {
            return None;
        }
        let mut before = unchanged;
        before.find_edges(&cut);
        let known = before
            .best(limits, GAP)
            .map_or(i128::MIN, |amounts| before.value(&amounts));
        let known = known.max(before.value(&before.taken));
        Some(if part.value(&best) > known {
            Confirmed::WorthMore
        } else {
            Confirmed::NotTrue
        })
    }

    /// Candidates of these parties: all of those with few, of the others those that are made or join two of them.
    fn around(&self, parties: &[u32]) -> Vec<u32> {
        let (standing, local) = (&self.standing, &self.standing.local);
        let mut free = Vec::new();
        for p in parties {
            let own = local.candidates_of(*p);
            let within = |k: &u32| {
                let found = local.context().edges.candidates.get(*k as usize);
                found.is_some_and(|c| c.members.iter().all(|m| parties.contains(m)))
            };
            let near = own
                .iter()
                .copied()
                .filter(|k| own.len() <= ALL || local.made(&standing.taken, *k) || within(k));
            free.extend(near);
        }
        free.sort_unstable();
        free.dedup();
        free
    }
}

/// Whether a change gives more of what a rule allows, to whoever uses it best.
fn of_a_row(change: &Change) -> bool {
    match change {
        Change::MoreOfOffer { .. }
        | Change::OneMoreAgreement { .. }
        | Change::MoreMoney { .. }
        | Change::OneMoreBase => true,
        Change::Several { changes } => changes.iter().all(of_a_row),
        _ => false,
    }
}
