//! The tables a street hands up: figures from the records, sums that add up, closed for good.

use gongjian_api::cli::verify::{Beside, audit, exit_code_of};
use gongjian_api::kernel::strict_json;
use gongjian_api::ledger::domain::period::Period;
use gongjian_api::ledger::report::{self, Column, QuarterTable, Report};
use gongjian_api::log::hash::Hash32;
use gongjian_api::web::i18n::Lang;
use gongjian_tests::office::{Office, act, gives};
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, Statement};

async fn quarter(office: &Office, period: &str, cut_off: &str) -> QuarterTable {
    let period: Period = period.parse().unwrap();
    let built = report::build(office.db.reader(), office.scope, period, cut_off.parse().unwrap()).await;
    match built.unwrap() {
        Report::Quarter(table) => table,
        Report::Year(year) => panic!("{year:?}"),
    }
}

fn of(table: &QuarterTable, columns: &[Column]) -> Vec<i64> {
    columns
        .iter()
        .map(|column| table.total[column].unwrap())
        .collect()
}

const DUE: [Column; 8] = [
    Column::Due,
    Column::Confirmed,
    Column::MadeGood,
    Column::Short,
    Column::Overdue,
    Column::Waiting,
    Column::Waived,
    Column::EarlierMadeGood,
];

