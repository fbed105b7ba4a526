//! The working text of an agreement before it is sent: composed from a decision, edited by the street.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::domain::clause::{Clause, ClauseKind, Every};
use super::domain::document::{Area, DecisionRef, Due, Funding, Measure, Mode, Obligation, Side, Term};
use crate::identity::party::domain::{PartyKind, PartyView};
use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Party};
use crate::web::i18n::Lang;

/// Days a party may take to sign, unless the draft says otherwise.
pub const SIGN_DAYS: i64 = 30;
/// Days of notice to end an agreement, unless the draft says otherwise.
const NOTICE_DAYS: u32 = 30;

/// The working text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftBody {
    /// Title.
    pub title: String,
    /// Base or project.
    pub mode: Mode,
    /// Tag of the authentic language.
    pub language: String,
    /// First and last day.
    pub term: Term,
    /// Last day to sign.
    pub sign_by: CivilDate,
    /// The parties in the order of their refs.
    pub parties: Vec<DraftParty>,
    /// Who owes what to whom.
    pub obligations: Vec<Obligation>,
    /// Who bears costs.
    pub funding: Vec<Funding>,
    /// The clauses.
    pub clauses: Vec<Clause>,
    /// The decision it rests on.
    pub decision: DecisionRef,
    /// The plan that proposed it.
    pub plan: Option<Uuid>,
}

/// A party of a draft; its name is read when the draft is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftParty {
    /// `p1`, `p2`, …
    #[serde(rename = "ref")]
    pub reference: String,
    /// The party.
    pub id: Uuid,
    /// Which side.
    pub side: Side,
}

/// What a joint meeting adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// The meeting.
    pub meeting: Uuid,
    /// Item of its agenda, from 1.
    pub item: u32,
    /// The meeting as the basis clause names it, 靖和街道2026年第1次党建联席会议.
    pub meeting_name: String,
    /// The day it was held.
    pub held_on: CivilDate,
    /// The plan that proposed the item.
    pub plan: Option<Uuid>,
    /// What the item is called; composed of the parties' names if it has no name.
    pub title: Option<String>,
    /// Base or project.
    pub mode: Mode,
    /// The authentic language.
    pub language: Lang,
    /// First and last day.
    pub term: Term,
    /// Its parties.
    pub parties: Vec<Id<Party>>,
    /// Who gives what to whom.
    pub services: Vec<AdoptedService>,
}

/// A service in one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptedService {
    /// Who gives.
    pub from: Id<Party>,
    /// Who gets.
    pub to: Vec<Id<Party>>,
    /// Which area.
    pub area: Area,
    /// What, in a sentence.
    pub what: String,
    /// Counted in what.
    pub unit: Measure,
    /// How much.
    pub quantity: u32,
    /// Days in which it can be given; kept within the agreement's term.
    pub days: Term,
    /// The offer it uses.
    pub offer: Option<Uuid>,
    /// The need it meets.
    pub need: Option<Uuid>,
}

/// Composes the draft of an adopted item: communities first, then the street, then units; instalments by
/// quarter; the sixteen clauses in the authentic language. `None` if a service names a party not in `parties`.
#[must_use]
pub fn compose(adopted: &Adopted, parties: &[PartyView], today: CivilDate) -> Option<DraftBody> {
    let mut sorted: Vec<&PartyView> = parties.iter().collect();
    sorted.sort_by_key(|party| side_of(party.kind));
    let listed: Vec<DraftParty> = sorted
        .iter()
        .enumerate()
        .map(|(i, party)| DraftParty {
            reference: format!("p{}", i + 1),
            id: party.id.uuid(),
            side: side_of(party.kind),
        })
        .collect();
    let reference = |id: Id<Party>| {
        listed
            .iter()
            .find(|p| p.id == id.uuid())
            .map(|p| p.reference.clone())
    };
    let lang = adopted.language;
    let mut obligations = Vec::with_capacity(adopted.services.len());
    for (i, service) in adopted.services.iter().enumerate() {
        let to: Option<Vec<String>> = service.to.iter().map(|id| reference(*id)).collect();
        obligations.push(Obligation {
            reference: format!("o{}", i + 1),
            from: reference(service.from)?,
            to: to?,
            area: service.area,
            what: service.what.clone(),
            unit: service.unit,
            quantity: service.quantity,
            acceptance: lang.t("clause-acceptance"),
            due: instalments(within(service.days, adopted.term), service.quantity),
            offer: service.offer,
            need: service.need,
        });
    }
    let names: Vec<&str> = sorted.iter().map(|party| party.name.as_str()).collect();
    let sign_by = today.plus_days(SIGN_DAYS).min(adopted.term.until);
    Some(DraftBody {
        title: adopted
            .title
            .clone()
            .unwrap_or_else(|| lang.ta("clause-title", &[("parties", &names.join("、"))])),
        mode: adopted.mode,
        language: lang.tag().to_owned(),
        term: adopted.term,
        sign_by,
        clauses: clauses(adopted, &sorted),
        parties: listed,
        obligations,
        funding: Vec::new(),
        decision: DecisionRef {
            meeting: adopted.meeting,
            item: adopted.item,
        },
        plan: adopted.plan,
    })
}

