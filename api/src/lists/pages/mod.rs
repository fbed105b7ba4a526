//! Pages of the lists: handing in, answering, the tables of offers and needs, the street's overview.

mod entries;
mod export;
mod form;
mod imports;
mod overview;
mod questions;
mod upload;

use actix_web::web;

use crate::app::App;
use crate::identity::extract::Visit;
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::Problem;
use crate::kernel::tx::{self, Tx};
use crate::lists::error::ListError;
use crate::web::form::Posted;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/imports", web::get().to(imports::list))
        .route("/imports/new", web::get().to(upload::show))
        .route("/imports/new", web::post().to(upload::post))
        .route("/imports/templates/{name}", web::get().to(export::template))
        .route("/imports/{number}", web::get().to(imports::show))
        .route("/imports/{number}/accept", web::post().to(imports::accept))
        .route("/imports/{number}/drop", web::get().to(imports::drop_page))
        .route("/imports/{number}/drop", web::post().to(imports::drop))
        .route("/imports/{number}/refused.csv", web::get().to(export::refused))
        .route("/imports/{number}/questions", web::get().to(questions::show))
        .route("/imports/{number}/questions", web::post().to(questions::post))
        .route("/lists", web::get().to(overview::show))
        .route("/lists/verify", web::post().to(overview::verify_all));
    for base in ["/offers", "/needs"] {
        let at = |rest: &str| format!("{base}{rest}");
        cfg.route(base, web::get().to(entries::list))
            .route(&at("/new"), web::get().to(form::new))
            .route(&at("/new"), web::post().to(form::new_post))
            .route(&at("/export.csv"), web::get().to(export::csv))
            .route(&at("/export.xlsx"), web::get().to(export::xlsx))
            .route(&at("/{number}"), web::get().to(entries::show))
            .route(&at("/{number}"), web::post().to(entries::act))
            .route(&at("/{number}/edit"), web::get().to(form::edit))
            .route(&at("/{number}/edit"), web::post().to(form::edit_post));
    }
}

/// Runs an act once and sends the person on.
async fn once(
    app: &App,
    visit: &Visit,
    posted: &Posted,
    to: &str,
    act: impl AsyncFn(&Tx) -> Result<(), ListError>,
) -> Result<Answer, Problem> {
    let key = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    tx::once(&app.db, &key, async |tx| {
        act(tx).await?;
        Ok(Answer::see_other(to))
    })
    .await
}

/// A number of an address; anything else is not there.
fn number(raw: &str) -> Result<i32, Problem> {
    raw.parse().map_err(|_| Problem::not_found())
}

/// The year that is filled in.
fn cycle(app: &App) -> i16 {
    app.db.clock().now().day().year()
}
