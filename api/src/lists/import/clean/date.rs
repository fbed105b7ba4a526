//! Days and spans of days as people write them: 2026.9.1 · 26年9月 · 9月1日-12月31日 · 20260901 · 3-11月.

use super::super::super::domain::fold;
use super::super::sheet::day_of_serial;
use super::numeral::scan;
use crate::kernel::date::CivilDate;

/// What a date cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A span; an end may be open.
    Span {
        /// First day.
        from: Option<CivilDate>,
        /// Last day.
        until: Option<CivilDate>,
        /// No year stood there: the list's year was taken.
        year_added: bool,
    },
    /// 长期: no bound.
    Unbounded,
    /// There is no such day.
    NoSuchDay,
    /// Ends before it starts.
    Reversed,
    /// A season or a day to come, whose dates are not known: 暑假, 即日起.
    Open,
    /// Not understood.
    Unread,
}

const OPEN: [&str; 18] = [
    "寒暑假",
    "寒假",
    "暑假",
    "暑期",
    "假期",
    "学期",
    "开学",
    "即日",
    "待定",
    "另定",
    "另行",
    "协商",
    "面议",
    "视情况",
    "根据",
    "节假日",
    "春季",
    "秋季",
];
const UNBOUNDED: [&str; 5] = ["长期", "不限", "永久", "长期有效", "장기"];
const WHOLE_YEAR: [&str; 8] = [
    "全年",
    "全年度",
    "整年",
    "常年",
    "年度内",
    "一年",
    "全年开放",
    "년중",
];
const PARTS: [(&str, i8, i8); 14] = [
    ("上半年", 1, 6),
    ("下半年", 7, 12),
    ("第一季度", 1, 3),
    ("第二季度", 4, 6),
    ("第三季度", 7, 9),
    ("第四季度", 10, 12),
    ("一季度", 1, 3),
    ("二季度", 4, 6),
    ("三季度", 7, 9),
    ("四季度", 10, 12),
    ("1季度", 1, 3),
    ("2季度", 4, 6),
    ("3季度", 7, 9),
    ("4季度", 10, 12),
];

/// One written date: what of it was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Written {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
}

/// Reads a date cell's text; `year` is the list's year.
#[must_use]
pub fn read(text: &str, year: i16, epoch_1904: bool) -> Said {
    let folded = fold(text);
    let bare = ["自", "从", "止", "期间", "为", "每年", "부터", "까지"]
        .iter()
        .fold(folded.clone(), |text, word| text.replace(word, ""));
    let bare = bare.trim_matches(['(', ')', ',', ';', '。']).to_owned();
    if let Some(said) = in_words(&bare, year) {
        return said;
    }
    if let Ok(serial) = bare.parse::<f64>()
        && bare.len() == 5
    {
        return day_of_serial(serial, epoch_1904).map_or(Said::Unread, |day| single(day, false));
    }
    let Some(written) = scan_dates(&bare) else {
        return Said::Unread;
    };
    match written.as_slice() {
        [one] => one_date(*one, &bare, year),
        [first, second] => two_dates(*first, *second, year),
        _ => Said::Unread,
    }
}

/// A cell that the workbook itself stores as a day, or as a day number.
#[must_use]
pub fn of_serial(number: f64, epoch_1904: bool) -> Said {
    day_of_serial(number, epoch_1904).map_or(Said::Unread, |day| single(day, false))
}

fn single(day: CivilDate, year_added: bool) -> Said {
    Said::Span {
        from: Some(day),
        until: Some(day),
        year_added,
    }
}

fn in_words(bare: &str, year: i16) -> Option<Said> {
    if UNBOUNDED.contains(&bare) {
        return Some(Said::Unbounded);
    }
    if OPEN.iter().any(|word| bare.contains(word)) {
        return Some(Said::Open);
    }
    let (named, rest) = leading_year(bare);
    let of = named.unwrap_or(year);
    let rest = rest.trim_start_matches("度").trim_start_matches("年");
    if WHOLE_YEAR.contains(&rest) || (named.is_some() && rest.is_empty()) {
        return Some(months(of, 1, 12, named.is_none()));
    }
    let (_, from, until) = PARTS.iter().find(|(word, _, _)| rest == *word)?;
    Some(months(of, *from, *until, named.is_none()))
}