/// The days of `inner` that lie in `outer`; all of `outer` if none does.
fn within(inner: Term, outer: Term) -> Term {
    let (from, until) = (inner.from.max(outer.from), inner.until.min(outer.until));
    if from <= until {
        Term { from, until }
    } else {
        outer
    }
}

/// The side a kind of party stands on; a district's own office stands with the street.
#[must_use]
pub fn side_of(kind: PartyKind) -> Side {
    match kind {
        PartyKind::Community => Side::Community,
        PartyKind::Unit => Side::Unit,
        PartyKind::Street | PartyKind::District => Side::Street,
    }
}

/// One instalment per calendar quarter touched by the term, as equal as whole numbers allow, the larger ones
/// first; a single one if there is less than one per quarter.
#[must_use]
pub fn instalments(term: Term, quantity: u32) -> Vec<Due> {
    let mut windows = Vec::new();
    let mut from = term.from;
    while from <= term.until && windows.len() < 20 {
        let to_quarter_end = (12 - i32::from(from.month())) % 3;
        let until = from.plus_months(to_quarter_end).month_end().min(term.until);
        windows.push((from, until));
        from = until.plus_days(1);
    }
    let count = u32::try_from(windows.len()).unwrap_or(1).max(1);
    if quantity < count {
        return vec![Due {
            from: term.from,
            until: term.until,
            quantity,
        }];
    }
    let (each, more) = (quantity / count, quantity % count);
    windows
        .into_iter()
        .zip(0_u32..)
        .map(|((from, until), i)| Due {
            from,
            until,
            quantity: each + u32::from(i < more),
        })
        .collect()
}

fn clauses(adopted: &Adopted, parties: &[&PartyView]) -> Vec<Clause> {
    let lang = adopted.language;
    let named: Vec<String> = parties
        .iter()
        .zip(0_usize..)
        .map(|(party, i)| name_line(lang, i, party))
        .collect();
    let mut areas: Vec<Area> = adopted.services.iter().map(|s| s.area).collect();
    areas.sort_unstable();
    areas.dedup();
    let areas: Vec<String> = areas
        .iter()
        .map(|a| lang.t(&format!("area-{}", a.short())))
        .collect();
    let args = [
        ("parties", named.join("；")),
        ("meeting", adopted.meeting_name.clone()),
        ("held", day_words(lang, adopted.held_on)),
        ("item", adopted.item.to_string()),
        ("areas", areas.join("、")),
        ("mode", lang.t(&format!("mode-{}", adopted.mode.code()))),
        ("from", day_words(lang, adopted.term.from)),
        ("until", day_words(lang, adopted.term.until)),
        ("days", NOTICE_DAYS.to_string()),
        ("copies", (parties.len() + 1).to_string()),
    ];
    let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let clause = |(i, kind): (usize, &ClauseKind)| Clause {
        reference: format!("c{}", i + 1),
        kind: *kind,
        text: lang.ta(&format!("clause-{}", kind.code()), &args),
        notice_days: (*kind == ClauseKind::Termination).then_some(NOTICE_DAYS),
        unilateral: (*kind == ClauseKind::Termination).then_some(true),
        every: (*kind == ClauseKind::Review).then_some(Every::Quarter),
    };
    ClauseKind::standard().iter().enumerate().map(clause).collect()
}

/// 甲方（社区）：…, with code and address where there are any.
fn name_line(lang: Lang, place: usize, party: &PartyView) -> String {
    let letter = lang.t(&format!("clause-party-{}", place + 1));
    let side = lang.t(&format!("party-kind-{}", party.kind.code()));
    let mut line = lang.ta(
        "clause-party",
        &[("letter", &letter), ("side", &side), ("name", &party.name)],
    );
    if let Some(code) = &party.credit_code {
        line.push_str(&lang.ta("clause-party-code", &[("code", code)]));
    }
    if !party.address.is_empty() {
        line.push_str(&lang.ta("clause-party-address", &[("address", &party.address)]));
    }
    line
}

/// A day in words of a language.
#[must_use]
pub fn day_words(lang: Lang, day: CivilDate) -> String {
    let name = lang.t(&format!("month-{}", day.month()));
    lang.ta(
        "day-long",
        &[
            ("year", &day.year().to_string()),
            ("month", &day.month().to_string()),
            ("name", &name),
            ("day", &day.day().to_string()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(from: &str, until: &str) -> Term {
        Term {
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
        }
    }

    #[test]
    fn instalments_follow_the_quarters_and_add_up() {
        let due = instalments(term("2026-04-15", "2026-12-31"), 100);
        let shown: Vec<String> = due
            .iter()
            .map(|d| format!("{}–{} {}", d.from, d.until, d.quantity))
            .collect();
        assert_eq!(
            shown,
            [
                "2026-04-15–2026-06-30 34",
                "2026-07-01–2026-09-30 33",
                "2026-10-01–2026-12-31 33"
            ]
        );
        for quantity in 1..40 {
            let due = instalments(term("2026-01-31", "2028-12-31"), quantity);
            assert_eq!(due.iter().map(|d| d.quantity).sum::<u32>(), quantity);
            assert!(due.iter().all(|d| d.quantity > 0 && d.from <= d.until));
            assert!(due.windows(2).all(|w| w[0].until < w[1].from));
        }
        assert_eq!(instalments(term("2026-05-01", "2026-05-01"), 3).len(), 1);
    }
}
