//! The rules of a version offered after all have signed, against the version in force.

use std::collections::BTreeSet;

use super::document::{Document, VersionKind};
use super::ending::without;
use super::rules::mandate;
use crate::kernel::date::CivilDate;
use crate::kernel::problem::Fault;
use crate::log::hash::Hash32;

/// Days before the end of the term from which a renewal may be offered.
pub const RENEWAL_DAYS: i64 = 60;

/// Every fault of `doc` as a change of `base`, which is in force and has the hash `hash`; `left` are the refs of
/// parties that have left since.
#[must_use]
pub fn base_faults(doc: &Document, base: &Document, hash: Hash32, left: &BTreeSet<&str>) -> Vec<Fault> {
    let mut faults = Vec::new();
    if doc.base != Some(hash) {
        faults.push(Fault::pointer("/base", "base-not-in-force"));
    }
    match doc.kind {
        VersionKind::Amendment | VersionKind::Renewal => amended(doc, base, left, &mut faults),
        VersionKind::Correction => unchanged(doc, &corrected(doc, base), &mut faults),
        VersionKind::Termination => unchanged(doc, base, &mut faults),
        VersionKind::Original | VersionKind::Counter => {
            faults.push(Fault::pointer("/kind", "kind-for-version"));
        }
    }
    faults
}

fn amended(doc: &Document, base: &Document, left: &BTreeSet<&str>, faults: &mut Vec<Fault>) {
    let later = doc.term.until > base.term.until;
    if later != (doc.kind == VersionKind::Renewal) {
        let code = if later {
            "needs-renewal"
        } else {
            "renewal-not-later"
        };
        faults.push(Fault::pointer("/term/until", code).value(&doc.term.until.to_string()));
    }
    let rest = without(base, left);
    let kept = [
        (doc.term.from == base.term.from, "/term/from"),
        (doc.mode == base.mode, "/mode"),
        (doc.parties == rest.parties, "/parties"),
    ];
    not_kept(&kept, faults);
}

/// The base with what a correction may change taken from it.
fn corrected(doc: &Document, base: &Document) -> Document {
    let mut free = base.clone();
    free.title.clone_from(&doc.title);
    for (clause, new) in free.clauses.iter_mut().zip(&doc.clauses) {
        clause.text.clone_from(&new.text);
    }
    for (owed, new) in free.obligations.iter_mut().zip(&doc.obligations) {
        owed.what.clone_from(&new.what);
        owed.acceptance.clone_from(&new.acceptance);
    }
    free
}

fn unchanged(doc: &Document, base: &Document, faults: &mut Vec<Fault>) {
    let kept = [
        (doc.mode == base.mode, "/mode"),
        (doc.title == base.title, "/title"),
        (doc.term == base.term, "/term"),
        (doc.parties == base.parties, "/parties"),
        (doc.funding == base.funding, "/funding"),
        (doc.obligations.len() == base.obligations.len(), "/obligations"),
        (doc.clauses.len() == base.clauses.len(), "/clauses"),
    ];
    not_kept(&kept, faults);
    let owed = doc.obligations.iter().zip(&base.obligations).enumerate();
    for (i, _) in owed.filter(|(_, (owed, before))| owed != before) {
        faults.push(Fault::pointer(
            format!("/obligations/{i}"),
            "not-the-next-version",
        ));
    }
    let clauses = doc.clauses.iter().zip(&base.clauses).enumerate();
    for (i, _) in clauses.filter(|(_, (clause, before))| clause != before) {
        faults.push(Fault::pointer(format!("/clauses/{i}"), "not-the-next-version"));
    }
}

fn not_kept(kept: &[(bool, &str)], faults: &mut Vec<Fault>) {
    let changed = kept.iter().filter(|(holds, _)| !holds);
    faults.extend(changed.map(|(_, place)| Fault::pointer(*place, "not-the-next-version")));
}

/// Every fault of an amendment or renewal against what the meeting adopted: obligations are adopted ones by
/// their ref; their quantity is within `percent` of the adopted one, counted for the term as long as it now is.
/// A renewal may ask for less: what is not carried over is left out.
#[must_use]
pub fn mandate_faults(doc: &Document, adopted: &Document, left: &BTreeSet<&str>, percent: u32) -> Vec<Fault> {
    let adopted_rest = without(adopted, left);
    let days = |doc: &Document| days_between(doc.term.from, doc.term.until);
    let mut faults = Vec::new();
    for (i, owed) in doc.obligations.iter().enumerate() {
        let place = format!("/obligations/{i}");
        let first = adopted_rest
            .obligations
            .iter()
            .find(|first| first.reference == owed.reference)
            .filter(|first| {
                owed.from == first.from
                    && owed.to == first.to
                    && owed.area == first.area
                    && owed.unit == first.unit
                    && owed.offer == first.offer
                    && owed.need == first.need
            });
        let Some(first) = first else {
            faults.push(Fault::pointer(place, "not-adopted"));
            continue;
        };
        let scaled = u64::from(first.quantity) * days(doc) / days(adopted);
        let (min, max) = mandate(u32::try_from(scaled).unwrap_or(u32::MAX), percent);
        let min = if doc.kind == VersionKind::Renewal { 1 } else { min };
        if !(min..=max).contains(&owed.quantity) {
            faults.push(
                Fault::pointer(format!("{place}/quantity"), "beyond-mandate")
                    .value(&owed.quantity.to_string())
                    .arg("min", min.to_string())
                    .arg("max", max.to_string()),
            );
        }
    }
    let all_there = adopted_rest
        .obligations
        .iter()
        .all(|first| doc.obligations.iter().any(|o| o.reference == first.reference));
    if doc.kind == VersionKind::Amendment && !all_there {
        faults.push(Fault::pointer("/obligations", "not-adopted"));
    }
    faults
}

fn days_between(from: CivilDate, until: CivilDate) -> u64 {
    u64::try_from(until.epoch_days() - from.epoch_days() + 1)
        .unwrap_or(1)
        .max(1)
}

/// The first day on which a renewal of a term may be offered.
#[must_use]
pub fn renewal_from(until: CivilDate) -> CivilDate {
    until.plus_days(-RENEWAL_DAYS)
}
