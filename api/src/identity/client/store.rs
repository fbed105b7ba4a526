//! Writing systems and the assertions they have used.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;

use super::domain::ClientView;
use crate::identity::entity::{client, client_jti};
use crate::identity::role::Act;
use crate::kernel::id::{Client, Id};

fn scopes(acts: &[Act]) -> String {
    let scopes: Vec<&str> = acts.iter().map(|act| act.scope()).collect();
    json!(scopes).to_string()
}

/// Adds a system.
pub(super) async fn insert(db: &impl ConnectionTrait, new: &ClientView) -> Result<(), DbErr> {
    let row = client::ActiveModel {
        id: Set(new.id.uuid()),
        tenant: Set(new.tenant.uuid()),
        cid: Set(new.cid.clone()),
        party: Set(new.party.map(Id::uuid)),
        name: Set(new.name.clone()),
        jwks: Set(new.keys.to_jwks().to_string()),
        scopes: Set(scopes(&new.acts)),
        active: Set(new.active),
        rev: Set(new.rev),
    };
    client::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Writes a system's new state over revision `rev - 1`; gives the number of rows changed.
pub(super) async fn update(db: &impl ConnectionTrait, new: &ClientView) -> Result<u64, DbErr> {
    let done = client::Entity::update_many()
        .col_expr(client::Column::Name, Expr::value(new.name.clone()))
        .col_expr(client::Column::Party, Expr::value(new.party.map(Id::uuid)))
        .col_expr(client::Column::Jwks, Expr::value(new.keys.to_jwks().to_string()))
        .col_expr(client::Column::Scopes, Expr::value(scopes(&new.acts)))
        .col_expr(client::Column::Active, Expr::value(new.active))
        .col_expr(client::Column::Rev, Expr::value(new.rev))
        .filter(client::Column::Tenant.eq(new.tenant.uuid()))
        .filter(client::Column::Id.eq(new.id.uuid()))
        .filter(client::Column::Rev.eq(new.rev - 1))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Remembers an assertion until it has expired; `false` if it was used before.
pub(super) async fn use_once(
    db: &impl ConnectionTrait,
    client: Id<Client>,
    jti: &str,
    expires_s: i64,
    now_s: i64,
) -> Result<bool, DbErr> {
    client_jti::Entity::delete_many()
        .filter(client_jti::Column::Expires.lt(now_s))
        .exec(db)
        .await?;
    let row = client_jti::ActiveModel {
        client: Set(client.uuid()),
        jti: Set(jti.to_owned()),
        expires: Set(expires_s),
    };
    let used = OnConflict::columns([client_jti::Column::Client, client_jti::Column::Jti])
        .do_nothing()
        .to_owned();
    let fresh = client_jti::Entity::insert(row)
        .on_conflict(used)
        .exec_without_returning(db)
        .await?;
    Ok(fresh == 1)
}
