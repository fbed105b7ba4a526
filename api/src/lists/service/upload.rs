//! Handing lists in: files are read and kept as an import; nothing is an offer or a need yet.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};

use crate::kernel::actor::Actor;
use crate::kernel::id::Id;
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;
use crate::lists::domain::{
    Answers, Brings, FileTold, ImportState, KeptRow, RefusedFile, RegisterTold, RowState, Told,
};
use crate::lists::entity::{import, import_file, import_row};
use crate::lists::error::ListError;
use crate::lists::import::fault::FileFault;
use crate::lists::import::field::Field;
use crate::lists::import::folder::{self, Known, Reading, Source};
use crate::lists::import::layout::RowInput;
use crate::lists::import::outcome::{Judged, Outcome};
use crate::lists::import::reading::{FileReading, RowReading, SheetReading};
use crate::lists::import::registers::RegisterKind;
use crate::lists::{query, store};

/// Files, read.
pub struct Bundle {
    reading: Reading,
    hashes: HashMap<String, [u8; 32]>,
}

/// What files are read against: the street's parties and types, and on whose behalf.
///
/// # Errors
/// What the database reports.
pub async fn context(db: &impl ConnectionTrait, scope: Scope, cycle: i16) -> Result<Known, ListError> {
    Ok(Known {
        parties: query::register_entries(db, scope).await?,
        types: query::types(db, scope).await?,
        cycle: Some(cycle),
        own: scope.party.map(|party| party.to_string()),
    })
}

/// Reads the files. Pure, but slow for large ones: call it off the server's threads.
#[must_use]
pub fn read_bundle(sources: &[Source], known: Known) -> Bundle {
    let hashes = sources
        .iter()
        .map(|(name, bytes)| (name.clone(), Sha256::digest(bytes).into()))
        .collect();
    Bundle {
        reading: folder::read_with(sources, known),
        hashes,
    }
}

/// Keeps what was read as an import of `cycle`; gives its number.
///
/// # Errors
/// [`ListError::Invalid`] with a fault per file if no file could be read; what the database reports.
pub async fn upload(tx: &Tx, actor: &Actor, cycle: i16, bundle: &Bundle) -> Result<i32, ListError> {
    let scope = actor.scope;
    let mut refused: Vec<(String, FileFault)> = bundle.reading.refused.clone();
    let mut lists: Vec<&FileReading> = Vec::new();
    for list in &bundle.reading.lists {
        match query::first_with_bytes(tx.db(), scope, hash_of(bundle, &list.name)).await? {
            Some(first) => refused.push((list.name.clone(), FileFault::SameFile { first })),
            None => lists.push(list),
        }
    }
    if lists.is_empty() && bundle.reading.registers.is_empty() {
        return Err(ListError::Invalid(
            refused.iter().map(|(name, fault)| fault.of_file(name)).collect(),
        ));
    }
    let id: Id<import::Model> = tx.new_id();
    let number = store::next_import(tx.db(), scope).await?;
    let row = import::Model {
        id: id.uuid(),
        tenant: scope.tenant.uuid(),
        number,
        cycle: i32::from(cycle),
        party: scope.party.map(Id::uuid),
        state: ImportState::Open.code().to_owned(),
        told: text(&told(&bundle.reading, &refused))?,
        created: tx.now().get(),
        accepted: None,
        rev: 1,
    };
    let (mut files, mut rows) = (Vec::new(), Rows::new(scope, id));
    for (place, list) in (0i32..).zip(&lists) {
        files.push(import_file::Model {
            tenant: scope.tenant.uuid(),
            import: id.uuid(),
            place,
            name: list.name.clone(),
            hash: hash_of(bundle, &list.name).to_vec(),
            told: text(&file_told(list))?,
        });
        for sheet in &list.sheets {
            rows.sheet(place, sheet)?;
        }
    }
    store::insert_import(tx.db(), row, files, rows.rows).await?;
    Ok(number)
}

fn hash_of<'a>(bundle: &'a Bundle, name: &str) -> &'a [u8] {
    bundle.hashes.get(name).map_or(&[], |hash| hash.as_slice())
}

fn told(reading: &Reading, refused: &[(String, FileFault)]) -> Told {
    let has = |kind| reading.registers.iter().any(|register| register.kind == kind);
    Told {
        refused: refused
            .iter()
            .map(|(name, fault)| refused_file(name, fault))
            .collect(),
        registers: reading
            .registers
            .iter()
            .map(|register| RegisterTold {
                name: register.name.clone(),
                kind: register.kind,
                rows: register.rows,
                faults: register.faults.clone(),
            })
            .collect(),
        brings: Brings {
            parties: if has(RegisterKind::Parties) {
                reading.parties.entries().to_vec()
            } else {
                Vec::new()
            },
            types: if has(RegisterKind::Types) {
                reading.types.all().cloned().collect()
            } else {
                Vec::new()
            },
            households: reading
                .households
                .iter()
                .filter_map(|line| {
                    let entry = reading.parties.named(&line.community)?;
                    Some((entry.key.clone(), line.households))
                })
                .collect(),
            carry: reading.carry.clone(),
        },
    }
}

