//! The three catalogues are complete, used, and written as the language is written in Yanbian.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use gongjian_tests::sources::files;

const LANGUAGES: [&str; 3] = ["zh-CN", "ko-CN", "en"];

/// Every key of a language with the names of its values.
fn keys(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for (path, text) in files(&format!("api/locales/{language}"), &[".ftl"]) {
        let resource = fluent_syntax::parser::parse(text.as_str())
            .unwrap_or_else(|(_, faults)| panic!("{path}: {faults:?}"));
        for entry in resource.body {
            if let Entry::Message(message) = entry {
                let mut args = BTreeSet::new();
                if let Some(pattern) = &message.value {
                    collect(pattern, &mut args);
                }
                let twice = found.insert(message.id.name.to_owned(), args);
                assert!(twice.is_none(), "{path}: {} stands twice", message.id.name);
            }
        }
    }
    found
}

fn collect(pattern: &Pattern<&str>, args: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(InlineExpression::VariableReference { id }) => {
                args.insert(id.name.to_owned());
            }
            Expression::Inline(_) => {}
            Expression::Select { selector, variants } => {
                if let InlineExpression::VariableReference { id } = selector {
                    args.insert(id.name.to_owned());
                }
                for variant in variants {
                    collect(&variant.value, args);
                }
            }
        }
    }
}

#[test]
fn all_languages_have_the_same_keys_with_the_same_values() {
    let zh = keys("zh-CN");
    let mut faults = Vec::new();
    for language in LANGUAGES {
        let other = keys(language);
        for (key, args) in &zh {
            match other.get(key) {
                None => faults.push(format!("{language} lacks {key}")),
                // `name` of a month is used by English alone, the number by the others.
                Some(_) if key == "day-long" => {}
                Some(found) if found != args => {
                    faults.push(format!("{language} {key}: {found:?}, zh-CN has {args:?}"));
                }
                Some(_) => {}
            }
        }
        faults.extend(
            other
                .keys()
                .filter(|k| !zh.contains_key(*k))
                .map(|k| format!("zh-CN lacks {k} of {language}")),
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_key_is_unused() {
    let mut sources = String::new();
    for (path, text) in files("api", &[".rs", ".html"]) {
        if !path.contains("/locales/") {
            sources.push_str(&text);
        }
    }
    let quoted: BTreeSet<&str> = sources.split(['"', '\'', '|', ' ', '>', '<']).collect();
    let unused: Vec<String> = keys("zh-CN")
        .into_keys()
        .filter(|key| {
            let direct = quoted.contains(key.as_str());
            // Keys made of a code: `problem-<code>`, `area-<code>` …
            let made = key.match_indices('-').any(|(at, _)| {
                let stem = &key[..=at];
                sources.contains(&format!("\"{stem}{{")) || sources.contains(&format!("\"{stem}\""))
            });
            // Keys that begin with a kind: `{kind}-new`.
            let rest = key.strip_prefix("offer").or_else(|| key.strip_prefix("need"));
            let begun = rest.is_some_and(|rest| sources.contains(&format!("}}{rest}\"")));
            !direct && !made && !begun
        })
        .collect();
    assert!(unused.is_empty(), "{}", unused.join("\n"));
}

#[test]
fn every_key_named_in_a_template_has_words() {
    let zh = keys("zh-CN");
    let mut faults = Vec::new();
    for (path, text) in files("api/templates", &[".html"]) {
        // Notes on how to use a part show made-up keys.
        let text: String = text
            .split("{#")
            .map(|part| part.split("#}").last().unwrap())
            .collect();
        for call in ["page.t(\"", "page.t1(\"", "page.t2(\"", "page.lang.ta(\""] {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                if !zh.contains_key(key) {
                    faults.push(format!("{path}: {key}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Seoul forms that are not written in Yanbian, at the start of a word.
const SEOUL: &str = "노동 노인 노력 노선 논의 누락 낙후 내년 녹색 녹지 양측 여성 여행 역사 역량 연락 연결 연계 연합 \
    연석회의 연습 연도 연간 영역 영도 영수증 예절 예외 요금 요리 유학 유형 유통 이력 이론 이발 이사회 이유 이용 이익 \
    이자 이해 이행 인접 임시 비율 효율 염결 인민폐 폐지 서비스 동사무소 커뮤니티";

#[test]
fn korean_is_written_as_in_yanbian() {
    let mut faults = Vec::new();
    for (path, text) in files("api/locales/ko-CN", &[".ftl"]) {
        for (number, line) in text.lines().enumerate() {
            for word in line.split(|c: char| !('가'..='힣').contains(&c)) {
                for form in SEOUL.split_whitespace().filter(|form| word.starts_with(form)) {
                    faults.push(format!("{path}:{}: {word} ({form})", number + 1));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
