//! The workbooks of the reports: the same figures as the pages, in the reader's language.

use super::{AnnualReport, Book, Column, QuarterTable};
use crate::agreements::domain::document::Area;
use crate::web::i18n::Lang;
use crate::web::sheet::{Cell, Sheet};

/// What stands for a figure that is not known.
const UNKNOWN: &str = "—";

fn figure(value: Option<i64>) -> Cell {
    value.map_or_else(|| UNKNOWN.into(), Cell::from)
}

/// The quarterly table.
#[must_use]
pub fn quarter_sheet(lang: Lang, table: &QuarterTable) -> Sheet {
    let mut heads = vec![lang.t("report-no"), lang.t("report-community")];
    heads.extend(
        Column::ALL
            .iter()
            .map(|column| lang.t(&format!("report-col-{}", column.code()))),
    );
    heads.push(lang.t("report-remark"));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (no, row) in (1_i64..).zip(&table.rows) {
        let name = match row.community {
            Some(_) => row.name.clone(),
            None => lang.t("report-street-itself"),
        };
        let figures = Column::ALL
            .iter()
            .map(|column| figure(row.figures.get(column).copied().flatten()));
        rows.push(
            [no.into(), name.into()]
                .into_iter()
                .chain(figures)
                .chain(["".into()])
                .collect(),
        );
    }
    let total = Column::ALL
        .iter()
        .map(|column| figure(table.total.get(column).copied().flatten()));
    let words = lang.t("report-total");
    rows.push(
        ["".into(), words.into()]
            .into_iter()
            .chain(total)
            .chain(["".into()])
            .collect(),
    );
    Sheet { heads, rows }
}

/// The annual report: section, figure, value; then what was typed.
#[must_use]
pub fn year_sheet(lang: Lang, report: &AnnualReport) -> Sheet {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for section in &report.sections {
        let title = lang.t(&format!("report-section-{}", section.code));
        for (code, value) in &section.lines {
            let words = lang.t(&format!("report-col-{code}"));
            rows.push(vec![title.clone().into(), words.into(), figure(*value)]);
        }
    }
    for (key, typed) in [
        ("report-problems", &report.problems),
        ("report-plans", &report.plans),
    ] {
        rows.push(vec![lang.t(key).into(), "".into(), typed.clone().into()]);
    }
    Sheet {
        heads: ["report-section", "report-figure", "report-value"]
            .map(|key| lang.t(key))
            .to_vec(),
        rows,
    }
}

/// The columns of the ledger, by the ends of their keys.
const BOOK_HEADS: [&str; 20] = [
    "number",
    "title",
    "mode",
    "area",
    "giver",
    "takers",
    "what",
    "unit",
    "quantity",
    "confirmed",
    "missing",
    "from",
    "until",
    "state",
    "last",
    "reviews",
    "signed",
    "meeting",
    "item",
    "archive",
];

/// The ledger.
#[must_use]
pub fn book_sheet(lang: Lang, book: &Book) -> Sheet {
    let day = |day: Option<crate::kernel::date::CivilDate>| -> Cell {
        day.map_or_else(|| UNKNOWN.into(), |day| day.to_string().into())
    };
    let rows = book.lines.iter().map(|line| -> Vec<Cell> {
        let short = Area::from_code(&line.area).map_or("A1", Area::short);
        let (held_on, item) = line.meeting.clone().unzip();
        vec![
            line.number.clone().into(),
            line.title.clone().into(),
            lang.t(&format!("mode-{}", line.mode)).into(),
            lang.t(&format!("area-{short}")).into(),
            line.giver.clone().into(),
            line.takers.join("、").into(),
            line.what.clone().into(),
            lang.t(&format!("measure-{}", line.unit)).into(),
            line.quantity.into(),
            line.confirmed.into(),
            line.missing.into(),
            line.from.to_string().into(),
            line.until.to_string().into(),
            lang.t(&format!("instalment-state-{}", line.state.code())).into(),
            day(line.last),
            line.reviews.into(),
            day(line.signed),
            held_on.map_or_else(|| UNKNOWN.into(), Cell::from),
            figure(item.map(i64::from)),
            UNKNOWN.into(),
        ]
    });
    Sheet {
        heads: BOOK_HEADS
            .iter()
            .map(|code| lang.t(&format!("book-{code}")))
            .collect(),
        rows: rows.collect(),
    }
}
