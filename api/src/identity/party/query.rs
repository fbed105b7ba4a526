//! Reading parties.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::domain::{PartyKind, PartyView, normalised};
use crate::identity::entity::{party, party_alias, tenant};
use crate::kernel::id::{Id, Party, Tenant};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;

/// A tenant as pages and papers name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantView {
    /// Its id.
    pub id: Id<Tenant>,
    /// Part of addresses, `jinghe`.
    pub slug: String,
    /// The street's full name.
    pub name: String,
    /// The name used in agreement numbers, `珲靖`.
    pub short: String,
    /// Origin of its log.
    pub log_origin: String,
}

/// The tenant of a scope.
///
/// # Errors
/// `not-found`, or what the database reports.
pub async fn tenant(db: &impl ConnectionTrait, scope: Scope) -> Result<TenantView, Problem> {
    let row = tenant::Entity::find_by_id(scope.tenant.uuid())
        .one(db)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(tenant_view(row))
}

/// Every tenant; for jobs, which belong to none.
///
/// # Errors
/// What the database reports.
pub async fn all_tenants(db: &impl ConnectionTrait) -> Result<Vec<TenantView>, DbErr> {
    let rows = tenant::Entity::find()
        .order_by_asc(tenant::Column::Slug)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(tenant_view).collect())
}

fn tenant_view(row: tenant::Model) -> TenantView {
    let settings: serde_json::Value = serde_json::from_str(&row.settings).unwrap_or_default();
    let short = settings["short"].as_str().unwrap_or(&row.name).to_owned();
    TenantView {
        id: Id::from_uuid(row.id),
        slug: row.slug,
        name: row.name,
        short,
        log_origin: row.log_origin,
    }
}

/// All parties of a scope by kind and name; one alone if the scope is a party's.
///
/// # Errors
/// What the database reports.
pub async fn all(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<PartyView>, DbErr> {
    let mut find = party::Entity::find().filter(party::Column::Tenant.eq(scope.tenant.uuid()));
    if let Some(own) = scope.party {
        find = find.filter(party::Column::Id.eq(own.uuid()));
    }
    let rows = find
        .order_by_asc(party::Column::Kind)
        .order_by_asc(party::Column::Name)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(view).collect())
}

/// One party of the tenant.
///
/// # Errors
/// `not-found`, or what the database reports.
pub async fn find(db: &impl ConnectionTrait, scope: Scope, id: Id<Party>) -> Result<PartyView, Problem> {
    party::Entity::find_by_id(id.uuid())
        .filter(party::Column::Tenant.eq(scope.tenant.uuid()))
        .one(db)
        .await?
        .and_then(view)
        .ok_or_else(Problem::not_found)
}

/// Every other name of the tenant's parties, normalised.
///
/// # Errors
/// What the database reports.
pub async fn aliases(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<(String, Id<Party>)>, DbErr> {
    let rows = party_alias::Entity::find()
        .filter(party_alias::Column::Tenant.eq(scope.tenant.uuid()))
        .order_by_asc(party_alias::Column::Alias)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.alias, Id::from_uuid(row.party)))
        .collect())
}

/// The party with this registered name or alias, however blanks and brackets are written.
///
/// # Errors
/// What the database reports.
pub async fn by_name(
    db: &impl ConnectionTrait,
    scope: Scope,
    name: &str,
) -> Result<Option<Id<Party>>, DbErr> {
    let wanted = normalised(name);
    let exact = all(db, Scope::tenant(scope.tenant)).await?;
    if let Some(found) = exact.iter().find(|p| normalised(&p.name) == wanted) {
        return Ok(Some(found.id));
    }
    Ok(aliases(db, scope)
        .await?
        .into_iter()
        .find(|(alias, _)| *alias == wanted)
        .map(|(_, id)| id))
}

fn view(row: party::Model) -> Option<PartyView> {
    Some(PartyView {
        id: Id::from_uuid(row.id),
        kind: PartyKind::from_code(&row.kind)?,
        name: row.name,
        organisation_name: row.organisation_name,
        name_ko: row.name_ko,
        unit_kind: row.unit_kind,
        community: row.community.map(Id::from_uuid),
        households: row.households,
        max_agreements: row.max_agreements,
        credit_code: row.credit_code,
        address: row.address,
        contact_title: row.contact_title,
    })
}
