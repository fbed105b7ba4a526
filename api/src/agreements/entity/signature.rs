//! `signature`: signatures as sent, insert only.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signature")]
pub struct Model {
    pub tenant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub agreement: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i32,
    pub version: i32,
    pub party_ref: String,
    pub intent: String,
    pub alg: String,
    pub kid: String,
    pub protected: String,
    pub signature: String,
    pub digest: Vec<u8>,
    pub chain: Vec<u8>,
    pub prior_n: i32,
    pub nonce: String,
    pub seen_size: i64,
    pub leaf: i64,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
