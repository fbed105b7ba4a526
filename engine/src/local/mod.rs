//! A part of a plan is freed, everything else held, and HiGHS finds the best for that part. What the held rest
//! leaves becomes the rooms of a small instance of its own, so that the rules are the same as for the whole, and the
//! work depends on the size of the part alone.

mod cut;
mod held;
mod index;
mod place;
mod search;

pub(crate) use cut::{Cut, Part};
pub(crate) use index::Lists;

use crate::exact::Limits;
use crate::rules::Context;

/// How near to HiGHS's own bound a part's plan must be to be taken as the best, a share of its value.
const GAP: f64 = 1e-3;

/// What rather stays as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Still<'a> {
    /// Edges of the whole that are only kept as they are or dropped, so that the part is small; none = all may change.
    pub edges: &'a [bool],
    /// What a service that stays is worth beside its value, µ. A new plan of the part must still be worth more by value
    /// alone.
    pub inertia_micro: i64,
}

/// An instance with indexes that find what touches what.
#[derive(Debug, Clone)]
pub struct Local<'a> {
    context: Context<'a>,
    /// Candidates of each party.
    candidates: Lists,
    /// Edges of each offer.
    offers: Lists,
    /// Edges of each need.
    needs: Lists,
    /// Edges that each fund pays.
    funds: Lists,
    /// Offers of each party.
    party_offers: Lists,
    /// Needs of each party.
    party_needs: Lists,
}

impl<'a> Local<'a> {
    /// Builds the indexes, once for all parts.
    #[must_use]
    pub fn new(context: Context<'a>) -> Self {
        let Context { instance, edges } = context;
        let members = (0_u32..).zip(&edges.candidates);
        let members = members.flat_map(|(k, c)| c.members.iter().map(move |m| (*m, k)));
        let numbered = (0_u32..).zip(&edges.rows);
        let paid = numbered.clone().filter_map(|(e, edge)| {
            let cost = instance.offers.get(edge.offer as usize)?.cost;
            cost.map(|(_, fund)| (fund, e))
        });
        Self {
            context,
            candidates: Lists::new(instance.parties.len(), members),
            offers: Lists::new(
                instance.offers.len(),
                numbered.clone().map(|(e, edge)| (edge.offer, e)),
            ),
            needs: Lists::new(instance.needs.len(), numbered.map(|(e, edge)| (edge.need, e))),
            funds: Lists::new(instance.funds.len(), paid),
            party_offers: Lists::new(
                instance.parties.len(),
                (0_u32..).zip(&instance.offers).map(|(o, offer)| (offer.party, o)),
            ),
            party_needs: Lists::new(
                instance.parties.len(),
                (0_u32..).zip(&instance.needs).map(|(n, need)| (need.party, n)),
            ),
        }
    }

    /// The instance and its edges.
    #[must_use]
    pub fn context(&self) -> Context<'a> {
        self.context
    }

    /// The candidates of a party, by place.
    #[must_use]
    pub fn candidates_of(&self, party: u32) -> &[u32] {
        self.candidates.of(party)
    }

    /// The edges of an offer, by place.
    #[must_use]
    pub fn edges_of_offer(&self, offer: u32) -> &[u32] {
        self.offers.of(offer)
    }

    /// The edges of a need, by place.
    #[must_use]
    pub fn edges_of_need(&self, need: u32) -> &[u32] {
        self.needs.of(need)
    }

    /// The edge of an offer and a need in the agreement of these members (sorted).
    #[must_use]
    pub fn edge(&self, members: &[u32], offer: u32, need: u32) -> Option<u32> {
        let edges = self.context.edges;
        let is = |e: &&u32| {
            let edge = edges.rows.get(**e as usize).filter(|edge| edge.offer == offer);
            let candidate = edge.and_then(|edge| edges.candidates.get(edge.candidate as usize));
            candidate.is_some_and(|candidate| candidate.members == members)
        };
        self.edges_of_need(need).iter().find(is).copied()
    }

    /// The offers of a party, by place.
    #[must_use]
    pub fn offers_of(&self, party: u32) -> &[u32] {
        self.party_offers.of(party)
    }

    /// The needs of a party, by place.
    #[must_use]
    pub fn needs_of(&self, party: u32) -> &[u32] {
        self.party_needs.of(party)
    }

    /// Whether an agreement is made.
    #[must_use]
    pub fn made(&self, taken: &[i64], candidate: u32) -> bool {
        let found = self.context.edges.candidates.get(candidate as usize);
        found.is_some_and(|c| c.range().any(|e| amount(taken, e) > 0))
    }

    /// Frees the agreements of `free` (places of candidates, sorted) and holds everything else of the plan `taken`.
    /// Gives new amounts of some of their edges if these raise the value of the whole plan. `bases` are the bases of
    /// the plan; the amounts may change which units can be, and the best choice for them is part of the value. Without
    /// them bases earn nothing.
    #[must_use]
    pub fn improve(
        &self,
        taken: &[i64],
        bases: Option<&[bool]>,
        free: &[u32],
        limits: Limits,
    ) -> Option<Vec<(u32, i64)>> {
        self.improve_but(taken, bases, free, Still::default(), limits)
    }

    /// The same with a wish to keep what is there.
    #[must_use]
    pub fn improve_but(
        &self,
        taken: &[i64],
        bases: Option<&[bool]>,
        free: &[u32],
        still: Still<'_>,
        limits: Limits,
    ) -> Option<Vec<(u32, i64)>> {
        let mut part = Part::of_edges(&Cut {
            local: self,
            taken,
            bases,
            free,
            with: &[],
            still: still.edges,
        });
        part.inertia = still.inertia_micro;
        let best = part.best(limits, GAP)?;
        if part.value(&best) <= part.value(&part.taken) {
            return None;
        }
        let both = part.taken.iter().zip(&best);
        let changed = part.sources.iter().zip(both).filter(|(_, (old, new))| old != new);
        Some(changed.map(|(e, (_, new))| (*e, *new)).collect())
    }

    /// The candidate of exactly these members (sorted).
    #[must_use]
    pub fn candidate(&self, members: &[u32]) -> Option<u32> {
        let all = &self.context.edges.candidates;
        let is = |k: &&u32| all.get(**k as usize).is_some_and(|c| c.members == members);
        let fewest = members
            .iter()
            .map(|m| self.candidates_of(*m))
            .min_by_key(|list| list.len())?;
        fewest.iter().find(is).copied()
    }
}

/// How much of an edge is taken.
pub(crate) fn amount(taken: &[i64], e: usize) -> i64 {
    taken.get(e).copied().unwrap_or(0)
}
