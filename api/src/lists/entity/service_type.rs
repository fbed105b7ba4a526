//! `service_type`: a tenant's own service types.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_type")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub zh: String,
    pub ko: String,
    pub en: String,
    pub area: String,
    pub direction: String,
    pub measure: String,
    pub measure_words: String,
    pub typical_from: i32,
    pub typical_to: i32,
    pub notes: String,
    pub worth_micro: i64,
    pub cash_like: bool,
    pub synonyms: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
