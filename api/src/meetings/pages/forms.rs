//! Reading posted forms: every fault is told, not the first alone.

use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Party};
use crate::kernel::problem::Fault;
use crate::kernel::text::{Text, TextFault};
use crate::meetings::domain::{Attendance, Ballot, CallMeeting, MEMBERS_MAX, Member, Notice, Outcome};
use crate::meetings::service::{Attend, Decide};
use crate::web::form::Posted;

/// A bounded text; its fault goes to `faults`.
pub(super) fn text<const MIN: usize, const MAX: usize>(
    posted: &Posted,
    name: &str,
    faults: &mut Vec<Fault>,
) -> Option<Text<MIN, MAX>> {
    let fault = match Text::parse(posted.value(name)) {
        Ok(text) => return Some(text),
        Err(TextFault::Empty) => Fault::field(name, "required"),
        Err(TextFault::Short { min }) => Fault::field(name, "too-short").arg("min", min.to_string()),
        Err(TextFault::Long { max }) => Fault::field(name, "too-long").arg("max", max.to_string()),
        Err(TextFault::Control) => Fault::field(name, "control"),
    };
    faults.push(fault);
    None
}

/// The revision the form was made from; 0, which no meeting has, if it is not there.
pub(super) fn rev(posted: &Posted) -> i32 {
    posted.value("rev").parse().unwrap_or(0)
}

/// Day, hour and place.
pub(super) fn notice(posted: &Posted, faults: &mut Vec<Fault>) -> Option<Notice> {
    let raw = posted.value("held_on").trim();
    let held_on: Option<CivilDate> = raw.parse().ok();
    if raw.is_empty() {
        faults.push(Fault::field("held_on", "required"));
    } else if held_on.is_none() {
        faults.push(Fault::field("held_on", "not-a-day").value(raw));
    }
    let starts = hour(posted.value("starts"));
    if starts.is_none() {
        faults.push(Fault::field("starts", "meeting-hour").value(posted.value("starts")));
    }
    let place = text(posted, "place", faults);
    Some(Notice {
        held_on: held_on?,
        starts: starts?,
        place: place?,
        short_notice: posted.value("short_notice") == "yes",
    })
}

/// `9:5`, `09:05`, `09：05` → `09:05`
fn hour(raw: &str) -> Option<String> {
    let raw = raw.trim().replace('：', ":");
    let (hour, minute) = raw.split_once(':')?;
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

/// The form of a new meeting.
pub(super) fn call(posted: &Posted) -> Result<CallMeeting, Vec<Fault>> {
    let mut faults = Vec::new();
    let notice = notice(posted, &mut faults);
    let mut members: Vec<(Id<Party>, Text<1, 40>)> = Vec::new();
    for raw in posted.values("member").iter().take(MEMBERS_MAX + 1) {
        let title = text(posted, &format!("title-{raw}"), &mut faults);
        match (raw.parse(), title) {
            (Ok(party), Some(title)) => members.push((party, title)),
            (Err(_), _) => faults.push(Fault::field("member", "meeting-member-unknown")),
            (Ok(_), None) => {}
        }
    }
    let chair: Option<Id<Party>> = posted.value("chair").parse().ok();
    if chair.is_none() {
        faults.push(Fault::field("chair", "choose"));
    }
    let proposals: Vec<_> = posted
        .values("proposal")
        .iter()
        .filter_map(|raw| raw.parse().ok())
        .collect();
    if proposals.is_empty() {
        faults.push(Fault::field("proposal", "meeting-agenda-empty"));
    }
    match (notice, chair) {
        (Some(notice), Some(chair)) if faults.is_empty() => Ok(CallMeeting {
            notice,
            chair,
            members,
            proposals,
        }),
        _ => Err(faults),
    }
}

/// Who came: a tick for those present, a name for those who sent a deputy.
pub(super) fn attend(posted: &Posted, members: &[Member]) -> Result<Attend, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut attend = Attend::new();
    for member in members {
        let id = member.party.to_string();
        let present = posted.values("present").contains(&id);
        let field = format!("holder-{id}");
        let Some(holder) = text::<0, 40>(posted, &field, &mut faults) else {
            continue;
        };
        let given = match (present, holder.as_str().is_empty()) {
            (true, true) => Attendance::Present,
            (false, true) => Attendance::Absent,
            (false, false) => Attendance::Mandate {
                holder: holder.into_string(),
            },
            (true, false) => {
                faults.push(Fault::field(field, "meeting-present-and-mandate"));
                continue;
            }
        };
        attend.insert(member.party, given);
    }
    if faults.is_empty() {
        Ok(attend)
    } else {
        Err(faults)
    }
}

/// The outcome chosen.
pub(super) fn outcome(posted: &Posted, faults: &mut Vec<Fault>) -> Option<Outcome> {
    let outcome = Outcome::from_code(posted.value("outcome"));
    if outcome.is_none() {
        faults.push(Fault::field("outcome", "choose"));
    }
    outcome
}

/// The form of one decision.
pub(super) fn decide(posted: &Posted, item: i32) -> Result<Decide, Vec<Fault>> {
    let mut faults = Vec::new();
    let outcome = outcome(posted, &mut faults);
    let mut votes = |name: &str| {
        let raw = posted.value(name).trim();
        let count = if raw.is_empty() { Some(0) } else { raw.parse().ok() };
        if count.is_none() {
            faults.push(Fault::field(name, "not-a-number").value(raw));
        }
        count.unwrap_or(0)
    };
    let ballot = Ballot {
        yes: votes("yes"),
        no: votes("no"),
        abstain: votes("abstain"),
    };
    let reason = text(posted, "reason", &mut faults);
    match (outcome, reason) {
        (Some(outcome), Some(reason)) if faults.is_empty() => Ok(Decide {
            item,
            outcome,
            ballot,
            reason,
        }),
        _ => Err(faults),
    }
}

#[cfg(test)]
mod tests {
    use super::hour;

    #[test]
    fn hours_are_read_as_people_write_them() {
        assert_eq!(hour(" 9:05 ").as_deref(), Some("09:05"));
        assert_eq!(hour("14：30").as_deref(), Some("14:30"));
        for wrong in ["", "14", "24:00", "12:60", "下午2点", "-1:00"] {
            assert_eq!(hour(wrong), None, "{wrong}");
        }
    }
}
