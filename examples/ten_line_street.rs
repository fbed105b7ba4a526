//! A street in ten lines: who offers and needs what, the best plan, and how good it provably is.
//!
//! `cargo run --example ten_line_street`

#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use gongjian_engine::control::Quiet;
use gongjian_engine::{Settings, parse, solve};

const STREET: &str = r#"{"format": "gongjian-instance/1",
    "types": [{"id": "hall", "area": 2, "worth_micro": 100000}, {"id": "stewards", "area": 6, "worth_micro": 80000}],
    "parties": [{"id": "community", "kind": "community", "street": "s", "households": 1480, "max_agreements": 20},
        {"id": "school", "kind": "unit", "street": "s", "community": "community", "max_agreements": 3}],
    "offers": [{"id": "o1", "party": "school", "type": "hall", "quantity": 120, "smallest_lot": 8, "reach": "street"},
        {"id": "o2", "party": "community", "type": "stewards", "quantity": 200, "reach": "street"}],
    "needs": [{"id": "n1", "party": "community", "type": "hall", "quantity": 96, "priority": 3},
        {"id": "n2", "party": "school", "type": "stewards", "quantity": 150, "priority": 3}],
    "policy": {"fixed_micro": 2000000, "priority_ppm": [700000, 850000, 1000000, 1200000, 1500000], "overlap_min": 60}}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let street = parse(STREET.as_bytes()).map_err(|faults| format!("{faults:?}"))?;
    let solution = solve(&street, Settings::default(), &Quiet)?;
    for agreement in &solution.plan.agreements {
        println!("{}", agreement.members.join(" + "));
        for service in &agreement.services {
            println!("  {} for {}: {}", service.offer, service.need, service.quantity);
        }
    }
    let (value, bound) = (solution.plan.value_micro, solution.certificate.bound);
    println!("worth {value} µ, and no plan is worth more than {bound} µ");
    Ok(())
}
