//! What the engine tells beside a plan: what would be if something were otherwise, what each rule costs, how plans
//! differ, which offers are not used up. None of it ever becomes a proposal.

use gongjian_api::identity::party::domain::PartyKind;
use gongjian_api::identity::party::query as parties;
use gongjian_api::kernel::clock::Clock as _;
use gongjian_engine::check::check;
use gongjian_engine::model::Document;
use gongjian_engine::plan;
use gongjian_tests::client::Page;

use crate::matching::Street;

impl Street {
    async fn file(&self, path: &str) -> Vec<u8> {
        let (status, bytes) = self.cadre.download(path).await;
        assert!(status.is_success(), "{path}: {status}");
        bytes
    }

    /// The lists of the first plan.
    async fn lists(&self) -> Document {
        serde_json::from_slice(&self.file("/runs/1/files/instance.json").await).unwrap()
    }

    /// Asks for a what-if of these changes on the first plan.
    async fn ask_trial(&self, changes: &[&str]) -> Page {
        let address: Vec<String> = changes.iter().map(|c| format!("change={c}")).collect();
        let address = format!("/runs/1/what-if/new?{}", address.join("&"));
        let page = self.cadre.open(&address).await.ok();
        let fields: Vec<(&str, &str)> = changes.iter().map(|change| ("change", *change)).collect();
        self.cadre.send(&page, "/runs/1/what-if/new", &fields).await
    }

    /// Asks for one, lets the worker finish it, and shows it.
    async fn tried(&self, changes: &[&str]) -> Page {
        let asked = self.ask_trial(changes).await.ok();
        self.app.drain().await;
        self.cadre.open(&asked.path).await.ok()
    }

    async fn price_rules(&self) -> Page {
        let page = self.cadre.open("/runs/1/rules").await.ok();
        self.cadre.send(&page, "/runs/1/rules", &[]).await
    }
}

/// The place of the offer of so much.
fn offer(lists: &Document, quantity: i64) -> usize {
    lists.offers.iter().position(|o| o.quantity == quantity).unwrap()
}

