//! Calling a meeting: members, day and place, the frozen pack.

use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;

use super::room::attendance;
use super::{fact, json as text, leaf, load, save};
use crate::identity::party::query as parties;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Millis;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::strict_json;
use crate::kernel::tx::Tx;
use crate::log::hash::Hash32;
use crate::meetings::domain::{
    Attendance, CallMeeting, MEMBERS_MAX, MeetingAct, MeetingState, Member, NOTICE_DAYS, Notice, Quorum,
    working_days_between,
};
use crate::meetings::entity::{agenda_item, meeting};
use crate::meetings::error::MeetingError;
use crate::meetings::pack::{self, ProposalItem};
use crate::meetings::{query, store};

/// A meeting that was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub no: i64,
}

/// Calls a meeting: notice is given and the pack is frozen.
///
/// # Errors
/// [`MeetingError::Invalid`] with every fault; what log and database report.
pub async fn call_meeting(tx: &Tx, actor: &Actor, cmd: &CallMeeting) -> Result<Called, MeetingError> {
    let mut faults = notice_faults(&cmd.notice, tx.now());
    let members = members(tx, actor, cmd, &mut faults).await?;
    let distinct: BTreeSet<Uuid> = cmd.proposals.iter().copied().collect();
    if cmd.proposals.is_empty() {
        faults.push(Fault::field("proposal", "meeting-agenda-empty"));
    } else if distinct.len() != cmd.proposals.len() {
        faults.push(Fault::field("proposal", "meeting-proposal-gone"));
    }
    if !faults.is_empty() {
        return Err(MeetingError::Invalid(faults));
    }
    let found = pack::table(tx, actor.scope, &cmd.proposals).await?;
    if found.iter().any(Option::is_none) {
        let gone = Fault::field("proposal", "meeting-proposal-gone");
        return Err(MeetingError::Invalid(vec![gone]));
    }
    let items: Vec<ProposalItem> = found.into_iter().flatten().collect();
    let id = tx.new_id::<MeetingState>().uuid();
    let no = query::next_no(tx.db(), actor.scope).await?;
    store::insert_meeting(tx.db(), row(tx, actor, cmd, &members, (id, no))?).await?;
    for (item, proposal) in (1..).zip(&items) {
        insert_item(tx, actor, id, item, proposal, false).await?;
    }
    let tabled = tabled(&items)?;
    let content = json!({
        "schema": "gongjian.meeting_called/1",
        "meeting": id,
        "level": query::LEVEL,
        "no": no,
        "held_on": cmd.notice.held_on,
        "starts": cmd.notice.starts,
        "place": cmd.notice.place.as_str(),
        "short_notice": cmd.notice.short_notice,
        "chair": cmd.chair,
        "members": members.iter().map(|m| m.party).collect::<Vec<_>>(),
        "quorum": Quorum::of(&members),
        "attendance": attendance(&members),
        "called_at": tx.now().get(),
        "items": tabled,
    });
    let hash = fact(tx, actor, &content).await?;
    let data = json!({ "fact": hash, "no": no, "items": items.len(), "members": members.len() });
    leaf(tx, actor, "meeting.called", id, data).await?;
    Ok(Called { id, no })
}

fn row(
    tx: &Tx,
    actor: &Actor,
    cmd: &CallMeeting,
    members: &[Member],
    (id, no): (Uuid, i64),
) -> Result<meeting::Model, MeetingError> {
    let called = MeetingState::Planned
        .after(MeetingAct::Call)
        .ok_or(MeetingError::NotInThisState {
            state: MeetingState::Planned,
        })?;
    Ok(meeting::Model {
        id,
        tenant: actor.scope.tenant.uuid(),
        level: query::LEVEL.to_owned(),
        no,
        held_on: cmd.notice.held_on.to_string(),
        starts: cmd.notice.starts.clone(),
        place: cmd.notice.place.as_str().to_owned(),
        chair: cmd.chair.uuid(),
        short_notice: cmd.notice.short_notice,
        state: called.code().to_owned(),
        quorum: text(&Quorum::of(members))?,
        attendance: text(&members)?,
        called_at: tx.now().get(),
        opened_at: None,
        closed_at: None,
        minutes: None,
        minutes_hash: None,
        rev: 1,
    })
}

/// Calls an adjourned meeting again: the same pack and members, a new day.
///
/// # Errors
/// As [`call_meeting`]; [`MeetingError::NotInThisState`], [`MeetingError::Stale`].
pub async fn call_again(
    tx: &Tx,
    actor: &Actor,
    no: i64,
    rev: i32,
    notice: &Notice,
) -> Result<(), MeetingError> {
    let loaded = load(tx, actor, no, rev, MeetingAct::Call).await?;
    let faults = notice_faults(notice, tx.now());
    if !faults.is_empty() {
        return Err(MeetingError::Invalid(faults));
    }
    let mut members = loaded.view.members;
    for member in &mut members {
        member.attendance = Attendance::Absent;
    }
    let content = json!({
        "schema": "gongjian.meeting_called_again/1",
        "meeting": loaded.view.id,
        "held_on": notice.held_on,
        "starts": notice.starts,
        "place": notice.place.as_str(),
        "short_notice": notice.short_notice,
        "quorum": Quorum::of(&members),
        "attendance": attendance(&members),
        "called_at": tx.now().get(),
    });
    let hash = fact(tx, actor, &content).await?;
    let changed = meeting::Model {
        held_on: notice.held_on.to_string(),
        starts: notice.starts.clone(),
        place: notice.place.as_str().to_owned(),
        short_notice: notice.short_notice,
        state: loaded.then.code().to_owned(),
        quorum: text(&Quorum::of(&members))?,
        attendance: text(&members)?,
        called_at: tx.now().get(),
        ..loaded.row
    };
    save(tx, actor, rev, changed).await?;
    let data = json!({ "fact": hash, "no": no });
    leaf(tx, actor, "meeting.called", loaded.view.id, data).await
}

