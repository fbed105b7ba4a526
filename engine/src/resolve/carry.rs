//! What still fits of a plan and of its prices, by id.

use std::collections::HashMap;

use super::touched::Touched;
use crate::certificate::Prices;
use crate::local::Local;
use crate::model::{AREAS, Instance};
use crate::plan::Document;
use crate::rules::{Context, fairness};

/// A plan carried over.
pub(super) struct Carried {
    /// How much of each edge is taken.
    pub(super) taken: Vec<i64>,
    /// What lost something.
    pub(super) touched: Touched,
    /// Every pin is kept.
    pub(super) holds: bool,
}

/// Value of an agreement that is still possible, negative; its place in the plan; its edges with their amounts.
type Found = (i128, usize, Vec<(u32, i64)>);

/// Rooms while agreements are carried over.
struct Rooms {
    offers: Vec<i64>,
    needs: Vec<i64>,
    parties: Vec<i64>,
    funds: Vec<i64>,
}

/// Carries over every agreement that still fits, the most valuable first; amounts shrink to what is left.
pub(super) fn over(local: &Local<'_>, plan: &Document) -> Carried {
    let Context { instance, edges } = local.context();
    let resolved = plan.resolve(instance);
    let parties = instance.party_index();
    let mut carried = Carried {
        taken: vec![0; edges.rows.len()],
        touched: Touched::default(),
        holds: true,
    };
    let mut rooms = Rooms {
        offers: instance.offers.iter().map(|o| o.room).collect(),
        needs: instance.needs.iter().map(|n| n.room).collect(),
        parties: instance.parties.iter().map(|p| p.room).collect(),
        funds: instance.funds.iter().map(|f| f.room).collect(),
    };
    let (offers, needs) = (instance.offer_index(), instance.need_index());
    let mut agreements: Vec<Found> = Vec::new();
    for (i, made) in resolved.agreements.iter().enumerate() {
        let mut services = Vec::new();
        for (offer, need, quantity) in &made.services {
            let found = local.edge(&made.members, *offer, *need);
            services.extend(found.map(|e| (e, *quantity)));
        }
        let value = |(e, quantity): &(u32, i64)| {
            let unit = edges.rows.get(*e as usize).map_or(0, |edge| edge.value);
            i128::from(unit) * i128::from(*quantity)
        };
        agreements.push((-services.iter().map(value).sum::<i128>(), i, services));
    }
    agreements.sort();
    for (_, i, services) in &agreements {
        let Some(agreement) = plan.agreements.get(*i) else {
            continue;
        };
        if carried.sign(local, &mut rooms, services) && services.len() == agreement.services.len() {
            continue;
        }
        let members = agreement.members.iter();
        let members = members.filter_map(|id| parties.get(id.as_str()).copied());
        carried.touched.parties.extend(members);
        for service in &agreement.services {
            carried.touched.offers.extend(offers.get(service.offer.as_str()));
            carried.touched.needs.extend(needs.get(service.need.as_str()));
        }
    }
    let made = |k: &crate::edges::Candidate| {
        carried
            .taken
            .get(k.range())
            .unwrap_or_default()
            .iter()
            .any(|x| *x > 0)
    };
    let services = edges
        .rows
        .iter()
        .zip(&carried.taken)
        .all(|(e, x)| !e.pinned || *x > 0);
    carried.holds = services && edges.candidates.iter().all(|c| !c.pinned || made(c));
    carried
}

impl Carried {
    /// Signs what is left of an agreement; `false` if that is not all of it.
    fn sign(&mut self, local: &Local<'_>, rooms: &mut Rooms, services: &[(u32, i64)]) -> bool {
        let Context { instance, edges } = local.context();
        let first = services.first().and_then(|(e, _)| edges.rows.get(*e as usize));
        let Some(candidate) = first.and_then(|edge| edges.candidates.get(edge.candidate as usize)) else {
            return false;
        };
        let full = |m: &u32| rooms.parties.get(*m as usize).is_none_or(|room| *room < 1);
        if candidate.members.iter().any(full) {
            return false;
        }
        let (mut taken, mut gives, mut whole) = (Vec::new(), Vec::new(), true);
        for (e, quantity) in services {
            let Some(edge) = edges.rows.get(*e as usize) else {
                continue;
            };
            let left = |list: &[i64], place: u32| list.get(place as usize).copied().unwrap_or(0);
            let mut amount = (*quantity).min(edge.cap);
            amount = amount
                .min(left(&rooms.offers, edge.offer))
                .min(left(&rooms.needs, edge.need));
            let cost = instance.offers.get(edge.offer as usize).and_then(|o| o.cost);
            if let Some((fen, fund)) = cost.filter(|(fen, _)| *fen > 0) {
                amount = amount.min(left(&rooms.funds, fund) / fen);
            }
            whole &= amount == *quantity;
            if amount < edge.lot {
                whole = false;
                continue;
            }
            take(rooms, edge, cost, amount);
            taken.push((*e, amount));
            gives.push(edge.giver);
        }
        if candidate.members.iter().any(|m| !gives.contains(m)) {
            for (e, amount) in taken {
                if let Some(edge) = edges.rows.get(e as usize) {
                    take(
                        rooms,
                        edge,
                        instance.offers.get(edge.offer as usize).and_then(|o| o.cost),
                        -amount,
                    );
                }
            }
            return false;
        }
        for m in &candidate.members {
            lower(&mut rooms.parties, *m, 1);
        }
        for (e, amount) in taken {
            if let Some(cell) = self.taken.get_mut(e as usize) {
                *cell = amount;
            }
        }
        whole
    }
}

