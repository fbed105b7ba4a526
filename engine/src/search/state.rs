//! A plan under way: what is taken, what rooms are left, what it is worth.

use crate::edges::Candidate;
use crate::flat::{Flat, FlatEdge, NONE, float};
use crate::model::{AREAS, PPM, Party, PartyKind};
use crate::rules::{Context, base};

/// A plan under way. Amounts are whole numbers held as floats; values are µ.
#[derive(Debug, Clone)]
pub(super) struct State<'a> {
    pub(super) context: Context<'a>,
    pub(super) flat: &'a Flat,
    /// How much of each edge.
    pub(super) taken: Vec<f64>,
    /// What is left of each offer, need, party and fund, at the places of their prices.
    pub(super) left: Vec<f64>,
    /// Which candidates are made.
    pub(super) made: Vec<bool>,
    parties: Vec<Side>,
    covered: Vec<u16>,
    based: Vec<u16>,
    /// Services for a base of each unit, and units of each street that could be one.
    depth: Vec<u16>,
    able: Vec<u32>,
    pub(super) value: f64,
    rules: Rules,
}

/// A party: what it gave and got, and what one more µ would add.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    /// Given less received, with what was carried in.
    balance: f64,
    received: f64,
    tolerance: f64,
    households: f64,
    community: bool,
    /// Place in [`State::able`].
    street: u32,
    /// What its balance and fairness add to the value.
    term: f64,
    /// What one more µ given, and one more received, adds beside the µ itself.
    slopes: [f64; 2],
}

/// Settings as floats.
#[derive(Debug, Clone)]
struct Rules {
    rate: f64,
    cover: f64,
    bonus: f64,
    breadth: usize,
    least: u16,
    quota: u32,
    /// Length for a household, µ, and bonus, a share.
    steps: Vec<(f64, f64)>,
}

fn get(list: &[f64], place: u32) -> f64 {
    list.get(place as usize).copied().unwrap_or(0.0)
}

fn add(list: &mut [f64], place: usize, value: f64) {
    if let Some(cell) = list.get_mut(place) {
        *cell += value;
    }
}

fn candidate_of(context: Context<'_>, e: u32) -> Option<u32> {
    context.edges.rows.get(e as usize).map(|edge| edge.candidate)
}

impl Side {
    fn new(party: &Party, rules: &Rules) -> Self {
        let mut side = Self {
            balance: float(party.carry),
            tolerance: float(party.tolerance),
            households: float(party.households),
            community: party.kind == PartyKind::Community,
            street: party.street.map_or(0, |street| street + 1),
            ..Self::default()
        };
        side.settle(rules);
        side
    }

    /// Brings term and slopes up to date.
    fn settle(&mut self, rules: &Rules) {
        let (balance, tolerance, rate) = (self.balance, self.tolerance, rules.rate);
        self.term = -(balance.abs() - tolerance).max(0.0) * rate;
        self.slopes = [0.0, 0.0];
        if balance >= tolerance {
            self.slopes[0] = -rate;
        } else if balance < -tolerance {
            self.slopes[0] = rate;
        }
        if balance > tolerance {
            self.slopes[1] = rate;
        } else if balance <= -tolerance {
            self.slopes[1] = -rate;
        }
        if !self.community {
            return;
        }
        let (mut rest, mut open) = (self.received, true);
        for (length, bonus) in &rules.steps {
            let length = length * self.households;
            self.term += rest.min(length) * bonus;
            if open && rest < length {
                self.slopes[1] += bonus;
                open = false;
            }
            rest = (rest - length).max(0.0);
        }
    }
}

