//! What the joint meeting settles, and the wall between streets.

use gongjian_api::identity::party::service::{self as register, NewTenant};
use gongjian_api::kernel::scope::Scope;
use gongjian_api::kernel::tx;
use gongjian_api::log;
use gongjian_tests::office::{Office, act, gives};
use gongjian_tests::system::System;
use reqwest::StatusCode;
use sea_orm::ConnectionTrait as _;
use serde_json::json;

#[tokio::test]
async fn a_dispute_is_settled_by_a_meeting_that_was_held() {
    let office = Office::open().await;
    office.agreed(1).await;
    let (unit, community) = (&office.unit.0, &office.community.0);
    let place = gives(unit).await.remove(0);
    act(unit, &place, "report", &[("quantity", "20")]).await.ok();
    act(community, &place, "dispute", &[("reason", "只开放了两次")])
        .await
        .ok();
    let secretary = office.app.person("meeting").await;
    let home = secretary.open("/").await.ok();
    assert!(home.says("履约有异议"), "{}", home.text());
    let words = [("meeting", "1"), ("quantity", "8"), ("reason", "按签到表认定")];
    let unknown = act(&secretary, &place, "settle", &words).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.says("没有这次会议"), "{}", unknown.text());
    let street = office.scope.tenant.uuid().simple().to_string();
    let id = if office.app.database.starts_with("sqlite") {
        format!("X'{street}'")
    } else {
        format!("'{street}'")
    };
    // A meeting as the record of one leaves it.
    let sql = format!(
        "INSERT INTO meeting (id, tenant, level, no, held_on, starts, place, chair, short_notice, state, quorum, \
         attendance, called_at, rev) VALUES ({id}, {id}, 'street', 1, '2026-03-01', '09:00', '会议室', {id}, false, \
         'closed', '{{}}', '[]', 0, 1)"
    );
    office.db.writer().execute_unprepared(&sql).await.unwrap();
    let beyond = [("meeting", "1"), ("quantity", "21"), ("reason", "按签到表认定")];
    let refused = act(&secretary, &place, "settle", &beyond).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let settled = act(&secretary, &place, "settle", &words).await.ok();
    assert!(
        settled.says("8 小时") && settled.says("按签到表认定"),
        "{}",
        settled.text()
    );
    assert!(unit.open(&place).await.ok().says("部分履约"));
    office.stop().await;
}

#[tokio::test]
async fn nothing_of_a_street_exists_for_another() {
    let office = Office::open().await;
    office.agreed(1).await;
    let app = office.app.beside().await;
    let giver = System::register(&app, office.scope, Some(office.unit.2), 81).await;
    let mine = giver.get("/api/v1/obligations").await.2["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["giver"] == office.unit.2.uuid().to_string())
        .unwrap()
        .clone();
    let to = format!(
        "/api/v1/obligations/{}/deliveries",
        mine["obligation"].as_str().unwrap()
    );
    let body = json!({"quantity": 1, "on": "2026-03-02"});
    let (_, _, one) = giver.post(&to, &body, &[]).await;
    let new = NewTenant {
        slug: "xinan".to_owned(),
        name: "新安街道".to_owned(),
        short: "珲新".to_owned(),
        log_origin: "elsewhere.example/log/xinan".to_owned(),
    };
    let key = log::service::signer(&app, &new.log_origin)
        .unwrap()
        .verifier()
        .to_string();
    let other = tx::run(&app.db, async |tx| {
        let other = register::open_tenant(tx, &new).await?;
        log::service::open(tx, other, &new.log_origin, &key, &[]).await?;
        Ok(other)
    })
    .await
    .unwrap();
    let foreign = System::register(&app, Scope::tenant(other), None, 82).await;
    let place = format!("/api/v1/deliveries/{}", one["id"].as_str().unwrap());
    assert_eq!(foreign.get(&place).await.0, StatusCode::NOT_FOUND);
    for list in ["/api/v1/obligations", "/api/v1/deliveries", "/api/v1/reviews"] {
        assert_eq!(foreign.get(list).await.2["items"], json!([]), "{list}");
    }
    let tag = [("If-Match", "\"r1\"")];
    for (to, headers) in [
        (to.clone(), &tag[..0]),
        (format!("{place}/confirmation"), &tag[..]),
        (format!("{place}/withdrawal"), &tag[..]),
        (
            format!(
                "/api/v1/agreements/{}/reviews",
                mine["agreement"].as_str().unwrap()
            ),
            &tag[..0],
        ),
    ] {
        let given = if to.ends_with("/deliveries") {
            body.clone()
        } else if to.ends_with("/reviews") {
            json!({"period": "2026Q1", "delivered": "yes", "useful": "very", "proceed": "stop"})
        } else {
            json!({"note": "x"})
        };
        let (status, _, told) = foreign.post(&to, &given, headers).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{to}: {told}");
    }
    let report = foreign.get("/api/v1/reports/2026/1").await;
    assert_eq!(report.2["total"]["due"], 0, "{}", report.2);
    let size = giver.get(&place).await;
    assert_eq!(size.2["state"], "reported", "nothing changed");
    app.db.close().await.unwrap();
    office.stop().await;
}
