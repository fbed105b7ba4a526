//! The inner loops, one by one: finding edges, a round of prices with pairs and with blocks, a round of the search,
//! judging a plan and a certificate. `make bench` runs them; they decide nothing.

mod street;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use gongjian_engine::check::check;
use gongjian_engine::control::Quiet;
use gongjian_engine::edges;
use gongjian_engine::flat::Flat;
use gongjian_engine::price::{self, Rounds};
use gongjian_engine::rules::Context;
use gongjian_engine::search::{self, Work};
use gongjian_engine::{Method, Settings, solve};

/// Rounds that one measurement makes, so that what goes before them hardly counts.
const ROUNDS: u32 = 50;

fn edges_of(bench: &mut Criterion) {
    let instance = street::street();
    let found = edges::build(&instance).rows.len();
    let mut group = bench.benchmark_group("edges");
    group.throughput(Throughput::Elements(found as u64));
    group.bench_function("build", |b| b.iter(|| edges::build(&instance)));
    group.finish();
}

fn rounds(bench: &mut Criterion) {
    let instance = street::street();
    let edges = edges::build(&instance);
    let context = Context {
        instance: &instance,
        edges: &edges,
    };
    let flat = Flat::new(context);
    let climb = |pairs: u32, blocks: u32| {
        let rounds = Rounds {
            pairs,
            blocks,
            threads: 1,
        };
        price::climb(context, &flat, None, rounds, &Quiet)
    };
    let mut group = bench.benchmark_group("rounds");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(ROUNDS.into()));
    group.bench_function("pairs", |b| b.iter(|| climb(ROUNDS, 0)));
    group.bench_function("blocks", |b| b.iter(|| climb(0, ROUNDS)));
    let climbed = climb(400, 20);
    let work = |rounds: u32| Work {
        rounds,
        heat: 1_000_000.0,
        parts: 0,
        threads: 1,
    };
    let start = search::search(context, &flat, &climbed, None, work(1), &Quiet);
    group.bench_function("search", |b| {
        b.iter_batched(
            || start.clone(),
            |start| search::search(context, &flat, &climbed, Some(&start), work(ROUNDS), &Quiet),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

fn judge(bench: &mut Criterion) {
    let instance = street::street();
    let settings = Settings {
        method: Method::Price,
        effort: 1,
        seconds: None,
        threads: 1,
    };
    let Ok(solution) = solve(&instance, settings, &Quiet) else {
        unreachable!("a street without pins has a plan")
    };
    let mut group = bench.benchmark_group("check");
    group.bench_function("plan", |b| b.iter(|| check(&instance, &solution.plan, None)));
    group.bench_function("certificate", |b| {
        b.iter(|| check(&instance, &solution.plan, Some(&solution.certificate)));
    });
    group.finish();
}

criterion_group!(inner, edges_of, rounds, judge);
criterion_main!(inner);
