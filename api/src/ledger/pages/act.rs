//! `/obligations/{place}/{act}`: reporting, confirming, contesting, taking back, settling, waiving; a page for
//! each, reached straight from the to-do.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::show::{DeliveryLine, delivery_line, load};
use super::{amount, days, forms, names};
use crate::app::App;
use crate::identity::extract::{Deliverer, Visit};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::Problem;
use crate::kernel::tx;
use crate::ledger::domain::delivery::DeliveryAct;
use crate::ledger::query::{self, DeliveryView, InstalmentView};
use crate::ledger::service::{self, May};
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};
use crate::web::table::TableView;
use crate::web::upload::Uploaded;

/// The acts, as addresses name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Report,
    Waive,
    On(DeliveryAct),
}

impl Act {
    const ALL: [(&'static str, Self); 6] = [
        ("report", Self::Report),
        ("waive", Self::Waive),
        ("confirm", Self::On(DeliveryAct::Confirm)),
        ("dispute", Self::On(DeliveryAct::Dispute)),
        ("withdraw", Self::On(DeliveryAct::Withdraw)),
        ("settle", Self::On(DeliveryAct::Settle)),
    ];

    fn from_code(code: &str) -> Result<(&'static str, Self), Problem> {
        let found = Self::ALL.into_iter().find(|(name, _)| *name == code);
        found.ok_or_else(Problem::not_found)
    }

    fn is_open(self, may: &May, one: Option<&DeliveryView>) -> bool {
        match (self, one) {
            (Self::Report, _) => may.report,
            (Self::Waive, _) => may.waive,
            (Self::On(_), None) => false,
            (Self::On(act), Some(one)) => {
                let side = match act {
                    DeliveryAct::Confirm | DeliveryAct::Dispute => may.answer && !may.is_own(one),
                    DeliveryAct::Withdraw => may.takes_back(one),
                    DeliveryAct::Settle => may.settle,
                };
                side && one.state.after(act).is_some()
            }
        }
    }
}

#[derive(Template)]
#[template(path = "ledger/act.html")]
struct ActPage<'a> {
    page: &'a Page,
    f: FormView,
    view: &'a InstalmentView,
    act: &'static str,
    /// Key of the title and of the button.
    label: String,
    title: String,
    lead: String,
    back: String,
    days: String,
    owed: String,
    confirmed: String,
    takers: String,
    may: &'a May,
    one: Option<(DeliveryLine, i32)>,
    measure: String,
}

/// The delivery an act is about: the one named, else the first it is open for.
async fn target(
    app: &App,
    visit: &Visit,
    (view, may): (&InstalmentView, &May),
    (act, seq): (Act, Option<i32>),
) -> Result<Option<DeliveryView>, Problem> {
    let Act::On(_) = act else { return Ok(None) };
    let on = (view.obligation, view.no);
    let found = query::of_instalment(app.db.reader(), visit.actor.scope, on).await?;
    Ok(found.into_iter().find(|one| match seq {
        Some(seq) => one.seq == seq,
        None => act.is_open(may, Some(one)),
    }))
}

pub(super) async fn form(
    app: web::Data<App>,
    Deliverer(visit): Deliverer,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (place, act) = path.into_inner();
    let (code, act) = Act::from_code(&act)?;
    let (view, may) = load(&app, &visit, &place).await?;
    let seq = TableView::read(&request).value("delivery").parse().ok();
    let one = target(&app, &visit, (&view, &may), (act, seq)).await?;
    if !act.is_open(&may, one.as_ref()) {
        let back = format!("/obligations/{}", view.place);
        return Ok(HttpResponse::SeeOther()
            .insert_header(("Location", back))
            .finish());
    }
    let f = begun(&app, act, &view, one.as_ref());
    Ok(shown(200, &visit.page, f, (&view, &may), (code, one.as_ref()))?)
}

/// The form as it is first shown: what is most likely meant.
fn begun(app: &App, act: Act, view: &InstalmentView, one: Option<&DeliveryView>) -> FormView {
    let missing = view
        .quantity
        .saturating_sub(view.standing.account.delivered)
        .max(0);
    let quantity = match (act, one) {
        (Act::On(_), Some(one)) => one.quantity,
        _ => missing,
    };
    let today = app.db.clock().now().day();
    let mut values = vec![("on", today.to_string())];
    if quantity > 0 {
        values.push(("quantity", quantity.to_string()));
    }
    FormView::filled(values)
}

