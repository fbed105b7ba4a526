//! `/meetings/{no}/items/{item}`: one item: who recuses, the vote, the decision.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{ItemRow, forms, is_secretary, load, names, once, shown, title};
use crate::app::App;
use crate::identity::extract::{MeetingReader, MeetingSecretary, Visit};
use crate::identity::party::query as parties;
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::Problem;
use crate::meetings::domain::{MeetingState, Outcome};
use crate::meetings::pack;
use crate::meetings::query::{ItemView, MeetingView};
use crate::meetings::service;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "meetings/item.html")]
struct ItemPage<'a> {
    page: &'a Page,
    f: FormView,
    title: String,
    href: String,
    meeting: &'a MeetingView,
    row: ItemRow,
    parties: Vec<String>,
    services: Vec<Service>,
    eligible: u32,
    to_adopt: u32,
    may_decide: bool,
    outcomes: Vec<(&'static str, String)>,
}

/// One service of the proposal, in words.
struct Service {
    from: String,
    to: String,
    what: String,
    amount: String,
    days: String,
}

fn services(page: &Page, item: &ItemView) -> Vec<Service> {
    pack::services(&item.body)
        .into_iter()
        .map(|s| Service {
            amount: format!("{} {}", s.quantity, page.t(&format!("measure-{}", s.measure))),
            days: format!("{} – {}", page.day(&s.days.0), page.day(&s.days.1)),
            from: s.from,
            to: s.to,
            what: s.what,
        })
        .collect()
}

pub(super) async fn item(
    app: web::Data<App>,
    MeetingReader(visit): MeetingReader,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (meeting, items, at) = find(&app, &visit, &path).await?;
    let found = items.get(at).ok_or_else(Problem::not_found)?;
    let mut f = FormView::default();
    let present = found.quorum(&meeting.members).present;
    f.values.insert("yes".to_owned(), vec![present.to_string()]);
    for name in ["no", "abstain"] {
        f.values.insert(name.to_owned(), vec!["0".to_owned()]);
    }
    answer(&app, &visit, 200, f, (&meeting, found)).await
}

pub(super) async fn decide(
    app: web::Data<App>,
    MeetingSecretary(visit): MeetingSecretary,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (meeting, items, at) = find(&app, &visit, &path).await?;
    let found = items.get(at).ok_or_else(Problem::not_found)?;
    match decided(&app, &visit, &posted, &meeting, (&items, found)).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) => {
            let problem = shown(problem)?;
            let f = posted.shown(visit.page.lang, &problem);
            answer(&app, &visit, problem.status, f, (&meeting, found)).await
        }
    }
}

async fn decided(
    app: &App,
    visit: &Visit,
    posted: &Posted,
    meeting: &MeetingView,
    (items, found): (&[ItemView], &ItemView),
) -> Result<Answer, Problem> {
    let cmd = forms::decide(posted, found.item).map_err(Problem::validation)?;
    let open =
        |i: &&ItemView| i.item != found.item && i.decision.is_none() && i.quorum(&meeting.members).reached();
    let after = items.iter().filter(|i| i.item > found.item).find(open);
    let to = match after.or_else(|| items.iter().find(open)) {
        Some(next) => format!(
            "/meetings/{}/items/{}?done=meeting-decided",
            meeting.no, next.item
        ),
        None => format!("/meetings/{}/record?done=meeting-decided", meeting.no),
    };
    once(app, visit, posted, &to, async |tx| {
        service::decide(tx, &visit.actor, meeting.no, forms::rev(posted), &cmd).await
    })
    .await
}

async fn find(
    app: &App,
    visit: &Visit,
    (no, item): &(String, String),
) -> Result<(MeetingView, Vec<ItemView>, usize), Problem> {
    let (meeting, items) = load(app, visit, no).await?;
    let item: i32 = item.parse().map_err(|_| Problem::not_found())?;
    let at = items
        .iter()
        .position(|i| i.item == item)
        .ok_or_else(Problem::not_found)?;
    Ok((meeting, items, at))
}

async fn answer(
    app: &App,
    visit: &Visit,
    status: u16,
    f: FormView,
    (meeting, found): (&MeetingView, &ItemView),
) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let mut parties = Vec::with_capacity(found.parties.len());
    for party in &found.parties {
        let known = names(meeting, &[*party]);
        parties.push(if known.is_empty() {
            parties::find(app.db.reader(), visit.actor.scope, *party)
                .await?
                .name
        } else {
            known
        });
    }
    let quorum = found.quorum(&meeting.members);
    let decision = found.decision.as_ref();
    let template = ItemPage {
        page,
        f,
        title: title(page, meeting),
        href: format!("/meetings/{}", meeting.no),
        meeting,
        row: ItemRow::new(page, meeting, found),
        parties,
        services: services(page, found),
        eligible: decision.map_or(quorum.eligible, |d| d.votes.eligible),
        to_adopt: decision.map_or(quorum.to_adopt(), |d| d.votes.to_adopt),
        may_decide: is_secretary(visit)
            && meeting.state == MeetingState::Open
            && decision.is_none()
            && quorum.reached(),
        outcomes: Outcome::ALL
            .into_iter()
            .map(|o| (o.code(), page.t(&format!("meeting-outcome-{}", o.code()))))
            .collect(),
    };
    Ok(html(status, &template)?)
}
