//! `/meetings/{no}`: a meeting, its members and agenda; calling an adjourned one again.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{ItemRow, colour, forms, is_secretary, load, number, once, shown, state_words, title};
use crate::app::App;
use crate::identity::extract::{MeetingReader, MeetingSecretary, Visit};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::Problem;
use crate::meetings::domain::{MeetingState, Member, NOTICE_DAYS, Quorum};
use crate::meetings::query::MeetingView;
use crate::meetings::service;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "meetings/show.html")]
struct ShowPage<'a> {
    page: &'a Page,
    f: FormView,
    title: String,
    meeting: &'a MeetingView,
    when: String,
    chair: &'a str,
    members: Vec<(&'a Member, String)>,
    items: Vec<ItemRow>,
    quorum: Quorum,
    colour: &'static str,
    state: String,
    may_hold: bool,
    may_call_again: bool,
    has_minutes: bool,
    notice_days: u32,
}

pub(super) async fn show(
    app: web::Data<App>,
    MeetingReader(visit): MeetingReader,
    no: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    answer(&app, &visit, &no, 200, None).await
}

pub(super) async fn again(
    app: web::Data<App>,
    MeetingSecretary(visit): MeetingSecretary,
    no: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    match call_again(&app, &visit, &no, &posted).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) => {
            let problem = shown(problem)?;
            let f = posted.shown(visit.page.lang, &problem);
            answer(&app, &visit, &no, problem.status, Some(f)).await
        }
    }
}

async fn call_again(app: &App, visit: &Visit, no: &str, posted: &Posted) -> Result<Answer, Problem> {
    let no = number(no)?;
    let mut faults = Vec::new();
    let notice = forms::notice(posted, &mut faults)
        .ok_or(faults)
        .map_err(Problem::validation)?;
    let to = format!("/meetings/{no}?done=meeting-called");
    once(app, visit, posted, &to, async |tx| {
        service::call_again(tx, &visit.actor, no, forms::rev(posted), &notice).await
    })
    .await
}

async fn answer(
    app: &App,
    visit: &Visit,
    no: &str,
    status: u16,
    f: Option<FormView>,
) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let (meeting, items) = load(app, visit, no).await?;
    let secretary = is_secretary(visit);
    let f = f.unwrap_or_else(|| {
        FormView::filled([
            ("place", meeting.place.clone()),
            ("starts", meeting.starts.clone()),
        ])
    });
    let template = ShowPage {
        page,
        f,
        title: title(page, &meeting),
        when: format!("{} {}", page.day(&meeting.held_on.to_string()), meeting.starts),
        chair: meeting.name_of(meeting.chair),
        members: meeting
            .members
            .iter()
            .map(|m| (m, page.t(&format!("meeting-attendance-{}", m.attendance.code()))))
            .collect(),
        items: ItemRow::all(page, &meeting, &items),
        quorum: meeting.quorum(),
        colour: colour(&meeting),
        state: state_words(page, &meeting),
        may_hold: secretary && matches!(meeting.state, MeetingState::Called | MeetingState::Open),
        may_call_again: secretary && meeting.state == MeetingState::Adjourned,
        has_minutes: meeting.minutes.is_some(),
        notice_days: NOTICE_DAYS,
        meeting: &meeting,
    };
    Ok(html(status, &template)?)
}
