//! `agreement`: where each agreement stands.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: Uuid,
    pub number: String,
    pub year: i32,
    pub n: i32,
    pub mode: String,
    pub title: String,
    pub state: String,
    pub current_version: i32,
    pub in_force_version: Option<i32>,
    pub in_force_on: Option<String>,
    pub opened_seq: i32,
    pub head_seq: i32,
    pub head_hash: Vec<u8>,
    pub sign_by: String,
    pub term_from: String,
    pub term_until: String,
    pub meeting: Uuid,
    pub item: i32,
    pub plan: Option<Uuid>,
    pub rev: i32,
    pub sent: i64,
    pub changed: i64,
    pub version_on: Option<String>,
    pub pending_version: Option<i32>,
    pub pending_kind: Option<String>,
    pub pending_seq: Option<i32>,
    pub pending_sign_by: Option<String>,
    pub pending_ends_on: Option<String>,
    pub pending_leaving: Option<String>,
    pub ends_version: Option<i32>,
    pub ends_on: Option<String>,
    pub filed_version: Option<i32>,
    pub last_version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
