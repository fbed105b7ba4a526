//! `obligation`: what is owed under the version in force.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "obligation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: Uuid,
    pub agreement: Uuid,
    pub version: i32,
    #[sea_orm(column_name = "ref")]
    pub reference: String,
    pub from_ref: String,
    pub to_refs: String,
    pub area: String,
    pub what: String,
    pub unit: String,
    pub quantity: i32,
    pub offer: Option<Uuid>,
    pub need: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
