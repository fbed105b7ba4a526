//! **Bans.** What somebody ruled out is not proposed: a service, or any agreement between certain parties.
//!
//! y_k = 0, edge removed. Hard, in the edges (see [`crate::edges::fit::Bans`]); refuses with `banned`. A pin and a
//! ban on the same thing contradict each other and are told before solving.

use crate::model::{Ban, Instance, Pin};

/// Pins that a ban rules out, by their places in the document.
#[must_use]
pub fn contradict(instance: &Instance) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (p, pin) in instance.pins.iter().enumerate() {
        for (b, ban) in instance.bans.iter().enumerate() {
            if rules_out(instance, pin, ban) {
                pairs.push((p, b));
            }
        }
    }
    pairs
}

fn rules_out(instance: &Instance, pin: &Pin, ban: &Ban) -> bool {
    match (pin, ban) {
        (Pin::Agreement(wanted), Ban::Agreement(members)) => members.iter().all(|m| wanted.contains(m)),
        (Pin::Service { offer, need, .. }, Ban::Agreement(members)) => {
            let giver = instance.offers.get(*offer as usize).map(|o| o.party);
            let receiver = instance.needs.get(*need as usize).map(|n| n.party);
            members.iter().all(|m| Some(*m) == giver || Some(*m) == receiver)
        }
        (Pin::Service { offer, need, .. }, Ban::Service { offer: o, need: n }) => offer == o && need == n,
        (Pin::Agreement(_), Ban::Service { .. }) => false,
    }
}
