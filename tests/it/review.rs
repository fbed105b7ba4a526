//! Both sides review the project, once each period; the street counts and does not read.

use gongjian_api::log;
use gongjian_api::log::leaf::Leaf;
use gongjian_tests::client::Browser;
use gongjian_tests::office::Office;
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::Value;

const WORDS: [(&str, &str); 4] = [
    ("delivered", "partly"),
    ("useful", "very"),
    ("proceed", "continue"),
    ("comment", "周末上午最受欢迎"),
];

async fn give(browser: &Browser, place: &str, fields: &[(&str, &str)]) -> gongjian_tests::client::Page {
    let form = browser.open(place).await.ok();
    browser.send(&form, place, fields).await
}

/// The rows are what the leaves and their facts tell.
async fn replays(office: &Office) {
    let db = office.db.reader();
    let read = async |sql: &str| {
        let statement = Statement::from_string(db.get_database_backend(), sql);
        db.query_all_raw(statement).await.unwrap()
    };
    let mut told = Vec::new();
    for row in read("SELECT bytes FROM log_leaf WHERE kind = 'review.given' ORDER BY idx").await {
        let bytes: Vec<u8> = row.try_get("", "bytes").unwrap();
        let leaf = Leaf::parse(&bytes).unwrap();
        let (fact, _) = log::query::fact(db, office.scope, leaf.hash("fact").unwrap())
            .await
            .unwrap();
        let fact: Value = serde_json::from_slice(&fact).unwrap();
        let day = leaf.millis().unwrap().day().to_string();
        told.push([
            fact["period"].as_str().unwrap().to_owned(),
            fact["by"].as_str().unwrap().to_owned(),
            fact["delivered"].as_str().unwrap().to_owned(),
            fact["useful"].as_str().unwrap().to_owned(),
            fact["proceed"].as_str().unwrap().to_owned(),
            fact["comment"].as_str().unwrap().to_owned(),
            day,
        ]);
    }
    let columns = [
        "period",
        "by_ref",
        "delivered",
        "useful",
        "proceed",
        "comment",
        "given_on",
    ];
    let rows = read("SELECT * FROM review ORDER BY by_ref").await;
    let stored: Vec<[String; 7]> = rows
        .iter()
        .map(|row| columns.map(|column| row.try_get::<String>("", column).unwrap()))
        .collect();
    told.sort_by(|a, b| a[1].cmp(&b[1]));
    assert_eq!((stored.len(), stored), (2, told));
}

#[tokio::test]
async fn each_side_reviews_a_period_once_and_only_the_parties_read_it() {
    let office = Office::open().await;
    let key = office.agreed(1).await;
    let (liaison, secretary) = (
        office.app.person("liaison").await,
        office.app.person("secretary").await,
    );
    let place = format!("/reviews/{key}/2026Q1");
    let early = give(&liaison, &place, &WORDS).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text());
    assert!(early.says("现在不能评价这一期"));
    office.pass_days(14).await;
    for (browser, login) in [(&liaison, "liaison"), (&secretary, "secretary")] {
        browser.sign_in(login).await;
    }
    let home = liaison.open("/").await.ok();
    assert_eq!(
        home.links("/reviews/"),
        std::slice::from_ref(&place),
        "{}",
        home.text()
    );
    let bare = give(&liaison, &place, &[("delivered", "perhaps"), ("comment", "")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.html.matches("请选择一项").count() >= 3, "{}", bare.text());
    let given = give(&liaison, &place, &WORDS).await.ok();
    assert!(
        given.path.ends_with("done=review-given") && given.says(WORDS[3].1),
        "{}",
        given.text()
    );
    let again = give(&liaison, &place, &WORDS).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.says("已评价过这一期"), "{}", again.text());
    let read = secretary.open("/reviews").await.ok();
    assert!(read.says(WORDS[3].1) && read.says("部分"), "{}", read.text());
    give(
        &secretary,
        &place,
        &[
            ("delivered", "yes"),
            ("useful", "fair"),
            ("proceed", "change"),
            ("comment", ""),
        ],
    )
    .await
    .ok();
    let street = office.cadre.open("/reviews").await.ok();
    assert!(
        !street.says(WORDS[3].1),
        "the street reads no review: {}",
        street.text()
    );
    assert!(street.says("是 1 · 部分 1 · 否 0"), "{}", street.text());
    let stranger = office.app.person("u2").await;
    assert!(!stranger.open("/reviews").await.ok().says(WORDS[3].1));
    let signer = office.unit.0.open(&place).await;
    assert_eq!(signer.status, StatusCode::FORBIDDEN, "signers do not review");
    for (place, status) in [
        (format!("/reviews/{key}/2026Q9"), StatusCode::NOT_FOUND),
        ("/reviews/2026-99/2026Q1".to_owned(), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(liaison.open(&place).await.status, status, "{place}");
    }
    replays(&office).await;
    let later = give(&liaison, &format!("/reviews/{key}/2026Q2"), &WORDS).await;
    assert_eq!(later.status, StatusCode::CONFLICT);
    office.stop().await;
}
