//! Adding a party and changing what the register says of it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::credit_code::CreditCode;
use super::domain::{PartyKind, PartyView, UNIT_KINDS};
use super::pages::{communities, kind_words, kinds, number, unit_kinds};
use super::query;
use super::service::{self, PartyChange};
use crate::app::App;
use crate::identity::extract::{Registrar, Visit};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::text::Text;
use crate::kernel::tx;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

/// Most agreements a party can look after (`domain.md` §5).
const MAX_AGREEMENTS: i64 = 60;
/// Agreements a party is taken to look after until somebody says more.
const FEW_AGREEMENTS: &str = "3";
/// More households than any community has.
const MAX_HOUSEHOLDS: i64 = 100_000;
/// Most other names of a party.
const MAX_ALIASES: usize = 20;

#[derive(Template)]
#[template(path = "identity/party_form.html")]
struct FormPage<'a> {
    page: &'a Page,
    f: FormView,
    title: &'static str,
    action: String,
    back: String,
    rev: i32,
    /// The side, where it can no longer be chosen.
    kind: String,
    kinds: Vec<(&'static str, String)>,
    unit_kinds: Vec<(&'static str, String)>,
    communities: Vec<(String, String)>,
}

async fn form(
    app: &App,
    visit: &Visit,
    status: u16,
    f: FormView,
    known: Option<(&PartyView, i32)>,
) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let here = known.map(|(party, _)| format!("/parties/{}", party.number));
    let template = FormPage {
        page,
        f,
        title: if known.is_some() {
            "party-edit"
        } else {
            "party-new"
        },
        action: here
            .as_ref()
            .map_or_else(|| "/parties/new".to_owned(), |here| format!("{here}/edit")),
        back: here.unwrap_or_else(|| "/parties".to_owned()),
        rev: known.map_or(0, |(_, rev)| rev),
        kind: known
            .map(|(party, _)| kind_words(page, party.kind))
            .unwrap_or_default(),
        kinds: kinds(page),
        unit_kinds: unit_kinds(page),
        communities: communities(app, visit).await?,
    };
    Ok(html(status, &template)?)
}

/// `GET /parties/new`
pub(super) async fn new(app: web::Data<App>, Registrar(visit): Registrar) -> Result<HttpResponse, Failure> {
    let f = FormView::filled([("max_agreements", FEW_AGREEMENTS.to_owned())]);
    form(&app, &visit, 200, f, None).await
}

/// `POST /parties/new`
pub(super) async fn new_post(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    match added(&app, &visit, &posted).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) if problem.faults.is_empty() => Err(problem.into()),
        Err(problem) => {
            let f = posted.shown(visit.page.lang, &problem);
            form(&app, &visit, problem.status, f, None).await
        }
    }
}

async fn added(app: &App, visit: &Visit, posted: &Posted) -> Result<Answer, Problem> {
    let kind = PartyKind::from_code(posted.value("kind"))
        .filter(|kind| matches!(kind, PartyKind::Community | PartyKind::Unit));
    let new = read(posted, kind)?;
    let key = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    tx::once(&app.db, &key, async |tx| {
        let number = service::register(tx, &visit.actor, &new).await?;
        Ok(Answer::see_other(format!("/parties/{number}?done=party-added")))
    })
    .await
}

/// `GET /parties/{number}/edit`
pub(super) async fn edit(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let party = query::by_number(db, scope, number(&path)?).await?;
    let aliases = query::aliases_of(db, scope, party.id).await?.join("\n");
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let f = FormView::filled([
        ("name", party.name.clone()),
        ("organisation_name", text(&party.organisation_name)),
        ("name_ko", text(&party.name_ko)),
        ("unit_kind", text(&party.unit_kind)),
        (
            "community",
            party.community.map(|c| c.to_string()).unwrap_or_default(),
        ),
        (
            "households",
            party.households.map(|h| h.to_string()).unwrap_or_default(),
        ),
        ("max_agreements", party.max_agreements.to_string()),
        ("credit_code", text(&party.credit_code)),
        ("address", party.address.clone()),
        ("contact_title", party.contact_title.clone()),
        ("aliases", aliases),
    ]);
    form(&app, &visit, 200, f, Some((&party, party.rev))).await
}

/// `POST /parties/{number}/edit`
pub(super) async fn edit_post(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let party = query::by_number(app.db.reader(), visit.actor.scope, number(&path)?).await?;
    match changed(&app, &visit, &posted, &party).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) if problem.faults.is_empty() => Err(problem.into()),
        Err(problem) => {
            let f = posted.shown(visit.page.lang, &problem);
            form(&app, &visit, problem.status, f, Some((&party, posted.rev()))).await
        }
    }
}

