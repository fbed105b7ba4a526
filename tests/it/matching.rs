//! From lists to a plan handed to the joint meeting: solved, judged, kept, and never promising anything twice.

use std::sync::Arc;

use gongjian_api::identity::party::domain::PartyKind;
use gongjian_api::identity::party::query as parties;
use gongjian_api::kernel::clock::{Clock, TestClock};
use gongjian_api::kernel::db::Db;
use gongjian_api::kernel::id::{Id, Party, SystemIds};
use gongjian_api::kernel::scope::Scope;
use gongjian_api::kernel::tx;
use gongjian_api::log;
use gongjian_tests::app::TestApp;
use gongjian_tests::client::{Browser, Page};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use uuid::Uuid;

/// The demo street with a community and a school that need what the other has (S03).
pub(crate) struct Street {
    pub(crate) app: TestApp,
    pub(crate) db: Db,
    pub(crate) scope: Scope,
    pub(crate) cadre: Browser,
}

/// Whose, type, measure, quantity, smallest, hours.
pub(crate) type Row<'a> = (Id<Party>, &'a str, &'a str, i64, i64, &'a str);

impl Street {
    pub(crate) async fn ready() -> Self {
        let street = Self::bare().await;
        street.open_log().await;
        let register = parties::all(street.db.reader(), street.scope).await.unwrap();
        let first = |kind| register.iter().find(|p| p.kind == kind).map(|p| p.id).unwrap();
        let (community, unit) = (first(PartyKind::Community), first(PartyKind::Unit));
        let weekdays = r#"["mon,tue,wed,thu,fri 18:00-20:30"]"#;
        street
            .entry("offer", 1, (community, "A6-06", "hour", 200, 1, "[]"))
            .await;
        street
            .entry("offer", 2, (unit, "A2-05", "hour", 120, 8, weekdays))
            .await;
        street
            .entry("need", 1, (community, "A2-05", "hour", 96, 1, "[]"))
            .await;
        street
            .entry("need", 2, (unit, "A6-06", "hour", 150, 1, "[]"))
            .await;
        street
    }

    async fn bare() -> Self {
        let app = TestApp::start().await;
        let clock = Arc::new(TestClock::at(app.clock.now()));
        let db = Db::open(&app.database, clock, Arc::new(SystemIds)).await.unwrap();
        let scope = Scope::tenant(parties::all_tenants(db.reader()).await.unwrap().remove(0).id);
        let cadre = app.person("cadre").await;
        Self {
            app,
            db,
            scope,
            cadre,
        }
    }

    async fn open_log(&self) {
        let street = parties::tenant(self.db.reader(), self.scope).await.unwrap();
        tx::run(&self.db, async |tx| {
            Ok(log::service::open(tx, street.id, &street.log_origin, "test+00000000+AAAA", &[]).await?)
        })
        .await
        .unwrap();
    }

    pub(crate) async fn sql(&self, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
        let writer = self.db.writer();
        let statement = Statement::from_sql_and_values(writer.get_database_backend(), sql, values);
        writer
            .execute_raw(statement)
            .await
            .map(|done| done.rows_affected())
    }

    pub(crate) async fn entry(
        &self,
        kind: &str,
        number: i32,
        (party, code, measure, quantity, smallest, windows): Row<'_>,
    ) {
        let sql = "INSERT INTO list_entry (id, tenant, kind, number, cycle, party, type_code, area, title, detail, \
                   quantity, smallest, measure, windows, from_day, until_day, reach, audience, place, modes, priority, \
                   level, note, return_wish, state, source, changed, rev) VALUES ($1, $2, $3, $4, 2026, $5, $6, $7, $8, \
                   '', $9, $10, $11, $12, '2026-04-15', '2026-11-30', '\"street\"', '', '', 'both', 3, 'community', '', \
                   '', 'listed', 'form', 0, 1)";
        let values = vec![
            Uuid::now_v7().into(),
            self.scope.tenant.uuid().into(),
            kind.into(),
            number.into(),
            party.uuid().into(),
            code.into(),
            code[..2].into(),
            format!("{kind}{number}").into(),
            i32::try_from(quantity).unwrap().into(),
            i32::try_from(smallest).unwrap().into(),
            measure.into(),
            windows.into(),
        ];
        self.sql(sql, values).await.unwrap();
    }

