//! Signatures and forms that are refused: what is wrong is told in words, and nothing changes.

use gongjian_api::agreements::domain::document::Document;
use gongjian_tests::census::census;
use gongjian_tests::client::Page;
use gongjian_tests::office::{Hand, Office, post, sign};
use gongjian_tests::signer::SoftKey;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// What a signer reads and is told before signing.
async fn read(hand: &Hand) -> (Value, Vec<u8>) {
    let path = format!("/sign/2026-1/context?intent=accept&kid={}", hand.1.kid());
    let (status, context) = hand.0.json("GET", &path, "", None).await;
    assert_eq!(status, StatusCode::OK, "{context}");
    let (_, bytes) = hand.0.download("/agreements/2026-1/versions/1/bytes").await;
    (context, bytes)
}

fn submission(key: &SoftKey, header: Value, bytes: &[u8]) -> Value {
    let mut body = json!(key.sign_value(header, bytes));
    body["version"] = 1.into();
    body
}

#[tokio::test]
async fn a_signature_by_another_key_or_over_other_bytes_changes_nothing() {
    let office = Office::open().await;
    let no = office.draft(1).await;
    office.post_draft(no, "send", &[]).await.ok();
    let (unit, community) = (&office.unit, &office.community);
    let (context, bytes) = read(unit).await;
    let (theirs, _) = read(community).await;
    let header = context["header"].clone();
    let with = |member: &str, value: Value| {
        let mut header = header.clone();
        header[member] = value;
        header
    };
    let mut other = Document::parse(&bytes).unwrap();
    other.obligations[0].quantity += 1;
    let other = other.to_bytes().unwrap();
    let stranger = SoftKey::new(77);
    let mut cut = submission(&unit.1, header.clone(), &bytes);
    let half: String = cut["signature"].as_str().unwrap().chars().take(40).collect();
    cut["signature"] = half.into();
    let again = "请刷新页面后重新签署；仍不成功请联系街道干部。";
    let invalid = (422, "签名验证不通过，没有生效", again);
    let cases = [
        (
            "another key",
            submission(&community.1, header.clone(), &bytes),
            invalid,
        ),
        (
            "other bytes",
            submission(&unit.1, header.clone(), &other),
            invalid,
        ),
        ("no bytes", submission(&unit.1, header.clone(), b""), invalid),
        ("half a signature", cut, invalid),
        (
            "another party's name",
            submission(&unit.1, with("party", theirs["header"]["party"].clone()), &bytes),
            (403, "您不能为这一方签署或核验", "请由该单位登记的签署人办理。"),
        ),
        (
            "another signer's key",
            submission(&community.1, theirs["header"].clone(), &bytes),
            (403, "您不能为这一方签署或核验", "请由该单位登记的签署人办理。"),
        ),
        (
            "a key nobody enrolled",
            submission(&stranger, with("kid", stranger.kid().into()), &bytes),
            (
                422,
                "没有找到可用的签名密钥",
                "请用生成密钥的那台电脑和浏览器，或重新生成密钥并请街道核验。",
            ),
        ),
    ];
    let before = census(office.db.reader()).await;
    let tag = context["if_match"].as_str().unwrap();
    for (what, body, (status, title, action)) in cases {
        let headers = [("If-Match", tag), ("Idempotency-Key", "same-key-each-time")];
        let (given, told) = post(&unit.0, "/sign/2026-1/acceptances", &body, &headers).await;
        assert_eq!(given.as_u16(), status, "{what}: {told}");
        assert_eq!(
            (&told["title"], &told["action"]),
            (&title.into(), &action.into()),
            "{what}"
        );
        assert_eq!(census(office.db.reader()).await, before, "{what}");
    }
    let (status, receipt) = sign(unit, "2026-1", "accept", "same-key-each-time").await;
    assert_eq!(status, StatusCode::CREATED, "a refusal uses up no key: {receipt}");
    office.stop().await;
}

