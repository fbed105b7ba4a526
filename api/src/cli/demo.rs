//! `gongjian demo`

use std::process::ExitCode;

use super::open::{PlaceArgs, finish, open, runtime};
use super::serve::serve;
use crate::sample::demo;

/// Arguments of `gongjian demo`.
#[derive(Debug, clap::Args)]
pub(super) struct DemoArgs {
    #[command(flatten)]
    place: PlaceArgs,
}

/// Runs the command.
pub(super) fn run(args: &DemoArgs) -> ExitCode {
    finish(args.place.settings().and_then(|mut config| {
        config.demo = true;
        runtime()?.block_on(async move {
            let app = open(config).await?;
            demo::build(&app).await?;
            let mut greeting = vec!["demo logins (role, login, password):".to_owned()];
            greeting.extend(demo::logins());
            greeting.push("stop with Ctrl+C; run again and everything is still there".to_owned());
            serve(app, &greeting).await
        })
    }))
}
