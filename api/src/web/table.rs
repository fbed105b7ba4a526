//! Lists: what the address asks for (filter, order, size, place), and the links that change one of them.

use std::fmt::Write as _;

use actix_web::HttpRequest;

use super::page::Page;

/// How many rows a page of a list may have; the first is not the default, [`SIZE`] is.
pub const SIZES: [usize; 3] = [20, 50, 100];
/// Rows of a page unless the address says otherwise.
pub const SIZE: usize = 50;
/// Most pairs read from an address.
const PAIRS_MAX: usize = 40;
/// Pairs that are not conditions.
const OWN: [&str; 5] = ["after", "at", "size", "sort", "done"];

/// A list as its address asks for it and as the query found it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableView {
    path: String,
    pairs: Vec<(String, String)>,
    /// Rows that meet the conditions, on all pages.
    pub count: u64,
    /// Rows on this page.
    pub shown: usize,
    next: Option<String>,
}

impl TableView {
    /// Reads the address of a request. Empty values are no conditions.
    #[must_use]
    pub fn read(request: &HttpRequest) -> Self {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(request.query_string()).unwrap_or_default();
        Self {
            path: request.path().to_owned(),
            pairs: pairs
                .into_iter()
                .filter(|(_, value)| !value.trim().is_empty())
                .take(PAIRS_MAX)
                .collect(),
            ..Self::default()
        }
    }

    /// Adds what the query found: rows in all, rows on this page, the cursor of the next page.
    #[must_use]
    pub fn found(mut self, count: u64, shown: usize, next: Option<String>) -> Self {
        self.count = count;
        self.shown = shown;
        self.next = next;
        self
    }

    /// The value of a condition, empty if there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// Whether a condition has this value.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    /// The cursor this page begins after.
    #[must_use]
    pub fn after(&self) -> Option<&str> {
        Some(self.value("after")).filter(|cursor| !cursor.is_empty())
    }

    /// Rows asked for: one of [`SIZES`].
    #[must_use]
    pub fn size(&self) -> usize {
        self.value("size")
            .parse()
            .ok()
            .filter(|size| SIZES.contains(size))
            .unwrap_or(SIZE)
    }

    /// The order asked for: a column's key, with `-` before it when falling; empty for the list's own.
    #[must_use]
    pub fn sort(&self) -> &str {
        self.value("sort")
    }

    /// The sizes to choose from, each with its link but the one in use.
    #[must_use]
    pub fn sizes(&self) -> [(usize, Option<String>); 3] {
        SIZES.map(|size| {
            let href = || self.href(&["after", "at", "done", "size"], &[("size", &size.to_string())]);
            (size, (size != self.size()).then(href))
        })
    }

    /// How many rows there are and which of them are shown, in words.
    #[must_use]
    pub fn range(&self, page: &Page) -> String {
        let (count, first, last) = (
            self.count.to_string(),
            self.first().to_string(),
            self.last().to_string(),
        );
        page.lang.ta(
            "table-range",
            &[("count", &count), ("first", &first), ("last", &last)],
        )
    }

    /// Whether any condition is set.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.pairs.iter().any(|(key, _)| !OWN.contains(&key.as_str()))
    }

    /// Number of the first row shown, from 1; 0 if there is none.
    #[must_use]
    pub fn first(&self) -> u64 {
        if self.shown == 0 { 0 } else { self.skipped() + 1 }
    }

    /// Number of the last row shown.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.skipped() + u64::try_from(self.shown).unwrap_or(u64::MAX >> 1)
    }

    /// The value of `aria-sort` for a column.
    #[must_use]
    pub fn sorted(&self, key: &str) -> &'static str {
        match self.sort().strip_prefix('-') {
            Some(falling) if falling == key => "descending",
            None if self.sort() == key => "ascending",
            _ => "none",
        }
    }

    /// The link of a column's head: rising, then falling.
    #[must_use]
    pub fn sort_href(&self, key: &str) -> String {
        let value = if self.sorted(key) == "ascending" {
            format!("-{key}")
        } else {
            key.to_owned()
        };
        self.href(&["after", "at", "done", "sort"], &[("sort", &value)])
    }

    /// The link that drops one condition.
    #[must_use]
    pub fn without(&self, name: &str) -> String {
        self.href(&["after", "at", "done", name], &[])
    }

    /// The link that drops all conditions.
    #[must_use]
    pub fn reset_href(&self) -> &str {
        &self.path
    }

    /// The link to the first page.
    #[must_use]
    pub fn first_href(&self) -> Option<String> {
        self.after().map(|_| self.href(&["after", "at", "done"], &[]))
    }

    /// The link to the next page.
    #[must_use]
    pub fn next_href(&self) -> Option<String> {
        let next = self.next.as_deref()?;
        let at = self.last().to_string();
        Some(self.href(&["after", "at", "done"], &[("after", next), ("at", &at)]))
    }

    /// The address of a file with the same rows: `path` with the conditions and the order of this page.
    #[must_use]
    pub fn export_href(&self, path: &str) -> String {
        let kept = self.kept(&["after", "at", "done", "size"]);
        join(path, kept)
    }

    fn skipped(&self) -> u64 {
        let at = self.value("at").parse().unwrap_or(0);
        if self.after().is_some() {
            at.min(1_000_000_000)
        } else {
            0
        }
    }

    fn href(&self, drop: &[&str], add: &[(&str, &str)]) -> String {
        let kept = self.kept(drop);
        join(&self.path, kept.chain(add.iter().copied()))
    }

    fn kept<'a>(&'a self, drop: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.pairs
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .filter(move |(key, _)| !drop.contains(key))
    }
}

fn join<'a>(path: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<(&str, &str)> = pairs.collect();
    let query = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    let mut address = path.to_owned();
    if !query.is_empty() {
        let _ = write!(address, "?{query}");
    }
    address
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn view(uri: &str) -> TableView {
        TableView::read(&TestRequest::with_uri(uri).to_http_request())
    }

    #[test]
    fn links_change_one_thing_and_leave_the_place() {
        let view = view("/needs?state=listed&q=%E8%AE%B2%E5%BA%A7&area=&sort=name&after=abc&at=50&size=20");
        let view = view.found(312, 20, Some("def".to_owned()));
        assert_eq!((view.first(), view.last(), view.size()), (51, 70, 20));
        assert_eq!(view.sorted("name"), "ascending");
        assert_eq!(
            view.sort_href("name"),
            "/needs?state=listed&q=%E8%AE%B2%E5%BA%A7&size=20&sort=-name"
        );
        assert_eq!(view.without("q"), "/needs?state=listed&sort=name&size=20");
        assert_eq!(
            view.next_href().as_deref(),
            Some("/needs?state=listed&q=%E8%AE%B2%E5%BA%A7&sort=name&size=20&after=def&at=70")
        );
        assert_eq!(
            view.export_href("/needs/export.csv"),
            "/needs/export.csv?state=listed&q=%E8%AE%B2%E5%BA%A7&sort=name"
        );
        assert!(view.is_filtered());
    }

    #[test]
    fn a_bare_address_has_no_conditions() {
        let view = view("/needs?size=7&at=90").found(0, 0, None);
        assert_eq!((view.first(), view.last(), view.size()), (0, 0, SIZE));
        assert!(!view.is_filtered());
        assert_eq!((view.next_href(), view.first_href()), (None, None));
    }
}
