//! What registers bring into the street: parties, types, households, carry-in.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;
use uuid::Uuid;

use crate::identity::party::domain::PartyKind;
use crate::identity::party::service::{self as register, NewParty};
use crate::kernel::actor::Actor;
use crate::kernel::id::{Id, Party};
use crate::kernel::tx::Tx;
use crate::lists::domain::Brings;
use crate::lists::error::ListError;
use crate::lists::import::party::{PartyEntry, PartyRegister, Resolution};
use crate::lists::{query, store};
use crate::log;
use crate::log::hash::Hash32;

/// The parties of a street by the key that rows know them by: the id of a known one, the name of a new one.
pub(super) struct Keys(HashMap<String, Id<Party>>);

impl Keys {
    /// The party of a key.
    pub(super) fn party(&self, key: &str) -> Option<Id<Party>> {
        let known = || Uuid::try_parse(key).ok().map(Id::from_uuid);
        self.0.get(key).copied().or_else(known)
    }
}

/// Takes what registers bring. New parties come first, so that rows may name them. Also gives the facts that tell of
/// the parties.
pub(super) async fn take(
    tx: &Tx,
    actor: &Actor,
    cycle: i16,
    brings: &Brings,
) -> Result<(Keys, Vec<Hash32>), ListError> {
    let known = query::register_entries(tx.db(), actor.scope).await?;
    let ids = known
        .into_iter()
        .filter_map(|entry| Some((entry.name, Id::from_uuid(Uuid::try_parse(&entry.key).ok()?))));
    let mut keys = Keys(ids.collect());
    let index = PartyRegister::new(brings.parties.clone());
    let (communities, others): (Vec<&PartyEntry>, Vec<&PartyEntry>) =
        brings.parties.iter().partition(|entry| entry.kind == "community");
    for entry in communities.into_iter().chain(others) {
        take_party(tx, actor, &index, &mut keys, entry).await?;
    }
    let mut changed: BTreeSet<Id<Party>> = brings
        .parties
        .iter()
        .filter_map(|entry| keys.party(&entry.key))
        .collect();
    for (key, households) in &brings.households {
        if let Some(party) = keys.party(key) {
            register::set_households(tx, actor.scope.tenant, party, i64::from(*households)).await?;
            changed.insert(party);
        }
    }
    if !brings.types.is_empty() {
        store::replace_types(tx.db(), actor.scope, brings.types.iter()).await?;
    }
    for (key, carried) in &brings.carry {
        if let Some(party) = keys.party(key) {
            store::put_carry(tx.db(), actor.scope, cycle, party.uuid(), *carried).await?;
        }
    }
    let rows = register::facts(tx, actor.scope.tenant, changed).await?;
    let head = json!({ "schema": "gongjian.register/1" });
    let facts = log::service::record_rows(tx, actor.scope.tenant, &head, rows).await?;
    Ok((keys, facts))
}

async fn take_party(
    tx: &Tx,
    actor: &Actor,
    index: &PartyRegister,
    keys: &mut Keys,
    entry: &PartyEntry,
) -> Result<(), ListError> {
    let tenant = actor.scope.tenant;
    if let Some(known) = keys.party(&entry.key) {
        for alias in &entry.aliases {
            register::add_alias(tx, tenant, known, alias).await?;
        }
        return Ok(());
    }
    let home = match index.resolve(None, &entry.community) {
        Resolution::One(home, _) if entry.kind == "unit" => keys.party(&home.key),
        _ => None,
    };
    let kind = PartyKind::from_code(&entry.kind).unwrap_or(PartyKind::Unit);
    let usual = if kind == PartyKind::Unit { 3 } else { 20 };
    let capacity = entry
        .capacity
        .and_then(|number| i32::try_from(number).ok())
        .unwrap_or(usual);
    let new = NewParty {
        name: entry.name.clone(),
        kind,
        unit_kind: Some(entry.unit_kind.clone()).filter(|kind| !kind.is_empty()),
        name_ko: None,
        community: home,
        households: entry.households.map(i64::from),
        max_agreements: capacity.clamp(1, 60),
        credit_code: entry.credit_code.clone(),
        aliases: entry.aliases.clone(),
        contact_title: String::new(),
    };
    let id = register::add(tx, tenant, &new).await?;
    keys.0.insert(entry.key.clone(), id);
    Ok(())
}
