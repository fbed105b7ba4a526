//! One side's word on a project, once each period.

use serde_json::json;
use uuid::Uuid;

use super::fact;
use crate::agreements::domain::state::State;
use crate::agreements::query as agreements;
use crate::kernel::actor::Actor;
use crate::kernel::tx::Tx;
use crate::ledger::domain::period::Period;
use crate::ledger::domain::review::{NewReview, every, open_periods};
use crate::ledger::entity::review;
use crate::ledger::error::LedgerError;
use crate::ledger::{query, store};
use crate::log;
use crate::log::leaf::{LeafDraft, Subject};

/// Records a side's review of a period.
///
/// # Errors
/// [`LedgerError::Reviewed`], [`LedgerError::ReviewClosed`], [`LedgerError::NotThisSide`].
pub async fn review(
    tx: &Tx,
    actor: &Actor,
    agreement: Uuid,
    period: Period,
    new: &NewReview,
) -> Result<(), LedgerError> {
    let view = agreements::one(tx.db(), actor.scope, agreement).await?;
    let party = actor.party().ok_or(LedgerError::NotThisSide)?;
    let by = view
        .reference_of(party.uuid())
        .ok_or(LedgerError::NotThisSide)?
        .to_owned();
    let in_force = matches!(view.state(), State::InForce | State::Completed | State::Expired);
    let term = view.document.term;
    let from = view.standing.in_force_on.unwrap_or(term.from);
    let open = open_periods(every(&view.document), (from, term.until), tx.now().day());
    if !in_force || !open.contains(&period) {
        return Err(LedgerError::ReviewClosed);
    }
    let given = query::reviews_of(tx.db(), actor.scope, agreement).await?;
    if given
        .iter()
        .any(|row| row.by_ref == by && row.period == period.to_string())
    {
        return Err(LedgerError::Reviewed);
    }
    let content = json!({
        "schema": "gongjian.review/1",
        "agreement": agreement,
        "period": period.to_string(),
        "by": by,
        "party": party.uuid(),
        "delivered": new.delivered,
        "useful": new.useful,
        "proceed": new.proceed,
        "comment": new.comment.as_str(),
    });
    let hash = fact(tx, actor, &content).await?;
    // A subject of its own: what is said about an agreement's signing stays apart in its bundle.
    let subject = Subject::new("review", tx.new_id::<NewReview>().uuid());
    let data = json!({"fact": hash, "agreement": agreement, "period": period.to_string(), "by": by});
    let leaf = LeafDraft::by(actor, "review.given", subject, data);
    let leaf = log::service::append(tx, leaf).await?;
    let row = review::Model {
        tenant: actor.scope.tenant.uuid(),
        agreement,
        period: period.to_string(),
        by_ref: by,
        party: party.uuid(),
        delivered: new.delivered.to_owned(),
        useful: new.useful.to_owned(),
        proceed: new.proceed.to_owned(),
        comment: new.comment.as_str().to_owned(),
        given_on: leaf.at.day().to_string(),
        fact: hash.bytes().to_vec(),
    };
    store::insert_review(tx.db(), row).await?;
    Ok(())
}
