//! What becomes of a delivery once it is answered. Pure: services and the rebuilding from the log share it.

use super::domain::delivery::{DeliveryAct, DeliveryState};
use super::entity::delivery;
use super::error::LedgerError;
use crate::kernel::clock::Millis;

/// What an act says of a delivery.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer<'a> {
    /// How much counts, for those acts that say so.
    pub(super) confirmed: Option<i32>,
    /// Note or reason.
    pub(super) words: &'a str,
}

/// The state of a stored delivery.
pub(super) fn state(row: &delivery::Model) -> Result<DeliveryState, LedgerError> {
    DeliveryState::from_code(&row.status)
        .ok_or_else(|| LedgerError::Broken(format!("delivery {}: {}", row.id, row.status)))
}

/// The delivery after an act; its revision is counted where it is written.
pub(super) fn answered(
    row: &delivery::Model,
    act: DeliveryAct,
    answer: Answer<'_>,
    at: Millis,
) -> Result<delivery::Model, LedgerError> {
    let state = state(row)?;
    let next = state.after(act).ok_or(LedgerError::Delivery(state))?;
    let mut row = delivery::Model {
        status: next.code().to_owned(),
        confirmed: answer.confirmed.unwrap_or(row.confirmed),
        answer: answer.words.to_owned(),
        changed: at.get(),
        ..row.clone()
    };
    let day = Some(at.day().to_string());
    match act {
        DeliveryAct::Confirm | DeliveryAct::Settle => row.confirmed_on = day,
        DeliveryAct::Dispute => row.disputed_on = day,
        DeliveryAct::Withdraw => row.withdrawn_on = day,
    }
    Ok(row)
}
