//! `list_entry`: offers and needs, told apart by `kind`.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "list_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: Uuid,
    pub kind: String,
    pub number: i32,
    pub cycle: i32,
    pub party: Uuid,
    pub type_code: String,
    pub area: String,
    pub title: String,
    pub detail: String,
    pub quantity: i32,
    pub smallest: i32,
    pub measure: String,
    pub windows: String,
    pub from_day: String,
    pub until_day: String,
    pub reach: String,
    pub audience: String,
    pub language: Option<String>,
    pub place: String,
    pub modes: String,
    pub priority: i32,
    pub beneficiaries: Option<i32>,
    pub level: String,
    pub note: String,
    pub return_wish: String,
    pub state: String,
    pub reason: Option<String>,
    pub paused_until: Option<String>,
    pub source: String,
    pub import: Option<Uuid>,
    pub changed: i64,
    pub rev: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
