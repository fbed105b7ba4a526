//! Where the head of a list stands and what its columns mean.

use std::collections::{BTreeMap, BTreeSet};

use super::super::domain::{Kind, tidy};
use super::field::{Field, Sureness, field_of_head, in_brackets, kind_of_text};
use super::sheet::{RawRow, Sheet, Value};

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// 0-based.
    pub column: u32,
    /// The head as written; both rows of a two-row head joined by `·`.
    pub head: String,
    /// What it holds.
    pub field: Field,
    /// Of which list, where two stand side by side; `None` = of the row as a whole.
    pub side: Option<Kind>,
    /// Stands after two titles and may belong to either.
    pub unclear: bool,
    /// A measure named in the head's brackets, folded.
    pub measure: Option<String>,
}

/// The head of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// First row of the head, 1-based.
    pub first_row: u32,
    /// Last row of the head.
    pub last_row: u32,
    /// Its columns, left to right.
    pub columns: Vec<Column>,
    score: u32,
    exact: u32,
}

/// Rows looked at for the head.
const HEAD_ROWS: usize = 15;
/// Known words that make a row a head in the middle of a sheet.
const EXACT_AGAIN: u32 = 3;

impl Head {
    /// Whether offers and needs stand side by side.
    #[must_use]
    pub fn two_sided(&self) -> bool {
        let has = |kind| self.columns.iter().any(|column| column.side == Some(kind));
        has(Kind::Offer) && has(Kind::Need)
    }

    /// Whether some column holds this.
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|column| column.field == field)
    }

    /// The list its words speak of, if of one only.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        let of = |field| self.columns.iter().any(|column| column.field == field);
        match (of(Field::Offer), of(Field::Need)) {
            (true, false) => Some(Kind::Offer),
            (false, true) => Some(Kind::Need),
            _ => None,
        }
    }

    fn is_list(&self) -> bool {
        let titles = self
            .columns
            .iter()
            .filter(|column| column.field.is_title())
            .count();
        let known = self
            .columns
            .iter()
            .filter(|column| column.field != Field::Unknown)
            .count();
        titles > 0 && (self.exact >= 2 || (self.exact >= 1 && known >= 3))
    }
}

/// The head among the first rows of the sheet: the row, or pair of rows, with the most known words.
#[must_use]
pub fn locate(sheet: &Sheet) -> Option<Head> {
    let places = 0..sheet.rows.len().min(HEAD_ROWS);
    let mut best: Option<Head> = None;
    for head in places
        .filter_map(|place| head_at(sheet, place))
        .filter(Head::is_list)
    {
        if best.as_ref().is_none_or(|known| head.score > known.score) {
            best = Some(head);
        }
    }
    best
}

/// Whether the row, or the pair beginning there, is a further head in the middle of a sheet.
#[must_use]
pub fn again(sheet: &Sheet, place: usize) -> Option<Head> {
    head_at(sheet, place).filter(|head| head.is_list() && head.exact >= EXACT_AGAIN)
}

fn head_at(sheet: &Sheet, place: usize) -> Option<Head> {
    let row = sheet.rows.get(place)?;
    let single = single_row(row);
    let pair = sheet
        .rows
        .get(place + 1)
        .filter(|lower| lower.row == row.row + 1)
        .and_then(|lower| two_rows(sheet, row, lower));
    match pair {
        Some(pair) if pair.is_list() && pair.score > single.score => Some(pair),
        _ => Some(single),
    }
}

fn single_row(row: &RawRow) -> Head {
    let heads = row
        .cells
        .iter()
        .filter_map(|(column, value)| text(value).map(|text| (*column, (text, None))))
        .collect();
    build(row.row, row.row, heads)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(tidy(text)),
        Value::Number(_)
        | Value::Day(_)
        | Value::Minute(_)
        | Value::Bool(_)
        | Value::Error(_)
        | Value::NoResult => None,
    }
}

