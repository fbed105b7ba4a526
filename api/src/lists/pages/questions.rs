//! Only the rows that need an answer, beside their original cells.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{number, once};
use crate::app::App;
use crate::identity::extract::{ListKeeper, Visit};
use crate::identity::party::query as parties;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::lists::domain::{KeptRow, Kind, RowState};
use crate::lists::import::field::Field;
use crate::lists::import::outcome::Question;
use crate::lists::import::tell;
use crate::lists::query::{self, ImportView, RowView};
use crate::lists::service::{self, RowAnswer};
use crate::lists::words::{self, CellWords};
use crate::web::failure::Failure;
use crate::web::form::Posted;
use crate::web::page::{Page, html};
use crate::web::table::TableView;

/// Rows with questions on one page.
const ROWS: u64 = 20;

#[derive(Template)]
#[template(path = "lists/questions.html")]
struct QuestionsPage<'a> {
    page: &'a Page,
    import: &'a ImportView,
    rows: Vec<AskedRow>,
    skip: u64,
    count: u64,
    next: Option<u64>,
    parties: Vec<String>,
    services: Vec<String>,
}

struct AskedRow {
    seq: i32,
    place: String,
    cells: Vec<CellWords>,
    questions: Vec<Asked>,
    may_leave: bool,
}

/// A question in words, with its answers.
struct Asked {
    code: String,
    words: String,
    choices: Vec<(String, String)>,
    free: Free,
    suggestion: String,
}

/// What may be written instead of choosing.
#[derive(PartialEq, Eq)]
enum Free {
    None,
    Text,
    Number,
    Party,
    Service,
}

/// `GET /imports/{number}/questions`
pub(super) async fn show(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let import = query::import(db, scope, number(&path)?).await?;
    let skip = TableView::read(&request).value("skip").parse().unwrap_or(0);
    let (rows, count) = query::rows(db, scope, import.id, &[RowState::Asked], skip, ROWS).await?;
    let lang = visit.page.lang;
    let register = parties::all(db, Scope::tenant(scope.tenant)).await?;
    let types = query::types(db, scope).await?;
    let own = words::name_of(lang);
    let shown = u64::try_from(rows.len()).unwrap_or(0);
    let template = QuestionsPage {
        page: &visit.page,
        rows: rows
            .iter()
            .map(|row| asked_row(&visit.page, &import, row))
            .collect(),
        skip,
        count,
        next: Some(skip + shown).filter(|next| shown > 0 && *next < count),
        parties: register.into_iter().map(|party| party.name).collect(),
        services: types
            .all()
            .filter(|found| !found.cash_like)
            .map(|found| found.name(own).to_owned())
            .collect(),
        import: &import,
    };
    Ok(html(200, &template)?)
}

fn asked_row(page: &Page, import: &ImportView, row: &RowView) -> AskedRow {
    let file = import.files.iter().find(|file| file.place == row.file);
    let name = file.map(|file| file.name.clone()).unwrap_or_default();
    let row_text = row.row.to_string();
    let place = match (&row.kept, row.sheet.is_empty()) {
        (KeptRow::Whole { .. }, _) => page.t2("place-sheet", "file", &name, "sheet", &row.sheet),
        (_, true) => page.t2("place-row", "file", &name, "row", &row_text),
        (_, false) => page.lang.ta(
            "place-sheet-row",
            &[("file", &name), ("sheet", &row.sheet), ("row", &row_text)],
        ),
    };
    AskedRow {
        seq: row.seq,
        place,
        cells: words::cells(row),
        questions: questions(row)
            .into_iter()
            .map(|question| asked(page, row, question))
            .collect(),
        may_leave: matches!(row.kept, KeptRow::List { .. }),
    }
}

/// A row's questions, those about the whole sheet included.
fn questions(row: &RowView) -> Vec<&Question> {
    match &row.kept {
        KeptRow::Whole { question, .. } => vec![question],
        KeptRow::List { .. } | KeptRow::Note { .. } => row.judged.questions.iter().collect(),
    }
}

fn asked(page: &Page, row: &RowView, question: &Question) -> Asked {
    let choices = question
        .choices
        .iter()
        .map(|choice| {
            (
                choice.value.clone(),
                choice_words(page, question, &choice.value, &choice.label),
            )
        })
        .chain(
            usual(question)
                .iter()
                .map(|value| ((*value).to_owned(), choice_words(page, question, value, ""))),
        )
        .collect();
    Asked {
        code: question.code.clone(),
        words: tell::question(page.lang, question, words::at(row)),
        choices,
        free: free(question),
        suggestion: question.suggestion.clone().unwrap_or_default(),
    }
}

