//! One offer or need by form: new, and changed while it is not on the list.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::entries::{base, is_cadre, kind_of};
use super::{cycle, number, once};
use crate::app::App;
use crate::identity::extract::{ListKeeper, Visit};
use crate::identity::party::query as parties;
use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Party};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::lists::domain::{
    Audience, EntryView, Kind, Reach, ServiceLanguage, TypeTable, Window, fold, tidy,
};
use crate::lists::import::clean::window::{self, Said};
use crate::lists::query;
use crate::lists::service::{self, EntryDraft};
use crate::lists::words;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "lists/form.html")]
struct EntryForm<'a> {
    page: &'a Page,
    f: FormView,
    kind: &'static str,
    base: &'static str,
    number: Option<i32>,
    rev: i32,
    parties: Vec<(String, String)>,
    services: Vec<(String, String)>,
    audiences: Vec<(String, String)>,
    languages: Vec<(String, String)>,
    reaches: Vec<(String, String)>,
    priorities: Vec<(String, String)>,
}

/// `GET /offers/new`, `GET /needs/new`
pub(super) async fn new(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let year = cycle(&app);
    let f = FormView::filled([
        ("from", format!("{year}-01-01")),
        ("until", format!("{year}-12-31")),
        ("smallest", "1".to_owned()),
        ("priority", "3".to_owned()),
        ("reach", "street".to_owned()),
        (
            "party",
            visit
                .actor
                .scope
                .party
                .map(|party| party.to_string())
                .unwrap_or_default(),
        ),
    ]);
    answer(&app, &visit, kind_of(request.path()), None, 200, f).await
}

