//! `gongjian price-rules`

use std::path::PathBuf;
use std::process::ExitCode;

use gongjian_engine::control::Quiet;
use gongjian_engine::what_if::{RulePrice, price_rules};
use gongjian_engine::{Method, Settings};

use super::files;
use crate::web::i18n::Lang;

/// Arguments of `gongjian price-rules`.
#[derive(Debug, clap::Args)]
pub(super) struct PriceRulesArgs {
    /// The instance.
    instance: PathBuf,
    /// Its plan.
    plan: PathBuf,
    /// How much work for each rule: 1 a first look, 10 usual, 100 thorough.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    effort: u32,
    /// Words in this language instead of JSON: zh-CN, ko-CN or en.
    #[arg(long)]
    lang: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &PriceRulesArgs) -> ExitCode {
    files::code(table(args))
}

fn table(args: &PriceRulesArgs) -> Result<ExitCode, ExitCode> {
    let lang = files::lang(args.lang.as_deref())?;
    let (instance, plan) = (files::instance(&args.instance)?, files::plan(&args.plan)?);
    let settings = Settings {
        method: Method::Auto,
        effort: args.effort,
        seconds: None,
        threads: 1,
    };
    let table = price_rules(&instance, &plan, settings, &Quiet).map_err(|error| {
        files::tell(error);
        ExitCode::FAILURE
    })?;
    for row in &table {
        match lang {
            Some(lang) => files::say(words(lang, row))?,
            None => files::say(serde_json::to_string(row).unwrap_or_default())?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn words(lang: Lang, row: &RulePrice) -> String {
    let signed = |after: usize, before: usize| {
        let difference = i128::try_from(after).unwrap_or(0) - i128::try_from(before).unwrap_or(0);
        format!("{difference:+}")
    };
    let name = lang.t(&format!("rule-{}", row.rule.name()));
    let lost = files::points(row.without_micro.saturating_sub(row.with_micro));
    let (services, agreements) = (
        signed(row.services_without, row.services_with),
        signed(row.agreements_without, row.agreements_with),
    );
    let args = [
        ("rule", name.as_str()),
        ("points", &lost),
        ("services", &services),
        ("agreements", &agreements),
    ];
    lang.ta("rule-price", &args)
}
