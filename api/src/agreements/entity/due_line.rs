//! `due_line`: instalments.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "due_line")]
pub struct Model {
    pub tenant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub obligation: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i32,
    pub from_day: String,
    pub until_day: String,
    pub quantity: i32,
    pub delivered: i32,
    pub confirmed: i32,
    pub status: String,
    pub changed: Option<i64>,
    pub pending: i32,
    pub disputed: i32,
    pub met_on: Option<String>,
    pub waived_on: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
