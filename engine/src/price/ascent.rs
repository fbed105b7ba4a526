//! Climbing: prices move against the excess of what the candidates take together; the best bound met is kept.
//! Averaged subgradient with a step for each row scaled by the worth of what passes it (`engine-findings` §2).

use super::bound::{Priced, price};
use crate::certificate::{PRICE_MAX, Prices};
use crate::control::{Control, Phase, Progress};
use crate::model::{AREAS, PartyKind};
use crate::rules::{Context, base, fairness};

/// Weight of the newest use in the average.
const NEW: f64 = 0.1;
/// First step.
const STEP: f64 = 0.07;
/// Rounds without progress before the step shrinks.
const PATIENCE: u32 = 20;
/// Factor by which it shrinks.
const SHRINK: f64 = 0.7;

/// The end of a climb.
#[derive(Debug, Clone)]
pub struct Ascent {
    /// The best prices met.
    pub prices: Prices,
    /// What they leave.
    pub priced: Priced,
}

/// Climbs for at most `rounds` rounds.
#[must_use]
pub fn climb(context: Context<'_>, rounds: u32, control: &dyn Control) -> Ascent {
    let mut climber = Climber::new(context);
    let mut best = climber.evaluate();
    let mut best_floats = climber.prices.clone();
    let mut idle = 0;
    for round in 0..rounds {
        if round % 16 == 0 {
            let bound_micro = super::bound_micro(best.priced.bound);
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
        climber.step();
        let met = climber.evaluate();
        let progress = best.priced.bound - met.priced.bound;
        if progress > 0 {
            idle = if progress * 100_000 > best.priced.bound.abs() {
                0
            } else {
                idle + 1
            };
            best = met;
            best_floats.clone_from(&climber.prices);
        } else {
            idle += 1;
        }
        if idle >= PATIENCE {
            climber.length *= SHRINK;
            climber.prices.clone_from(&best_floats);
            idle = 0;
            if climber.length < STEP * 1e-4 {
                break;
            }
        }
    }
    best
}

/// Prices as floats, one list after the other.
#[derive(Debug, Clone, Default)]
struct Floats {
    offers: Vec<f64>,
    needs: Vec<f64>,
    parties: Vec<f64>,
    funds: Vec<f64>,
    balance: Vec<f64>,
    fairness: Vec<f64>,
    coverage: Vec<f64>,
    areas: Vec<f64>,
    depth: Vec<f64>,
}

struct Climber<'a> {
    context: Context<'a>,
    prices: Floats,
    /// Averaged use of each row.
    used: Floats,
    /// Worth by which each row's step is scaled.
    scale: Floats,
    live: Live,
    length: f64,
    fresh: bool,
}

/// Rows that some possible service uses; the others have no price.
struct Live {
    offers: Vec<bool>,
    needs: Vec<bool>,
    parties: Vec<bool>,
    funds: Vec<bool>,
}

impl Live {
    fn new(context: Context<'_>) -> Self {
        let instance = context.instance;
        let mut live = Self {
            offers: vec![false; instance.offers.len()],
            needs: vec![false; instance.needs.len()],
            parties: vec![false; instance.parties.len()],
            funds: vec![false; instance.funds.len()],
        };
        let mark = |list: &mut [bool], place: u32| {
            if let Some(cell) = list.get_mut(place as usize) {
                *cell = true;
            }
        };
        for edge in &context.edges.rows {
            mark(&mut live.offers, edge.offer);
            mark(&mut live.needs, edge.need);
            mark(&mut live.parties, edge.giver);
            mark(&mut live.parties, edge.receiver);
            let offer = instance.offers.get(edge.offer as usize);
            if let Some((_, fund)) = offer.and_then(|o| o.cost) {
                mark(&mut live.funds, fund);
            }
        }
        live
    }