impl<'a> State<'a> {
    /// The empty plan. Its value lacks what areas without a service cost: only differences count.
    pub(super) fn new(context: Context<'a>, flat: &'a Flat) -> Self {
        let (instance, policy) = (context.instance, context.instance.policy());
        let parties = instance.parties.len();
        let left = instance.offers.iter().map(|o| o.room);
        let left = left.chain(instance.needs.iter().map(|n| n.room));
        let left = left.chain(instance.parties.iter().map(|p| p.room));
        let left = left.chain(instance.funds.iter().map(|f| f.room));
        let share = |ppm: i64| float(ppm) / float(PPM);
        let on = base::is_on(context);
        let rules = Rules {
            rate: share(policy.reciprocity_ppm),
            cover: float(policy.coverage_micro),
            bonus: if on { float(policy.base_bonus_micro) } else { 0.0 },
            breadth: usize::try_from(policy.base_breadth).unwrap_or(usize::MAX),
            least: u16::try_from(policy.base_depth).unwrap_or(u16::MAX),
            quota: u32::try_from(policy.base_quota).unwrap_or(u32::MAX),
            steps: policy
                .fairness
                .iter()
                .map(|s| {
                    (
                        s.length_micro_per_household.map_or(f64::INFINITY, float),
                        share(s.bonus_ppm),
                    )
                })
                .collect(),
        };
        let sides: Vec<Side> = instance
            .parties
            .iter()
            .map(|party| Side::new(party, &rules))
            .collect();
        let terms: f64 = sides.iter().map(|side| side.term).sum();
        let open: f64 = sides
            .iter()
            .map(|side| if side.community { 6.0 } else { 0.0 })
            .sum();
        let community = |p: &Party| p.kind == PartyKind::Community;
        let cells = instance
            .parties
            .iter()
            .flat_map(|p| [u16::from(!community(p)); AREAS]);
        Self {
            context,
            flat,
            taken: vec![0.0; flat.edges.len()],
            left: left.map(float).collect(),
            made: vec![false; flat.candidates.len()],
            parties: sides,
            covered: cells.collect(),
            based: vec![0; if on { parties * AREAS } else { 0 }],
            depth: vec![0; parties],
            able: vec![0; instance.streets.len() + 1],
            value: terms - open * rules.cover,
            rules,
        }
    }

    /// What one more µ given adds beside the µ itself.
    pub(super) fn giving(&self, p: u32) -> f64 {
        self.parties.get(p as usize).map_or(0.0, |side| side.slopes[0])
    }

    /// What one more µ received adds beside the µ itself.
    pub(super) fn receiving(&self, p: u32) -> f64 {
        self.parties.get(p as usize).map_or(0.0, |side| side.slopes[1])
    }

    /// Adds to what a party gave and received.
    fn shift(&mut self, p: u32, given: f64, received: f64) {
        if let Some(side) = self.parties.get_mut(p as usize) {
            side.balance += given - received;
            side.received += received;
            self.value -= side.term;
            side.settle(&self.rules);
            self.value += side.term;
        }
    }

    /// What a first service in the edge's area adds.
    pub(super) fn covering(&self, edge: &FlatEdge) -> f64 {
        let cell = edge.cover as usize - self.flat.layout.coverage;
        // Cells of others than communities are never 0.
        if self.covered.get(cell) == Some(&0) {
            self.rules.cover
        } else {
            0.0
        }
    }

    /// Whether a party is a unit.
    pub(super) fn is_unit(&self, p: u32) -> bool {
        self.context
            .instance
            .parties
            .get(p as usize)
            .is_some_and(Party::is_unit)
    }

    /// Balance and value received of each party, µ.
    pub(super) fn sides(&self) -> impl Iterator<Item = [f64; 2]> {
        self.parties.iter().map(|side| [side.balance, side.received])
    }

    /// Places of coverage prices, and whether their area has a service.
    pub(super) fn covered(&self) -> impl Iterator<Item = (usize, bool)> {
        (self.flat.layout.coverage..).zip(self.covered.iter().map(|count| *count > 0))
    }

