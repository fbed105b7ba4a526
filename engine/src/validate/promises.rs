//! Commitments, pins, bans and the previous plan: what was promised before.

use super::Places as Index;
use super::fault::Faults;
use crate::model::{Ban, BanRow, CommitmentTarget, Instance, Pin, PinRow};

/// Places of all ids.
pub(super) struct Places<'a> {
    /// Of parties.
    pub(super) parties: &'a Index,
    /// Of offers.
    pub(super) offers: &'a Index,
    /// Of needs.
    pub(super) needs: &'a Index,
    /// Of funds.
    pub(super) funds: &'a Index,
}

fn find(index: &Index, id: &str, path: String, faults: &mut Faults) -> Option<u32> {
    let found = index.get(id).copied();
    if found.is_none() {
        faults.add(path, "unknown_id", id);
    }
    found
}

/// Takes what is committed and resolves pins, bans and the previous plan.
pub(super) fn apply(instance: &mut Instance, places: &Places<'_>, faults: &mut Faults) {
    commitments(instance, places, faults);
    let (mut pins, mut bans) = (Vec::new(), Vec::new());
    for (i, row) in instance.document.pins.iter().enumerate() {
        pins.extend(pin(row, &format!("/pins/{i}"), places, instance, faults));
    }
    for (i, row) in instance.document.bans.iter().enumerate() {
        bans.extend(ban(row, &format!("/bans/{i}"), places, faults));
    }
    instance.pins = pins;
    instance.bans = bans;
    previous(instance, places);
}

fn commitments(instance: &mut Instance, places: &Places<'_>, faults: &mut Faults) {
    for (i, row) in instance.document.commitments.iter().enumerate() {
        let path = format!("/commitments/{i}");
        let index = match row.target {
            CommitmentTarget::Offer => places.offers,
            CommitmentTarget::Need => places.needs,
            CommitmentTarget::Party => places.parties,
            CommitmentTarget::Fund => places.funds,
        };
        let Some(place) = find(index, &row.id, format!("{path}/id"), faults) else {
            continue;
        };
        let place = place as usize;
        let room = match row.target {
            CommitmentTarget::Offer => instance.offers.get_mut(place).map(|o| &mut o.room),
            CommitmentTarget::Need => instance.needs.get_mut(place).map(|n| &mut n.room),
            CommitmentTarget::Party => instance.parties.get_mut(place).map(|p| &mut p.room),
            CommitmentTarget::Fund => instance.funds.get_mut(place).map(|f| &mut f.room),
        };
        match room {
            Some(room) if (0..=*room).contains(&row.amount) => *room -= row.amount,
            _ => faults.add(format_args!("{path}/amount"), "out_of_range", row.amount),
        }
    }
}

fn members(ids: &[String], path: &str, places: &Places<'_>, faults: &mut Faults) -> Option<Vec<u32>> {
    let found: Vec<Option<u32>> = ids
        .iter()
        .enumerate()
        .map(|(i, id)| find(places.parties, id, format!("{path}/members/{i}"), faults))
        .collect();
    let mut found: Vec<u32> = found.into_iter().collect::<Option<_>>()?;
    found.sort_unstable();
    found.dedup();
    if found.len() < 2 || found.len() != ids.len() {
        faults.add(format_args!("{path}/members"), "needs_two_parties", ids.len());
        return None;
    }
    Some(found)
}

fn pin(
    row: &PinRow,
    path: &str,
    places: &Places<'_>,
    instance: &Instance,
    faults: &mut Faults,
) -> Option<Pin> {
    match row {
        PinRow::Agreement { members: ids, .. } => members(ids, path, places, faults).map(Pin::Agreement),
        PinRow::Service {
            offer,
            need,
            quantity,
            ..
        } => {
            let offer = find(places.offers, offer, format!("{path}/offer"), faults);
            let need = find(places.needs, need, format!("{path}/need"), faults);
            let (offer, need) = (offer?, need?);
            let most = instance.offers.get(offer as usize).map_or(0, |o| o.room);
            let most = most.min(instance.needs.get(need as usize).map_or(0, |n| n.room));
            faults.range(format_args!("{path}/quantity"), *quantity, 1, most);
            Some(Pin::Service {
                offer,
                need,
                quantity: *quantity,
            })
        }
    }
}

fn ban(row: &BanRow, path: &str, places: &Places<'_>, faults: &mut Faults) -> Option<Ban> {
    match row {
        BanRow::Agreement { members: ids, .. } => members(ids, path, places, faults).map(Ban::Agreement),
        BanRow::Service { offer, need, .. } => {
            let offer = find(places.offers, offer, format!("{path}/offer"), faults);
            let need = find(places.needs, need, format!("{path}/need"), faults);
            Some(Ban::Service {
                offer: offer?,
                need: need?,
            })
        }
    }
}

/// What the previous plan held and this instance still knows; what is gone cannot be kept.
fn previous(instance: &mut Instance, places: &Places<'_>) {
    let Some(plan) = &instance.document.previous else {
        return;
    };
    let (mut agreements, mut services) = (Vec::new(), Vec::new());
    for agreement in &plan.agreements {
        let found: Option<Vec<u32>> = agreement
            .members
            .iter()
            .map(|id| places.parties.get(id).copied())
            .collect();
        if let Some(mut found) = found {
            found.sort_unstable();
            agreements.push(found);
        }
        for service in &agreement.services {
            let offer = places.offers.get(&service.offer).copied();
            services.extend(offer.zip(places.needs.get(&service.need).copied()));
        }
    }
    agreements.sort();
    agreements.dedup();
    services.sort_unstable();
    services.dedup();
    instance.previous_agreements = agreements;
    instance.previous_services = services;
}
