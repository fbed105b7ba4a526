//! The bound at given prices: constants of the priced rules plus the block of each unit. Exact in i128, µ × 10^6,
//! rounded up once at the end.

use super::units::{Shape, shapes};
use crate::certificate::Prices;
use crate::edges::Edge;
use crate::flat::Flat;
use crate::model::{AREAS, PPM};
use crate::rules::{
    Context, base, budget, capacity, coverage, demand, fairness, load, reciprocity, stability,
};

fn at(prices: &[i64], place: usize) -> i128 {
    prices.get(place).copied().map_or(0, i128::from)
}

/// Gain of one unit before the rows of offer and need: v·(1 + φ_receiver + q_giver − q_receiver) − c·δ.
fn unit_gain(context: Context<'_>, edge: &Edge, prices: &Prices) -> i128 {
    let factor = i128::from(PPM)
        + at(&prices.fairness, edge.receiver as usize)
        + at(&prices.balance, edge.giver as usize)
        - at(&prices.balance, edge.receiver as usize);
    i128::from(edge.value) * factor - budget::unit_price(context, edge.offer, &prices.funds)
}

/// One unit's half of what two share: that of the one that gives to the other, or the rest.
fn halved(sum: i128, giver: bool) -> i128 {
    let half = sum.div_euclid(2);
    if giver { half } else { sum - half }
}

/// The price of an offer's or a need's row, by the place of its price, µ.
fn row_price(context: Context<'_>, prices: &Prices, row: u32) -> i128 {
    match (row as usize).checked_sub(context.instance.offers.len()) {
        None => at(&prices.offers, row as usize),
        Some(need) => at(&prices.needs, need),
    }
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

impl Decided {
    /// What the pins decide.
    #[must_use]
    pub fn by_pins(context: Context<'_>) -> Self {
        let edges = context.edges;
        Self {
            candidates: edges
                .candidates
                .iter()
                .map(|c| c.pinned.then_some(true))
                .collect(),
            edges: edges.rows.iter().map(|e| (e.lot, e.cap, e.pinned)).collect(),
            bases: vec![None; context.instance.parties.len()],
        }
    }
}

/// Computes bounds of one instance.
pub struct Bound<'a> {
    context: Context<'a>,
    shapes: Vec<Shape<i128>>,
}

impl<'a> Bound<'a> {
    /// The blocks of an instance.
    #[must_use]
    pub fn new(context: Context<'a>, flat: &Flat) -> Self {
        Self {
            context,
            shapes: shapes(context, flat, i128::from),
        }
    }

    /// The bound of all plans at these prices, µ × 10^6.
    #[must_use]
    pub fn of(&mut self, prices: &Prices) -> i128 {
        let decided = Decided::by_pins(self.context);
        self.leaf(prices, &decided).unwrap_or(i128::MAX)
    }

    /// The bound of all plans that keep what is decided, µ × 10^6; `None` if there is none.
    #[must_use]
    pub fn leaf(&mut self, prices: &Prices, decided: &Decided) -> Option<i128> {
        let mut bound = self.constants(prices, &decided.bases);
        let Self { context, shapes } = self;
        let context = *context;
        let upkeep = i128::from(context.instance.policy().fixed_micro) * i128::from(PPM);
        let pairs = context.edges.candidates.iter().filter(|c| c.is_pair()).count();
        for shape in shapes {
            let block = &mut shape.block;
            for (item, e) in block.items.iter_mut().zip(&shape.edges) {
                let edge = context.edges.rows.get(*e as usize)?;
                let (least, most, taken) = *decided.edges.get(*e as usize)?;
                let theirs = if edge.giver == shape.unit {
                    at(&prices.needs, edge.need as usize)
                } else {
                    at(&prices.offers, edge.offer as usize)
                };
                let (unit, once) = (
                    unit_gain(context, edge, prices),
                    taken_gain(context, edge, prices),
                );
                let giver = edge.giver == shape.unit;
                let between = context.instance.is_unit(edge.giver) && context.instance.is_unit(edge.receiver);
                (item.unit, item.once) = if between {
                    let prices = (
                        at(&prices.offers, edge.offer as usize),
                        at(&prices.needs, edge.need as usize),
                    );
                    let shift = (prices.0 - prices.1) * i128::from(PPM);
                    let giving = (unit + shift).div_euclid(2);
                    (if giver { giving } else { unit - giving }, halved(once, giver))
                } else {
                    (unit - theirs * i128::from(PPM), once)
                };
                (item.lot, item.cap, item.forced) = (i128::from(least), i128::from(most), taken);
            }
            for (partner, k) in block.partners.iter_mut().zip(&shape.candidates) {
                let candidate = context.edges.candidates.get(*k as usize)?;
                let others = candidate
                    .members
                    .iter()
                    .filter(|m| !context.instance.is_unit(**m));
                let load: i128 = others.map(|m| at(&prices.parties, *m as usize)).sum();
                let own = upkeep + load * i128::from(PPM)
                    - stability::agreement_gain(context.instance, candidate.kept);
                let price = (*k as usize)
                    .checked_sub(pairs)
                    .map_or(0, |circle| at(&prices.circles, circle));
                partner.own = match partner.circle {
                    None => own,
                    Some(gets) => halved(own, !gets) + i128::from(PPM) * if gets { price } else { -price },
                };
                let made = decided.candidates.get(*k as usize).copied().flatten();
                (partner.must, partner.never) = (made == Some(true), made == Some(false));
            }
            for (inner, row) in block.inner.iter_mut().zip(&shape.rows) {
                let price = row_price(context, prices, *row) * i128::from(PPM);
                *inner = price;
            }
            bound += block.solve()?;
        }
        Some(bound)
    }

    /// What all rules keep at these prices, µ × 10^6.
    fn constants(&self, prices: &Prices, bases: &[Option<bool>]) -> i128 {
        let context = self.context;
        capacity::constant(context, &prices.offers)
            + demand::constant(context, &prices.needs)
            + load::constant(context, &prices.parties)
            + budget::constant(context, &prices.funds)
            + reciprocity::constant(context, &prices.balance)
            + fairness::constant(context, &prices.fairness)
            + coverage::constant(&prices.coverage)
            + base::constant(context, &prices.base_areas, &prices.base_depth, bases)
    }
}

/// The bound in µ, rounded up.
#[must_use]
pub fn bound_micro(bound: i128) -> i64 {
    let ppm = i128::from(PPM);
    i64::try_from(bound.div_euclid(ppm) + i128::from(bound.rem_euclid(ppm) != 0)).unwrap_or(i64::MAX)
}
