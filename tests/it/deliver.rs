//! After signing: reported, confirmed in full and in part, contested, taken back, made good, settled; over HTTP.

use gongjian_api::agreements::domain::instalment::InstalmentState;
use gongjian_api::kernel::clock::Clock;
use gongjian_api::kernel::scope::Scope;
use gongjian_api::ledger::query::{self, Filter};
use gongjian_tests::client::{Browser, Page};
use gongjian_tests::office::{Office, act, gives, resend as send};
use gongjian_tests::system::System;
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, QueryResult, Statement, TryGetable};
use serde_json::{Value, json};
use uuid::Uuid;

async fn rows(office: &Office, sql: &str) -> Vec<QueryResult> {
    let db = office.db.reader();
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(statement).await.unwrap()
}

fn get<T: TryGetable>(row: &QueryResult, column: &str) -> T {
    row.try_get("", column).unwrap()
}

#[tokio::test]
async fn s10_a_part_is_confirmed_and_the_rest_made_good() {
    let office = Office::open().await;
    office.agreed(1).await;
    let (unit, community) = (&office.unit.0, &office.community.0);
    let place = gives(unit).await.remove(0);
    office.pass_days(20).await;
    let home = unit.open("/").await.ok();
    assert!(
        home.says("即将到期") && home.says(&format!("{place}/report")) | home.says(&place),
        "{}",
        home.text()
    );
    let told = act(
        unit,
        &place,
        "report",
        &[("quantity", "２０"), ("note", "双休日上午")],
    )
    .await
    .ok();
    assert!(
        told.says("等待接受方确认") && told.says("待确认"),
        "{}",
        told.text()
    );
    assert!(community.open("/").await.ok().says("请确认收到的服务"));
    let short = act(community, &place, "confirm", &[("quantity", "15")])
        .await
        .ok();
    assert!(
        short.says("部分履约") && short.says("15 小时"),
        "{}",
        short.text()
    );
    office.pass_days(20).await;
    let late = unit.open(&place).await.ok();
    assert!(late.says("部分履约"), "a short one stays short: {}", late.text());
    act(unit, &place, "report", &[("quantity", "9")]).await.ok();
    let good = act(community, &place, "confirm", &[]).await.ok();
    assert!(good.says("补足"), "{}", good.text());
    let agreement = unit.open("/agreements/2026-1").await.ok();
    assert!(
        agreement.says("补足") && agreement.says("24 小时"),
        "{}",
        agreement.text()
    );
    office.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_told_at_once_and_nothing_is_kept() {
    let office = Office::open().await;
    office.agreed(1).await;
    let (unit, community) = (&office.unit.0, &office.community.0);
    let place = gives(unit).await.remove(0);
    let to = format!("{place}/report");
    office.pass_days(5).await;
    let form = unit.open(&to).await.ok();
    let bad = [
        ("quantity", "很多"),
        ("on", "2026/3/5"),
        ("beneficiaries", "几个"),
    ];
    let refused = send(unit, &form, &to, &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["“很多”不是整数", "“2026/3/5”不是日期", "“几个”不是整数"] {
        assert!(refused.says(words), "{words}: {}", refused.text());
    }
    for (name, value, words) in [
        ("on", "2026-03-20", "应在"),
        ("on", "2026-03-01", "应在"),
        ("quantity", "0", "应至少为1"),
    ] {
        let refused = act(unit, &place, "report", &[(name, value)]).await;
        assert!(refused.says(words), "{value}: {}", refused.text());
    }
    // S11: a tenth more than 24 is taken, more is asked.
    let asked = act(unit, &place, "report", &[("quantity", "27")]).await;
    assert!(
        asked.says("110%") && asked.says("确实比约定的多"),
        "{}",
        asked.text()
    );
    let meant = act(unit, &place, "report", &[("quantity", "27"), ("excess", "yes")]).await;
    meant.ok();
    // The other side's acts, and nobody's.
    let form = community.open(&to).await.ok();
    assert!(
        !form.path.ends_with("/report"),
        "the receiver is not offered to report"
    );
    let form = form_of(community).await;
    let refused = send(
        community,
        &form,
        &to,
        &[
            ("quantity", "1"),
            ("on", "2026-03-05"),
            ("place", ""),
            ("note", ""),
        ],
    )
    .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text());
    let stranger = office.app.person("u2").await;
    assert_eq!(stranger.open(&place).await.status, StatusCode::NOT_FOUND);
    let stolen = send(
        &stranger,
        &stranger.open("/me").await.ok(),
        &to,
        &[("quantity", "1")],
    )
    .await;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND);
    let count: i64 = get(&rows(&office, "SELECT count(*) AS n FROM delivery").await[0], "n");
    assert_eq!(count, 1);
    // A form grown old, and a delivery answered twice.
    let old = community.open(&format!("{place}/confirm")).await.ok();
    let contested = act(community, &place, "dispute", &[("reason", "只来了一次")])
        .await
        .ok();
    assert!(
        contested.says("有异议") && contested.says("只来了一次"),
        "{}",
        contested.text()
    );
    let stale = send(community, &old, &format!("{place}/confirm"), &[]).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.text());
    let back = act(unit, &place, "withdraw", &[("reason", "登记有误")])
        .await
        .ok();
    assert!(back.says("已撤回"), "{}", back.text());
    let planned = gives(unit).await.remove(2);
    let form = unit.open(&format!("{planned}/report")).await.ok();
    assert!(!form.path.ends_with("/report"), "not before its window");
    office.stop().await;
}

