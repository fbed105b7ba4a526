//! The tables of offers and needs, and one of them.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{number, once};
use crate::app::App;
use crate::identity::extract::{ListKeeper, Visit};
use crate::identity::party::query as parties;
use crate::kernel::actor::{Role, Who};
use crate::kernel::date::CivilDate;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::scope::Scope;
use crate::lists::domain::{EntryState, EntryView, Kind, Modes, TypeTable};
use crate::lists::query::{self, EntryFilter};
use crate::lists::service;
use crate::lists::words;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};
use crate::web::table::TableView;

/// Longest reason of a return, in characters.
const REASON_CHARS: usize = 200;

/// Offers or needs, by the address.
pub(super) fn kind_of(path: &str) -> Kind {
    if path.starts_with("/needs") {
        Kind::Need
    } else {
        Kind::Offer
    }
}

/// Where the pages of a kind begin.
pub(super) fn base(kind: Kind) -> &'static str {
    match kind {
        Kind::Offer => "/offers",
        Kind::Need => "/needs",
    }
}

/// Whether the visitor is a cadre, who verifies.
pub(super) fn is_cadre(visit: &Visit) -> bool {
    matches!(
        visit.actor.who,
        Who::Person {
            role: Role::StreetCadre,
            ..
        }
    )
}

/// The conditions of an address.
pub(super) fn filter(t: &TableView) -> EntryFilter {
    EntryFilter {
        words: t.value("q").to_owned(),
        state: EntryState::from_code(t.value("state")),
        area: t.value("area").to_owned(),
        type_code: t.value("type").to_owned(),
        party: t.value("party").parse().ok(),
    }
}

#[derive(Template)]
#[template(path = "lists/entries.html")]
struct EntriesPage<'a> {
    page: &'a Page,
    t: TableView,
    kind: &'static str,
    base: &'static str,
    rows: Vec<Line>,
    states: Vec<(String, String)>,
    areas: Vec<(String, String)>,
    parties: Vec<(String, String)>,
    party_name: String,
    cadre: bool,
}

struct Line {
    number: i32,
    title: String,
    party: String,
    service: String,
    quantity: String,
    hours: String,
    until: String,
    state: String,
    colour: &'static str,
}

/// `GET /offers`, `GET /needs`
pub(super) async fn list(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let kind = kind_of(request.path());
    let t = TableView::read(&request);
    let filter = filter(&t);
    let key = format!("{}?{filter:?}&{}", base(kind), t.sort());
    let after = match t.after() {
        Some(cursor) => Some(app.keys.cursor.open(scope.tenant, &key, cursor)?),
        None => None,
    };
    let found = query::entries(db, scope, kind, &filter, t.sort(), after.as_ref(), t.size()).await?;
    let next = found
        .next
        .map(|next| app.keys.cursor.seal(scope.tenant, &key, &next));
    let types = query::types(db, scope).await?;
    let register = parties::all(db, Scope::tenant(scope.tenant)).await?;
    let name = |id| {
        register
            .iter()
            .find(|party| party.id == id)
            .map(|party| party.name.clone())
            .unwrap_or_default()
    };
    let shown = found.rows.len();
    let template = EntriesPage {
        page,
        kind: kind.id(),
        base: base(kind),
        rows: found
            .rows
            .iter()
            .map(|entry| line(page, &types, entry, name(entry.party)))
            .collect(),
        states: states(page),
        areas: (1..=6)
            .map(|n| format!("A{n}"))
            .map(|area| (area.clone(), page.t(&format!("area-{area}"))))
            .collect(),
        party_name: filter.party.map(name).unwrap_or_default(),
        parties: register
            .iter()
            .map(|party| (party.id.to_string(), party.name.clone()))
            .collect(),
        cadre: is_cadre(&visit),
        t: t.found(found.count, shown, next),
    };
    Ok(html(200, &template)?)
}

fn states(page: &Page) -> Vec<(String, String)> {
    EntryState::ALL
        .iter()
        .map(|state| {
            (
                state.code().to_owned(),
                page.t(&format!("entry-state-{}", state.code())),
            )
        })
        .collect()
}

fn line(page: &Page, types: &TypeTable, entry: &EntryView, party: String) -> Line {
    Line {
        number: entry.number,
        title: entry.title.clone(),
        party,
        service: words::service(page.lang, types, &entry.type_code),
        quantity: words::quantity(page.lang, entry),
        hours: words::hours(page.lang, &entry.windows),
        until: format!("{} – {}", entry.from, entry.until),
        state: page.t(&format!("entry-state-{}", entry.state.code())),
        colour: colour(entry.state),
    }
}

fn colour(state: EntryState) -> &'static str {
    match state {
        EntryState::Submitted => "info",
        EntryState::Listed | EntryState::Met => "ok",
        EntryState::Flagged | EntryState::Returned | EntryState::Paused => "warn",
        EntryState::Draft | EntryState::Withdrawn | EntryState::Expired | EntryState::Closed => "",
    }
}

#[derive(Template)]
#[template(path = "lists/entry.html")]
struct EntryPage<'a> {
    page: &'a Page,
    f: FormView,
    kind: &'static str,
    base: &'static str,
    entry: &'a EntryView,
    line: Line,
    facts: Vec<(String, String)>,
    can_verify: bool,
    can_return: bool,
    can_edit: bool,
    can_pause: bool,
    can_resume: bool,
    can_withdraw: bool,
}

/// `GET /offers/{number}`, `GET /needs/{number}`
pub(super) async fn show(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer(
        &app,
        &visit,
        kind_of(request.path()),
        number(&path)?,
        200,
        FormView::default(),
    )
    .await
}

