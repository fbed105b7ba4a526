//! `trial_result`: what came of trials, immutable.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "trial_result")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub trial: Uuid,
    pub tenant: Uuid,
    pub instance: Option<Vec<u8>>,
    pub plan: Option<Vec<u8>>,
    pub certificate: Option<Vec<u8>>,
    pub told: Vec<u8>,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
