//! `plan`: plans, immutable.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: Uuid,
    pub run: Uuid,
    pub parent: Option<Uuid>,
    pub instance_hash: Vec<u8>,
    pub plan_hash: Vec<u8>,
    pub instance: Vec<u8>,
    pub plan: Vec<u8>,
    pub certificate: Vec<u8>,
    pub reasons: Vec<u8>,
    pub value_micro: i64,
    pub bound_micro: i64,
    pub gap_ppm: i64,
    pub status: String,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
