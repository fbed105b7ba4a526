//! The records a report counts, read in one pass.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::tables::{decision, entry, meeting, run, signature};
use crate::agreements::domain::instalment::{self, Account, Entry, Instalment};
use crate::identity::party::domain::PartyKind;
use crate::identity::party::query::{self as parties};
use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;
use crate::kernel::scope::Scope;
use crate::ledger::entity::{delivery, instalment as due, review, taker};
use crate::ledger::error::LedgerError;
use crate::ledger::query;

/// A party as reports sort it.
pub(super) struct PartyLine {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) kind: PartyKind,
    pub(super) community: Option<Uuid>,
    pub(super) households: i64,
}

/// An instalment with its deliveries.
pub(super) struct DueRow {
    pub(super) row: due::Model,
    /// The community the agreement is counted under; none counts under the street.
    pub(super) community: Option<Uuid>,
    /// How many parties the agreement has.
    pub(super) parties: usize,
    pub(super) standing: Instalment,
    pub(super) entries: Vec<Entry>,
    pub(super) deliveries: Vec<delivery::Model>,
}

/// All of it.
pub(super) struct Records {
    pub(super) street: String,
    pub(super) parties: Vec<PartyLine>,
    pub(super) dues: Vec<DueRow>,
    pub(super) takers: Vec<taker::Model>,
    pub(super) entries: Vec<entry::Model>,
    pub(super) signed: HashMap<Uuid, CivilDate>,
    pub(super) meetings: Vec<meeting::Model>,
    pub(super) decisions: Vec<decision::Model>,
    pub(super) runs: Vec<run::Model>,
    pub(super) reviews: Vec<review::Model>,
}

/// States in which an offer or need is not on a list yet.
const UNLISTED: [&str; 3] = ["draft", "flagged", "returned"];

impl Records {
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        scope: Scope,
        year: i16,
    ) -> Result<Self, LedgerError> {
        let scope = Scope::tenant(scope.tenant);
        let tenant = scope.tenant.uuid();
        let street = parties::tenant(db, scope).await?.name;
        let register = parties::all(db, scope).await?;
        let (rows, takers) = query::find(db, scope).await?;
        let deliveries = query::every_row(db, scope).await?;
        let entries = entry::Entity::find()
            .filter(entry::Column::Tenant.eq(tenant))
            .filter(entry::Column::Cycle.eq(i32::from(year)))
            .filter(entry::Column::State.is_not_in(UNLISTED))
            .all(db)
            .await?;
        let mut signed: HashMap<Uuid, CivilDate> = HashMap::new();
        let signatures = signature::Entity::find()
            .filter(signature::Column::Tenant.eq(tenant))
            .all(db)
            .await?;
        for row in signatures {
            let day = Millis::new(row.at).day();
            let last = signed.entry(row.agreement).or_insert(day);
            *last = (*last).max(day);
        }
        let parties = register
            .into_iter()
            .map(|party| PartyLine {
                id: party.id.uuid(),
                name: party.name,
                kind: party.kind,
                community: party.community.map(crate::kernel::id::Id::uuid),
                households: party.households.unwrap_or(0),
            })
            .collect();
        Ok(Self {
            street,
            dues: dues(rows, deliveries)?,
            parties,
            takers,
            entries,
            signed,
            meetings: meeting::Entity::find()
                .filter(meeting::Column::Tenant.eq(tenant))
                .all(db)
                .await?,
            decisions: decision::Entity::find()
                .filter(decision::Column::Tenant.eq(tenant))
                .all(db)
                .await?,
            runs: run::Entity::find()
                .filter(run::Column::Tenant.eq(tenant))
                .all(db)
                .await?,
            reviews: query::every_review(db, scope).await?,
        })
    }

    /// The communities in the order of the register.
    pub(super) fn communities(&self) -> impl Iterator<Item = &PartyLine> {
        self.parties
            .iter()
            .filter(|party| party.kind == PartyKind::Community)
    }

    /// The community a party counts under.
    pub(super) fn community_of(&self, party: Uuid) -> Option<Uuid> {
        let found = self.parties.iter().find(|one| one.id == party)?;
        match found.kind {
            PartyKind::Community => Some(found.id),
            _ => found.community,
        }
    }
}

impl DueRow {
    /// The account at the end of a day.
    pub(super) fn account(&self, day: CivilDate) -> Account {
        instalment::account(
            self.row.quantity,
            &self.entries,
            self.standing.account.waived_on,
            day,
        )
    }

    /// The instalment as it stood at the end of a day.
    pub(super) fn as_of(&self, day: CivilDate) -> Instalment {
        Instalment {
            account: self.account(day),
            ..self.standing
        }
    }

    /// Whether the agreement was in force on a day.
    pub(super) fn in_force(&self, day: CivilDate) -> bool {
        let text = day.to_string();
        let began = self
            .row
            .in_force_on
            .as_deref()
            .is_some_and(|on| on <= text.as_str());
        began && text <= self.row.term_until
    }
}

fn dues(rows: Vec<due::Model>, deliveries: Vec<delivery::Model>) -> Result<Vec<DueRow>, LedgerError> {
    let mut by_line: HashMap<(Uuid, i32), Vec<delivery::Model>> = HashMap::new();
    for row in deliveries {
        by_line.entry((row.obligation, row.due_no)).or_default().push(row);
    }
    // Every party gives something, so the givers of an agreement are its parties.
    let mut sides: HashMap<Uuid, Vec<(String, String, Uuid)>> = HashMap::new();
    for row in &rows {
        let known = sides.entry(row.agreement).or_default();
        let side = (row.from_ref.clone(), row.giver_side.clone(), row.giver);
        if !known.contains(&side) {
            known.push(side);
        }
    }
    rows.into_iter()
        .map(|row| {
            let mut parties = sides.get(&row.agreement).cloned().unwrap_or_default();
            parties.sort();
            let community = parties.iter().find(|(_, side, _)| side == "community");
            let deliveries = by_line.remove(&(row.obligation, row.no)).unwrap_or_default();
            Ok(DueRow {
                community: community.map(|(_, _, party)| *party),
                parties: parties.len(),
                standing: query::standing(&row)?,
                entries: query::entries(&deliveries)?,
                deliveries,
                row,
            })
        })
        .collect()
}
