//! What the key pages' script asks and sends. Bodies are small JSON; the session and its token stand for
//! the person.

use actix_session::Session;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::query::{self, CredentialView, KeyState};
use super::service::{self, SignerOpening};
use crate::app::App;
use crate::identity::extract::{KeyHolder, StreetCadre, Visit};
use crate::identity::keys::commitment::commit;
use crate::identity::keys::enrol::{self, EnrolmentFact, SCHEMA, SignerClaim, VALID_MONTHS};
use crate::identity::keys::jwk::{Alg, PublicKey};
use crate::identity::keys::jws::{self, Expiry, Header, Intent, Jws, Seen, SignatureEntry};
use crate::identity::party::query as parties;
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::Problem;
use crate::kernel::strict_json;
use crate::kernel::tx;
use crate::log;
use crate::log::b64;
use crate::web::failure::Failure;
use crate::web::form::Sent;

const SALT: &str = "enrol_salt";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyShown {
    jwk: Value,
}

#[derive(Serialize)]
struct ToSign {
    payload: String,
    header: Value,
}

fn key_of(jwk: &Value) -> Result<PublicKey, Problem> {
    let key = PublicKey::from_jwk(jwk).filter(|key| key.alg() == Alg::Es256);
    key.ok_or_else(|| Problem::new("credential-unknown", 422))
}

/// What the root signs: that this key opens this street.
fn root_challenge(visit: &Visit, key: &PublicKey) -> Vec<u8> {
    format!("gongjian.root/1\n{}\n{}\n", visit.actor.scope.tenant, key.kid()).into_bytes()
}

/// `POST /me/key/root/context`
pub(super) async fn root_context(
    StreetCadre(visit): StreetCadre,
    sent: Sent<KeyShown>,
) -> Result<HttpResponse, Failure> {
    let challenge = b64::encode_url(&root_challenge(&visit, &key_of(&sent.body.jwk)?));
    Ok(HttpResponse::Ok().json(json!({ "challenge": challenge })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Root {
    jwk: Value,
    signature: String,
}

/// `POST /me/key/root`: the street's log is opened on this key.
pub(super) async fn root(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    sent: Sent<Root>,
) -> Result<HttpResponse, Failure> {
    let key = key_of(&sent.body.jwk)?;
    let head = strict_json::canonical(&json!({"alg": "ES256", "kid": key.kid()}))
        .map_err(|fault| Problem::internal(fault.to_string()))?;
    let entry = SignatureEntry {
        protected: b64::encode_url(&head),
        signature: sent.body.signature.clone(),
    };
    if !entry.verifies(&key, &root_challenge(&visit, &key)) {
        return Err(Problem::new("signature-invalid", 422).into());
    }
    let tenant = parties::tenant(app.db.reader(), visit.actor.scope).await?;
    let vkey = log::service::signer(&app, &tenant.log_origin)?
        .verifier()
        .to_string();
    let once = sent.once(&visit.actor)?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::open_street(tx, &visit.actor, &tenant.log_origin, &vkey, &key).await?;
        Answer::json(201, &json!({ "kid": key.kid() }))
    })
    .await?;
    log::service::cut(&app, tenant.id).await?;
    Ok(answer.into())
}

async fn seen(app: &App, visit: &Visit) -> Result<Seen, Problem> {
    let checkpoint = log::service::cut(app, visit.actor.scope.tenant).await?;
    Ok(Seen {
        origin: checkpoint.origin,
        size: checkpoint.size,
        root: checkpoint.root.b64(),
    })
}

/// The header to sign, but for the nonce, which is the signer's.
async fn header(app: &App, visit: &Visit, kid: &str, intent: Intent) -> Result<Value, Problem> {
    let header = Header {
        alg: Alg::Es256,
        kid: kid.to_owned(),
        intent,
        party: None,
        prior: None,
        seen: seen(app, visit).await?,
        nonce: String::new(),
        exp: app.db.clock().now().seconds() + jws::EXP_AHEAD_S - jws::SKEW_S,
    };
    let mut value: Value =
        serde_json::from_slice(&header.to_bytes()).map_err(|error| Problem::internal(error.to_string()))?;
    if let Some(members) = value.as_object_mut() {
        members.remove("nonce");
    }
    Ok(value)
}

/// `POST /me/key/context`: the fact that the key's holder and a cadre will sign.
pub(super) async fn context(
    app: web::Data<App>,
    KeyHolder(visit): KeyHolder,
    session: Session,
    sent: Sent<KeyShown>,
) -> Result<HttpResponse, Failure> {
    let key = key_of(&sent.body.jwk)?;
    let party = visit
        .actor
        .party()
        .ok_or_else(|| Problem::new("signer-not-allowed", 403))?;
    let mut salt = [0; 32];
    app.db.ids().fill(&mut salt);
    session
        .insert(SALT, b64::encode_url(&salt))
        .map_err(|e| Problem::internal(e.to_string()))?;
    let opened = opening(&visit, &salt)?;
    let today = app.db.clock().now().day();
    let fact = EnrolmentFact {
        alg: key.alg().code().to_owned(),
        evidence: None,
        jwk: key.to_jwk(),
        kid: key.kid(),
        method: "in_person".to_owned(),
        party: party.uuid(),
        schema: SCHEMA.to_owned(),
        signer: SignerClaim {
            commitment: opened.commitment,
            title: visit.person.title.clone(),
        },
        tenant: visit.actor.scope.tenant.uuid(),
        valid_from: today,
        valid_until: today.plus_months(VALID_MONTHS).plus_days(-1),
    };
    let payload = fact
        .to_bytes()
        .map_err(|fault| Problem::internal(fault.to_string()))?;
    let header = header(&app, &visit, &key.kid(), Intent::Enrol).await?;
    Ok(HttpResponse::Ok().json(ToSign {
        payload: b64::encode_url(&payload),
        header,
    }))
}

/// The commitment to the person's name under this salt, and what opens it.
fn opening(visit: &Visit, salt: &[u8; 32]) -> Result<SignerOpening, Problem> {
    let party = visit
        .actor
        .party()
        .ok_or_else(|| Problem::new("signer-not-allowed", 403))?;
    let value = json!({ "name": visit.person.name });
    let commitment = commit(salt, party.uuid(), "/signer", &value)
        .ok_or_else(|| Problem::internal("the name cannot be written canonically"))?;
    Ok(SignerOpening {
        commitment: commitment.b64u(),
        salt: *salt,
        value: value.to_string(),
    })
}

/// `POST /me/key`: a key with proof of possession.
pub(super) async fn request(
    app: web::Data<App>,
    KeyHolder(visit): KeyHolder,
    session: Session,
    sent: Sent<Jws>,
) -> Result<HttpResponse, Failure> {
    let enrolment =
        enrol::check_possession(&sent.body).map_err(|_| Problem::new("signature-invalid", 422))?;
    in_time(&app, &enrolment.enrol)?;
    let salt: Option<String> = session.get(SALT).map_err(|e| Problem::internal(e.to_string()))?;
    let salt = salt
        .and_then(|salt| b64::decode_url(&salt))
        .and_then(|salt| <[u8; 32]>::try_from(salt).ok());
    let salt = salt.ok_or_else(|| Problem::new("signature-expired", 422))?;
    let opened = opening(&visit, &salt)?;
    let once = sent.once(&visit.actor)?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::request(tx, &visit.actor, &enrolment, &sent.body, &opened).await?;
        Answer::json(201, &json!({ "kid": enrolment.fact.kid }))
    })
    .await?;
    Ok(answer.into())
}

