//! A connected system: registered by the district, with a token of its own, speaking to the API.

use gongjian_api::app::App;
use gongjian_api::identity::client::domain::{ClientKeys, ClientName};
use gongjian_api::identity::client::service::{self, ClientChange};
use gongjian_api::identity::role::Act;
use gongjian_api::kernel::actor::{Actor, Who};
use gongjian_api::kernel::id::{Id, Party};
use gongjian_api::kernel::scope::Scope;
use gongjian_api::kernel::tx;
use gongjian_api::log::b64;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::signer::SoftKey;

/// A system with a good token.
pub struct System {
    http: Client,
    base: String,
    token: String,
}

/// An answer: status, tag, body.
pub type Told = (StatusCode, String, Value);

impl System {
    /// Registers a system for all acts, bound to a party if one is given, and fetches its token.
    pub async fn register(app: &App, scope: Scope, party: Option<Id<Party>>, n: u8) -> Self {
        Self::for_acts(app, scope, party, &Act::FOR_CLIENTS, n).await
    }

    /// The same for some acts.
    pub async fn for_acts(app: &App, scope: Scope, party: Option<Id<Party>>, acts: &[Act], n: u8) -> Self {
        let key = SoftKey::new(n);
        let actor = Actor {
            who: Who::System,
            scope,
        };
        let new = ClientChange {
            name: ClientName::parse(&format!("系统{n}")).unwrap(),
            party,
            acts: acts.to_vec(),
            keys: ClientKeys::parse(&key.jwk().to_string()).unwrap(),
        };
        let cid = tx::run(&app.db, async |tx| service::register(tx, &actor, &new).await)
            .await
            .unwrap();
        let base = app.config.origin.clone();
        let head = b64::encode_url(br#"{"alg":"ES256","typ":"JWT"}"#);
        let claims = json!({
            "iss": cid, "sub": cid, "aud": base.clone(), "jti": Uuid::from_u128(n.into()),
            "iat": app.db.clock().now().seconds(), "exp": app.db.clock().now().seconds() + 60,
        });
        let bytes = claims.to_string().into_bytes();
        let signed = key.sign_raw(&head, &bytes);
        let assertion = format!("{head}.{}.{}", b64::encode_url(&bytes), signed.signature);
        let scopes: Vec<&str> = acts.iter().map(|act| act.scope()).collect();
        let form = [
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", &assertion),
            ("scope", &scopes.join(" ")),
        ];
        let http = Client::new();
        let answer = http
            .post(format!("{base}/oauth/token"))
            .form(&form)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let told: Value = answer.json().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{told}");
        let token = told["access_token"].as_str().unwrap().to_owned();
        Self { http, base, token }
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Told {
        let asked = self
            .http
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        told(asked.send().await.unwrap()).await
    }

    /// Reads bytes and heads.
    pub async fn fetch(&self, path: &str) -> Response {
        let asked = self.http.get(format!("{}{path}", self.base));
        asked.bearer_auth(&self.token).send().await.unwrap()
    }

    /// The same as anybody.
    pub async fn bare(&self, path: &str) -> Response {
        self.http
            .get(format!("{}{path}", self.base))
            .send()
            .await
            .unwrap()
    }

    /// The JSON of a good answer.
    pub async fn json(&self, path: &str) -> Value {
        let (status, _, told) = self.get(path).await;
        assert!(status.is_success(), "{path}: {status} {told}");
        told
    }

    /// Posts JSON under a key of its own.
    pub async fn post(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Told {
        let bytes = serde_json::to_vec(body).unwrap();
        self.post_bytes(path, bytes, headers).await
    }

    /// Posts bytes.
    #[expect(clippy::disallowed_methods, reason = "keys of throw-away requests")]
    pub async fn post_bytes(&self, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Told {
        let once = Uuid::now_v7().simple().to_string();
        let mut asked = self
            .http
            .post(format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .header("Content-Type", "application/json")
            .body(body);
        if !headers.iter().any(|(name, _)| *name == "Idempotency-Key") {
            asked = asked.header("Idempotency-Key", once);
        }
        for (name, value) in headers {
            asked = asked.header(*name, *value);
        }
        told(asked.send().await.unwrap()).await
    }
}

async fn told(answer: Response) -> Told {
    let tag = answer.headers().get("ETag").and_then(|v| v.to_str().ok());
    let (status, tag) = (answer.status(), tag.unwrap_or_default().to_owned());
    (status, tag, answer.json().await.unwrap_or(Value::Null))
}
