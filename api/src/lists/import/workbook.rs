//! Workbooks: what the file says about itself first, with every limit, then the cells.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, Xlsx};

use super::fault::FileFault;
use super::parts::{self, Parts};
use super::sheet::{Book, Format, Merge, RawRow, Sheet, Value};
use super::xls_records::{self, XlsFacts};
use crate::kernel::date::CivilDate;
use crate::kernel::limit;

/// Reads an Office Open XML workbook.
///
/// # Errors
/// [`FileFault`]: too big, damaged, empty, only pictures.
pub(super) fn read_xlsx(bytes: &[u8]) -> Result<Book, FileFault> {
    let parts = parts::scan(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let epoch_1904 = workbook.has_1904_epoch();
    let listed: Vec<(String, bool)> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    let (mut sheets, mut rows) = (Vec::new(), 0);
    for (name, hidden) in listed {
        let mut sheet = Sheet {
            hidden,
            ..xlsx_sheet(&mut workbook, &name, &mut rows)?
        };
        sheet.merges = workbook
            .merge_cells_by_sheet_name(&name)
            .map_err(damaged)?
            .iter()
            .map(|area| merge(area.start, area.end))
            .collect();
        dress(&mut sheet, &parts);
        sheets.push(sheet);
    }
    finish(Book {
        format: Format::Xlsx,
        sheets,
        epoch_1904,
        macros: parts.macros,
        encoding: None,
    })
}

fn xlsx_sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, rows: &mut usize) -> Result<Sheet, FileFault> {
    let mut sheet = Sheet {
        name: name.to_owned(),
        ..Sheet::default()
    };
    let mut cells = workbook.worksheet_cells_reader(name).map_err(damaged)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(damaged)? {
        let value = match (&cell.value, &cell.formula) {
            (DataRef::Empty, Some(_)) => Some(Value::NoResult),
            (value, _) => value_of(&Data::from(value.clone())),
        };
        put(&mut sheet, cell.pos, value, rows)?;
    }
    sheet.rows.sort_by_key(|row| row.row);
    Ok(sheet)
}

/// Reads a binary workbook of 1997–2003.
///
/// # Errors
/// [`FileFault`]: too big, password, damaged, empty, only pictures.
pub(super) fn read_xls(bytes: &[u8]) -> Result<Book, FileFault> {
    let facts = xls_records::scan(bytes)?;
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsError::Password => FileFault::Password,
        other => damaged(other),
    })?;
    let epoch_1904 = workbook.has_1904_epoch();
    let listed: Vec<(String, bool)> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    let (mut sheets, mut rows) = (Vec::new(), 0);
    for (place, (name, hidden)) in listed.into_iter().enumerate() {
        let mut sheet = Sheet {
            hidden,
            ..xls_sheet(&mut workbook, &name, &mut rows)?
        };
        if let Ok(areas) = workbook.merge_cells_by_sheet_name(&name) {
            sheet.merges = areas.iter().map(|area| merge(area.start, area.end)).collect();
        }
        dress_xls(&mut sheet, place, &facts);
        sheets.push(sheet);
    }
    finish(Book {
        format: Format::Xls,
        sheets,
        epoch_1904,
        macros: facts.macros,
        encoding: None,
    })
}

fn xls_sheet(workbook: &mut Xls<Cursor<&[u8]>>, name: &str, rows: &mut usize) -> Result<Sheet, FileFault> {
    let mut sheet = Sheet {
        name: name.to_owned(),
        ..Sheet::default()
    };
    let range = workbook.worksheet_range(name).map_err(damaged)?;
    let (top, left) = range.start().unwrap_or_default();
    for (row, column, cell) in range.used_cells() {
        let place = |base: u32, step: usize| base.saturating_add(u32::try_from(step).unwrap_or(u32::MAX));
        put(
            &mut sheet,
            (place(top, row), place(left, column)),
            value_of(cell),
            rows,
        )?;
    }
    Ok(sheet)
}

