//! Whose row it is: code, then exact name, then alias, then a regular form of the name. Likeness alone only
//! makes a question.

use std::collections::{BTreeSet, HashMap};

use super::super::domain::fold;

/// A party as the register knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct PartyEntry {
    /// What the caller knows it by: an id, or the name.
    pub key: String,
    /// The registered name.
    pub name: String,
    /// Other names: aliases, the Party organisation, the Korean name.
    pub aliases: Vec<String>,
    /// `community`, `unit`, `street` or `district`.
    pub kind: String,
    /// `school`, `bank` …
    pub unit_kind: String,
    /// The community it lies in.
    pub community: String,
    /// Households of a community.
    pub households: Option<u32>,
    /// Agreements it can look after.
    pub capacity: Option<u32>,
    /// Unified social credit code.
    pub credit_code: Option<String>,
}

/// How a name was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By its code.
    Code,
    /// By the registered name.
    Exact,
    /// By an alias.
    Alias,
    /// By a regular form of the name.
    Regular,
}

/// What a name was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution<'a> {
    /// This party.
    One(&'a PartyEntry, How),
    /// Several that fit alike.
    Several(Vec<&'a PartyEntry>),
    /// None; these are like it, best first.
    None(Vec<&'a PartyEntry>),
}

/// The parties of a street.
#[derive(Debug, Clone, Default)]
pub struct PartyRegister {
    entries: Vec<PartyEntry>,
    keys: HashMap<String, usize>,
    codes: HashMap<String, BTreeSet<usize>>,
    names: HashMap<String, BTreeSet<usize>>,
    aliases: HashMap<String, BTreeSet<usize>>,
    regular: HashMap<String, BTreeSet<usize>>,
    places: Vec<String>,
}

/// Candidates offered with a question.
const CANDIDATES: usize = 4;
/// Likeness below which a name is not offered.
const LIKE: u32 = 250;
const COMPANY: [&str; 5] = [
    "有限责任公司",
    "股份有限公司",
    "集团有限公司",
    "有限公司",
    "유한회사",
];

impl PartyRegister {
    /// Indexes the entries.
    #[must_use]
    pub fn new(entries: Vec<PartyEntry>) -> Self {
        let mut register = Self {
            places: places(&entries),
            ..Self::default()
        };
        for (place, entry) in entries.iter().enumerate() {
            if let Some(code) = &entry.credit_code {
                register.codes.entry(fold(code)).or_default().insert(place);
            }
            register.keys.insert(entry.key.clone(), place);
            register.names.entry(fold(&entry.name)).or_default().insert(place);
            for alias in &entry.aliases {
                register.aliases.entry(fold(alias)).or_default().insert(place);
            }
            for name in std::iter::once(&entry.name).chain(&entry.aliases) {
                for form in register.forms(name, entry.kind == "community") {
                    register.regular.entry(form).or_default().insert(place);
                }
            }
        }
        register.entries = entries;
        register
    }

    /// Every party.
    #[must_use]
    pub fn entries(&self) -> &[PartyEntry] {
        &self.entries
    }

    /// The party of this registered name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&PartyEntry> {
        let places = self.names.get(&fold(name))?;
        self.entries.get(*places.first()?)
    }

    /// The party the caller knows by this key.
    #[must_use]
    pub fn keyed(&self, key: &str) -> Option<&PartyEntry> {
        self.keys.get(key).and_then(|place| self.entries.get(*place))
    }

    /// Who is meant by a code, if any, and a name.
    #[must_use]
    pub fn resolve(&self, code: Option<&str>, name: &str) -> Resolution<'_> {
        if let Some(place) = code.and_then(|code| self.codes.get(&fold(code))).and_then(only)
            && let Some(entry) = self.entries.get(place)
        {
            return Resolution::One(entry, How::Code);
        }
        if let Some(entry) = self.keyed(name.trim()) {
            return Resolution::One(entry, How::Exact);
        }
        let folded = fold(name);
        let steps = [(&self.names, How::Exact), (&self.aliases, How::Alias)];
        for (table, how) in steps {
            if let Some(found) = table.get(&folded) {
                return self.found(found, how);
            }
        }
        for form in self.forms(name, true) {
            if let Some(found) = self.regular.get(&form) {
                return self.found(found, How::Regular);
            }
        }
        Resolution::None(self.near(&folded))
    }

    fn found(&self, places: &BTreeSet<usize>, how: How) -> Resolution<'_> {
        let entries: Vec<&PartyEntry> = places
            .iter()
            .filter_map(|place| self.entries.get(*place))
            .collect();
        match entries.as_slice() {
            [one] => Resolution::One(one, how),
            _ => Resolution::Several(entries),
        }
    }

    fn near(&self, folded: &str) -> Vec<&PartyEntry> {
        let mut scored: Vec<(u32, &PartyEntry)> = self
            .entries
            .iter()
            .map(|entry| {
                let names = std::iter::once(&entry.name).chain(&entry.aliases);
                (
                    names.map(|name| like(folded, &fold(name))).max().unwrap_or(0),
                    entry,
                )
            })
            .filter(|(score, _)| *score >= LIKE)
            .collect();
        scored.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
        scored
            .into_iter()
            .take(CANDIDATES)
            .map(|(_, entry)| entry)
            .collect()
    }

    /// Regular forms of a name: without blanks, brackets, company endings, the place in front; a residents'
    /// committee is its community.
    fn forms(&self, name: &str, community: bool) -> Vec<String> {
        let bare: String = without_brackets(&fold(name))
            .chars()
            .filter(|sign| sign.is_alphanumeric())
            .collect();
        let short = COMPANY
            .iter()
            .find_map(|end| bare.strip_suffix(end))
            .unwrap_or(&bare)
            .to_owned();
        let mut forms = vec![
            self.without_place(&bare).to_owned(),
            self.without_place(&short).to_owned(),
        ];
        if community && bare.contains("社区") {
            let street = bare.split_once("街道").map_or(bare.as_str(), |(_, rest)| rest);
            let ends = ["社区居民委员会", "社区居委会", "社区"];
            if let Some(stem) = ends.iter().find_map(|end| street.strip_suffix(end)) {
                forms.push(format!("{stem}社区"));
            }
        }
        forms.retain(|form| form.chars().count() >= 2);
        forms.dedup();
        forms
    }

    fn without_place<'n>(&self, name: &'n str) -> &'n str {
        let mut rest = name;
        if let Some((province, after)) = rest.split_once('省')
            && province.chars().count() == 2
        {
            rest = after;
        }
        for place in &self.places {
            if let Some(after) = rest.strip_prefix(place.as_str()) {
                rest = after;
                break;
            }
        }
        rest.strip_prefix('市')
            .filter(|after| after.chars().count() >= 2)
            .unwrap_or(rest)
    }
}