/// Both rows unrolled: what is joined above several columns is read before each of them. A line to be filled in,
/// such as 填表人：王某, is no upper row.
fn two_rows(sheet: &Sheet, upper: &RawRow, lower: &RawRow) -> Option<Head> {
    let to_fill_in = |value: &Value| text(value).is_some_and(|words| words.contains(['：', ':']));
    if upper.cells.len() < 2
        || upper.cells.values().any(to_fill_in)
        || lower.cells.values().any(|value| text(value).is_none())
    {
        return None;
    }
    let columns: BTreeSet<u32> = upper.cells.keys().chain(lower.cells.keys()).copied().collect();
    let mut heads = BTreeMap::new();
    let mut group: Option<(u32, String)> = None;
    let mut grouped = 0;
    for column in columns {
        let below = lower.cells.get(&column).and_then(text);
        let above = upper.cells.get(&column).and_then(text);
        let above = above.or_else(|| joined_above(sheet, upper, column)).or_else(|| {
            let (last, words) = group.as_ref()?;
            (below.is_some() && last + 1 == column).then(|| words.clone())
        });
        grouped += u32::from(above.is_some() && !upper.cells.contains_key(&column));
        group = above
            .clone()
            .filter(|_| below.is_some())
            .map(|words| (column, words));
        match (above, below) {
            (above, Some(below)) => heads.insert(column, (below, above)),
            (Some(above), None) => heads.insert(column, (above, None)),
            (None, None) => None,
        };
    }
    (grouped > 0).then(|| build(upper.row, lower.row, heads))
}

fn joined_above(sheet: &Sheet, upper: &RawRow, column: u32) -> Option<String> {
    let merge = sheet.merges.iter().find(|merge| {
        (merge.top..=merge.bottom).contains(&upper.row) && (merge.left..=merge.right).contains(&column)
    })?;
    upper.cells.get(&merge.left).and_then(text)
}

/// `heads`: column → (own words, words of the group above).
fn build(first_row: u32, last_row: u32, heads: BTreeMap<u32, (String, Option<String>)>) -> Head {
    let (mut score, mut exact) = (0, 0);
    let mut columns: Vec<Column> = Vec::new();
    for (column, (own, group)) in heads {
        let (field, sureness) = meaning(&own, group.as_deref());
        let value = match sureness {
            Some(Sureness::Is) => 3,
            Some(Sureness::Ends) => 2,
            Some(Sureness::Holds) => 1,
            None => 0,
        };
        exact += u32::from(sureness == Some(Sureness::Is));
        if !columns.iter().any(|known| known.field == field) || field.is_title() {
            score += value;
        }
        columns.push(Column {
            column,
            side: group
                .as_deref()
                .filter(|_| !field.is_shared())
                .and_then(kind_of_text),
            unclear: false,
            measure: in_brackets(&own).filter(|_| field == Field::Quantity),
            head: group.map_or_else(|| own.clone(), |group| format!("{group}·{own}")),
            field,
        });
    }
    settle_unit(&mut columns);
    settle_giver(&mut columns);
    settle_sides(&mut columns);
    Head {
        first_row,
        last_row,
        columns,
        score,
        exact,
    }
}

fn meaning(own: &str, group: Option<&str>) -> (Field, Option<Sureness>) {
    let below = field_of_head(own);
    let above = group.and_then(field_of_head);
    match (below, above) {
        (Some((Field::Unit, sure)), Some((Field::Quantity, _))) => (Field::Measure, Some(sure)),
        (Some((Field::Title | Field::Offer | Field::Need, sure)), _) => {
            let kind = group.and_then(kind_of_text).or_else(|| kind_of_text(own));
            (title_of(kind), Some(sure))
        }
        (Some((field, sure)), _) | (None, Some((field, sure))) => (field, Some(sure)),
        (None, None) => (Field::Unknown, None),
    }
}

