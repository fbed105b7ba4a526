//! Filing (备案): the street records that it holds the version in force.

use serde_json::json;
use uuid::Uuid;

use crate::agreements::domain::state::Act;
use crate::agreements::error::AgreementError;
use crate::agreements::standing::{self, Change};
use crate::agreements::{query, store};
use crate::kernel::actor::Actor;
use crate::kernel::date::CivilDate;
use crate::kernel::tx::Tx;
use crate::log;
use crate::log::leaf::{LeafDraft, Subject};

/// Working days within which a version is filed after it binds.
pub(in crate::agreements) const FILING_WORKING_DAYS: u32 = 5;

/// Files the version in force.
///
/// # Errors
/// [`AgreementError::Refused`] while there is none, or if it was filed already.
pub async fn file(tx: &Tx, actor: &Actor, agreement: Uuid) -> Result<(), AgreementError> {
    let row = store::lock(tx.db(), actor.scope, agreement)
        .await?
        .ok_or(AgreementError::NotFound)?;
    let before = standing::standing(&row, &store::parties(tx.db(), row.id).await?)?;
    let next = before.apply(&Act::File)?;
    let version = query::version(tx.db(), actor.scope, agreement, next.current).await?;
    let data = json!({
        "number": row.number,
        "version": next.current,
        "version_hash": version.hash,
    });
    let subject = Subject::new("agreement", agreement);
    let leaf = log::service::append(tx, LeafDraft::by(actor, "agreement.filed", subject, data)).await?;
    let change = Change {
        document: None,
        at: leaf.at.get(),
    };
    if standing::save(tx.db(), &row, &next, change).await? {
        Ok(())
    } else {
        Err(AgreementError::Stale)
    }
}

/// The last day to file what binds since `since`: working days are Monday to Friday.
pub(in crate::agreements) fn file_by(since: CivilDate) -> CivilDate {
    let mut day = since;
    let mut left = FILING_WORKING_DAYS;
    while left > 0 {
        day = day.plus_days(1);
        left -= u32::from(day.weekday() < 5);
    }
    day
}
