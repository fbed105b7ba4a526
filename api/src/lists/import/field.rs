//! What a column may hold, and the words by which its head says so.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::super::domain::{Kind, fold};

/// The meaning of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 序号
    Serial,
    /// The unit or community that offers or needs.
    Party,
    /// The bare word 单位: party, or measure when it stands beside the quantity.
    Unit,
    /// 社区
    Community,
    /// 信用代码
    Code,
    /// 党组织名称
    Organisation,
    /// 服务类型
    Type,
    /// 共建领域
    Area,
    /// What is offered.
    Offer,
    /// What is needed.
    Need,
    /// What it is about, without saying whether offered or needed.
    Title,
    /// More about it.
    Detail,
    /// 数量
    Quantity,
    /// 计量单位
    Measure,
    /// 最小批量
    SmallestLot,
    /// Hours of the week.
    Windows,
    /// Both dates in one cell.
    Period,
    /// First day.
    From,
    /// Last day.
    Until,
    /// 地点
    Place,
    /// 服务范围
    Reach,
    /// 服务对象
    Audience,
    /// 优先级
    Priority,
    /// 受益人数
    Beneficiaries,
    /// 联系人
    Contact,
    /// 电话
    Phone,
    /// 职务
    TitleOfContact,
    /// What the giver would like in return.
    ReturnWish,
    /// 备注
    Note,
    /// Hours on working days: a sub-column of the hours.
    WeekdayHours,
    /// Hours at weekends: a sub-column of the hours.
    WeekendHours,
    /// Hours on holidays: a sub-column of the hours.
    HolidayHours,
    /// 协议编号, of a register of agreements.
    AgreementNumber,
    /// 提供方
    Giver,
    /// 接受方
    Receiver,
    /// 约定数量
    Agreed,
    /// 已履约数量
    Delivered,
    /// 户数
    Households,
    /// A head nobody knows; kept and shown.
    Unknown,
}

impl Field {
    /// The stored name, `smallest_lot`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::Party => "party",
            Self::Unit => "unit",
            Self::Community => "community",
            Self::Code => "code",
            Self::Organisation => "organisation",
            Self::Type => "type",
            Self::Area => "area",
            Self::Offer => "offer",
            Self::Need => "need",
            Self::Title => "title",
            Self::Detail => "detail",
            Self::Quantity => "quantity",
            Self::Measure => "measure",
            Self::SmallestLot => "smallest_lot",
            Self::Windows => "windows",
            Self::Period => "period",
            Self::From => "from",
            Self::Until => "until",
            Self::Place => "place",
            Self::Reach => "reach",
            Self::Audience => "audience",
            Self::Priority => "priority",
            Self::Beneficiaries => "beneficiaries",
            Self::Contact => "contact",
            Self::Phone => "phone",
            Self::TitleOfContact => "title_of_contact",
            Self::ReturnWish => "return_wish",
            Self::Note => "note",
            Self::WeekdayHours => "weekday_hours",
            Self::WeekendHours => "weekend_hours",
            Self::HolidayHours => "holiday_hours",
            Self::AgreementNumber => "agreement_number",
            Self::Giver => "giver",
            Self::Receiver => "receiver",
            Self::Agreed => "agreed",
            Self::Delivered => "delivered",
            Self::Households => "households",
            Self::Unknown => "unknown",
        }
    }

    const NAMED: [Self; 38] = [
        Self::Serial,
        Self::Party,
        Self::Unit,
        Self::Community,
        Self::Code,
        Self::Organisation,
        Self::Type,
        Self::Area,
        Self::Offer,
        Self::Need,
        Self::Title,
        Self::Detail,
        Self::Quantity,
        Self::Measure,
        Self::SmallestLot,
        Self::Windows,
        Self::Period,
        Self::From,
        Self::Until,
        Self::Place,
        Self::Reach,
        Self::Audience,
        Self::Priority,
        Self::Beneficiaries,
        Self::Contact,
        Self::Phone,
        Self::TitleOfContact,
        Self::ReturnWish,
        Self::Note,
        Self::WeekdayHours,
        Self::WeekendHours,
        Self::HolidayHours,
        Self::AgreementNumber,
        Self::Giver,
        Self::Receiver,
        Self::Agreed,
        Self::Delivered,
        Self::Households,
    ];

    /// Reads a stored name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|field| field.id() == id)
    }

    /// Whether the column says what is offered or needed.
    #[must_use]
    pub fn is_title(self) -> bool {
        matches!(self, Self::Type | Self::Offer | Self::Need | Self::Title)
    }

    /// Whether the column speaks of the row's party and not of one service, so that two lists standing side
    /// by side share it.
    #[must_use]
    pub fn is_shared(self) -> bool {
        matches!(
            self,
            Self::Serial
                | Self::Party
                | Self::Unit
                | Self::Community
                | Self::Code
                | Self::Organisation
                | Self::Contact
                | Self::Phone
                | Self::TitleOfContact
                | Self::Note
                | Self::Unknown
        )
    }
}

static WORDS: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    let mut reader = csv::Reader::from_reader(include_str!("heads.csv").as_bytes());
    for record in reader.records().flatten() {
        if let Some(field) = record.get(0).and_then(Field::from_id) {
            for word in record.get(1).unwrap_or_default().split(';') {
                words.insert(key(word), field);
            }
        }
    }
    words
});

