//! Changing the register of parties.

use serde_json::{Value, json};

use super::domain::{PartyKind, PartyView, normalised};
use super::{query, store};
use crate::identity::journal;
use crate::kernel::actor::Actor;
use crate::kernel::id::{Id, Party, Tenant};
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;
use crate::log::leaf::Subject;

/// A street or district to open.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Part of addresses.
    pub slug: String,
    /// Full name.
    pub name: String,
    /// Name used in agreement numbers.
    pub short: String,
    /// Host and path of its log, without scheme.
    pub log_origin: String,
}

/// A party to add.
#[derive(Debug, Clone)]
pub struct NewParty {
    /// Registered name.
    pub name: String,
    /// Its side.
    pub kind: PartyKind,
    /// Kind of unit.
    pub unit_kind: Option<String>,
    /// Registered Korean name.
    pub name_ko: Option<String>,
    /// The community a unit lies in.
    pub community: Option<Id<Party>>,
    /// Households of a community.
    pub households: Option<i64>,
    /// Agreements it can look after.
    pub max_agreements: i32,
    /// Unified social credit code.
    pub credit_code: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// Title of the contact.
    pub contact_title: String,
}

/// Opens a tenant.
///
/// # Errors
/// What the database reports.
pub async fn open_tenant(tx: &Tx, new: &NewTenant) -> Result<Id<Tenant>, Problem> {
    let id: Id<Tenant> = tx.new_id();
    store::insert_tenant(tx.db(), id, new).await?;
    Ok(id)
}

/// Adds a party with its other names while a street is set up, before it has a log.
///
/// # Errors
/// What the database reports; a name twice is a conflict.
pub async fn add(tx: &Tx, tenant: Id<Tenant>, new: &NewParty) -> Result<Id<Party>, Problem> {
    let view = PartyView {
        id: tx.new_id(),
        number: store::next_number(tx.db(), tenant).await?,
        name: new.name.clone(),
        organisation_name: None,
        name_ko: new.name_ko.clone(),
        kind: new.kind,
        unit_kind: new.unit_kind.clone(),
        community: new.community,
        households: new.households,
        max_agreements: new.max_agreements,
        credit_code: new.credit_code.clone(),
        address: String::new(),
        contact_title: new.contact_title.clone(),
        rev: 1,
    };
    store::insert(tx.db(), tenant, &view).await?;
    for alias in &new.aliases {
        add_alias(tx, tenant, view.id, alias).await?;
    }
    Ok(view.id)
}

/// Adds another name of a party; one that is known already stays as it is.
///
/// # Errors
/// What the database reports.
pub async fn add_alias(tx: &Tx, tenant: Id<Tenant>, party: Id<Party>, alias: &str) -> Result<(), Problem> {
    Ok(store::insert_alias(tx.db(), tenant, party, alias).await?)
}

/// What a registrar says about a party.
#[derive(Debug, Clone)]
pub struct PartyChange {
    /// Its side; a party keeps the side it was added with.
    pub kind: PartyKind,
    /// Registered name.
    pub name: String,
    /// The Party organisation's name.
    pub organisation_name: Option<String>,
    /// Registered Korean name.
    pub name_ko: Option<String>,
    /// Kind of unit.
    pub unit_kind: Option<String>,
    /// The community a unit lies in.
    pub community: Option<Id<Party>>,
    /// Households of a community.
    pub households: Option<i64>,
    /// Agreements it can look after.
    pub max_agreements: i32,
    /// Unified social credit code.
    pub credit_code: Option<String>,
    /// Address.
    pub address: String,
    /// Title of the contact.
    pub contact_title: String,
    /// Other names.
    pub aliases: Vec<String>,
}

impl PartyChange {
    fn onto(&self, id: Id<Party>, number: i32, rev: i32) -> PartyView {
        PartyView {
            id,
            number,
            rev,
            kind: self.kind,
            name: self.name.clone(),
            organisation_name: self.organisation_name.clone(),
            name_ko: self.name_ko.clone(),
            unit_kind: self.unit_kind.clone(),
            community: self.community,
            households: self.households,
            max_agreements: self.max_agreements,
            credit_code: self.credit_code.clone(),
            address: self.address.clone(),
            contact_title: self.contact_title.clone(),
        }
    }
}

