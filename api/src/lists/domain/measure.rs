//! What quantities are counted in (计量单位).

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::fold;

/// A unit of measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// 小时
    Hour,
    /// 场次
    Session,
    /// 人次
    PersonTime,
    /// 人
    Person,
    /// 份餐
    Meal,
    /// 车位·夜
    SpaceNight,
    /// 平方米·小时
    SqmHour,
    /// 平方米·月
    SqmMonth,
    /// 件·天
    ItemDay,
    /// 册（份）
    Copy,
    /// 件
    Case,
    /// 个岗位
    Post,
    /// 人·天
    PersonDay,
}

struct Words {
    labels: [String; 3],
    aliases: Vec<String>,
}

static WORDS: LazyLock<HashMap<&'static str, Words>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    let mut reader = csv::Reader::from_reader(include_str!("measures.csv").as_bytes());
    for record in reader.records().flatten() {
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        if let Some(measure) = Measure::from_id(&cell(0)) {
            let mut aliases: Vec<String> = cell(4).split(';').map(fold).collect();
            aliases.extend([cell(1), cell(2)].iter().map(|label| fold(label)));
            let labels = [cell(1), cell(2), cell(3)];
            words.insert(measure.id(), Words { labels, aliases });
        }
    }
    words
});

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 13] = [
        Self::Hour,
        Self::Session,
        Self::PersonTime,
        Self::Person,
        Self::Meal,
        Self::SpaceNight,
        Self::SqmHour,
        Self::SqmMonth,
        Self::ItemDay,
        Self::Copy,
        Self::Case,
        Self::Post,
        Self::PersonDay,
    ];

    /// The stored name, `person_time`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Session => "session",
            Self::PersonTime => "person_time",
            Self::Person => "person",
            Self::Meal => "meal",
            Self::SpaceNight => "space_night",
            Self::SqmHour => "sqm_hour",
            Self::SqmMonth => "sqm_month",
            Self::ItemDay => "item_day",
            Self::Copy => "copy",
            Self::Case => "case",
            Self::Post => "post",
            Self::PersonDay => "person_day",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.id() == id)
    }

    /// The word shown to people; `lang` is 0 for Chinese, 1 for Korean, 2 for English.
    #[must_use]
    pub fn label(self, lang: usize) -> &'static str {
        WORDS
            .get(self.id())
            .and_then(|words| words.labels.get(lang))
            .map_or(self.id(), String::as_str)
    }

    /// Whether the folded `word` is a usual word for this measure.
    #[must_use]
    pub fn is_called(self, word: &str) -> bool {
        WORDS
            .get(self.id())
            .is_some_and(|words| words.aliases.iter().any(|alias| alias == word))
    }

    /// The two factors of a compound measure as other words: persons and days for `PersonDay`.
    #[must_use]
    pub fn factors(self) -> Option<[&'static [&'static str]; 2]> {
        match self {
            Self::PersonTime => Some([&["人", "名", "명"], &["次", "场", "回", "차", "회"]]),
            Self::SpaceNight => Some([&["个", "车位", "个车位", "位", "자리"], &["夜", "晚", "밤"]]),
            Self::SqmHour => Some([&["m2", "平方米", "平米", "평방메터"], &["小时", "时", "시간"]]),
            Self::SqmMonth => Some([&["m2", "平方米", "平米", "평방메터"], &["月", "个月", "월"]]),
            Self::ItemDay => Some([&["件", "台", "套", "个", "개"], &["天", "日", "일"]]),
            Self::PersonDay => Some([&["人", "名", "명"], &["天", "日", "일"]]),
            Self::Hour | Self::Session | Self::Person | Self::Meal | Self::Copy | Self::Case | Self::Post => {
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_words_in_three_languages() {
        for measure in Measure::ALL {
            assert_eq!(Measure::from_id(measure.id()), Some(measure));
            for lang in 0..3 {
                assert_ne!(measure.label(lang), measure.id());
            }
            assert!(measure.is_called(&fold(measure.label(0))));
        }
    }
}
