//! `instalment`: a view of the instalments of versions in force, with whose they are. Read only; the tables are those of\n//! `agreements`.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "instalment")]
pub struct Model {
    pub tenant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub obligation: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i32,
    pub from_day: String,
    pub until_day: String,
    pub quantity: i32,
    pub delivered: i32,
    pub confirmed: i32,
    pub pending: i32,
    pub disputed: i32,
    pub met_on: Option<String>,
    pub waived_on: Option<String>,
    pub status: String,
    pub agreement: Uuid,
    #[sea_orm(column_name = "ref")]
    pub reference: String,
    pub from_ref: String,
    pub to_refs: String,
    pub area: String,
    pub what: String,
    pub unit: String,
    pub owed: i32,
    pub offer: Option<Uuid>,
    pub need: Option<Uuid>,
    pub year: i32,
    pub n: i32,
    pub number: String,
    pub title: String,
    pub mode: String,
    pub agreement_state: String,
    pub in_force_on: Option<String>,
    pub term_from: String,
    pub term_until: String,
    pub meeting: Uuid,
    pub item: i32,
    pub giver: Uuid,
    pub giver_side: String,
    pub giver_name: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
