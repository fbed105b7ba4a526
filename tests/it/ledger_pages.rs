//! What the pages of the ledger say, in three languages.

use gongjian_tests::client::{Browser, Page};
use gongjian_tests::office::{Office, act, gives};

const LANGUAGES: [&str; 3] = ["zh-CN", "ko-CN", "en"];

/// The words of a page's main part, a line each.
fn words(page: &Page) -> String {
    let main = page.html.split("<main").nth(1).unwrap_or_default();
    let main = main.split("</main>").next().unwrap_or_default();
    let lines: Vec<&str> = main
        .split('<')
        .filter_map(|part| part.split('>').nth(1))
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

async fn seen(browser: &Browser, path: &str, name: &str) {
    for language in LANGUAGES {
        let back = path.replace('?', "%3F").replace('=', "%3D");
        browser.open(&format!("/language/{language}?back={back}")).await;
        let page = browser.open(path).await.ok();
        insta::assert_snapshot!(format!("{name}-{language}"), words(&page));
    }
    browser.open("/language/zh-CN?back=/").await;
}

#[tokio::test]
async fn the_pages_say_what_they_should() {
    let office = Office::open().await;
    office.agreed(1).await;
    let place = gives(&office.unit.0).await.remove(0);
    act(
        &office.unit.0,
        &place,
        "report",
        &[("quantity", "20"), ("note", "双休日上午")],
    )
    .await
    .ok();
    seen(&office.community.0, "/", "workbench").await;
    seen(&office.community.0, &format!("{place}/confirm"), "confirm").await;
    act(&office.community.0, &place, "confirm", &[("quantity", "15")])
        .await
        .ok();
    seen(&office.unit.0, "/obligations?side=gives", "obligations").await;
    seen(&office.unit.0, &place, "instalment").await;
    seen(&office.unit.0, &format!("{place}/report"), "report").await;
    seen(&office.cadre, "/reports/2026", "year").await;
    seen(&office.cadre, "/reports/ledger/2026", "book").await;
    office.stop().await;
}
