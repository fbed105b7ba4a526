//! The pure matching: solving it, and judging its plan.

use anyhow::{Result, anyhow};
use gongjian_engine::control::Quiet;
use gongjian_engine::model::Instance;
use gongjian_engine::rules::Context;
use gongjian_engine::{Settings, Solution, check, edges, lp};

use super::peers::{self, Peer};
use super::row::{Row, Want, median};
use super::{Bench, Line, SEED, instance, name, timed};
use crate::cli::solve::USUAL;
use crate::sample::generate::Size;

/// Edges of the two instances.
const MILLION: usize = 1_000_000;
const LARGE: usize = 10_000_000;
/// Runs of which the middle is taken.
const RUNS: usize = 3;
/// Seconds a peer has.
const PEER_SECONDS: u32 = 120;
/// Part of OR-Tools' time that ours may take.
const PART: f64 = 1.0 / 3.0;

/// An instance of a million edges, solved.
#[derive(Debug)]
pub(super) struct Million {
    instance: Instance,
    solution: Solution,
    /// Of each run of the whole solve.
    seconds: Vec<f64>,
}

impl Bench {
    fn million(&mut self) -> Result<&Million> {
        if self.million.is_none() {
            let (text, instance) = instance(Size::Lp, SEED, MILLION)?;
            drop(text);
            let settings = Settings {
                effort: USUAL,
                threads: self.threads,
                ..Settings::default()
            };
            let mut seconds = Vec::new();
            let mut last = None;
            for _ in 0..RUNS {
                drop(last.take());
                let (solution, took) = timed(|| gongjian_engine::solve(&instance, settings, &Quiet));
                last = Some(solution?);
                seconds.push(took);
            }
            let solution = last.ok_or_else(|| anyhow!("no run"))?;
            self.million = Some(Million {
                instance,
                solution,
                seconds,
            });
        }
        self.million.as_ref().ok_or_else(|| anyhow!("no instance"))
    }

    pub(super) fn lp(&mut self) -> Result<Vec<Row>> {
        let (work, threads, peers) = (name(Line::Lp), self.threads, self.peers);
        let mps = self.folder.file("matching.mps");
        let million = self.million()?;
        let (built, edges_took) = timed(|| edges::build(&million.instance));
        let context = Context {
            instance: &million.instance,
            edges: &built,
        };
        let alone = (0..RUNS)
            .map(|_| timed(|| lp::solve(context, threads, &Quiet)).1)
            .collect();
        if peers {
            peers::matching(&million.instance, &built, &mps)?;
        }
        let (all, alone) = (median(million.seconds.clone()), median(alone));
        let (value, gap) = (
            million.solution.plan.value_micro,
            million.solution.certificate.gap_ppm,
        );
        let edges = million.solution.edges;
        drop(built);
        let ask = |peer| peers::run(&self.folder, peers, peer, &mps, PEER_SECONDS, threads);
        let (or, highs) = (ask(Peer::OrPdlp), ask(Peer::HighsPdlp));
        let theirs = or.number("seconds");
        let ratio = |ours: Option<f64>| Some(ours? / theirs?);
        let part = Some(Want::AtMost(PART));
        // ppm are whole and rounded up: 1e-4 is 100.
        let gap = f64::from(u32::try_from(gap)?) / 1e6;
        let value = f64::from(u32::try_from(value / 1_000_000)?);
        Ok(vec![
            Row::new(work, "gap proven", Some(gap), "")
                .want(Some(Want::AtMost(1e-4)))
                .beside(format!("{edges} edges, value {value}")),
            Row::new(work, "solve in all", all, "s")
                .beside(format!("with edges ({edges_took:.2} s), plan and judgement")),
            Row::new(work, "matching alone", alone, "s").beside("from edges to amounts and prices"),
            Row::new(work, "solve in all ÷ OR-Tools PDLP", ratio(all), "")
                .want(part)
                .beside(or.words(Peer::OrPdlp)),
            Row::new(work, "matching alone ÷ OR-Tools PDLP", ratio(alone), "")
                .want(part)
                .beside(highs.words(Peer::HighsPdlp)),
        ])
    }

    pub(super) fn lp_large(&mut self) -> Result<Vec<Row>> {
        let work = name(Line::LpLarge);
        let (text, _) = instance(Size::Lp, SEED, LARGE)?;
        let ours = self.solved("large", text, USUAL)?;
        let gap = ours.gap().map(|percent| percent / 100.0);
        Ok(vec![
            Row::new(work, "gap proven", gap, "")
                .want(Some(Want::AtMost(1e-3)))
                .beside(ours.words(USUAL)),
            Row::new(work, "time", Some(ours.ran.seconds), "s").want(Some(Want::AtMost(60.0))),
            Row::new(work, "peak memory", ours.ran.peak_gib, "GiB").want(Some(Want::AtMost(2.0))),
        ])
    }

    pub(super) fn check(&mut self) -> Result<Vec<Row>> {
        let Million {
            instance, solution, ..
        } = self.million()?;
        let mut seconds = Vec::new();
        let mut verdict = None;
        for _ in 0..RUNS {
            let (found, took) = timed(|| check::check(instance, &solution.plan, Some(&solution.certificate)));
            seconds.push(took);
            verdict = Some(found);
        }
        let holds = verdict.is_some_and(|v| v.feasible && v.bound_micro == Some(solution.certificate.bound));
        let words = if holds {
            "plan and bound hold"
        } else {
            "plan or bound does not hold"
        };
        Ok(vec![
            Row::new(
                name(Line::Check),
                "with certificate, without reading JSON",
                median(seconds),
                "s",
            )
            .want(Some(Want::AtMost(0.5)))
            .beside(words),
        ])
    }
}
