//! What is owed under an agreement, rebuilt by the functions the services write it with: new versions and ends from
//! the agreement's own leaves, the accounts from what the ledger read between them.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::agreements::domain::document::Document;
use crate::agreements::domain::instalment::{Entry, account};
use crate::agreements::entity::{due_line, obligation};
use crate::agreements::error::AgreementError;
use crate::agreements::owed::{self, Owed};
use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;
use crate::log::replay::Table;

/// What a leaf about deliveries puts on the account of an instalment.
#[derive(Debug, Clone)]
pub struct Posting {
    /// The obligation.
    pub obligation: Uuid,
    /// Which of its instalments.
    pub no: i32,
    /// All that was reported on it so far.
    pub entries: Vec<Entry>,
    /// Whether the receiver waived what is missing.
    pub waived: bool,
    /// When.
    pub at: Millis,
}

/// What stands on accounts, by agreement and leaf.
pub type Postings = BTreeMap<Uuid, BTreeMap<u64, Posting>>;

/// What is owed, as far as the agreement's leaves have been read.
#[derive(Debug, Default)]
pub(super) struct Running {
    now: Vec<Owed>,
    postings: BTreeMap<u64, Posting>,
    pub(super) obligations: Table,
    pub(super) due: Table,
}

impl Running {
    pub(super) fn new(postings: BTreeMap<u64, Posting>) -> Self {
        Self {
            postings,
            ..Self::default()
        }
    }

    /// All have signed a version.
    pub(super) fn bound(&mut self, document: &Document, day: CivilDate, index: u64) {
        self.reach(index);
        let after = owed::bound(document, &self.now, day);
        self.take(after, index);
    }

    /// The agreement ended, or one party left it.
    pub(super) fn ended(
        &mut self,
        document: &Document,
        (day, leaving): (CivilDate, Option<&str>),
        index: u64,
    ) {
        self.reach(index);
        let after = owed::ended(document, &self.now, (day, leaving));
        self.take(after, index);
    }

    /// What no service could have written is left as it was, and differs from what is stored.
    fn take(&mut self, after: Result<Vec<Owed>, AgreementError>, index: u64) {
        for owed in after.unwrap_or_default() {
            self.tell(&owed, index);
            match self.now.iter_mut().find(|known| known.row.id == owed.row.id) {
                Some(known) => *known = owed,
                None => self.now.push(owed),
            }
        }
    }

    fn tell(&mut self, owed: &Owed, index: u64) {
        let row = self.obligations.row(owed.row.id.to_string());
        row.put::<obligation::Entity>(&owed.row, index);
        for line in &owed.lines {
            let row = self.due.row(key(line));
            row.put::<due_line::Entity>(line, index);
        }
    }

    /// Posts all that was reported and answered before a leaf.
    pub(super) fn reach(&mut self, index: u64) {
        let later = self.postings.split_off(&index);
        for (leaf, posting) in std::mem::replace(&mut self.postings, later) {
            let owed = self.now.iter_mut().find(|owed| owed.row.id == posting.obligation);
            let lines = owed.into_iter().flat_map(|owed| &mut owed.lines);
            for line in lines.filter(|line| line.no == posting.no) {
                let day = posting.at.day();
                let known = line.waived_on.as_deref().and_then(|day| day.parse().ok());
                let waived = if posting.waived { Some(day) } else { known };
                let sum = account(line.quantity, &posting.entries, waived, day);
                *line = owed::posted(line.clone(), &sum, posting.at);
                let row = self.due.row(key(line));
                row.put::<due_line::Entity>(line, leaf);
            }
        }
    }
}

/// The key of an instalment.
pub(super) fn key(line: &due_line::Model) -> String {
    format!("{} {}", line.obligation, line.no)
}
