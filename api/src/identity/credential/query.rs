//! Reading signing keys.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::identity::entity::credential as table;
use crate::identity::keys::jwk::PublicKey;
use crate::identity::keys::jws::Jws;
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Party, Person, Tenant};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::kernel::todo::Todo;
use crate::log;

/// Whom a key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A party's signer.
    Party,
    /// A street cadre, who vouches.
    Cadre,
}

impl Purpose {
    /// The stored form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Party => "party",
            Self::Cadre => "cadre",
        }
    }
}

/// How far a key has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Shown by its holder, waiting for a cadre.
    Requested,
    /// Enrolled.
    Active,
    /// No longer good for new signatures.
    Revoked,
}

impl KeyState {
    /// The stored form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Active => "active",
            Self::Revoked => "revoked",
        }
    }
}

/// A signing key as others read it.
#[derive(Debug, Clone)]
pub struct CredentialView {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// The public key.
    pub key: PublicKey,
    /// Whom it stands for.
    pub purpose: Purpose,
    /// How far it has come.
    pub state: KeyState,
    /// The party it signs for; none for the root of a street.
    pub party: Option<Id<Party>>,
    /// Its holder.
    pub person: Option<Id<Person>>,
    /// The enrolment: one signature while requested, two once vouched; none for a root.
    pub enrolment: Option<Jws>,
    /// First day of validity.
    pub valid_from: CivilDate,
    /// Last day of validity.
    pub valid_until: CivilDate,
    /// The leaf that enrolled it.
    pub enrolled_leaf: Option<i64>,
    /// The leaf that revoked it.
    pub revoked_leaf: Option<i64>,
    /// When its holder asked for it.
    pub requested_at: i64,
    /// For optimistic changes.
    pub rev: i32,
}

impl CredentialView {
    /// Whether a signature made on `day` may use this key.
    #[must_use]
    pub fn is_good_on(&self, day: CivilDate) -> bool {
        self.state == KeyState::Active && self.valid_from <= day && day <= self.valid_until
    }

    /// The thumbprint as people compare it: eight groups of four signs.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.kid)
    }
}

/// Eight groups of four hexadecimal signs of a thumbprint, to be read aloud.
#[must_use]
pub fn fingerprint(kid: &str) -> String {
    let bytes = log::b64::decode_url(kid).unwrap_or_default();
    let hex: Vec<String> = bytes.iter().take(16).map(|b| format!("{b:02x}")).collect();
    let groups: Vec<String> = hex.chunks(2).map(<[String]>::concat).collect();
    groups.join(" ")
}

/// The key with this thumbprint in the tenant.
///
/// # Errors
/// What the database reports.
pub async fn find(
    db: &impl ConnectionTrait,
    tenant: Id<Tenant>,
    kid: &str,
) -> Result<Option<CredentialView>, DbErr> {
    let row = table::Entity::find_by_id((tenant.uuid(), kid.to_owned()))
        .one(db)
        .await?;
    Ok(row.and_then(view))
}

/// A person's keys, the newest first.
///
/// # Errors
/// What the database reports.
pub async fn of_person(
    db: &impl ConnectionTrait,
    scope: Scope,
    person: Id<Person>,
) -> Result<Vec<CredentialView>, DbErr> {
    let rows = table::Entity::find()
        .filter(table::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(table::Column::Person.eq(person.uuid()))
        .order_by_desc(table::Column::RequestedAt)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(view).collect())
}

/// Every key of the tenant, those waiting first, then by time of request.
///
/// # Errors
/// What the database reports.
pub async fn all(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<CredentialView>, DbErr> {
    let rows = table::Entity::find()
        .filter(table::Column::Tenant.eq(scope.tenant.uuid()))
        .order_by_desc(table::Column::State)
        .order_by_asc(table::Column::RequestedAt)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(view).collect())
}

/// What waits for this actor: making a key, vouching for keys.
///
/// # Errors
/// What the database reports.
pub async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>, Problem> {
    let Who::Person { person, role, .. } = &actor.who else {
        return Ok(Vec::new());
    };
    let mut todos = Vec::new();
    if matches!(role, Role::UnitSigner | Role::StreetCadre)
        && of_person(db, actor.scope, *person).await?.is_empty()
    {
        let street = *role == Role::StreetCadre && !is_street_open(db, actor.scope).await?;
        todos.push(Todo::new(
            if street {
                "todo-open-street"
            } else {
                "todo-make-key"
            },
            "/me/key",
        ));
    }
    if *role == Role::StreetCadre {
        let waiting = all(db, actor.scope).await?;
        let count = waiting.iter().filter(|k| k.state == KeyState::Requested).count();
        if count > 0 {
            todos.push(Todo::new("todo-vouch", "/keys").arg("count", count.to_string()));
        }
    }
    Ok(todos)
}

/// Whether the street's log is open, which a cadre's first key does.
///
/// # Errors
/// What the database reports.
pub async fn is_street_open(db: &impl ConnectionTrait, scope: Scope) -> Result<bool, Problem> {
    match log::query::head(db, scope).await {
        Ok(_) => Ok(true),
        Err(log::error::LogError::NotOpened) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn view(row: table::Model) -> Option<CredentialView> {
    let jwk = serde_json::from_str(&row.jwk).ok()?;
    Some(CredentialView {
        key: PublicKey::from_jwk(&jwk)?,
        purpose: if row.purpose == "cadre" {
            Purpose::Cadre
        } else {
            Purpose::Party
        },
        state: match row.state.as_str() {
            "requested" => KeyState::Requested,
            "active" => KeyState::Active,
            _ => KeyState::Revoked,
        },
        party: row.party.map(Id::from_uuid),
        person: row.person.map(Id::from_uuid),
        enrolment: serde_json::from_str(&row.enrolment).ok(),
        valid_from: row.valid_from.parse().ok()?,
        valid_until: row.valid_until.parse().ok()?,
        enrolled_leaf: row.enrolled_leaf,
        revoked_leaf: row.revoked_leaf,
        requested_at: row.requested_at,
        rev: row.rev,
        kid: row.kid,
    })
}