fn take(rooms: &mut Rooms, edge: &crate::edges::Edge, cost: Option<(i64, u32)>, amount: i64) {
    lower(&mut rooms.offers, edge.offer, amount);
    lower(&mut rooms.needs, edge.need, amount);
    if let Some((fen, fund)) = cost {
        lower(&mut rooms.funds, fund, fen * amount);
    }
}

fn lower(list: &mut [i64], place: u32, by: i64) {
    if let Some(cell) = list.get_mut(place as usize) {
        *cell -= by;
    }
}

/// Prices by id; rows that are new cost nothing, and every price stays within the range the new policy allows.
pub(super) fn prices(context: Context<'_>, was: &Instance, old: &Prices) -> Prices {
    let now = context.instance;
    let least = fairness::least_price(context);
    let mut prices = Prices::zero(now, least);
    let carry = |to: &mut Vec<i64>,
                 from: &[i64],
                 places: &HashMap<&str, u32>,
                 ids: &mut dyn Iterator<Item = &str>| {
        for (cell, id) in to.iter_mut().zip(ids) {
            let place = places.get(id).map(|place| *place as usize);
            *cell = place.and_then(|place| from.get(place)).copied().unwrap_or(*cell);
        }
    };
    let (lists, known) = (&now.document, was.party_index());
    carry(
        &mut prices.offers,
        &old.offers,
        &was.offer_index(),
        &mut lists.offers.iter().map(|r| r.id.as_str()),
    );
    carry(
        &mut prices.needs,
        &old.needs,
        &was.need_index(),
        &mut lists.needs.iter().map(|r| r.id.as_str()),
    );
    let funds: HashMap<&str, u32> = (0_u32..)
        .zip(&was.document.funds)
        .map(|(f, row)| (row.id.as_str(), f))
        .collect();
    carry(
        &mut prices.funds,
        &old.funds,
        &funds,
        &mut lists.funds.iter().map(|r| r.id.as_str()),
    );
    let of_parties = [
        (&mut prices.parties, &old.parties),
        (&mut prices.balance, &old.balance),
        (&mut prices.fairness, &old.fairness),
        (&mut prices.base_depth, &old.base_depth),
    ];
    for (to, from) in of_parties {
        carry(to, from, &known, &mut lists.parties.iter().map(|r| r.id.as_str()));
    }
    let of_areas = [
        (&mut prices.coverage, &old.coverage),
        (&mut prices.base_areas, &old.base_areas),
    ];
    for (to, from) in of_areas {
        for (cells, row) in to.chunks_mut(AREAS).zip(&lists.parties) {
            let place = known.get(row.id.as_str()).map_or(usize::MAX, |p| *p as usize);
            let old = place
                .checked_mul(AREAS)
                .and_then(|first| from.get(first..first + AREAS));
            cells.copy_from_slice(old.unwrap_or(&[0; AREAS]));
        }
    }
    clamp(now, least, &mut prices);
    prices
}

fn clamp(now: &Instance, least: i64, prices: &mut Prices) {
    let policy = now.policy();
    for (p, party) in now.parties.iter().enumerate() {
        let community = party.kind == crate::model::PartyKind::Community;
        if let Some(q) = prices.balance.get_mut(p) {
            *q = (*q).clamp(-policy.reciprocity_ppm, policy.reciprocity_ppm);
        }
        if let Some(price) = prices.fairness.get_mut(p) {
            *price = if community { (*price).max(least) } else { 0 };
        }
        for cell in prices.coverage.iter_mut().skip(p * AREAS).take(AREAS) {
            *cell = if community {
                (*cell).clamp(0, policy.coverage_micro)
            } else {
                0
            };
        }
    }
}
