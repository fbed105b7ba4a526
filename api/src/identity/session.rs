//! Browser sessions in the database: the key is stored hashed, a session idles out after 30 minutes and ends
//! after 12 hours, and can be ended from elsewhere.

use std::collections::HashMap;
use std::fmt::Write as _;

use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession, TtlExtensionPolicy};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::entity::session as table;
use crate::app::App;
use crate::kernel::clock::Millis;
use crate::kernel::db::Db;
use crate::kernel::id::{Id, Person};
use crate::kernel::problem::Problem;
use crate::kernel::tx::{self, Tx};

/// The session's entry that names the signed-in person.
pub(super) const PERSON: &str = "person";
/// The session's entry that tells until when the person has stepped up, milliseconds.
pub(super) const STEP_UP: &str = "step_up_until";

/// The session's entry that names it in the list of a person's sessions.
pub(super) const MARK: &str = "mark";
/// The session's entry that tells which browser it was opened in.
pub(super) const AGENT: &str = "agent";

/// The cookie's name over https and over plain http.
pub(super) const COOKIES: [&str; 2] = ["__Host-gj", "gj"];

/// How long a step-up is good, milliseconds.
pub(super) const STEP_UP_MS: i64 = 5 * 60_000;

const IDLE_MINUTES: i64 = 30;
const ABSOLUTE_MS: i64 = 12 * 3_600_000;

/// The middleware that gives every request its session.
#[must_use]
pub fn middleware(app: &App) -> SessionMiddleware<TableStore> {
    let secure = app.config.origin.starts_with("https://");
    let [over_https, over_http] = COOKIES;
    let name = if secure { over_https } else { over_http };
    let lifecycle = PersistentSession::default()
        .session_ttl(Duration::minutes(IDLE_MINUTES))
        .session_ttl_extension_policy(TtlExtensionPolicy::OnEveryRequest);
    SessionMiddleware::builder(
        TableStore { db: app.db.clone() },
        Key::from(app.keys.session.as_slice()),
    )
    .cookie_name(name.to_owned())
    .cookie_secure(secure)
    .cookie_http_only(true)
    .cookie_same_site(SameSite::Lax)
    .cookie_path("/".to_owned())
    .cookie_content_security(CookieContentSecurity::Private)
    .session_lifecycle(lifecycle)
    .build()
}

/// The session store over the `session` table.
pub struct TableStore {
    db: Db,
}

type State = HashMap<String, String>;

fn key_hash(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}

/// The signed-in person of a state; entries are kept as JSON by the session library.
fn person_of(state: &State) -> Option<Uuid> {
    serde_json::from_str(state.get(PERSON)?).ok()
}

fn text_of(state: &State, entry: &str) -> String {
    let kept = state.get(entry).and_then(|kept| serde_json::from_str(kept).ok());
    kept.unwrap_or_default()
}

/// One of a person's sessions, as they see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SessionView {
    /// Its name in the list.
    pub(super) mark: String,
    /// The browser it was opened in.
    pub(super) agent: String,
    /// When it began.
    pub(super) started: Millis,
    /// When it was last used, to two minutes.
    pub(super) seen: Millis,
}

/// A person's sessions that still run, the newest first.
pub(super) async fn of_person(
    db: &impl ConnectionTrait,
    person: Id<Person>,
    now: Millis,
) -> Result<Vec<SessionView>, DbErr> {
    let rows = table::Entity::find()
        .filter(table::Column::Person.eq(person.uuid()))
        .filter(table::Column::Expires.gt(now.get()))
        .order_by_desc(table::Column::Started)
        .all(db)
        .await?;
    let running = rows
        .into_iter()
        .filter(|row| now.get() - row.started < ABSOLUTE_MS);
    Ok(running
        .map(|row| SessionView {
            mark: text_of(&serde_json::from_str(&row.state).unwrap_or_default(), MARK),
            agent: row.agent,
            started: Millis::new(row.started),
            seen: Millis::new(row.seen),
        })
        .collect())
}

