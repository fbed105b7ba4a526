//! A sheet's rows with their meaning: which cells belong to which list, what is filled down, which rows are
//! notes. Nothing is judged yet.

use serde::{Deserialize, Serialize};

use super::super::domain::{Kind, fold, tidy};
use super::clean::flags::holds_identity_number;
use super::field::{Field, kind_of_text};
use super::header::{self, Column, Head};
use super::sheet::{RawRow, Sheet, Value};
use super::title::{self, Title};

/// Where a cell's value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// It stands there.
    Own,
    /// From the cells it is joined with.
    Joined,
    /// “As above”, said or left blank.
    Above,
    /// From what stands above the list.
    Title,
    /// Given as an answer.
    Answer,
}

/// A cell with its meaning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputCell {
    /// What it holds.
    pub field: Field,
    /// 0-based.
    pub column: u32,
    /// The column's head as written.
    pub head: String,
    /// The value.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
    /// May belong to either of two lists side by side.
    pub unclear: bool,
    /// A measure named in the head.
    pub measure: Option<String>,
    /// An identity number stood in it; the value was not kept.
    #[serde(default)]
    pub private: bool,
}

/// A row of a list, before judgement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowInput {
    /// 1-based.
    pub row: u32,
    /// Hidden in the workbook.
    pub hidden: bool,
    /// Offer or need; `None` if nothing says.
    pub kind: Option<Kind>,
    /// Its cells, left to right.
    pub cells: Vec<InputCell>,
    /// The list's year, for dates without one.
    pub year: i16,
    /// The year the list names, if it is an earlier one than the cycle's.
    pub earlier_year: Option<i16>,
    /// Day numbers count from 1904.
    pub epoch_1904: bool,
}

/// A row below the head.
#[derive(Debug, Clone, PartialEq)]
pub enum PlannedRow {
    /// Of a list.
    List(RowInput),
    /// A note, total, signature line or heading; kept and shown.
    Note {
        /// 1-based.
        row: u32,
        /// Its cells, joined.
        text: String,
    },
}

/// A sheet with its meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What stands above the list.
    pub title: Title,
    /// The columns of the first head; none if no head was found.
    pub columns: Vec<Column>,
    /// The rows below.
    pub rows: Vec<PlannedRow>,
}

/// What a list is read against.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// For names that tell the kind or year.
    pub file_name: &'a str,
    /// The year being filled in.
    pub cycle: i16,
    /// Day numbers count from 1904.
    pub epoch_1904: bool,
}

const NOTE_STARTS: [&str; 26] = [
    "注:",
    "注1",
    "注2",
    "注(",
    "注、",
    "附注",
    "备注:",
    "说明:",
    "填表说明",
    "填写说明",
    "填表人",
    "填报人",
    "制表",
    "审核人",
    "审核:",
    "审批",
    "负责人:",
    "负责人(",
    "联系人:",
    "单位(盖章",
    "(盖章",
    "盖章",
    "填报日期",
    "日期:",
    "합계",
    "note:",
];
const TOTALS: [&str; 7] = ["合计", "小计", "总计", "共计", "累计", "总数", "total"];
const AS_ABOVE: [&str; 15] = [
    "同上",
    "同前",
    "上同",
    "同上行",
    "〃",
    "″",
    "\"",
    "''",
    "′′",
    "”",
    "“",
    "ditto",
    "-do-",
    "상동",
    "위와같음",
];
const NOTHING: [&str; 12] = [
    "无",
    "暂无",
    "没有",
    "/",
    "-",
    "—",
    "——",
    "--",
    "无资源",
    "无需求",
    "暂无需求",
    "없음",
];

