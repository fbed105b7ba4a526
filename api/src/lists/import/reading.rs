//! Files read as lists: sheets, rows, duplicates, counts that add up.

use std::collections::{BTreeMap, HashMap};

use super::super::domain::{Kind, fold};
use super::fault::FileFault;
use super::field::Field;
use super::header::Column;
use super::layout::{Frame, PlannedRow, RowInput, lay_out};
use super::outcome::{Judged, Outcome, Question, Refusal, Spot};
use super::row::{Registers, judge};
use super::sheet::{Book, Format, Sheet};
use super::title::Title;
use super::{csv, sniff, workbook};
use crate::kernel::limit;

/// A file, read.
#[derive(Debug, Clone, PartialEq)]
pub struct FileReading {
    /// Its name.
    pub name: String,
    /// How it was stored.
    pub format: Format,
    /// How a text file's signs were stored.
    pub encoding: Option<&'static str>,
    /// Macros are inside; they were not run.
    pub macros: bool,
    /// Its sheets, in order.
    pub sheets: Vec<SheetReading>,
}

/// A sheet, read.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetReading {
    /// Empty for text files.
    pub name: String,
    /// What stands above the list.
    pub title: Title,
    /// The columns of its first head.
    pub columns: Vec<Column>,
    /// A question about the sheet as a whole, which stands for its rows: `hidden_sheet`, `no_head`.
    pub whole: Option<Question>,
    /// Rows that the question stands for.
    pub unread_rows: usize,
    /// Its rows; held back while `whole` is not answered.
    pub rows: Vec<RowReading>,
    /// Remarks pinned to cells: row, column, text.
    pub comments: Vec<(u32, u32, String)>,
    /// Pictures lie on it; they were not read.
    pub pictures: bool,
}

/// A row, read.
#[derive(Debug, Clone, PartialEq)]
pub struct RowReading {
    /// 1-based.
    pub row: u32,
    /// Hidden in the workbook.
    pub hidden: bool,
    /// The row before judgement; none for notes.
    pub input: Option<RowInput>,
    /// How it was judged.
    pub judged: Judged,
    /// How it ended.
    pub outcome: Outcome,
    /// A note's text.
    pub text: String,
}

/// How the rows of a file or sheet ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Ready.
    pub ready: usize,
    /// Asked, rows of whole-sheet questions included.
    pub asked: usize,
    /// Refused.
    pub refused: usize,
    /// Notes.
    pub notes: usize,
}

impl Counts {
    /// Rows seen; the four always add up to it.
    #[must_use]
    pub fn seen(&self) -> usize {
        self.ready + self.asked + self.refused + self.notes
    }

    fn add(&mut self, outcome: Outcome, rows: usize) {
        match outcome {
            Outcome::Ready => self.ready += rows,
            Outcome::Asked => self.asked += rows,
            Outcome::Refused => self.refused += rows,
            Outcome::Note => self.notes += rows,
        }
    }
}

impl FileReading {
    /// How its rows ended.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for sheet in &self.sheets {
            if sheet.whole.is_some() {
                counts.add(Outcome::Asked, sheet.unread_rows);
                continue;
            }
            sheet.rows.iter().for_each(|row| counts.add(row.outcome, 1));
        }
        counts
    }
}

impl RowReading {
    /// Offer or need; an offer where nothing says.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        self.input.as_ref().map(|input| input.kind.unwrap_or(Kind::Offer))
    }
}

/// Bytes → cells, every limit first.
///
/// # Errors
/// [`FileFault`]
pub fn open(name: &str, bytes: &[u8]) -> Result<Book, FileFault> {
    if bytes.len() > limit::UPLOAD_BYTES {
        return Err(FileFault::TooManyBytes {
            limit_mib: u64::try_from(limit::UPLOAD_BYTES >> 20).unwrap_or(0),
        });
    }
    match sniff::sniff(name, bytes)? {
        Format::Xlsx => workbook::read_xlsx(bytes),
        Format::Xls => workbook::read_xls(bytes),
        Format::Csv => csv::read(bytes),
    }
}

/// Cells → rows, each judged; duplicates are a matter of [`mark_duplicates`].
#[must_use]
pub fn read(name: &str, book: &Book, registers: Registers, cycle: i16) -> FileReading {
    let frame = Frame {
        file_name: name,
        cycle,
        epoch_1904: book.epoch_1904,
    };
    FileReading {
        name: name.to_owned(),
        format: book.format,
        encoding: book.encoding,
        macros: book.macros,
        sheets: book
            .sheets
            .iter()
            .filter(|sheet| !sheet.rows.is_empty())
            .map(|sheet| read_sheet(sheet, frame, registers))
            .collect(),
    }
}

