//! What a binary workbook's records tell beside its cells: limits, password, hidden rows and columns,
//! pictures, macros. Read before the cells, because the workbook library lays out whole rectangles.
//!
//! # Source
//! [MS-CFB] for the container, [MS-XLS] for the records.

use std::collections::BTreeSet;

use super::fault::FileFault;
use crate::kernel::limit;

/// What the records tell.
#[derive(Debug, Default)]
pub(super) struct XlsFacts {
    /// In the workbook's order.
    pub sheets: Vec<SheetRecords>,
    /// A macro project is inside.
    pub macros: bool,
}

/// What the records tell of one sheet.
#[derive(Debug, Default)]
pub(super) struct SheetRecords {
    /// 1-based.
    pub hidden_rows: BTreeSet<u32>,
    /// 0-based.
    pub hidden_columns: BTreeSet<u32>,
    /// Pictures, shapes or text boxes.
    pub pictures: bool,
    /// Rows that hold a value.
    rows: BTreeSet<u16>,
    /// Leftmost and rightmost column that hold a value.
    columns: Option<(u16, u16)>,
}

/// End of a sector chain, and marks that are no sector.
const LAST_SECTOR: u32 = 0xffff_fff9;
/// Most cells laid out, gaps counted; about as many bytes as an unzipped workbook may have.
const CELLS: usize = 2 * limit::LIST_ROWS * limit::LIST_COLUMNS;
/// Most sheets of a workbook.
const SHEETS: usize = 255;

/// Walks the records.
///
/// # Errors
/// [`FileFault::Password`], [`FileFault::TooManyRows`], [`FileFault::TooManyColumns`],
/// [`FileFault::Damaged`].
pub(super) fn scan(bytes: &[u8]) -> Result<XlsFacts, FileFault> {
    let container = Container::open(bytes).ok_or_else(|| damaged("container"))?;
    let stream = container
        .stream("Workbook")
        .or_else(|| container.stream("Book"))
        .ok_or_else(|| damaged("no workbook stream"))?;
    let mut facts = XlsFacts {
        macros: container.has("_VBA_PROJECT_CUR"),
        ..XlsFacts::default()
    };
    let (mut worksheets, mut rest, mut depth) = (Vec::new(), stream.as_slice(), 0u32);
    let mut substreams = 0usize;
    while let Some((kind, data)) = record(&mut rest) {
        match kind {
            0x002f => return Err(FileFault::Password),
            0x0085 => worksheets.push(byte(data, 5) == Some(0)),
            0x0809 => {
                depth += 1;
                if depth == 1 {
                    substreams += 1;
                    if substreams > SHEETS {
                        return Err(damaged("too many sheets"));
                    }
                    if substreams > 1 {
                        facts.sheets.push(SheetRecords::default());
                    }
                }
            }
            0x000a => depth = depth.saturating_sub(1),
            _ if depth == 1 => {
                if let Some(sheet) = facts.sheets.last_mut() {
                    note(sheet, kind, data)?;
                }
            }
            _ => {}
        }
    }
    let mut kept = worksheets.into_iter();
    facts.sheets.retain(|_| kept.next().unwrap_or(true));
    let rows: usize = facts.sheets.iter().map(|sheet| sheet.rows.len()).sum();
    if rows > limit::LIST_ROWS {
        return Err(FileFault::TooManyRows {
            limit: limit::LIST_ROWS,
        });
    }
    if facts.sheets.iter().map(area).sum::<usize>() > CELLS {
        return Err(FileFault::Bomb {
            limit_mib: limit::UNZIPPED_BYTES >> 20,
        });
    }
    Ok(facts)
}

/// Cells of the rectangle that the workbook library will lay out.
fn area(sheet: &SheetRecords) -> usize {
    let (Some(top), Some(bottom), Some((left, right))) =
        (sheet.rows.first(), sheet.rows.last(), sheet.columns)
    else {
        return 0;
    };
    (usize::from(bottom - top) + 1) * (usize::from(right.saturating_sub(left)) + 1)
}

fn note(sheet: &mut SheetRecords, kind: u16, data: &[u8]) -> Result<(), FileFault> {
    match kind {
        // ROW: flags at 12, bit 5 = hidden.
        0x0208 => {
            if let (Some(row), Some(flags)) = (short(data, 0), byte(data, 12))
                && flags & 0x20 != 0
            {
                sheet.hidden_rows.insert(u32::from(row) + 1);
            }
        }
        // COLINFO: first, last, width, format, flags.
        0x007d => {
            if let (Some(from), Some(until), Some(flags)) = (short(data, 0), short(data, 2), short(data, 8))
                && flags & 1 != 0
            {
                sheet
                    .hidden_columns
                    .extend((u32::from(from)..=u32::from(until.min(255))).take(256));
            }
        }
        // MSODRAWING, IMDATA, OBJ
        0x00ec | 0x007f => sheet.pictures = true,
        // Cells that hold a value: NUMBER, LABEL, LABELSST, RK, FORMULA, BOOLERR, MULRK.
        0x0203 | 0x0204 | 0x00fd | 0x027e | 0x0006 | 0x0406 | 0x0205 | 0x00bd => {
            if let (Some(row), Some(column)) = (short(data, 0), short(data, 2)) {
                let last = if kind == 0x00bd {
                    short(data, data.len().saturating_sub(2)).unwrap_or(column)
                } else {
                    column
                };
                sheet.rows.insert(row);
                let (left, right) = sheet.columns.unwrap_or((column, last));
                sheet.columns = Some((left.min(column), right.max(last)));
            }
        }
        _ => {}
    }
    if sheet
        .columns
        .is_some_and(|(_, right)| usize::from(right) >= limit::LIST_COLUMNS)
    {
        return Err(FileFault::TooManyColumns {
            sheet: String::new(),
            limit: limit::LIST_COLUMNS,
        });
    }
    Ok(())
}

