//! Text files: UTF-8 with or without mark, GB18030; comma, semicolon or tab.

use std::collections::BTreeMap;

use encoding_rs::GB18030;

use super::fault::FileFault;
use super::sheet::{Book, Format, RawRow, Sheet, Value};
use crate::kernel::limit;

/// Reads a text file.
///
/// # Errors
/// [`FileFault::Encoding`], [`FileFault::TooManyRows`], [`FileFault::TooManyColumns`], [`FileFault::Empty`].
pub(super) fn read(bytes: &[u8]) -> Result<Book, FileFault> {
    let (text, encoding) = decode(bytes)?;
    let separator = separator(&text);
    let mut sheet = Sheet::default();
    for (row, record) in (1u32..).zip(records(&text, separator)) {
        push(&mut sheet, row, &cells(record, separator)?)?;
    }
    if sheet.rows.is_empty() {
        return Err(FileFault::Empty);
    }
    Ok(Book {
        format: Format::Csv,
        sheets: vec![sheet],
        epoch_1904: false,
        macros: false,
        encoding: Some(encoding),
    })
}

fn push(sheet: &mut Sheet, number: u32, record: &csv::StringRecord) -> Result<(), FileFault> {
    let mut row = RawRow {
        row: number,
        ..RawRow::default()
    };
    for (column, cell) in (0u32..).zip(record.iter()) {
        let value = Value::Text(cell.to_owned());
        if !value.is_blank() {
            if usize::try_from(column).unwrap_or(usize::MAX) >= limit::LIST_COLUMNS {
                return Err(FileFault::TooManyColumns {
                    sheet: String::new(),
                    limit: limit::LIST_COLUMNS,
                });
            }
            row.cells.insert(column, value);
        }
    }
    if !row.cells.is_empty() {
        if sheet.rows.len() >= limit::LIST_ROWS {
            return Err(FileFault::TooManyRows {
                limit: limit::LIST_ROWS,
            });
        }
        sheet.rows.push(row);
    }
    Ok(())
}

/// The records as a workbook would show them, one a row: blank lines are records too, and a line break in
/// quotes ends none.
fn records(text: &str, separator: u8) -> Vec<&str> {
    let (mut found, mut start) = (Vec::new(), 0);
    let (mut quoted, mut cell_start) = (false, true);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if quoted || cell_start => {
                quoted = !quoted;
                cell_start = false;
            }
            b'\n' if !quoted => {
                found.extend(text.get(start..place));
                start = place + 1;
                cell_start = true;
            }
            _ => cell_start = byte == separator,
        }
    }
    found.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    found
}

fn cells(record: &str, separator: u8) -> Result<csv::StringRecord, FileFault> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .buffer_capacity(record.len().clamp(16, 8192))
        .from_reader(record.trim_end_matches('\r').as_bytes());
    let mut cells = csv::StringRecord::new();
    reader
        .read_record(&mut cells)
        .map_err(|error| FileFault::Damaged {
            detail: error.to_string(),
        })?;
    Ok(cells)
}

fn decode(bytes: &[u8]) -> Result<(String, &'static str), FileFault> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8(rest.to_vec())
            .map(|text| (text, "UTF-8"))
            .map_err(|error| place(rest, error.utf8_error().valid_up_to()));
    }
    let utf8_end = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((text.to_owned(), "UTF-8")),
        Err(error) => error.valid_up_to(),
    };
    if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok((text.into_owned(), "GB18030"));
    }
    Err(place(bytes, first_fault_in_gb18030(bytes).max(utf8_end)))
}

/// Where the longest readable beginning ends, found by halving.
fn first_fault_in_gb18030(bytes: &[u8]) -> usize {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len().saturating_mul(3));
    let (_, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    read.saturating_sub(1)
}

fn place(bytes: &[u8], at: usize) -> FileFault {
    let before = bytes.get(..at).unwrap_or(bytes);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    FileFault::Encoding { line, column }
}

/// The separator that stands equally often on most of the first lines, quotes apart.
fn separator(text: &str) -> u8 {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(30)
        .collect();
    let score = |separator: char| -> (usize, usize) {
        let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
        for line in &lines {
            let mut quoted = false;
            let count = line
                .chars()
                .filter(|sign| {
                    quoted ^= *sign == '"';
                    !quoted && *sign == separator
                })
                .count();
            *seen.entry(count).or_default() += 1;
        }
        seen.into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, lines)| (lines, count))
            .max()
            .unwrap_or_default()
    };
    [(score('\t'), b'\t'), (score(';'), b';'), (score(','), b',')]
        .into_iter()
        .max_by_key(|(score, _)| *score)
        .map_or(b',', |(_, separator)| separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(book: &Book) -> Vec<(u32, Vec<String>)> {
        let rows = &book.sheets.first().unwrap().rows;
        rows.iter()
            .map(|row| (row.row, row.cells.values().map(Value::shown).collect()))
            .collect()
    }

    #[test]
    fn d37_encodings_and_separators_are_found() {
        let (gb, _, _) = GB18030.encode("社区;数量\r\n龙源社区;20\r\n");
        let mut marked = b"\xef\xbb\xbf".to_vec();
        marked.extend("社区\t数量\n龙源社区\t20\n".as_bytes());
        for (bytes, encoding) in [
            (gb.to_vec(), "GB18030"),
            (marked, "UTF-8"),
            ("社区,数量\n龙源社区,20".as_bytes().to_vec(), "UTF-8"),
        ] {
            let book = read(&bytes).unwrap();
            assert_eq!(book.encoding, Some(encoding));
            assert_eq!(
                texts(&book),
                [
                    (1, vec!["社区".into(), "数量".into()]),
                    (2, vec!["龙源社区".into(), "20".into()])
                ]
            );
        }
    }

    #[test]
    fn d37_a_byte_that_fits_neither_is_refused_with_its_place() {
        let mut bytes = "社区,数量\n龙源".as_bytes().to_vec();
        bytes.extend([0xff, 0xff]);
        assert!(
            matches!(read(&bytes), Err(FileFault::Encoding { line: 2, .. })),
            "{:?}",
            read(&bytes)
        );
    }

    #[test]
    fn d26_rows_are_numbered_as_a_workbook_shows_them() {
        let book = read("a,b\n\n\"x\ny\",1\nz,2\n".as_bytes()).unwrap();
        let rows: Vec<u32> = texts(&book).iter().map(|(row, _)| *row).collect();
        assert_eq!(rows, [1, 3, 4]);
    }
}
