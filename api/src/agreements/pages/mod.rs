//! Pages of agreements: the list, one agreement, the draft, signing, counter-offers, changes, ends, differences.

mod change;
mod counter;
mod differences;
mod draft;
mod end;
mod fields;
mod list;
mod offer;
mod paper;
mod show;
mod sign;

use actix_web::web;

use super::domain::state::State;
use super::error::AgreementError;
use super::query::{self, AgreementView};
use crate::app::App;
use crate::identity::extract::Visit;
use crate::kernel::problem::Problem;
use crate::web::page::Page;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/agreements", web::get().to(list::list))
        .route("/agreements/drafts/{no}", web::get().to(draft::draft))
        .route("/agreements/drafts/{no}", web::post().to(draft::draft_post))
        .route("/agreements/{key}", web::get().to(show::show))
        .route("/agreements/{key}/bundle", web::get().to(show::bundle))
        .route("/agreements/{key}/proofs/{leaf}", web::get().to(show::proof))
        .route(
            "/agreements/{key}/versions/{version}/bytes",
            web::get().to(show::bytes),
        )
        .route(
            "/agreements/{key}/versions/{before}/diff/{after}",
            web::get().to(differences::show),
        )
        .route("/agreements/{key}/filing", web::post().to(show::file))
        .route("/agreements/{key}/change/{kind}", web::get().to(change::form))
        .route("/agreements/{key}/change/{kind}", web::post().to(change::preview))
        .route("/agreements/{key}/end", web::get().to(end::form))
        .route("/agreements/{key}/end", web::post().to(end::preview))
        .route("/agreements/{key}/counter", web::get().to(counter::counter))
        .route("/agreements/{key}/counter", web::post().to(counter::preview))
        .route("/sign", web::get().to(sign::waiting))
        .route("/sign/{key}", web::get().to(sign::read))
        .route("/sign/{key}/confirm", web::get().to(sign::confirm))
        .route("/sign/{key}/decline", web::get().to(sign::decline))
        .route("/sign/{key}/done", web::get().to(sign::done));
}

/// The agreement at an address, if the visitor may see it.
async fn load(app: &App, visit: &Visit, key: &str) -> Result<AgreementView, Problem> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let find = async || query::one(db, scope, query::by_key(db, scope, key).await?).await;
    find().await.map_err(|error: AgreementError| error.into())
}

/// The colour of a state; the word carries the meaning.
fn colour(state: State) -> &'static str {
    match state {
        State::Open => "warn",
        State::Signed => "info",
        State::InForce | State::Completed => "ok",
        State::Expired | State::Terminated | State::Declined | State::Lapsed => "bad",
        State::Withdrawn => "",
    }
}

fn state_words(page: &Page, state: State) -> String {
    page.t(&format!("agreement-state-{}", state.code()))
}

fn version_words(page: &Page, version: u32) -> String {
    page.t1("agreement-version-no", "version", version)
}