fn record<'a>(rest: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let (kind, length) = (short(rest, 0)?, usize::from(short(rest, 2)?));
    let data = rest.get(4..4 + length)?;
    *rest = rest.get(4 + length..)?;
    Some((kind, data))
}

/// A compound file: a small file system of sectors.
struct Container<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<u32>,
    directory: Vec<u8>,
}

impl<'a> Container<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = short(bytes, 30)?;
        if !(9..=12).contains(&shift) {
            return None;
        }
        let mut container = Self {
            bytes,
            sector: 1 << shift,
            table: Vec::new(),
            directory: Vec::new(),
        };
        container.read_table()?;
        container.directory = container.chain(long(bytes, 48)?);
        Some(container)
    }

    /// The allocation table: 109 sectors named in the header, further ones in a chain.
    fn read_table(&mut self) -> Option<()> {
        let most = self.bytes.len() / self.sector + 1;
        let mut sectors: Vec<u32> = (0..109)
            .filter_map(|place| long(self.bytes, 76 + place * 4))
            .collect();
        let mut next = long(self.bytes, 68)?;
        while next < LAST_SECTOR && sectors.len() <= most {
            let data = self.data(next)?;
            let last = self.sector - 4;
            sectors.extend((0..last / 4).filter_map(|place| long(data, place * 4)));
            next = long(data, last)?;
        }
        for sector in sectors
            .into_iter()
            .filter(|sector| *sector < LAST_SECTOR)
            .take(most)
        {
            let data = self.data(sector)?;
            let entries: Vec<u32> = (0..self.sector / 4)
                .filter_map(|place| long(data, place * 4))
                .collect();
            self.table.extend(entries);
        }
        Some(())
    }

    fn data(&self, sector: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(sector)
            .ok()?
            .checked_add(1)?
            .checked_mul(self.sector)?;
        let bytes: &'a [u8] = self.bytes;
        bytes.get(start..bytes.len().min(start + self.sector))
    }

    /// The bytes of a chain; a loop ends when every sector was visited.
    fn chain(&self, start: u32) -> Vec<u8> {
        let (mut next, mut found) = (start, Vec::new());
        for _ in 0..=self.table.len() {
            if next >= LAST_SECTOR {
                break;
            }
            let Some(data) = self.data(next) else {
                break;
            };
            found.extend_from_slice(data);
            let place = usize::try_from(next).unwrap_or(usize::MAX);
            next = self.table.get(place).copied().unwrap_or(LAST_SECTOR);
        }
        found
    }

    fn entry(&self, name: &str) -> Option<&[u8]> {
        let wide: Vec<u8> = name
            .encode_utf16()
            .chain([0])
            .flat_map(u16::to_le_bytes)
            .collect();
        self.directory
            .chunks(128)
            .find(|entry| entry.get(..wide.len()) == Some(wide.as_slice()))
    }

    fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// A stream's bytes; those below 4096 lie in the small sectors of the root entry.
    fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entry(name)?;
        let (start, size) = (long(entry, 116)?, usize::try_from(long(entry, 120)?).ok()?);
        let mut found = if size >= 4096 {
            self.chain(start)
        } else {
            self.small(start, size)?
        };
        found.truncate(size);
        Some(found)
    }

    fn small(&self, start: u32, size: usize) -> Option<Vec<u8>> {
        let root = self.chain(long(self.directory.get(..128)?, 116)?);
        let table = self.chain(long(self.bytes, 60)?);
        let (mut next, mut found) = (start, Vec::new());
        while found.len() < size && next < LAST_SECTOR {
            let place = usize::try_from(next).ok()?.checked_mul(64)?;
            found.extend_from_slice(root.get(place..place.checked_add(64)?)?);
            next = long(&table, usize::try_from(next).ok()?.checked_mul(4)?)?;
        }
        Some(found)
    }
}

fn byte(data: &[u8], at: usize) -> Option<u8> {
    data.get(at).copied()
}

fn short(data: &[u8], at: usize) -> Option<u16> {
    let bytes = data.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

fn long(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

fn damaged(detail: &str) -> FileFault {
    FileFault::Damaged {
        detail: detail.to_owned(),
    }
}