fn refused_file(name: &str, fault: &FileFault) -> RefusedFile {
    RefusedFile {
        name: name.to_owned(),
        code: fault.code().to_owned(),
        args: fault
            .args()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    }
}

fn file_told(list: &FileReading) -> FileTold {
    let mut told = FileTold {
        encoding: list.encoding.map(str::to_owned),
        macros: list.macros,
        ..FileTold::default()
    };
    for sheet in &list.sheets {
        if sheet.pictures {
            told.pictures.push(sheet.name.clone());
        }
        let comments = sheet
            .comments
            .iter()
            .map(|(row, _, text)| (sheet.name.clone(), *row, text.clone()));
        told.comments.extend(comments);
        let unknown = sheet
            .columns
            .iter()
            .filter(|column| column.field == Field::Unknown);
        told.unknown
            .extend(unknown.map(|column| (sheet.name.clone(), column.head.clone())));
    }
    told
}

/// The rows of an import in the making, numbered in the order read.
struct Rows {
    scope: Scope,
    import: Id<import::Model>,
    rows: Vec<import_row::Model>,
}

impl Rows {
    fn new(scope: Scope, import: Id<import::Model>) -> Self {
        Self {
            scope,
            import,
            rows: Vec::new(),
        }
    }

    fn sheet(&mut self, file: i32, sheet: &SheetReading) -> Result<(), ListError> {
        if let Some(question) = &sheet.whole {
            let kept = KeptRow::Whole {
                question: question.clone(),
                rows: if sheet.rows.is_empty() {
                    sheet.unread_rows
                } else {
                    0
                },
            };
            self.push(
                file,
                &sheet.name,
                0,
                "whole",
                RowState::Asked,
                &kept,
                &Judged::default(),
            )?;
        }
        for row in &sheet.rows {
            let state = match (sheet.whole.is_some(), row.outcome) {
                (true, _) => RowState::Held,
                (false, Outcome::Ready) => RowState::Ready,
                (false, Outcome::Asked) => RowState::Asked,
                (false, Outcome::Refused) => RowState::Refused,
                (false, Outcome::Note) => RowState::Note,
            };
            let kind = row.kind().map_or("note", crate::lists::domain::Kind::id);
            let mut judged = row.judged.clone();
            judged.draft.contact.clear();
            judged.draft.phone.clear();
            self.push(file, &sheet.name, row.row, kind, state, &kept(row), &judged)?;
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one argument per column")]
    fn push(
        &mut self,
        file: i32,
        sheet: &str,
        row: u32,
        kind: &str,
        state: RowState,
        kept: &KeptRow,
        judged: &Judged,
    ) -> Result<(), ListError> {
        let seq = i32::try_from(self.rows.len()).unwrap_or(i32::MAX);
        self.rows.push(import_row::Model {
            tenant: self.scope.tenant.uuid(),
            import: self.import.uuid(),
            seq,
            file,
            sheet: sheet.to_owned(),
            row: i32::try_from(row).unwrap_or(i32::MAX),
            kind: kind.to_owned(),
            outcome: state.code().to_owned(),
            input: text(kept)?,
            judged: text(judged)?,
            answers: text(&Answers::default())?,
            entry: None,
        });
        Ok(())
    }
}

fn kept(row: &RowReading) -> KeptRow {
    match &row.input {
        Some(input) => KeptRow::List {
            input: without_contacts(input, &row.judged),
        },
        None => KeptRow::Note {
            text: row.text.clone(),
        },
    }
}

/// Names and telephones are used to answer questions about them, and not kept otherwise.
fn without_contacts(input: &RowInput, judged: &Judged) -> RowInput {
    let asked = |field: Field| {
        judged
            .questions
            .iter()
            .any(|question| question.spot.field == field)
    };
    let mut input = input.clone();
    let personal = [Field::Contact, Field::Phone, Field::TitleOfContact];
    input
        .cells
        .retain(|cell| !personal.contains(&cell.field) || asked(cell.field));
    input
}

/// JSON for a text column.
pub(super) fn text(value: &impl serde::Serialize) -> Result<String, ListError> {
    serde_json::to_string(value)
        .map_err(|error| crate::kernel::problem::Problem::internal(error.to_string()).into())
}
