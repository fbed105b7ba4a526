//! Signing in and out, language and text size.

use actix_session::Session;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpResponse, web};
use askama::Template;
use zeroize::Zeroizing;

use super::extract::{AnyPerson, Guest};
use super::person::service as people;
use super::{session, sign_in};
use crate::app::App;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::i18n::Lang;
use crate::web::page::{Page, html};

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/login", web::get().to(login))
        .route("/login", web::post().to(login_post))
        .route("/logout", web::post().to(logout))
        .route("/step-up", web::get().to(step_up))
        .route("/step-up", web::post().to(step_up_post))
        .route("/language/{tag}", web::get().to(language))
        .route("/text-size", web::get().to(text_size));
}

#[derive(Template)]
#[template(path = "identity/login.html")]
struct LoginPage<'a> {
    page: &'a Page,
    f: FormView,
    back: String,
}

#[derive(Debug, serde::Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
}

/// A path of our own to go back to; anything else becomes the workbench.
fn inside(back: &str) -> String {
    let own = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']);
    if own { back.to_owned() } else { "/".to_owned() }
}

async fn login(guest: Guest, query: web::Query<Back>) -> Result<HttpResponse, Failure> {
    let template = LoginPage {
        page: &guest.0,
        f: FormView::default(),
        back: inside(&query.back),
    };
    Ok(html(200, &template)?)
}

async fn login_post(
    app: web::Data<App>,
    guest: Guest,
    session: Session,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (login, back) = (
        posted.value("login").trim().to_owned(),
        inside(posted.value("back")),
    );
    let secret = Zeroizing::new(posted.value("password").to_owned());
    let mut faults = Vec::new();
    for name in ["login", "password"] {
        if posted.value(name).trim().is_empty() {
            faults.push(Fault::field(name, "required"));
        }
    }
    let outcome = if faults.is_empty() {
        sign_in::sign_in(&app.db, &login, secret).await
    } else {
        Err(Problem::validation(faults))
    };
    match outcome {
        Ok(person) => {
            session.clear();
            session.renew();
            session
                .insert(session::PERSON, person)
                .map_err(|e| Problem::internal(e.to_string()))?;
            Ok(HttpResponse::SeeOther()
                .insert_header(("Location", back))
                .finish())
        }
        Err(problem) if problem.status == 422 => {
            let mut f = posted.shown(guest.0.lang, &problem);
            f.values.remove("password");
            Ok(html(
                422,
                &LoginPage {
                    page: &guest.0,
                    f,
                    back,
                },
            )?)
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Template)]
#[template(path = "identity/step_up.html")]
struct StepUpPage<'a> {
    page: &'a Page,
    f: FormView,
    back: String,
}

async fn step_up(visit: AnyPerson, query: web::Query<Back>) -> Result<HttpResponse, Failure> {
    let template = StepUpPage {
        page: &visit.0.page,
        f: FormView::default(),
        back: inside(&query.back),
    };
    Ok(html(200, &template)?)
}

/// The password again, good for five minutes: before signing and vouching.
async fn step_up_post(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    session: Session,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let back = inside(posted.value("back"));
    let secret = Zeroizing::new(posted.value("password").to_owned());
    match sign_in::sign_in(&app.db, &visit.person.login, secret).await {
        Ok(_) => {
            let until = app.db.clock().now().plus_ms(session::STEP_UP_MS).get();
            session.renew();
            session
                .insert(session::STEP_UP, until)
                .map_err(|e| Problem::internal(e.to_string()))?;
            Ok(HttpResponse::SeeOther()
                .insert_header(("Location", back))
                .finish())
        }
        Err(problem) if problem.status == 422 => {
            let mut f = posted.shown(visit.page.lang, &problem);
            f.values.remove("password");
            Ok(html(
                422,
                &StepUpPage {
                    page: &visit.page,
                    f,
                    back,
                },
            )?)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn logout(_visit: AnyPerson, session: Session, _posted: Posted) -> HttpResponse {
    session.purge();
    HttpResponse::SeeOther()
        .insert_header(("Location", "/login"))
        .finish()
}

async fn language(
    app: web::Data<App>,
    person: Option<AnyPerson>,
    path: web::Path<String>,
    query: web::Query<Back>,
) -> Result<HttpResponse, Failure> {
    let lang = Lang::from_tag(&path).ok_or_else(Problem::not_found)?;
    if let Some(AnyPerson(visit)) = person.filter(|_| lang != Lang::Stretched) {
        tx::run(&app.db, async |tx| {
            people::prefer(tx, visit.person.id, Some(lang.tag()), None).await
        })
        .await?;
    }
    Ok(back_with("gj-lang", lang.tag(), &query.back))
}

async fn text_size(guest: Guest, query: web::Query<Back>) -> HttpResponse {
    let next = (guest.0.text_size + 1) % 3;
    back_with("gj-size", &next.to_string(), &query.back)
}

fn back_with(name: &'static str, value: &str, back: &str) -> HttpResponse {
    let cookie = Cookie::build(name, value.to_owned())
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .max_age(actix_web::cookie::time::Duration::days(400))
        .finish();
    HttpResponse::SeeOther()
        .insert_header(("Location", inside(back)))
        .cookie(cookie)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn people_are_only_sent_back_to_our_own_pages() {
        assert_eq!(inside("/agreements/12?x=1"), "/agreements/12?x=1");
        for outside in [
            "//evil.example",
            "https://evil.example",
            "",
            "/\\evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(inside(outside), "/", "{outside}");
        }
    }
}
