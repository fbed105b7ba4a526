//! A street of its own begins on an empty database: invitations, passwords, the first key.

use gongjian_api::cli::admin::{StreetArgs, invite, open_street};
use gongjian_api::identity::party::query as parties;
use gongjian_api::kernel::scope::Scope;
use gongjian_api::log;
use gongjian_api::sample;
use gongjian_api::web::i18n::Lang;
use gongjian_tests::app::TestApp;
use gongjian_tests::client::{Browser, Page};
use gongjian_tests::office;
use gongjian_tests::signer::SoftKey;
use reqwest::StatusCode;

const PASSWORD: &str = "seven-pears-in-a-row";

fn person(login: &str, name: &str, title: &str) -> Vec<String> {
    [login, name, title].map(str::to_owned).to_vec()
}

fn street() -> StreetArgs {
    StreetArgs {
        slug: "xinan".to_owned(),
        name: "新安街道".to_owned(),
        short: "珲新共建".to_owned(),
        office: None,
        cadre: person("jinming", "金明", "党建办主任"),
        admin: person("sunli", "孙立", "区管理员"),
    }
}

/// The paths of the links that were printed.
fn links(printed: &str, base: &str) -> Vec<String> {
    printed
        .lines()
        .filter_map(|line| line.trim().strip_prefix(base).map(str::to_owned))
        .collect()
}

async fn join(browser: &Browser, link: &str, password: &str) -> Page {
    let page = browser.open(link).await.ok();
    let (login, code) = (page.field("login"), page.field("code"));
    let fields = [
        ("login", login.as_str()),
        ("code", code.as_str()),
        ("new_password", password),
        ("again", password),
    ];
    browser.send(&page, "/join", &fields).await
}

async fn sign_in(app: &TestApp, login: &str, password: &str) -> (Browser, Page) {
    let browser = app.browser("zh-CN");
    let page = browser.open("/login").await.ok();
    let home = browser
        .send(&page, "/login", &[("login", login), ("password", password)])
        .await;
    (browser, home)
}

#[tokio::test]
async fn a_street_begins_with_two_invitations_and_no_password() {
    let app = TestApp::without_street().await;
    let product = app.beside().await;
    let printed = open_street(&product, &street(), Lang::Zh).await.unwrap();
    assert!(
        printed.starts_with("新安街道已开设，协议编号以“珲新共建”开头。\n"),
        "{printed}"
    );
    let links = links(&printed, &app.base);
    assert_eq!(links.len(), 2, "{printed}");
    for login in ["jinming", "sunli"] {
        let (_, refused) = sign_in(&app, login, sample::demo::PASSWORD).await;
        assert!(refused.path.starts_with("/login"), "{login} has a password");
    }
    let cadre = app.browser("zh-CN");
    let short = join(&cadre, &links[0], "short").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let joined = join(&cadre, &links[0], PASSWORD).await.ok();
    assert_eq!(joined.path, "/?done=joined");
    let again = join(&app.browser("zh-CN"), &links[0], "another-pear-tree-9").await;
    assert_eq!(
        again.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a link is good once"
    );
    let (cadre, home) = sign_in(&app, "jinming", PASSWORD).await;
    assert_eq!((home.status, home.path.as_str()), (StatusCode::OK, "/"));
    office::open_street(&cadre, &SoftKey::new(90)).await;
    let tenants = parties::all_tenants(product.db.reader()).await.unwrap();
    let [tenant] = tenants.as_slice() else {
        panic!("one street")
    };
    assert_eq!(
        (tenant.name.as_str(), tenant.short.as_str()),
        ("新安街道", "珲新")
    );
    let head = log::query::head(product.db.reader(), Scope::tenant(tenant.id))
        .await
        .unwrap();
    assert_eq!(
        format!("http://{}", head.origin),
        format!("{}/log/xinan", app.base)
    );
    let admin = app.browser("zh-CN");
    join(&admin, &links[1], PASSWORD).await.ok();
    admin.open("/parties").await.ok();
    product.db.close().await.unwrap();
    app.stop().await;
}

#[tokio::test]
async fn a_second_street_stands_beside_the_first_and_takes_nothing_of_it() {
    let app = TestApp::start().await;
    let product = app.beside().await;
    let told = async |change: fn(&mut StreetArgs)| {
        let mut args = street();
        change(&mut args);
        match open_street(&product, &args, Lang::En).await {
            Ok(_) => String::new(),
            Err(error) => format!("{error:#}"),
        }
    };
    type Change = fn(&mut StreetArgs);
    let cases: [(Change, &str); 7] = [
        (
            |new| new.slug = "jinghe".to_owned(),
            "--slug: jinghe is 靖和街道 already",
        ),
        (|new| new.slug = "Xinan".to_owned(), "--slug: write 2 to 40"),
        (
            |new| new.short = "珲靖".to_owned(),
            "--short: 珲靖 stands for 靖和街道 already",
        ),
        (|new| new.short = "珲新〔1〕".to_owned(), "--short: write 1 to 10"),
        (
            |new| new.cadre[0] = "cadre".to_owned(),
            "is somebody else's login",
        ),
        (|new| new.admin[0] = "孙立".to_owned(), "--admin: the login"),
        (|new| new.admin.truncate(2), "--admin: write LOGIN NAME TITLE"),
    ];
    for (change, expected) in cases {
        let words = told(change).await;
        assert!(words.contains(expected), "{words:?} lacks {expected:?}");
        let known = parties::all_tenants(product.db.reader()).await.unwrap();
        assert_eq!(known.len(), 1, "{expected}");
    }
    let mut nowhere = product.clone();
    nowhere.config.origin = String::new();
    let refused = open_street(&nowhere, &street(), Lang::En).await.unwrap_err();
    assert!(refused.to_string().starts_with("--origin:"), "{refused}");
    assert_eq!(told(|_| {}).await, "");
    app.pass_days(4);
    let printed = invite(&product, "jinming", Lang::En).await.unwrap();
    let link = links(&printed, &app.base).remove(0);
    join(&app.browser("en"), &link, PASSWORD).await.ok();
    assert!(
        invite(&product, "jinming", Lang::En).await.is_err(),
        "has a password"
    );
    assert!(invite(&product, "cadre", Lang::En).await.is_err());
    let (cadre, _) = sign_in(&app, "jinming", PASSWORD).await;
    let register = cadre.open("/parties").await.ok();
    assert!(register.says("新安街道办事处") && !register.says("靖和街道办事处"));
    product.db.close().await.unwrap();
    app.stop().await;
}
