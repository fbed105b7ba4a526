//! What came of lists: counts that add up, rows by how they ended, handing in, giving up.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{number, once};
use crate::app::App;
use crate::identity::extract::ListKeeper;
use crate::kernel::problem::Problem;
use crate::lists::domain::{ImportState, KeptRow, RowState};
use crate::lists::query::{self, ImportView, RowView};
use crate::lists::service;
use crate::lists::words::{self, CellWords, DraftWords};
use crate::web::failure::Failure;
use crate::web::form::Posted;
use crate::web::page::{Page, html};
use crate::web::table::TableView;

/// Imports shown at once.
const IMPORTS: u64 = 200;

#[derive(Template)]
#[template(path = "lists/imports.html")]
struct ImportsPage<'a> {
    page: &'a Page,
    imports: Vec<ImportLine>,
}

struct ImportLine {
    number: i32,
    files: String,
    day: String,
    state: String,
    kind: &'static str,
    ready: u64,
    asked: u64,
    refused: u64,
}

/// `GET /imports`
pub(super) async fn list(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
) -> Result<HttpResponse, Failure> {
    let imports = query::imports(app.db.reader(), visit.actor.scope, IMPORTS).await?;
    let page = &visit.page;
    let lines = imports.iter().map(|import| ImportLine {
        number: import.number,
        files: names(import, page),
        day: page.day(&import.created.day().to_string()),
        state: page.t(&format!("import-state-{}", import.state.code())),
        kind: colour(import.state),
        ready: import.counts.of(RowState::Ready) + import.counts.of(RowState::Taken),
        asked: import.counts.of(RowState::Asked),
        refused: import.counts.of(RowState::Refused),
    });
    let template = ImportsPage {
        page,
        imports: lines.collect(),
    };
    Ok(html(200, &template)?)
}

fn colour(state: ImportState) -> &'static str {
    match state {
        ImportState::Open => "warn",
        ImportState::Accepted => "ok",
        ImportState::Dropped => "",
    }
}

fn names(import: &ImportView, page: &Page) -> String {
    let files = import.files.iter().map(|file| file.name.clone());
    let registers = import.told.registers.iter().map(|register| register.name.clone());
    files
        .chain(registers)
        .collect::<Vec<_>>()
        .join(&page.t("list-joint"))
}

#[derive(Template)]
#[template(path = "lists/import.html")]
struct ImportPage<'a> {
    page: &'a Page,
    t: TableView,
    import: &'a ImportView,
    state: String,
    kind: &'static str,
    counts: Vec<CountLine>,
    refused_files: Vec<(String, String, String)>,
    remarks: Vec<String>,
    registers: Vec<(String, String)>,
    rows: Vec<RowLine>,
    options: Vec<(String, String)>,
    can_accept: bool,
    can_drop: bool,
    asked: u64,
}

struct CountLine {
    words: String,
    rows: u64,
    href: String,
}

struct RowLine {
    place: String,
    kind: String,
    state: String,
    colour: &'static str,
    draft: DraftWords,
    note: String,
    cells: Vec<CellWords>,
    changes: Vec<(String, String, String)>,
    against: Vec<String>,
}

/// `GET /imports/{number}`
pub(super) async fn show(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let import = query::import(db, scope, number(&path)?).await?;
    let t = TableView::read(&request);
    let wanted = RowState::from_code(t.value("state"));
    let states = match wanted {
        Some(RowState::Asked) => vec![RowState::Asked, RowState::Held],
        Some(state) => vec![state],
        None => Vec::new(),
    };
    let skip: u64 = t.after().and_then(|after| after.parse().ok()).unwrap_or(0);
    let size = u64::try_from(t.size()).unwrap_or(50);
    let (rows, count) = query::rows(db, scope, import.id, &states, skip, size).await?;
    let types = query::types(db, scope).await?;
    let shown = rows.len();
    let last = skip + u64::try_from(shown).unwrap_or(0);
    let next = (last < count).then(|| last.to_string());
    let lines = rows.iter().map(|row| line(page, &import, &types, row)).collect();
    let open = import.state == ImportState::Open;
    let bring = import.accepted.is_none() && !import.told.brings.is_empty();
    let template = ImportPage {
        page,
        t: t.found(count, shown, next),
        state: page.t(&format!("import-state-{}", import.state.code())),
        kind: colour(import.state),
        counts: counts(page, &import),
        refused_files: refused_files(page, &import),
        remarks: remarks(page, &import),
        registers: registers(page, &import),
        rows: lines,
        options: RowState::ALL
            .iter()
            .filter(|state| **state != RowState::Held)
            .map(|state| {
                (
                    state.code().to_owned(),
                    page.t(&format!("row-state-{}", state.code())),
                )
            })
            .collect(),
        can_accept: open && (import.counts.of(RowState::Ready) > 0 || bring),
        can_drop: open,
        asked: import.counts.of(RowState::Asked),
        import: &import,
    };
    Ok(html(200, &template)?)
}

