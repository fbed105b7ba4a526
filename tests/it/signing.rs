//! Drafting, sending and signing through the pages and their script's routes, with real keys.

use gongjian_api::agreements::bundle::verify::verify;
use gongjian_api::kernel::clock::Clock;
use gongjian_api::log::b64;
use gongjian_tests::office::{Office, csrf, post, sign};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn an_item_becomes_an_agreement_in_force_through_the_pages() {
    let office = Office::open().await;
    let no = office.draft(1).await;
    assert!(
        office
            .cadre
            .open("/agreements")
            .await
            .ok()
            .says(&format!("/agreements/drafts/{no}"))
    );
    let saved = office
        .post_draft(
            no,
            "save",
            &[("quantity-0-0", "３０"), ("title", "操场开放与文明劝导共建协议")],
        )
        .await
        .ok();
    assert_eq!(saved.field("quantity-0-0"), "30");
    let refused = office
        .post_draft(no, "send", &[("until-0-0", "2027-06-30"), ("sign_by", "明天")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.says("“明天”不是日期"), "{}", refused.text());
    let refused = office
        .post_draft(no, "send", &[("until-0-0", "2027-06-30")])
        .await;
    assert!(refused.says("超出协议期限"), "{}", refused.text());
    let phone = office
        .post_draft(no, "send", &[("what-0", "操场，联系13800000000")])
        .await;
    assert!(phone.says("不能写手机号"), "{}", phone.text());
    let sent = office.post_draft(no, "send", &[]).await.ok();
    assert!(sent.path.starts_with("/agreements/2026-1?done="), "{}", sent.path);
    assert!(sent.says("珲靖共建〔2026〕1号"));
    let gone = office.cadre.open(&format!("/agreements/drafts/{no}")).await;
    assert_eq!(gone.status, StatusCode::CONFLICT);
    for (who, word) in [(&office.unit, "open"), (&office.community, "in_force")] {
        let waiting = who.0.open("/sign").await.ok();
        assert_eq!(waiting.links("/sign/2026"), ["/sign/2026-1"]);
        assert!(who.0.open("/sign/2026-1").await.ok().says("我方承诺提供"));
        assert!(
            who.0
                .open("/sign/2026-1/confirm")
                .await
                .ok()
                .says("data-sign-act=\"accept\"")
        );
        let once = Uuid::now_v7().simple().to_string();
        let (status, receipt) = sign(who, "2026-1", "accept", &once).await;
        assert_eq!(status, StatusCode::CREATED, "{receipt}");
        assert_eq!(receipt["agreement"]["state"], word);
        assert!(who.0.open("/sign").await.ok().links("/sign/2026").is_empty());
        assert!(who.0.open("/sign/2026-1/done").await.ok().says("已提交"));
    }
    let shown = office.unit.0.open("/agreements/2026-1").await.ok();
    assert!(shown.says("履行中") && shown.says("/agreements/2026-1/bundle"));
    let (status, bytes) = office.community.0.download("/agreements/2026-1/bundle").await;
    assert_eq!(status, StatusCode::OK);
    let report = verify(&bytes, None, office.app.clock.now());
    assert_eq!(report.findings, []);
    assert!(report.verdict.unwrap().is_binding());
    office.stop().await;
}

#[tokio::test]
async fn a_signature_sent_twice_counts_once_and_a_stale_one_says_so() {
    let office = Office::open().await;
    let no = office.draft(1).await;
    office.post_draft(no, "send", &[]).await.ok();
    let unit = &office.unit;
    let path = format!("/sign/2026-1/context?intent=accept&kid={}", unit.1.kid());
    let (_, context) = unit.0.json("GET", &path, "", None).await;
    let (_, bytes) = unit.0.download("/agreements/2026-1/versions/1/bytes").await;
    let entry = unit.1.sign_value(context["header"].clone(), &bytes);
    let body = json!({"version": 1, "protected": entry.protected, "signature": entry.signature});
    let send = async |once: &str, tag: Option<&str>, body: &Value| {
        let csrf = csrf(&unit.0).await;
        let mut headers = vec![("Idempotency-Key", once)];
        headers.extend(tag.map(|tag| ("If-Match", tag)));
        let answer = unit
            .0
            .json_with("POST", "/sign/2026-1/acceptances", &csrf, Some(body), &headers)
            .await;
        let replayed = answer.headers().contains_key("Idempotency-Replayed");
        (
            answer.status().as_u16(),
            replayed,
            answer.json::<Value>().await.unwrap(),
        )
    };
    let (status, _, told) = send("k0", None, &body).await;
    assert_eq!(
        (status, told["code"].as_str()),
        (428, Some("precondition-required"))
    );
    let (status, _, told) = send("k0", Some("\"v2\""), &body).await;
    assert_eq!((status, told["current"].as_u64()), (412, Some(1)));
    let (first, again) = tokio::join!(
        send("k1", Some("\"v1\""), &body),
        send("k1", Some("\"v1\""), &body)
    );
    assert_eq!((first.0, again.0), (201, 201));
    assert_eq!(first.2, again.2);
    assert!(first.1 != again.1, "one of them was replayed");
    office.app.clock.advance_ms(25 * 60_000);
    let late = send("k1", Some("\"v1\""), &body).await;
    assert_eq!((late.0, late.1), (201, true), "an answer given stays given");
    let mut other = body.clone();
    other["version"] = 2.into();
    let (status, _, told) = send("k1", Some("\"v1\""), &other).await;
    assert_eq!(
        (status, told["code"].as_str()),
        (422, Some("idempotency-key-reused"))
    );
    office.stop().await;
}

#[tokio::test]
async fn a_counter_offer_is_written_compared_and_signed() {
    let office = Office::open().await;
    let no = office.draft(1).await;
    office.post_draft(no, "send", &[]).await.ok();
    let (browser, key, _) = &office.unit;
    let form = browser.open("/agreements/2026-1/counter").await.ok();
    let fields = |quantity: &str| -> Vec<(String, String)> {
        let read = |name: &String| {
            let value = if name == "quantity-0-0" {
                quantity.to_owned()
            } else {
                form.field(name)
            };
            (name.clone(), value)
        };
        form.names()
            .iter()
            .filter(|n| !["csrf", "once"].contains(&n.as_str()))
            .map(read)
            .collect()
    };
    let give = async |quantity: &str| {
        let fields = fields(quantity);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        browser.send(&form, "/agreements/2026-1/counter", &fields).await
    };
    let same = give(&form.field("quantity-0-0")).await;
    assert!(same.says("没有任何修改"), "{}", same.text());
    let beyond = give("1").await;
    assert_eq!(beyond.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(beyond.says("超出授权范围"), "{}", beyond.text());
    let preview = give("20").await.ok();
    assert!(preview.says("data-sign-act=\"counter\""));
    let payload = preview.attribute("data-payload");
    let bytes = b64::decode_url(&payload).unwrap();
    let path = format!("/sign/2026-1/context?intent=counter&kid={}", key.kid());
    let (_, context) = browser.json("GET", &path, "", None).await;
    let entry = key.sign_value(context["header"].clone(), &bytes);
    let body =
        json!({"version": 2, "protected": entry.protected, "signature": entry.signature, "payload": payload});
    let (status, receipt) = post(browser, "/sign/2026-1/counters", &body, &[("If-Match", "\"v1\"")]).await;
    assert_eq!(status, StatusCode::CREATED, "{receipt}");
    assert_eq!(receipt["agreement"]["version"], 2);
    let (status, receipt) = sign(&office.community, "2026-1", "accept", "c1").await;
    assert_eq!(
        (status, receipt["agreement"]["state"].as_str()),
        (StatusCode::CREATED, Some("in_force"))
    );
    office.stop().await;
}

#[tokio::test]
async fn a_decline_ends_it_and_strangers_see_nothing() {
    let office = Office::open().await;
    let no = office.draft(1).await;
    office.post_draft(no, "send", &[]).await.ok();
    let stranger = office.app.person("u2").await;
    for path in [
        "/agreements/2026-1",
        "/agreements/2026-1/bundle",
        "/sign/2026-1",
        "/agreements/2026-1/versions/1/bytes",
    ] {
        assert_eq!(stranger.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(
        !stranger
            .open("/agreements")
            .await
            .ok()
            .says("珲靖共建〔2026〕1号")
    );
    assert_eq!(
        stranger.open(&format!("/agreements/drafts/{no}")).await.status,
        StatusCode::FORBIDDEN
    );
    assert!(
        office
            .community
            .0
            .open("/sign/2026-1/decline")
            .await
            .ok()
            .says("data-sign-act=\"decline\"")
    );
    let (status, receipt) = sign(&office.community, "2026-1", "decline", "d1").await;
    assert_eq!(
        (status, receipt["agreement"]["state"].as_str()),
        (StatusCode::CREATED, Some("declined"))
    );
    let shown = office.unit.0.open("/agreements/2026-1").await.ok();
    assert!(shown.says("未达成"));
    let path = format!("/sign/2026-1/context?intent=accept&kid={}", office.unit.1.kid());
    let (status, told) = office.unit.0.json("GET", &path, "", None).await;
    assert_eq!(
        (status, told["code"].as_str()),
        (StatusCode::CONFLICT, Some("agreement-state"))
    );
    let (_, bytes) = office.cadre.download("/agreements/2026-1/bundle").await;
    let report = verify(&bytes, None, office.app.clock.now());
    assert_eq!(report.findings, []);
    assert!(!report.verdict.unwrap().is_binding());
    office.stop().await;
}

#[tokio::test]
async fn enter_in_a_draft_saves_it_and_sends_nothing() {
    let office = Office::open().await;
    let no = office.draft(1).await;
    let place = format!("/agreements/drafts/{no}");
    let page = office.cadre.open(&place).await.ok();
    let form = page.html.split(&format!("action=\"{place}\"")).nth(1).unwrap();
    let first = form.split("<button").nth(1).unwrap();
    let first = first.split('>').next().unwrap();
    assert!(first.contains("value=\"save\""), "Enter presses {first}");
    let saved = office
        .post_draft(no, "save", &[("title", "操场开放共建协议")])
        .await
        .ok();
    assert_eq!(saved.path, format!("{place}?done=agreement-saved"));
    assert_eq!(saved.field("title"), "操场开放共建协议");
    office.stop().await;
}
