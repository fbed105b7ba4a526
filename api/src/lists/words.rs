//! Offers, needs and rows in words.

use super::domain::{Days, EntryView, KeptRow, TypeTable, Window};
use super::import::outcome::Draft;
use super::import::tell::{self, At};
use super::query::RowView;
use crate::web::i18n::Lang;

/// Place of a language among a type's names.
#[must_use]
pub(super) fn name_of(lang: Lang) -> usize {
    match lang {
        Lang::Zh => 0,
        Lang::Ko => 1,
        Lang::En | Lang::Stretched => 2,
    }
}

/// A service type's name; its code if it is not known.
#[must_use]
pub(super) fn service(lang: Lang, types: &TypeTable, code: &str) -> String {
    types
        .get(code)
        .map_or_else(|| code.to_owned(), |found| found.name(name_of(lang)).to_owned())
}

/// Hours of the week, `周一至周五 08:30–17:00`; any time if there are none.
#[must_use]
pub(super) fn hours(lang: Lang, windows: &[Window]) -> String {
    if windows.is_empty() {
        return lang.t("hours-any");
    }
    let told: Vec<String> = windows.iter().map(|window| one(lang, window)).collect();
    told.join(&lang.t("list-joint"))
}

fn one(lang: Lang, window: &Window) -> String {
    let key = if window.next_day() {
        "hours-next-day"
    } else {
        "hours-same-day"
    };
    let days = days(lang, window.days());
    lang.ta(
        key,
        &[
            ("days", &days),
            ("from", &window.from_text()),
            ("until", &window.to_text()),
        ],
    )
}

fn days(lang: Lang, days: Days) -> String {
    match days {
        Days::WORK => lang.t("days-work"),
        Days::WEEKEND => lang.t("days-weekend"),
        Days::ALL => lang.t("days-all"),
        _ => {
            let names: Vec<String> = days
                .ids()
                .into_iter()
                .map(|id| lang.t(&format!("weekday-{id}")))
                .collect();
            names.join(&lang.t("list-comma"))
        }
    }
}

/// A quantity with its measure, `20 小时`.
#[must_use]
pub(super) fn quantity(lang: Lang, entry: &EntryView) -> String {
    let measure = lang.t(&format!("measure-{}", entry.measure.id()));
    lang.ta(
        "quantity-measure",
        &[("quantity", &entry.quantity.to_string()), ("measure", &measure)],
    )
}

/// What a row's draft says, as far as it is understood: who, what, how much, when.
#[derive(Debug, Clone, Default)]
pub(super) struct DraftWords {
    /// The party's registered name.
    pub party: String,
    /// The service type.
    pub service: String,
    /// Quantity and measure.
    pub quantity: String,
    /// Hours of the week.
    pub hours: String,
    /// First and last day.
    pub days: String,
}

/// A draft in words.
#[must_use]
pub(super) fn draft(lang: Lang, types: &TypeTable, draft: &Draft) -> DraftWords {
    let measure = draft
        .measure
        .map(|measure| lang.t(&format!("measure-{}", measure.id())));
    let quantity = draft.quantity.map(|quantity| {
        let measure = measure.unwrap_or_default();
        lang.ta(
            "quantity-measure",
            &[("quantity", &quantity.to_string()), ("measure", &measure)],
        )
    });
    let day = |day: Option<crate::kernel::date::CivilDate>| {
        day.map_or_else(|| "…".to_owned(), |day| day.to_string())
    };
    DraftWords {
        party: draft
            .party
            .as_ref()
            .map(|party| party.name.clone())
            .unwrap_or_default(),
        service: draft
            .type_code
            .as_deref()
            .map(|code| service(lang, types, code))
            .unwrap_or_default(),
        quantity: quantity.unwrap_or_default(),
        hours: hours(lang, &draft.windows),
        days: if draft.from.is_none() && draft.until.is_none() {
            lang.t("days-cycle")
        } else {
            format!("{} – {}", day(draft.from), day(draft.until))
        },
    }
}

/// A cell of the original list.
#[derive(Debug, Clone)]
pub(super) struct CellWords {
    /// The column's head.
    pub head: String,
    /// What stands in it.
    pub value: String,
    /// Something is asked or refused about it.
    pub marked: bool,
}

/// The cells of a row as they stood.
#[must_use]
pub(super) fn cells(row: &RowView) -> Vec<CellWords> {
    let KeptRow::List { input } = &row.kept else {
        return Vec::new();
    };
    let spots = row.judged.questions.iter().map(|question| &question.spot);
    let spots: Vec<_> = spots
        .chain(row.judged.refusals.iter().map(|refusal| &refusal.spot))
        .collect();
    let cells = input.cells.iter().filter(|cell| !cell.head.is_empty());
    cells
        .map(|cell| CellWords {
            head: cell.head.clone(),
            value: tell::shortened(&cell.value.shown()),
            marked: spots
                .iter()
                .any(|spot| spot.column == Some(cell.column) && spot.field == cell.field),
        })
        .collect()
}

/// What stands against a row: what is wrong and what to do, a sentence or two each.
#[must_use]
pub(super) fn refusals(lang: Lang, row: &RowView) -> Vec<(String, String)> {
    row.judged
        .refusals
        .iter()
        .map(|refusal| tell::refusal(lang, refusal, at(row)))
        .collect()
}

/// What is asked about a row.
#[must_use]
pub(super) fn questions(lang: Lang, row: &RowView) -> Vec<String> {
    row.judged
        .questions
        .iter()
        .map(|question| tell::question(lang, question, at(row)))
        .collect()
}

/// What should be known about a row.
#[must_use]
pub(super) fn notices(lang: Lang, row: &RowView) -> Vec<String> {
    row.judged
        .notices
        .iter()
        .map(|notice| tell::notice(lang, notice, at(row)))
        .collect()
}

/// Where a row stands.
#[must_use]
pub(super) fn at(row: &RowView) -> At<'_> {
    At {
        sheet: &row.sheet,
        row: row.row,
    }
}
