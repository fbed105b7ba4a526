//! The register as a file: the filter and the order of the page, all rows.

use actix_web::{HttpRequest, HttpResponse, web};

use super::pages::{Row, communities, filter, sort};
use super::query;
use crate::app::App;
use crate::identity::extract::{Registrar, Visit};
use crate::kernel::limit;
use crate::kernel::problem::Problem;
use crate::web::failure::Failure;
use crate::web::sheet::{Cell, Sheet};
use crate::web::table::TableView;

/// `GET /parties/export.csv`
pub(super) async fn csv(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    Ok(sheet(&app, &visit, &TableView::read(&request))
        .await?
        .file("parties.csv")?)
}

/// `GET /parties/export.xlsx`
pub(super) async fn xlsx(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    Ok(sheet(&app, &visit, &TableView::read(&request))
        .await?
        .file("parties.xlsx")?)
}

async fn sheet(app: &App, visit: &Visit, t: &TableView) -> Result<Sheet, Problem> {
    let page = &visit.page;
    let most = usize::try_from(limit::EXPORT_ROWS).unwrap_or(usize::MAX);
    let found = query::page(
        app.db.reader(),
        visit.actor.scope,
        &filter(t),
        sort(t),
        None,
        most,
    )
    .await?;
    let communities = communities(app, visit).await?;
    let heads = [
        "party-number",
        "party-name",
        "party-side",
        "party-unit-kind",
        "party-community",
        "party-households",
        "party-max-agreements",
        "party-credit-code",
        "party-address",
        "party-contact-title",
    ];
    let rows = found.rows.into_iter().map(|party| {
        let households = party.households;
        let row = Row::new(page, party, &communities);
        vec![
            Cell::Number(row.number.into()),
            row.name.into(),
            row.kind.into(),
            row.unit_kind.into(),
            row.community.into(),
            households.into(),
            Cell::Number(row.max_agreements.into()),
            row.credit_code.into(),
            row.address.into(),
            row.contact_title.into(),
        ]
    });
    Ok(Sheet {
        heads: heads.map(|key| page.t(key)).to_vec(),
        rows: rows.collect(),
    })
}
