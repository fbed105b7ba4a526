//! Files: the tables as they are filtered, refused rows to mend, blank templates.

use actix_web::{HttpRequest, HttpResponse, web};
use rust_xlsxwriter::{Format, Workbook};

use super::entries::{base, filter, kind_of};
use super::number;
use crate::app::App;
use crate::identity::extract::{ListKeeper, Visit};
use crate::identity::party::query as parties;
use crate::kernel::limit;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::lists::domain::{Kind, RowState};
use crate::lists::query;
use crate::lists::words;
use crate::web::failure::Failure;
use crate::web::page::Page;
use crate::web::table::TableView;

const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `GET /offers/export.csv`, `GET /needs/export.csv`
pub(super) async fn csv(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let kind = kind_of(request.path());
    let rows = table(&app, &visit, &request, kind).await?;
    let name = format!("{}.csv", base(kind).trim_start_matches('/'));
    Ok(file(&name, CSV, as_csv(&rows)?))
}

/// `GET /offers/export.xlsx`, `GET /needs/export.xlsx`
pub(super) async fn xlsx(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let kind = kind_of(request.path());
    let rows = table(&app, &visit, &request, kind).await?;
    let name = format!("{}.xlsx", base(kind).trim_start_matches('/'));
    Ok(file(&name, XLSX, as_xlsx(&rows)?))
}

/// Heads and rows in the order of the template, as filtered, all pages.
async fn table(
    app: &App,
    visit: &Visit,
    request: &HttpRequest,
    kind: Kind,
) -> Result<Vec<Vec<String>>, Problem> {
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let t = TableView::read(request);
    let found = query::exported(db, scope, kind, &filter(&t), t.sort(), limit::EXPORT_ROWS).await?;
    let types = query::types(db, scope).await?;
    let register = parties::all(db, Scope::tenant(scope.tenant)).await?;
    let mut rows = vec![heads(page, kind)];
    for entry in &found {
        let party = register.iter().find(|party| party.id == entry.party);
        let mut row = vec![
            entry.number.to_string(),
            party.map(|party| party.name.clone()).unwrap_or_default(),
            words::service(page.lang, &types, &entry.type_code),
            entry.title.clone(),
            entry.quantity.to_string(),
            page.t(&format!("measure-{}", entry.measure.id())),
        ];
        if kind == Kind::Offer {
            row.push(entry.smallest.to_string());
        }
        row.extend([
            words::hours(page.lang, &entry.windows),
            format!("{} – {}", entry.from, entry.until),
            entry.place.clone(),
        ]);
        if kind == Kind::Need {
            row.push(entry.priority.to_string());
            row.push(
                entry
                    .beneficiaries
                    .map(|number| number.to_string())
                    .unwrap_or_default(),
            );
        }
        row.extend([
            page.t(&format!("entry-state-{}", entry.state.code())),
            entry.note.clone(),
        ]);
        rows.push(row);
    }
    Ok(rows)
}

fn heads(page: &Page, kind: Kind) -> Vec<String> {
    let keys: &[&str] = match kind {
        Kind::Offer => &[
            "head-number",
            "head-party",
            "head-type",
            "head-title",
            "head-quantity",
            "head-measure",
            "head-smallest",
            "head-hours",
            "head-days",
            "head-place",
            "head-state",
            "head-note",
        ],
        Kind::Need => &[
            "head-number",
            "head-party",
            "head-type",
            "head-title",
            "head-quantity",
            "head-measure",
            "head-hours",
            "head-days",
            "head-place",
            "head-priority",
            "head-beneficiaries",
            "head-state",
            "head-note",
        ],
    };
    keys.iter().map(|key| page.t(key)).collect()
}

