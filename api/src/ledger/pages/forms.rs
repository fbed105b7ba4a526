//! What the forms of the acts hold.

use crate::kernel::date::CivilDate;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::text::Text;
use crate::ledger::domain::delivery::NewDelivery;
use crate::ledger::service::{EVIDENCE_MOST, File, Why};
use crate::web::form::Posted;
use crate::web::upload::Uploaded;

/// A day as people write it, for today's century only.
fn day(posted: &Posted, name: &str, faults: &mut Vec<Fault>) -> Option<CivilDate> {
    let raw = posted.value(name).trim();
    let day = raw.parse().ok();
    if raw.is_empty() {
        faults.push(Fault::field(name, "required"));
    } else if day.is_none() {
        faults.push(Fault::field(name, "not-a-day").value(raw));
    }
    day
}

/// A report with its files; every fault at once.
pub(super) fn report(sent: Uploaded) -> Result<(NewDelivery, Vec<File>), Problem> {
    let posted = &sent.posted;
    let mut faults = sent.faults;
    let quantity = posted.whole("quantity", &mut faults);
    let on = day(posted, "on", &mut faults);
    let beneficiaries = match posted.value("beneficiaries").trim() {
        "" => None,
        _ => posted.whole("beneficiaries", &mut faults),
    };
    let place: Option<Text<0, 100>> = posted.text("place", &mut faults);
    let note: Option<Text<0, 200>> = posted.text("note", &mut faults);
    if sent.files.len() > EVIDENCE_MOST {
        faults.push(Fault::field("files", "upload-too-many").arg("limit", EVIDENCE_MOST.to_string()));
    }
    let mut files = Vec::new();
    for bytes in sent.files {
        match File::read(bytes) {
            Ok(file) => files.push(file),
            Err(_) => faults.push(Fault::field("files", "evidence-media")),
        }
    }
    let (Some(quantity), Some(on), Some(place), Some(note), true) =
        (quantity, on, place, note, faults.is_empty())
    else {
        return Err(Problem::validation(faults));
    };
    let new = NewDelivery {
        quantity,
        on,
        beneficiaries,
        place,
        note,
        evidence: files.iter().map(File::hash).collect(),
        external_ref: None,
        excess: posted.value("excess") == "yes",
    };
    Ok((new, files))
}

/// A confirmation: how much, and a note.
pub(super) fn confirmation(posted: &Posted) -> Result<(i32, Text<0, 200>), Problem> {
    let mut faults = Vec::new();
    let quantity = posted.whole("quantity", &mut faults);
    let note = posted.text("note", &mut faults);
    match (quantity, note) {
        (Some(quantity), Some(note)) => Ok((quantity, note)),
        _ => Err(Problem::validation(faults)),
    }
}

/// A reason the other side reads.
pub(super) fn reason(posted: &Posted) -> Result<Why, Problem> {
    let mut faults = Vec::new();
    let reason = posted.text("reason", &mut faults);
    reason.ok_or_else(|| Problem::validation(faults))
}

/// How the meeting settled: which meeting, how much, why.
pub(super) fn settlement(posted: &Posted) -> Result<(i64, i32, Why), Problem> {
    let mut faults = Vec::new();
    let meeting = posted.whole("meeting", &mut faults).map(i64::from);
    let quantity = posted.whole("quantity", &mut faults);
    let reason = posted.text("reason", &mut faults);
    match (meeting, quantity, reason) {
        (Some(meeting), Some(quantity), Some(reason)) => Ok((meeting, quantity, reason)),
        _ => Err(Problem::validation(faults)),
    }
}
