//! `credential`: signing keys.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credential")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    pub alg: String,
    pub jwk: String,
    pub kind: String,
    pub purpose: String,
    pub party: Option<Uuid>,
    pub person: Option<Uuid>,
    pub state: String,
    pub enrolment: String,
    pub valid_from: String,
    pub valid_until: String,
    pub enrolled_leaf: Option<i64>,
    pub revoked_leaf: Option<i64>,
    pub revoked_at: Option<i64>,
    pub requested_at: i64,
    pub rev: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
