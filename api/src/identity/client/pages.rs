//! Pages on which the district registers connected systems.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::domain::{self, ClientKeys, ClientView};
use super::query;
use super::service::{self, ClientChange};
use crate::app::App;
use crate::identity::confirm::Confirm;
use crate::identity::extract::{DistrictAdmin, Visit};
use crate::identity::party::query as parties;
use crate::identity::role::Act;
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "identity/clients.html")]
struct ListPage<'a> {
    page: &'a Page,
    rows: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "identity/client.html")]
struct ShowPage<'a> {
    page: &'a Page,
    client: Shown,
    token_endpoint: String,
    issuer: &'a str,
}

#[derive(Template)]
#[template(path = "identity/client_form.html")]
struct FormPage<'a> {
    page: &'a Page,
    f: FormView,
    title: &'static str,
    action: String,
    back: String,
    rev: i32,
    parties: Vec<(String, String)>,
    scopes: Vec<(&'static str, String)>,
}

/// A system in words.
struct Shown {
    cid: String,
    name: String,
    party: String,
    scopes: Vec<String>,
    keys: Vec<(String, &'static str, String)>,
    active: bool,
}

async fn in_words(app: &App, visit: &Visit, client: ClientView) -> Result<Shown, Problem> {
    let party = match client.party {
        Some(party) => {
            parties::find(app.db.reader(), visit.actor.scope, party)
                .await?
                .name
        }
        None => String::new(),
    };
    let keys = client
        .keys
        .shown()
        .map(|(kid, alg, mark)| (kid.to_owned(), alg, mark));
    Ok(Shown {
        party,
        keys: keys.collect(),
        scopes: client
            .acts
            .iter()
            .map(|act| scope_words(&visit.page, *act))
            .collect(),
        cid: client.cid,
        name: client.name,
        active: client.active,
    })
}

fn scope_words(page: &Page, act: Act) -> String {
    page.t(&format!("scope-{}", act.scope().replace(':', "-")))
}

/// `GET /clients`
pub(super) async fn list(
    app: web::Data<App>,
    DistrictAdmin(visit): DistrictAdmin,
) -> Result<HttpResponse, Failure> {
    let mut rows = Vec::new();
    for client in query::all(app.db.reader(), visit.actor.scope).await? {
        rows.push(in_words(&app, &visit, client).await?);
    }
    let page = &visit.page;
    Ok(html(200, &ListPage { page, rows })?)
}

/// `GET /clients/{cid}`
pub(super) async fn show(
    app: web::Data<App>,
    DistrictAdmin(visit): DistrictAdmin,
    cid: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let client = query::find(app.db.reader(), visit.actor.scope, &cid).await?;
    let template = ShowPage {
        page: &visit.page,
        client: in_words(&app, &visit, client).await?,
        token_endpoint: format!("{}/oauth/token", app.config.origin),
        issuer: &app.config.origin,
    };
    Ok(html(200, &template)?)
}

/// What a form starts from.
struct Blank {
    title: &'static str,
    action: String,
    back: String,
    rev: i32,
}

impl Blank {
    fn new() -> Self {
        Self {
            title: "client-new",
            action: "/clients/new".to_owned(),
            back: "/clients".to_owned(),
            rev: 0,
        }
    }