fn shown(
    status: u16,
    page: &Page,
    f: FormView,
    (view, may): (&InstalmentView, &May),
    (act, one): (&'static str, Option<&DeliveryView>),
) -> Result<HttpResponse, Problem> {
    let template = ActPage {
        f,
        act,
        label: format!("delivery-{act}"),
        title: page.t(&format!("delivery-{act}")),
        lead: page.t(&format!("delivery-{act}-lead")),
        back: format!("/obligations/{}", view.place),
        days: days(page, view),
        owed: amount(page, view.quantity, &view.unit),
        confirmed: amount(page, view.standing.account.confirmed, &view.unit),
        takers: names(&view.takers),
        one: one.map(|one| (delivery_line(page, view, one, may), one.rev)),
        measure: format!("measure-{}", view.unit),
        page,
        view,
        may,
    };
    html(status, &template)
}

pub(super) async fn post(
    app: web::Data<App>,
    Deliverer(visit): Deliverer,
    path: web::Path<(String, String)>,
    sent: Uploaded,
) -> Result<HttpResponse, Failure> {
    let (place, act) = path.into_inner();
    let (code, act) = Act::from_code(&act)?;
    let (view, may) = load(&app, &visit, &place).await?;
    let posted = sent.posted.clone();
    let done = match act {
        Act::Report => report(&app, &visit, &view, sent).await,
        Act::Waive => waive(&app, &visit, &view, &posted).await,
        Act::On(act) => answer(&app, &visit, &view, &posted, (code, act)).await,
    };
    match done {
        Ok(answer) => Ok(answer.into()),
        Err(problem) if !problem.faults.is_empty() => {
            let seq = posted.value("seq").parse().ok();
            let one = target(&app, &visit, (&view, &may), (act, seq)).await?;
            let f = posted.shown(visit.page.lang, &problem);
            Ok(shown(422, &visit.page, f, (&view, &may), (code, one.as_ref()))?)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Where a finished act leads, with what it says there.
fn told(view: &InstalmentView, act: &str) -> Answer {
    Answer::see_other(format!("/obligations/{}?done=delivery-{act}", view.place))
}

async fn report(app: &App, visit: &Visit, view: &InstalmentView, sent: Uploaded) -> Result<Answer, Problem> {
    let once = sent.posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let (new, files) = forms::report(sent)?;
    tx::once(&app.db, &once, async |tx| {
        for file in &files {
            service::keep(tx, &visit.actor, file).await?;
        }
        service::report(tx, &visit.actor, (view.obligation, view.no), &new).await?;
        Ok(told(view, "report"))
    })
    .await
}

async fn waive(app: &App, visit: &Visit, view: &InstalmentView, posted: &Posted) -> Result<Answer, Problem> {
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let reason = forms::reason(posted)?;
    tx::once(&app.db, &once, async |tx| {
        service::waive(tx, &visit.actor, (view.obligation, view.no), &reason).await?;
        Ok(told(view, "waive"))
    })
    .await
}

/// Confirm, dispute, withdraw, settle: the delivery as it was when the form was made.
async fn answer(
    app: &App,
    visit: &Visit,
    view: &InstalmentView,
    posted: &Posted,
    (code, act): (&'static str, DeliveryAct),
) -> Result<Answer, Problem> {
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let on = (view.obligation, view.no);
    let found = query::of_instalment(app.db.reader(), visit.actor.scope, on).await?;
    let seq: Option<i32> = posted.value("seq").parse().ok();
    let one = found.iter().find(|one| Some(one.seq) == seq);
    let id = one.ok_or_else(Problem::not_found)?.id;
    let which = (id, posted.rev());
    let actor = &visit.actor;
    match act {
        DeliveryAct::Confirm => {
            let (quantity, note) = forms::confirmation(posted)?;
            tx::once(&app.db, &once, async |tx| {
                service::confirm(tx, actor, which, Some(quantity), &note).await?;
                Ok(told(view, code))
            })
            .await
        }
        DeliveryAct::Dispute => {
            let reason = forms::reason(posted)?;
            tx::once(&app.db, &once, async |tx| {
                service::dispute(tx, actor, which, &reason).await?;
                Ok(told(view, code))
            })
            .await
        }
        DeliveryAct::Withdraw => {
            let reason = forms::reason(posted)?;
            tx::once(&app.db, &once, async |tx| {
                service::withdraw(tx, actor, which, &reason).await?;
                Ok(told(view, code))
            })
            .await
        }
        DeliveryAct::Settle => {
            let (meeting, quantity, reason) = forms::settlement(posted)?;
            tx::once(&app.db, &once, async |tx| {
                service::settle(tx, actor, which, (meeting, quantity), &reason).await?;
                Ok(told(view, code))
            })
            .await
        }
    }
}
