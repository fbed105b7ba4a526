//! Acts on the register, people and systems go into the street's log: a fact with the whole new state, and a
//! leaf that carries its hash.

use serde_json::{Value, json};

use crate::kernel::actor::Actor;
use crate::kernel::problem::Problem;
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
