//! Edges and candidates as flat arrays of floats, each with the places of its prices in one list: what is walked
//! again and again while prices are sought. Prices are µ for each unit of a row, shares for balance and fairness.

use crate::certificate::{PRICE_MAX, Prices};
use crate::model::{AREAS, Instance, PPM};
use crate::rules::{Context, fairness, stability};

/// No place.
pub(crate) const NONE: u32 = u32::MAX;

/// Where each list of prices begins in the one list.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Layout {
    pub(crate) needs: usize,
    pub(crate) parties: usize,
    pub(crate) funds: usize,
    pub(crate) balance: usize,
    pub(crate) fairness: usize,
    pub(crate) coverage: usize,
    pub(crate) areas: usize,
    pub(crate) depth: usize,
    pub(crate) circles: usize,
    pub(crate) end: usize,
}

impl Layout {
    fn new(instance: &Instance, circles: usize) -> Self {
        let parties = instance.parties.len();
        let mut at = instance.offers.len();
        let mut next = |length: usize| {
            at += length;
            at - length
        };
        let needs = next(instance.needs.len());
        let own = next(parties);
        let funds = next(instance.funds.len());
        let balance = next(parties);
        let fairness = next(parties);
        let coverage = next(parties * AREAS);
        let areas = next(parties * AREAS);
        let depth = next(parties);
        let circles = next(circles);
        Self {
            needs,
            parties: own,
            funds,
            balance,
            fairness,
            coverage,
            areas,
            depth,
            circles,
            end: next(0),
        }
    }
}

/// An edge with the places of its prices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FlatEdge {
    pub(crate) offer: u32,
    pub(crate) need: u32,
    /// Parties, not places of prices.
    pub(crate) giver: u32,
    pub(crate) receiver: u32,
    pub(crate) fund: u32,
    pub(crate) cover: u32,
    /// Place of the area price; [`NONE`] if it counts for no base.
    pub(crate) area: u32,
    /// Which member of the candidate gives, by its place.
    pub(crate) side: u8,
    pub(crate) pinned: bool,
    /// Value of a unit, µ.
    pub(crate) value: f64,
    /// Least and most; whole numbers up to 10^6, so that an edge fills one line of the cache.
    pub(crate) lot: f32,
    pub(crate) cap: f32,
    /// Between two units: their blocks halve it.
    pub(crate) halved: bool,
    /// Fen of a unit.
    pub(crate) cost: f64,
    /// Bonus for being kept, µ.
    pub(crate) kept: f64,
}

/// A candidate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FlatCandidate {
    pub(crate) first: u32,
    pub(crate) end: u32,
    /// Its members; a pair has [`NONE`] for the third.
    members: [u32; 3],
    /// Place of a circle's price; [`NONE`] for a pair.
    pub(crate) circle: u32,
    /// Upkeep less the bonus for being kept, µ.
    pub(crate) own: f64,
    pub(crate) pinned: bool,
}

impl FlatCandidate {
    /// Its members, sorted.
    pub(crate) fn members(&self) -> impl Iterator<Item = u32> + use<> {
        self.members.into_iter().filter(|m| *m != NONE)
    }

    /// Whether it is a pair, not a circle.
    pub(crate) fn is_pair(&self) -> bool {
        self.members[2] == NONE
    }

    /// How many of its members must give: all.
    pub(crate) fn sides(&self) -> usize {
        if self.is_pair() { 2 } else { 3 }
    }

    /// Its run of edges.
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        self.first as usize..self.end as usize
    }
}

/// All of them.
#[derive(Debug, Clone)]
pub struct Flat {
    pub(crate) layout: Layout,
    pub(crate) edges: Vec<FlatEdge>,
    pub(crate) candidates: Vec<FlatCandidate>,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "prices are found in floats and judged in integers"
)]
pub(crate) fn float(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "amounts are whole and at most 10^6")]
fn short(amount: i64) -> f32 {
    amount as f32
}

#[expect(
    clippy::cast_precision_loss,
    reason = "prices are found in floats and judged in integers"
)]
fn micro(millionths: i128) -> f64 {
    millionths as f64 / PPM as f64
}

#[expect(clippy::cast_possible_truncation, reason = "places of a checked instance fit")]
fn place(at: usize) -> u32 {
    at as u32
}

