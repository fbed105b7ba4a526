//! Streets, districts and cities under all rules.

use std::path::PathBuf;

use anyhow::{Result, anyhow};

use super::child::{self, Ran};
use super::peers::{self, Found, Peer};
use super::row::{Row, Want};
use super::{Bench, Line, SEED, instance, name};
use crate::cli::solve::{USUAL, fitting};
use crate::sample::generate::Size;

/// Seconds HiGHS has.
const PEER_SECONDS: u32 = 60;
/// Seconds of a district's two looks, and of a city.
const DISTRICT_SECONDS: u32 = 60;
const DISTRICT_LONG: u32 = 300;
const CITY_SECONDS: u32 = 600;

/// An instance with the plan that was found for it.
#[derive(Debug, Clone)]
pub(super) struct Solved {
    pub(super) text: String,
    pub(super) instance: PathBuf,
    pub(super) plan: PathBuf,
    pub(super) certificate: PathBuf,
    pub(super) ran: Ran,
}

impl Solved {
    /// The plan's value in points.
    fn value(&self) -> Option<f64> {
        Some(self.ran.number("value_micro")? / 1e6)
    }

    /// The gap proven, percent.
    pub(super) fn gap(&self) -> Option<f64> {
        Some(self.ran.number("gap_ppm")? / 1e4)
    }

    /// Size and value in words.
    pub(super) fn words(&self, effort: u32) -> String {
        let count = |name| self.ran.number(name).unwrap_or_default();
        format!(
            "effort {effort}: {} edges, {} pairs, {} agreements, value {:.3}, {:.1} s, {:.1} s of processor",
            count("edges"),
            count("candidates"),
            count("agreements"),
            self.value().unwrap_or_default(),
            self.ran.seconds,
            self.ran.user_seconds.unwrap_or_default()
        )
    }
}

impl Bench {
    /// Solves an instance in a process of its own.
    pub(super) fn solved(&self, file: &str, text: String, effort: u32) -> Result<Solved> {
        let path = |end: &str| self.folder.file(&format!("{file}{end}"));
        let (instance, plan, certificate) = (path(".json"), path(".plan.json"), path(".certificate.json"));
        std::fs::write(&instance, &text)?;
        let args = child::args(
            &["solve", "--effort", &effort.to_string()],
            &[
                ("", &instance),
                ("--plan", &plan),
                ("--certificate", &certificate),
            ],
        );
        let ran = child::own(&self.folder, &args)?;
        Ok(Solved {
            text,
            instance,
            plan,
            certificate,
            ran,
        })
    }

    /// HiGHS on the full model.
    fn highs(&self, instance: &gongjian_engine::model::Instance) -> Result<Found> {
        let mps = self.folder.file("model.mps");
        if self.peers {
            std::fs::write(&mps, gongjian_engine::mps::export(instance).0)?;
        }
        Ok(peers::run(
            &self.folder,
            self.peers,
            Peer::HighsMip,
            &mps,
            PEER_SECONDS,
            self.threads,
        ))
    }

    pub(super) fn street(&mut self) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for seed in (SEED..).take(self.streets as usize) {
            let work = format!("{} (seed {seed})", name(Line::Street));
            let (text, instance) = instance(Size::Street, seed, 0)?;
            let ours = self.solved("street", text, USUAL)?;
            let highs = self.highs(&instance)?;
            let theirs = highs.words(Peer::HighsMip);
            let best = highs.number("objective").map(|objective| -objective);
            let gap = highs.number("gap").map(|gap| 100.0 * gap);
            rows.push(
                Row::new(&work, "gap proven", ours.gap(), "%")
                    .want(Some(Want::AtMost(1.0)))
                    .beside(ours.words(USUAL)),
            );
            rows.push(Row::new(&work, "time", Some(ours.ran.seconds), "s").want(Some(Want::AtMost(30.0))));
            rows.push(
                Row::new(&work, "value beside HiGHS's best in 60 s", ours.value(), "")
                    .want(best.map(Want::AtLeast))
                    .beside(theirs),
            );
            rows.push(
                Row::new(&work, "gap proven beside HiGHS's own after 60 s", ours.gap(), "%")
                    .want(gap.map(Want::AtMost)),
            );
        }
        Ok(rows)
    }

    /// The district with the work that fits into a minute, solved once.
    pub(super) fn minute(&mut self) -> Result<Solved> {
        if self.district.is_none() {
            let (text, _) = instance(Size::District, SEED, 0)?;
            self.district = Some(self.solved("district", text, fitting(DISTRICT_SECONDS))?);
        }
        self.district.clone().ok_or_else(|| anyhow!("no district"))
    }

    pub(super) fn district(&mut self) -> Result<Vec<Row>> {
        let work = name(Line::District);
        let ours = self.minute()?;
        let mut rows = self.pair(work, DISTRICT_SECONDS, &ours, (5.0, 1.0));
        if self.long {
            let again = self.solved("long", ours.text.clone(), fitting(DISTRICT_LONG))?;
            rows.extend(self.pair(work, DISTRICT_LONG, &again, (4.0, 1.0)));
        } else {
            rows.push(Row::new(
                work,
                "work of 300 s: not run (only with `--long`)",
                None,
                "",
            ));
        }
        let found = gongjian_engine::parse(ours.text.as_bytes()).map_err(|faults| anyhow!("{faults:?}"))?;
        let highs = self.highs(&found)?;
        let best = highs.number("objective").map(|objective| -objective);
        rows.push(
            Row::new(work, "value beside HiGHS's best in 60 s", ours.value(), "")
                .want(best.map(Want::AtLeast))
                .beside(highs.words(Peer::HighsMip)),
        );
        Ok(rows)
    }

    pub(super) fn city(&mut self) -> Result<Vec<Row>> {
        let (text, _) = instance(Size::City, SEED, 0)?;
        // Effort is counted on a district; a city is five of them.
        let effort = fitting(CITY_SECONDS / 5);
        let ours = self.solved("city", text, effort)?;
        let row = Row::new(name(Line::City), "gap proven", ours.gap(), "%");
        Ok(vec![
            row.want(Some(Want::AtMost(5.0))).beside(ours.words(effort)),
            Row::new(name(Line::City), "time", Some(ours.ran.seconds), "s")
                .want(Some(Want::AtMost(f64::from(CITY_SECONDS)))),
            Row::new(name(Line::City), "peak memory", ours.ran.peak_gib, "GiB").want(Some(Want::AtMost(2.0))),
        ])
    }

    /// Gap, time and memory of a solve with the work of so many seconds, and what gap and memory are wanted.
    fn pair(&self, work: &str, seconds: u32, ours: &Solved, (gap, gib): (f64, f64)) -> Vec<Row> {
        let of = |what: &str| format!("{what}, work of {seconds} s");
        vec![
            Row::new(work, of("gap proven"), ours.gap(), "%")
                .want(Some(Want::AtMost(gap)))
                .beside(ours.words(fitting(seconds))),
            Row::new(work, of("time"), Some(ours.ran.seconds), "s")
                .want(Some(Want::AtMost(f64::from(seconds)))),
            Row::new(work, of("peak memory"), ours.ran.peak_gib, "GiB").want(Some(Want::AtMost(gib))),
        ]
    }
}
