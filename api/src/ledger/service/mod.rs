//! One function per act: check, change, log leaf, event, in the caller's transaction. What stands on an
//! instalment's account is counted anew from its deliveries each time, so that the two cannot part.

mod answer;
mod close;
mod evidence;
mod may;
mod report;
mod review;
mod waive;

pub use answer::{Why, confirm, dispute, settle, withdraw};
pub use close::{Words, close, write};
pub use evidence::{File, keep};
pub use may::{May, may};
pub(super) use report::EVIDENCE_MOST;
pub use report::report;
pub use review::review;
pub use waive::waive;

use serde_json::{Value, json};
use uuid::Uuid;

use super::account::{self, Answer};
use super::domain::delivery::DeliveryAct;
use super::entity::delivery;
use super::error::LedgerError;
use super::{query, store};
use crate::agreements::domain::instalment::{self, Instalment};
use crate::agreements::service::{self as agreements, DueLine};
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;
use crate::kernel::tx::Tx;
use crate::log;
use crate::log::hash::Hash32;
use crate::log::leaf::{LeafDraft, Subject};

/// For which side an actor speaks on an instalment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    /// The party that gives.
    Giver(Uuid),
    /// A party that receives.
    Taker(Uuid),
    /// The street, for either side; marked.
    OnBehalf,
}

/// Who acts, as log leaves tell it: nobody answers for one side what they reported for the other.
fn reporter(actor: &Actor) -> String {
    match &actor.who {
        Who::Person { membership, .. } => membership.to_string(),
        Who::Client { client, .. } => client.to_string(),
        Who::System => "system".to_owned(),
    }
}

/// For which side the actor speaks.
pub(super) fn hand(actor: &Actor, giver: Uuid, takers: &[Uuid]) -> Result<Hand, LedgerError> {
    let own = actor.party().map(crate::kernel::id::Id::uuid);
    match own {
        Some(party) if party == giver => return Ok(Hand::Giver(party)),
        Some(party) if takers.contains(&party) => return Ok(Hand::Taker(party)),
        _ => {}
    }
    match &actor.who {
        Who::Person {
            role: Role::StreetCadre,
            ..
        }
        | Who::Client { party: None, .. } => Ok(Hand::OnBehalf),
        _ => Err(LedgerError::NotThisSide),
    }
}

/// Instalment, delivery and all its fellows, under the agreement's lock.
struct Held {
    line: DueLine,
    all: Vec<delivery::Model>,
    row: delivery::Model,
}

/// Takes the lock an answer to a delivery needs; the delivery must still be as the caller saw it.
async fn held(tx: &Tx, actor: &Actor, id: Uuid, rev: i32) -> Result<Held, LedgerError> {
    let seen = query::delivery_row(tx.db(), actor.scope, id).await?;
    let line = agreements::hold(tx, actor.scope, seen.obligation, seen.due_no).await?;
    let all = store::deliveries(tx.db(), actor.scope, seen.obligation, seen.due_no).await?;
    let row = all
        .iter()
        .find(|row| row.id == id)
        .cloned()
        .ok_or(LedgerError::NotFound)?;
    if row.rev == rev {
        Ok(Held { line, all, row })
    } else {
        Err(LedgerError::Stale)
    }
}

/// Writes a delivery on and the account anew, at the instant of the leaf that tells of it.
async fn save(
    tx: &Tx,
    actor: &Actor,
    held: Held,
    (act, answer): (DeliveryAct, Answer<'_>),
    fact: &Value,
) -> Result<(), LedgerError> {
    let Held { line, mut all, row } = held;
    let data = json!({
        "fact": log::service::record_fact(tx, actor.scope.tenant, fact).await?,
        "agreement": line.agreement,
        "obligation": line.obligation,
        "due_no": line.no,
        "confirmed": answer.confirmed.unwrap_or(row.confirmed),
    });
    let leaf = LeafDraft::by(actor, act.kind(), Subject::new("delivery", row.id), data);
    let leaf = log::service::append(tx, leaf).await?;
    let row = account::answered(&row, act, answer, leaf.at)?;
    if !store::save_delivery(tx.db(), row.rev, &row).await? {
        return Err(LedgerError::Stale);
    }
    if let Some(place) = all.iter_mut().find(|known| known.id == row.id) {
        *place = row;
    }
    settle_account(tx, &line, &all, (line.waived_on, leaf.at)).await
}

async fn settle_account(
    tx: &Tx,
    line: &DueLine,
    all: &[delivery::Model],
    (waived_on, at): (Option<CivilDate>, Millis),
) -> Result<(), LedgerError> {
    let entries = query::entries(all)?;
    let account = instalment::account(line.quantity, &entries, waived_on, at.day());
    Ok(agreements::post(tx, line, &account, at).await?)
}

/// The instalment as it stands now.
fn standing(tx: &Tx, line: &DueLine, all: &[delivery::Model]) -> Result<Instalment, LedgerError> {
    let entries = query::entries(all)?;
    let day = tx.now().day();
    Ok(Instalment {
        from: line.from,
        until: line.until,
        account: instalment::account(line.quantity, &entries, line.waived_on, day),
        ended: line.cancelled,
    })
}

async fn fact(tx: &Tx, actor: &Actor, content: &Value) -> Result<Hash32, LedgerError> {
    Ok(log::service::record_fact(tx, actor.scope.tenant, content).await?)
}
