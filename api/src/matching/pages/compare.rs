//! How a plan differs from an earlier one, in the parties' words.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use gongjian_engine::plan::Document;

use super::{beside, kept, part_of, points};
use crate::app::App;
use crate::identity::extract::{StreetCadre, Visit};
use crate::kernel::problem::Problem;
use crate::matching::difference::{self, Difference};
use crate::matching::figures::Figures;
use crate::matching::query::{self, Earlier, PlanView};
use crate::matching::reason_words::Names;
use crate::matching::trial::outcome;
use crate::web::failure::Failure;
use crate::web::page::{Page, html};
use crate::web::sheet::Sheet;
use crate::web::table::TableView;

/// A line of numbers, the two plans side by side.
pub(super) struct Side {
    /// Key of its name.
    pub(super) label: &'static str,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) more: String,
}

/// What two plans are worth, side by side.
pub(super) fn sides(before: &Figures, after: &Figures) -> Vec<Side> {
    let count = |label, before: i64, after: i64| Side {
        label,
        before: before.to_string(),
        after: after.to_string(),
        more: format!("{:+}", after.saturating_sub(before)),
    };
    let (old, new) = (before.value_micro, after.value_micro);
    vec![
        Side {
            label: "run-value",
            before: points(old),
            after: points(new),
            more: signed(new.saturating_sub(old)),
        },
        count("difference-needs", before.needs, after.needs),
        count("plan-services", before.services, after.services),
        count("difference-agreements", before.agreements, after.agreements),
    ]
}

/// µ as points with their sign.
pub(super) fn signed(micro: i64) -> String {
    let sign = if micro < 0 { "−" } else { "+" };
    format!("{sign}{}", points(micro.saturating_abs()))
}

/// What may be chosen in the filter of differences.
pub(super) fn kinds(page: &Page) -> Vec<(String, String)> {
    let words = |code: &&str| ((*code).to_owned(), page.t(&format!("difference-{code}")));
    difference::CODES.iter().map(words).collect()
}

/// How many agreements differ how, in a sentence.
pub(super) fn counted(page: &Page, found: &[Difference]) -> String {
    let count = |code| found.iter().filter(|d| d.code == code).count().to_string();
    let [changed, new, dropped, kept] = difference::CODES.map(count);
    let args = [
        ("kept", kept.as_str()),
        ("changed", &changed),
        ("new", &new),
        ("dropped", &dropped),
    ];
    page.lang.ta("difference-counts", &args)
}

#[derive(Template)]
#[template(path = "matching/compare.html")]
struct ComparePage<'a> {
    page: &'a Page,
    no: i64,
    back: String,
    t: TableView,
    plans: Vec<(String, String)>,
    with: Option<i64>,
    sides: Vec<Side>,
    counts: String,
    kinds: Vec<(String, String)>,
    kind: String,
    rows: Vec<Difference>,
    files: String,
}

/// `GET /runs/{no}/compare`: with the plan `with`, else the one handed over before, else the one before.
pub(in crate::matching) async fn compare(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let (page, t) = (&visit.page, TableView::read(&request));
    let earlier = query::earlier(app.db.reader(), visit.actor.scope, *no).await?;
    let chosen = choose(&earlier, t.value("with"))?;
    let compared = match chosen {
        Some(chosen) => Some(compared(&app, &visit, plan, chosen).await?),
        None => None,
    };
    let (sides, found) = compared.map_or_else(Default::default, |c| (c.sides, c.found));
    let kind = t.value("kind").to_owned();
    let counts = counted(page, &found);
    let (rows, t) = part_of(t.clone(), difference::narrowed(found, &kind, t.value("q")));
    let template = ComparePage {
        page,
        no: *no,
        back: format!("/runs/{no}/plan"),
        t,
        plans: earlier
            .iter()
            .map(|e| (e.no.to_string(), title(page, e)))
            .collect(),
        with: chosen.map(|chosen| chosen.no),
        sides,
        counts,
        kinds: kinds(page),
        kind: if kind.is_empty() {
            kind
        } else {
            page.t(&format!("difference-{kind}"))
        },
        rows,
        files: format!("/runs/{no}/files/compare"),
    };
    Ok(html(200, &template)?)
}

fn title(page: &Page, earlier: &Earlier) -> String {
    let key = if earlier.handed {
        "compare-handed"
    } else {
        "run-no"
    };
    page.t1(key, "no", earlier.no)
}

fn choose(earlier: &[Earlier], with: &str) -> Result<Option<Earlier>, Problem> {
    if with.is_empty() {
        let handed = earlier.iter().find(|e| e.handed).or(earlier.first());
        return Ok(handed.copied());
    }
    let found = earlier.iter().find(|e| e.no.to_string() == with);
    found.copied().map(Some).ok_or_else(Problem::not_found)
}

struct Compared {
    sides: Vec<Side>,
    found: Vec<Difference>,
}

async fn compared(app: &App, visit: &Visit, plan: PlanView, with: Earlier) -> Result<Compared, Problem> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let earlier = query::plan(db, scope, with.plan).await?;
    let (before, after, sides) = beside(move || {
        let read = |kept: &PlanView| -> Result<(Document, Figures), String> {
            let (instance, plan) = outcome::read(kept)?;
            let figures = Figures::of(&instance, &plan);
            Ok((plan, figures))
        };
        let ((before, old), (after, new)) = (read(&earlier)?, read(&plan)?);
        Ok((before, after, sides(&old, &new)))
    })
    .await?;
    let names = Names::load(db, scope, difference::ids(&before, &after)).await?;
    Ok(Compared {
        sides,
        found: difference::between(&visit.page, &names, &before, &after),
    })
}

/// The same differences as a list to be saved.
pub(super) async fn sheet(
    app: &App,
    visit: &Visit,
    no: i64,
    plan: PlanView,
    request: &HttpRequest,
) -> Result<Sheet, Problem> {
    let t = TableView::read(request);
    let earlier = query::earlier(app.db.reader(), visit.actor.scope, no).await?;
    let chosen = choose(&earlier, t.value("with"))?.ok_or_else(Problem::not_found)?;
    let found = compared(app, visit, plan, chosen).await?.found;
    let found = difference::narrowed(found, t.value("kind"), t.value("q"));
    Ok(difference::sheet(&visit.page, &found))
}
