//! Reviews: those a side still owes, those given, and how many said what.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::agreements::domain::state::State;
use crate::agreements::query::{self as agreements, Filter};
use crate::kernel::date::CivilDate;
use crate::kernel::limit;
use crate::kernel::scope::Scope;
use crate::ledger::domain::period::Period;
use crate::ledger::domain::review::{every, open_periods};
use crate::ledger::entity::review;
use crate::ledger::error::LedgerError;

/// A review that a party has not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The agreement's address.
    pub key: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The period.
    pub period: Period,
}

/// A review as shown to the parties of its agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewView {
    /// The agreement.
    pub agreement: Uuid,
    /// The agreement's address.
    pub key: String,
    /// The agreement's number.
    pub number: String,
    /// The period.
    pub period: String,
    /// The side's ref.
    pub by_ref: String,
    /// The side's name.
    pub by: String,
    /// Delivered as agreed?
    pub delivered: String,
    /// Useful?
    pub useful: String,
    /// Continue?
    pub proceed: String,
    /// One sentence.
    pub comment: String,
    /// The day it was given.
    pub given_on: String,
}

pub(in crate::ledger) async fn reviews_of(
    db: &impl ConnectionTrait,
    scope: Scope,
    agreement: Uuid,
) -> Result<Vec<review::Model>, DbErr> {
    review::Entity::find()
        .filter(review::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(review::Column::Agreement.eq(agreement))
        .order_by_asc(review::Column::Period)
        .order_by_asc(review::Column::ByRef)
        .all(db)
        .await
}

/// All reviews of the tenant, for reports.
pub(in crate::ledger) async fn every_review(
    db: &impl ConnectionTrait,
    scope: Scope,
) -> Result<Vec<review::Model>, DbErr> {
    review::Entity::find()
        .filter(review::Column::Tenant.eq(scope.tenant.uuid()))
        .order_by_asc(review::Column::Agreement)
        .all(db)
        .await
}

/// The agreements whose projects are reviewed: in force or over.
async fn running(
    db: &impl ConnectionTrait,
    scope: Scope,
) -> Result<Vec<agreements::AgreementView>, LedgerError> {
    let mut found = Vec::new();
    for state in [State::InForce, State::Completed, State::Expired] {
        let filter = Filter {
            state: Some(state),
            ..Filter::default()
        };
        let (rows, _) = agreements::list(db, scope, &filter, None, limit::PAGE_ROWS_MAX).await?;
        for row in rows {
            found.push(agreements::one(db, scope, row.id).await?);
        }
    }
    Ok(found)
}

/// The reviews that the scope's party still owes, the oldest first.
///
/// # Errors
/// What the database reports.
pub async fn owed(
    db: &impl ConnectionTrait,
    scope: Scope,
    today: CivilDate,
) -> Result<Vec<Owed>, LedgerError> {
    let Some(party) = scope.party else {
        return Ok(Vec::new());
    };
    let mut owed = Vec::new();
    for view in running(db, scope).await? {
        let given = reviews_of(db, scope, view.id).await?;
        let term = view.document.term;
        let from = view.standing.in_force_on.unwrap_or(term.from);
        for period in open_periods(every(&view.document), (from, term.until), today) {
            let text = period.to_string();
            let done = given
                .iter()
                .any(|row| row.party == party.uuid() && row.period == text);
            if !done {
                owed.push(Owed {
                    key: view.key.clone(),
                    number: view.number.clone(),
                    title: view.document.title.clone(),
                    period,
                });
            }
        }
    }
    owed.sort_by_key(|one| one.period);
    Ok(owed)
}

/// The reviews of the agreements of the scope's party, the newest period first; none without a party: what
/// others hear of them is [`counts`].
///
/// # Errors
/// What the database reports.
pub async fn reviews(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<ReviewView>, LedgerError> {
    if scope.party.is_none() {
        return Ok(Vec::new());
    }
    let mut views = Vec::new();
    for agreement in running(db, scope).await? {
        for row in reviews_of(db, scope, agreement.id).await? {
            let by = agreement.parties.iter().find(|p| p.reference == row.by_ref);
            views.push(ReviewView {
                agreement: agreement.id,
                key: agreement.key.clone(),
                number: agreement.number.clone(),
                by: by.map(|p| p.name.clone()).unwrap_or_default(),
                period: row.period,
                by_ref: row.by_ref,
                delivered: row.delivered,
                useful: row.useful,
                proceed: row.proceed,
                comment: row.comment,
                given_on: row.given_on,
            });
        }
    }
    views.sort_by(|a, b| (&b.period, &a.number, &a.by_ref).cmp(&(&a.period, &b.number, &b.by_ref)));
    Ok(views)
}

/// How many said what of the projects of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Reviews given.
    pub given: u32,
    /// How many gave each answer.
    pub answers: BTreeMap<(&'static str, String), u32>,
}

impl Counts {
    /// How many gave one answer to a question.
    #[must_use]
    pub fn of(&self, question: &'static str, answer: &str) -> u32 {
        self.answers
            .get(&(question, answer.to_owned()))
            .copied()
            .unwrap_or(0)
    }
}

/// Reviews of the tenant counted by period, the newest first.
///
/// # Errors
/// What the database reports.
pub async fn counts(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<(String, Counts)>, DbErr> {
    let mut periods: BTreeMap<String, Counts> = BTreeMap::new();
    for row in every_review(db, scope).await? {
        let counts = periods.entry(row.period).or_default();
        counts.given += 1;
        for (question, answer) in [
            ("delivered", row.delivered),
            ("useful", row.useful),
            ("proceed", row.proceed),
        ] {
            *counts.answers.entry((question, answer)).or_default() += 1;
        }
    }
    Ok(periods.into_iter().rev().collect())
}
