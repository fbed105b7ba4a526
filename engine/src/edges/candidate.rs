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
    /// The run of its edges.
    #[must_use]
    pub fn range(&self) -> std::ops::Range<usize> {
        self.first as usize..self.end as usize
    }
}

/// Pairs with edges in both directions become candidates; edges of the others are dropped. `found` is sorted by offer
/// and need.
pub(super) fn gather(instance: &Instance, mut found: Vec<Found>) -> Edges {
    // A stable sort: within a pair, offers and needs stay in order.
    found.sort_by_key(|f| f.pair);
    let giver = |f: &Found| instance.offers.get(f.offer as usize).map(|o| o.party);
    let both = |run: &&[Found]| run.iter().any(|f| giver(f) != run.first().and_then(giver));
    let pairs = || found.chunk_by(|a, b| a.pair == b.pair).filter(both);
    let mut edges = Edges {
        rows: Vec::with_capacity(pairs().map(<[_]>::len).sum()),
        candidates: Vec::new(),
    };
    for run in pairs() {
        let Some((side, unit)) = run.first().map(|f| f.pair) else {
            continue;
        };
        let mut members = vec![side, unit];
        members.sort_unstable();
        let number = u32::try_from(edges.candidates.len()).unwrap_or(u32::MAX);
        let first = u32::try_from(edges.rows.len()).unwrap_or(u32::MAX);
        let made = run.iter().filter_map(|f| edge(instance, f, number));
        edges.rows.extend(made);
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
    pin(instance, &mut edges);
    edges
}

/// Marks what is pinned; a pinned service takes at least its amount and pins its agreement.
fn pin(instance: &Instance, edges: &mut Edges) {
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
                let Some(edge) = edges
                    .rows
                    .iter_mut()
                    .find(|e| e.offer == *offer && e.need == *need)
                else {
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
