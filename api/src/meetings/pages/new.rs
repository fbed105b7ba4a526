//! `/meetings/new`: calling a meeting.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{forms, shown};
use crate::app::App;
use crate::identity::extract::{MeetingSecretary, Visit};
use crate::identity::party::domain::PartyKind;
use crate::identity::party::query as parties;
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::Problem;
use crate::kernel::tx;
use crate::meetings::domain::NOTICE_DAYS;
use crate::meetings::pack::{self, ProposalItem};
use crate::meetings::{query, service};
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "meetings/new.html")]
struct NewPage<'a> {
    page: &'a Page,
    f: FormView,
    register: Vec<Candidate>,
    chairs: Vec<(String, String)>,
    proposals: Vec<(String, String)>,
    notice_days: u32,
}

/// A party that may be a member.
struct Candidate {
    id: String,
    name: String,
    kind: String,
}

pub(super) async fn new(
    app: web::Data<App>,
    MeetingSecretary(visit): MeetingSecretary,
) -> Result<HttpResponse, Failure> {
    let waiting = waiting(&app, &visit).await?;
    let f = suggested(&app, &visit, &waiting).await?;
    answer(&app, &visit, 200, f, &waiting).await
}

pub(super) async fn new_post(
    app: web::Data<App>,
    MeetingSecretary(visit): MeetingSecretary,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    match call(&app, &visit, &posted).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) => {
            let problem = shown(problem)?;
            let waiting = waiting(&app, &visit).await?;
            let f = posted.shown(visit.page.lang, &problem);
            answer(&app, &visit, problem.status, f, &waiting).await
        }
    }
}

async fn call(app: &App, visit: &Visit, posted: &Posted) -> Result<Answer, Problem> {
    let cmd = forms::call(posted).map_err(Problem::validation)?;
    let key = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    tx::once(&app.db, &key, async |tx| {
        let called = service::call_meeting(tx, &visit.actor, &cmd).await?;
        Ok(Answer::see_other(format!(
            "/meetings/{}?done=meeting-called",
            called.no
        )))
    })
    .await
}

async fn waiting(app: &App, visit: &Visit) -> Result<Vec<ProposalItem>, Problem> {
    Ok(pack::waiting(app.db.reader(), visit.actor.scope).await?)
}

/// The members of the last meeting, or everybody; all proposals that wait; the last place.
async fn suggested(app: &App, visit: &Visit, waiting: &[ProposalItem]) -> Result<FormView, Problem> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let last = query::list(db, scope, None, None, 1).await?;
    let last = last.rows.into_iter().next().map(|(meeting, _)| meeting);
    let register = parties::all(db, scope).await?;
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for party in register.iter().filter(|p| p.kind != PartyKind::District) {
        let sat = last
            .as_ref()
            .and_then(|m| m.members.iter().find(|m| m.party == party.id));
        let title = sat.map_or(&party.contact_title, |m| &m.title);
        values.insert(format!("title-{}", party.id), vec![title.clone()]);
        if sat.is_some() || last.is_none() {
            values
                .entry("member".to_owned())
                .or_default()
                .push(party.id.to_string());
        }
    }
    let street = register.iter().find(|p| p.kind == PartyKind::Street);
    let chair = last.as_ref().map(|m| m.chair).or(street.map(|p| p.id));
    values.insert(
        "chair".to_owned(),
        chair.iter().map(ToString::to_string).collect(),
    );
    values.insert(
        "proposal".to_owned(),
        waiting.iter().map(|p| p.proposal.to_string()).collect(),
    );
    if let Some(last) = last {
        values.insert("place".to_owned(), vec![last.place]);
        values.insert("starts".to_owned(), vec![last.starts]);
    }
    Ok(FormView {
        values,
        faults: Vec::new(),
    })
}

async fn answer(
    app: &App,
    visit: &Visit,
    status: u16,
    f: FormView,
    waiting: &[ProposalItem],
) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let register = parties::all(app.db.reader(), visit.actor.scope)
        .await
        .map_err(Problem::from)?;
    let name_of = |id| register.iter().find(|p| p.id == id).map(|p| p.name.as_str());
    let proposals = waiting
        .iter()
        .map(|p| {
            let names: Vec<&str> = p.parties.iter().filter_map(|id| name_of(*id)).collect();
            (
                p.proposal.to_string(),
                format!("{}（{}）", p.title, names.join("、")),
            )
        })
        .collect();
    let candidates = || register.iter().filter(|p| p.kind != PartyKind::District);
    let template = NewPage {
        page,
        f,
        chairs: candidates().map(|p| (p.id.to_string(), p.name.clone())).collect(),
        register: candidates()
            .map(|p| Candidate {
                id: p.id.to_string(),
                name: p.name.clone(),
                kind: page.t(&format!("party-kind-{}", p.kind.code())),
            })
            .collect(),
        proposals,
        notice_days: NOTICE_DAYS,
    };
    Ok(html(status, &template)?)
}