fn put(
    sheet: &mut Sheet,
    (row, column): (u32, u32),
    value: Option<Value>,
    rows: &mut usize,
) -> Result<(), FileFault> {
    let Some(value) = value.filter(|value| !value.is_blank()) else {
        return Ok(());
    };
    if usize::try_from(column).unwrap_or(usize::MAX) >= limit::LIST_COLUMNS {
        return Err(FileFault::TooManyColumns {
            sheet: sheet.name.clone(),
            limit: limit::LIST_COLUMNS,
        });
    }
    let number = row.saturating_add(1);
    if sheet.rows.last().is_none_or(|last| last.row != number) {
        *rows += 1;
        if *rows > limit::LIST_ROWS {
            return Err(FileFault::TooManyRows {
                limit: limit::LIST_ROWS,
            });
        }
        sheet.rows.push(RawRow {
            row: number,
            ..RawRow::default()
        });
    }
    if let Some(last) = sheet.rows.last_mut() {
        last.cells.insert(column, value);
    }
    Ok(())
}

fn value_of(cell: &Data) -> Option<Value> {
    Some(match cell {
        Data::Empty => return None,
        Data::Int(number) => Value::Text(number.to_string()),
        Data::Float(number) => Value::Number(*number),
        Data::String(text) | Data::DurationIso(text) => Value::Text(text.clone()),
        Data::Bool(value) => Value::Bool(*value),
        Data::DateTime(stamp) => stamp_value(*stamp),
        Data::DateTimeIso(text) => text
            .get(..10)
            .and_then(|day| day.parse().ok())
            .map_or_else(|| Value::Text(text.clone()), Value::Day),
        Data::Error(error) => Value::Error(error.to_string()),
    })
}

fn stamp_value(stamp: ExcelDateTime) -> Value {
    let (year, month, day, hour, minute, _, _) = stamp.to_ymd_hms_milli();
    if stamp.as_f64() < 1.0 {
        return Value::Minute(u16::from(hour) * 60 + u16::from(minute));
    }
    let day = i16::try_from(year)
        .ok()
        .zip(i8::try_from(month).ok().zip(i8::try_from(day).ok()))
        .and_then(|(year, (month, day))| CivilDate::new(year, month, day));
    day.map_or(Value::Number(stamp.as_f64()), Value::Day)
}

fn dress(sheet: &mut Sheet, parts: &Parts) {
    let Some(facts) = parts.sheets.get(&sheet.name) else {
        return;
    };
    sheet.hidden_columns.clone_from(&facts.hidden_columns);
    sheet.comments.clone_from(&facts.comments);
    sheet.pictures = facts.pictures;
    hide(sheet, &facts.hidden_rows);
}

fn dress_xls(sheet: &mut Sheet, place: usize, facts: &XlsFacts) {
    if let Some(facts) = facts.sheets.get(place) {
        sheet.hidden_columns.clone_from(&facts.hidden_columns);
        sheet.pictures = facts.pictures;
        hide(sheet, &facts.hidden_rows);
    }
}

fn hide(sheet: &mut Sheet, hidden: &BTreeSet<u32>) {
    for row in &mut sheet.rows {
        row.hidden = hidden.contains(&row.row);
    }
}

fn merge(start: (u32, u32), end: (u32, u32)) -> Merge {
    Merge {
        top: start.0.saturating_add(1),
        bottom: end.0.saturating_add(1),
        left: start.1,
        right: end.1,
    }
}

fn finish(book: Book) -> Result<Book, FileFault> {
    if book.sheets.iter().all(|sheet| sheet.rows.is_empty()) {
        let pictures = book.sheets.iter().any(|sheet| sheet.pictures);
        return Err(if pictures {
            FileFault::OnlyPictures
        } else {
            FileFault::Empty
        });
    }
    Ok(book)
}

fn damaged(error: impl std::fmt::Display) -> FileFault {
    FileFault::Damaged {
        detail: error.to_string(),
    }
}
