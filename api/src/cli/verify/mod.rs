//! `gongjian verify`: judges a proof bundle without server, network or database.

mod database;
mod words;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub use database::{Audited, Beside, audit, exit_code as exit_code_of};

use anyhow::{Context as _, Result, anyhow};
use serde_json::{Value, json};

use super::open::{place, runtime};
use crate::agreements::bundle::verify::{Report, Step, Verdict, verify};
use crate::agreements::domain::state::State;
use crate::kernel::clock::{Clock as _, SystemClock};
use crate::kernel::db::Db;
use crate::kernel::limit;
use crate::log::instant;
use crate::log::policy::TrustPolicy;
use crate::web::i18n::Lang;

/// Exit code of a bundle that holds but binds nobody yet, or no more.
const NOT_BINDING: u8 = 9;

/// Arguments of `gongjian verify`.
#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// The bundle, `*.gjproof`.
    #[arg(required_unless_present = "database", conflicts_with = "database")]
    bundle: Option<PathBuf>,
    /// Judge a database instead: its address, or that of the settings if none is written. It is only read.
    #[arg(long, num_args = 0..=1, default_missing_value = "")]
    database: Option<String>,
    /// Settings file that names database and key folder.
    #[arg(long, requires = "database")]
    config: Option<PathBuf>,
    /// Folder with the anchor file; overrides the settings.
    #[arg(long, requires = "database")]
    keys: Option<PathBuf>,
    /// A checkpoint kept elsewhere, by a witness or on paper, that the database must lead to; may be repeated.
    #[arg(long, requires = "database")]
    checkpoint: Vec<PathBuf>,
    /// Trust file of the district: which logs and witnesses count; `gongjian trust show` prints it.
    #[arg(long, visible_alias = "trust")]
    policy: Option<PathBuf>,
    /// Write the outcome as JSON.
    #[arg(long)]
    json: bool,
    /// Judge as of this instant, `2026-11-24T03:00:00.000Z`.
    #[arg(long)]
    now: Option<String>,
    /// Tell the kind of failure by the exit code, 2 to 8, instead of 1.
    #[arg(long)]
    detailed_exit_code: bool,
    /// Language of the words: zh-CN, ko-CN or en.
    #[arg(long, default_value = "zh-CN")]
    lang: String,
}

/// Runs the command. Exits 0 if the bundle holds and binds all parties, 9 if it holds and does not bind, 1 (or
/// 2 to 8) if it does not hold.
pub(super) fn run(args: &VerifyArgs) -> ExitCode {
    match judge(args) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "gongjian: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn judge(args: &VerifyArgs) -> Result<u8> {
    let lang = Lang::from_tag(&args.lang).ok_or_else(|| anyhow!("--lang: write zh-CN, ko-CN or en"))?;
    let now = match &args.now {
        None => SystemClock.now(),
        Some(text) => instant::parse(text).ok_or_else(|| anyhow!("--now: write 2026-11-24T03:00:00.000Z"))?,
    };
    let policy = args.policy.as_deref().map(read_policy).transpose()?;
    let Some(bundle) = &args.bundle else {
        return judge_database(args, policy.as_ref(), lang);
    };
    let bytes = read(bundle)?;
    let report = verify(&bytes, policy.as_ref(), now);
    let code = exit_code(&report, args.detailed_exit_code);
    let text = if args.json {
        format!("{:#}\n", as_json(&report, lang, code))
    } else {
        as_words(&report, lang)
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(code)
}

fn judge_database(args: &VerifyArgs, policy: Option<&TrustPolicy>, lang: Lang) -> Result<u8> {
    let address = args.database.clone().filter(|address| !address.is_empty());
    let config = place(args.config.clone(), address, args.keys.clone()).settings()?;
    let mut checkpoints = Vec::new();
    for path in &args.checkpoint {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        checkpoints.push(text.parse().with_context(|| path.display().to_string())?);
    }
    let all = runtime()?.block_on(async {
        let db = Db::open_to_read(&config.database).await.context("database")?;
        let beside = Beside {
            anchor: Some(&config.keys),
            checkpoints: &checkpoints,
            policy,
        };
        let all = audit(&db, &beside).await;
        db.close().await?;
        all
    })?;
    let code = exit_code_of(&all);
    let text = if args.json {
        format!("{:#}\n", words::as_json(&all, lang, code))
    } else {
        words::as_text(&all, lang)
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(code)
}

fn read_policy(path: &Path) -> Result<TrustPolicy> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.parse().with_context(|| path.display().to_string())
}

/// Reads at most one byte more than a bundle may have.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    let most = u64::try_from(limit::BUNDLE_BYTES)?.saturating_add(1);
    let mut bytes = Vec::new();
    file.take(most)
        .read_to_end(&mut bytes)
        .with_context(|| path.display().to_string())?;
    Ok(bytes)
}

fn exit_code(report: &Report, detailed: bool) -> u8 {
    match (report.failed(), report.verdict.as_ref()) {
        (Some(step), _) if detailed => step.exit_code(),
        (Some(_), _) | (None, None) => 1,
        (None, Some(verdict)) if verdict.is_binding() => 0,
        (None, Some(_)) => NOT_BINDING,
    }
}