/// Which of a person's sessions to end.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which<'a> {
    /// The one of this name.
    Marked(&'a str),
    /// Every one but that of this name; all, if the name is empty.
    AllBut(&'a str),
}

/// Ends sessions of a person; gives how many.
pub(super) async fn end(tx: &Tx, person: Id<Person>, which: Which<'_>) -> Result<usize, DbErr> {
    let rows = table::Entity::find()
        .filter(table::Column::Person.eq(person.uuid()))
        .all(tx.db())
        .await?;
    let mut ended = Vec::new();
    for row in rows {
        let mark = text_of(&serde_json::from_str(&row.state).unwrap_or_default(), MARK);
        let chosen = match which {
            Which::Marked(name) => mark == name,
            Which::AllBut(name) => name.is_empty() || mark != name,
        };
        if chosen {
            ended.push(row.key_hash);
        }
    }
    let count = ended.len();
    table::Entity::delete_many()
        .filter(table::Column::KeyHash.is_in(ended))
        .exec(tx.db())
        .await?;
    Ok(count)
}

fn failure(problem: &Problem) -> anyhow::Error {
    anyhow::anyhow!("{} {}", problem.code, problem.cause.clone().unwrap_or_default())
}

impl TableStore {
    fn until(&self, ttl: &Duration) -> i64 {
        let ms = i64::try_from(ttl.whole_milliseconds()).unwrap_or(0);
        self.db.clock().now().plus_ms(ms).get()
    }

    async fn insert(&self, key: &str, state: &State, ttl: &Duration) -> anyhow::Result<()> {
        let now = self.db.clock().now().get();
        let row = table::ActiveModel {
            key_hash: Set(key_hash(key)),
            person: Set(person_of(state)),
            state: Set(serde_json::to_string(state)?),
            started: Set(now),
            seen: Set(now),
            expires: Set(self.until(ttl)),
            agent: Set(text_of(state, AGENT)),
        };
        tx::run(&self.db, async |tx| {
            table::Entity::delete_many()
                .filter(table::Column::Expires.lt(now))
                .exec(tx.db())
                .await?;
            table::Entity::insert(row.clone())
                .exec_without_returning(tx.db())
                .await?;
            Ok(())
        })
        .await
        .map_err(|problem| failure(&problem))
    }

    async fn change(&self, key: &str, state: Option<&State>, ttl: &Duration) -> anyhow::Result<()> {
        let (now, until) = (self.db.clock().now().get(), self.until(ttl));
        let state = state.map(|s| Ok::<_, serde_json::Error>((person_of(s), serde_json::to_string(s)?)));
        let state = state.transpose()?;
        tx::run(&self.db, async |tx| {
            let mut update = table::Entity::update_many()
                .col_expr(table::Column::Seen, Expr::value(now))
                .col_expr(table::Column::Expires, Expr::value(until))
                .filter(table::Column::KeyHash.eq(key_hash(key)));
            if let Some((person, state)) = &state {
                update = update
                    .col_expr(table::Column::Person, Expr::value(*person))
                    .col_expr(table::Column::State, Expr::value(state.clone()));
            }
            update.exec(tx.db()).await?;
            Ok(())
        })
        .await
        .map_err(|problem| failure(&problem))
    }
}

impl SessionStore for TableStore {
    async fn load(&self, session_key: &SessionKey) -> Result<Option<State>, LoadError> {
        let now = self.db.clock().now().get();
        let row = table::Entity::find_by_id(key_hash(session_key.as_ref()))
            .one(self.db.reader())
            .await
            .map_err(|error| LoadError::Other(error.into()))?;
        let alive = row.filter(|row| row.expires > now && now - row.started < ABSOLUTE_MS);
        alive
            .map(|row| serde_json::from_str(&row.state).map_err(|e| LoadError::Deserialization(e.into())))
            .transpose()
    }

    async fn save(&self, state: State, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let mut bytes = [0_u8; 32];
        self.db.ids().fill(&mut bytes);
        let mut key = String::with_capacity(64);
        for byte in bytes {
            let _ = write!(key, "{byte:02x}");
        }
        self.insert(&key, &state, ttl).await.map_err(SaveError::Other)?;
        SessionKey::try_from(key).map_err(|error| SaveError::Other(anyhow::anyhow!("{error}")))
    }

    async fn update(
        &self,
        session_key: SessionKey,
        state: State,
        ttl: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        self.change(session_key.as_ref(), Some(&state), ttl)
            .await
            .map_err(UpdateError::Other)?;
        Ok(session_key)
    }

    /// Writes at most once in two minutes, so that reading pages does not write each time.
    async fn update_ttl(&self, session_key: &SessionKey, ttl: &Duration) -> Result<(), anyhow::Error> {
        let now = self.db.clock().now().get();
        let row = table::Entity::find_by_id(key_hash(session_key.as_ref()))
            .one(self.db.reader())
            .await?;
        if row.is_some_and(|row| now - row.seen > 120_000) {
            self.change(session_key.as_ref(), None, ttl).await?;
        }
        Ok(())
    }

    async fn delete(&self, session_key: &SessionKey) -> Result<(), anyhow::Error> {
        tx::run(&self.db, async |tx| {
            let key = key_hash(session_key.as_ref());
            table::Entity::delete_by_id(key).exec(tx.db()).await?;
            Ok(())
        })
        .await
        .map_err(|problem| failure(&problem))
    }
}
