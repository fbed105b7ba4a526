//! A **unit block**: all agreements one unit could make, with its own offers, needs and load kept exactly; only rows of
//! the community side, funds and party-wide rules are priced. For a set S of partners the unit's rows are relaxed to a
//! continuous filling, which bounds what S can gain:
//!
//! W(S) = Σ_rows μ_i·room_i + Σ_{k∈S} (best two-way bundle of k at r_e − μ_{row(e)} − own_k),
//!
//! for any μ ≥ 0. Two choices are tried and the lower value counts: the certificate's own prices of the unit's rows, and
//! the gain of the service at which a row is full when the services of S are filled in by falling gain. With the first
//! choice Σ_rows μ_i·room_i + Σ_{k∈S} L_k bounds every set, so a branch of the search ends where the best partners left
//! cannot lift it above the best set met.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Sub};

/// Numbers a block is computed in: floats while prices are sought, whole ones when the bound is told.
pub(super) trait Number:
    Copy + Default + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + PartialOrd
{
}

impl Number for f64 {}
impl Number for i128 {}

/// Most sets tried before a unit is bounded by its inner prices alone.
const SETS: u32 = 1_000;
/// Most possible services of a unit whose sets are tried.
pub(crate) const LARGE: usize = 5_000;

/// A service of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<T> {
    /// Row of the unit, by its place in the block.
    pub(super) row: u32,
    /// The unit gives.
    pub(super) forth: bool,
    /// Always taken when its agreement is made.
    pub(super) forced: bool,
    /// Gain of a unit of it, and of taking it at all.
    pub(super) unit: T,
    pub(super) once: T,
    /// Least and most; none may be taken if least > most.
    pub(super) lot: T,
    pub(super) cap: T,
}

impl<T: Number> Item<T> {
    fn gain(&self, price: T) -> T {
        let unit = self.unit - price;
        self.once + unit * if unit > T::default() { self.cap } else { self.lot }
    }
}

/// A partner of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Partner<T> {
    /// Its items: from, to.
    pub(super) items: (usize, usize),
    /// What an agreement costs: upkeep and the other side's load.
    pub(super) own: T,
    /// Of a circle: whether the unit gets from the other unit, which bears its price, or gives to it, which earns it.
    pub(super) circle: Option<bool>,
    /// Must be made; may not be made.
    pub(super) must: bool,
    pub(super) never: bool,
}

impl<T> Partner<T> {
    /// How a circle's price counts among the costs; 0 for a pair.
    pub(super) fn sign(&self) -> f64 {
        match self.circle {
            None => 0.0,
            Some(true) => 1.0,
            Some(false) => -1.0,
        }
    }
}

/// A unit's block.
#[derive(Debug, Clone, Default)]
pub(super) struct Block<T> {
    pub(super) items: Vec<Item<T>>,
    pub(super) partners: Vec<Partner<T>>,
    /// Rooms of the unit's own rows, and their prices.
    pub(super) rooms: Vec<T>,
    pub(super) inner: Vec<T>,
    /// Agreements it can look after.
    pub(super) load: usize,
    /// The best set, by places of partners.
    pub(super) best: Vec<usize>,
    /// Partners by falling gain at the inner prices.
    pub(super) alone: Vec<(T, usize)>,
    set: Vec<usize>,
    /// Items of the set, by falling gain of a unit.
    order: Vec<usize>,
    /// What is left of each row, and its price once it is full.
    left: Vec<(T, T)>,
    sets: u32,
}

impl<T: Number> Block<T> {
    /// What the block gains at most; `best` becomes the set. `None` if what must be made
    /// cannot.
    pub(super) fn solve(&mut self) -> Option<T> {
        self.prepare()?;
        let room = self.load.checked_sub(self.set.len())?;
        let prices = self.rooms.iter().zip(&self.inner);
        let mut hope = prices.fold(T::default(), |sum, (room, price)| sum + *room * *price);
        for k in 0..self.set.len() {
            let must = self.set.get(k).copied()?;
            hope = hope + self.bundle(must, true)?;
        }
        if self.items.len() <= LARGE {
            let start = self.gain(hope)?;
            self.best.clone_from(&self.set);
            self.sets = 0;
            let best = self.extend(hope, 0, room, start);
            if self.sets <= SETS {
                return Some(best);
            }
        }
        // Too many sets: what the inner prices alone prove.
        let zero = T::default();
        let gaining = self.alone.iter().take(room).filter(|(gain, _)| *gain > zero);
        let most = gaining.clone().fold(hope, |sum, (gain, _)| sum + *gain);
        self.best.clone_from(&self.set);
        self.best.extend(gaining.map(|(_, k)| *k));
        Some(most)
    }

