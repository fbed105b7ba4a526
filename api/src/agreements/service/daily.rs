//! What a new day brings: agreements begin, offers lapse.

use serde_json::json;

use crate::agreements::domain::state::{Act, State};
use crate::agreements::error::AgreementError;
use crate::agreements::{query, store};
use crate::kernel::actor::{Actor, Who};
use crate::kernel::id::{Id, Tenant};
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;
use crate::log;
use crate::log::leaf::{LeafDraft, Subject};

/// Begins signed agreements whose first day has come and lapses open ones whose day to sign by has passed. May
/// run many times a day; gives how many agreements moved.
///
/// # Errors
/// [`AgreementError`].
pub async fn new_day(tx: &Tx, tenant: Id<Tenant>) -> Result<usize, AgreementError> {
    let scope = Scope::tenant(tenant);
    let actor = Actor {
        who: Who::System,
        scope,
    };
    let today = tx.now().day();
    let mut moved = 0;
    for (id, state) in query::due_today(tx.db(), scope, today).await? {
        let Some(row) = store::lock(tx.db(), scope, id).await? else {
            continue;
        };
        let standing = store::standing(&row, &store::parties(tx.db(), id).await?)?;
        let (act, kind) = match state {
            State::Signed => (Act::Begin, "agreement.began"),
            _ => (Act::Lapse, "agreement.lapsed"),
        };
        let Ok(next) = standing.apply(&act) else { continue };
        let data = json!({"version": next.current, "state": next.state.code()});
        let leaf = LeafDraft::by(&actor, kind, Subject::new("agreement", id), data);
        let leaf = log::service::append(tx, leaf).await?;
        store::save_standing(tx.db(), &row, &next, None, leaf.at.get()).await?;
        moved += 1;
    }
    Ok(moved)
}
