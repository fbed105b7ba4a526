//! `gongjian demo`

use std::process::ExitCode;
use std::sync::Arc;

use super::open::{PlaceArgs, finish, open_at, runtime};
use super::serve::serve;
use crate::kernel::clock::{Clock, MovedClock, SystemClock};
use crate::kernel::date::CivilDate;
use crate::sample::demo;

/// Arguments of `gongjian demo`.
#[derive(Debug, clap::Args)]
pub(super) struct DemoArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Serve as if today were this day, `2026-03-02`: the demo street's lists are for 2026.
    #[arg(long)]
    today: Option<CivilDate>,
}

/// Runs the command.
pub(super) fn run(args: &DemoArgs) -> ExitCode {
    let clock: Arc<dyn Clock> = match args.today {
        Some(day) => Arc::new(MovedClock::showing(day)),
        None => Arc::new(SystemClock),
    };
    finish(args.place.settings().and_then(|mut config| {
        config.demo = true;
        runtime()?.block_on(async move {
            let app = open_at(config, clock).await?;
            demo::build(&app).await?;
            let mut greeting = vec!["demo logins (role, login, password):".to_owned()];
            greeting.extend(demo::logins());
            greeting.push("stop with Ctrl+C; run again and everything is still there".to_owned());
            serve(app, &greeting).await
        })
    }))
}