    /// Whether all parties of a candidate can look after one more agreement.
    pub(super) fn free(&self, k: u32) -> bool {
        let candidate = self.flat.candidates.get(k as usize);
        let load = self.flat.layout.parties;
        let left = |m: u32| self.left.get(load + m as usize).copied().unwrap_or(0.0);
        candidate.is_some_and(|c| c.members().all(|m| left(m) >= 1.0))
    }

    /// Most that can still be taken of an edge; 0 if that is less than its least.
    pub(super) fn room(&self, edge: &FlatEdge) -> f64 {
        let room = get(&self.left, edge.offer).min(get(&self.left, edge.need));
        if room < f64::from(edge.lot) {
            return 0.0;
        }
        let room = room.min(f64::from(edge.cap));
        if edge.fund == NONE || edge.cost <= 0.0 {
            room
        } else {
            room.min((get(&self.left, edge.fund) / edge.cost).floor())
        }
    }

    /// The same as an edge's most.
    #[expect(clippy::cast_possible_truncation, reason = "whole and at most 10^6")]
    pub(super) fn left_of(&self, edge: &FlatEdge) -> f32 {
        self.room(edge) as f32
    }

    /// Takes `amount` more of an edge; a negative amount gives all of it back.
    pub(super) fn take(&mut self, e: u32, amount: f64) {
        let Some(edge) = self.flat.edges.get(e as usize).copied() else {
            return;
        };
        let value = edge.value * amount;
        self.value += value;
        self.shift(edge.giver, value, 0.0);
        self.shift(edge.receiver, 0.0, value);
        add(&mut self.taken, e as usize, amount);
        add(&mut self.left, edge.offer as usize, -amount);
        add(&mut self.left, edge.need as usize, -amount);
        if edge.fund != NONE {
            add(&mut self.left, edge.fund as usize, -amount * edge.cost);
        }
        let more = amount > 0.0;
        self.value += if more { edge.kept } else { -edge.kept };
        self.cover(&edge, more);
        if edge.area != NONE && self.rules.bonus > 0.0 {
            self.serve(&edge, more);
        }
    }

    fn cover(&mut self, edge: &FlatEdge, more: bool) {
        let cell = edge.cover as usize - self.flat.layout.coverage;
        if let Some(count) = self.covered.get_mut(cell) {
            if more {
                self.value += if *count == 0 { self.rules.cover } else { 0.0 };
                *count = count.saturating_add(1);
            } else {
                *count = count.saturating_sub(1);
                self.value -= if *count == 0 { self.rules.cover } else { 0.0 };
            }
        }
    }

    fn is_able(&self, u: u32) -> bool {
        let own = u as usize * AREAS..(u as usize + 1) * AREAS;
        let areas = self.based.get(own).unwrap_or_default();
        self.depth.get(u as usize).is_some_and(|d| *d >= self.rules.least)
            && areas.iter().filter(|count| **count > 0).count() >= self.rules.breadth
    }

    /// Counts a service for a base.
    fn serve(&mut self, edge: &FlatEdge, more: bool) {
        let (u, before) = (edge.giver, self.is_able(edge.giver));
        let cell = edge.area as usize - self.flat.layout.areas;
        for count in [self.based.get_mut(cell), self.depth.get_mut(u as usize)]
            .into_iter()
            .flatten()
        {
            *count = if more {
                count.saturating_add(1)
            } else {
                count.saturating_sub(1)
            };
        }
        let after = self.is_able(u);
        let street = self.parties.get(u as usize).map_or(0, |side| side.street);
        if before != after
            && let Some(able) = self.able.get_mut(street as usize)
        {
            let old = (*able).min(self.rules.quota);
            *able = if after { *able + 1 } else { able.saturating_sub(1) };
            let new = (*able).min(self.rules.quota);
            self.value += self.rules.bonus * (f64::from(new) - f64::from(old));
        }
    }