/// Puts a proposal on the agenda of an open meeting; the caller has the consent of all present.
///
/// # Errors
/// [`MeetingError::Invalid`] if it does not wait for a meeting; [`MeetingError::NotInThisState`],
/// [`MeetingError::Stale`].
pub async fn add_item(tx: &Tx, actor: &Actor, no: i64, rev: i32, proposal: Uuid) -> Result<(), MeetingError> {
    let loaded = load(tx, actor, no, rev, MeetingAct::Decide).await?;
    let found = pack::table(tx, actor.scope, &[proposal]).await?;
    let Some(added) = found.into_iter().flatten().next() else {
        let gone = Fault::field("proposal", "meeting-proposal-gone");
        return Err(MeetingError::Invalid(vec![gone]));
    };
    let known = query::items(tx.db(), actor.scope, loaded.view.id).await?;
    let item = known.last().map_or(1, |last| last.item.saturating_add(1));
    insert_item(tx, actor, loaded.view.id, item, &added, true).await?;
    let content = json!({
        "schema": "gongjian.meeting_item_added/1",
        "meeting": loaded.view.id,
        "item": item,
        "proposal": proposal,
        "no": added.no,
        "title": added.title,
        "parties": added.parties,
        "body": body_hash(&added)?,
        "all_present_agreed": true,
    });
    let hash = fact(tx, actor, &content).await?;
    let id = loaded.view.id;
    save(tx, actor, rev, loaded.row).await?;
    let data = json!({ "fact": hash, "item": item, "proposal": proposal });
    leaf(tx, actor, "meeting.item_added", id, data).await
}

fn notice_faults(notice: &Notice, now: Millis) -> Vec<Fault> {
    let today = now.day();
    let mut faults = Vec::new();
    if notice.held_on < today {
        faults.push(Fault::field("held_on", "meeting-day-past").value(&notice.held_on.to_string()));
    } else if !notice.short_notice && working_days_between(today, notice.held_on) < NOTICE_DAYS {
        faults.push(Fault::field("held_on", "meeting-notice-short").arg("days", NOTICE_DAYS.to_string()));
    }
    faults
}

async fn members(
    tx: &Tx,
    actor: &Actor,
    cmd: &CallMeeting,
    faults: &mut Vec<Fault>,
) -> Result<Vec<Member>, MeetingError> {
    let register = parties::all(tx.db(), actor.scope).await?;
    let mut members: Vec<Member> = Vec::new();
    for (party, title) in cmd.members.iter().take(MEMBERS_MAX) {
        let known = register.iter().find(|p| p.id == *party);
        let twice = members.iter().any(|m| m.party == *party);
        match known {
            Some(known) if !twice => members.push(Member {
                party: *party,
                name: known.name.clone(),
                title: title.as_str().to_owned(),
                attendance: Attendance::Absent,
            }),
            _ => faults.push(Fault::field("member", "meeting-member-unknown")),
        }
    }
    if cmd.members.len() < 3 || cmd.members.len() > MEMBERS_MAX {
        let fault = Fault::field("member", "meeting-members-few").arg("max", MEMBERS_MAX.to_string());
        faults.push(fault);
    } else if !members.iter().any(|m| m.party == cmd.chair) {
        faults.push(Fault::field("chair", "meeting-chair-not-member"));
    }
    Ok(members)
}

fn body_hash(item: &ProposalItem) -> Result<Hash32, MeetingError> {
    let bytes = strict_json::canonical(&item.body).map_err(|fault| Problem::internal(fault.to_string()))?;
    Ok(Hash32::of(&bytes))
}

fn tabled(items: &[ProposalItem]) -> Result<Vec<serde_json::Value>, MeetingError> {
    (1_i32..)
        .zip(items)
        .map(|(item, p)| {
            Ok(json!({
                "item": item,
                "proposal": p.proposal,
                "no": p.no,
                "title": p.title,
                "parties": p.parties,
                "body": body_hash(p)?,
            }))
        })
        .collect()
}

async fn insert_item(
    tx: &Tx,
    actor: &Actor,
    meeting: Uuid,
    item: i32,
    proposal: &ProposalItem,
    late: bool,
) -> Result<(), MeetingError> {
    let row = agenda_item::Model {
        tenant: actor.scope.tenant.uuid(),
        meeting,
        item,
        proposal: proposal.proposal,
        no: proposal.no,
        title: proposal.title.clone(),
        parties: text(&proposal.parties)?,
        body: proposal.body.to_string(),
        late,
    };
    Ok(store::insert_item(tx.db(), row).await?)
}
