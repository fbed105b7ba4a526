//! What a plan leaves: rooms, balances, what is served. Built once for all reasons.

use std::collections::HashMap;

use crate::edges::fit::Bans;
use crate::local::{Lists, Local, amount};
use crate::model::{AREAS, Instance};
use crate::plan::Document;
use crate::rules::{Context, base};

/// A party under a plan.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Side {
    /// Given less received, µ, without what it carries in.
    pub(super) balance: i128,
    /// Received, µ.
    pub(super) received: i128,
    /// Areas in which it is served.
    pub(super) covered: [bool; AREAS],
    /// Areas in which it gives base services.
    pub(super) serves: [bool; AREAS],
    /// Base services it gives.
    pub(super) depth: i64,
    /// Agreements it can still take on.
    pub(super) room: i64,
    /// It is a base.
    pub(super) base: bool,
}

/// A plan and the rooms it leaves.
pub(super) struct Standing<'a> {
    pub(super) instance: &'a Instance,
    pub(super) local: Local<'a>,
    pub(super) bans: Bans,
    pub(super) taken: Vec<i64>,
    pub(super) bases: Vec<bool>,
    pub(super) offers: Vec<i64>,
    pub(super) needs: Vec<i64>,
    pub(super) funds: Vec<i64>,
    pub(super) sides: Vec<Side>,
    /// Bases each street may still have; place 0 is no street.
    pub(super) quota: Vec<i64>,
    /// Offers of each service type.
    pub(super) of_type: Lists,
    pub(super) ids: Ids<'a>,
}

/// Places of ids.
pub(super) struct Ids<'a> {
    pub(super) parties: HashMap<&'a str, u32>,
    pub(super) offers: HashMap<&'a str, u32>,
    pub(super) needs: HashMap<&'a str, u32>,
    pub(super) funds: HashMap<&'a str, u32>,
}

impl<'a> Standing<'a> {
    pub(super) fn new(context: Context<'a>, plan: &Document) -> Self {
        let instance = context.instance;
        let local = Local::new(context);
        let mut taken = vec![0; context.edges.rows.len()];
        let resolved = plan.resolve(instance);
        for made in &resolved.agreements {
            for (offer, need, quantity) in &made.services {
                let found = local.edge(&made.members, *offer, *need);
                if let Some(cell) = found.and_then(|e| taken.get_mut(e as usize)) {
                    *cell = *quantity;
                }
            }
        }
        let types = (0_u32..)
            .zip(&instance.offers)
            .map(|(o, offer)| (offer.service_type, o));
        let funds = (0_u32..).zip(&instance.document.funds);
        let mut standing = Self {
            instance,
            bans: Bans::new(instance),
            bases: base::choose(context, &taken),
            offers: instance.offers.iter().map(|o| o.room).collect(),
            needs: instance.needs.iter().map(|n| n.room).collect(),
            funds: instance.funds.iter().map(|f| f.room).collect(),
            sides: vec![Side::default(); instance.parties.len()],
            quota: vec![instance.policy().base_quota; instance.streets.len() + 1],
            of_type: Lists::new(instance.types.len(), types),
            ids: Ids {
                parties: instance.party_index(),
                offers: instance.offer_index(),
                needs: instance.need_index(),
                funds: funds.map(|(f, row)| (row.id.as_str(), f)).collect(),
            },
            local,
            taken,
        };
        standing.take(context);
        standing
    }

    fn take(&mut self, context: Context<'_>) {
        for (side, party) in self.sides.iter_mut().zip(&self.instance.parties) {
            side.room = party.room;
        }
        let rows = context.edges.rows.iter().zip(&self.taken);
        for (edge, amount) in rows.filter(|(_, amount)| **amount > 0) {
            let value = i128::from(edge.value) * i128::from(*amount);
            lower(&mut self.offers, edge.offer, *amount);
            lower(&mut self.needs, edge.need, *amount);
            if let Some((fen, fund)) = self.instance.offers.get(edge.offer as usize).and_then(|o| o.cost) {
                lower(&mut self.funds, fund, fen.saturating_mul(*amount));
            }
            if let Some(giver) = self.sides.get_mut(edge.giver as usize) {
                giver.balance += value;
                if edge.base {
                    giver.depth += 1;
                    mark(&mut giver.serves, edge.area);
                }
            }
            if let Some(receiver) = self.sides.get_mut(edge.receiver as usize) {
                receiver.balance -= value;
                receiver.received += value;
                mark(&mut receiver.covered, edge.area);
            }
        }
        for candidate in &context.edges.candidates {
            if candidate.range().any(|e| amount(&self.taken, e) > 0) {
                for member in &candidate.members {
                    if let Some(side) = self.sides.get_mut(*member as usize) {
                        side.room -= 1;
                    }
                }
            }
        }
        let parties = self.instance.parties.iter().zip(&mut self.sides);
        for ((party, side), base) in parties.zip(&self.bases) {
            side.base = *base;
            if *base {
                lower(&mut self.quota, party.street.map_or(0, |s| s + 1), 1);
            }
        }
    }

    pub(super) fn side(&self, party: u32) -> Side {
        self.sides.get(party as usize).copied().unwrap_or_default()
    }

    /// The candidate of two parties.
    pub(super) fn pair(&self, a: u32, b: u32) -> Option<u32> {
        self.local.candidate(&[a.min(b), a.max(b)])
    }

    /// Whether two parties have an agreement.
    pub(super) fn signed(&self, a: u32, b: u32) -> bool {
        self.pair(a, b).is_some_and(|k| self.local.made(&self.taken, k))
    }

    pub(super) fn left(&self, offer: u32) -> i64 {
        self.offers.get(offer as usize).copied().unwrap_or(0)
    }

    pub(super) fn open(&self, need: u32) -> i64 {
        self.needs.get(need as usize).copied().unwrap_or(0)
    }

    pub(super) fn offer_id(&self, o: u32) -> String {
        self.instance
            .document
            .offers
            .get(o as usize)
            .map(|row| row.id.clone())
            .unwrap_or_default()
    }

    pub(super) fn need_id(&self, n: u32) -> String {
        self.instance
            .document
            .needs
            .get(n as usize)
            .map(|row| row.id.clone())
            .unwrap_or_default()
    }

    pub(super) fn party_id(&self, p: u32) -> String {
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

pub(super) fn mark(cells: &mut [bool; AREAS], area: u8) {
    if let Some(cell) = cells.get_mut(usize::from(area)) {
        *cell = true;
    }
}