    /// Sorts partners by what they gain at the inner prices; the set becomes what must be made.
    pub(super) fn prepare(&mut self) -> Option<()> {
        self.set.clear();
        self.alone.clear();
        for k in 0..self.partners.len() {
            let partner = *self.partners.get(k)?;
            let forced = self
                .items
                .get(partner.items.0..partner.items.1)?
                .iter()
                .any(|item| item.forced);
            if partner.must || forced {
                if partner.never {
                    return None;
                }
                self.set.push(k);
            } else if !partner.never
                && let Some(gain) = self.bundle(k, true)
            {
                self.alone.push((gain, k));
            }
        }
        self.alone.sort_by(|a, b| {
            b.0.partial_cmp(&a.0)
                .unwrap_or(Ordering::Equal)
                .then(a.1.cmp(&b.1))
        });
        Some(())
    }

    /// Adds partners from the `from`th on to the set, which `hope` bounds at the inner prices.
    fn extend(&mut self, hope: T, from: usize, room: usize, best: T) -> T {
        let mut best = best;
        if room == 0 {
            return best;
        }
        for at in from..self.alone.len() {
            let next = self.alone.get(at..).unwrap_or_default().iter().take(room);
            let mut most = hope;
            for (place, (gain, _)) in next.enumerate() {
                if place == 0 || *gain > T::default() {
                    most = most + *gain;
                }
            }
            let Some((gain, k)) = self.alone.get(at).copied() else {
                break;
            };
            if most <= best || self.sets > SETS {
                break;
            }
            self.sets += 1;
            self.set.push(k);
            if let Some(found) = self.gain(hope + gain) {
                if found > best {
                    best = found;
                    self.best.clone_from(&self.set);
                }
                best = self.extend(hope + gain, at + 1, room - 1, best);
            }
            self.set.pop();
        }
        best
    }

    /// W of the set, which `hope` bounds at the inner prices; `None` if one of its partners cannot give or get.
    fn gain(&mut self, hope: T) -> Option<T> {
        self.fill();
        let rows = self.left.iter().zip(&self.rooms);
        let mut sum = rows.fold(T::default(), |sum, ((_, price), room)| sum + *price * *room);
        for i in 0..self.set.len() {
            let k = self.set.get(i).copied()?;
            sum = sum + self.bundle(k, false)?;
        }
        Some(if hope < sum { hope } else { sum })
    }

    /// The best two-way bundle of a partner, with rows at their inner prices or at those of the last filling.
    fn bundle(&self, k: usize, inner: bool) -> Option<T> {
        let partner = self.partners.get(k)?;
        let zero = T::default();
        let mut sides = [(zero, None::<T>, false); 2];
        for item in self.items.get(partner.items.0..partner.items.1)? {
            if item.lot > item.cap {
                if item.forced {
                    return None;
                }
                continue;
            }
            let row = item.row as usize;
            let price = if inner {
                *self.inner.get(row)?
            } else {
                self.left.get(row)?.1
            };
            let gain = item.gain(price);
            let side = &mut sides[usize::from(item.forth)];
            if gain > zero || item.forced {
                (side.0, side.2) = (side.0 + gain, true);
            }
            side.1 = Some(side.1.map_or(gain, |most| if gain > most { gain } else { most }));
        }
        let mut sum = zero - partner.own;
        for (all, most, taken) in sides {
            sum = sum + if taken { all } else { most? };
        }
        Some(sum)
    }

    /// Fills the unit's rows with the services of the set by falling gain.
    fn fill(&mut self) {
        let zero = T::default();
        self.left.clear();
        self.left.extend(self.rooms.iter().map(|room| (*room, zero)));
        self.order.clear();
        for k in &self.set {
            let Some(partner) = self.partners.get(*k) else {
                continue;
            };
            self.order.extend(partner.items.0..partner.items.1);
        }
        let items = &self.items;
        self.order.retain(|i| {
            items
                .get(*i)
                .is_some_and(|item| item.unit > zero && item.lot <= item.cap)
        });
        let unit = |i: &usize| items.get(*i).map(|item| item.unit);
        self.order.sort_unstable_by(|a, b| {
            unit(b)
                .partial_cmp(&unit(a))
                .unwrap_or(Ordering::Equal)
                .then(a.cmp(b))
        });
        for i in &self.order {
            let Some(item) = self.items.get(*i) else { continue };
            let Some(row) = self.left.get_mut(item.row as usize) else {
                continue;
            };
            if row.1 > zero {
                continue;
            }
            if item.cap > row.0 {
                row.1 = item.unit;
            } else {
                row.0 = row.0 - item.cap;
            }
        }
    }

