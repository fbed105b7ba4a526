//! `gongjian bench`: the engine's work measured against its targets, other solvers beside it in the same run.

#![expect(clippy::print_stdout, reason = "the table goes to standard output")]

mod child;
mod lp;
mod parts;
mod peers;
mod row;
mod whole;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::ValueEnum;
use gongjian_engine::model::Instance;

use super::files;
use crate::kernel::clock::{Clock as _, SystemClock};
use crate::sample::generate::{Size, generate};
use child::Folder;
use lp::Million;
use row::Row;
use whole::Solved;

/// Arguments of `gongjian bench`.
#[derive(Debug, clap::Args)]
pub(super) struct BenchArgs {
    /// Run other solvers beside: HiGHS and OR-Tools of the Python in `GONGJIAN_PYTHON`, or `python3`.
    #[arg(long)]
    peers: bool,
    /// Only these lines; may be given several times.
    #[arg(long, value_enum)]
    only: Vec<Line>,
    /// Also what takes many minutes.
    #[arg(long)]
    long: bool,
    /// Streets to measure.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=20))]
    streets: u32,
    /// Where the table goes besides standard output.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// A line of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Line {
    /// A street under all rules.
    Street,
    /// A district under all rules.
    District,
    /// A city under all rules.
    City,
    /// A linear program of a million edges.
    Lp,
    /// A linear program of ten million edges.
    LpLarge,
    /// Judging a plan of a million edges.
    Check,
    /// Why needs stay open in a district.
    Reasons,
    /// One row of a hundred changed in a district.
    Change,
    /// Reading a district and finding its edges.
    Edges,
}

/// The seed of every instance; streets go on from it.
const SEED: u64 = 1;

/// A run of the command.
struct Bench {
    folder: Folder,
    peers: bool,
    long: bool,
    streets: u32,
    threads: u32,
    /// What several lines need is made once.
    district: Option<Solved>,
    million: Option<Million>,
}

/// Runs the command.
pub(super) fn run(args: &BenchArgs) -> ExitCode {
    match bench(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            files::tell(format_args!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn bench(args: &BenchArgs) -> Result<()> {
    let threads = std::thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap_or(1));
    let mut bench = Bench {
        folder: Folder::create()?,
        peers: args.peers,
        long: args.long,
        streets: args.streets,
        threads,
        district: None,
        million: None,
    };
    let mut table = head(&bench);
    println!("{table}");
    for line in Line::value_variants() {
        let rows = if args.only.is_empty() || args.only.contains(line) {
            files::tell(format_args!("{line:?} …"));
            bench.line(*line)
        } else {
            vec![Row::new(name(*line), "not run", None, "")]
        };
        let lines = row::lines(&rows);
        println!("{lines}");
        table.push('\n');
        table.push_str(&lines);
        // Written after each line, so that a run that is broken off leaves what it has.
        if let Some(out) = &args.out {
            std::fs::write(out, format!("{table}\n"))?;
        }
    }
    Ok(())
}

impl Bench {
    fn line(&mut self, line: Line) -> Vec<Row> {
        let long = matches!(line, Line::City | Line::LpLarge);
        if long && !self.long {
            return vec![Row::new(name(line), "not run (only with `--long`)", None, "")];
        }
        let rows = match line {
            Line::Street => self.street(),
            Line::District => self.district(),
            Line::City => self.city(),
            Line::Lp => self.lp(),
            Line::LpLarge => self.lp_large(),
            Line::Check => self.check(),
            Line::Reasons => self.reasons(),
            Line::Change => self.change(),
            Line::Edges => self.edges(),
        };
        rows.unwrap_or_else(|error| {
            let failed = format!("failed: {error:#}").replace(['\n', '|'], " ");
            vec![Row::new(name(line), failed, None, "")]
        })
    }
}

/// A line's work in words.
fn name(line: Line) -> &'static str {
    match line {
        Line::Street => "street, all rules",
        Line::District => "district, all rules",
        Line::City => "city, all rules",
        Line::Lp => "LP, 1M edges",
        Line::LpLarge => "LP, 10M edges",
        Line::Check => "check, 1M edges",
        Line::Reasons => "reasons, district",
        Line::Change => "1 % of rows changed, district",
        Line::Edges => "validate and edges, district",
    }
}

/// Where and when the figures were taken, and the table's head.
fn head(bench: &Bench) -> String {
    let build = if cfg!(debug_assertions) {
        "development"
    } else {
        "release"
    };
    // What else runs on the machine stretches every time.
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load
        .split(' ')
        .next()
        .filter(|load| !load.is_empty())
        .unwrap_or("unknown");
    format!(
        "# Measured by `gongjian bench`\n\n{}, {} cores, {build} build, {} {}, load at the start {load}. Instances are made by `gongjian generate` \
         from seed {SEED}. Seconds of whole solves are those of a process of its own and include reading and writing \
         its files; memory is that process's peak.\n\n{}",
        SystemClock.now().day(),
        bench.threads,
        std::env::consts::OS,
        std::env::consts::ARCH,
        row::HEAD
    )
}

/// Makes an instance of this size.
fn instance(size: Size, seed: u64, edges: usize) -> Result<(String, Instance)> {
    let text = generate(size, seed, edges).to_string();
    let instance = gongjian_engine::parse(text.as_bytes()).map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    Ok((text, instance))
}

/// How long some work takes, seconds.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed().as_secs_f64())
}
