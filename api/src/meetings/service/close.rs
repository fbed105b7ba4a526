//! Closing a meeting: its minutes become fixed; publishing them once the chair has signed.

use serde_json::{Value, json};

use super::room::attendance;
use super::{fact, leaf, load, save};
use crate::identity::party::query as parties;
use crate::kernel::actor::Actor;
use crate::kernel::tx::Tx;
use crate::log::hash::Hash32;
use crate::meetings::domain::MeetingAct;
use crate::meetings::entity::meeting;
use crate::meetings::error::MeetingError;
use crate::meetings::query::{self, ItemView};
use crate::meetings::{minutes, pack};

/// Closes the meeting and writes the minutes. Items that lack a quorum after recusals go back and wait for the
/// next meeting.
///
/// # Errors
/// [`MeetingError::ItemsOpen`] if items could still be decided; [`MeetingError::NotInThisState`],
/// [`MeetingError::Stale`].
pub async fn close(tx: &Tx, actor: &Actor, no: i64, rev: i32) -> Result<Hash32, MeetingError> {
    let loaded = load(tx, actor, no, rev, MeetingAct::Close).await?;
    let view = loaded.view;
    let items = query::items(tx.db(), actor.scope, view.id).await?;
    let left: Vec<&ItemView> = items.iter().filter(|i| i.decision.is_none()).collect();
    let open: Vec<i32> = left
        .iter()
        .filter(|i| i.quorum(&view.members).reached())
        .map(|i| i.item)
        .collect();
    if !open.is_empty() {
        return Err(MeetingError::ItemsOpen(open));
    }
    for item in &left {
        pack::give_back(tx, actor.scope, item.proposal).await?;
    }
    let street = parties::tenant(tx.db(), actor.scope).await?.name;
    let text = minutes::write(&street, &view, &items, tx.now());
    let hash = Hash32::of(text.as_bytes());
    let decisions: Vec<Value> = items.iter().filter_map(told).collect();
    let content = json!({
        "schema": "gongjian.meeting_closed/1",
        "meeting": view.id,
        "no": no,
        "held_on": view.held_on,
        "quorum": view.quorum(),
        "attendance": attendance(&view.members),
        "decisions": decisions,
        "not_decided": left.iter().map(|i| i.item).collect::<Vec<_>>(),
        "minutes_hash": hash,
        "closed_at": tx.now().get(),
    });
    let closed = fact(tx, actor, &content).await?;
    let changed = meeting::Model {
        state: loaded.then.code().to_owned(),
        closed_at: Some(tx.now().get()),
        minutes: Some(text),
        minutes_hash: Some(hash.bytes().to_vec()),
        ..loaded.row
    };
    save(tx, actor, rev, changed).await?;
    let data = json!({
        "fact": closed,
        "no": no,
        "minutes_hash": hash,
        "decided": decisions.len(),
        "not_decided": left.len(),
    });
    leaf(tx, actor, "meeting.closed", view.id, data).await?;
    Ok(hash)
}

fn told(item: &ItemView) -> Option<Value> {
    let decision = item.decision.as_ref()?;
    Some(json!({ "item": item.item, "outcome": decision.outcome, "fact": decision.fact }))
}

/// Publishes the minutes; the caller holds the paper the chair signed.
///
/// # Errors
/// [`MeetingError::NotInThisState`], [`MeetingError::Stale`].
pub async fn publish(tx: &Tx, actor: &Actor, no: i64, rev: i32) -> Result<(), MeetingError> {
    let loaded = load(tx, actor, no, rev, MeetingAct::Publish).await?;
    let id = loaded.view.id;
    let content = json!({
        "schema": "gongjian.meeting_published/1",
        "meeting": id,
        "minutes_hash": loaded.view.minutes_hash,
        "signed_by_chair": loaded.view.chair,
    });
    let hash = fact(tx, actor, &content).await?;
    let changed = meeting::Model {
        state: loaded.then.code().to_owned(),
        ..loaded.row
    };
    save(tx, actor, rev, changed).await?;
    leaf(
        tx,
        actor,
        "meeting.published",
        id,
        json!({ "fact": hash, "no": no }),
    )
    .await
}
