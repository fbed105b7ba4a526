//! `person`: people with a login.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: Uuid,
    pub login: String,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub title: Option<String>,
    pub password_hash: Option<String>,
    pub locale: String,
    pub text_size: i32,
    pub status: String,
    pub failed: i32,
    pub locked_until: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
