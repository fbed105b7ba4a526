//! Service types (服务类型): data, not code. The built-in table stands in `types.csv`; a district may bring
//! its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Measure, fold};

/// Who usually gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// A unit gives.
    FromUnit,
    /// A community or the street gives.
    FromCommunity,
    /// Either side gives.
    Both,
}

/// One service type.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ServiceType {
    /// `A2-01`; never reused.
    pub code: String,
    /// Names in Chinese, Korean, English.
    pub names: [String; 3],
    /// `A1` … `A6`.
    pub area: String,
    /// Who usually gives.
    pub direction: Direction,
    /// What it is counted in; `None` for cash-like types.
    pub measure: Option<Measure>,
    /// Further words for the measure, folded.
    pub measure_words: Vec<String>,
    /// Usual quantity of one offer in a year, least and most.
    pub typical: Option<(u32, u32)>,
    /// Letters of the checks tied to it (`domain.md` §4), such as `HDP`.
    pub notes: String,
    /// Worth of one unit, in millionths of a point.
    pub worth_micro: u64,
    /// Money, cards, forced orders: never matched.
    pub cash_like: bool,
    /// Other words for it.
    pub synonyms: Vec<String>,
}

/// A row of a type register that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("type {code}: {what}")]
pub struct TypeTableFault {
    /// The code of the row, or its line.
    pub code: String,
    /// `measure`, `direction`, `code` or `twice`.
    pub what: &'static str,
}

/// Every service type that may be used, with the words that find it.
#[derive(Debug, Clone)]
pub struct TypeTable {
    types: BTreeMap<String, ServiceType>,
    names: HashMap<String, BTreeSet<String>>,
    synonyms: HashMap<String, BTreeSet<String>>,
}

/// Words before the service that add nothing.
const LEADS: [&str; 30] = [
    "希望得到",
    "希望提供",
    "希望开展",
    "希望",
    "需要提供",
    "需要",
    "需求",
    "请求",
    "免费提供",
    "无偿提供",
    "可提供",
    "能提供",
    "可以提供",
    "提供",
    "免费开放",
    "开放",
    "免费",
    "开展",
    "组织",
    "举办",
    "协助开展",
    "协助",
    "面向居民",
    "为居民",
    "为社区",
    "向社区",
    "向居民",
    "我单位",
    "本单位",
    "对外",
];
/// Words after the service that add nothing.
const TAILS: [&str; 3] = ["服务", "开放", "活动"];

impl TypeTable {
    /// The built-in table of 57 ordinary and 4 cash-like types.
    #[must_use]
    pub fn built_in() -> Self {
        let mut reader = csv::Reader::from_reader(include_str!("types.csv").as_bytes());
        let heads = reader.headers().cloned().unwrap_or_default();
        let rows = reader.records().flatten().map(|record| {
            heads
                .iter()
                .map(str::to_owned)
                .zip(record.iter().map(str::to_owned))
                .collect()
        });
        Self::from_rows(rows).0
    }

    /// Reads a register; `rows` map a head (`code`, `zh`, `measure`, `synonyms` …) to a cell. What a row does
    /// not say is taken from the built-in type of the same code.
    pub fn from_rows(rows: impl Iterator<Item = HashMap<String, String>>) -> (Self, Vec<TypeTableFault>) {
        let (mut types, mut faults) = (BTreeMap::new(), Vec::new());
        for row in rows {
            match read(&row) {
                Ok(found) if types.contains_key(&found.code) => faults.push(TypeTableFault {
                    code: found.code,
                    what: "twice",
                }),
                Ok(found) => {
                    types.insert(found.code.clone(), found);
                }
                Err(fault) => faults.push(fault),
            }
        }
        (Self::index(types), faults)
    }

    /// A table of these types.
    #[must_use]
    pub fn of(types: Vec<ServiceType>) -> Self {
        Self::index(
            types
                .into_iter()
                .map(|found| (found.code.clone(), found))
                .collect(),
        )
    }

    /// Fills what a district's register leaves open, from `self`: typical quantity, worth, checks, synonyms.
    #[must_use]
    pub fn completing(&self, register: Self) -> Self {
        let mut types = register.types;
        for found in types.values_mut() {
            let Some(known) = self.types.get(&found.code) else {
                continue;
            };
            found.typical = found.typical.or(known.typical);
            if found.worth_micro == 0 {
                found.worth_micro = known.worth_micro;
            }
            if found.notes.is_empty() {
                found.notes.clone_from(&known.notes);
            }
        }
        let mut table = Self::index(types);
        for known in self
            .types
            .values()
            .filter(|known| table.types.contains_key(&known.code))
        {
            let words = known.synonyms.iter().chain(&known.names);
            for key in words.flat_map(|word| keys(word)) {
                if !table.names.contains_key(&key) {
                    table.synonyms.entry(key).or_default().insert(known.code.clone());
                }
            }
        }
        table
    }

