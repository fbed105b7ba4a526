//! `/agreements/{key}`: where an agreement stands, its text, its history, its proof.

use actix_web::http::header::{CONTENT_DISPOSITION, ETAG};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::differences::{Change, changes};
use super::paper::Paper;
use super::{colour, load, state_words, version_words};
use crate::agreements::bundle::format::MEDIA_TYPE;
use crate::agreements::domain::change::renewal_from;
use crate::agreements::domain::document::VersionKind;
use crate::agreements::domain::state::State;
use crate::agreements::error::AgreementError;
use crate::agreements::query::{self, AgreementView, PartyStanding, SignatureView};
use crate::agreements::service;
use crate::app::App;
use crate::identity::extract::{AnyPerson, StreetCadre, Visit};
use crate::identity::keys::jws::Intent;
use crate::kernel::actor::{Role, Who};
use crate::kernel::clock::Millis;
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::Problem;
use crate::kernel::tx;
use crate::log;
use crate::log::leaf::Leaf;
use crate::log::query::StoredLeaf;
use crate::web::failure::Failure;
use crate::web::form::Posted;
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
    /// What the version on the table changes, and of which version.
    changes: Vec<Change>,
    before: String,
    after: String,
    pending: String,
    notices: Vec<String>,
    may_sign: bool,
    may_file: bool,
    acts: Vec<(String, String)>,
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
    let (before, changes) = against(&app, &visit, &view).await?;
    let today = app.db.clock().now().day();
    let dues = query::instalments(app.db.reader(), visit.actor.scope, &view, today)
        .await
        .map_err(Problem::from)?;
    let events = log::query::leaves_about(app.db.reader(), visit.actor.scope, view.id)
        .await
        .map_err(Problem::from)?;
    let template = ShowPage {
        page,
        before,
        after: version_words(page, view.standing.on_table()),
        changes,
        pending: pending(page, &view),
        notices: notices(page, &view),
        may_file: may_file(&visit, &view),
        acts: acts(&app, &visit, &view),
        dues: dues.into_iter().map(|due| due_line(page, due)).collect(),
        paper: Paper::new(page, &view.document, view.hash),
        colour: colour(view.state()),
        state: state_words(page, view.state()),
        in_force_on: view
            .standing
            .in_force_on
            .map(|d| page.day(&d.to_string()))
            .unwrap_or_default(),
        steps: steps(page, &view, &events),
        may_sign: may_sign(&visit, &view),
        command: format!("gongjian verify agreement-{}.gjproof", view.key),
        view: &view,
    };
    Ok(html(200, &template)?)
}

/// Whether the visitor signs for a party that has not signed yet.
pub(super) fn may_sign(visit: &Visit, view: &AgreementView) -> bool {
    own_party(visit, view).is_some_and(|party| !party.is_bound)
        && view.standing.admits(Intent::Accept).is_ok()
}

/// Whether the visitor may say no, even to what the own party has signed or offered.
pub(super) fn may_decline(visit: &Visit, view: &AgreementView) -> bool {
    own_party(visit, view).is_some() && view.standing.admits(Intent::Decline).is_ok()
}

/// The party the visitor signs for, unless it has left.
fn own_party<'a>(visit: &Visit, view: &'a AgreementView) -> Option<&'a PartyStanding> {
    let own = visit.actor.party().filter(|_| is_role(visit, Role::UnitSigner))?;
    view.parties
        .iter()
        .find(|party| party.party == own.uuid() && !party.has_left)
}

/// Whether the visitor is the street's and has the version in force still to file.
fn may_file(visit: &Visit, view: &AgreementView) -> bool {
    let standing = &view.standing;
    is_role(visit, Role::StreetCadre)
        && matches!(standing.state, State::Signed | State::InForce)
        && standing.filed != Some(standing.current)
}

fn is_role(visit: &Visit, wanted: Role) -> bool {
    matches!(visit.actor.who, Who::Person { role, .. } if role == wanted)
}

/// What a party may do with an agreement all have signed.
fn acts(app: &App, visit: &Visit, view: &AgreementView) -> Vec<(String, String)> {
    let Some(own) = own_party(visit, view) else {
        return Vec::new();
    };
    let page = &visit.page;
    let mut acts = Vec::new();
    if view.standing.admits(Intent::Amend).is_ok() {
        let today = app.db.clock().now().day();
        let may_renew = today >= renewal_from(view.document.term.until);
        let kinds = [
            (VersionKind::Amendment, true),
            (VersionKind::Renewal, may_renew),
            (VersionKind::Correction, true),
        ];
        for (kind, _) in kinds.into_iter().filter(|(_, may)| *may) {
            let code = kind.code();
            acts.push((
                format!("/agreements/{}/change/{code}", view.key),
                page.t(&format!("agreement-{code}-title")),
            ));
        }
    }
    if view.standing.admits(Intent::Terminate).is_ok() {
        acts.push((
            format!("/agreements/{}/end", view.key),
            page.t("agreement-end-title"),
        ));
    }
    if view.pending.is_some() && own.is_bound {
        acts.push((
            format!("/sign/{}/decline", view.key),
            page.t("agreement-take-back"),
        ));
    }
    acts
}

