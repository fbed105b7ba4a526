//! `/meetings/{no}/minutes`: the minutes as they are printed and signed; publishing them.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{forms, is_secretary, load, number, once, shown, title};
use crate::app::App;
use crate::identity::extract::{MeetingReader, MeetingSecretary, Visit};
use crate::kernel::problem::{Fault, Problem};
use crate::meetings::domain::MeetingState;
use crate::meetings::query::MeetingView;
use crate::meetings::service;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "meetings/minutes.html")]
struct MinutesPage<'a> {
    page: &'a Page,
    f: FormView,
    title: String,
    href: String,
    meeting: &'a MeetingView,
    heading: &'a str,
    /// Paragraphs, each of lines.
    paragraphs: Vec<Vec<&'a str>>,
    hash: String,
    may_publish: bool,
}

pub(super) async fn minutes(
    app: web::Data<App>,
    MeetingReader(visit): MeetingReader,
    no: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    answer(&app, &visit, &no, 200, FormView::default()).await
}

pub(super) async fn publish(
    app: web::Data<App>,
    MeetingSecretary(visit): MeetingSecretary,
    no: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let meeting = number(&no)?;
    let done = if posted.value("signed") == "yes" {
        let to = format!("/meetings/{meeting}/minutes?done=meeting-published");
        once(&app, &visit, &posted, &to, async |tx| {
            service::publish(tx, &visit.actor, meeting, forms::rev(&posted)).await
        })
        .await
    } else {
        let missing = Fault::field("signed", "meeting-not-signed");
        Err(Problem::validation(vec![missing]))
    };
    match done {
        Ok(answer) => Ok(answer.into()),
        Err(problem) => {
            let problem = shown(problem)?;
            let f = posted.shown(visit.page.lang, &problem);
            answer(&app, &visit, &no, problem.status, f).await
        }
    }
}

async fn answer(
    app: &App,
    visit: &Visit,
    no: &str,
    status: u16,
    f: FormView,
) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let (meeting, _) = load(app, visit, no).await?;
    let (Some(text), Some(hash)) = (meeting.minutes.as_deref(), meeting.minutes_hash) else {
        return Err(Problem::not_found().into());
    };
    let (heading, rest) = text.split_once('\n').unwrap_or((text, ""));
    let template = MinutesPage {
        page,
        f,
        title: title(page, &meeting),
        href: format!("/meetings/{}", meeting.no),
        heading,
        paragraphs: rest
            .split("\n\n")
            .map(|block| block.lines().filter(|line| !line.is_empty()).collect())
            .collect(),
        hash: hash.hex(),
        may_publish: is_secretary(visit) && meeting.state == MeetingState::Closed,
        meeting: &meeting,
    };
    Ok(html(status, &template)?)
}
