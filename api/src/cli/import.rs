//! `gongjian import DIR --out records.json`

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::kernel::limit;
use crate::lists::domain::Window;
use crate::lists::import::folder::{self, Reading, Source};
use crate::lists::import::outcome::{Change, Question, Refusal, Spot};
use crate::lists::import::reading::{Counts, FileReading, RowReading, SheetReading};
use crate::lists::import::registers::points;
use crate::lists::import::sheet::column_letters;
use crate::lists::import::tell::{self, At};
use crate::web::i18n::Lang;

/// Arguments of `gongjian import`.
#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// Folder with registers and lists: `.xlsx`, `.xls`, `.csv`.
    dir: PathBuf,
    /// Where the records go, one per row and kind.
    #[arg(long)]
    out: PathBuf,
    /// The year being filled in, for lists that do not name one.
    #[arg(long)]
    year: Option<i16>,
    /// Where to write what each party carries in from last year's agreements.
    #[arg(long)]
    carry: Option<PathBuf>,
    /// Language of questions and reasons: zh-CN, ko-CN or en.
    #[arg(long, default_value = "zh-CN")]
    lang: String,
}

/// Runs the command: 0 when every file was read and told, 2 when the folder or the output cannot be used.
#[must_use]
pub(super) fn run(args: &ImportArgs) -> ExitCode {
    match import(args) {
        Ok(text) => {
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "gongjian import: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn import(args: &ImportArgs) -> Result<String> {
    let lang = Lang::from_tag(&args.lang).with_context(|| format!("no language “{}”", args.lang))?;
    let reading = folder::read(&gather(&args.dir)?, args.year);
    write_json(&args.out, &Value::Array(records(&reading, lang)))?;
    if let Some(path) = &args.carry {
        write_json(path, &carry(&reading))?;
    }
    Ok(summary(&reading, lang))
}

/// The records of a folder, as the command writes them.
///
/// # Errors
/// In words, if the folder cannot be used.
pub fn read_folder(dir: &Path, year: Option<i16>, lang: Lang) -> Result<Value> {
    let reading = folder::read(&gather(dir)?, year);
    Ok(Value::Array(records(&reading, lang)))
}

/// The folder's lists and registers, by name.
pub(super) fn gather(dir: &Path) -> Result<Vec<Source>> {
    let entries =
        std::fs::read_dir(dir).with_context(|| format!("cannot read the folder {}", dir.display()))?;
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry
            .with_context(|| format!("cannot read the folder {}", dir.display()))?
            .path();
        let wanted = path
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| {
                matches!(
                    extension.to_lowercase().as_str(),
                    "xlsx" | "xls" | "xlsm" | "csv" | "et"
                )
            });
        let hidden = path
            .file_name()
            .and_then(|name| name.to_str())
            .is_none_or(|name| name.starts_with('.') || name.starts_with("~$"));
        if wanted && !hidden && path.is_file() {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        bail!("no .xlsx, .xls or .csv in {}", dir.display());
    }
    if paths.len() > limit::LIST_FILES {
        bail!("more than {} files in {}", limit::LIST_FILES, dir.display());
    }
    paths.sort();
    paths.into_iter().map(|path| load(&path)).collect()
}

/// A file's bytes; one byte past the limit is enough to refuse it.
fn load(path: &Path) -> Result<Source> {
    use std::io::Read as _;
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {name}"))?;
    let most = u64::try_from(limit::UPLOAD_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let mut bytes = Vec::new();
    file.take(most)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {name}"))?;
    Ok((name, bytes))
}

fn write_json(path: &Path, value: &Value) -> Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    std::fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display()))
}

fn records(reading: &Reading, lang: Lang) -> Vec<Value> {
    let mut records: Vec<Value> = reading
        .refused
        .iter()
        .map(|(name, fault)| {
            let (what, action) = tell::file_fault(lang, fault);
            json!({
                "file": name, "sheet": "", "row": null, "kind": null, "outcome": "refused",
                "reason": fault.code(), "what": what, "what_to_do": action,
            })
        })
        .collect();
    for file in &reading.lists {
        for sheet in &file.sheets {
            records.extend(
                sheet
                    .whole
                    .as_ref()
                    .map(|question| whole(file, sheet, question, lang)),
            );
            records.extend(sheet.rows.iter().map(|row| record(file, sheet, row, lang)));
        }
    }
    records
}

/// One question that stands for a whole sheet.
fn whole(file: &FileReading, sheet: &SheetReading, question: &Question, lang: Lang) -> Value {
    let at = At {
        sheet: &sheet.name,
        row: 0,
    };
    json!({
        "file": file.name, "sheet": sheet.name, "row": null, "kind": null, "outcome": "asked",
        "reason": question.code, "rows": sheet.unread_rows, "questions": [asked(question, at, lang)],
    })
}

