//! `meeting`: joint meetings.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: Uuid,
    pub level: String,
    pub no: i64,
    pub held_on: String,
    pub starts: String,
    pub place: String,
    pub chair: Uuid,
    pub short_notice: bool,
    pub state: String,
    pub quorum: String,
    pub attendance: String,
    pub called_at: i64,
    pub opened_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub minutes: Option<String>,
    pub minutes_hash: Option<Vec<u8>>,
    pub rev: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
