//! What people are told of a plan in numbers.

use std::collections::BTreeSet;

use gongjian_engine::check::check;
use gongjian_engine::model::Instance;
use gongjian_engine::plan::Document;
use serde::{Deserialize, Serialize};

/// The numbers of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Figures {
    /// Value over doing nothing, µ.
    pub(super) value_micro: i64,
    /// Needs served, at least in part.
    pub(super) needs: i64,
    /// Services.
    pub(super) services: i64,
    /// Agreements.
    pub(super) agreements: i64,
}

impl Figures {
    /// The numbers of a plan of this instance.
    pub(super) fn of(instance: &Instance, plan: &Document) -> Self {
        let services = || plan.agreements.iter().flat_map(|a| &a.services);
        let needs: BTreeSet<&str> = services().map(|s| s.need.as_str()).collect();
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Self {
            value_micro: plan.value_micro.saturating_sub(nothing_micro(instance, plan)),
            needs: count(needs.len()),
            services: count(services().count()),
            agreements: count(plan.agreements.len()),
        }
    }
}

/// What a plan without any agreement is worth, µ.
pub(super) fn nothing_micro(instance: &Instance, plan: &Document) -> i64 {
    let nothing = Document {
        agreements: Vec::new(),
        bases: Vec::new(),
        ..plan.clone()
    };
    check(instance, &nothing, None).value_micro
}
