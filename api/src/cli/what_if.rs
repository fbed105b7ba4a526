//! `gongjian what-if`

use std::path::PathBuf;
use std::process::ExitCode;

use gongjian_engine::control::Quiet;
use gongjian_engine::resolve::{self, Before};
use gongjian_engine::what_if::{self, Change};
use gongjian_engine::{Method, Settings};

use super::{diff, files};
use crate::web::i18n::Lang;

/// Arguments of `gongjian what-if`.
#[derive(Debug, clap::Args)]
pub(super) struct WhatIfArgs {
    /// The instance.
    instance: PathBuf,
    /// Its plan.
    plan: PathBuf,
    /// A change as JSON, again for each: {"kind":"add","list":"offers","row":{…}},
    /// {"kind":"remove","list":"parties","id":"…"}, {"kind":"alter","list":"funds","id":"…","set":{"budget_fen":…}},
    /// {"kind":"rules","set":{"fixed_micro":0}}, {"kind":"without","rule":"fairness"}.
    #[arg(long, required = true)]
    change: Vec<String>,
    /// How much work: 1 a first look, 10 usual, 100 thorough.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    effort: u32,
    /// Words in this language instead of JSON: zh-CN, ko-CN or en.
    #[arg(long)]
    lang: Option<String>,
}

/// Runs the command: exit 0 with the differences, 2 if the change is at fault.
pub(super) fn run(args: &WhatIfArgs) -> ExitCode {
    files::code(what_if(args))
}

fn what_if(args: &WhatIfArgs) -> Result<ExitCode, ExitCode> {
    let lang = files::lang(args.lang.as_deref())?;
    let (instance, plan) = (files::instance(&args.instance)?, files::plan(&args.plan)?);
    let changes = read(&args.change, lang)?;
    let changed = what_if::apply(&instance, &changes).map_err(|faults| files::faults_in(lang, &faults))?;
    let settings = Settings {
        method: Method::Auto,
        effort: args.effort,
        seconds: None,
        threads: 1,
    };
    let before = Before {
        instance: &instance,
        plan: &plan,
        prices: None,
    };
    let solution = resolve::resolve(&changed, before, settings, &Quiet).map_err(|error| {
        files::tell(error);
        ExitCode::FAILURE
    })?;
    diff::tell(&plan, &solution.plan, lang)?;
    Ok(ExitCode::SUCCESS)
}

/// The changes; all that cannot be read are told, exit 2.
fn read(texts: &[String], lang: Option<Lang>) -> Result<Vec<Change>, ExitCode> {
    let mut changes = Vec::with_capacity(texts.len());
    for (number, text) in (1..).zip(texts) {
        match (serde_json::from_str(text), lang) {
            (Ok(change), _) => changes.push(change),
            (Err(error), None) => files::tell(format_args!("change {number}: {error}")),
            (Err(error), Some(lang)) => {
                let number: i32 = number;
                let args = [("number", &*number.to_string()), ("cause", &error.to_string())];
                files::tell(lang.ta("change-unreadable", &args));
            }
        }
    }
    if changes.len() == texts.len() {
        Ok(changes)
    } else {
        Err(ExitCode::from(2))
    }
}
