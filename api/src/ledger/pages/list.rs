//! `/obligations`: what is due, by its last day, and the same as a file.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use uuid::Uuid;

use super::{amount, area_words, days, names, state_words};
use crate::agreements::domain::clause::Every;
use crate::agreements::domain::document::Area;
use crate::agreements::domain::instalment::InstalmentState as State;
use crate::agreements::query as agreements;
use crate::app::App;
use crate::identity::extract::{Deliverer, Visit};
use crate::identity::party::query as parties;
use crate::kernel::date::CivilDate;
use crate::kernel::limit;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::ledger::domain::period::Period;
use crate::ledger::query::{self, Filter, InstalmentView, SORTS};
use crate::web::failure::Failure;
use crate::web::page::{Page, html};
use crate::web::sheet::{Cell, Sheet};
use crate::web::table::TableView;

/// Months before and after this one that the filter offers.
const MONTHS: i32 = 12;

#[derive(Template)]
#[template(path = "ledger/list.html")]
struct ListPage<'a> {
    page: &'a Page,
    t: TableView,
    rows: Vec<Line>,
    states: Vec<(String, String)>,
    areas: Vec<(String, String)>,
    periods: Vec<(String, String)>,
    sides: Vec<(String, String)>,
    parties: Vec<(String, String)>,
    chips: Vec<(&'static str, String)>,
}

struct Line {
    place: String,
    what: String,
    number: String,
    key: String,
    giver: String,
    takers: String,
    days: String,
    amount: String,
    confirmed: String,
    colour: &'static str,
    state: String,
}

fn line(page: &Page, view: InstalmentView) -> Line {
    Line {
        days: days(page, &view),
        amount: amount(page, view.quantity, &view.unit),
        confirmed: view.standing.account.confirmed.to_string(),
        colour: view.state.colour(),
        state: state_words(page, view.state),
        takers: names(&view.takers),
        giver: view.giver.1,
        place: view.place,
        what: view.what,
        number: view.number,
        key: view.agreement_key,
    }
}

/// The conditions of an address. An agreement that is not there, or not theirs, has no instalments.
async fn filter(app: &App, visit: &Visit, t: &TableView) -> Result<Filter, Problem> {
    let own = visit.actor.scope.party.map(crate::kernel::id::Id::uuid);
    let side = |name| own.filter(|_| t.value("side") == name);
    let agreement = match t.value("agreement") {
        "" => None,
        key => Some(agreements::by_key(app.db.reader(), visit.actor.scope, key).await?),
    };
    Ok(Filter {
        party: t.value("party").parse::<Uuid>().ok(),
        giver: side("gives"),
        taker: side("gets"),
        area: Area::from_code(t.value("area")).map(|area| area.code().to_owned()),
        state: State::from_code(t.value("state")),
        period: t.value("period").parse().ok(),
        by: t.value("by").parse::<CivilDate>().ok(),
        agreement,
        obligation: None,
    })
}

pub(super) async fn list(
    app: web::Data<App>,
    Deliverer(visit): Deliverer,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let today = app.db.clock().now().day();
    let t = TableView::read(&request);
    let filter = filter(&app, &visit, &t).await?;
    let sort = SORTS
        .iter()
        .find(|key| t.sort().trim_start_matches('-') == **key)
        .map_or("until", |_| t.sort());
    let key = format!("obligations?{filter:?}&{sort}");
    let after = t
        .after()
        .map(|cursor| app.keys.cursor.open(scope.tenant, &key, cursor))
        .transpose()?;
    let on = (scope, today);
    let (found, next) = query::list(db, on, &filter, sort, after.as_ref(), t.size())
        .await
        .map_err(Problem::from)?;
    let count = query::count(db, on, &filter).await.map_err(Problem::from)?;
    let next = next.map(|after| app.keys.cursor.seal(scope.tenant, &key, &after));
    let register = match scope.party {
        Some(_) => Vec::new(),
        None => parties::all(db, Scope::tenant(scope.tenant))
            .await
            .map_err(Problem::from)?,
    };
    let rows: Vec<Line> = found.into_iter().map(|view| line(page, view)).collect();
    let parties: Vec<(String, String)> = register
        .iter()
        .map(|party| (party.id.to_string(), party.name.clone()))
        .collect();
    let template = ListPage {
        page,
        chips: chips(page, &t, &filter, &parties),
        states: State::ALL
            .iter()
            .map(|state| (state.code().to_owned(), state_words(page, *state)))
            .collect(),
        areas: Area::ALL
            .iter()
            .map(|(_, _, code)| ((*code).to_owned(), area_words(page, code)))
            .collect(),
        periods: months(page, today),
        sides: sides(page, &visit),
        parties,
        t: t.found(count, rows.len(), next),
        rows,
    };
    Ok(html(200, &template)?)
}

