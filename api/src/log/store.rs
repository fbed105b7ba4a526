//! The log's rows: the only place that writes them.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::entity::{checkpoint, cosignature, fact, log_head, log_leaf, log_tile};
use super::hash::Hash32;
use super::leaf::Leaf;
use crate::kernel::clock::Millis;

/// The head, locked for the rest of the transaction where the database locks rows.
pub(super) async fn lock_head(
    db: &impl ConnectionTrait,
    tenant: Uuid,
) -> Result<Option<log_head::Model>, DbErr> {
    log_head::Entity::find_by_id(tenant)
        .lock_exclusive()
        .one(db)
        .await
}

pub(super) async fn insert_head(db: &impl ConnectionTrait, head: log_head::Model) -> Result<(), DbErr> {
    let row = log_head::ActiveModel {
        tenant: Set(head.tenant),
        origin: Set(head.origin),
        size: Set(head.size),
        root: Set(head.root),
        frontier: Set(head.frontier),
        at: Set(head.at),
    };
    log_head::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Moves the head on from `from`; 0 if somebody else did.
pub(super) async fn move_head(
    db: &impl ConnectionTrait,
    from: i64,
    head: log_head::Model,
) -> Result<u64, DbErr> {
    let outcome = log_head::Entity::update_many()
        .col_expr(log_head::Column::Size, Expr::value(head.size))
        .col_expr(log_head::Column::Root, Expr::value(head.root))
        .col_expr(log_head::Column::Frontier, Expr::value(head.frontier))
        .col_expr(log_head::Column::At, Expr::value(head.at))
        .filter(log_head::Column::Tenant.eq(head.tenant))
        .filter(log_head::Column::Size.eq(from))
        .exec(db)
        .await?;
    Ok(outcome.rows_affected)
}

pub(super) async fn insert_leaf(
    db: &impl ConnectionTrait,
    leaf: &Leaf,
    idx: i64,
    at: Millis,
    bytes: Vec<u8>,
    hash: Hash32,
) -> Result<(), DbErr> {
    let row = log_leaf::ActiveModel {
        tenant: Set(leaf.tenant),
        idx: Set(idx),
        leaf_hash: Set(hash.bytes().to_vec()),
        bytes: Set(bytes),
        kind: Set(leaf.kind.clone()),
        subject_type: Set(leaf.subject.kind.clone()),
        subject: Set(leaf.subject.id),
        at: Set(at.get()),
    };
    log_leaf::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub(super) async fn insert_tile(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    level: i32,
    n: i64,
    bytes: Vec<u8>,
) -> Result<(), DbErr> {
    let row = log_tile::ActiveModel {
        tenant: Set(tenant),
        level: Set(level),
        n: Set(n),
        bytes: Set(bytes),
    };
    log_tile::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Keeps a checkpoint unless there is one of this size.
pub(super) async fn insert_checkpoint(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    size: i64,
    root: Hash32,
    note: String,
    cut: Millis,
) -> Result<(), DbErr> {
    let row = checkpoint::ActiveModel {
        tenant: Set(tenant),
        size: Set(size),
        root: Set(root.bytes().to_vec()),
        note: Set(note),
        cut: Set(cut.get()),
    };
    let known = OnConflict::columns([checkpoint::Column::Tenant, checkpoint::Column::Size])
        .do_nothing()
        .to_owned();
    checkpoint::Entity::insert(row)
        .on_conflict(known)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Keeps a fact; the same bytes twice are kept once.
pub(super) async fn insert_fact(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    hash: Hash32,
    bytes: Vec<u8>,
    jws: Option<String>,
) -> Result<(), DbErr> {
    let row = fact::ActiveModel {
        tenant: Set(tenant),
        hash: Set(hash.bytes().to_vec()),
        bytes: Set(bytes),
        jws: Set(jws),
    };
    let known = OnConflict::columns([fact::Column::Tenant, fact::Column::Hash])
        .do_nothing()
        .to_owned();
    fact::Entity::insert(row)
        .on_conflict(known)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Keeps a witness's line unless there is one of this witness under this checkpoint.
pub(super) async fn insert_cosignature(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    size: i64,
    witness: &str,
    line: &str,
    at: Millis,
) -> Result<(), DbErr> {
    let row = cosignature::ActiveModel {
        tenant: Set(tenant),
        size: Set(size),
        witness: Set(witness.to_owned()),
        line: Set(line.to_owned()),
        at: Set(at.get()),
    };
    let known = OnConflict::columns([
        cosignature::Column::Tenant,
        cosignature::Column::Size,
        cosignature::Column::Witness,
    ])
    .do_nothing()
    .to_owned();
    cosignature::Entity::insert(row)
        .on_conflict(known)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