/// Lays a sheet out.
#[must_use]
pub fn lay_out(sheet: &Sheet, frame: Frame) -> Plan {
    let Some(head) = header::locate(sheet) else {
        return Plan {
            title: title::read(sheet, frame.file_name, 0),
            columns: Vec::new(),
            rows: Vec::new(),
        };
    };
    let title = title::read(sheet, frame.file_name, head.first_row);
    let columns = head.columns.clone();
    let mut reader = Reader {
        sheet,
        frame,
        kind: head.kind().or(title.kind),
        head,
        last: Vec::new(),
        rows: Vec::new(),
        title: &title,
        section_party: None,
    };
    let mut place = sheet.rows.partition_point(|row| row.row <= reader.head.last_row);
    while place < sheet.rows.len() {
        place = reader.step(place);
    }
    let rows = reader.rows;
    Plan { title, columns, rows }
}

struct Reader<'a> {
    sheet: &'a Sheet,
    frame: Frame<'a>,
    head: Head,
    kind: Option<Kind>,
    title: &'a Title,
    /// The last value of each column that may be filled down.
    last: Vec<(u32, Value)>,
    section_party: Option<String>,
    rows: Vec<PlannedRow>,
}

impl Reader<'_> {
    /// Reads the row at `place`; returns the next place.
    fn step(&mut self, place: usize) -> usize {
        let sheet = self.sheet;
        let Some(row) = sheet.rows.get(place) else {
            return place + 1;
        };
        if let Some(head) = header::again(sheet, place) {
            self.kind = head.kind().or(self.kind).or(self.title.kind);
            let next = sheet.rows.partition_point(|row| row.row <= head.last_row);
            self.head = head;
            self.last.clear();
            return next;
        }
        if let Some(kind) = section(row) {
            self.kind = Some(kind);
            return place + 1;
        }
        if let Some(party) = heading(row, &self.head) {
            self.section_party = Some(party);
            return place + 1;
        }
        if is_note(row, &self.head) {
            self.note(row);
        } else if row
            .cells
            .keys()
            .any(|column| self.field(*column) != Some(Field::Serial))
        {
            self.list_row(row);
        }
        place + 1
    }

    fn field(&self, column: u32) -> Option<Field> {
        let columns = &self.head.columns;
        columns
            .iter()
            .find(|known| known.column == column)
            .map(|known| known.field)
    }

    fn note(&mut self, row: &RawRow) {
        let text = joined(row);
        self.rows.push(PlannedRow::Note { row: row.row, text });
    }

    fn list_row(&mut self, row: &RawRow) {
        let cells: Vec<(Column, InputCell)> = self
            .head
            .columns
            .clone()
            .into_iter()
            .filter_map(|column| self.cell(row, &column).map(|cell| (column, cell)))
            .collect();
        self.remember(&cells);
        let sides: Vec<(Option<Kind>, Vec<InputCell>)> = if self.head.two_sided() {
            [Kind::Offer, Kind::Need]
                .into_iter()
                .map(|kind| (Some(kind), side(&cells, kind)))
                .filter(|(_, cells)| says_something(cells))
                .collect()
        } else {
            let all: Vec<InputCell> = cells.into_iter().map(|(_, cell)| cell).collect();
            if says_something(&all) {
                vec![(self.kind, all)]
            } else {
                Vec::new()
            }
        };
        if sides.is_empty() {
            self.note(row);
        }
        let both = sides.len() > 1;
        for (kind, mut cells) in sides {
            cells
                .iter_mut()
                .filter(|_| !both)
                .for_each(|cell| cell.unclear = false);
            self.add_titles(&mut cells);
            self.rows.push(PlannedRow::List(RowInput {
                row: row.row,
                hidden: row.hidden,
                kind,
                cells,
                year: self.year(),
                earlier_year: self.title.year.filter(|year| *year < self.frame.cycle),
                epoch_1904: self.frame.epoch_1904,
            }));
        }
    }

    /// The list's own year; an earlier one is asked about, and the cycle's taken meanwhile.
    fn year(&self) -> i16 {
        self.title
            .year
            .filter(|year| *year >= self.frame.cycle)
            .unwrap_or(self.frame.cycle)
    }

    fn cell(&self, row: &RawRow, column: &Column) -> Option<InputCell> {
        let make = |value: Value, origin: Origin| InputCell {
            field: column.field,
            column: column.column,
            head: column.head.clone(),
            private: holds_identity_number(&value.shown()),
            value: without_identity_number(value),
            origin,
            unclear: column.unclear,
            measure: column.measure.clone(),
        };
        let own = row.cells.get(&column.column);
        let fills = matches!(
            column.field,
            Field::Party
                | Field::Community
                | Field::Code
                | Field::Organisation
                | Field::Contact
                | Field::Phone
        );
        let above = || {
            self.last
                .iter()
                .find(|(place, _)| *place == column.column)
                .map(|(_, value)| value.clone())
        };
        match own {
            Some(value) if fills && is_as_above(value) => Some(above().map_or_else(
                || make(value.clone(), Origin::Own),
                |value| make(value, Origin::Above),
            )),
            Some(value) => Some(make(value.clone(), Origin::Own)),
            None => {
                if let Some(value) = self.joined(row.row, column.column) {
                    return Some(make(value, Origin::Joined));
                }
                let blank_means_above = fills && self.blank_means_above(row, column);
                above()
                    .filter(|_| blank_means_above)
                    .map(|value| make(value, Origin::Above))
            }
        }
    }

    /// The value of the joined cells this one is part of, below the head.
    fn joined(&self, row: u32, column: u32) -> Option<Value> {
        let merge = self.sheet.merges.iter().find(|merge| {
            (merge.top..=merge.bottom).contains(&row)
                && (merge.left..=merge.right).contains(&column)
                && merge.top > self.head.last_row
                && merge.left == column
        })?;
        let place = self
            .sheet
            .rows
            .binary_search_by_key(&merge.top, |row| row.row)
            .ok()?;
        self.sheet.rows.get(place)?.cells.get(&merge.left).cloned()
    }

    /// A blank means “as above” where the column joins no cells; where it does, it does so for a reason.
    /// A community named in the row itself is a new one.
    fn blank_means_above(&self, row: &RawRow, column: &Column) -> bool {
        let joins = self.sheet.merges.iter().any(|merge| {
            merge.left == column.column && merge.top > self.head.last_row && merge.bottom > merge.top
        });
        let mut others = self
            .head
            .columns
            .iter()
            .filter(|other| other.field == Field::Community);
        let new_community = column.field == Field::Party
            && others.any(|other| {
                let named = row.cells.get(&other.column);
                let before = self
                    .last
                    .iter()
                    .find(|(place, _)| *place == other.column)
                    .map(|(_, value)| value);
                named.is_some() && named != before
            });
        !joins && !new_community
    }

    fn remember(&mut self, cells: &[(Column, InputCell)]) {
        for (column, cell) in cells {
            self.last.retain(|(place, _)| *place != column.column);
            self.last.push((column.column, cell.value.clone()));
        }
    }

    /// What stands above the list speaks for rows that name nobody.
    fn add_titles(&self, cells: &mut Vec<InputCell>) {
        let has =
            |cells: &[InputCell], fields: &[Field]| cells.iter().any(|cell| fields.contains(&cell.field));
        let column = |field| {
            self.head
                .columns
                .iter()
                .find(|column| column.field == field)
                .map(|column| column.column)
        };
        let named = has(
            cells,
            &[Field::Party, Field::Community, Field::Code, Field::Organisation],
        );
        let party = self.section_party.as_ref().or(self.title.party.as_ref());
        let wanted = [
            (Field::Party, party.filter(|_| !named)),
            (Field::Contact, self.title.contact.as_ref()),
            (Field::Phone, self.title.phone.as_ref()),
        ];
        for (field, value) in wanted {
            if let (Some(value), false) = (value, has(cells, &[field])) {
                cells.push(InputCell {
                    field,
                    column: column(field).unwrap_or(0),
                    head: String::new(),
                    value: Value::Text(value.clone()),
                    origin: Origin::Title,
                    unclear: false,
                    measure: None,
                    private: false,
                });
            }
        }
    }
}

