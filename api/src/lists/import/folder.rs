//! Several files together: registers first, then every other file as a list.

use std::collections::{BTreeMap, HashMap};

use super::super::domain::TypeTable;
use super::fault::FileFault;
use super::party::{PartyEntry, PartyRegister};
use super::reading::{self, FileReading, mark_duplicates};
use super::registers::{self, Carry, Households, LastYear, RegisterFault, RegisterKind, Table};
use super::row::Registers;
use super::sheet::Book;

/// The year that is filled in where neither a list, nor the caller, nor last year's agreements say one.
pub const CYCLE: i16 = 2026;

/// A file's name and bytes.
pub type Source = (String, Vec<u8>);

/// A register that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterReading {
    /// The file.
    pub name: String,
    /// What it holds.
    pub kind: RegisterKind,
    /// Rows used.
    pub rows: usize,
    /// Rows not used.
    pub faults: Vec<RegisterFault>,
}

/// Everything a set of files told.
#[derive(Debug)]
pub struct Reading {
    /// The year being filled in.
    pub cycle: i16,
    /// The registers among the files.
    pub registers: Vec<RegisterReading>,
    /// The lists.
    pub lists: Vec<FileReading>,
    /// Files that could not be read.
    pub refused: Vec<(String, FileFault)>,
    /// The parties known.
    pub parties: PartyRegister,
    /// The service types known.
    pub types: TypeTable,
    /// Households of communities.
    pub households: Vec<Households>,
    /// Last year's obligations.
    pub agreements: Vec<LastYear>,
    /// What each party carries in, by its key.
    pub carry: BTreeMap<String, Carry>,
}

/// What is known before any file is read.
#[derive(Debug, Clone)]
pub struct Known {
    /// The parties of the street.
    pub parties: Vec<PartyEntry>,
    /// The service types.
    pub types: TypeTable,
    /// The year being filled in; outweighs what the registers say.
    pub cycle: Option<i16>,
    /// The party on whose behalf alone the lists are handed in, by its key. It brings no registers.
    pub own: Option<String>,
}

impl Known {
    /// Nothing but the built-in types.
    #[must_use]
    pub fn nothing(cycle: Option<i16>) -> Self {
        Self {
            parties: Vec::new(),
            types: TypeTable::built_in(),
            cycle,
            own: None,
        }
    }
}

/// Reads the files of a folder; `year` outweighs what the registers say.
#[must_use]
pub fn read(sources: &[Source], year: Option<i16>) -> Reading {
    read_with(sources, Known::nothing(year))
}

/// Reads files against what is known already.
#[must_use]
pub fn read_with(sources: &[Source], known: Known) -> Reading {
    let (mut books, mut refused) = (Vec::new(), Vec::new());
    let mut bytes_seen: HashMap<&[u8], &str> = HashMap::new();
    for (name, bytes) in sources {
        if let Some(first) = bytes_seen.insert(bytes, name) {
            let first = first.to_owned();
            refused.push((name.clone(), FileFault::SameFile { first }));
            continue;
        }
        match reading::open(name, bytes) {
            Ok(book) => books.push((name.clone(), book)),
            Err(fault) => refused.push((name.clone(), fault)),
        }
    }
    let (mut tables, mut lists) = (Vec::new(), Vec::new());
    for (name, book) in books {
        match registers::recognise(&book) {
            Some(_) if known.own.is_some() => refused.push((name, FileFault::Register)),
            Some((kind, table)) => tables.push((name, kind, table)),
            None => lists.push((name, book)),
        }
    }
    let mut reading = Reading {
        cycle: CYCLE,
        registers: Vec::new(),
        lists: Vec::new(),
        refused,
        parties: PartyRegister::new(known.parties),
        types: known.types,
        households: Vec::new(),
        agreements: Vec::new(),
        carry: BTreeMap::new(),
    };
    reading.take_registers(&tables);
    reading.cycle = known
        .cycle
        .or_else(|| registers::year_of(&reading.agreements).map(|last| last + 1))
        .unwrap_or(CYCLE);
    reading.take_lists(&lists, known.own.as_deref());
    reading
}

/// Adds what a register says to the parties known: new ones at the end, other names and numbers to old ones.
fn merge(entries: &mut Vec<PartyEntry>, found: Vec<PartyEntry>) {
    for new in found {
        match entries.iter_mut().find(|known| known.name == new.name) {
            None => entries.push(new),
            Some(known) => {
                known.aliases.extend(new.aliases);
                known.households = new.households.or(known.households);
                known.capacity = new.capacity.or(known.capacity);
                known.credit_code = new.credit_code.or(known.credit_code.take());
            }
        }
    }
}

impl Reading {
    fn take_registers(&mut self, tables: &[(String, RegisterKind, Table)]) {
        let of = |kind| tables.iter().filter(move |(_, found, _)| *found == kind);
        let mut entries: Vec<PartyEntry> = self.parties.entries().to_vec();
        for (name, kind, table) in of(RegisterKind::Parties) {
            let (found, faults) = registers::parties(table);
            self.registers.push(told(name, *kind, found.len(), faults));
            merge(&mut entries, found);
        }
        self.parties = PartyRegister::new(entries.clone());
        for (name, kind, table) in of(RegisterKind::Types) {
            let (types, faults) = registers::types(table, &TypeTable::built_in());
            self.registers
                .push(told(name, *kind, types.all().count(), faults));
            self.types = types;
        }
        for (name, kind, table) in of(RegisterKind::Households) {
            let (found, faults) = registers::households(table, &self.parties);
            self.registers.push(told(name, *kind, found.len(), faults));
            for line in &found {
                if let Some(entry) = entries.iter_mut().find(|entry| entry.name == line.community) {
                    entry.households = Some(line.households);
                }
            }
            self.households.extend(found);
        }
        self.parties = PartyRegister::new(entries);
        for (name, kind, table) in of(RegisterKind::Agreements) {
            let (found, mut faults) = registers::agreements(table);
            let (carry, more) = registers::carry(&found, &self.parties, &self.types);
            faults.extend(more);
            self.registers.push(told(name, *kind, found.len(), faults));
            self.carry.extend(carry);
            self.agreements.extend(found);
        }
    }

    fn take_lists(&mut self, books: &[(String, Book)], own: Option<&str>) {
        let registers = Registers {
            parties: &self.parties,
            types: &self.types,
            own,
        };
        let mut lists: Vec<FileReading> = books
            .iter()
            .map(|(name, book)| reading::read(name, book, registers, self.cycle))
            .collect();
        mark_duplicates(&mut lists);
        self.lists = lists;
    }
}

fn told(name: &str, kind: RegisterKind, rows: usize, faults: Vec<RegisterFault>) -> RegisterReading {
    RegisterReading {
        name: name.to_owned(),
        kind,
        rows,
        faults,
    }
}
