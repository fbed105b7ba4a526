//! `instalment_taker`: a view of who receives each obligation. Read only.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "instalment_taker")]
pub struct Model {
    pub tenant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub obligation: Uuid,
    #[sea_orm(primary_key, auto_increment = false, column_name = "ref")]
    pub reference: String,
    pub party: Uuid,
    pub side: String,
    pub name: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