fn leading_year(bare: &str) -> (Option<i16>, &str) {
    let digits = bare.chars().take_while(char::is_ascii_digit).count();
    let found = bare
        .get(..digits)
        .filter(|_| digits == 4)
        .and_then(|number| number.parse::<i16>().ok())
        .zip(bare.get(digits..).and_then(|rest| rest.strip_prefix('年')));
    match found {
        Some((year, rest)) => (Some(year), rest),
        None => (None, bare),
    }
}

fn months(year: i16, from: i8, until: i8, year_added: bool) -> Said {
    match (CivilDate::new(year, from, 1), CivilDate::new(year, until, 1)) {
        (Some(from), Some(until)) => Said::Span {
            from: Some(from),
            until: Some(until.month_end()),
            year_added,
        },
        _ => Said::NoSuchDay,
    }
}

fn one_date(one: Written, bare: &str, year: i16) -> Said {
    if one.month.is_none() {
        return Said::Unread;
    }
    let added = one.year.is_none();
    let (Some(from), Some(until)) = (first_day(one, i64::from(year)), last_day(one, i64::from(year))) else {
        return Said::NoSuchDay;
    };
    let open_end = bare.ends_with('起') || bare.ends_with("开始") || bare.ends_with("以后");
    let open_start = bare.ends_with("前") || bare.ends_with("之前") || bare.ends_with("以前");
    Said::Span {
        from: Some(from).filter(|_| !open_start),
        until: Some(until).filter(|_| !open_end),
        year_added: added,
    }
}

fn two_dates(first: Written, second: Written, year: i16) -> Said {
    let mut second = second;
    let mut first = first;
    if first.month.is_none() {
        // 3-11月
        if second.day.is_some() || second.month.is_none() {
            return Said::Unread;
        }
        first.month = first.day.take();
    }
    // 9月1日-30日: the second names a day only.
    if second.month.is_none() {
        second.month = if first.day.is_some() {
            first.month
        } else {
            second.day.take()
        };
    }
    let base = first.year.unwrap_or(i64::from(year));
    let year_added = first.year.is_none() && second.year.is_none();
    let base = if first.year.is_none() {
        second.year.unwrap_or(base)
    } else {
        base
    };
    let (Some(from), Some(until)) = (first_day(first, base), last_day(second, base)) else {
        return Said::NoSuchDay;
    };
    if until < from {
        return if second.year.is_none() {
            Said::Open
        } else {
            Said::Reversed
        };
    }
    Said::Span {
        from: Some(from),
        until: Some(until),
        year_added,
    }
}

fn first_day(written: Written, base: i64) -> Option<CivilDate> {
    let day = written.day.unwrap_or(1);
    civil(written.year.unwrap_or(base), written.month?, day)
}

fn last_day(written: Written, base: i64) -> Option<CivilDate> {
    let (year, month) = (written.year.unwrap_or(base), written.month?);
    match written.day {
        Some(day) => civil(year, month, day),
        None => civil(year, month, 1).map(CivilDate::month_end),
    }
}

fn civil(year: i64, month: i64, day: i64) -> Option<CivilDate> {
    CivilDate::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
}

/// The written dates of a text, one or two, with what joins them; `None` if anything else stands there.
fn scan_dates(text: &str) -> Option<Vec<Written>> {
    let signs: Vec<char> = text.chars().collect();
    let (mut found, mut place) = (Vec::new(), 0);
    while place < signs.len() {
        let (written, next) = scan_one(&signs, place)?;
        found.push(written);
        place = next;
        let mut joined = false;
        while let Some(sign) = signs.get(place) {
            if matches!(
                sign,
                '-' | '~'
                    | '–'
                    | '—'
                    | '―'
                    | '−'
                    | '至'
                    | '到'
                    | '起'
                    | '开'
                    | '始'
                    | '以'
                    | '之'
                    | '前'
                    | '后'
                    | ','
            ) {
                joined = true;
                place += 1;
            } else {
                break;
            }
        }
        if !joined && place < signs.len() || found.len() > 2 {
            return None;
        }
    }
    (!found.is_empty()).then_some(found)
}

