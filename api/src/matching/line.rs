//! Between the thread that solves and the task that answers for it: progress out, a wish to stop in.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gongjian_engine::control::{Control, Progress};

use super::error::MatchingError;

/// How often progress is written and a wish to stop is read.
const BEAT: Duration = Duration::from_millis(500);
/// A job without a sign of life for so long has lost its worker.
pub(super) const LOST_MS: i64 = 60_000;

/// The line.
#[derive(Default)]
pub(super) struct Line {
    latest: Mutex<Option<Progress>>,
    stop: AtomicBool,
}

impl Line {
    /// The newest progress, its phase by the stored name.
    pub(super) fn latest(&self) -> Option<(Progress, String)> {
        let latest = *self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.map(|progress| {
            let phase = serde_json::to_value(progress.phase).unwrap_or_default();
            (progress, phase.as_str().unwrap_or_default().to_owned())
        })
    }

    /// Lets the thread stop.
    pub(super) fn ask_to_stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Control for Line {
    fn progress(&self, progress: &Progress) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(*progress);
    }

    fn stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Calls `beat` until the thread ends.
///
/// # Errors
/// What the thread or a beat reports.
pub(super) async fn watch<T>(
    mut solving: actix_web::rt::task::JoinHandle<Result<T, String>>,
    beat: impl AsyncFn() -> Result<(), MatchingError>,
) -> Result<T, MatchingError> {
    loop {
        tokio::select! {
            found = &mut solving => {
                let found = found.map_err(|error| MatchingError::Broken(error.to_string()))?;
                return found.map_err(MatchingError::Broken);
            }
            () = actix_web::rt::time::sleep(BEAT) => beat().await?,
        }
    }
}
