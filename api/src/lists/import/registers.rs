//! Registers a street may send with its lists: parties, service types, households, last year's agreements.
//! They are told by their heads, not by their names, and are no lists.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::super::domain::{TypeTable, fold, tidy};
use super::field::{Field, field_of_head};
use super::party::{PartyEntry, PartyRegister, Resolution};
use super::sheet::{Book, RawRow, Sheet, Value};

/// What a register holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterKind {
    /// Units and communities with their aliases.
    Parties,
    /// Service types.
    Types,
    /// Households of communities.
    Households,
    /// Agreements of the year before, agreed and delivered.
    Agreements,
}

impl RegisterKind {
    /// `parties`, `types`, `households` or `agreements`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Parties => "parties",
            Self::Types => "types",
            Self::Households => "households",
            Self::Agreements => "agreements",
        }
    }
}

/// A row of a register that was not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterFault {
    /// 1-based.
    pub row: u32,
    /// `unknown_party`, `unknown_type`, `number`, `measure`, `direction`, `code`, `twice` or `name`.
    pub code: String,
    /// What stands there.
    pub value: String,
}

/// Households of one community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Households {
    /// 1-based.
    pub row: u32,
    /// The community as written.
    pub community: String,
    /// How many.
    pub households: u32,
}

/// One obligation of last year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastYear {
    /// 1-based.
    pub row: u32,
    /// 珲靖共建〔2025〕1号
    pub number: String,
    /// Who gave, as written.
    pub giver: String,
    /// Who received, as written.
    pub receiver: String,
    /// Type or service, as written.
    pub service: String,
    /// Agreed quantity.
    pub agreed: u32,
    /// Delivered and confirmed quantity.
    pub delivered: u32,
}

/// What a party gave and got last year, in millionths of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Carry {
    /// Agreed to give.
    pub agreed_given: i64,
    /// Agreed to get.
    pub agreed_received: i64,
    /// Delivered.
    pub given: i64,
    /// Got.
    pub received: i64,
}

impl Carry {
    /// What is carried into this year: given − received, of what was delivered.
    #[must_use]
    pub fn carry_in(&self) -> i64 {
        self.given - self.received
    }
}

/// A register's table: heads folded, rows as texts.
pub struct Table {
    rows: Vec<(u32, HashMap<String, String>)>,
}

/// Rows looked at for a register's head.
const HEAD_ROWS: usize = 5;

/// Whether a file is a register, and its rows.
#[must_use]
pub fn recognise(book: &Book) -> Option<(RegisterKind, Table)> {
    let sheet = book
        .sheets
        .iter()
        .find(|sheet| !sheet.hidden && !sheet.rows.is_empty())?;
    (0..sheet.rows.len().min(HEAD_ROWS)).find_map(|place| {
        let heads = heads(sheet.rows.get(place)?);
        kind(&heads).map(|kind| (kind, table(sheet, place, &heads)))
    })
}

fn heads(row: &RawRow) -> BTreeMap<u32, String> {
    row.cells
        .iter()
        .map(|(column, value)| (*column, fold(&value.shown())))
        .collect()
}

fn kind(heads: &BTreeMap<u32, String>) -> Option<RegisterKind> {
    let has = |words: &[&str]| heads.values().any(|head| words.contains(&head.as_str()));
    let field = |field| {
        heads
            .values()
            .any(|head| field_of_head(head).is_some_and(|(found, _)| found == field))
    };
    if has(&["code", "类型代码", "代码"])
        && has(&["measure", "计量单位"])
        && has(&["direction", "方向", "synonyms", "cash_like"])
    {
        return Some(RegisterKind::Types);
    }
    if has(NAME)
        && has(&[
            "aliases",
            "别名",
            "曾用名",
            "unit_kind",
            "单位类别",
            "max_agreements",
            "可承担协议数",
        ])
    {
        return Some(RegisterKind::Parties);
    }
    if field(Field::Giver) && field(Field::Receiver) && (field(Field::Agreed) || field(Field::Delivered)) {
        return Some(RegisterKind::Agreements);
    }
    if field(Field::Households) && (field(Field::Community) || field(Field::Party)) {
        return Some(RegisterKind::Households);
    }
    None
}

fn table(sheet: &Sheet, place: usize, heads: &BTreeMap<u32, String>) -> Table {
    let rows = sheet.rows.iter().skip(place + 1).map(|row| {
        let cells = heads
            .iter()
            .filter_map(|(column, head)| row.cells.get(column).map(|value| (head.clone(), shown(value))))
            .collect();
        (row.row, cells)
    });
    Table { rows: rows.collect() }
}

