//! `/agreements/{key}`: where an agreement stands, its text, its history, its proof.

use actix_web::http::header::{CONTENT_DISPOSITION, ETAG};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::paper::Paper;
use super::{colour, load, state_words};
use crate::agreements::bundle::format::MEDIA_TYPE;
use crate::agreements::domain::state::State;
use crate::agreements::error::AgreementError;
use crate::agreements::query::{self, AgreementView};
use crate::app::App;
use crate::identity::extract::{AnyPerson, Visit};
use crate::kernel::actor::{Role, Who};
use crate::kernel::clock::Millis;
use crate::kernel::problem::Problem;
use crate::web::failure::Failure;
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "agreements/show.html")]
struct ShowPage<'a> {
    page: &'a Page,
    view: &'a AgreementView,
    paper: Paper,
    colour: &'static str,
    state: String,
    in_force_on: String,
    steps: Vec<StepLine>,
    may_sign: bool,
    command: String,
    dues: Vec<DueLine>,
}

/// An instalment in words.
struct DueLine {
    place: String,
    what: String,
    days: String,
    amount: String,
    confirmed: String,
    colour: &'static str,
    state: String,
}

fn due_line(page: &Page, due: query::DueView) -> DueLine {
    let day = |day: crate::kernel::date::CivilDate| page.day(&day.to_string());
    let measure = page.t(&format!("measure-{}", due.unit));
    let amount = |quantity| page.t2("quantity-measure", "quantity", quantity, "measure", &measure);
    DueLine {
        days: format!("{} – {}", day(due.standing.from), day(due.standing.until)),
        amount: amount(due.quantity),
        confirmed: amount(due.standing.account.confirmed),
        colour: due.state.colour(),
        state: page.t(&format!("instalment-state-{}", due.state.code())),
        place: due.place,
        what: due.what,
    }
}

/// A step of an agreement's life.
struct StepLine {
    leaf: i64,
    when: String,
    who: String,
    words: String,
    kind: &'static str,
}

pub(super) async fn show(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    key: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let view = load(&app, &visit, &key).await?;
    let page = &visit.page;
    let today = app.db.clock().now().day();
    let dues = query::instalments(app.db.reader(), visit.actor.scope, &view, today)
        .await
        .map_err(Problem::from)?;
    let template = ShowPage {
        page,
        dues: dues.into_iter().map(|due| due_line(page, due)).collect(),
        paper: Paper::new(page, &view.document, view.hash),
        colour: colour(view.state()),
        state: state_words(page, view.state()),
        in_force_on: view
            .standing
            .in_force_on
            .map(|d| page.day(&d.to_string()))
            .unwrap_or_default(),
        steps: steps(page, &view),
        may_sign: may_sign(&visit, &view),
        command: format!("gongjian verify agreement-{}.gjproof", view.key),
        view: &view,
    };
    Ok(html(200, &template)?)
}

/// Whether the visitor signs for a party that has not signed yet.
pub(super) fn may_sign(visit: &Visit, view: &AgreementView) -> bool {
    let signer = matches!(
        visit.actor.who,
        Who::Person {
            role: Role::UnitSigner,
            ..
        }
    );
    let own = visit.actor.party().map(crate::kernel::id::Id::uuid);
    let waits = view.parties.iter().any(|p| Some(p.party) == own && !p.is_bound);
    signer && waits && view.state() == State::Open
}

/// What happened, in order: sending, offers, signatures.
fn steps(page: &Page, view: &AgreementView) -> Vec<StepLine> {
    let sent = view
        .versions
        .iter()
        .filter(|v| v.author.is_none())
        .map(|v| StepLine {
            leaf: v.leaf,
            when: instant(page, v.at),
            who: page.street.clone(),
            words: page.t("agreement-step-sent"),
            kind: "",
        });
    let signed = view.signatures.iter().map(|s| StepLine {
        leaf: s.leaf,
        when: instant(page, s.at),
        who: s.name.clone(),
        words: page.t1(&format!("agreement-step-{}", s.intent), "version", s.version),
        kind: if s.intent == "decline" { "bad" } else { "" },
    });
    let mut steps: Vec<StepLine> = sent.chain(signed).collect();
    steps.sort_by_key(|step| step.leaf);
    steps
}

/// Day and time in UTC+8.
fn instant(page: &Page, at: i64) -> String {
    let at = Millis::new(at);
    format!("{} {}", page.day(&at.day().to_string()), at.local_time())
}

/// `GET /agreements/{key}/bundle`: the proof bundle as a file.
pub(super) async fn bundle(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    key: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let scope = visit.actor.scope;
    let id = query::by_key(app.db.reader(), scope, &key).await?;
    let bundle = query::bundle(&app, scope, id).await?;
    let bytes = bundle
        .to_bytes()
        .map_err(|fault| Problem::internal(fault.to_string()))?;
    Ok(HttpResponse::Ok()
        .content_type(MEDIA_TYPE)
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"agreement-{key}.gjproof\""),
        ))
        .body(bytes))
}

/// `GET /agreements/{key}/proofs/{leaf}`: one leaf's inclusion proof as a file.
pub(super) async fn proof(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    path: web::Path<(String, u64)>,
) -> Result<HttpResponse, Failure> {
    let (key, leaf) = path.into_inner();
    let scope = visit.actor.scope;
    let id = query::by_key(app.db.reader(), scope, &key).await?;
    let proof = query::leaf_proof(&app, scope, id, leaf).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"leaf-{leaf}.tlog-proof\""),
        ))
        .body(proof.to_text()))
}

/// `GET /agreements/{key}/versions/{version}/bytes`: what is signed, byte for byte.
pub(super) async fn bytes(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    path: web::Path<(String, u32)>,
) -> Result<HttpResponse, Failure> {
    let (key, number) = path.into_inner();
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let find = async || query::version(db, scope, query::by_key(db, scope, &key).await?, number).await;
    let stored = find()
        .await
        .map_err(|error: AgreementError| Problem::from(error))?;
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((ETAG, format!("\"{}\"", stored.hash)))
        .body(stored.bytes))
}