fn scan_one(signs: &[char], start: usize) -> Option<(Written, usize)> {
    if let Some(found) = compact(signs, start) {
        return Some(found);
    }
    let (first, next) = whole(signs, start)?;
    let year_like = first >= 1000;
    match signs.get(next) {
        Some('年' | '년') => after_year(signs, first, next + 1),
        Some(sign @ ('.' | '/' | '-')) if year_like => numeric(signs, first, *sign, next + 1),
        Some('月' | '월') => Some(after_month(signs, None, first, next + 1)),
        Some('日' | '号' | '일') => Some((written(None, None, Some(first)), next + 1)),
        // 9.1 is a month and a day; 9-1 would be a span of months.
        Some('.' | '/') => {
            let (day, end) = whole(signs, next + 1)?;
            let end = end + usize::from(matches!(signs.get(end), Some('日' | '号')));
            Some((written(None, Some(first), Some(day)), end))
        }
        _ if !year_like => Some((written(None, None, Some(first)), next)),
        _ => None,
    }
}

/// 20260901
fn compact(signs: &[char], start: usize) -> Option<(Written, usize)> {
    let digits: String = signs
        .iter()
        .skip(start)
        .take_while(|sign| sign.is_ascii_digit())
        .collect();
    if digits.len() != 8 {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse().ok());
    Some((written(part(0, 4), part(4, 6), part(6, 8)), start + 8))
}

fn after_year(signs: &[char], year: i64, start: usize) -> Option<(Written, usize)> {
    let year = if year < 100 { 2000 + year } else { year };
    let Some((month, next)) = whole(signs, start) else {
        return Some((written(Some(year), None, None), start));
    };
    match signs.get(next) {
        Some('月' | '월') => Some(after_month(signs, Some(year), month, next + 1)),
        // 2026年9-12月
        Some('-' | '~' | '至' | '到' | '—') => Some((written(Some(year), Some(month), None), next)),
        Some('.') => {
            let (day, end) = whole(signs, next + 1)?;
            Some((written(Some(year), Some(month), Some(day)), end))
        }
        _ => None,
    }
}

fn after_month(signs: &[char], year: Option<i64>, month: i64, start: usize) -> (Written, usize) {
    let start = start + usize::from(signs.get(start) == Some(&'份'));
    match whole(signs, start) {
        Some((day, next)) => {
            let end = next + usize::from(matches!(signs.get(next), Some('日' | '号' | '일')));
            (written(year, Some(month), Some(day)), end)
        }
        None => match ["上旬", "中旬", "下旬", "底", "初"]
            .iter()
            .find(|word| starts(signs, start, word))
        {
            Some(word) => (written(year, None, None), start + word.chars().count()),
            None => (written(year, Some(month), None), start),
        },
    }
}

/// 2026.9.1, 2026/9/1, 2026-9-1, 2026.9
fn numeric(signs: &[char], year: i64, separator: char, start: usize) -> Option<(Written, usize)> {
    let (month, next) = whole(signs, start)?;
    if signs.get(next) == Some(&separator)
        && let Some((day, end)) = whole(signs, next + 1)
        // 2026-3-2026-11 is a span of months.
        && day < 1000
    {
        let end = end + usize::from(matches!(signs.get(end), Some('日' | '号')));
        return Some((written(Some(year), Some(month), Some(day)), end));
    }
    let next = next + usize::from(signs.get(next) == Some(&'月'));
    Some((written(Some(year), Some(month), None), next))
}

fn written(year: Option<i64>, month: Option<i64>, day: Option<i64>) -> Written {
    Written { year, month, day }
}

fn starts(signs: &[char], start: usize, word: &str) -> bool {
    word.chars()
        .enumerate()
        .all(|(step, sign)| signs.get(start + step) == Some(&sign))
}

