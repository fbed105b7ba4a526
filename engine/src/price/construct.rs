//! A first plan: candidates in the order of what the prices leave them, each with the best bundle the rooms still
//! allow; then, party by party, what it has is taken away and built again if that is better.

use super::bound::Priced;
use crate::control::{Control, Phase, Progress};
use crate::edges::{Candidate, Edges};
use crate::model::{AREAS, PPM, PartyKind};
use crate::rules::Context;

/// The edges of a candidate's best bundle at these gains, by place.
#[must_use]
pub(super) fn bundle(edges: &Edges, candidate: &Candidate, gains: &[i128]) -> Vec<usize> {
    let gain = |e: usize| gains.get(e).copied().unwrap_or(i128::MIN);
    let pinned = |e: usize| edges.rows.get(e).is_some_and(|edge| edge.pinned);
    let mut chosen: Vec<usize> = candidate.range().filter(|e| gain(*e) > 0 || pinned(*e)).collect();
    for member in &candidate.members {
        let gives = |e: &usize| edges.rows.get(*e).is_some_and(|edge| edge.giver == *member);
        if !chosen.iter().any(gives) {
            let best = candidate
                .range()
                .filter(|e| gives(e))
                .max_by_key(|e| (gain(*e), std::cmp::Reverse(*e)));
            chosen.extend(best);
        }
    }
    chosen
}

/// A plan under way, with the rooms it leaves.
struct State<'a> {
    context: Context<'a>,
    taken: Vec<i64>,
    offers: Vec<i64>,
    needs: Vec<i64>,
    parties: Vec<i64>,
    funds: Vec<i64>,
    given: Vec<i128>,
    received: Vec<i128>,
    covered: Vec<u32>,
    made: Vec<bool>,
    value: i128,
}

/// Builds and improves a plan for `rounds` rounds: how much of each edge is taken.
#[must_use]
pub fn construct(context: Context<'_>, priced: &Priced, rounds: u32, control: &dyn Control) -> Vec<i64> {
    let mut order: Vec<usize> = (0..context.edges.candidates.len()).collect();
    let left = |k: &usize| priced.candidates.get(*k).copied().unwrap_or(0);
    let pinned = |k: &usize| context.edges.candidates.get(*k).is_some_and(|c| c.pinned);
    order.sort_by_key(|k| (!pinned(k), std::cmp::Reverse(left(k)), *k));
    let mut state = State::new(context);
    for k in &order {
        state.try_candidate(*k, &priced.gains);
    }
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); context.instance.parties.len()];
    for k in &order {
        for member in context.edges.candidates.get(*k).map_or(&[][..], |c| &c.members) {
            if let Some(list) = around.get_mut(*member as usize) {
                list.push(*k);
            }
        }
    }
    for round in 0..rounds {
        let before = state.value;
        for list in &around {
            if control.stop() {
                return state.taken;
            }
            state.rebuild(list, &priced.gains);
        }
        let value_micro = i64::try_from(state.value / i128::from(PPM)).unwrap_or(0);
        control.progress(&Progress {
            phase: Phase::Construct,
            done: round + 1,
            total: rounds,
            value_micro,
            bound_micro: 0,
        });
        if state.value == before {
            break;
        }
    }
    state.taken
}

impl<'a> State<'a> {
    fn new(context: Context<'a>) -> Self {
        let instance = context.instance;
        let parties = instance.parties.len();
        Self {
            taken: vec![0; context.edges.rows.len()],
            offers: instance.offers.iter().map(|o| o.room).collect(),
            needs: instance.needs.iter().map(|n| n.room).collect(),
            parties: instance.parties.iter().map(|p| p.room).collect(),
            funds: instance.funds.iter().map(|f| f.room).collect(),
            given: vec![0; parties],
            received: vec![0; parties],
            covered: vec![0; parties * AREAS],
            made: vec![false; context.edges.candidates.len()],
            value: 0,
            context,
        }
    }

    /// What a party's balance and fairness add to the value, µ × 10^6.
    fn party_term(&self, p: usize) -> i128 {
        let policy = self.context.instance.policy();
        let Some(party) = self.context.instance.parties.get(p) else {
            return 0;
        };
        let (given, received) = (get(&self.given, p), get(&self.received, p));
        let slack = ((i128::from(party.carry) + given - received).abs() - i128::from(party.tolerance)).max(0);
        let mut term = -slack * i128::from(policy.reciprocity_ppm);
        if party.kind == PartyKind::Community {
            let mut left = received;
            for step in &policy.fairness {
                let length = step
                    .length_micro_per_household
                    .map(|l| i128::from(l) * i128::from(party.households));
                let filled = length.map_or(left, |length| left.min(length));
                term += filled * i128::from(step.bonus_ppm);
                left -= filled;
            }
        }
        term
    }

    /// Takes `amount` of an edge; a negative amount gives it back.
    fn take(&mut self, e: usize, amount: i64) {
        let Some(edge) = self.context.edges.rows.get(e).copied() else {
            return;
        };
        let (giver, receiver) = (edge.giver as usize, edge.receiver as usize);
        self.value -= self.party_term(giver) + self.party_term(receiver);
        let value = i128::from(edge.value) * i128::from(amount);
        bump(&mut self.given, giver, value);
        bump(&mut self.received, receiver, value);
        self.value += value * i128::from(PPM) + self.party_term(giver) + self.party_term(receiver);
        shift(&mut self.taken, e, amount);
        shift(&mut self.offers, edge.offer as usize, -amount);
        shift(&mut self.needs, edge.need as usize, -amount);
        let cost = self
            .context
            .instance
            .offers
            .get(edge.offer as usize)
            .and_then(|o| o.cost);
        if let Some((fen, fund)) = cost {
            shift(&mut self.funds, fund as usize, -amount * fen);
        }
        self.cover(receiver, usize::from(edge.area), amount > 0);
    }

