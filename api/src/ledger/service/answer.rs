//! What becomes of a report: confirmed in full or in part, contested, taken back, settled by the meeting.

use serde_json::json;
use uuid::Uuid;

use super::{Hand, Held, hand, held, reporter, save};
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::problem::Fault;
use crate::kernel::text::Text;
use crate::kernel::tx::Tx;
use crate::ledger::account::{self, Answer};
use crate::ledger::domain::delivery::DeliveryAct;
use crate::ledger::error::LedgerError;
use crate::meetings::domain::MeetingState;
use crate::meetings::query as meetings;

/// A reason the other side reads.
pub type Why = Text<1, 200>;

/// Checks that an act is open.
fn is_open(held: &Held, act: DeliveryAct) -> Result<(), LedgerError> {
    let state = account::state(&held.row)?;
    state.after(act).map(drop).ok_or(LedgerError::Delivery(state))
}

/// The receiver, or the street for it; never whoever reported.
fn receiver(actor: &Actor, held: &Held) -> Result<bool, LedgerError> {
    let hand = hand(actor, held.line.giver, &held.line.takers)?;
    if matches!(hand, Hand::Giver(_)) {
        return Err(LedgerError::NotThisSide);
    }
    if held.row.reporter == reporter(actor) {
        return Err(LedgerError::OwnReport);
    }
    Ok(hand == Hand::OnBehalf)
}

/// The receiver confirms what was reported, or the part of it that came.
///
/// # Errors
/// [`LedgerError`].
pub async fn confirm(
    tx: &Tx,
    actor: &Actor,
    (id, rev): (Uuid, i32),
    quantity: Option<i32>,
    note: &Text<0, 200>,
) -> Result<(), LedgerError> {
    let held = held(tx, actor, id, rev).await?;
    let on_behalf = receiver(actor, &held)?;
    is_open(&held, DeliveryAct::Confirm)?;
    let quantity = quantity.unwrap_or(held.row.quantity);
    if !(1..=held.row.quantity).contains(&quantity) {
        let fault = Fault::field("quantity", "out-of-range").value(&quantity.to_string());
        let fault = fault.arg("min", "1").arg("max", held.row.quantity.to_string());
        return Err(LedgerError::Invalid(vec![fault]));
    }
    let fact = json!({
        "schema": "gongjian.delivery-confirmed/1",
        "delivery": id,
        "quantity": quantity,
        "note": note.as_str(),
        "on_behalf": on_behalf,
    });
    let answer = Answer {
        confirmed: Some(quantity),
        words: note.as_str(),
    };
    save(tx, actor, held, (DeliveryAct::Confirm, answer), &fact).await
}

/// The receiver contests what was reported.
///
/// # Errors
/// [`LedgerError`].
pub async fn dispute(
    tx: &Tx,
    actor: &Actor,
    (id, rev): (Uuid, i32),
    reason: &Why,
) -> Result<(), LedgerError> {
    let held = held(tx, actor, id, rev).await?;
    let on_behalf = receiver(actor, &held)?;
    is_open(&held, DeliveryAct::Dispute)?;
    let fact = json!({
        "schema": "gongjian.delivery-disputed/1",
        "delivery": id,
        "reason": reason.as_str(),
        "on_behalf": on_behalf,
    });
    let answer = Answer {
        confirmed: None,
        words: reason.as_str(),
    };
    save(tx, actor, held, (DeliveryAct::Dispute, answer), &fact).await
}

/// Whoever reported takes the report back.
///
/// # Errors
/// [`LedgerError`].
pub async fn withdraw(
    tx: &Tx,
    actor: &Actor,
    (id, rev): (Uuid, i32),
    reason: &Why,
) -> Result<(), LedgerError> {
    let held = held(tx, actor, id, rev).await?;
    match hand(actor, held.line.giver, &held.line.takers)? {
        Hand::Giver(_) => {}
        Hand::OnBehalf if held.row.on_behalf => {}
        Hand::OnBehalf | Hand::Taker(_) => return Err(LedgerError::NotThisSide),
    }
    is_open(&held, DeliveryAct::Withdraw)?;
    let fact = json!({
        "schema": "gongjian.delivery-withdrawn/1",
        "delivery": id,
        "reason": reason.as_str(),
    });
    let answer = Answer {
        confirmed: None,
        words: reason.as_str(),
    };
    save(tx, actor, held, (DeliveryAct::Withdraw, answer), &fact).await
}

/// The joint meeting settles a dispute: so much counts as confirmed, also none.
///
/// # Errors
/// [`LedgerError`]; the meeting must have been held.
pub async fn settle(
    tx: &Tx,
    actor: &Actor,
    (id, rev): (Uuid, i32),
    (meeting, quantity): (i64, i32),
    reason: &Why,
) -> Result<(), LedgerError> {
    if !matches!(
        actor.who,
        Who::Person {
            role: Role::MeetingSecretary,
            ..
        }
    ) {
        return Err(LedgerError::NotThisSide);
    }
    let held = held(tx, actor, id, rev).await?;
    is_open(&held, DeliveryAct::Settle)?;
    let mut faults = Vec::new();
    let found = meetings::find(tx.db(), actor.scope, meeting).await.ok();
    let found = found.filter(|m| matches!(m.state, MeetingState::Closed | MeetingState::Published));
    if found.is_none() {
        faults.push(Fault::field("meeting", "settle-meeting"));
    }
    if !(0..=held.row.quantity).contains(&quantity) {
        let fault = Fault::field("quantity", "out-of-range").value(&quantity.to_string());
        faults.push(fault.arg("min", "0").arg("max", held.row.quantity.to_string()));
    }
    let Some(found) = found.filter(|_| faults.is_empty()) else {
        return Err(LedgerError::Invalid(faults));
    };
    let fact = json!({
        "schema": "gongjian.delivery-settled/1",
        "delivery": id,
        "meeting": found.id,
        "quantity": quantity,
        "reason": reason.as_str(),
    });
    let answer = Answer {
        confirmed: Some(quantity),
        words: reason.as_str(),
    };
    save(tx, actor, held, (DeliveryAct::Settle, answer), &fact).await
}