/// `GET /imports/{number}/refused.csv`: rows that went not in, with their cells and the reasons, to mend and
/// send again.
pub(super) async fn refused(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let import = query::import(db, scope, number(&path)?).await?;
    let states = [RowState::Refused, RowState::Left];
    let (found, _) = query::rows(db, scope, import.id, &states, 0, limit::EXPORT_ROWS).await?;
    let mut rows = vec![
        ["head-file", "head-sheet", "head-row", "head-cells", "head-reason"]
            .map(|key| page.t(key))
            .to_vec(),
    ];
    for row in &found {
        let file = import.files.iter().find(|file| file.place == row.file);
        let cells: Vec<String> = words::cells(row)
            .into_iter()
            .map(|cell| format!("{}={}", cell.head, cell.value))
            .collect();
        let reasons: Vec<String> = words::refusals(page.lang, row)
            .into_iter()
            .map(|(what, action)| format!("{what} {action}"))
            .collect();
        rows.push(vec![
            file.map(|file| file.name.clone()).unwrap_or_default(),
            row.sheet.clone(),
            row.row.to_string(),
            cells.join(" | "),
            if reasons.is_empty() {
                page.t("row-state-left")
            } else {
                reasons.join(" ")
            },
        ]);
    }
    Ok(file(
        &format!("import-{}-refused.csv", import.number),
        CSV,
        as_csv(&rows)?,
    ))
}

/// `GET /imports/templates/{name}`: a blank list with the heads every import knows.
pub(super) async fn template(
    ListKeeper(_): ListKeeper,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let heads: &[&str] = match path.as_str() {
        "offers.xlsx" => &[
            "序号",
            "单位",
            "服务类型",
            "服务内容",
            "数量",
            "计量单位",
            "最小批量",
            "开放时段",
            "起止日期",
            "地点",
            "服务范围",
            "服务对象",
            "联系人",
            "电话",
            "备注",
        ],
        "needs.xlsx" => &[
            "序号",
            "单位",
            "服务类型",
            "服务内容",
            "数量",
            "计量单位",
            "开放时段",
            "起止日期",
            "地点",
            "服务对象",
            "优先级",
            "受益人数",
            "联系人",
            "电话",
            "备注",
        ],
        _ => return Err(Problem::not_found().into()),
    };
    let title = if path.as_str() == "offers.xlsx" {
        "资源清单"
    } else {
        "需求清单"
    };
    let heads = heads.iter().map(|head| (*head).to_owned()).collect();
    let bytes = as_xlsx(&[vec![title.to_owned()], heads])?;
    Ok(file(&path, XLSX, bytes))
}

/// CSV with a byte order mark, so that every spreadsheet program reads it, and safe from formulas.
fn as_csv(rows: &[Vec<String>]) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    for row in rows {
        let safe: Vec<String> = row.iter().map(|cell| without_formula(cell)).collect();
        writer
            .write_record(&safe)
            .map_err(|error| Problem::internal(error.to_string()))?;
    }
    writer
        .into_inner()
        .map_err(|error| Problem::internal(error.to_string()))
}

/// D42: what a spreadsheet program would take for a formula is shown as text.
fn without_formula(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let number = cell.parse::<f64>().is_ok();
    if formula && !number {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn as_xlsx(rows: &[Vec<String>]) -> Result<Vec<u8>, Problem> {
    let fault = |error: rust_xlsxwriter::XlsxError| Problem::internal(error.to_string());
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    for (place, row) in (0u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(row) {
            let whole = cell
                .parse::<u32>()
                .ok()
                .filter(|_| !cell.starts_with('0') || cell == "0");
            match whole {
                Some(number) => sheet.write_number(place, column, number),
                None if place == 0 => sheet.write_string_with_format(place, column, cell, &bold),
                None => sheet.write_string(place, column, cell),
            }
            .map_err(fault)?;
        }
    }
    workbook.save_to_buffer().map_err(fault)
}

fn file(name: &str, media: &'static str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media)
        .insert_header(("Content-Disposition", format!("attachment; filename=\"{name}\"")))
        .body(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d42_exports_are_safe_from_formulas() {
        let bytes = as_csv(&[vec!["=1+1".into(), "-3".into(), "@x".into(), "会议室".into()]]).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "\u{feff}'=1+1,-3,'@x,会议室\n");
    }
}
