//! The account of an instalment. Deliveries are recorded above; what they add up to is posted here, while the
//! agreement is locked.

use uuid::Uuid;

use crate::agreements::domain::instalment::Account;
use crate::agreements::domain::owed::CANCELLED;
use crate::agreements::domain::state::State;
use crate::agreements::entity::due_line;
use crate::agreements::error::AgreementError;
use crate::agreements::{owed, store};
use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;

/// An instalment under the agreement's lock.
#[derive(Debug, Clone)]
pub struct DueLine {
    /// The agreement.
    pub agreement: Uuid,
    /// Where the agreement stands.
    pub state: State,
    /// The obligation.
    pub obligation: Uuid,
    /// Its place among the obligation's instalments, from 1.
    pub no: i32,
    /// The party that gives.
    pub giver: Uuid,
    /// The parties that receive.
    pub takers: Vec<Uuid>,
    /// First day.
    pub from: CivilDate,
    /// Last day.
    pub until: CivilDate,
    /// What is owed.
    pub quantity: i32,
    /// The day it was waived, if it was.
    pub waived_on: Option<CivilDate>,
    /// Whether a later version or the end took it away.
    pub cancelled: bool,
    row: due_line::Model,
}

/// Locks the agreement an instalment belongs to and reads the instalment; those of a version no longer in
/// force are gone.
///
/// # Errors
/// [`AgreementError::NotFound`], also for what is not the scope's.
pub async fn hold(tx: &Tx, scope: Scope, obligation: Uuid, no: i32) -> Result<DueLine, AgreementError> {
    let owed = store::obligation(tx.db(), scope, obligation)
        .await?
        .ok_or(AgreementError::NotFound)?;
    let agreement = store::lock(tx.db(), scope, owed.agreement)
        .await?
        .filter(|row| row.in_force_version == Some(owed.version))
        .ok_or(AgreementError::NotFound)?;
    let row = store::due_line(tx.db(), scope, obligation, no)
        .await?
        .ok_or(AgreementError::NotFound)?;
    let broken = |what: &str| AgreementError::Broken(format!("instalment {obligation}/{no}: {what}"));
    let parties = store::parties(tx.db(), owed.agreement).await?;
    let party = |reference: &str| parties.iter().find(|p| p.reference == reference).map(|p| p.party);
    let refs: Vec<String> = serde_json::from_str(&owed.to_refs).map_err(|_| broken("to_refs"))?;
    let day = |text: &str| text.parse::<CivilDate>().map_err(|_| broken("day"));
    Ok(DueLine {
        agreement: agreement.id,
        state: State::from_code(&agreement.state).ok_or_else(|| broken("state"))?,
        obligation,
        no,
        giver: party(&owed.from_ref).ok_or_else(|| broken("giver"))?,
        takers: refs.iter().filter_map(|reference| party(reference)).collect(),
        from: day(&row.from_day)?,
        until: day(&row.until_day)?,
        quantity: row.quantity,
        waived_on: row.waived_on.as_deref().map(day).transpose()?,
        cancelled: row.status == CANCELLED,
        row,
    })
}

/// Writes what now stands on the account of an instalment held in this transaction.
///
/// # Errors
/// What the database reports.
pub async fn post(tx: &Tx, line: &DueLine, account: &Account, at: Millis) -> Result<(), AgreementError> {
    let row = owed::posted(line.row.clone(), account, at);
    Ok(store::save_due_line(tx.db(), row).await?)
}
