//! `/me`: my account: language and text size, password, where I am signed in.

use actix_web::{HttpResponse, web};
use askama::Template;
use zeroize::Zeroizing;

use super::prefer::choice;
use super::see_other;
use crate::app::App;
use crate::identity::extract::{AnyPerson, Visit};
use crate::identity::person::service as people;
use crate::identity::session::{self, Which};
use crate::identity::{password, sign_in};
use crate::kernel::clock::Millis;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::i18n::Lang;
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "identity/me.html")]
struct MePage<'a> {
    page: &'a Page,
    f: FormView,
    visit: &'a Visit,
    roles: Vec<String>,
    languages: Vec<(&'static str, &'static str)>,
    sizes: Vec<(&'static str, String)>,
    sessions: Vec<Device>,
}

/// A browser in which the person is signed in.
struct Device {
    mark: String,
    agent: String,
    started: String,
    seen: String,
    here: bool,
}

/// `GET /me`
pub(super) async fn show(app: web::Data<App>, AnyPerson(visit): AnyPerson) -> Result<HttpResponse, Failure> {
    let size = visit.page.text_size.to_string();
    let locale = visit.page.lang.tag().to_owned();
    let f = FormView::filled([("language", locale), ("size", size)]);
    account(&app, &visit, 200, f).await
}

async fn account(app: &App, visit: &Visit, status: u16, f: FormView) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let running = session::of_person(app.db.reader(), visit.person.id, app.db.clock().now()).await?;
    let when = |at: Millis| format!("{} {}", page.day(&at.day().to_string()), at.local_time());
    let sessions = running.into_iter().map(|found| Device {
        here: found.mark == visit.session,
        started: when(found.started),
        seen: when(found.seen),
        agent: found.agent,
        mark: found.mark,
    });
    let held = visit.person.memberships.iter();
    let template = MePage {
        page,
        f,
        visit,
        roles: held.map(|m| page.t(&format!("role-{}", m.role.code()))).collect(),
        languages: page.languages().map(|(lang, name)| (lang.tag(), name)).to_vec(),
        sizes: ["0", "1", "2"]
            .map(|size| (size, page.t(&format!("me-size-{size}"))))
            .to_vec(),
        sessions: sessions.collect(),
    };
    Ok(html(status, &template)?)
}

/// `POST /me`: language and text size, for the account and this browser.
pub(super) async fn prefer(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let lang = Lang::ALL
        .into_iter()
        .find(|lang| lang.tag() == posted.value("language"));
    let size: Option<u8> = posted.value("size").parse().ok().filter(|size| *size <= 2);
    let (Some(lang), Some(size)) = (lang, size) else {
        let missing = [("language", lang.is_none()), ("size", size.is_none())];
        let faults = missing.into_iter().filter(|(_, bad)| *bad);
        let problem = Problem::validation(faults.map(|(name, _)| Fault::field(name, "choose")).collect());
        return account(&app, &visit, 422, posted.shown(visit.page.lang, &problem)).await;
    };
    tx::run(&app.db, async |tx| {
        people::prefer(tx, visit.person.id, Some(lang.tag()), Some(size)).await
    })
    .await?;
    Ok(HttpResponse::SeeOther()
        .insert_header(("Location", "/me?done=me-saved"))
        .cookie(choice("gj-lang", lang.tag()))
        .cookie(choice("gj-size", &size.to_string()))
        .finish())
}

/// `POST /me/sessions/{mark}/end`: `others` ends all but this one.
pub(super) async fn end_session(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    mark: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    let which = match mark.as_str() {
        "others" => Which::AllBut(&visit.session),
        mark => Which::Marked(mark),
    };
    tx::run(&app.db, async |tx| {
        session::end(tx, visit.person.id, which)
            .await
            .map_err(Problem::from)
    })
    .await?;
    Ok(see_other("/me?done=session-ended"))
}

#[derive(Template)]
#[template(path = "identity/password.html")]
struct PasswordPage<'a> {
    page: &'a Page,
    f: FormView,
}

/// `GET /me/password`
pub(super) async fn password(AnyPerson(visit): AnyPerson) -> Result<HttpResponse, Failure> {
    let (page, f) = (&visit.page, FormView::default());
    Ok(html(200, &PasswordPage { page, f })?)
}

/// `POST /me/password`: the old one, the new one twice; other browsers are signed out.
pub(super) async fn password_post(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    match change(&app, &visit, &posted).await {
        Ok(()) => Ok(see_other("/me?done=password-changed")),
        Err(problem) if problem.status == 422 => {
            let f = without_secrets(posted.shown(visit.page.lang, &problem));
            let page = &visit.page;
            Ok(html(422, &PasswordPage { page, f })?)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn change(app: &App, visit: &Visit, posted: &Posted) -> Result<(), Problem> {
    let chosen = Zeroizing::new(posted.value("new_password").to_owned());
    let faults = password::faults(&chosen, posted.value("again"), &visit.person.login);
    if !faults.is_empty() {
        return Err(Problem::validation(faults));
    }
    let old = Zeroizing::new(posted.value("password").to_owned());
    sign_in::sign_in(app, &visit.person.login, old).await?;
    let hash = people::hashed(app, chosen).await?;
    tx::run(&app.db, async |tx| {
        people::set_password(tx, visit.person.id, &hash).await?;
        session::end(tx, visit.person.id, Which::AllBut(&visit.session)).await?;
        Ok(())
    })
    .await
}

/// The form without what was typed as passwords.
pub(super) fn without_secrets(mut f: FormView) -> FormView {
    for name in ["password", "new_password", "again"] {
        f.values.remove(name);
    }
    f
}
