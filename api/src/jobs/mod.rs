//! Work that goes on without anybody waiting: solving, cutting checkpoints, what a new day brings. Every
//! piece may run twice.

use std::time::Duration;

use actix_web::rt;

use crate::agreements;
use crate::app::App;
use crate::matching;

/// How long to rest when there was nothing to do.
const REST: Duration = Duration::from_millis(300);

/// Starts the loop that works off what waits.
pub fn start(app: &App) {
    let app = app.clone();
    rt::spawn(async move {
        loop {
            drain(&app).await;
            rt::time::sleep(REST).await;
        }
    });
}

/// Works off everything that waits now.
pub async fn drain(app: &App) {
    let steps = [
        ("runs", matching::job::run_waiting(app).await),
        ("drafts", agreements::job::draft_adopted(app).await),
        ("new day", agreements::job::new_day(app).await),
        ("checkpoints", agreements::job::cut_checkpoints(app).await),
    ];
    for (step, outcome) in steps {
        if let Err(problem) = outcome {
            tracing::error!(step, code = problem.code, cause = problem.cause, "job failed");
        }
    }
}
