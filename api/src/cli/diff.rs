//! `gongjian diff`

use std::path::PathBuf;
use std::process::ExitCode;

use gongjian_engine::plan::{AgreementDiff, Differs, Document, diff};
use serde_json::json;

use super::files;
use crate::web::i18n::Lang;

/// Arguments of `gongjian diff`.
#[derive(Debug, clap::Args)]
pub(super) struct DiffArgs {
    /// The plan before.
    before: PathBuf,
    /// The plan after.
    after: PathBuf,
    /// Words in this language instead of JSON: zh-CN, ko-CN or en.
    #[arg(long)]
    lang: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &DiffArgs) -> ExitCode {
    files::code(compare(args))
}

fn compare(args: &DiffArgs) -> Result<ExitCode, ExitCode> {
    let lang = files::lang(args.lang.as_deref())?;
    tell(&files::plan(&args.before)?, &files::plan(&args.after)?, lang)?;
    Ok(ExitCode::SUCCESS)
}

/// Tells how two plans differ: a line for each agreement that does, and one with the counts.
pub(super) fn tell(before: &Document, after: &Document, lang: Option<Lang>) -> Result<(), ExitCode> {
    let found = diff(before, after);
    let count = |differs| found.iter().filter(|a| a.differs == differs).count();
    let (kept, changed) = (count(Differs::Kept), count(Differs::Changed));
    let (new, dropped) = (count(Differs::New), count(Differs::Dropped));
    for agreement in found.iter().filter(|a| a.differs != Differs::Kept) {
        match lang {
            Some(lang) => files::say(words(lang, agreement))?,
            None => files::say(json!(agreement))?,
        }
    }
    let micro = after.value_micro.saturating_sub(before.value_micro);
    match lang {
        Some(lang) => {
            let [kept, changed, new, dropped] = [kept, changed, new, dropped].map(|n| n.to_string());
            let sign = if micro < 0 { "" } else { "+" };
            let points = format!("{sign}{}", files::points(micro));
            let args = [
                ("kept", kept.as_str()),
                ("changed", &changed),
                ("new", &new),
                ("dropped", &dropped),
                ("points", &points),
            ];
            files::say(lang.ta("diff-counts", &args))?;
        }
        None => files::say(
            json!({ "kept": kept, "changed": changed, "new": new, "dropped": dropped, "value_micro": micro }),
        )?,
    }
    Ok(())
}

/// An agreement in a line, with a line for each service that differs.
fn words(lang: Lang, agreement: &AgreementDiff) -> String {
    let kind = serde_json::to_value(agreement.differs).unwrap_or_default();
    let kind = kind.as_str().unwrap_or_default().to_owned();
    let members = agreement.members.join(" + ");
    let mut lines = vec![lang.ta(&format!("diff-{kind}"), &[("members", members.as_str())])];
    for service in &agreement.services {
        let (before, after) = (service.before.to_string(), service.after.to_string());
        let args = [
            ("offer", service.offer.as_str()),
            ("need", &service.need),
            ("before", &before),
            ("after", &after),
        ];
        lines.push(format!("  {}", lang.ta("diff-service", &args)));
    }
    lines.join("\n")
}
