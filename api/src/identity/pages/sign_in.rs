//! Signing in and out; the password again before weighty acts.

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Back, agent, inside, see_other};
use crate::app::App;
use crate::identity::extract::{AnyPerson, Guest, address};
use crate::identity::session;
use crate::identity::sign_in::{self, SignedIn};
use crate::kernel::problem::{Fault, Problem};
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "identity/login.html")]
struct LoginPage<'a> {
    page: &'a Page,
    f: FormView,
    back: String,
}

/// `GET /login`
pub(super) async fn login(guest: Guest, query: web::Query<Back>) -> Result<HttpResponse, Failure> {
    let template = LoginPage {
        page: &guest.0,
        f: FormView::default(),
        back: inside(&query.back),
    };
    Ok(html(200, &template)?)
}

/// Begins a session of this person in this browser, under a new key.
pub(super) fn begin(
    app: &App,
    request: &HttpRequest,
    session: &Session,
    person: Uuid,
) -> Result<(), Problem> {
    let fault = |error: actix_session::SessionInsertError| Problem::internal(error.to_string());
    let mut mark = [0_u8; 8];
    app.db.ids().fill(&mut mark);
    let mark: String = mark.iter().map(|b| format!("{b:02x}")).collect();
    session.clear();
    session.renew();
    session.insert(session::PERSON, person).map_err(fault)?;
    session.insert(session::MARK, mark).map_err(fault)?;
    session.insert(session::AGENT, agent(request)).map_err(fault)
}

/// `POST /login`
pub(super) async fn login_post(
    app: web::Data<App>,
    request: HttpRequest,
    guest: Guest,
    session: Session,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    app.rates.sign_in(address(&request, &app))?;
    let back = inside(posted.value("back"));
    match check(&app, &posted).await {
        Ok(known) => {
            begin(&app, &request, &session, known.person)?;
            let to = if known.failed_before > 0 {
                "/me?done=signed-in-after-failures"
            } else {
                &back
            };
            Ok(see_other(to))
        }
        Err(problem) if problem.status == 422 => {
            let mut f = posted.shown(guest.0.lang, &problem);
            f.values.remove("password");
            let page = &guest.0;
            Ok(html(422, &LoginPage { page, f, back })?)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn check(app: &App, posted: &Posted) -> Result<SignedIn, Problem> {
    let empty = |name: &&str| posted.value(name).trim().is_empty();
    let faults: Vec<Fault> = ["login", "password"]
        .into_iter()
        .filter(empty)
        .map(|name| Fault::field(name, "required"))
        .collect();
    if !faults.is_empty() {
        return Err(Problem::validation(faults));
    }
    let secret = Zeroizing::new(posted.value("password").to_owned());
    sign_in::sign_in(app, posted.value("login").trim(), secret).await
}

#[derive(Template)]
#[template(path = "identity/step_up.html")]
struct StepUpPage<'a> {
    page: &'a Page,
    f: FormView,
    back: String,
}

/// `GET /step-up`
pub(super) async fn step_up(visit: AnyPerson, query: web::Query<Back>) -> Result<HttpResponse, Failure> {
    let template = StepUpPage {
        page: &visit.0.page,
        f: FormView::default(),
        back: inside(&query.back),
    };
    Ok(html(200, &template)?)
}

/// `POST /step-up`: the password again, good for five minutes, before signing and vouching.
pub(super) async fn step_up_post(
    app: web::Data<App>,
    request: HttpRequest,
    AnyPerson(visit): AnyPerson,
    session: Session,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    app.rates.sign_in(address(&request, &app))?;
    let back = inside(posted.value("back"));
    let secret = Zeroizing::new(posted.value("password").to_owned());
    match sign_in::sign_in(&app, &visit.person.login, secret).await {
        Ok(_) => {
            let until = app.db.clock().now().plus_ms(session::STEP_UP_MS).get();
            session.renew();
            session
                .insert(session::STEP_UP, until)
                .map_err(|e| Problem::internal(e.to_string()))?;
            Ok(see_other(&back))
        }
        Err(problem) if problem.status == 422 => {
            let mut f = posted.shown(visit.page.lang, &problem);
            f.values.remove("password");
            let page = &visit.page;
            Ok(html(422, &StepUpPage { page, f, back })?)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// `POST /logout`
pub(super) async fn logout(_visit: AnyPerson, session: Session, _posted: Posted) -> HttpResponse {
    session.purge();
    see_other("/login")
}