    /// Makes or unmakes an agreement, without its services.
    pub(super) fn sign(&mut self, k: u32, made: bool) {
        let Some(candidate) = self.flat.candidates.get(k as usize) else {
            return;
        };
        for member in candidate.members() {
            let place = self.flat.layout.parties + member as usize;
            add(&mut self.left, place, if made { -1.0 } else { 1.0 });
        }
        self.value += if made { -candidate.own } else { candidate.own };
        if let Some(cell) = self.made.get_mut(k as usize) {
            *cell = made;
        }
    }

    /// Makes an agreement with these services.
    pub(super) fn make(&mut self, k: u32, services: &[(u32, f64)]) {
        self.sign(k, true);
        for (e, amount) in services {
            self.take(*e, *amount);
        }
    }

    /// Takes an agreement away; gives what it was.
    pub(super) fn unmake(&mut self, k: u32, services: &mut Vec<(u32, f64)>) {
        let Some(candidate) = self.flat.candidates.get(k as usize) else {
            return;
        };
        for e in candidate.first..candidate.end {
            let amount = get(&self.taken, e);
            if amount > 0.0 {
                services.push((e, amount));
                self.take(e, -amount);
            }
        }
        self.sign(k, false);
    }

    /// Gives edges new amounts, if that keeps all rooms and raises the value.
    pub(super) fn change(&mut self, amounts: &[(u32, f64)]) {
        let mut touched: Vec<u32> = amounts
            .iter()
            .filter_map(|(e, _)| candidate_of(self.context, *e))
            .collect();
        touched.sort_unstable();
        touched.dedup();
        let before = self.value;
        let old: Vec<(u32, Vec<(u32, f64)>)> = touched.into_iter().map(|k| (k, self.services(k))).collect();
        let mut gone = Vec::new();
        for (k, services) in &old {
            if !services.is_empty() {
                self.unmake(*k, &mut gone);
            }
        }
        let mut made = Vec::new();
        for (k, services) in &old {
            let changed = |e: u32| amounts.iter().find(|(other, _)| *other == e).map(|(_, x)| *x);
            let mut new: Vec<(u32, f64)> = services
                .iter()
                .copied()
                .filter(|(e, _)| changed(*e).is_none())
                .collect();
            let own = amounts
                .iter()
                .filter(|(e, x)| *x > 0.0 && candidate_of(self.context, *e) == Some(*k));
            new.extend(own);
            if !new.is_empty() {
                self.make(*k, &new);
                made.push(*k);
            }
        }
        let fits = self.left.iter().all(|left| *left >= 0.0);
        if fits && self.value > before {
            return;
        }
        for k in made {
            self.unmake(k, &mut gone);
        }
        for (k, services) in &old {
            if !services.is_empty() {
                self.make(*k, services);
            }
        }
        self.value = before;
    }

    /// What an agreement takes; empty if it is not made.
    fn services(&self, k: u32) -> Vec<(u32, f64)> {
        let candidate = self.flat.candidates.get(k as usize);
        let run = candidate.map_or(0..0, |c| c.first..c.end);
        run.map(|e| (e, get(&self.taken, e)))
            .filter(|(_, x)| *x > 0.0)
            .collect()
    }

    /// The bases that go with what is taken.
    pub(super) fn bases(&self) -> Vec<bool> {
        base::choose(self.context, &self.amounts())
    }

    /// The amounts as whole numbers.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "amounts are whole and at most 10^6"
    )]
    pub(super) fn amounts(&self) -> Vec<i64> {
        self.taken.iter().map(|x| x.round() as i64).collect()
    }

    /// Takes what a plan takes.
    pub(super) fn load(&mut self, taken: &[i64], candidates: &[Candidate]) {
        for (k, candidate) in (0_u32..).zip(candidates) {
            let services: Vec<(u32, f64)> = (candidate.first..candidate.end)
                .filter_map(|e| taken.get(e as usize).filter(|x| **x > 0).map(|x| (e, float(*x))))
                .collect();
            if !services.is_empty() {
                self.make(k, &services);
            }
        }
    }
}
