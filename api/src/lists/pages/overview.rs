//! The street's lists at a glance: six areas, who sent what, what waits to be verified.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{cycle, once};
use crate::app::App;
use crate::identity::extract::StreetCadre;
use crate::lists::query::{self, AreaCover, PartyCover};
use crate::lists::service;
use crate::web::failure::Failure;
use crate::web::form::Posted;
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "lists/overview.html")]
struct OverviewPage<'a> {
    page: &'a Page,
    year: i16,
    areas: Vec<AreaCover>,
    parties: Vec<PartyCover>,
    missing: usize,
    waiting: u64,
}

/// `GET /lists`
pub(super) async fn show(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
) -> Result<HttpResponse, Failure> {
    let (db, scope, year) = (app.db.reader(), visit.actor.scope, cycle(&app));
    let parties = query::overview(db, scope, year).await?;
    let template = OverviewPage {
        page: &visit.page,
        year,
        areas: query::area_cover(db, scope, year).await?,
        missing: parties
            .iter()
            .filter(|party| party.offers + party.needs == 0)
            .count(),
        parties,
        waiting: query::waiting(db, scope).await?,
    };
    Ok(html(200, &template)?)
}

/// `POST /lists/verify`
pub(super) async fn verify_all(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let party = posted.value("party").parse().ok();
    let answer = once(&app, &visit, &posted, "/lists?done=verified", async |tx| {
        service::verify_all(tx, &visit.actor, party).await.map(|_| ())
    })
    .await?;
    Ok(answer.into())
}
