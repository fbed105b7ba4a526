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

/// What all rules keep at these prices, µ × 10^6.
fn constants(context: Context<'_>, prices: &Prices, bases: &[Option<bool>]) -> i128 {
    capacity::constant(context, &prices.offers)
        + demand::constant(context, &prices.needs)
        + load::constant(context, &prices.parties)
        + budget::constant(context, &prices.funds)
        + reciprocity::constant(context, &prices.balance)
        + fairness::constant(context, &prices.fairness)
        + coverage::constant(&prices.coverage)
        + base::constant(context, &prices.base_areas, &prices.base_depth, bases)
}

/// What is decided at a node of a branching tree.
#[derive(Debug, Clone)]
pub struct Decided {
    /// For each candidate: made, not made, open.
    pub candidates: Vec<Option<bool>>,
    /// For each edge: least and most, and whether it must be taken. None may be taken if least > most.
    pub edges: Vec<(i64, i64, bool)>,
    /// For each party: base, no base, open.
    pub bases: Vec<Option<bool>>,
}

/// The bound of all plans that keep what is decided, µ × 10^6; `None` if there is none.
#[must_use]
pub fn leaf(context: Context<'_>, prices: &Prices, decided: &Decided) -> Option<i128> {
    let mut bound = constants(context, prices, &decided.bases);
    let upkeep = i128::from(context.instance.policy().fixed_micro) * i128::from(PPM);
    for (k, candidate) in context.edges.candidates.iter().enumerate() {
        let made = decided.candidates.get(k).copied().flatten();
        let mut must = made == Some(true);
        let mut gains = Vec::new();
        for e in candidate.range() {
            let (edge, (least, most, taken)) = (context.edges.rows.get(e)?, *decided.edges.get(e)?);
            must |= taken;
            if least <= most {
                let unit = unit_gain(context, edge, prices);
                let gain = lot::best_amount(least, most, unit) + taken_gain(context, edge, prices);
                gains.push((edge.giver, gain, taken));
            } else if taken {
                return None;
            }
        }
        let looked_after = candidate.members.iter().map(|m| at(&prices.parties, *m as usize));
        let own = stability::agreement_gain(context.instance, candidate.kept)
            - upkeep
            - looked_after.sum::<i128>() * i128::from(PPM);
        match two_way::best_bundle(&candidate.members, &gains).filter(|_| made != Some(false)) {
            Some(best) if must => bound += best + own,
            Some(best) => bound += (best + own).max(0),
            None if must => return None,
            None => {}
        }
    }
    Some(bound)
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
    priced.bound = constants(context, prices, &[]);
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
