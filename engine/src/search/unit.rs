//! One unit built anew: the partner worth most at what is left, then the next, as long as one gains.

use super::state::State;
use crate::certificate::Prices;
use crate::flat::{FlatEdge, NONE};
use crate::price;

/// No party: every row is priced.
const NOBODY: u32 = u32::MAX;

/// Loss at prices with which a dive still makes an agreement, µ: near the best prices most gain next to nothing.
const SLACK: f64 = 1_000_000.0;
/// Least gain for which an agreement is made, µ.
const LEAST: f64 = 1e-3;

/// What a unit may be built from, and room to think.
#[derive(Debug, Clone, Default)]
pub(super) struct Bench {
    /// Bundle being thought of, and the best so far.
    trial: Vec<(u32, f64)>,
    best: Vec<(u32, f64)>,
    /// What the trial uses of rows: place and amount.
    used: Vec<(u32, f64)>,
    /// Candidates that gained when thought of last.
    hopes: Vec<u32>,
}

/// Guides of a search: prices, and for each candidate the order in which its edges are thought of.
#[derive(Debug, Clone)]
pub(super) struct Guide {
    pub(super) prices: Vec<f64>,
    /// Edges, each candidate's run by falling gain at the prices.
    pub(super) order: Vec<u32>,
    /// Candidates of each party.
    pub(super) around: Vec<Vec<u32>>,
    /// Edges of each row of a community that has a price: what units compete for.
    pub(super) rows: Vec<Vec<u32>>,
}

impl Guide {
    /// The guides of these prices.
    pub(super) fn new(state: &State<'_>, prices: &Prices) -> Self {
        let flat = state.flat;
        let prices = flat.read(prices);
        let mut order: Vec<u32> = (0_u32..).take(flat.edges.len()).collect();
        let gain = |e: u32| {
            flat.edges
                .get(e as usize)
                .map_or(0.0, |edge| price::gain(flat.layout, edge, &prices).1)
        };
        for candidate in &flat.candidates {
            if let Some(run) = order.get_mut(candidate.first as usize..candidate.end as usize) {
                run.sort_by(|a, b| gain(*b).total_cmp(&gain(*a)).then(a.cmp(b)));
            }
        }
        let mut around = vec![Vec::new(); state.context.instance.parties.len()];
        for (k, candidate) in (0_u32..).zip(&flat.candidates) {
            for member in candidate.members() {
                if let Some(list) = around.get_mut(member as usize) {
                    list.push(k);
                }
            }
        }
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); flat.layout.parties];
        let between = |edge: &FlatEdge| state.is_unit(edge.giver) == state.is_unit(edge.receiver);
        for (e, edge) in (0_u32..).zip(&flat.edges).filter(|(_, e)| !between(e)) {
            let row = if state.is_unit(edge.giver) {
                edge.need
            } else {
                edge.offer
            };
            if let Some(list) = rows.get_mut(row as usize) {
                list.push(e);
            }
        }
        let mut place = 0;
        rows.retain(|list| {
            place += 1;
            list.len() > 1 && prices.get(place - 1).is_some_and(|price| *price > 0.0)
        });
        Self {
            prices,
            order,
            around,
            rows,
        }
    }
}

impl Bench {
    /// Builds agreements for `u`, prices of what others could use taken times `factor`. Calls `made` for each.
    pub(super) fn build(
        &mut self,
        state: &mut State<'_>,
        guide: &Guide,
        u: u32,
        factor: f64,
        made: &mut Vec<u32>,
    ) {
        let around = guide.around.get(u as usize).map_or(&[][..], Vec::as_slice);
        let mut best: Option<(f64, u32)> = None;
        self.hopes.clear();
        for &k in around {
            if state.made.get(k as usize) == Some(&true) || !state.free(k) {
                continue;
            }
            let gain = self.think(state, guide, k, u, &guide.prices, factor);
            if gain > LEAST {
                self.hopes.push(k);
            }
            if gain > best.map_or(LEAST, |(most, _)| most) {
                best = Some((gain, k));
                std::mem::swap(&mut self.trial, &mut self.best);
            }
        }
        // What gained nothing beside fewer agreements gains nothing beside more.
        while let Some((_, k)) = best {
            state.make(k, &self.best);
            made.push(k);
            best = None;
            let mut hopes = std::mem::take(&mut self.hopes);
            hopes.retain(|other| {
                if *other == k || !state.free(*other) {
                    return false;
                }
                let gain = self.think(state, guide, *other, u, &guide.prices, factor);
                if gain > best.map_or(LEAST, |(most, _)| most) {
                    best = Some((gain, *other));
                    std::mem::swap(&mut self.trial, &mut self.best);
                }
                gain > LEAST
            });
            self.hopes = hopes;
        }
    }

    /// Makes a candidate whatever it costs, if it can be made.
    pub(super) fn pin(&mut self, state: &mut State<'_>, guide: &Guide, k: u32) {
        if state.free(k) && self.think(state, guide, k, NOBODY, &guide.prices, 0.0) > f64::NEG_INFINITY {
            state.make(k, &self.trial);
        }
    }

