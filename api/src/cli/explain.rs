//! `gongjian explain`

use std::path::PathBuf;
use std::process::ExitCode;

use gongjian_engine::edges;
use gongjian_engine::exact::Limits;
use gongjian_engine::model::Instance;
use gongjian_engine::reasons::{Confirmed, Explainer, Reason, Unused};
use gongjian_engine::rules::Context;
use serde_json::json;

use super::files;
use crate::web::i18n::Lang;

/// Arguments of `gongjian explain`.
#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// The instance.
    instance: PathBuf,
    /// The plan.
    plan: PathBuf,
    /// Only this need.
    #[arg(long)]
    need: Option<String>,
    /// Confirm the reasons of so many needs, evenly spread, by solving again around them with the offered change.
    #[arg(long)]
    confirm: Option<usize>,
    /// Offers that stay unused instead of needs that stay open.
    #[arg(long)]
    unused: bool,
    /// Words in this language instead of JSON: zh-CN, ko-CN or en.
    #[arg(long)]
    lang: Option<String>,
}

/// Nodes of the search tree around one need.
const NODES: i32 = 500;

/// Runs the command.
pub(super) fn run(args: &ExplainArgs) -> ExitCode {
    files::code(explain(args))
}

fn explain(args: &ExplainArgs) -> Result<ExitCode, ExitCode> {
    let instance = files::instance(&args.instance)?;
    let plan = files::plan(&args.plan)?;
    let lang = files::lang(args.lang.as_deref())?;
    let edges = edges::build(&instance);
    let context = Context {
        instance: &instance,
        edges: &edges,
    };
    let explainer = Explainer::new(context, &plan);
    if args.unused {
        for unused in explainer.unused() {
            match lang {
                Some(lang) => files::say(unused_words(lang, &instance, &unused))?,
                None => files::say(json!(unused))?,
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut open = explainer.open();
    let id = |n: u32| {
        instance
            .document
            .needs
            .get(n as usize)
            .map(|need| need.id.as_str())
    };
    open.retain(|n| args.need.is_none() || id(*n) == args.need.as_deref());
    let wanted = args.confirm.unwrap_or(0).min(open.len());
    let mut tried = (0_usize, 0_usize);
    for (i, n) in open.iter().enumerate() {
        // The i-th need is confirmed if a multiple of 1/wanted lies in its share of the whole.
        let asked = (i + 1) * wanted / open.len() > i * wanted / open.len();
        let (reason, confirmed) = if asked {
            let limits = Limits {
                nodes: NODES,
                seconds: None,
            };
            let Some((reason, found, _)) = explainer.true_reason(*n, limits) else {
                continue;
            };
            tried.1 += 1;
            tried.0 += usize::from(found != Confirmed::NotTrue);
            (reason, Some(found))
        } else {
            let Some(reason) = explainer.reasons(*n).into_iter().next() else {
                continue;
            };
            (reason, None)
        };
        match lang {
            Some(lang) => files::say(words(lang, &reason))?,
            None => files::say(json!({ "reason": reason, "confirmed": confirmed }))?,
        }
    }
    if args.confirm.is_some() {
        files::say(json!({ "confirmed": tried.0, "of": tried.1 }))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A reason in one line, the need first.
fn words(lang: Lang, reason: &Reason) -> String {
    let code = serde_json::to_value(reason.code).unwrap_or_default();
    let code = code.as_str().unwrap_or_default().to_owned();
    let open = reason.open.to_string();
    let nearest = reason.nearest.clone().unwrap_or_default();
    let args = [
        ("need", reason.need.as_str()),
        ("open", open.as_str()),
        ("nearest", nearest.as_str()),
        ("others", &reason.others.join("、")),
        ("shared", if reason.others.is_empty() { "no" } else { "yes" }),
    ];
    format!("{}: {}", reason.need, lang.ta(&format!("reason-{code}"), &args))
}

/// An offer that is not used up in one line: why, and what to do next.
fn unused_words(lang: Lang, instance: &Instance, unused: &Unused) -> String {
    let code = json!(unused.code);
    let code = code.as_str().unwrap_or_default();
    let mut offers = instance.document.offers.iter();
    let party = offers
        .find(|offer| offer.id == unused.offer)
        .map(|offer| offer.party.as_str());
    let needs = unused.needs.to_string();
    let args = [
        ("nearest", unused.nearest.as_deref().unwrap_or_default()),
        ("needs", &needs),
        ("party", party.unwrap_or_default()),
    ];
    let (why, next) = (format!("unused-{code}"), format!("unused-next-{code}"));
    format!(
        "{}: {} {}",
        unused.offer,
        lang.ta(&why, &args),
        lang.ta(&next, &args)
    )
}
