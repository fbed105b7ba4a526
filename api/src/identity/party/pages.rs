//! `/parties`: the register as a list; `/parties/{number}`: one party and its people.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::credit_code;
use super::domain::{PartyKind, PartyView, UNIT_KINDS, is_unusual_size};
use super::query::{self, PartyFilter, SORTS};
use crate::app::App;
use crate::identity::extract::{Registrar, Visit};
use crate::identity::person::pages::{Member, members};
use crate::kernel::id::{Id, Party};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::web::failure::Failure;
use crate::web::page::{Page, html};
use crate::web::table::TableView;

#[derive(Template)]
#[template(path = "identity/parties.html")]
struct ListPage<'a> {
    page: &'a Page,
    t: TableView,
    rows: Vec<Row>,
    kinds: Vec<(&'static str, String)>,
    unit_kinds: Vec<(&'static str, String)>,
    communities: Vec<(String, String)>,
    kind_chip: String,
    unit_kind_chip: String,
    community_chip: String,
}

/// A party as lists and files show it.
pub(super) struct Row {
    pub(super) number: i32,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) unit_kind: String,
    pub(super) community: String,
    pub(super) max_agreements: i32,
    pub(super) credit_code: String,
    pub(super) address: String,
    pub(super) contact_title: String,
}

impl Row {
    pub(super) fn new(page: &Page, party: PartyView, communities: &[(String, String)]) -> Self {
        Self {
            number: party.number,
            kind: kind_words(page, party.kind),
            unit_kind: party
                .unit_kind
                .map(|kind| unit_kind_words(page, &kind))
                .unwrap_or_default(),
            community: named(communities, party.community),
            max_agreements: party.max_agreements,
            credit_code: party.credit_code.unwrap_or_default(),
            address: party.address,
            contact_title: party.contact_title,
            name: party.name,
        }
    }
}

pub(super) fn kind_words(page: &Page, kind: PartyKind) -> String {
    page.t(&format!("party-kind-{}", kind.code()))
}

pub(super) fn unit_kind_words(page: &Page, kind: &str) -> String {
    page.t(&format!("unit-kind-{kind}"))
}

/// The sides of the register, in words.
pub(super) fn kinds(page: &Page) -> Vec<(&'static str, String)> {
    let register = [PartyKind::Community, PartyKind::Unit];
    register
        .map(|kind| (kind.code(), kind_words(page, kind)))
        .to_vec()
}

/// The kinds of unit, in words.
pub(super) fn unit_kinds(page: &Page) -> Vec<(&'static str, String)> {
    UNIT_KINDS
        .map(|kind| (kind, unit_kind_words(page, kind)))
        .to_vec()
}

/// The communities of the street by id, in the order of their names.
pub(super) async fn communities(app: &App, visit: &Visit) -> Result<Vec<(String, String)>, Problem> {
    let all = query::all(app.db.reader(), Scope::tenant(visit.actor.scope.tenant)).await?;
    let communities = all.into_iter().filter(|p| p.kind == PartyKind::Community);
    Ok(communities.map(|p| (p.id.to_string(), p.name)).collect())
}

fn named(communities: &[(String, String)], id: Option<Id<Party>>) -> String {
    let id = id.map(|id| id.to_string()).unwrap_or_default();
    let found = communities.iter().find(|(known, _)| *known == id);
    found.map(|(_, name)| name.clone()).unwrap_or_default()
}

/// The conditions of the address.
pub(super) fn filter(t: &TableView) -> PartyFilter {
    PartyFilter {
        text: t.value("q").to_owned(),
        kind: PartyKind::from_code(t.value("kind")),
        unit_kind: UNIT_KINDS
            .into_iter()
            .find(|kind| t.has("unit_kind", kind))
            .map(str::to_owned),
        community: t.value("community").parse().ok(),
    }
}

/// The order of the address.
pub(super) fn sort(t: &TableView) -> &str {
    let known = SORTS.contains(&t.sort().trim_start_matches('-'));
    if known { t.sort() } else { "number" }
}

/// `GET /parties`
pub(super) async fn list(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let t = TableView::read(&request);
    let (page, tenant) = (&visit.page, visit.actor.scope.tenant);
    let key = format!(
        "parties?{}&{}&{}&{}&{}",
        t.value("q"),
        t.value("kind"),
        t.value("unit_kind"),
        t.value("community"),
        sort(&t)
    );
    let after = t
        .after()
        .map(|cursor| app.keys.cursor.open(tenant, &key, cursor))
        .transpose()?;
    let found = query::page(
        app.db.reader(),
        visit.actor.scope,
        &filter(&t),
        sort(&t),
        after.as_ref(),
        t.size(),
    )
    .await?;
    let communities = communities(&app, &visit).await?;
    let next = found.next.map(|after| app.keys.cursor.seal(tenant, &key, &after));
    let rows: Vec<Row> = found
        .rows
        .into_iter()
        .map(|party| Row::new(page, party, &communities))
        .collect();
    let words = |key: &str, code: &str| {
        if code.is_empty() {
            String::new()
        } else {
            page.t(&format!("{key}{code}"))
        }
    };
    let template = ListPage {
        page,
        kinds: kinds(page),
        unit_kinds: unit_kinds(page),
        kind_chip: words("party-kind-", t.value("kind")),
        unit_kind_chip: words("unit-kind-", t.value("unit_kind")),
        community_chip: named(&communities, t.value("community").parse().ok()),
        t: t.found(found.count, rows.len(), next),
        rows,
        communities,
    };
    Ok(html(200, &template)?)
}

#[derive(Template)]
#[template(path = "identity/party.html")]
struct ShowPage<'a> {
    page: &'a Page,
    party: Row,
    organisation_name: String,
    name_ko: String,
    households: String,
    aliases: String,
    people: Vec<Member>,
    doubtful_code: bool,
    unusual_size: bool,
}

/// A party's number out of the address.
pub(in crate::identity) fn number(text: &str) -> Result<i32, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// `GET /parties/{number}`
pub(super) async fn show(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let party = query::by_number(db, scope, number(&path)?).await?;
    let aliases = query::aliases_of(db, scope, party.id).await?;
    let template = ShowPage {
        page,
        organisation_name: party.organisation_name.clone().unwrap_or_default(),
        name_ko: party.name_ko.clone().unwrap_or_default(),
        households: party.households.map(|h| h.to_string()).unwrap_or_default(),
        aliases: aliases.join("、"),
        people: members(&app, &visit, party.id).await?,
        doubtful_code: party
            .credit_code
            .as_ref()
            .is_some_and(|code| !credit_code::is_valid(code)),
        unusual_size: party.households.is_some_and(is_unusual_size),
        party: Row::new(page, party, &communities(&app, &visit).await?),
    };
    Ok(html(200, &template)?)
}