    /// Makes a candidate that raises the plan's value by itself.
    pub(super) fn close(&mut self, state: &mut State<'_>, guide: &Guide, k: u32) {
        if state.free(k) && self.think(state, guide, k, NOBODY, &guide.prices, 0.0) > LEAST {
            let before = state.value;
            state.make(k, &self.trial);
            if state.value <= before {
                state.unmake(k, &mut Vec::new());
                state.value = before;
            }
        }
    }

    /// Makes a candidate if its parties have room and it gains at what is left and at these prices of everything but its own rows.
    pub(super) fn make(&mut self, state: &mut State<'_>, guide: &Guide, k: u32, prices: &[f64]) {
        if state.free(k) && self.think(state, guide, k, NOBODY, prices, 1.0) > -SLACK {
            state.make(k, &self.trial);
        }
    }

    /// The best bundle of a candidate at what is left; its gain, or −∞ if it cannot be two-way.
    fn think(
        &mut self,
        state: &State<'_>,
        guide: &Guide,
        k: u32,
        u: u32,
        prices: &[f64],
        factor: f64,
    ) -> f64 {
        let flat = state.flat;
        let Some(candidate) = flat.candidates.get(k as usize) else {
            return f64::NEG_INFINITY;
        };
        self.trial.clear();
        self.used.clear();
        let price = |place: u32| prices.get(place as usize).copied().unwrap_or(0.0);
        let load = flat.layout.parties;
        let mut sum = -candidate.own;
        for member in candidate.members().filter(|m| *m != u) {
            sum -= factor * prices.get(load + member as usize).copied().unwrap_or(0.0);
        }
        // What each direction's services add beside their value; the same for all of a direction.
        let mut slopes = [None; 3];
        let mut given = [false; 3];
        // A direction's best edge, should none gain.
        let mut spare = [(f64::NEG_INFINITY, 0_u32, 0.0); 3];
        let mut covered: u64 = 0;
        let run = guide
            .order
            .get(candidate.first as usize..candidate.end as usize)
            .unwrap_or_default();
        for &e in run {
            let Some(edge) = flat.edges.get(e as usize) else {
                continue;
            };
            let lot = f64::from(edge.lot);
            let amount = self.left(state, edge);
            if amount < lot {
                continue;
            }
            let side = usize::from(edge.side);
            let slope = *slopes[side]
                .get_or_insert_with(|| state.giving(edge.giver) + state.receiving(edge.receiver));
            let cover = state.covering(edge);
            let bit = 1_u64 << (edge.cover & 63);
            let mut unit = edge.value * (1.0 + slope);
            // Rows of the unit itself are its own to give.
            if edge.receiver != u {
                unit -= factor * price(edge.need);
            }
            if edge.giver != u {
                unit -= factor * price(edge.offer);
            }
            if edge.fund != NONE {
                unit -= factor * edge.cost * price(edge.fund);
            }
            let once = edge.kept + if covered & bit == 0 { cover } else { 0.0 };
            let amount = if unit > 0.0 { amount } else { lot };
            let gain = unit * amount + once;
            if gain > 0.0 || edge.pinned {
                sum += gain;
                given[side] = true;
                covered |= if cover > 0.0 { bit } else { 0 };
                self.used(edge, amount);
                self.trial.push((e, amount));
            } else if gain > spare[side].0 {
                spare[side] = (gain, e, amount);
            }
        }
        for side in 0..candidate.sides() {
            if given[side] {
                continue;
            }
            let (gain, e, _) = spare[side];
            let Some(edge) = flat.edges.get(e as usize).filter(|_| gain > f64::NEG_INFINITY) else {
                return f64::NEG_INFINITY;
            };
            let lot = f64::from(edge.lot);
            let amount = self.left(state, edge);
            if amount < lot {
                return f64::NEG_INFINITY;
            }
            sum += gain;
            self.used(edge, lot);
            self.trial.push((e, lot));
        }
        sum
    }

    /// What is left of an edge beside the trial.
    fn left(&self, state: &State<'_>, edge: &FlatEdge) -> f64 {
        let mut room = state.room(edge);
        if room <= 0.0 {
            return 0.0;
        }
        for (place, amount) in &self.used {
            if *place == edge.offer || *place == edge.need {
                let left = state.left.get(*place as usize).copied().unwrap_or(0.0);
                room = room.min(left - amount);
            } else if *place == edge.fund && edge.cost > 0.0 {
                let left = state.left.get(*place as usize).copied().unwrap_or(0.0);
                room = room.min(((left - amount) / edge.cost).floor());
            }
        }
        room
    }

    fn used(&mut self, edge: &FlatEdge, amount: f64) {
        let mut uses = [
            (edge.offer, amount),
            (edge.need, amount),
            (edge.fund, amount * edge.cost),
        ];
        let count = if edge.fund == NONE { 2 } else { 3 };
        for (place, amount) in uses.iter_mut().take(count) {
            match self.used.iter_mut().find(|(known, _)| known == place) {
                Some((_, sum)) => *sum += *amount,
                None => self.used.push((*place, *amount)),
            }
        }
    }
}
