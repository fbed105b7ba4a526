//! What a set of services is worth, in whole µ. Used by the solver; the checker has its own.

use crate::edges::Edges;
use crate::model::{AREAS, Instance, PPM};
use crate::rules::held::Held;

/// The parts of a plan's value, µ × 10^6 (so that ppm factors stay whole).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// Value of the services.
    pub services: i128,
    /// Upkeep of the agreements (to be subtracted).
    pub upkeep: i128,
    /// Fairness bonus.
    pub fairness: i128,
    /// Bonus of bases.
    pub bases: i128,
    /// Bonus of what is kept.
    pub stability: i128,
    /// Cost of imbalance (to be subtracted).
    pub reciprocity: i128,
    /// Cost of areas without a service (to be subtracted).
    pub coverage: i128,
}

impl Parts {
    /// The whole, µ, rounded down once.
    #[must_use]
    pub fn total(&self) -> i64 {
        i64::try_from(self.exact().div_euclid(i128::from(PPM))).unwrap_or(i64::MIN)
    }

    /// The whole, µ × 10^6.
    #[must_use]
    pub fn exact(&self) -> i128 {
        let plus = self.services + self.fairness + self.bases + self.stability;
        plus - self.upkeep - self.reciprocity - self.coverage
    }
}

/// The value of taking `taken[e]` of each edge (0 = not taken) with these bases. `taken.len() == edges.rows.len()`,
/// `bases.len() == instance.parties.len()`.
#[must_use]
pub fn value_micro(instance: &Instance, edges: &Edges, taken: &[i64], bases: &[bool]) -> i64 {
    parts(instance, edges, taken, bases).total()
}

/// The parts of the value; see [`value_micro`].
#[must_use]
pub fn parts(instance: &Instance, edges: &Edges, taken: &[i64], bases: &[bool]) -> Parts {
    parts_with(instance, edges, taken, bases, &Held::default())
}

/// The parts of the value of a part of the whole in which parties have `held` already: what they received fills the
/// first fairness steps and covers areas. A balance that is held stands in the parties' carry-in.
#[must_use]
pub fn parts_with(instance: &Instance, edges: &Edges, taken: &[i64], bases: &[bool], held: &Held) -> Parts {
    let policy = instance.policy();
    let ppm = i128::from(PPM);
    let count = instance.parties.len();
    let (mut given, mut received) = (vec![0_i128; count], vec![0_i128; count]);
    let mut covered: Vec<[bool; AREAS]> = (0..count).map(|p| held.party(p).covered).collect();
    let mut signed = vec![false; edges.candidates.len()];
    let mut parts = Parts::default();
    for (edge, amount) in edges.rows.iter().zip(taken).filter(|(_, amount)| **amount > 0) {
        let value = i128::from(edge.value) * i128::from(*amount);
        parts.services += value * ppm;
        add(&mut given, edge.giver, value);
        add(&mut received, edge.receiver, value);
        if let Some(cell) = covered
            .get_mut(edge.receiver as usize)
            .and_then(|c| c.get_mut(usize::from(edge.area)))
        {
            *cell = true;
        }
        if let Some(cell) = signed.get_mut(edge.candidate as usize) {
            *cell = true;
        }
        if edge.kept {
            parts.stability += i128::from(policy.stability_service_micro) * ppm;
        }
    }
    for candidate in edges
        .candidates
        .iter()
        .zip(&signed)
        .filter(|(_, s)| **s)
        .map(|(c, _)| c)
    {
        parts.upkeep += i128::from(policy.fixed_micro) * ppm;
        if candidate.kept {
            parts.stability += i128::from(policy.stability_agreement_micro) * ppm;
        }
    }
    for (p, party) in instance.parties.iter().enumerate() {
        let (gave, got) = (at(&given, p), at(&received, p));
        let balance = i128::from(party.carry) + gave - got;
        let slack = (balance.abs() - i128::from(party.tolerance)).max(0);
        parts.reciprocity += slack * i128::from(policy.reciprocity_ppm);
        if party.kind == crate::model::PartyKind::Community {
            let all = got + i128::from(held.party(p).received);
            parts.fairness += fairness(instance, party.households, all);
            let open = covered
                .get(p)
                .map_or(AREAS, |c| c.iter().filter(|area| !**area).count());
            parts.coverage += i128::from(policy.coverage_micro) * ppm * i128::try_from(open).unwrap_or(0);
        }
        if bases.get(p).copied().unwrap_or(false) {
            parts.bases += i128::from(policy.base_bonus_micro) * ppm;
        }
    }
    parts
}

/// Bonus of a community that received this much, µ × 10^6: steps are filled in order.
pub(crate) fn fairness(instance: &Instance, households: i64, received: i128) -> i128 {
    let (mut left, mut bonus) = (received, 0);
    for step in &instance.policy().fairness {
        let length = step
            .length_micro_per_household
            .map(|l| i128::from(l) * i128::from(households));
        let filled = length.map_or(left, |length| left.min(length));
        bonus += filled * i128::from(step.bonus_ppm);
        left -= filled;
    }
    bonus
}

fn add(sums: &mut [i128], place: u32, value: i128) {
    if let Some(sum) = sums.get_mut(place as usize) {
        *sum += value;
    }
}

fn at(sums: &[i128], place: usize) -> i128 {
    sums.get(place).copied().unwrap_or(0)
}
