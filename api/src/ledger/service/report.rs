//! The giver says what was done.

use serde_json::json;
use uuid::Uuid;

use super::{Hand, fact, hand, reporter, settle_account, standing};
use crate::agreements::domain::instalment::InstalmentState;
use crate::agreements::domain::state::State;
use crate::agreements::service::{self as agreements, DueLine};
use crate::kernel::actor::Actor;
use crate::kernel::problem::Fault;
use crate::kernel::tx::Tx;
use crate::ledger::domain::delivery::{DeliveryState, NewDelivery, most};
use crate::ledger::entity::delivery;
use crate::ledger::error::LedgerError;
use crate::ledger::{query, store};
use crate::log;
use crate::log::leaf::{LeafDraft, Subject};

/// Most photos and scans of one delivery.
pub(in crate::ledger) const EVIDENCE_MOST: usize = 6;

/// Reports a delivery on an instalment; gives its id.
///
/// # Errors
/// [`LedgerError`]; [`LedgerError::OverDelivery`] asks whether more than is owed is meant (S11).
pub async fn report(
    tx: &Tx,
    actor: &Actor,
    (obligation, no): (Uuid, i32),
    new: &NewDelivery,
) -> Result<Uuid, LedgerError> {
    let line = agreements::hold(tx, actor.scope, obligation, no).await?;
    let hand = hand(actor, line.giver, &line.takers)?;
    if matches!(hand, Hand::Taker(_)) {
        return Err(LedgerError::NotThisSide);
    }
    let mut all = store::deliveries(tx.db(), actor.scope, obligation, no).await?;
    let standing = standing(tx, &line, &all)?;
    let state = standing.state(tx.now().day());
    if !state.takes_deliveries()
        || !matches!(
            line.state,
            State::InForce | State::Expired | State::Completed | State::Terminated
        )
    {
        return Err(LedgerError::Instalment(state));
    }
    if let Some(named) = &new.external_ref
        && let Some(known) = store::by_external_ref(tx.db(), actor.scope, obligation, named.as_str()).await?
    {
        return Err(LedgerError::Duplicate(known.id));
    }
    let faults = faults(tx, actor, &line, new).await?;
    if !faults.is_empty() {
        return Err(LedgerError::Invalid(faults));
    }
    let delivered = standing.account.delivered;
    if i64::from(delivered) + i64::from(new.quantity) > most(line.quantity) && !new.excess {
        return Err(LedgerError::OverDelivery {
            owed: line.quantity,
            delivered,
        });
    }
    let seq = all.iter().map(|row| row.seq).max().unwrap_or(0) + 1;
    let row = row(tx, actor, &line, (hand, seq), new)?;
    record(tx, actor, &line, (&mut all, row), state).await
}

/// Everything wrong with what was reported.
async fn faults(
    tx: &Tx,
    actor: &Actor,
    line: &DueLine,
    new: &NewDelivery,
) -> Result<Vec<Fault>, LedgerError> {
    let mut faults = Vec::new();
    if new.quantity < 1 {
        faults.push(Fault::field("quantity", "at-least-one").value(&new.quantity.to_string()));
    }
    if new.beneficiaries.is_some_and(|count| count < 0) {
        faults.push(Fault::field("beneficiaries", "not-a-number"));
    }
    let today = tx.now().day();
    if new.on < line.from || new.on > today {
        let fault = Fault::field("on", "delivery-day").value(&new.on.to_string());
        faults.push(
            fault
                .arg("from", line.from.to_string())
                .arg("until", today.to_string()),
        );
    }
    if new.evidence.len() > EVIDENCE_MOST {
        faults.push(Fault::field("files", "upload-too-many").arg("limit", EVIDENCE_MOST.to_string()));
    }
    for hash in &new.evidence {
        if !query::is_blob_known(tx.db(), actor.scope, *hash).await? {
            faults.push(Fault::field("evidence", "evidence-unknown").value(&hash.to_string()));
        }
    }
    Ok(faults)
}

/// The row but for what the log's leaf gives it.
fn row(
    tx: &Tx,
    actor: &Actor,
    line: &DueLine,
    (hand, seq): (Hand, i32),
    new: &NewDelivery,
) -> Result<delivery::Model, LedgerError> {
    let hashes: Vec<String> = new.evidence.iter().map(ToString::to_string).collect();
    Ok(delivery::Model {
        id: tx.new_id::<DueLine>().uuid(),
        tenant: actor.scope.tenant.uuid(),
        agreement: line.agreement,
        obligation: line.obligation,
        due_no: line.no,
        seq,
        quantity: new.quantity,
        on_day: new.on.to_string(),
        beneficiaries: new.beneficiaries,
        place: new.place.as_str().to_owned(),
        note: new.note.as_str().to_owned(),
        evidence: serde_json::to_string(&hashes).map_err(|error| LedgerError::Broken(error.to_string()))?,
        external_ref: new.external_ref.as_ref().map(|named| named.as_str().to_owned()),
        by_party: line.giver,
        reporter: reporter(actor),
        on_behalf: hand == Hand::OnBehalf,
        status: DeliveryState::Reported.code().to_owned(),
        confirmed: 0,
        answer: String::new(),
        reported_on: String::new(),
        confirmed_on: None,
        disputed_on: None,
        withdrawn_on: None,
        fact: Vec::new(),
        rev: 1,
        changed: 0,
    })
}

/// What the log's fact of a report holds: all that the row does but what follows from leaves.
fn told(row: &delivery::Model) -> Result<serde_json::Value, LedgerError> {
    let evidence: Vec<String> =
        serde_json::from_str(&row.evidence).map_err(|error| LedgerError::Broken(error.to_string()))?;
    Ok(json!({
        "schema": "gongjian.delivery/1",
        "delivery": row.id,
        "agreement": row.agreement,
        "obligation": row.obligation,
        "due_no": row.due_no,
        "seq": row.seq,
        "quantity": row.quantity,
        "on": row.on_day,
        "beneficiaries": row.beneficiaries,
        "place": row.place,
        "note": row.note,
        "evidence": evidence,
        "external_ref": row.external_ref,
        "by_party": row.by_party,
        "on_behalf": row.on_behalf,
    }))
}

async fn record(
    tx: &Tx,
    actor: &Actor,
    line: &DueLine,
    (all, row): (&mut Vec<delivery::Model>, delivery::Model),
    state: InstalmentState,
) -> Result<Uuid, LedgerError> {
    let hash = fact(tx, actor, &told(&row)?).await?;
    let id = row.id;
    let data = json!({
        "fact": hash,
        "agreement": line.agreement,
        "obligation": line.obligation,
        "due_no": line.no,
        "quantity": row.quantity,
        "late": state == InstalmentState::Overdue,
    });
    let leaf = LeafDraft::by(actor, "delivery.reported", Subject::new("delivery", id), data);
    let leaf = log::service::append(tx, leaf).await?;
    let row = delivery::Model {
        fact: hash.bytes().to_vec(),
        reported_on: leaf.at.day().to_string(),
        changed: leaf.at.get(),
        ..row
    };
    store::insert_delivery(tx.db(), row.clone()).await?;
    all.push(row);
    settle_account(tx, line, all, (line.waived_on, leaf.at)).await?;
    Ok(id)
}
