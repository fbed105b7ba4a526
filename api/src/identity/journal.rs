//! Acts on the register, people and systems go into the street's log: a fact with the whole new state, and a
//! leaf that carries its hash.

use serde_json::{Value, json};

use super::party::{query as parties, service as register};
use super::person::query as people;
use crate::kernel::actor::Actor;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;
use crate::log;
use crate::log::error::LogError;
use crate::log::leaf::{LeafDraft, Subject};

/// Records `fact` and a leaf of `kind` about `subject`.
///
/// # Errors
/// `street-not-open` while the street has no log yet; what the log reports.
pub(super) async fn note(
    tx: &Tx,
    actor: &Actor,
    kind: &'static str,
    subject: Subject,
    fact: &Value,
) -> Result<(), Problem> {
    let hash = log::service::record_fact(tx, actor.scope.tenant, fact).await?;
    let draft = LeafDraft::by(actor, kind, subject, json!({ "fact": hash }));
    match log::service::append(tx, draft).await {
        Ok(_) => Ok(()),
        Err(LogError::NotOpened) => Err(Problem::new("street-not-open", 409)),
        Err(error) => Err(error.into()),
    }
}

/// What stood in the registers when the log was opened: the first cadre's key, parties, memberships. From here on
/// every act tells of itself.
///
/// # Errors
/// What the log or the database reports.
pub(super) async fn begin(tx: &Tx, actor: &Actor, root: Value) -> Result<(), Problem> {
    let tenant = actor.scope.tenant;
    let whole = Scope::tenant(tenant);
    let known = parties::all(tx.db(), whole).await?;
    let mut rows = vec![root];
    rows.extend(register::facts(tx, tenant, known.iter().map(|party| party.id)).await?);
    for held in people::memberships(tx.db(), whole).await? {
        rows.push(json!({
            "schema": "gongjian.role/1",
            "membership": held.id,
            "person": held.person,
            "role": held.role,
            "party": held.party,
            "held": true,
            "at": held.since,
        }));
    }
    let head = json!({ "schema": "gongjian.register/1" });
    let facts = log::service::record_rows(tx, tenant, &head, rows).await?;
    let subject = Subject::new("tenant", tenant.uuid());
    let draft = LeafDraft::by(actor, "register.opened", subject, json!({ "facts": facts }));
    log::service::append(tx, draft).await?;
    Ok(())
}
