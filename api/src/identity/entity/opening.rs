//! `opening`: what commitments stand for; erasable.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opening")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub commitment: String,
    pub pointer: String,
    pub salt: Option<Vec<u8>>,
    pub value: Option<String>,
    pub subject_type: String,
    pub subject: Uuid,
    pub person: Option<Uuid>,
    pub erased_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
