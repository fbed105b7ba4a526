//! The little XML that the package's side parts need: open tags with attributes, and text. Cells themselves
//! are read by the workbook library.

/// One step of a document.
pub(super) enum Step<'a> {
    /// An opening or empty tag.
    Open(Tag<'a>),
    /// Text between tags, entities resolved.
    Text(String),
}

/// An opening tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'a> {
    name: &'a str,
    rest: &'a str,
}

impl Tag<'_> {
    /// Whether its local name is `name`.
    #[must_use]
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.rsplit(':').next() == Some(name)
    }

    /// An attribute by its local name, entities resolved.
    #[must_use]
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.rest;
        while let Some((key, after)) = rest.split_once('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|sign| matches!(sign, '"' | '\''))?;
            let (value, next) = after.get(1..)?.split_once(quote)?;
            if key.trim().rsplit(':').next() == Some(name) {
                return Some(unescape(value));
            }
            rest = next;
        }
        None
    }

    /// An attribute as a number.
    #[must_use]
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// Whether an attribute says yes.
    #[must_use]
    pub(super) fn flag(&self, name: &str) -> bool {
        self.attribute(name)
            .is_some_and(|value| value == "1" || value == "true")
    }
}

/// Calls `see` with each opening tag.
pub(super) fn tags(content: &str, mut see: impl FnMut(&Tag)) {
    walk(content, |step| {
        if let Step::Open(tag) = step {
            see(&tag);
        }
    });
}

/// Calls `see` with each opening tag and each text, in order. Comments, declarations and closing tags are
/// passed over; a broken end is the end.
pub(super) fn walk(content: &str, mut see: impl FnMut(Step)) {
    let mut rest = content;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        if !before.trim().is_empty() {
            see(Step::Text(unescape(before)));
        }
        if let Some(comment) = tag.strip_prefix("<!--") {
            let Some((_, after)) = comment.split_once("-->") else {
                return;
            };
            rest = after;
            continue;
        }
        let Some(end) = closing(tag) else {
            return;
        };
        let inner = tag.get(1..end).unwrap_or_default();
        if !inner.starts_with(['/', '?', '!']) {
            let inner = inner.trim_end_matches('/');
            let (name, rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
            see(Step::Open(Tag { name, rest }));
        }
        rest = tag.get(end + 1..).unwrap_or_default();
    }
}

/// The place of the `>` that ends a tag, quoted ones passed over.
fn closing(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (place, sign) in tag.char_indices() {
        match (quote, sign) {
            (None, '>') => return Some(place),
            (None, '"' | '\'') => quote = Some(sign),
            (Some(open), sign) if open == sign => quote = None,
            _ => {}
        }
    }
    None
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((entity, next)) = after.split_once(';').filter(|(entity, _)| entity.len() <= 10) else {
            out.push('&');
            rest = after;
            continue;
        };
        match entity_sign(entity) {
            Some(sign) => out.push(sign),
            None => {
                out.push('&');
                out.push_str(entity);
                out.push(';');
            }
        }
        rest = next;
    }
    out.push_str(rest);
    out
}

fn entity_sign(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let code = entity.strip_prefix('#')?;
            let number = code
                .strip_prefix(['x', 'X'])
                .map_or_else(|| code.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())?;
            char::from_u32(number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_attributes_and_text_are_found() {
        let mut seen = Vec::new();
        walk(
            "<?xml?><a:row r=\"3\" hidden='1' n=\"x>y &amp; z\"/><!-- <row/> --><t>甲&#20108;</t>",
            |step| {
                seen.push(match step {
                    Step::Open(tag) => format!(
                        "{:?} {:?} {:?}",
                        tag.number("r"),
                        tag.flag("hidden"),
                        tag.attribute("n")
                    ),
                    Step::Text(text) => text,
                });
            },
        );
        assert_eq!(
            seen,
            ["Some(3) true Some(\"x>y & z\")", "None false None", "甲二"]
        );
    }

    #[test]
    fn a_broken_end_is_the_end() {
        let mut count = 0;
        tags("<a><b c=\"", |_| count += 1);
        assert_eq!(count, 1);
    }
}
