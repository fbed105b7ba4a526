//! What is owed and done: deliveries, reviews, evidence, reports; what stands on each instalment's account.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{
    big, bytes, bytes_or_null, flag, id, index, int, int_or_null, table, text, text_or_null,
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0009_ledger"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        accounts(manager).await?;
        deliveries(manager).await?;
        reviews(manager).await?;
        evidence(manager).await?;
        views(manager).await
    }
}

/// An instalment's account beside what it owes.
async fn accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for column in [
        ColumnDef::new("pending")
            .integer()
            .not_null()
            .default(0)
            .to_owned(),
        ColumnDef::new("disputed")
            .integer()
            .not_null()
            .default(0)
            .to_owned(),
        text_or_null("met_on"),
        text_or_null("waived_on"),
    ] {
        let alter = Table::alter().table("due_line").add_column(column).to_owned();
        manager.alter_table(alter).await?;
    }
    manager
        .create_index(index(
            "due_line_until",
            "due_line",
            &["tenant", "until_day"],
            false,
        ))
        .await
}

async fn deliveries(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let delivery = vec![
        id("id"),
        id("tenant"),
        id("agreement"),
        id("obligation"),
        int("due_no"),
        int("seq"),
        int("quantity"),
        text("on_day"),
        int_or_null("beneficiaries"),
        text("place"),
        text("note"),
        text("evidence"),
        text_or_null("external_ref"),
        id("by_party"),
        text("reporter"),
        flag("on_behalf"),
        text("status"),
        int("confirmed"),
        text("answer"),
        text("reported_on"),
        text_or_null("confirmed_on"),
        text_or_null("disputed_on"),
        text_or_null("withdrawn_on"),
        bytes("fact"),
        int("rev"),
        big("changed"),
    ];
    manager.create_table(table("delivery", delivery, &["id"])).await?;
    for (name, columns, unique) in [
        (
            "delivery_seq",
            &["tenant", "obligation", "due_no", "seq"][..],
            true,
        ),
        (
            "delivery_external_ref",
            &["tenant", "obligation", "external_ref"],
            true,
        ),
        ("delivery_status", &["tenant", "status", "on_day"], false),
        ("delivery_changed", &["tenant", "changed", "id"], false),
    ] {
        manager
            .create_index(index(name, "delivery", columns, unique))
            .await?;
    }
    Ok(())
}

async fn reviews(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let review = vec![
        id("tenant"),
        id("agreement"),
        text("period"),
        text("by_ref"),
        id("party"),
        text("delivered"),
        text("useful"),
        text("proceed"),
        text("comment"),
        text("given_on"),
        bytes("fact"),
    ];
    manager
        .create_table(table("review", review, &["agreement", "period", "by_ref"]))
        .await?;
    manager
        .create_index(index("review_period", "review", &["tenant", "period"], false))
        .await?;
    let report = vec![
        id("tenant"),
        text("period"),
        text("problems"),
        text("plans"),
        text_or_null("body"),
        bytes_or_null("hash"),
        text_or_null("closed_on"),
        int("rev"),
    ];
    manager
        .create_table(table("report", report, &["tenant", "period"]))
        .await
}

/// Photos and scans by their hash; the bytes may be erased, nothing else may change.
async fn evidence(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let blob = vec![
        id("tenant"),
        bytes("hash"),
        text("media"),
        int("size"),
        bytes_or_null("bytes"),
        crate::columns::big_or_null("erased_at"),
    ];
    manager
        .create_table(table("blob", blob, &["tenant", "hash"]))
        .await?;
    let statements: &[&str] = match manager.get_database_backend() {
        DbBackend::Postgres => &[
            "CREATE FUNCTION gongjian_blob_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF TG_OP = 'DELETE' OR NEW.bytes IS NOT NULL OR NEW.hash <> OLD.hash OR NEW.media <> OLD.media \
             OR NEW.size <> OLD.size OR NEW.tenant <> OLD.tenant THEN \
             RAISE EXCEPTION 'blob may only be erased'; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER blob_kept BEFORE UPDATE OR DELETE ON blob \
             FOR EACH ROW EXECUTE FUNCTION gongjian_blob_kept()",
        ],
        _ => &[
            "CREATE TRIGGER blob_no_delete BEFORE DELETE ON blob \
             BEGIN SELECT RAISE(ABORT, 'blob may only be erased'); END",
            "CREATE TRIGGER blob_kept BEFORE UPDATE ON blob WHEN NEW.bytes IS NOT NULL OR NEW.hash <> OLD.hash \
             OR NEW.media <> OLD.media OR NEW.size <> OLD.size OR NEW.tenant <> OLD.tenant \
             BEGIN SELECT RAISE(ABORT, 'blob may only be erased'); END",
        ],
    };
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// What lists of instalments read: the obligations of the version in force with whose they are.
async fn views(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection
        .execute_unprepared(
            "CREATE VIEW instalment AS SELECT d.tenant, d.obligation, d.no, d.from_day, d.until_day, d.quantity, \
             d.delivered, d.confirmed, d.pending, d.disputed, d.met_on, d.waived_on, d.status, o.agreement, o.ref, o.from_ref, \
             o.to_refs, o.area, o.what, o.unit, o.quantity AS owed, o.offer, o.need, a.year, a.n, a.number, a.title, \
             a.mode, a.state AS agreement_state, a.in_force_on, a.term_from, a.term_until, a.meeting, a.item, \
             p.party AS giver, p.side AS giver_side, p.name AS giver_name \
             FROM due_line d JOIN obligation o ON o.id = d.obligation JOIN agreement a ON a.id = o.agreement \
             JOIN agreement_party p ON p.agreement = o.agreement AND p.ref = o.from_ref \
             WHERE o.version = a.in_force_version",
        )
        .await?;
    connection
        .execute_unprepared(
            "CREATE VIEW instalment_taker AS SELECT o.tenant, o.id AS obligation, p.ref, p.party, p.side, p.name \
             FROM obligation o JOIN agreement_party p ON p.agreement = o.agreement \
             AND o.to_refs LIKE '%\"' || p.ref || '\"%'",
        )
        .await?;
    Ok(())
}
