//! My signing key; the keys a cadre vouches for.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::query::{self, CredentialView, KeyState};
use crate::app::App;
use crate::identity::extract::{KeyHolder, StreetCadre, Visit};
use crate::identity::party::query as parties;
use crate::identity::person::query as people;
use crate::kernel::actor::{Role, Who};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::web::failure::Failure;
use crate::web::page::{Page, html};

/// A key in words.
struct Shown {
    kid: String,
    fingerprint: String,
    waiting: bool,
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
    if can_vouch && visit.stepped_up(&app).is_err() {
        let back = format!("/step-up?back=/keys/{}", found.kid);
        return Ok(HttpResponse::SeeOther()
            .insert_header(("Location", back))
            .finish());
    }
    let key = in_words(&app, &visit, &found).await?;
    Ok(html(
        200,
        &KeyPage {
            page: &visit.page,
            owner: &visit.person.login,
            key,
            can_vouch,
        },
    )?)
}