    fn cover(&mut self, party: usize, area: usize, more: bool) {
        let counts = self
            .context
            .instance
            .parties
            .get(party)
            .is_some_and(|p| p.kind == PartyKind::Community);
        let gain = i128::from(self.context.instance.policy().coverage_micro) * i128::from(PPM);
        let Some(count) = self.covered.get_mut(party * AREAS + area).filter(|_| counts) else {
            return;
        };
        if more {
            *count += 1;
            self.value += if *count == 1 { gain } else { 0 };
        } else {
            *count -= 1;
            self.value -= if *count == 0 { gain } else { 0 };
        }
    }

    fn sign(&mut self, k: usize, made: bool) {
        let upkeep = i128::from(self.context.instance.policy().fixed_micro) * i128::from(PPM);
        let Some(candidate) = self.context.edges.candidates.get(k) else {
            return;
        };
        for member in &candidate.members {
            shift(&mut self.parties, *member as usize, if made { -1 } else { 1 });
        }
        self.value += if made { -upkeep } else { upkeep };
        if let Some(cell) = self.made.get_mut(k) {
            *cell = made;
        }
    }

    /// Most that can still be taken of an edge; 0 if less than its lot.
    fn room(&self, e: usize) -> i64 {
        let Some(edge) = self.context.edges.rows.get(e) else {
            return 0;
        };
        let mut room = edge
            .cap
            .min(item(&self.offers, edge.offer))
            .min(item(&self.needs, edge.need));
        let cost = self
            .context
            .instance
            .offers
            .get(edge.offer as usize)
            .and_then(|o| o.cost);
        if let Some((fen, fund)) = cost {
            room = room.min(item(&self.funds, fund) / fen.max(1));
        }
        if room < edge.lot { 0 } else { room }
    }

    /// Makes the agreement with the services that gain, if that raises the value (or it must be).
    fn try_candidate(&mut self, k: usize, gains: &[i128]) {
        let Some(candidate) = self.context.edges.candidates.get(k) else {
            return;
        };
        let full = candidate.members.iter().any(|m| item(&self.parties, *m) < 1);
        if full || self.made.get(k).copied().unwrap_or(true) {
            return;
        }
        let before = self.value;
        self.sign(k, true);
        let mut order: Vec<usize> = candidate.range().collect();
        let key = |e: &usize| {
            self.context
                .edges
                .rows
                .get(*e)
                .map_or(0, |edge| edge.value * edge.cap)
        };
        order.sort_by_key(|e| {
            (
                std::cmp::Reverse(gains.get(*e).copied().unwrap_or(0)),
                std::cmp::Reverse(key(e)),
                *e,
            )
        });
        let mut added = Vec::new();
        for e in &order {
            let amount = self.room(*e);
            if amount == 0 {
                continue;
            }
            let without = self.value;
            let needed = self.needed(candidate, *e);
            self.take(*e, amount);
            if self.value <= without && !needed {
                self.take(*e, -amount);
            } else {
                added.push((*e, amount));
            }
        }
        let two_way = candidate.members.iter().all(|m| self.gives(candidate, *m));
        if !two_way || (self.value <= before && !candidate.pinned) {
            for (e, amount) in added.into_iter().rev() {
                self.take(e, -amount);
            }
            self.sign(k, false);
        }
    }

    fn gives(&self, candidate: &Candidate, member: u32) -> bool {
        candidate.range().any(|e| {
            self.context
                .edges
                .rows
                .get(e)
                .is_some_and(|edge| edge.giver == member)
                && self.taken.get(e).is_some_and(|x| *x > 0)
        })
    }

    /// Whether the edge's giver gives nothing yet, or a pin asks for it.
    fn needed(&self, candidate: &Candidate, e: usize) -> bool {
        let edge = self.context.edges.rows.get(e);
        edge.is_some_and(|edge| edge.pinned || !self.gives(candidate, edge.giver))
    }

    /// Takes away the agreements of `list` that are made and builds them again in order; keeps the better one.
    fn rebuild(&mut self, list: &[usize], gains: &[i128]) {
        let before = self.value;
        let old = self.unmake(list);
        for k in list {
            self.try_candidate(*k, gains);
        }
        if self.value > before {
            return;
        }
        self.unmake(list);
        for (k, services) in old {
            self.sign(k, true);
            for (e, amount) in services {
                self.take(e, amount);
            }
        }
    }

    fn unmake(&mut self, list: &[usize]) -> Vec<(usize, Vec<(usize, i64)>)> {
        let mut old = Vec::new();
        for k in list {
            if !self.made.get(*k).copied().unwrap_or(false) {
                continue;
            }
            let range = self
                .context
                .edges
                .candidates
                .get(*k)
                .map_or(0..0, Candidate::range);
            let services: Vec<(usize, i64)> = range
                .filter_map(|e| self.taken.get(e).filter(|x| **x > 0).map(|x| (e, *x)))
                .collect();
            for (e, amount) in services.iter().rev() {
                self.take(*e, -amount);
            }
            self.sign(*k, false);
            old.push((*k, services));
        }
        old
    }
}

fn get(list: &[i128], place: usize) -> i128 {
    list.get(place).copied().unwrap_or(0)
}

fn item(list: &[i64], place: u32) -> i64 {
    list.get(place as usize).copied().unwrap_or(0)
}

fn bump(list: &mut [i128], place: usize, value: i128) {
    if let Some(cell) = list.get_mut(place) {
        *cell += value;
    }
}

fn shift(list: &mut [i64], place: usize, value: i64) {
    if let Some(cell) = list.get_mut(place) {
        *cell += value;
    }
}
