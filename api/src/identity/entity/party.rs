//! `party`: communities, units, street and district offices.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: Uuid,
    pub number: i32,
    pub name: String,
    pub organisation_name: Option<String>,
    pub name_ko: Option<String>,
    pub kind: String,
    pub unit_kind: Option<String>,
    pub community: Option<Uuid>,
    pub households: Option<i64>,
    pub max_agreements: i32,
    pub credit_code: Option<String>,
    pub address: String,
    pub contact_title: String,
    pub status: String,
    pub rev: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