fn title_of(kind: Option<Kind>) -> Field {
    match kind {
        Some(Kind::Offer) => Field::Offer,
        Some(Kind::Need) => Field::Need,
        None => Field::Title,
    }
}

/// “单位” is the measure right of a quantity, else the party.
fn settle_unit(columns: &mut [Column]) {
    let mut left = None;
    for column in columns {
        if column.field == Field::Unit {
            column.field = if left == Some(Field::Quantity) {
                Field::Measure
            } else {
                Field::Party
            };
        }
        left = Some(column.field);
    }
}

/// A giver without a receiver is the party of a list, not of an agreement.
fn settle_giver(columns: &mut [Column]) {
    let both = [Field::Giver, Field::Receiver]
        .iter()
        .all(|field| columns.iter().any(|column| column.field == *field));
    for column in columns.iter_mut().filter(|_| !both) {
        if matches!(column.field, Field::Giver | Field::Receiver) {
            column.field = Field::Party;
        }
    }
}

/// Gives each column of two lists side by side to the title left of it.
fn settle_sides(columns: &mut [Column]) {
    let side_of = |column: &Column| match column.field {
        Field::Offer => Some(Kind::Offer),
        Field::Need => Some(Kind::Need),
        _ => column.side.filter(|_| column.field.is_title()),
    };
    let titles: Vec<(u32, Kind)> = columns
        .iter()
        .filter_map(|column| side_of(column).map(|kind| (column.column, kind)))
        .collect();
    let kinds: BTreeSet<Kind> = titles.iter().map(|(_, kind)| *kind).collect();
    if kinds.len() < 2 {
        columns.iter_mut().for_each(|column| column.side = None);
        return;
    }
    let count = |columns: &[Column], field| columns.iter().filter(|column| column.field == field).count();
    let own: Vec<bool> = columns
        .iter()
        .map(|column| {
            !column.field.is_shared() || count(columns, column.field) > 1 && column.field != Field::Unknown
        })
        .collect();
    let next_to = neighbours(columns, &titles);
    let once: Vec<bool> = columns
        .iter()
        .map(|column| count(columns, column.field) == 1)
        .collect();
    for ((column, own), once) in columns.iter_mut().zip(own).zip(once) {
        if column.field.is_title() && side_of(column).is_some() {
            column.side = side_of(column);
        } else if own && column.side.is_none() {
            let left = titles.iter().rev().find(|(place, _)| *place < column.column);
            column.side = left.or_else(|| titles.first()).map(|(_, kind)| *kind);
            column.unclear = once && next_to.is_some_and(|last| column.column > last);
        } else if !own {
            column.side = None;
        }
    }
}

