//! A plan: how good it is, who serves whom, its items; handing it to the joint meeting.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use uuid::Uuid;

use super::{gap_of, kept, narrowed, party_names, percent, points, points_up};
use crate::app::App;
use crate::identity::extract::StreetCadre;
use crate::kernel::idempotency::Answer;
use crate::kernel::tx;
use crate::matching::map::{self, Map};
use crate::matching::query::{self, PlanView, ProposalView, RunView};
use crate::matching::reason_words::Kept;
use crate::matching::service;
use crate::web::failure::Failure;
use crate::web::form::Posted;
use crate::web::page::{Page, html};
use crate::web::table::TableView;

/// A service in words.
struct Line {
    from: String,
    to: String,
    what: String,
    amount: String,
    times: String,
}

/// A proposal in words.
struct Item {
    no: i64,
    title: String,
    mode: String,
    state: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "matching/plan.html")]
struct PlanPage<'a> {
    page: &'a Page,
    no: i64,
    quality: String,
    items: Vec<Item>,
    t: TableView,
    finding: String,
    map: Map,
    unmet: usize,
    may_hand_over: bool,
}

/// `GET /runs/{no}/plan`
pub(in crate::matching) async fn plan(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (run, plan) = kept(&app, &visit, *no).await?;
    let proposals = query::proposals(app.db.reader(), visit.actor.scope, plan.id).await?;
    let reasons: Vec<Kept> = serde_json::from_slice(&plan.reasons).unwrap_or_default();
    let page = &visit.page;
    let counted = services(&proposals);
    let finding = page.t2("plan-map-finding", "count", proposals.len(), "services", counted);
    let map = map::draw(&app, &visit, &proposals, &finding).await?;
    let t = TableView::read(&request);
    let found = narrowed(&proposals, t.value("q"));
    let start = t.after().and_then(|after| after.parse::<i64>().ok()).unwrap_or(0);
    let size = t.size();
    let rest: Vec<&&ProposalView> = found.iter().filter(|p| p.no > start).collect();
    let next = rest
        .get(size.saturating_sub(1))
        .filter(|_| rest.len() > size)
        .map(|p| p.no.to_string());
    let items: Vec<Item> = rest.iter().take(size).map(|p| item(page, p)).collect();
    let template = PlanPage {
        page,
        no: *no,
        quality: quality(page, &run, &plan),
        t: t.found(u64::try_from(found.len()).unwrap_or(0), items.len(), next),
        items,
        finding,
        map,
        unmet: reasons.len(),
        may_hand_over: proposals.iter().any(|p| p.state == "draft"),
    };
    Ok(html(200, &template)?)
}

fn services(proposals: &[ProposalView]) -> usize {
    proposals.iter().map(|p| p.body.services.len()).sum()
}

/// The certificate in one sentence.
fn quality(page: &Page, run: &RunView, plan: &PlanView) -> String {
    let value = points(run.best_micro);
    if plan.gap_ppm == 0 {
        return page.t1("plan-quality-best", "value", value);
    }
    let (more, gap) = (points_up(run.bound_micro - run.best_micro), percent(gap_of(run)));
    let key = if plan.status == "optimal" {
        "plan-quality-optimal"
    } else {
        "plan-quality"
    };
    page.lang
        .ta(key, &[("value", &value), ("more", &more), ("gap", &gap)])
}

fn item(page: &Page, proposal: &ProposalView) -> Item {
    let named = party_names(proposal);
    let name = |id: &Uuid| named.get(id).map_or_else(String::new, |n| (*n).to_owned());
    Item {
        no: proposal.no,
        title: proposal.body.title.clone(),
        mode: page.t(&format!("mode-{}", proposal.body.mode)),
        state: page.t(&format!("proposal-state-{}", proposal.state)),
        lines: proposal
            .body
            .services
            .iter()
            .map(|s| Line {
                from: name(&s.from),
                to: name(&s.to),
                what: s.what.clone(),
                amount: format!("{} {}", s.quantity, page.t(&format!("measure-{}", s.measure))),
                times: s.times.clone(),
            })
            .collect(),
    }
}

/// `POST /runs/{no}/hand-over`
pub(in crate::matching) async fn hand_over(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::hand_over(tx, &visit.actor, plan.id).await?;
        Ok(Answer::see_other(format!("/runs/{no}/plan?done=handed-over")))
    });
    Ok(answer.await?.into())
}
