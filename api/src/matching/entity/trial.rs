//! `trial`: trials asked for, and how far they are.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "trial")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: Uuid,
    pub plan: Uuid,
    pub kind: String,
    pub no: i64,
    pub changes: String,
    pub state: String,
    pub asked_by: Uuid,
    pub asked_at: i64,
    pub beat_at: i64,
    pub ended_at: i64,
    pub phase: String,
    pub done: i64,
    pub total: i64,
    pub stop_asked: bool,
    pub fault: Option<String>,
    pub rev: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