/// A whole number without its decimals: 9 of 9.1.
fn whole(signs: &[char], start: usize) -> Option<(i64, usize)> {
    let digits: String = signs
        .iter()
        .skip(start)
        .take_while(|sign| sign.is_ascii_digit())
        .take(5)
        .collect();
    if !digits.is_empty() {
        return digits.parse().ok().map(|number| (number, start + digits.len()));
    }
    let (number, next) = scan(signs, start)?;
    number.as_whole().map(|number| (number, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> String {
        match read(text, 2026, false) {
            Said::Span { from, until, .. } => {
                let show = |day: Option<CivilDate>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
                format!("{}/{}", show(from), show(until))
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn d16_dates_and_spans() {
        for (text, wanted) in [
            ("2026.9.1", "2026-09-01/2026-09-01"),
            ("2026/9/1", "2026-09-01/2026-09-01"),
            ("26年9月", "2026-09-01/2026-09-30"),
            ("9月1日", "2026-09-01/2026-09-01"),
            ("20260901", "2026-09-01/2026-09-01"),
            ("46266", "2026-09-01/2026-09-01"),
            ("2026.3.1-2026.11.30", "2026-03-01/2026-11-30"),
            ("2026-3-1至2026-6-30", "2026-03-01/2026-06-30"),
            ("2026-3-1-2026-6-30", "2026-03-01/2026-06-30"),
            ("3月1日-6月30日", "2026-03-01/2026-06-30"),
            ("2026年4月1日至2026年10月31日", "2026-04-01/2026-10-31"),
            ("2026年4月-2026年10月", "2026-04-01/2026-10-31"),
            ("2026年3月—11月", "2026-03-01/2026-11-30"),
            ("2026.9-2026.12", "2026-09-01/2026-12-31"),
            ("2026.9-12", "2026-09-01/2026-12-31"),
            ("3-11月", "2026-03-01/2026-11-30"),
            ("3月至11月", "2026-03-01/2026-11-30"),
            ("9月1日-30日", "2026-09-01/2026-09-30"),
            ("2026.9.1-12.31", "2026-09-01/2026-12-31"),
            ("９月１日～１２月３１日", "2026-09-01/2026-12-31"),
            ("自2026年3月1日起至2026年11月30日止", "2026-03-01/2026-11-30"),
            ("20260901-20261231", "2026-09-01/2026-12-31"),
            ("全年", "2026-01-01/2026-12-31"),
            ("2026年", "2026-01-01/2026-12-31"),
            ("2026年度", "2026-01-01/2026-12-31"),
            ("下半年", "2026-07-01/2026-12-31"),
            ("2026年第三季度", "2026-07-01/2026-09-30"),
            ("2026年3月1日起", "2026-03-01/…"),
            ("九月一日至十二月三十一日", "2026-09-01/2026-12-31"),
        ] {
            assert_eq!(span(text), wanted, "{text}");
        }
    }

    #[test]
    fn d16_the_1904_epoch_moves_day_numbers() {
        let later = read("44804", 2026, true);
        assert!(matches!(later, Said::Span { from: Some(day), .. } if day.to_string() == "2026-09-01"));
    }

    #[test]
    fn d17_impossible_and_reversed_dates() {
        for text in [
            "2026.2.30-2026.6.30",
            "13月",
            "2026.13.1",
            "2月30日",
            "2026年6月31日",
            "20261301",
        ] {
            assert_eq!(read(text, 2026, false), Said::NoSuchDay, "{text}");
        }
        assert_eq!(read("2026.9.1-2026.3.1", 2026, false), Said::Reversed);
        assert_eq!(read("9月1日-3月31日", 2026, false), Said::Open);
        for text in ["寒暑假", "即日起至12月31日", "待定"] {
            assert_eq!(read(text, 2026, false), Said::Open, "{text}");
        }
        assert_eq!(read("长期", 2026, false), Said::Unbounded);
        for text in ["会议室", "工作日", "5", "12"] {
            assert_eq!(read(text, 2026, false), Said::Unread, "{text}");
        }
    }
}
