//! Changing the register of parties.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::domain::{PartyKind, normalised};
use crate::identity::entity::{party, party_alias, tenant};
use crate::kernel::id::{Id, Party, Tenant};
use crate::kernel::problem::Problem;
use crate::kernel::tx::Tx;

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
    let row = tenant::ActiveModel {
        id: Set(id.uuid()),
        slug: Set(new.slug.clone()),
        name: Set(new.name.clone()),
        kind: Set("street".to_owned()),
        parent: Set(None),
        log_origin: Set(new.log_origin.clone()),
        settings: Set(serde_json::json!({ "short": new.short }).to_string()),
    };
    tenant::Entity::insert(row)
        .exec_without_returning(tx.db())
        .await?;
    Ok(id)
}

/// Adds a party with its other names.
///
/// # Errors
/// What the database reports; a name twice is a conflict.
pub async fn add(tx: &Tx, tenant: Id<Tenant>, new: &NewParty) -> Result<Id<Party>, Problem> {
    let id: Id<Party> = tx.new_id();
    let row = party::ActiveModel {
        id: Set(id.uuid()),
        tenant: Set(tenant.uuid()),
        name: Set(new.name.clone()),
        organisation_name: Set(None),
        name_ko: Set(new.name_ko.clone()),
        kind: Set(new.kind.code().to_owned()),
        unit_kind: Set(new.unit_kind.clone()),
        community: Set(new.community.map(Id::uuid)),
        households: Set(new.households),
        max_agreements: Set(new.max_agreements),
        credit_code: Set(new.credit_code.clone()),
        address: Set(String::new()),
        contact_title: Set(new.contact_title.clone()),
        status: Set("active".to_owned()),
        rev: Set(1),
    };
    party::Entity::insert(row).exec_without_returning(tx.db()).await?;
    for alias in &new.aliases {
        add_alias(tx, tenant, id, alias).await?;
    }
    Ok(id)
}

/// Adds another name of a party; one that is known already stays as it is.
///
/// # Errors
/// What the database reports.
pub async fn add_alias(tx: &Tx, tenant: Id<Tenant>, party: Id<Party>, alias: &str) -> Result<(), Problem> {
    let row = party_alias::ActiveModel {
        tenant: Set(tenant.uuid()),
        alias: Set(normalised(alias)),
        party: Set(party.uuid()),
    };
    let known = OnConflict::columns([party_alias::Column::Tenant, party_alias::Column::Alias])
        .do_nothing()
        .to_owned();
    party_alias::Entity::insert(row)
        .on_conflict(known)
        .exec_without_returning(tx.db())
        .await?;
    Ok(())
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
    party::Entity::update_many()
        .col_expr(party::Column::Households, Expr::value(households))
        .filter(party::Column::Tenant.eq(tenant.uuid()))
        .filter(party::Column::Id.eq(party.uuid()))
        .exec(tx.db())
        .await?;
    Ok(())
}
