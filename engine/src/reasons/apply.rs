//! A change, made in a part of the instance.

use super::code::{Change, Reason};
use super::standing::Standing;
use crate::local::Part;
use crate::model::{Ban, Need, Offer, ReachSet};

impl Standing<'_> {
    /// The parties a change is about, beside the one that needs.
    pub(super) fn parties_of(&self, change: &Change) -> Vec<u32> {
        let offer = |id: &String| {
            let o = self.ids.offers.get(id.as_str())?;
            self.instance.offers.get(*o as usize).map(|o| o.party)
        };
        let need = |id: &String| {
            let n = self.ids.needs.get(id.as_str())?;
            self.instance.needs.get(*n as usize).map(|n| n.party)
        };
        let party = |id: &String| self.ids.parties.get(id.as_str()).copied();
        let found = match change {
            Change::WidenReach { offer: id, .. }
            | Change::OtherTimes { offer: id }
            | Change::OtherAudience { offer: id }
            | Change::SmallerLot { offer: id, .. }
            | Change::MoreOfOffer { offer: id, .. }
            | Change::LiftBan { offer: id } => offer(id),
            Change::ReturnService { need: id, .. } => need(id),
            Change::NewOffer { party: id, .. }
            | Change::OneMoreAgreement { party: id }
            | Change::MoreTolerance { party: id, .. }
            | Change::WithoutUpkeep { party: id } => party(id),
            Change::MoreMoney { .. } | Change::OneMoreBase | Change::AskForService | Change::SearchLonger => {
                None
            }
            Change::Several { changes } => return changes.iter().flat_map(|c| self.parties_of(c)).collect(),
        };
        found.into_iter().collect()
    }

    /// Makes a change in a part; `false` if it names what is not there, or there is nothing to change.
    pub(super) fn apply(&self, part: &mut Part, reason: &Reason, change: &Change) -> bool {
        self.try_apply(part, reason, change).is_some()
    }

    fn try_apply(&self, part: &mut Part, reason: &Reason, change: &Change) -> Option<()> {
        let n = part.needs.part(*self.ids.needs.get(reason.need.as_str())?)?;
        let need: Need = part.instance.needs.get(n as usize)?.clone();
        let offer = |part: &Part, id: &String| part.offers.part(*self.ids.offers.get(id.as_str())?);
        let party = |part: &Part, id: &String| part.parties.part(*self.ids.parties.get(id.as_str())?);
        match change {
            Change::AskForService => return None,
            Change::SearchLonger => {}
            Change::Several { changes } => {
                for change in changes {
                    self.try_apply(part, reason, change)?;
                }
            }
            Change::NewOffer { party: id, quantity } => {
                let giver = party(part, id)?;
                let given = new_offer(giver, &need, *quantity);
                dedicate(part, given, n);
            }
            Change::ReturnService { need: id, quantity } => {
                let wanted = part.needs.part(*self.ids.needs.get(id.as_str())?)?;
                let given = new_offer(need.party, part.instance.needs.get(wanted as usize)?, *quantity);
                dedicate(part, given, wanted);
            }
            Change::WidenReach { offer: id, community } => {
                let o = offer(part, id)?;
                let community = community.as_ref().map(|id| party(part, id));
                let reach = &mut part.instance.offers.get_mut(o as usize)?.reach;
                match (reach, community) {
                    (ReachSet::Communities(set), Some(Some(community))) => {
                        set.push(community);
                        set.sort_unstable();
                    }
                    (reach, None) => *reach = ReachSet::District,
                    _ => return None,
                }
            }
            Change::OtherTimes { offer: id } => {
                let o = offer(part, id)?;
                let offer = part.instance.offers.get(o as usize)?;
                let (windows, days) = (offer.windows.clone(), offer.days);
                let need = part.instance.needs.get_mut(n as usize)?;
                (need.windows, need.days) = (windows, days);
            }
            Change::OtherAudience { offer: id } => {
                let o = offer(part, id)?;
                let offer = part.instance.offers.get_mut(o as usize)?;
                (offer.audience, offer.base, offer.project) = (0, true, true);
            }
            Change::SmallerLot { offer: id, quantity } => {
                if let Some(o) = offer(part, id) {
                    let offer = part.instance.offers.get_mut(o as usize)?;
                    offer.lot = offer.lot.min(*quantity);
                }
                let need = part.instance.needs.get_mut(n as usize)?;
                need.useful = need.useful.min(*quantity);
            }
            Change::MoreOfOffer { offer: id, quantity } => {
                let o = offer(part, id)?;
                part.instance.offers.get_mut(o as usize)?.room += quantity;
            }
            Change::OneMoreAgreement { party: id } => {
                let p = party(part, id)?;
                part.instance.parties.get_mut(p as usize)?.room += 1;
            }
            Change::MoreTolerance { party: id, micro } => {
                let p = party(part, id)?;
                let party = part.instance.parties.get_mut(p as usize)?;
                party.tolerance = party.tolerance.saturating_add(*micro);
            }
            Change::MoreMoney { fund, fen } => {
                let f = part.funds.part(*self.ids.funds.get(fund.as_str())?)?;
                part.instance.funds.get_mut(f as usize)?.room += fen;
            }
            Change::OneMoreBase => part.instance.document.policy.base_quota += 1,
            Change::WithoutUpkeep { party: id } => {
                let p = party(part, id)?;
                part.waived.push([p.min(need.party), p.max(need.party)]);
            }
            Change::LiftBan { offer: id } => {
                let o = offer(part, id)?;
                let giver = part.instance.offers.get(o as usize)?.party;
                part.instance.bans.retain(|ban| match ban {
                    Ban::Service { offer, need } => (*offer, *need) != (o, n),
                    Ban::Agreement(members) => !members.iter().all(|m| *m == giver || *m == need.party),
                });
            }
        }
        Some(())
    }
}

/// An offer that fits a need: to everyone, at its times, in lots of one.
fn new_offer(giver: u32, need: &Need, quantity: i64) -> Offer {
    Offer {
        party: giver,
        service_type: need.service_type,
        room: quantity,
        lot: 1,
        reach: ReachSet::District,
        windows: need.windows.clone(),
        days: need.days,
        audience: 0,
        cost: None,
        project: true,
        base: true,
    }
}

/// Adds an offer for one need alone.
fn dedicate(part: &mut Part, given: Offer, wanted: u32) {
    let place = u32::try_from(part.instance.offers.len()).unwrap_or(u32::MAX);
    let needs = (0_u32..).zip(&part.instance.needs);
    let others = needs.filter(|(n, need)| *n != wanted && need.service_type == given.service_type);
    let bans = others.map(|(need, _)| Ban::Service { offer: place, need });
    part.instance.bans.extend(bans);
    part.instance.offers.push(given);
}