/// Answers that belong to a code, whatever the cell says.
fn usual(question: &Question) -> &'static [&'static str] {
    match question.code.as_str() {
        "last_year" => &["this-year"],
        "code_lost" | "phone_lost" => &["blank"],
        _ => &[],
    }
}

fn choice_words(page: &Page, question: &Question, value: &str, label: &str) -> String {
    let fixed = [
        "offer",
        "need",
        "read",
        "leave",
        "split",
        "close",
        "this-year",
        "blank",
    ];
    if fixed.contains(&value) {
        page.t(&format!("answer-{value}"))
    } else if question.code == "two_things" {
        page.t1("answer-only", "part", value)
    } else if label.is_empty() {
        value.to_owned()
    } else {
        label.to_owned()
    }
}

fn free(question: &Question) -> Free {
    match question.code.as_str() {
        "offer_or_need" | "last_year" | "hidden_sheet" | "no_head" | "two_things" => Free::None,
        "missing_party" | "unknown_party" | "several_parties" => Free::Party,
        "missing_type" | "unknown_type" | "several_types" | "types_differ" | "cash" => Free::Service,
        code if code.ends_with("_quantity") || code == "wrong_measure" => Free::Number,
        _ => Free::Text,
    }
}

/// `POST /imports/{number}/questions`
pub(super) async fn post(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let answers = given(&app, &visit, number, &posted).await?;
    let skip: u64 = posted.value("skip").parse().unwrap_or(0);
    let to = match (answers.is_empty(), skip) {
        (true, _) => format!("/imports/{number}/questions?skip={skip}"),
        (false, 0) => format!("/imports/{number}/questions?done=answered"),
        (false, skip) => format!("/imports/{number}/questions?done=answered&skip={skip}"),
    };
    let answer = once(&app, &visit, &posted, &to, async |tx| {
        service::answer(tx, &visit.actor, number, &answers).await
    })
    .await?;
    Ok(answer.into())
}

/// The answers of a form: `c-<row>-<code>` chosen, `t-<row>-<code>` written, `x-<row>` left out. What is
/// written outweighs what is chosen.
async fn given(
    app: &App,
    visit: &Visit,
    number: i32,
    posted: &Posted,
) -> Result<Vec<(i32, Vec<RowAnswer>)>, Problem> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let import = query::import(db, scope, number).await?;
    let skip: u64 = posted.value("skip").parse().unwrap_or(0);
    let (rows, _) = query::rows(db, scope, import.id, &[RowState::Asked], skip, ROWS).await?;
    let mut answers = Vec::new();
    for row in &rows {
        let mut own = Vec::new();
        if posted.value(&format!("x-{}", row.seq)) == "yes" {
            own.push(RowAnswer::Leave);
        }
        for question in questions(row) {
            let value = |kind: &str| {
                posted
                    .value(&format!("{kind}-{}-{}", row.seq, question.code))
                    .trim()
            };
            let (chosen, written) = (value("c"), value("t"));
            own.extend(answer_of(
                question,
                if written.is_empty() { chosen } else { written },
            ));
        }
        if !own.is_empty() {
            answers.push((row.seq, own));
        }
    }
    Ok(answers)
}

fn answer_of(question: &Question, value: &str) -> Option<RowAnswer> {
    if value.is_empty() {
        return None;
    }
    let is_choice = question.choices.iter().any(|choice| choice.value == value);
    Some(match (question.code.as_str(), value) {
        (_, "leave" | "close") if is_choice => RowAnswer::Leave,
        ("two_things", "split") => RowAnswer::Split,
        ("two_things", part) => RowAnswer::Text(Field::Title, part.to_owned()),
        ("hidden_sheet", "read") => RowAnswer::ReadSheet,
        ("last_year", _) => RowAnswer::ThisYear,
        ("offer_or_need", "need") => RowAnswer::Kind(Kind::Need),
        ("offer_or_need", _) => RowAnswer::Kind(Kind::Offer),
        ("code_lost" | "phone_lost", "blank") => RowAnswer::Text(question.spot.field, "-".to_owned()),
        ("unknown_type" | "several_types" | "types_differ" | "missing_type", text) => {
            RowAnswer::Text(Field::Type, text.to_owned())
        }
        (_, text) => RowAnswer::Text(target(question.spot.field), text.to_owned()),
    })
}

/// The field in whose place an answer is put.
fn target(field: Field) -> Field {
    match field {
        Field::Offer | Field::Need | Field::Title | Field::Type => Field::Title,
        Field::Quantity | Field::Measure => Field::Quantity,
        Field::Windows | Field::WeekdayHours | Field::WeekendHours | Field::HolidayHours => Field::Windows,
        Field::Period | Field::From | Field::Until => Field::Period,
        Field::Party | Field::Organisation | Field::Community => Field::Party,
        other => other,
    }
}
