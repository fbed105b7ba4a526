//! The states of an agreement told once more, as plainly as can be, to hold the product's against.

use std::collections::{BTreeMap, BTreeSet};

/// Days are numbers here.
pub type Day = i64;

/// What somebody does. A signature names party, version and how many signatures its signer had seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// Agree to the version.
    Accept(Hand),
    /// Offer another before all have signed.
    Counter(Hand),
    /// Say no.
    Decline(Hand),
    /// Offer another after all have signed.
    Amend(Hand),
    /// Give notice or offer the end.
    Terminate {
        /// The signature.
        hand: Hand,
        /// The day.
        day: Day,
        /// Who leaves, if not all ends.
        leaving: Option<String>,
        /// Whether notice is enough.
        alone: bool,
    },
    /// The street takes it back.
    Withdraw,
    /// The day to sign by has passed.
    Lapse,
    /// The first day.
    Begin,
    /// A party is gone.
    Leave(String),
    /// The term is over.
    End(bool),
    /// The day of the end.
    Terminated,
    /// Filed.
    File,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// By which party.
    pub party: String,
    /// Over which version.
    pub version: u32,
    /// Signatures seen.
    pub seen: u64,
    /// The day.
    pub today: Day,
}

/// What lies on the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The version.
    pub version: u32,
    /// Who signed it.
    pub by: BTreeSet<String>,
    /// Signatures that must have been seen.
    pub from: u64,
    /// The end it brings: day, and who leaves.
    pub end: Option<(Day, Option<String>)>,
}

/// An agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// `open`, `signed`, `in_force` or how it ended.
    pub state: &'static str,
    /// Its parties.
    pub parties: BTreeSet<String>,
    /// What waits for signatures.
    pub table: Option<Table>,
    /// The version in force.
    pub force: Option<u32>,
    /// Versions there are.
    pub versions: u32,
    /// Signatures there are.
    pub signatures: u64,
    /// First day.
    pub start: Day,
    /// The end, if one is coming.
    pub ends: Option<Day>,
    /// Who is going, and when.
    pub going: BTreeMap<String, Day>,
    /// The version filed.
    pub filed: Option<u32>,
}

impl Model {
    /// Version 1 is sent.
    #[must_use]
    pub fn sent(parties: &[&str], start: Day) -> Self {
        Self {
            state: "open",
            parties: parties.iter().map(|p| (*p).to_owned()).collect(),
            table: Some(Table {
                version: 1,
                by: BTreeSet::new(),
                from: 0,
                end: None,
            }),
            force: None,
            versions: 1,
            signatures: 0,
            start,
            ends: None,
            going: BTreeMap::new(),
            filed: None,
        }
    }

    fn runs(&self) -> bool {
        self.state == "signed" || self.state == "in_force"
    }

    /// Does it if it may be done; whether it was.
    pub fn act(&mut self, act: &Do) -> bool {
        let before = self.clone();
        let done = self.try_to(act);
        if !done {
            *self = before;
        }
        done
    }

    fn try_to(&mut self, act: &Do) -> bool {
        match act {
            Do::Accept(hand) => self.accept(hand),
            Do::Counter(hand) => {
                self.state == "open" && self.newest(hand) && {
                    self.put(hand, None);
                    true
                }
            }
            Do::Amend(hand) => {
                let may = self.runs() && self.table.is_none() && self.ends.is_none() && self.going.is_empty();
                may && self.newest(hand) && {
                    self.put(hand, None);
                    true
                }
            }
            Do::Terminate {
                hand,
                day,
                leaving,
                alone,
            } => self.terminate(hand, *day, leaving.as_ref(), *alone),
            Do::Decline(hand) => {
                let Some(table) = self.table.take() else {
                    return false;
                };
                self.signatures += 1;
                if self.state == "open" {
                    self.state = "declined";
                }
                table.version == hand.version
                    && hand.seen + 1 == self.signatures
                    && self.parties.contains(&hand.party)
            }
            _ => self.by_others(act),
        }
    }

    fn by_others(&mut self, act: &Do) -> bool {
        match act {
            Do::Withdraw | Do::Lapse if self.state == "open" => {
                self.table = None;
                self.state = if *act == Do::Lapse { "lapsed" } else { "withdrawn" };
                true
            }
            Do::Lapse => self.runs() && self.table.take().is_some(),
            Do::Begin => self.state == "signed" && self.end_as("in_force"),
            Do::Leave(party) => {
                self.table = None;
                self.runs() && self.going.remove(party).is_some() && self.parties.remove(party)
            }
            Do::End(settled) => {
                self.table = None;
                self.state == "in_force" && self.end_as(if *settled { "completed" } else { "expired" })
            }
            Do::Terminated => {
                self.table = None;
                self.runs() && self.ends.is_some() && self.end_as("terminated")
            }
            Do::File => {
                let fresh = self.runs() && self.filed != self.force;
                self.filed = self.force;
                fresh
            }
            _ => false,
        }
    }

    fn end_as(&mut self, state: &'static str) -> bool {
        self.state = state;
        true
    }

    fn newest(&self, hand: &Hand) -> bool {
        self.parties.contains(&hand.party)
            && hand.seen == self.signatures
            && hand.version == self.versions + 1
    }

    fn put(&mut self, hand: &Hand, end: Option<(Day, Option<String>)>) {
        self.signatures += 1;
        self.versions += 1;
        self.table = Some(Table {
            version: hand.version,
            by: BTreeSet::from([hand.party.clone()]),
            from: self.signatures,
            end,
        });
    }

    fn accept(&mut self, hand: &Hand) -> bool {
        let seen = hand.seen <= self.signatures;
        let Some(table) = &mut self.table else {
            return false;
        };
        let fits = table.version == hand.version && hand.seen >= table.from && seen;
        if !fits || !self.parties.contains(&hand.party) || !table.by.insert(hand.party.clone()) {
            return false;
        }
        self.signatures += 1;
        if table.by != self.parties {
            return true;
        }
        let (version, end) = (table.version, table.end.clone());
        self.table = None;
        if let Some((day, leaving)) = end {
            self.announce(day, leaving.as_ref());
            return true;
        }
        self.force = Some(version);
        if self.state == "open" {
            self.state = if self.start <= hand.today {
                "in_force"
            } else {
                "signed"
            };
        }
        true
    }

    fn terminate(&mut self, hand: &Hand, day: Day, leaving: Option<&String>, alone: bool) -> bool {
        let told = match leaving {
            Some(party) => self.going.get(party),
            None => self.ends.as_ref(),
        };
        let too_late = told.is_some_and(|earlier| *earlier <= day);
        let is_party = leaving.is_none_or(|party| self.parties.contains(party));
        if !self.runs() || self.table.is_some() || too_late || !is_party || !self.newest(hand) {
            return false;
        }
        self.put(hand, Some((day, leaving.cloned())));
        if alone {
            self.table = None;
            self.announce(day, leaving);
        }
        true
    }

    fn announce(&mut self, day: Day, leaving: Option<&String>) {
        match leaving {
            Some(party) => drop(self.going.insert(party.clone(), day)),
            None => self.ends = Some(day),
        }
    }
}