    fn edit(cid: &str, rev: i32) -> Self {
        Self {
            title: "client-edit",
            action: format!("/clients/{cid}/edit"),
            back: format!("/clients/{cid}"),
            rev,
        }
    }
}

async fn form(
    app: &App,
    visit: &Visit,
    status: u16,
    f: FormView,
    blank: Blank,
) -> Result<HttpResponse, Failure> {
    let register = parties::all(app.db.reader(), visit.actor.scope).await?;
    let page = &visit.page;
    let scopes = Act::FOR_CLIENTS.map(|act| (act.scope(), scope_words(page, act)));
    let template = FormPage {
        page,
        f,
        title: blank.title,
        action: blank.action,
        back: blank.back,
        rev: blank.rev,
        parties: register.into_iter().map(|p| (p.id.to_string(), p.name)).collect(),
        scopes: scopes.to_vec(),
    };
    Ok(html(status, &template)?)
}

fn read(posted: &Posted) -> Result<ClientChange, Problem> {
    let mut faults = Vec::new();
    let name = posted.text("name", &mut faults);
    let party = match posted.value("party") {
        "" => None,
        id => {
            let party = id.parse().ok();
            if party.is_none() {
                faults.push(Fault::field("party", "choose"));
            }
            party
        }
    };
    let acts = domain::acts(posted.values("scope").iter().map(String::as_str)).unwrap_or_default();
    if acts.is_empty() {
        faults.push(Fault::field("scope", "choose"));
    }
    let keys = ClientKeys::parse(posted.value("jwks")).map_err(|more| faults.extend(more));
    match (name, keys) {
        (Some(name), Ok(keys)) if faults.is_empty() => Ok(ClientChange {
            name,
            party,
            acts,
            keys,
        }),
        _ => Err(Problem::validation(faults)),
    }
}

/// `GET /clients/new`
pub(super) async fn new(
    app: web::Data<App>,
    DistrictAdmin(visit): DistrictAdmin,
) -> Result<HttpResponse, Failure> {
    if let Some(asked) = visit.step_up_first(&app, "/clients/new") {
        return Ok(asked);
    }
    form(&app, &visit, 200, FormView::default(), Blank::new()).await
}

/// `POST /clients/new`
pub(super) async fn new_post(
    app: web::Data<App>,
    DistrictAdmin(visit): DistrictAdmin,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    visit.stepped_up(&app)?;
    let key = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let done = match read(&posted) {
        Ok(new) => {
            tx::once(&app.db, &key, async |tx| {
                let cid = service::register(tx, &visit.actor, &new).await?;
                Ok(Answer::see_other(format!(
                    "/clients/{cid}?done=client-registered"
                )))
            })
            .await
        }
        Err(problem) => Err(problem),
    };
    answer(&app, &visit, &posted, done, Blank::new()).await
}

async fn answer(
    app: &App,
    visit: &Visit,
    posted: &Posted,
    done: Result<Answer, Problem>,
    blank: Blank,
) -> Result<HttpResponse, Failure> {
    match done {
        Ok(answer) => Ok(answer.into()),
        Err(problem) if problem.faults.is_empty() => Err(problem.into()),
        Err(problem) => {
            let f = posted.shown(visit.page.lang, &problem);
            form(app, visit, problem.status, f, blank).await
        }
    }
}

/// `GET /clients/{cid}/edit`
pub(super) async fn edit(
    app: web::Data<App>,
    DistrictAdmin(visit): DistrictAdmin,
    cid: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let client = query::find(app.db.reader(), visit.actor.scope, &cid).await?;
    if !client.active {
        return Err(Problem::not_found().into());
    }
    if let Some(asked) = visit.step_up_first(&app, &format!("/clients/{cid}/edit")) {
        return Ok(asked);
    }
    let jwks = serde_json::to_string_pretty(&client.keys.to_jwks())
        .map_err(|error| Problem::internal(error.to_string()))?;
    let party = client.party.map(|p| p.to_string()).unwrap_or_default();
    let mut f = FormView::filled([("name", client.name), ("party", party), ("jwks", jwks)]);
    let scopes = client.acts.iter().map(|act| act.scope().to_owned());
    f.values.insert("scope".to_owned(), scopes.collect());
    form(&app, &visit, 200, f, Blank::edit(&cid, client.rev)).await
}

/// `POST /clients/{cid}/edit`
pub(super) async fn edit_post(
    app: web::Data<App>,
    DistrictAdmin(visit): DistrictAdmin,
    cid: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    visit.stepped_up(&app)?;
    let key = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let done = match read(&posted) {
        Ok(new) => {
            tx::once(&app.db, &key, async |tx| {
                service::change(tx, &visit.actor, &cid, posted.rev(), &new).await?;
                Ok(Answer::see_other(format!("/clients/{cid}?done=client-changed")))
            })
            .await
        }
        Err(problem) => Err(problem),
    };
    answer(&app, &visit, &posted, done, Blank::edit(&cid, posted.rev())).await
}

/// `GET /clients/{cid}/end`
pub(super) async fn end(
    app: web::Data<App>,
    DistrictAdmin(visit): DistrictAdmin,
    cid: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let client = query::find(app.db.reader(), visit.actor.scope, &cid).await?;
    if !client.active {
        return Err(Problem::not_found().into());
    }
    if let Some(asked) = visit.step_up_first(&app, &format!("/clients/{cid}/end")) {
        return Ok(asked);
    }
    let asked = Confirm {
        act: "client-end",
        lead: vec![visit.page.t1("client-end-lead", "name", client.name)],
        action: format!("/clients/{cid}/end"),
        back: format!("/clients/{cid}"),
        rev: client.rev,
        word: "",
    };
    asked.page(&visit.page, 200, FormView::default())
}

/// `POST /clients/{cid}/end`
pub(super) async fn end_post(
    app: web::Data<App>,
    DistrictAdmin(visit): DistrictAdmin,
    cid: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    visit.stepped_up(&app)?;
    let key = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let done = tx::once(&app.db, &key, async |tx| {
        service::revoke(tx, &visit.actor, &cid, posted.rev()).await?;
        Ok(Answer::see_other("/clients?done=client-ended"))
    })
    .await?;
    Ok(done.into())
}