    fn keep(&self, mut prices: Prices) -> Prices {
        let lists = [
            (&mut prices.offers, &self.offers),
            (&mut prices.needs, &self.needs),
            (&mut prices.parties, &self.parties),
            (&mut prices.funds, &self.funds),
        ];
        for (list, live) in lists {
            let dead = list.iter_mut().zip(live).filter(|(_, live)| !**live);
            dead.for_each(|(price, _)| *price = 0);
        }
        prices
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "prices are found in floats and judged in integers"
)]
fn float(value: i64) -> f64 {
    value as f64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "floats beyond i64 saturate and are cut to the range"
)]
fn whole(values: &[f64]) -> Vec<i64> {
    values
        .iter()
        .map(|v| (v.round() as i64).clamp(-PRICE_MAX, PRICE_MAX))
        .collect()
}

fn add(list: &mut [f64], place: usize, value: f64) {
    if let Some(cell) = list.get_mut(place) {
        *cell += value;
    }
}

impl<'a> Climber<'a> {
    fn new(context: Context<'a>) -> Self {
        let zero = Prices::zero(context.instance, fairness::least_price(context));
        let list = |values: &[i64]| values.iter().map(|v| float(*v)).collect::<Vec<f64>>();
        let prices = Floats {
            offers: list(&zero.offers),
            needs: list(&zero.needs),
            parties: list(&zero.parties),
            funds: list(&zero.funds),
            balance: list(&zero.balance),
            fairness: list(&zero.fairness),
            coverage: list(&zero.coverage),
            areas: list(&zero.base_areas),
            depth: list(&zero.base_depth),
        };
        let mut climber = Self {
            context,
            scale: prices.clone(),
            used: prices.clone(),
            prices,
            live: Live::new(context),
            length: STEP,
            fresh: true,
        };
        climber.set_scale();
        climber.start_bases();
        climber
    }

