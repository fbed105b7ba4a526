//! `gongjian migrate`

use std::process::ExitCode;

use super::serve::{ServeArgs, finish, open, runtime};

/// Arguments of `gongjian migrate`.
#[derive(Debug, clap::Args)]
pub(super) struct MigrateArgs {
    #[command(flatten)]
    serve: ServeArgs,
}

/// Runs the command.
pub(super) fn run(args: &MigrateArgs) -> ExitCode {
    finish(args.serve.settings().and_then(|config| {
        runtime()?.block_on(async move {
            let app = open(config).await?;
            app.db.close().await?;
            Ok(())
        })
    }))
}
