//! Reading agreements.

mod due;
mod list;
mod one;
mod proof;
mod waiting;

use std::collections::BTreeSet;

use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::domain::document::Document;
use super::domain::state::{Standing, State};
use super::draft::DraftBody;
use super::entity::{agreement, agreement_party, agreement_version, draft, signature};
use super::error::AgreementError;
use crate::kernel::date::CivilDate;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::kernel::todo::Todo;
use crate::log::hash::Hash32;

use waiting::{to_file, to_renew};

pub use due::{DueView, instalments};
pub use list::{AgreementRow, Filter, count, list, to_sign};
pub use one::{AgreementView, PartyStanding, SignatureView, VersionLine, one};
pub use proof::{LeafProof, SigningContext, bundle, bundle_under, leaf_proof, signing_context, trust_policy};

/// A version as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    /// Its content.
    pub document: Document,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their hash.
    pub hash: Hash32,
    /// Index of the leaf that put it on the table.
    pub leaf: u64,
}

/// Whether an agreement is the tenant's, and one of the scope's party if the scope has one.
///
/// # Errors
/// What the database reports.
pub async fn is_visible(db: &impl ConnectionTrait, scope: Scope, id: Uuid) -> Result<bool, DbErr> {
    let found = match scope.party {
        Some(party) => agreement_party::Entity::find()
            .filter(agreement_party::Column::Tenant.eq(scope.tenant.uuid()))
            .filter(agreement_party::Column::Agreement.eq(id))
            .filter(agreement_party::Column::Party.eq(party.uuid()))
            .one(db)
            .await?
            .is_some(),
        None => agreement::Entity::find_by_id(id)
            .filter(agreement::Column::Tenant.eq(scope.tenant.uuid()))
            .one(db)
            .await?
            .is_some(),
    };
    Ok(found)
}

