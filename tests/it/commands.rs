//! The engine's commands as people use them: exit codes, what goes to standard output, faults in the reader's words.

use std::path::Path;
use std::process::Command;

use gongjian_tests::process::binary;
use serde_json::{Value, json};

/// A community and a school that need what the other has.
fn street() -> Value {
    json!({
        "format": "gongjian-instance/1",
        "types": [
            {"id": "A2-04", "area": 2, "worth_micro": 100_000},
            {"id": "A6-06", "area": 6, "worth_micro": 80_000}
        ],
        "parties": [
            {"id": "community", "kind": "community", "street": "s", "households": 1480, "max_agreements": 20},
            {"id": "school", "kind": "unit", "street": "s", "community": "community", "max_agreements": 3}
        ],
        "offers": [
            {"id": "ground", "party": "school", "type": "A2-04", "quantity": 120, "smallest_lot": 8, "reach": "street"},
            {"id": "stewards", "party": "community", "type": "A6-06", "quantity": 200, "reach": "street"}
        ],
        "needs": [
            {"id": "sport", "party": "community", "type": "A2-04", "quantity": 96, "priority": 3},
            {"id": "crossing", "party": "school", "type": "A6-06", "quantity": 150, "priority": 3}
        ],
        "policy": {
            "fixed_micro": 2_000_000,
            "priority_ppm": [700_000, 850_000, 1_000_000, 1_200_000, 1_500_000],
            "overlap_min": 60
        }
    })
}

/// Exit code, standard output, standard error.
fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let done = Command::new(binary())
        .current_dir(folder)
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

/// A folder with the street and its plan.
fn solved() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("i.json"), street().to_string()).unwrap();
    let args = ["solve", "i.json", "--plan", "p.json", "--certificate", "c.json"];
    let (code, _, said) = run(folder.path(), &args);
    assert_eq!(code, 0, "{said}");
    folder
}

fn last(lines: &str) -> Value {
    serde_json::from_str(lines.lines().last().unwrap()).unwrap()
}

#[test]
fn unused_offers_are_explained_in_three_languages() {
    let folder = solved();
    let explain = |lang: &[&str]| {
        let args = ["explain", "i.json", "p.json", "--unused"];
        let (code, out, said) = run(folder.path(), &[&args[..], lang].concat());
        assert_eq!((code, said.as_str()), (0, ""));
        out
    };
    let json = explain(&[]);
    assert_eq!(json.lines().count(), 2, "{json}");
    assert_eq!(last(&json)["code"], "all_met");
    for (lang, words) in [
        ("zh-CN", "ground: 合适的需求都已满足，资源有富余。 不用处理"),
        ("ko-CN", "ground: 맞는 수요는 모두 충족되였고"),
        (
            "en",
            "ground: Every need that fits is met; there is more than enough. Nothing to do",
        ),
    ] {
        let told = explain(&["--lang", lang]);
        assert!(told.contains(words), "{told}");
    }
    let (code, _, said) = run(folder.path(), &["explain", "i.json", "p.json", "--lang", "fr"]);
    assert_eq!((code, said.contains("zh-CN")), (2, true), "{said}");
}

