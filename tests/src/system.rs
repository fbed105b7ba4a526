//! A connected system: registered by the administrator, with a token of its own.

use gongjian_api::identity::client::domain::{ClientKeys, ClientName};
use gongjian_api::identity::client::service::{ClientChange, register};
use gongjian_api::identity::person::query as people;
use gongjian_api::identity::role::Act;
use gongjian_api::kernel::actor::Role;
use gongjian_api::kernel::tx;
use gongjian_api::log::b64;
use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::office::Office;
use crate::signer::SoftKey;

/// A system with a token.
pub struct System {
    client: Client,
    base: String,
    token: String,
}

impl System {
    /// Registers a system that may do `acts`, and gets its token.
    pub async fn register(office: &Office, acts: &[Act], n: u8) -> Self {
        let admins = people::with_role(office.db.reader(), office.scope, Role::DistrictAdmin)
            .await
            .unwrap();
        let admin = admins[0].actor(&admins[0].memberships[0]);
        let key = SoftKey::new(n);
        let change = ClientChange {
            name: ClientName::parse(&format!("系统{n}")).unwrap(),
            party: None,
            acts: acts.to_vec(),
            keys: ClientKeys::parse(&key.jwk().to_string()).unwrap(),
        };
        let cid = tx::run(&office.db, async |tx| register(tx, &admin, &change).await)
            .await
            .unwrap();
        let now = office.app.now_seconds();
        let claims = json!({
            "iss": cid, "sub": cid, "aud": office.app.base, "jti": "one", "iat": now, "exp": now + 300,
        });
        let header = b64::encode_url(
            json!({"alg": "ES256", "kid": key.kid(), "typ": "JWT"})
                .to_string()
                .as_bytes(),
        );
        let entry = key.sign_raw(&header, claims.to_string().as_bytes());
        let payload = b64::encode_url(claims.to_string().as_bytes());
        let assertion = format!("{header}.{payload}.{}", entry.signature);
        let client = Client::new();
        let answer = client
            .post(format!("{}/oauth/token", office.app.base))
            .form(&[
                ("grant_type", "client_credentials"),
                (
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ),
                ("client_assertion", &assertion),
            ])
            .send()
            .await
            .unwrap();
        let told: Value = answer.json().await.unwrap();
        let token = told["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{told}"))
            .to_owned();
        Self {
            client,
            base: office.app.base.clone(),
            token,
        }
    }

    /// Asks with the token.
    pub async fn get(&self, path: &str) -> Response {
        let request = self
            .client
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        request.send().await.unwrap()
    }

    /// Asks as anybody.
    pub async fn bare(&self, path: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.base))
            .send()
            .await
            .unwrap()
    }

    /// The JSON of a good answer.
    pub async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }
}
