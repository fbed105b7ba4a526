//! The record that makes a repeated request harmless. Pages and the API use the same one: pages send
//! the key in a hidden field, API clients in `Idempotency-Key`.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};

use super::entity::idempotency as table;
use super::id::{Id, Tenant};
use super::limit;
use super::problem::Problem;
use super::tx::Tx;

/// A caller's key together with what was asked.
#[derive(Debug, Clone)]
pub struct Once {
    tenant: Id<Tenant>,
    actor: String,
    key: String,
    fingerprint: [u8; 32],
}

/// The committed answer of an act, as it is sent and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status, 2xx or 303.
    pub status: u16,
    /// `Location`, `ETag` and the like.
    pub headers: Vec<(String, String)>,
    /// The body, at most 64 KiB.
    pub body: Vec<u8>,
    /// Whether this answer was kept from an earlier request.
    pub replayed: bool,
}

impl Answer {
    /// 303 to a page that says what was done.
    #[must_use]
    pub fn see_other(location: impl Into<String>) -> Self {
        Self {
            status: 303,
            headers: vec![("Location".to_owned(), location.into())],
            body: Vec::new(),
            replayed: false,
        }
    }

    /// A JSON body.
    ///
    /// # Errors
    /// `internal` if the value cannot be written as JSON.
    pub fn json(status: u16, body: &impl serde::Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(body).map_err(|e| Problem::internal(e.to_string()))?;
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        Ok(Self {
            status,
            headers,
            body,
            replayed: false,
        })
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

impl Once {
    /// `key` must be 1–64 of `A-Za-z0-9_-`. The fingerprint covers method, path, `If-Match` and body.
    ///
    /// # Errors
    /// `idempotency-key-missing` if the key is absent or has another form.
    pub fn new(
        tenant: Id<Tenant>,
        actor: String,
        key: Option<&str>,
        request: &Request<'_>,
    ) -> Result<Self, Problem> {
        let key = key
            .filter(|k| is_key(k))
            .ok_or_else(|| Problem::new("idempotency-key-missing", 400))?;
        let mut hash = Sha256::new();
        for part in [
            request.method,
            "\n",
            request.path,
            "\n",
            request.if_match.unwrap_or(""),
            "\n",
        ] {
            hash.update(part.as_bytes());
        }
        hash.update(request.body);
        Ok(Self {
            tenant,
            actor,
            key: key.to_owned(),
            fingerprint: hash.finalize().into(),
        })
    }
}

/// What a fingerprint is taken of.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `POST`, …
    pub method: &'a str,
    /// The path without query.
    pub path: &'a str,
    /// The `If-Match` header.
    pub if_match: Option<&'a str>,
    /// The body as sent.
    pub body: &'a [u8],
}

fn is_key(key: &str) -> bool {
    (1..=64).contains(&key.len())
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Takes the key for this transaction. The insert comes first, so a second request with the same key waits
/// for the first one's end and then finds its answer.
pub(super) async fn claim(tx: &Tx, once: &Once) -> Result<Option<Answer>, Problem> {
    let expires = tx.now().plus_ms(limit::IDEMPOTENCY_DAYS * 86_400_000);
    let row = table::ActiveModel {
        tenant: Set(once.tenant.uuid()),
        actor: Set(once.actor.clone()),
        key: Set(once.key.clone()),
        fingerprint: Set(once.fingerprint.to_vec()),
        status: Set(0),
        headers: Set("[]".to_owned()),
        body: Set(Vec::new()),
        expires: Set(expires.get()),
    };
    let conflict = OnConflict::columns([table::Column::Tenant, table::Column::Actor, table::Column::Key])
        .do_nothing()
        .to_owned();
    let fresh = table::Entity::insert(row)
        .on_conflict(conflict)
        .exec_without_returning(tx.db())
        .await?;
    if fresh == 1 {
        return Ok(None);
    }
    let kept = filtered(once)
        .one(tx.db())
        .await?
        .ok_or_else(|| Problem::internal("idempotency record vanished"))?;
    if kept.fingerprint != once.fingerprint {
        return Err(Problem::new("idempotency-key-reused", 422));
    }
    let headers = serde_json::from_str(&kept.headers).map_err(|e| Problem::internal(e.to_string()))?;
    let status = u16::try_from(kept.status).map_err(|e| Problem::internal(e.to_string()))?;
    Ok(Some(Answer {
        status,
        headers,
        body: kept.body,
        replayed: true,
    }))
}

/// Keeps the answer under the claimed key.
pub(super) async fn keep(tx: &Tx, once: &Once, answer: &Answer) -> Result<(), Problem> {
    if answer.body.len() > limit::IDEMPOTENCY_BODY_BYTES {
        return Err(Problem::internal("answer too large to keep"));
    }
    let headers = serde_json::to_string(&answer.headers).map_err(|e| Problem::internal(e.to_string()))?;
    table::Entity::update_many()
        .col_expr(
            table::Column::Status,
            sea_orm::sea_query::Expr::value(i32::from(answer.status)),
        )
        .col_expr(table::Column::Headers, sea_orm::sea_query::Expr::value(headers))
        .col_expr(
            table::Column::Body,
            sea_orm::sea_query::Expr::value(answer.body.clone()),
        )
        .filter(table::Column::Tenant.eq(once.tenant.uuid()))
        .filter(table::Column::Actor.eq(once.actor.clone()))
        .filter(table::Column::Key.eq(once.key.clone()))
        .exec(tx.db())
        .await?;
    Ok(())
}

fn filtered(once: &Once) -> sea_orm::Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::Tenant.eq(once.tenant.uuid()))
        .filter(table::Column::Actor.eq(once.actor.clone()))
        .filter(table::Column::Key.eq(once.key.clone()))
}
