//! How much, as people write it: 20场 · 约20 · 3-5 · 每周2次 · 1.5小时×10 · 若干.

use super::super::super::domain::fold;
use super::numeral::{Decimal, scan};

/// What a quantity cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A number, or a product of numbers, each with its measure word (folded, may be empty).
    Amount {
        /// At least one.
        factors: Vec<(Decimal, String)>,
        /// 约, 左右.
        about: bool,
    },
    /// A span or a bound: ask, the lower end offered.
    Range {
        /// Lower end, if one is named.
        low: Option<Decimal>,
        /// Measure word.
        word: String,
    },
    /// So many per week, month …: ask, with the product over the dates.
    Rate {
        /// How many each time, if named.
        count: Option<Decimal>,
        /// How often.
        per: Per,
        /// Measure word.
        word: String,
    },
    /// 若干, 不限, 按需 …
    Vague,
    /// Not understood.
    Unread,
}

/// How often a rate comes round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// 每天
    Day,
    /// 每周
    Week,
    /// 每两周
    Fortnight,
    /// 每月
    Month,
    /// 每季度
    Quarter,
    /// 每半年
    HalfYear,
    /// 每次, 每人, 每学期 …: no count of times follows from dates.
    Other,
}

const VAGUE: [&str; 33] = [
    "若干",
    "不限",
    "不定",
    "视情况",
    "视需求",
    "视需要",
    "视实际",
    "多个",
    "多次",
    "多场",
    "多人",
    "按需",
    "根据需要",
    "根据需求",
    "根据实际",
    "按实际",
    "按照需求",
    "待定",
    "适量",
    "不等",
    "少量",
    "大量",
    "数次",
    "数场",
    "几次",
    "几场",
    "长期",
    "随时",
    "灵活",
    "酌情",
    "필요에따라",
    "약간",
    "asneeded",
];
const ABOUT: [&str; 12] = [
    "大约", "约为", "约", "大概", "将近", "近", "左右", "上下", "预计", "약", "approx.", "about",
];
const AT_LEAST: [&str; 14] = [
    "不少于",
    "不低于",
    "不小于",
    "至少",
    "最少",
    "超过",
    "多于",
    "大于",
    "以上",
    "起步",
    "≥",
    ">=",
    ">",
    "이상",
];
const AT_MOST: [&str; 11] = [
    "不超过",
    "不多于",
    "至多",
    "最多",
    "少于",
    "以内",
    "以下",
    "≤",
    "<=",
    "<",
    "이내",
];
/// A year's total says no more than the number itself.
const WHOLE_YEAR: [&str; 16] = [
    "全年",
    "每年度",
    "每年",
    "一年",
    "年度",
    "/年度",
    "/年",
    "年均",
    "总计",
    "合计",
    "共计",
    "总共",
    "累计",
    "共",
    "매년",
    "년간",
];

const PERIODS: [(&str, Per); 36] = [
    ("每半年", Per::HalfYear),
    ("半年", Per::HalfYear),
    ("每两周", Per::Fortnight),
    ("每2周", Per::Fortnight),
    ("两周", Per::Fortnight),
    ("每双周", Per::Fortnight),
    ("隔周", Per::Fortnight),
    ("每季度", Per::Quarter),
    ("每季", Per::Quarter),
    ("/季度", Per::Quarter),
    ("/季", Per::Quarter),
    ("季度", Per::Quarter),
    ("一季", Per::Quarter),
    ("每个月", Per::Month),
    ("每月", Per::Month),
    ("/月", Per::Month),
    ("一个月", Per::Month),
    ("一月", Per::Month),
    ("月均", Per::Month),
    ("매월", Per::Month),
    ("每星期", Per::Week),
    ("每周", Per::Week),
    ("/周", Per::Week),
    ("一周", Per::Week),
    ("周均", Per::Week),
    ("매주", Per::Week),
    ("每天", Per::Day),
    ("每日", Per::Day),
    ("/天", Per::Day),
    ("/日", Per::Day),
    ("每晚", Per::Day),
    ("매일", Per::Day),
    ("每学期", Per::Other),
    ("/学期", Per::Other),
    ("/人", Per::Other),
    ("每", Per::Other),
];

