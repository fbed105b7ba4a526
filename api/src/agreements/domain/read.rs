//! From JSON to a [`Document`], collecting every fault of shape: members, types, lengths, ranges.

use serde_json::Value;

use super::clause::{Clause, ClauseKind, Every};
use super::document::{
    Area, Contact, DecisionRef, Document, Due, FundSource, Funding, Measure, Mode, Obligation, PartyEntry,
    SCHEMA, Side, Term, VersionKind,
};
use super::ending::{Action, Settlement, Termination};
use super::reader::{At, Members, Reader};
use crate::kernel::money::Fen;
use crate::kernel::problem::Fault;
use crate::log::hash::Hash32;

const MEMBERS: [&str; 19] = [
    "schema",
    "agreement",
    "tenant",
    "number",
    "version",
    "kind",
    "previous",
    "base",
    "mode",
    "title",
    "language",
    "term",
    "parties",
    "obligations",
    "funding",
    "clauses",
    "decision",
    "plan",
    "sign_by",
];

/// Largest quantity of an obligation.
const QUANTITY_MAX: u32 = 10_000_000;
/// Most instalments an end settles.
const SETTLEMENTS_MAX: usize = 600;
const FEN_MAX: i64 = 1_000_000_000_000;

pub(super) fn document(value: &Value) -> Result<Document, Vec<Fault>> {
    let mut reader = Reader::default();
    let root = At {
        value,
        place: String::new(),
    };
    let read = reader
        .object(&root, &MEMBERS, &["termination"])
        .and_then(|m| members(&mut reader, &m));
    match read {
        Some(document) if reader.faults.is_empty() => Ok(document),
        _ => Err(reader.faults),
    }
}

fn members(r: &mut Reader, m: &Members<'_>) -> Option<Document> {
    let schema = r.choice(&m.at("schema"), |s| (s == SCHEMA).then(|| s.to_owned()));
    let agreement = r.uuid(&m.at("agreement"));
    let tenant = r.uuid(&m.at("tenant"));
    let number = r.text(&m.at("number"), 1, 40);
    let version = r.count(&m.at("version"), 1, 10_000);
    let kind = r.choice(&m.at("kind"), VersionKind::from_code);
    let previous = r.or_null(&m.at("previous"), Reader::hash);
    let base = r.or_null(&m.at("base"), Reader::hash);
    let mode = r.choice(&m.at("mode"), |code| match code {
        "project" => Some(Mode::Project),
        "base" => Some(Mode::Base),
        _ => None,
    });
    let title = r.text(&m.at("title"), 1, 120);
    let language = r.choice(&m.at("language"), |tag| {
        ["zh-CN", "ko-CN"].contains(&tag).then(|| tag.to_owned())
    });
    let term = term(r, &m.at("term"));
    let parties = each(r, &m.at("parties"), 2, 20, party);
    let obligations = each(r, &m.at("obligations"), 2, 200, obligation);
    let funding = each(r, &m.at("funding"), 0, 20, funding);
    let clauses = each(r, &m.at("clauses"), 0, 50, clause);
    let decision = r.or_null(&m.at("decision"), decision);
    let plan = r.or_null(&m.at("plan"), Reader::uuid);
    let sign_by = r.day(&m.at("sign_by"));
    let end = m.has("termination").then(|| termination(r, &m.at("termination")));
    Some(Document {
        schema: schema?,
        agreement: agreement?,
        tenant: tenant?,
        number: number?,
        version: version?,
        kind: kind?,
        previous: previous?,
        base: base?,
        mode: mode?,
        title: title?,
        language: language?,
        term: term?,
        parties: parties?,
        obligations: obligations?,
        funding: funding?,
        clauses: clauses?,
        decision: decision?,
        plan: plan?,
        sign_by: sign_by?,
        termination: lift(end)?,
    })
}

