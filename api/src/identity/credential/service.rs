//! Enrolling signing keys.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::query::{self, CredentialView, KeyState, Purpose};
use crate::identity::entity::{credential as table, opening};
use crate::identity::journal;
use crate::identity::keys::enrol::{Enrolment, VALID_MONTHS};
use crate::identity::keys::jwk::PublicKey;
use crate::identity::keys::jws::Jws;
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::id::{Id, Person};
use crate::kernel::problem::Problem;
use crate::kernel::tx::Tx;
use crate::log;
use crate::log::leaf::{LeafActor, LeafDraft, Subject};

/// A person's claim to be told by a commitment, with what opens it.
#[derive(Debug, Clone)]
pub struct SignerOpening {
    /// The commitment, b64u.
    pub commitment: String,
    /// Its salt.
    pub salt: [u8; 32],
    /// Name and phone as canonical JSON.
    pub value: String,
}

/// The first cadre's key of a street: opens the street's log, which names it as root. `log_key` is the
/// verifier key of the log named `origin`.
///
/// # Errors
/// What the log refuses; also if it is open already.
pub async fn open_street(
    tx: &Tx,
    actor: &Actor,
    origin: &str,
    log_key: &str,
    key: &PublicKey,
) -> Result<(), Problem> {
    let person = person_of(actor)?;
    let tenant = actor.scope.tenant;
    log::service::open(tx, tenant, origin, log_key, &[key.kid()]).await?;
    let today = tx.now().day();
    let row = table::ActiveModel {
        tenant: Set(tenant.uuid()),
        kid: Set(key.kid()),
        alg: Set(key.alg().code().to_owned()),
        jwk: Set(key.to_jwk().to_string()),
        kind: Set("webcrypto".to_owned()),
        purpose: Set(Purpose::Cadre.code().to_owned()),
        party: Set(None),
        person: Set(Some(person.uuid())),
        state: Set(KeyState::Active.code().to_owned()),
        enrolment: Set("null".to_owned()),
        valid_from: Set(today.to_string()),
        valid_until: Set(today.plus_months(VALID_MONTHS).plus_days(-1).to_string()),
        enrolled_leaf: Set(Some(0)),
        revoked_leaf: Set(None),
        revoked_at: Set(None),
        requested_at: Set(tx.now().get()),
        rev: Set(1),
    };
    let root = json!({
        "schema": "gongjian.root_credential/1",
        "kid": key.kid(),
        "alg": key.alg().code(),
        "jwk": key.to_jwk(),
        "person": person,
        "requested_at": tx.now().get(),
        "valid_from": today,
        "valid_until": today.plus_months(VALID_MONTHS).plus_days(-1),
    });
    table::Entity::insert(row).exec_without_returning(tx.db()).await?;
    journal::begin(tx, actor, root).await
}

