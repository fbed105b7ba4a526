//! Deciding items: one, or several alike at once.

use serde_json::json;

use super::{fact, json as text, leaf, load, save};
use crate::kernel::actor::Actor;
use crate::kernel::problem::Fault;
use crate::kernel::text::Text;
use crate::kernel::tx::Tx;
use crate::meetings::domain::{Ballot, ItemQuorum, MeetingAct, Outcome};
use crate::meetings::entity::decision;
use crate::meetings::error::MeetingError;
use crate::meetings::query::{self, ItemView, MeetingView, Votes};
use crate::meetings::{pack, store};

/// A decision on one item.
#[derive(Debug, Clone)]
pub struct Decide {
    /// The item.
    pub item: i32,
    /// What was decided.
    pub outcome: Outcome,
    /// The votes on adopting it.
    pub ballot: Ballot,
    /// Why it is sent back or refused.
    pub reason: Text<0, 500>,
}

/// Decides one item (S06).
///
/// # Errors
/// [`MeetingError::NoItemQuorum`], [`MeetingError::Decided`], [`MeetingError::Invalid`] if the votes do not fit
/// the members that may vote or the outcome; [`MeetingError::NotInThisState`], [`MeetingError::Stale`].
pub async fn decide(tx: &Tx, actor: &Actor, no: i64, rev: i32, cmd: &Decide) -> Result<(), MeetingError> {
    let loaded = load(tx, actor, no, rev, MeetingAct::Decide).await?;
    let items = query::items(tx.db(), actor.scope, loaded.view.id).await?;
    save(tx, actor, rev, loaded.row).await?;
    one(tx, actor, &loaded.view, &items, cmd).await
}

/// Decides several items alike, with all members that may vote of one mind.
///
/// # Errors
/// As [`decide`], for the first item that refuses; then nothing is decided.
pub async fn decide_alike(
    tx: &Tx,
    actor: &Actor,
    no: i64,
    rev: i32,
    (which, outcome, reason): (&[i32], Outcome, &Text<0, 500>),
) -> Result<(), MeetingError> {
    if which.is_empty() {
        return Err(MeetingError::Invalid(vec![Fault::field("items", "choose")]));
    }
    let loaded = load(tx, actor, no, rev, MeetingAct::Decide).await?;
    let items = query::items(tx.db(), actor.scope, loaded.view.id).await?;
    save(tx, actor, rev, loaded.row).await?;
    for number in which {
        let item = found(&items, *number)?;
        let quorum = item.quorum(&loaded.view.members);
        let cmd = Decide {
            item: *number,
            outcome,
            ballot: Ballot::unanimous(&quorum, outcome),
            reason: reason.clone(),
        };
        one(tx, actor, &loaded.view, &items, &cmd).await?;
    }
    Ok(())
}

fn found(items: &[ItemView], number: i32) -> Result<&ItemView, MeetingError> {
    items
        .iter()
        .find(|i| i.item == number)
        .ok_or(MeetingError::NotFound)
}

async fn one(
    tx: &Tx,
    actor: &Actor,
    meeting: &MeetingView,
    items: &[ItemView],
    cmd: &Decide,
) -> Result<(), MeetingError> {
    let item = found(items, cmd.item)?;
    if item.decision.is_some() {
        return Err(MeetingError::Decided(cmd.item));
    }
    let quorum = item.quorum(&meeting.members);
    if !quorum.reached() {
        return Err(MeetingError::NoItemQuorum {
            item: cmd.item,
            needed: quorum.needed,
            present: quorum.present,
        });
    }
    let faults = faults(cmd, &quorum, meeting.quorum().present);
    if !faults.is_empty() {
        return Err(MeetingError::Invalid(faults));
    }
    record(tx, actor, meeting, item, (cmd, &quorum)).await
}

