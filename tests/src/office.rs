//! The demo street's office: its log open, two signers with keys, drafts sent and signed through the pages.

use std::sync::Arc;

use gongjian_api::agreements::domain::document::{Area, Measure, Mode, Term};
use gongjian_api::agreements::draft::{Adopted, AdoptedService};
use gongjian_api::agreements::service;
use gongjian_api::identity::party::query as parties;
use gongjian_api::identity::person::query as people;
use gongjian_api::kernel::actor::{Actor, Role, Who};
use gongjian_api::kernel::clock::{Clock, TestClock};
use gongjian_api::kernel::db::Db;
use gongjian_api::kernel::id::{Id, Party, SystemIds};
use gongjian_api::kernel::scope::Scope;
use gongjian_api::kernel::tx;
use gongjian_api::log::b64;
use gongjian_api::web::i18n::Lang;
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::TestApp;
use crate::client::{Browser, Page};
use crate::signer::SoftKey;

/// A signer's browser, key and party.
pub type Hand = (Browser, SoftKey, Id<Party>);

/// The demo street with its log open and two signers whose keys are enrolled.
pub struct Office {
    /// The server.
    pub app: TestApp,
    /// Its database.
    pub db: Db,
    /// The whole street.
    pub scope: Scope,
    /// The street's cadre.
    pub cadre: Browser,
    /// A unit's signer.
    pub unit: Hand,
    /// A community's signer.
    pub community: Hand,
}

/// The session's token.
pub async fn csrf(browser: &Browser) -> String {
    browser.open("/me/key").await.ok().token("csrf")
}

/// Posts JSON as the pages' script does, under a key of its own unless the headers bring one.
#[expect(clippy::disallowed_methods, reason = "keys of throw-away requests")]
pub async fn post(
    browser: &Browser,
    path: &str,
    body: &Value,
    headers: &[(&str, &str)],
) -> (StatusCode, Value) {
    let once = Uuid::now_v7().simple().to_string();
    let mut all = headers.to_vec();
    if !headers.iter().any(|(name, _)| *name == "Idempotency-Key") {
        all.push(("Idempotency-Key", &once));
    }
    let answer = browser
        .json_with("POST", path, &csrf(browser).await, Some(body), &all)
        .await;
    (answer.status(), answer.json().await.unwrap_or(Value::Null))
}

/// Opens the street's log with the cadre's key.
pub async fn open_street(browser: &Browser, key: &SoftKey) {
    let (status, told) = post(browser, "/me/key/root/context", &json!({"jwk": key.jwk()}), &[]).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let head = b64::encode_url(format!("{{\"alg\":\"ES256\",\"kid\":\"{}\"}}", key.kid()).as_bytes());
    let challenge = b64::decode_url(told["challenge"].as_str().unwrap()).unwrap();
    let entry = key.sign_raw(&head, &challenge);
    let body = json!({"jwk": key.jwk(), "signature": entry.signature});
    let (status, told) = post(browser, "/me/key/root", &body, &[]).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
}