/// Keeps a proven request until a cadre has seen the person. A newer request of the same person takes the
/// place of one still waiting.
///
/// # Errors
/// `signer-not-allowed` if the fact speaks for another party; `duplicate` if the key is known.
pub async fn request(
    tx: &Tx,
    actor: &Actor,
    enrolment: &Enrolment,
    jws: &Jws,
    opened: &SignerOpening,
) -> Result<(), Problem> {
    let person = person_of(actor)?;
    let tenant = actor.scope.tenant.uuid();
    let (fact, kid) = (&enrolment.fact, &enrolment.fact.kid);
    let own = actor.party().map(Id::uuid) == Some(fact.party) && fact.tenant == tenant;
    if !own || fact.signer.commitment != opened.commitment {
        return Err(Problem::new("signer-not-allowed", 403));
    }
    if query::find(tx.db(), actor.scope.tenant, kid).await?.is_some() {
        return Err(Problem::new("duplicate", 409));
    }
    table::Entity::delete_many()
        .filter(table::Column::Tenant.eq(tenant))
        .filter(table::Column::Person.eq(person.uuid()))
        .filter(table::Column::State.eq(KeyState::Requested.code()))
        .exec(tx.db())
        .await?;
    let purpose = if is_cadre(actor) {
        Purpose::Cadre
    } else {
        Purpose::Party
    };
    let row = table::ActiveModel {
        tenant: Set(tenant),
        kid: Set(kid.clone()),
        alg: Set(fact.alg.clone()),
        jwk: Set(fact.jwk.to_string()),
        kind: Set("webcrypto".to_owned()),
        purpose: Set(purpose.code().to_owned()),
        party: Set(Some(fact.party)),
        person: Set(Some(person.uuid())),
        state: Set(KeyState::Requested.code().to_owned()),
        enrolment: Set(json_text(jws)?),
        valid_from: Set(fact.valid_from.to_string()),
        valid_until: Set(fact.valid_until.to_string()),
        enrolled_leaf: Set(None),
        revoked_leaf: Set(None),
        revoked_at: Set(None),
        requested_at: Set(tx.now().get()),
        rev: Set(1),
    };
    table::Entity::insert(row).exec_without_returning(tx.db()).await?;
    let row = opening::ActiveModel {
        tenant: Set(tenant),
        commitment: Set(opened.commitment.clone()),
        pointer: Set("/signer".to_owned()),
        salt: Set(Some(opened.salt.to_vec())),
        value: Set(Some(opened.value.clone())),
        subject_type: Set("party".to_owned()),
        subject: Set(fact.party),
        person: Set(Some(person.uuid())),
        erased_at: Set(None),
    };
    opening::Entity::insert(row)
        .exec_without_returning(tx.db())
        .await?;
    Ok(())
}

/// The cadre's signature over the same fact: the key is enrolled.
///
/// # Errors
/// `signer-not-allowed` if the cadre would vouch for themself; `stale-version` if the request changed.
pub async fn vouch(
    tx: &Tx,
    actor: &Actor,
    asked: &CredentialView,
    enrolment: &Enrolment,
    jws: &Jws,
) -> Result<(), Problem> {
    let person = person_of(actor)?;
    let vouch = enrolment
        .vouch
        .as_ref()
        .ok_or_else(|| Problem::new("signature-invalid", 422))?;
    if asked.person == Some(person) {
        return Err(Problem::new("signer-not-allowed", 403));
    }
    let payload = log::b64::decode_url(&jws.payload).unwrap_or_default();
    let fact = log::service::record_signed_fact(tx, actor.scope.tenant, payload, jws).await?;
    let signatures: Vec<String> = enrolment.digests.iter().map(log::hash::Hash32::b64u).collect();
    let mut data = json!({
        "fact": fact,
        "kid": enrolment.fact.kid,
        "party": enrolment.fact.party,
        "signatures": signatures,
        "person": asked.person,
        "requested_at": asked.requested_at,
    });
    if asked.purpose == Purpose::Cadre {
        data["purpose"] = Purpose::Cadre.code().into();
    }
    let leaf = log::service::append(
        tx,
        LeafDraft {
            tenant: actor.scope.tenant,
            kind: "credential.enrolled",
            actor: LeafActor::cadre_key(&vouch.kid),
            subject: Subject::new("party", enrolment.fact.party),
            data,
        },
    )
    .await?;
    let index = i64::try_from(leaf.index).map_err(|e| Problem::internal(e.to_string()))?;
    let changed = table::Entity::update_many()
        .col_expr(table::Column::State, Expr::value(KeyState::Active.code()))
        .col_expr(table::Column::Enrolment, Expr::value(json_text(jws)?))
        .col_expr(table::Column::EnrolledLeaf, Expr::value(index))
        .col_expr(table::Column::Rev, Expr::value(asked.rev + 1))
        .filter(table::Column::Tenant.eq(actor.scope.tenant.uuid()))
        .filter(table::Column::Kid.eq(asked.kid.clone()))
        .filter(table::Column::State.eq(KeyState::Requested.code()))
        .filter(table::Column::Rev.eq(asked.rev))
        .exec(tx.db())
        .await?;
    if changed.rows_affected == 1 {
        Ok(())
    } else {
        Err(Problem::new("stale-version", 409))
    }
}

