//! A joint meeting from notice to published minutes: quorum, mandates, recusal, races.

use std::sync::Arc;

use gongjian_api::identity::party::query as parties;
use gongjian_api::kernel::clock::{Clock, TestClock};
use gongjian_api::kernel::db::Db;
use gongjian_api::kernel::id::{Id, Party, SystemIds};
use gongjian_api::kernel::scope::Scope;
use gongjian_api::kernel::tx;
use gongjian_api::log;
use gongjian_api::log::hash::Hash32;
use gongjian_api::meetings::query;
use gongjian_tests::app::TestApp;
use gongjian_tests::client::{Browser, Page};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use uuid::Uuid;

/// Monday 9 March 2026: five working days after the tests' clock.
const DAY: &str = "2026-03-09";

/// The demo street with its log open, thirteen members chosen and proposals waiting.
struct Hall {
    app: TestApp,
    db: Db,
    scope: Scope,
    members: Vec<Id<Party>>,
    secretary: Browser,
}

impl Hall {
    /// `between`: for each proposal, which members are its parties.
    async fn ready(between: &[&[usize]]) -> Self {
        let app = TestApp::start().await;
        let clock = Arc::new(TestClock::at(app.clock.now()));
        let db = Db::open(&app.database, clock, Arc::new(SystemIds)).await.unwrap();
        let street = parties::all_tenants(db.reader()).await.unwrap().remove(0);
        let scope = Scope::tenant(street.id);
        tx::run(&db, async |tx| {
            Ok(log::service::open(tx, street.id, &street.log_origin, "test+00000000+AAAA", &[]).await?)
        })
        .await
        .unwrap();
        let register = parties::all(db.reader(), scope).await.unwrap();
        let members: Vec<_> = register.iter().take(13).map(|p| p.id).collect();
        let hall = Self {
            secretary: app.person("meeting").await,
            app,
            db,
            scope,
            members,
        };
        for (no, who) in (1_i64..).zip(between) {
            hall.propose(no, who).await;
        }
        hall
    }

    /// Lets a proposal between these members wait for a meeting.
    async fn propose(&self, no: i64, who: &[usize]) {
        let register = parties::all(self.db.reader(), self.scope).await.unwrap();
        let party = |at: usize| &register[at];
        let sides: Vec<_> = who
            .iter()
            .map(|at| json!({ "party": party(*at).id, "name": party(*at).name, "side": "unit" }))
            .collect();
        let service = json!({
            "from": party(who[0]).id, "to": party(who[1]).id, "what": "多功能厅", "quantity": 48,
            "measure": "hour", "from_day": "2026-04-15", "until_day": "2026-11-30",
        });
        let body = json!({ "title": format!("项目{no}"), "parties": sides, "services": [service] });
        let values = [
            Uuid::now_v7().into(),
            self.scope.tenant.uuid().into(),
            Uuid::nil().into(),
            no.into(),
            body.to_string().into(),
        ];
        let sql = "INSERT INTO proposal (id, tenant, plan, no, body, state, rev) VALUES ($1, $2, $3, $4, $5, 'proposed', 1)";
        let backend = self.db.writer().get_database_backend();
        self.db
            .writer()
            .execute_raw(Statement::from_sql_and_values(backend, sql, values))
            .await
            .unwrap();
    }

    async fn post(&self, from: &str, to: &str, fields: &[(&str, String)]) -> Page {
        let page = self.secretary.open(from).await.ok();
        let rev = page.token("rev");
        let mut all: Vec<(&str, &str)> = vec![("rev", &rev)];
        all.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
        self.secretary.send(&page, to, &all).await
    }

