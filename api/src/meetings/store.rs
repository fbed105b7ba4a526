//! Writing meetings. Whoever changes a meeting names the revision it was read at.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
};

use super::entity::{agenda_item, decision, meeting};
use crate::kernel::scope::Scope;

pub(super) async fn insert_meeting(db: &impl ConnectionTrait, row: meeting::Model) -> Result<(), DbErr> {
    meeting::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub(super) async fn insert_item(db: &impl ConnectionTrait, row: agenda_item::Model) -> Result<(), DbErr> {
    agenda_item::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub(super) async fn insert_decision(db: &impl ConnectionTrait, row: decision::Model) -> Result<(), DbErr> {
    decision::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Writes `changed` over the row it was read from; false if somebody else was there first.
pub(super) async fn update(
    db: &impl ConnectionTrait,
    scope: Scope,
    read_at: i32,
    changed: meeting::Model,
) -> Result<bool, DbErr> {
    let id = changed.id;
    let row = changed.into_active_model().reset_all();
    let done = meeting::Entity::update_many()
        .set(row)
        .filter(meeting::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(meeting::Column::Id.eq(id))
        .filter(meeting::Column::Rev.eq(read_at))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}
