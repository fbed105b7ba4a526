//! Agreement candidates: members among whom everybody can give and get.

use std::collections::BTreeMap;

use super::{Edge, Edges};
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

/// Pairs with edges in both directions become candidates; edges of the others are dropped.
pub(super) fn gather(instance: &Instance, found: BTreeMap<(u32, u32), Vec<Edge>>) -> Edges {
    let mut edges = Edges {
        rows: Vec::new(),
        candidates: Vec::new(),
    };
    for ((side, unit), mut run) in found {
        let gives = |party: u32| run.iter().any(|e| e.giver == party);
        if !gives(side) || !gives(unit) {
            continue;
        }
        run.sort_by_key(|e| (e.offer, e.need));
        let mut members = vec![side, unit];
        members.sort_unstable();
        let number = u32::try_from(edges.candidates.len()).unwrap_or(u32::MAX);
        let first = u32::try_from(edges.rows.len()).unwrap_or(u32::MAX);
        for edge in &mut run {
            edge.candidate = number;
        }
        edges.rows.append(&mut run);
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