async fn record(
    tx: &Tx,
    actor: &Actor,
    meeting: &MeetingView,
    item: &ItemView,
    (cmd, quorum): (&Decide, &ItemQuorum),
) -> Result<(), MeetingError> {
    let votes = Votes {
        ballot: cmd.ballot,
        eligible: quorum.eligible,
        present: quorum.present,
        needed: quorum.needed,
        to_adopt: quorum.to_adopt(),
    };
    let reason = Some(cmd.reason.as_str().to_owned()).filter(|r| !r.is_empty());
    let content = json!({
        "schema": "gongjian.decision/1",
        "meeting": meeting.id,
        "item": item.item,
        "proposal": item.proposal,
        "outcome": cmd.outcome,
        "votes": votes,
        "recused": quorum.recused,
        "reason": reason,
        "at": tx.now().get(),
        "meeting_rev": meeting.rev.saturating_add(1),
    });
    let hash = fact(tx, actor, &content).await?;
    let id = tx.new_id::<Outcome>().uuid();
    let row = decision::Model {
        id,
        tenant: actor.scope.tenant.uuid(),
        meeting: meeting.id,
        item: item.item,
        proposal: item.proposal,
        outcome: cmd.outcome.code().to_owned(),
        votes: text(&votes)?,
        recused: text(&quorum.recused)?,
        reason,
        fact: hash.bytes().to_vec(),
        at: tx.now().get(),
    };
    store::insert_decision(tx.db(), row).await?;
    pack::decided(tx, actor.scope, item.proposal, cmd.outcome).await?;
    let data = json!({
        "fact": hash,
        "decision": id,
        "item": item.item,
        "proposal": item.proposal,
        "outcome": cmd.outcome,
    });
    leaf(tx, actor, "decision.recorded", meeting.id, data).await
}

/// Every fault of a decision; `in_room` counts all members present, recused ones included.
fn faults(cmd: &Decide, quorum: &ItemQuorum, in_room: u32) -> Vec<Fault> {
    let mut faults = Vec::new();
    let total = cmd.ballot.total();
    if total > quorum.present && total <= in_room && !quorum.recused.is_empty() {
        faults.push(
            Fault::field("yes", "meeting-recused")
                .arg("total", total.to_string())
                .arg("present", quorum.present.to_string()),
        );
    } else if total != quorum.present {
        faults.push(
            Fault::field("yes", "meeting-votes-total")
                .arg("total", total.to_string())
                .arg("present", quorum.present.to_string()),
        );
    } else if cmd.ballot.adopts(quorum) != (cmd.outcome == Outcome::Adopted) {
        let code = if cmd.outcome == Outcome::Adopted {
            "meeting-votes-too-few"
        } else {
            "meeting-votes-adopt"
        };
        faults.push(Fault::field("outcome", code).arg("needed", quorum.to_adopt().to_string()));
    }
    if cmd.outcome != Outcome::Adopted && cmd.reason.as_str().is_empty() {
        faults.push(Fault::field("reason", "meeting-reason-missing"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quorum() -> ItemQuorum {
        use crate::kernel::id::Id;
        let party = |n| Id::from_uuid(uuid::Uuid::from_u128(n));
        ItemQuorum {
            recused: vec![party(1), party(2)],
            eligible: 11,
            present: 7,
            needed: 6,
        }
    }

    fn codes(outcome: Outcome, (yes, no, abstain): (u32, u32, u32), reason: &str) -> Vec<&'static str> {
        let cmd = Decide {
            item: 1,
            outcome,
            ballot: Ballot { yes, no, abstain },
            reason: Text::parse(reason).unwrap(),
        };
        faults(&cmd, &quorum(), 9).into_iter().map(|f| f.code).collect()
    }

    #[test]
    fn s06_recused_members_may_not_vote() {
        assert_eq!(codes(Outcome::Adopted, (4, 3, 0), ""), [""; 0]);
        assert_eq!(codes(Outcome::Adopted, (6, 3, 0), ""), ["meeting-recused"]);
        assert_eq!(codes(Outcome::Adopted, (7, 3, 0), ""), ["meeting-votes-total"]);
        assert_eq!(codes(Outcome::Adopted, (4, 2, 0), ""), ["meeting-votes-total"]);
    }

    #[test]
    fn the_outcome_follows_the_votes_and_a_no_gives_its_reason() {
        assert_eq!(codes(Outcome::Adopted, (3, 4, 0), ""), ["meeting-votes-too-few"]);
        assert_eq!(
            codes(Outcome::Refused, (4, 3, 0), "没有场地"),
            ["meeting-votes-adopt"]
        );
        assert_eq!(codes(Outcome::SentBack, (3, 3, 1), "时段再商量"), [""; 0]);
        assert_eq!(
            codes(Outcome::SentBack, (0, 6, 0), ""),
            ["meeting-votes-total", "meeting-reason-missing"]
        );
        assert_eq!(
            codes(Outcome::Adopted, (u32::MAX, 1, 0), ""),
            ["meeting-votes-total"]
        );
    }
}
