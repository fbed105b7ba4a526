//! `/meetings`: all meetings, newest first.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{colour, is_secretary, state_words, title};
use crate::app::App;
use crate::identity::extract::MeetingReader;
use crate::kernel::problem::Problem;
use crate::meetings::domain::MeetingState;
use crate::meetings::query;
use crate::web::failure::Failure;
use crate::web::page::{Page, html};
use crate::web::table::TableView;

#[derive(Template)]
#[template(path = "meetings/list.html")]
struct ListPage<'a> {
    page: &'a Page,
    t: TableView,
    states: Vec<(&'static str, String)>,
    state: String,
    rows: Vec<Row>,
    may_call: bool,
}

struct Row {
    no: i64,
    title: String,
    day: String,
    starts: String,
    place: String,
    items: u64,
    present: u32,
    members: u32,
    colour: &'static str,
    words: String,
}

pub(super) async fn list(
    app: web::Data<App>,
    MeetingReader(visit): MeetingReader,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let t = TableView::read(&request);
    let page = &visit.page;
    let after = match t.after() {
        None => None,
        Some(cursor) => Some(cursor.parse().map_err(|_| Problem::new("cursor-invalid", 400))?),
    };
    let state = MeetingState::from_code(t.value("state"));
    let found = query::list(app.db.reader(), visit.actor.scope, state, after, t.size())
        .await
        .map_err(Problem::from)?;
    let words = |state: MeetingState| page.t(&format!("meeting-state-{}", state.code()));
    let rows: Vec<Row> = found
        .rows
        .into_iter()
        .map(|(meeting, items)| Row {
            no: meeting.no,
            title: title(page, &meeting),
            day: page.day(&meeting.held_on.to_string()),
            starts: meeting.starts.clone(),
            items,
            present: meeting.quorum().present,
            members: meeting.quorum().members,
            colour: colour(&meeting),
            words: state_words(page, &meeting),
            place: meeting.place,
        })
        .collect();
    let template = ListPage {
        page,
        t: t.found(found.count, rows.len(), found.next.map(|no| no.to_string())),
        states: MeetingState::ALL
            .into_iter()
            .filter(|s| *s != MeetingState::Planned)
            .map(|s| (s.code(), words(s)))
            .collect(),
        state: state.map(words).unwrap_or_default(),
        rows,
        may_call: is_secretary(&visit),
    };
    Ok(html(200, &template)?)
}
