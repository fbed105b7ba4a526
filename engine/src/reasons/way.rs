//! A way to meet an open need, and what blocks it.

use super::gain::{Extra, Gain};
use super::standing::Standing;
use crate::edges::fit::Test;
use crate::edges::unit_value;
use crate::local::amount;

/// What blocks a way. Listed from what only the whole plan decides to what the lists themselves rule out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Block {
    /// A party has no room for an agreement.
    Full(u32),
    /// A fund lacks so many fen.
    Spent(u32, i64),
    /// The giver would become a base, but the street has enough.
    NoQuota,
    /// A party's imbalance would cost too much; with so much more tolerance, µ, it would not.
    Unbalance(u32, i64),
    /// A new agreement is worth less than its upkeep.
    Upkeep,
    /// The offer lacks so many units.
    Taken(i64),
    /// Lots would have to be as small as this.
    Lot(i64),
    /// The other side has nothing it can get in return; so much of this need would do.
    NoReturn(u32, i64),
    /// Offer and need do not fit.
    Unfit(Test),
    /// There is no offer; one of so many units would do.
    NoOffer(i64),
}

impl Block {
    /// Its kind, without what it is about.
    fn rank(&self) -> u8 {
        match self {
            Self::Full(_) => 0,
            Self::Spent(..) => 1,
            Self::NoQuota => 2,
            Self::Unbalance(..) => 3,
            Self::Upkeep => 4,
            Self::Taken(_) => 5,
            Self::Lot(_) => 6,
            Self::NoReturn(..) => 7,
            Self::Unfit(Test::Reach | Test::Sides) => 8,
            Self::Unfit(Test::Times) => 9,
            Self::Unfit(Test::Audience) => 10,
            Self::Unfit(Test::Lot) => 11,
            Self::Unfit(Test::Ban) => 12,
            Self::NoOffer(_) => 13,
        }
    }
}

/// A way to meet a need by one giver.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// The offer used; none if there would have to be one.
    pub(super) offer: Option<u32>,
    pub(super) giver: u32,
    /// What blocks it, the weightiest first.
    pub(super) blocks: Vec<Block>,
    /// What it would add to the value without the blocks.
    pub(super) gain: Gain,
    /// How much of the need it would meet.
    pub(super) amount: i64,
}

impl Way {
    /// Ways with fewer blocks come first, then those that only the whole plan blocks, then those that add more.
    pub(super) fn key(&self) -> (usize, Option<u8>, i128, Option<u32>) {
        let main = self.blocks.first().map(Block::rank);
        (self.blocks.len(), main, -self.gain.good, self.offer)
    }

    /// The same by an offer for this need alone, which others cannot take; none if it is that already.
    pub(super) fn dedicated(&self) -> Option<Self> {
        self.offer?;
        let stays = |block: &&Block| {
            !matches!(
                block,
                Block::Taken(_) | Block::Spent(..) | Block::Lot(_) | Block::Unfit(_)
            )
        };
        let mut blocks = vec![Block::NoOffer(self.amount)];
        blocks.extend(self.blocks.iter().filter(stays));
        Some(Self {
            offer: None,
            blocks,
            ..self.clone()
        })
    }
}

/// A way under way: amounts that may still be set.
struct Draft<'a, 'b> {
    standing: &'a Standing<'b>,
    pair: [u32; 2],
    services: Vec<Extra>,
    new: bool,
}

impl Draft<'_, '_> {
    fn gain(&self) -> Gain {
        self.standing.gain(self.pair, &self.services, self.new)
    }

    fn total(&mut self, place: usize, amount: i64) -> i128 {
        if let Some(extra) = self.services.get_mut(place) {
            extra.amount = amount;
        }
        self.gain().total()
    }

    /// The least amount of a service from `least` on that adds value, if `most` or `least` does; else the better one.
    fn least(&mut self, place: usize, least: i64, most: i64) -> i64 {
        let (at_least, at_most) = (self.total(place, least), self.total(place, most));
        let (mut low, mut high) = (least, most);
        if at_least > 0 || (at_most <= 0 && at_least >= at_most) {
            high = least;
        } else if at_most > 0 {
            while low + 1 < high {
                let middle = low.midpoint(high);
                if self.total(place, middle) > 0 {
                    high = middle;
                } else {
                    low = middle;
                }
            }
        }
        self.total(place, high);
        high
    }
}

