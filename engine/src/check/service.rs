//! A service that an offer and a need could make: whether they fit, how much may be taken, which rows that uses.
//! Written from the definition, not from the solver.

use super::ONE;
use crate::certificate::Row;
use crate::model::{Ban, Instance, Mode, Need, Offer, ReachSet, WEEK_MIN};

/// The row that counts a plan's value, µ. It limits nothing.
pub(super) const VALUE: Row = ("value", 0, 0);

/// Least and most that may be taken.
pub(super) fn range(instance: &Instance, o: u32, n: u32) -> (i64, i64) {
    let (offer, need) = (&instance.offers[o as usize], &instance.needs[n as usize]);
    (offer.lot.max(need.useful), offer.room.min(need.room))
}

/// Each row it uses: how much with each unit taken, how much by being taken at all, what the row allows.
pub(super) fn uses(instance: &Instance, o: u32, n: u32) -> Vec<(Row, i128, i128, i64)> {
    let (offer, need) = (&instance.offers[o as usize], &instance.needs[n as usize]);
    let (policy, kind) = (instance.policy(), instance.types[offer.service_type as usize]);
    let (from, to, area) = (offer.party, need.party, u32::from(kind.area));
    let factor = policy.priority_ppm[usize::from(need.priority) - 1];
    let worth = (i128::from(kind.worth) * i128::from(factor)).div_euclid(ONE);
    let (again, any) = (instance.previous_services.contains(&(o, n)), i64::MAX);
    let kept = i128::from(policy.stability_service_micro) * i128::from(again);
    let mut uses = vec![
        (("capacity", o, 0), 1, 0, offer.room),
        (("demand", n, 0), 1, 0, need.room),
        (("reciprocity", from, 0), -worth, 0, any),
        (("reciprocity", to, 0), worth, 0, any),
        (("fairness", to, 0), -worth, 0, any),
        (("coverage", to, area), 0, -1, any),
        (VALUE, worth, kept, any),
    ];
    if let Some((fen, f)) = offer.cost {
        uses.push((("budget", f, 0), fen.into(), 0, instance.funds[f as usize].room));
    }
    if instance.parties[from as usize].is_unit() && offer.base && need.mode != Some(Mode::Project) {
        uses.push((("base_area", from, area), 0, -1, any));
        uses.push((("base_depth", from, 0), 0, -1, any));
    }
    uses
}

/// The tests of fitting, and whether each is passed.
pub(super) fn tests(instance: &Instance, o: u32, n: u32) -> [(&'static str, bool); 9] {
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
        ("sides", party(from).is_unit() != party(to).is_unit()),
        ("reach", reached),
        ("windows", times_meet(offer, need, instance.policy().overlap_min)),
        ("audience", all || offer.audience & need.audience > 0),
        ("mode", need.mode.map_or(either, |mode| offer.allows(mode))),
        ("lot", least <= most),
        ("bans", !instance.bans.iter().any(banned)),
    ]
}

fn times_meet(offer: &Offer, need: &Need, overlap: i64) -> bool {
    let (days, a, b) = (offer.days.zip(need.days), &offer.windows, &need.windows);
    let both = |t: &i64| a.iter().any(|w| w.holds(*t)) && b.iter().any(|w| w.holds(*t));
    let common = || (0..WEEK_MIN).filter(both).map(|_| 1).sum::<i64>();
    let day = days.is_none_or(|((a, b), (c, d))| a <= d && c <= b);
    day && (a.is_empty() || b.is_empty() || common() >= overlap.max(1))
}
