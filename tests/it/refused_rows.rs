//! Rows that cannot be taken as they are: each told with its place, its value and what to do. None becomes an
//! offer or a need before it is put right, and money never does.

use gongjian_tests::census::census;
use gongjian_tests::client::Page;
use gongjian_tests::office::Office;
use reqwest::StatusCode;
use serde_json::Value;

/// Row 2 is good, the others are not.
const NEEDS: &str = "社区,需求事项,数量,起止日期\n\
    靖和社区,会议室,20小时,2026.3.1-2026.11.30\n\
    靖和社区,会议室,若干,2026.4.1-2026.11.30\n\
    靖和社区,图书室,30公斤,\n\
    天边公司,礼堂,10小时,\n\
    靖和社区,赞助现金5000元,1,\n\
    靖和社区,礼堂,0,\n\
    靖和社区,礼堂,12小时,2026.2.30-2026.6.30\n\
    靖和社区,礼堂,-3小时,\n\
    靖和社区,会客厅式茶话空间,8小时,\n";
const OFFERS: &str = "单位名称,资源名称,数量\n珲春市第二小学,会议室,40小时\n";

const ASKED: [(&str, &str); 5] = [
    (
        "需求.csv 第3行",
        "第3行“数量”：“若干”不是数量。请给出全年数量，可先填最低数",
    ),
    (
        "需求.csv 第4行",
        "第4行“数量”：“30公斤”的单位“公斤”与服务类型不符，请填写以“小时”为单位的全年数量",
    ),
    (
        "需求.csv 第5行",
        "第5行“社区”：本街道名册里没有“天边公司”，请选择是哪个单位或社区",
    ),
    (
        "需求.csv 第6行",
        "第6行“需求事项”：“赞助现金5000元”涉及钱物（赞助）。共建只对接服务，不接受资金、卡券和礼品。请改为一项服务",
    ),
    (
        "需求.csv 第10行",
        "第10行“需求事项”：不认识服务“会客厅式茶话空间”，请选择最接近的服务类型",
    ),
];
const REFUSED: [(&str, &str); 3] = [
    (
        "需求.csv 第7行",
        "第7行“数量”：数量是0 请填写大于0的整数；没有就删去这一行。",
    ),
    (
        "需求.csv 第8行",
        "第8行“起止日期”：“2026.2.30-2026.6.30”里有不存在的日期 请写成 2026.9.1-2026.12.31 这样的日期。",
    ),
    (
        "需求.csv 第9行",
        "第9行“数量”：数量“-3小时”小于0 请填写大于0的整数。",
    ),
];

struct Desk {
    office: Office,
}

impl Desk {
    async fn hand_in(&self, name: &str, list: &str) -> Page {
        let form = self.office.cadre.open("/imports/new").await.ok();
        let files = [(name, list.as_bytes().to_vec())];
        self.office.cadre.upload(&form, "/imports/new", &files).await.ok()
    }

    /// Presses a button of a page.
    async fn press(&self, from: &str, to: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.office.cadre.open(from).await.ok();
        self.office.cadre.send(&page, to, fields).await
    }

    async fn rows(&self, table: &str) -> i64 {
        census(self.office.db.reader()).await[table]
    }

    /// Gives an answer to the question of that code.
    async fn answer(&self, code: &str, text: &str) -> Page {
        let page = self.office.cadre.open("/imports/1/questions").await.ok();
        let field = field(&page, code);
        let fields = [(field.as_str(), text)];
        let cadre = &self.office.cadre;
        cadre.send(&page, "/imports/1/questions", &fields).await.ok()
    }

    /// The needs and offers of a fresh run's instance.
    async fn instance(&self) -> (usize, usize) {
        let fields = [("effort", "quick"), ("upkeep", "2"), ("fairness", "20")];
        let run = self.press("/runs/new", "/runs/new", &fields).await.ok();
        self.office.app.drain().await;
        let place = run.path.split('?').next().unwrap();
        let (status, bytes) = self
            .office
            .cadre
            .download(&format!("{place}/files/instance.json"))
            .await;
        assert_eq!(status, StatusCode::OK, "{place}");
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("赞助") && !text.contains("现金"), "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        let count = |list: &str| value[list].as_array().unwrap().len();
        (count("needs"), count("offers"))
    }
}

/// The field to write the answer of a question into.
fn field(page: &Page, code: &str) -> String {
    let names = page.names();
    let own = |name: &&String| name.starts_with("t-") && name.ends_with(&format!("-{code}"));
    let found = names.iter().find(own).cloned();
    found.unwrap_or_else(|| panic!("{code} is not asked: {names:?}"))
}