    /// Asks for a run.
    pub(crate) async fn ask(&self) -> Page {
        let page = self.cadre.open("/runs/new").await.ok();
        let fields = [("effort", "quick"), ("upkeep", "2"), ("fairness", "20")];
        self.cadre.send(&page, "/runs/new", &fields).await
    }

    /// Asks for a run and lets the worker finish it.
    pub(crate) async fn solved(&self) -> Page {
        let asked = self.ask().await.ok();
        self.app.drain().await;
        self.cadre.open(&asked.path).await.ok()
    }

    pub(crate) async fn hand_over(&self, no: u32) -> Page {
        let plan = self.cadre.open(&format!("/runs/{no}/plan")).await.ok();
        self.cadre
            .send(&plan, &format!("/runs/{no}/hand-over"), &[])
            .await
    }

    async fn set_proposals(&self, to: &str) {
        self.sql(
            "UPDATE proposal SET state = $1 WHERE state = 'proposed'",
            vec![to.into()],
        )
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn two_way_match() {
    let street = Street::ready().await;
    let plan = street.solved().await;
    assert_eq!(plan.path, "/runs/1/plan");
    for words in ["96 小时", "150 小时", "周一至周五 18:00–20:30", "方案价值 "] {
        assert!(plan.says(words), "{words}: {}", plan.text());
    }
    let unmet = street.cadre.open("/runs/1/unmet").await.ok();
    assert!(unmet.says("没有未满足的需求"), "{}", unmet.text());

    let file = async |name: &str| {
        let (status, bytes) = street.cadre.download(&format!("/runs/1/files/{name}")).await;
        assert!(status.is_success(), "{name}: {status}");
        bytes
    };
    let items = String::from_utf8(file("items.csv").await).unwrap();
    assert_eq!(items.lines().count(), 3, "{items}");
    let narrowed = String::from_utf8(file("items.csv?q=没有这样的单位").await).unwrap();
    assert_eq!(narrowed.lines().count(), 1, "{narrowed}");
    for sheet in ["items.xlsx", "unmet.xlsx"] {
        assert!(file(sheet).await.starts_with(b"PK"), "{sheet}");
    }
    assert!(
        plan.says("role=\"img\"") && plan.says("gj-area-4"),
        "{}",
        plan.html
    );
    let instance = gongjian_engine::parse(&file("instance.json").await).unwrap();
    let kept: gongjian_engine::plan::Document = serde_json::from_slice(&file("plan.json").await).unwrap();
    let certificate = serde_json::from_slice(&file("certificate.json").await).unwrap();
    let verdict = gongjian_engine::check::check(&instance, &kept, Some(&certificate));
    assert_eq!(verdict.violations, Vec::<String>::new());
    let head = log::query::head(street.db.reader(), street.scope).await.unwrap();
    let leaf = log::query::leaf(street.db.reader(), street.scope, head.size - 1)
        .await
        .unwrap();
    let leaf: serde_json::Value = serde_json::from_slice(&leaf.bytes).unwrap();
    assert_eq!(leaf["kind"], "plan.recorded");

    let secretary = street.app.person("meeting").await;
    assert_eq!(
        secretary
            .open("/meetings/new")
            .await
            .ok()
            .values("proposal")
            .len(),
        0
    );
    let plan = street.cadre.open("/runs/1/plan").await.ok();
    let handed = street.hand_over(1).await.ok();
    assert!(handed.says("已提交联席会议"), "{}", handed.text());
    assert_eq!(
        secretary
            .open("/meetings/new")
            .await
            .ok()
            .values("proposal")
            .len(),
        1
    );
    let again = street.cadre.send(&plan, "/runs/1/hand-over", &[]).await;
    assert_eq!(again.status, 409, "{}", again.text());
    street.app.stop().await;
}

#[tokio::test]
async fn what_a_meeting_took_up_is_not_promised_again() {
    let street = Street::ready().await;
    street.solved().await;
    street.solved().await;
    street.hand_over(1).await.ok();
    street.set_proposals("tabled").await;
    let outdated = street.hand_over(2).await;
    assert_eq!(outdated.status, 409, "{}", outdated.text());
    assert!(outdated.says("联席会议已受理别的项目"), "{}", outdated.text());

    let rest = street.solved().await;
    assert!(rest.says("方案里没有项目"), "{}", rest.text());
    // Refused by the meeting, the services are free again.
    street
        .sql(
            "UPDATE proposal SET state = 'refused' WHERE state = 'tabled'",
            vec![],
        )
        .await
        .unwrap();
    let anew = street.solved().await;
    assert!(anew.says("96 小时"), "{}", anew.text());
    street.app.stop().await;
}

#[tokio::test]
async fn a_newer_plan_takes_the_place_of_what_no_meeting_took_up() {
    let street = Street::ready().await;
    street.solved().await;
    street.hand_over(1).await.ok();
    street.solved().await;
    street.hand_over(2).await.ok();
    let old = street.cadre.open("/runs/1/plan").await.ok();
    assert!(old.says("已被新方案取代"), "{}", old.text());
    let secretary = street.app.person("meeting").await;
    assert_eq!(
        secretary
            .open("/meetings/new")
            .await
            .ok()
            .values("proposal")
            .len(),
        1
    );
    street.app.stop().await;
}

#[tokio::test]
async fn a_run_whose_worker_died_is_taken_up_again() {
    let street = Street::ready().await;
    street.ask().await.ok();
    let claimed = "UPDATE run SET state = 'running', rev = 2, beat_at = $1";
    street
        .sql(claimed, vec![street.app.clock.now().get().into()])
        .await
        .unwrap();
    street.app.drain().await;
    assert_eq!(street.cadre.open("/runs/1").await.ok().path, "/runs/1");
    street.app.clock.advance_ms(61_000);
    street.app.drain().await;
    assert_eq!(street.cadre.open("/runs/1").await.ok().path, "/runs/1/plan");
    street.app.stop().await;
}

#[tokio::test]
async fn a_plan_is_never_changed() {
    let street = Street::ready().await;
    street.solved().await;
    for sql in ["UPDATE plan SET value_micro = 1", "DELETE FROM plan"] {
        let refused = street.sql(sql, vec![]).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
    street.app.stop().await;
}

#[tokio::test]
async fn what_cannot_run_is_told() {
    let street = Street::bare().await;
    let closed = street.ask().await;
    assert_eq!(closed.status, 409);
    assert!(closed.says("存证日志"), "{}", closed.text());
    street.open_log().await;
    let empty = street.solved().await;
    assert!(empty.says("清单里还没有可对接的资源或需求"), "{}", empty.text());

    street.ask().await.ok();
    let second = street.ask().await;
    assert_eq!(second.status, 409);
    assert!(second.says("第2号方案正在计算"), "{}", second.text());
    let page = street.cadre.open("/runs/new").await.ok();
    let fields = [("effort", ""), ("upkeep", "很多"), ("fairness", "101")];
    let faults = street.cadre.send(&page, "/runs/new", &fields).await;
    assert_eq!(faults.status, 422);
    assert_eq!(faults.html.matches("href=\"#f-").count(), 3, "{}", faults.text());

    let liaison = street.app.person("liaison").await;
    assert_eq!(liaison.open("/runs").await.status, 403);
    street.app.stop().await;
}

#[tokio::test]
async fn pages_speak_three_languages() {
    let street = Street::ready().await;
    let register = parties::all(street.db.reader(), street.scope).await.unwrap();
    let unit = register
        .iter()
        .filter(|p| p.kind == PartyKind::Unit)
        .nth(1)
        .unwrap();
    street
        .entry("need", 3, (unit.id, "A1-06", "hour", 10, 1, "[]"))
        .await;
    street.solved().await;
    for (language, done) in [("zh-CN", "已完成"), ("ko-CN", "완료"), ("en", "Ready")] {
        street
            .cadre
            .open(&format!("/language/{language}?back=/"))
            .await
            .ok();
        for path in ["/runs", "/runs/new", "/runs/1/plan", "/runs/1/unmet"] {
            let text = street.cadre.open(path).await.ok().text();
            for raw in [
                "run-",
                "plan-",
                "unmet-",
                "reason-",
                "change-",
                "unit-kind-",
                "party-kind-",
                "measure-",
            ] {
                assert!(!text.contains(raw), "{language} {path}: {text}");
            }
            assert!(path != "/runs" || text.contains(done), "{language}: {text}");
        }
    }
    street.app.stop().await;
}
