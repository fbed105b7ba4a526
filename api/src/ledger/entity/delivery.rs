//! `delivery`: what was reported, and what became of it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: Uuid,
    pub agreement: Uuid,
    pub obligation: Uuid,
    pub due_no: i32,
    pub seq: i32,
    pub quantity: i32,
    pub on_day: String,
    pub beneficiaries: Option<i32>,
    pub place: String,
    pub note: String,
    pub evidence: String,
    pub external_ref: Option<String>,
    pub by_party: Uuid,
    pub reporter: String,
    pub on_behalf: bool,
    pub status: String,
    pub confirmed: i32,
    pub answer: String,
    pub reported_on: String,
    pub confirmed_on: Option<String>,
    pub disputed_on: Option<String>,
    pub withdrawn_on: Option<String>,
    pub fact: Vec<u8>,
    pub rev: i32,
    pub changed: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
