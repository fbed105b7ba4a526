//! What happens without anybody asking: drafts of what meetings adopted, agreements that begin, end or lapse.

use super::domain::document::{Area, Measure, Mode, Term};
use super::draft::{Adopted, AdoptedService};
use super::error::AgreementError;
use super::{query, service};
use crate::app::App;
use crate::identity::party::query as parties;
use crate::kernel::actor::{Actor, Who};
use crate::kernel::id::Id;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::kernel::tx;
use crate::log;
use crate::log::error::LogError;
use crate::matching::domain::{ProposalBody, ProposedService};
use crate::meetings::query::{self as meetings, AdoptedItem};
use crate::web::i18n::Lang;

/// Drafts every adopted item that has no draft yet.
///
/// # Errors
/// What the database reports; an item whose text cannot be read stops its own draft only, and is logged.
pub async fn draft_adopted(app: &App) -> Result<(), Problem> {
    let db = app.db.reader();
    for tenant in parties::all_tenants(db).await? {
        let scope = Scope::tenant(tenant.id);
        let actor = Actor {
            who: Who::System,
            scope,
        };
        for item in meetings::adopted(db, scope).await? {
            if query::draft_of_item(db, scope, item.meeting, item.item)
                .await?
                .is_some()
            {
                continue;
            }
            let Some(adopted) = adopted(&tenant.name, &item) else {
                tracing::error!(meeting = %item.meeting, item = item.item, "an adopted item cannot be read");
                continue;
            };
            tx::run(&app.db, async |tx| {
                Ok(service::create(tx, &actor, &adopted).await?)
            })
            .await?;
        }
    }
    Ok(())
}

/// What the meeting adopted, as drafts take it. The term runs from the first day of a service, but not from
/// before the decision, to the last day of one.
fn adopted(street: &str, item: &AdoptedItem) -> Option<Adopted> {
    let body: ProposalBody = serde_json::from_value(item.body.clone()).ok()?;
    let decided = item.decided_at.day();
    let from = body.services.iter().map(|s| s.from_day).min()?.max(decided);
    let until = body.services.iter().map(|s| s.until_day).max()?.max(from);
    let services: Option<Vec<AdoptedService>> = body.services.iter().map(service_of).collect();
    let lang = Lang::Zh;
    Some(Adopted {
        meeting: item.meeting,
        item: u32::try_from(item.item).ok()?,
        meeting_name: lang.ta(
            "clause-meeting",
            &[("street", street), ("no", &item.meeting_no.to_string())],
        ),
        held_on: item.held_on,
        plan: Some(body.plan),
        title: Some(body.title).filter(|title| !title.trim().is_empty()),
        mode: if body.mode == Mode::Base.code() {
            Mode::Base
        } else {
            Mode::Project
        },
        language: lang,
        term: Term { from, until },
        parties: body.parties.iter().map(|p| Id::from_uuid(p.party)).collect(),
        services: services?,
    })
}

fn service_of(service: &ProposedService) -> Option<AdoptedService> {
    let lang = Lang::Zh;
    let mut what = service.what.clone();
    if !service.place.is_empty() {
        what.push_str(&lang.ta("clause-place", &[("place", &service.place)]));
    }
    if !service.times.is_empty() {
        what.push_str(&lang.ta("clause-times", &[("times", &service.times)]));
    }
    Some(AdoptedService {
        from: Id::from_uuid(service.from),
        to: vec![Id::from_uuid(service.to)],
        area: Area::from_short(&service.area)?,
        what: what.chars().take(500).collect(),
        unit: Measure::from_code(&service.measure)?,
        quantity: u32::try_from(service.quantity).ok()?,
        days: Term {
            from: service.from_day,
            until: service.until_day,
        },
        offer: Some(service.offer),
        need: Some(service.need),
    })
}

/// Begins, ends and lapses what today's date asks for, in every tenant whose log is open.
///
/// # Errors
/// What the database reports.
pub async fn new_day(app: &App) -> Result<(), Problem> {
    for tenant in parties::all_tenants(app.db.reader()).await? {
        let scope = Scope::tenant(tenant.id);
        let today = app.db.clock().now().day();
        if query::due_today(app.db.reader(), scope, today).await?.is_empty() {
            continue;
        }
        tx::run(&app.db, async |tx| match service::new_day(tx, tenant.id).await {
            Err(AgreementError::Log(LogError::NotOpened)) => Ok(0),
            outcome => Ok(outcome?),
        })
        .await?;
    }
    Ok(())
}

/// Cuts a checkpoint of every open log that grew; within a second of a commit, as the loop goes.
///
/// # Errors
/// What the log reports.
pub async fn cut_checkpoints(app: &App) -> Result<(), Problem> {
    for tenant in parties::all_tenants(app.db.reader()).await? {
        match log::service::cut(app, tenant.id).await {
            Ok(_) | Err(LogError::NotOpened) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Has witnesses sign the newest checkpoint of every log, each at most once a minute.
///
/// # Errors
/// `log-rolled-back` if a witness signed what the database does not hold; what the database reports.
pub async fn ask_witnesses(app: &App) -> Result<(), Problem> {
    for tenant in parties::all_tenants(app.db.reader()).await? {
        match log::witness::ask::all(app, tenant.id, false).await {
            Ok(()) | Err(LogError::NotOpened | LogError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