fn read_sheet(sheet: &Sheet, frame: Frame, registers: Registers) -> SheetReading {
    let plan = lay_out(sheet, frame);
    let mut reading = SheetReading {
        name: sheet.name.clone(),
        title: plan.title,
        columns: plan.columns,
        whole: None,
        unread_rows: 0,
        rows: Vec::new(),
        comments: sheet.comments.clone(),
        pictures: sheet.pictures,
    };
    let ask = |code: &str| {
        let spot = Spot {
            value: if sheet.name.is_empty() {
                frame.file_name.to_owned()
            } else {
                sheet.name.clone()
            },
            ..Spot::missing(Field::Unknown)
        };
        Question::new(code, spot)
    };
    if sheet.hidden {
        reading.unread_rows = if reading.columns.is_empty() {
            sheet.rows.len()
        } else {
            plan.rows.len()
        };
        reading.whole = Some(ask("hidden_sheet").choice("read", "").choice("leave", ""));
    }
    if reading.columns.is_empty() && !sheet.hidden {
        reading.unread_rows = sheet.rows.len();
        reading.whole = Some(ask("no_head").choice("leave", ""));
        return reading;
    }
    reading.rows = plan
        .rows
        .into_iter()
        .map(|row| judged_row(row, registers))
        .collect();
    reading
}

fn judged_row(row: PlannedRow, registers: Registers) -> RowReading {
    match row {
        PlannedRow::Note { row, text } => RowReading {
            row,
            hidden: false,
            input: None,
            judged: Judged::default(),
            outcome: Outcome::Note,
            text,
        },
        PlannedRow::List(input) => {
            let judged = judge(&input, registers);
            RowReading {
                row: input.row,
                hidden: input.hidden,
                outcome: judged.outcome(),
                judged,
                input: Some(input),
                text: String::new(),
            }
        }
    }
}

/// D23: a row that says the same as an earlier one is refused, naming the first.
pub fn mark_duplicates(files: &mut [FileReading]) {
    let mut seen: HashMap<String, (String, String, u32)> = HashMap::new();
    for file in files {
        for sheet in file.sheets.iter_mut().filter(|sheet| sheet.whole.is_none()) {
            for row in &mut sheet.rows {
                let Some(input) = row.input.as_ref().filter(|_| row.outcome != Outcome::Refused) else {
                    continue;
                };
                let place = (file.name.clone(), sheet.name.clone(), row.row);
                match seen.get(&meaning(input, &row.judged)) {
                    None => {
                        seen.insert(meaning(input, &row.judged), place);
                    }
                    Some(first) => {
                        row.judged.refusals.push(duplicate(first, row.row));
                        row.outcome = Outcome::Refused;
                    }
                }
            }
        }
    }
}

fn duplicate((file, sheet, first): &(String, String, u32), row: u32) -> Refusal {
    let mut args = BTreeMap::new();
    args.insert("file".to_owned(), file.clone());
    args.insert("sheet".to_owned(), sheet.clone());
    args.insert("first".to_owned(), first.to_string());
    Refusal {
        code: "duplicate_row".to_owned(),
        spot: Spot {
            value: row.to_string(),
            ..Spot::missing(Field::Title)
        },
        args,
    }
}

/// What a row says, whoever's number or telephone stands beside it: understood where it is, else as written.
fn meaning(input: &RowInput, judged: &Judged) -> String {
    let draft = &judged.draft;
    let written = |fields: &[Field]| -> String {
        let cells = input.cells.iter().filter(|cell| fields.contains(&cell.field));
        cells
            .map(|cell| fold(&cell.value.shown()))
            .collect::<Vec<_>>()
            .join("/")
    };
    let party = draft.party.as_ref().map_or_else(
        || written(&[Field::Party, Field::Community]),
        |party| party.key.clone(),
    );
    let title = draft
        .type_code
        .clone()
        .unwrap_or_else(|| written(&[Field::Type, Field::Offer, Field::Need, Field::Title]));
    let quantity = draft.quantity.map_or_else(
        || written(&[Field::Quantity, Field::Measure]),
        |quantity| quantity.to_string(),
    );
    let hours: Vec<String> = draft.windows.iter().map(ToString::to_string).collect();
    let hours = if hours.is_empty() {
        written(&[
            Field::Windows,
            Field::WeekdayHours,
            Field::WeekendHours,
            Field::HolidayHours,
        ])
    } else {
        hours.join(";")
    };
    let days = format!("{:?}{:?}", draft.from, draft.until);
    let free = written(&[
        Field::Detail,
        Field::Place,
        Field::Audience,
        Field::Note,
        Field::Reach,
    ]);
    [
        input.kind.map_or("", Kind::id),
        &party,
        &title,
        &quantity,
        &hours,
        &days,
        &free,
    ]
    .join("|")
}
