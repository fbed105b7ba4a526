//! `/join`: somebody with a one-time code chooses their password.

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use zeroize::Zeroizing;

use super::me::without_secrets;
use super::see_other;
use super::sign_in::begin;
use crate::app::App;
use crate::identity::extract::{Guest, address};
use crate::identity::password;
use crate::identity::person::{invitation, service as people};
use crate::kernel::id::{Id, Person};
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

/// Most characters taken from a link into a field.
const LINK_CHARS: usize = 60;

#[derive(Template)]
#[template(path = "identity/join.html")]
struct JoinPage<'a> {
    page: &'a Page,
    f: FormView,
    min: String,
}

fn join_page(page: &Page, status: u16, f: FormView) -> Result<HttpResponse, Failure> {
    let min = password::MIN_CHARS.to_string();
    Ok(html(status, &JoinPage { page, f, min })?)
}

/// What an invitation's link fills in. Opening it uses nothing up; only the sent form does.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Link {
    login: String,
    code: String,
}

/// `GET /join`
pub(super) async fn join(guest: Guest, link: web::Query<Link>) -> Result<HttpResponse, Failure> {
    let mut f = FormView::default();
    for (name, value) in [("login", &link.login), ("code", &link.code)] {
        if !value.is_empty() {
            let shown = value.chars().take(LINK_CHARS).collect();
            f.values.insert(name.to_owned(), vec![shown]);
        }
    }
    join_page(&guest.0, 200, f)
}

/// `POST /join`: the code is used up, the password kept, the person signed in.
pub(super) async fn join_post(
    app: web::Data<App>,
    request: HttpRequest,
    guest: Guest,
    session: Session,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    app.rates.sign_in(address(&request, &app))?;
    match take_up(&app, &posted).await {
        Ok(person) => {
            begin(&app, &request, &session, person.uuid())?;
            Ok(see_other("/?done=joined"))
        }
        Err(problem) if problem.status == 422 => {
            let f = without_secrets(posted.shown(guest.0.lang, &problem));
            join_page(&guest.0, 422, f)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn take_up(app: &App, posted: &Posted) -> Result<Id<Person>, Problem> {
    let login = posted.value("login").trim();
    let chosen = Zeroizing::new(posted.value("new_password").to_owned());
    let mut faults = password::faults(&chosen, posted.value("again"), login);
    for name in ["login", "code"] {
        if posted.value(name).trim().is_empty() {
            faults.push(Fault::field(name, "required"));
        }
    }
    if !faults.is_empty() {
        return Err(Problem::validation(faults));
    }
    let code = posted.value("code");
    invitation::find(app.db.reader(), login, code, app.db.clock().now()).await?;
    let hash = people::hashed(app, chosen).await?;
    tx::run(&app.db, async |tx| {
        let person = invitation::use_up(tx, login, code).await?;
        people::set_password(tx, person, &hash).await?;
        Ok(person)
    })
    .await
}