    fn index(types: BTreeMap<String, ServiceType>) -> Self {
        let (mut names, mut synonyms) = (HashMap::new(), HashMap::new());
        for found in types.values() {
            for key in found.names.iter().flat_map(|name| keys(name)) {
                insert(&mut names, key, &found.code);
            }
            for key in found.synonyms.iter().flat_map(|word| keys(word)) {
                insert(&mut synonyms, key, &found.code);
            }
        }
        Self {
            types,
            names,
            synonyms,
        }
    }

    /// The type of this code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&ServiceType> {
        self.types.get(code)
    }

    /// Every type, by code.
    pub fn all(&self) -> impl Iterator<Item = &ServiceType> {
        self.types.values()
    }

    /// The types a text names: by code, name, synonym, then without brackets and empty words. One is an
    /// answer, several are a question, none is unknown. Likeness alone is never enough.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<&ServiceType> {
        let folded = fold(text);
        if let Some(found) = self.types.get(&folded.to_uppercase()) {
            return vec![found];
        }
        for candidate in candidates(&folded) {
            for table in [&self.names, &self.synonyms] {
                if let Some(codes) = table.get(&candidate) {
                    return codes.iter().filter_map(|code| self.types.get(code)).collect();
                }
            }
        }
        Vec::new()
    }

    /// The `count` ordinary types whose words are most like the text, best first.
    #[must_use]
    pub fn nearest(&self, text: &str, count: usize) -> Vec<&ServiceType> {
        let key = key(&fold(text));
        let mut scored: Vec<(u32, &ServiceType)> = self
            .types
            .values()
            .filter(|found| !found.cash_like)
            .map(|found| {
                let words = found.names.iter().chain(&found.synonyms);
                (
                    words
                        .map(|word| likeness(&key, &self::key(&fold(word))))
                        .max()
                        .unwrap_or(0),
                    found,
                )
            })
            .filter(|(score, _)| *score > 0)
            .collect();
        scored.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.code.cmp(&b.1.code)));
        scored.into_iter().take(count).map(|(_, found)| found).collect()
    }
}

impl ServiceType {
    /// Whether the folded `word` means this type's measure.
    #[must_use]
    pub fn counts_in(&self, word: &str) -> bool {
        self.measure_words.iter().any(|known| known == word)
            || self.measure.is_some_and(|measure| measure.is_called(word))
    }

    /// The name shown; `lang` is 0 for Chinese, 1 for Korean, 2 for English.
    #[must_use]
    pub fn name(&self, lang: usize) -> &str {
        self.names
            .get(lang)
            .filter(|name| !name.is_empty())
            .or_else(|| self.names.first())
            .map_or(self.code.as_str(), String::as_str)
    }
}

fn insert(table: &mut HashMap<String, BTreeSet<String>>, key: String, code: &str) {
    table.entry(key).or_default().insert(code.to_owned());
}

fn read(row: &HashMap<String, String>) -> Result<ServiceType, TypeTableFault> {
    let cell = |head: &str| row.get(head).map(|value| value.trim()).unwrap_or_default();
    let code = cell("code").to_uppercase();
    let fault = |what| TypeTableFault {
        code: code.clone(),
        what,
    };
    if code.is_empty() {
        return Err(fault("code"));
    }
    let cash_like = matches!(cell("cash_like"), "1" | "true" | "是");
    let measure = Measure::from_id(cell("measure"));
    if measure.is_none() && !cash_like {
        return Err(fault("measure"));
    }
    let direction = match cell("direction") {
        "U→C" | "U->C" => Direction::FromUnit,
        "C→U" | "C->U" => Direction::FromCommunity,
        "↔" | "<->" | "" => Direction::Both,
        _ => return Err(fault("direction")),
    };
    let area = cell("area");
    let words = |head: &str| -> Vec<String> {
        let cell = cell(head);
        cell.split([';', '；'])
            .filter(|word| !word.trim().is_empty())
            .map(|word| word.trim().to_owned())
            .collect()
    };
    let mut measure_words: Vec<String> = words("measure_aliases").iter().map(|word| fold(word)).collect();
    measure_words.extend(words("measure_zh").iter().map(|word| fold(word)));
    Ok(ServiceType {
        names: [cell("zh"), cell("ko"), cell("en")].map(str::to_owned),
        area: if area.is_empty() {
            code.chars().take(2).collect()
        } else {
            area.to_owned()
        },
        direction,
        measure,
        measure_words,
        typical: cell("typical_from")
            .parse()
            .ok()
            .zip(cell("typical_to").parse().ok()),
        notes: cell("notes").to_owned(),
        worth_micro: cell("worth_micro").parse().unwrap_or(0),
        cash_like,
        synonyms: words("synonyms"),
        code,
    })
}

