//! Words in three languages. Keys live in `locales/<language>/<feature>.ftl`; a key is used whole, sentences
//! are never glued together.

use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::assets::Locales;

/// A language the product speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// 中文（简体）
    #[default]
    Zh,
    /// 조선어, as written in Yanbian
    Ko,
    /// English
    En,
    /// English stretched by 40 %, to find clipped text; never offered.
    Stretched,
}

impl Lang {
    /// The languages offered to people, in order.
    pub const ALL: [Self; 3] = [Self::Zh, Self::Ko, Self::En];

    /// The BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::Ko => "ko-CN",
            Self::En => "en",
            Self::Stretched => "en-x-long",
        }
    }

    /// Reads a tag such as `ko-CN`, `ko` or `zh-Hans-CN`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim();
        if tag.eq_ignore_ascii_case("en-x-long") {
            return Some(Self::Stretched);
        }
        match tag
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "zh" => Some(Self::Zh),
            "ko" => Some(Self::Ko),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The best language of an `Accept-Language` header, by order of weight.
    #[must_use]
    pub fn from_accept(header: &str) -> Option<Self> {
        let mut choices: Vec<(i32, usize, Self)> = Vec::new();
        for (place, part) in header.split(',').take(20).enumerate() {
            let mut halves = part.split(';');
            let lang = Self::from_tag(halves.next().unwrap_or_default());
            let weight = halves
                .next()
                .and_then(|q| q.trim().strip_prefix("q="))
                .map_or(1000, thousandths);
            if let Some(lang) = lang.filter(|_| weight > 0) {
                choices.push((-weight, place, lang));
            }
        }
        choices.sort_by_key(|(weight, place, _)| (*weight, *place));
        choices.first().map(|(_, _, lang)| *lang)
    }

    /// The sentence of `key`. A key nobody wrote is returned itself, so that it is seen.
    #[must_use]
    pub fn t(self, key: &str) -> String {
        self.ta(key, &[])
    }

    /// The sentence of `key` with named values.
    #[must_use]
    pub fn ta(self, key: &str, args: &[(&str, &str)]) -> String {
        let source = if self == Self::Stretched { Self::En } else { self };
        let text = CATALOGUE
            .get(&source)
            .and_then(|bundle| format(bundle, key, args));
        let text = text.unwrap_or_else(|| key.to_owned());
        if self == Self::Stretched {
            stretch(&text)
        } else {
            text
        }
    }

    /// Whether `key` has words.
    #[must_use]
    pub fn knows(self, key: &str) -> bool {
        CATALOGUE.get(&self).is_some_and(|bundle| bundle.has_message(key))
    }
}

fn thousandths(q: &str) -> i32 {
    let (whole, rest) = q.trim().split_once('.').unwrap_or((q.trim(), ""));
    let digits: String = rest.chars().chain("000".chars()).take(3).collect();
    whole.parse::<i32>().unwrap_or(0).clamp(0, 1) * 1000 + digits.parse::<i32>().unwrap_or(0)
}

fn format(bundle: &FluentBundle<FluentResource>, key: &str, args: &[(&str, &str)]) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut values = FluentArgs::new();
    for (name, value) in args {
        let value = value
            .parse::<i64>()
            .map_or_else(|_| FluentValue::from(*value), FluentValue::from);
        values.set(*name, value);
    }
    let mut faults = Vec::new();
    Some(
        bundle
            .format_pattern(pattern, Some(&values), &mut faults)
            .into_owned(),
    )
}

fn stretch(text: &str) -> String {
    let more = text.chars().filter(char::is_ascii_alphabetic).count() * 2 / 5;
    if more == 0 {
        text.to_owned()
    } else {
        format!("{text} {}", "~".repeat(more))
    }
}

static CATALOGUE: LazyLock<HashMap<Lang, FluentBundle<FluentResource>>> = LazyLock::new(|| {
    let mut catalogue = HashMap::new();
    for lang in Lang::ALL {
        let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        for file in Locales::iter().filter(|f| f.starts_with(&format!("{}/", lang.tag()))) {
            let Some(content) = Locales::get(&file) else {
                continue;
            };
            let text = String::from_utf8_lossy(&content.data).into_owned();
            let resource = FluentResource::try_new(text).unwrap_or_else(|(partly, _)| partly);
            bundle.add_resource_overriding(resource);
        }
        catalogue.insert(lang, bundle);
    }
    catalogue
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weightiest_known_language_wins() {
        assert_eq!(Lang::from_accept("fr, ko-KR;q=0.8, zh-CN;q=0.9"), Some(Lang::Zh));
        assert_eq!(Lang::from_accept("ko"), Some(Lang::Ko));
        assert_eq!(Lang::from_accept("en;q=0"), None);
        assert_eq!(Lang::from_accept("de"), None);
    }

    #[test]
    fn a_key_without_words_is_seen() {
        assert_eq!(Lang::Zh.t("no-such-key"), "no-such-key");
    }
}
