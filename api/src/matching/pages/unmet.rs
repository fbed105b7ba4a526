//! Needs a plan leaves open: why, and what would help.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::kept;
use crate::app::App;
use crate::identity::extract::{StreetCadre, Visit};
use crate::identity::party::query as parties;
use crate::kernel::id::Id;
use crate::kernel::problem::Problem;
use crate::lists::domain::Entry;
use crate::lists::query as lists;
use crate::matching::reason_words::{Kept, Names, help, why};
use crate::web::failure::Failure;
use crate::web::page::{Page, html};
use crate::web::table::TableView;

/// A reason in words.
pub(super) struct Unmet {
    pub(super) party: String,
    pub(super) title: String,
    pub(super) quantity: i64,
    pub(super) measure: String,
    pub(super) why: String,
    pub(super) help: String,
}

#[derive(Template)]
#[template(path = "matching/unmet.html")]
struct UnmetPage<'a> {
    page: &'a Page,
    no: i64,
    back: String,
    t: TableView,
    rows: Vec<Unmet>,
    codes: Vec<(String, String)>,
    code: String,
}

/// `GET /runs/{no}/unmet`
pub(in crate::matching) async fn unmet(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let kept: Vec<Kept> = serde_json::from_slice(&plan.reasons).unwrap_or_default();
    let names = names_of(&app, &visit, &kept).await?;
    let (page, t) = (&visit.page, TableView::read(&request));
    let mut codes: Vec<String> = kept.iter().map(|k| k.code.clone()).collect();
    codes.sort();
    codes.dedup();
    let short = |code: &str| page.t(&format!("reason-short-{code}"));
    let wanted = t.value("code").to_owned();
    let found = of_code(&kept, &wanted);
    let start = t
        .after()
        .and_then(|after| after.parse::<usize>().ok())
        .unwrap_or(0);
    let size = t.size();
    let rows: Vec<Unmet> = found
        .iter()
        .skip(start)
        .take(size)
        .map(|k| in_words(page, &names, k))
        .collect();
    let next = (start + size < found.len()).then(|| (start + size).to_string());
    let template = UnmetPage {
        page,
        no: *no,
        back: format!("/runs/{no}/plan"),
        t: t.found(u64::try_from(found.len()).unwrap_or(0), rows.len(), next),
        rows,
        codes: codes.iter().map(|code| (code.clone(), short(code))).collect(),
        code: if wanted.is_empty() {
            String::new()
        } else {
            short(&wanted)
        },
    };
    Ok(html(200, &template)?)
}

/// Names of what the reasons mention, also of entries that have left the lists since.
pub(super) async fn names_of(app: &App, visit: &Visit, kept: &[Kept]) -> Result<Names, Problem> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let mut ids: Vec<Id<Entry>> = kept
        .iter()
        .flat_map(Kept::ids)
        .filter_map(|id| id.parse().ok())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let entries = lists::entries_by_id(db, scope, &ids).await?;
    let parties = parties::all(db, scope)
        .await?
        .into_iter()
        .map(|p| (p.id.to_string(), p.name))
        .collect();
    Ok(Names {
        entries: entries.into_iter().map(|e| (e.id.to_string(), e)).collect(),
        parties,
    })
}

/// Those with this reason; all of them without one.
pub(super) fn of_code<'a>(kept: &'a [Kept], code: &str) -> Vec<&'a Kept> {
    kept.iter()
        .filter(|k| code.is_empty() || k.code == code)
        .collect()
}

/// The row of a reason. A need that cannot be found any more is told by its id.
pub(super) fn in_words(page: &Page, names: &Names, kept: &Kept) -> Unmet {
    let need = names.entries.get(&kept.need);
    let party = need.and_then(|need| names.parties.get(&need.party.to_string()));
    let measure = need.map(|need| page.t(&format!("measure-{}", need.measure.id())));
    Unmet {
        party: party.cloned().unwrap_or_default(),
        title: need.map_or_else(|| kept.need.clone(), |need| need.title.clone()),
        quantity: kept.open,
        measure: measure.unwrap_or_default(),
        why: why(page.lang, names, kept),
        help: help(page.lang, names, kept),
    }
}
