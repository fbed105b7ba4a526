//! `gongjian serve`

#![expect(
    clippy::print_stdout,
    reason = "the ready line is for whoever started the server"
)]

use std::io::Write as _;
use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use super::open::{PlaceArgs, finish, open_to_serve, runtime};
use crate::app::App;
use crate::{jobs, server};

/// Arguments of `gongjian serve`.
#[derive(Debug, clap::Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    place: PlaceArgs,
}

/// Runs the command.
pub(super) fn run(args: &ServeArgs) -> ExitCode {
    finish(args.place.settings().and_then(|config| {
        runtime()?.block_on(async move {
            let app = open_to_serve(config).await?;
            serve(app, &[]).await
        })
    }))
}

/// Serves until the process is told to stop; `greeting` follows the ready line.
pub(super) async fn serve(mut app: App, greeting: &[String]) -> Result<()> {
    let listener = bind(&app.config.listen, app.config.port)?;
    let address = listener.local_addr()?;
    if app.config.origin.is_empty() {
        app.config.origin = format!("http://{address}");
    }
    jobs::start(&app);
    let server = server::start(app, listener, 2)?;
    println!("ready http://{address}");
    for line in greeting {
        println!("{line}");
    }
    std::io::stdout().flush()?;
    server.await?;
    Ok(())
}

/// The first free port from `first` on.
fn bind(address: &str, first: u16) -> Result<TcpListener> {
    for port in first..=first.saturating_add(20) {
        match TcpListener::bind((address, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error).with_context(|| format!("listening on {address}:{port}")),
        }
    }
    bail!(
        "ports {first} to {} on {address} are all taken",
        first.saturating_add(20)
    )
}
