//! A plan's files: what the engine was told and said, as it was kept, and the lists people read.

use actix_web::{HttpRequest, HttpResponse, web};

use super::unmet::{in_words, of_code};
use super::{kept, narrowed, party_names};
use crate::app::App;
use crate::identity::extract::{StreetCadre, Visit};
use crate::kernel::problem::Problem;
use crate::matching::query::{self, PlanView};
use crate::matching::reason_words::{Kept, Names};
use crate::web::failure::Failure;
use crate::web::sheet::{Cell, Sheet};
use crate::web::table::TableView;

/// `GET /runs/{no}/files/{file}`: instance, plan, certificate or reasons as they were kept; items and unmet needs as
/// xlsx or CSV, narrowed as the page they are asked from.
pub(in crate::matching) async fn file(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    path: web::Path<(i64, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (no, name) = path.into_inner();
    let (_, plan) = kept(&app, &visit, no).await?;
    let bytes = match name.as_str() {
        "instance.json" => plan.instance,
        "plan.json" => plan.plan,
        "certificate.json" => plan.certificate,
        "reasons.json" => plan.reasons,
        "items.csv" | "items.xlsx" => return Ok(items(&app, &visit, &plan, &request).await?.file(&name)?),
        "unmet.csv" | "unmet.xlsx" => return Ok(unmet(&app, &visit, &plan, &request).await?.file(&name)?),
        "unused.csv" | "unused.xlsx" => {
            return Ok(super::unused::sheet(&app, &visit, plan, &request)
                .await?
                .file(&name)?);
        }
        "compare.csv" | "compare.xlsx" => {
            return Ok(super::compare::sheet(&app, &visit, no, plan, &request)
                .await?
                .file(&name)?);
        }
        "rules.csv" | "rules.xlsx" => {
            return Ok(super::rules::sheet(&app, &visit, &plan).await?.file(&name)?);
        }
        _ => return Err(Problem::not_found().into()),
    };
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Content-Disposition", format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}

/// One row for each service.
async fn items(app: &App, visit: &Visit, plan: &PlanView, request: &HttpRequest) -> Result<Sheet, Problem> {
    let page = &visit.page;
    let proposals = query::proposals(app.db.reader(), visit.actor.scope, plan.id).await?;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for proposal in narrowed(&proposals, TableView::read(request).value("q")) {
        let named = party_names(proposal);
        let name = |id| named.get(id).copied().unwrap_or_default();
        for service in &proposal.body.services {
            rows.push(vec![
                proposal.no.into(),
                proposal.body.title.as_str().into(),
                page.t(&format!("mode-{}", proposal.body.mode)).into(),
                page.t(&format!("proposal-state-{}", proposal.state)).into(),
                name(&service.from).into(),
                name(&service.to).into(),
                page.t(&format!("area-{}", service.area)).into(),
                service.what.as_str().into(),
                service.quantity.into(),
                page.t(&format!("measure-{}", service.measure)).into(),
                service.place.as_str().into(),
                service.times.as_str().into(),
                service.from_day.to_string().into(),
                service.until_day.to_string().into(),
            ]);
        }
    }
    let heads = [
        "plan-no",
        "plan-title-of",
        "plan-mode",
        "run-state",
        "plan-from",
        "plan-to",
        "plan-area",
        "plan-what",
        "plan-amount",
        "plan-measure",
        "plan-place",
        "plan-times",
        "plan-first-day",
        "plan-last-day",
    ];
    Ok(Sheet {
        heads: heads.iter().map(|key| page.t(key)).collect(),
        rows,
    })
}

/// One row for each need that is open.
async fn unmet(app: &App, visit: &Visit, plan: &PlanView, request: &HttpRequest) -> Result<Sheet, Problem> {
    let page = &visit.page;
    let kept: Vec<Kept> = serde_json::from_slice(&plan.reasons).unwrap_or_default();
    let names = Names::load(
        app.db.reader(),
        visit.actor.scope,
        kept.iter().flat_map(Kept::ids),
    )
    .await?;
    let rows = of_code(&kept, TableView::read(request).value("code"))
        .into_iter()
        .map(|reason| {
            let row = in_words(page, &names, reason);
            vec![
                row.title.into(),
                row.party.into(),
                row.quantity.into(),
                row.measure.into(),
                row.why.into(),
                row.help.into(),
            ]
        })
        .collect();
    let heads = [
        "unmet-need",
        "unmet-party",
        "unmet-open",
        "plan-measure",
        "unmet-why",
        "unmet-help",
    ];
    Ok(Sheet {
        heads: heads.iter().map(|key| page.t(key)).collect(),
        rows,
    })
}
