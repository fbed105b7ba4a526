//! Runs, plans, proposals.

use sea_orm_migration::prelude::*;

use crate::columns::{big, bytes, flag, id, id_or_null, index, int, table, text, text_or_null};
use crate::immutable;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0005_matching"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        runs(manager).await?;
        plans(manager).await
    }
}

async fn runs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "run",
            vec![
                id("id"),
                id("tenant"),
                big("no"),
                text("state"),
                text("settings"),
                id("asked_by"),
                big("asked_at"),
                big("began_at"),
                big("ended_at"),
                big("beat_at"),
                text("phase"),
                big("done"),
                big("total"),
                big("best_micro"),
                big("bound_micro"),
                flag("stop_asked"),
                text_or_null("fault"),
                id_or_null("plan"),
                int("rev"),
            ],
            &["id"],
        ))
        .await?;
    manager
        .create_index(index("run_no", "run", &["tenant", "no"], true))
        .await?;
    manager
        .create_index(index("run_state", "run", &["state", "asked_at"], false))
        .await
}

async fn plans(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "plan",
            vec![
                id("id"),
                id("tenant"),
                id("run"),
                id_or_null("parent"),
                bytes("instance_hash"),
                bytes("plan_hash"),
                bytes("instance"),
                bytes("plan"),
                bytes("certificate"),
                bytes("reasons"),
                big("value_micro"),
                big("bound_micro"),
                big("gap_ppm"),
                text("status"),
                big("at"),
            ],
            &["id"],
        ))
        .await?;
    manager
        .create_index(index("plan_run", "plan", &["tenant", "run"], true))
        .await?;
    immutable::protect(manager, "plan").await?;
    manager
        .create_table(table(
            "proposal",
            vec![
                id("id"),
                id("tenant"),
                id("plan"),
                big("no"),
                text("body"),
                text("state"),
                int("rev"),
            ],
            &["id"],
        ))
        .await?;
    manager
        .create_index(index("proposal_no", "proposal", &["tenant", "plan", "no"], true))
        .await?;
    manager
        .create_index(index("proposal_state", "proposal", &["tenant", "state"], false))
        .await
}
