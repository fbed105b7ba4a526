//! A way and its blocks as a reason: the code of the weightiest block, and the changes that remove all of them.

use super::code::{Change, Code, Reason};
use super::standing::Standing;
use super::way::{Block, Way};
use crate::edges::fit::Test;
use crate::local::amount;
use crate::model::ReachSet;

impl Standing<'_> {
    /// A reason without evidence.
    pub(super) fn plain(&self, n: u32, code: Code, change: Change, offers: usize) -> Reason {
        Reason {
            need: self.need_id(n),
            open: self.open(n),
            code,
            offers,
            nearest: None,
            others: Vec::new(),
            have: None,
            asked: None,
            change,
        }
    }

    /// The reason that a way tells.
    pub(super) fn tell(&self, n: u32, way: &Way, offers: usize) -> Reason {
        let mut changes: Vec<Change> = way
            .blocks
            .iter()
            .map(|block| self.change(n, way, block))
            .collect();
        changes.dedup();
        let change = match (changes.pop(), changes.is_empty()) {
            (None, _) => Change::SearchLonger,
            (Some(only), true) => only,
            (Some(last), false) => {
                changes.push(last);
                Change::Several { changes }
            }
        };
        let mut reason = self.plain(n, Code::Overlooked, change, offers);
        reason.nearest = way.offer.map(|o| self.offer_id(o));
        if let Some(main) = way.blocks.first() {
            reason.code = self.code(n, way, main);
            self.evidence(n, way, main, &mut reason);
        }
        reason
    }

    fn code(&self, n: u32, way: &Way, block: &Block) -> Code {
        match block {
            Block::Full(_) => Code::PartyFull,
            Block::Spent(..) => Code::FundSpent,
            Block::NoQuota => Code::BaseQuota,
            Block::Unbalance(..) => Code::WouldUnbalance,
            Block::Upkeep => Code::NotWorth,
            Block::Taken(_) => self.taken_by(n, way).0,
            Block::Lot(_) | Block::Unfit(Test::Lot) => Code::LotTooLarge,
            Block::NoReturn(..) => Code::NoReturnService,
            Block::Unfit(Test::Reach | Test::Sides) => Code::OutOfReach,
            Block::Unfit(Test::Times) => Code::TimesDiffer,
            Block::Unfit(Test::Audience) => Code::NotForThem,
            Block::Unfit(Test::Ban) => Code::Banned,
            Block::NoOffer(_) if offers_there(self, n) => Code::NoReturnService,
            Block::NoOffer(_) => Code::NoOffer,
        }
    }

    fn change(&self, n: u32, way: &Way, block: &Block) -> Change {
        let offer = way.offer.map(|o| self.offer_id(o)).unwrap_or_default();
        match *block {
            Block::Full(party) => Change::OneMoreAgreement {
                party: self.party_id(party),
            },
            Block::Spent(fund, fen) => Change::MoreMoney {
                fund: self.fund_id(fund),
                fen,
            },
            Block::NoQuota => Change::OneMoreBase,
            Block::Unbalance(party, micro) => Change::MoreTolerance {
                party: self.party_id(party),
                micro,
            },
            Block::Upkeep => Change::WithoutUpkeep {
                party: self.party_id(way.giver),
            },
            Block::Taken(quantity) => Change::MoreOfOffer { offer, quantity },
            Block::Lot(quantity) => Change::SmallerLot { offer, quantity },
            Block::NoReturn(need, quantity) => Change::ReturnService {
                need: self.need_id(need),
                quantity,
            },
            Block::Unfit(Test::Reach | Test::Sides | Test::Lot) => Change::WidenReach {
                offer,
                community: self.community(n, way),
            },
            Block::Unfit(Test::Times) => Change::OtherTimes { offer },
            Block::Unfit(Test::Audience) => Change::OtherAudience { offer },
            Block::Unfit(Test::Ban) => Change::LiftBan { offer },
            Block::NoOffer(quantity) => Change::NewOffer {
                party: self.party_id(way.giver),
                quantity,
            },
        }
    }

    /// The community a reach by names would have to hold; none where only everyone will do.
    fn community(&self, n: u32, way: &Way) -> Option<String> {
        let offer = self.instance.offers.get(way.offer? as usize)?;
        let party = self.instance.needs.get(n as usize)?.party;
        let community = self.instance.parties.get(party as usize)?.community?;
        matches!(offer.reach, ReachSet::Communities(_)).then(|| self.party_id(community))
    }

    fn evidence(&self, n: u32, way: &Way, block: &Block, reason: &mut Reason) {
        let micro = |sum: i128| i64::try_from(sum / i128::from(crate::model::PPM)).unwrap_or(i64::MAX);
        let left = way.offer.map_or(0, |o| self.left(o));
        let (have, asked) = match *block {
            Block::Full(party) => {
                reason.others = vec![self.party_id(party)];
                let room = self.instance.parties.get(party as usize).map_or(0, |p| p.room);
                (room, room + 1)
            }
            Block::Spent(fund, fen) => {
                reason.others = vec![self.fund_id(fund)];
                let money = self.funds.get(fund as usize).copied().unwrap_or(0);
                (money, money + fen)
            }
            Block::NoQuota => {
                let quota = self.instance.policy().base_quota;
                (quota, quota + 1)
            }
            Block::Unbalance(party, micro) => {
                reason.others = vec![self.party_id(party)];
                let tolerance = self
                    .instance
                    .parties
                    .get(party as usize)
                    .map_or(0, |p| p.tolerance);
                (tolerance, tolerance.saturating_add(micro))
            }
            Block::Upkeep => (
                micro(way.gain.good - way.gain.imbalance + way.gain.base),
                micro(way.gain.upkeep),
            ),
            Block::Taken(quantity) => {
                let takers = self.taken_by(n, way).1;
                reason.others = takers.iter().map(|taker| self.need_id(*taker)).collect();
                (left, left + quantity)
            }
            Block::Lot(quantity) => {
                let lot = way
                    .offer
                    .and_then(|o| self.instance.offers.get(o as usize))
                    .map_or(1, |o| o.lot);
                let useful = self.instance.needs.get(n as usize).map_or(1, |need| need.useful);
                (quantity, lot.max(useful))
            }
            Block::NoReturn(_, quantity) => {
                reason.others = vec![self.party_id(way.giver)];
                (0, quantity)
            }
            Block::Unfit(Test::Times) => {
                let shared = way.offer.and_then(|o| self.instance.offers.get(o as usize));
                let need = self.instance.needs.get(n as usize);
                let shared = shared
                    .zip(need)
                    .filter(|(o, n)| !o.windows.is_empty() && !n.windows.is_empty());
                let Some((offer, need)) = shared else { return };
                let minutes = crate::model::overlap_minutes(&offer.windows, &need.windows);
                (minutes, self.instance.policy().overlap_min)
            }
            Block::NoOffer(quantity) => {
                reason.others = vec![self.party_id(way.giver)];
                (0, quantity)
            }
            Block::Unfit(_) => return,
        };
        (reason.have, reason.asked) = (Some(have), Some(asked));
    }

    /// Needs that got what the way's offer gives. They come first for fairness alone if each of them is worth no
    /// more than this one, but communities that got less.
    fn taken_by(&self, n: u32, way: &Way) -> (Code, Vec<u32>) {
        let Some(o) = way.offer else {
            return (Code::OfferTaken, Vec::new());
        };
        let edges = self.local.context().edges;
        let run = self.local.edges_of_offer(o).iter();
        let taken = run.filter(|e| amount(&self.taken, **e as usize) > 0);
        let takers: Vec<_> = taken
            .filter_map(|e| edges.rows.get(*e as usize))
            .filter(|e| e.need != n)
            .collect();
        let Some(need) = self.instance.needs.get(n as usize) else {
            return (Code::OfferTaken, Vec::new());
        };
        let value = crate::edges::unit_value(self.instance, need.service_type, need.priority);
        let own = self.next_bonus(need.party);
        let fair = |e: &&crate::edges::Edge| e.value <= value && self.next_bonus(e.receiver) > own;
        let code = if !takers.is_empty() && takers.iter().all(fair) {
            Code::OthersFirst
        } else {
            Code::OfferTaken
        };
        (code, takers.iter().map(|e| e.need).collect())
    }

    fn fund_id(&self, f: u32) -> String {
        self.instance
            .document
            .funds
            .get(f as usize)
            .map(|row| row.id.clone())
            .unwrap_or_default()
    }
}

/// Whether the other side offers the type at all.
fn offers_there(standing: &Standing<'_>, n: u32) -> bool {
    let Some(need) = standing.instance.needs.get(n as usize) else {
        return false;
    };
    let unit = |p: u32| {
        standing
            .instance
            .parties
            .get(p as usize)
            .is_some_and(crate::model::Party::is_unit)
    };
    let other = |o: &u32| {
        standing
            .instance
            .offers
            .get(*o as usize)
            .is_some_and(|o| unit(o.party) != unit(need.party))
    };
    standing.of_type.of(need.service_type).iter().any(other)
}