/// Enrols a signer's key and vouches for it.
pub async fn enrol(cadre: &Browser, root: &SoftKey, signer: &Browser, key: &SoftKey) {
    let (status, told) = post(signer, "/me/key/context", &json!({"jwk": key.jwk()}), &[]).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let payload = told["payload"].as_str().unwrap();
    let entry = key.sign_value(told["header"].clone(), &b64::decode_url(payload).unwrap());
    let (status, told) = post(
        signer,
        "/me/key",
        &json!({"payload": payload, "signatures": [entry]}),
        &[],
    )
    .await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let place = format!("/keys/{}", key.kid());
    let (status, told) = post(
        cadre,
        &format!("{place}/context"),
        &json!({"kid": root.kid()}),
        &[],
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let payload = b64::decode_url(told["payload"].as_str().unwrap()).unwrap();
    let entry = root.sign_value(told["header"].clone(), &payload);
    let (status, told) = post(cadre, &format!("{place}/vouch"), &json!(entry), &[]).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
}

impl Office {
    /// Opens the street; both keys are enrolled and everybody has given the password again.
    pub async fn open() -> Self {
        let app = TestApp::start().await;
        let clock = Arc::new(TestClock::at(app.clock.now()));
        let db = Db::open(&app.database, clock, Arc::new(SystemIds)).await.unwrap();
        let street = parties::all_tenants(db.reader()).await.unwrap().remove(0);
        let scope = Scope::tenant(street.id);
        let signers = people::with_role(db.reader(), scope, Role::UnitSigner)
            .await
            .unwrap();
        let party_of = |login: &str| {
            let person = signers.iter().find(|p| p.login == login).unwrap();
            person.memberships.iter().find_map(|m| m.party).unwrap()
        };
        let (root, cadre) = (SoftKey::new(90), app.person("cadre").await);
        open_street(&cadre, &root).await;
        cadre.step_up().await;
        let unit = (app.person("u1").await, SoftKey::new(1), party_of("u1"));
        let community = (app.person("c1").await, SoftKey::new(2), party_of("c1"));
        for (browser, key, _) in [&unit, &community] {
            enrol(&cadre, &root, browser, key).await;
            browser.step_up().await;
        }
        Self {
            app,
            db,
            scope,
            cadre,
            unit,
            community,
        }
    }

    /// Drafts an item between the two; gives the draft's number.
    pub async fn draft(&self, item: u32) -> i32 {
        let day = |text: &str| text.parse().unwrap();
        let term = Term {
            from: day("2026-03-02"),
            until: day("2026-12-31"),
        };
        let service = |from, to, area, what: &str, quantity| AdoptedService {
            from,
            to: vec![to],
            area,
            what: what.to_owned(),
            unit: Measure::from_code("hour").unwrap(),
            quantity,
            days: term,
            offer: None,
            need: None,
        };
        let (unit, community) = (self.unit.2, self.community.2);
        let adopted = Adopted {
            meeting: Uuid::from_u128(5),
            item,
            meeting_name: "靖和街道第1次党建联席会议".to_owned(),
            held_on: day("2026-03-01"),
            plan: None,
            title: None,
            mode: Mode::Project,
            language: Lang::Zh,
            term,
            parties: vec![unit, community],
            services: vec![
                service(unit, community, Area::Facilities, "双休日开放操场", 96),
                service(community, unit, Area::Civility, "文明劝导", 120),
            ],
        };
        let actor = Actor {
            who: Who::System,
            scope: self.scope,
        };
        tx::run(&self.db, async |tx| {
            Ok(service::create(tx, &actor, &adopted).await?)
        })
        .await
        .unwrap()
    }

    /// Sends the form of a draft as the page has it, with some fields changed.
    pub async fn post_draft(&self, no: i32, act: &str, changed: &[(&str, &str)]) -> Page {
        let page = self.cadre.open(&format!("/agreements/drafts/{no}")).await.ok();
        self.post_draft_page(&page, no, act, changed).await
    }

    /// The same from a page opened earlier.
    pub async fn post_draft_page(&self, page: &Page, no: i32, act: &str, changed: &[(&str, &str)]) -> Page {
        let mut fields: Vec<(String, String)> = vec![("act".to_owned(), act.to_owned())];
        for name in page.names() {
            if !["csrf", "once"].contains(&name.as_str()) {
                let value = page.field(&name);
                let value = changed
                    .iter()
                    .find(|(n, _)| *n == name)
                    .map_or(value, |(_, v)| (*v).to_owned());
                fields.push((name, value));
            }
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.cadre
            .send(page, &format!("/agreements/drafts/{no}"), &fields)
            .await
    }

    /// Drafts, sends and signs an item: an agreement in force; gives its address.
    pub async fn agreed(&self, item: u32) -> String {
        let no = self.draft(item).await;
        let sent = self.post_draft(no, "send", &[]).await.ok();
        let key = sent.path.trim_start_matches("/agreements/").split('?').next();
        let key = key.unwrap_or_default().to_owned();
        for (n, hand) in [&self.unit, &self.community].into_iter().enumerate() {
            let (status, told) = sign(hand, &key, "accept", &format!("{key}-{n}")).await;
            assert_eq!(status, StatusCode::CREATED, "{told}");
        }
        key
    }

    /// Moves the clock on by whole days; sessions have ended then, so all three sign in again.
    pub async fn pass_days(&self, days: i64) {
        self.app.pass_days(days);
        for (browser, login) in [
            (&self.cadre, "cadre"),
            (&self.unit.0, "u1"),
            (&self.community.0, "c1"),
        ] {
            browser.sign_in(login).await;
        }
    }

    /// Stops the server.
    pub async fn stop(self) {
        self.db.close().await.unwrap();
        self.app.stop().await;
    }
}

/// Signs as the script does: context, bytes, signature, post.
pub async fn sign((browser, key, _): &Hand, place: &str, intent: &str, once: &str) -> (StatusCode, Value) {
    let path = format!("/sign/{place}/context?intent={intent}&kid={}", key.kid());
    let (status, context) = browser.json("GET", &path, "", None).await;
    assert_eq!(status, StatusCode::OK, "{context}");
    let version = context["version"].as_u64().unwrap();
    let (_, bytes) = browser
        .download(&format!("/agreements/{place}/versions/{version}/bytes"))
        .await;
    let entry = key.sign_value(context["header"].clone(), &bytes);
    let mut body = json!(entry);
    body["version"] = version.into();
    let route = if intent == "accept" {
        "acceptances"
    } else {
        "declines"
    };
    let tag = context["if_match"].as_str().unwrap();
    post(
        browser,
        &format!("/sign/{place}/{route}"),
        &body,
        &[("If-Match", tag), ("Idempotency-Key", once)],
    )
    .await
}

/// Sends a form as the page has it, with some fields changed.
pub async fn fill((browser, _, _): &Hand, path: &str, changed: &[(&str, &str)]) -> Page {
    let page = browser.open(path).await.ok();
    let mut fields: Vec<(String, String)> = Vec::new();
    for name in page.names() {
        if !["csrf", "once"].contains(&name.as_str()) && !changed.iter().any(|(n, _)| *n == name) {
            let value = page.field(&name);
            fields.push((name, value));
        }
    }
    fields.extend(changed.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    browser.send(&page, path, &fields).await
}

/// Signs what a preview shows, as its script does.
pub async fn sign_preview(who: &Hand, place: &str, (preview, route): (&Page, &str)) -> Value {
    let (browser, key, _) = who;
    let act = preview.attribute("data-sign-act");
    let payload = preview.attribute("data-payload");
    let version: u64 = preview.attribute("data-version").parse().unwrap();
    let path = format!("/sign/{place}/context?intent={act}&kid={}", key.kid());
    let (status, context) = browser.json("GET", &path, "", None).await;
    assert_eq!(status, StatusCode::OK, "{context}");
    assert_eq!(
        context["version"].to_string(),
        preview.attribute("data-table"),
        "what the script compares"
    );
    let entry = key.sign_value(context["header"].clone(), &b64::decode_url(&payload).unwrap());
    let mut body = json!(entry);
    body["version"] = version.into();
    body["payload"] = payload.into();
    let tag = context["if_match"].as_str().unwrap();
    let (status, receipt) = post(
        browser,
        &format!("/sign/{place}/{route}"),
        &body,
        &[("If-Match", tag)],
    )
    .await;
    assert_eq!(status, StatusCode::CREATED, "{receipt}");
    receipt
}

/// The instalments a side gives, by their last day.
pub async fn gives(browser: &Browser) -> Vec<String> {
    let page = browser.open("/obligations?side=gives").await.ok();
    page.links("/obligations/2026-")
}

/// Sends the form of an act on an instalment as its page has it, with some fields changed.
pub async fn act(browser: &Browser, place: &str, act: &str, changed: &[(&str, &str)]) -> Page {
    let to = format!("{place}/{act}");
    let form = browser.open(&to).await.ok();
    resend(browser, &form, &to, changed).await
}

/// Sends the form of a page opened earlier, with some fields changed.
pub async fn resend(browser: &Browser, form: &Page, to: &str, changed: &[(&str, &str)]) -> Page {
    let mut fields: Vec<(String, String)> = Vec::new();
    for name in form.names() {
        if !["csrf", "once", "files", "excess"].contains(&name.as_str()) {
            fields.push((name.clone(), form.field(&name)));
        }
    }
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    browser.send(form, to, &fields).await
}
