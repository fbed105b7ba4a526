//! `/sign`: what waits for the signer's signature, read, confirmed, done. The signature is made by the script
//! with the key in the signer's browser.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::differences::Change;
use super::paper::Paper;
use super::show::{self, may_decline, may_sign};
use super::{load, state_words, version_words};
use crate::agreements::domain::state::State;
use crate::agreements::query::{self, AgreementView};
use crate::app::App;
use crate::identity::credential::query as credentials;
use crate::identity::extract::{Signer, Visit};
use crate::kernel::problem::Problem;
use crate::web::failure::Failure;
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "agreements/waiting.html")]
struct WaitingPage<'a> {
    page: &'a Page,
    rows: Vec<WaitingRow>,
}

struct WaitingRow {
    href: String,
    words: String,
    sign_by: String,
    late: bool,
}

pub(super) async fn waiting(app: web::Data<App>, Signer(visit): Signer) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let today = app.db.clock().now().day();
    let rows = query::to_sign(app.db.reader(), visit.actor.scope)
        .await
        .map_err(Problem::from)?;
    let rows = rows
        .into_iter()
        .map(|row| WaitingRow {
            sign_by: row
                .sign_by
                .map(|day| page.t1("todo-due", "day", page.day(&day.to_string())))
                .unwrap_or_default(),
            late: row.sign_by.is_some_and(|day| day < today.plus_days(3)),
            href: format!("/sign/{}", row.key),
            words: format!("{} {}", row.number, row.title),
        })
        .collect();
    Ok(html(200, &WaitingPage { page, rows })?)
}

#[derive(Template)]
#[template(path = "agreements/read.html")]
struct ReadPage<'a> {
    page: &'a Page,
    key: &'a str,
    paper: &'a Paper,
    is_open: bool,
    before: String,
    after: String,
    changes: Vec<Change>,
    gives: Vec<&'a super::paper::PaperObligation>,
    gets: Vec<&'a super::paper::PaperObligation>,
}

pub(super) async fn read(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let view = load(&app, &visit, &key).await?;
    if !may_sign(&visit, &view) {
        return Ok(see_other(format!("/agreements/{}", view.key)));
    }
    let (document, hash) = view.table();
    let paper = Paper::new(&visit.page, document, hash);
    let own = own_ref(&visit, &view).unwrap_or_default();
    let (gives, gets) = paper.split(document, &own);
    let (before, changes) = show::against(&app, &visit, &view).await?;
    let template = ReadPage {
        page: &visit.page,
        is_open: view.state() == State::Open,
        before,
        after: version_words(&visit.page, document.version),
        changes,
        key: &view.key,
        paper: &paper,
        gives,
        gets,
    };
    Ok(html(200, &template)?)
}

fn own_ref(visit: &Visit, view: &AgreementView) -> Option<String> {
    let party = visit.actor.party()?;
    view.reference_of(party.uuid()).map(str::to_owned)
}

fn see_other(location: String) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header(("Location", location))
        .finish()
}

#[derive(Template)]
#[template(path = "agreements/confirm.html")]
struct ConfirmPage<'a> {
    page: &'a Page,
    view: &'a AgreementView,
    hash: String,
    owner: &'a str,
    act: &'static str,
    is_accept: bool,
    title: String,
    lead: String,
    back: String,
    next: String,
    reference: String,
    party: String,
    has_key: bool,
}

pub(super) async fn confirm(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    confirm_act(&app, &visit, &key, "accept").await
}

pub(super) async fn decline(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    confirm_act(&app, &visit, &key, "decline").await
}

async fn confirm_act(
    app: &App,
    visit: &Visit,
    key: &str,
    act: &'static str,
) -> Result<HttpResponse, Failure> {
    let view = load(app, visit, key).await?;
    let may = if act == "accept" {
        may_sign(visit, &view)
    } else {
        may_decline(visit, &view)
    };
    if !may {
        return Ok(see_other(format!("/agreements/{}", view.key)));
    }
    if visit.stepped_up(app).is_err() {
        let leaf = if act == "accept" { "confirm" } else { "decline" };
        return Ok(see_other(format!("/step-up?back=/sign/{}/{leaf}", view.key)));
    }
    let lead = match (act, &view.pending) {
        ("accept", _) => "sign-accept-lead",
        (_, None) => "sign-decline-lead",
        (_, Some(_)) => "sign-decline-pending",
    };
    let template = ConfirmPage {
        page: &visit.page,
        owner: &visit.person.login,
        act,
        is_accept: act == "accept",
        title: visit.page.t(&format!("sign-{act}-title")),
        lead: visit.page.t(lead),
        hash: view.table().1.to_string(),
        back: format!("/sign/{}", view.key),
        next: format!("/sign/{}/done?done=1", view.key),
        reference: own_ref(visit, &view).unwrap_or_default(),
        party: party_name(visit, &view),
        has_key: has_key(app, visit).await?,
        view: &view,
    };
    Ok(html(200, &template)?)
}

/// Whether the signer has an enrolled key, in whatever browser.
pub(super) async fn has_key(app: &App, visit: &Visit) -> Result<bool, Problem> {
    let today = app.db.clock().now().day();
    let keys = credentials::of_person(app.db.reader(), visit.actor.scope, visit.person.id).await?;
    Ok(keys.iter().any(|key| key.is_good_on(today)))
}

fn party_name(visit: &Visit, view: &AgreementView) -> String {
    let own = visit.actor.party().map(crate::kernel::id::Id::uuid);
    view.parties
        .iter()
        .find(|p| Some(p.party) == own)
        .map(|p| p.name.clone())
        .unwrap_or_default()
}

#[derive(Template)]
#[template(path = "agreements/done.html")]
struct DonePage<'a> {
    page: &'a Page,
    view: &'a AgreementView,
    state: String,
    missing: Vec<String>,
    in_force_on: String,
}

pub(super) async fn done(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let view = load(&app, &visit, &key).await?;
    let page = &visit.page;
    let template = DonePage {
        page,
        state: state_words(page, view.state()),
        missing: view
            .parties
            .iter()
            .filter(|p| !p.is_bound && !p.has_left)
            .map(|p| p.name.clone())
            .collect(),
        in_force_on: view
            .standing
            .in_force_on
            .map(|d| page.day(&d.to_string()))
            .unwrap_or_default(),
        view: &view,
    };
    Ok(html(200, &template)?)
}