#[tokio::test]
async fn rows_that_cannot_be_taken_tell_place_value_and_what_to_do() {
    let desk = Desk {
        office: Office::open().await,
    };
    let cadre = &desk.office.cadre;
    let asked = desk.hand_in("需求.csv", NEEDS).await;
    assert_eq!(asked.path, "/imports/1/questions?done=uploaded");
    for (place, words) in ASKED {
        assert!(
            asked.says(place) && asked.says(words),
            "{words}: {}",
            asked.text()
        );
    }
    let page = cadre.open("/imports/1").await.ok();
    for (place, words) in REFUSED {
        assert!(page.says(place) && page.says(words), "{words}: {}", page.text());
    }
    let (status, bytes) = cadre.download("/imports/1/refused.csv").await;
    let file = String::from_utf8(bytes).unwrap();
    assert_eq!(status, StatusCode::OK);
    assert!(
        file.contains("2026.2.30-2026.6.30") && file.contains("数量是0"),
        "{file}"
    );
    assert_eq!(desk.rows("list_entry").await, 0, "nothing is on the list unasked");

    let leaves = desk.rows("log_leaf").await;
    for (code, nonsense, still) in [
        ("vague_quantity", "很多", "看不懂数量“很多”"),
        ("cash", "捐款3000元", "“捐款3000元”涉及钱物（捐款）"),
        (
            "wrong_measure",
            "三十公斤",
            "“三十公斤”的单位“公斤”与服务类型不符",
        ),
        (
            "unknown_party",
            "海边公司",
            "第5行“社区”：本街道名册里没有“海边公司”",
        ),
        ("unknown_type", "茶话", "不认识服务“茶话”"),
    ] {
        let page = desk.answer(code, nonsense).await;
        assert!(page.says(still), "{code}: {}", page.text());
        assert!(page.says("共5处"), "{code} is still asked: {}", page.text());
    }
    assert_eq!(desk.rows("list_entry").await, 0);
    assert_eq!(desk.rows("log_leaf").await, leaves);

    desk.press("/imports/1", "/imports/1/accept", &[]).await.ok();
    assert_eq!(desk.rows("list_entry").await, 1, "the good row alone");
    let none = desk.press("/imports/new", "/imports/1/accept", &[]).await;
    assert_eq!(none.status, StatusCode::CONFLICT, "{}", none.text());
    assert!(
        none.says("没有可以提交的行") && none.says("请先回答问题。"),
        "{}",
        none.text()
    );
    let needs = cadre.open("/needs").await.ok();
    assert!(needs.says("会议室") && !needs.says("赞助"), "{}", needs.text());
    desk.office.stop().await;
}

#[tokio::test]
async fn money_is_flagged_and_never_matched() {
    let desk = Desk {
        office: Office::open().await,
    };
    desk.hand_in("需求.csv", NEEDS).await;
    desk.press("/imports/1", "/imports/1/accept", &[]).await.ok();
    desk.hand_in("资源.csv", OFFERS).await;
    desk.press("/imports/2", "/imports/2/accept", &[]).await.ok();
    // By form, under the name of an honest service.
    let fields = [
        ("party", desk.office.community.2.to_string()),
        ("type", "A2-01".to_owned()),
        ("title", "会议室和活动经费".to_owned()),
        ("quantity", "9".to_owned()),
        ("smallest", "1".to_owned()),
        ("from", "2026-03-01".to_owned()),
        ("until", "2026-11-30".to_owned()),
        ("priority", "1".to_owned()),
        ("note", "另请赞助2000元".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let flagged = desk.press("/needs/new", "/needs/new", &fields).await.ok();
    assert!(flagged.says("需改为服务"), "{}", flagged.text());
    let mut cash = fields.clone();
    cash[1].1 = "X1-01";
    let unknown = desk.press("/needs/new", "/needs/new", &cash).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.says("href=\"#f-type\""), "{}", unknown.text());
    let forced = desk.press("/needs/new", "/needs/2", &[("act", "verify")]).await;
    assert_eq!(forced.status, StatusCode::CONFLICT, "{}", forced.text());
    assert!(forced.says("现在的状态不能办理这一步"), "{}", forced.text());
    desk.press("/lists", "/lists/verify", &[]).await.ok();
    let still = desk.office.cadre.open("/needs/2").await.ok();
    assert!(still.says("需改为服务"), "{}", still.text());
    assert_eq!(
        desk.instance().await,
        (1, 1),
        "the flagged need and the asked rows are not matched"
    );
    desk.office.stop().await;
}
