//! `gongjian generate`

#![expect(clippy::print_stdout, reason = "the instance goes to standard output")]

use std::process::ExitCode;

use super::files;
use crate::sample::generate::{Size, generate};

/// Arguments of `gongjian generate`.
#[derive(Debug, clap::Args)]
pub(super) struct GenerateArgs {
    /// What to make.
    #[arg(long, value_enum)]
    kind: Size,
    /// The seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Edges wanted of an LP, about.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    edges: u32,
}

/// Runs the command; tells on standard error how large the instance is.
pub(super) fn run(args: &GenerateArgs) -> ExitCode {
    let (instance, made) = generate(args.kind, args.seed, args.edges as usize);
    files::tell(format_args!(
        "{} parties, {} offers, {} needs",
        made.parties, made.offers, made.needs
    ));
    println!("{instance}");
    ExitCode::SUCCESS
}
