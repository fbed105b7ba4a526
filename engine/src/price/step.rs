//! One step of a climb: each price moves against the excess of what is taken of its row.

use super::ascent::Climber;
use crate::flat::float;
use crate::model::{AREAS, PPM, PartyKind};
use crate::rules::{base, fairness};

impl Climber<'_> {
    /// Moves the prices.
    pub(crate) fn step(&mut self) {
        let (l, length) = (self.flat.layout, self.length);
        let rows = self
            .prices
            .iter_mut()
            .zip(&self.mean)
            .zip(&self.room)
            .zip(&self.scale);
        for (((price, used), room), scale) in rows.take(l.balance) {
            let excess = (used / room - 1.0).clamp(-1.0, 3.0);
            *price = (*price + length * scale * excess).max(0.0);
        }
        self.step_parties();
        self.step_cells();
        // What both units of a circle would have alike costs the one as much as it earns the other.
        let circles = self.prices.iter_mut().zip(&self.mean).zip(&self.scale);
        for ((price, used), scale) in circles.skip(l.circles) {
            *price += length * scale * used;
        }
    }

    /// Balance and fairness.
    fn step_parties(&mut self) {
        let (l, policy) = (self.flat.layout, self.context.instance.policy());
        let ppm = float(PPM);
        let rate = float(policy.reciprocity_ppm) / ppm;
        let least = float(fairness::least_price(self.context)) / ppm;
        let most = policy
            .fairness
            .first()
            .map_or(0.0, |step| float(step.bonus_ppm) / ppm);
        for (p, party) in self.context.instance.parties.iter().enumerate() {
            let mean = |at: usize| self.mean.get(at).copied().unwrap_or(0.0);
            let [brought, received] = self.brought.get(p).copied().unwrap_or_default();
            let balance = brought + mean(l.balance + p);
            let got = received + mean(l.fairness + p);
            let tolerance = float(party.tolerance);
            let worth = self.scale.get(l.parties + p).copied().unwrap_or(0.0);
            let past = (balance.abs() - tolerance) / (tolerance + worth).max(1.0);
            if let Some(q) = self.prices.get_mut(l.balance + p) {
                let pull = if past > 0.0 {
                    -balance.signum() * past.min(1.0)
                } else {
                    -q.signum() * 0.5
                };
                let next = *q + self.length * rate * pull;
                *q = if past <= 0.0 && next * *q < 0.0 {
                    0.0
                } else {
                    next.clamp(-rate, rate)
                };
            }
            if party.kind != PartyKind::Community || policy.fairness.is_empty() {
                continue;
            }
            if let Some(phi) = self.prices.get_mut(l.fairness + p) {
                let open = |step: &&crate::model::FairnessRow| float(step.bonus_ppm) / ppm > *phi;
                let steps = policy.fairness.iter().filter(open);
                let lengths: i64 = steps.filter_map(|step| step.length_micro_per_household).sum();
                let wanted = float(lengths.saturating_mul(party.households));
                let excess = ((wanted - got) / wanted.max(got).max(1.0)).clamp(-1.0, 1.0);
                *phi = (*phi + self.length * most * excess).clamp(least, most.max(least));
            }
        }
    }

    /// Coverage and bases.
    fn step_cells(&mut self) {
        let (l, policy) = (self.flat.layout, self.context.instance.policy());
        let (kappa, bonus) = (float(policy.coverage_micro), float(policy.base_bonus_micro));
        let bases = base::is_on(self.context);
        let length = self.length;
        for (p, party) in self.context.instance.parties.iter().enumerate() {
            for cell in p * AREAS..(p + 1) * AREAS {
                let mean = |at: usize| self.mean.get(at).copied().unwrap_or(0.0);
                if party.kind == PartyKind::Community {
                    let open = (1.0 - mean(l.coverage + cell)).clamp(-1.0, 1.0);
                    if let Some(price) = self.prices.get_mut(l.coverage + cell) {
                        *price = (*price + length * kappa * open).clamp(0.0, kappa);
                    }
                }
                if bases && party.is_unit() {
                    let over = mean(l.areas + cell).clamp(-1.0, 1.0);
                    if let Some(price) = self.prices.get_mut(l.areas + cell) {
                        *price = (*price - length * bonus * over).clamp(0.0, bonus);
                    }
                }
            }
            if bases && party.is_unit() {
                let over =
                    self.mean.get(l.depth + p).copied().unwrap_or(0.0) / float(policy.base_depth).max(1.0);
                if let Some(price) = self.prices.get_mut(l.depth + p) {
                    let scale = bonus / float(policy.base_depth).max(1.0);
                    *price = (*price - length * scale * over.clamp(-1.0, 1.0)).clamp(0.0, bonus);
                }
            }
        }
    }
}
