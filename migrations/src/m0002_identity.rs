//! Organisations, people, sessions, keys, API clients.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big, big_or_null, bytes, bytes_or_null, flag, id, id_or_null, index, int, table, text, text_or_null,
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_identity"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        parties(manager).await?;
        people(manager).await?;
        keys(manager).await?;
        clients(manager).await
    }
}

async fn parties(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "party",
            vec![
                id("id"),
                id("tenant"),
                int("number"),
                text("name"),
                text_or_null("organisation_name"),
                text_or_null("name_ko"),
                text("kind"),
                text_or_null("unit_kind"),
                id_or_null("community"),
                big_or_null("households"),
                int("max_agreements"),
                text_or_null("credit_code"),
                text("address"),
                text("contact_title"),
                text("status"),
                int("rev"),
            ],
            &["id"],
        ))
        .await?;
    manager
        .create_index(index("party_name", "party", &["tenant", "name"], true))
        .await?;
    manager
        .create_index(index("party_number", "party", &["tenant", "number"], true))
        .await?;
    manager
        .create_index(index("party_kind", "party", &["tenant", "kind", "name"], false))
        .await?;
    manager
        .create_table(table(
            "party_alias",
            vec![id("tenant"), text("alias"), text("spelling"), id("party")],
            &["tenant", "alias"],
        ))
        .await?;
    manager
        .create_index(index(
            "party_alias_party",
            "party_alias",
            &["tenant", "party"],
            false,
        ))
        .await
}

async fn people(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "person",
            vec![
                id("id"),
                id("tenant"),
                text("login"),
                text_or_null("name"),
                text_or_null("phone"),
                text_or_null("title"),
                text_or_null("password_hash"),
                text("locale"),
                int("text_size"),
                text("status"),
                int("failed"),
                big_or_null("locked_until"),
            ],
            &["id"],
        ))
        .await?;
    manager
        .create_index(index("person_login", "person", &["login"], true))
        .await?;
    manager
        .create_index(index("person_tenant", "person", &["tenant", "login"], false))
        .await?;
    manager
        .create_table(table(
            "membership",
            vec![
                id("id"),
                id("tenant"),
                id("person"),
                id_or_null("party"),
                text("role"),
                big("since"),
                big_or_null("until"),
            ],
            &["id"],
        ))
        .await?;
    manager
        .create_index(index(
            "membership_person",
            "membership",
            &["tenant", "person"],
            false,
        ))
        .await?;
    manager
        .create_index(index(
            "membership_party",
            "membership",
            &["tenant", "party", "role"],
            false,
        ))
        .await?;
    manager
        .create_table(table(
            "session",
            vec![
                bytes("key_hash"),
                id_or_null("person"),
                text("state"),
                big("started"),
                big("seen"),
                big("expires"),
                text("agent"),
            ],
            &["key_hash"],
        ))
        .await?;
    manager
        .create_index(index("session_person", "session", &["person"], false))
        .await?;
    manager
        .create_index(index("session_expires", "session", &["expires"], false))
        .await?;
    manager
        .create_table(table(
            "invitation",
            vec![
                bytes("code_hash"),
                id("tenant"),
                id("person"),
                big("expires"),
                big_or_null("used"),
            ],
            &["code_hash"],
        ))
        .await?;
    manager
        .create_index(index(
            "invitation_person",
            "invitation",
            &["tenant", "person"],
            false,
        ))
        .await
}

async fn keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "credential",
            vec![
                id("tenant"),
                text("kid"),
                text("alg"),
                text("jwk"),
                text("kind"),
                text("purpose"),
                id_or_null("party"),
                id_or_null("person"),
                text("state"),
                text("enrolment"),
                text("valid_from"),
                text("valid_until"),
                big_or_null("enrolled_leaf"),
                big_or_null("revoked_leaf"),
                big_or_null("revoked_at"),
                big("requested_at"),
                int("rev"),
            ],
            &["tenant", "kid"],
        ))
        .await?;
    manager
        .create_index(index(
            "credential_party",
            "credential",
            &["tenant", "party", "purpose"],
            false,
        ))
        .await?;
    manager
        .create_index(index(
            "credential_person",
            "credential",
            &["tenant", "person"],
            false,
        ))
        .await?;
    manager
        .create_index(index(
            "credential_state",
            "credential",
            &["tenant", "state"],
            false,
        ))
        .await?;
    manager
        .create_table(table(
            "opening",
            vec![
                id("tenant"),
                text("commitment"),
                text("pointer"),
                bytes_or_null("salt"),
                text_or_null("value"),
                text("subject_type"),
                id("subject"),
                id_or_null("person"),
                big_or_null("erased_at"),
            ],
            &["tenant", "commitment"],
        ))
        .await?;
    manager
        .create_index(index("opening_subject", "opening", &["tenant", "subject"], false))
        .await?;
    manager
        .create_index(index("opening_person", "opening", &["tenant", "person"], false))
        .await
}

async fn clients(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "client",
            vec![
                id("id"),
                id("tenant"),
                text("cid"),
                id_or_null("party"),
                text("name"),
                text("jwks"),
                text("scopes"),
                flag("active"),
                int("rev"),
            ],
            &["id"],
        ))
        .await?;
    manager
        .create_index(index("client_cid", "client", &["cid"], true))
        .await?;
    manager
        .create_index(index("client_tenant", "client", &["tenant", "name"], false))
        .await?;
    manager
        .create_table(table(
            "client_jti",
            vec![id("client"), text("jti"), big("expires")],
            &["client", "jti"],
        ))
        .await?;
    manager
        .create_index(index("client_jti_expires", "client_jti", &["expires"], false))
        .await
}
