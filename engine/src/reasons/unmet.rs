//! The reason for each open need, from the tests its offers fail and from the rooms the plan leaves.

use std::collections::BTreeMap;

use super::code::{Change, Code, Reason};
use crate::edges::fit::{Bans, Test, failed};
use crate::edges::{self, Edges};
use crate::model::{Ban, Instance};
use crate::plan::Document;

/// The rooms a plan leaves.
struct Left<'a> {
    instance: &'a Instance,
    edges: Edges,
    offers: Vec<i64>,
    needs: Vec<i64>,
    agreements: Vec<i64>,
    spent: Vec<i64>,
    pairs: Vec<Vec<u32>>,
    takers: BTreeMap<u32, Vec<u32>>,
    of_type: BTreeMap<u32, Vec<u32>>,
}

/// The reason for every need that is not wholly met, in the instance's order.
#[must_use]
pub fn explain(instance: &Instance, plan: &Document) -> Vec<Reason> {
    let left = Left::new(instance, plan);
    let open = (0_u32..).zip(&left.needs).filter(|(_, open)| **open > 0);
    open.filter_map(|(n, open)| left.reason(n, *open)).collect()
}

impl<'a> Left<'a> {
    fn new(instance: &'a Instance, plan: &Document) -> Self {
        let (offers, needs, parties) = (
            instance.offer_index(),
            instance.need_index(),
            instance.party_index(),
        );
        let mut of_type: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (o, offer) in (0_u32..).zip(&instance.offers) {
            of_type.entry(offer.service_type).or_default().push(o);
        }
        let mut left = Self {
            instance,
            edges: edges::build(instance),
            offers: instance.offers.iter().map(|o| o.room).collect(),
            needs: instance.needs.iter().map(|n| n.room).collect(),
            agreements: instance.parties.iter().map(|p| p.room).collect(),
            spent: instance.funds.iter().map(|f| f.room).collect(),
            pairs: Vec::new(),
            takers: BTreeMap::new(),
            of_type,
        };
        for agreement in &plan.agreements {
            let mut members: Vec<u32> = agreement
                .members
                .iter()
                .filter_map(|id| parties.get(id.as_str()).copied())
                .collect();
            members.sort_unstable();
            for member in &members {
                lower(&mut left.agreements, *member, 1);
            }
            left.pairs.push(members);
            for service in &agreement.services {
                let found = offers
                    .get(service.offer.as_str())
                    .zip(needs.get(service.need.as_str()));
                let Some((offer, need)) = found.map(|(o, n)| (*o, *n)) else {
                    continue;
                };
                lower(&mut left.offers, offer, service.quantity);
                lower(&mut left.needs, need, service.quantity);
                left.takers.entry(offer).or_default().push(need);
                if let Some((fen, fund)) = instance.offers.get(offer as usize).and_then(|o| o.cost) {
                    lower(&mut left.spent, fund, fen.saturating_mul(service.quantity));
                }
            }
        }
        left
    }

    fn reason(&self, n: u32, open: i64) -> Option<Reason> {
        let need = self.instance.needs.get(n as usize)?;
        let cash = self
            .instance
            .types
            .get(need.service_type as usize)
            .is_some_and(|t| t.cash_like);
        let reason = |code, nearest: Option<u32>, others: Vec<String>, change, offers| Reason {
            need: self.need_id(n),
            open,
            code,
            offers,
            nearest: nearest.map(|o| self.offer_id(o)),
            others,
            change,
        };
        if cash {
            return Some(reason(Code::Cash, None, Vec::new(), Change::AskForService, 0));
        }
        let unit = self.instance.parties.get(need.party as usize)?.is_unit();
        let other_side = |o: &&u32| {
            let giver = self.instance.offers.get(**o as usize).map(|offer| offer.party);
            giver
                .and_then(|p| self.instance.parties.get(p as usize))
                .is_some_and(|p| p.is_unit() != unit)
        };
        let same_type = self
            .of_type
            .get(&need.service_type)
            .map_or(&[][..], Vec::as_slice);
        let offers: Vec<u32> = same_type.iter().filter(other_side).copied().collect();
        if offers.is_empty() {
            return Some(reason(
                Code::NoOffer,
                None,
                Vec::new(),
                Change::NewOffer { quantity: open },
                0,
            ));
        }
        let bans = Bans::new(self.instance);
        let judged: Vec<(u32, Vec<Test>)> = offers
            .iter()
            .map(|o| (*o, failed(self.instance, &bans, *o, n)))
            .collect();
        let fitting: Vec<u32> = judged
            .iter()
            .filter(|(_, f)| f.is_empty())
            .map(|(o, _)| *o)
            .collect();
        let (code, nearest, others, change) = if fitting.is_empty() {
            self.unfit(n, &judged)?
        } else {
            self.fits_but(n, open, &fitting)?
        };
        Some(reason(code, Some(nearest), others, change, offers.len()))
    }

    /// No offer fits: the one that fails fewest tests tells why.
    fn unfit(&self, n: u32, judged: &[(u32, Vec<Test>)]) -> Option<(Code, u32, Vec<String>, Change)> {
        let (o, tests) = judged
            .iter()
            .min_by_key(|(o, tests)| (tests.len(), tests.first().copied(), *o))?;
        let offer = self.offer_id(*o);
        let found = match tests.first()? {
            Test::Reach | Test::Sides => (Code::OutOfReach, Change::WidenReach { offer }),
            Test::Times => (Code::TimesDiffer, Change::OtherTimes { offer }),
            Test::Audience => (Code::NotForThem, Change::OtherAudience { offer }),
            Test::Lot => {
                let room = self.instance.offers.get(*o as usize)?.room;
                let quantity = room.min(self.instance.needs.get(n as usize)?.room);
                if quantity < 1 {
                    (Code::OfferTaken, Change::MoreOfOffer { offer, quantity: 1 })
                } else {
                    (Code::LotTooLarge, Change::SmallerLot { offer, quantity })
                }
            }
            Test::Ban => (Code::Banned, Change::LiftBan { offer }),
        };
        Some((found.0, *o, Vec::new(), found.1))
    }

