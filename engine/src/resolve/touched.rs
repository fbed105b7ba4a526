//! Whom a change touches.

use std::collections::{BTreeMap, HashMap};

use crate::local::Local;
use crate::model::{BanRow, CommitmentTarget, Instance, PinRow};

/// What a change touches, by place in the new instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Touched {
    /// Parties around whom to look.
    pub(super) parties: Vec<u32>,
    /// Offers of which more or less may be taken.
    pub(super) offers: Vec<u32>,
    /// Needs of which more or less may be met.
    pub(super) needs: Vec<u32>,
}

/// What changed, came or went; everything if the rules changed.
pub(super) fn by_change(local: &Local<'_>, was: &Instance) -> Touched {
    let now = local.context().instance;
    let (new, old) = (&now.document, &was.document);
    let all = |count: usize| (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
    if new.policy != old.policy || new.types != old.types {
        return Touched {
            parties: all(now.parties.len()),
            offers: all(now.offers.len()),
            needs: all(now.needs.len()),
        };
    }
    let mut ids = Ids::default();
    changed(
        &old.parties,
        &new.parties,
        |row| &row.id,
        |row| ids.parties.push(&row.id),
    );
    changed(
        &old.offers,
        &new.offers,
        |row| &row.id,
        |row| {
            ids.offers.push(&row.id);
            ids.parties.push(&row.party);
        },
    );
    changed(
        &old.needs,
        &new.needs,
        |row| &row.id,
        |row| {
            ids.needs.push(&row.id);
            ids.parties.push(&row.party);
        },
    );
    changed(
        &old.funds,
        &new.funds,
        |row| &row.id,
        |row| ids.funds.push(&row.id),
    );
    for row in only_in_one(&old.commitments, &new.commitments) {
        match row.target {
            CommitmentTarget::Offer => ids.offers.push(&row.id),
            CommitmentTarget::Need => ids.needs.push(&row.id),
            CommitmentTarget::Party => ids.parties.push(&row.id),
            CommitmentTarget::Fund => ids.funds.push(&row.id),
        }
    }
    for row in only_in_one(&old.pins, &new.pins) {
        match row {
            PinRow::Agreement { members, .. } => ids.parties.extend(members.iter().map(String::as_str)),
            PinRow::Service { offer, need, .. } => ids.service(offer, need),
        }
    }
    for row in only_in_one(&old.bans, &new.bans) {
        match row {
            BanRow::Agreement { members, .. } => ids.parties.extend(members.iter().map(String::as_str)),
            BanRow::Service { offer, need, .. } => ids.service(offer, need),
        }
    }
    let funds = &ids.funds;
    let paid = new
        .offers
        .iter()
        .filter(|o| o.fund.as_deref().is_some_and(|f| funds.contains(&f)));
    ids.offers.extend(paid.map(|o| o.id.as_str()));
    ids.places(now)
}

/// What is touched, by id.
#[derive(Default)]
struct Ids<'a> {
    parties: Vec<&'a str>,
    offers: Vec<&'a str>,
    needs: Vec<&'a str>,
    funds: Vec<&'a str>,
}

impl<'a> Ids<'a> {
    fn service(&mut self, offer: &'a str, need: &'a str) {
        self.offers.push(offer);
        self.needs.push(need);
    }

    fn places(&self, now: &Instance) -> Touched {
        let find = |ids: &[&str], places: &HashMap<&str, u32>| -> Vec<u32> {
            ids.iter().filter_map(|id| places.get(id).copied()).collect()
        };
        let mut touched = Touched {
            parties: find(&self.parties, &now.party_index()),
            offers: find(&self.offers, &now.offer_index()),
            needs: find(&self.needs, &now.need_index()),
        };
        let givers = touched.offers.iter().filter_map(|o| now.offers.get(*o as usize));
        touched.parties.extend(givers.map(|o| o.party));
        let receivers = touched.needs.iter().filter_map(|n| now.needs.get(*n as usize));
        touched.parties.extend(receivers.map(|n| n.party));
        touched
    }
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
