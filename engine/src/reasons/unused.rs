//! Why an offer, or part of it, stays unused.

use serde::Serialize;

use super::Explainer;

/// Why an offer is not used up. Words live outside the engine under `unused-<code>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Idle {
    /// Money, cards and forced orders are never matched.
    Cash,
    /// Nobody on the other side needs this type.
    NoNeed,
    /// Those who need it do not fit: reach, times, audience or lots.
    NoFit,
    /// Those who fit have nothing to give in return that its party needs.
    NoReturnService,
    /// Every need that fits is met.
    AllMet,
    /// Its party looks after as many agreements as it can.
    PartyFull,
    /// Needs that fit are open, but serving them would add nothing.
    NotWorth,
}

/// An offer that is not used up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unused {
    /// The offer.
    pub offer: String,
    /// How much is left.
    pub left: i64,
    /// Why.
    pub code: Idle,
    /// Needs of the type on the other side.
    pub needs: usize,
    /// An open need that fits, if there is one.
    pub nearest: Option<String>,
}

impl Explainer<'_> {
    /// Offers that are not used up, in the instance's order.
    #[must_use]
    pub fn unused(&self) -> Vec<Unused> {
        let standing = &self.standing;
        let instance = standing.instance;
        // Needs of each type: communities', then units'.
        let mut wanted = vec![[0_usize; 2]; instance.types.len()];
        let unit = |p: u32| {
            instance
                .parties
                .get(p as usize)
                .is_some_and(crate::model::Party::is_unit)
        };
        for need in &instance.needs {
            let cell = wanted.get_mut(need.service_type as usize);
            if let Some(cell) = cell.and_then(|sides| sides.get_mut(usize::from(unit(need.party)))) {
                *cell += 1;
            }
        }
        let mut unused = Vec::new();
        for (o, offer) in (0_u32..).zip(&instance.offers) {
            let left = standing.left(o);
            if left < 1 {
                continue;
            }
            let other = usize::from(!unit(offer.party));
            let needs = wanted
                .get(offer.service_type as usize)
                .and_then(|sides| sides.get(other));
            let needs = needs.copied().unwrap_or(0);
            let (code, nearest) = self.idle(o, needs);
            unused.push(Unused {
                offer: standing.offer_id(o),
                left,
                code,
                needs,
                nearest,
            });
        }
        unused
    }

    fn idle(&self, o: u32, needs: usize) -> (Idle, Option<String>) {
        let standing = &self.standing;
        let Some(offer) = standing.instance.offers.get(o as usize) else {
            return (Idle::NoNeed, None);
        };
        let cash = standing
            .instance
            .types
            .get(offer.service_type as usize)
            .is_some_and(|t| t.cash_like);
        if cash {
            return (Idle::Cash, None);
        }
        if needs == 0 {
            return (Idle::NoNeed, None);
        }
        let edges = standing.local.edges_of_offer(o);
        let rows = &standing.local.context().edges.rows;
        if edges.is_empty() {
            // Edges without a way back are dropped, so a need that fits may still be there.
            let fits = |n: u32| {
                let same = standing.instance.needs.get(n as usize);
                same.is_some_and(|need| need.service_type == offer.service_type)
                    && crate::edges::fit::fits(standing.instance, &standing.bans, o, n)
            };
            let all = u32::try_from(standing.instance.needs.len()).unwrap_or(u32::MAX);
            let code = if (0..all).any(fits) {
                Idle::NoReturnService
            } else {
                Idle::NoFit
            };
            return (code, None);
        }
        let open = edges
            .iter()
            .filter_map(|e| rows.get(*e as usize))
            .find(|e| standing.open(e.need) > 0);
        let Some(open) = open else {
            return (Idle::AllMet, None);
        };
        let nearest = Some(standing.need_id(open.need));
        if standing.side(offer.party).room < 1 && !standing.signed(offer.party, open.receiver) {
            (Idle::PartyFull, nearest)
        } else {
            (Idle::NotWorth, nearest)
        }
    }
}