    /// Mean worth of one unit at each offer and need; mean worth of a candidate at each party.
    fn set_scale(&mut self) {
        let edges = self.context.edges;
        let mut scale = Floats {
            offers: vec![0.0; self.prices.offers.len()],
            needs: vec![0.0; self.prices.needs.len()],
            parties: vec![0.0; self.prices.parties.len()],
            funds: vec![1.0; self.prices.funds.len()],
            ..Floats::default()
        };
        let (mut offers, mut needs) = (scale.offers.clone(), scale.needs.clone());
        for edge in &edges.rows {
            let value = float(edge.value);
            add(&mut scale.offers, edge.offer as usize, value);
            add(&mut offers, edge.offer as usize, 1.0);
            add(&mut scale.needs, edge.need as usize, value);
            add(&mut needs, edge.need as usize, 1.0);
            let whole = value * float(edge.cap) / 2.0;
            add(&mut scale.parties, edge.giver as usize, whole);
            add(&mut scale.parties, edge.receiver as usize, whole);
        }
        let mut parties = vec![0.0; scale.parties.len()];
        for member in edges.candidates.iter().flat_map(|c| &c.members) {
            add(&mut parties, *member as usize, 1.0);
        }
        let counted = [
            (&mut scale.offers, &offers),
            (&mut scale.needs, &needs),
            (&mut scale.parties, &parties),
        ];
        for (sums, counts) in counted {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum /= count.max(1.0);
            }
        }
        self.scale = scale;
    }

    /// Half of the bonus on the areas, half on the depth: what is left for a unit is nothing.
    fn start_bases(&mut self) {
        if !base::is_on(self.context) {
            return;
        }
        let policy = self.context.instance.policy();
        let half = float(policy.base_bonus_micro) / 2.0;
        for (u, _) in self
            .context
            .instance
            .parties
            .iter()
            .enumerate()
            .filter(|(_, p)| p.is_unit())
        {
            if let Some(depth) = self.prices.depth.get_mut(u) {
                *depth = (half / float(policy.base_depth)).ceil();
            }
            for area in self
                .prices
                .areas
                .get_mut(u * AREAS..(u + 1) * AREAS)
                .unwrap_or_default()
            {
                *area = (half / float(policy.base_breadth)).ceil();
            }
        }
    }

    fn evaluate(&self) -> Ascent {
        let prices = Prices {
            offers: whole(&self.prices.offers),
            needs: whole(&self.prices.needs),
            parties: whole(&self.prices.parties),
            funds: whole(&self.prices.funds),
            balance: whole(&self.prices.balance),
            fairness: whole(&self.prices.fairness),
            coverage: whole(&self.prices.coverage),
            base_areas: whole(&self.prices.areas),
            base_depth: whole(&self.prices.depth),
        };
        let prices = self.live.keep(prices);
        let priced = price(self.context, &prices);
        Ascent { prices, priced }
    }

    /// What the candidates take together at the present prices, averaged into `used`.
    fn use_rows(&mut self) {
        let priced = self.evaluate().priced;
        let mut now = Floats {
            offers: vec![0.0; self.prices.offers.len()],
            needs: vec![0.0; self.prices.needs.len()],
            parties: vec![0.0; self.prices.parties.len()],
            funds: vec![0.0; self.prices.funds.len()],
            balance: vec![0.0; self.prices.balance.len()],
            fairness: vec![0.0; self.prices.fairness.len()],
            coverage: vec![0.0; self.prices.coverage.len()],
            areas: vec![0.0; self.prices.areas.len()],
            depth: vec![0.0; self.prices.depth.len()],
        };
        for (k, candidate) in self.context.edges.candidates.iter().enumerate() {
            if priced
                .candidates
                .get(k)
                .is_none_or(|gain| *gain <= 0 && !candidate.pinned)
            {
                continue;
            }
            for member in &candidate.members {
                add(&mut now.parties, *member as usize, 1.0);
            }
            for e in super::construct::bundle(self.context.edges, candidate, &priced.gains) {
                self.use_edge(&mut now, e, &priced);
            }
        }
        let weight = if self.fresh { 1.0 } else { NEW };
        self.fresh = false;
        let lists = [
            (&mut self.used.offers, now.offers),
            (&mut self.used.needs, now.needs),
            (&mut self.used.parties, now.parties),
            (&mut self.used.funds, now.funds),
            (&mut self.used.balance, now.balance),
            (&mut self.used.fairness, now.fairness),
            (&mut self.used.coverage, now.coverage),
            (&mut self.used.areas, now.areas),
            (&mut self.used.depth, now.depth),
        ];
        for (mean, new) in lists {
            for (mean, new) in mean.iter_mut().zip(new) {
                *mean += weight * (new - *mean);
            }
        }
    }

    fn use_edge(&self, now: &mut Floats, e: usize, priced: &Priced) {
        let Some(edge) = self.context.edges.rows.get(e) else {
            return;
        };
        let amount = float(if priced.units.get(e).is_some_and(|unit| *unit > 0) {
            edge.cap
        } else {
            edge.lot
        });
        add(&mut now.offers, edge.offer as usize, amount);
        add(&mut now.needs, edge.need as usize, amount);
        let value = amount * float(edge.value);
        add(&mut now.balance, edge.giver as usize, value);
        add(&mut now.balance, edge.receiver as usize, -value);
        add(&mut now.fairness, edge.receiver as usize, value);
        add(
            &mut now.coverage,
            edge.receiver as usize * AREAS + usize::from(edge.area),
            1.0,
        );
        if edge.base {
            add(
                &mut now.areas,
                edge.giver as usize * AREAS + usize::from(edge.area),
                1.0,
            );
            add(&mut now.depth, edge.giver as usize, 1.0);
        }
        let cost = self
            .context
            .instance
            .offers
            .get(edge.offer as usize)
            .and_then(|o| o.cost);
        if let Some((fen, fund)) = cost {
            add(&mut now.funds, fund as usize, amount * float(fen));
        }
    }

    fn step(&mut self) {
        self.use_rows();
        let instance = self.context.instance;
        let length = self.length;
        let excess = |used: f64, room: i64| (used / float(room).max(1.0) - 1.0).clamp(-1.0, 3.0);
        for (o, offer) in instance.offers.iter().enumerate() {
            raise(
                &mut self.prices.offers,
                o,
                length,
                &self.scale.offers,
                excess(at(&self.used.offers, o), offer.room),
            );
        }
        for (n, need) in instance.needs.iter().enumerate() {
            raise(
                &mut self.prices.needs,
                n,
                length,
                &self.scale.needs,
                excess(at(&self.used.needs, n), need.room),
            );
        }
        for (p, party) in instance.parties.iter().enumerate() {
            raise(
                &mut self.prices.parties,
                p,
                length,
                &self.scale.parties,
                excess(at(&self.used.parties, p), party.room),
            );
        }
        for (f, fund) in instance.funds.iter().enumerate() {
            let change = 1.0 + length * excess(at(&self.used.funds, f), fund.room);
            if let Some(price) = self.prices.funds.get_mut(f) {
                *price = (price.max(1_000.0) * change).max(0.0);
            }
        }
        self.step_parties();
        self.step_cells();
    }

    /// Balance and fairness.
    fn step_parties(&mut self) {
        let policy = self.context.instance.policy();
        let (rate, least) = (
            float(policy.reciprocity_ppm),
            float(fairness::least_price(self.context)),
        );
        let most = policy.fairness.first().map_or(0.0, |step| float(step.bonus_ppm));
        for (p, party) in self.context.instance.parties.iter().enumerate() {
            let balance = float(party.carry) + at(&self.used.balance, p);
            let tolerance = float(party.tolerance);
            let past = (balance.abs() - tolerance) / (tolerance + at(&self.scale.parties, p)).max(1.0);
            if let Some(q) = self.prices.balance.get_mut(p) {
                let pull = if past > 0.0 {
                    -balance.signum() * past.min(1.0)
                } else {
                    -q.signum() * 0.5
                };
                let next = *q + self.length * rate * pull;
                *q = if past <= 0.0 && next * *q < 0.0 {
                    0.0
                } else {
                    next.clamp(-rate, rate)
                };
            }
            if party.kind != PartyKind::Community || policy.fairness.is_empty() {
                continue;
            }
            if let Some(phi) = self.prices.fairness.get_mut(p) {
                let open = |step: &&crate::model::FairnessRow| float(step.bonus_ppm) > *phi;
                let steps = policy.fairness.iter().filter(open);
                let lengths: i64 = steps.filter_map(|step| step.length_micro_per_household).sum();
                let wanted = float(lengths.saturating_mul(party.households));
                let got = self.used.fairness.get(p).copied().unwrap_or(0.0);
                let excess = ((wanted - got) / wanted.max(got).max(1.0)).clamp(-1.0, 1.0);
                *phi = (*phi + self.length * most * excess).clamp(least, most.max(least));
            }
        }
    }

    /// Coverage and bases.
    fn step_cells(&mut self) {
        let policy = self.context.instance.policy();
        let (kappa, bonus) = (float(policy.coverage_micro), float(policy.base_bonus_micro));
        let bases = base::is_on(self.context);
        for (p, party) in self.context.instance.parties.iter().enumerate() {
            for cell in p * AREAS..(p + 1) * AREAS {
                if party.kind == PartyKind::Community {
                    let open = (1.0 - at(&self.used.coverage, cell)).clamp(-1.0, 1.0);
                    if let Some(price) = self.prices.coverage.get_mut(cell) {
                        *price = (*price + self.length * kappa * open).clamp(0.0, kappa);
                    }
                }
                if bases && party.is_unit() {
                    let open = (0.5 - at(&self.used.areas, cell)).clamp(-1.0, 1.0);
                    if let Some(price) = self.prices.areas.get_mut(cell) {
                        *price = (*price + self.length * bonus * 0.2 * open).clamp(0.0, bonus);
                    }
                }
            }
            if bases && party.is_unit() {
                let half = float(policy.base_depth) / 2.0;
                let open = (1.0 - at(&self.used.depth, p) / half.max(1.0)).clamp(-1.0, 1.0);
                if let Some(price) = self.prices.depth.get_mut(p) {
                    *price = (*price + self.length * bonus * 0.2 * open).clamp(0.0, bonus);
                }
            }
        }
    }
}

fn at(list: &[f64], place: usize) -> f64 {
    list.get(place).copied().unwrap_or(0.0)
}

fn raise(prices: &mut [f64], place: usize, length: f64, scale: &[f64], excess: f64) {
    if let Some(price) = prices.get_mut(place) {
        *price = (*price + length * at(scale, place) * excess).max(0.0);
    }
}
