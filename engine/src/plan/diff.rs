//! What is kept, changed, new or dropped from one plan to another, by ids.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Agreement, Document};

/// How an agreement differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Differs {
    /// It is in both plans, with the same services.
    Kept,
    /// It is in both plans, with other services or amounts.
    Changed,
    /// Only the second plan has it.
    New,
    /// Only the first plan has it.
    Dropped,
}

/// A service that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceDiff {
    /// The offer used.
    pub offer: String,
    /// The need met.
    pub need: String,
    /// Quantity in the first plan; 0 = not there.
    pub before: i64,
    /// Quantity in the second plan; 0 = not there.
    pub after: i64,
}

/// An agreement in either plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgreementDiff {
    /// How it differs.
    pub differs: Differs,
    /// Its members' ids.
    pub members: Vec<String>,
    /// Services whose quantities differ.
    pub services: Vec<ServiceDiff>,
}

/// Every agreement of either plan, sorted by members.
#[must_use]
pub fn diff(before: &Document, after: &Document) -> Vec<AgreementDiff> {
    let by_members = |plan| -> BTreeMap<&Vec<String>, &Agreement> {
        let plan: &Document = plan;
        plan.agreements.iter().map(|a| (&a.members, a)).collect()
    };
    let (old, new) = (by_members(before), by_members(after));
    let mut members: Vec<&Vec<String>> = old.keys().chain(new.keys()).copied().collect();
    members.sort();
    members.dedup();
    let told = members.into_iter().map(|members| {
        let (was, is) = (old.get(members), new.get(members));
        let services = services(was.copied(), is.copied());
        let differs = match (was, is) {
            (None, _) => Differs::New,
            (_, None) => Differs::Dropped,
            _ if services.is_empty() => Differs::Kept,
            _ => Differs::Changed,
        };
        AgreementDiff {
            differs,
            members: members.clone(),
            services,
        }
    });
    told.collect()
}

fn services(was: Option<&Agreement>, is: Option<&Agreement>) -> Vec<ServiceDiff> {
    let mut amounts: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    for s in was.into_iter().flat_map(|a| &a.services) {
        amounts.entry((&s.offer, &s.need)).or_default().0 = s.quantity;
    }
    for s in is.into_iter().flat_map(|a| &a.services) {
        amounts.entry((&s.offer, &s.need)).or_default().1 = s.quantity;
    }
    let differs = amounts.into_iter().filter(|(_, (before, after))| before != after);
    let told = differs.map(|((offer, need), (before, after))| ServiceDiff {
        offer: offer.to_owned(),
        need: need.to_owned(),
        before,
        after,
    });
    told.collect()
}
