//! What must never come in with a list: money asked for or offered (D32), and private persons (D33).

use super::super::super::domain::fold;

/// Words of money, cards, gifts and forced orders (`domain.md` §4).
const CASH: [&str; 47] = [
    "赞助",
    "捐款",
    "捐资",
    "捐钱",
    "募捐",
    "善款",
    "资助",
    "现金",
    "转账",
    "汇款",
    "打款",
    "红包",
    "慰问金",
    "慰问品",
    "慰问款",
    "购物卡",
    "购物券",
    "代金券",
    "礼品",
    "消费券",
    "提货券",
    "充值卡",
    "经费支持",
    "经费补助",
    "经费补贴",
    "活动经费",
    "资金支持",
    "资金扶持",
    "资金补助",
    "出资",
    "拨付",
    "提成",
    "冠名费",
    "订购",
    "认购",
    "购票",
    "广告费",
    "捐赠",
    "捐物",
    "찬조",
    "기부금",
    "현금",
    "송금",
    "상품권",
    "할당금",
    "sponsorship",
    "voucher",
];
const CASH_ENGLISH: [&str; 2] = ["cash", "donation"];
/// Said to show that no money is meant, or of frauds with it.
const INNOCENT: [&str; 24] = [
    "无偿献血",
    "无偿捐献",
    "经费自理",
    "费用自理",
    "无需经费",
    "不需经费",
    "诈骗转账",
    "转账诈骗",
    "电信诈骗",
    "防诈骗",
    "反诈骗",
    "反诈",
    "不收费",
    "免费",
    "无偿",
    "不收取",
    "谨防转账",
    "防范转账",
    "防止转账",
    "反假现金",
    "反假币",
    "现金真伪",
    "捐献",
    "无赞助",
];

/// The word of money in a text, or the sum named. A flag never deletes: a person decides.
#[must_use]
pub fn cash_word(text: &str) -> Option<String> {
    let folded = INNOCENT
        .iter()
        .fold(fold(text), |text, word| text.replace(word, ""));
    CASH.iter()
        .chain(&CASH_ENGLISH)
        .find(|word| folded.contains(*word))
        .map(|word| (*word).to_owned())
        .or_else(|| sum_of_money(&folded))
}

/// 5000元, 1.2万元, ¥200.
fn sum_of_money(folded: &str) -> Option<String> {
    let signs: Vec<char> = folded.chars().collect();
    for (place, sign) in signs.iter().enumerate() {
        let before: String = signs
            .get(..place)
            .unwrap_or_default()
            .iter()
            .rev()
            .take_while(|sign| sign.is_ascii_digit() || matches!(sign, '.' | ',' | '万' | '千' | '百'))
            .collect();
        let digits = before.chars().rev().collect::<String>();
        let counts = digits.chars().any(|sign| sign.is_ascii_digit());
        // 元旦 is a day, 元宵 a feast.
        let feast = matches!(signs.get(place + 1), Some('旦' | '宵'));
        if *sign == '元' && counts && !feast {
            return Some(format!("{digits}元"));
        }
        if *sign == '¥' && signs.get(place + 1).is_some_and(char::is_ascii_digit) {
            return Some("¥".to_owned());
        }
    }
    None
}

/// Whether an identity number stands in the text: 17 digits, a check sign that fits, a possible birthday.
#[must_use]
pub fn holds_identity_number(text: &str) -> bool {
    let signs: Vec<char> = fold(text).chars().collect();
    signs.windows(18).enumerate().any(|(place, window)| {
        let alone = |at: Option<usize>| {
            at.and_then(|at| signs.get(at))
                .is_none_or(|sign| !sign.is_ascii_digit())
        };
        alone(place.checked_sub(1)) && alone(Some(place + 18)) && is_identity_number(window)
    })
}

fn is_identity_number(signs: &[char]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'x', '9', '8', '7', '6', '5', '4', '3', '2'];
    let digits: Vec<u32> = signs
        .iter()
        .take(17)
        .filter_map(|sign| sign.to_digit(10))
        .collect();
    if digits.len() != 17 {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let check = usize::try_from(sum % 11).ok().and_then(|rest| CHECKS.get(rest));
    let part = |from: usize, length: usize| {
        digits
            .iter()
            .skip(from)
            .take(length)
            .fold(0, |number, digit| number * 10 + digit)
    };
    let born = (1900..=2100).contains(&part(6, 4))
        && (1..=12).contains(&part(10, 2))
        && (1..=31).contains(&part(12, 2));
    born && check == signs.last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d32_money_is_flagged_and_innocent_words_are_not() {
        for text in [
            "赞助5000元",
            "慰问品",
            "提供购物卡",
            "活动经费",
            "订购报刊",
            "每餐12元",
            "찬조금",
            "Cash sponsorship",
            "解决 1.2万元 缺口",
            "物资捐赠",
        ] {
            assert!(cash_word(text).is_some(), "{text}");
        }
        for text in [
            "无偿献血活动",
            "免费义诊，不收费",
            "经费自理",
            "反诈宣传（诈骗转账）",
            "元旦联欢",
            "社区服务用房无偿提供",
            "防诈骗讲座",
            "慰问独居老人",
        ] {
            assert_eq!(cash_word(text), None, "{text}");
        }
    }

    #[test]
    fn d33_identity_numbers_are_found_by_date_and_check() {
        assert!(holds_identity_number("王某11010519491231002X"));
        assert!(holds_identity_number("１１０１０５１９４９１２３１００２Ｘ"));
        assert!(!holds_identity_number("110105194912310021"));
        assert!(!holds_identity_number("912224040000000001"));
        assert!(!holds_identity_number("13800000000"));
    }
}
