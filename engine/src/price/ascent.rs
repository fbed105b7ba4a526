//! Climbing: prices move against the excess of what the candidates take together; the best bound met is kept.
//! Averaged subgradient on flat arrays with a step for each row, scaled by the worth of what passes it.

use super::bound::{Bound, Decided};
use super::taking::{add, take, transfer, units};
use super::units::{Shape, shapes};
use crate::certificate::Prices;
use crate::control::{Control, Phase, Progress, Quiet};
use crate::flat::{Flat, FlatCandidate, FlatEdge, NONE, float};
use crate::model::{AREAS, PPM, PartyKind};
use crate::rules::{Context, base, fairness};

/// Weight of the newest use in the average.
const NEW: f64 = 0.1;
/// First step.
const STEP: f64 = 0.07;
/// First step where the prices are near their best.
const NEAR: f64 = 0.02;
/// Rounds without progress before the step shrinks.
const PATIENCE: u32 = 20;
/// Factor by which it shrinks.
const SHRINK: f64 = 0.7;

/// The end of a climb.
#[derive(Debug, Clone)]
pub struct Ascent {
    /// The best prices met.
    pub prices: Prices,
    /// The bound they prove, µ × 10^6.
    pub bound: i128,
}

/// How far to climb.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    /// Rounds with agreements priced one by one: quick, and near enough for what follows.
    pub pairs: u32,
    /// Rounds with the blocks of units.
    pub blocks: u32,
    /// Threads; the result does not depend on them.
    pub threads: u32,
}

/// Climbs from `start` or from nothing.
#[must_use]
pub fn climb(
    context: Context<'_>,
    flat: &Flat,
    start: Option<&Prices>,
    rounds: Rounds,
    control: &dyn Control,
) -> Ascent {
    let mut climber = Climber::new(context, flat);
    if let Some(start) = start {
        climber.prices = flat.read(start);
    }
    climber.run(rounds.pairs, control);
    climber.prices.clone_from(&climber.best);
    climber.use_blocks(rounds.threads);
    climber.length = NEAR;
    climber.run(rounds.blocks, control);
    let prices = flat.write(context, &climber.best);
    let bound = Bound::new(context, flat).of(&prices);
    Ascent { prices, bound }
}

/// A climb under way.
pub(crate) struct Climber<'a> {
    pub(super) context: Context<'a>,
    pub(super) flat: &'a Flat,
    /// The edges, with what is left of them.
    pub(crate) edges: Vec<FlatEdge>,
    /// Candidates still thought of, and how often each was taken of late.
    pub(crate) open: Vec<u32>,
    pub(crate) share: Vec<f64>,
    /// What each party brings along: balance and value received, µ.
    pub(crate) brought: Vec<[f64; 2]>,
    pub(crate) prices: Vec<f64>,
    best: Vec<f64>,
    /// Averaged use of each row, and that of this round.
    pub(super) mean: Vec<f64>,
    now: Vec<f64>,
    /// What each row allows; steps are relative to it.
    pub(crate) room: Vec<f64>,
    /// Worth by which each row's step is scaled.
    pub(super) scale: Vec<f64>,
    pub(crate) length: f64,
    /// Blocks of the units, in two halves; empty while pairs are priced one by one.
    shapes: Vec<Shape<f64>>,
    /// What the second half takes.
    other: Vec<f64>,
    /// Which rows belong to a unit: their prices do not count beside blocks.
    inner: Vec<bool>,
    threads: u32,
}

impl<'a> Climber<'a> {
    pub(crate) fn new(context: Context<'a>, flat: &'a Flat) -> Self {
        let zero = flat.read(&Prices::zero(context.instance, fairness::least_price(context)));
        let mut climber = Self {
            context,
            flat,
            edges: flat.edges.clone(),
            open: (0..).take(flat.candidates.len()).collect(),
            share: vec![0.0; flat.candidates.len()],
            brought: context
                .instance
                .parties
                .iter()
                .map(|p| [float(p.carry), 0.0])
                .collect(),
            best: zero.clone(),
            mean: vec![0.0; zero.len()],
            now: vec![0.0; zero.len()],
            room: vec![1.0; zero.len()],
            scale: vec![0.0; zero.len()],
            shapes: Vec::new(),
            other: Vec::new(),
            inner: vec![false; zero.len()],
            threads: 1,
            prices: zero,
            length: STEP,
        };
        climber.set_scale();
        climber.start_bases();
        climber
    }

