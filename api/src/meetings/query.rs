//! Reading meetings, their items and decisions.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::domain::{Ballot, ItemQuorum, MeetingState, Member, Outcome, Quorum};
use super::entity::{agenda_item, decision, meeting};
use super::error::MeetingError;
use super::pack;
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Party};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::kernel::todo::Todo;
use crate::log::hash::Hash32;

/// The level of a street's joint meeting.
pub(super) const LEVEL: &str = "street";
/// Most meetings looked at for to-dos.
const TODO_MEETINGS: u64 = 50;

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingView {
    /// Its id.
    pub id: Uuid,
    /// Its number, from 1.
    pub no: i64,
    /// The day.
    pub held_on: CivilDate,
    /// The hour, `14:00`.
    pub starts: String,
    /// The place.
    pub place: String,
    /// Who chairs; one of the members.
    pub chair: Id<Party>,
    /// All members agreed to a short notice.
    pub short_notice: bool,
    /// Where it stands.
    pub state: MeetingState,
    /// Voting members with their attendance.
    pub members: Vec<Member>,
    /// When notice was sent.
    pub called_at: Millis,
    /// When it was opened.
    pub opened_at: Option<Millis>,
    /// When it was closed.
    pub closed_at: Option<Millis>,
    /// The minutes, zh-CN.
    pub minutes: Option<String>,
    /// SHA-256 of the minutes' bytes.
    pub minutes_hash: Option<Hash32>,
    /// Revision, for changes.
    pub rev: i32,
}

impl MeetingView {
    /// How many came and how many are needed.
    #[must_use]
    pub fn quorum(&self) -> Quorum {
        Quorum::of(&self.members)
    }

    /// A member's name; empty if it is none.
    #[must_use]
    pub fn name_of(&self, party: Id<Party>) -> &str {
        self.members
            .iter()
            .find(|m| m.party == party)
            .map_or("", |m| m.name.as_str())
    }
}

/// An agenda item (议题) with its decision.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemView {
    /// Its number on the agenda, from 1.
    pub item: i32,
    /// The proposal.
    pub proposal: Uuid,
    /// The proposal's number in its plan.
    pub no: i64,
    /// What it is called.
    pub title: String,
    /// Who gives and gets.
    pub parties: Vec<Id<Party>>,
    /// The working text.
    pub body: Value,
    /// Put on the agenda after notice, all present agreeing.
    pub late: bool,
    /// What was decided.
    pub decision: Option<DecisionView>,
}

impl ItemView {
    /// Who may decide it, as the room is now.
    #[must_use]
    pub fn quorum(&self, members: &[Member]) -> ItemQuorum {
        ItemQuorum::of(members, &self.parties)
    }
}

/// Votes as they are kept: with the room they were given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Votes {
    /// The votes.
    #[serde(flatten)]
    pub ballot: Ballot,
    /// Members that might decide.
    pub eligible: u32,
    /// Of these present or represented.
    pub present: u32,
    /// Needed to decide.
    pub needed: u32,
    /// Votes for it that adopt.
    pub to_adopt: u32,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionView {
    /// Its id; agreements rest on it.
    pub id: Uuid,
    /// What was decided.
    pub outcome: Outcome,
    /// The votes.
    pub votes: Votes,
    /// Who recused.
    pub recused: Vec<Id<Party>>,
    /// Why it was sent back or refused.
    pub reason: Option<String>,
    /// Hash of the fact.
    pub fact: Hash32,
    /// When.
    pub at: Millis,
}

/// An adopted item, for the feature that drafts agreements.
#[derive(Debug, Clone, PartialEq)]
pub struct AdoptedItem {
    /// The meeting.
    pub meeting: Uuid,
    /// Its number.
    pub meeting_no: i64,
    /// The day it was held.
    pub held_on: CivilDate,
    /// The item.
    pub item: i32,
    /// The decision.
    pub decision: Uuid,
    /// The proposal.
    pub proposal: Uuid,
    /// The working text.
    pub body: Value,
    /// When it was decided.
    pub decided_at: Millis,
}

/// A page of the list of meetings, newest first.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The meetings with the number of their items.
    pub rows: Vec<(MeetingView, u64)>,
    /// Meetings in all that meet the condition.
    pub count: u64,
    /// The number after which the next page begins.
    pub next: Option<i64>,
}

