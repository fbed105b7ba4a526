//! What every page needs from the shell: language, navigation, who is signed in, tokens for forms.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::assets;
use super::i18n::Lang;
use super::nav::{self, Group};
use crate::kernel::actor::Role;
use crate::kernel::problem::Problem;

/// The shell of one page view; template structs hold it as `page`.
#[derive(Debug, Clone)]
pub struct Page {
    /// Language of the words.
    pub lang: Lang,
    /// Text size class: 0, 1 or 2.
    pub text_size: u8,
    /// The path asked for, for `aria-current` and the language links.
    pub path: String,
    /// The street's name in the header.
    pub street: String,
    /// The signed-in person.
    pub person: Option<SignedIn>,
    /// Token for forms.
    pub csrf: String,
    /// A fresh idempotency key for the page's form.
    pub once: String,
    /// Fluent key of what was just done.
    pub done: Option<String>,
    /// Whether the street may only be read: its database lacks what was published.
    pub frozen: bool,
}

/// Who is signed in, as the header shows it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The login, for password managers.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The party they act for, if any.
    pub party: Option<String>,
    /// All their roles.
    pub roles: Vec<Role>,
}

impl Page {
    /// The shell for somebody who is not signed in.
    #[must_use]
    pub fn guest(lang: Lang, path: &str) -> Self {
        Self {
            lang,
            text_size: 0,
            path: path.to_owned(),
            street: String::new(),
            person: None,
            csrf: String::new(),
            once: String::new(),
            done: None,
            frozen: false,
        }
    }

    /// Words of a key.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }

    /// Words of a key with one named value.
    #[must_use]
    pub fn t1(&self, key: &str, name: &str, value: impl std::fmt::Display) -> String {
        self.lang.ta(key, &[(name, &value.to_string())])
    }

    /// Words of a key with two named values.
    #[must_use]
    pub fn t2(
        &self,
        key: &str,
        a: &str,
        a_value: impl std::fmt::Display,
        b: &str,
        b_value: impl std::fmt::Display,
    ) -> String {
        self.lang
            .ta(key, &[(a, &a_value.to_string()), (b, &b_value.to_string())])
    }

    /// The groups of the navigation.
    #[must_use]
    pub fn nav(&self) -> Vec<Group> {
        self.person
            .as_ref()
            .map_or_else(Vec::new, |p| nav::for_roles(&p.roles))
    }

    /// Whether `href` is the page being shown or the nearest entry above it.
    #[must_use]
    pub fn is_current(&self, href: &str) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        let best = nav::ENTRIES
            .iter()
            .map(|e| e.href)
            .filter(|h| path == *h || (*h != "/" && path.starts_with(&format!("{h}/"))))
            .max_by_key(|h| h.len());
        best == Some(href)
    }

    /// The address of an asset.
    #[must_use]
    pub fn asset(&self, path: &str) -> String {
        assets::address(path)
    }

    /// The languages to choose from.
    #[must_use]
    pub fn languages(&self) -> [(Lang, &'static str); 3] {
        [(Lang::Zh, "中文"), (Lang::Ko, "조선어"), (Lang::En, "English")]
    }

    /// A day as people write it in this language: `2026-11-24` → 2026年11月24日.
    #[must_use]
    pub fn day(&self, day: &str) -> String {
        let parts: Vec<&str> = day.split('-').collect();
        let [year, month, date] = parts.as_slice() else {
            return day.to_owned();
        };
        let (month, date) = (month.trim_start_matches('0'), date.trim_start_matches('0'));
        let month_name = self.lang.t(&format!("month-{month}"));
        self.lang.ta(
            "day-long",
            &[
                ("year", &format!("y{year}")[1..]),
                ("month", month),
                ("name", &month_name),
                ("day", date),
            ],
        )
    }
}

/// An HTML answer.
///
/// # Errors
/// `internal` if the template fails.
pub fn html(status: u16, template: &impl Template) -> Result<HttpResponse, Problem> {
    let body = template.render().map_err(|e| Problem::internal(e.to_string()))?;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(body))
}

/// The product's version, shown in the footer.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
