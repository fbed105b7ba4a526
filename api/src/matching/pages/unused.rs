//! Offers a plan does not use up: why, and what could be done.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use gongjian_engine::edges;
use gongjian_engine::reasons::{Explainer, Unused};
use gongjian_engine::rules::Context;

use super::{beside, kept, part_of};
use crate::app::App;
use crate::identity::extract::{StreetCadre, Visit};
use crate::kernel::problem::Problem;
use crate::matching::query::PlanView;
use crate::matching::reason_words::Names;
use crate::matching::trial::outcome;
use crate::web::failure::Failure;
use crate::web::page::{Page, html};
use crate::web::sheet::Sheet;
use crate::web::table::TableView;

/// An offer in words.
struct Row {
    party: String,
    title: String,
    left: i64,
    measure: String,
    why: String,
    next: String,
}

#[derive(Template)]
#[template(path = "matching/unused.html")]
struct UnusedPage<'a> {
    page: &'a Page,
    no: i64,
    back: String,
    t: TableView,
    rows: Vec<Row>,
    codes: Vec<(String, String)>,
    code: String,
}

/// `GET /runs/{no}/unused`
pub(in crate::matching) async fn unused(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let (page, t) = (&visit.page, TableView::read(&request));
    let (found, names) = idle(&app, &visit, plan).await?;
    let mut codes: Vec<&str> = found.iter().map(|(code, _)| code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let short = |code: &str| page.t(&format!("unused-short-{code}"));
    let codes = codes
        .iter()
        .map(|code| ((*code).to_owned(), short(code)))
        .collect();
    let wanted = t.value("code").to_owned();
    let (rows, t) = part_of(t, of_code(found, &wanted));
    let template = UnusedPage {
        page,
        no: *no,
        back: format!("/runs/{no}/plan"),
        t,
        rows: rows.iter().map(|found| row(page, &names, found)).collect(),
        codes,
        code: if wanted.is_empty() {
            String::new()
        } else {
            short(&wanted)
        },
    };
    Ok(html(200, &template)?)
}

/// An offer with the code of its reason.
type Found = (String, Unused);

/// The offers a kept plan does not use up, and names. They follow from the plan, so nothing else is kept of them.
async fn idle(app: &App, visit: &Visit, plan: PlanView) -> Result<(Vec<Found>, Names), Problem> {
    let found: Vec<Found> = beside(move || {
        let (instance, plan) = outcome::read(&plan)?;
        let edges = edges::build(&instance);
        let context = Context {
            instance: &instance,
            edges: &edges,
        };
        let unused = Explainer::new(context, &plan).unused();
        let code = |offer: &Unused| serde_json::to_value(offer.code).unwrap_or_default();
        let coded = unused
            .into_iter()
            .map(|offer| (code(&offer).as_str().unwrap_or_default().to_owned(), offer));
        Ok(coded.collect())
    })
    .await?;
    let nearest = found.iter().filter_map(|(_, offer)| offer.nearest.as_deref());
    let ids = found.iter().map(|(_, offer)| offer.offer.as_str()).chain(nearest);
    let names = Names::load(app.db.reader(), visit.actor.scope, ids).await?;
    Ok((found, names))
}

fn of_code(mut found: Vec<Found>, wanted: &str) -> Vec<Found> {
    found.retain(|(code, _)| wanted.is_empty() || code == wanted);
    found
}

fn row(page: &Page, names: &Names, (code, offer): &Found) -> Row {
    let entry = names.entry(&offer.offer);
    let nearest = offer
        .nearest
        .as_deref()
        .map(|id| names.of(id))
        .unwrap_or_default();
    let party = names.owner(&offer.offer);
    let (needs, args) = (offer.needs.to_string(), |key: &str, needs: &str| {
        let args = [("nearest", nearest.as_str()), ("needs", needs), ("party", &party)];
        page.lang.ta(key, &args)
    });
    Row {
        title: entry.map(|e| e.title.clone()).unwrap_or_default(),
        left: offer.left,
        measure: entry
            .map(|e| page.t(&format!("measure-{}", e.measure.id())))
            .unwrap_or_default(),
        why: args(&format!("unused-{code}"), &needs),
        next: args(&format!("unused-next-{code}"), &needs),
        party: party.clone(),
    }
}

/// The same offers as a list to be saved.
pub(super) async fn sheet(
    app: &App,
    visit: &Visit,
    plan: PlanView,
    request: &HttpRequest,
) -> Result<Sheet, Problem> {
    let page = &visit.page;
    let (found, names) = idle(app, visit, plan).await?;
    let found = of_code(found, TableView::read(request).value("code"));
    let rows = found.iter().map(|found| {
        let row = row(page, &names, found);
        vec![
            row.title.into(),
            row.party.into(),
            row.left.into(),
            row.measure.into(),
            row.why.into(),
            row.next.into(),
        ]
    });
    let heads = [
        "unused-offer",
        "unused-party",
        "unused-left",
        "plan-measure",
        "unmet-why",
        "unused-next",
    ];
    Ok(Sheet {
        rows: rows.collect(),
        heads: heads.iter().map(|key| page.t(key)).collect(),
    })
}