/// Takes a key out of use, at once and for good; what it signed before stays signed.
///
/// # Errors
/// `signer-not-allowed` for anybody but its holder, the party's liaison and cadres; `stale-version` if it is out
/// of use already; what the log reports.
pub async fn revoke(tx: &Tx, actor: &Actor, key: &CredentialView) -> Result<(), Problem> {
    if may_revoke(actor, key) {
        end(tx, actor, key).await
    } else {
        Err(Problem::new("signer-not-allowed", 403))
    }
}

/// Whether the actor is the key's holder, the liaison of its party, or a cadre.
#[must_use]
pub fn may_revoke(actor: &Actor, key: &CredentialView) -> bool {
    match &actor.who {
        Who::Person {
            person, role, party, ..
        } => {
            let liaison = *role == Role::UnitLiaison && party.is_some() && *party == key.party;
            Some(*person) == key.person || liaison || is_cadre(actor)
        }
        Who::Client { .. } | Who::System => false,
    }
}

/// Takes every key of a person out of use.
///
/// # Errors
/// What the log or the database reports.
pub(in crate::identity) async fn revoke_all(
    tx: &Tx,
    actor: &Actor,
    person: Id<Person>,
) -> Result<(), Problem> {
    for key in query::of_person(tx.db(), actor.scope, person).await? {
        if key.state != KeyState::Revoked {
            end(tx, actor, &key).await?;
        }
    }
    Ok(())
}

/// A request that waits is dropped without a trace in the log, where it has none; an enrolled key gets a leaf.
async fn end(tx: &Tx, actor: &Actor, key: &CredentialView) -> Result<(), Problem> {
    let tenant = actor.scope.tenant;
    let mut update = table::Entity::update_many()
        .col_expr(table::Column::State, Expr::value(KeyState::Revoked.code()))
        .col_expr(table::Column::Rev, Expr::value(key.rev + 1))
        .filter(table::Column::Tenant.eq(tenant.uuid()))
        .filter(table::Column::Kid.eq(key.kid.clone()))
        .filter(table::Column::State.ne(KeyState::Revoked.code()))
        .filter(table::Column::Rev.eq(key.rev));
    let mut at = tx.now();
    if key.state == KeyState::Active {
        let subject = key.party.map_or_else(
            || Subject::new("tenant", tenant.uuid()),
            |party| Subject::new("party", party.uuid()),
        );
        let data = json!({ "kid": key.kid, "party": key.party });
        let leaf = LeafDraft::by(actor, "credential.revoked", subject, data);
        let leaf = log::service::append(tx, leaf).await?;
        at = leaf.at;
        let index = i64::try_from(leaf.index).map_err(|e| Problem::internal(e.to_string()))?;
        update = update.col_expr(table::Column::RevokedLeaf, Expr::value(index));
    }
    update = update.col_expr(table::Column::RevokedAt, Expr::value(at.get()));
    if update.exec(tx.db()).await?.rows_affected == 1 {
        Ok(())
    } else {
        Err(Problem::new("stale-version", 409))
    }
}

fn person_of(actor: &Actor) -> Result<Id<Person>, Problem> {
    match &actor.who {
        Who::Person { person, .. } => Ok(*person),
        Who::Client { .. } | Who::System => Err(Problem::new("role-insufficient", 403)),
    }
}

fn is_cadre(actor: &Actor) -> bool {
    matches!(
        &actor.who,
        Who::Person {
            role: Role::StreetCadre,
            ..
        }
    )
}

fn json_text(jws: &Jws) -> Result<String, Problem> {
    serde_json::to_string(jws).map_err(|error| Problem::internal(error.to_string()))
}
