//! The bound at given prices: constants of all rules plus the best bundle of each candidate. Exact in i128,
//! µ × 10^6, rounded up once at the end.

use crate::certificate::Prices;
use crate::edges::Edge;
use crate::model::{AREAS, PPM};
use crate::rules::{
    Context, base, budget, capacity, coverage, demand, fairness, load, lot, reciprocity, stability, two_way,
};

/// What prices leave to each edge and candidate, µ × 10^6.
#[derive(Debug, Clone, Default)]
pub struct Priced {
    /// Gain of one unit of each edge.
    pub units: Vec<i128>,
    /// Best gain of each edge as a whole.
    pub gains: Vec<i128>,
    /// L_k: best bundle of each candidate, 0 if it had better not be made.
    pub candidates: Vec<i128>,
    /// The bound.
    pub bound: i128,
}

fn at(prices: &[i64], place: usize) -> i128 {
    prices.get(place).copied().map_or(0, i128::from)
}

/// Gain of one unit: v·(1 + φ_receiver + q_giver − q_receiver) − α − β − c·δ.
fn unit_gain(context: Context<'_>, edge: &Edge, prices: &Prices) -> i128 {
    let factor = i128::from(PPM)
        + at(&prices.fairness, edge.receiver as usize)
        + at(&prices.balance, edge.giver as usize)
        - at(&prices.balance, edge.receiver as usize);
    let rows = at(&prices.offers, edge.offer as usize) + at(&prices.needs, edge.need as usize);
    let cost = budget::unit_price(context, edge.offer, &prices.funds);
    i128::from(edge.value) * factor - rows * i128::from(PPM) - cost
}

/// What taking the service earns besides its amount: coverage, base and stability.
fn taken_gain(context: Context<'_>, edge: &Edge, prices: &Prices) -> i128 {
    let area = usize::from(edge.area);
    let covered = at(&prices.coverage, edge.receiver as usize * AREAS + area);
    let based = if edge.base {
        at(&prices.base_areas, edge.giver as usize * AREAS + area)
            + at(&prices.base_depth, edge.giver as usize)
    } else {
        0
    };
    (covered + based) * i128::from(PPM) + stability::service_gain(context.instance, edge.kept)
}

/// Prices everything.
#[must_use]
pub fn price(context: Context<'_>, prices: &Prices) -> Priced {
    let mut priced = Priced::default();
    for edge in &context.edges.rows {
        let unit = unit_gain(context, edge, prices);
        priced.units.push(unit);
        priced
            .gains
            .push(lot::best_amount(edge.lot, edge.cap, unit) + taken_gain(context, edge, prices));
    }
    priced.bound = capacity::constant(context, &prices.offers)
        + demand::constant(context, &prices.needs)
        + load::constant(context, &prices.parties)
        + budget::constant(context, &prices.funds)
        + reciprocity::constant(context, &prices.balance)
        + fairness::constant(context, &prices.fairness)
        + coverage::constant(&prices.coverage)
        + base::constant(context, &prices.base_areas, &prices.base_depth);
    let upkeep = i128::from(context.instance.policy().fixed_micro) * i128::from(PPM);
    for candidate in &context.edges.candidates {
        let run = context.edges.rows.get(candidate.range()).unwrap_or_default();
        let gains = priced.gains.get(candidate.range()).unwrap_or_default();
        let bundle: Vec<(u32, i128, bool)> = run
            .iter()
            .zip(gains)
            .map(|(edge, gain)| (edge.giver, *gain, edge.pinned))
            .collect();
        let looked_after: i128 = candidate
            .members
            .iter()
            .map(|m| at(&prices.parties, *m as usize))
            .sum();
        let best = two_way::best_bundle(&candidate.members, &bundle).unwrap_or(0) - upkeep
            + stability::agreement_gain(context.instance, candidate.kept)
            - looked_after * i128::from(PPM);
        let best = if candidate.pinned { best } else { best.max(0) };
        priced.candidates.push(best);
        priced.bound += best;
    }
    priced
}

/// The bound in µ, rounded up.
#[must_use]
pub fn bound_micro(bound: i128) -> i64 {
    let ppm = i128::from(PPM);
    i64::try_from(bound.div_euclid(ppm) + i128::from(bound.rem_euclid(ppm) != 0)).unwrap_or(i64::MAX)
}
