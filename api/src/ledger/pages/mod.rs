//! Pages of the ledger: what is due, one instalment and the acts on it, reviews, reports.

mod act;
mod forms;
mod list;
mod reports;
mod reviews;
mod show;

use actix_web::web;

use super::query::InstalmentView;
use crate::agreements::domain::document::Area;
use crate::agreements::domain::instalment::InstalmentState as State;
use crate::web::page::Page;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/obligations", web::get().to(list::list))
        .route("/obligations/export.{kind}", web::get().to(list::export))
        .route("/obligations/{place}", web::get().to(show::show))
        .route(
            "/obligations/{place}/evidence/{seq}/{n}",
            web::get().to(show::evidence),
        )
        .route("/obligations/{place}/{act}", web::get().to(act::form))
        .route("/obligations/{place}/{act}", web::post().to(act::post))
        .route("/reviews", web::get().to(reviews::list))
        .route("/reviews/{key}/{period}", web::get().to(reviews::form))
        .route("/reviews/{key}/{period}", web::post().to(reviews::post))
        .route("/reports", web::get().to(reports::list))
        .route("/reports/ledger/{year}", web::get().to(reports::ledger))
        .route(
            "/reports/ledger/{year}/ledger.xlsx",
            web::get().to(reports::ledger_file),
        )
        .route("/reports/{period}", web::get().to(reports::show))
        .route("/reports/{period}/report.xlsx", web::get().to(reports::file))
        .route("/reports/{period}", web::post().to(reports::post));
}

fn state_words(page: &Page, state: State) -> String {
    page.t(&format!("instalment-state-{}", state.code()))
}

fn area_words(page: &Page, area: &str) -> String {
    let short = Area::from_code(area).map_or("A1", Area::short);
    page.t(&format!("area-{short}"))
}

/// A quantity with its measure.
fn amount(page: &Page, quantity: i32, unit: &str) -> String {
    let measure = page.t(&format!("measure-{unit}"));
    page.t2("quantity-measure", "quantity", quantity, "measure", measure)
}

fn days(page: &Page, view: &InstalmentView) -> String {
    let day = |day: crate::kernel::date::CivilDate| page.day(&day.to_string());
    format!("{} – {}", day(view.standing.from), day(view.standing.until))
}

fn names(takers: &[(uuid::Uuid, String)]) -> String {
    let names: Vec<&str> = takers.iter().map(|(_, name)| name.as_str()).collect();
    names.join("、")
}