    /// Mean worth of one unit at each row; mean worth of a candidate at each party.
    fn set_scale(&mut self) {
        let (l, instance) = (self.flat.layout, self.context.instance);
        let mut count = vec![0.0; self.scale.len()];
        for edge in &self.flat.edges {
            for place in [edge.offer, edge.need] {
                add(&mut self.scale, place as usize, edge.value);
                add(&mut count, place as usize, 1.0);
            }
            if edge.fund != NONE {
                add(
                    &mut self.scale,
                    edge.fund as usize,
                    edge.value / edge.cost.max(1.0),
                );
                add(&mut count, edge.fund as usize, 1.0);
            }
            for party in [edge.giver, edge.receiver] {
                add(
                    &mut self.scale,
                    l.parties + party as usize,
                    edge.value * f64::from(edge.cap) / 2.0,
                );
            }
        }
        for circle in self.flat.candidates.iter().filter(|c| !c.is_pair()) {
            let run = self.flat.edges.get(circle.range()).unwrap_or_default();
            let worth = run.iter().map(|e| e.value * f64::from(e.cap));
            add(&mut self.scale, circle.circle as usize, worth.fold(0.0, f64::max));
        }
        for member in self.flat.candidates.iter().flat_map(FlatCandidate::members) {
            add(&mut count, l.parties + member as usize, 1.0);
        }
        for (sum, count) in self.scale.iter_mut().zip(&count) {
            *sum /= count.max(1.0);
        }
        let rooms = instance.offers.iter().map(|o| o.room);
        let rooms = rooms.chain(instance.needs.iter().map(|n| n.room));
        let rooms = rooms.chain(instance.parties.iter().map(|p| p.room));
        let rooms = rooms.chain(instance.funds.iter().map(|f| f.room));
        for (cell, room) in self.room.iter_mut().zip(rooms) {
            *cell = float(room).max(1.0);
        }
    }

    /// Half of the bonus on the areas, half on the depth: what is left for a unit is nothing.
    fn start_bases(&mut self) {
        if !base::is_on(self.context) {
            return;
        }
        let (policy, l) = (self.context.instance.policy(), self.flat.layout);
        let half = float(policy.base_bonus_micro) / 2.0;
        for (u, _) in self
            .context
            .instance
            .parties
            .iter()
            .enumerate()
            .filter(|(_, p)| p.is_unit())
        {
            if let Some(depth) = self.prices.get_mut(l.depth + u) {
                *depth = (half / float(policy.base_depth)).ceil();
            }
            let areas = l.areas + u * AREAS..l.areas + (u + 1) * AREAS;
            for area in self.prices.get_mut(areas).unwrap_or_default() {
                *area = (half / float(policy.base_breadth)).ceil();
            }
        }
    }

    fn run(&mut self, rounds: u32, control: &dyn Control) {
        let mut best = f64::INFINITY;
        let mut idle = 0;
        for round in 0..=rounds {
            let bound = self.evaluate(round == 0);
            if bound < best {
                let large = (best - bound) * 100_000.0 > bound.abs();
                idle = if large { 0 } else { idle + 1 };
                best = bound;
                self.best.clone_from(&self.prices);
            } else {
                idle += 1;
            }
            if idle >= PATIENCE {
                self.length *= SHRINK;
                self.prices.clone_from(&self.best);
                idle = 0;
                if self.length < STEP * 1e-4 {
                    break;
                }
            }
            if round % 16 == 0 {
                #[expect(clippy::cast_possible_truncation, reason = "told, not judged")]
                let bound_micro = best.ceil() as i64;
                control.progress(&Progress {
                    phase: Phase::Prices,
                    done: round,
                    total: rounds,
                    value_micro: 0,
                    bound_micro,
                });
                if control.stop() {
                    break;
                }
            }
            self.step();
        }
    }

    /// The bound at the present prices, µ; what the candidates take goes into `mean`.
    pub(crate) fn evaluate(&mut self, fresh: bool) -> f64 {
        if !self.shapes.is_empty() {
            return self.evaluate_units(fresh);
        }
        self.now.fill(0.0);
        let mut bound = 0.0;
        let weight = if fresh { 1.0 } else { NEW };
        for &k in &self.open {
            let Some(candidate) = self.flat.candidates.get(k as usize) else {
                continue;
            };
            let run = self.edges.get(candidate.first as usize..candidate.end as usize);
            let best = take(
                self.flat.layout,
                candidate,
                run.unwrap_or_default(),
                &self.prices,
                &mut self.now,
            );
            if let Some(share) = self.share.get_mut(k as usize) {
                *share += weight * (f64::from(u8::from(best.is_some())) - *share);
            }
            bound += best.unwrap_or(0.0);
        }
        let bases = self.bases();
        for (mean, now) in self.mean.iter_mut().zip(&self.now) {
            *mean += weight * (now - *mean);
        }
        bound + bases + self.constants()
    }

    /// Goes over from pairs to unit blocks.
    pub(crate) fn use_blocks(&mut self, threads: u32) {
        let l = self.flat.layout;
        self.shapes = shapes(self.context, self.flat, float);
        for circle in self.flat.candidates.iter().filter(|c| !c.is_pair()) {
            let run = self.flat.edges.get(circle.range()).unwrap_or_default();
            let alike = transfer(l, circle, run, &self.prices);
            if let Some(price) = self.prices.get_mut(circle.circle as usize) {
                *price = alike;
            }
        }
        self.other = vec![0.0; self.now.len()];
        self.threads = threads;
        for shape in &self.shapes {
            let load = l.parties + shape.unit as usize;
            for row in shape.rows.iter().map(|row| *row as usize).chain([load]) {
                if let Some(cell) = self.inner.get_mut(row) {
                    *cell = true;
                }
            }
        }
    }