fn shown(value: &Value) -> String {
    tidy(&value.shown())
}

const NAME: &[&str] = &["name", "名称", "单位名称", "单位全称", "单位", "机构名称"];

fn cell(row: &HashMap<String, String>, heads: &[&str]) -> String {
    heads
        .iter()
        .find_map(|head| row.get(*head))
        .cloned()
        .unwrap_or_default()
}

fn of_field(row: &HashMap<String, String>, wanted: Field) -> String {
    let mut found: Vec<(&String, &String)> = row
        .iter()
        .filter(|(head, _)| field_of_head(head).is_some_and(|(field, _)| field == wanted))
        .collect();
    found.sort();
    found
        .first()
        .map(|(_, value)| (*value).clone())
        .unwrap_or_default()
}

fn number(text: &str) -> Option<u32> {
    let signs: Vec<char> = fold(text).chars().collect();
    let (number, end) = super::clean::numeral::scan(&signs, 0)?;
    let rest: String = signs.iter().skip(end).collect();
    let closed = rest.chars().all(|sign| !sign.is_ascii_digit() && sign != '-');
    u32::try_from(number.as_whole()?).ok().filter(|_| closed)
}

/// Reads a register of parties.
#[must_use]
pub fn parties(table: &Table) -> (Vec<PartyEntry>, Vec<RegisterFault>) {
    let (mut entries, mut faults): (Vec<PartyEntry>, Vec<RegisterFault>) = (Vec::new(), Vec::new());
    for (row, cells) in &table.rows {
        let name = cell(cells, NAME);
        let twice = entries.iter().any(|known| known.name == name);
        if name.is_empty() || twice {
            faults.push(RegisterFault {
                row: *row,
                code: if twice { "twice" } else { "name" }.to_owned(),
                value: name,
            });
            continue;
        }
        let mut aliases: Vec<String> = cell(cells, &["aliases", "别名", "曾用名", "简称"])
            .split([';', '；', '、', '|'])
            .map(tidy)
            .collect();
        aliases.extend([
            cell(cells, &["name_ko"]),
            cell(cells, &["organisation_name", "党组织名称", "党组织"]),
        ]);
        aliases.retain(|alias| !alias.is_empty());
        let code = cell(cells, &["credit_code", "统一社会信用代码", "信用代码"]);
        entries.push(PartyEntry {
            key: name.clone(),
            kind: party_kind(&cell(cells, &["kind", "类别", "类型"]), &name),
            unit_kind: cell(cells, &["unit_kind", "单位类别", "单位性质"]),
            community: cell(cells, &["community", "所在社区", "社区", "所属社区"]),
            households: number(&cell(cells, &["households", "户数"])),
            capacity: number(&cell(cells, &["max_agreements", "可承担协议数", "capacity"])),
            credit_code: Some(code).filter(|code| !code.is_empty()),
            aliases,
            name,
        });
    }
    (entries, faults)
}

fn party_kind(written: &str, name: &str) -> String {
    let known = [
        ("community", "社区"),
        ("unit", "单位"),
        ("street", "街道"),
        ("district", "区"),
    ];
    let found = known
        .iter()
        .find(|(id, word)| written == *id || written == *word)
        .map(|(id, _)| *id);
    let guessed = if name.ends_with("社区") || name.ends_with("居民委员会") || name.ends_with("社区居委会")
    {
        "community"
    } else {
        "unit"
    };
    found.unwrap_or(guessed).to_owned()
}

/// Reads a register of service types; what it leaves open comes from `built_in`.
#[must_use]
pub fn types(table: &Table, built_in: &TypeTable) -> (TypeTable, Vec<RegisterFault>) {
    let rows: Vec<HashMap<String, String>> = table
        .rows
        .iter()
        .map(|(_, cells)| {
            let mut cells = cells.clone();
            for (zh, id) in [
                ("类型代码", "code"),
                ("代码", "code"),
                ("名称", "zh"),
                ("领域", "area"),
                ("方向", "direction"),
                ("计量单位", "measure"),
                ("同义词", "synonyms"),
            ] {
                if let Some(value) = cells.get(zh).cloned() {
                    cells.entry(id.to_owned()).or_insert(value);
                }
            }
            cells
        })
        .collect();
    let (register, faults) = TypeTable::from_rows(rows.into_iter());
    let faults = faults
        .into_iter()
        .map(|fault| RegisterFault {
            row: 0,
            code: fault.what.to_owned(),
            value: fault.code,
        })
        .collect();
    (built_in.completing(register), faults)
}

