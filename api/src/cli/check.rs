//! `gongjian check`

#![expect(clippy::print_stdout, reason = "the verdict goes to standard output")]

use std::path::PathBuf;
use std::process::ExitCode;

use super::files;

/// Arguments of `gongjian check`.
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// The instance.
    instance: PathBuf,
    /// The plan.
    plan: PathBuf,
    /// The certificate.
    certificate: Option<PathBuf>,
}

/// Runs the command: exit 0 if everything holds, 1 if not, 2 if something cannot be read.
pub(super) fn run(args: &CheckArgs) -> ExitCode {
    files::code(check(args))
}

fn check(args: &CheckArgs) -> Result<ExitCode, ExitCode> {
    let instance = files::instance(&args.instance)?;
    let plan = files::plan(&args.plan)?;
    let certificate = args.certificate.as_deref().map(files::certificate).transpose()?;
    let verdict = gongjian_engine::check::check(&instance, &plan, certificate.as_ref());
    println!("{}", serde_json::to_string(&verdict).unwrap_or_default());
    Ok(if verdict.feasible {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
