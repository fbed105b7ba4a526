//! What a party is.

use serde::{Deserialize, Serialize};

use crate::kernel::id::{Id, Party};

/// The side a party stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// 社区
    Community,
    /// 驻区单位
    Unit,
    /// 街道
    Street,
    /// 区（县、市）
    District,
}

impl PartyKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Community, Self::Unit, Self::Street, Self::District];

    /// The stored and wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Unit => "unit",
            Self::Street => "street",
            Self::District => "district",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The kinds of unit (单位类别), `domain.md` §5; words under `unit-kind-<code>`.
pub const UNIT_KINDS: [&str; 14] = [
    "school",
    "kindergarten",
    "university",
    "hospital",
    "bank",
    "organ",
    "public_body",
    "state_firm",
    "private_firm",
    "firm",
    "property",
    "military",
    "social_org",
    "other",
];

/// The kind of unit that a register's word stands for; a firm of unknown ownership is just a firm.
#[must_use]
pub fn unit_kind(word: &str) -> &'static str {
    let word = match word {
        "garrison" => "military",
        "institution" => "public_body",
        "social" => "social_org",
        other => other,
    };
    UNIT_KINDS
        .into_iter()
        .find(|known| *known == word)
        .unwrap_or("other")
}

/// A party as other features read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyView {
    /// Its id.
    pub id: Id<Party>,
    /// The number people say, given in the order of the register.
    pub number: i32,
    /// The registered name (单位名称).
    pub name: String,
    /// The Party organisation's name (党组织名称).
    pub organisation_name: Option<String>,
    /// The registered Korean name.
    pub name_ko: Option<String>,
    /// Its side.
    pub kind: PartyKind,
    /// One of [`UNIT_KINDS`], for units.
    pub unit_kind: Option<String>,
    /// The community a unit lies in.
    pub community: Option<Id<Party>>,
    /// Households of a community.
    pub households: Option<i64>,
    /// Agreements it can look after, 1–60.
    pub max_agreements: i32,
    /// Unified social credit code (统一社会信用代码).
    pub credit_code: Option<String>,
    /// Address.
    pub address: String,
    /// Title of the contact.
    pub contact_title: String,
    /// For optimistic changes.
    pub rev: i32,
}

/// Households of a community that are outside of what is usual; told, never refused.
#[must_use]
pub fn is_unusual_size(households: i64) -> bool {
    !(300..=8_000).contains(&households)
}

/// A name reduced to what tells parties apart: no blanks, brackets or width differences, small letters.
#[must_use]
pub fn normalised(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfkc()
        .filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '（' | '）' | '“' | '”' | '"' | '·' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_by_blanks_and_brackets_are_one() {
        assert_eq!(
            normalised("珲春市 第一实验小学（本部）"),
            normalised("珲春市第一实验小学(本部)")
        );
        assert_ne!(normalised("珲春市第一小学"), normalised("珲春市第二小学"));
    }
}
