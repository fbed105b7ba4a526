//! A few parties of a generated street, with types so few that many services fit.

use serde_json::{Value, json};

use super::chance::Chance;

fn list(document: &Value, name: &str) -> Vec<Value> {
    document[name].as_array().cloned().unwrap_or_default()
}

/// Some of a list, in order.
fn some(chance: &mut Chance, mut rows: Vec<Value>, most: usize) -> Vec<Value> {
    while rows.len() > most {
        let at = chance.below(rows.len());
        rows.remove(at);
    }
    rows
}

/// A small valid instance from a street.
pub(super) fn small(street: &Value, chance: &mut Chance) -> Value {
    let mut document = street.clone();
    let of_kind = |kind: &str| {
        let rows = list(street, "parties").into_iter();
        rows.filter(|p| p["kind"] == kind).collect::<Vec<_>>()
    };
    let (communities, units) = (1 + chance.below(3), 1 + chance.below(6));
    let mut parties = some(chance, of_kind("community"), communities);
    let first = parties[0]["id"].clone();
    for mut unit in some(chance, of_kind("unit"), units) {
        unit["community"] = first.clone();
        parties.push(unit);
    }
    let ids: Vec<Value> = parties.iter().map(|p| p["id"].clone()).collect();
    let kept = 1 + chance.below(4);
    let types: Vec<Value> = some(chance, list(street, "types"), kept);
    let most = 4 + chance.below(24);
    for name in ["offers", "needs"] {
        let rows = list(street, name).into_iter();
        let mut rows: Vec<Value> = rows.filter(|r| ids.contains(&r["party"])).collect();
        for row in &mut rows {
            row["type"] = chance.pick(&types)["id"].clone();
            if name == "offers" && row["reach"].is_object() {
                row["reach"] = json!("street");
            }
        }
        document[name] = some(chance, rows, most).into();
    }
    document["parties"] = parties.into();
    document["types"] = types.into();
    decide(&mut document, chance);
    document
}

/// Pins, bans, commitments and a plan before, which may contradict one another.
fn decide(document: &mut Value, chance: &mut Chance) {
    let id = |document: &Value, list: &str, chance: &mut Chance| {
        let rows = document[list].as_array().filter(|rows| !rows.is_empty());
        rows.map_or(json!("nobody"), |rows| chance.pick(rows)["id"].clone())
    };
    let (mut pins, mut bans, mut taken, mut before) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    while chance.one_in(2) {
        let (offer, need) = (id(document, "offers", chance), id(document, "needs", chance));
        let members = json!([id(document, "parties", chance), id(document, "parties", chance)]);
        let by = id(document, "parties", chance);
        let quantity = 1 + chance.below(40);
        match chance.below(6) {
            0 => {
                pins.push(json!({"service": {"offer": offer, "need": need, "quantity": quantity, "by": by}}));
            }
            1 => pins.push(json!({"agreement": {"members": members, "by": by}})),
            2 => bans.push(json!({"service": {"offer": offer, "need": need, "by": by}})),
            3 => bans.push(json!({"agreement": {"members": members, "by": by}})),
            4 => taken.push(json!({"target": "offer", "id": offer, "amount": quantity})),
            _ => before.push(json!({
                "members": members, "mode": "project",
                "services": [{"offer": offer, "need": need, "quantity": quantity}],
            })),
        }
    }
    document["pins"] = pins.into();
    document["bans"] = bans.into();
    document["commitments"] = taken.into();
    if !before.is_empty() {
        document["previous"] = json!({
            "format": gongjian_engine::plan::FORMAT, "instance_sha256": "", "value_micro": 0, "status": "feasible",
            "stopped_by": null, "agreements": before, "bases": [], "parent": null,
        });
        document["policy"]["stability_agreement_micro"] = json!(chance.below(3_000_000));
        document["policy"]["stability_service_micro"] = json!(chance.below(1_000_000));
    }
}
