//! `gongjian generate`

#![expect(clippy::print_stdout, reason = "the instance goes to standard output")]

use std::process::ExitCode;

use gongjian_engine::edges::{self, fit};
use gongjian_engine::model::{Instance, Need};

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
    let instance = generate(args.kind, args.seed, args.edges as usize);
    let bytes = instance.to_string();
    match gongjian_engine::parse(bytes.as_bytes()) {
        Ok(instance) => files::tell(statistics(&instance)),
        Err(faults) => {
            files::tell(format_args!("{faults:?}"));
            return ExitCode::FAILURE;
        }
    }
    println!("{bytes}");
    ExitCode::SUCCESS
}

/// What was made, in numbers.
fn statistics(instance: &Instance) -> String {
    let edges = edges::build(instance);
    let (offers, bans) = (instance.offers_by_type(), fit::Bans::new(instance));
    let alone = |(n, need): &(u32, &Need)| {
        let same = offers.get(&need.service_type).map_or(&[][..], Vec::as_slice);
        !same.iter().any(|o| fit::fits(instance, &bans, *o, *n))
    };
    let alone = (0_u32..).zip(&instance.needs).filter(alone).count();
    format!(
        "{} parties, {} offers, {} needs, {} services possible in {} pairs that can give and get, {} % of the needs \
         without any offer that fits",
        instance.parties.len(),
        instance.offers.len(),
        instance.needs.len(),
        edges.rows.len(),
        edges.candidates.len(),
        100 * alone / instance.needs.len().max(1),
    )
}
