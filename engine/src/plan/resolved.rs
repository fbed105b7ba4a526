//! A plan by index instead of by id.

use std::collections::HashSet;

use super::Document;
use crate::model::Instance;

/// A plan by index.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// Its agreements, in the document's order.
    pub agreements: Vec<Made>,
    /// Its bases.
    pub bases: Vec<u32>,
    /// Ids that are unknown or stand twice.
    pub faults: Vec<String>,
}

/// An agreement by index.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// Its members, sorted.
    pub members: Vec<u32>,
    /// Its services: offer, need, quantity.
    pub services: Vec<(u32, u32, i64)>,
}

impl Document {
    /// Finds every id; what is unknown or stands twice is a fault and left out.
    #[must_use]
    pub fn resolve(&self, instance: &Instance) -> Resolved {
        let (parties, offers, needs) = (
            instance.party_index(),
            instance.offer_index(),
            instance.need_index(),
        );
        let mut resolved = Resolved::default();
        let mut groups = HashSet::new();
        for (k, agreement) in self.agreements.iter().enumerate() {
            let known = |id: &String| parties.get(id.as_str()).copied();
            let mut made = Made {
                members: agreement.members.iter().filter_map(known).collect(),
                services: Vec::new(),
            };
            made.members.sort_unstable();
            if made.members.len() != agreement.members.len() || !groups.insert(made.members.clone()) {
                let members = &agreement.members;
                resolved
                    .faults
                    .push(format!("agreement {k}: members {members:?} unknown or twice"));
            }
            let mut services = HashSet::new();
            for s in &agreement.services {
                let found = offers.get(s.offer.as_str()).zip(needs.get(s.need.as_str()));
                match found.filter(|pair| services.insert(*pair)) {
                    Some((offer, need)) => made.services.push((*offer, *need, s.quantity)),
                    None => resolved.faults.push(format!(
                        "agreement {k}: service {} → {} unknown or twice",
                        s.offer, s.need
                    )),
                }
            }
            resolved.agreements.push(made);
        }
        for id in &self.bases {
            match parties.get(id.as_str()) {
                Some(p) if !resolved.bases.contains(p) => resolved.bases.push(*p),
                _ => resolved.faults.push(format!("base {id}: unknown or twice")),
            }
        }
        resolved
    }
}
