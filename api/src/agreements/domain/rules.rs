//! The rules of a version document beyond its shape, each fault with its place.

use std::collections::BTreeSet;

use super::clause::ClauseKind;
use super::credit_code;
use super::document::{Document, Obligation, Side, VersionKind};
use super::ending;
use crate::kernel::problem::Fault;
use crate::log::hash::Hash32;

/// Longest term, months.
const TERM_MONTHS: i32 = 60;

/// Every fault of a document on its own, the two-way rule apart.
#[must_use]
pub fn faults(doc: &Document) -> Vec<Fault> {
    let mut faults = Vec::new();
    kind(doc, &mut faults);
    term(doc, &mut faults);
    parties(doc, &mut faults);
    let refs: BTreeSet<&str> = doc.parties.iter().map(|p| p.reference.as_str()).collect();
    for (i, obligation) in doc.obligations.iter().enumerate() {
        self::obligation(doc, &refs, obligation, &format!("/obligations/{i}"), &mut faults);
    }
    let owed = doc.obligations.iter().map(|o| o.reference.as_str());
    numbered(doc.kind, owed, "o", "obligations", &mut faults);
    faults.extend(unit_to_unit(doc));
    clauses(doc, &mut faults);
    ending::faults(doc, &mut faults);
    public_texts(doc, &mut faults);
    faults
}

/// The two-way rule: every party gives at least once and gets at least once. One fault per party that does not.
#[must_use]
pub fn one_sided(doc: &Document) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (i, party) in doc.parties.iter().enumerate() {
        let gives = doc.obligations.iter().any(|o| o.from == party.reference);
        let gets = doc.obligations.iter().any(|o| o.to.contains(&party.reference));
        let code = match (gives, gets) {
            (true, true) => continue,
            (true, false) => "only-gives",
            (false, true) => "only-gets",
            (false, false) => "neither-gives-nor-gets",
        };
        faults.push(Fault::pointer(format!("/parties/{i}"), code).arg("party", party.name.clone()));
    }
    faults
}

/// Services from unit to unit stand only in a circle: an agreement of three or more with a community in it.
#[must_use]
pub(super) fn unit_to_unit(doc: &Document) -> Vec<Fault> {
    let side = |reference: &str| doc.party(reference).map(|party| party.side);
    let has_community = doc.parties.iter().any(|party| party.side == Side::Community);
    if has_community && doc.parties.len() > 2 {
        return Vec::new();
    }
    let between_units = |owed: &Obligation| {
        side(&owed.from) == Some(Side::Unit) && owed.to.iter().any(|to| side(to) == Some(Side::Unit))
    };
    let owed = doc.obligations.iter().enumerate();
    owed.filter(|(_, owed)| between_units(owed))
        .map(|(i, _)| Fault::pointer(format!("/obligations/{i}/to"), "unit-to-unit"))
        .collect()
}

/// Every fault of `doc` as the version after `before`, whose bytes have the hash `previous`. What a version
/// offered after signing keeps of the one in force is judged by [`super::change::base_faults`].
#[must_use]
pub fn chain_faults(doc: &Document, before: &Document, previous: Hash32) -> Vec<Fault> {
    let same_parties = || {
        let ids = |d: &Document| {
            d.parties
                .iter()
                .map(|p| (p.reference.clone(), p.id))
                .collect::<Vec<_>>()
        };
        ids(doc) == ids(before)
    };
    let checks = [
        (doc.agreement == before.agreement, "/agreement"),
        (doc.tenant == before.tenant, "/tenant"),
        (doc.number == before.number, "/number"),
        (doc.version == before.version + 1, "/version"),
        (doc.previous == Some(previous), "/previous"),
        (doc.decision == before.decision, "/decision"),
        (doc.plan == before.plan, "/plan"),
        (doc.language == before.language, "/language"),
        (!doc.kind.is_before_signing() || same_parties(), "/parties"),
    ];
    checks
        .into_iter()
        .filter(|(holds, _)| !holds)
        .map(|(_, place)| Fault::pointer(place, "not-the-next-version"))
        .collect()
}

/// Every fault of a counter-offer against what the meeting adopted: the same obligations by the same parties,
/// each quantity within `percent` of the adopted one.
#[must_use]
pub fn mandate_faults(doc: &Document, adopted: &Document, percent: u32) -> Vec<Fault> {
    let mut faults = Vec::new();
    if doc.obligations.len() != adopted.obligations.len() {
        faults.push(Fault::pointer("/obligations", "not-the-next-version"));
    }
    for (i, (owed, first)) in doc.obligations.iter().zip(&adopted.obligations).enumerate() {
        let place = format!("/obligations/{i}");
        let same = owed.from == first.from
            && owed.to == first.to
            && owed.area == first.area
            && owed.unit == first.unit
            && owed.offer == first.offer
            && owed.need == first.need;
        if !same {
            faults.push(Fault::pointer(place.clone(), "not-the-next-version"));
        }
        let (min, max) = mandate(first.quantity, percent);
        if !(min..=max).contains(&owed.quantity) {
            faults.push(
                Fault::pointer(format!("{place}/quantity"), "beyond-mandate")
                    .value(&owed.quantity.to_string())
                    .arg("min", min.to_string())
                    .arg("max", max.to_string()),
            );
        }
    }
    faults
}

