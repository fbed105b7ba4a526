//! How an agreement ends before its term, or goes on without a party that leaves it: the member `termination`
//! of a version of that kind, and what a single party may bring about by notice.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::clause::ClauseKind;
use super::document::{Document, Obligation, Side};
use super::rules::one_sided;
use crate::kernel::date::CivilDate;
use crate::kernel::problem::Fault;

/// The end, as the parties sign it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Termination {
    /// Why.
    pub reason: String,
    /// The day it ends.
    pub effective_on: CivilDate,
    /// Only this party leaves; the others go on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub leaving: Option<String>,
    /// What becomes of instalments still open.
    pub settlements: Vec<Settlement>,
}

/// What becomes of one instalment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// The obligation's ref.
    pub obligation: String,
    /// Place of the instalment in the obligation, from 1.
    pub due_no: u32,
    /// What becomes of it.
    pub action: Action,
    /// Until when it is still fulfilled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<CivilDate>,
}

/// Ways to settle an instalment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 免除
    Waive,
    /// 限期完成
    FinishBy,
}

impl Action {
    /// The wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Waive => "waive",
            Self::FinishBy => "finish_by",
        }
    }

    /// Reads the wire form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Waive, Self::FinishBy]
            .into_iter()
            .find(|action| action.code() == code)
    }
}

/// Every fault of the end on its own.
pub(super) fn faults(doc: &Document, faults: &mut Vec<Fault>) {
    let Some(end) = &doc.termination else { return };
    let day = |place: &str, code, day: CivilDate| {
        Fault::pointer(format!("/termination/{place}"), code).value(&day.to_string())
    };
    if end.effective_on > doc.term.until {
        faults.push(day("effective_on", "end-after-term", end.effective_on));
    }
    if doc.sign_by > end.effective_on {
        faults.push(Fault::pointer("/sign_by", "sign-by-after-end").value(&doc.sign_by.to_string()));
    }
    if let Some(leaving) = &end.leaving {
        if doc.party(leaving).is_none() {
            faults.push(Fault::pointer("/termination/leaving", "unknown-party").value(leaving));
        } else if !goes_on_without(doc, &BTreeSet::from([leaving.as_str()])) {
            faults.push(Fault::pointer("/termination/leaving", "rest-not-two-way"));
        }
    }
    let mut once = BTreeSet::new();
    for (i, settlement) in end.settlements.iter().enumerate() {
        let place = format!("settlements/{i}");
        let owed = settled(doc, settlement);
        if owed.is_none() {
            faults.push(Fault::pointer(
                format!("/termination/{place}"),
                "no-such-instalment",
            ));
        } else if !once.insert((settlement.obligation.as_str(), settlement.due_no)) {
            faults.push(Fault::pointer(format!("/termination/{place}"), "given-twice"));
        }
        match (settlement.action, settlement.until, owed) {
            (Action::Waive, None, _) | (Action::FinishBy, _, None) => {}
            (Action::FinishBy, Some(until), Some((_, due))) if until >= due.from => {}
            (Action::FinishBy, Some(until), _) => {
                faults.push(day(&format!("{place}/until"), "until-before-from", until));
            }
            (Action::Waive, Some(_), _) => {
                faults.push(Fault::pointer(
                    format!("/termination/{place}/until"),
                    "unknown-member",
                ));
            }
            (Action::FinishBy, None, _) => {
                faults.push(Fault::pointer(format!("/termination/{place}/until"), "required"));
            }
        }
    }
}

/// The obligation and instalment a settlement is about.
fn settled<'a>(doc: &'a Document, settlement: &Settlement) -> Option<(&'a Obligation, super::document::Due)> {
    let owed = doc
        .obligations
        .iter()
        .find(|owed| owed.reference == settlement.obligation)?;
    let place = usize::try_from(settlement.due_no).ok()?.checked_sub(1)?;
    Some((owed, *owed.due.get(place)?))
}

/// The settlement of the instalment with these days, if there is one.
#[must_use]
pub fn settlement_of<'a>(
    doc: &'a Document,
    obligation: &str,
    days: (CivilDate, CivilDate),
) -> Option<&'a Settlement> {
    doc.termination.as_ref()?.settlements.iter().find(|settlement| {
        settlement.obligation == obligation
            && settled(doc, settlement).is_some_and(|(_, due)| (due.from, due.until) == days)
    })
}

/// The document without these parties and what is owed by or only to them.
#[must_use]
pub fn without(doc: &Document, gone: &BTreeSet<&str>) -> Document {
    let mut rest = doc.clone();
    rest.parties
        .retain(|party| !gone.contains(party.reference.as_str()));
    for owed in &mut rest.obligations {
        owed.to.retain(|to| !gone.contains(to.as_str()));
    }
    rest.obligations
        .retain(|owed| !gone.contains(owed.from.as_str()) && !owed.to.is_empty());
    rest
}

/// Whether the others are still an agreement without these parties: two-way, of two sides, each service between
/// sides it may be between.
#[must_use]
pub fn goes_on_without(doc: &Document, gone: &BTreeSet<&str>) -> bool {
    let rest = without(doc, gone);
    let sides: BTreeSet<Side> = rest.parties.iter().map(|party| party.side).collect();
    rest.parties.len() >= 2
        && sides.len() >= 2
        && one_sided(&rest).is_empty()
        && super::rules::unit_to_unit(&rest).is_empty()
}

/// Whether `author` alone may bring the end about by notice given on `on`: the clause allows it, the notice is
/// long enough, a party that leaves leaves by itself, and nothing of others is settled.
#[must_use]
pub fn binds_alone(doc: &Document, author: &str, on: CivilDate) -> bool {
    let Some(end) = &doc.termination else { return false };
    let clause = doc
        .clauses
        .iter()
        .find(|clause| clause.kind == ClauseKind::Termination);
    let notice = clause
        .filter(|clause| clause.unilateral == Some(true))
        .and_then(|clause| clause.notice_days);
    let long_enough = notice.is_some_and(|days| end.effective_on >= on.plus_days(days.into()));
    let own = |settlement: &Settlement| {
        settled(doc, settlement).is_some_and(|(owed, _)| match settlement.action {
            Action::Waive => owed.to == [author],
            Action::FinishBy => owed.from == author,
        })
    };
    long_enough
        && end.leaving.as_deref().is_none_or(|leaving| leaving == author)
        && end.settlements.iter().all(own)
}
