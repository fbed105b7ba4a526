//! The reasons of each need, the best first.

use super::code::{Change, Code, Reason};
use super::standing::Standing;
use super::way::Way;
use crate::edges::fit::{Test, failed};
use crate::plan::Document;
use crate::rules::Context;

/// Ways looked at closely for one need.
const CLOSE: usize = 16;
/// Ways told for one need.
const REASONS: usize = 6;
/// Of these, ways told again with an offer for the need alone.
const RAISED: usize = 2;
/// Parties that might make a new offer, looked at for one need.
const GIVERS: usize = 12;

/// A plan whose open needs can be asked about.
pub struct Explainer<'a> {
    pub(super) standing: Standing<'a>,
}

impl<'a> Explainer<'a> {
    /// Finds what the plan leaves; work in proportion to the instance, once for all needs.
    #[must_use]
    pub fn new(context: Context<'a>, plan: &Document) -> Self {
        Self {
            standing: Standing::new(context, plan),
        }
    }

    /// Needs that are not wholly met, by place.
    #[must_use]
    pub fn open(&self) -> Vec<u32> {
        let numbered = (0_u32..).zip(&self.standing.needs);
        numbered.filter(|(_, open)| **open > 0).map(|(n, _)| n).collect()
    }

    /// The reasons why a need is open, the main one first. Which of them is true only [`Explainer::confirm`] says.
    #[must_use]
    pub fn reasons(&self, n: u32) -> Vec<Reason> {
        let standing = &self.standing;
        let Some(need) = standing.instance.needs.get(n as usize) else {
            return Vec::new();
        };
        let cash = standing
            .instance
            .types
            .get(need.service_type as usize)
            .is_some_and(|t| t.cash_like);
        if cash {
            return vec![standing.plain(n, Code::Cash, Change::AskForService, 0)];
        }
        let offers = self.others(need.party, need.service_type);
        let mut ways = if offers.is_empty() {
            self.new_offers(n, need.party)
        } else {
            self.ways(n, need.party, &offers)
        };
        if ways.is_empty() {
            ways = self.new_offers(n, need.party);
        }
        ways.sort_by_key(Way::key);
        ways.truncate(REASONS);
        let mut told: Vec<Reason> = Vec::new();
        for way in &ways {
            let reason = standing.tell(n, way, offers.len());
            if !told
                .iter()
                .any(|r| r.code == reason.code && r.change == reason.change)
            {
                told.push(reason);
            }
        }
        // Where whatever is there would go to others, an offer for this need alone is what is left to ask for.
        let alone = ways.iter().filter_map(|way| Some((way, way.dedicated()?)));
        for (way, alone) in alone.take(RAISED) {
            let Reason { change, .. } = standing.tell(n, &alone, offers.len());
            told.push(Reason {
                change,
                ..standing.tell(n, way, offers.len())
            });
        }
        if let (false, Some(main)) = (offers.is_empty(), told.first().cloned()) {
            for way in self.new_offers(n, need.party).iter().take(RAISED) {
                let Reason { change, .. } = standing.tell(n, way, offers.len());
                told.push(Reason {
                    change,
                    ..main.clone()
                });
            }
        }
        if told.is_empty() {
            // Nothing makes the need worth anything: the rules count its service as nothing.
            let giver = offers
                .first()
                .and_then(|o| standing.instance.offers.get(*o as usize));
            let party = giver
                .map(|offer| standing.party_id(offer.party))
                .unwrap_or_default();
            told.push(standing.plain(n, Code::NotWorth, Change::WithoutUpkeep { party }, offers.len()));
        }
        told
    }

    /// Offers of a type on the other side.
    fn others(&self, party: u32, service_type: u32) -> Vec<u32> {
        let instance = self.standing.instance;
        let unit = |p: u32| {
            instance
                .parties
                .get(p as usize)
                .is_some_and(crate::model::Party::is_unit)
        };
        let own = unit(party);
        let other = |o: &u32| {
            instance
                .offers
                .get(*o as usize)
                .is_some_and(|offer| unit(offer.party) != own)
        };
        self.standing
            .of_type
            .of(service_type)
            .iter()
            .copied()
            .filter(other)
            .collect()
    }

    /// The ways by offers that are there: all are looked at, those that lack least closely.
    fn ways(&self, n: u32, party: u32, offers: &[u32]) -> Vec<Way> {
        let standing = &self.standing;
        let instance = standing.instance;
        let mut near: Vec<(usize, i64, u32, Vec<Test>)> = Vec::new();
        for o in offers {
            let Some(offer) = instance.offers.get(*o as usize) else {
                continue;
            };
            let mut tests = failed(instance, &standing.bans, *o, n);
            tests.retain(|test| *test != Test::Lot);
            let mut lacks = tests.len() + usize::from(standing.left(*o) < offer.lot.max(1));
            if !standing.signed(offer.party, party) {
                let full = |p: u32| usize::from(standing.side(p).room < 1);
                lacks += full(offer.party) + full(party);
                lacks += usize::from(standing.pair(offer.party, party).is_none());
                // An agreement more has its upkeep.
                lacks = 2 * lacks + 1;
            } else {
                lacks *= 2;
            }
            near.push((lacks, -standing.left(*o), *o, tests));
        }
        near.sort_unstable();
        let close = near.iter().take(CLOSE);
        close
            .filter_map(|(_, _, o, tests)| standing.way(n, *o, tests))
            .collect()
    }

    /// The ways by offers that somebody would have to make: first those who have an agreement with the party, then those
    /// who could, then those of its street.
    fn new_offers(&self, n: u32, party: u32) -> Vec<Way> {
        let standing = &self.standing;
        let (instance, local) = (standing.instance, &standing.local);
        let partners = local.candidates_of(party).iter().filter_map(|k| {
            let candidate = local.context().edges.candidates.get(*k as usize)?;
            let other = candidate.members.iter().copied().find(|m| *m != party)?;
            let made = local.made(&standing.taken, *k);
            let full = standing.side(other).room < 1;
            Some((u8::from(!made) + u8::from(!made && full), other))
        });
        let mut givers: Vec<(u8, u32)> = partners.collect();
        givers.sort_unstable();
        if givers.is_empty()
            && let Some(own) = instance.parties.get(party as usize)
        {
            let near = (0_u32..).zip(&instance.parties).filter(|(p, other)| {
                other.is_unit() != own.is_unit()
                    && other.street == own.street
                    && standing.side(*p).room > 0
                    && !local.needs_of(*p).is_empty()
            });
            givers.extend(near.map(|(p, _)| (3, p)));
        }
        let givers = givers.iter().take(GIVERS);
        givers
            .filter_map(|(_, giver)| standing.way_of_new_offer(n, *giver))
            .collect()
    }
}
