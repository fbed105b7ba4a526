//! Tenants, idempotency records, events.

use sea_orm_migration::prelude::*;

use crate::columns::{big, big_or_null, bytes, id, id_or_null, index, int, table, text};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_kernel"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(table(
                "tenant",
                vec![
                    id("id"),
                    text("slug"),
                    text("name"),
                    text("kind"),
                    id_or_null("parent"),
                    text("log_origin"),
                    text("settings"),
                ],
                &["id"],
            ))
            .await?;
        manager
            .create_index(index("tenant_slug", "tenant", &["slug"], true))
            .await?;
        manager
            .create_index(index("tenant_log_origin", "tenant", &["log_origin"], true))
            .await?;
        manager
            .create_table(table(
                "idempotency",
                vec![
                    id("tenant"),
                    text("actor"),
                    text("key"),
                    bytes("fingerprint"),
                    int("status"),
                    text("headers"),
                    bytes("body"),
                    big("expires"),
                ],
                &["tenant", "actor", "key"],
            ))
            .await?;
        manager
            .create_index(index("idempotency_expires", "idempotency", &["expires"], false))
            .await?;
        manager
            .create_table(table(
                "outbox",
                vec![
                    id("tenant"),
                    big("idx"),
                    text("kind"),
                    id("subject"),
                    text("data"),
                    big("at"),
                    big_or_null("relayed"),
                ],
                &["tenant", "idx"],
            ))
            .await?;
        manager
            .create_index(index(
                "outbox_waiting",
                "outbox",
                &["relayed", "tenant", "idx"],
                false,
            ))
            .await
    }
}
