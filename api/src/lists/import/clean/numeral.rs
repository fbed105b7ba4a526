//! Numbers as people write them: 1,200 · 1.2万 · 两百 · 廿 · 叁拾.

/// A decimal number in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i128);

const ONE: i128 = 1_000_000;
/// Longest run of digits that is read.
const DIGITS: usize = 15;

impl Decimal {
    /// A whole number.
    #[must_use]
    pub fn whole(number: i64) -> Self {
        Self(i128::from(number) * ONE)
    }

    /// From a workbook's number, to six decimals; `None` outside ±10^12.
    #[must_use]
    pub fn from_f64(number: f64) -> Option<Self> {
        if !number.is_finite() || number.abs() > 1e12 {
            return None;
        }
        let (sign, rest) = if number < 0.0 { (-1, -number) } else { (1, number) };
        scan(&format!("{rest:.6}").chars().collect::<Vec<_>>(), 0).map(|(found, _)| Self(found.0 * sign))
    }

    /// The whole number, if it is one.
    #[must_use]
    pub fn as_whole(self) -> Option<i64> {
        (self.0 % ONE == 0)
            .then(|| i64::try_from(self.0 / ONE).ok())
            .flatten()
    }

    /// The whole part.
    #[must_use]
    pub fn floor(self) -> i64 {
        i64::try_from(self.0.div_euclid(ONE)).unwrap_or(i64::MAX)
    }

    /// The product; `None` beyond any quantity.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        self.0.checked_mul(other.0).map(|product| Self(product / ONE))
    }

    /// The negative.
    #[must_use]
    pub fn negative(self) -> Self {
        Self(-self.0)
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, rest) = (self.0 / ONE, (self.0 % ONE).abs());
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let decimals = format!("{rest:06}");
        write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

/// The number at `start` in folded text, and the place after it.
#[must_use]
pub fn scan(text: &[char], start: usize) -> Option<(Decimal, usize)> {
    let first = text.get(start)?;
    let (number, next) = if first.is_ascii_digit() {
        scan_digits(text, start)?
    } else {
        return scan_chinese(text, start);
    };
    match text.get(next) {
        Some(sign @ ('千' | '仟' | '万' | '萬' | '百')) => {
            Some((number.times(Decimal::whole(power(*sign)))?, next + 1))
        }
        _ => Some((number, next)),
    }
}

fn scan_digits(text: &[char], start: usize) -> Option<(Decimal, usize)> {
    let (mut value, mut worth, mut place) = (0i128, None::<i128>, start);
    while let Some(sign) = text.get(place) {
        if place - start > DIGITS {
            return None;
        }
        match (sign.to_digit(10).map(i128::from), worth) {
            (Some(digit), None) => value = value * 10 + digit * ONE,
            (Some(digit), Some(tenfold)) => {
                value += digit * (tenfold / 10);
                worth = Some(tenfold / 10);
            }
            (None, None) if *sign == ',' && is_thousands(text, place) => {}
            (None, None) if *sign == '.' && text.get(place + 1).is_some_and(char::is_ascii_digit) => {
                worth = Some(ONE);
            }
            _ => break,
        }
        place += 1;
    }
    Some((Decimal(value), place))
}

fn is_thousands(text: &[char], comma: usize) -> bool {
    let digits = text
        .iter()
        .skip(comma + 1)
        .take_while(|sign| sign.is_ascii_digit())
        .count();
    digits == 3
}

fn power(sign: char) -> i64 {
    match sign {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => 10_000,
    }
}

fn digit(sign: char) -> Option<i64> {
    Some(match sign {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' | '俩' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// Whether the sign may stand in a Chinese number.
#[must_use]
pub fn is_chinese_numeral(sign: char) -> bool {
    digit(sign).is_some()
        || matches!(
            sign,
            '十' | '拾' | '百' | '佰' | '千' | '仟' | '万' | '萬' | '廿' | '卅'
        )
}

/// 二十二 · 一百零五 · 两千 · 廿 · 二〇二六.
fn scan_chinese(text: &[char], start: usize) -> Option<(Decimal, usize)> {
    let run: Vec<char> = text
        .iter()
        .skip(start)
        .copied()
        .take_while(|sign| is_chinese_numeral(*sign))
        .take(DIGITS)
        .collect();
    if run.is_empty() {
        return None;
    }
    let end = start + run.len();
    if run.len() > 1 && run.iter().all(|sign| digit(*sign).is_some()) {
        let number = run
            .iter()
            .try_fold(0i64, |sum, sign| Some(sum * 10 + digit(*sign)?))?;
        return Some((Decimal::whole(number), end));
    }
    let (mut total, mut section, mut last) = (0i64, 0i64, None::<i64>);
    let mut unit = 10_000i64;
    for sign in run {
        match sign {
            '廿' | '卅' => {
                section += if sign == '廿' { 20 } else { 30 };
                unit = 10;
            }
            '万' | '萬' => {
                total = (total + section + last.take().unwrap_or(0)).max(1) * 10_000;
                section = 0;
                unit = 10_000;
            }
            _ => match digit(sign) {
                Some(0) => {
                    unit = 10;
                    last = last.or(Some(0));
                }
                Some(number) => last = Some(number),
                None => {
                    unit = power(sign);
                    section += last.take().filter(|number| *number > 0).unwrap_or(1) * unit;
                }
            },
        }
    }
    // 一百五 means 150 when nothing follows.
    let rest = last.unwrap_or(0);
    let rest = if rest > 0 && unit > 10 && (section > 0 || total > 0) {
        rest * unit / 10
    } else {
        rest
    };
    Some((Decimal::whole(total + section + rest), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> String {
        let signs: Vec<char> = text.chars().collect();
        let (found, end) = scan(&signs, 0).unwrap();
        assert_eq!(end, signs.len(), "{text}");
        found.to_string()
    }

    #[test]
    fn d07_chinese_numerals() {
        for (text, wanted) in [
            ("十二", "12"),
            ("两", "2"),
            ("叁拾", "30"),
            ("廿", "20"),
            ("廿五", "25"),
            ("1.2万", "12000"),
            ("三十九", "39"),
            ("一百零五", "105"),
            ("一百五", "150"),
            ("两千", "2000"),
            ("一千二百", "1200"),
            ("三万五千", "35000"),
            ("一万", "10000"),
            ("二〇二六", "2026"),
            ("零", "0"),
            ("3千", "3000"),
            ("十", "10"),
        ] {
            assert_eq!(number(text), wanted, "{text}");
        }
    }

    #[test]
    fn arabic_numbers_with_commas_and_decimals() {
        for (text, wanted) in [
            ("1,200", "1200"),
            ("0.5", "0.5"),
            ("1.50", "1.5"),
            ("20", "20"),
            ("0", "0"),
        ] {
            assert_eq!(number(text), wanted, "{text}");
        }
        assert_eq!(Decimal::from_f64(-3.0).unwrap().to_string(), "-3");
        assert_eq!(
            Decimal::from_f64(1.5)
                .unwrap()
                .times(Decimal::whole(7))
                .unwrap()
                .to_string(),
            "10.5"
        );
        assert_eq!(Decimal::from_f64(f64::NAN), None);
    }

    #[test]
    fn a_cut_decimal_stops_before_its_point() {
        let signs: Vec<char> = "3.小时".chars().collect();
        assert_eq!(scan(&signs, 0).unwrap().1, 1);
    }
}
