//! `agreement_version`: versions byte for byte, insert only.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement_version")]
pub struct Model {
    pub tenant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub agreement: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub kind: String,
    pub hash: Vec<u8>,
    pub bytes: Vec<u8>,
    pub previous_hash: Option<Vec<u8>>,
    pub author_ref: Option<String>,
    pub leaf: i64,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
