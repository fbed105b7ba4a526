//! The needs an offer could serve, by type, side and place of the receiver: an offer looks at nobody it cannot reach.

use super::times::Times;
use crate::model::{Instance, Mode, Need, Offer, ReachSet};

/// A group of needs: type, whether units receive, and the place (none for all of the type and side).
type Key = (u32, bool, u32);

/// What fitting asks of a need, close together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// The need.
    pub(super) need: u32,
    /// Its party.
    pub(super) party: u32,
    /// Number of its windows.
    pub(super) windows: u32,
    /// Its days; the widest range if it takes any.
    pub(super) days: (i64, i64),
    /// Its room and least useful amount.
    pub(super) amounts: (i64, i64),
    /// Modes it takes: 1 a base, 2 a project.
    pub(super) modes: u8,
}

/// Needs sorted by group, audience and first day: an audience that does not meet is passed over as a whole.
#[derive(Debug, Default)]
struct Groups {
    /// Group, audience, and where their needs start.
    runs: Vec<(Key, u64, usize)>,
    slots: Vec<Slot>,
}

impl Groups {
    fn new(needs: &[Option<(Slot, u64)>], place: impl Fn(usize) -> Option<Key>) -> Self {
        let numbered = needs.iter().enumerate();
        let mut order: Vec<(Key, u64, Slot)> = numbered
            .filter_map(|(n, need)| {
                let (slot, audience) = (*need)?;
                Some((place(n)?, audience, slot))
            })
            .collect();
        order.sort_unstable_by_key(|(key, audience, slot)| (*key, *audience, slot.days, slot.need));
        let mut groups = Self::default();
        for (key, audience, slot) in order {
            if groups
                .runs
                .last()
                .is_none_or(|run| (run.0, run.1) != (key, audience))
            {
                groups.runs.push((key, audience, groups.slots.len()));
            }
            groups.slots.push(slot);
        }
        groups
    }

    /// The needs of a group that an audience meets and that begin by `last`.
    fn each(&self, key: Key, audience: u64, last: i64, mut take: impl FnMut(&Slot)) {
        let first = self.runs.partition_point(|run| run.0 < key);
        let group = self.runs.get(first..).unwrap_or_default();
        for (run, place) in group.iter().zip(first..).take_while(|(run, _)| run.0 == key) {
            if run.1 & audience != 0 {
                let end = self.runs.get(place + 1).map_or(self.slots.len(), |next| next.2);
                let slots = self.slots.get(run.2..end).unwrap_or_default();
                slots
                    .iter()
                    .take_while(|slot| slot.days.0 <= last)
                    .for_each(&mut take);
            }
        }
    }
}

/// All needs, grouped three ways.
#[derive(Debug)]
pub(super) struct Index {
    district: Groups,
    streets: Groups,
    communities: Groups,
}

/// Everyone as a set of bits, so that two audiences meet where they share one.
fn bits(audience: u64) -> u64 {
    if audience == 0 { u64::MAX } else { audience }
}

/// Days as a range, the widest if there are none.
fn range(days: Option<(i64, i64)>) -> (i64, i64) {
    days.unwrap_or((i64::MIN, i64::MAX))
}

impl Index {
    /// The needs of an instance whose type may be matched.
    pub(super) fn new<'a>(instance: &'a Instance, times: &mut Times<'a>) -> Self {
        let mut slot = |n: u32, need: &'a Need| {
            let kind = instance.types.get(need.service_type as usize)?;
            let modes = match need.mode {
                Some(Mode::Base) => 1,
                Some(Mode::Project) => 2,
                None => 3,
            };
            let slot = Slot {
                need: n,
                party: need.party,
                windows: times.need(&need.windows),
                days: range(need.days),
                amounts: (need.room, need.useful),
                modes,
            };
            (!kind.cash_like).then_some((slot, bits(need.audience)))
        };
        let numbered = (0_u32..).zip(&instance.needs);
        let needs: Vec<_> = numbered.map(|(n, need)| slot(n, need)).collect();
        let of = |n: usize| {
            let need = instance.needs.get(n)?;
            let party = instance.parties.get(need.party as usize)?;
            Some((need.service_type, party))
        };
        Self {
            district: Groups::new(&needs, |n| of(n).map(|(t, p)| (t, p.is_unit(), 0))),
            streets: Groups::new(&needs, |n| {
                of(n).and_then(|(t, p)| Some((t, p.is_unit(), p.street?)))
            }),
            communities: Groups::new(&needs, |n| {
                of(n).and_then(|(t, p)| Some((t, p.is_unit(), p.community?)))
            }),
        }
    }

    /// Adds the needs of the other side that fit an offer, in order, but for bans.
    pub(super) fn fitting(
        &self,
        instance: &Instance,
        o: u32,
        windows: u32,
        times: &mut Times<'_>,
        found: &mut Vec<Slot>,
    ) {
        let Some(offer) = instance.offers.get(o as usize) else {
            return;
        };
        let mut take = |groups: &Groups, place: u32| {
            let key = (offer.service_type, !instance.is_unit(offer.party), place);
            groups.fitting(key, offer, windows, times, found);
        };
        match &offer.reach {
            ReachSet::District => take(&self.district, 0),
            ReachSet::Street(street) => {
                if let Some(street) = street {
                    take(&self.streets, *street);
                }
            }
            ReachSet::Communities(set) => {
                for community in set {
                    take(&self.communities, *community);
                }
            }
        }
        found.sort_unstable_by_key(|slot| slot.need);
    }

    /// Adds the needs of units of one street that fit an offer, but for bans and reach within the street.
    pub(super) fn fitting_units(
        &self,
        offer: &Offer,
        street: u32,
        windows: u32,
        times: &mut Times<'_>,
        found: &mut Vec<Slot>,
    ) {
        let key = (offer.service_type, true, street);
        self.streets.fitting(key, offer, windows, times, found);
    }
}

impl Groups {
    /// Adds the needs of a group that fit an offer, but for bans.
    fn fitting(&self, key: Key, offer: &Offer, windows: u32, times: &mut Times<'_>, found: &mut Vec<Slot>) {
        let (audience, days) = (bits(offer.audience), range(offer.days));
        let modes = u8::from(offer.base) | u8::from(offer.project) << 1;
        self.each(key, audience, days.1, |slot| {
            let (room, useful) = slot.amounts;
            if days.0 <= slot.days.1
                && slot.modes & modes != 0
                && offer.lot.max(useful).max(1) <= offer.room.min(room)
                && times.meet(windows, slot.windows)
            {
                found.push(*slot);
            }
        });
    }
}
