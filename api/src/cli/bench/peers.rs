//! Other solvers, run beside ours on the same machine where a Python has them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;
use gongjian_engine::edges::Edges;
use gongjian_engine::model::Instance;

use super::child::{self, Folder, Ran};
use crate::config;

const SCRIPT: &str = include_str!("peer.py");
/// Relative tolerance of the peers' linear programs.
const TOLERANCE: &str = "1e-4";

/// Another solver.
#[derive(Debug, Clone, Copy)]
pub(super) enum Peer {
    /// HiGHS on the full model.
    HighsMip,
    /// HiGHS's PDLP on the matching.
    HighsPdlp,
    /// OR-Tools' PDLP on the matching.
    OrPdlp,
}

impl Peer {
    fn word(self) -> &'static str {
        match self {
            Self::HighsMip => "mip",
            Self::HighsPdlp => "highs",
            Self::OrPdlp => "pdlp",
        }
    }

    fn module(self) -> &'static str {
        match self {
            Self::HighsMip | Self::HighsPdlp => "highspy",
            Self::OrPdlp => "ortools",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::HighsMip => "HiGHS",
            Self::HighsPdlp => "HiGHS PDLP",
            Self::OrPdlp => "OR-Tools PDLP",
        }
    }
}

/// What a peer found.
#[derive(Debug)]
pub(super) enum Found {
    /// Its answer.
    Ran(Ran),
    /// Why there is none.
    Not(String),
}

impl Found {
    /// A number of the answer.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        match self {
            Self::Ran(ran) => ran.number(name),
            Self::Not(_) => None,
        }
    }

    /// Value, gap and seconds in words.
    pub(super) fn words(&self, peer: Peer) -> String {
        let mut words = peer.name().to_owned();
        match self {
            Self::Not(why) => {
                let _ = write!(words, ": {why}");
            }
            Self::Ran(ran) => {
                match ran.number("objective") {
                    Some(objective) => {
                        let _ = write!(words, ": value {:.3}", -objective);
                    }
                    None => words.push_str(": no plan"),
                }
                if let Some(gap) = ran.number("gap") {
                    let _ = write!(words, ", its own gap {:.3} %", 100.0 * gap);
                }
                if let Some(bound) = ran.number("bound") {
                    let _ = write!(words, ", its own bound {:.3}", -bound);
                }
                let status = ran.answer.get("status").and_then(serde_json::Value::as_str);
                let seconds = ran.number("seconds").unwrap_or(ran.seconds);
                let _ = write!(words, ", {seconds:.2} s ({})", status.unwrap_or("?"));
            }
        }
        words
    }
}

/// Runs a peer on an MPS file, if peers are wanted and this one is there.
pub(super) fn run(
    folder: &Folder,
    wanted: bool,
    peer: Peer,
    mps: &Path,
    seconds: u32,
    threads: u32,
) -> Found {
    if !wanted {
        return Found::Not("not asked for".to_owned());
    }
    let python = config::environment("python").unwrap_or_else(|| "python3".to_owned());
    let there = Command::new(&python)
        .args(["-c", &format!("import {}", peer.module())])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !there.is_ok_and(|status| status.success()) {
        return Found::Not("not installed".to_owned());
    }
    let mut command = Command::new(&python);
    command.args(["-c", SCRIPT, peer.word()]).arg(mps);
    command.args([&seconds.to_string(), TOLERANCE, &threads.to_string()]);
    match child::run(folder, command) {
        Ok(ran) => Found::Ran(ran),
        Err(error) => Found::Not(format!("failed: {error:#}")),
    }
}

/// The matching alone as MPS: amounts of services under capacity and demand, in points. What the engine's matching
/// solves, without the rows that tie services to agreements.
pub(super) fn matching(instance: &Instance, edges: &Edges, path: &Path) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    let (mut offers, mut needs) = (
        vec![false; instance.offers.len()],
        vec![false; instance.needs.len()],
    );
    for edge in &edges.rows {
        for (list, place) in [(&mut offers, edge.offer), (&mut needs, edge.need)] {
            if let Some(cell) = list.get_mut(place as usize) {
                *cell = true;
            }
        }
    }
    let used =
        |list: &[bool]| -> Vec<usize> { (0..list.len()).filter(|i| list.get(*i) == Some(&true)).collect() };
    let (offers, needs) = (used(&offers), used(&needs));
    writeln!(out, "NAME matching\nROWS\n N objective")?;
    for o in &offers {
        writeln!(out, " L o{o}")?;
    }
    for n in &needs {
        writeln!(out, " L n{n}")?;
    }
    writeln!(out, "COLUMNS")?;
    for (e, edge) in edges.rows.iter().enumerate() {
        let (whole, rest) = (edge.value / 1_000_000, edge.value % 1_000_000);
        writeln!(out, " x{e} objective -{whole}.{rest:06} o{} 1", edge.offer)?;
        writeln!(out, " x{e} n{} 1", edge.need)?;
    }
    writeln!(out, "RHS")?;
    for o in offers {
        let room = instance.offers.get(o).map_or(0, |offer| offer.room);
        writeln!(out, " rhs o{o} {room}")?;
    }
    for n in needs {
        let room = instance.needs.get(n).map_or(0, |need| need.room);
        writeln!(out, " rhs n{n} {room}")?;
    }
    writeln!(out, "ENDATA")?;
    Ok(out.flush()?)
}