/// Letters and digits only.
fn key(folded: &str) -> String {
    folded.chars().filter(|sign| sign.is_alphanumeric()).collect()
}

/// The keys under which a word is found: with and without what stands in brackets.
fn keys(word: &str) -> Vec<String> {
    let folded = fold(word);
    let mut keys = vec![key(&folded), key(&without_brackets(&folded))];
    keys.dedup();
    keys.retain(|key| !key.is_empty());
    keys
}

/// What a cell's text may be looked up as, most literal first.
fn candidates(folded: &str) -> Vec<String> {
    let bare = without_brackets(folded);
    let mut found = vec![key(folded), key(&bare)];
    let mut rest = key(&bare);
    while let Some(shorter) = LEADS.iter().find_map(|lead| rest.strip_prefix(lead)) {
        rest = shorter.to_owned();
        found.push(rest.clone());
    }
    for tail in TAILS {
        let shorter: Vec<String> = found
            .iter()
            .filter_map(|text| text.strip_suffix(tail).map(str::to_owned))
            .collect();
        found.extend(shorter);
    }
    found.retain(|text| text.chars().count() >= 2);
    found
}

fn without_brackets(folded: &str) -> String {
    let mut depth = 0u32;
    let mut text = String::with_capacity(folded.len());
    for sign in folded.chars() {
        match sign {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ if depth == 0 => text.push(sign),
            _ => {}
        }
    }
    text
}

/// How alike two keys are, 0–1000: shared pairs of neighbouring signs, and whether one holds the other.
pub(crate) fn likeness(a: &str, b: &str) -> u32 {
    if a.is_empty() || b.is_empty() {
        return 0;
    }
    let pairs = |text: &str| -> BTreeSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (pairs_a, pairs_b) = (pairs(a), pairs(b));
    let shared = pairs_a.intersection(&pairs_b).count();
    let total = pairs_a.len() + pairs_b.len();
    let dice = u32::try_from(shared * 2000 / total.max(1)).unwrap_or(0).min(1000);
    let signs: BTreeSet<char> = a.chars().collect();
    let common = b.chars().filter(|sign| signs.contains(sign)).count();
    let longest = a.chars().count().max(b.chars().count());
    let overlap = u32::try_from(common * 300 / longest.max(1)).unwrap_or(0).min(300);
    if a.contains(b) || b.contains(a) {
        dice.max(600) + overlap
    } else {
        dice + overlap
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(table: &TypeTable, text: &str) -> Vec<String> {
        table.find(text).iter().map(|found| found.code.clone()).collect()
    }

    #[test]
    fn the_built_in_table_is_whole_and_every_name_finds_its_type() {
        let table = TypeTable::built_in();
        assert_eq!(table.all().count(), 61);
        assert_eq!(table.all().filter(|found| found.cash_like).count(), 4);
        for found in table.all() {
            for name in &found.names {
                assert_eq!(codes(&table, name), std::slice::from_ref(&found.code), "{name}");
            }
            for word in &found.synonyms {
                assert_eq!(codes(&table, word), std::slice::from_ref(&found.code), "{word}");
            }
            let (low, high) = found.typical.unwrap_or((1, 1));
            let middle = f64::from(low * high).sqrt().round().max(1.0);
            if !found.cash_like {
                let points = middle * f64::from(u32::try_from(found.worth_micro).unwrap()) / 1e6;
                assert!((9.0..11.0).contains(&points), "{} is worth {points}", found.code);
            }
        }
    }

    #[test]
    fn d43_korean_names_and_dressed_up_chinese_ones_are_known() {
        let table = TypeTable::built_in();
        assert_eq!(codes(&table, "운동장 개방"), ["A2-04"]);
        assert_eq!(codes(&table, "免费提供会议室（可容纳50人）"), ["A2-01"]);
        assert_eq!(codes(&table, "图书室/阅览室"), ["A2-05"]);
        assert_eq!(codes(&table, "a2-01"), ["A2-01"]);
        assert!(codes(&table, "无人机表演").is_empty());
        assert!(codes(&table, "会议室布置").is_empty());
    }

    #[test]
    fn an_unknown_text_gets_the_nearest_types_offered() {
        let table = TypeTable::built_in();
        let near: Vec<&str> = table
            .nearest("三楼大会议室", 3)
            .iter()
            .map(|found| found.code.as_str())
            .collect();
        assert_eq!(near.first(), Some(&"A2-01"));
        assert_eq!(near.len(), 3);
    }
}
