//! A service that an offer and a need could make: whether they fit, how much may be taken, which rows that uses.
//! Written from the definition, not from the solver.

use std::collections::BTreeMap;

use super::ONE;
use super::block::ITEMS;
use crate::certificate::rule;
use crate::model::{Ban, Instance, Mode, Need, Offer, ReachSet, WEEK_MIN};

/// A service between a unit and its partner: those two, whether the unit gives, offer and need.
pub(super) type Edge = (u32, u32, bool, u32, u32);

/// Least and most that may be taken.
pub(super) fn range(instance: &Instance, o: u32, n: u32) -> (i128, i128) {
    let (offer, need) = (&instance.offers[o as usize], &instance.needs[n as usize]);
    let (least, most) = (offer.lot.max(need.useful), offer.room.min(need.room));
    (least.into(), most.into())
}

/// Each rule's row it uses: how much with each unit taken, and how much by being taken at all.
pub(super) fn uses(instance: &Instance, o: u32, n: u32) -> [(usize, u32, i128, i128); 10] {
    let (offer, need) = (&instance.offers[o as usize], &instance.needs[n as usize]);
    let (policy, kind) = (instance.policy(), instance.types[offer.service_type as usize]);
    let (from, to, area) = (offer.party, need.party, usize::from(kind.area));
    let factor = policy.priority_ppm[usize::from(need.priority) - 1];
    let worth = (i128::from(kind.worth) * i128::from(factor)).div_euclid(ONE);
    let again = i128::from(instance.previous_services.binary_search(&(o, n)).is_ok());
    let kept = i128::from(policy.stability_service_micro) * again;
    let base = offer.base && need.mode != Some(Mode::Project);
    let based = i128::from(base && instance.parties[from as usize].is_unit());
    // What costs nothing uses nothing of the one row of value.
    let paid = |(fen, fund): (i64, u32)| (rule::BUDGET, fund, fen.into(), 0);
    [
        (rule::CAPACITY, o, 1, 0),
        (rule::DEMAND, n, 1, 0),
        (rule::RECIPROCITY, from, -worth, 0),
        (rule::RECIPROCITY, to, worth, 0),
        (rule::FAIRNESS, to, -worth, 0),
        (rule::COVERAGE + area, to, 0, -1),
        (rule::VALUE, 0, worth, kept),
        (rule::BASE_AREA + area, from, 0, -based),
        (rule::BASE_DEPTH, from, 0, -based),
        offer.cost.map_or((rule::VALUE, 0, 0, 0), paid),
    ]
}

/// The tests of fitting, in a pair or in a circle, and whether each is passed.
pub(super) fn tests(instance: &Instance, o: u32, n: u32, circle: bool) -> [(&'static str, bool); 9] {
    let (offer, need) = (&instance.offers[o as usize], &instance.needs[n as usize]);
    let party = |p: u32| &instance.parties[p as usize];
    let (from, to, (least, most)) = (offer.party, need.party, range(instance, o, n));
    let reached = match &offer.reach {
        ReachSet::District => true,
        ReachSet::Street(street) => street.is_some() && *street == party(to).street,
        ReachSet::Communities(set) => party(to).community.is_some_and(|c| set.contains(&c)),
    };
    let banned = |ban: &Ban| match ban {
        Ban::Service { offer, need } => (*offer, *need) == (o, n),
        Ban::Agreement(members) => members.iter().all(|m| [from, to].contains(m)),
    };
    let all = offer.audience == 0 || need.audience == 0;
    let either = offer.base || offer.project;
    [
        ("type", offer.service_type == need.service_type),
        ("cash", !instance.types[offer.service_type as usize].cash_like),
        (
            "sides",
            from != to && (circle || party(from).is_unit() != party(to).is_unit()),
        ),
        ("reach", reached),
        ("windows", times_meet(offer, need, instance.policy().overlap_min)),
        ("audience", all || offer.audience & need.audience > 0),
        ("mode", need.mode.map_or(either, |mode| offer.allows(mode))),
        ("lot", least <= most),
        ("bans", !instance.bans.iter().any(banned)),
    ]
}

/// The week is cut where a window starts or ends; a piece lies within a window or outside.
fn times_meet(offer: &Offer, need: &Need, overlap: i64) -> bool {
    let (days, a, b) = (offer.days.zip(need.days), &offer.windows, &need.windows);
    let both = |t: i64| a.iter().any(|w| w.holds(t)) && b.iter().any(|w| w.holds(t));
    let common = || {
        let cuts = a.iter().chain(b).flat_map(|w| [w.from_min, w.to_min]);
        let mut cuts: Vec<i64> = cuts.chain([0, WEEK_MIN]).collect();
        cuts.sort_unstable();
        let held = cuts.windows(2).filter(|piece| both(piece[0]));
        held.map(|piece| piece[1] - piece[0]).sum::<i64>()
    };
    let day = days.is_none_or(|((a, b), (c, d))| a <= d && c <= b);
    day && (a.is_empty() || b.is_empty() || common() >= overlap.max(1))
}

/// The services that fit, unit by unit and partner by partner.
pub(super) fn edges(instance: &Instance) -> Vec<Edge> {
    let everyone = |audience: u64| if audience == 0 { u64::MAX } else { audience };
    let days = |days: Option<(i64, i64)>| days.unwrap_or((i64::MIN, i64::MAX));
    let is_unit = |p: u32| usize::from(instance.parties[p as usize].is_unit());
    // Offers by type, side and audience: what refuses most.
    let mut offers = vec![[BTreeMap::new(), BTreeMap::new()]; instance.types.len()];
    for (o, offer) in (0_u32..).zip(&instance.offers) {
        let of_type = &mut offers[offer.service_type as usize];
        let of_audience = of_type[is_unit(offer.party)].entry(everyone(offer.audience));
        of_audience.or_insert_with(Vec::new).push((days(offer.days), o));
    }
    // Type by type, so that what is read stays near.
    let mut order: Vec<(u32, &Need)> = (0_u32..).zip(&instance.needs).collect();
    order.sort_by_key(|(_, need)| need.service_type);
    let mut edges: Vec<Edge> = Vec::new();
    for (n, need) in order {
        let (wanted, (from, to)) = (everyone(need.audience), days(need.days));
        let near = offers[need.service_type as usize][1 - is_unit(need.party)].iter();
        for &(days, o) in near.filter(|list| list.0 & wanted != 0).flat_map(|list| list.1) {
            if days.0 <= to && from <= days.1 && tests(instance, o, n, false).iter().all(|test| test.1) {
                let (a, b) = (instance.offers[o as usize].party, need.party);
                let forth = is_unit(a) == 1;
                edges.push((if forth { a } else { b }, if forth { b } else { a }, forth, o, n));
            }
        }
    }
    edges.sort_by_key(|edge| (edge.0, edge.1));
    // Where sets are tried, equal gains are taken in the order of offers and needs.
    let small = |run: &&mut [Edge]| run.len() <= ITEMS;
    let runs = edges.chunk_by_mut(|a, b| a.0 == b.0).filter(small);
    runs.for_each(<[Edge]>::sort_unstable);
    edges
}
