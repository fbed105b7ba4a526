//! What a district's day is made of: finding its edges, saying why needs stay open, solving again after a change.

use std::collections::HashSet;

use anyhow::{Result, anyhow};
use gongjian_engine::plan::{Differs, Document, diff};
use gongjian_engine::reasons::explain;
use gongjian_engine::{edges, validate};
use serde_json::{Value, json};

use super::child;
use super::row::{Row, Want, median};
use super::{Bench, Line, SEED, instance, name, timed};
use crate::cli::solve::fitting;
use crate::sample::generate::Size;

/// Runs of which the middle is taken.
const RUNS: usize = 5;
/// Needs whose reasons are confirmed by solving again.
const CONFIRMED: &str = "500";
/// One row of so many changes.
const EVERY: usize = 100;
/// Seconds whose work the district gets.
const SECONDS: u32 = 60;

impl Bench {
    pub(super) fn edges(&mut self) -> Result<Vec<Row>> {
        let (_, instance) = instance(Size::District, SEED, 0)?;
        let mut seconds = Vec::new();
        let mut found = 0;
        for _ in 0..RUNS {
            let document = instance.document.clone();
            let (built, took) =
                timed(|| validate::build(document).map(|made| edges::build(&made).rows.len()));
            found = built.map_err(|faults| anyhow!("{faults:?}"))?;
            seconds.push(took);
        }
        Ok(vec![
            Row::new(name(Line::Edges), "without reading JSON", median(seconds), "s")
                .want(Some(Want::AtMost(0.3)))
                .beside(format!("{found} edges")),
        ])
    }

    pub(super) fn reasons(&mut self) -> Result<Vec<Row>> {
        let work = name(Line::Reasons);
        let solved = self.minute()?;
        let instance =
            gongjian_engine::parse(solved.text.as_bytes()).map_err(|faults| anyhow!("{faults:?}"))?;
        let plan: Document = serde_json::from_slice(&std::fs::read(&solved.plan)?)?;
        let (reasons, took) = timed(|| explain(&instance, &plan));
        let needs: HashSet<&str> = reasons.iter().map(|reason| reason.need.as_str()).collect();
        let count = f64::from(u32::try_from(needs.len())?);
        let mut rows = vec![
            Row::new(
                work,
                "for each open need",
                Some(1_000.0 * took / count.max(1.0)),
                "ms",
            )
            .want(Some(Want::AtMost(1.0)))
            .beside(format!(
                "{count} needs, {} reasons, edges included",
                reasons.len()
            )),
        ];
        if !self.long {
            rows.push(Row::new(
                work,
                "confirmed: not run (only with `--long`)",
                None,
                "",
            ));
            return Ok(rows);
        }
        let args = child::args(
            &["explain", "--confirm", CONFIRMED],
            &[("", &solved.instance), ("", &solved.plan)],
        );
        let ran = child::own(&self.folder, &args)?;
        let part = ran.number("confirmed").zip(ran.number("of"));
        let percent = part.map(|(confirmed, of)| 100.0 * confirmed / of.max(1.0));
        let words = part.map(|(confirmed, of)| format!("{confirmed} of {of}, {:.1} s", ran.seconds));
        rows.push(
            Row::new(work, "confirmed by solving again", percent, "%")
                .want(Some(Want::AtLeast(100.0)))
                .beside(words.unwrap_or_default()),
        );
        Ok(rows)
    }

    pub(super) fn change(&mut self) -> Result<Vec<Row>> {
        let work = name(Line::Change);
        let (was, effort) = (self.minute()?, fitting(SECONDS));
        let (text, changed) = changed(&was.text)?;
        let cold = self.solved("changed", text, effort)?;
        let plan = self.folder.file("again.plan.json");
        let args = child::args(
            &["solve", "--effort", &effort.to_string()],
            &[
                ("", &cold.instance),
                ("--plan", &plan),
                ("--certificate", &self.folder.file("again.certificate.json")),
                ("--from", &was.plan),
                ("--was", &was.instance),
                ("--from-certificate", &was.certificate),
            ],
        );
        let again = child::own(&self.folder, &args)?;
        let percent = again
            .user_seconds
            .zip(cold.ran.user_seconds)
            .map(|(again, cold)| 100.0 * again / cold);
        let read = |path| -> Result<Document> { Ok(serde_json::from_slice(&std::fs::read(path)?)?) };
        let (moved, untouched) = moved(&read(&was.plan)?, &read(&plan)?, &changed);
        let share = 100.0 * f64::from(moved) / f64::from(untouched.max(1));
        let points = |value: Option<f64>| value.unwrap_or_default() / 1e6;
        Ok(vec![
            Row::new(work, "work of solving again, user time", percent, "% of cold")
                .want(Some(Want::AtMost(20.0)))
                .beside(format!(
                    "{} rows; effort {effort}: again {:.1} s user, {:.1} s; cold {:.1} s user, {:.1} s",
                    changed.len(),
                    again.user_seconds.unwrap_or_default(),
                    again.seconds,
                    cold.ran.user_seconds.unwrap_or_default(),
                    cold.ran.seconds
                )),
            Row::new(work, "untouched agreements that move", Some(share), "%")
                .want(Some(Want::AtMost(5.0)))
                .beside(format!("{moved} of {untouched}")),
            Row::new(
                work,
                "value again ÷ cold",
                again
                    .number("value_micro")
                    .zip(cold.ran.number("value_micro"))
                    .map(|(again, cold)| again / cold),
                "",
            )
            .beside(format!(
                "again {:.3}, gap {:.3} %; cold {:.3}, gap {:.3} %",
                points(again.number("value_micro")),
                again.number("gap_ppm").unwrap_or_default() / 1e4,
                points(cold.ran.number("value_micro")),
                cold.gap().unwrap_or_default()
            )),
        ])
    }
}

/// The instance with the quantity of every hundredth offer and need cut to half, and the ids of those rows.
fn changed(text: &str) -> Result<(String, HashSet<String>)> {
    let mut document: Value = serde_json::from_str(text)?;
    let mut ids = HashSet::new();
    for list in ["offers", "needs"] {
        let rows = document.get_mut(list).and_then(Value::as_array_mut);
        for row in rows.into_iter().flatten().step_by(EVERY) {
            let number = |name| row.get(name).and_then(Value::as_i64);
            let least = number("smallest_lot")
                .or(number("smallest_useful"))
                .unwrap_or(1)
                .max(1);
            let quantity = number("quantity").unwrap_or(1);
            let half = (quantity / 2).max(least);
            if half == quantity {
                continue;
            }
            if let Some(id) = row.get("id").and_then(Value::as_str) {
                ids.insert(id.to_owned());
            }
            if let Some(cell) = row.get_mut("quantity") {
                *cell = json!(half);
            }
        }
    }
    Ok((document.to_string(), ids))
}

/// Agreements of the first plan none of whose offers and needs changed: how many the second plan does not keep, of
/// how many.
fn moved(before: &Document, after: &Document, changed: &HashSet<String>) -> (u32, u32) {
    let untouched: HashSet<&[String]> = before
        .agreements
        .iter()
        .filter(|a| {
            !a.services
                .iter()
                .any(|s| changed.contains(&s.offer) || changed.contains(&s.need))
        })
        .map(|a| a.members.as_slice())
        .collect();
    let mut counts = (0, 0);
    for agreement in diff(before, after) {
        if untouched.contains(agreement.members.as_slice()) {
            counts.1 += 1;
            counts.0 += u32::from(agreement.differs != Differs::Kept);
        }
    }
    counts
}
