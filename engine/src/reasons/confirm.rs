//! Whether a reason is true: the offered change is made, the instance solved again, and the need looked at.

use super::code::{Change, Reason};
use crate::control::Control;
use crate::model::{BanRow, Document as Lists, Instance, OfferRow, Reach};
use crate::plan::Document;
use crate::solve::{Settings, solve_and_prove};
use crate::validate;

/// What confirming said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmed {
    /// With the change the need is met more, or the whole plan is worth more.
    True,
    /// It is not.
    NotTrue,
    /// There is no change to try (cash).
    NothingToTry,
}

/// Makes the change of `reason` and solves again.
#[must_use]
pub fn confirm(
    instance: &Instance,
    plan: &Document,
    reason: &Reason,
    settings: Settings,
    control: &dyn Control,
) -> Confirmed {
    let mut lists = instance.document.clone();
    if !apply(&mut lists, reason) {
        return Confirmed::NothingToTry;
    }
    let Ok(changed) = validate::build(lists) else {
        return Confirmed::NotTrue;
    };
    // Only the plan counts here.
    let Ok(solution) = solve_and_prove(&changed, settings, 0, control) else {
        return Confirmed::NotTrue;
    };
    let met = |plan: &Document| -> i64 {
        let services = plan.agreements.iter().flat_map(|a| &a.services);
        services
            .filter(|s| s.need == reason.need)
            .map(|s| s.quantity)
            .sum()
    };
    let better = met(&solution.plan) > met(plan) || solution.plan.value_micro > plan.value_micro;
    if better {
        Confirmed::True
    } else {
        Confirmed::NotTrue
    }
}

fn offer<'a>(lists: &'a mut Lists, id: &str) -> Option<&'a mut OfferRow> {
    lists.offers.iter_mut().find(|o| o.id == id)
}

fn apply(lists: &mut Lists, reason: &Reason) -> bool {
    let need = lists.needs.iter().find(|n| n.id == reason.need).cloned();
    let Some(need) = need else { return false };
    match &reason.change {
        Change::AskForService => return false,
        Change::NewOffer { quantity } => return new_offer(lists, &need, *quantity),
        Change::WidenReach { offer: id } => {
            if let Some(offer) = offer(lists, id) {
                offer.reach = Reach::District;
            }
        }
        Change::OtherTimes { offer: id } => {
            let times = offer(lists, id).map(|o| (o.windows.clone(), o.days.clone()));
            if let (Some((windows, days)), Some(need)) =
                (times, lists.needs.iter_mut().find(|n| n.id == reason.need))
            {
                (need.windows, need.days) = (windows, days);
            }
        }
        Change::OtherAudience { offer: id } => {
            if let Some(offer) = offer(lists, id) {
                offer.audience = 0;
                offer.modes = vec![crate::model::Mode::Base, crate::model::Mode::Project];
            }
        }
        Change::SmallerLot { offer: id, quantity } => {
            if let Some(offer) = offer(lists, id) {
                offer.smallest_lot = offer.smallest_lot.min(*quantity);
            }
            if let Some(need) = lists.needs.iter_mut().find(|n| n.id == reason.need) {
                need.smallest_useful = need.smallest_useful.min(*quantity);
            }
        }
        Change::ReturnService {
            need: wanted,
            quantity,
        } => return return_service(lists, &need.party, wanted, *quantity),
        Change::MoreOfOffer { offer: id, quantity } => {
            if let Some(offer) = offer(lists, id) {
                offer.quantity += quantity;
            }
        }
        Change::OneMoreAgreement { party } => {
            for row in lists.parties.iter_mut().filter(|p| p.id == *party) {
                row.max_agreements += 1;
            }
        }
        Change::MoreMoney { fund, fen } => {
            for row in lists.funds.iter_mut().filter(|f| f.id == *fund) {
                row.budget_fen += fen;
            }
        }
        Change::WithoutUpkeep { .. } => lists.policy.fixed_micro = 0,
        Change::LiftBan { offer: id } => {
            let party = lists.offers.iter().find(|o| o.id == *id).map(|o| o.party.clone());
            lists.bans.retain(|ban| match ban {
                BanRow::Service { offer, need, .. } => offer != id || *need != reason.need,
                BanRow::Agreement { members, .. } => !party.as_ref().is_some_and(|p| members.contains(p)),
            });
        }
    }
    true
}

/// A new offer of the needed type, by somebody of the other side with whom there is a way back.
fn new_offer(lists: &mut Lists, need: &crate::model::NeedRow, quantity: i64) -> bool {
    let side = |id: &str| {
        lists
            .parties
            .iter()
            .find(|p| p.id == id)
            .map(|p| p.kind == crate::model::PartyKind::Unit)
    };
    let own = side(&need.party);
    let giver = lists.parties.iter().find(|p| {
        side(&p.id) != own
            && lists.needs.iter().any(|n| {
                n.party == p.id
                    && lists
                        .offers
                        .iter()
                        .any(|o| o.party == need.party && o.service_type == n.service_type)
            })
    });
    let Some(giver) = giver.map(|p| p.id.clone()) else {
        return false;
    };
    for row in lists
        .parties
        .iter_mut()
        .filter(|p| p.id == giver || p.id == need.party)
    {
        row.max_agreements += 1;
    }
    lists.offers.push(OfferRow {
        id: format!("new for {}", need.id),
        party: giver,
        service_type: need.service_type.clone(),
        quantity: quantity.max(need.smallest_useful),
        smallest_lot: 1,
        reach: Reach::District,
        windows: need.windows.clone(),
        days: need.days.clone(),
        audience: 0,
        cost_fen: 0,
        fund: None,
        modes: vec![crate::model::Mode::Base, crate::model::Mode::Project],
    });
    true
}

fn return_service(lists: &mut Lists, party: &str, wanted: &str, quantity: i64) -> bool {
    let Some(need) = lists.needs.iter().find(|n| n.id == wanted).cloned() else {
        return false;
    };
    lists.offers.push(OfferRow {
        id: format!("return for {wanted}"),
        party: party.to_owned(),
        service_type: need.service_type,
        quantity: quantity.max(need.smallest_useful),
        smallest_lot: 1,
        reach: Reach::District,
        windows: need.windows,
        days: need.days,
        audience: 0,
        cost_fen: 0,
        fund: None,
        modes: vec![crate::model::Mode::Base, crate::model::Mode::Project],
    });
    true
}