/// What the version on the table changes: of the one in force, or, before all have signed, of the one before it.
pub(super) async fn against(
    app: &App,
    visit: &Visit,
    view: &AgreementView,
) -> Result<(String, Vec<Change>), Problem> {
    let page = &visit.page;
    if let Some(pending) = &view.pending {
        let words = version_words(page, view.standing.current);
        return Ok((words, changes(page, &view.document, &pending.document)));
    }
    let before = view.standing.current.saturating_sub(1);
    if view.standing.admits(Intent::Counter).is_err() || before == 0 {
        return Ok((String::new(), Vec::new()));
    }
    let old = query::version(app.db.reader(), visit.actor.scope, view.id, before).await?;
    Ok((
        version_words(page, before),
        changes(page, &old.document, &view.document),
    ))
}

/// What waits for signatures, in a sentence.
fn pending(page: &Page, view: &AgreementView) -> String {
    let Some(pending) = &view.pending else {
        return String::new();
    };
    let kind = pending.document.kind.code();
    let day = page.day(&pending.document.sign_by.to_string());
    page.t1(&format!("agreement-pending-{kind}"), "day", day)
}

/// Ends that will come or have come.
fn notices(page: &Page, view: &AgreementView) -> Vec<String> {
    let ends = view
        .standing
        .ends
        .as_ref()
        .map(|notice| page.t1("agreement-ends", "day", page.day(&notice.on.to_string())));
    let leaving = view.parties.iter().filter_map(|party| {
        let day = page.day(party.leaves_on.as_deref()?);
        Some(page.t2("agreement-leaves", "party", &party.name, "day", day))
    });
    ends.into_iter().chain(leaving).collect()
}

/// `POST /agreements/{key}/filing`: the street files the version in force.
pub(super) async fn file(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    key: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let actor = &visit.actor;
    let once = posted.once(actor.scope.tenant, actor.key())?;
    let view = load(&app, &visit, &key).await?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::file(tx, actor, view.id).await?;
        Ok(Answer::see_other(format!(
            "/agreements/{}?done=agreement-filed",
            view.key
        )))
    })
    .await?;
    Ok(answer.into())
}

/// What happened, in order: sending, offers, signatures, what the street and the calendar brought.
fn steps(page: &Page, view: &AgreementView, events: &[StoredLeaf]) -> Vec<StepLine> {
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
        words: page.t1(
            &format!("agreement-step-{}", act_words(view, s)),
            "version",
            s.version,
        ),
        kind: if s.intent == "decline" { "bad" } else { "" },
    });
    let others = events.iter().filter_map(|leaf| event(page, view, leaf));
    let mut steps: Vec<StepLine> = sent.chain(signed).chain(others).collect();
    steps.sort_by_key(|step| step.leaf);
    steps
}

/// An offer after signing is told by the kind of its version.
fn act_words<'a>(view: &'a AgreementView, signed: &'a SignatureView) -> &'a str {
    let version = view.versions.iter().find(|v| v.version == signed.version);
    match (signed.intent.as_str(), version) {
        ("amend" | "terminate", Some(version)) => &version.kind,
        (intent, _) => intent,
    }
}

/// What no party signed.
fn event(page: &Page, view: &AgreementView, leaf: &StoredLeaf) -> Option<StepLine> {
    let read = Leaf::parse(&leaf.bytes).ok()?;
    let (what, who) = match leaf.kind.as_str() {
        "agreement.began" => ("began", ""),
        "agreement.lapsed" => ("lapsed", ""),
        "agreement.left" => ("left", ""),
        "agreement.ended" => (read.text("state")?, ""),
        "agreement.filed" => ("filed", page.street.as_str()),
        _ => return None,
    };
    let party = view
        .parties
        .iter()
        .find(|p| Some(p.reference.as_str()) == read.text("party"));
    let version = read.number("version").unwrap_or(0);
    let words = page.t2(
        &format!("agreement-step-{what}"),
        "version",
        version,
        "party",
        party.map_or("", |p| p.name.as_str()),
    );
    Some(StepLine {
        leaf: i64::try_from(leaf.index).ok()?,
        when: instant(page, read.millis()?.get()),
        who: who.to_owned(),
        words,
        kind: "",
    })
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