fn record(file: &FileReading, sheet: &SheetReading, row: &RowReading, lang: Lang) -> Value {
    let at = At {
        sheet: &sheet.name,
        row: row.row,
    };
    let draft = &row.judged.draft;
    let reasons: Vec<&str> = row
        .judged
        .refusals
        .iter()
        .map(|refusal| refusal.code.as_str())
        .chain(row.judged.questions.iter().map(|question| question.code.as_str()))
        .collect();
    let mut record = json!({
        "file": file.name, "sheet": sheet.name, "row": row.row,
        "kind": row.kind().map_or("note", crate::lists::domain::Kind::id),
        "outcome": row.outcome.id(),
        "party": draft.party.as_ref().map(|party| &party.name),
        "type": draft.type_code, "title": draft.title,
        "quantity": draft.quantity, "unit": draft.measure.map(crate::lists::domain::Measure::id),
        "windows": windows(&draft.windows),
        "date_from": draft.from, "date_to": draft.until,
        "priority": draft.priority, "smallest": draft.smallest, "beneficiaries": draft.beneficiaries,
        "detail": draft.detail, "place": draft.place, "audience": draft.audience, "note": draft.note,
        "hidden": row.hidden,
        "reason": reasons.first(), "reasons": reasons,
        "changes": row.judged.changes.iter().map(change).collect::<Vec<_>>(),
        "questions": row.judged.questions.iter().map(|question| asked(question, at, lang)).collect::<Vec<_>>(),
        "refusals": row.judged.refusals.iter().map(|reason| refused(reason, at, lang)).collect::<Vec<_>>(),
        "notices": row.judged.notices.iter().map(|notice| tell::notice(lang, notice, at)).collect::<Vec<_>>(),
    });
    if row.input.is_none() {
        record["reason"] = json!("note_row");
        record["text"] = json!(row.text);
    }
    record
}

fn windows(windows: &[Window]) -> Value {
    if windows.is_empty() {
        return Value::Null;
    }
    let told = windows.iter().map(|window| {
        json!({
            "days": window.days().ids(), "from": window.from_text(), "to": window.to_text(),
            "next_day": window.next_day(),
        })
    });
    told.collect()
}

fn change(change: &Change) -> Value {
    json!({
        "column": column_letters(change.column), "field": change.field, "was": change.was, "now": change.now,
        "why": change.code,
    })
}

fn place(spot: &Spot) -> Value {
    json!({
        "column": spot.column.map(column_letters), "head": spot.head, "field": spot.field,
        "value": tell::shortened(&spot.value),
    })
}

fn asked(question: &Question, at: At, lang: Lang) -> Value {
    let mut told = place(&question.spot);
    told["code"] = json!(question.code);
    told["question"] = json!(tell::question(lang, question, at));
    told["choices"] = json!(question.choices);
    told["suggestion"] = json!(question.suggestion);
    told
}

fn refused(refusal: &Refusal, at: At, lang: Lang) -> Value {
    let (what, action) = tell::refusal(lang, refusal, at);
    let mut told = place(&refusal.spot);
    told["code"] = json!(refusal.code);
    told["what"] = json!(what);
    told["what_to_do"] = json!(action);
    told
}

fn carry(reading: &Reading) -> Value {
    let parties = reading.carry.iter().map(|(party, carry)| {
        json!({
            "party": party, "agreed_given_micro": carry.agreed_given,
            "agreed_received_micro": carry.agreed_received, "given_micro": carry.given,
            "received_micro": carry.received, "carry_in_micro": carry.carry_in(),
        })
    });
    json!({ "cycle": reading.cycle, "parties": parties.collect::<Vec<_>>() })
}

fn summary(reading: &Reading, lang: Lang) -> String {
    let mut lines = Vec::new();
    for register in &reading.registers {
        lines.push(format!(
            "{}: register of {}, {} rows, {} not used",
            register.name,
            register.kind.id(),
            register.rows,
            register.faults.len()
        ));
    }
    let mut total = Counts::default();
    for file in &reading.lists {
        let counts = file.counts();
        lines.push(format!("{}: {}", file.name, adding_up(&counts)));
        total.ready += counts.ready;
        total.asked += counts.asked;
        total.refused += counts.refused;
        total.notes += counts.notes;
    }
    for (name, fault) in &reading.refused {
        let (what, action) = tell::file_fault(lang, fault);
        lines.push(format!("{name}: {what} {action}"));
    }
    lines.push(format!("together: {}", adding_up(&total)));
    if !reading.carry.is_empty() {
        let given: i64 = reading.carry.values().map(|carry| carry.given).sum();
        lines.push(format!(
            "last year: {} obligations, {} points delivered, {} parties carry in",
            reading.agreements.len(),
            points(given),
            reading.carry.len()
        ));
    }
    lines.join("\n") + "\n"
}

fn adding_up(counts: &Counts) -> String {
    format!(
        "{} ready + {} asked + {} refused + {} notes = {} rows seen",
        counts.ready,
        counts.asked,
        counts.refused,
        counts.notes,
        counts.seen()
    )
}