fn broken(what: &str) -> Problem {
    Problem::internal(format!("meeting: {what} cannot be read"))
}

pub(super) fn view(row: meeting::Model) -> Result<MeetingView, Problem> {
    Ok(MeetingView {
        id: row.id,
        no: row.no,
        held_on: row.held_on.parse().map_err(|_| broken("held_on"))?,
        starts: row.starts,
        place: row.place,
        chair: Id::from_uuid(row.chair),
        short_notice: row.short_notice,
        state: MeetingState::from_code(&row.state).ok_or_else(|| broken("state"))?,
        members: serde_json::from_str(&row.attendance).map_err(|_| broken("attendance"))?,
        called_at: Millis::new(row.called_at),
        opened_at: row.opened_at.map(Millis::new),
        closed_at: row.closed_at.map(Millis::new),
        minutes: row.minutes,
        minutes_hash: row.minutes_hash.as_deref().and_then(Hash32::from_slice),
        rev: row.rev,
    })
}

fn in_scope(scope: Scope) -> sea_orm::Select<meeting::Entity> {
    meeting::Entity::find()
        .filter(meeting::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(meeting::Column::Level.eq(LEVEL))
}

/// The row of a meeting by its number.
pub(super) async fn row(
    db: &impl ConnectionTrait,
    scope: Scope,
    no: i64,
) -> Result<meeting::Model, MeetingError> {
    in_scope(scope)
        .filter(meeting::Column::No.eq(no))
        .one(db)
        .await?
        .ok_or(MeetingError::NotFound)
}

/// A meeting by its number. A party sees those it is a member of.
///
/// # Errors
/// [`MeetingError::NotFound`], or what the database reports.
pub async fn find(db: &impl ConnectionTrait, scope: Scope, no: i64) -> Result<MeetingView, MeetingError> {
    let found = view(row(db, scope, no).await?)?;
    match scope.party {
        Some(party) if !found.members.iter().any(|m| m.party == party) => Err(MeetingError::NotFound),
        _ => Ok(found),
    }
}

/// Meetings, newest first; `state` and `after` (a meeting's number) narrow them.
///
/// # Errors
/// What the database reports.
pub async fn list(
    db: &impl ConnectionTrait,
    scope: Scope,
    state: Option<MeetingState>,
    after: Option<i64>,
    size: usize,
) -> Result<Listed, MeetingError> {
    let mut find = in_scope(scope);
    if let Some(state) = state {
        find = find.filter(meeting::Column::State.eq(state.code()));
    }
    let count = find.clone().count(db).await?;
    if let Some(after) = after {
        find = find.filter(meeting::Column::No.lt(after));
    }
    let limit = u64::try_from(size).unwrap_or(1);
    let found = find
        .order_by_desc(meeting::Column::No)
        .limit(limit + 1)
        .all(db)
        .await?;
    let more = found.len() > size;
    let mut rows = Vec::with_capacity(size);
    for row in found.into_iter().take(size) {
        let items = agenda_item::Entity::find()
            .filter(agenda_item::Column::Tenant.eq(scope.tenant.uuid()))
            .filter(agenda_item::Column::Meeting.eq(row.id))
            .count(db)
            .await?;
        rows.push((view(row)?, items));
    }
    let next = rows.last().map(|(last, _)| last.no).filter(|_| more);
    Ok(Listed { rows, count, next })
}

/// The number the next meeting gets.
pub(super) async fn next_no(db: &impl ConnectionTrait, scope: Scope) -> Result<i64, DbErr> {
    let last = in_scope(scope).order_by_desc(meeting::Column::No).one(db).await?;
    Ok(last.map_or(1, |m| m.no + 1))
}

/// The items of a meeting with their decisions, in the order of the agenda.
///
/// # Errors
/// What the database reports.
pub async fn items(
    db: &impl ConnectionTrait,
    scope: Scope,
    meeting: Uuid,
) -> Result<Vec<ItemView>, MeetingError> {
    let tenant = scope.tenant.uuid();
    let decided = decision::Entity::find()
        .filter(decision::Column::Tenant.eq(tenant))
        .filter(decision::Column::Meeting.eq(meeting))
        .all(db)
        .await?;
    let mut by_item = BTreeMap::new();
    for row in decided {
        by_item.insert(row.item, decision_view(row)?);
    }
    let rows = agenda_item::Entity::find()
        .filter(agenda_item::Column::Tenant.eq(tenant))
        .filter(agenda_item::Column::Meeting.eq(meeting))
        .order_by_asc(agenda_item::Column::Item)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ItemView {
                decision: by_item.remove(&row.item),
                item: row.item,
                proposal: row.proposal,
                no: row.no,
                title: row.title,
                parties: serde_json::from_str(&row.parties).map_err(|_| broken("parties"))?,
                body: serde_json::from_str(&row.body).map_err(|_| broken("body"))?,
                late: row.late,
            })
        })
        .collect()
}

