//! Agreement candidates: members among whom everybody can give and get.

use super::{Edges, Found, edge};
use crate::model::{Instance, Pin};

/// A set of parties that could sign an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its members, sorted.
    pub members: Vec<u32>,
    /// First of its edges.
    pub first: u32,
    /// Edge after its last.
    pub end: u32,
    /// Was in the previous plan.
    pub kept: bool,
    /// Must be in the plan.
    pub pinned: bool,
}

impl Candidate {
    /// Whether it is between two.
    #[must_use]
    pub fn is_pair(&self) -> bool {
        self.members.len() == 2
    }

    /// The run of its edges.
    #[must_use]
    pub fn range(&self) -> std::ops::Range<usize> {
        self.first as usize..self.end as usize
    }
}

/// Whether the services of a pair go both ways.
pub(super) fn is_two_way(instance: &Instance, run: &[Found]) -> bool {
    let giver = |f: &Found| instance.offers.get(f.offer as usize).map(|o| o.party);
    run.iter().any(|f| giver(f) != run.first().and_then(giver))
}

/// Pairs with edges in both directions become candidates. `found` is sorted by pair, offer and need.
pub(super) fn gather(instance: &Instance, found: &[Found]) -> Edges {
    let both = |run: &&[Found]| is_two_way(instance, run);
    let pairs = || found.chunk_by(|a, b| a.pair == b.pair).filter(both);
    let mut edges = Edges {
        rows: Vec::with_capacity(pairs().map(<[_]>::len).sum()),
        candidates: Vec::new(),
    };
    for run in pairs() {
        if let Some((side, unit)) = run.first().map(|f| f.pair) {
            add(
                instance,
                vec![side, unit],
                run.iter().map(|f| (f.offer, f.need)),
                &mut edges,
            );
        }
    }
    edges
}

/// Adds a candidate with its services.
pub(super) fn add(
    instance: &Instance,
    mut members: Vec<u32>,
    services: impl Iterator<Item = (u32, u32)>,
    edges: &mut Edges,
) {
    members.sort_unstable();
    let number = u32::try_from(edges.candidates.len()).unwrap_or(u32::MAX);
    let first = u32::try_from(edges.rows.len()).unwrap_or(u32::MAX);
    edges
        .rows
        .extend(services.filter_map(|(offer, need)| edge(instance, offer, need, number)));
    let kept = instance.previous_agreements.binary_search(&members).is_ok();
    let end = u32::try_from(edges.rows.len()).unwrap_or(u32::MAX);
    edges.candidates.push(Candidate {
        members,
        first,
        end,
        kept,
        pinned: false,
    });
}

/// Marks what is pinned; a pinned service of a pair takes at least its amount and pins its agreement.
pub(super) fn pin(instance: &Instance, edges: &mut Edges) {
    for pin in &instance.pins {
        match pin {
            Pin::Agreement(members) => {
                for candidate in edges.candidates.iter_mut().filter(|c| c.members == *members) {
                    candidate.pinned = true;
                }
            }
            Pin::Service {
                offer,
                need,
                quantity,
            } => {
                let pairs = edges.pair_rows();
                let own = edges.rows.get_mut(..pairs).unwrap_or_default();
                let Some(edge) = own.iter_mut().find(|e| e.offer == *offer && e.need == *need) else {
                    continue;
                };
                edge.pinned = true;
                edge.lot = edge.lot.max(*quantity);
                if let Some(candidate) = edges.candidates.get_mut(edge.candidate as usize) {
                    candidate.pinned = true;
                }
            }
        }
    }
}
