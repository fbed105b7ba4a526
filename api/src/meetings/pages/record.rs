//! `/meetings/{no}/record`: who is here, the quorum, item after item, closing.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{ItemRow, forms, load, number, once, shown, title};
use crate::app::App;
use crate::identity::extract::{MeetingSecretary, Visit};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::meetings::domain::{Attendance, MeetingState, Outcome, Quorum};
use crate::meetings::error::MeetingError;
use crate::meetings::pack;
use crate::meetings::query::MeetingView;
use crate::meetings::service;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "meetings/record.html")]
struct RecordPage<'a> {
    page: &'a Page,
    f: FormView,
    title: String,
    href: String,
    meeting: &'a MeetingView,
    quorum: Quorum,
    is_open: bool,
    items: Vec<ItemRow>,
    /// Item to decide next, if one can be.
    next: Option<i32>,
    outcomes: Vec<(&'static str, String)>,
    /// Proposals that could still be taken up.
    waiting: Vec<(String, String)>,
}

pub(super) async fn record(
    app: web::Data<App>,
    MeetingSecretary(visit): MeetingSecretary,
    no: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    answer(&app, &visit, &no, 200, None).await
}

pub(super) async fn attendance(
    app: web::Data<App>,
    MeetingSecretary(visit): MeetingSecretary,
    no: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let done = attend(&app, &visit, &no, &posted).await;
    finish(&app, &visit, &no, &posted, done).await
}

async fn attend(app: &App, visit: &Visit, no: &str, posted: &Posted) -> Result<Answer, Problem> {
    let (meeting, _) = load(app, visit, no).await?;
    let attend = forms::attend(posted, &meeting.members).map_err(Problem::validation)?;
    let (no, rev, actor) = (meeting.no, forms::rev(posted), &visit.actor);
    let act = posted.value("act");
    let to = match act {
        "open" => format!("/meetings/{no}/record?done=meeting-opened"),
        "adjourn" => format!("/meetings/{no}?done=meeting-adjourned"),
        _ => format!("/meetings/{no}/record?done=meeting-attendance"),
    };
    once(app, visit, posted, &to, async |tx| match act {
        "open" => service::open(tx, actor, no, rev, &attend).await.map(|_| ()),
        "adjourn" => service::adjourn(tx, actor, no, rev, &attend).await,
        _ => service::set_attendance(tx, actor, no, rev, &attend)
            .await
            .map(|_| ()),
    })
    .await
}

pub(super) async fn decide_alike(
    app: web::Data<App>,
    MeetingSecretary(visit): MeetingSecretary,
    no: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let done = alike(&app, &visit, &no, &posted).await;
    finish(&app, &visit, &no, &posted, done).await
}

async fn alike(app: &App, visit: &Visit, no: &str, posted: &Posted) -> Result<Answer, Problem> {
    let no = number(no)?;
    let mut faults = Vec::new();
    let which: Vec<i32> = posted
        .values("items")
        .iter()
        .filter_map(|raw| raw.parse().ok())
        .collect();
    if which.is_empty() {
        faults.push(Fault::field("items", "meeting-choose-items"));
    }
    let outcome = forms::outcome(posted, &mut faults);
    let reason = forms::text(posted, "reason", &mut faults);
    let (Some(outcome), Some(reason), true) = (outcome, reason, faults.is_empty()) else {
        return Err(Problem::validation(faults));
    };
    let to = format!("/meetings/{no}/record?done=meeting-decided");
    once(app, visit, posted, &to, async |tx| {
        let rev = forms::rev(posted);
        service::decide_alike(tx, &visit.actor, no, rev, (&which, outcome, &reason)).await
    })
    .await
}

pub(super) async fn late(
    app: web::Data<App>,
    MeetingSecretary(visit): MeetingSecretary,
    no: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let done = add_late(&app, &visit, &no, &posted).await;
    finish(&app, &visit, &no, &posted, done).await
}