/// How surely a head was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    /// A known word stands somewhere in it.
    Holds,
    /// A known word ends it; in Chinese the thing named stands last.
    Ends,
    /// It is a known word.
    Is,
}

/// Longest text that may be a head, in characters.
const HEAD_CHARS: usize = 24;

/// What a head says, and how surely.
#[must_use]
pub fn field_of_head(head: &str) -> Option<(Field, Sureness)> {
    let whole = key(head);
    if whole.is_empty() || whole.chars().count() > HEAD_CHARS {
        return None;
    }
    let bare = key(&before_brackets(&fold(head)));
    for text in [&whole, &bare] {
        if let Some(field) = WORDS.get(text.as_str()) {
            return Some((*field, Sureness::Is));
        }
    }
    let longest = |fits: &dyn Fn(&str) -> bool| {
        WORDS
            .iter()
            .filter(|(word, _)| word.chars().count() >= 2 && fits(word))
            .max_by_key(|(word, field)| (word.chars().count(), **field))
            .map(|(_, field)| *field)
    };
    let ends = longest(&|word| bare.ends_with(word)).map(|field| (with_kind(field, &bare), Sureness::Ends));
    ends.or_else(|| {
        longest(&|word| bare.contains(word))
            .filter(|field| !field.is_title())
            .map(|field| (field, Sureness::Holds))
    })
}

/// A title whose head speaks of wishing or of giving.
fn with_kind(field: Field, head: &str) -> Field {
    match (field, kind_of_text(head)) {
        (Field::Title | Field::Offer | Field::Need, Some(Kind::Need)) => Field::Need,
        (Field::Title | Field::Offer | Field::Need, Some(Kind::Offer)) => Field::Offer,
        _ => field,
    }
}

const NEED_WORDS: [&str; 14] = [
    "需求", "需要", "希望", "诉求", "期盼", "期望", "想要", "所需", "急需", "求助", "수요", "희망", "need",
    "wish",
];
const OFFER_WORDS: [&str; 13] = [
    "资源",
    "可提供",
    "能提供",
    "提供",
    "供给",
    "可供",
    "优势",
    "共享",
    "自有",
    "자원",
    "제공",
    "offer",
    "resource",
];

/// Whether a head, title or name speaks of needs or of offers; `None` if of neither, or of both alike
/// (资源需求清单). A wish that something be provided is a need.
#[must_use]
pub fn kind_of_text(text: &str) -> Option<Kind> {
    // 人力资源和社会保障局 and 自然资源局 are units, no lists of resources.
    let text = fold(text).replace("人力资源", "").replace("自然资源", "");
    let need = NEED_WORDS.iter().any(|word| text.contains(word));
    let offer = OFFER_WORDS.iter().any(|word| text.contains(word));
    let both = text.contains("资源") && text.contains("需求") || text.contains("供需");
    match (need, offer) {
        (true, _) if !both => Some(Kind::Need),
        (false, true) => Some(Kind::Offer),
        _ => None,
    }
}

/// A measure named in a head's brackets: 数量（小时） → 小时.
#[must_use]
pub fn in_brackets(head: &str) -> Option<String> {
    let folded = fold(head);
    let inner = folded.split_once('(')?.1.split_once(')')?.0;
    Some(inner.trim_start_matches("单位:").to_owned()).filter(|inner| !inner.is_empty())
}

fn before_brackets(folded: &str) -> String {
    folded
        .split(['(', '[', '【'])
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// A head for comparing: letters and digits, and the brackets of 单位(计量).
fn key(head: &str) -> String {
    fold(head)
        .chars()
        .filter(|sign| sign.is_alphanumeric() || matches!(sign, '(' | ')' | '/'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(head: &str) -> Option<Field> {
        field_of_head(head).map(|(field, _)| field)
    }

    #[test]
    fn every_field_with_words_is_reached() {
        for id in include_str!("heads.csv")
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').next())
        {
            assert!(Field::from_id(id).is_some(), "{id}");
        }
    }

    #[test]
    fn d03_head_words_vary() {
        for (head, wanted) in [
            ("资源内容", Field::Offer),
            ("可提供资源", Field::Offer),
            ("能提供什么", Field::Offer),
            ("希望得到的服务", Field::Need),
            ("需要社区帮助解决的事项", Field::Need),
            ("希望社区提供的志愿服务", Field::Need),
            ("单位全称", Field::Party),
            ("频次或规模", Field::Quantity),
            ("数 量（全年）", Field::Quantity),
            ("可服务时间", Field::Windows),
            ("单位（计量）", Field::Measure),
            ("联系人电话", Field::Phone),
            ("单位联络员", Field::Contact),
            ("服务对象", Field::Audience),
            ("봉사시간", Field::Windows),
            ("수량", Field::Quantity),
            ("单位", Field::Unit),
        ] {
            assert_eq!(field(head), Some(wanted), "{head}");
        }
        assert_eq!(field("颜色"), None);
    }

    #[test]
    fn a_wish_that_something_be_provided_is_a_need() {
        assert_eq!(kind_of_text("希望提供的服务"), Some(Kind::Need));
        assert_eq!(kind_of_text("可提供的服务"), Some(Kind::Offer));
        assert_eq!(kind_of_text("资源需求清单"), None);
        assert_eq!(kind_of_text("联系人"), None);
        assert_eq!(kind_of_text("人力资源和社会保障局需求清单"), Some(Kind::Need));
    }
}