#[tokio::test]
async fn a_signature_of_a_superseded_version_is_refused_with_the_present_one() {
    let office = Office::open().await;
    let no = office.draft(1).await;
    office.post_draft(no, "send", &[]).await.ok();
    let (context, bytes) = read(&office.community).await;
    let late = submission(&office.community.1, context["header"].clone(), &bytes);
    let mut countered = Document::parse(&bytes).unwrap();
    countered.version = 2;
    countered.kind = gongjian_api::agreements::domain::document::VersionKind::Counter;
    countered.previous = Some(gongjian_api::log::hash::Hash32::of(&bytes));
    countered.title = "操场开放与文明劝导共建协议".to_owned();
    let countered = countered.to_bytes().unwrap();
    let (browser, key, _) = &office.unit;
    let path = format!("/sign/2026-1/context?intent=counter&kid={}", key.kid());
    let (_, asked) = browser.json("GET", &path, "", None).await;
    let mut body = json!(key.sign_value(asked["header"].clone(), &countered));
    body["version"] = 2.into();
    body["payload"] = gongjian_api::log::b64::encode_url(&countered).into();
    let (status, told) = post(browser, "/sign/2026-1/counters", &body, &[("If-Match", "\"v1\"")]).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let before = census(office.db.reader()).await;
    for (tag, status, title) in [
        ("\"v1\"", 412, "内容已被别人修改"),
        ("\"v2\"", 409, "此协议已被修改为第 2 版，您签的是旧版"),
    ] {
        let route = "/sign/2026-1/acceptances";
        let (given, told) = post(&office.community.0, route, &late, &[("If-Match", tag)]).await;
        assert_eq!(given.as_u16(), status, "{told}");
        assert_eq!(told["title"], title);
        assert_eq!(told["current"], 2, "{told}");
        assert_eq!(census(office.db.reader()).await, before);
    }
    office.stop().await;
}

fn need<'a>(party: &'a str, title: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("party", party),
        ("type", "A2-01"),
        ("title", title),
        ("quantity", "9"),
        ("smallest", "1"),
        ("from", "2026-03-01"),
        ("until", "2026-11-30"),
        ("priority", "1"),
    ]
}

fn refused(page: &Page, status: u16, title: &str, action: &str) {
    assert_eq!(page.status.as_u16(), status, "{}", page.text());
    assert!(page.says(&format!("<h1>{title}</h1>")), "{}", page.html);
    assert!(page.says(action), "{}", page.text());
}

#[tokio::test]
async fn a_form_sent_twice_counts_once_and_its_key_serves_nothing_else() {
    let office = Office::open().await;
    let cadre = &office.cadre;
    let party = office.community.2.to_string();
    let form = cadre.open("/needs/new").await.ok();
    let fields = need(&party, "会议室");
    let (first, again) = tokio::join!(
        cadre.send(&form, "/needs/new", &fields),
        cadre.send(&form, "/needs/new", &fields)
    );
    let (first, again) = (first.ok(), again.ok());
    assert_eq!(
        (first.path.as_str(), again.path.as_str()),
        ("/needs/1?done=entry-created", first.path.as_str())
    );
    let before = census(office.db.reader()).await;
    assert_eq!(before["list_entry"], 1);
    let other = cadre.send(&form, "/needs/new", &need(&party, "礼堂")).await;
    refused(
        &other,
        422,
        "这个防重复编号已用于另一项内容",
        "请刷新页面后重新填写；接口请求请换一个新的 Idempotency-Key。",
    );
    assert_eq!(census(office.db.reader()).await, before);
    office.stop().await;
}

#[tokio::test]
async fn a_form_made_from_an_old_version_changes_nothing() {
    let office = Office::open().await;
    let cadre = &office.cadre;
    let party = office.community.2.to_string();
    let form = cadre.open("/needs/new").await.ok();
    cadre
        .send(&form, "/needs/new", &need(&party, "会议室"))
        .await
        .ok();
    let (here, there) = (
        cadre.open("/needs/1/edit").await.ok(),
        cadre.open("/needs/1/edit").await.ok(),
    );
    let rev = here.token("rev");
    let with = |title| {
        let mut fields = need(&party, title);
        fields.push(("rev", &rev));
        fields
    };
    cadre.send(&here, "/needs/1/edit", &with("大会议室")).await.ok();
    let no = office.draft(1).await;
    let draft = cadre.open(&format!("/agreements/drafts/{no}")).await.ok();
    let title = [("title", "操场开放与文明劝导共建协议")];
    office.post_draft(no, "save", &title).await.ok();
    let before = census(office.db.reader()).await;
    let (what, action) = ("内容已被别人修改", "请重新打开查看最新内容，再决定是否继续。");
    let late = cadre.send(&there, "/needs/1/edit", &with("小会议室")).await;
    refused(&late, 412, what, action);
    for act in ["save", "send"] {
        let late = office
            .post_draft_page(&draft, no, act, &[("title", "另一个题目")])
            .await;
        refused(&late, 412, what, action);
    }
    assert_eq!(census(office.db.reader()).await, before);
    let shown = cadre.open("/needs/1").await.ok();
    assert!(
        shown.says("大会议室") && !shown.says("小会议室"),
        "{}",
        shown.text()
    );
    let draft = cadre.open(&format!("/agreements/drafts/{no}")).await.ok();
    assert_eq!(draft.field("title"), title[0].1);
    office.stop().await;
}