async fn add_late(app: &App, visit: &Visit, no: &str, posted: &Posted) -> Result<Answer, Problem> {
    let no = number(no)?;
    let mut faults = Vec::new();
    let proposal = posted.value("proposal").parse().ok();
    if proposal.is_none() {
        faults.push(Fault::field("proposal", "choose"));
    }
    if posted.value("all_agree") != "yes" {
        faults.push(Fault::field("all_agree", "meeting-late-consent"));
    }
    let (Some(proposal), true) = (proposal, faults.is_empty()) else {
        return Err(Problem::validation(faults));
    };
    let to = format!("/meetings/{no}/record?done=meeting-item-added");
    once(app, visit, posted, &to, async |tx| {
        service::add_item(tx, &visit.actor, no, forms::rev(posted), proposal).await
    })
    .await
}

pub(super) async fn close(
    app: web::Data<App>,
    MeetingSecretary(visit): MeetingSecretary,
    no: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let meeting = number(&no)?;
    let to = format!("/meetings/{meeting}/minutes?done=meeting-closed");
    let done = once(&app, &visit, &posted, &to, async |tx| {
        let rev = forms::rev(&posted);
        service::close(tx, &visit.actor, meeting, rev).await.map(|_| ())
    })
    .await;
    finish(&app, &visit, &no, &posted, done).await
}

/// The act's answer, or the page again with what was wrong.
async fn finish(
    app: &App,
    visit: &Visit,
    no: &str,
    posted: &Posted,
    done: Result<Answer, Problem>,
) -> Result<HttpResponse, Failure> {
    match done {
        Ok(answer) => Ok(answer.into()),
        Err(problem) => {
            let problem = shown(problem)?;
            let f = posted.shown(visit.page.lang, &problem);
            answer(app, visit, no, problem.status, Some(f)).await
        }
    }
}

/// Attendance as the form shows it.
fn filled(meeting: &MeetingView) -> FormView {
    let mut f = FormView::default();
    for member in &meeting.members {
        match &member.attendance {
            Attendance::Absent => {}
            Attendance::Present => {
                let here = f.values.entry("present".to_owned()).or_default();
                here.push(member.party.to_string());
            }
            Attendance::Mandate { holder } => {
                f.values
                    .insert(format!("holder-{}", member.party), vec![holder.clone()]);
            }
        }
    }
    f
}

async fn answer(
    app: &App,
    visit: &Visit,
    no: &str,
    status: u16,
    refused: Option<FormView>,
) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let (meeting, items) = load(app, visit, no).await?;
    let is_open = meeting.state == MeetingState::Open;
    if !is_open && meeting.state != MeetingState::Called {
        let state = meeting.state;
        return Err(Problem::from(MeetingError::NotInThisState { state }).into());
    }
    // A refused form of decisions holds no attendance; what is stored fills the gap.
    let mut f = filled(&meeting);
    if let Some(refused) = refused {
        if refused.values.contains_key("act") {
            f.values.clear();
        }
        f.values.extend(refused.values);
        f.faults = refused.faults;
    }
    let waiting = if is_open {
        pack::waiting(app.db.reader(), visit.actor.scope)
            .await
            .map_err(Problem::from)?
    } else {
        Vec::new()
    };
    let rows = ItemRow::all(page, &meeting, &items);
    let template = RecordPage {
        page,
        f,
        title: title(page, &meeting),
        href: format!("/meetings/{}", meeting.no),
        quorum: meeting.quorum(),
        is_open,
        next: rows.iter().find(|i| !i.decided && i.reached).map(|i| i.item),
        items: rows,
        outcomes: Outcome::ALL
            .into_iter()
            .map(|o| (o.code(), page.t(&format!("meeting-outcome-{}", o.code()))))
            .collect(),
        waiting: waiting
            .into_iter()
            .map(|p| (p.proposal.to_string(), p.title))
            .collect(),
        meeting: &meeting,
    };
    Ok(html(status, &template)?)
}
