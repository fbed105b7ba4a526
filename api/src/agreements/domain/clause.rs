//! The clauses of an agreement (`domain.md` §5, 1–16 and free ones).

use serde::{Deserialize, Serialize};

/// What a clause is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClauseKind {
    /// 当事方
    Parties,
    /// 依据
    Basis,
    /// 目的
    Purpose,
    /// 共建方式
    Mode,
    /// 义务事项
    Obligations,
    /// 非货币
    NonMonetary,
    /// 安全
    Safety,
    /// 个人信息
    PersonalData,
    /// 期限
    Term,
    /// 履约与确认
    Delivery,
    /// 评议
    Review,
    /// 变更
    Change,
    /// 终止
    Termination,
    /// 争议
    Dispute,
    /// 签署
    Signatures,
    /// 份数
    Copies,
    /// 保密
    Confidentiality,
    /// 其他
    Free,
}

impl ClauseKind {
    /// Every kind, the standard sixteen first and in their order.
    pub const ALL: [Self; 18] = [
        Self::Parties,
        Self::Basis,
        Self::Purpose,
        Self::Mode,
        Self::Obligations,
        Self::NonMonetary,
        Self::Safety,
        Self::PersonalData,
        Self::Term,
        Self::Delivery,
        Self::Review,
        Self::Change,
        Self::Termination,
        Self::Dispute,
        Self::Signatures,
        Self::Copies,
        Self::Confidentiality,
        Self::Free,
    ];

    /// The kinds every new agreement has, in the order they stand.
    #[must_use]
    pub fn standard() -> &'static [Self] {
        Self::ALL.get(..16).unwrap_or(&[])
    }

    /// Whether the street may write its own text in a draft.
    #[must_use]
    pub fn is_editable(self) -> bool {
        matches!(
            self,
            Self::Purpose | Self::Safety | Self::Termination | Self::Free
        )
    }

    /// The wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Parties => "parties",
            Self::Basis => "basis",
            Self::Purpose => "purpose",
            Self::Mode => "mode",
            Self::Obligations => "obligations",
            Self::NonMonetary => "non_monetary",
            Self::Safety => "safety",
            Self::PersonalData => "personal_data",
            Self::Term => "term",
            Self::Delivery => "delivery",
            Self::Review => "review",
            Self::Change => "change",
            Self::Termination => "termination",
            Self::Dispute => "dispute",
            Self::Signatures => "signatures",
            Self::Copies => "copies",
            Self::Confidentiality => "confidentiality",
            Self::Free => "free",
        }
    }

    /// Reads the wire form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// How often the project is reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// 每月
    Month,
    /// 每季度
    Quarter,
    /// 每半年
    HalfYear,
    /// 每年
    Year,
}

impl Every {
    /// The wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::HalfYear => "half_year",
            Self::Year => "year",
        }
    }

    /// Reads the wire form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "month" => Some(Self::Month),
            "quarter" => Some(Self::Quarter),
            "half_year" => Some(Self::HalfYear),
            "year" => Some(Self::Year),
            _ => None,
        }
    }
}

/// One clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// `c1`, `c2`, …
    #[serde(rename = "ref")]
    pub reference: String,
    /// What it is about.
    pub kind: ClauseKind,
    /// Its words, in the agreement's authentic language.
    pub text: String,
    /// Days of notice; termination only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notice_days: Option<u32>,
    /// Whether one party alone may end the agreement by notice; termination only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unilateral: Option<bool>,
    /// How often; review only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub every: Option<Every>,
}