impl Standing<'_> {
    /// The way to meet need `n` by offer `o`, which fails these tests; none if nothing would make it worth anything.
    pub(super) fn way(&self, n: u32, o: u32, failed: &[Test]) -> Option<Way> {
        let (need, offer) = (
            self.instance.needs.get(n as usize)?,
            self.instance.offers.get(o as usize)?,
        );
        let mut blocks: Vec<Block> = failed
            .iter()
            .filter(|test| **test != Test::Lot)
            .map(|test| Block::Unfit(*test))
            .collect();
        let (open, left) = (self.open(n), self.left(o));
        let same = |e: &&u32| {
            self.local
                .context()
                .edges
                .rows
                .get(**e as usize)
                .is_some_and(|e| e.offer == o)
        };
        let mut begun = self.local.edges_of_need(n).iter().filter(same);
        let begun = begun.any(|e| amount(&self.taken, *e as usize) > 0);
        let lot = if begun { 1 } else { offer.lot.max(need.useful) };
        // The least and the most that may be taken once the blocks are gone.
        let (mut least, mut most) = (lot, left.min(open));
        if lot > open || (left >= 1 && left < lot && offer.room < lot) {
            let quantity = if left >= 1 { open.min(left) } else { open };
            blocks.push(Block::Lot(quantity));
            (least, most) = (quantity, quantity);
        }
        let lacks = left < least;
        if lacks {
            most = open;
        }
        if let Some((fen, fund)) = offer.cost.filter(|(fen, _)| *fen > 0) {
            let money = self.funds.get(fund as usize).copied().unwrap_or(0);
            if money / fen >= least {
                most = most.min(money / fen);
            } else {
                blocks.push(Block::Spent(fund, fen.saturating_mul(least) - money));
                most = least;
            }
        }
        let mut draft = self.draft(n, offer.party, Some(o), most.max(least));
        if lacks {
            let amount = draft.least(0, least, most.max(least));
            blocks.push(Block::Taken(amount - left));
        } else if draft.gain().total() <= 0 {
            let more = draft.total(0, most);
            if draft.total(0, least) <= more {
                draft.total(0, most);
            }
        }
        self.finish(draft, blocks, Some(o))
    }

    /// The way to meet need `n` by an offer that `giver` would have to make.
    pub(super) fn way_of_new_offer(&self, n: u32, giver: u32) -> Option<Way> {
        let need = self.instance.needs.get(n as usize)?;
        let open = self.open(n);
        let mut blocks = Vec::new();
        let least = need.useful.min(open).max(1);
        if need.useful > open {
            blocks.push(Block::Lot(least));
        }
        let mut draft = self.draft(n, giver, None, least);
        let amount = draft.least(0, least, open.max(least));
        blocks.push(Block::NoOffer(amount));
        self.finish(draft, blocks, None)
    }

    /// The service itself and, if the two have no agreement yet, what else they could do for each other.
    fn draft(&self, n: u32, giver: u32, offer: Option<u32>, amount: i64) -> Draft<'_, '_> {
        let need = self.instance.needs.get(n as usize);
        let receiver = need.map_or(0, |need| need.party);
        let mut services: Vec<Extra> = need
            .map(|need| self.extra(giver, need, offer, amount))
            .into_iter()
            .collect();
        let new = !self.signed(giver, receiver);
        if let (true, Some(k)) = (new, self.pair(giver, receiver)) {
            self.fill(k, n, offer, amount, &mut services);
        }
        Draft {
            standing: self,
            pair: [giver, receiver],
            services,
            new,
        }
    }

    fn extra(&self, giver: u32, need: &crate::model::Need, offer: Option<u32>, amount: i64) -> Extra {
        let area = self
            .instance
            .types
            .get(need.service_type as usize)
            .map_or(0, |t| t.area);
        let unit = self
            .instance
            .parties
            .get(giver as usize)
            .is_some_and(crate::model::Party::is_unit);
        let based = offer.is_none_or(|o| self.instance.offers.get(o as usize).is_some_and(|o| o.base));
        Extra {
            giver,
            receiver: need.party,
            amount,
            value: unit_value(self.instance, need.service_type, need.priority),
            area,
            base: unit && based && need.mode != Some(crate::model::Mode::Project),
        }
    }

    /// Adds what a candidate's other edges allow, the most valuable first.
    fn fill(&self, k: u32, n: u32, offer: Option<u32>, amount: i64, services: &mut Vec<Extra>) {
        let edges = self.local.context().edges;
        let Some(candidate) = edges.candidates.get(k as usize) else {
            return;
        };
        let mut run: Vec<_> = edges
            .rows
            .get(candidate.range())
            .unwrap_or_default()
            .iter()
            .collect();
        run.sort_by_key(|e| {
            (
                std::cmp::Reverse(i128::from(e.value) * i128::from(e.cap)),
                e.offer,
                e.need,
            )
        });
        let mut used: Vec<(bool, u32, i64)> = offer.map(|o| (true, o, amount)).into_iter().collect();
        for edge in run.into_iter().filter(|e| e.need != n) {
            let taken = |used: &[(bool, u32, i64)], is_offer: bool, place: u32| -> i64 {
                let same = used
                    .iter()
                    .filter(|(kind, p, _)| *kind == is_offer && *p == place);
                same.map(|(.., amount)| amount).sum()
            };
            let mut room = edge
                .cap
                .min(self.left(edge.offer) - taken(&used, true, edge.offer));
            room = room.min(self.open(edge.need) - taken(&used, false, edge.need));
            if let Some((fen, fund)) = self.instance.offers.get(edge.offer as usize).and_then(|o| o.cost) {
                room = room.min(self.funds.get(fund as usize).copied().unwrap_or(0) / fen.max(1));
            }
            if room < edge.lot.max(1) {
                continue;
            }
            used.extend([(true, edge.offer, room), (false, edge.need, room)]);
            services.push(Extra {
                giver: edge.giver,
                receiver: edge.receiver,
                amount: room,
                value: edge.value,
                area: edge.area,
                base: edge.base,
            });
        }
    }

    /// Notes what blocks the draft beside what is known, so that without the blocks it adds value.
    fn finish(&self, mut draft: Draft<'_, '_>, mut blocks: Vec<Block>, offer: Option<u32>) -> Option<Way> {
        let [giver, receiver] = draft.pair;
        if draft.new {
            let full = |p: &&u32| self.side(**p).room < 1;
            blocks.extend(draft.pair.iter().filter(full).map(|p| Block::Full(*p)));
            if !draft.services.iter().any(|s| s.giver == receiver) {
                let wanted = self.wanted(giver)?;
                let need = self.instance.needs.get(wanted as usize)?;
                let least = need.useful.min(self.open(wanted)).max(1);
                draft.services.push(self.extra(receiver, need, None, least));
                let place = draft.services.len() - 1;
                let quantity = draft.least(place, need.useful.max(1), self.open(wanted).max(need.useful));
                blocks.push(Block::NoReturn(wanted, quantity));
            }
        }
        let gain = draft.gain();
        if gain.total() <= 0 {
            self.not_worth(&draft, &gain, &mut blocks)?;
        }
        blocks.sort_by_key(|block| std::cmp::Reverse((block.rank(), *block)));
        Some(Way {
            offer,
            giver,
            blocks,
            gain,
            amount: draft.services.first().map_or(1, |s| s.amount.max(1)),
        })
    }

    /// What a party needs most that could be given in return.
    fn wanted(&self, giver: u32) -> Option<u32> {
        let worth = |n: &u32| {
            let need = self.instance.needs.get(*n as usize)?;
            let cash = self.instance.types.get(need.service_type as usize)?.cash_like;
            let value = unit_value(self.instance, need.service_type, need.priority);
            let open = self.open(*n);
            // What is part-met may be open for less than is useful; then nothing more can be given.
            (!cash && open >= need.useful && open > 0 && value > 0)
                .then_some(i128::from(value) * i128::from(open))
        };
        let needs = self.local.needs_of(giver).iter();
        let known = needs.filter_map(|n| worth(n).map(|worth| (worth, std::cmp::Reverse(*n))));
        known.max().map(|(_, n)| n.0)
    }

    /// Why services that fit would not add value.
    fn not_worth(&self, draft: &Draft<'_, '_>, gain: &Gain, blocks: &mut Vec<Block>) -> Option<()> {
        let lack = -gain.total();
        if gain.base_refused > lack {
            blocks.push(Block::NoQuota);
        } else if gain.upkeep > lack && gain.upkeep >= gain.imbalance.min(lack) {
            blocks.push(Block::Upkeep);
        } else if gain.imbalance > lack {
            self.unbalanced(draft, lack, blocks);
        } else if gain.imbalance + gain.upkeep.max(0) > lack {
            blocks.push(Block::Upkeep);
            self.unbalanced(draft, lack - gain.upkeep, blocks);
        } else {
            return None;
        }
        Some(())
    }

    /// The tolerance that would lower the cost of imbalance by more than `lack`, µ × 10^6.
    fn unbalanced(&self, draft: &Draft<'_, '_>, lack: i128, blocks: &mut Vec<Block>) {
        let rate = i128::from(self.instance.policy().reciprocity_ppm).max(1);
        let mut rises: Vec<(i128, i128, u32)> = draft
            .pair
            .iter()
            .map(|p| {
                let before = self.imbalance(*p, &self.side(*p));
                (
                    self.imbalance(*p, &self.side_with(*p, &draft.services)) - before,
                    before,
                    *p,
                )
            })
            .collect();
        rises.sort_by_key(|(rise, _, p)| (std::cmp::Reverse(*rise), *p));
        let mut missing = lack / rate + 1;
        for (rise, before, p) in rises {
            if missing > 0 && rise > 0 {
                let part = missing.min(rise);
                missing -= part;
                blocks.push(Block::Unbalance(
                    p,
                    i64::try_from(before + part).unwrap_or(i64::MAX),
                ));
            }
        }
    }
}
