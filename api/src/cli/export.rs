//! `gongjian export`

use std::path::PathBuf;
use std::process::ExitCode;

use super::files;

/// Arguments of `gongjian export`.
#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// The instance.
    instance: PathBuf,
    /// Where the MPS file goes; the meaning of its columns goes beside it as `….map.json`.
    #[arg(long)]
    mps: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: &ExportArgs) -> ExitCode {
    files::code(export(args))
}

fn export(args: &ExportArgs) -> Result<ExitCode, ExitCode> {
    let instance = files::instance(&args.instance)?;
    let (text, meanings) = gongjian_engine::mps::export(&instance);
    files::write(&args.mps, text.as_bytes())?;
    let mut map = args.mps.clone().into_os_string();
    map.push(".map.json");
    files::write(
        &PathBuf::from(map),
        &serde_json::to_vec(&meanings).unwrap_or_default(),
    )?;
    Ok(ExitCode::SUCCESS)
}
