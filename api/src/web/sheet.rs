//! Lists as files: the rows of a page's filter, as CSV or as a workbook. A cell is text or a number, never a
//! formula.

use actix_web::HttpResponse;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::kernel::problem::Problem;

/// A list to be written.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Name of the file, without its ending.
    pub name: String,
    /// Heads of the columns, in the person's language.
    pub heads: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A whole number.
    Number(i64),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Option<i64>> for Cell {
    fn from(number: Option<i64>) -> Self {
        number.map_or_else(|| Self::Text(String::new()), Self::Number)
    }
}

/// Numbers beyond this are no longer exact in a workbook.
const EXACT: i64 = 1 << 53;

impl Sheet {
    /// The list as CSV in UTF-8, with the mark by which office programs know it.
    ///
    /// # Errors
    /// `internal` if it cannot be written.
    pub fn csv(&self) -> Result<HttpResponse, Problem> {
        let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
        let fault = |error: csv::Error| Problem::internal(error.to_string());
        writer.write_record(self.heads.iter().map(|h| plain(h))).map_err(fault)?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(text) => plain(text),
                Cell::Number(number) => number.to_string(),
            });
            writer.write_record(cells).map_err(fault)?;
        }
        let bytes = writer.into_inner().map_err(|error| Problem::internal(error.to_string()))?;
        Ok(self.file("csv", "text/csv; charset=utf-8", bytes))
    }

    /// The list as a workbook.
    ///
    /// # Errors
    /// `internal` if it cannot be written.
    pub fn xlsx(&self) -> Result<HttpResponse, Problem> {
        let bytes = self.workbook().map_err(|error| Problem::internal(error.to_string()))?;
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        Ok(self.file("xlsx", kind, bytes))
    }

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let head = Format::new().set_bold();
        let sheet = book.add_worksheet();
        for (column, words) in (0_u16..).zip(&self.heads) {
            sheet.write_string_with_format(0, column, words, &head)?;
        }
        for (place, row) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(row) {
                match cell {
                    Cell::Text(text) => sheet.write_string(place, column, text)?,
                    Cell::Number(number) => write_number(sheet, place, column, *number)?,
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        book.save_to_buffer()
    }

    fn file(&self, ending: &str, kind: &str, bytes: Vec<u8>) -> HttpResponse {
        let name = format!("attachment; filename=\"{}.{ending}\"", self.name);
        HttpResponse::Ok()
            .content_type(kind)
            .insert_header(("Content-Disposition", name))
            .body(bytes)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers that a float cannot hold exactly are written as text"
)]
fn write_number(
    sheet: &mut rust_xlsxwriter::Worksheet,
    row: u32,
    column: u16,
    number: i64,
) -> Result<&mut rust_xlsxwriter::Worksheet, XlsxError> {
    if (-EXACT..=EXACT).contains(&number) {
        sheet.write_number(row, column, number as f64)
    } else {
        sheet.write_string(row, column, number.to_string())
    }
}

/// Text that no office program takes for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_becomes_a_formula() {
        for text in ["=1+1", "+1", "-1", "@x", "\t=1"] {
            assert_eq!(plain(text), format!("'{text}"));
        }
        assert_eq!(plain("河南社区"), "河南社区");
    }

    #[test]
    fn a_workbook_is_written() {
        let sheet = Sheet {
            name: "parties".to_owned(),
            heads: vec!["名称".to_owned(), "户数".to_owned()],
            rows: vec![vec!["=河南社区".to_owned().into(), Cell::Number(2_100)]],
        };
        let bytes = sheet.workbook().unwrap();
        assert_eq!(bytes.get(..2), Some(b"PK".as_slice()));
    }
}
