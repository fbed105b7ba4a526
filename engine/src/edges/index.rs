//! The needs an offer could serve, by type, side and place of the receiver: an offer looks at nobody it cannot reach.

use super::times::Times;
use crate::model::{Instance, Mode, Need, ReachSet};

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

/// Needs sorted by group, then by audience and days, so that they are refused in runs. Audiences stand apart: they
/// refuse most, and are read first.
#[derive(Debug, Default)]
struct Groups {
    keys: Vec<(Key, usize)>,
    audiences: Vec<u64>,
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
            if groups.keys.last().is_none_or(|last| last.0 != key) {
                groups.keys.push((key, groups.slots.len()));
            }
            groups.slots.push(slot);
            groups.audiences.push(audience);
        }
        groups
    }

    /// The needs of a group with their audiences.
    fn of(&self, key: Key) -> impl Iterator<Item = (&u64, &Slot)> {
        let place = self.keys.binary_search_by_key(&key, |group| group.0);
        let range = place.map_or(0..0, |place| {
            let start = |at: usize| self.keys.get(at).map_or(self.slots.len(), |group| group.1);
            start(place)..start(place + 1)
        });
        let audiences = self.audiences.get(range.clone()).unwrap_or_default();
        audiences.iter().zip(self.slots.get(range).unwrap_or_default())
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

    /// Adds the needs that fit an offer, in order, but for bans.
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
        let Some(giver) = instance.parties.get(offer.party as usize) else {
            return;
        };
        let (audience, days) = (bits(offer.audience), range(offer.days));
        let modes = u8::from(offer.base) | u8::from(offer.project) << 1;
        let mut take = |groups: &Groups, place: u32| {
            for (theirs, slot) in groups.of((offer.service_type, !giver.is_unit(), place)) {
                let (room, useful) = slot.amounts;
                if theirs & audience != 0
                    && slot.modes & modes != 0
                    && slot.days.0.max(days.0) <= slot.days.1.min(days.1)
                    && offer.lot.max(useful).max(1) <= offer.room.min(room)
                    && times.meet(windows, slot.windows)
                {
                    found.push(*slot);
                }
            }
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
}
