//! Lists: service types, offers and needs, imports with their rows, what parties carry in.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big, big_or_null, bytes, flag, id, id_or_null, index, int, int_or_null, table, text, text_or_null,
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0004_lists"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        registers(manager).await?;
        entries(manager).await?;
        imports(manager).await
    }
}

async fn registers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let service_type = vec![
        id("tenant"),
        text("code"),
        text("zh"),
        text("ko"),
        text("en"),
        text("area"),
        text("direction"),
        text("measure"),
        text("measure_words"),
        int("typical_from"),
        int("typical_to"),
        text("notes"),
        big("worth_micro"),
        flag("cash_like"),
        text("synonyms"),
    ];
    manager
        .create_table(table("service_type", service_type, &["tenant", "code"]))
        .await?;
    let carry = vec![
        id("tenant"),
        int("cycle"),
        id("party"),
        big("agreed_given"),
        big("agreed_received"),
        big("given"),
        big("received"),
    ];
    manager
        .create_table(table("carry", carry, &["tenant", "cycle", "party"]))
        .await
}

/// Offers and needs have the same shape and the same states, so they share one table, told apart by `kind`.
async fn entries(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let entry = vec![
        id("id"),
        id("tenant"),
        text("kind"),
        int("number"),
        int("cycle"),
        id("party"),
        text("type_code"),
        text("area"),
        text("title"),
        text("detail"),
        int("quantity"),
        int("smallest"),
        text("measure"),
        text("windows"),
        text("from_day"),
        text("until_day"),
        text("reach"),
        text("audience"),
        text_or_null("language"),
        text("place"),
        text("modes"),
        int("priority"),
        int_or_null("beneficiaries"),
        text("level"),
        text("note"),
        text("return_wish"),
        text("state"),
        text_or_null("reason"),
        text_or_null("paused_until"),
        text("source"),
        id_or_null("import"),
        big("changed"),
        int("rev"),
    ];
    manager.create_table(table("list_entry", entry, &["id"])).await?;
    for (name, columns, unique) in [
        ("list_entry_number", ["tenant", "kind", "number"].as_slice(), true),
        ("list_entry_state", &["tenant", "kind", "state", "number"], false),
        ("list_entry_party", &["tenant", "party", "kind", "number"], false),
        (
            "list_entry_type",
            &["tenant", "kind", "type_code", "number"],
            false,
        ),
        ("list_entry_import", &["tenant", "import"], false),
    ] {
        manager
            .create_index(index(name, "list_entry", columns, unique))
            .await?;
    }
    Ok(())
}

async fn imports(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let import = vec![
        id("id"),
        id("tenant"),
        int("number"),
        int("cycle"),
        id_or_null("party"),
        text("state"),
        text("told"),
        big("created"),
        big_or_null("accepted"),
        int("rev"),
    ];
    manager
        .create_table(table("list_import", import, &["id"]))
        .await?;
    manager
        .create_index(index(
            "list_import_number",
            "list_import",
            &["tenant", "number"],
            true,
        ))
        .await?;
    manager
        .create_index(index(
            "list_import_party",
            "list_import",
            &["tenant", "party", "number"],
            false,
        ))
        .await?;
    let file = vec![
        id("tenant"),
        id("import"),
        int("place"),
        text("name"),
        bytes("hash"),
        text("told"),
    ];
    manager
        .create_table(table("list_import_file", file, &["import", "place"]))
        .await?;
    manager
        .create_index(index(
            "list_import_file_hash",
            "list_import_file",
            &["tenant", "hash"],
            false,
        ))
        .await?;
    let row = vec![
        id("tenant"),
        id("import"),
        int("seq"),
        int("file"),
        text("sheet"),
        int("row"),
        text("kind"),
        text("outcome"),
        text("input"),
        text("judged"),
        text("answers"),
        id_or_null("entry"),
    ];
    manager
        .create_table(table("list_import_row", row, &["import", "seq"]))
        .await?;
    manager
        .create_index(index(
            "list_import_row_outcome",
            "list_import_row",
            &["tenant", "import", "outcome", "seq"],
            false,
        ))
        .await
}
