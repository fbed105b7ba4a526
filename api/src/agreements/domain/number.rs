//! Agreement numbers as people say them: 珲靖共建〔2026〕12号.

use std::fmt;

/// A number: street, year, and place in the street's gap-free series of that year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementNumber {
    /// Short name of the street, 珲靖.
    pub street: String,
    /// Year of sending.
    pub year: i16,
    /// 1, 2, 3 … without gaps.
    pub n: u32,
}

/// The series of numbers in `number_series`.
pub const SERIES: &str = "agreement";

impl fmt::Display for AgreementNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}共建〔{}〕{}号", self.street, self.year, self.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_with_hexagonal_brackets() {
        let number = AgreementNumber {
            street: "珲靖".to_owned(),
            year: 2026,
            n: 12,
        };
        assert_eq!(number.to_string(), "珲靖共建〔2026〕12号");
    }
}
