//! `gongjian schemas`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use super::open::finish;
use crate::integration::openapi;

/// Arguments of `gongjian schemas`.
#[derive(Debug, clap::Args)]
pub(super) struct SchemasArgs {
    /// The folder.
    #[arg(long)]
    out: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: &SchemasArgs) -> ExitCode {
    let path = args.out.join("openapi.json");
    finish(openapi::document().map_err(Into::into).and_then(|mut text| {
        text.push('\n');
        std::fs::write(&path, text).with_context(|| path.display().to_string())
    }))
}