#[test]
fn a_what_if_tells_what_differs() {
    let folder = solved();
    let what_if = |changes: &[&str], rest: &[&str]| {
        let mut args = vec!["what-if", "i.json", "p.json"];
        args.extend(changes.iter().flat_map(|change| ["--change", change]));
        args.extend(rest);
        run(folder.path(), &args)
    };
    let less = r#"{"kind":"alter","list":"offers","id":"ground","set":{"quantity":40}}"#;
    let (code, out, _) = what_if(&[less], &[]);
    assert_eq!(code, 0);
    let counts = last(&out);
    assert_eq!(
        (&counts["changed"], &counts["value_micro"]),
        (&json!(1), &json!(-5_600_000))
    );
    let (_, words, _) = what_if(&[less], &["--lang", "zh-CN"]);
    assert!(
        words.contains("变更：community + school") && words.contains("96 → 40"),
        "{words}"
    );
    let (_, out, _) = what_if(&[r#"{"kind":"without","rule":"upkeep"}"#], &[]);
    assert_eq!(last(&out)["value_micro"], 2_000_000);

    let gone = r#"{"kind":"remove","list":"needs","id":"nowhere"}"#;
    let (code, out, said) = what_if(&[gone], &[]);
    assert_eq!(
        (code, out.as_str(), last(&said)["code"].as_str()),
        (2, "", Some("unknown_id"))
    );
    for (lang, words) in [
        ("zh-CN", "没有这个标识"),
        ("ko-CN", "이런 식별부호가 없습니다"),
        ("en", "there is no such id"),
    ] {
        let (code, _, said) = what_if(&[gone], &["--lang", lang]);
        assert_eq!((code, said.contains(words)), (2, true), "{said}");
    }
    let (code, _, said) = what_if(&["{", r#"{"kind":"other"}"#], &["--lang", "en"]);
    assert_eq!((code, said.lines().count()), (2, 2), "{said}");
    assert!(
        said.contains("Change 1 cannot be read") && said.contains("Change 2"),
        "{said}"
    );
}

#[test]
fn every_fault_of_an_instance_has_words() {
    let sources = gongjian_tests::sources::files("engine/src/validate", &[".rs"]);
    let mut codes: Vec<String> = Vec::new();
    for (_, text) in sources {
        // The second argument of `add`, also where it stands on a line of its own.
        for call in text.split(".add(").skip(1) {
            let call = call.split(';').next().unwrap();
            let quoted = call.split('"').skip(1).step_by(2);
            let code =
                |word: &&str| word.len() > 4 && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            codes.extend(quoted.filter(code).map(str::to_owned));
        }
    }
    codes.sort();
    codes.dedup();
    assert!(codes.len() >= 12, "{codes:?}");
    for code in codes.iter().map(String::as_str).chain(["unreadable"]) {
        for lang in gongjian_api::web::i18n::Lang::ALL {
            assert!(
                lang.knows(&format!("instance-fault-{code}")),
                "{} {code}",
                lang.tag()
            );
        }
    }
}

#[test]
fn the_price_of_each_rule_that_is_on_is_told() {
    let folder = solved();
    let (code, out, said) = run(
        folder.path(),
        &["price-rules", "i.json", "p.json", "--effort", "1"],
    );
    assert_eq!(code, 0, "{said}");
    let rows: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let rules: Vec<&str> = rows.iter().filter_map(|row| row["rule"].as_str()).collect();
    assert_eq!(rules, ["upkeep", "load"]);
    // Both services are in the plan already; only its upkeep is counted no more.
    assert_eq!(
        (&rows[0]["with_micro"], &rows[0]["without_micro"]),
        (&json!(21_600_000), &json!(21_600_000))
    );
    assert_eq!(
        (&rows[1]["needs_with"], &rows[1]["needs_without"]),
        (&json!(2), &json!(2))
    );
    for (lang, words) in [
        ("zh-CN", "如不计“各方可承担的协议数”"),
        ("ko-CN", "“맡을수 있는 협의서수”"),
        ("en", "Without “agreements a party"),
    ] {
        let (_, told, _) = run(
            folder.path(),
            &["price-rules", "i.json", "p.json", "--effort", "1", "--lang", lang],
        );
        assert!(told.contains(words), "{told}");
    }
    let (code, _, said) = run(folder.path(), &["price-rules", "i.json", "nowhere.json"]);
    assert_eq!((code, said.contains("nowhere.json")), (2, true), "{said}");
}

#[test]
fn two_plans_are_compared() {
    let folder = solved();
    let mut other: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("p.json")).unwrap()).unwrap();
    other["agreements"][0]["services"][0]["quantity"] = json!(8);
    other["value_micro"] = json!(1_000_000);
    std::fs::write(folder.path().join("q.json"), other.to_string()).unwrap();
    let (code, out, _) = run(folder.path(), &["diff", "p.json", "q.json"]);
    assert_eq!((code, out.lines().count()), (0, 2), "{out}");
    assert_eq!(last(&out)["changed"], 1);
    let (_, same, _) = run(folder.path(), &["diff", "p.json", "p.json"]);
    assert_eq!(
        last(&same),
        json!({"kept": 1, "changed": 0, "new": 0, "dropped": 0, "value_micro": 0})
    );
    let (_, told, _) = run(folder.path(), &["diff", "p.json", "q.json", "--lang", "en"]);
    assert!(
        told.contains("Changed: community + school") && told.contains("0 kept, 1 changed"),
        "{told}"
    );
    let (code, _, _) = run(folder.path(), &["diff", "p.json", "i.json"]);
    assert_eq!(code, 2);
}
