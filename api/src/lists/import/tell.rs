//! Words for questions, refusals and file faults, in the reader's language.

use super::fault::FileFault;
use super::outcome::{Notice, Question, Refusal, Spot};
use super::sheet::column_letters;
use crate::web::i18n::Lang;

/// Where something stands, for a sentence.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// Sheet; empty for text files.
    pub sheet: &'a str,
    /// 1-based row.
    pub row: u32,
}

/// A question as a sentence.
#[must_use]
pub fn question(lang: Lang, question: &Question, at: At) -> String {
    let mut args = spot(lang, &question.spot, at);
    args.extend(
        question
            .args
            .iter()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    args.push((
        "suggestion".to_owned(),
        question.suggestion.clone().unwrap_or_default(),
    ));
    say(lang, &format!("question-{}", key(&question.code)), &args)
}

/// A refusal: what is wrong, and what to do.
#[must_use]
pub fn refusal(lang: Lang, refusal: &Refusal, at: At) -> (String, String) {
    let mut args = spot(lang, &refusal.spot, at);
    args.extend(
        refusal
            .args
            .iter()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    let what = format!("refusal-{}", key(&refusal.code));
    (
        say(lang, &what, &args),
        say(lang, &format!("{what}-action"), &args),
    )
}

/// A notice as a sentence.
#[must_use]
pub fn notice(lang: Lang, notice: &Notice, at: At) -> String {
    say(
        lang,
        &format!("notice-{}", key(&notice.code)),
        &spot(lang, &notice.spot, at),
    )
}

/// Why a file was refused, and what to do.
#[must_use]
pub fn file_fault(lang: Lang, fault: &FileFault) -> (String, String) {
    let args: Vec<(String, String)> = fault
        .args()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let what = format!("fault-{}", fault.code());
    (
        say(lang, &what, &args),
        say(lang, &format!("{what}-action"), &args),
    )
}

fn spot(lang: Lang, spot: &Spot, at: At) -> Vec<(String, String)> {
    let column = spot.column.map(column_letters).unwrap_or_default();
    let head = if spot.head.is_empty() {
        column
    } else {
        spot.head.clone()
    };
    let place = match (at.sheet.is_empty(), head.is_empty()) {
        (false, false) => "list-place-sheet",
        (false, true) => "list-place-sheet-row",
        (true, false) => "list-place-row",
        (true, true) => "list-place-bare",
    };
    let mut args = vec![
        ("sheet".to_owned(), at.sheet.to_owned()),
        ("row".to_owned(), at.row.to_string()),
        ("head".to_owned(), head),
        ("value".to_owned(), shortened(&spot.value)),
    ];
    args.push(("place".to_owned(), say(lang, place, &args)));
    args
}

/// A value cut to what is shown.
#[must_use]
pub fn shortened(value: &str) -> String {
    let most = crate::kernel::limit::SHOWN_VALUE_CHARS;
    let mut shown: String = value.chars().take(most).collect();
    if value.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

/// Codes are written with underscores, keys of words with dashes.
fn key(code: &str) -> String {
    code.replace('_', "-")
}

fn say(lang: Lang, key: &str, args: &[(String, String)]) -> String {
    let args: Vec<(&str, &str)> = args
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    lang.ta(key, &args)
}
