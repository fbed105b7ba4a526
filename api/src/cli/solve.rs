//! `gongjian solve`

#![expect(
    clippy::print_stdout,
    reason = "the last line of standard output is the command's answer"
)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::ValueEnum;
use gongjian_engine::control::{Control, Progress};
use gongjian_engine::error::SolveError;
use gongjian_engine::resolve::{self, Before};
use gongjian_engine::{Method, Settings, Solution};
use serde_json::json;

use super::files;

/// Arguments of `gongjian solve`.
#[derive(Debug, clap::Args)]
pub(super) struct SolveArgs {
    /// The instance.
    instance: PathBuf,
    /// Where the plan goes.
    #[arg(long)]
    plan: PathBuf,
    /// Where the certificate goes.
    #[arg(long)]
    certificate: PathBuf,
    /// How to solve.
    #[arg(long, value_enum, default_value_t = Way::Auto)]
    method: Way,
    /// How much work: 1 a first look, 10 usual, 100 thorough. Equal effort gives equal bytes. With a time limit the
    /// usual is what fits into it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    effort: Option<u32>,
    /// Threads, by itself as many as there are; the result does not depend on them.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=64))]
    threads: Option<u32>,
    /// Seconds after which the best plan so far is taken.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    time_limit: Option<u32>,
    /// Start from this plan and free only what has changed since; needs --was.
    #[arg(long, requires = "was")]
    from: Option<PathBuf>,
    /// The instance of that plan.
    #[arg(long, requires = "from")]
    was: Option<PathBuf>,
    /// The certificate of that plan, whose prices guide the work.
    #[arg(long, requires = "from")]
    from_certificate: Option<PathBuf>,
    /// Tell progress as JSON lines on standard error.
    #[arg(long)]
    progress: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Way {
    Auto,
    Exact,
    Price,
}

/// Effort without a time limit.
pub(super) const USUAL: u32 = 10;
/// Seconds that a unit of effort takes on a district and two cores, about.
const SECONDS: u32 = 5;

/// The effort that fits into a time limit.
pub(super) fn fitting(seconds: u32) -> u32 {
    (seconds / SECONDS).clamp(1, 10_000)
}

/// Ends the run when time is up, and tells progress if asked.
struct Caller {
    began: Instant,
    seconds: Option<u32>,
    tells: bool,
}

impl Control for Caller {
    fn progress(&self, progress: &Progress) {
        if self.tells {
            files::tell(serde_json::to_string(progress).unwrap_or_default());
        }
    }

    fn stop(&self) -> bool {
        self.seconds
            .is_some_and(|seconds| self.began.elapsed().as_secs() >= u64::from(seconds))
    }
}

/// Runs the command.
pub(super) fn run(args: &SolveArgs) -> ExitCode {
    files::code(solve(args))
}

fn solve(args: &SolveArgs) -> Result<ExitCode, ExitCode> {
    let instance = files::instance(&args.instance)?;
    let fitting = args.time_limit.map_or(USUAL, fitting);
    let threads = std::thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap_or(1));
    let settings = Settings {
        method: match args.method {
            Way::Auto => Method::Auto,
            Way::Exact => Method::Exact,
            Way::Price => Method::Price,
        },
        effort: args.effort.unwrap_or(fitting),
        seconds: args.time_limit,
        threads: args.threads.unwrap_or(threads),
    };
    let caller = Caller {
        began: Instant::now(),
        seconds: args.time_limit,
        tells: args.progress,
    };
    let found = match (&args.from, &args.was) {
        (Some(from), Some(was)) => {
            let (was, plan) = (files::instance(was)?, files::plan(from)?);
            let certificate = args
                .from_certificate
                .as_deref()
                .map(files::certificate)
                .transpose()?;
            let before = Before {
                instance: &was,
                plan: &plan,
                prices: certificate.as_ref().map(|c| &c.prices),
            };
            resolve::resolve(&instance, before, settings, &caller)
        }
        _ => gongjian_engine::solve(&instance, settings, &caller),
    };
    match found {
        Ok(solution) => finish(args, &solution, caller.began),
        Err(SolveError::PinsConflict { pins }) => {
            println!("{}", json!({ "pins_conflict": pins }));
            Ok(ExitCode::from(3))
        }
        Err(error) => {
            files::tell(error);
            Ok(ExitCode::FAILURE)
        }
    }
}

fn finish(args: &SolveArgs, solution: &Solution, began: Instant) -> Result<ExitCode, ExitCode> {
    files::write(&args.plan, &solution.plan.to_bytes())?;
    let certificate = serde_json_canonicalizer::to_vec(&solution.certificate).map_err(|error| {
        files::tell(error);
        ExitCode::FAILURE
    })?;
    files::write(&args.certificate, &certificate)?;
    let answer = json!({
        "value_micro": solution.plan.value_micro,
        "bound_micro": solution.certificate.bound,
        "gap_ppm": solution.certificate.gap_ppm,
        "solver_bound_micro": solution.solver_bound_micro,
        "status": solution.plan.status,
        "edges": solution.edges,
        "candidates": solution.candidates,
        "agreements": solution.plan.agreements.len(),
        "seconds": began.elapsed().as_millis() / 1000,
    });
    println!("{answer}");
    Ok(ExitCode::SUCCESS)
}
