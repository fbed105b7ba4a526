//! The unified social credit code (统一社会信用代码, GB 32100).

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