/// Reads a quantity cell's text.
#[must_use]
pub fn read(text: &str) -> Said {
    let folded = fold(text).replace(['*', '✕', '✖', '╳'], "×").replace('x', "×");
    if folded.is_empty() {
        return Said::Unread;
    }
    if let Some(total) = stated_total(&folded) {
        return total;
    }
    if has_any(&folded, &VAGUE) && !folded.chars().any(|sign| sign.is_ascii_digit()) {
        return Said::Vague;
    }
    let bare = strip_all(&folded, &WHOLE_YEAR);
    if let Some(product) = per_time_product(&bare) {
        return product;
    }
    if let Some(rate) = rate(&bare) {
        return rate;
    }
    let about = has_any(&bare, &ABOUT);
    let bare = strip_all(&bare, &ABOUT);
    if has_any(&bare, &AT_LEAST) || has_any(&bare, &AT_MOST) || has_more(&bare) {
        let low = !has_any(&bare, &AT_MOST);
        let bare = strip_all(&strip_all(&bare, &AT_MOST), &AT_LEAST);
        return match single(&bare.replace(['余', '多', '+'], "")) {
            Some((number, word)) => Said::Range {
                low: Some(number).filter(|_| low),
                word,
            },
            None => Said::Unread,
        };
    }
    range(&bare)
        .or_else(|| amount(&bare, about))
        .unwrap_or(Said::Unread)
}

/// 每月1场，全年共12场: the total stands there.
fn stated_total(folded: &str) -> Option<Said> {
    let (first, second) = folded.split_once([',', ';', '，', '。'])?;
    let (often, total) = if rate(first).is_some() {
        (first, second)
    } else {
        (second, first)
    };
    if rate(often).is_none() || !has_any(total, &WHOLE_YEAR) {
        return None;
    }
    amount(&strip_all(total, &WHOLE_YEAR), false)
}

/// 2小时/次×10次, 每次2小时×10次: so much each time, so many times.
fn per_time_product(text: &str) -> Option<Said> {
    if !text.contains('×') {
        return None;
    }
    let bare = ["/次", "/场", "/人", "每次", "每场", "每人"]
        .iter()
        .fold(text.to_owned(), |text, per| text.replace(per, ""));
    amount(&bare, false).filter(|said| matches!(said, Said::Amount { factors, .. } if factors.len() > 1))
}

fn rate(text: &str) -> Option<Said> {
    let (mark, per) = PERIODS
        .iter()
        .filter(|(mark, _)| text.contains(mark))
        .max_by_key(|(mark, _)| mark.chars().count())?;
    // 一月, 一周 and 季度 alone may also be words of a quantity (1个季度): a number must stand beside them.
    let rest = text.replacen(mark, "", 1);
    let signs: Vec<char> = rest
        .chars()
        .filter(|sign| !matches!(sign, '各' | '约' | '/'))
        .collect();
    let numbered = signs
        .iter()
        .enumerate()
        .find_map(|(place, _)| scan(&signs, place));
    if numbered.is_none() && !mark.starts_with('每') {
        return None;
    }
    let word = numbered.map_or_else(String::new, |(_, end)| {
        signs
            .iter()
            .skip(end)
            .take_while(|sign| sign.is_alphanumeric() && !sign.is_ascii_digit())
            .collect()
    });
    let spanned = matches!(range(&rest), Some(Said::Range { .. }));
    Some(Said::Rate {
        count: numbered.map(|(number, _)| number).filter(|_| !spanned),
        per: *per,
        word,
    })
}

fn range(text: &str) -> Option<Said> {
    let signs: Vec<char> = text.chars().collect();
    let (low, mut place) = scan(&signs, 0)?;
    let first_word = word_at(&signs, &mut place);
    let link = signs.get(place)?;
    if !matches!(link, '-' | '~' | '–' | '—' | '至' | '到' | '−' | '－') {
        return None;
    }
    while signs
        .get(place)
        .is_some_and(|sign| matches!(sign, '-' | '~' | '–' | '—' | '至' | '到' | '−' | '－'))
    {
        place += 1;
    }
    let (_, mut end) = scan(&signs, place)?;
    let word = word_at(&signs, &mut end);
    Some(Said::Range {
        low: Some(low),
        word: if word.is_empty() { first_word } else { word },
    })
}

/// One or more numbers with words, joined by ×.
fn amount(text: &str, about: bool) -> Option<Said> {
    let mut factors = Vec::new();
    for part in text.split('×') {
        factors.push(single(part)?);
    }
    Some(Said::Amount { factors, about })
}

fn single(text: &str) -> Option<(Decimal, String)> {
    let signs: Vec<char> = text.chars().collect();
    let negative = signs
        .first()
        .is_some_and(|sign| matches!(sign, '-' | '−' | '－' | '负'));
    let (number, mut place) = scan(&signs, usize::from(negative))?;
    let word = word_at(&signs, &mut place);
    let closing = signs
        .iter()
        .skip(place)
        .all(|sign| matches!(sign, '.' | '。' | '!' | ','));
    closing.then(|| (if negative { number.negative() } else { number }, word))
}

