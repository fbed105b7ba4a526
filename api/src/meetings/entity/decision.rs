//! `decision`: what a meeting decided on an item; insert only.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: Uuid,
    pub meeting: Uuid,
    pub item: i32,
    pub proposal: Uuid,
    pub outcome: String,
    pub votes: String,
    pub recused: String,
    pub reason: Option<String>,
    pub fact: Vec<u8>,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