    /// How much of each item the best set takes when its rows are filled by falling gain.
    pub(super) fn amounts(&mut self, mut take: impl FnMut(usize, T)) {
        self.set.clone_from(&self.best);
        self.fill();
        let zero = T::default();
        let mut room: Vec<T> = self.rooms.clone();
        let mut given: Vec<[bool; 2]> = vec![[false; 2]; self.set.len()];
        let at = |k: &Block<T>, i: usize| {
            k.set.iter().position(|p| {
                k.partners
                    .get(*p)
                    .is_some_and(|p| (p.items.0..p.items.1).contains(&i))
            })
        };
        for i in &self.order {
            let (Some(item), Some(place)) = (self.items.get(*i), at(self, *i)) else {
                continue;
            };
            let Some(room) = room.get_mut(item.row as usize) else {
                continue;
            };
            let amount = if item.cap > *room { *room } else { item.cap };
            if amount > zero {
                *room = *room - amount;
                take(*i, amount);
                if let Some(given) = given.get_mut(place) {
                    given[usize::from(item.forth)] = true;
                }
            }
        }
        for (place, k) in self.set.iter().enumerate() {
            let Some(partner) = self.partners.get(*k) else {
                continue;
            };
            for side in [false, true] {
                if given.get(place).is_some_and(|given| given[usize::from(side)]) {
                    continue;
                }
                let mut most: Option<(T, usize)> = None;
                for i in partner.items.0..partner.items.1 {
                    let Some(item) = self
                        .items
                        .get(i)
                        .filter(|item| item.forth == side && item.lot <= item.cap)
                    else {
                        continue;
                    };
                    let price = self.left.get(item.row as usize).map_or(zero, |row| row.1);
                    let gain = item.gain(price);
                    if most.is_none_or(|(best, _)| gain > best) {
                        most = Some((gain, i));
                    }
                }
                if let Some((_, i)) = most
                    && let Some(item) = self.items.get(i)
                {
                    take(i, item.lot);
                }
            }
        }
    }

    /// How much of each item the best partners alone would take at the inner prices, as many as the load allows: what
    /// moves the inner prices.
    pub(super) fn wishes(&self, mut take: impl FnMut(usize, T)) {
        let zero = T::default();
        for (_, k) in self.alone.iter().take(self.load).filter(|(gain, _)| *gain > zero) {
            let Some(partner) = self.partners.get(*k) else {
                continue;
            };
            for i in partner.items.0..partner.items.1 {
                let Some(item) = self.items.get(i).filter(|item| item.lot <= item.cap) else {
                    continue;
                };
                let price = self.inner.get(item.row as usize).copied().unwrap_or(zero);
                if item.gain(price) > zero {
                    take(i, if item.unit > price { item.cap } else { item.lot });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(row: u32, forth: bool, unit: i128, lot: i128, cap: i128) -> Item<i128> {
        Item {
            row,
            forth,
            forced: false,
            unit,
            once: 0,
            lot,
            cap,
        }
    }

    /// A unit with one offer of 10 and a need of 4, and two partners that would each take 7.
    fn block(load: usize) -> Block<i128> {
        let items = vec![
            item(0, true, 5, 1, 7),
            item(1, false, -3, 2, 4),
            item(0, true, 4, 1, 7),
            item(1, false, -1, 2, 4),
        ];
        let partner = |items| Partner {
            items,
            own: 2,
            circle: None,
            must: false,
            never: false,
        };
        Block {
            items,
            partners: vec![partner((0, 2)), partner((2, 4))],
            rooms: vec![10, 4],
            inner: vec![0, 0],
            load,
            ..Block::default()
        }
    }

    #[test]
    fn a_direction_that_gains_nothing_takes_what_loses_least() {
        // 7·5 − 2·3 − 2 with the first, 7·4 − 2·1 − 2 with the second.
        assert_eq!(block(1).solve(), Some(27));
        let mut second = block(1);
        second.partners[0].never = true;
        assert_eq!(second.solve(), Some(24));
    }

    #[test]
    fn two_partners_share_what_the_unit_has() {
        // 7 to the first and 3 to the second: 35 + 12, less 6 + 2 for the ways back and 2·2.
        assert_eq!(block(2).solve(), Some(35 + 12 - 8 - 4));
    }

    #[test]
    fn what_must_be_may_lose_and_what_cannot_be_has_no_bound() {
        let mut lone = block(1);
        lone.partners[0].never = true;
        lone.partners[1].must = true;
        lone.items[2].unit = -9;
        assert_eq!(lone.solve(), Some(-9 - 2 - 2));
        lone.partners[1].never = true;
        assert_eq!(lone.solve(), None);
    }
}
