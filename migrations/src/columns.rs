//! Column shapes used by every table.

use sea_orm_migration::prelude::*;

/// `uuid not null`
pub(crate) fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().to_owned()
}

/// `uuid null`
pub(crate) fn id_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().null().to_owned()
}

/// `text not null`
pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().to_owned()
}

/// `text null`
pub(crate) fn text_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().to_owned()
}

/// `bigint not null`: counts, indexes, fen, instants in milliseconds
pub(crate) fn big(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().to_owned()
}

/// `bigint null`
pub(crate) fn big_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().to_owned()
}

/// `integer not null`
pub(crate) fn int(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().to_owned()
}

/// `integer null`
pub(crate) fn int_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().null().to_owned()
}

/// `blob`/`bytea not null`: hashes and exact bytes
pub(crate) fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().to_owned()
}

/// `blob`/`bytea null`
pub(crate) fn bytes_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().null().to_owned()
}

/// `boolean not null`
pub(crate) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().to_owned()
}

/// A table with these columns and this primary key.
pub(crate) fn table(
    name: &'static str,
    columns: Vec<ColumnDef>,
    key: &[&'static str],
) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    let mut primary = Index::create();
    for column in key {
        primary.col(*column);
    }
    table.primary_key(&mut primary);
    table
}

/// An index; `unique` if rows may not share these values.
pub(crate) fn index(
    name: &'static str,
    on: &'static str,
    columns: &[&'static str],
    unique: bool,
) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(on);
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    index
}