/// The cells of one of two lists side by side, and the shared ones.
fn side(cells: &[(Column, InputCell)], kind: Kind) -> Vec<InputCell> {
    cells
        .iter()
        .filter(|(column, _)| column.unclear || column.side.is_none_or(|side| side == kind))
        .map(|(_, cell)| cell.clone())
        .collect()
}

/// Whether a row, or its half, offers or needs anything.
fn says_something(cells: &[InputCell]) -> bool {
    let said = |cell: &&InputCell| !NOTHING.contains(&fold(&cell.value.shown()).as_str());
    let titled = cells
        .iter()
        .filter(|cell| cell.field.is_title())
        .any(|cell| said(&cell));
    let untitled = !cells.iter().any(|cell| cell.field.is_title());
    let told = cells
        .iter()
        .filter(|cell| matches!(cell.field, Field::Quantity | Field::Detail) && cell.origin == Origin::Own)
        .any(|cell| said(&cell) && !cell.unclear);
    titled || (untitled && told)
}

fn is_as_above(value: &Value) -> bool {
    AS_ABOVE.contains(&fold(&value.shown()).as_str())
}

/// 同上 in a cell that is not filled down.
#[must_use]
pub fn says_as_above(value: &Value) -> bool {
    is_as_above(value)
}

fn joined(row: &RawRow) -> String {
    let cells = row
        .cells
        .values()
        .map(|value| without_identity_number(value.clone()).shown());
    tidy(&cells.collect::<Vec<_>>().join(" "))
}

