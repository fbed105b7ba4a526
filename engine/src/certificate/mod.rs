//! The price certificate: prices from which anybody can compute a bound no plan exceeds.

mod branch;
mod packed;
mod row;
mod used;

use serde::{Deserialize, Serialize};

pub use branch::{Branch, Decided, Decision};
pub use row::{Row, name, rule};
pub use used::Used;

use crate::model::{AREAS, Instance};

/// The format every certificate names.
pub const FORMAT: &str = "gongjian-certificate/1";

/// Largest price. With it and the bounds of the model no sum of a bound leaves i128:
/// 10^15 · 10^6 · 10^6 · 10^7 < 2^127.
pub const PRICE_MAX: i64 = 1_000_000_000_000_000;

/// `gongjian-certificate/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`FORMAT`].
    pub format: String,
    /// SHA-256 of the instance, hexadecimal.
    pub instance_sha256: String,
    /// SHA-256 of the plan, hexadecimal.
    pub plan_sha256: String,
    /// The plan's value, µ.
    pub value: i64,
    /// What no plan exceeds, µ.
    pub bound: i64,
    /// (bound − value) / max(1, |bound|), ppm, rounded up.
    pub gap_ppm: i64,
    /// The prices.
    pub prices: Prices,
    /// A tree of decisions with prices for each leaf; empty = the prices alone. The bound is the greatest of the
    /// leaves'.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<Branch>,
}

/// A price for each row of the coupling rules, in the instance's order. Any prices within the stated ranges give a
/// valid bound. Runs of zeros are packed in JSON as `"0*n"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// α_o ≥ 0, µ for each unit.
    #[serde(with = "packed")]
    pub offers: Vec<i64>,
    /// β_n ≥ 0, µ for each unit.
    #[serde(with = "packed")]
    pub needs: Vec<i64>,
    /// γ_p ≥ 0, µ for each agreement.
    #[serde(with = "packed")]
    pub parties: Vec<i64>,
    /// δ_f ≥ 0, millionths of a µ for each fen.
    #[serde(with = "packed")]
    pub funds: Vec<i64>,
    /// q_p ∈ [−ρ, ρ], ppm.
    #[serde(with = "packed")]
    pub balance: Vec<i64>,
    /// φ_c ≥ β_last for communities, 0 for others, ppm.
    #[serde(with = "packed")]
    pub fairness: Vec<i64>,
    /// κ'_ca ∈ [0, κ] for communities, 0 for others, µ; six for each party.
    #[serde(with = "packed")]
    pub coverage: Vec<i64>,
    /// ω_ua ≥ 0, µ; six for each party.
    #[serde(with = "packed")]
    pub base_areas: Vec<i64>,
    /// τ_u ≥ 0, µ, one for each party.
    #[serde(with = "packed")]
    pub base_depth: Vec<i64>,
    /// t_k, µ, one for each circle in the order of members: what of its gain the unit that gets from the other unit
    /// leaves to that one beyond the half.
    #[serde(with = "packed", default, skip_serializing_if = "Vec::is_empty")]
    pub circles: Vec<i64>,
}

impl Prices {
    /// Prices of nothing, but for fairness at its least allowed value `fair` for communities.
    #[must_use]
    pub fn zero(instance: &Instance, fair: i64) -> Self {
        let parties = instance.parties.len();
        let community = |p: &crate::model::Party| p.kind == crate::model::PartyKind::Community;
        Self {
            offers: vec![0; instance.offers.len()],
            needs: vec![0; instance.needs.len()],
            parties: vec![0; parties],
            funds: vec![0; instance.funds.len()],
            balance: vec![0; parties],
            fairness: instance
                .parties
                .iter()
                .map(|p| if community(p) { fair } else { 0 })
                .collect(),
            coverage: vec![0; parties * AREAS],
            base_areas: vec![0; parties * AREAS],
            base_depth: vec![0; parties],
            circles: Vec::new(),
        }
    }
}

/// (bound − value) / max(1, |bound|) in ppm, rounded up.
#[must_use]
pub fn gap_ppm(value: i64, bound: i64) -> i64 {
    let (gap, whole) = (
        i128::from(bound) - i128::from(value),
        i128::from(bound).abs().max(1),
    );
    let ppm = gap * 1_000_000;
    i64::try_from(ppm.div_euclid(whole) + i128::from(ppm.rem_euclid(whole) != 0)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::gap_ppm;

    #[test]
    fn the_gap_is_rounded_up() {
        assert_eq!(gap_ppm(99, 100), 10_000);
        assert_eq!(gap_ppm(0, 3), 1_000_000);
        assert_eq!(gap_ppm(2, 3), 333_334);
        assert_eq!(gap_ppm(0, 0), 0);
    }
}
