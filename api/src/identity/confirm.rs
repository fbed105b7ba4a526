//! The page before an act that cannot be taken back: one sentence says what will happen.

use actix_web::HttpResponse;
use askama::Template;

use crate::web::failure::Failure;
use crate::web::form::FormView;
use crate::web::page::{Page, html};

/// What is to be confirmed.
pub(super) struct Confirm {
    /// Fluent key of the heading and of the button.
    pub(super) act: &'static str,
    /// What will happen, in words.
    pub(super) lead: Vec<String>,
    /// Where the form is sent.
    pub(super) action: String,
    /// Where to go instead.
    pub(super) back: String,
    /// The revision seen.
    pub(super) rev: i32,
    /// Fluent key of a word that must be typed; empty for none.
    pub(super) word: &'static str,
}

#[derive(Template)]
#[template(path = "identity/confirm.html")]
struct ConfirmPage<'a> {
    page: &'a Page,
    f: FormView,
    asked: &'a Confirm,
}

impl Confirm {
    /// The page.
    pub(super) fn page(&self, page: &Page, status: u16, f: FormView) -> Result<HttpResponse, Failure> {
        let template = ConfirmPage { page, f, asked: self };
        Ok(html(status, &template)?)
    }
}
