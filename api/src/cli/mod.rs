//! The command line, one file per command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub mod admin;
mod bench;
mod check;
mod demo;
mod diff;
mod explain;
mod export;
mod files;
mod generate;
pub mod import;
pub mod instance;
mod migrate;
pub mod open;
mod price_rules;
mod schemas;
mod serve;
mod solve;
pub mod trust;
pub mod verify;
mod what_if;
mod witness;

/// 共建: two-way agreements between communities and resident units.
#[derive(Debug, Parser)]
#[command(name = "gongjian", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve pages and API.
    Serve(serve::ServeArgs),
    /// Begin a street of your own and invite its first people.
    Admin(admin::AdminArgs),
    /// Serve the demo street; makes it first if it is not there.
    Demo(demo::DemoArgs),
    /// Read a folder of lists into records.
    Import(import::ImportArgs),
    /// Write the current lists as an instance.
    Instance(instance::InstanceArgs),
    /// Bring the database to the newest schema.
    Migrate(migrate::MigrateArgs),
    /// Find the best set of two-way agreements.
    Solve(solve::SolveArgs),
    /// Check a plan, and its certificate if given.
    Check(check::CheckArgs),
    /// Say why needs are open.
    Explain(explain::ExplainArgs),
    /// Say how two plans differ.
    Diff(diff::DiffArgs),
    /// Change something, solve again from a plan and say what would be different.
    WhatIf(what_if::WhatIfArgs),
    /// Say what each rule costs.
    PriceRules(price_rules::PriceRulesArgs),
    /// Write the full model for another solver.
    Export(export::ExportArgs),
    /// Make an instance of any size.
    Generate(generate::GenerateArgs),
    /// Measure the engine against its targets, and other solvers beside it.
    Bench(bench::BenchArgs),
    /// Write schemas/openapi.json anew.
    Schemas(schemas::SchemasArgs),
    /// Print the trust file that `verify --trust` reads.
    Trust(trust::TrustArgs),
    /// Judge a proof bundle without server or network, or with --database a whole database against its log.
    Verify(verify::VerifyArgs),
    /// Sign other people's logs, so that they cannot tell two stories.
    Witness(witness::WitnessArgs),
}

/// Runs the command of this process's arguments.
#[must_use]
pub fn run() -> ExitCode {
    match Cli::parse().command {
        Command::Serve(args) => serve::run(&args),
        Command::Admin(args) => admin::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Instance(args) => instance::run(&args),
        Command::Migrate(args) => migrate::run(&args),
        Command::Solve(args) => solve::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::WhatIf(args) => what_if::run(&args),
        Command::PriceRules(args) => price_rules::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Schemas(args) => schemas::run(&args),
        Command::Trust(args) => trust::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Witness(args) => witness::run(&args),
    }
}
