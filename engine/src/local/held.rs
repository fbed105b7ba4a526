//! What the held rest of a plan takes from the rooms of a part, and gives to its parties.

use super::amount;
use super::cut::{Cut, Part};
use crate::edges::{Candidate, Edge};
use crate::rules::held::HeldParty;

impl Part {
    /// Lowers the rooms by what is held.
    pub(super) fn hold(&mut self, cut: &Cut<'_>) {
        self.hold_parties(cut);
        let held = |edges: &[u32]| -> i64 {
            let rows = edges.iter().filter_map(|e| cut.held(*e));
            rows.map(|(_, amount)| amount).sum()
        };
        for (offer, o) in self.instance.offers.iter_mut().zip(self.offers.all()) {
            offer.room -= held(cut.local.edges_of_offer(*o));
        }
        for (need, n) in self.instance.needs.iter_mut().zip(self.needs.all()) {
            need.room -= held(cut.local.edges_of_need(*n));
        }
        let offers = &cut.local.context.instance.offers;
        for (fund, f) in self.instance.funds.iter_mut().zip(self.funds.all()) {
            for (edge, amount) in cut.local.funds.of(*f).iter().filter_map(|e| cut.held(*e)) {
                let cost = offers.get(edge.offer as usize).and_then(|o| o.cost);
                fund.room -= cost.map_or(0, |(fen, _)| fen * amount);
            }
        }
        if let Some(bases) = cut.bases {
            self.bases_elsewhere(cut, bases);
        }
    }

    fn hold_parties(&mut self, cut: &Cut<'_>) {
        let edges = cut.local.context.edges;
        for (party, p) in self.instance.parties.iter_mut().zip(self.parties.all()) {
            let (mut held, mut balance, mut received) = (HeldParty::default(), 0_i128, 0_i128);
            for k in cut.local.candidates_of(*p) {
                if cut.free.binary_search(k).is_ok() {
                    continue;
                }
                let range = edges.candidates.get(*k as usize).map_or(0..0, Candidate::range);
                let run = range.clone().zip(edges.rows.get(range).unwrap_or_default());
                let mut made = false;
                for (edge, amount) in run.map(|(e, edge)| (edge, amount(cut.taken, e))) {
                    if amount < 1 {
                        continue;
                    }
                    made = true;
                    let value = i128::from(edge.value) * i128::from(amount);
                    let area = usize::from(edge.area);
                    if edge.receiver == *p {
                        balance -= value;
                        received += value;
                        set(&mut held.covered, area);
                    }
                    if edge.giver == *p {
                        balance += value;
                        if edge.base {
                            held.depth += 1;
                            set(&mut held.serves, area);
                        }
                    }
                }
                party.room -= i64::from(made);
            }
            party.carry = whole(i128::from(party.carry) + balance);
            held.received = whole(received);
            self.held.parties.push(held);
        }
    }

    /// Bases among the parties that are not in the part use up the quota of their streets.
    fn bases_elsewhere(&mut self, cut: &Cut<'_>, bases: &[bool]) {
        let whole = cut.local.context.instance;
        self.held.bases = vec![0; whole.streets.len() + 1];
        let chosen = (0_u32..)
            .zip(&whole.parties)
            .zip(bases)
            .filter(|(_, base)| **base);
        for ((p, party), _) in chosen {
            let street = party.street.map_or(0, |s| s as usize + 1);
            if let (None, Some(cell)) = (self.parties.part(p), self.held.bases.get_mut(street)) {
                *cell += 1;
            }
        }
    }
}

impl<'a> Cut<'a> {
    /// An edge that is taken and not freed.
    fn held(&self, e: u32) -> Option<(&'a Edge, i64)> {
        let amount = amount(self.taken, e as usize);
        let edge = self.local.context.edges.rows.get(e as usize)?;
        (amount > 0 && self.free.binary_search(&edge.candidate).is_err()).then_some((edge, amount))
    }
}

fn set(cells: &mut [bool], place: usize) {
    if let Some(cell) = cells.get_mut(place) {
        *cell = true;
    }
}

/// Sums of a party stay far below what an i64 holds unless the lists are made to break it; then the largest does.
fn whole(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN / 4 } else { i64::MAX / 4 })
}
