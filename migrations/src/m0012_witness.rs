//! What witnesses signed over the log's checkpoints.

use sea_orm_migration::prelude::*;

use crate::columns::{big, id, table, text};
use crate::immutable::protect;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0012_witness"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let cosignature = vec![
            id("tenant"),
            big("size"),
            text("witness"),
            text("line"),
            big("at"),
        ];
        manager
            .create_table(table("cosignature", cosignature, &["tenant", "size", "witness"]))
            .await?;
        protect(manager, "cosignature").await
    }
}