    /// Calls a meeting of all thirteen about everything that waits.
    async fn called(&self, day: &str) -> Page {
        let page = self.secretary.open("/meetings/new").await.ok();
        let mut fields = notice(day);
        for member in &self.members {
            fields.push(("member".to_owned(), member.to_string()));
            fields.push((format!("title-{member}"), "书记".to_owned()));
        }
        fields.push(("chair".to_owned(), self.members[0].to_string()));
        for proposal in page.values("proposal") {
            fields.push(("proposal".to_owned(), proposal));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.secretary.send(&page, "/meetings/new", &fields).await
    }

    /// Sends attendance: these present, these by mandate.
    async fn attend(&self, act: &str, present: &[usize], mandates: &[(usize, &str)]) -> Page {
        let mut fields = vec![("act", act.to_owned())];
        for at in present {
            fields.push(("present", self.members[*at].to_string()));
        }
        let names: Vec<String> = mandates
            .iter()
            .map(|(at, _)| format!("holder-{}", self.members[*at]))
            .collect();
        for (name, (_, holder)) in names.iter().zip(mandates) {
            fields.push((name, (*holder).to_owned()));
        }
        self.post("/meetings/1/record", "/meetings/1/record", &fields)
            .await
    }

    /// To the day of the meeting; sessions do not last that long.
    async fn day_comes(&mut self) {
        self.app.pass_days(7);
        self.secretary = self.app.person("meeting").await;
    }

    async fn stop(self) {
        self.db.close().await.unwrap();
        self.app.stop().await;
    }
}

fn notice(day: &str) -> Vec<(String, String)> {
    [("held_on", day), ("starts", "14:00"), ("place", "街道三楼会议室")]
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .to_vec()
}

fn vote(outcome: &str, yes: u32, no: u32, reason: &str) -> Vec<(&'static str, String)> {
    vec![
        ("outcome", outcome.to_owned()),
        ("yes", yes.to_string()),
        ("no", no.to_string()),
        ("abstain", "0".to_owned()),
        ("reason", reason.to_owned()),
    ]
}

const SIX: [usize; 6] = [0, 1, 2, 3, 4, 5];
const NINE: [usize; 9] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

#[tokio::test(flavor = "multi_thread")]
async fn s05_too_few_adjourn_and_one_mandate_opens() {
    let mut hall = Hall::ready(&[&[1, 2]]).await;
    let page = hall.called(DAY).await.ok();
    assert!(
        page.says("会议通知已登记") && page.says("项目1"),
        "{}",
        page.text()
    );
    let early = hall.attend("open", &NINE, &[]).await;
    assert_eq!(early.status.as_u16(), 409, "{} {}", early.path, early.text());
    hall.day_comes().await;
    let refused = hall.attend("open", &SIX, &[]).await;
    assert_eq!(refused.status.as_u16(), 409);
    assert!(refused.says("需到会7家，现6家"), "{}", refused.text());
    let adjourned = hall.attend("adjourn", &SIX, &[]).await.ok();
    assert!(
        adjourned.says("延期") && adjourned.says("现到会6家"),
        "{}",
        adjourned.text()
    );
    let again = [
        ("held_on", "2026-03-16".to_owned()),
        ("starts", "9:30".to_owned()),
        ("place", "社区活动室".to_owned()),
    ];
    let page = hall.post("/meetings/1", "/meetings/1/again", &again).await.ok();
    assert!(page.says("09:30") && page.says("项目1"), "{}", page.text());
    hall.day_comes().await;
    let twice = hall.attend("open", &SIX, &[(9, "李红"), (10, "李红")]).await;
    assert_eq!(twice.status.as_u16(), 422, "{}", twice.text());
    assert!(twice.says("一人只能受一家委托"));
    let open = hall.attend("open", &SIX, &[(9, "李红")]).await.ok();
    assert!(open.says("现到会7家"), "{}", open.text());
    let none = hall.attend("adjourn", &SIX, &[]).await;
    assert_eq!(none.status.as_u16(), 409, "an open meeting cannot be adjourned");
    hall.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s06_recused_members_do_not_vote_and_minutes_name_them() {
    let mut hall = Hall::ready(&[&[1, 2], &[3, 4], &[5, 6]]).await;
    assert!(hall.called(DAY).await.ok().path.starts_with("/meetings/1?"));
    hall.day_comes().await;
    assert!(hall.attend("open", &NINE, &[]).await.ok().says("会议已开始"));
    let one = "/meetings/1/items/1";
    let page = hall.secretary.open(one).await.ok();
    assert!(
        page.says("多功能厅")
            && page.says("48 小时")
            && page.says("有表决权11家，需到会6家，现到会7家；通过需赞成4票"),
        "{}",
        page.text()
    );
    let nine = hall.post(one, one, &vote("adopted", 6, 3, "")).await;
    assert_eq!(nine.status.as_u16(), 422);
    assert!(nine.says("回避的成员不能表决"), "{}", nine.text());
    let next = hall.post(one, one, &vote("adopted", 4, 3, "")).await.ok();
    assert!(next.path.starts_with("/meetings/1/items/2?"), "{}", next.path);
    let bare = hall
        .post(
            "/meetings/1/items/2",
            "/meetings/1/items/2",
            &vote("refused", 3, 4, ""),
        )
        .await;
    assert!(
        bare.status.as_u16() == 422 && bare.says("请写明理由"),
        "{}",
        bare.text()
    );
    let soon = hall.post("/meetings/1/record", "/meetings/1/close", &[]).await;
    assert_eq!(soon.status.as_u16(), 409);
    assert!(soon.says("议题2、3还没有决定"), "{}", soon.text());
    let why = vote("sent_back", 3, 4, "时段再商量");
    assert!(
        hall.post("/meetings/1/items/2", "/meetings/1/items/2", &why)
            .await
            .ok()
            .says("决定已记录")
    );
    let again = hall
        .post("/meetings/1/record", one, &vote("adopted", 4, 3, ""))
        .await;
    assert_eq!(again.status.as_u16(), 409, "a decision stands: {}", again.text());
    let alike = [("items", "3".to_owned()), ("outcome", "adopted".to_owned())];
    let done = hall
        .post("/meetings/1/record", "/meetings/1/decide", &alike)
        .await
        .ok();
    assert!(done.says("赞成7，反对0，弃权0"), "{}", done.text());
    minutes(&hall).await;
    hall.stop().await;
}

async fn minutes(hall: &Hall) {
    let page = hall
        .post("/meetings/1/record", "/meetings/1/close", &[])
        .await
        .ok();
    let held = query::find(hall.db.reader(), hall.scope, 1).await.unwrap();
    let text = held.minutes.clone().unwrap();
    for member in [1, 2] {
        let name = held.name_of(hall.members[member]);
        assert!(
            text.contains(&format!(
                "提供：多功能厅，48小时，2026-04-15至2026-11-30。\n回避：{}",
                held.name_of(hall.members[1])
            )),
            "{text}"
        );
        assert!(text.contains(name) && page.says(name));
    }
    assert!(
        text.contains("表决：赞成4票，反对3票，弃权0票") && text.contains("理由：时段再商量"),
        "{text}"
    );
    let service = format!(
        "{}向{}提供：多功能厅，48小时，2026-04-15至2026-11-30。",
        held.name_of(hall.members[1]),
        held.name_of(hall.members[2])
    );
    assert!(text.contains(&service), "{text}");
    assert_eq!(held.minutes_hash, Some(Hash32::of(text.as_bytes())));
    let unsigned = hall.post("/meetings/1/minutes", "/meetings/1/publish", &[]).await;
    assert_eq!(unsigned.status.as_u16(), 422);
    let signed = [("signed", "yes".to_owned())];
    let page = hall
        .post("/meetings/1/minutes", "/meetings/1/publish", &signed)
        .await
        .ok();
    assert!(page.says("会议纪要已公布"), "{}", page.text());
    let adopted = query::adopted(hall.db.reader(), hall.scope).await.unwrap();
    let items: Vec<i32> = adopted.iter().map(|a| a.item).collect();
    assert_eq!(items, [1, 3]);
    assert_eq!(adopted[0].held_on.to_string(), DAY);
    let waiting = gongjian_api::meetings::pack::waiting(hall.db.reader(), hall.scope)
        .await
        .unwrap();
    assert_eq!(waiting.len(), 1, "what was sent back waits for the next meeting");
    for sql in ["UPDATE decision SET outcome = 'refused'", "DELETE FROM decision"] {
        assert!(hall.db.writer().execute_unprepared(sql).await.is_err(), "{sql}");
    }
    facts(hall).await;
}

/// Every act left its leaf, in order.
async fn facts(hall: &Hall) {
    let rows = hall
        .db
        .reader()
        .query_all_raw(Statement::from_string(
            hall.db.reader().get_database_backend(),
            "SELECT kind FROM log_leaf WHERE subject_type = 'meeting' ORDER BY idx",
        ))
        .await
        .unwrap();
    let kinds: Vec<String> = rows.iter().map(|r| r.try_get("", "kind").unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "meeting.called",
            "meeting.opened",
            "decision.recorded",
            "decision.recorded",
            "decision.recorded",
            "meeting.closed",
            "meeting.published"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_page_changes_nothing_and_faults_come_together() {
    let mut hall = Hall::ready(&[&[1, 2], &[1, 2, 3, 4, 5, 6]]).await;
    let empty = hall.post("/meetings/new", "/meetings/new", &[]).await;
    assert_eq!(empty.status.as_u16(), 422);
    for field in ["held_on", "starts", "place", "chair", "proposal"] {
        assert!(
            empty.says(&format!("href=\"#f-{field}\"")),
            "{field}: {}",
            empty.text()
        );
    }
    let short = hall.called("2026-03-04").await;
    assert!(
        short.status.as_u16() == 422 && short.says("不足3个工作日"),
        "{}",
        short.text()
    );
    assert!(hall.called(DAY).await.ok().says("已通知"));
    hall.day_comes().await;
    let seen = hall.secretary.open("/meetings/1/record").await.ok();
    assert!(
        hall.attend("open", &[0, 1, 2, 3, 4, 5, 6, 7], &[])
            .await
            .ok()
            .says("会议已开始")
    );
    let old = seen.token("rev");
    let late = hall
        .secretary
        .send(&seen, "/meetings/1/record", &[("rev", &old), ("act", "save")])
        .await;
    assert_eq!(late.status.as_u16(), 412, "{}", late.text());
    // Item 2: six of the eight present recuse, two are left of seven: it waits.
    let page = hall.secretary.open("/meetings/1/items/2").await.ok();
    assert!(page.says("回避后人数不足"), "{}", page.text());
    let one = "/meetings/1/items/1";
    assert!(
        hall.post(one, one, &vote("adopted", 6, 0, ""))
            .await
            .ok()
            .path
            .starts_with("/meetings/1/record")
    );
    let closed = hall
        .post("/meetings/1/record", "/meetings/1/close", &[])
        .await
        .ok();
    assert!(closed.says("未予审议，留待下次会议"), "{}", closed.text());
    let waiting = gongjian_api::meetings::pack::waiting(hall.db.reader(), hall.scope)
        .await
        .unwrap();
    assert_eq!(waiting.iter().map(|p| p.no).collect::<Vec<_>>(), [2]);
    hall.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn meetings_are_seen_by_cadre_and_secretary_alone() {
    let hall = Hall::ready(&[&[1, 2]]).await;
    assert!(hall.called(DAY).await.ok().says("已通知"));
    let cadre = hall.app.person("cadre").await;
    let page = cadre.open("/meetings/1").await.ok();
    assert!(
        page.says("项目1") && !page.says("/meetings/1/record"),
        "{}",
        page.text()
    );
    assert!(cadre.open("/meetings").await.ok().says("第1次联席会议"));
    for path in ["/meetings/new", "/meetings/1/record"] {
        assert_eq!(cadre.open(path).await.status.as_u16(), 403, "{path}");
    }
    let liaison = hall.app.person("liaison").await;
    assert_eq!(liaison.open("/meetings/1").await.status.as_u16(), 403);
    for path in [
        "/meetings/2",
        "/meetings/x",
        "/meetings/1/items/9",
        "/meetings/1/minutes",
    ] {
        assert_eq!(hall.secretary.open(path).await.status.as_u16(), 404, "{path}");
    }
    let other = Scope::tenant(Id::from_uuid(Uuid::now_v7()));
    assert!(query::find(hall.db.reader(), other, 1).await.is_err());
    let guest = Scope::party(hall.scope.tenant, Id::from_uuid(Uuid::now_v7()));
    assert!(query::find(hall.db.reader(), guest, 1).await.is_err());
    assert!(
        query::find(
            hall.db.reader(),
            Scope::party(hall.scope.tenant, hall.members[3]),
            1
        )
        .await
        .is_ok()
    );
    hall.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_from_the_floor_needs_everybody_and_two_secretaries_decide_it_once() {
    let mut hall = Hall::ready(&[&[1, 2]]).await;
    assert!(hall.called(DAY).await.ok().says("已通知"));
    hall.day_comes().await;
    assert!(hall.attend("open", &NINE, &[]).await.ok().says("会议已开始"));
    hall.propose(2, &[3, 4]).await;
    let record = "/meetings/1/record";
    let waiting = gongjian_api::meetings::pack::waiting(hall.db.reader(), hall.scope)
        .await
        .unwrap();
    let mut fields = vec![("proposal", waiting[0].proposal.to_string())];
    let refused = hall.post(record, "/meetings/1/late", &fields).await;
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.text());
    fields.push(("all_agree", "yes".to_owned()));
    let page = hall.post(record, "/meetings/1/late", &fields).await.ok();
    assert!(page.says("临时议题") && page.says("项目2"), "{}", page.text());
    let other = hall.app.person("meeting").await;
    let two = "/meetings/1/items/2";
    let (here, there) = (hall.secretary.open(two).await.ok(), other.open(two).await.ok());
    let rev = here.token("rev");
    let votes = vote("adopted", 7, 0, "");
    let mut fields: Vec<(&str, &str)> = votes.iter().map(|(n, v)| (*n, v.as_str())).collect();
    fields.push(("rev", &rev));
    let (first, second) = tokio::join!(
        hall.secretary.send(&here, two, &fields),
        other.send(&there, two, &fields)
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{} {}", first.text(), second.text());
    assert_eq!(
        query::adopted(hall.db.reader(), hall.scope).await.unwrap().len(),
        1
    );
    for language in ["ko-CN", "en"] {
        let lead = hall
            .secretary
            .open(&format!("/language/{language}?back={record}"))
            .await
            .ok();
        for path in [record, two, "/meetings/1", "/meetings", "/meetings/new", "/"] {
            let page = hall.secretary.open(path).await.ok();
            for stem in ["meeting-", "fault-", "done-"] {
                assert!(!page.text().contains(stem), "{path} {language}: {}", page.text());
            }
        }
        let words = if language == "en" {
            "must be present"
        } else {
            "참석하여야 할 단위"
        };
        assert!(lead.says(words), "{}", lead.text());
    }
    hall.stop().await;
}
