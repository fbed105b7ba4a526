//! Who could serve whom: one edge for each offer and need that fit, and the agreement candidates they make.

mod candidate;
mod circle;
pub mod fit;
mod index;
mod times;

pub use candidate::Candidate;
use index::Index;
use times::Times;

use crate::model::{EDGES_MAX, Instance, Mode, PPM, Party};

/// A possible service, 48 bytes.
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

/// All edges, candidate by candidate; and all candidates, pairs first, then circles.
#[derive(Debug, Clone)]
pub struct Edges {
    /// The edges.
    pub rows: Vec<Edge>,
    /// The candidates; each knows its run of edges.
    pub candidates: Vec<Candidate>,
}

impl Edges {
    /// How many of the edges belong to pairs: those stand first.
    #[must_use]
    pub fn pair_rows(&self) -> usize {
        let first = self.candidates.iter().find(|c| !c.is_pair());
        first.map_or(self.rows.len(), |circle| circle.first as usize)
    }

    /// What an edge is called in files: its offer and need, and its circle if it is in one.
    #[must_use]
    pub fn name(&self, edge: &Edge) -> String {
        let Edge {
            offer,
            need,
            candidate,
            ..
        } = edge;
        let pair = self
            .candidates
            .get(*candidate as usize)
            .is_none_or(Candidate::is_pair);
        if pair {
            format!("{offer}_{need}")
        } else {
            format!("{offer}_{need}_{candidate}")
        }
    }
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

/// Builds all edges and the candidates in which everybody gives and gets: pairs, and by setting circles. Beyond
/// [`EDGES_MAX`] possible services those of the first offers count.
#[must_use]
pub fn build(instance: &Instance) -> Edges {
    let mut times = Times::new(instance.policy().overlap_min);
    let index = Index::new(instance, &mut times);
    let windows: Vec<u32> = instance.offers.iter().map(|o| times.offer(&o.windows)).collect();
    let bans = fit::Bans::new(instance);
    let (mut found, mut fitting) = (Vec::new(), Vec::new());
    for ((o, offer), windows) in (0_u32..).zip(&instance.offers).zip(&windows) {
        fitting.clear();
        index.fitting(instance, o, *windows, &mut times, &mut fitting);
        for slot in &fitting {
            let (a, b) = (offer.party, slot.party);
            if found.len() < EDGES_MAX && !bans.forbid(o, slot.need, a, b) {
                let from_unit = instance.parties.get(a as usize).is_some_and(Party::is_unit);
                let pair = if from_unit { (b, a) } else { (a, b) };
                found.push(Found {
                    pair,
                    offer: o,
                    need: slot.need,
                });
            }
        }
    }
    // A stable sort: within a pair, offers and needs stay in order.
    found.sort_by_key(|f| f.pair);
    let mut edges = candidate::gather(instance, &found);
    if instance.policy().circles {
        let ways = circle::Ways::new(instance, &bans, &found, &edges, |offer, street, found| {
            let given = instance
                .offers
                .get(offer as usize)
                .zip(windows.get(offer as usize));
            if let Some((offer, windows)) = given {
                index.fitting_units(offer, street, *windows, &mut times, found);
            }
        });
        ways.gather(instance, &bans, &mut edges);
    }
    candidate::pin(instance, &mut edges);
    edges
}

/// An offer and a need that fit.
#[derive(Debug, Clone, Copy)]
struct Found {
    /// Whose they are: community side first, then the unit.
    pair: (u32, u32),
    offer: u32,
    need: u32,
}

/// The edge of an offer and a need that fit, in a candidate.
fn edge(instance: &Instance, o: u32, n: u32, candidate: u32) -> Option<Edge> {
    let (offer, need) = (instance.offers.get(o as usize)?, instance.needs.get(n as usize)?);
    let giver_is_unit = instance.parties.get(offer.party as usize)?.is_unit();
    Some(Edge {
        offer: o,
        need: n,
        giver: offer.party,
        receiver: need.party,
        candidate,
        lot: offer.lot.max(need.useful),
        cap: offer.room.min(need.room),
        value: unit_value(instance, offer.service_type, need.priority),
        area: instance.types.get(offer.service_type as usize)?.area,
        base: giver_is_unit && offer.base && need.mode != Some(Mode::Project),
        kept: instance.previous_services.binary_search(&(o, n)).is_ok(),
        pinned: false,
    })
}

// Ten million edges must stay well below a GiB.
const _: () = assert!(size_of::<Edge>() == 48);
