//! `gongjian explain`

#![expect(clippy::print_stdout, reason = "the reasons go to standard output")]

use std::path::PathBuf;
use std::process::ExitCode;

use gongjian_engine::control::Quiet;
use gongjian_engine::reasons::{self, Reason};
use gongjian_engine::{Method, Settings};
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
    /// Confirm this many reasons by solving again with the offered change.
    #[arg(long)]
    confirm: Option<usize>,
    /// Words in this language instead of JSON: zh-CN, ko-CN or en.
    #[arg(long)]
    lang: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &ExplainArgs) -> ExitCode {
    files::code(explain(args))
}

fn explain(args: &ExplainArgs) -> Result<ExitCode, ExitCode> {
    let instance = files::instance(&args.instance)?;
    let plan = files::plan(&args.plan)?;
    let lang = args.lang.as_deref().map(Lang::from_tag);
    if lang == Some(None) {
        files::tell("languages are zh-CN, ko-CN and en");
        return Err(ExitCode::from(2));
    }
    let mut reasons = reasons::explain(&instance, &plan);
    reasons.retain(|reason| args.need.as_ref().is_none_or(|need| reason.need == *need));
    let settings = Settings {
        method: Method::Auto,
        effort: 2,
        seconds: None,
        threads: 1,
    };
    let mut tried = (0_usize, 0_usize);
    for (i, reason) in reasons.iter().enumerate() {
        let confirmed = args
            .confirm
            .filter(|count| i < *count)
            .map(|_| reasons::confirm(&instance, &plan, reason, settings, &Quiet));
        if let Some(found) = confirmed {
            tried.1 += 1;
            tried.0 += usize::from(found != reasons::Confirmed::NotTrue);
        }
        match lang.flatten() {
            Some(lang) => println!("{}", words(lang, reason)),
            None => println!("{}", json!({ "reason": reason, "confirmed": confirmed })),
        }
    }
    if args.confirm.is_some() {
        println!("{}", json!({ "confirmed": tried.0, "of": tried.1 }));
    }
    Ok(ExitCode::SUCCESS)
}

/// A reason in one line.
fn words(lang: Lang, reason: &Reason) -> String {
    let code = serde_json::to_value(reason.code).unwrap_or_default();
    let code = code.as_str().unwrap_or_default().to_owned();
    let open = reason.open.to_string();
    let nearest = reason.nearest.clone().unwrap_or_default();
    let args = [
        ("need", reason.need.as_str()),
        ("open", open.as_str()),
        ("nearest", nearest.as_str()),
    ];
    lang.ta(&format!("reason-{code}"), &args)
}