#[tokio::test]
async fn evidence_is_kept_by_its_content_and_given_back_to_the_parties_alone() {
    let office = Office::open().await;
    office.agreed(1).await;
    let (unit, community) = (&office.unit.0, &office.community.0);
    let place = gives(unit).await.remove(0);
    let to = format!("{place}/report");
    let fields = [
        ("quantity", "4"),
        ("on", "2026-03-02"),
        ("place", ""),
        ("note", ""),
    ];
    let photo = b"\xff\xd8\xff\xe0 a photo".to_vec();
    let form = unit.open(&to).await.ok();
    let wrong = unit
        .upload_with(&form, &to, &fields, &[("a.jpg", b"<svg/>".to_vec())])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.says("只能上传"), "{}", wrong.text());
    let mut large = photo.clone();
    large.resize((10 << 20) + 1, 0);
    let wrong = unit.upload_with(&form, &to, &fields, &[("b.jpg", large)]).await;
    assert!(wrong.says("文件超过10 MB"), "{}", wrong.text());
    let kept = unit
        .upload_with(&form, &to, &fields, &[("签到表.png", photo.clone())])
        .await
        .ok();
    let file = kept.links(&format!("{place}/evidence/")).remove(0);
    assert_eq!(community.download(&file).await, (StatusCode::OK, photo));
    let stranger = office.app.person("u2").await;
    assert_eq!(stranger.download(&file).await.0, StatusCode::NOT_FOUND);
    let erased = office
        .db
        .writer()
        .execute_unprepared("UPDATE blob SET bytes = NULL")
        .await;
    assert!(erased.is_ok());
    assert_eq!(community.download(&file).await.0, StatusCode::NOT_FOUND);
    for sql in ["UPDATE blob SET media = 'text/html'", "DELETE FROM blob"] {
        assert!(office.db.writer().execute_unprepared(sql).await.is_err(), "{sql}");
    }
    office.stop().await;
}