    /// Climbs on from `start` for plans that keep what is decided; blocks must be in use.
    pub(crate) fn refine(&mut self, start: &Prices, decided: &Decided, rounds: u32) -> Prices {
        for shape in &mut self.shapes {
            for (item, e) in shape.block.items.iter_mut().zip(&shape.edges) {
                if let Some((least, most, taken)) = decided.edges.get(*e as usize) {
                    (item.lot, item.cap, item.forced) = (float(*least), float(*most), *taken);
                }
            }
            for (partner, k) in shape.block.partners.iter_mut().zip(&shape.candidates) {
                let made = decided.candidates.get(*k as usize).copied().flatten();
                (partner.must, partner.never) = (made == Some(true), made == Some(false));
            }
        }
        self.prices = self.flat.read(start);
        self.length = NEAR / 2.0;
        self.run(rounds, &Quiet);
        self.flat.write(self.context, &self.best)
    }

    /// The same with unit blocks.
    fn evaluate_units(&mut self, fresh: bool) -> f64 {
        self.now.fill(0.0);
        self.other.fill(0.0);
        let (edges, prices) = (&self.edges, &self.prices);
        let flat = (self.context.instance, self.flat);
        let half = self.shapes.len() / 2;
        let (first, second) = self.shapes.split_at_mut(half);
        let (now, other) = (&mut self.now, &mut self.other);
        let [a, b] = if self.threads > 1 {
            std::thread::scope(|scope| {
                let beside = scope.spawn(|| units(flat, edges, second, prices, other));
                let own = units(flat, edges, first, prices, now);
                [own, beside.join().unwrap_or(f64::INFINITY)]
            })
        } else {
            [
                units(flat, edges, first, prices, now),
                units(flat, edges, second, prices, other),
            ]
        };
        for (now, other) in self.now.iter_mut().zip(&self.other) {
            *now += other;
        }
        let weight = if fresh { 1.0 } else { NEW };
        let bases = self.bases();
        for (mean, now) in self.mean.iter_mut().zip(&self.now) {
            *mean += weight * (now - *mean);
        }
        for shape in &self.shapes {
            for (place, k) in shape.candidates.iter().enumerate() {
                if let Some(share) = self.share.get_mut(*k as usize) {
                    *share += weight * (f64::from(u8::from(shape.block.best.contains(&place))) - *share);
                }
            }
        }
        a + b + bases + self.constants()
    }

    /// What all rules but that of bases keep at these prices, µ.
    fn constants(&self) -> f64 {
        let (l, instance) = (self.flat.layout, self.context.instance);
        let rows = self
            .prices
            .iter()
            .zip(&self.room)
            .zip(&self.inner)
            .take(l.balance);
        let mut sum: f64 = rows
            .map(|((price, room), inner)| if *inner { 0.0 } else { price * room })
            .sum();
        let price = |at: usize| self.prices.get(at).copied().unwrap_or(0.0);
        for (p, party) in instance.parties.iter().enumerate() {
            let q = price(l.balance + p);
            sum += q.abs() * float(party.tolerance) + q * float(party.carry);
            if party.kind == PartyKind::Community {
                let phi = price(l.fairness + p);
                for step in &instance.policy().fairness {
                    let length = step
                        .length_micro_per_household
                        .unwrap_or(0)
                        .saturating_mul(party.households);
                    sum += (float(step.bonus_ppm) / float(PPM) - phi).max(0.0) * float(length);
                }
            }
        }
        sum -= self
            .prices
            .get(l.coverage..l.areas)
            .unwrap_or_default()
            .iter()
            .sum::<f64>();
        sum
    }

    /// What streets keep for bases, µ.
    fn bases(&self) -> f64 {
        if !base::is_on(self.context) {
            return 0.0;
        }
        let (l, policy) = (self.flat.layout, self.context.instance.policy());
        let breadth = usize::try_from(policy.base_breadth).unwrap_or(AREAS).min(AREAS);
        let quota = usize::try_from(policy.base_quota).unwrap_or(usize::MAX);
        let mut gains = vec![Vec::new(); self.context.instance.streets.len() + 1];
        for (u, party) in self
            .context
            .instance
            .parties
            .iter()
            .enumerate()
            .filter(|(_, p)| p.is_unit())
        {
            let mut areas = [0.0; AREAS];
            let own = self.prices.get(l.areas + u * AREAS..l.areas + (u + 1) * AREAS);
            areas
                .iter_mut()
                .zip(own.unwrap_or_default())
                .for_each(|(cell, price)| *cell = *price);
            areas.sort_unstable_by(f64::total_cmp);
            let deep = self.prices.get(l.depth + u).copied().unwrap_or(0.0) * float(policy.base_depth);
            let gain = float(policy.base_bonus_micro) - deep - areas.iter().take(breadth).sum::<f64>();
            if let Some(list) = gains.get_mut(party.street.map_or(0, |s| s as usize + 1)) {
                list.push(gain.max(0.0));
            }
        }
        let mut sum = 0.0;
        for list in &mut gains {
            list.sort_unstable_by(|a, b| b.total_cmp(a));
            sum += list.iter().take(quota).sum::<f64>();
        }
        sum
    }
}
