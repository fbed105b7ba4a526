//! Two ways to make a text regular: `fold` for comparing, `tidy` for keeping.

use unicode_normalization::UnicodeNormalization;

/// A text for comparing: NFKC, lower case, without blanks and invisible signs.
#[must_use]
pub fn fold(raw: &str) -> String {
    raw.nfkc()
        .filter(|sign| !sign.is_whitespace() && !is_invisible(*sign))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A text for keeping: NFC, invisible signs gone, every run of blanks and line breaks one space, trimmed.
/// Chinese punctuation stays as it is.
#[must_use]
pub fn tidy(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut gap = false;
    for sign in raw.nfc().filter(|sign| !is_invisible(*sign)) {
        if sign.is_whitespace() || sign.is_control() {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push(' ');
            gap = false;
        }
        text.push(sign);
    }
    text
}

/// Zero-width signs, the byte order mark, soft hyphen and direction signs.
fn is_invisible(sign: char) -> bool {
    matches!(
        sign,
        '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{00ad}' | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d06_full_width_signs_compare_equal_and_d38_blanks_go() {
        assert_eq!(fold("（周一）　１８：００\u{200b}～\n20:00"), "(周一)18:00~20:00");
        assert_eq!(fold("㎡ 小时"), "m2小时");
    }

    #[test]
    fn d38_a_kept_text_has_single_spaces_and_its_own_punctuation() {
        assert_eq!(
            tidy("\u{feff} 会议室\r\n（三楼）\u{a0}\u{a0}可用 "),
            "会议室 （三楼） 可用"
        );
    }
}
