//! Bounded text: trimmed, in NFC, without control or bidi signs.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Text of `MIN` to `MAX` characters after trimming and NFC; line breaks allowed, other controls not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const MIN: usize, const MAX: usize>(String);

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// Nothing but blanks.
    #[error("empty")]
    Empty,
    /// Fewer characters than allowed.
    #[error("shorter than {min}")]
    Short {
        /// Smallest length.
        min: usize,
    },
    /// More characters than allowed.
    #[error("longer than {max}")]
    Long {
        /// Greatest length.
        max: usize,
    },
    /// A control sign or a sign that changes the reading direction.
    #[error("holds a control or direction sign")]
    Control,
}

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// Trims, normalises and checks.
    ///
    /// # Errors
    /// [`TextFault`], the first that applies.
    pub fn parse(raw: &str) -> Result<Self, TextFault> {
        if raw.len() > MAX.saturating_mul(16).saturating_add(1024) {
            return Err(TextFault::Long { max: MAX });
        }
        let text: String = raw.replace("\r\n", "\n").trim().nfc().collect();
        if text.chars().any(is_forbidden) {
            return Err(TextFault::Control);
        }
        let count = text.chars().count();
        if count == 0 && MIN > 0 {
            return Err(TextFault::Empty);
        }
        if count < MIN {
            return Err(TextFault::Short { min: MIN });
        }
        if count > MAX {
            return Err(TextFault::Long { max: MAX });
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Control signs but for the line break, and the signs that reorder text (U+202A–202E, U+2066–2069).
#[must_use]
pub fn is_forbidden(sign: char) -> bool {
    (sign.is_control() && sign != '\n')
        || ('\u{202a}'..='\u{202e}').contains(&sign)
        || ('\u{2066}'..='\u{2069}').contains(&sign)
}

impl<const MIN: usize, const MAX: usize> fmt::Display for Text<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for Text<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = String::deserialize(deserializer)?;
        Self::parse(&raw).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_count_characters_not_bytes() {
        assert_eq!(Text::<2, 4>::parse(" 共建协议 ").unwrap().as_str(), "共建协议");
        assert_eq!(Text::<2, 4>::parse("共建协议书"), Err(TextFault::Long { max: 4 }));
        assert_eq!(Text::<2, 4>::parse("共"), Err(TextFault::Short { min: 2 }));
        assert_eq!(Text::<1, 4>::parse("  "), Err(TextFault::Empty));
        assert_eq!(Text::<0, 4>::parse("  ").unwrap().as_str(), "");
        assert_eq!(Text::<1, 9>::parse("a\u{202e}b"), Err(TextFault::Control));
    }
}
