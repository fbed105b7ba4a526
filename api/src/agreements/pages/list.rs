//! `/agreements`: all agreements the visitor may see, the last changed first.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{colour, state_words};
use crate::agreements::domain::state::State;
use crate::agreements::query::{self, Filter};
use crate::app::App;
use crate::identity::extract::AnyPerson;
use crate::kernel::actor::{Role, Who};
use crate::kernel::problem::Problem;
use crate::web::failure::Failure;
use crate::web::page::{Page, html};
use crate::web::table::TableView;

#[derive(Template)]
#[template(path = "agreements/list.html")]
struct ListPage<'a> {
    page: &'a Page,
    t: TableView,
    states: Vec<(&'static str, String)>,
    state: String,
    rows: Vec<Row>,
    drafts: Vec<(i32, String)>,
}

struct Row {
    key: String,
    number: String,
    title: String,
    parties: Vec<(String, bool)>,
    term: String,
    sign_by: String,
    colour: &'static str,
    words: String,
}

pub(super) async fn list(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let t = TableView::read(&request);
    let (page, db, scope) = (&visit.page, app.db.reader(), visit.actor.scope);
    let state = State::from_code(t.value("state"));
    let name = format!("agreements?state={}", state.map(State::code).unwrap_or_default());
    let after = t
        .after()
        .map(|cursor| app.keys.cursor.open(scope.tenant, &name, cursor))
        .transpose()?;
    let filter = Filter {
        state,
        ..Filter::default()
    };
    let size = u32::try_from(t.size()).unwrap_or(1);
    let (found, next) = query::list(db, scope, &filter, after.as_ref(), size)
        .await
        .map_err(Problem::from)?;
    let count = query::count(db, scope, &filter).await.map_err(Problem::from)?;
    let next = next.map(|after| app.keys.cursor.seal(scope.tenant, &name, &after));
    let is_cadre = matches!(
        visit.actor.who,
        Who::Person {
            role: Role::StreetCadre,
            ..
        }
    );
    let drafts = if is_cadre {
        query::drafts(db, scope).await.map_err(Problem::from)?
    } else {
        Vec::new()
    };
    let rows: Vec<Row> = found
        .into_iter()
        .map(|row| Row {
            term: format!("{} – {}", page.day(&row.term_from), page.day(&row.term_until)),
            sign_by: row
                .sign_by
                .map(|day| page.day(&day.to_string()))
                .unwrap_or_default(),
            colour: colour(row.state),
            words: state_words(page, row.state),
            key: row.key,
            number: row.number,
            title: row.title,
            parties: row.parties,
        })
        .collect();
    let template = ListPage {
        page,
        t: t.found(count, rows.len(), next),
        states: State::ALL
            .into_iter()
            .map(|s| (s.code(), state_words(page, s)))
            .collect(),
        state: state.map(|s| state_words(page, s)).unwrap_or_default(),
        rows,
        drafts,
    };
    Ok(html(200, &template)?)
}