/// `POST /offers/new`, `POST /needs/new`
pub(super) async fn new_post(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    request: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let kind = kind_of(request.path());
    match create(&app, &visit, kind, &posted).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) if !problem.faults.is_empty() => {
            let f = posted.shown(visit.page.lang, &problem);
            answer(&app, &visit, kind, None, problem.status, f).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn create(app: &App, visit: &Visit, kind: Kind, posted: &Posted) -> Result<Answer, Problem> {
    let draft = read(app, visit, kind, posted).await?;
    let year = cycle(app);
    let key = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    tx::once(&app.db, &key, async |tx| {
        let number = service::create_entry(tx, &visit.actor, kind, year, &draft).await?;
        Ok(Answer::see_other(format!(
            "{}/{number}?done=entry-created",
            base(kind)
        )))
    })
    .await
}

/// `GET /offers/{number}/edit`, `GET /needs/{number}/edit`
pub(super) async fn edit(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let kind = kind_of(request.path());
    let entry = query::entry_numbered(app.db.reader(), visit.actor.scope, kind, number(&path)?).await?;
    if !entry.state.is_editable() {
        return Err(Problem::from(crate::lists::error::ListError::NotInThisState(entry.state)).into());
    }
    let f = filled(&entry);
    answer(&app, &visit, kind, Some(&entry), 200, f).await
}

/// `POST /offers/{number}/edit`, `POST /needs/{number}/edit`
pub(super) async fn edit_post(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    path: web::Path<String>,
    request: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let kind = kind_of(request.path());
    let entry = query::entry_numbered(app.db.reader(), visit.actor.scope, kind, number(&path)?).await?;
    match change(&app, &visit, &entry, &posted).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) if !problem.faults.is_empty() => {
            let f = posted.shown(visit.page.lang, &problem);
            answer(&app, &visit, kind, Some(&entry), problem.status, f).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn change(app: &App, visit: &Visit, entry: &EntryView, posted: &Posted) -> Result<Answer, Problem> {
    let draft = read(app, visit, entry.kind, posted).await?;
    let rev = posted.value("rev").parse().unwrap_or(0);
    let to = format!("{}/{}?done=entry-changed", base(entry.kind), entry.number);
    once(app, visit, posted, &to, async |tx| {
        service::change_entry(tx, &visit.actor, entry.kind, entry.number, rev, &draft).await
    })
    .await
}

fn filled(entry: &EntryView) -> FormView {
    let windows: Vec<String> = entry.windows.iter().map(written).collect();
    let mut f = FormView::filled([
        ("party", entry.party.to_string()),
        ("type", entry.type_code.clone()),
        ("title", entry.title.clone()),
        ("detail", entry.detail.clone()),
        ("quantity", entry.quantity.to_string()),
        ("smallest", entry.smallest.to_string()),
        ("windows", windows.join("；")),
        ("from", entry.from.to_string()),
        ("until", entry.until.to_string()),
        ("place", entry.place.clone()),
        (
            "language",
            entry.language.map_or("", |language| language.code()).to_owned(),
        ),
        ("priority", entry.priority.to_string()),
        (
            "beneficiaries",
            entry
                .beneficiaries
                .map(|number| number.to_string())
                .unwrap_or_default(),
        ),
        ("note", entry.note.clone()),
        (
            "reach",
            if entry.reach == Reach::District {
                "district"
            } else {
                "street"
            }
            .to_owned(),
        ),
    ]);
    let audience = entry.audience.codes().into_iter().map(str::to_owned).collect();
    f.values.insert("audience".to_owned(), audience);
    f
}

/// Hours as the field takes them again.
fn written(window: &Window) -> String {
    let days: String = "一二三四五六日"
        .chars()
        .zip(0u8..)
        .filter(|(_, day)| window.days().has(*day))
        .map(|(sign, _)| sign)
        .collect();
    let next = if window.next_day() { "次日" } else { "" };
    format!("周{days} {}-{next}{}", window.from_text(), window.to_text())
}

async fn answer(
    app: &App,
    visit: &Visit,
    kind: Kind,
    entry: Option<&EntryView>,
    status: u16,
    f: FormView,
) -> Result<HttpResponse, Failure> {
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let types = query::types(db, scope).await?;
    let own = words::name_of(page.lang);
    let mut register = parties::all(db, scope).await?;
    register.retain(|party| matches!(party.kind.code(), "community" | "unit"));
    let option = |key: &str, code: &str| (code.to_owned(), page.t(&format!("{key}-{code}")));
    let template = EntryForm {
        page,
        f,
        kind: kind.id(),
        base: base(kind),
        number: entry.map(|entry| entry.number),
        rev: entry.map_or(0, |entry| entry.rev),
        parties: register
            .into_iter()
            .map(|party| (party.id.to_string(), party.name))
            .collect(),
        services: services(&types, own),
        audiences: Audience::GROUPS
            .iter()
            .map(|code| option("audience", code))
            .collect(),
        languages: ["zh", "ko", "both"]
            .iter()
            .map(|code| option("service-language", code))
            .collect(),
        reaches: ["street", "district"]
            .iter()
            .map(|code| ((*code).to_owned(), page.t(&format!("reach-{code}"))))
            .collect(),
        priorities: (1..=5).map(|n: u8| (n.to_string(), n.to_string())).collect(),
    };
    Ok(html(status, &template)?)
}

fn services(types: &TypeTable, own: usize) -> Vec<(String, String)> {
    types
        .all()
        .filter(|found| !found.cash_like)
        .map(|found| (found.code.clone(), format!("{} {}", found.code, found.name(own))))
        .collect()
}

/// Every field checked; every fault told.
async fn read(app: &App, visit: &Visit, kind: Kind, posted: &Posted) -> Result<EntryDraft, Problem> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let types = query::types(db, scope).await?;
    let mut faults = Vec::new();
    let party = party(app, visit, posted, &mut faults).await?;
    let service = types
        .get(posted.value("type"))
        .filter(|found| !found.cash_like)
        .cloned();
    if service.is_none() {
        faults.push(Fault::field("type", "choose"));
    }
    let title = text(posted, "title", 2, 40, &mut faults);
    let detail = text(posted, "detail", 0, 500, &mut faults);
    let place = text(posted, "place", 0, 120, &mut faults);
    let note = text(posted, "note", 0, 500, &mut faults);
    let quantity = whole(posted, "quantity", 1_000_000, &mut faults);
    let smallest = whole(posted, "smallest", quantity.unwrap_or(1_000_000), &mut faults);
    let beneficiaries = if fold(posted.value("beneficiaries")).is_empty() {
        None
    } else {
        whole(posted, "beneficiaries", 100_000, &mut faults)
    };
    let windows = windows(posted, &mut faults);
    let days = days(posted, &mut faults);
    let night = service.as_ref().is_some_and(|found| found.code == "A2-03");
    if night && windows.as_ref().is_some_and(Vec::is_empty) {
        faults.push(Fault::field("windows", "required"));
    }
    let draft = party
        .zip(service)
        .zip(title.zip(detail))
        .zip(place.zip(note))
        .zip(quantity.zip(smallest))
        .zip(windows.zip(days));
    let Some((
        ((((party, service), (title, detail)), (place, note)), (quantity, smallest)),
        (windows, (from, until)),
    )) = draft.filter(|_| faults.is_empty())
    else {
        return Err(Problem::validation(faults));
    };
    Ok(EntryDraft {
        party,
        service,
        title,
        detail,
        quantity,
        smallest,
        windows,
        from,
        until,
        reach: if posted.value("reach") == "district" {
            Reach::District
        } else {
            Reach::Street
        },
        audience: Audience::of(posted.values("audience").iter().map(String::as_str)),
        language: ServiceLanguage::from_code(posted.value("language")),
        place,
        priority: if kind == Kind::Need {
            posted.value("priority").parse().unwrap_or(3).clamp(1, 5)
        } else {
            3
        },
        beneficiaries,
        note,
    })
}

/// A liaison or secretary speaks for their own party, a cadre for any of the street.
async fn party(
    app: &App,
    visit: &Visit,
    posted: &Posted,
    faults: &mut Vec<Fault>,
) -> Result<Option<Id<Party>>, Problem> {
    if let (Some(own), false) = (visit.actor.scope.party, is_cadre(visit)) {
        return Ok(Some(own));
    }
    let named = posted.value("party").parse().ok();
    let found = match named {
        Some(id) => parties::find(app.db.reader(), visit.actor.scope, id)
            .await
            .ok()
            .map(|party| party.id),
        None => None,
    };
    if found.is_none() {
        faults.push(Fault::field("party", "choose"));
    }
    Ok(found)
}

fn text(
    posted: &Posted,
    name: &'static str,
    min: usize,
    max: usize,
    faults: &mut Vec<Fault>,
) -> Option<String> {
    let text = tidy(posted.value(name));
    let count = text.chars().count();
    let fault = if count == 0 && min > 0 {
        Fault::field(name, "required")
    } else if count < min {
        Fault::field(name, "too-short").arg("min", min.to_string())
    } else if count > max {
        Fault::field(name, "too-long").arg("max", max.to_string())
    } else {
        return Some(text);
    };
    faults.push(fault);
    None
}

fn whole(posted: &Posted, name: &'static str, max: u32, faults: &mut Vec<Fault>) -> Option<u32> {
    let raw = fold(posted.value(name)).replace(',', "");
    let fault = match raw.parse::<u32>() {
        Ok(number) if (1..=max).contains(&number) => return Some(number),
        Ok(_) => Fault::field(name, "out-of-range")
            .value(&raw)
            .arg("min", "1")
            .arg("max", max.to_string()),
        Err(_) if raw.is_empty() => Fault::field(name, "required"),
        Err(_) => Fault::field(name, "not-a-number").value(&raw),
    };
    faults.push(fault);
    None
}

/// Hours as people write them; blank = any time.
fn windows(posted: &Posted, faults: &mut Vec<Fault>) -> Option<Vec<Window>> {
    let raw = posted.value("windows");
    if fold(raw).is_empty() {
        return Some(Vec::new());
    }
    match window::read(raw) {
        Said::Any => Some(Vec::new()),
        Said::Windows { windows, .. } => Some(windows),
        _ => {
            faults.push(Fault::field("windows", "hours").value(raw));
            None
        }
    }
}

fn days(posted: &Posted, faults: &mut Vec<Fault>) -> Option<(CivilDate, CivilDate)> {
    let mut day = |name: &'static str| -> Option<CivilDate> {
        let raw = posted.value(name).trim();
        let day = raw.parse().ok();
        if day.is_none() {
            faults.push(Fault::field(name, "not-a-day").value(raw));
        }
        day
    };
    let (from, until) = (day("from"), day("until"));
    let span = from.zip(until);
    if span.is_some_and(|(from, until)| until < from) {
        faults.push(Fault::field("until", "ends-before-start"));
        return None;
    }
    span
}