#[tokio::test]
async fn s20_a_quarter_adds_up_and_is_the_same_when_built_again() {
    let office = Office::open().await;
    office.agreed(1).await;
    let (unit, community) = (&office.unit.0, &office.community.0);
    let mine = gives(unit).await;
    let theirs = gives(community).await;
    act(unit, &mine[0], "report", &[("beneficiaries", "35")])
        .await
        .ok();
    act(community, &mine[0], "confirm", &[]).await.ok();
    office.pass_days(28).await;
    act(community, &theirs[0], "report", &[("quantity", "10")])
        .await
        .ok();
    act(unit, &theirs[0], "confirm", &[]).await.ok();
    let table = quarter(&office, "2026Q1", "2026-03-31").await;
    assert_eq!(of(&table, &DUE), [2, 1, 0, 1, 0, 0, 0, 0]);
    assert_eq!(
        of(&table, &[Column::Reached, Column::ByUnits, Column::ByCommunity]),
        [35, 1, 1]
    );
    assert_eq!(
        of(
            &table,
            &[Column::Signed, Column::InForce, Column::Area(2), Column::Area(6)]
        ),
        [1, 1, 1, 1]
    );
    assert_eq!(
        (table.total[&Column::Bases], table.total[&Column::Escalated]),
        (None, None),
        "unknown, not zero"
    );
    for column in Column::ALL {
        let rows: Option<i64> = table.rows.iter().map(|row| row.figures[&column]).sum();
        assert_eq!(rows, table.total[&column], "{column:?}");
        let parts: i64 = of(&table, &DUE[1..7]).iter().sum();
        assert_eq!(table.total[&Column::Due], Some(parts));
    }
    // What comes later changes later tables only.
    office.pass_days(10).await;
    act(community, &theirs[0], "report", &[("quantity", "20")])
        .await
        .ok();
    act(unit, &theirs[0], "confirm", &[]).await.ok();
    assert_eq!(quarter(&office, "2026Q1", "2026-03-31").await, table);
    assert_eq!(
        of(&quarter(&office, "2026Q1", "2026-04-30").await, &DUE),
        [2, 1, 1, 0, 0, 0, 0, 0]
    );
    let next = quarter(&office, "2026Q2", "2026-04-30").await;
    assert_eq!(
        of(&next, &DUE),
        [0, 0, 0, 0, 0, 0, 0, 1],
        "made good counts there, the rest is not due yet"
    );
    // Page and workbook are of the same struct.
    let page = office.cadre.open("/reports/2026Q1?cut_off=2026-03-31").await.ok();
    let sheet = report::quarter_sheet(Lang::Zh, &table);
    assert_eq!(sheet.rows.len(), table.rows.len() + 1);
    assert!(
        page.says("/obligations?period=2026Q1&#38;state=short")
            || page.says("/obligations?period=2026Q1&amp;state=short"),
        "{}",
        page.html
    );
    let (status, xlsx) = office
        .cadre
        .download("/reports/2026Q1/report.xlsx?cut_off=2026-03-31")
        .await;
    assert!(status.is_success() && xlsx.starts_with(b"PK"));
    let book = office.cadre.open("/reports/ledger/2026").await.ok();
    assert!(
        book.says("珲靖共建〔2026〕1号") && book.says("2 小时") | book.says("96 小时"),
        "{}",
        book.text()
    );
    assert!(
        office
            .cadre
            .download("/reports/ledger/2026/ledger.xlsx")
            .await
            .1
            .starts_with(b"PK")
    );
    assert_eq!(unit.open("/reports").await.status, StatusCode::FORBIDDEN);
    for path in [
        "/reports/2026Q5",
        "/reports/2026-04",
        "/reports/x",
        "/reports/ledger/2026Q1",
    ] {
        assert_eq!(
            office.cadre.open(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    office.stop().await;
}

#[tokio::test]
async fn a_closed_report_keeps_its_figures_and_the_log_its_hash() {
    let office = Office::open().await;
    office.agreed(1).await;
    let form = office.cadre.open("/me").await.ok();
    let close = |day: &'static str| {
        [
            ("act", "close"),
            ("cut_off", day),
            ("problems", ""),
            ("plans", ""),
        ]
    };
    let early = office
        .cadre
        .send(&form, "/reports/2026Q1", &close("2026-03-31"))
        .await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text());
    office.pass_days(33).await;
    let form = office.cadre.open("/reports/2026Q1").await.ok();
    let wrong = office
        .cadre
        .send(&form, "/reports/2026Q1", &close("2026-03-30"))
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text());
    let form = office.cadre.open("/reports/2026Q1").await.ok();
    let closed = office
        .cadre
        .send(&form, "/reports/2026Q1", &close("2026-04-02"))
        .await
        .ok();
    assert!(closed.says("封存") && closed.says("sha256:"), "{}", closed.text());
    let form = office.cadre.open("/me").await.ok();
    let again = office
        .cadre
        .send(&form, "/reports/2026Q1", &close("2026-04-02"))
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let db = office.db.reader();
    let sql = "SELECT body, hash FROM report WHERE period = '2026Q1'";
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap()
        .unwrap();
    let (body, hash): (String, Vec<u8>) =
        (row.try_get("", "body").unwrap(), row.try_get("", "hash").unwrap());
    let value = strict_json::parse(body.as_bytes()).unwrap();
    assert_eq!(strict_json::canonical(&value).unwrap(), body.as_bytes());
    let hash = Hash32::from_slice(&hash).unwrap();
    assert_eq!(Hash32::of(body.as_bytes()), hash);
    let sql = "SELECT bytes FROM log_leaf WHERE kind = 'report.closed'";
    let leaf = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap()
        .unwrap();
    let leaf: Vec<u8> = leaf.try_get("", "bytes").unwrap();
    assert!(String::from_utf8(leaf).unwrap().contains(&hash.to_string()));
    // Later records change nothing in it.
    let before = closed.text();
    office.pass_days(5).await;
    let late = office.cadre.open("/reports/2026Q1").await.ok();
    assert!(before.contains("已封存") || late.says("封存"));
    let period: Period = "2026Q1".parse().unwrap();
    let shown = report::current(db, office.scope, period, "2026-06-30".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(shown.cut_off().to_string(), "2026-04-02");
    // A year takes words besides its figures.
    let form = office.cadre.open("/reports/2026").await.ok();
    let words = [
        ("act", "save"),
        ("problems", "停车位不足"),
        ("plans", "增加夜间开放"),
    ];
    let saved = office.cadre.send(&form, "/reports/2026", &words).await.ok();
    assert!(
        saved.says("停车位不足") && saved.says("增加夜间开放"),
        "{}",
        saved.text()
    );
    let long = "字".repeat(1001);
    let form = office.cadre.open("/reports/2026").await.ok();
    let refused = office
        .cadre
        .send(
            &form,
            "/reports/2026",
            &[("act", "save"), ("problems", &long), ("plans", "")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // What is typed but not closed is no record; what is closed is one.
    let whole = audit(db, &Beside::default()).await.unwrap();
    assert_eq!(exit_code_of(&whole), 0, "{whole:#?}");
    let sql = "UPDATE report SET body = '{}' WHERE period = '2026Q1'";
    office.db.writer().execute_unprepared(sql).await.unwrap();
    let changed = audit(db, &Beside::default()).await.unwrap();
    let places: Vec<&str> = changed[0].findings.iter().map(|f| f.place.as_str()).collect();
    assert_eq!(places, ["report[2026Q1].body"]);
    office.stop().await;
}
