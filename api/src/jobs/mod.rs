//! Work that goes on without anybody waiting: solving, cutting checkpoints, what a new day brings. Every
//! piece may run twice.

use std::time::Duration;

use actix_web::rt;

use crate::agreements;
use crate::app::App;
use crate::kernel::problem::Problem;
use crate::log::anchor::{self, AnchorFault};
use crate::matching;

/// How long to rest when there was nothing to do.
const REST: Duration = Duration::from_millis(300);

/// Between two looks at what was published.
const WATCH: Duration = Duration::from_secs(3600);

/// Starts the loops that work off what waits. Runs have one of their own: solving takes minutes, and nothing else may
/// wait for it.
pub fn start(app: &App) {
    let solving = app.clone();
    rt::spawn(async move {
        loop {
            solve(&solving).await;
            rt::time::sleep(REST).await;
        }
    });
    let watching = app.clone();
    rt::spawn(async move {
        loop {
            watch(&watching).await;
            rt::time::sleep(WATCH).await;
        }
    });
    let app = app.clone();
    rt::spawn(async move {
        loop {
            follow(&app).await;
            rt::time::sleep(REST).await;
        }
    });
}

/// Holds the database against what was published, for it may be set back under a running server.
async fn watch(app: &App) {
    if app.db.is_frozen() {
        return;
    }
    if let Err(fault @ (AnchorFault::Shorter { .. } | AnchorFault::Different { .. })) =
        anchor::compare(app).await
    {
        tracing::error!(%fault, "the database only reads now");
        app.db.freeze();
    }
}

/// Works off everything that waits now.
pub async fn drain(app: &App) {
    solve(app).await;
    follow(app).await;
}

async fn solve(app: &App) {
    if app.db.is_frozen() {
        return;
    }
    tell("runs", matching::job::run_waiting(app).await);
    tell("trials", matching::trial::job::run_waiting(app).await);
}

/// What follows from decisions, signatures and the calendar; nothing while the logs may only be read.
async fn follow(app: &App) {
    if app.db.is_frozen() {
        return;
    }
    tell("drafts", agreements::job::draft_adopted(app).await);
    tell("new day", agreements::job::new_day(app).await);
    tell("checkpoints", agreements::job::cut_checkpoints(app).await);
    tell("witnesses", agreements::job::ask_witnesses(app).await);
}

fn tell(step: &str, outcome: Result<(), Problem>) {
    if let Err(problem) = outcome {
        tracing::error!(step, code = problem.code, cause = problem.cause, "job failed");
    }
}
