//! `gongjian migrate`

use std::process::ExitCode;

use super::open::{PlaceArgs, finish, open, runtime};

/// Arguments of `gongjian migrate`.
#[derive(Debug, clap::Args)]
pub(super) struct MigrateArgs {
    #[command(flatten)]
    place: PlaceArgs,
}

/// Runs the command.
pub(super) fn run(args: &MigrateArgs) -> ExitCode {
    finish(args.place.settings().and_then(|config| {
        runtime()?.block_on(async move {
            let app = open(config).await?;
            app.db.close().await?;
            Ok(())
        })
    }))
}