async fn changed(app: &App, visit: &Visit, posted: &Posted, party: &PartyView) -> Result<Answer, Problem> {
    let new = read(posted, Some(party.kind))?;
    let key = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    tx::once(&app.db, &key, async |tx| {
        service::change(tx, &visit.actor, party.number, posted.rev(), &new).await?;
        Ok(Answer::see_other(format!(
            "/parties/{}?done=party-changed",
            party.number
        )))
    })
    .await
}

fn read(posted: &Posted, kind: Option<PartyKind>) -> Result<PartyChange, Problem> {
    let mut faults = Vec::new();
    if kind.is_none() {
        faults.push(Fault::field("kind", "choose"));
    }
    let is_unit = kind == Some(PartyKind::Unit);
    let name: Option<Text<1, 120>> = posted.text("name", &mut faults);
    let organisation_name: Option<Text<0, 120>> = posted.text("organisation_name", &mut faults);
    let name_ko: Option<Text<0, 120>> = posted.text("name_ko", &mut faults);
    let address: Option<Text<0, 200>> = posted.text("address", &mut faults);
    let contact_title: Option<Text<1, 40>> = posted.text("contact_title", &mut faults);
    let unit_kind = UNIT_KINDS
        .into_iter()
        .find(|code| *code == posted.value("unit_kind"));
    if is_unit && unit_kind.is_none() {
        faults.push(Fault::field("unit_kind", "choose"));
    }
    let community = posted.value("community").parse().ok();
    if is_unit && community.is_none() {
        faults.push(Fault::field("community", "choose"));
    }
    let households = match kind {
        Some(PartyKind::Community) => count(posted, "households", MAX_HOUSEHOLDS, &mut faults),
        _ => None,
    };
    let most = count(posted, "max_agreements", MAX_AGREEMENTS, &mut faults);
    let credit_code = code(posted, &mut faults);
    let aliases = aliases(posted, &mut faults);
    match (kind, name, contact_title) {
        (Some(kind), Some(name), Some(contact_title)) if faults.is_empty() => Ok(PartyChange {
            kind,
            name: name.into_string(),
            organisation_name: some(organisation_name),
            name_ko: some(name_ko),
            unit_kind: unit_kind.filter(|_| is_unit).map(str::to_owned),
            community: community.filter(|_| is_unit),
            households,
            max_agreements: most.and_then(|n| i32::try_from(n).ok()).unwrap_or(1),
            credit_code,
            address: address.map(Text::into_string).unwrap_or_default(),
            contact_title: contact_title.into_string(),
            aliases,
        }),
        _ => Err(Problem::validation(faults)),
    }
}

fn some(text: Option<Text<0, 120>>) -> Option<String> {
    text.map(Text::into_string).filter(|text| !text.is_empty())
}

/// A whole number from 1.
fn count(posted: &Posted, name: &str, most: i64, faults: &mut Vec<Fault>) -> Option<i64> {
    use unicode_normalization::UnicodeNormalization as _;
    let raw = posted.value(name).trim();
    let number = raw.nfkc().collect::<String>().parse::<i64>().ok();
    if raw.is_empty() {
        faults.push(Fault::field(name, "required"));
    } else if number.is_none() {
        faults.push(Fault::field(name, "not-a-number").value(raw));
    } else if !number.is_some_and(|n| (1..=most).contains(&n)) {
        let fault = Fault::field(name, "out-of-range").value(raw);
        faults.push(fault.arg("min", "1").arg("max", most.to_string()));
    }
    number
}

fn code(posted: &Posted, faults: &mut Vec<Fault>) -> Option<String> {
    let raw = posted.value("credit_code").trim();
    if raw.is_empty() {
        return None;
    }
    let code = CreditCode::parse(raw);
    if code.is_none() {
        faults.push(Fault::field("credit_code", "credit-code-form").value(raw));
    }
    code.map(|code| code.as_str().to_owned())
}

fn aliases(posted: &Posted, faults: &mut Vec<Fault>) -> Vec<String> {
    let lines = posted
        .value("aliases")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let mut names = Vec::new();
    for line in lines {
        match Text::<1, 120>::parse(line) {
            Ok(name) if names.len() < MAX_ALIASES => names.push(name.into_string()),
            Ok(_) => {
                faults.push(Fault::field("aliases", "party-aliases").arg("max", MAX_ALIASES.to_string()));
                break;
            }
            Err(_) => faults.push(Fault::field("aliases", "party-alias").value(line)),
        }
    }
    names
}
