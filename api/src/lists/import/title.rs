//! What stands above a list's head: whose it is, of which year, and of what it speaks.

use super::super::domain::{Kind, fold, tidy};
use super::field::{Field, Sureness, field_of_head, kind_of_text};
use super::sheet::{Sheet, Value};

/// What the rows above the head, the sheet's name and the file's name tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Title {
    /// The unit or community that filled the list in.
    pub party: Option<String>,
    /// The year of the list.
    pub year: Option<i16>,
    /// The contact named above the list.
    pub contact: Option<String>,
    /// The telephone named above the list.
    pub phone: Option<String>,
    /// Offers or needs; `None` if nothing says, or the sayings differ.
    pub kind: Option<Kind>,
    /// The rows, as read.
    pub lines: Vec<String>,
}

/// Reads what stands above `head_row` (1-based; a sheet without head is passed 0).
#[must_use]
pub fn read(sheet: &Sheet, file_name: &str, head_row: u32) -> Title {
    let mut title = Title::default();
    let mut kinds = Vec::new();
    for row in sheet.rows.iter().take_while(|row| row.row < head_row) {
        let cells: Vec<String> = row.cells.values().map(Value::shown).collect();
        let line = tidy(&cells.join(" "));
        labels(&cells, &mut title);
        if !is_dated(&line) || line.contains('年') {
            title.year = title.year.or_else(|| year_in(&line, false));
        }
        kinds.push(kind_of_text(&without_labels(&line)));
        title.lines.push(line);
    }
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    for name in [sheet.name.as_str(), stem] {
        title.year = title.year.or_else(|| year_in(name, true));
    }
    title.kind = settle(&kinds, &sheet.name, stem);
    title
}

/// The rows above speak first, then the sheet's name, then the file's; what differs is no answer.
fn settle(rows: &[Option<Kind>], sheet: &str, file: &str) -> Option<Kind> {
    let above: Vec<Kind> = rows.iter().flatten().copied().collect();
    let named = kind_of_text(sheet);
    match (above.first(), named) {
        (Some(first), named) => {
            let alike = above.iter().chain(&named).all(|kind| kind == first);
            alike.then_some(*first)
        }
        (None, Some(named)) => Some(named),
        (None, None) => kind_of_text(file),
    }
}

fn labels(cells: &[String], title: &mut Title) {
    let mut words: Vec<String> = Vec::new();
    for cell in cells {
        words.extend(parted(cell).into_iter().filter(|word| !word.is_empty()));
    }
    let mut rest = words.iter().peekable();
    while let Some(word) = rest.next() {
        let (label, mut value) = match word.split_once([':', '：']) {
            Some((label, value)) => (label.to_owned(), value.to_owned()),
            None if is_label(word) => (word.clone(), String::new()),
            None => continue,
        };
        if value.is_empty()
            && let Some(next) = rest.next_if(|next| !next.contains([':', '：']))
        {
            value.clone_from(next);
        }
        let value = tidy(value.trim_matches(['_', '＿', ' ']));
        if value.is_empty() {
            continue;
        }
        match field_of_head(&label) {
            Some((Field::Party | Field::Unit | Field::Community, sure)) if sure >= Sureness::Ends => {
                title.party.get_or_insert(value);
            }
            Some((Field::Contact, _)) => {
                title.contact.get_or_insert(value);
            }
            Some((Field::Phone, _)) => {
                title.phone.get_or_insert(value);
            }
            _ => {}
        }
    }
}

/// A cell's words, as far as blanks part them; a blank after a colon parts nothing.
fn parted(cell: &str) -> Vec<String> {
    let regular = cell.replace(['\u{3000}', '\u{a0}', '\t', '\n', '\r'], " ");
    let mut words: Vec<String> = Vec::new();
    for word in regular.split(' ').filter(|word| !word.is_empty()) {
        match words.last_mut() {
            Some(last) if last.ends_with([':', '：']) && !word.contains([':', '：']) => last.push_str(word),
            _ => words.push(word.to_owned()),
        }
    }
    words
}

fn is_label(word: &str) -> bool {
    matches!(
        field_of_head(word),
        Some((Field::Party | Field::Contact | Field::Phone, Sureness::Is))
    )
}

