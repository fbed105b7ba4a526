//! Changing, ending and filing through the pages, as people do.

use gongjian_api::agreements::bundle::verify::verify;
use gongjian_api::agreements::domain::document::Term;
use gongjian_api::agreements::service;
use gongjian_api::kernel::clock::{Clock, SystemClock};
use gongjian_api::kernel::tx;
use gongjian_tests::client::Browser;
use gongjian_tests::office::{Hand, Office, fill, sign, sign_preview};
use gongjian_tests::process::Server;
use gongjian_tests::signer::SoftKey;
use gongjian_tests::street::Street;
use reqwest::StatusCode;

async fn signed_by_both() -> Office {
    let office = Office::open().await;
    let no = office.draft(1).await;
    office.post_draft(no, "send", &[]).await.ok();
    for (n, who) in [&office.unit, &office.community].into_iter().enumerate() {
        let (status, told) = sign(who, "2026-1", "accept", &format!("a{n}")).await;
        assert_eq!(status, StatusCode::CREATED, "{told}");
    }
    office
}

#[tokio::test]
async fn a_change_is_written_compared_signed_by_both_and_filed() {
    let office = signed_by_both().await;
    let (unit, community) = (&office.unit, &office.community);
    let place = "/agreements/2026-1/change/amendment";
    let shown = unit.0.open("/agreements/2026-1").await.ok();
    assert_eq!(
        shown.links("/agreements/2026-1/change/").len(),
        2,
        "too early to renew"
    );
    let same = fill(unit, place, &[]).await;
    assert!(same.says("没有任何修改"), "{}", same.text());
    let beyond = fill(unit, place, &[("quantity-0-0", "1")]).await;
    assert_eq!(beyond.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(beyond.says("超出授权范围"), "{}", beyond.text());
    let preview = fill(
        unit,
        place,
        &[
            ("quantity-0-0", "20"),
            ("free", "每季度首月开放日由双方商定。"),
            ("notice_days", "45"),
        ],
    )
    .await
    .ok();
    for words in ["终止须提前 45 日通知", "每季度首月开放日", "一方通知即可终止"] {
        assert!(preview.says(words), "{words}: {}", preview.text());
    }
    let receipt = sign_preview(unit, "2026-1", (&preview, "amendments")).await;
    assert_eq!(receipt["agreement"]["pending"], 2);
    let shown = community.0.open("/agreements/2026-1").await.ok();
    assert!(shown.says("待签署的新版本") && shown.says("每季度首月开放日"));
    assert!(community.0.open("/").await.ok().says("/sign/2026-1"));
    let read = community.0.open("/sign/2026-1").await.ok();
    assert!(
        read.says("第 2 版") && read.says("终止须提前 45 日通知"),
        "{}",
        read.text()
    );
    assert!(
        !read.says("/agreements/2026-1/counter"),
        "what is pending is not countered"
    );
    assert!(
        community
            .0
            .open("/sign/2026-1/decline")
            .await
            .ok()
            .says("现行版本继续有效")
    );
    let (status, receipt) = sign(community, "2026-1", "accept", "both").await;
    assert_eq!(status, StatusCode::CREATED, "{receipt}");
    assert_eq!(receipt["agreement"]["version"], 2);
    let differ = office
        .cadre
        .open("/agreements/2026-1/versions/2/diff/1")
        .await
        .ok();
    assert!(differ.says("每季度首月开放日"));
    assert_eq!(
        office
            .cadre
            .open("/agreements/2026-1/versions/1/diff/9")
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    assert!(
        office
            .cadre
            .open("/")
            .await
            .ok()
            .says("备案协议 珲靖共建〔2026〕1号")
    );
    let page = office.cadre.open("/agreements/2026-1").await.ok();
    let filed = office
        .cadre
        .send(&page, "/agreements/2026-1/filing", &[])
        .await
        .ok();
    assert!(filed.says("第 2 版已备案") && !filed.says("/agreements/2026-1/filing"));
    let file = async |who: &Browser| {
        let form = who.open("/step-up?back=/").await.ok();
        who.send(&form, "/agreements/2026-1/filing", &[]).await.status
    };
    assert_eq!(file(&office.cadre).await, StatusCode::CONFLICT);
    assert_eq!(file(&unit.0).await, StatusCode::FORBIDDEN);
    for language in ["ko-CN", "en"] {
        let page = format!("/language/{language}?back=/agreements/2026-1");
        let shown = unit.0.open(&page).await.ok();
        assert!(!shown.html.contains("agreement-step-"), "{}", shown.text());
    }
    office.stop().await;
}

#[tokio::test]
async fn a_correction_offered_is_taken_back_by_who_offered_it() {
    let office = signed_by_both().await;
    let place = "/agreements/2026-1/change/correction";
    let form = office.unit.0.open(place).await.ok();
    assert!(!form.says("quantity-0-0"), "words alone");
    let preview = fill(&office.unit, place, &[("title", "更正后的协议名称")])
        .await
        .ok();
    sign_preview(&office.unit, "2026-1", (&preview, "amendments")).await;
    let stopped = office.unit.0.open(place).await;
    assert_eq!(stopped.status, StatusCode::CONFLICT);
    assert!(stopped.says("待签新版本"), "{}", stopped.text());
    let shown = office.unit.0.open("/agreements/2026-1").await.ok();
    assert!(shown.says("/sign/2026-1/decline"));
    assert!(
        office
            .unit
            .0
            .open("/sign/2026-1/decline")
            .await
            .ok()
            .says("data-sign-act=\"decline\"")
    );
    let (status, told) = sign(&office.unit, "2026-1", "decline", "back").await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    assert_eq!(told["agreement"]["state"], "in_force");
    office.stop().await;
}

#[tokio::test]
async fn a_renewal_is_offered_sixty_days_before_the_end() {
    let office = signed_by_both().await;
    let place = "/agreements/2026-1/change/renewal";
    office.app.pass_days(100);
    office.unit.0.sign_in("u1").await;
    office.unit.0.step_up().await;
    let early = fill(&office.unit, place, &[]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.says("起才能提出续签"), "{}", early.text());
    office.app.pass_days(150);
    office.unit.0.sign_in("u1").await;
    office.unit.0.step_up().await;
    let page = office.unit.0.open("/").await.ok();
    assert!(page.says("续签或到期结束"), "{}", page.text());
    let preview = fill(&office.unit, place, &[]).await.ok();
    assert!(preview.says("2027年12月31日"), "{}", preview.text());
    let receipt = sign_preview(&office.unit, "2026-1", (&preview, "amendments")).await;
    assert_eq!(receipt["agreement"]["pending"], 2);
    office.stop().await;
}

#[tokio::test]
async fn notice_is_given_with_a_reason_and_what_becomes_of_open_instalments() {
    let office = signed_by_both().await;
    let place = "/agreements/2026-1/end";
    let form = office.unit.0.open(place).await.ok();
    assert!(
        !form.says("只有本方退出"),
        "of two nobody can leave and the other go on"
    );
    let refused = fill(
        &office.unit,
        place,
        &[("reason", " "), ("effective_on", "2026-02-01")],
    )
    .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let past = fill(
        &office.unit,
        place,
        &[
            ("reason", "搬迁"),
            ("effective_on", "2026-02-01"),
            ("sign_by", "2026-02-01"),
        ],
    )
    .await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    let together = fill(
        &office.unit,
        place,
        &[
            ("reason", "搬迁"),
            ("effective_on", "2026-03-10"),
            ("sign_by", "2026-03-10"),
        ],
    )
    .await
    .ok();
    assert!(together.says("签齐后才生效"), "{}", together.text());
    let settled = fill(
        &office.unit,
        place,
        &[
            ("reason", "搬迁"),
            ("settle-o1-1", "finish_by"),
            ("finish-o1-1", ""),
        ],
    )
    .await;
    assert_eq!(settled.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(settled.says("id=\"e-finish-o1-1\""), "{}", settled.text());
    let alone = fill(
        &office.unit,
        place,
        &[
            ("reason", "搬迁"),
            ("settle-o1-2", "finish_by"),
            ("finish-o1-2", "2026-07-31"),
        ],
    )
    .await
    .ok();
    assert!(
        alone.says("本方通知即可") && alone.says("搬迁"),
        "{}",
        alone.text()
    );
    let receipt = sign_preview(&office.unit, "2026-1", (&alone, "terminations")).await;
    assert_eq!(receipt["agreement"]["ends_on"], "2026-04-01");
    let shown = office.community.0.open("/agreements/2026-1").await.ok();
    assert!(shown.says("起终止"), "{}", shown.text());
    office.app.pass_days(31);
    office.app.drain().await;
    office.cadre.sign_in("cadre").await;
    let shown = office.cadre.open("/agreements/2026-1").await.ok();
    assert!(shown.says("已终止") && shown.says("协议终止"), "{}", shown.text());
    let (_, bytes) = office.cadre.download("/agreements/2026-1/bundle").await;
    let report = verify(&bytes, None, office.app.clock.now());
    assert_eq!(report.findings, []);
    assert_eq!(report.verdict.unwrap().state.code(), "terminated");
    office.stop().await;
}

#[tokio::test]
async fn a_circle_of_three_is_listed_read_countered_and_proven_through_the_pages() {
    let now = SystemClock.now();
    let term = Term {
        from: now.day(),
        until: now.day().plus_days(200),
    };
    let street = Street::open_at(now, term).await;
    let adopted = street.circle(1);
    let sent = tx::run(&street.core.app.db, async |tx| {
        let no = service::create(tx, &street.cadre, &adopted).await?;
        Ok(service::send(tx, &street.cadre, no, 1).await?)
    })
    .await
    .unwrap();
    let config = street.core.app.config.clone();
    street.core.app.db.clone().close().await.unwrap();
    let server = Server::start(&config.database, &config.keys);
    let names = ["靖和街道河南社区居民委员会", "珲春市第二小学", "珲春市人民医院"];
    let mut hands: Vec<Hand> = Vec::new();
    for signer in 0..3_u8 {
        let browser = Browser::new(&server.base, "zh-CN");
        browser.sign_in(&format!("s{}", signer + 1)).await;
        browser.step_up().await;
        hands.push((browser, SoftKey::later(signer + 1), street.party(signer.into())));
    }
    let place = format!("/agreements/{}", sent.key);
    for (browser, _, _) in &hands {
        let list = browser.open("/agreements").await.ok();
        let shown = browser.open(&place).await.ok();
        let read = browser.open(&format!("/sign/{}", sent.key)).await.ok();
        for name in names {
            assert!(list.says(name) && shown.says(name) && read.says(name), "{name}");
        }
        assert!(shown.says("丙方") && read.says("我方承诺提供"));
        let counter = browser.open(&format!("{place}/counter")).await.ok();
        assert!(
            counter.names().contains(&"what-2".to_owned()),
            "all three services"
        );
    }
    for (n, hand) in hands.iter().enumerate() {
        let (status, told) = sign(hand, &sent.key, "accept", &format!("c{n}")).await;
        assert_eq!(status, StatusCode::CREATED, "{told}");
        let state = if n < 2 { "open" } else { "in_force" };
        assert_eq!(told["agreement"]["state"], state);
    }
    let (_, bytes) = hands[0].0.download(&format!("{place}/bundle")).await;
    let report = verify(&bytes, None, SystemClock.now());
    assert_eq!(report.findings, []);
    assert_eq!(report.verdict.unwrap().bound.len(), 3);
    let end = hands[1].0.open(&format!("{place}/end")).await.ok();
    assert!(!end.says("只有本方退出"), "nobody can leave a circle");
    server.kill();
    street.stop().await;
}
