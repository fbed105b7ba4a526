//! How two plans differ, in the parties' words.

use gongjian_engine::plan::{AgreementDiff, Differs, Document, ServiceDiff, diff};

use super::reason_words::Names;
use crate::web::page::Page;
use crate::web::sheet::{Cell, Sheet};

/// An agreement that is in one of two plans, or in both.
pub(super) struct Difference {
    /// `changed`, `new`, `dropped` or `kept`; words under `difference-<code>`.
    pub(super) code: &'static str,
    /// Colour of its tag.
    pub(super) colour: &'static str,
    /// Its parties.
    pub(super) members: Vec<String>,
    /// Its services that differ.
    pub(super) lines: Vec<Moved>,
}

/// A service that differs.
pub(super) struct Moved {
    pub(super) from: String,
    pub(super) what: String,
    pub(super) to: String,
    pub(super) before: i64,
    pub(super) after: i64,
    pub(super) measure: String,
}

/// Every code, in the order shown.
pub(super) const CODES: [&str; 4] = ["changed", "new", "dropped", "kept"];

/// Every agreement of either plan, what differs first.
pub(super) fn between(page: &Page, names: &Names, before: &Document, after: &Document) -> Vec<Difference> {
    let found = diff(before, after);
    let mut told: Vec<Difference> = found.iter().map(|a| difference(page, names, a)).collect();
    let place = |d: &Difference| CODES.iter().position(|code| *code == d.code);
    told.sort_by(|a, b| (place(a), &a.members).cmp(&(place(b), &b.members)));
    told
}

fn difference(page: &Page, names: &Names, agreement: &AgreementDiff) -> Difference {
    let (code, colour) = match agreement.differs {
        Differs::Kept => ("kept", ""),
        Differs::Changed => ("changed", "info"),
        Differs::New => ("new", "ok"),
        Differs::Dropped => ("dropped", "warn"),
    };
    Difference {
        code,
        colour,
        members: agreement.members.iter().map(|id| names.of(id)).collect(),
        lines: agreement.services.iter().map(|s| moved(page, names, s)).collect(),
    }
}

fn moved(page: &Page, names: &Names, service: &ServiceDiff) -> Moved {
    let offer = names.entry(&service.offer);
    let measure = offer.map(|entry| page.t(&format!("measure-{}", entry.measure.id())));
    Moved {
        from: names.owner(&service.offer),
        what: offer.map(|entry| entry.title.clone()).unwrap_or_default(),
        to: names.owner(&service.need),
        before: service.before,
        after: service.after,
        measure: measure.unwrap_or_default(),
    }
}

/// The ids of offers and needs that either plan names.
pub(super) fn ids<'a>(before: &'a Document, after: &'a Document) -> impl Iterator<Item = &'a str> {
    let agreements = before.agreements.iter().chain(&after.agreements);
    let services = agreements.flat_map(|a| &a.services);
    services.flat_map(|s| [s.offer.as_str(), s.need.as_str()])
}

/// Those of this code that hold `words` in a party's name or a service; all of them without.
pub(super) fn narrowed(found: Vec<Difference>, code: &str, words: &str) -> Vec<Difference> {
    let words = words.trim();
    let holds = |d: &Difference| {
        let services = d.lines.iter().map(|line| &line.what);
        d.members.iter().chain(services).any(|text| text.contains(words))
    };
    let mut found = found;
    found.retain(|d| (code.is_empty() || d.code == code) && (words.is_empty() || holds(d)));
    found
}

/// A row for each service that differs, and one for each agreement that is kept.
pub(super) fn sheet(page: &Page, found: &[Difference]) -> Sheet {
    let heads = [
        "difference-how",
        "difference-parties",
        "plan-from",
        "plan-what",
        "plan-to",
        "difference-before",
        "difference-after",
        "plan-measure",
    ];
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for d in found {
        let (how, parties) = (page.t(&format!("difference-{}", d.code)), d.members.join("、"));
        if d.lines.is_empty() {
            let mut row: Vec<Cell> = vec![how.into(), parties.into()];
            row.resize_with(heads.len(), || "".into());
            rows.push(row);
            continue;
        }
        rows.extend(d.lines.iter().map(|line| {
            vec![
                how.as_str().into(),
                parties.as_str().into(),
                line.from.as_str().into(),
                line.what.as_str().into(),
                line.to.as_str().into(),
                line.before.into(),
                line.after.into(),
                line.measure.as_str().into(),
            ]
        }));
    }
    Sheet {
        heads: heads.iter().map(|key| page.t(key)).collect(),
        rows,
    }
}