#[tokio::test]
async fn of_answers_given_at_once_one_counts_and_the_account_follows_it() {
    let office = Office::open().await;
    office.agreed(1).await;
    let (unit, community) = (&office.unit.0, &office.community.0);
    let place = gives(unit).await.remove(0);
    let second = office.app.person("c1").await;
    for round in 0..6 {
        act(unit, &place, "report", &[("quantity", "1"), ("excess", "yes")])
            .await
            .ok();
        let confirm = community.open(&format!("{place}/confirm")).await.ok();
        let dispute = second.open(&format!("{place}/dispute")).await.ok();
        let withdraw = unit.open(&format!("{place}/withdraw")).await.ok();
        let (to_confirm, to_dispute, to_withdraw) = (
            format!("{place}/confirm"),
            format!("{place}/dispute"),
            format!("{place}/withdraw"),
        );
        let why = [("reason", "同时")];
        let (a, b, c) = tokio::join!(
            send(community, &confirm, &to_confirm, &[]),
            send(&second, &dispute, &to_dispute, &why),
            send(unit, &withdraw, &to_withdraw, &why),
        );
        let statuses = [a.status, b.status, c.status].map(|status| status.as_u16());
        let won = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(won, 1, "round {round}: {statuses:?}");
        assert!(
            statuses.iter().all(|s| [200, 409, 412].contains(s)),
            "{statuses:?}"
        );
        let left = office.unit.0.open(&place).await.ok();
        if left.says("有异议") {
            act(unit, &place, "withdraw", &[("reason", "收回")]).await.ok();
        }
    }
    let sums = "SELECT sum(confirmed) AS confirmed, count(*) AS n FROM delivery WHERE status = 'confirmed'";
    let line = rows(
        &office,
        "SELECT confirmed, pending, disputed FROM due_line ORDER BY delivered DESC, confirmed DESC",
    )
    .await;
    let confirmed: Option<i64> = get(&rows(&office, sums).await[0], "confirmed");
    let counted: i64 = line
        .iter()
        .map(|row| i64::from(get::<i32>(row, "confirmed")))
        .sum();
    assert_eq!(counted, confirmed.unwrap_or(0));
    assert!(
        line.iter()
            .all(|row| get::<i32>(row, "pending") == 0 && get::<i32>(row, "disputed") == 0)
    );
    office.stop().await;
}

#[tokio::test]
async fn each_state_lists_those_that_stand_in_it_and_a_file_has_the_same_rows() {
    let office = Office::open().await;
    office.agreed(1).await;
    let (unit, community) = (&office.unit.0, &office.community.0);
    let mine = gives(unit).await;
    let theirs = gives(community).await;
    office.pass_days(10).await;
    act(unit, &mine[0], "report", &[]).await.ok();
    act(community, &mine[0], "confirm", &[]).await.ok();
    office.pass_days(40).await;
    act(unit, &mine[1], "report", &[("quantity", "5")]).await.ok();
    act(community, &mine[1], "confirm", &[]).await.ok();
    act(community, &theirs[1], "report", &[("quantity", "3")])
        .await
        .ok();
    act(unit, &theirs[1], "dispute", &[("reason", "没有来")])
        .await
        .ok();
    let on = (office.scope, office.app.clock.now().day());
    let db = office.db.reader();
    let (mut all, mut seen) = (0, Vec::new());
    for state in InstalmentState::ALL {
        let filter = Filter {
            state: Some(state),
            ..Filter::default()
        };
        let found = query::every(db, on, &filter, "until", 1000).await.unwrap();
        assert!(found.iter().all(|one| one.state == state), "{state:?}: {found:?}");
        assert_eq!(query::count(db, on, &filter).await.unwrap(), found.len() as u64);
        if !found.is_empty() {
            seen.push(state.code());
        }
        all += found.len();
    }
    assert_eq!(all, 8, "each instalment stands in one state");
    assert_eq!(seen, ["planned", "confirmed", "short", "overdue", "disputed"]);
    let page = office.cadre.open("/obligations?state=overdue").await.ok();
    assert!(page.says("共 1 条"), "{}", page.text());
    let (status, csv) = office
        .cadre
        .download("/obligations/export.csv?state=overdue")
        .await;
    let text = String::from_utf8(csv).unwrap();
    assert!(
        status.is_success() && text.lines().count() == 2 && text.contains("逾期"),
        "{text}"
    );
    let (_, xlsx) = office.cadre.download("/obligations/export.xlsx").await;
    assert!(xlsx.starts_with(b"PK"));
    let first = office.cadre.open("/obligations?size=20&sort=-until").await.ok();
    assert!(first.says("aria-sort=\"descending\""));
    // The receiver does without what is missing; the giver cannot say so.
    let overdue = theirs[0].clone();
    assert!(
        !community
            .open(&format!("{overdue}/waive"))
            .await
            .ok()
            .path
            .ends_with("/waive")
    );
    let waived = act(unit, &overdue, "waive", &[("reason", "当月停课")]).await.ok();
    assert!(waived.says("免除"), "{}", waived.text());
    office.stop().await;
}

