//! `/reports`: the quarterly tables, the annual report, the ledger; on the screen, on paper, as workbooks.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::list::period_words;
use super::{area_words, state_words};
use crate::agreements::domain::clause::Every;
use crate::app::App;
use crate::identity::extract::{StreetCadre, Visit};
use crate::kernel::date::CivilDate;
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::ledger::domain::period::Period;
use crate::ledger::query;
use crate::ledger::report::{self, AnnualReport, Column, QuarterRow, QuarterTable, Report, Typed};
use crate::ledger::service;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};
use crate::web::table::TableView;

/// Quarters back from this one that the list shows.
const QUARTERS: usize = 6;

#[derive(Template)]
#[template(path = "ledger/reports.html")]
struct ReportsPage<'a> {
    page: &'a Page,
    rows: Vec<ReportLine>,
}

struct ReportLine {
    period: String,
    words: String,
    year: i16,
    is_year: bool,
    closed_on: String,
    due: String,
}

pub(super) async fn list(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
) -> Result<HttpResponse, Failure> {
    let (db, page) = (app.db.reader(), &visit.page);
    let today = app.db.clock().now().day();
    let closed = query::closed_reports(db, visit.actor.scope)
        .await
        .map_err(Problem::from)?;
    let mut periods = vec![Period::holding(Every::Year, today)];
    let mut quarter = Period::holding(Every::Quarter, today);
    for _ in 0..QUARTERS {
        periods.push(quarter);
        quarter = quarter.before();
    }
    periods.push(Period::holding(Every::Year, today).before());
    let rows = periods.into_iter().map(|period| {
        let text = period.to_string();
        let on = closed.iter().find(|(known, _)| *known == text);
        let days = if period.every() == Every::Year { 10 } else { 7 };
        ReportLine {
            words: period_words(page, period),
            year: period.year(),
            is_year: period.every() == Every::Year,
            closed_on: on.map(|(_, day)| page.day(day)).unwrap_or_default(),
            due: page.day(&period.until().plus_days(days).to_string()),
            period: text,
        }
    });
    let template = ReportsPage {
        page,
        rows: rows.collect(),
    };
    Ok(html(200, &template)?)
}

#[derive(Template)]
#[template(path = "ledger/quarter.html")]
struct QuarterPage<'a> {
    page: &'a Page,
    f: FormView,
    table: &'a QuarterTable,
    words: String,
    cut_off: String,
    closed_on: String,
    hash: String,
    may_close: bool,
    heads: Vec<String>,
    rows: Vec<(String, Vec<Figure>)>,
    total: Vec<Figure>,
}

/// A figure as shown, with the list of what it counts.
struct Figure {
    label: String,
    words: String,
    href: String,
}

#[derive(Template)]
#[template(path = "ledger/year.html")]
struct YearPage<'a> {
    page: &'a Page,
    f: FormView,
    report: &'a AnnualReport,
    words: String,
    cut_off: String,
    closed_on: String,
    hash: String,
    may_close: bool,
    sections: Vec<(String, Vec<(String, String)>)>,
}

/// A figure on paper: zero is 0, unknown is —.
fn told(value: Option<i64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| value.to_string())
}

fn period(text: &str) -> Result<Period, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// The day asked for, kept within the period and today.
fn cut_off(request: &HttpRequest, period: Period, today: CivilDate) -> CivilDate {
    let asked: Option<CivilDate> = TableView::read(request).value("cut_off").parse().ok();
    asked.map_or_else(
        || report::usual_cut_off(period, today),
        |day| day.clamp(period.from(), today.max(period.from())),
    )
}

pub(super) async fn show(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let period = period(&path)?;
    let today = app.db.clock().now().day();
    let day = cut_off(&request, period, today);
    shown(&app, &visit, (period, day), 200, None).await
}

async fn shown(
    app: &App,
    visit: &Visit,
    (period, day): (Period, CivilDate),
    status: u16,
    f: Option<FormView>,
) -> Result<HttpResponse, Failure> {
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let today = app.db.clock().now().day();
    let typed = report::typed(db, scope, period).await.map_err(Problem::from)?;
    let built = report::current(db, scope, period, day)
        .await
        .map_err(Problem::from)?;
    let may_close = typed.closed_on.is_none() && today >= period.until();
    let f = f.unwrap_or_else(|| begun(&typed, period, day));
    let closed_on = typed
        .closed_on
        .as_deref()
        .map(|day| page.day(day))
        .unwrap_or_default();
    let hash = typed.hash.unwrap_or_default();
    let (words, cut_off) = (period_words(page, period), page.day(&built.cut_off().to_string()));
    match &built {
        Report::Quarter(table) => {
            let heads = Column::ALL.map(|column| page.t(&format!("report-col-{}", column.code())));
            let template = QuarterPage {
                f,
                words,
                cut_off,
                closed_on,
                hash,
                may_close,
                rows: quarter_rows(page, table, &heads),
                total: figures(&table.total, &heads, Some(period)),
                heads: heads.to_vec(),
                page,
                table,
            };
            Ok(html(status, &template)?)
        }
        Report::Year(report) => {
            let template = YearPage {
                f,
                words,
                cut_off,
                closed_on,
                hash,
                may_close,
                sections: sections(page, report),
                page,
                report,
            };
            Ok(html(status, &template)?)
        }
    }
}

fn quarter_rows(page: &Page, table: &QuarterTable, heads: &[String]) -> Vec<(String, Vec<Figure>)> {
    let row = |row: &QuarterRow| {
        let name = match row.community {
            Some(_) => row.name.clone(),
            None => page.t("report-street-itself"),
        };
        (name, figures(&row.figures, heads, None))
    };
    table.rows.iter().map(row).collect()
}

