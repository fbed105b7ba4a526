//! Who could serve whom: one edge for each offer and need that fit, and the agreement candidates they make.

mod candidate;
pub mod fit;

use std::collections::BTreeMap;

pub use candidate::Candidate;

use crate::model::{EDGES_MAX, Instance, PPM};

/// A possible service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The offer.
    pub offer: u32,
    /// The need.
    pub need: u32,
    /// Who gives.
    pub giver: u32,
    /// Who gets.
    pub receiver: u32,
    /// The candidate it belongs to.
    pub candidate: u32,
    /// Least that may be taken: the larger of lot and smallest useful amount, or a pin's amount.
    pub lot: i64,
    /// Most that may be taken.
    pub cap: i64,
    /// Value of one unit, µ.
    pub value: i64,
    /// 0–5.
    pub area: u8,
    /// Counts for a base.
    pub base: bool,
    /// Was in the previous plan.
    pub kept: bool,
    /// Must be in the plan.
    pub pinned: bool,
}

/// All edges, sorted by candidate, then offer, then need; and all candidates.
#[derive(Debug, Clone)]
pub struct Edges {
    /// The edges.
    pub rows: Vec<Edge>,
    /// The candidates; each knows its run of edges.
    pub candidates: Vec<Candidate>,
}

/// Value of one unit of a service to a need: worth × priority factor, rounded down, µ.
#[must_use]
pub fn unit_value(instance: &Instance, service_type: u32, priority: u8) -> i64 {
    let worth = instance.types.get(service_type as usize).map_or(0, |t| t.worth);
    let place = usize::from(priority.clamp(1, 5) - 1);
    let factor = instance.policy().priority_ppm.get(place).copied().unwrap_or(PPM);
    // worth ≤ 10^9, factor ≤ 10^7
    worth * factor / PPM
}

/// Builds all edges and the candidates in which everybody gives and gets.
#[must_use]
pub fn build(instance: &Instance) -> Edges {
    let by_type = instance.offers_by_type();
    let bans = fit::Bans::new(instance);
    let mut found: BTreeMap<(u32, u32), Vec<Edge>> = BTreeMap::new();
    let mut count = 0_usize;
    for (n, need) in (0_u32..).zip(&instance.needs) {
        for &o in by_type.get(&need.service_type).map_or(&[][..], Vec::as_slice) {
            if count >= EDGES_MAX || !fit::fits(instance, &bans, o, n) {
                continue;
            }
            if let Some((pair, edge)) = edge(instance, o, n) {
                found.entry(pair).or_default().push(edge);
                count += 1;
            }
        }
    }
    candidate::gather(instance, found)
}

/// The edge of an offer and a need that fit, with its pair: community side first, then the unit.
fn edge(instance: &Instance, o: u32, n: u32) -> Option<((u32, u32), Edge)> {
    let (offer, need) = (instance.offers.get(o as usize)?, instance.needs.get(n as usize)?);
    let area = instance.types.get(offer.service_type as usize)?.area;
    let giver_is_unit = instance.parties.get(offer.party as usize)?.is_unit();
    let pair = if giver_is_unit {
        (need.party, offer.party)
    } else {
        (offer.party, need.party)
    };
    let edge = Edge {
        offer: o,
        need: n,
        giver: offer.party,
        receiver: need.party,
        candidate: 0,
        lot: offer.lot.max(need.useful),
        cap: offer.room.min(need.room),
        value: unit_value(instance, offer.service_type, need.priority),
        area,
        base: giver_is_unit && offer.base && need.mode != Some(crate::model::Mode::Project),
        kept: instance.previous_services.binary_search(&(o, n)).is_ok(),
        pinned: false,
    };
    Some((pair, edge))
}
