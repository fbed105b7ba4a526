//! A plan changed, asked about, and found again after a change.

use gongjian_engine::control::Quiet;
use gongjian_engine::exact::Limits;
use gongjian_engine::plan::{Differs, diff};
use gongjian_engine::reasons::{Confirmed, Explainer};
use gongjian_engine::resolve::{Before, resolve};
use gongjian_engine::rules::Context;
use gongjian_engine::what_if::{Change, apply, price_rules};
use gongjian_engine::{Method, Settings, check::check, edges, solve};
use proptest::prelude::*;
use serde_json::json;

use crate::tiny::street;

const EXACT: Settings = Settings {
    method: Method::Exact,
    effort: 50,
    seconds: None,
    threads: 1,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn without_a_change_the_plan_stays(street in street()) {
        let instance = street.instance();
        let first = solve(&instance, EXACT, &Quiet).unwrap();
        let before = Before { instance: &instance, plan: &first.plan, prices: Some(&first.certificate.prices) };
        let again = resolve(&instance, before, EXACT, &Quiet).unwrap();
        prop_assert_eq!(&again.plan.agreements, &first.plan.agreements);
        prop_assert!(diff(&first.plan, &again.plan).iter().all(|a| a.differs == Differs::Kept));
    }

    #[test]
    fn after_a_change_the_plan_keeps_every_rule(street in street(), other in street()) {
        let (was, now) = (street.instance(), other.instance());
        let first = solve(&was, EXACT, &Quiet).unwrap();
        let before = Before { instance: &was, plan: &first.plan, prices: Some(&first.certificate.prices) };
        let again = resolve(&now, before, EXACT, &Quiet).unwrap();
        let verdict = check(&now, &again.plan, Some(&again.certificate));
        prop_assert!(verdict.feasible, "{:?}", verdict.violations);
        let best = solve(&now, EXACT, &Quiet).unwrap();
        prop_assert!(again.plan.value_micro <= best.plan.value_micro);
        prop_assert!(again.certificate.bound >= best.plan.value_micro);
    }

    #[test]
    fn no_rule_is_worth_less_than_nothing(street in street()) {
        let instance = street.instance();
        let plan = solve(&instance, EXACT, &Quiet).unwrap().plan;
        for price in price_rules(&instance, &plan, EXACT, &Quiet).unwrap() {
            prop_assert!(price.without_micro >= price.with_micro, "{price:?}");
        }
    }

    #[test]
    fn a_confirmed_reason_stands_when_the_whole_street_is_solved_again(street in street()) {
        let instance = street.instance();
        let plan = solve(&instance, EXACT, &Quiet).unwrap().plan;
        let edges = edges::build(&instance);
        let context = Context { instance: &instance, edges: &edges };
        let explainer = Explainer::new(context, &plan);
        for n in explainer.open() {
            let limits = Limits { nodes: 1_000, seconds: None };
            let (reason, found, _) = explainer.true_reason(n, limits).unwrap();
            // Changes that can be written into the document are made there and everything solved again.
            let set = |list: &str, id: &str, name: &str, by: i64, rows: serde_json::Value| {
                let rows = rows.as_array().unwrap().clone();
                let old = rows.iter().find(|row| row["id"] == id).unwrap()[name].as_i64().unwrap();
                json!({"kind": "alter", "list": list, "id": id, "set": {name: old + by}})
            };
            let lists = &instance.document;
            let change = match &reason.change {
                gongjian_engine::reasons::Change::MoreOfOffer { offer, quantity } =>
                    set("offers", offer, "quantity", *quantity, json!(lists.offers)),
                gongjian_engine::reasons::Change::OneMoreAgreement { party } =>
                    set("parties", party, "max_agreements", 1, json!(lists.parties)),
                gongjian_engine::reasons::Change::MoreMoney { fund, fen } =>
                    set("funds", fund, "budget_fen", *fen, json!(lists.funds)),
                gongjian_engine::reasons::Change::MoreTolerance { party, micro } =>
                    set("parties", party, "tolerance_micro", *micro, json!(lists.parties)),
                _ => continue,
            };
            let change: Change = serde_json::from_value(change).unwrap();
            let changed = apply(&instance, &[change]).unwrap();
            let again = solve(&changed, EXACT, &Quiet).unwrap().plan;
            let met = |plan: &gongjian_engine::plan::Document| -> i64 {
                let services = plan.agreements.iter().flat_map(|a| &a.services);
                services.filter(|s| s.need == reason.need).map(|s| s.quantity).sum()
            };
            match found {
                Confirmed::WorthMore => prop_assert!(again.value_micro > plan.value_micro, "{reason:?}"),
                // Another plan as good may do without the need; that the best is worth more is then the sign.
                Confirmed::True => prop_assert!(
                    met(&again) > met(&plan) || again.value_micro > plan.value_micro, "{reason:?}"
                ),
                _ => {}
            }
        }
    }
}

#[test]
fn what_is_removed_takes_what_hangs_on_it_along() {
    let street = json!({
        "format": "gongjian-instance/1",
        "types": [{"id": "t", "area": 1, "worth_micro": 1_000_000}],
        "parties": [
            {"id": "c", "kind": "community", "street": "s", "max_agreements": 2},
            {"id": "u", "kind": "unit", "street": "s", "community": "c", "max_agreements": 2}
        ],
        "offers": [
            {"id": "o", "party": "u", "type": "t", "quantity": 3, "reach": "street"},
            {"id": "p", "party": "c", "type": "t", "quantity": 3, "reach": "street"}
        ],
        "needs": [{"id": "n", "party": "c", "type": "t", "quantity": 3, "priority": 3}],
        "policy": {"fixed_micro": 0, "priority_ppm": [1, 1, 1, 1, 1], "overlap_min": 60},
        "commitments": [{"target": "offer", "id": "o", "amount": 1}],
        "pins": [{"service": {"offer": "o", "need": "n", "quantity": 1, "by": "me"}}],
        "bans": [{"agreement": {"members": ["c", "u"], "by": "me"}}]
    });
    let instance = gongjian_engine::parse(&serde_json::to_vec(&street).unwrap()).unwrap();
    let change = |value| -> Change { serde_json::from_value(value).unwrap() };
    let gone = change(json!({"kind": "remove", "list": "parties", "id": "u"}));
    let without = apply(&instance, &[gone]).unwrap().document;
    assert_eq!(
        (without.parties.len(), without.offers.len(), without.needs.len()),
        (1, 1, 1)
    );
    assert!(without.commitments.is_empty() && without.pins.is_empty() && without.bans.is_empty());
    let unknown = change(json!({"kind": "alter", "list": "offers", "id": "x", "set": {"quantity": 1}}));
    assert_eq!(apply(&instance, &[unknown]).unwrap_err()[0].code, "unknown_id");
    let odd = change(json!({"kind": "rules", "set": {"fixed_micro": -1}}));
    assert_eq!(
        apply(&instance, &[odd]).unwrap_err()[0].path,
        "/policy/fixed_micro"
    );
}