#[tokio::test]
async fn a_change_is_chosen_step_by_step_and_faults_are_told() {
    let street = Street::ready().await;
    street.solved().await;
    let list = street.cadre.open("/runs/1/what-if").await.ok();
    assert!(list.says("还没有试算过"), "{}", list.text());

    let address = "/runs/1/what-if/change?kind=offer_amount";
    let faults = street.cadre.open(address).await;
    assert_eq!(
        (faults.status.as_u16(), faults.says("href=\"#f-party\"")),
        (422, true)
    );
    let lists = street.lists().await;
    let gym = offer(&lists, 120);
    let owner = lists
        .parties
        .iter()
        .position(|p| p.id == lists.offers[gym].party)
        .unwrap();
    let (place, party) = (gym.to_string(), owner.to_string());
    let form = street.cadre.open(&format!("{address}&party={party}")).await.ok();
    assert!(
        form.says("offer2（120 小时）") && !form.says("offer1（"),
        "{}",
        form.text()
    );
    let fields = |value| {
        let (place, party) = (place.as_str(), party.as_str());
        [
            ("kind", "offer_amount"),
            ("party", party),
            ("which", place),
            ("value", value),
        ]
    };
    for (value, words) in [("很多", "不是整数"), ("0", "应在 1 到"), ("", "请填写这一项")] {
        let refused = street
            .cadre
            .send(&form, "/runs/1/what-if/change", &fields(value))
            .await;
        assert_eq!(
            (refused.status.as_u16(), refused.says(words)),
            (422, true),
            "{}",
            refused.text()
        );
    }
    let chosen = street
        .cadre
        .send(&form, "/runs/1/what-if/change", &fields("40"))
        .await
        .ok();
    assert!(chosen.says("数量由 120 改为 40"), "{}", chosen.text());

    let nothing = street.cadre.send(&chosen, "/runs/1/what-if/new", &[]).await;
    assert_eq!(
        (nothing.status.as_u16(), nothing.says("还没有选改动")),
        (422, true)
    );
    let (gone, less) = (format!("offer_gone.{gym}"), format!("offer_amount.{gym}.40"));
    let clash = street.ask_trial(&[&gone, &less]).await;
    assert_eq!(
        (clash.status.as_u16(), clash.says("互相矛盾")),
        (422, true),
        "{}",
        clash.text()
    );
    let many: Vec<String> = (1..14).map(|n| format!("offer_amount.{gym}.{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let refused = street.ask_trial(&many).await;
    assert_eq!(
        (refused.status.as_u16(), refused.says("最多试 12 项")),
        (422, true)
    );

    let liaison = street.app.person("liaison").await;
    for path in [
        "what-if",
        "what-if/new",
        "what-if/1",
        "rules",
        "compare",
        "unused",
    ] {
        assert_eq!(
            liaison.open(&format!("/runs/1/{path}")).await.status,
            403,
            "{path}"
        );
    }
    street.app.stop().await;
}

#[tokio::test]
async fn a_what_if_tells_both_plans_and_proposes_nothing() {
    let street = Street::ready().await;
    street.solved().await;
    let lists = street.lists().await;
    let less = format!("offer_amount.{}.40", offer(&lists, 120));
    let asked = street.ask_trial(&[&less, "rule_off.fairness"]).await.ok();
    assert!(asked.says("id=\"progress\""), "{}", asked.text());
    let second = street.ask_trial(&[&less]).await;
    assert_eq!(
        (second.status.as_u16(), second.says("已有一次试算正在计算")),
        (409, true)
    );

    // The worker dies; what was asked is taken up again.
    let claimed = "UPDATE trial SET state = 'running', rev = 2, beat_at = $1";
    let now = street.app.clock.now().get();
    street.sql(claimed, vec![now.into()]).await.unwrap();
    street.app.drain().await;
    assert!(street.cadre.open(&asked.path).await.ok().says("id=\"progress\""));
    street.app.clock.advance_ms(61_000);
    street.app.drain().await;

    let told = street.cadre.open(&asked.path).await.ok();
    for words in [
        "数量由 120 改为 40",
        "不计规则“社区间公平”",
        "有变更 1 份",
        "不能原样保留",
        "不会成为提案",
    ] {
        assert!(told.says(words), "{words}: {}", told.text());
    }
    let sheet = String::from_utf8(street.file("/runs/1/what-if/1/files/differences.csv").await).unwrap();
    assert!(sheet.contains("offer2") && sheet.contains(",96,40,"), "{sheet}");
    let none = street.cadre.open("/runs/1/what-if/1?kind=new").await.ok();
    assert!(none.says("没有符合条件的记录"), "{}", none.text());

    let file = async |name: &str| street.file(&format!("/runs/1/what-if/1/files/{name}")).await;
    let instance = gongjian_engine::parse(&file("instance.json").await).unwrap();
    let kept: plan::Document = serde_json::from_slice(&file("plan.json").await).unwrap();
    let certificate = serde_json::from_slice(&file("certificate.json").await).unwrap();
    assert_eq!(
        check(&instance, &kept, Some(&certificate)).violations,
        Vec::<String>::new()
    );
    for sql in ["UPDATE trial_result SET at = 1", "DELETE FROM trial_result"] {
        let refused = street.sql(sql, vec![]).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }

    let plan = street.hand_over(1).await.ok();
    assert!(plan.says("96 小时") && !plan.says("40 小时"), "{}", plan.text());
    let secretary = street.app.person("meeting").await;
    let waiting = secretary.open("/meetings/new").await.ok().values("proposal");
    assert_eq!(waiting.len(), 1);
    street.app.stop().await;
}

#[tokio::test]
async fn what_would_help_a_need_can_be_tried_from_its_reason() {
    let street = Street::ready().await;
    let register = parties::all(street.db.reader(), street.scope).await.unwrap();
    let community = register.iter().find(|p| p.kind == PartyKind::Community).unwrap();
    street
        .entry("need", 3, (community.id, "A2-05", "hour", 60, 1, "[]"))
        .await;
    street.solved().await;
    let unmet = street.cadre.open("/runs/1/unmet").await.ok();
    let tries = unmet.links("/runs/1/what-if/new?change=help.");
    assert_eq!(tries.len(), 1, "{}", unmet.text());
    let item = tries[0].split_once('=').unwrap().1;
    let before: plan::Document =
        serde_json::from_slice(&street.file("/runs/1/files/plan.json").await).unwrap();
    let told = street.tried(&[item]).await;
    assert!(
        told.says("有变更 1 份") && told.says("数量由 120 改为"),
        "{}",
        told.text()
    );
    let after: plan::Document =
        serde_json::from_slice(&street.file("/runs/1/what-if/1/files/plan.json").await).unwrap();
    assert!(after.value_micro > before.value_micro);
    street.app.stop().await;
}

#[tokio::test]
async fn the_meeting_reads_what_each_rule_costs() {
    let street = Street::ready().await;
    street.solved().await;
    let asked = street.price_rules().await.ok();
    assert!(asked.says("id=\"progress\""), "{}", asked.text());
    let page = street.cadre.open("/runs/1/rules").await.ok();
    street.cadre.send(&page, "/runs/1/rules/stop", &[]).await.ok();
    street.app.drain().await;
    let stopped = street.cadre.open("/runs/1/rules").await.ok();
    assert!(stopped.says("上次计算在得出结果前已停止"), "{}", stopped.text());

    street.price_rules().await.ok();
    street.app.drain().await;
    let table = street.cadre.open("/runs/1/rules").await.ok();
    for words in ["每份协议的管理成本", "各方可承担的协议数", "社区间公平", "+0.0"] {
        assert!(table.says(words), "{words}: {}", table.text());
    }
    assert!(!table.says("经费预算"), "{}", table.text());
    let sheet = String::from_utf8(street.file("/runs/1/files/rules.csv").await).unwrap();
    assert_eq!(
        sheet.lines().count(),
        1 + table.html.matches("<th scope=\"row\">").count(),
        "{sheet}"
    );
    street.app.stop().await;
}

#[tokio::test]
async fn a_plan_is_compared_with_the_one_handed_over_before() {
    let street = Street::ready().await;
    street.solved().await;
    let alone = street.cadre.open("/runs/1/compare").await.ok();
    assert!(alone.says("以前没有别的方案可以比较"), "{}", alone.text());
    street.hand_over(1).await.ok();
    street
        .sql(
            "UPDATE list_entry SET quantity = 100 WHERE kind = 'need' AND number = 2",
            vec![],
        )
        .await
        .unwrap();
    street.solved().await;
    street.solved().await;
    // Neither the second nor the third plan was handed over: the first is what the meeting knows.
    let compared = street.cadre.open("/runs/3/compare").await.ok();
    for words in ["从第1号方案到第3号方案", "有变更 1 份", "150 小时", "100 小时"] {
        assert!(compared.says(words), "{words}: {}", compared.text());
    }
    let same = street.cadre.open("/runs/3/compare?with=2").await.ok();
    assert!(same.says("保留 1 份，有变更 0 份"), "{}", same.text());
    assert_eq!(street.cadre.open("/runs/3/compare?with=9").await.status, 404);
    let sheet = String::from_utf8(street.file("/runs/3/files/compare.csv?with=1").await).unwrap();
    assert!(sheet.contains(",150,100,"), "{sheet}");
    street.app.stop().await;
}

#[tokio::test]
async fn offers_that_are_not_used_up_are_told_with_a_next_step() {
    let street = Street::ready().await;
    street.solved().await;
    let unused = street.cadre.open("/runs/1/unused").await.ok();
    for words in ["50 小时", "24 小时", "合适的需求都已满足", "可以留给新的需求"] {
        assert!(unused.says(words), "{words}: {}", unused.text());
    }
    let none = street.cadre.open("/runs/1/unused?code=party_full").await.ok();
    assert!(none.says("没有符合条件的记录"), "{}", none.text());
    let sheet = String::from_utf8(street.file("/runs/1/files/unused.csv").await).unwrap();
    assert_eq!(sheet.lines().count(), 3, "{sheet}");
    street.app.stop().await;
}

#[tokio::test]
async fn trials_speak_three_languages() {
    let street = Street::ready().await;
    street.solved().await;
    let lists = street.lists().await;
    let unit = lists
        .parties
        .iter()
        .position(|p| p.id == lists.offers[offer(&lists, 120)].party)
        .unwrap();
    let changes = [
        format!("offer_hours.{}.工作日8:00-20:00", offer(&lists, 120)),
        format!("need_lot.{}.1", 0),
        format!("agreements.{unit}.4"),
        format!("tolerance.{unit}.30"),
    ];
    let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
    street.tried(&changes).await;
    street.price_rules().await.ok();
    street.app.drain().await;
    street.solved().await;
    for language in ["zh-CN", "ko-CN", "en"] {
        street
            .cadre
            .open(&format!("/language/{language}?back=/"))
            .await
            .ok();
        for path in [
            "1/what-if",
            "1/what-if/1",
            "1/what-if/new?change=rule_off.base",
            "1/rules",
            "1/unused",
            "2/compare",
        ] {
            let text = street.cadre.open(&format!("/runs/{path}")).await.ok().text();
            let keys = [
                "trial-",
                "rule-",
                "rules-",
                "unused-",
                "difference-",
                "compare-",
                "run-",
                "plan-",
            ];
            for raw in keys {
                assert!(!text.contains(raw), "{language} {path} {raw}: {text}");
            }
        }
    }
    street.app.stop().await;
}
