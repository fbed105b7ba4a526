//! Agreements: drafts, numbers, versions, signatures, obligations.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big, big_or_null, bytes, bytes_or_null, id, id_or_null, index, int, int_or_null, table, text,
    text_or_null,
};
use crate::immutable::protect;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0007_agreements"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drafts(manager).await?;
        agreements(manager).await?;
        signed(manager).await?;
        owed(manager).await
    }
}

async fn drafts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let series = vec![id("tenant"), text("series"), int("year"), int("next")];
    manager
        .create_table(table("number_series", series, &["tenant", "series", "year"]))
        .await?;
    let draft = vec![
        id("tenant"),
        id("agreement"),
        int("no"),
        text("title"),
        text("body"),
        id("meeting"),
        int("item"),
        text("state"),
        int("rev"),
        big("changed"),
    ];
    manager
        .create_table(table("draft", draft, &["tenant", "agreement"]))
        .await?;
    manager
        .create_index(index("draft_no", "draft", &["tenant", "no"], true))
        .await?;
    manager
        .create_index(index("draft_item", "draft", &["tenant", "meeting", "item"], true))
        .await?;
    manager
        .create_index(index("draft_state", "draft", &["tenant", "state", "no"], false))
        .await
}

async fn agreements(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let agreement = vec![
        id("id"),
        id("tenant"),
        text("number"),
        int("year"),
        int("n"),
        text("mode"),
        text("title"),
        text("state"),
        int("current_version"),
        int_or_null("in_force_version"),
        text_or_null("in_force_on"),
        int("opened_seq"),
        int("head_seq"),
        bytes("head_hash"),
        text("sign_by"),
        text("term_from"),
        text("term_until"),
        id("meeting"),
        int("item"),
        id_or_null("plan"),
        int("rev"),
        big("sent"),
        big("changed"),
    ];
    manager
        .create_table(table("agreement", agreement, &["id"]))
        .await?;
    manager
        .create_index(index(
            "agreement_number",
            "agreement",
            &["tenant", "number"],
            true,
        ))
        .await?;
    manager
        .create_index(index("agreement_n", "agreement", &["tenant", "year", "n"], true))
        .await?;
    manager
        .create_index(index(
            "agreement_term",
            "agreement",
            &["tenant", "state", "term_until"],
            false,
        ))
        .await?;
    manager
        .create_index(index(
            "agreement_sign_by",
            "agreement",
            &["tenant", "state", "sign_by"],
            false,
        ))
        .await?;
    let party = vec![
        id("tenant"),
        id("agreement"),
        text("ref"),
        id("party"),
        text("side"),
        text("name"),
        int_or_null("accepted_version"),
    ];
    manager
        .create_table(table("agreement_party", party, &["agreement", "ref"]))
        .await?;
    manager
        .create_index(index(
            "agreement_party_party",
            "agreement_party",
            &["tenant", "party"],
            false,
        ))
        .await
}

async fn signed(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let version = vec![
        id("tenant"),
        id("agreement"),
        int("version"),
        text("kind"),
        bytes("hash"),
        bytes("bytes"),
        bytes_or_null("previous_hash"),
        text_or_null("author_ref"),
        big("leaf"),
        big("at"),
    ];
    manager
        .create_table(table("agreement_version", version, &["agreement", "version"]))
        .await?;
    manager
        .create_index(index(
            "agreement_version_hash",
            "agreement_version",
            &["tenant", "hash"],
            true,
        ))
        .await?;
    let signature = vec![
        id("tenant"),
        id("agreement"),
        int("seq"),
        int("version"),
        text("party_ref"),
        text("intent"),
        text("alg"),
        text("kid"),
        text("protected"),
        text("signature"),
        bytes("digest"),
        bytes("chain"),
        int("prior_n"),
        text("nonce"),
        big("seen_size"),
        big("leaf"),
        big("at"),
    ];
    manager
        .create_table(table("signature", signature, &["agreement", "seq"]))
        .await?;
    manager
        .create_index(index(
            "signature_digest",
            "signature",
            &["tenant", "digest"],
            true,
        ))
        .await?;
    manager
        .create_index(index(
            "signature_nonce",
            "signature",
            &["tenant", "agreement", "nonce"],
            true,
        ))
        .await?;
    manager
        .get_connection()
        .execute_unprepared(
            "CREATE UNIQUE INDEX signature_once ON signature (tenant, agreement, version, party_ref) \
             WHERE intent IN ('accept', 'counter')",
        )
        .await?;
    protect(manager, "agreement_version").await?;
    protect(manager, "signature").await
}

async fn owed(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let obligation = vec![
        id("id"),
        id("tenant"),
        id("agreement"),
        int("version"),
        text("ref"),
        text("from_ref"),
        text("to_refs"),
        text("area"),
        text("what"),
        text("unit"),
        int("quantity"),
        id_or_null("offer"),
        id_or_null("need"),
    ];
    manager
        .create_table(table("obligation", obligation, &["id"]))
        .await?;
    manager
        .create_index(index(
            "obligation_ref",
            "obligation",
            &["tenant", "agreement", "version", "ref"],
            true,
        ))
        .await?;
    let due = vec![
        id("tenant"),
        id("obligation"),
        int("no"),
        text("from_day"),
        text("until_day"),
        int("quantity"),
        int("delivered"),
        int("confirmed"),
        text("status"),
        big_or_null("changed"),
    ];
    manager
        .create_table(table("due_line", due, &["obligation", "no"]))
        .await?;
    manager
        .create_index(index(
            "due_line_status",
            "due_line",
            &["tenant", "status", "until_day"],
            false,
        ))
        .await
}
