//! `list_import_row`: the rows of an import with their judgement and answers.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "list_import_row")]
pub struct Model {
    pub tenant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub import: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i32,
    pub file: i32,
    pub sheet: String,
    pub row: i32,
    pub kind: String,
    pub outcome: String,
    pub input: String,
    pub judged: String,
    pub answers: String,
    pub entry: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