fn each<T>(
    r: &mut Reader,
    at: &At<'_>,
    min: usize,
    max: usize,
    read: impl Fn(&mut Reader, &At<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let items = r.list(at, min, max)?;
    // Every item is read, so that all faults are told, before the list is given up.
    let read: Vec<Option<T>> = items.iter().map(|item| read(r, item)).collect();
    read.into_iter().collect()
}

fn term(r: &mut Reader, at: &At<'_>) -> Option<Term> {
    let m = r.object(at, &["from", "until"], &[])?;
    let (from, until) = (r.day(&m.at("from")), r.day(&m.at("until")));
    Some(Term {
        from: from?,
        until: until?,
    })
}

fn party(r: &mut Reader, at: &At<'_>) -> Option<PartyEntry> {
    let m = r.object(at, &["ref", "id", "name", "side", "credit_code", "contact"], &[])?;
    let reference = r.text(&m.at("ref"), 2, 3);
    let id = r.uuid(&m.at("id"));
    let name = r.text(&m.at("name"), 2, 120);
    let side = r.choice(&m.at("side"), Side::from_code);
    let credit_code = r.or_null(&m.at("credit_code"), |r, at| r.text(at, 18, 18));
    let contact = contact(r, &m.at("contact"));
    Some(PartyEntry {
        reference: reference?,
        id: id?,
        name: name?,
        side: side?,
        credit_code: credit_code?,
        contact: contact?,
    })
}

fn contact(r: &mut Reader, at: &At<'_>) -> Option<Contact> {
    let m = r.object(at, &["commitment", "title"], &[])?;
    let commitment = r.choice(&m.at("commitment"), |text| {
        Hash32::from_b64u(text).map(|h| h.b64u())
    });
    let title = r.text(&m.at("title"), 1, 40);
    Some(Contact {
        commitment: commitment?,
        title: title?,
    })
}

fn obligation(r: &mut Reader, at: &At<'_>) -> Option<Obligation> {
    let needed = [
        "ref",
        "from",
        "to",
        "area",
        "what",
        "unit",
        "quantity",
        "acceptance",
        "due",
        "offer",
        "need",
    ];
    let m = r.object(at, &needed, &[])?;
    let reference = r.text(&m.at("ref"), 2, 4);
    let from = r.text(&m.at("from"), 2, 3);
    let to = each(r, &m.at("to"), 1, 19, |r, at| r.text(at, 2, 3));
    let area = r.choice(&m.at("area"), Area::from_code);
    let what = r.text(&m.at("what"), 1, 500);
    let unit = r.choice(&m.at("unit"), Measure::from_code);
    let quantity = r.count(&m.at("quantity"), 1, QUANTITY_MAX);
    let acceptance = r.text(&m.at("acceptance"), 1, 200);
    let due = each(r, &m.at("due"), 1, 60, due);
    let offer = r.or_null(&m.at("offer"), Reader::uuid);
    let need = r.or_null(&m.at("need"), Reader::uuid);
    Some(Obligation {
        reference: reference?,
        from: from?,
        to: to?,
        area: area?,
        what: what?,
        unit: unit?,
        quantity: quantity?,
        acceptance: acceptance?,
        due: due?,
        offer: offer?,
        need: need?,
    })
}

fn due(r: &mut Reader, at: &At<'_>) -> Option<Due> {
    let m = r.object(at, &["from", "until", "quantity"], &[])?;
    let (from, until) = (r.day(&m.at("from")), r.day(&m.at("until")));
    let quantity = r.count(&m.at("quantity"), 1, QUANTITY_MAX);
    Some(Due {
        from: from?,
        until: until?,
        quantity: quantity?,
    })
}

fn funding(r: &mut Reader, at: &At<'_>) -> Option<Funding> {
    let m = r.object(at, &["source", "amount_fen"], &[])?;
    let source = r.choice(&m.at("source"), |code| match code {
        "state" => Some(FundSource::State),
        "street" => Some(FundSource::Street),
        "unit" => Some(FundSource::Unit),
        "social" => Some(FundSource::Social),
        _ => None,
    });
    let amount = r
        .number(&m.at("amount_fen"), 0, FEN_MAX)
        .and_then(|fen| Fen::try_from(fen).ok());
    Some(Funding {
        source: source?,
        amount_fen: amount?,
    })
}

fn clause(r: &mut Reader, at: &At<'_>) -> Option<Clause> {
    let kind = at
        .value
        .get("kind")
        .and_then(Value::as_str)
        .and_then(ClauseKind::from_code);
    let needed: &[&str] = match kind {
        Some(ClauseKind::Termination) => &["ref", "kind", "text", "notice_days", "unilateral"],
        Some(ClauseKind::Review) => &["ref", "kind", "text", "every"],
        _ => &["ref", "kind", "text"],
    };
    let m = r.object(at, needed, &[])?;
    let reference = r.text(&m.at("ref"), 2, 3);
    let kind = r.choice(&m.at("kind"), ClauseKind::from_code);
    let text = r.text(&m.at("text"), 1, 1000);
    let given = |name| m.has(name).then(|| m.at(name));
    let notice_days = given("notice_days").map(|at| r.count(&at, 0, 180));
    let unilateral = given("unilateral").map(|at| r.flag(&at));
    let every = given("every").map(|at| r.choice(&at, Every::from_code));
    Some(Clause {
        reference: reference?,
        kind: kind?,
        text: text?,
        notice_days: lift(notice_days)?,
        unilateral: lift(unilateral)?,
        every: lift(every)?,
    })
}

/// Absent is fine; present but faulty is not.
#[expect(
    clippy::option_option,
    reason = "absent, faulty and read are three different things"
)]
fn lift<T>(member: Option<Option<T>>) -> Option<Option<T>> {
    match member {
        None => Some(None),
        Some(read) => read.map(Some),
    }
}

fn decision(r: &mut Reader, at: &At<'_>) -> Option<DecisionRef> {
    let m = r.object(at, &["meeting", "item"], &[])?;
    let (meeting, item) = (r.uuid(&m.at("meeting")), r.count(&m.at("item"), 1, 10_000));
    Some(DecisionRef {
        meeting: meeting?,
        item: item?,
    })
}

fn termination(r: &mut Reader, at: &At<'_>) -> Option<Termination> {
    let m = r.object(at, &["reason", "effective_on", "settlements"], &["leaving"])?;
    let reason = r.text(&m.at("reason"), 1, 500);
    let effective_on = r.day(&m.at("effective_on"));
    let leaving = m.has("leaving").then(|| r.text(&m.at("leaving"), 2, 3));
    let settlements = each(r, &m.at("settlements"), 0, SETTLEMENTS_MAX, settlement);
    Some(Termination {
        reason: reason?,
        effective_on: effective_on?,
        leaving: lift(leaving)?,
        settlements: settlements?,
    })
}

fn settlement(r: &mut Reader, at: &At<'_>) -> Option<Settlement> {
    let m = r.object(at, &["obligation", "due_no", "action"], &["until"])?;
    let obligation = r.text(&m.at("obligation"), 2, 4);
    let due_no = r.count(&m.at("due_no"), 1, 60);
    let action = r.choice(&m.at("action"), Action::from_code);
    let until = m.has("until").then(|| r.day(&m.at("until")));
    Some(Settlement {
        obligation: obligation?,
        due_no: due_no?,
        action: action?,
        until: lift(until)?,
    })
}
