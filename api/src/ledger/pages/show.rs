//! `/obligations/{place}`: one instalment, its deliveries, and what may be done now.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{amount, area_words, days, names, state_words};
use crate::app::App;
use crate::identity::extract::{Deliverer, Visit};
use crate::kernel::problem::Problem;
use crate::ledger::domain::delivery::{DeliveryAct, DeliveryState};
use crate::ledger::query::{self, DeliveryView, InstalmentView};
use crate::ledger::service::{May, may};
use crate::web::failure::Failure;
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "ledger/show.html")]
struct ShowPage<'a> {
    page: &'a Page,
    view: &'a InstalmentView,
    may: May,
    /// The act of the page's one filled button, and its label.
    main: Option<(&'static str, &'static str)>,
    /// Whether reporting is open beside that.
    report_too: bool,
    facts: Vec<(String, String)>,
    area: String,
    colour: &'static str,
    state: String,
    deliveries: Vec<DeliveryLine>,
}

/// A delivery in words.
pub(super) struct DeliveryLine {
    pub(super) seq: i32,
    pub(super) amount: String,
    pub(super) on: String,
    pub(super) reported_on: String,
    pub(super) state: String,
    pub(super) colour: &'static str,
    pub(super) confirmed: Option<String>,
    pub(super) beneficiaries: Option<i32>,
    pub(super) place: String,
    pub(super) note: String,
    pub(super) answer: String,
    pub(super) on_behalf: bool,
    pub(super) evidence: Vec<usize>,
    confirm: bool,
    dispute: bool,
    withdraw: bool,
    settle: bool,
}

/// A delivery in words, with the acts that are open to a visitor.
pub(super) fn delivery_line(
    page: &Page,
    view: &InstalmentView,
    one: &DeliveryView,
    may: &May,
) -> DeliveryLine {
    let open = |act| one.state.after(act).is_some();
    DeliveryLine {
        seq: one.seq,
        amount: amount(page, one.quantity, &view.unit),
        on: page.day(&one.on),
        reported_on: page.day(&one.reported_on),
        state: page.t(&format!("delivery-state-{}", one.state.code())),
        colour: match one.state {
            DeliveryState::Reported => "info",
            DeliveryState::Confirmed if one.confirmed < one.quantity => "warn",
            DeliveryState::Confirmed => "ok",
            DeliveryState::Disputed => "bad",
            DeliveryState::Withdrawn => "",
        },
        confirmed: (one.state == DeliveryState::Confirmed).then(|| amount(page, one.confirmed, &view.unit)),
        beneficiaries: one.beneficiaries,
        place: one.place.clone(),
        note: one.note.clone(),
        answer: one.answer.clone(),
        on_behalf: one.on_behalf,
        evidence: (1..=one.evidence.len()).collect(),
        confirm: may.answer && !may.is_own(one) && open(DeliveryAct::Confirm),
        dispute: may.answer && !may.is_own(one) && open(DeliveryAct::Dispute),
        withdraw: may.takes_back(one) && open(DeliveryAct::Withdraw),
        settle: may.settle && open(DeliveryAct::Settle),
    }
}

/// An instalment of the visitor's, and what they may do with it.
pub(super) async fn load(app: &App, visit: &Visit, place: &str) -> Result<(InstalmentView, May), Problem> {
    let today = app.db.clock().now().day();
    let view = query::at_place(app.db.reader(), (visit.actor.scope, today), place).await?;
    let may = may(&visit.actor, &view, today);
    Ok((view, may))
}

pub(super) async fn show(
    app: web::Data<App>,
    Deliverer(visit): Deliverer,
    place: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (view, may) = load(&app, &visit, &place).await?;
    let page = &visit.page;
    let found = query::of_instalment(app.db.reader(), visit.actor.scope, (view.obligation, view.no))
        .await
        .map_err(Problem::from)?;
    let deliveries: Vec<DeliveryLine> = found
        .iter()
        .map(|one| delivery_line(page, &view, one, &may))
        .collect();
    let main = main_act(&deliveries, &may);
    let template = ShowPage {
        main,
        report_too: may.report && main.is_none_or(|(act, _)| act != "report"),
        facts: facts(page, &view),
        area: area_words(page, &view.area),
        colour: view.state.colour(),
        state: state_words(page, view.state),
        page,
        view: &view,
        may,
        deliveries,
    };
    Ok(html(200, &template)?)
}

/// What the page is for now: to answer what waits, else to report.
fn main_act(deliveries: &[DeliveryLine], may: &May) -> Option<(&'static str, &'static str)> {
    if deliveries.iter().any(|one| one.settle) {
        Some(("settle", "delivery-settle"))
    } else if deliveries.iter().any(|one| one.confirm) {
        Some(("confirm", "delivery-confirm"))
    } else if may.report {
        Some(("report", "delivery-report"))
    } else {
        None
    }
}

fn facts(page: &Page, view: &InstalmentView) -> Vec<(String, String)> {
    let account = &view.standing.account;
    let missing = view.quantity.saturating_sub(account.confirmed).max(0);
    vec![
        (page.t("obligations-days"), days(page, view)),
        (
            page.t("obligations-quantity"),
            amount(page, view.quantity, &view.unit),
        ),
        (
            page.t("obligations-confirmed"),
            amount(page, account.confirmed, &view.unit),
        ),
        (page.t("obligations-missing"), amount(page, missing, &view.unit)),
        (page.t("obligations-takers"), names(&view.takers)),
    ]
}

/// `GET /obligations/{place}/evidence/{seq}/{n}`: a photo or scan.
pub(super) async fn evidence(
    app: web::Data<App>,
    Deliverer(visit): Deliverer,
    path: web::Path<(String, i32, usize)>,
) -> Result<HttpResponse, Failure> {
    let (place, seq, n) = path.into_inner();
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let (view, _) = load(&app, &visit, &place).await?;
    let found = query::of_instalment(db, scope, (view.obligation, view.no))
        .await
        .map_err(Problem::from)?;
    let one = found.iter().find(|one| one.seq == seq);
    let hash = one.and_then(|one| one.evidence.get(n.checked_sub(1)?));
    let hash = hash.copied().ok_or_else(Problem::not_found)?;
    let blob = query::evidence(db, scope, hash).await.map_err(Problem::from)?;
    let ending = blob.media.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(HttpResponse::Ok()
        .content_type(blob.media)
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{place}-{seq}-{n}.{ending}\""),
        ))
        .body(blob.bytes))
}
