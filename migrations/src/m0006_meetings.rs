//! Joint meetings, their agenda, and what they decided.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big, big_or_null, bytes, bytes_or_null, flag, id, index, int, table, text, text_or_null,
};
use crate::immutable::protect;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0006_meetings"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let meeting = vec![
            id("id"),
            id("tenant"),
            text("level"),
            big("no"),
            text("held_on"),
            text("starts"),
            text("place"),
            id("chair"),
            flag("short_notice"),
            text("state"),
            text("quorum"),
            text("attendance"),
            big("called_at"),
            big_or_null("opened_at"),
            big_or_null("closed_at"),
            text_or_null("minutes"),
            bytes_or_null("minutes_hash"),
            int("rev"),
        ];
        manager.create_table(table("meeting", meeting, &["id"])).await?;
        manager
            .create_index(index("meeting_no", "meeting", &["tenant", "level", "no"], true))
            .await?;
        manager
            .create_index(index(
                "meeting_state",
                "meeting",
                &["tenant", "state", "no"],
                false,
            ))
            .await?;
        let item = vec![
            id("tenant"),
            id("meeting"),
            int("item"),
            id("proposal"),
            big("no"),
            text("title"),
            text("parties"),
            text("body"),
            flag("late"),
        ];
        manager
            .create_table(table("agenda_item", item, &["tenant", "meeting", "item"]))
            .await?;
        manager
            .create_index(index(
                "agenda_item_proposal",
                "agenda_item",
                &["tenant", "proposal"],
                false,
            ))
            .await?;
        let decision = vec![
            id("id"),
            id("tenant"),
            id("meeting"),
            int("item"),
            id("proposal"),
            text("outcome"),
            text("votes"),
            text("recused"),
            text_or_null("reason"),
            bytes("fact"),
            big("at"),
        ];
        manager.create_table(table("decision", decision, &["id"])).await?;
        manager
            .create_index(index(
                "decision_item",
                "decision",
                &["tenant", "meeting", "item"],
                true,
            ))
            .await?;
        manager
            .create_index(index(
                "decision_proposal",
                "decision",
                &["tenant", "proposal"],
                false,
            ))
            .await?;
        protect(manager, "decision").await
    }
}