impl Flat {
    /// The edges of a context, flattened.
    #[must_use]
    pub fn new(context: Context<'_>) -> Self {
        let instance = context.instance;
        let pairs = context.edges.candidates.iter().filter(|c| c.is_pair()).count();
        let layout = Layout::new(instance, context.edges.candidates.len() - pairs);
        let mut edges = Vec::with_capacity(context.edges.rows.len());
        let mut candidates = Vec::with_capacity(context.edges.candidates.len());
        let upkeep = float(instance.policy().fixed_micro);
        for candidate in &context.edges.candidates {
            let members = match candidate.members[..] {
                [a, b] => [a, b, NONE],
                [a, b, c] => [a, b, c],
                _ => [NONE; 3],
            };
            candidates.push(FlatCandidate {
                first: candidate.first,
                end: candidate.end,
                members,
                circle: match candidates.len().checked_sub(pairs) {
                    Some(circle) => place(layout.circles + circle),
                    None => NONE,
                },
                own: upkeep - micro(stability::agreement_gain(instance, candidate.kept)),
                pinned: candidate.pinned,
            });
            for edge in context.edges.rows.get(candidate.range()).unwrap_or_default() {
                let cost = instance
                    .offers
                    .get(edge.offer as usize)
                    .and_then(|offer| offer.cost);
                let cell = |party: u32| party as usize * AREAS + usize::from(edge.area);
                edges.push(FlatEdge {
                    offer: edge.offer,
                    need: place(layout.needs + edge.need as usize),
                    giver: edge.giver,
                    receiver: edge.receiver,
                    fund: cost.map_or(NONE, |(_, fund)| place(layout.funds + fund as usize)),
                    cover: place(layout.coverage + cell(edge.receiver)),
                    area: if edge.base {
                        place(layout.areas + cell(edge.giver))
                    } else {
                        NONE
                    },
                    side: (0_u8..)
                        .zip(members)
                        .find(|(_, m)| *m == edge.giver)
                        .map_or(0, |(side, _)| side),
                    pinned: edge.pinned,
                    halved: instance.is_unit(edge.giver) && instance.is_unit(edge.receiver),
                    value: float(edge.value),
                    lot: short(edge.lot),
                    cap: short(edge.cap),
                    cost: cost.map_or(0.0, |(fen, _)| float(fen)),
                    kept: micro(stability::service_gain(instance, edge.kept)),
                });
            }
        }
        Self {
            layout,
            edges,
            candidates,
        }
    }

    /// Prices of a certificate as one list.
    pub(crate) fn read(&self, prices: &Prices) -> Vec<f64> {
        let whole = [&prices.offers, &prices.needs, &prices.parties];
        let cells = [&prices.coverage, &prices.base_areas, &prices.base_depth];
        let share = [&prices.funds, &prices.balance, &prices.fairness];
        let mut list = Vec::with_capacity(self.layout.end);
        list.extend(whole.into_iter().flatten().map(|p| float(*p)));
        list.extend(share.into_iter().flatten().map(|p| float(*p) / float(PPM)));
        list.extend(cells.into_iter().flatten().map(|p| float(*p)));
        list.extend(prices.circles.iter().map(|p| float(*p)));
        list.resize(self.layout.end, 0.0);
        list
    }

    /// One list as prices of a certificate, cut to their ranges. Rows that no edge uses get no price.
    pub(crate) fn write(&self, context: Context<'_>, list: &[f64]) -> Prices {
        let l = self.layout;
        let mut used = vec![false; l.end];
        let mut mark = |at: u32| {
            if let Some(cell) = used.get_mut(at as usize) {
                *cell = true;
            }
        };
        for edge in &self.edges {
            for at in [edge.offer, edge.need, edge.fund] {
                mark(at);
            }
            for party in [edge.giver, edge.receiver] {
                mark(place(l.parties + party as usize));
            }
        }
        let cut = |from: usize, to: usize, factor: f64, dead: bool| -> Vec<i64> {
            let cells = list
                .get(from..to)
                .unwrap_or_default()
                .iter()
                .zip(used.get(from..to).unwrap_or_default());
            cells
                .map(|(price, used)| if *used || !dead { whole(price * factor) } else { 0 })
                .collect()
        };
        let ppm = float(PPM);
        let policy = context.instance.policy();
        let mut prices = Prices {
            offers: cut(0, l.needs, 1.0, true),
            needs: cut(l.needs, l.parties, 1.0, true),
            parties: cut(l.parties, l.funds, 1.0, true),
            funds: cut(l.funds, l.balance, ppm, true),
            balance: cut(l.balance, l.fairness, ppm, false),
            fairness: cut(l.fairness, l.coverage, ppm, false),
            coverage: cut(l.coverage, l.areas, 1.0, false),
            base_areas: cut(l.areas, l.depth, 1.0, false),
            base_depth: cut(l.depth, l.circles, 1.0, false),
            circles: cut(l.circles, l.end, 1.0, false),
        };
        for q in &mut prices.balance {
            *q = (*q).clamp(-policy.reciprocity_ppm, policy.reciprocity_ppm);
        }
        let least = fairness::least_price(context);
        for (phi, party) in prices.fairness.iter_mut().zip(&context.instance.parties) {
            *phi = if party.kind == crate::model::PartyKind::Community {
                (*phi).max(least)
            } else {
                0
            };
        }
        for (p, party) in context.instance.parties.iter().enumerate() {
            let most = if party.kind == crate::model::PartyKind::Community {
                policy.coverage_micro
            } else {
                0
            };
            for price in prices
                .coverage
                .get_mut(p * AREAS..(p + 1) * AREAS)
                .unwrap_or_default()
            {
                *price = (*price).clamp(0, most);
            }
        }
        prices
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "floats beyond i64 saturate and are cut to the range"
)]
fn whole(value: f64) -> i64 {
    (value.round() as i64).clamp(-PRICE_MAX, PRICE_MAX)
}
