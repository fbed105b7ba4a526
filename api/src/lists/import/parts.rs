//! What a workbook's package tells beside its cells: how much it unfolds to, hidden rows and columns,
//! remarks, pictures, macros. Read before the cells, so that every limit holds first.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::fault::FileFault;
use super::xml::{self, Tag};
use crate::kernel::limit;

/// What the package tells.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// By the sheet's name.
    pub sheets: HashMap<String, SheetFacts>,
    /// A macro project is inside.
    pub macros: bool,
}

/// What the package tells of one sheet.
#[derive(Debug, Default)]
pub(super) struct SheetFacts {
    /// 1-based.
    pub hidden_rows: BTreeSet<u32>,
    /// 0-based.
    pub hidden_columns: BTreeSet<u32>,
    /// Row (1-based), column (0-based), text.
    pub comments: Vec<(u32, u32, String)>,
    /// Pictures, shapes or text boxes.
    pub pictures: bool,
}

/// Most entries of a package.
const ENTRIES: usize = 10_000;
/// Most characters kept of one remark.
const COMMENT_CHARS: usize = 500;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Unfolds every entry once, counting, then reads what is wanted.
///
/// # Errors
/// [`FileFault::Bomb`], [`FileFault::Damaged`].
pub(super) fn scan(bytes: &[u8]) -> Result<Parts, FileFault> {
    let mut archive: Archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let bomb = FileFault::Bomb {
        limit_mib: limit::UNZIPPED_BYTES >> 20,
    };
    if archive.len() > ENTRIES {
        return Err(bomb);
    }
    let declared = (0..archive.len()).try_fold(0u64, |sum, place| {
        let size = archive.by_index_raw(place).map(|entry| entry.size()).unwrap_or(0);
        sum.checked_add(size)
    });
    if declared.is_none_or(|sum| sum > limit::UNZIPPED_BYTES) {
        return Err(bomb);
    }
    // The directory may lie: what really comes out is counted too.
    let mut left = limit::UNZIPPED_BYTES;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|error| damaged(&error))?;
        let read = std::io::copy(&mut entry.take(left.saturating_add(1)), &mut std::io::sink()).map_err(
            |error| FileFault::Damaged {
                detail: error.to_string(),
            },
        )?;
        left = left.checked_sub(read).ok_or_else(|| bomb.clone())?;
    }
    Ok(gather(&mut archive))
}

fn gather(archive: &mut Archive) -> Parts {
    let mut parts = Parts {
        macros: archive.file_names().any(|name| name.ends_with("vbaProject.bin")),
        ..Parts::default()
    };
    let targets = relations(archive, "xl/_rels/workbook.xml.rels");
    let workbook = text(archive, "xl/workbook.xml");
    let mut named = Vec::new();
    xml::tags(&workbook, |tag| {
        if tag.is("sheet")
            && let (Some(name), Some(id)) = (tag.attribute("name"), tag.attribute("id"))
        {
            named.push((name, id));
        }
    });
    for (name, id) in named {
        if let Some((path, _)) = targets.get(&id) {
            let facts = sheet_facts(archive, path);
            parts.sheets.insert(name, facts);
        }
    }
    parts
}

fn sheet_facts(archive: &mut Archive, path: &str) -> SheetFacts {
    let mut facts = SheetFacts::default();
    let content = text(archive, path);
    let mut row = 0u32;
    xml::tags(&content, |tag| {
        if tag.is("row") {
            row = tag.number("r").unwrap_or_else(|| row.saturating_add(1));
            if tag.flag("hidden") || tag.attribute("ht").is_some_and(|height| height == "0") {
                facts.hidden_rows.insert(row);
            }
        } else if tag.is("col") {
            hidden_columns(&mut facts, tag);
        } else if tag.is("picture") {
            facts.pictures = true;
        }
    });
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let file = path.rsplit('/').next().unwrap_or_default();
    let related = relations(archive, &format!("{folder}/_rels/{file}.rels"));
    for (target, kind) in related.values() {
        if kind.ends_with("/comments") {
            comments(&text(archive, target), &mut facts.comments);
        } else if kind.ends_with("/drawing") {
            facts.pictures |= draws(&text(archive, target));
        }
    }
    facts
}

