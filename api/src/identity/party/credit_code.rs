//! The unified social credit code (统一社会信用代码, GB 32100).

use unicode_normalization::UnicodeNormalization as _;

/// A code as it is kept: 18 signs of the alphabet. Whether its check sign fits is told, never demanded, since
/// many Party organisations and committees have codes of their own making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditCode(String);

impl CreditCode {
    /// Reads a code as people type it: full-width signs, small letters, blanks and hyphens are made regular.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code: String = text
            .nfkc()
            .filter(|sign| !sign.is_whitespace() && *sign != '-')
            .flat_map(char::to_uppercase)
            .take(LENGTH + 1)
            .collect();
        let known = code.bytes().all(|sign| value(sign).is_some());
        (code.len() == LENGTH && known).then_some(Self(code))
    }

    /// The 18 signs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const LENGTH: usize = 18;
const SIGNS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// Whether the code has 18 signs of the alphabet and the check sign fits.
#[must_use]
pub fn is_valid(code: &str) -> bool {
    let values: Option<Vec<u32>> = code.bytes().map(value).collect();
    let Some((check, digits)) = values.as_deref().and_then(<[u32]>::split_last) else {
        return false;
    };
    if digits.len() != WEIGHTS.len() {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    (31 - sum % 31) % 31 == *check
}

fn value(sign: u8) -> Option<u32> {
    let place = SIGNS.iter().position(|s| *s == sign)?;
    u32::try_from(place).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in [
            "91222404ma0000001n",
            "９１２２２４０４ＭＡ０００００01N",
            " 91222404-MA0000001N ",
        ] {
            assert_eq!(
                CreditCode::parse(typed).unwrap().as_str(),
                "91222404MA0000001N",
                "{typed}"
            );
        }
        assert!(CreditCode::parse("91222404MA0000001M").is_some_and(|code| !is_valid(code.as_str())));
        for other in [
            "",
            "91222404MA0000001",
            "91222404MA0000001NN",
            "91222404MA0000001I",
        ] {
            assert_eq!(CreditCode::parse(other), None, "{other}");
        }
    }

    #[test]
    fn the_check_sign_decides() {
        for good in [
            "54990000MFD0000011",
            "12990000400000002X",
            "91222404MA0000001N",
            "12222404000000000M",
        ] {
            assert!(is_valid(good), "{good}");
        }
        for bad in [
            "91222404MA0000001M",
            "91222404MA0000001",
            "",
            "91222404MA0000001I",
            "鼓222404MA0000001N",
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
