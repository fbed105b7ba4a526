//! Needs a plan leaves open: why, and what would help.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use gongjian_engine::model::Document;

use super::{kept, part_of};
use crate::app::App;
use crate::identity::extract::StreetCadre;
use crate::matching::reason_words::{Kept, Names, help as help_words, why};
use crate::matching::trial::help;
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
    /// Place of the need in the plan's instance, if the change can be tried.
    help_at: Option<usize>,
}

fn place_of_help(kept: &Kept, lists: &Document) -> Option<usize> {
    help::of(kept, lists)?;
    lists.needs.iter().position(|need| need.id == kept.need)
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
    let names = Names::load(
        app.db.reader(),
        visit.actor.scope,
        kept.iter().flat_map(Kept::ids),
    )
    .await?;
    let lists: Option<Document> = serde_json::from_slice(&plan.instance).ok();
    let (page, t) = (&visit.page, TableView::read(&request));
    let mut codes: Vec<String> = kept.iter().map(|k| k.code.clone()).collect();
    codes.sort();
    codes.dedup();
    let short = |code: &str| page.t(&format!("reason-short-{code}"));
    let wanted = t.value("code").to_owned();
    let found = of_code(&kept, &wanted);
    let (rows, t) = part_of(t, found);
    let rows: Vec<Unmet> = rows
        .iter()
        .map(|k| Unmet {
            help_at: lists.as_ref().and_then(|lists| place_of_help(k, lists)),
            ..in_words(page, &names, k)
        })
        .collect();
    let template = UnmetPage {
        page,
        no: *no,
        back: format!("/runs/{no}/plan"),
        t,
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
        help: help_words(page.lang, names, kept),
        help_at: None,
    }
}
