//! Whom a change touches.

use std::collections::BTreeMap;

use crate::local::Local;
use crate::model::{BanRow, CommitmentTarget, Instance, PinRow};

/// Parties whose rows changed, came or went, by place in the new instance; all of them if the rules changed.
pub(super) fn parties(local: &Local<'_>, was: &Instance) -> Vec<u32> {
    let now = local.context().instance;
    let (new, old) = (&now.document, &was.document);
    if new.policy != old.policy || new.types != old.types {
        return (0..u32::try_from(now.parties.len()).unwrap_or(u32::MAX)).collect();
    }
    let mut ids: Vec<&str> = Vec::new();
    changed(&old.parties, &new.parties, |row| &row.id, |row| ids.push(&row.id));
    changed(
        &old.offers,
        &new.offers,
        |row| &row.id,
        |row| ids.push(&row.party),
    );
    changed(&old.needs, &new.needs, |row| &row.id, |row| ids.push(&row.party));
    let mut funds: Vec<&str> = Vec::new();
    changed(&old.funds, &new.funds, |row| &row.id, |row| funds.push(&row.id));
    let offer_party = |id: &str| {
        let row = new.offers.iter().chain(&old.offers).find(|o| o.id == id);
        row.map(|o| o.party.as_str())
    };
    let need_party = |id: &str| {
        let row = new.needs.iter().chain(&old.needs).find(|n| n.id == id);
        row.map(|n| n.party.as_str())
    };
    let moved = only_in_one(&old.commitments, &new.commitments);
    for row in moved {
        match row.target {
            CommitmentTarget::Offer => ids.extend(offer_party(&row.id)),
            CommitmentTarget::Need => ids.extend(need_party(&row.id)),
            CommitmentTarget::Party => ids.push(&row.id),
            CommitmentTarget::Fund => funds.push(&row.id),
        }
    }
    for row in only_in_one(&old.pins, &new.pins) {
        match row {
            PinRow::Agreement { members, .. } => ids.extend(members.iter().map(String::as_str)),
            PinRow::Service { offer, need, .. } => {
                ids.extend(offer_party(offer).into_iter().chain(need_party(need)));
            }
        }
    }
    for row in only_in_one(&old.bans, &new.bans) {
        match row {
            BanRow::Agreement { members, .. } => ids.extend(members.iter().map(String::as_str)),
            BanRow::Service { offer, need, .. } => {
                ids.extend(offer_party(offer).into_iter().chain(need_party(need)));
            }
        }
    }
    let paid = new
        .offers
        .iter()
        .filter(|o| o.fund.as_deref().is_some_and(|f| funds.contains(&f)));
    ids.extend(paid.map(|o| o.party.as_str()));
    let places = now.party_index();
    ids.into_iter().filter_map(|id| places.get(id).copied()).collect()
}

/// Tells every row that is not the same in both lists.
fn changed<'a, T: PartialEq>(
    old: &'a [T],
    new: &'a [T],
    id: impl Fn(&'a T) -> &'a String,
    mut tell: impl FnMut(&'a T),
) {
    let before: BTreeMap<&String, &T> = old.iter().map(|row| (id(row), row)).collect();
    let after: BTreeMap<&String, &T> = new.iter().map(|row| (id(row), row)).collect();
    for row in new {
        if before.get(id(row)) != Some(&row) {
            tell(row);
        }
    }
    for row in old {
        // A row that is gone, or now belongs to somebody else, touches whom it belonged to.
        if after.get(id(row)) != Some(&row) {
            tell(row);
        }
    }
}

fn only_in_one<'a, T: PartialEq>(old: &'a [T], new: &'a [T]) -> impl Iterator<Item = &'a T> {
    let gone = old.iter().filter(|row| !new.contains(row));
    gone.chain(new.iter().filter(|row| !old.contains(row)))
}