/// The cities and counties that stand before at least two names.
fn places(entries: &[PartyEntry]) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for entry in entries {
        let name = fold(&entry.name);
        let end = name
            .char_indices()
            .take(6)
            .find(|(_, sign)| matches!(sign, '市' | '县' | '州'));
        if let Some((at, sign)) = end.filter(|(at, _)| *at > 0)
            && let Some(place) = name.get(..at + sign.len_utf8())
        {
            *seen.entry(place.to_owned()).or_default() += 1;
            // Also without its rank: 珲春第二小学.
            *seen
                .entry(name.get(..at).unwrap_or_default().to_owned())
                .or_default() += 1;
        }
    }
    let mut places: Vec<String> = seen
        .into_iter()
        .filter(|(place, count)| *count > 1 && place.chars().count() > 1)
        .map(|(place, _)| place)
        .collect();
    places.sort_by_key(|place| std::cmp::Reverse(place.chars().count()));
    places
}

fn only(places: &BTreeSet<usize>) -> Option<usize> {
    places.first().copied().filter(|_| places.len() == 1)
}

fn without_brackets(folded: &str) -> String {
    let mut depth = 0u32;
    folded
        .chars()
        .filter(|sign| match sign {
            '(' | '[' | '【' => {
                depth += 1;
                false
            }
            ')' | ']' | '】' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// Likeness of names, 0–1300: shared pairs of signs; a short name whose signs all stand in the long one in
/// order (珲春一小) counts as very like.
fn like(short: &str, long: &str) -> u32 {
    let base = super::super::domain::likeness(short, long);
    let mut rest = long.chars();
    let inside = short.chars().count() >= 2 && short.chars().all(|sign| rest.any(|other| other == sign));
    if inside { base.max(700) } else { base }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register() -> PartyRegister {
        let entry = |name: &str, aliases: &[&str], kind: &str| PartyEntry {
            key: name.to_owned(),
            name: name.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            kind: kind.to_owned(),
            ..PartyEntry::default()
        };
        PartyRegister::new(vec![
            entry("珲春市第一实验小学", &[], "unit"),
            entry("珲春市第一高级中学", &[], "unit"),
            PartyEntry {
                credit_code: Some("12222404000000000M".to_owned()),
                ..entry("珲春市延边制药有限公司", &["延边制药"], "unit")
            },
            entry("靖和街道龙源社区居民委员会", &[], "community"),
        ])
    }

    fn found(code: Option<&str>, name: &str) -> Option<(String, How)> {
        match register().resolve(code, name) {
            Resolution::One(entry, how) => Some((entry.name.clone(), how)),
            _ => None,
        }
    }

    #[test]
    fn d22_names_are_found_in_order_of_sureness() {
        let first = "珲春市第一实验小学";
        for (name, wanted, how) in [
            (first, first, How::Exact),
            ("珲春市 第一实验小学", first, How::Exact),
            ("珲春市第一实验小学（本部）", first, How::Regular),
            ("第一实验小学", first, How::Regular),
            ("市第一实验小学", first, How::Regular),
            ("珲春第一实验小学", first, How::Regular),
            ("延边制药", "珲春市延边制药有限公司", How::Alias),
            ("珲春市延边制药", "珲春市延边制药有限公司", How::Regular),
            ("龙源社区", "靖和街道龙源社区居民委员会", How::Regular),
            ("龙源社区居委会", "靖和街道龙源社区居民委员会", How::Regular),
        ] {
            assert_eq!(found(None, name), Some((wanted.to_owned(), how)), "{name}");
        }
        assert_eq!(found(Some("12222404000000000m"), "?").unwrap().1, How::Code);
    }

    #[test]
    fn s17_a_like_name_is_asked_with_its_candidates() {
        let register = register();
        let Resolution::None(near) = register.resolve(None, "珲春一小") else {
            panic!("never merged by nearness alone");
        };
        let names: Vec<&str> = near.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names.first(), Some(&"珲春市第一实验小学"));
        assert!(names.contains(&"珲春市第一高级中学"));
    }
}