#[tokio::test]
async fn a_system_reports_and_the_other_sides_system_answers() {
    let office = Office::open().await;
    office.agreed(1).await;
    let app = office.app.beside().await;
    let giver = System::register(&app, office.scope, Some(office.unit.2), 71).await;
    let taker = System::register(&app, office.scope, Some(office.community.2), 72).await;
    let (status, _, list) = giver.get("/api/v1/obligations?state=open").await;
    assert_eq!(status, StatusCode::OK, "{list}");
    let own = office.unit.2.uuid().to_string();
    let mine = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["giver"] == *own)
        .unwrap()
        .clone();
    let to = format!(
        "/api/v1/obligations/{}/deliveries",
        mine["obligation"].as_str().unwrap()
    );
    let (status, _, blob) = giver
        .post_bytes("/api/v1/blobs", b"%PDF-1.7 sheet".to_vec(), &[])
        .await;
    assert_eq!(status, StatusCode::CREATED, "{blob}");
    let body =
        json!({"quantity": 4, "on": "2026-03-02", "evidence": [blob["hash"]], "external_ref": "GATE-1"});
    let (status, tag, one) = giver.post(&to, &body, &[("Idempotency-Key", "gate-1")]).await;
    assert_eq!((status, tag.as_str()), (StatusCode::CREATED, "\"r1\""), "{one}");
    assert_eq!(one["due_no"], 1);
    let again = giver.post(&to, &body, &[("Idempotency-Key", "gate-1")]).await;
    assert_eq!(
        again.2["id"], one["id"],
        "the same request is answered from its record"
    );
    let (status, _, twice) = giver.post(&to, &body, &[]).await;
    assert_eq!(
        (status, &twice["code"], &twice["existing"]),
        (StatusCode::CONFLICT, &json!("duplicate"), &one["id"])
    );
    for (body, code) in [
        (json!({"quantity": 99, "on": "2026-03-02"}), "over-delivery"),
        (json!({"quantity": 1, "on": "2026-3-2"}), "validation"),
        (json!({"quantity": 1, "on": "2026-03-02", "rev": 7}), "validation"),
        (
            json!({"quantity": 1, "on": "2026-03-02", "due_no": 4}),
            "instalment-state",
        ),
        (
            json!({"quantity": 1, "on": "2026-03-02", "due_no": 9}),
            "not-found",
        ),
        (
            json!({"quantity": 1, "on": "2026-03-02", "evidence": ["sha256:x"]}),
            "validation",
        ),
    ] {
        let (_, _, told) = giver.post(&to, &body, &[]).await;
        assert_eq!(told["code"], code, "{body}: {told}");
    }
    let (_, _, told) = taker
        .post(&to, &json!({"quantity": 1, "on": "2026-03-02"}), &[])
        .await;
    assert_eq!(told["code"], "delivery-other-side");
    let place = format!("/api/v1/deliveries/{}", one["id"].as_str().unwrap());
    let confirm = format!("{place}/confirmation");
    let (status, _, _) = taker.post(&confirm, &json!({}), &[]).await;
    assert_eq!(status, StatusCode::PRECONDITION_REQUIRED);
    let (status, _, told) = taker.post(&confirm, &json!({}), &[("If-Match", "\"r7\"")]).await;
    assert_eq!(
        (status, &told["current"]),
        (StatusCode::PRECONDITION_FAILED, &json!("\"r1\""))
    );
    let (_, _, told) = giver.post(&confirm, &json!({}), &[("If-Match", "\"r1\"")]).await;
    assert_eq!(told["code"], "delivery-other-side");
    let (_, _, told) = taker
        .post(&format!("{place}/dispute"), &json!({}), &[("If-Match", "\"r1\"")])
        .await;
    assert_eq!(told["code"], "validation", "a dispute has its reason");
    let (status, tag, told) = taker
        .post(&confirm, &json!({"quantity": 3}), &[("If-Match", "\"r1\"")])
        .await;
    assert_eq!(
        (status, tag.as_str(), &told["confirmed"]),
        (StatusCode::OK, "\"r2\"", &json!(3)),
        "{told}"
    );
    let (status, _, told) = giver
        .post(
            &format!("{place}/withdrawal"),
            &json!({"note": "x"}),
            &[("If-Match", "\"r2\"")],
        )
        .await;
    assert_eq!(
        (status, &told["code"]),
        (StatusCode::CONFLICT, &json!("delivery-state"))
    );
    // Another party's system sees none of it; the street's does.
    let other = gongjian_api::identity::party::query::all(office.db.reader(), office.scope)
        .await
        .unwrap();
    let other = other
        .iter()
        .find(|p| p.id != office.unit.2 && p.id != office.community.2)
        .unwrap()
        .id;
    let stranger = System::register(&app, office.scope, Some(other), 73).await;
    for path in [
        place.as_str(),
        "/api/v1/deliveries/00000000-0000-7000-8000-000000000001",
        "/api/v1/deliveries/x",
    ] {
        assert_eq!(stranger.get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(stranger.get("/api/v1/deliveries").await.2["items"], json!([]));
    let (_, _, told) = stranger
        .post(&to, &json!({"quantity": 1, "on": "2026-03-02"}), &[])
        .await;
    assert_eq!(told["code"], "not-found");
    let street = System::register(&app, office.scope, None, 74).await;
    assert_eq!(
        street.get("/api/v1/deliveries").await.2["items"][0]["confirmed"],
        3
    );
    let (_, _, told) = street
        .post(&to, &json!({"quantity": 2, "on": "2026-03-02"}), &[])
        .await;
    assert_eq!(told["on_behalf"], true, "{told}");
    let own = format!("/api/v1/deliveries/{}/confirmation", told["id"].as_str().unwrap());
    let (_, _, told) = street.post(&own, &json!({}), &[("If-Match", "\"r1\"")]).await;
    assert_eq!(told["code"], "delivery-own-report");
    app.db.close().await.unwrap();
    office.stop().await;
}

/// A delivery as its leaves and facts tell it.
fn replay(row: &QueryResult, leaves: &[(String, Value, Value)]) {
    let id: Uuid = get(row, "id");
    let mut status = "";
    let mut confirmed = 0;
    for (kind, leaf, fact) in leaves
        .iter()
        .filter(|(_, leaf, _)| leaf["subject"]["id"] == *id.to_string())
    {
        match kind.as_str() {
            "delivery.reported" => {
                status = "reported";
                assert_eq!(fact["quantity"], get::<i32>(row, "quantity"));
                assert_eq!(fact["on"], get::<String>(row, "on_day"));
                assert_eq!(fact["seq"], get::<i32>(row, "seq"));
                assert_eq!(fact["note"], get::<String>(row, "note"));
                assert_eq!(fact["by_party"], get::<Uuid>(row, "by_party").to_string());
                assert_eq!(
                    leaf["data"]["obligation"],
                    get::<Uuid>(row, "obligation").to_string()
                );
                assert_eq!(leaf["actor"]["membership"], get::<String>(row, "reporter"));
            }
            "delivery.confirmed" => {
                status = "confirmed";
                confirmed = fact["quantity"].as_i64().unwrap();
            }
            "delivery.disputed" => status = "disputed",
            "delivery.withdrawn" => status = "withdrawn",
            other => panic!("{other}"),
        }
    }
    assert_eq!(get::<String>(row, "status"), status);
    assert_eq!(i64::from(get::<i32>(row, "confirmed")), confirmed);
}

#[tokio::test]
async fn leaves_and_facts_tell_every_delivery() {
    let office = Office::open().await;
    office.agreed(1).await;
    let (unit, community) = (&office.unit.0, &office.community.0);
    let mine = gives(unit).await.remove(0);
    let theirs = gives(community).await.remove(0);
    act(unit, &mine, "report", &[("quantity", "8"), ("note", "第一次")])
        .await
        .ok();
    act(community, &mine, "confirm", &[("quantity", "6")]).await.ok();
    act(unit, &mine, "report", &[("quantity", "2")]).await.ok();
    act(unit, &mine, "withdraw", &[("reason", "登记重了")]).await.ok();
    act(community, &theirs, "report", &[("quantity", "5")]).await.ok();
    act(unit, &theirs, "dispute", &[("reason", "没有来")]).await.ok();
    let mut leaves = Vec::new();
    for row in rows(&office, "SELECT kind, bytes FROM log_leaf ORDER BY idx").await {
        let leaf: Value = serde_json::from_slice(&get::<Vec<u8>>(&row, "bytes")).unwrap();
        let kind: String = get(&row, "kind");
        let Some(hash) = leaf["data"]["fact"]
            .as_str()
            .filter(|_| kind.starts_with("delivery."))
        else {
            continue;
        };
        let hash = gongjian_api::log::hash::Hash32::parse(hash).unwrap();
        let scope = Scope::tenant(office.scope.tenant);
        let (bytes, _) = gongjian_api::log::query::fact(office.db.reader(), scope, hash)
            .await
            .unwrap();
        let fact = serde_json::from_slice(&bytes).unwrap();
        leaves.push((kind, leaf, fact));
    }
    let stored = rows(&office, "SELECT * FROM delivery ORDER BY seq").await;
    assert_eq!((stored.len(), leaves.len()), (3, 6));
    for row in &stored {
        replay(row, &leaves);
    }
    office.stop().await;
}

#[tokio::test]
async fn the_street_enters_for_a_side_but_not_for_both_and_alike_todos_are_one_line() {
    let office = Office::open().await;
    for item in 1..=3 {
        office.draft(item).await;
    }
    let home = office.cadre.open("/").await.ok();
    assert!(home.says("有3份协议草稿等待核对并送签"), "{}", home.text());
    office.agreed(4).await;
    let place = gives(&office.unit.0).await.remove(0);
    let told = act(&office.cadre, &place, "report", &[("quantity", "4")])
        .await
        .ok();
    assert!(told.says("街道代录"), "{}", told.text());
    let form = office.cadre.open(&format!("{place}/confirm")).await.ok();
    assert!(
        !form.path.ends_with("/confirm"),
        "who reported is not offered to confirm"
    );
    let fields = [("seq", "1"), ("rev", "1"), ("quantity", "4"), ("note", "")];
    let own = office
        .cadre
        .send(
            &form_of(&office.cadre).await,
            &format!("{place}/confirm"),
            &fields,
        )
        .await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text());
    assert!(own.says("登记的人不能替对方确认"));
    office.stop().await;
}

/// Any page of theirs with the tokens of a form.
async fn form_of(browser: &Browser) -> Page {
    browser.open("/me").await.ok()
}
