//! Why a need stays open, the evidence, and the smallest change that would help: the ways to meet it are weighed on
//! top of the plan, the one with the least in its way tells the reason, and solving again around it says whether the
//! reason is true.

mod apply;
mod code;
mod confirm;
mod explainer;
mod gain;
mod standing;
mod tell;
mod unused;
mod way;

pub use code::{Change, Code, Reason};
pub use confirm::Confirmed;
pub use explainer::Explainer;
pub use unused::{Idle, Unused};

use crate::edges;
use crate::model::Instance;
use crate::plan::Document;
use crate::rules::Context;

/// The main reason for every need that is not wholly met, in the instance's order.
#[must_use]
pub fn explain(instance: &Instance, plan: &Document) -> Vec<Reason> {
    let edges = edges::build(instance);
    let context = Context {
        instance,
        edges: &edges,
    };
    let explainer = Explainer::new(context, plan);
    let open = explainer.open();
    open.into_iter()
        .filter_map(|n| explainer.reasons(n).into_iter().next())
        .collect()
}
