//! `agreement_party`: the parties of each agreement.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement_party")]
pub struct Model {
    pub tenant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub agreement: Uuid,
    #[sea_orm(primary_key, auto_increment = false, column_name = "ref")]
    pub reference: String,
    pub party: Uuid,
    pub side: String,
    pub name: String,
    pub accepted_version: Option<i32>,
    pub leave_version: Option<i32>,
    pub leaves_on: Option<String>,
    pub left_on: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
