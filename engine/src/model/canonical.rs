//! Canonical bytes (RFC 8785) of our own documents, written at once: their fields are declared in canonical order, so
//! nothing is left to sort. `serde_json_canonicalizer` gives the same bytes, more slowly.

use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter};

/// Up to here whole numbers are written as they are; larger ones as the nearest double, as the canonical form asks.
const EXACT: u64 = 1 << 53;

struct Canonical;

impl Formatter for Canonical {
    #[expect(clippy::cast_precision_loss, reason = "the canonical form asks for a double")]
    fn write_i64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        if value.unsigned_abs() <= EXACT {
            CompactFormatter.write_i64(writer, value)
        } else {
            write!(writer, "{}", value as f64)
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "the canonical form asks for a double")]
    fn write_u64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        if value <= EXACT {
            CompactFormatter.write_u64(writer, value)
        } else {
            write!(writer, "{}", value as f64)
        }
    }
}

/// The canonical bytes of a document without floating-point numbers whose fields are declared in canonical order.
#[must_use]
pub(crate) fn bytes(document: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = document.serialize(&mut Serializer::with_formatter(&mut bytes, Canonical));
    if written.is_err() {
        bytes.clear();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::bytes;
    use crate::model::Document;
    use crate::plan;

    /// Every field of every row, with texts and numbers that are hard to write.
    fn instance() -> Document {
        let text = "\u{1}\t\n\"\\/é中\u{1f600}\u{7f}\u{2028}";
        let windows = serde_json::json!([{"from_min": 9_720, "to_min": 480}]);
        let days = serde_json::json!({"from": "2026-01-01", "to": "2026-06-30"});
        let previous = serde_json::json!({
            "format": text, "instance_sha256": "", "value_micro": i64::MIN, "status": "feasible", "stopped_by": "caller",
            "agreements": [{"members": [text, "b"], "mode": "base", "services": [
                {"offer": "o", "need": "n", "quantity": 9_007_199_254_740_993_i64}, {"offer": "a", "need": "z", "quantity": 0}
            ]}],
            "bases": ["b"], "parent": null,
        });
        let document = serde_json::json!({
            "format": text,
            "types": [{"id": "t", "area": 1, "worth_micro": i64::MAX, "cash_like": true}],
            "parties": [{
                "id": "p", "kind": "community", "street": text, "community": "c", "households": -1,
                "max_agreements": 9_007_199_254_740_992_i64, "tolerance_micro": -9_007_199_254_740_992_i64,
                "carry_micro": -9_007_199_254_740_995_i64
            }],
            "offers": [{
                "id": "o", "party": "p", "type": "t", "quantity": 1, "smallest_lot": 2, "reach": {"communities": ["c"]},
                "windows": windows, "days": days, "audience": u64::MAX, "cost_fen": 3, "fund": "f", "modes": ["base"]
            }, {"id": "o", "party": "p", "type": "t", "quantity": 1, "reach": "street", "audience": 1_u64 << 60}],
            "needs": [{
                "id": "n", "party": "p", "type": "t", "quantity": 1, "smallest_useful": 2, "priority": 3,
                "windows": windows, "days": days, "audience": 4, "mode": "project"
            }],
            "funds": [{"id": "f", "level": "street", "street": "s", "budget_fen": 5}],
            "policy": {
                "fixed_micro": 1, "priority_ppm": [1, 2, 3, 4, 5], "overlap_min": 6,
                "fairness": [{"length_micro_per_household": null, "bonus_ppm": 7}], "reciprocity_ppm": 8,
                "coverage_micro": 9, "base_bonus_micro": 10, "base_quota": 11, "base_breadth": 12, "base_depth": 13,
                "stability_agreement_micro": 14, "stability_service_micro": 15
            },
            "commitments": [{"target": "fund", "id": "f", "amount": 1}],
            "pins": [
                {"agreement": {"members": ["a", "b"], "by": "x"}},
                {"service": {"offer": "o", "need": "n", "quantity": 1, "by": "x"}}
            ],
            "bans": [
                {"agreement": {"members": ["a", "b"], "by": "x"}}, {"service": {"offer": "o", "need": "n", "by": "x"}}
            ],
            "previous": previous,
        });
        serde_json::from_value(document).unwrap()
    }

    #[test]
    fn bytes_are_those_of_the_canonical_form() {
        let document = instance();
        let same = |ours: Vec<u8>, theirs: Vec<u8>| {
            assert_eq!(
                String::from_utf8(ours).unwrap(),
                String::from_utf8(theirs).unwrap()
            );
        };
        same(
            bytes(&document),
            serde_json_canonicalizer::to_vec(&document).unwrap(),
        );
        let plan: plan::Document = document.previous.unwrap();
        same(plan.to_bytes(), serde_json_canonicalizer::to_vec(&plan).unwrap());
    }
}
