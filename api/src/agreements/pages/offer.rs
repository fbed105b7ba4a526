//! A version a party is about to sign: what it changes, its bytes, and the form whose script signs it.

use actix_web::HttpResponse;
use askama::Template;

use super::differences::{Change, changes};
use super::sign::has_key;
use super::version_words;
use crate::agreements::domain::document::{Document, VersionKind};
use crate::agreements::domain::ending::without;
use crate::agreements::draft::SIGN_DAYS;
use crate::agreements::query::{self, AgreementView};
use crate::agreements::service::left;
use crate::app::App;
use crate::identity::extract::Visit;
use crate::identity::keys::jws::Intent;
use crate::kernel::problem::Problem;
use crate::log::b64;
use crate::log::hash::Hash32;
use crate::web::failure::Failure;
use crate::web::page::{Page, html};

/// The version with what the page says of it.
pub(super) struct Offer {
    pub(super) intent: Intent,
    pub(super) document: Document,
    pub(super) title: String,
    pub(super) lead: String,
    /// Fluent key of the button.
    pub(super) label: &'static str,
    /// Where the form is that wrote it.
    pub(super) back: String,
    /// What the page that follows tells was done.
    pub(super) done: &'static str,
}

#[derive(Template)]
#[template(path = "agreements/preview.html")]
struct PreviewPage<'a> {
    page: &'a Page,
    view: &'a AgreementView,
    owner: &'a str,
    act: &'static str,
    offer: &'a Offer,
    next: String,
    reference: String,
    payload: String,
    hash: String,
    version: u32,
    before: String,
    after: String,
    changes: Vec<Change>,
    has_key: bool,
}

pub(super) async fn preview(
    app: &App,
    visit: &Visit,
    view: &AgreementView,
    offer: &Offer,
) -> Result<HttpResponse, Failure> {
    let bytes = offer
        .document
        .to_bytes()
        .map_err(|fault| Problem::internal(fault.to_string()))?;
    let party = visit
        .actor
        .party()
        .and_then(|party| view.reference_of(party.uuid()));
    let page = &visit.page;
    let template = PreviewPage {
        page,
        view,
        owner: &visit.person.login,
        act: offer.intent.code(),
        offer,
        next: format!("/agreements/{}?done={}", view.key, offer.done),
        reference: party.unwrap_or_default().to_owned(),
        payload: b64::encode_url(&bytes),
        hash: Hash32::of(&bytes).to_string(),
        version: offer.document.version,
        before: version_words(page, view.standing.current),
        after: version_words(page, offer.document.version),
        changes: changes(page, &view.document, &offer.document),
        has_key: has_key(app, visit).await?,
    };
    Ok(html(200, &template)?)
}

/// The next version of an agreement all have signed, as a party begins to write it: the one in force without
/// parties that have left.
pub(super) async fn next_version(
    app: &App,
    visit: &Visit,
    view: &AgreementView,
    kind: VersionKind,
) -> Result<Document, Problem> {
    let last = query::version(app.db.reader(), visit.actor.scope, view.id, view.standing.last).await?;
    // Words and ends leave all else as it stands, so they name those as well.
    let mut document = match kind {
        VersionKind::Amendment | VersionKind::Renewal => {
            without(&view.document, &left(&view.standing, &view.document))
        }
        _ => view.document.clone(),
    };
    document.version = last.document.version + 1;
    document.kind = kind;
    document.previous = Some(last.hash);
    document.base = Some(view.hash);
    document.sign_by = app.db.clock().now().day().plus_days(SIGN_DAYS);
    Ok(document)
}
