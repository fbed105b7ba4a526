//! The log: its head, leaves, tiles, checkpoints, and the facts leaves name.

use sea_orm_migration::prelude::*;

use crate::columns::{big, bytes, id, index, int, table, text, text_or_null};
use crate::immutable::protect;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_log"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let head = vec![
            id("tenant"),
            text("origin"),
            big("size"),
            bytes("root"),
            bytes("frontier"),
            big("at"),
        ];
        manager.create_table(table("log_head", head, &["tenant"])).await?;
        let leaf = vec![
            id("tenant"),
            big("idx"),
            bytes("leaf_hash"),
            bytes("bytes"),
            text("kind"),
            text("subject_type"),
            id("subject"),
            big("at"),
        ];
        manager
            .create_table(table("log_leaf", leaf, &["tenant", "idx"]))
            .await?;
        manager
            .create_index(index(
                "log_leaf_subject",
                "log_leaf",
                &["tenant", "subject", "idx"],
                false,
            ))
            .await?;
        manager
            .create_index(index(
                "log_leaf_kind",
                "log_leaf",
                &["tenant", "kind", "idx"],
                false,
            ))
            .await?;
        let tile = vec![id("tenant"), int("level"), big("n"), bytes("bytes")];
        manager
            .create_table(table("log_tile", tile, &["tenant", "level", "n"]))
            .await?;
        let checkpoint = vec![id("tenant"), big("size"), bytes("root"), text("note"), big("cut")];
        manager
            .create_table(table("checkpoint", checkpoint, &["tenant", "size"]))
            .await?;
        let fact = vec![id("tenant"), bytes("hash"), bytes("bytes"), text_or_null("jws")];
        manager
            .create_table(table("fact", fact, &["tenant", "hash"]))
            .await?;
        for table in ["log_leaf", "log_tile", "checkpoint", "fact"] {
            protect(manager, table).await?;
        }
        Ok(())
    }
}
