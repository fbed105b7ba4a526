//! The receiver does without what is missing.

use serde_json::json;
use uuid::Uuid;

use super::answer::Why;
use super::{Hand, fact, hand, settle_account, standing};
use crate::agreements::service as agreements;
use crate::kernel::actor::Actor;
use crate::kernel::tx::Tx;
use crate::ledger::error::LedgerError;
use crate::ledger::store;
use crate::log;
use crate::log::leaf::{LeafDraft, Subject};

/// Waives what is missing of an overdue or short instalment; the receiver's own word, nobody's on its behalf.
///
/// # Errors
/// [`LedgerError`].
pub async fn waive(
    tx: &Tx,
    actor: &Actor,
    (obligation, no): (Uuid, i32),
    reason: &Why,
) -> Result<(), LedgerError> {
    let line = agreements::hold(tx, actor.scope, obligation, no).await?;
    if !matches!(hand(actor, line.giver, &line.takers)?, Hand::Taker(_)) {
        return Err(LedgerError::NotThisSide);
    }
    let all = store::deliveries(tx.db(), actor.scope, obligation, no).await?;
    let today = tx.now().day();
    let standing = standing(tx, &line, &all)?;
    let state = standing.state(today);
    if !state.may_be_waived() || today <= line.until {
        return Err(LedgerError::Instalment(state));
    }
    let content = json!({
        "schema": "gongjian.instalment-waived/1",
        "agreement": line.agreement,
        "obligation": obligation,
        "due_no": no,
        "missing": line.quantity.saturating_sub(standing.account.confirmed),
        "reason": reason.as_str(),
    });
    let hash = fact(tx, actor, &content).await?;
    let data = json!({"fact": hash, "agreement": line.agreement, "due_no": no});
    let subject = Subject::new("obligation", obligation);
    let leaf = LeafDraft::by(actor, "instalment.waived", subject, data);
    let leaf = log::service::append(tx, leaf).await?;
    settle_account(tx, &line, &all, (Some(leaf.at.day()), leaf.at)).await
}