async fn answer(
    app: &App,
    visit: &Visit,
    kind: Kind,
    number: i32,
    status: u16,
    f: FormView,
) -> Result<HttpResponse, Failure> {
    use crate::lists::domain::EntryAct as Act;
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let entry = query::entry_numbered(db, scope, kind, number).await?;
    let types = query::types(db, scope).await?;
    let party = parties::find(db, Scope::tenant(scope.tenant), entry.party)
        .await?
        .name;
    let may = |act| entry.state.after(act).is_ok();
    let cadre = is_cadre(visit);
    let template = EntryPage {
        page,
        f,
        kind: kind.id(),
        base: base(kind),
        line: line(page, &types, &entry, party),
        facts: facts(page, &entry),
        can_verify: cadre && may(Act::Verify),
        can_return: cadre && may(Act::Return),
        can_edit: entry.state.is_editable(),
        can_pause: may(Act::Pause),
        can_resume: may(Act::Resume),
        can_withdraw: may(Act::Withdraw),
        entry: &entry,
    };
    Ok(html(status, &template)?)
}

/// What an offer or need says beside its line, in words.
fn facts(page: &Page, entry: &EntryView) -> Vec<(String, String)> {
    let measure = page.t(&format!("measure-{}", entry.measure.id()));
    let smallest = page.t2(
        "quantity-measure",
        "quantity",
        entry.smallest,
        "measure",
        &measure,
    );
    let audience: Vec<String> = entry
        .audience
        .codes()
        .iter()
        .map(|code| page.t(&format!("audience-{code}")))
        .collect();
    let audience = if audience.is_empty() {
        page.t("audience-all")
    } else {
        audience.join(&page.t("list-comma"))
    };
    let mut facts = vec![
        (page.t("entry-area"), page.t(&format!("area-{}", entry.area))),
        (page.t(&format!("entry-smallest-{}", entry.kind.id())), smallest),
        (page.t("entry-audience"), audience),
        (
            page.t("entry-modes"),
            match entry.modes {
                Modes::Both => page.t("modes-both"),
                Modes::Project => page.t("modes-project"),
                Modes::Base => page.t("modes-base"),
            },
        ),
    ];
    if entry.kind == Kind::Need {
        facts.push((page.t("entry-priority"), entry.priority.to_string()));
    }
    if let Some(beneficiaries) = entry.beneficiaries {
        facts.push((page.t("entry-beneficiaries"), beneficiaries.to_string()));
    }
    if let Some(language) = entry.language {
        facts.push((
            page.t("entry-language"),
            page.t(&format!("service-language-{}", language.code())),
        ));
    }
    for (label, value) in [
        ("entry-place", &entry.place),
        ("entry-detail", &entry.detail),
        ("entry-note", &entry.note),
    ] {
        if !value.is_empty() {
            facts.push((page.t(label), value.clone()));
        }
    }
    facts
}

/// `POST /offers/{number}`, `POST /needs/{number}`: verify, return, pause, resume, withdraw.
pub(super) async fn act(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    path: web::Path<String>,
    request: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let kind = kind_of(request.path());
    let number = number(&path)?;
    match done(&app, &visit, kind, number, &posted).await {
        Ok(response) => Ok(response),
        Err(problem) if !problem.faults.is_empty() => {
            let f = posted.shown(visit.page.lang, &problem);
            answer(&app, &visit, kind, number, problem.status, f).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn done(
    app: &App,
    visit: &Visit,
    kind: Kind,
    number: i32,
    posted: &Posted,
) -> Result<HttpResponse, Problem> {
    let act = posted.value("act");
    if matches!(act, "verify" | "return") && !is_cadre(visit) {
        return Err(Problem::new("role-insufficient", 403));
    }
    let actor = &visit.actor;
    let to = format!("{}/{number}?done=entry-{act}", base(kind));
    let answer = match act {
        "verify" => {
            once(app, visit, posted, &to, async |tx| {
                service::verify(tx, actor, kind, number).await
            })
            .await?
        }
        "return" => {
            let reason = reason(posted)?;
            once(app, visit, posted, &to, async |tx| {
                service::return_for_correction(tx, actor, kind, number, &reason).await
            })
            .await?
        }
        "pause" => {
            let until = until(app, posted)?;
            once(app, visit, posted, &to, async |tx| {
                service::pause(tx, actor, kind, number, until).await
            })
            .await?
        }
        "resume" => {
            once(app, visit, posted, &to, async |tx| {
                service::resume(tx, actor, kind, number).await
            })
            .await?
        }
        "withdraw" => {
            once(app, visit, posted, &to, async |tx| {
                service::withdraw(tx, actor, kind, number).await
            })
            .await?
        }
        _ => return Err(Problem::not_found()),
    };
    Ok(answer.into())
}

fn reason(posted: &Posted) -> Result<String, Problem> {
    let reason = crate::lists::domain::tidy(posted.value("reason"));
    let fault = |code| {
        Problem::validation(vec![
            Fault::field("reason", code).arg("max", REASON_CHARS.to_string()),
        ])
    };
    if reason.is_empty() {
        return Err(fault("required"));
    }
    if reason.chars().count() > REASON_CHARS {
        return Err(fault("too-long"));
    }
    Ok(reason)
}

/// The day until which something is paused: one still to come.
fn until(app: &App, posted: &Posted) -> Result<CivilDate, Problem> {
    let raw = posted.value("until").trim();
    let today = app.db.clock().now().day();
    let fault = |code| Problem::validation(vec![Fault::field("until", code).value(raw)]);
    let day: CivilDate = raw.parse().map_err(|_| fault("not-a-day"))?;
    if day > today {
        Ok(day)
    } else {
        Err(fault("day-past"))
    }
}