/// Least and greatest quantity within `percent` of an adopted one; rounded inwards, at least 1.
#[must_use]
pub fn mandate(adopted: u32, percent: u32) -> (u32, u32) {
    let adopted = u64::from(adopted);
    let percent = u64::from(percent.min(100));
    let min = (adopted * (100 - percent)).div_ceil(100).max(1);
    let max = adopted * (100 + percent) / 100;
    (
        u32::try_from(min).unwrap_or(u32::MAX),
        u32::try_from(max).unwrap_or(u32::MAX),
    )
}

fn kind(doc: &Document, faults: &mut Vec<Fault>) {
    let first = doc.version == 1;
    if first != (doc.kind == VersionKind::Original) {
        faults.push(Fault::pointer("/kind", "kind-for-version"));
    }
    if first != doc.previous.is_none() {
        faults.push(Fault::pointer("/previous", "previous-for-version"));
    }
    match (doc.kind.is_before_signing(), doc.base) {
        (true, Some(_)) => faults.push(Fault::pointer("/base", "base-not-null")),
        (false, None) => faults.push(Fault::pointer("/base", "base-not-in-force")),
        _ => {}
    }
    if (doc.kind == VersionKind::Termination) != doc.termination.is_some() {
        faults.push(Fault::pointer("/termination", "termination-for-kind"));
    }
}

fn term(doc: &Document, faults: &mut Vec<Fault>) {
    if doc.term.until < doc.term.from {
        faults.push(Fault::pointer("/term/until", "until-before-from").value(&doc.term.until.to_string()));
    } else if doc.term.until >= doc.term.from.plus_months(TERM_MONTHS) {
        faults.push(Fault::pointer("/term/until", "term-too-long").value(&doc.term.until.to_string()));
    }
    if doc.sign_by > doc.term.until {
        faults.push(Fault::pointer("/sign_by", "sign-by-after-term").value(&doc.sign_by.to_string()));
    }
}

fn parties(doc: &Document, faults: &mut Vec<Fault>) {
    let refs = doc.parties.iter().map(|p| p.reference.as_str());
    numbered(doc.kind, refs, "p", "parties", faults);
    let mut ids = BTreeSet::new();
    for (i, party) in doc.parties.iter().enumerate() {
        if !ids.insert(party.id) {
            faults.push(Fault::pointer(format!("/parties/{i}/id"), "given-twice"));
        }
        let place = format!("/parties/{i}/credit_code");
        if let Some(code) = party
            .credit_code
            .as_ref()
            .filter(|code| !credit_code::is_valid(code))
        {
            faults.push(Fault::pointer(place, "credit-code").value(code));
        }
    }
    let sides: BTreeSet<Side> = doc.parties.iter().map(|p| p.side).collect();
    if sides.len() < 2 {
        faults.push(Fault::pointer("/parties", "one-side-only"));
    }
}

/// Refs run p1, p2, … in order. A version offered after signing may leave some out: those it keeps are known
/// by the ref they had.
fn numbered<'a>(
    kind: VersionKind,
    refs: impl Iterator<Item = &'a str>,
    letter: &str,
    list: &str,
    faults: &mut Vec<Fault>,
) {
    let mut least = 1_usize;
    for (i, reference) in refs.enumerate() {
        let number = reference
            .strip_prefix(letter)
            .and_then(|digits| digits.parse::<usize>().ok());
        let number = number.filter(|n| format!("{letter}{n}") == *reference);
        let fits = number.is_some_and(|n| n == least || (n > least && !kind.is_before_signing()));
        if !fits {
            faults.push(
                Fault::pointer(format!("/{list}/{i}/ref"), "ref-order")
                    .value(reference)
                    .arg("expected", format!("{letter}{least}")),
            );
        }
        least = number.unwrap_or(least).max(least) + 1;
    }
}

