//! A judge who trusts nobody: files in, verdict out. A plan or a certificate that somebody changed does not pass.
//!
//! `cargo run --example checking_a_certificate -- instance.json plan.json certificate.json`; without files a small
//! street is solved, and its plan then made to claim too much.

#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use gongjian_engine::certificate::Certificate;
use gongjian_engine::check::check;
use gongjian_engine::control::Quiet;
use gongjian_engine::model::Instance;
use gongjian_engine::plan::Document;
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
    let files: Vec<String> = std::env::args().skip(1).collect();
    if let [instance, plan, certificate] = &files[..] {
        let instance = parse(&std::fs::read(instance)?).map_err(|faults| format!("{faults:?}"))?;
        let plan: Document = serde_json::from_slice(&std::fs::read(plan)?)?;
        let certificate: Certificate = serde_json::from_slice(&std::fs::read(certificate)?)?;
        tell(&instance, &plan, &certificate);
        return Ok(());
    }
    let street = parse(STREET.as_bytes()).map_err(|faults| format!("{faults:?}"))?;
    let solution = solve(&street, Settings::default(), &Quiet)?;
    tell(&street, &solution.plan, &solution.certificate);
    let mut boast = solution.plan;
    for service in boast.agreements.iter_mut().flat_map(|a| &mut a.services) {
        service.quantity += 100;
    }
    tell(&street, &boast, &solution.certificate);
    Ok(())
}

fn tell(instance: &Instance, plan: &Document, certificate: &Certificate) {
    let verdict = check(instance, plan, Some(certificate));
    println!("holds: {}", verdict.feasible);
    for violation in &verdict.violations {
        println!("  {violation}");
    }
    println!(
        "worth {} µ, proven bound {:?} µ",
        verdict.value_micro, verdict.bound_micro
    );
}
