//! Why a need stays open, what would change that, and whether that is true.
//!
//! `cargo run --example reading_reasons`

#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use gongjian_engine::control::Quiet;
use gongjian_engine::exact::Limits;
use gongjian_engine::reasons::Explainer;
use gongjian_engine::rules::Context;
use gongjian_engine::{Settings, edges, parse, solve};

/// Two communities want the same hall, and there are hours for one of them.
const STREET: &str = r#"{"format": "gongjian-instance/1",
    "types": [{"id": "hall", "area": 2, "worth_micro": 100000}, {"id": "stewards", "area": 6, "worth_micro": 80000}],
    "parties": [{"id": "east", "kind": "community", "street": "s", "households": 1480, "max_agreements": 20},
        {"id": "west", "kind": "community", "street": "s", "households": 900, "max_agreements": 20},
        {"id": "school", "kind": "unit", "street": "s", "community": "east", "max_agreements": 3}],
    "offers": [{"id": "hall", "party": "school", "type": "hall", "quantity": 96, "smallest_lot": 8, "reach": "street"},
        {"id": "stewards-east", "party": "east", "type": "stewards", "quantity": 80, "reach": "street"},
        {"id": "stewards-west", "party": "west", "type": "stewards", "quantity": 80, "reach": "street"}],
    "needs": [{"id": "dancing", "party": "east", "type": "hall", "quantity": 96, "priority": 4},
        {"id": "choir", "party": "west", "type": "hall", "quantity": 40, "priority": 2},
        {"id": "crossing", "party": "school", "type": "stewards", "quantity": 150, "priority": 3}],
    "policy": {"fixed_micro": 2000000, "priority_ppm": [700000, 850000, 1000000, 1200000, 1500000], "overlap_min": 60}}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let street = parse(STREET.as_bytes()).map_err(|faults| format!("{faults:?}"))?;
    let plan = solve(&street, Settings::default(), &Quiet)?.plan;
    let edges = edges::build(&street);
    let context = Context {
        instance: &street,
        edges: &edges,
    };
    let explainer = Explainer::new(context, &plan);
    let limits = Limits {
        nodes: 100,
        seconds: None,
    };
    for need in explainer.open() {
        // Reasons come with the change that would help; the first whose change really helps is the one to tell.
        if let Some((reason, confirmed, tried)) = explainer.true_reason(need, limits) {
            println!(
                "{}: {} open, {:?} because of {:?}",
                reason.need, reason.open, reason.code, reason.others
            );
            println!("  with {:?} it is {confirmed:?} (reason {tried})", reason.change);
        }
    }
    for unused in explainer.unused() {
        println!("{}: {} left, {:?}", unused.offer, unused.left, unused.code);
    }
    Ok(())
}
