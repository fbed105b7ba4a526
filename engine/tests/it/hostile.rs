//! Input that means harm or is merely wrong: every fault at once, never a panic.

use gongjian_engine::control::Quiet;
use gongjian_engine::error::SolveError;
use gongjian_engine::{Settings, parse, solve};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::tiny::street;

fn document() -> Value {
    json!({
        "format": "gongjian-instance/1",
        "types": [{"id": "t", "area": 2, "worth_micro": 100_000}, {"id": "s", "area": 3, "worth_micro": 100_000}],
        "parties": [
            {"id": "c", "kind": "community", "street": "s", "households": 10, "max_agreements": 2},
            {"id": "u", "kind": "unit", "street": "s", "community": "c", "max_agreements": 2}
        ],
        "offers": [
            {"id": "o", "party": "u", "type": "t", "quantity": 10, "reach": "street"},
            {"id": "p", "party": "c", "type": "s", "quantity": 10, "reach": "street"}
        ],
        "needs": [
            {"id": "n", "party": "c", "type": "t", "quantity": 10, "priority": 3},
            {"id": "m", "party": "u", "type": "s", "quantity": 10, "priority": 3}
        ],
        "policy": {"fixed_micro": 0, "priority_ppm": [1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000], "overlap_min": 60},
    })
}

fn paths(document: &Value) -> Vec<String> {
    match parse(&serde_json::to_vec(document).unwrap()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .into_iter()
            .map(|f| format!("{} {}", f.path, f.code))
            .collect(),
    }
}

#[test]
fn ten_faults_are_told_at_once() {
    let mut bad = document();
    bad["types"][0]["area"] = json!(7);
    bad["parties"][1]["community"] = json!("nowhere");
    bad["parties"][0]["max_agreements"] = json!(-1);
    bad["offers"][0]["quantity"] = json!(0);
    bad["offers"][1]["id"] = json!("o");
    bad["offers"][1]["smallest_lot"] = json!(11);
    bad["needs"][0]["priority"] = json!(6);
    bad["needs"][1]["party"] = json!("nobody");
    bad["needs"][1]["days"] = json!({"from": "2026-02-30", "to": "2026-03-01"});
    bad["policy"]["overlap_min"] = json!(-5);
    let found = paths(&bad);
    for fault in [
        "/types/0/area out_of_range",
        "/parties/1/community unknown_id",
        "/parties/0/max_agreements out_of_range",
        "/offers/0/quantity out_of_range",
        "/offers/1/id duplicate_id",
        "/offers/1/smallest_lot more_than_quantity",
        "/needs/0/priority out_of_range",
        "/needs/1/party unknown_id",
        "/needs/1/days not_a_day",
        "/policy/overlap_min out_of_range",
    ] {
        assert!(found.iter().any(|f| f == fault), "{fault} is missing: {found:#?}");
    }
}

#[test]
fn unknown_members_and_numbers_beyond_i64_are_refused() {
    let mut bad = document();
    bad["offers"][0]["colour"] = json!("red");
    assert_eq!(paths(&bad), [" unreadable"]);
    let text = document()
        .to_string()
        .replace("\"quantity\":10", "\"quantity\":99999999999999999999");
    assert!(parse(text.as_bytes()).is_err());
    for text in ["", "NaN", "[]", "{\"format\":1e999}", "\u{0}"] {
        assert!(parse(text.as_bytes()).is_err(), "{text:?}");
    }
}

#[test]
fn no_edges_and_everything_banned_still_end_with_a_plan() {
    let mut empty = document();
    empty["offers"] = json!([]);
    let mut banned = document();
    banned["bans"] = json!([{"agreement": {"members": ["c", "u"], "by": "street"}}]);
    for document in [empty, banned] {
        let instance = parse(&serde_json::to_vec(&document).unwrap()).unwrap();
        let solution = solve(&instance, Settings::default(), &Quiet).unwrap();
        assert!(solution.plan.agreements.is_empty());
        assert_eq!(solution.certificate.gap_ppm, 0);
    }
}

#[test]
fn contradicting_pins_are_told_together() {
    let mut bad = document();
    bad["bans"] = json!([{"service": {"offer": "o", "need": "n", "by": "u"}}]);
    bad["pins"] = json!([
        {"service": {"offer": "o", "need": "n", "quantity": 4, "by": "c"}},
        {"agreement": {"members": ["c", "u"], "by": "c"}}
    ]);
    let instance = parse(&serde_json::to_vec(&bad).unwrap()).unwrap();
    let error = solve(&instance, Settings::default(), &Quiet).unwrap_err();
    assert_eq!(error, SolveError::PinsConflict { pins: vec![0, 1] });
}

#[test]
fn pins_hold_even_when_they_lose() {
    let mut pinned = document();
    pinned["policy"]["fixed_micro"] = json!(50_000_000);
    pinned["pins"] = json!([{"service": {"offer": "o", "need": "n", "quantity": 4, "by": "c"}}]);
    let instance = parse(&serde_json::to_vec(&pinned).unwrap()).unwrap();
    let solution = solve(&instance, Settings::default(), &Quiet).unwrap();
    assert_eq!(solution.plan.agreements.len(), 1);
    assert_eq!(solution.plan.value_micro, 2_000_000 - 50_000_000);
    assert!(solution.certificate.bound >= solution.plan.value_micro);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_document_with_one_value_changed_never_panics(
        street in street(),
        place in any::<prop::sample::Index>(),
        value in prop_oneof![
            Just(json!(null)), Just(json!(-1)), Just(json!(0)), Just(json!(i64::MAX)), Just(json!(1.5)), Just(json!("x")),
            Just(json!([])), Just(json!({})), Just(json!(1_000_000)), Just(json!("2026-02-31")), Just(json!(true)),
        ],
    ) {
        let mut document = street.document();
        let mut pointers = Vec::new();
        collect(&document, String::new(), &mut pointers);
        let pointer = &pointers[place.index(pointers.len())];
        *document.pointer_mut(pointer).unwrap() = value;
        if let Ok(instance) = parse(&serde_json::to_vec(&document).unwrap()) {
            let settings = Settings { method: gongjian_engine::Method::Price, effort: 1, ..Settings::default() };
            prop_assert!(solve(&instance, settings, &Quiet).is_ok());
        }
    }
}

fn collect(value: &Value, at: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, v)| collect(v, format!("{at}/{name}"), pointers)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(i, v)| collect(v, format!("{at}/{i}"), pointers)),
        _ => {}
    }
    if !at.is_empty() {
        pointers.push(at);
    }
}
