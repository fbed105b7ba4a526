//! What the signing pages' script asks and sends. The session and its token stand for the person, the
//! signature for the party.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::error::AgreementError;
use super::query;
use super::service::{self, Checked, Submission};
use crate::app::App;
use crate::identity::extract::{Signer, Visit};
use crate::identity::keys::jws::{Intent, SignatureEntry};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::{limit, tx};
use crate::log::b64;
use crate::web::failure::Failure;
use crate::web::form::Sent;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/sign/{key}/context", web::get().to(context))
        .route("/sign/{key}/acceptances", web::post().to(accept))
        .route("/sign/{key}/declines", web::post().to(decline))
        .route("/sign/{key}/counters", web::post().to(counter))
        .route("/sign/{key}/amendments", web::post().to(amend))
        .route("/sign/{key}/terminations", web::post().to(terminate));
}

/// What a party may sign about an agreement.
const INTENTS: [Intent; 5] = [
    Intent::Accept,
    Intent::Counter,
    Intent::Decline,
    Intent::Amend,
    Intent::Terminate,
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    intent: String,
    kid: String,
}

/// `GET /sign/{key}/context?intent=&kid=`
async fn context(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Failure> {
    let intent = Intent::from_code(&asked.intent).filter(|intent| INTENTS.contains(intent));
    let intent = intent.ok_or_else(|| Problem::new("intent-not-allowed", 422))?;
    let scope = visit.actor.scope;
    let id = query::by_key(app.db.reader(), scope, &key).await?;
    let context = query::signing_context(&app, scope, id, intent, &asked.kid).await?;
    Ok(HttpResponse::Ok().json(context))
}

/// A signature over a version, or over a new one with its text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Submitted {
    version: u32,
    protected: String,
    signature: String,
    #[serde(default)]
    payload: Option<String>,
}

async fn accept(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
    sent: Sent<Submitted>,
) -> Result<HttpResponse, Failure> {
    submit(&app, &visit, &key, &sent, Intent::Accept).await
}

async fn decline(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
    sent: Sent<Submitted>,
) -> Result<HttpResponse, Failure> {
    submit(&app, &visit, &key, &sent, Intent::Decline).await
}

async fn counter(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
    sent: Sent<Submitted>,
) -> Result<HttpResponse, Failure> {
    submit(&app, &visit, &key, &sent, Intent::Counter).await
}

async fn amend(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
    sent: Sent<Submitted>,
) -> Result<HttpResponse, Failure> {
    submit(&app, &visit, &key, &sent, Intent::Amend).await
}

async fn terminate(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
    sent: Sent<Submitted>,
) -> Result<HttpResponse, Failure> {
    submit(&app, &visit, &key, &sent, Intent::Terminate).await
}

async fn submit(
    app: &App,
    visit: &Visit,
    key: &str,
    sent: &Sent<Submitted>,
    route: Intent,
) -> Result<HttpResponse, Failure> {
    let once = sent.once(&visit.actor)?;
    let id = query::by_key(app.db.reader(), visit.actor.scope, key).await?;
    // What is wrong is told only if this request was not answered before: a signature recorded already is
    // answered from its record, whatever has happened since.
    let prepared = prepare(app, visit, id, sent, route).await;
    let answer = tx::once(&app.db, &once, async |tx| {
        let checked = prepared.clone()?;
        let receipt = service::sign(tx, &visit.actor, &checked).await?;
        Answer::json(201, &receipt)
    })
    .await?;
    Ok(answer.into())
}

async fn prepare(
    app: &App,
    visit: &Visit,
    id: uuid::Uuid,
    sent: &Sent<Submitted>,
    route: Intent,
) -> Result<Checked, Problem> {
    visit.stepped_up(app)?;
    let view = query::one(app.db.reader(), visit.actor.scope, id).await?;
    matches_version(sent, &view)?;
    let submission = Submission {
        route,
        version: sent.body.version,
        entry: SignatureEntry {
            protected: sent.body.protected.clone(),
            signature: sent.body.signature.clone(),
        },
        payload: payload(sent)?,
    };
    Ok(service::check(app, &visit.actor, id, submission).await?)
}

/// `If-Match` must name the version on the table.
fn matches_version(sent: &Sent<Submitted>, view: &query::AgreementView) -> Result<(), Problem> {
    let given = sent
        .if_match()
        .ok_or_else(|| Problem::new("precondition-required", 428))?;
    if given == view.version_tag() {
        Ok(())
    } else {
        Err(Problem::from(AgreementError::Stale).member("current", view.standing.on_table()))
    }
}

fn payload(sent: &Sent<Submitted>) -> Result<Option<Vec<u8>>, Problem> {
    let Some(text) = &sent.body.payload else {
        return Ok(None);
    };
    let bytes = b64::decode_url(text).filter(|bytes| bytes.len() <= limit::DOCUMENT_BYTES);
    bytes
        .map(Some)
        .ok_or_else(|| Problem::validation(vec![Fault::pointer("/payload", "not-as-described")]))
}