fn counts(page: &Page, import: &ImportView) -> Vec<CountLine> {
    RowState::ALL
        .iter()
        .filter(|state| **state != RowState::Held)
        .map(|state| CountLine {
            words: page.t(&format!("row-state-{}", state.code())),
            rows: import.counts.of(*state),
            href: format!("/imports/{}?state={}", import.number, state.code()),
        })
        .collect()
}

fn refused_files(page: &Page, import: &ImportView) -> Vec<(String, String, String)> {
    let told = import.told.refused.iter().map(|file| {
        let args: Vec<(&str, &str)> = file
            .args
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let key = format!("fault-{}", file.code);
        (
            file.name.clone(),
            page.lang.ta(&key, &args),
            page.lang.ta(&format!("{key}-action"), &args),
        )
    });
    told.collect()
}

/// What was seen in the files and not read as rows.
fn remarks(page: &Page, import: &ImportView) -> Vec<String> {
    let mut remarks = Vec::new();
    for file in &import.files {
        let name = file.name.as_str();
        if file.told.macros {
            remarks.push(page.t1("remark-macros", "file", name));
        }
        for sheet in &file.told.pictures {
            remarks.push(page.t2("remark-pictures", "file", name, "sheet", sheet));
        }
        for (sheet, row, text) in &file.told.comments {
            let row = row.to_string();
            remarks.push(page.lang.ta(
                "remark-comment",
                &[("file", name), ("sheet", sheet), ("row", &row), ("text", text)],
            ));
        }
        for (_, head) in &file.told.unknown {
            remarks.push(page.t2("remark-column", "file", name, "head", head));
        }
    }
    remarks
}

fn registers(page: &Page, import: &ImportView) -> Vec<(String, String)> {
    let told = import.told.registers.iter().map(|register| {
        let key = format!("register-{}", register.kind.id());
        let faults = register.faults.len();
        (
            register.name.clone(),
            page.t2(&key, "rows", register.rows, "faults", faults),
        )
    });
    told.collect()
}

fn line(page: &Page, import: &ImportView, types: &crate::lists::domain::TypeTable, row: &RowView) -> RowLine {
    let file = import.files.iter().find(|file| file.place == row.file);
    let name = file.map(|file| file.name.clone()).unwrap_or_default();
    let row_text = row.row.to_string();
    let place = if row.sheet.is_empty() {
        page.t2("place-row", "file", &name, "row", &row_text)
    } else {
        let args = [
            ("file", name.as_str()),
            ("sheet", row.sheet.as_str()),
            ("row", &row_text),
        ];
        page.lang.ta("place-sheet-row", &args)
    };
    let lang = page.lang;
    let mut against: Vec<String> = words::refusals(lang, row)
        .into_iter()
        .map(|(what, action)| format!("{what} {action}"))
        .collect();
    if row.state == RowState::Asked {
        against.extend(words::questions(lang, row));
    }
    against.extend(words::notices(lang, row));
    let note = match &row.kept {
        KeptRow::Note { text } => text.clone(),
        KeptRow::Whole { .. } => page.t("row-whole-sheet"),
        KeptRow::List { .. } => String::new(),
    };
    let changes = row.judged.changes.iter().map(|change| {
        let now = if change.now.is_empty() {
            page.t("hours-any")
        } else {
            change.now.clone()
        };
        let why = page.t(&format!("change-{}", change.code.replace('_', "-")));
        (change.was.clone(), now, why)
    });
    RowLine {
        place,
        kind: match row.kind.as_str() {
            "offer" | "need" => page.t(&format!("entry-{}", row.kind)),
            _ => String::new(),
        },
        state: page.t(&format!("row-state-{}", row.state.code())),
        colour: row_colour(row.state),
        draft: words::draft(lang, types, &row.judged.draft),
        note,
        cells: words::cells(row),
        changes: changes.collect(),
        against,
    }
}

fn row_colour(state: RowState) -> &'static str {
    match state {
        RowState::Ready => "info",
        RowState::Taken => "ok",
        RowState::Asked | RowState::Held => "warn",
        RowState::Refused => "bad",
        RowState::Note | RowState::Left => "",
    }
}

/// `POST /imports/{number}/accept`
pub(super) async fn accept(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let to = format!("/imports/{number}?done=accepted");
    let answer = once(&app, &visit, &posted, &to, async |tx| {
        service::accept_import(tx, &visit.actor, number).await.map(|_| ())
    })
    .await?;
    Ok(answer.into())
}

#[derive(Template)]
#[template(path = "lists/import_drop.html")]
struct DropPage<'a> {
    page: &'a Page,
    number: i32,
}

/// `GET /imports/{number}/drop`
pub(super) async fn drop_page(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let import = query::import(app.db.reader(), visit.actor.scope, number(&path)?).await?;
    if import.state != ImportState::Open {
        return Err(Problem::new("import-closed", 409).into());
    }
    let template = DropPage {
        page: &visit.page,
        number: import.number,
    };
    Ok(html(200, &template)?)
}

/// `POST /imports/{number}/drop`
pub(super) async fn drop(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let answer = once(
        &app,
        &visit,
        &posted,
        "/imports?done=import-dropped",
        async |tx| service::drop_import(tx, &visit.actor, number).await,
    )
    .await?;
    Ok(answer.into())
}
