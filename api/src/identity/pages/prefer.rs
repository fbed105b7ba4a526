//! Language and text size, by links that work for everybody.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpResponse, web};

use super::{Back, inside};
use crate::app::App;
use crate::identity::extract::{AnyPerson, Guest};
use crate::identity::person::service as people;
use crate::kernel::problem::Problem;
use crate::kernel::tx;
use crate::web::failure::Failure;
use crate::web::i18n::Lang;

/// `GET /language/{tag}`
pub(super) async fn language(
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

/// `GET /text-size`
pub(super) async fn text_size(guest: Guest, query: web::Query<Back>) -> HttpResponse {
    let next = (guest.0.text_size + 1) % 3;
    back_with("gj-size", &next.to_string(), &query.back)
}

fn back_with(name: &'static str, value: &str, back: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header(("Location", inside(back)))
        .cookie(choice(name, value))
        .finish()
}

/// A cookie that keeps a choice of this browser.
pub(super) fn choice(name: &'static str, value: &str) -> Cookie<'static> {
    Cookie::build(name, value.to_owned())
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .max_age(actix_web::cookie::time::Duration::days(400))
        .finish()
}