/// The measure word at `place`: letters, and brackets within.
fn word_at(signs: &[char], place: &mut usize) -> String {
    let (mut word, mut depth) = (String::new(), 0i32);
    while let Some(sign) = signs.get(*place) {
        let inside = depth > 0 && matches!(sign, '/' | '、');
        let dot = matches!(sign, '·' | '.') && signs.get(*place + 1).is_some_and(|next| next.is_alphabetic());
        match sign {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if matches!(sign, '至' | '到') && depth == 0 => break,
            _ if sign.is_alphanumeric() && (!sign.is_ascii_digit() || word.ends_with('m')) => {}
            _ if inside || dot => {}
            _ => break,
        }
        word.push(*sign);
        *place += 1;
    }
    word
}

fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// 20余场, 十多次, 50+
fn has_more(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    signs.iter().enumerate().any(|(place, sign)| {
        matches!(sign, '余' | '多' | '+')
            && place > 0
            && signs.get(place - 1).is_some_and(|before| {
                before.is_ascii_digit()
                    || super::numeral::is_chinese_numeral(*before)
                    || before.is_alphabetic()
            })
    })
}

fn strip_all(text: &str, words: &[&str]) -> String {
    words
        .iter()
        .fold(text.to_owned(), |text, word| text.replace(word, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(text: &str) -> Vec<(String, String)> {
        match read(text) {
            Said::Amount { factors, .. } => factors
                .iter()
                .map(|(number, word)| (number.to_string(), word.clone()))
                .collect(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn d06_d07_d08_number_and_measure_are_split() {
        for (text, number, word) in [
            ("20个", "20", "个"),
            ("3场/年", "3", "场"),
            ("100㎡", "100", "m2"),
            ("２０", "20", ""),
            ("三十九时", "39", "时"),
            ("1场（次）", "1", "场(次)"),
            ("1.2万份", "12000", "份"),
            ("1,200 人次", "1200", "人次"),
            ("全年20场", "20", "场"),
            ("每年3场", "3", "场"),
            ("共20场。", "20", "场"),
            ("3000㎡小时", "3000", "m2小时"),
            ("4500车位·夜", "4500", "车位·夜"),
            ("-3", "-3", ""),
            ("0", "0", ""),
            ("1.5小时", "1.5", "小时"),
            ("每月1场，全年共12场", "12", "场"),
            ("20시간", "20", "시간"),
        ] {
            assert_eq!(amounts(text), [(number.to_owned(), word.to_owned())], "{text}");
        }
    }

    #[test]
    fn d09_vague_words() {
        for text in ["若干", "不限", "视情况", "多个", "按需", "根据需要安排", "若干场"] {
            assert_eq!(read(text), Said::Vague, "{text}");
        }
        assert_eq!(read("良好"), Said::Unread);
    }

    #[test]
    fn d10_about_is_a_number_and_a_range_is_a_question() {
        for text in ["约20", "20左右", "大约20场", "20场左右"] {
            assert!(matches!(read(text), Said::Amount { about: true, .. }), "{text}");
        }
        for (text, low) in [
            ("3-5", Some("3")),
            ("300～360小时", Some("300")),
            ("≥10", Some("10")),
            ("10场以上", Some("10")),
            ("20余场", Some("20")),
            ("不超过20", None),
            ("50+", Some("50")),
            ("3至5场", Some("3")),
        ] {
            match read(text) {
                Said::Range { low: found, .. } => {
                    assert_eq!(found.map(|low| low.to_string()).as_deref(), low, "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn d11_rates() {
        for (text, wanted, count) in [
            ("每周2次", Per::Week, Some("2")),
            ("每月1场", Per::Month, Some("1")),
            ("每季度一次", Per::Quarter, Some("1")),
            ("2-3次/月", Per::Month, None),
            ("3次/周", Per::Week, Some("3")),
            ("一月一次", Per::Month, Some("1")),
            ("每两周1次", Per::Fortnight, Some("1")),
            ("每天3小时", Per::Day, Some("3")),
            ("每学期2次", Per::Other, Some("2")),
            ("매주 2회", Per::Week, Some("2")),
        ] {
            match read(text) {
                Said::Rate {
                    count: found, per, ..
                } => {
                    assert_eq!(per, wanted, "{text}");
                    assert_eq!(found.map(|count| count.to_string()).as_deref(), count, "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn d12_products() {
        assert_eq!(
            amounts("1.5小时×10"),
            [("1.5".into(), "小时".into()), ("10".into(), String::new())]
        );
        assert_eq!(amounts("2小时*20次").len(), 2);
        assert_eq!(amounts("每次2小时×10次").len(), 2);
        assert_eq!(amounts("40个×5夜×40周").len(), 3);
    }
}
