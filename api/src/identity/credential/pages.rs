//! My signing key; the keys a cadre vouches for.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::query::{self, CredentialView, KeyState};
use super::service;
use crate::app::App;
use crate::identity::confirm::Confirm;
use crate::identity::extract::{AnyPerson, KeyHolder, StreetCadre, Visit};
use crate::identity::party::query as parties;
use crate::identity::person::query as people;
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::scope::Scope;
use crate::kernel::tx;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

/// A key in words.
struct Shown {
    kid: String,
    fingerprint: String,
    waiting: bool,
    ended: bool,
    state: String,
    kind: &'static str,
    party: String,
    person: String,
    title: String,
    until: String,
}

#[derive(Template)]
#[template(path = "identity/my_key.html")]
struct MyKeyPage<'a> {
    page: &'a Page,
    owner: &'a str,
    act: &'static str,
    keys: Vec<Shown>,
}

/// `GET /me/key`
pub(super) async fn mine(app: web::Data<App>, KeyHolder(visit): KeyHolder) -> Result<HttpResponse, Failure> {
    let db = app.db.reader();
    let keys = query::of_person(db, visit.actor.scope, visit.person.id).await?;
    let cadre = matches!(
        visit.actor.who,
        Who::Person {
            role: Role::StreetCadre,
            ..
        }
    );
    let open = query::is_street_open(db, visit.actor.scope).await?;
    let act = match (keys.first().map(|k| k.state), open, cadre) {
        (Some(KeyState::Requested | KeyState::Active), ..) => "none",
        (_, false, true) => "root",
        (_, false, false) => "wait",
        _ => "enrol",
    };
    let mut shown = Vec::with_capacity(keys.len());
    for key in &keys {
        shown.push(in_words(&app, &visit, key).await?);
    }
    let template = MyKeyPage {
        page: &visit.page,
        owner: &visit.person.login,
        act,
        keys: shown,
    };
    Ok(html(200, &template)?)
}

async fn in_words(app: &App, visit: &Visit, key: &CredentialView) -> Result<Shown, Problem> {
    let (db, all) = (app.db.reader(), Scope::tenant(visit.actor.scope.tenant));
    let person = match key.person {
        Some(person) => people::find(db, all, person).await?,
        None => None,
    };
    let party = match key.party {
        Some(party) => parties::find(db, all, party).await?.name,
        None => visit.page.street.clone(),
    };
    Ok(Shown {
        kid: key.kid.clone(),
        fingerprint: key.fingerprint(),
        waiting: key.state == KeyState::Requested,
        ended: key.state == KeyState::Revoked,
        state: visit.page.t(&format!("key-state-{}", key.state.code())),
        kind: match key.state {
            KeyState::Requested => "warn",
            KeyState::Active => "ok",
            KeyState::Revoked => "bad",
        },
        party,
        title: person.as_ref().map(|p| p.title.clone()).unwrap_or_default(),
        person: person.map(|p| p.name).unwrap_or_default(),
        until: visit.page.day(&key.valid_until.to_string()),
    })
}

#[derive(Template)]
#[template(path = "identity/keys.html")]
struct KeysPage<'a> {
    page: &'a Page,
    keys: Vec<Shown>,
}

/// `GET /keys`
pub(super) async fn list(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
) -> Result<HttpResponse, Failure> {
    let mut keys = Vec::new();
    for key in query::all(app.db.reader(), visit.actor.scope).await? {
        keys.push(in_words(&app, &visit, &key).await?);
    }
    Ok(html(
        200,
        &KeysPage {
            page: &visit.page,
            keys,
        },
    )?)
}

#[derive(Template)]
#[template(path = "identity/key.html")]
struct KeyPage<'a> {
    page: &'a Page,
    owner: &'a str,
    key: Shown,
    can_vouch: bool,
    can_end: bool,
}

/// `GET /keys/{kid}`
pub(super) async fn one(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    kid: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let found = query::find(app.db.reader(), visit.actor.scope.tenant, &kid).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    let own = found.person == Some(visit.person.id);
    let can_vouch = found.state == KeyState::Requested && !own;
    if can_vouch && let Some(asked) = visit.step_up_first(&app, &format!("/keys/{}", found.kid)) {
        return Ok(asked);
    }
    let key = in_words(&app, &visit, &found).await?;
    Ok(html(
        200,
        &KeyPage {
            page: &visit.page,
            owner: &visit.person.login,
            key,
            can_vouch,
            can_end: found.state == KeyState::Active,
        },
    )?)
}

/// The key of an address that this person may take out of use, and the role in which they may.
async fn own_to_end(app: &App, visit: &Visit, kid: &str) -> Result<(CredentialView, Actor), Problem> {
    let found = query::find(app.db.reader(), visit.actor.scope.tenant, kid).await?;
    let found = found
        .filter(|key| key.state != KeyState::Revoked)
        .ok_or_else(Problem::not_found)?;
    let mut actors = visit.person.actors().into_iter();
    let actor = actors.find(|actor| service::may_revoke(actor, &found));
    Ok((found, actor.ok_or_else(Problem::not_found)?))
}

/// What must be typed before a key goes out of use: the last four signs of its fingerprint.
fn last_four(key: &CredentialView) -> String {
    let fingerprint = key.fingerprint();
    fingerprint.rsplit(' ').next().unwrap_or_default().to_owned()
}

async fn ask_to_end(app: &App, visit: &Visit, key: &CredentialView) -> Result<Confirm, Problem> {
    let page = &visit.page;
    let shown = in_words(app, visit, key).await?;
    let cadre = visit
        .person
        .memberships
        .iter()
        .any(|m| m.role == Role::StreetCadre);
    let back = if cadre {
        format!("/keys/{}", key.kid)
    } else {
        "/me/key".to_owned()
    };
    Ok(Confirm {
        act: "key-end",
        lead: vec![
            page.t2("key-end-lead", "party", shown.party, "person", shown.person),
            page.t1("key-end-fingerprint", "fingerprint", shown.fingerprint),
        ],
        action: format!("/keys/{}/end", key.kid),
        back,
        rev: key.rev,
        word: "key-end-word",
    })
}

/// `GET /keys/{kid}/end`
pub(super) async fn end(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    kid: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (key, _) = own_to_end(&app, &visit, &kid).await?;
    if let Some(asked) = visit.step_up_first(&app, &format!("/keys/{kid}/end")) {
        return Ok(asked);
    }
    let asked = ask_to_end(&app, &visit, &key).await?;
    asked.page(&visit.page, 200, FormView::default())
}

/// `POST /keys/{kid}/end`
pub(super) async fn end_post(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    kid: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    visit.stepped_up(&app)?;
    let (key, actor) = own_to_end(&app, &visit, &kid).await?;
    let asked = ask_to_end(&app, &visit, &key).await?;
    if !posted.value("word").trim().eq_ignore_ascii_case(&last_four(&key)) {
        let fault = Fault::field("word", "word-differs");
        let f = posted.shown(visit.page.lang, &Problem::validation(vec![fault]));
        return asked.page(&visit.page, 422, f);
    }
    let once = posted.once(actor.scope.tenant, actor.key())?;
    let done = tx::once(&app.db, &once, async |tx| {
        service::revoke(tx, &actor, &key).await?;
        Ok(Answer::see_other(format!("{}?done=key-ended", asked.back)))
    })
    .await?;
    Ok(done.into())
}
