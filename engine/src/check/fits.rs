//! Whether an offer may serve a need: written from the definition, not from the solver.

use crate::model::{Ban, Instance, Mode, Need, Offer, ReachSet, WEEK_MIN, WindowRow};

/// The first test an offer and a need fail, or none.
pub(super) fn fault(instance: &Instance, o: u32, n: u32) -> Option<&'static str> {
    let (offer, need) = (instance.offers.get(o as usize)?, instance.needs.get(n as usize)?);
    let (giver, receiver) = (
        instance.parties.get(offer.party as usize)?,
        instance.parties.get(need.party as usize)?,
    );
    let cash = instance
        .types
        .get(offer.service_type as usize)
        .is_none_or(|t| t.cash_like);
    let reached = match &offer.reach {
        ReachSet::District => true,
        ReachSet::Street(street) => street.is_some() && *street == receiver.street,
        ReachSet::Communities(set) => receiver.community.is_some_and(|c| set.contains(&c)),
    };
    let mode = match need.mode {
        None => offer.base || offer.project,
        Some(Mode::Base) => offer.base,
        Some(Mode::Project) => offer.project,
    };
    let banned = instance.bans.iter().any(|ban| match ban {
        Ban::Service { offer, need } => (*offer, *need) == (o, n),
        Ban::Agreement(members) => members.iter().all(|m| [offer.party, need.party].contains(m)),
    });
    let tests = [
        (offer.service_type == need.service_type, "type"),
        (!cash, "cash"),
        (giver.is_unit() != receiver.is_unit(), "sides"),
        (reached, "reach"),
        (times_meet(offer, need, instance.policy().overlap_min), "windows"),
        (
            offer.audience == 0 || need.audience == 0 || offer.audience & need.audience > 0,
            "audience",
        ),
        (mode, "mode"),
        (offer.lot.max(need.useful) <= offer.room.min(need.room), "lot"),
        (!banned, "ban"),
    ];
    tests.into_iter().find(|(holds, _)| !holds).map(|(_, name)| name)
}

fn times_meet(offer: &Offer, need: &Need, overlap: i64) -> bool {
    let days = offer
        .days
        .zip(need.days)
        .is_none_or(|((a, b), (c, d))| a <= d && c <= b);
    let any = offer.windows.is_empty() || need.windows.is_empty();
    days && (any
        || minutes(&offer.windows)
            .zip(minutes(&need.windows))
            .filter(|(a, b)| *a && *b)
            .count()
            >= least(overlap))
}

fn least(overlap: i64) -> usize {
    usize::try_from(overlap.max(1)).unwrap_or(usize::MAX)
}

/// Each minute of the week: open or not.
fn minutes(windows: &[WindowRow]) -> impl Iterator<Item = bool> {
    (0..WEEK_MIN).map(|minute| {
        windows.iter().any(|w| {
            if w.from_min < w.to_min {
                w.from_min <= minute && minute < w.to_min
            } else {
                w.from_min <= minute || minute < w.to_min
            }
        })
    })
}
