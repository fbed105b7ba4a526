//! Circles of three: a community-side party and two units of its street, each of which can give to the next and get from
//! the one before, though no two of them could sign alone.
//!
//! {c, u, v} with c → u → v → c is a candidate iff the policy asks for circles, the three are of one street, neither c and
//! u nor c and v make a pair, no ban holds, and at least one of its services is for a need that no pair serves
//! (`docs/decisions/0024-circles-of-three.md`). Its services go round that one way.

use super::candidate::{add, is_two_way};
use super::fit::Bans;
use super::index::Slot;
use super::{Edges, Found};
use crate::model::{CIRCLES_MAX, EDGES_MAX, Instance};
use crate::rules::reach;

/// What can go from one party to another.
#[derive(Debug)]
struct Way {
    from: u32,
    to: u32,
    services: Vec<(u32, u32)>,
    /// One of its needs is served by no pair.
    needed: bool,
}

/// All ways of which circles are made, sorted by giver and receiver.
#[derive(Debug)]
pub(super) struct Ways(Vec<Way>);

impl Ways {
    /// Ways between communities and units that are no pair, and from unit to unit of a street. `fitting` adds the needs
    /// of units of a street that fit an offer, but for bans and reach; of those that `found` has, none is banned.
    pub(super) fn new(
        instance: &Instance,
        bans: &Bans,
        found: &[Found],
        edges: &Edges,
        mut fitting: impl FnMut(u32, u32, &mut Vec<Slot>),
    ) -> Self {
        let street = |p: u32| instance.parties.get(p as usize).and_then(|p| p.street);
        let mut services: Vec<(u32, u32, u32, u32)> = Vec::new();
        let one_way = found
            .chunk_by(|a, b| a.pair == b.pair)
            .filter(|run| !is_two_way(instance, run));
        for f in one_way.flatten() {
            let giver = instance.offers.get(f.offer as usize).map(|o| o.party);
            let (side, unit) = f.pair;
            if street(side).is_some() && street(side) == street(unit) {
                let (from, to) = if giver == Some(unit) {
                    (unit, side)
                } else {
                    (side, unit)
                };
                services.push((from, to, f.offer, f.need));
            }
        }
        // Without a way from and to a community there is no circle.
        if !services.is_empty() {
            let mut slots = Vec::new();
            for (o, offer) in (0_u32..).zip(&instance.offers) {
                let from = offer.party;
                let Some(place) = street(from).filter(|_| instance.is_unit(from)) else {
                    continue;
                };
                slots.clear();
                fitting(o, place, &mut slots);
                let reached = slots.iter().filter(|slot| {
                    let to = instance.parties.get(slot.party as usize);
                    slot.party != from
                        && to.is_some_and(|to| reach::holds(&offer.reach, to))
                        && !bans.forbid(o, slot.need, from, slot.party)
                });
                services.extend(reached.map(|slot| (from, slot.party, o, slot.need)));
                if services.len() > EDGES_MAX {
                    break;
                }
            }
        }
        services.sort_unstable();
        let mut served = vec![false; instance.needs.len()];
        for edge in &edges.rows {
            if let Some(cell) = served.get_mut(edge.need as usize) {
                *cell = true;
            }
        }
        let open = |need: u32| served.get(need as usize) == Some(&false);
        let runs = services.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
        let way = |run: &[(u32, u32, u32, u32)]| {
            let first = run.first()?;
            Some(Way {
                from: first.0,
                to: first.1,
                services: run.iter().map(|s| (s.2, s.3)).collect(),
                needed: run.iter().any(|s| open(s.3)),
            })
        };
        Self(runs.filter_map(way).collect())
    }

    /// The ways from a party.
    fn from(&self, party: u32) -> &[Way] {
        let first = self.0.partition_point(|way| way.from < party);
        let end = self.0.partition_point(|way| way.from <= party);
        self.0.get(first..end).unwrap_or_default()
    }

    /// Adds the circles in the order of their members.
    pub(super) fn gather(&self, instance: &Instance, bans: &Bans, edges: &mut Edges) {
        let mut circles = self.circles(instance, bans);
        circles.sort_by_key(|circle| circle.0);
        for (members, ways) in circles {
            let services = ways.iter().flat_map(|way| way.services.iter().copied());
            add(instance, members.to_vec(), services, edges);
        }
    }

    /// The circles, members sorted, found in the order of community, first and second unit.
    fn circles(&self, instance: &Instance, bans: &Bans) -> Vec<([u32; 3], [&Way; 3])> {
        let mut circles = Vec::new();
        for out in self.0.iter().filter(|way| !instance.is_unit(way.from)) {
            for across in self.from(out.to).iter().filter(|way| instance.is_unit(way.to)) {
                let home = self.from(across.to);
                let Ok(back) = home.binary_search_by_key(&out.from, |way| way.to) else {
                    continue;
                };
                let Some(back) = home.get(back) else { continue };
                let ways = [out, across, back];
                let mut members = ways.map(|way| way.from);
                members.sort_unstable();
                if !ways.iter().any(|way| way.needed) || bans.forbid_all(&members) {
                    continue;
                }
                circles.push((members, ways));
                if circles.len() >= CIRCLES_MAX {
                    return circles;
                }
            }
        }
        circles
    }
}