fn is_dated(line: &str) -> bool {
    ["日期", "时间", "date", "날자"]
        .iter()
        .any(|word| fold(line).contains(word))
}

/// A title without its `label: value` words, which name units and not the list.
fn without_labels(line: &str) -> String {
    parted(line)
        .into_iter()
        .filter(|word| !word.contains([':', '：']))
        .collect::<Vec<_>>()
        .join(" ")
}

/// 2026年度, 2026年; in names also a bare 2026. The day a list was filled in is not its year.
fn year_in(text: &str, bare: bool) -> Option<i16> {
    let kept: Vec<String> = parted(text).into_iter().filter(|word| !is_dated(word)).collect();
    let signs: Vec<char> = fold(&kept.join(" ")).chars().collect();
    signs.windows(4).enumerate().find_map(|(place, window)| {
        let digits: String = window.iter().collect();
        let year: i16 = digits.parse().ok().filter(|year| (2000..=2100).contains(year))?;
        let before = place.checked_sub(1).and_then(|place| signs.get(place));
        let after = signs.get(place + 4);
        let alone = !before.is_some_and(char::is_ascii_digit) && !after.is_some_and(char::is_ascii_digit);
        let named =
            matches!(after, Some('年' | '년')) && !signs.get(place + 5).is_some_and(char::is_ascii_digit);
        let bare = bare && !matches!(after, Some('.' | '-' | '/'));
        let word = after.is_some_and(|sign| sign.is_alphabetic());
        (alone && (named || bare || (word && !matches!(after, Some('年' | '년'))))).then_some(year)
    })
}

#[cfg(test)]
mod tests {
    use super::super::sheet::RawRow;
    use super::*;

    fn sheet(name: &str, rows: &[&[&str]]) -> Sheet {
        Sheet {
            name: name.to_owned(),
            rows: (1u32..)
                .zip(rows)
                .map(|(row, cells)| RawRow {
                    row,
                    hidden: false,
                    cells: (0u32..)
                        .zip(*cells)
                        .map(|(column, cell)| (column, Value::Text((*cell).to_owned())))
                        .collect(),
                })
                .collect(),
            ..Sheet::default()
        }
    }

    #[test]
    fn d01_unit_date_and_contact_are_read_above_the_head() {
        let sheet = sheet(
            "Sheet1",
            &[
                &["珲春市2026年度资源清单"],
                &[
                    "填报单位： 珲春市第二小学   填报日期：2025.12.20",
                    "联系人：王老师",
                    "联系电话：0433-0000001",
                ],
                &["资源名称", "数量"],
            ],
        );
        let title = read(&sheet, "清单.xlsx", 3);
        assert_eq!(title.party.as_deref(), Some("珲春市第二小学"));
        assert_eq!((title.year, title.kind), (Some(2026), Some(Kind::Offer)));
        assert_eq!(title.contact.as_deref(), Some("王老师"));
        assert_eq!(title.phone.as_deref(), Some("0433-0000001"));
    }

    #[test]
    fn a_label_and_its_value_may_stand_in_two_cells() {
        let sheet = sheet(
            "",
            &[&["填报单位", "龙源社区", "日期", "____"], &["需求内容", "数量"]],
        );
        assert_eq!(read(&sheet, "a.csv", 2).party.as_deref(), Some("龙源社区"));
    }

    #[test]
    fn the_street_that_collects_is_not_the_party() {
        let sheet = sheet("资源", &[&["填报街道：靖和街道    填报日期：2026.1.20"], &["a"]]);
        let title = read(&sheet, "x.xlsx", 2);
        assert_eq!(
            (title.party, title.year, title.kind),
            (None, None, Some(Kind::Offer))
        );
    }

    #[test]
    fn d21_names_that_differ_settle_nothing() {
        let sheet = sheet("资源", &[&["需求清单"], &["a"]]);
        assert_eq!(read(&sheet, "x.xlsx", 2).kind, None);
    }

    #[test]
    fn d24_the_years_of_names_count_too() {
        assert_eq!(read(&sheet("旧表2024", &[]), "2026资源.xlsx", 0).year, Some(2024));
        assert_eq!(read(&sheet("Sheet1", &[]), "2026资源.xlsx", 0).year, Some(2026));
        assert_eq!(read(&sheet("Sheet1", &[]), "资源20260120.xlsx", 0).year, None);
    }
}