/// The last title, if the titles of both lists stand beside each other with nothing between.
fn neighbours(columns: &[Column], titles: &[(u32, Kind)]) -> Option<u32> {
    let (first, last) = (titles.first()?.0, titles.last()?.0);
    let between = columns
        .iter()
        .filter(|column| column.column > first && column.column < last && !column.field.is_title())
        .count();
    (between == 0).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Merge;
    use super::*;

    fn sheet(rows: &[&[&str]], merges: Vec<Merge>) -> Sheet {
        let rows = (1u32..)
            .zip(rows)
            .map(|(row, cells)| RawRow {
                row,
                hidden: false,
                cells: (0u32..)
                    .zip(*cells)
                    .filter(|(_, cell)| !cell.is_empty())
                    .map(|(column, cell)| (column, Value::Text((*cell).to_owned())))
                    .collect(),
            })
            .filter(|row| !row.cells.is_empty())
            .collect();
        Sheet {
            rows,
            merges,
            ..Sheet::default()
        }
    }

    fn fields(head: &Head) -> Vec<(Field, Option<Kind>)> {
        head.columns
            .iter()
            .map(|column| (column.field, column.side))
            .collect()
    }

    #[test]
    fn d01_the_head_stands_below_title_rows() {
        let sheet = sheet(
            &[
                &["靖和街道2026年度驻区单位资源清单"],
                &["填报单位：珲春市第二小学  日期：2026.1.20"],
                &["序号", "资源名称", "数量", "单位", "开放时间", "备注"],
                &["1", "会议室", "20", "小时", "", ""],
            ],
            vec![],
        );
        let head = locate(&sheet).unwrap();
        assert_eq!(
            (head.first_row, head.last_row, head.kind()),
            (3, 3, Some(Kind::Offer))
        );
        assert_eq!(head.columns[3].field, Field::Measure);
    }

    #[test]
    fn d01_a_line_to_be_filled_in_is_no_part_of_the_head() {
        let sheet = sheet(
            &[
                &["填表人：王某", "", "单位盖章："],
                &["序号", "共驻单位", "可共享资源", "规模/频次", "开放时段"],
                &["1", "珲春市第二小学", "会议室", "20", ""],
            ],
            vec![],
        );
        let head = locate(&sheet).unwrap();
        assert_eq!((head.first_row, head.last_row), (2, 2));
        assert_eq!(head.columns[2].head, "可共享资源");
    }

    #[test]
    fn d02_a_two_row_head_is_unrolled() {
        let merge = |top, bottom, left, right| Merge {
            top,
            bottom,
            left,
            right,
        };
        let sheet = sheet(
            &[
                &["单位全称", "资源内容", "数量", "开放时间", "", "起止日期", ""],
                &["", "", "", "工作日", "双休日", "起", "止"],
                &["珲春市第二小学", "会议室", "20", "9:00-17:00", "", "", ""],
            ],
            vec![merge(1, 1, 3, 4), merge(1, 1, 5, 6), merge(1, 2, 0, 0)],
        );
        let head = locate(&sheet).unwrap();
        assert_eq!((head.first_row, head.last_row), (1, 2));
        assert_eq!(head.columns[3].head, "开放时间·工作日");
        let wanted = [
            Field::Party,
            Field::Offer,
            Field::Quantity,
            Field::WeekdayHours,
            Field::WeekendHours,
            Field::From,
            Field::Until,
        ];
        assert_eq!(
            head.columns.iter().map(|column| column.field).collect::<Vec<_>>(),
            wanted
        );
    }

    #[test]
    fn d20_two_lists_side_by_side_share_the_unit() {
        let (offer, need) = (Some(Kind::Offer), Some(Kind::Need));
        let one = sheet(
            &[&[
                "单位全称",
                "资源内容",
                "频次或规模",
                "开放时间",
                "希望得到的服务",
                "频次或规模",
                "时间",
                "联系人",
            ]],
            vec![],
        );
        assert_eq!(
            fields(&locate(&one).unwrap()),
            [
                (Field::Party, None),
                (Field::Offer, offer),
                (Field::Quantity, offer),
                (Field::Windows, offer),
                (Field::Need, need),
                (Field::Quantity, need),
                (Field::Windows, need),
                (Field::Contact, None)
            ]
        );
        let two = sheet(
            &[
                &["单位", "可提供资源", "", "", "需求", "", "", "备注"],
                &["", "内容", "数量", "时间", "内容", "数量", "时间", ""],
            ],
            vec![],
        );
        let head = locate(&two).unwrap();
        assert!(head.two_sided());
        assert_eq!(head.columns[4].field, Field::Need);
        assert_eq!(head.columns[5].side, need);
        assert_eq!(head.columns[7].side, None);
    }

    #[test]
    fn d20_a_quantity_after_both_titles_is_unclear() {
        let sheet = sheet(&[&["单位", "资源内容", "需求内容", "数量"]], vec![]);
        assert!(locate(&sheet).unwrap().columns[3].unclear);
    }

    #[test]
    fn rows_of_data_are_no_head() {
        let sheet = sheet(&[&["靖和街道龙源社区", "便民服务", "40", "周六"]], vec![]);
        assert_eq!(locate(&sheet), None);
    }
}