    /// Offers fit, yet the need is open: a rule of the whole plan stands in the way.
    fn fits_but(&self, n: u32, open: i64, fitting: &[u32]) -> Option<(Code, u32, Vec<String>, Change)> {
        let need = self.instance.needs.get(n as usize)?;
        let giver = |o: u32| self.instance.offers.get(o as usize).map(|offer| offer.party);
        let two_way = |o: &u32| giver(*o).is_some_and(|g| self.candidate(g, need.party));
        let Some(nearest) = fitting.iter().copied().find(two_way) else {
            return self.no_return(need.party, fitting);
        };
        let left = |o: u32| self.offers.get(o as usize).copied().unwrap_or(0);
        let usable = |o: &&u32| two_way(o) && left(**o) >= self.lot(**o, n).min(open).max(1);
        let Some(best) = fitting
            .iter()
            .filter(usable)
            .max_by_key(|o| (left(**o), std::cmp::Reverse(**o)))
        else {
            let others = self.takers.get(&nearest).map_or(&[][..], Vec::as_slice);
            let quantity = self.lot(nearest, n).max(open.min(need.room)) - left(nearest);
            let change = Change::MoreOfOffer {
                offer: self.offer_id(nearest),
                quantity: quantity.max(1),
            };
            return Some((
                Code::OfferTaken,
                nearest,
                others.iter().map(|n| self.need_id(*n)).collect(),
                change,
            ));
        };
        self.whole_plan(n, *best)
    }

    /// The offer has room: is a party full, a fund spent, or is it not worth it?
    fn whole_plan(&self, n: u32, o: u32) -> Option<(Code, u32, Vec<String>, Change)> {
        let need = self.instance.needs.get(n as usize)?;
        let offer = self.instance.offers.get(o as usize)?;
        let mut pair = vec![offer.party, need.party];
        pair.sort_unstable();
        let signed = self.pairs.contains(&pair);
        let full = pair
            .iter()
            .find(|p| self.agreements.get(**p as usize).is_none_or(|room| *room < 1));
        if let (false, Some(full)) = (signed, full) {
            let party = self.party_id(*full);
            return Some((
                Code::PartyFull,
                o,
                vec![party.clone()],
                Change::OneMoreAgreement { party },
            ));
        }
        if let Some((fen, fund)) = offer.cost {
            let wanted = fen.saturating_mul(self.lot(o, n));
            let left = self.spent.get(fund as usize).copied().unwrap_or(0);
            if left < wanted {
                let id = self.instance.document.funds.get(fund as usize)?.id.clone();
                return Some((
                    Code::FundSpent,
                    o,
                    vec![id.clone()],
                    Change::MoreMoney {
                        fund: id,
                        fen: wanted - left,
                    },
                ));
            }
        }
        let code = if signed {
            Code::WouldUnbalance
        } else {
            Code::NotWorth
        };
        Some((
            code,
            o,
            Vec::new(),
            Change::WithoutUpkeep {
                offer: self.offer_id(o),
            },
        ))
    }

    /// What the nearest giver needs that the needing party could offer.
    fn no_return(&self, party: u32, fitting: &[u32]) -> Option<(Code, u32, Vec<String>, Change)> {
        let nearest = *fitting.first()?;
        let giver = self.instance.offers.get(nearest as usize)?.party;
        let wanted = (0_u32..).zip(&self.instance.needs).find(|(n, need)| {
            let banned = Ban::Agreement(vec![party.min(giver), party.max(giver)]);
            need.party == giver
                && self.needs.get(*n as usize).is_some_and(|o| *o > 0)
                && !self.instance.bans.contains(&banned)
        });
        let change = match wanted {
            Some((n, need)) => Change::ReturnService {
                need: self.need_id(n),
                quantity: need.useful.max(1),
            },
            None => Change::NewOffer { quantity: 1 },
        };
        Some((Code::NoReturnService, nearest, vec![self.party_id(giver)], change))
    }

    fn candidate(&self, a: u32, b: u32) -> bool {
        let members = [a.min(b), a.max(b)];
        self.edges.candidates.iter().any(|c| c.members == members)
    }

    fn lot(&self, o: u32, n: u32) -> i64 {
        let lot = self.instance.offers.get(o as usize).map_or(1, |offer| offer.lot);
        lot.max(self.instance.needs.get(n as usize).map_or(1, |need| need.useful))
    }

    fn offer_id(&self, o: u32) -> String {
        self.instance
            .document
            .offers
            .get(o as usize)
            .map(|row| row.id.clone())
            .unwrap_or_default()
    }

    fn need_id(&self, n: u32) -> String {
        self.instance
            .document
            .needs
            .get(n as usize)
            .map(|row| row.id.clone())
            .unwrap_or_default()
    }

    fn party_id(&self, p: u32) -> String {
        self.instance
            .document
            .parties
            .get(p as usize)
            .map(|row| row.id.clone())
            .unwrap_or_default()
    }
}

fn lower(list: &mut [i64], place: u32, by: i64) {
    if let Some(cell) = list.get_mut(place as usize) {
        *cell -= by;
    }
}