/// D33: an identity number is never kept.
fn without_identity_number(value: Value) -> Value {
    if holds_identity_number(&value.shown()) {
        Value::Text(String::new())
    } else {
        value
    }
}

/// A heading that parts one sheet into lists: 二、需求清单.
fn section(row: &RawRow) -> Option<Kind> {
    if row.cells.len() != 1 {
        return None;
    }
    let text = fold(&joined(row));
    let numbered = text.starts_with(['一', '二', '三', '四', '(', '【', '[', '第', '■', '●', '*'])
        || text.chars().next().is_some_and(|sign| sign.is_ascii_digit());
    let named = ["清单", "列表", "部分", "方面", "一览", "名细", "명세"]
        .iter()
        .any(|word| text.contains(word));
    let short = text.chars().count() <= 30 && !text.contains([':', '。', ';']);
    let bare = text.chars().count() <= 6;
    if !(short && (numbered || named || bare)) {
        return None;
    }
    kind_of_text(&text)
}

/// A heading that names the party of the rows below, where no column does: 一、龙源社区.
fn heading(row: &RawRow, head: &Head) -> Option<String> {
    let named = [Field::Party, Field::Community]
        .iter()
        .any(|field| head.has(*field));
    let text = joined(row);
    if named || row.cells.len() != 1 || is_note(row, head) && text.contains([':', '：']) {
        return None;
    }
    let bare = text
        .trim_start_matches(|sign: char| "一二三四五六七八九十".contains(sign) || sign.is_ascii_digit())
        .trim_start_matches(['、', '.', '．', ' ']);
    let ends = [
        "社区",
        "委员会",
        "局",
        "学校",
        "小学",
        "中学",
        "医院",
        "银行",
        "公司",
        "中心",
        "所",
        "院",
        "队",
        "馆",
        "园",
    ];
    (bare.len() < text.len() && ends.iter().any(|end| bare.ends_with(end))).then(|| bare.to_owned())
}

fn is_note(row: &RawRow, head: &Head) -> bool {
    let Some((column, first)) = row.cells.iter().next() else {
        return false;
    };
    let text = fold(&first.shown());
    let total = TOTALS.iter().any(|word| {
        text.strip_prefix(word).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with([':', '(', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        })
    });
    if total || text == "注" || NOTE_STARTS.iter().any(|word| text.starts_with(word)) {
        return true;
    }
    let field = head
        .columns
        .iter()
        .find(|known| known.column == *column)
        .map(|known| known.field);
    row.cells.len() == 1
        && !field.is_some_and(Field::is_title)
        && field != Some(Field::Serial)
        && matches!(first, Value::Text(_))
        || row.cells.len() == 1 && field == Some(Field::Serial) && text.parse::<f64>().is_err()
}