/// Puts a party on the register; gives its number.
///
/// # Errors
/// `validation` if a name stands for another party or the community is none; what the log reports.
pub async fn register(tx: &Tx, actor: &Actor, new: &PartyChange) -> Result<i32, Problem> {
    let tenant = actor.scope.tenant;
    check(tx, tenant, None, new).await?;
    let number = store::next_number(tx.db(), tenant).await?;
    let party = new.onto(tx.new_id(), number, 1);
    store::insert(tx.db(), tenant, &party).await?;
    write_names(tx, actor, &party, &new.aliases).await?;
    Ok(number)
}

/// Changes what the register says of a party, seen at revision `rev`.
///
/// # Errors
/// `not-found`; `stale-version`; as [`register`].
pub async fn change(tx: &Tx, actor: &Actor, number: i32, rev: i32, new: &PartyChange) -> Result<(), Problem> {
    let tenant = actor.scope.tenant;
    let known = query::by_number(tx.db(), actor.scope, number).await?;
    check(tx, tenant, Some(known.id), new).await?;
    let new_state = PartyView {
        kind: known.kind,
        ..new.onto(known.id, number, rev + 1)
    };
    if known.rev != rev || store::update(tx.db(), tenant, &new_state).await? != 1 {
        return Err(Problem::new("stale-version", 412));
    }
    store::delete_aliases(tx.db(), tenant, known.id).await?;
    write_names(tx, actor, &new_state, &new.aliases).await
}

async fn write_names(tx: &Tx, actor: &Actor, party: &PartyView, aliases: &[String]) -> Result<(), Problem> {
    for alias in aliases {
        add_alias(tx, actor.scope.tenant, party.id, alias).await?;
    }
    let fact = told(party, aliases);
    let subject = Subject::new("party", party.id.uuid());
    journal::note(tx, actor, "party.changed", subject, &fact).await
}

/// Parties as facts tell them, for acts that bring several.
///
/// # Errors
/// `not-found` for a party not of the tenant; what the database reports.
pub async fn facts(
    tx: &Tx,
    tenant: Id<Tenant>,
    parties: impl IntoIterator<Item = Id<Party>>,
) -> Result<Vec<Value>, Problem> {
    let mut facts = Vec::new();
    for id in parties {
        let party = query::find(tx.db(), Scope::tenant(tenant), id).await?;
        let aliases = query::aliases_of(tx.db(), Scope::tenant(tenant), id).await?;
        facts.push(told(&party, &aliases));
    }
    Ok(facts)
}

fn told(party: &PartyView, aliases: &[String]) -> Value {
    json!({
        "schema": "gongjian.party/1",
        "party": party.id,
        "number": party.number,
        "name": party.name,
        "organisation_name": party.organisation_name,
        "name_ko": party.name_ko,
        "kind": party.kind,
        "unit_kind": party.unit_kind,
        "community": party.community,
        "households": party.households,
        "max_agreements": party.max_agreements,
        "credit_code": party.credit_code,
        "address": party.address,
        "contact_title": party.contact_title,
        "aliases": aliases,
        "rev": party.rev,
    })
}

/// Names stand for one party alone; a unit lies in a community.
async fn check(
    tx: &Tx,
    tenant: Id<Tenant>,
    own: Option<Id<Party>>,
    new: &PartyChange,
) -> Result<(), Problem> {
    let scope = Scope::tenant(tenant);
    let mut faults = Vec::new();
    let known = query::all(tx.db(), scope).await?;
    let mut names: Vec<(String, Id<Party>)> = known.iter().map(|p| (normalised(&p.name), p.id)).collect();
    names.extend(query::aliases(tx.db(), scope).await?);
    let named = std::iter::once(("name", &new.name)).chain(new.aliases.iter().map(|a| ("aliases", a)));
    for (field, name) in named {
        let plain = normalised(name);
        if names
            .iter()
            .any(|(taken, whose)| *taken == plain && Some(*whose) != own)
        {
            faults.push(Fault::field(field, "party-name-taken").value(name));
        }
    }
    let home = new
        .community
        .map(|id| known.iter().any(|p| p.id == id && p.kind == PartyKind::Community));
    if home == Some(false) {
        faults.push(Fault::field("community", "choose"));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Problem::validation(faults))
    }
}

/// Sets the households of a community.
///
/// # Errors
/// What the database reports.
pub async fn set_households(
    tx: &Tx,
    tenant: Id<Tenant>,
    party: Id<Party>,
    households: i64,
) -> Result<(), Problem> {
    Ok(store::set_households(tx.db(), tenant, party, households).await?)
}