fn decision_view(row: decision::Model) -> Result<DecisionView, Problem> {
    Ok(DecisionView {
        id: row.id,
        outcome: Outcome::from_code(&row.outcome).ok_or_else(|| broken("outcome"))?,
        votes: serde_json::from_str(&row.votes).map_err(|_| broken("votes"))?,
        recused: serde_json::from_str(&row.recused).map_err(|_| broken("recused"))?,
        reason: row.reason,
        fact: Hash32::from_slice(&row.fact).ok_or_else(|| broken("fact"))?,
        at: Millis::new(row.at),
    })
}

/// Every adopted item of the tenant, in the order decided. A party sees those it is a party to.
///
/// # Errors
/// What the database reports.
pub async fn adopted(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<AdoptedItem>, MeetingError> {
    let tenant = scope.tenant.uuid();
    let decided = decision::Entity::find()
        .filter(decision::Column::Tenant.eq(tenant))
        .filter(decision::Column::Outcome.eq(Outcome::Adopted.code()))
        .order_by_asc(decision::Column::At)
        .order_by_asc(decision::Column::Item)
        .all(db)
        .await?;
    let mut meetings: BTreeMap<Uuid, (MeetingView, Vec<ItemView>)> = BTreeMap::new();
    let mut adopted = Vec::with_capacity(decided.len());
    for row in decided {
        let (held, agenda) = match meetings.entry(row.meeting) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let held = in_scope(scope)
                    .filter(meeting::Column::Id.eq(row.meeting))
                    .one(db)
                    .await?
                    .ok_or(MeetingError::NotFound)?;
                place.insert((view(held)?, items(db, scope, row.meeting).await?))
            }
        };
        let Some(item) = agenda.iter().find(|i| i.item == row.item) else {
            continue;
        };
        if scope.party.is_some_and(|own| !item.parties.contains(&own)) {
            continue;
        }
        adopted.push(AdoptedItem {
            meeting: row.meeting,
            meeting_no: held.no,
            held_on: held.held_on,
            item: row.item,
            decision: row.id,
            proposal: row.proposal,
            body: item.body.clone(),
            decided_at: Millis::new(row.at),
        });
    }
    Ok(adopted)
}

/// What waits for the meeting secretary: proposals to table, meetings to hold, to close, to publish.
///
/// # Errors
/// What the database reports.
pub async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>, MeetingError> {
    let secretary = matches!(
        actor.who,
        Who::Person {
            role: Role::MeetingSecretary,
            ..
        }
    );
    if !secretary {
        return Ok(Vec::new());
    }
    let mut todos = Vec::new();
    let waiting = pack::waiting(db, actor.scope).await?.len();
    if waiting > 0 {
        todos.push(Todo::new("meeting-todo-table", "/meetings/new").arg("count", waiting.to_string()));
    }
    let rows = in_scope(actor.scope)
        .filter(meeting::Column::State.ne(MeetingState::Published.code()))
        .order_by_asc(meeting::Column::No)
        .limit(TODO_MEETINGS)
        .all(db)
        .await?;
    for row in rows {
        let found = view(row)?;
        let (words, page) = match found.state {
            MeetingState::Called => ("meeting-todo-hold", "/record"),
            MeetingState::Open => ("meeting-todo-decide", "/record"),
            MeetingState::Adjourned => ("meeting-todo-again", ""),
            MeetingState::Closed => ("meeting-todo-publish", "/minutes"),
            MeetingState::Planned | MeetingState::Published => continue,
        };
        todos.push(
            Todo::new(words, format!("/meetings/{}{page}", found.no))
                .arg("no", found.no.to_string())
                .due(found.held_on),
        );
    }
    Ok(todos)
}
