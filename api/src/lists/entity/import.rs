//! `list_import`: lists handed in together.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "list_import")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: Uuid,
    pub number: i32,
    pub cycle: i32,
    pub party: Option<Uuid>,
    pub state: String,
    pub told: String,
    pub created: i64,
    pub accepted: Option<i64>,
    pub rev: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