fn in_time(app: &App, header: &Header) -> Result<(), Problem> {
    match jws::expiry(header.exp, app.db.clock().now().seconds()) {
        Expiry::Good => Ok(()),
        Expiry::Passed => Err(Problem::new("signature-expired", 422)),
        Expiry::TooFar => Err(Problem::new("signature-invalid", 422)),
    }
}

/// The key asked about, still waiting.
async fn waiting(app: &App, visit: &Visit, kid: &str) -> Result<(CredentialView, Jws), Problem> {
    let asked = query::find(app.db.reader(), visit.actor.scope.tenant, kid).await?;
    let asked = asked.ok_or_else(Problem::not_found)?;
    if asked.state != KeyState::Requested {
        return Err(Problem::new("stale-version", 409));
    }
    let jws = asked
        .enrolment
        .clone()
        .ok_or_else(|| Problem::internal("a request without signature"))?;
    Ok((asked, jws))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnKey {
    kid: String,
}

/// `POST /keys/{kid}/context`
pub(super) async fn vouch_context(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    kid: web::Path<String>,
    sent: Sent<OwnKey>,
) -> Result<HttpResponse, Failure> {
    let (_, jws) = waiting(&app, &visit, &kid).await?;
    cadre_key(&app, &visit, &sent.body.kid).await?;
    let header = header(&app, &visit, &sent.body.kid, Intent::Vouch).await?;
    Ok(HttpResponse::Ok().json(ToSign {
        payload: jws.payload,
        header,
    }))
}

/// The cadre's own enrolled key.
async fn cadre_key(app: &App, visit: &Visit, kid: &str) -> Result<PublicKey, Problem> {
    let today = app.db.clock().now().day();
    let own = query::find(app.db.reader(), visit.actor.scope.tenant, kid).await?;
    let good = |own: &CredentialView| {
        own.purpose == query::Purpose::Cadre && own.person == Some(visit.person.id) && own.is_good_on(today)
    };
    own.filter(good)
        .map(|own| own.key)
        .ok_or_else(|| Problem::new("credential-unknown", 422))
}

/// `POST /keys/{kid}/vouch`
pub(super) async fn vouch(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    kid: web::Path<String>,
    sent: Sent<SignatureEntry>,
) -> Result<HttpResponse, Failure> {
    visit.stepped_up(&app)?;
    let (asked, mut jws) = waiting(&app, &visit, &kid).await?;
    let header = Header::parse(&sent.body.protected).ok_or_else(|| Problem::new("signature-invalid", 422))?;
    in_time(&app, &header)?;
    let key = cadre_key(&app, &visit, &header.kid).await?;
    jws.signatures.push(sent.body.clone());
    let enrolment = enrol::check(&jws, |kid| (*kid == header.kid).then(|| key.clone()))
        .map_err(|_| Problem::new("signature-invalid", 422))?;
    let once = sent.once(&visit.actor)?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::vouch(tx, &visit.actor, &asked, &enrolment, &jws).await?;
        Answer::json(201, &json!({ "kid": asked.kid }))
    })
    .await?;
    Ok(answer.into())
}
