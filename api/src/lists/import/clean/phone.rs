//! Telephone numbers (D14, D15): 11-digit mobile, or area code and number.

use super::super::super::domain::{fold, tidy};

/// What a contact or phone cell holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phones {
    /// Numbers that are whole, written the usual way.
    pub numbers: Vec<String>,
    /// Letters beside them: a name.
    pub name: String,
    /// Some digits make no whole number.
    pub incomplete: bool,
    /// Written as 1.38E+10: digits are lost.
    pub lost: bool,
}

/// Reads a cell's text.
#[must_use]
pub fn read(text: &str) -> Phones {
    let mut phones = Phones::default();
    let folded = fold(text);
    if is_exponent(&folded) {
        phones.lost = true;
        return phones;
    }
    let folded = folded.strip_suffix(".0").unwrap_or(&folded).to_owned();
    for part in folded.split(['/', ';', ',', '、', '，', '或']) {
        let digits: String = part
            .chars()
            .filter(|sign| sign.is_ascii_digit() || *sign == '-')
            .collect();
        match whole(digits.trim_matches('-')) {
            Some(number) => phones.numbers.push(number),
            None => phones.incomplete |= digits.chars().any(|sign| sign.is_ascii_digit()),
        }
    }
    phones.name = tidy(text).chars().filter(|sign| sign.is_alphabetic()).collect();
    phones
}

fn whole(digits: &str) -> Option<String> {
    let bare: String = digits.chars().filter(char::is_ascii_digit).collect();
    if bare.len() == 11 && bare.starts_with('1') {
        return Some(bare);
    }
    if let Some((area, rest)) = digits.split_once('-') {
        let (number, extension) = rest.split_once('-').unwrap_or((rest, ""));
        let fits = area.starts_with('0') && (3..=4).contains(&area.len()) && (7..=8).contains(&number.len());
        return (fits && extension.len() <= 6).then(|| digits.to_owned());
    }
    let area = if bare.starts_with("01") || bare.starts_with("02") {
        3
    } else {
        4
    };
    let (code, number) = bare.split_at_checked(area).filter(|_| bare.starts_with('0'))?;
    (7..=8)
        .contains(&number.len())
        .then(|| format!("{code}-{number}"))
}

/// 1.38E+10
#[must_use]
pub fn is_exponent(folded: &str) -> bool {
    folded.split_once('e').is_some_and(|(number, power)| {
        !number.is_empty()
            && number.chars().all(|sign| sign.is_ascii_digit() || sign == '.')
            && power.starts_with('+')
            && power.len() > 1
            && power.chars().skip(1).all(|sign| sign.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d14_a_float_loses_its_decimal_and_an_exponent_is_lost() {
        assert_eq!(read("13800000000.0").numbers, ["13800000000"]);
        assert!(read("1.38E+10").lost);
    }

    #[test]
    fn d15_several_numbers_and_a_name() {
        let phones = read("张某 13800000000/0433-0000001");
        assert_eq!(phones.numbers, ["13800000000", "0433-0000001"]);
        assert_eq!(phones.name, "张某");
        assert_eq!(read("０４３３－００００００１").numbers, ["0433-0000001"]);
        assert_eq!(read("04330000001").numbers, ["0433-0000001"]);
        assert!(read("4330000123").incomplete);
    }
}
