//! Whether a row says what an offer or need of the year says already.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use crate::kernel::date::CivilDate;
use crate::kernel::scope::Scope;
use crate::lists::domain::{EntryState, EntryView, Kind, Window, fold};
use crate::lists::error::ListError;
use crate::lists::import::outcome::{Draft, Refusal, Spot};
use crate::lists::query;

/// What offers and needs of a year say, with their numbers.
pub(super) struct Known {
    says: HashMap<String, i32>,
    cycle: i16,
}

impl Known {
    /// Reads the offers and needs that still stand.
    pub(super) async fn read(db: &impl ConnectionTrait, scope: Scope, cycle: i16) -> Result<Self, ListError> {
        let mut says = HashMap::new();
        for kind in [Kind::Offer, Kind::Need] {
            for entry in query::of_cycle(db, Scope::tenant(scope.tenant), kind, cycle).await? {
                if !matches!(
                    entry.state,
                    EntryState::Withdrawn | EntryState::Closed | EntryState::Expired
                ) {
                    says.insert(of_entry(&entry), entry.number);
                }
            }
        }
        Ok(Self { says, cycle })
    }

    /// The number of the offer or need that says the same as a row of this party, if there is one.
    pub(super) fn number(&self, kind: Kind, party: &str, draft: &Draft) -> Option<i32> {
        self.says.get(&self.of_draft(kind, party, draft)).copied()
    }

    /// Remembers a row that becomes an offer or need.
    pub(super) fn add(&mut self, kind: Kind, party: &str, draft: &Draft, number: i32) {
        let says = self.of_draft(kind, party, draft);
        self.says.insert(says, number);
    }

    fn of_draft(&self, kind: Kind, party: &str, draft: &Draft) -> String {
        let (from, until) = days(draft, self.cycle);
        sentence(
            kind,
            party,
            draft.type_code.as_deref().unwrap_or_default(),
            draft.quantity.unwrap_or(0),
            &draft.windows,
            from.zip(until),
            [&draft.detail, &draft.place, &draft.note],
        )
    }
}

/// The days of a row; where it names none, the cycle's.
pub(super) fn days(draft: &Draft, cycle: i16) -> (Option<CivilDate>, Option<CivilDate>) {
    let from = draft.from.or_else(|| CivilDate::new(cycle, 1, 1));
    let until = draft.until.or_else(|| CivilDate::new(cycle, 12, 31));
    (from, until)
}

/// The refusal of a row that says what `number` says already.
pub(super) fn refusal(kind: Kind, number: i32) -> Refusal {
    let mut args = std::collections::BTreeMap::new();
    args.insert("number".to_owned(), number.to_string());
    Refusal {
        code: match kind {
            Kind::Offer => "same_offer",
            Kind::Need => "same_need",
        }
        .to_owned(),
        spot: Spot::missing(crate::lists::import::field::Field::Title),
        args,
    }
}

fn of_entry(entry: &EntryView) -> String {
    sentence(
        entry.kind,
        &entry.party.to_string(),
        &entry.type_code,
        entry.quantity,
        &entry.windows,
        Some((entry.from, entry.until)),
        [&entry.detail, &entry.place, &entry.note],
    )
}

fn sentence(
    kind: Kind,
    party: &str,
    type_code: &str,
    quantity: u32,
    windows: &[Window],
    days: Option<(CivilDate, CivilDate)>,
    free: [&str; 3],
) -> String {
    let mut hours: Vec<String> = windows.iter().map(ToString::to_string).collect();
    hours.sort();
    let days = days.map_or_else(String::new, |(from, until)| format!("{from}/{until}"));
    let free = free.map(fold).join("|");
    format!(
        "{}|{party}|{type_code}|{quantity}|{}|{days}|{free}",
        kind.id(),
        hours.join(";")
    )
}
