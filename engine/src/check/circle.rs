//! Circles of three, from their definition: a community-side party and two units of one street, each of which can give to
//! the next all the way round, the first making a pair with neither unit, and some need among them served by no pair.

use std::collections::BTreeMap;

use super::service;
use crate::model::{Ban, CIRCLES_MAX, Instance};

/// The services of a circle: offers and needs.
pub(super) type Circle = Vec<(u32, u32)>;

/// The circles by their members. `edges` are the services between communities and units, sorted by unit and partner.
pub(super) fn all(instance: &Instance, edges: &[service::Edge]) -> BTreeMap<Vec<u32>, Circle> {
    let (mut circles, party) = (BTreeMap::new(), |p: u32| &instance.parties[p as usize]);
    let (mut ways, mut served) = (BTreeMap::new(), vec![false; instance.needs.len()]);
    for run in edges.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (unit, other, forth, ..) = run[0];
        if run.iter().any(|edge| edge.2 != forth) {
            run.iter().for_each(|edge| served[edge.4 as usize] = true);
        } else if party(unit).street.is_some() && party(unit).street == party(other).street {
            let way = if forth { (unit, other) } else { (other, unit) };
            ways.insert(way, run.iter().map(|edge| (edge.3, edge.4)).collect::<Vec<_>>());
        }
    }
    if ways.is_empty() || !instance.policy().circles {
        return circles;
    }
    let mut needs = BTreeMap::new();
    for (n, need) in (0_u32..).zip(&instance.needs) {
        if party(need.party).is_unit() {
            let near = needs.entry((need.service_type, party(need.party).street));
            near.or_insert_with(Vec::new).push(n);
        }
    }
    for (o, offer) in (0_u32..).zip(&instance.offers) {
        let street = party(offer.party).street;
        let gives = street.is_some() && party(offer.party).is_unit();
        let near = needs.get(&(offer.service_type, street)).filter(|_| gives);
        for &n in near.into_iter().flatten() {
            if service::tests(instance, o, n, true).iter().all(|test| test.1) {
                let way = (offer.party, instance.needs[n as usize].party);
                ways.entry(way).or_default().push((o, n));
            }
        }
    }
    for (&(c, u), out) in ways.iter().filter(|(way, _)| !party(way.0).is_unit()) {
        for (&(_, v), across) in ways.range((u, 0)..=(u, u32::MAX)) {
            let Some(back) = ways.get(&(v, c)).filter(|_| party(v).is_unit()) else {
                continue;
            };
            let (mut members, round) = (vec![c, u, v], [out, across, back]);
            members.sort_unstable();
            let held =
                |ban: &Ban| matches!(ban, Ban::Agreement(all) if all.iter().all(|m| members.contains(m)));
            let mut all = round.iter().flat_map(|way| way.iter());
            let needed = all.any(|&(_, n)| !served[n as usize]);
            if needed && circles.len() < CIRCLES_MAX && !instance.bans.iter().any(held) {
                let services = round.iter().flat_map(|way| way.iter().copied());
                circles.insert(members.clone(), services.collect());
            }
        }
    }
    circles
}
