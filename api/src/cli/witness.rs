//! `gongjian witness`: signs other people's logs, so that they cannot tell two stories.

#![expect(
    clippy::print_stdout,
    reason = "the ready line is for whoever started the witness"
)]

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};

use super::open::{finish, runtime};
use crate::kernel::clock::SystemClock;
use crate::kernel::id::SystemIds;
use crate::kernel::keys;
use crate::log::note::{KeyKind, NoteSigner, VerifierKey};
use crate::log::witness::judge::Witness;
use crate::log::witness::server;

/// Arguments of `gongjian witness`.
#[derive(Debug, clap::Args)]
pub(super) struct WitnessArgs {
    /// Address to listen on; port 0 lets the system choose.
    #[arg(long, default_value = "127.0.0.1:8787")]
    listen: String,
    /// The witness's key file, 32 secret bytes; made if it is not there.
    #[arg(long)]
    key: PathBuf,
    /// The witness's name, a host and path without scheme.
    #[arg(long)]
    name: String,
    /// SQLite file of what it signed.
    #[arg(long)]
    state: PathBuf,
    /// Key of a log it signs for, as `gongjian trust show` prints it; may be repeated.
    #[arg(long, required = true)]
    log: Vec<String>,
}

/// Runs the command.
pub(super) fn run(args: &WitnessArgs) -> ExitCode {
    finish(witness(args))
}

fn witness(args: &WitnessArgs) -> Result<()> {
    let folder = args.key.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = args
        .key
        .file_name()
        .and_then(|name| name.to_str())
        .context("--key: write a file")?;
    let seed = keys::seed(folder.unwrap_or_else(|| Path::new(".")), name, &SystemIds).context("--key")?;
    let key = NoteSigner::new(&args.name, KeyKind::Witness, &seed)
        .ok_or_else(|| anyhow!("--name: write a host and path without blanks or plus signs"))?;
    let logs: Result<Vec<VerifierKey>> = args
        .log
        .iter()
        .map(|log| {
            let key: VerifierKey = log.parse().context("--log")?;
            anyhow::ensure!(
                key.kind() == KeyKind::Log,
                "--log: “{log}” is not the key of a log"
            );
            Ok(key)
        })
        .collect();
    let logs = logs?;
    runtime()?.block_on(async move {
        let witness = Witness::open(&args.state, key, logs).await.context("--state")?;
        let listener =
            TcpListener::bind(&args.listen).with_context(|| format!("listening on {}", args.listen))?;
        println!("ready http://{} {}", listener.local_addr()?, witness.key());
        std::io::stdout().flush()?;
        server::start(witness, Arc::new(SystemClock), listener)?.await?;
        Ok(())
    })
}
