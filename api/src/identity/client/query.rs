//! Reading connected systems.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::domain::{ClientKeys, ClientView};
use crate::identity::entity::client as table;
use crate::identity::role::Act;
use crate::kernel::id::Id;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;

/// The tenant's systems by name.
///
/// # Errors
/// What the database reports.
pub async fn all(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<ClientView>, DbErr> {
    let rows = table::Entity::find()
        .filter(table::Column::Tenant.eq(scope.tenant.uuid()))
        .order_by_asc(table::Column::Name)
        .order_by_asc(table::Column::Cid)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(view).collect())
}

/// One system of the tenant.
///
/// # Errors
/// `not-found`, or what the database reports.
pub async fn find(db: &impl ConnectionTrait, scope: Scope, cid: &str) -> Result<ClientView, Problem> {
    table::Entity::find()
        .filter(table::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(table::Column::Cid.eq(cid))
        .one(db)
        .await?
        .map(view)
        .ok_or_else(Problem::not_found)
}

/// The system that an assertion or a token names, whichever tenant it belongs to: who asks is not known yet.
///
/// # Errors
/// What the database reports.
pub(in crate::identity) async fn by_cid(
    db: &impl ConnectionTrait,
    cid: &str,
) -> Result<Option<ClientView>, DbErr> {
    let row = table::Entity::find()
        .filter(table::Column::Cid.eq(cid))
        .one(db)
        .await?;
    Ok(row.map(view))
}

fn view(row: table::Model) -> ClientView {
    let scopes: Vec<String> = serde_json::from_str(&row.scopes).unwrap_or_default();
    ClientView {
        id: Id::from_uuid(row.id),
        tenant: Id::from_uuid(row.tenant),
        keys: ClientKeys::stored(&row.jwks),
        acts: scopes.iter().filter_map(|scope| Act::from_scope(scope)).collect(),
        cid: row.cid,
        name: row.name,
        party: row.party.map(Id::from_uuid),
        active: row.active,
        rev: row.rev,
    }
}