fn obligation(
    doc: &Document,
    refs: &BTreeSet<&str>,
    owed: &Obligation,
    place: &str,
    faults: &mut Vec<Fault>,
) {
    if !refs.contains(owed.from.as_str()) {
        faults.push(Fault::pointer(format!("{place}/from"), "unknown-party").value(&owed.from));
    }
    let mut seen = BTreeSet::new();
    for (i, to) in owed.to.iter().enumerate() {
        let code = if !refs.contains(to.as_str()) {
            "unknown-party"
        } else if *to == owed.from {
            "owes-itself"
        } else if !seen.insert(to) {
            "given-twice"
        } else {
            continue;
        };
        faults.push(Fault::pointer(format!("{place}/to/{i}"), code).value(to));
    }
    let sum: u64 = owed.due.iter().map(|d| u64::from(d.quantity)).sum();
    if sum != u64::from(owed.quantity) {
        faults.push(
            Fault::pointer(format!("{place}/quantity"), "sum-mismatch")
                .value(&owed.quantity.to_string())
                .arg("sum", sum.to_string()),
        );
    }
    let mut last = None;
    for (i, due) in owed.due.iter().enumerate() {
        let code = if due.until < due.from {
            "until-before-from"
        } else if due.from < doc.term.from || due.until > doc.term.until {
            "outside-term"
        } else if last.is_some_and(|last| due.from <= last) {
            "due-overlap"
        } else {
            last = Some(due.until);
            continue;
        };
        last = Some(due.until);
        faults.push(Fault::pointer(format!("{place}/due/{i}"), code).value(&due.from.to_string()));
    }
}

fn clauses(doc: &Document, faults: &mut Vec<Fault>) {
    let refs = doc.clauses.iter().map(|c| c.reference.as_str());
    numbered(doc.kind, refs, "c", "clauses", faults);
    let mut once = BTreeSet::new();
    for (i, clause) in doc.clauses.iter().enumerate() {
        if clause.kind != ClauseKind::Free && !once.insert(clause.kind) {
            faults
                .push(Fault::pointer(format!("/clauses/{i}/kind"), "given-twice").value(clause.kind.code()));
        }
    }
    if !once.contains(&ClauseKind::Termination) {
        faults.push(Fault::pointer("/clauses", "no-termination-clause"));
    }
}

/// Free texts are public: a phone or identity-card number does not belong in them.
fn public_texts(doc: &Document, faults: &mut Vec<Fault>) {
    let title = std::iter::once(("/title".to_owned(), doc.title.as_str()));
    let reason = doc
        .termination
        .iter()
        .map(|end| ("/termination/reason".to_owned(), end.reason.as_str()));
    let owed = doc.obligations.iter().enumerate().flat_map(|(i, o)| {
        [
            (format!("/obligations/{i}/what"), o.what.as_str()),
            (format!("/obligations/{i}/acceptance"), o.acceptance.as_str()),
        ]
    });
    let clauses = doc
        .clauses
        .iter()
        .enumerate()
        .map(|(i, c)| (format!("/clauses/{i}/text"), c.text.as_str()));
    for (place, text) in title.chain(owed).chain(clauses).chain(reason) {
        if holds_personal_number(text) {
            faults.push(Fault::pointer(place, "personal-number"));
        }
    }
}

/// Whether a text holds a mobile number (11 digits from 1) or an identity-card number (18 signs).
#[must_use]
pub fn holds_personal_number(text: &str) -> bool {
    let narrow = |sign: char| match sign {
        '０'..='９' => char::from_u32(u32::from(sign) - u32::from('０') + u32::from('0')).unwrap_or(sign),
        'ｘ' | 'Ｘ' | 'x' => 'X',
        other => other,
    };
    let plain: String = text.chars().map(narrow).collect();
    plain
        .split(|c: char| !c.is_ascii_digit() && c != 'X' && c != '-' && c != ' ')
        .map(|run| {
            run.chars()
                .filter(|c| c.is_ascii_digit() || *c == 'X')
                .collect::<String>()
        })
        .any(|run| is_mobile(&run) || is_card(&run))
}

fn is_mobile(run: &str) -> bool {
    run.len() == 11 && run.starts_with('1') && run.bytes().all(|b| b.is_ascii_digit())
}

/// An identity-card number: 17 digits with a birthday in them and a check sign. A credit code may look like one
/// and is none.
fn is_card(run: &str) -> bool {
    let birthday = || {
        let part = |from: usize, to: usize| run.get(from..to).and_then(|digits| digits.parse::<u16>().ok());
        let (year, month, day) = (part(6, 10)?, part(10, 12)?, part(12, 14)?);
        Some((1900..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day))
    };
    let digits = run
        .get(..17)
        .is_some_and(|first| first.bytes().all(|b| b.is_ascii_digit()));
    run.len() == 18 && digits && birthday() == Some(true) && !credit_code::is_valid(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_numbers_are_told_from_other_numbers() {
        for bad in [
            "电话13800000000",
            "（1380000 0000）",
            "号码11010519491231002X。",
            "１３８００００００００",
        ] {
            assert!(holds_personal_number(bad), "{bad}");
        }
        for good in [
            "12990000400000002X",
            "0433-7512345",
            "2026年1月1日至12月31日，共1200小时",
            "珲靖共建〔2026〕12号",
        ] {
            assert!(!holds_personal_number(good), "{good}");
        }
    }

    #[test]
    fn the_mandate_is_rounded_inwards() {
        assert_eq!(mandate(96, 20), (77, 115));
        assert_eq!(mandate(1, 20), (1, 1));
        assert_eq!(mandate(96, 30), (68, 124));
    }
}
