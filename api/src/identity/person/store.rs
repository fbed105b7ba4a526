//! Writing people and their roles.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::service::NewPerson;
use crate::identity::entity::{membership, person};
use crate::kernel::actor::Role;
use crate::kernel::clock::Millis;
use crate::kernel::id::{Id, Party, Person, Tenant};

pub(super) async fn insert(
    db: &impl ConnectionTrait,
    id: Id<Person>,
    tenant: Id<Tenant>,
    new: &NewPerson,
) -> Result<(), DbErr> {
    let row = person::ActiveModel {
        id: Set(id.uuid()),
        tenant: Set(tenant.uuid()),
        login: Set(new.login.clone()),
        name: Set(Some(new.name.clone())),
        phone: Set(None),
        title: Set(Some(new.title.clone())),
        password_hash: Set(new.password_hash.clone()),
        locale: Set(new.locale.clone()),
        text_size: Set(0),
        status: Set("active".to_owned()),
        failed: Set(0),
        locked_until: Set(None),
    };
    person::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub(super) async fn insert_membership(
    db: &impl ConnectionTrait,
    id: Uuid,
    (tenant, person): (Id<Tenant>, Id<Person>),
    role: Role,
    party: Option<Id<Party>>,
    since: Millis,
) -> Result<(), DbErr> {
    let row = membership::ActiveModel {
        id: Set(id),
        tenant: Set(tenant.uuid()),
        person: Set(person.uuid()),
        party: Set(party.map(Id::uuid)),
        role: Set(role.code().to_owned()),
        since: Set(since.get()),
        until: Set(None),
    };
    membership::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Ends a membership that still runs; gives the number of rows changed.
pub(super) async fn end_membership(
    db: &impl ConnectionTrait,
    tenant: Id<Tenant>,
    id: Uuid,
    until: Millis,
) -> Result<u64, DbErr> {
    let done = membership::Entity::update_many()
        .col_expr(membership::Column::Until, Expr::value(until.get()))
        .filter(membership::Column::Tenant.eq(tenant.uuid()))
        .filter(membership::Column::Id.eq(id))
        .filter(membership::Column::Until.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Keeps a password's hash, or none; failures before it are forgotten.
pub(super) async fn set_password(
    db: &impl ConnectionTrait,
    person: Id<Person>,
    hash: Option<&str>,
) -> Result<(), DbErr> {
    person::Entity::update_many()
        .col_expr(person::Column::PasswordHash, Expr::value(hash.map(str::to_owned)))
        .col_expr(person::Column::Failed, Expr::value(0))
        .col_expr(person::Column::LockedUntil, Expr::value(None::<i64>))
        .filter(person::Column::Id.eq(person.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn set_preferences(
    db: &impl ConnectionTrait,
    person: Id<Person>,
    locale: Option<&str>,
    text_size: Option<u8>,
) -> Result<(), DbErr> {
    let mut update = person::Entity::update_many().filter(person::Column::Id.eq(person.uuid()));
    if let Some(locale) = locale {
        update = update.col_expr(person::Column::Locale, Expr::value(locale));
    }
    if let Some(size) = text_size {
        update = update.col_expr(person::Column::TextSize, Expr::value(i32::from(size)));
    }
    if locale.is_some() || text_size.is_some() {
        update.exec(db).await?;
    }
    Ok(())
}