fn sides(page: &Page, visit: &Visit) -> Vec<(String, String)> {
    if visit.actor.scope.party.is_none() {
        return Vec::new();
    }
    ["gives", "gets"]
        .iter()
        .map(|side| ((*side).to_owned(), page.t(&format!("obligations-side-{side}"))))
        .collect()
}

/// The months the filter offers.
fn months(page: &Page, today: CivilDate) -> Vec<(String, String)> {
    (-MONTHS..=MONTHS)
        .map(|n| Period::holding(Every::Month, today.plus_months(n)))
        .map(|month| (month.to_string(), period_words(page, month)))
        .collect()
}

/// A period as people name it.
pub(super) fn period_words(page: &Page, period: Period) -> String {
    let (year, place) = (period.year().to_string(), period.place().to_string());
    let (key, month) = match period.every() {
        Every::Month => ("period-month", page.t(&format!("month-{place}"))),
        Every::Quarter => ("period-quarter", place),
        Every::HalfYear => ("period-half", place),
        Every::Year => ("period-year", place),
    };
    page.lang.ta(key, &[("year", &year), ("place", &month)])
}

/// The conditions that are set, in words.
fn chips(
    page: &Page,
    t: &TableView,
    filter: &Filter,
    parties: &[(String, String)],
) -> Vec<(&'static str, String)> {
    let party = filter.party.map(|id| id.to_string());
    let party = parties.iter().find(|(id, _)| Some(id) == party.as_ref());
    [
        ("state", filter.state.map(|state| state_words(page, state))),
        ("area", filter.area.as_deref().map(|area| area_words(page, area))),
        ("period", filter.period.map(|period| period_words(page, period))),
        ("party", party.map(|(_, name)| name.clone())),
        (
            "agreement",
            filter.agreement.map(|_| t.value("agreement").to_owned()),
        ),
        (
            "by",
            filter
                .by
                .map(|day| page.t1("todo-due", "day", page.day(&day.to_string()))),
        ),
        (
            "side",
            filter
                .giver
                .or(filter.taker)
                .map(|_| page.t(&format!("obligations-side-{}", t.value("side")))),
        ),
    ]
    .into_iter()
    .filter_map(|(name, words)| Some((name, words?)))
    .collect()
}

/// `GET /obligations/export.csv`, `.xlsx`: the filter, all pages.
pub(super) async fn export(
    app: web::Data<App>,
    Deliverer(visit): Deliverer,
    request: HttpRequest,
    kind: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (scope, page) = (visit.actor.scope, &visit.page);
    let today = app.db.clock().now().day();
    let t = TableView::read(&request);
    let filter = filter(&app, &visit, &t).await?;
    let on = (scope, today);
    let found = query::every(app.db.reader(), on, &filter, t.sort(), limit::EXPORT_ROWS)
        .await
        .map_err(Problem::from)?;
    let heads = [
        "agreement-number",
        "obligations-what",
        "obligations-area",
        "obligations-giver",
        "obligations-takers",
        "obligations-from",
        "obligations-until",
        "obligations-quantity",
        "obligations-measure",
        "obligations-confirmed",
        "obligations-state",
    ];
    let rows = found.into_iter().map(|view| -> Vec<Cell> {
        vec![
            view.number.into(),
            view.what.into(),
            area_words(page, &view.area).into(),
            view.giver.1.into(),
            names(&view.takers).into(),
            view.standing.from.to_string().into(),
            view.standing.until.to_string().into(),
            i64::from(view.quantity).into(),
            page.t(&format!("measure-{}", view.unit)).into(),
            i64::from(view.standing.account.confirmed).into(),
            state_words(page, view.state).into(),
        ]
    });
    let sheet = Sheet {
        heads: heads.map(|key| page.t(key)).to_vec(),
        rows: rows.collect(),
    };
    Ok(sheet.file(&format!("obligations.{kind}"))?)
}
