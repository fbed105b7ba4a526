//! The life of an agreement after signing: a version pending, notices, filing, parties that leave.

use sea_orm_migration::prelude::*;

use crate::columns::{index, int_or_null, text_or_null};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0008_life"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            text_or_null("version_on"),
            int_or_null("pending_version"),
            text_or_null("pending_kind"),
            int_or_null("pending_seq"),
            text_or_null("pending_sign_by"),
            text_or_null("pending_ends_on"),
            text_or_null("pending_leaving"),
            int_or_null("ends_version"),
            text_or_null("ends_on"),
            int_or_null("filed_version"),
            ColumnDef::new("last_version")
                .integer()
                .not_null()
                .default(1)
                .to_owned(),
        ] {
            add(manager, "agreement", column).await?;
        }
        for column in [
            int_or_null("leave_version"),
            text_or_null("leaves_on"),
            text_or_null("left_on"),
        ] {
            add(manager, "agreement_party", column).await?;
        }
        for statement in [
            "UPDATE agreement SET last_version = current_version, version_on = in_force_on",
            "DROP INDEX signature_once",
            "CREATE UNIQUE INDEX signature_once ON signature (tenant, agreement, version, party_ref) \
             WHERE intent IN ('accept', 'counter', 'amend', 'terminate')",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        for (name, table, column) in [
            ("agreement_pending", "agreement", "pending_sign_by"),
            ("agreement_ends", "agreement", "ends_on"),
            ("agreement_party_leaves", "agreement_party", "leaves_on"),
        ] {
            manager
                .create_index(index(name, table, &["tenant", column], false))
                .await?;
        }
        Ok(())
    }
}

/// One column at a time: SQLite adds no more in a statement.
async fn add(manager: &SchemaManager<'_>, table: &'static str, mut column: ColumnDef) -> Result<(), DbErr> {
    let mut change = Table::alter();
    manager
        .alter_table(change.table(table).add_column(&mut column).to_owned())
        .await
}