fn begun(typed: &Typed, period: Period, day: CivilDate) -> FormView {
    FormView::filled([
        ("problems", typed.problems.clone()),
        ("plans", typed.plans.clone()),
        ("cut_off", day.max(period.until()).to_string()),
    ])
}

fn figures(
    of: &std::collections::BTreeMap<Column, Option<i64>>,
    heads: &[String],
    period: Option<Period>,
) -> Vec<Figure> {
    let figure = |(column, label): (&Column, &String)| {
        let state = column.state().map(|state| format!("&state={}", state.code()));
        let listed = state.or_else(|| (*column == Column::Due).then(String::new));
        Figure {
            label: label.clone(),
            words: told(of.get(column).copied().flatten()),
            href: period
                .zip(listed)
                .map(|(period, state)| format!("/obligations?period={period}{state}"))
                .unwrap_or_default(),
        }
    };
    Column::ALL.iter().zip(heads).map(figure).collect()
}

fn sections(page: &Page, report: &AnnualReport) -> Vec<(String, Vec<(String, String)>)> {
    let line = |(code, value): &(String, Option<i64>)| (page.t(&format!("report-col-{code}")), told(*value));
    report
        .sections
        .iter()
        .map(|section| {
            let title = page.t(&format!("report-section-{}", section.code));
            (title, section.lines.iter().map(line).collect())
        })
        .collect()
}

/// `GET /reports/{period}/report.xlsx`
pub(super) async fn file(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let period = period(&path)?;
    let day = cut_off(&request, period, app.db.clock().now().day());
    let lang = visit.page.lang;
    let built = report::current(app.db.reader(), visit.actor.scope, period, day)
        .await
        .map_err(Problem::from)?;
    let sheet = match &built {
        Report::Quarter(table) => report::quarter_sheet(lang, table),
        Report::Year(year) => report::year_sheet(lang, year),
    };
    Ok(sheet.file(&format!("report-{period}.xlsx"))?)
}

/// `POST /reports/{period}`: keeps what was typed, or closes the report.
pub(super) async fn post(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let period = period(&path)?;
    match done(&app, &visit, period, &posted).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) if !problem.faults.is_empty() => {
            let today = app.db.clock().now().day();
            let day = report::usual_cut_off(period, today);
            let f = posted.shown(visit.page.lang, &problem);
            shown(&app, &visit, (period, day), 422, Some(f)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn done(app: &App, visit: &Visit, period: Period, posted: &Posted) -> Result<Answer, Problem> {
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let is_year = period.every() == Every::Year;
    let mut faults = Vec::new();
    let problems = posted.text("problems", &mut faults);
    let plans = posted.text("plans", &mut faults);
    let closing = posted.value("act") == "close";
    let raw = posted.value("cut_off").trim();
    let day: Option<CivilDate> = raw.parse().ok();
    if closing && day.is_none() {
        faults.push(Fault::field("cut_off", "not-a-day").value(raw));
    }
    let (Some(problems), Some(plans), true) = (problems, plans, faults.is_empty()) else {
        return Err(Problem::validation(faults));
    };
    tx::once(&app.db, &once, async |tx| {
        if is_year {
            service::write(tx, &visit.actor, period, &problems, &plans).await?;
        }
        match day.filter(|_| closing) {
            Some(day) => {
                service::close(tx, &visit.actor, period, day).await?;
                Ok(Answer::see_other(format!(
                    "/reports/{period}?done=report-closed&cut_off={day}"
                )))
            }
            None => Ok(Answer::see_other(format!("/reports/{period}?done=report-saved"))),
        }
    })
    .await
}

#[derive(Template)]
#[template(path = "ledger/book.html")]
struct BookPage<'a> {
    page: &'a Page,
    year: i16,
    words: String,
    street: String,
    lines: Vec<BookRow>,
}

struct BookRow {
    key: String,
    number: String,
    title: String,
    area: String,
    giver: String,
    takers: String,
    what: String,
    measure: String,
    quantity: i64,
    confirmed: i64,
    missing: i64,
    days: String,
    colour: &'static str,
    state: String,
    last: String,
    reviews: i64,
}

async fn book(app: &App, visit: &Visit, year: &str) -> Result<(Period, report::Book), Problem> {
    let period = period(year)?;
    if period.every() != Every::Year {
        return Err(Problem::not_found());
    }
    let today = app.db.clock().now().day();
    let book = report::book(app.db.reader(), visit.actor.scope, period, today).await?;
    Ok((period, book))
}

/// `GET /reports/ledger/{year}`: the ledger as a page.
pub(super) async fn ledger(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let (period, book) = book(&app, &visit, &path).await?;
    let day = |day: CivilDate| page.day(&day.to_string());
    let lines = book.lines.into_iter().map(|line| BookRow {
        area: area_words(page, &line.area),
        takers: line.takers.join("、"),
        measure: page.t(&format!("measure-{}", line.unit)),
        quantity: line.quantity,
        confirmed: line.confirmed,
        missing: line.missing,
        days: format!("{} – {}", day(line.from), day(line.until)),
        colour: line.state.colour(),
        state: state_words(page, line.state),
        last: line.last.map_or_else(|| "—".to_owned(), day),
        reviews: line.reviews,
        key: line.key,
        number: line.number,
        title: line.title,
        giver: line.giver,
        what: line.what,
    });
    let template = BookPage {
        page,
        year: period.year(),
        words: period_words(page, period),
        street: book.street,
        lines: lines.collect(),
    };
    Ok(html(200, &template)?)
}

/// `GET /reports/ledger/{year}/ledger.xlsx`
pub(super) async fn ledger_file(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (period, book) = book(&app, &visit, &path).await?;
    let sheet = report::book_sheet(visit.page.lang, &book);
    Ok(sheet.file(&format!("ledger-{period}.xlsx"))?)
}
