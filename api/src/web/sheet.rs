//! Lists as files: xlsx and CSV of the same rows, safe to open in a spreadsheet.

use actix_web::HttpResponse;
use rust_xlsxwriter::{Format, Workbook};

use crate::kernel::problem::Problem;

/// A list to be saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Heads of the columns.
    pub heads: Vec<String>,
    /// The rows, as many cells as heads.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words; never a formula.
    Text(String),
    /// A whole number.
    Number(i64),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Option<i64>> for Cell {
    fn from(number: Option<i64>) -> Self {
        number.map_or_else(|| Self::Text(String::new()), Self::Number)
    }
}

/// Signs with which a spreadsheet program would take a text for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A text that no spreadsheet program runs.
fn inert(text: &str) -> String {
    if text.starts_with(FORMULA) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn fault(error: &dyn std::fmt::Display) -> Problem {
    Problem::internal(format!("sheet: {error}"))
}

impl Sheet {
    /// CSV in UTF-8 with a byte order mark, which office programs need to read Chinese.
    ///
    /// # Errors
    /// `internal` if the rows cannot be written.
    pub fn csv(&self) -> Result<Vec<u8>, Problem> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(b"\xef\xbb\xbf".to_vec());
        writer.write_record(&self.heads).map_err(|error| fault(&error))?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(text) => inert(text),
                Cell::Number(number) => number.to_string(),
            });
            writer.write_record(cells).map_err(|error| fault(&error))?;
        }
        writer.into_inner().map_err(|error| fault(&error))
    }

    /// A workbook of one sheet: bold heads that stay in view, columns as wide as their words.
    ///
    /// # Errors
    /// `internal` if the workbook cannot be written.
    #[expect(clippy::cast_precision_loss, reason = "a spreadsheet's numbers are floats")]
    pub fn xlsx(&self) -> Result<Vec<u8>, Problem> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let head = Format::new().set_bold();
        for (column, words) in (0_u16..).zip(&self.heads) {
            sheet
                .write_with_format(0, column, words, &head)
                .map_err(|error| fault(&error))?;
        }
        for (place, row) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(row) {
                match cell {
                    Cell::Text(text) => sheet.write_string(place, column, inert(text)),
                    Cell::Number(number) => sheet.write_number(place, column, *number as f64),
                }
                .map_err(|error| fault(&error))?;
            }
        }
        sheet.set_freeze_panes(1, 0).map_err(|error| fault(&error))?;
        sheet.autofit();
        book.save_to_buffer().map_err(|error| fault(&error))
    }

    /// The file a name asks for, by its ending `.csv` or `.xlsx`.
    ///
    /// # Errors
    /// `not-found` for any other ending.
    pub fn file(&self, name: &str) -> Result<HttpResponse, Problem> {
        let (bytes, media) = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("csv") => (self.csv()?, "text/csv; charset=utf-8"),
            Some("xlsx") => (
                self.xlsx()?,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            _ => return Err(Problem::not_found()),
        };
        Ok(HttpResponse::Ok()
            .content_type(media)
            .insert_header(("Content-Disposition", format!("attachment; filename=\"{name}\"")))
            .body(bytes))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx};

    use super::*;

    fn sheet() -> Sheet {
        Sheet {
            heads: vec!["服务".to_owned(), "数量".to_owned()],
            rows: vec![
                vec!["会议室，大".into(), 96.into()],
                vec!["=HYPERLINK(\"x\")".into(), (-3).into()],
            ],
        }
    }

    #[test]
    fn a_text_never_becomes_a_formula() {
        let text = String::from_utf8(sheet().csv().unwrap()).unwrap();
        assert_eq!(
            text,
            "\u{feff}服务,数量\r\n会议室，大,96\r\n\"'=HYPERLINK(\"\"x\"\")\",-3\r\n"
        );
    }

    #[test]
    fn a_workbook_holds_the_same_rows() {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(sheet().xlsx().unwrap())).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(
            range.get_value((1, 0)),
            Some(&Data::String("会议室，大".to_owned()))
        );
        assert_eq!(range.get_value((1, 1)), Some(&Data::Float(96.0)));
        assert_eq!(
            range.get_value((2, 0)),
            Some(&Data::String("'=HYPERLINK(\"x\")".to_owned()))
        );
    }
}
