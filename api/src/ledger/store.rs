//! The rows of the ledger: the only place that writes them.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};
use uuid::Uuid;

use super::entity::{blob, delivery, report, review};
use crate::kernel::scope::Scope;

/// All deliveries on an instalment, in the order they were reported.
pub(super) async fn deliveries(
    db: &impl ConnectionTrait,
    scope: Scope,
    obligation: Uuid,
    no: i32,
) -> Result<Vec<delivery::Model>, DbErr> {
    delivery::Entity::find()
        .filter(delivery::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(delivery::Column::Obligation.eq(obligation))
        .filter(delivery::Column::DueNo.eq(no))
        .order_by_asc(delivery::Column::Seq)
        .all(db)
        .await
}

/// The delivery that a reporter's system named so, on any instalment of the obligation.
pub(super) async fn by_external_ref(
    db: &impl ConnectionTrait,
    scope: Scope,
    obligation: Uuid,
    external_ref: &str,
) -> Result<Option<delivery::Model>, DbErr> {
    delivery::Entity::find()
        .filter(delivery::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(delivery::Column::Obligation.eq(obligation))
        .filter(delivery::Column::ExternalRef.eq(external_ref))
        .one(db)
        .await
}

pub(super) async fn insert_delivery(db: &impl ConnectionTrait, row: delivery::Model) -> Result<(), DbErr> {
    delivery::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Writes what became of a delivery on from revision `rev`; false if somebody else did.
pub(super) async fn save_delivery(
    db: &impl ConnectionTrait,
    rev: i32,
    row: &delivery::Model,
) -> Result<bool, DbErr> {
    use delivery::Column as C;
    let outcome = delivery::Entity::update_many()
        .col_expr(C::Status, Expr::value(row.status.clone()))
        .col_expr(C::Confirmed, Expr::value(row.confirmed))
        .col_expr(C::Answer, Expr::value(row.answer.clone()))
        .col_expr(C::ConfirmedOn, Expr::value(row.confirmed_on.clone()))
        .col_expr(C::DisputedOn, Expr::value(row.disputed_on.clone()))
        .col_expr(C::WithdrawnOn, Expr::value(row.withdrawn_on.clone()))
        .col_expr(C::Rev, Expr::value(rev + 1))
        .col_expr(C::Changed, Expr::value(row.changed))
        .filter(C::Tenant.eq(row.tenant))
        .filter(C::Id.eq(row.id))
        .filter(C::Rev.eq(rev))
        .exec(db)
        .await?;
    Ok(outcome.rows_affected == 1)
}

pub(super) async fn insert_review(db: &impl ConnectionTrait, row: review::Model) -> Result<(), DbErr> {
    review::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Keeps bytes under their hash; the same bytes once.
pub(super) async fn keep_blob(db: &impl ConnectionTrait, row: blob::Model) -> Result<(), DbErr> {
    let known = OnConflict::columns([blob::Column::Tenant, blob::Column::Hash])
        .do_nothing()
        .to_owned();
    blob::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(known)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub(super) async fn insert_report(db: &impl ConnectionTrait, row: report::Model) -> Result<(), DbErr> {
    report::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub(super) async fn save_report(db: &impl ConnectionTrait, row: report::Model) -> Result<(), DbErr> {
    row.into_active_model().reset_all().update(db).await?;
    Ok(())
}