fn as_words(report: &Report, lang: Lang) -> String {
    let mut lines = Vec::new();
    if let Some(step) = report.failed() {
        let number = step.number().to_string();
        let name = lang.t(&format!("verify-step-{number}"));
        lines.push(lang.ta("verify-fails", &[("step", &number), ("name", &name)]));
        for finding in &report.findings {
            let words = lang.t(&format!("verify-{}", finding.code));
            lines.push(format!("  {words} {}", finding.place).trim_end().to_owned());
        }
    } else if let Some(verdict) = &report.verdict {
        lines.push(lang.ta(
            "verify-holds",
            &[
                ("number", &verdict.number),
                ("title", &verdict.title),
                ("version", &verdict.version.to_string()),
            ],
        ));
        lines.push(verdict_words(verdict, lang));
        lines.extend(life_words(verdict, lang));
        let trust = if report.trust_judged {
            "verify-trusted"
        } else {
            "verify-compare"
        };
        lines.push(lang.t(trust));
        for key in &report.keys {
            let owner = match key.owner.as_str() {
                "log" => lang.t("verify-owner-log"),
                "witness" => lang.t("verify-owner-witness"),
                "cadre" => lang.t("verify-owner-cadre"),
                name => name.to_owned(),
            };
            lines.push(lang.ta("verify-key", &[("owner", &owner), ("key", &key.key)]));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// What has happened since all signed, or is about to.
fn life_words(verdict: &Verdict, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(day) = verdict.version_on {
        let version = verdict.version.to_string();
        let args = [("version", version.as_str()), ("day", &day.to_string())];
        lines.push(lang.ta("verify-version-on", &args));
    }
    if let Some(version) = verdict.pending {
        lines.push(lang.ta("verify-pending", &[("version", &version.to_string())]));
    }
    if !verdict.left.is_empty() {
        lines.push(lang.ta("verify-left", &[("parties", &verdict.left.join("、"))]));
    }
    if let Some(day) = verdict.ends_on.filter(|_| verdict.is_binding()) {
        lines.push(lang.ta("verify-ends-on", &[("day", &day.to_string())]));
    }
    lines
}

fn verdict_words(verdict: &Verdict, lang: Lang) -> String {
    if let (State::Terminated, Some(day)) = (verdict.state, verdict.ends_on) {
        let parties = verdict.bound.join("、");
        return lang.ta(
            "verify-terminated",
            &[("parties", &parties), ("day", &day.to_string())],
        );
    }
    match verdict.in_force_on {
        Some(day) if verdict.is_binding() => lang.ta(
            "verify-in-force",
            &[("parties", &verdict.bound.join("、")), ("day", &day.to_string())],
        ),
        _ => {
            let state = lang.t(&format!("agreement-state-{}", verdict.state.code()));
            let missing = verdict.missing.join("、");
            lang.ta("verify-not-binding", &[("state", &state), ("parties", &missing)])
        }
    }
}

fn as_json(report: &Report, lang: Lang, code: u8) -> Value {
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| {
            json!({
                "step": finding.step.number(),
                "class": finding.step.class(),
                "code": finding.code,
                "place": finding.place,
                "words": lang.t(&format!("verify-{}", finding.code)),
            })
        })
        .collect();
    let keys: Vec<Value> = report
        .keys
        .iter()
        .map(|key| json!({"owner": key.owner, "key": key.key}))
        .collect();
    let verdict = report.verdict.as_ref().map(|verdict| {
        json!({
            "number": verdict.number,
            "title": verdict.title,
            "state": verdict.state.code(),
            "version": verdict.version,
            "bound": verdict.bound,
            "missing": verdict.missing,
            "binding": verdict.is_binding(),
            "in_force_on": verdict.in_force_on,
            "version_on": verdict.version_on,
            "pending": verdict.pending,
            "left": verdict.left,
            "ends_on": verdict.ends_on,
            "words": verdict_words(verdict, lang),
        })
    });
    json!({
        "holds": report.holds(),
        "exit": code,
        "step": report.failed().map(Step::number),
        "class": report.failed().map(Step::class),
        "agreement": report.agreement,
        "trust": if report.trust_judged { "judged" } else { "to compare" },
        "steps_passed": report.steps.iter().map(|step| step.number()).collect::<Vec<_>>(),
        "findings": findings,
        "keys": keys,
        "verdict": verdict,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::Millis;

    #[test]
    fn what_happened_after_signing_is_told() {
        let day = |text: &str| Some(text.parse().unwrap());
        let mut verdict = Verdict {
            number: "珲靖共建〔2026〕1号".to_owned(),
            title: "操场开放".to_owned(),
            state: State::InForce,
            version: 3,
            bound: vec!["甲".to_owned(), "乙".to_owned()],
            missing: Vec::new(),
            left: vec!["丙".to_owned()],
            in_force_on: day("2026-04-15"),
            version_on: day("2026-07-10"),
            pending: Some(4),
            ends_on: day("2026-08-31"),
        };
        let told = life_words(&verdict, Lang::En);
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.iter().all(|words| !words.contains('{')), "{told:?}");
        assert!(verdict_words(&verdict, Lang::En).contains("2026-04-15"));
        verdict.state = State::Terminated;
        let words = verdict_words(&verdict, Lang::En);
        assert_eq!(words, "All had signed (甲、乙); it ended on 2026-08-31");
        assert!(!verdict.is_binding());
    }

    #[test]
    fn codes_follow_the_report() {
        let report = verify(b"{}", None, Millis::new(0));
        assert_eq!(exit_code(&report, false), 1);
        assert_eq!(exit_code(&report, true), 2);
        let words = as_words(&report, Lang::En);
        assert!(words.starts_with("The proof does not hold: step 1"), "{words}");
        let value = as_json(&report, Lang::En, 1);
        assert_eq!(value["class"], "form");
        assert_eq!(value["findings"][0]["code"], "members");
    }
}