/// Reads households.
#[must_use]
pub fn households(table: &Table, parties: &PartyRegister) -> (Vec<Households>, Vec<RegisterFault>) {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (row, cells) in &table.rows {
        let name = [Field::Community, Field::Party]
            .iter()
            .map(|field| of_field(cells, *field))
            .find(|name| !name.is_empty());
        let name = name.unwrap_or_default();
        let text = of_field(cells, Field::Households);
        let fault = |code: &str, value: &str| RegisterFault {
            row: *row,
            code: code.to_owned(),
            value: value.to_owned(),
        };
        match (parties.resolve(None, &name), number(&text)) {
            (_, None) => faults.push(fault("number", &text)),
            (Resolution::One(entry, _), Some(households)) => found.push(Households {
                row: *row,
                community: entry.name.clone(),
                households,
            }),
            (Resolution::Several(_) | Resolution::None(_), Some(_)) => {
                faults.push(fault("unknown_party", &name));
            }
        }
    }
    (found, faults)
}

/// Reads last year's agreements.
#[must_use]
pub fn agreements(table: &Table) -> (Vec<LastYear>, Vec<RegisterFault>) {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (row, cells) in &table.rows {
        let (agreed, delivered) = (of_field(cells, Field::Agreed), of_field(cells, Field::Delivered));
        let Some((agreed, delivered)) = number(&agreed).zip(number(&delivered)) else {
            faults.push(RegisterFault {
                row: *row,
                code: "number".to_owned(),
                value: format!("{agreed} {delivered}"),
            });
            continue;
        };
        let service = [Field::Type, Field::Title]
            .iter()
            .map(|field| of_field(cells, *field))
            .find(|text| !text.is_empty());
        found.push(LastYear {
            row: *row,
            number: of_field(cells, Field::AgreementNumber),
            giver: of_field(cells, Field::Giver),
            receiver: of_field(cells, Field::Receiver),
            service: service.unwrap_or_default(),
            agreed,
            delivered,
        });
    }
    (found, faults)
}

/// Worth given and got per party (by its key), of agreements whose parties and type are known; the others
/// are faults.
#[must_use]
pub fn carry(
    agreements: &[LastYear],
    parties: &PartyRegister,
    types: &TypeTable,
) -> (BTreeMap<String, Carry>, Vec<RegisterFault>) {
    let (mut sums, mut faults): (BTreeMap<String, Carry>, _) = (BTreeMap::new(), Vec::new());
    for line in agreements {
        let fault = |code: &str, value: &str| RegisterFault {
            row: line.row,
            code: code.to_owned(),
            value: value.to_owned(),
        };
        let key = |name: &str| match parties.resolve(None, name) {
            Resolution::One(entry, _) => Ok(entry.key.clone()),
            Resolution::Several(_) | Resolution::None(_) => Err(fault("unknown_party", name)),
        };
        let worth = match types.find(&line.service).as_slice() {
            [one] => Ok(one.worth_micro),
            _ => Err(fault("unknown_type", &line.service)),
        };
        match (key(&line.giver), key(&line.receiver), worth) {
            (Ok(giver), Ok(receiver), Ok(worth)) => {
                let value = |quantity: u32| {
                    i64::try_from(worth.saturating_mul(u64::from(quantity))).unwrap_or(i64::MAX)
                };
                let from = sums.entry(giver).or_default();
                from.agreed_given = from.agreed_given.saturating_add(value(line.agreed));
                from.given = from.given.saturating_add(value(line.delivered));
                let to = sums.entry(receiver).or_default();
                to.agreed_received = to.agreed_received.saturating_add(value(line.agreed));
                to.received = to.received.saturating_add(value(line.delivered));
            }
            (giver, receiver, worth) => {
                faults.extend([giver.err(), receiver.err(), worth.err()].into_iter().flatten());
            }
        }
    }
    (sums, faults)
}

/// The latest year in the agreements' numbers.
#[must_use]
pub fn year_of(agreements: &[LastYear]) -> Option<i16> {
    let years = agreements.iter().filter_map(|line| {
        let inner = line.number.split_once(['〔', '[', '［', '(', '（'])?.1;
        inner
            .get(..4)?
            .parse()
            .ok()
            .filter(|year| (2000..=2100).contains(year))
    });
    years.max()
}

/// Keeps one decimal place of points for people: 1 234 567 µ → 1.2.
#[must_use]
pub fn points(micro: i64) -> String {
    let sign = if micro < 0 { "-" } else { "" };
    let tenths = micro.unsigned_abs() / 100_000;
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}