/// The agreement at an address: `2026-12`.
///
/// # Errors
/// [`AgreementError::NotFound`], or what the database reports.
pub async fn by_key(db: &impl ConnectionTrait, scope: Scope, key: &str) -> Result<Uuid, AgreementError> {
    let (year, n) = key.split_once('-').ok_or(AgreementError::NotFound)?;
    let number = |text: &str| text.parse::<i32>().map_err(|_| AgreementError::NotFound);
    let row = agreement::Entity::find()
        .filter(agreement::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(agreement::Column::Year.eq(number(year)?))
        .filter(agreement::Column::N.eq(number(n)?))
        .one(db)
        .await?
        .ok_or(AgreementError::NotFound)?;
    if is_visible(db, scope, row.id).await? {
        Ok(row.id)
    } else {
        Err(AgreementError::NotFound)
    }
}

/// One version.
///
/// # Errors
/// [`AgreementError::NotFound`]; [`AgreementError::Broken`] if the stored bytes are not what was hashed.
pub async fn version(
    db: &impl ConnectionTrait,
    scope: Scope,
    agreement: Uuid,
    version: u32,
) -> Result<StoredVersion, AgreementError> {
    let number = i32::try_from(version).map_err(|_| AgreementError::NotFound)?;
    let row = agreement_version::Entity::find_by_id((agreement, number))
        .filter(agreement_version::Column::Tenant.eq(scope.tenant.uuid()))
        .one(db)
        .await?
        .ok_or(AgreementError::NotFound)?;
    stored(row)
}

fn stored(row: agreement_version::Model) -> Result<StoredVersion, AgreementError> {
    let broken =
        |what: &str| AgreementError::Broken(format!("version {} of {}: {what}", row.version, row.agreement));
    let hash = Hash32::of(&row.bytes);
    if hash.bytes().as_slice() != row.hash {
        return Err(broken("bytes and hash differ"));
    }
    let document = Document::parse(&row.bytes).map_err(|_| broken("not a document"))?;
    let leaf = u64::try_from(row.leaf).map_err(|_| broken("leaf"))?;
    Ok(StoredVersion {
        document,
        bytes: row.bytes,
        hash,
        leaf,
    })
}

pub(super) async fn versions(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    agreement: Uuid,
) -> Result<Vec<agreement_version::Model>, DbErr> {
    agreement_version::Entity::find()
        .filter(agreement_version::Column::Tenant.eq(tenant))
        .filter(agreement_version::Column::Agreement.eq(agreement))
        .order_by_asc(agreement_version::Column::Version)
        .all(db)
        .await
}

pub(super) async fn signatures(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    agreement: Uuid,
) -> Result<Vec<signature::Model>, DbErr> {
    signature::Entity::find()
        .filter(signature::Column::Tenant.eq(tenant))
        .filter(signature::Column::Agreement.eq(agreement))
        .order_by_asc(signature::Column::Seq)
        .all(db)
        .await
}

/// The chain value after signature `seq`, if there is one.
pub(super) async fn chain_at(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    agreement: Uuid,
    seq: i32,
) -> Result<Option<Hash32>, DbErr> {
    let row = signature::Entity::find_by_id((agreement, seq))
        .filter(signature::Column::Tenant.eq(tenant))
        .one(db)
        .await?;
    Ok(row.and_then(|row| Hash32::from_slice(&row.chain)))
}

/// Whether a signature of this agreement bears the nonce.
pub(super) async fn is_nonce_used(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    agreement: Uuid,
    nonce: &str,
) -> Result<bool, DbErr> {
    let row = signature::Entity::find()
        .filter(signature::Column::Tenant.eq(tenant))
        .filter(signature::Column::Agreement.eq(agreement))
        .filter(signature::Column::Nonce.eq(nonce))
        .one(db)
        .await?;
    Ok(row.is_some())
}

/// Where an agreement of the scope stands now.
///
/// # Errors
/// [`AgreementError::NotFound`], or what the database reports.
pub async fn standing(db: &impl ConnectionTrait, scope: Scope, id: Uuid) -> Result<Standing, AgreementError> {
    if !is_visible(db, scope, id).await? {
        return Err(AgreementError::NotFound);
    }
    let row = agreement::Entity::find_by_id(id)
        .filter(agreement::Column::Tenant.eq(scope.tenant.uuid()))
        .one(db)
        .await?
        .ok_or(AgreementError::NotFound)?;
    super::standing::standing(&row, &super::store::parties(db, id).await?)
}

/// Agreements that a new day moves: those that begin or end, whose day to sign has passed, that a party leaves.
pub(super) async fn due_today(
    db: &impl ConnectionTrait,
    scope: Scope,
    today: CivilDate,
) -> Result<BTreeSet<Uuid>, DbErr> {
    use agreement::Column as C;
    let yesterday = today.plus_days(-1).to_string();
    let in_state = |state: State| C::State.eq(state.code());
    let running = || C::State.is_in([State::Signed.code(), State::InForce.code()]);
    let due = Condition::any()
        .add(in_state(State::Open).and(C::SignBy.lte(yesterday.clone())))
        .add(in_state(State::Signed).and(C::TermFrom.lte(today.to_string())))
        .add(in_state(State::InForce).and(C::TermUntil.lte(yesterday.clone())))
        .add(running().and(C::PendingSignBy.lte(yesterday)))
        .add(running().and(C::EndsOn.lte(today.to_string())));
    let rows = agreement::Entity::find()
        .filter(C::Tenant.eq(scope.tenant.uuid()))
        .filter(due)
        .all(db)
        .await?;
    let leaving = agreement_party::Entity::find()
        .filter(agreement_party::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(agreement_party::Column::LeavesOn.lte(today.to_string()))
        .filter(agreement_party::Column::LeftOn.is_null())
        .all(db)
        .await?;
    let running = agreement::Entity::find()
        .filter(C::Tenant.eq(scope.tenant.uuid()))
        .filter(running())
        .filter(C::Id.is_in(leaving.iter().map(|party| party.agreement)))
        .all(db)
        .await?;
    Ok(rows.into_iter().chain(running).map(|row| row.id).collect())
}

/// A draft as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftView {
    /// The number in its address.
    pub no: i32,
    /// The agreement it will become.
    pub agreement: Uuid,
    /// Its text.
    pub body: DraftBody,
    /// Revision, for changes.
    pub rev: i32,
    /// Whether it is still being written.
    pub is_working: bool,
}

/// The draft made of an item, by the number in its address.
pub(super) async fn draft_of_item(
    db: &impl ConnectionTrait,
    scope: Scope,
    meeting: Uuid,
    item: i32,
) -> Result<Option<i32>, DbErr> {
    let row = draft::Entity::find()
        .filter(draft::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(draft::Column::Meeting.eq(meeting))
        .filter(draft::Column::Item.eq(item))
        .one(db)
        .await?;
    Ok(row.map(|row| row.no))
}

/// One draft of the tenant.
///
/// # Errors
/// [`AgreementError::NotFound`], or what the database reports.
pub async fn draft(db: &impl ConnectionTrait, scope: Scope, no: i32) -> Result<DraftView, AgreementError> {
    let row = draft::Entity::find()
        .filter(draft::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(draft::Column::No.eq(no))
        .one(db)
        .await?
        .ok_or(AgreementError::NotFound)?;
    Ok(DraftView {
        no: row.no,
        agreement: row.agreement,
        body: super::service::body_of(&row)?,
        rev: row.rev,
        is_working: row.state == "working",
    })
}

/// Drafts still being written: number in the address, title.
///
/// # Errors
/// What the database reports.
pub async fn drafts(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<(i32, String)>, DbErr> {
    let rows = draft::Entity::find()
        .filter(draft::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(draft::Column::State.eq("working"))
        .order_by_asc(draft::Column::No)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.no, row.title)).collect())
}

/// What waits for this actor: agreements to sign, renew or file, drafts to send.
///
/// # Errors
/// What the database reports.
pub async fn todos(
    db: &impl ConnectionTrait,
    actor: &crate::kernel::actor::Actor,
    today: CivilDate,
) -> Result<Vec<Todo>, Problem> {
    use crate::kernel::actor::{Role, Who};
    let Who::Person { role, .. } = &actor.who else {
        return Ok(Vec::new());
    };
    let mut todos = Vec::new();
    match role {
        Role::UnitSigner => {
            todos.extend(to_renew(db, actor.scope, today).await?);
            for row in to_sign(db, actor.scope).await? {
                let todo = Todo::new("todo-sign", format!("/sign/{}", row.key))
                    .arg("number", row.number)
                    .alike("todo-sign-many", "/sign");
                todos.push(match row.sign_by {
                    Some(day) => todo.due(day),
                    None => todo,
                });
            }
        }
        Role::StreetCadre => {
            todos.extend(to_file(db, actor.scope).await?);
            for (no, title) in drafts(db, actor.scope).await? {
                let todo = Todo::new("todo-send", format!("/agreements/drafts/{no}")).arg("title", title);
                todos.push(todo.alike("todo-send-many", "/agreements"));
            }
        }
        Role::CommunitySecretary | Role::UnitLiaison | Role::MeetingSecretary | Role::DistrictAdmin => {}
    }
    Ok(todos)
}
