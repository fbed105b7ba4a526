//! Who is in the room: attendance, mandates, opening, adjourning.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{fact, json as text, leaf, load, save};
use crate::kernel::actor::Actor;
use crate::kernel::id::{Id, Party};
use crate::kernel::problem::Fault;
use crate::kernel::tx::Tx;
use crate::meetings::domain::{Attendance, MeetingAct, Member, Quorum};
use crate::meetings::entity::meeting;
use crate::meetings::error::MeetingError;

/// Who came, for some or all members; the others stay as they were.
pub type Attend = BTreeMap<Id<Party>, Attendance>;

/// Writes down who came and who sent a deputy; allowed from the notice until the meeting closes.
///
/// # Errors
/// [`MeetingError::Invalid`] if two members gave their mandate to the same person;
/// [`MeetingError::NotInThisState`], [`MeetingError::Stale`].
pub async fn set_attendance(
    tx: &Tx,
    actor: &Actor,
    no: i64,
    rev: i32,
    attend: &Attend,
) -> Result<Quorum, MeetingError> {
    let loaded = load(tx, actor, no, rev, MeetingAct::Attend).await?;
    let members = attended(loaded.view.members, attend)?;
    let quorum = Quorum::of(&members);
    let id = loaded.view.id;
    let content = room_fact("gongjian.meeting_attended/1", id, quorum, &members);
    let hash = fact(tx, actor, &content).await?;
    let changed = meeting::Model {
        quorum: text(&quorum)?,
        attendance: text(&members)?,
        ..loaded.row
    };
    save(tx, actor, rev, changed).await?;
    let data = json!({ "fact": hash, "no": no, "members": quorum.members, "present": quorum.present });
    leaf(tx, actor, "meeting.attended", id, data).await?;
    Ok(quorum)
}

/// Opens the meeting with these members in the room.
///
/// # Errors
/// [`MeetingError::NoQuorum`] (S05), [`MeetingError::TooEarly`] before its day; as [`set_attendance`].
pub async fn open(
    tx: &Tx,
    actor: &Actor,
    no: i64,
    rev: i32,
    attend: &Attend,
) -> Result<Quorum, MeetingError> {
    let loaded = load(tx, actor, no, rev, MeetingAct::Open).await?;
    let members = attended(loaded.view.members, attend)?;
    let quorum = Quorum::of(&members);
    if !quorum.reached() {
        return Err(MeetingError::NoQuorum {
            needed: quorum.needed,
            present: quorum.present,
        });
    }
    if tx.now().day() < loaded.view.held_on {
        return Err(MeetingError::TooEarly {
            held_on: loaded.view.held_on.to_string(),
        });
    }
    let id = loaded.view.id;
    let mut content = room_fact("gongjian.meeting_opened/1", id, quorum, &members);
    content["opened_at"] = tx.now().get().into();
    let hash = fact(tx, actor, &content).await?;
    let changed = meeting::Model {
        state: loaded.then.code().to_owned(),
        quorum: text(&quorum)?,
        attendance: text(&members)?,
        opened_at: Some(tx.now().get()),
        ..loaded.row
    };
    save(tx, actor, rev, changed).await?;
    let data = json!({ "fact": hash, "no": no, "members": quorum.members, "present": quorum.present });
    leaf(tx, actor, "meeting.opened", id, data).await?;
    Ok(quorum)
}

/// Sends the members home because too few came; attendance is kept.
///
/// # Errors
/// [`MeetingError::QuorumReached`] if enough came; as [`open`].
pub async fn adjourn(tx: &Tx, actor: &Actor, no: i64, rev: i32, attend: &Attend) -> Result<(), MeetingError> {
    let loaded = load(tx, actor, no, rev, MeetingAct::Adjourn).await?;
    let members = attended(loaded.view.members, attend)?;
    let quorum = Quorum::of(&members);
    if quorum.reached() {
        return Err(MeetingError::QuorumReached);
    }
    let id = loaded.view.id;
    let content = room_fact("gongjian.meeting_adjourned/1", id, quorum, &members);
    let hash = fact(tx, actor, &content).await?;
    let changed = meeting::Model {
        state: loaded.then.code().to_owned(),
        quorum: text(&quorum)?,
        attendance: text(&members)?,
        ..loaded.row
    };
    save(tx, actor, rev, changed).await?;
    let data = json!({ "fact": hash, "no": no, "members": quorum.members, "present": quorum.present });
    leaf(tx, actor, "meeting.adjourned", id, data).await
}

/// Applies what the secretary wrote down. One person holds one mandate.
fn attended(mut members: Vec<Member>, attend: &Attend) -> Result<Vec<Member>, MeetingError> {
    for member in &mut members {
        if let Some(given) = attend.get(&member.party) {
            member.attendance = given.clone();
        }
    }
    let mut faults = Vec::new();
    for (at, member) in members.iter().enumerate() {
        let Some(holder) = member.attendance.holder() else {
            continue;
        };
        let bare = |name: &str| name.split_whitespace().collect::<String>();
        let before = members.iter().take(at);
        if before
            .filter_map(|m| m.attendance.holder())
            .any(|other| bare(other) == bare(holder))
        {
            let field = format!("holder-{}", member.party);
            faults.push(Fault::field(field, "meeting-mandate-twice").value(holder));
        }
    }
    if faults.is_empty() {
        Ok(members)
    } else {
        Err(MeetingError::Invalid(faults))
    }
}

/// Who was in the room, without the names of deputies.
fn room_fact(schema: &str, meeting: uuid::Uuid, quorum: Quorum, members: &[Member]) -> Value {
    json!({
        "schema": schema,
        "meeting": meeting,
        "quorum": quorum,
        "attendance": attendance(members),
    })
}

/// Attendance as facts tell it.
pub(in crate::meetings) fn attendance(members: &[Member]) -> Vec<Value> {
    members
        .iter()
        .map(|m| json!({ "party": m.party, "name": m.name, "title": m.title, "how": m.attendance.code() }))
        .collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn member(n: u128) -> Member {
        Member {
            party: Id::from_uuid(Uuid::from_u128(n)),
            name: format!("成员{n}"),
            title: "书记".to_owned(),
            attendance: Attendance::Absent,
        }
    }

    fn mandate(holder: &str) -> Attendance {
        Attendance::Mandate {
            holder: holder.to_owned(),
        }
    }

    #[test]
    fn one_person_holds_one_mandate() {
        let members: Vec<Member> = (1..=3).map(member).collect();
        let at = |n: usize| members[n].party;
        let twice = Attend::from([(at(0), mandate("李红 副书记")), (at(2), mandate("李红副书记"))]);
        let refused = attended(members.clone(), &twice);
        assert!(matches!(refused, Err(MeetingError::Invalid(faults)) if faults.len() == 1));
        let apart = Attend::from([(at(0), mandate("李红")), (at(2), mandate("王强"))]);
        assert_eq!(Quorum::of(&attended(members, &apart).unwrap()).present, 2);
    }

    #[test]
    fn facts_do_not_name_deputies() {
        let mut all = vec![member(1)];
        all[0].attendance = mandate("李红");
        let told = room_fact("x", Uuid::nil(), Quorum::of(&all), &all).to_string();
        assert!(told.contains("mandate") && !told.contains("李红"), "{told}");
    }
}
