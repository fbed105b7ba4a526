//! One page with every part of `templates/parts`, kept as a snapshot: what a part renders is judged here.

use actix_web::test::TestRequest;
use askama::Template;

use super::form::FormView;
use super::form::ShownFault;
use super::i18n::Lang;
use super::page::{Page, SignedIn};
use super::table::TableView;
use crate::kernel::actor::Role;

#[derive(Template)]
#[template(path = "shell/gallery.html")]
struct Gallery {
    page: Page,
    f: FormView,
    t: TableView,
    options: Vec<(String, String)>,
    svg: &'static str,
}

fn gallery(lang: Lang) -> Gallery {
    let mut page = Page::guest(lang, "/needs");
    page.street = "靖和街道".to_owned();
    page.done = Some("form-optional".to_owned());
    page.person = Some(SignedIn {
        login: "cadre".to_owned(),
        name: "金明哲".to_owned(),
        party: None,
        roles: vec![Role::StreetCadre],
    });
    let request = TestRequest::with_uri("/needs?q=%E8%AE%B2%E5%BA%A7&area=A1&sort=name&after=x&at=50");
    let fault = |field: &str, words: String| ShownFault {
        field: field.to_owned(),
        words,
    };
    let mut f = FormView::filled([
        ("mode", "A2".to_owned()),
        ("area", "A1".to_owned()),
        ("hours", "1240".to_owned()),
    ]);
    f.faults = vec![
        fault("name", lang.t("fault-required")),
        fault("mode", lang.t("fault-choose")),
    ];
    Gallery {
        page,
        f,
        t: TableView::read(&request.to_http_request()).found(312, 3, Some("next".to_owned())),
        options: ["A1", "A2", "A5"]
            .map(|code| (code.to_owned(), lang.t(&format!("area-{code}"))))
            .to_vec(),
        svg: "<svg viewBox=\"0 0 200 20\" role=\"img\" aria-label=\"x\"><rect width=\"90\" height=\"20\"/></svg>",
    }
}

/// Without addresses that change with a file's content.
fn steady(html: &str) -> String {
    let mut out = String::new();
    let mut parts = html.split("/assets/");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (_, rest) = part.split_once('/').unwrap_or(("", part));
        out.push_str("/assets/");
        out.push_str(rest);
    }
    out
}

#[test]
fn every_part_renders_as_agreed() {
    for lang in Lang::ALL {
        let html = gallery(lang).render().unwrap();
        insta::assert_snapshot!(format!("gallery-{}", lang.tag()), steady(&html));
    }
}

#[test]
fn no_part_writes_style_or_script_into_the_page() {
    let html = gallery(Lang::Zh).render().unwrap();
    assert!(!html.contains(" style="));
    assert!(!html.contains("<style"));
    assert!(!html.contains(" on"), "an attribute such as onclick");
    assert!(!html.contains("<script>"));
}