fn hidden_columns(facts: &mut SheetFacts, tag: &Tag) {
    if !tag.flag("hidden") {
        return;
    }
    let most = u32::try_from(limit::LIST_COLUMNS).unwrap_or(u32::MAX);
    let from = tag.number("min").unwrap_or(1).max(1);
    let until = tag.number("max").unwrap_or(from).min(most);
    facts
        .hidden_columns
        .extend((from..=until).map(|column| column - 1));
}

fn draws(content: &str) -> bool {
    let mut found = false;
    xml::tags(content, |tag| {
        found |= ["pic", "sp", "grpSp"].iter().any(|name| tag.is(name));
    });
    found
}

fn comments(content: &str, into: &mut Vec<(u32, u32, String)>) {
    let mut place = None;
    xml::walk(content, |step| match step {
        xml::Step::Open(tag) if tag.is("comment") => {
            place = tag.attribute("ref").as_deref().and_then(cell_place);
            if let Some((row, column)) = place
                && into.len() < limit::LIST_ROWS
            {
                into.push((row, column, String::new()));
            }
        }
        xml::Step::Text(words) if place.is_some() => {
            if let Some((_, _, text)) = into.last_mut() {
                let room = COMMENT_CHARS.saturating_sub(text.chars().count());
                text.extend(words.chars().take(room));
            }
        }
        xml::Step::Open(_) | xml::Step::Text(_) => {}
    });
}

/// `C12` → row 12, column 2.
fn cell_place(reference: &str) -> Option<(u32, u32)> {
    let letters: String = reference.chars().take_while(char::is_ascii_alphabetic).collect();
    let row = reference.get(letters.len()..)?.parse().ok()?;
    let column = letters.bytes().take(3).fold(0u32, |sum, letter| {
        sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1
    });
    Some((row, column.checked_sub(1)?))
}

/// Relations of a part: id → (path in the package, kind).
fn relations(archive: &mut Archive, path: &str) -> BTreeMap<String, (String, String)> {
    let base = path.split("_rels/").next().unwrap_or_default().to_owned();
    let content = text(archive, path);
    let mut found = BTreeMap::new();
    xml::tags(&content, |tag| {
        let external = tag.attribute("TargetMode").is_some_and(|mode| mode == "External");
        if tag.is("Relationship")
            && !external
            && let (Some(id), Some(target)) = (tag.attribute("Id"), tag.attribute("Target"))
        {
            let kind = tag.attribute("Type").unwrap_or_default();
            found.insert(id, (resolve(&base, &target), kind));
        }
    });
    found
}

fn resolve(base: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut steps: Vec<&str> = base.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => {
                steps.pop();
            }
            "." | "" => {}
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

/// The text of a part, empty if there is none; the size was counted before.
fn text(archive: &mut Archive, path: &str) -> String {
    let mut bytes = Vec::new();
    if let Ok(entry) = archive.by_name(path) {
        let _ = entry.take(limit::UNZIPPED_BYTES).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn damaged(error: &zip::result::ZipError) -> FileFault {
    FileFault::Damaged {
        detail: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_row_and_column() {
        assert_eq!(cell_place("A1"), Some((1, 0)));
        assert_eq!(cell_place("AB12"), Some((12, 27)));
        assert_eq!(cell_place("12"), None);
    }

    #[test]
    fn targets_are_resolved_against_their_folder() {
        assert_eq!(resolve("xl/worksheets/", "../comments1.xml"), "xl/comments1.xml");
        assert_eq!(
            resolve("xl/", "/xl/worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml"
        );
    }
}
