//! What the meeting secretary does, one function per act. Each names the revision it was decided on; a meeting
//! changed meanwhile refuses with [`MeetingError::Stale`](super::error::MeetingError::Stale).

mod call;
mod close;
mod decide;
mod room;

pub use call::{Called, add_item, call_again, call_meeting};
pub use close::{close, publish};
pub use decide::{Decide, decide, decide_alike};
pub(super) use room::attendance as told_attendance;
pub use room::{Attend, adjourn, open, set_attendance};

use serde_json::Value;

use super::domain::{MeetingAct, MeetingState};
use super::entity::meeting;
use super::error::MeetingError;
use super::query::{self, MeetingView};
use super::store;
use crate::kernel::actor::Actor;
use crate::kernel::problem::Problem;
use crate::kernel::tx::Tx;
use crate::log::hash::Hash32;
use crate::log::leaf::{LeafDraft, Subject};
use crate::log::service as log;

/// A meeting as it was read for an act, and the state the act leads to.
struct Loaded {
    row: meeting::Model,
    view: MeetingView,
    then: MeetingState,
}

/// Reads a meeting for `act` and refuses what its state or revision does not allow.
async fn load(tx: &Tx, actor: &Actor, no: i64, rev: i32, act: MeetingAct) -> Result<Loaded, MeetingError> {
    let row = query::row(tx.db(), actor.scope, no).await?;
    let view = query::view(row.clone())?;
    let then = view
        .state
        .after(act)
        .ok_or(MeetingError::NotInThisState { state: view.state })?;
    if row.rev != rev {
        return Err(MeetingError::Stale);
    }
    Ok(Loaded { row, view, then })
}

/// Writes the changed row over the one that was read.
async fn save(tx: &Tx, actor: &Actor, read_at: i32, changed: meeting::Model) -> Result<(), MeetingError> {
    let next = meeting::Model {
        rev: read_at.saturating_add(1),
        ..changed
    };
    if store::update(tx.db(), actor.scope, read_at, next).await? {
        Ok(())
    } else {
        Err(MeetingError::Stale)
    }
}

/// Appends a leaf about a meeting.
async fn leaf(
    tx: &Tx,
    actor: &Actor,
    kind: &'static str,
    meeting: uuid::Uuid,
    data: Value,
) -> Result<(), MeetingError> {
    let subject = Subject::new("meeting", meeting);
    log::append(tx, LeafDraft::by(actor, kind, subject, data)).await?;
    Ok(())
}

async fn fact(tx: &Tx, actor: &Actor, fact: &Value) -> Result<Hash32, MeetingError> {
    Ok(log::record_fact(tx, actor.scope.tenant, fact).await?)
}

fn json(value: &impl serde::Serialize) -> Result<String, MeetingError> {
    serde_json::to_string(value).map_err(|error| Problem::internal(error.to_string()).into())
}
