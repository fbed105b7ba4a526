//! Trials of a plan: what would be if something were otherwise, and what each rule costs.

use sea_orm_migration::prelude::*;

use crate::columns::{big, bytes, bytes_or_null, flag, id, index, int, table, text, text_or_null};
use crate::immutable;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0011_trials"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(table(
                "trial",
                vec![
                    id("id"),
                    id("tenant"),
                    id("plan"),
                    text("kind"),
                    big("no"),
                    text("changes"),
                    text("state"),
                    id("asked_by"),
                    big("asked_at"),
                    big("beat_at"),
                    big("ended_at"),
                    text("phase"),
                    big("done"),
                    big("total"),
                    flag("stop_asked"),
                    text_or_null("fault"),
                    int("rev"),
                ],
                &["id"],
            ))
            .await?;
        let number = ["tenant", "plan", "kind", "no"];
        manager
            .create_index(index("trial_no", "trial", &number, true))
            .await?;
        manager
            .create_index(index("trial_state", "trial", &["state", "asked_at"], false))
            .await?;
        manager
            .create_table(table(
                "trial_result",
                vec![
                    id("trial"),
                    id("tenant"),
                    bytes_or_null("instance"),
                    bytes_or_null("plan"),
                    bytes_or_null("certificate"),
                    bytes("told"),
                    big("at"),
                ],
                &["trial"],
            ))
            .await?;
        immutable::protect(manager, "trial_result").await
    }
}
