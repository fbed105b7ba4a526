//! Where an agreement stands, read from its rows and written back.

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value};

use super::domain::document::{Document, VersionKind};
use super::domain::state::{Ending, Notice, Pending, Standing, State};
use super::entity::{agreement, agreement_party};
use super::error::AgreementError;
use super::store::int;
use crate::kernel::date::CivilDate;
use crate::log::hash::Hash32;

/// Where the agreement stands, from its rows.
pub(super) fn standing(
    row: &agreement::Model,
    parties: &[agreement_party::Model],
) -> Result<Standing, AgreementError> {
    let read = Reading(row);
    let (mut bound, mut leaving) = (BTreeMap::new(), BTreeMap::new());
    for party in parties.iter().filter(|party| party.left_on.is_none()) {
        let version = party.accepted_version.map(|v| read.version(v)).transpose()?;
        bound.insert(party.reference.clone(), version);
        if let Some(notice) = read.notice(party.leave_version, party.leaves_on.as_deref())? {
            leaving.insert(party.reference.clone(), notice);
        }
    }
    let count = |n: i32| u64::try_from(n).map_err(|_| read.broken("seq"));
    Ok(Standing {
        state: State::from_code(&row.state).ok_or_else(|| read.broken("state"))?,
        bound,
        current: read.version(row.current_version)?,
        last: read.version(row.last_version)?,
        term_from: read.day(&row.term_from)?,
        head_seq: count(row.head_seq)?,
        head_hash: Hash32::from_slice(&row.head_hash).ok_or_else(|| read.broken("head_hash"))?,
        opened_seq: count(row.opened_seq)?,
        in_force_on: read.day_or_none(row.in_force_on.as_deref())?,
        version_on: read.day_or_none(row.version_on.as_deref())?,
        pending: read.pending()?,
        ends: read.notice(row.ends_version, row.ends_on.as_deref())?,
        leaving,
        filed: row.filed_version.map(|v| read.version(v)).transpose()?,
    })
}

/// A row being read.
struct Reading<'a>(&'a agreement::Model);

impl Reading<'_> {
    fn broken(&self, what: &str) -> AgreementError {
        AgreementError::Broken(format!("agreement {}: {what}", self.0.id))
    }

    fn version(&self, version: i32) -> Result<u32, AgreementError> {
        u32::try_from(version).map_err(|_| self.broken("version"))
    }

    fn day(&self, text: &str) -> Result<CivilDate, AgreementError> {
        text.parse().map_err(|_| self.broken("day"))
    }

    fn day_or_none(&self, text: Option<&str>) -> Result<Option<CivilDate>, AgreementError> {
        text.map(|text| self.day(text)).transpose()
    }

    fn notice(&self, version: Option<i32>, on: Option<&str>) -> Result<Option<Notice>, AgreementError> {
        let Some((version, on)) = version.zip(on) else {
            return Ok(None);
        };
        Ok(Some(Notice {
            version: self.version(version)?,
            on: self.day(on)?,
        }))
    }

    fn pending(&self) -> Result<Option<Pending>, AgreementError> {
        let Some(version) = self.0.pending_version else {
            return Ok(None);
        };
        let kind = self.0.pending_kind.as_deref().and_then(VersionKind::from_code);
        let seq = self.0.pending_seq.and_then(|seq| u64::try_from(seq).ok());
        let effective_on = self.day_or_none(self.0.pending_ends_on.as_deref())?;
        Ok(Some(Pending {
            version: self.version(version)?,
            kind: kind.ok_or_else(|| self.broken("pending_kind"))?,
            opened_seq: seq.ok_or_else(|| self.broken("pending_seq"))?,
            ending: effective_on.map(|effective_on| Ending {
                effective_on,
                leaving: self.0.pending_leaving.clone(),
            }),
        }))
    }
}

/// What a change of standing brings besides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'a> {
    /// The version now on the table or in force, if that changed.
    pub(super) document: Option<&'a Document>,
    /// When it happened, milliseconds.
    pub(super) at: i64,
}

/// Writes a standing back; false if the agreement moved meanwhile.
pub(super) async fn save(
    db: &impl ConnectionTrait,
    row: &agreement::Model,
    next: &Standing,
    change: Change<'_>,
) -> Result<bool, AgreementError> {
    let mut update = agreement::Entity::update_many();
    for (column, value) in cells(next, change)? {
        update = update.col_expr(column, Expr::value(value));
    }
    let outcome = update
        .col_expr(agreement::Column::Rev, Expr::value(row.rev + 1))
        .filter(agreement::Column::Tenant.eq(row.tenant))
        .filter(agreement::Column::Id.eq(row.id))
        .filter(agreement::Column::Rev.eq(row.rev))
        .exec(db)
        .await?;
    for (reference, version) in &next.bound {
        let mut update = agreement_party::Entity::update_many();
        for (column, value) in party_cells(*version, next.leaving.get(reference))? {
            update = update.col_expr(column, Expr::value(value));
        }
        update
            .filter(agreement_party::Column::Tenant.eq(row.tenant))
            .filter(agreement_party::Column::Agreement.eq(row.id))
            .filter(agreement_party::Column::Reference.eq(reference.clone()))
            .exec(db)
            .await?;
    }
    Ok(outcome.rows_affected == 1)
}

/// What a party's row says of it while it is of the agreement.
pub(super) fn party_cells(
    version: Option<u32>,
    notice: Option<&Notice>,
) -> Result<[(agreement_party::Column, Value); 3], AgreementError> {
    use agreement_party::Column as C;
    Ok([
        (C::AcceptedVersion, version.map(int).transpose()?.into()),
        (
            C::LeaveVersion,
            notice.map(|notice| int(notice.version)).transpose()?.into(),
        ),
        (C::LeavesOn, notice.map(|notice| notice.on.to_string()).into()),
    ])
}

/// What the agreement's row says of where it stands; columns left out stay as they are.
pub(super) fn cells(
    next: &Standing,
    change: Change<'_>,
) -> Result<Vec<(agreement::Column, Value)>, AgreementError> {
    use agreement::Column as C;
    let pending = next.pending.as_ref();
    let ending = pending.and_then(|pending| pending.ending.as_ref());
    let day = |day: Option<CivilDate>| Value::from(day.map(|day| day.to_string()));
    let version = |version: Option<u32>| version.map(int).transpose().map(Value::from);
    let seq = pending.map(|pending| int(pending.opened_seq)).transpose()?;
    let in_force = next.in_force_on.map(|_| next.current);
    let mut cells = vec![
        (C::State, next.state.code().into()),
        (C::CurrentVersion, int(next.current)?.into()),
        (C::LastVersion, int(next.last)?.into()),
        (C::InForceVersion, version(in_force)?),
        (C::InForceOn, day(next.in_force_on)),
        (C::VersionOn, day(next.version_on)),
        (C::OpenedSeq, int(next.opened_seq)?.into()),
        (C::HeadSeq, int(next.head_seq)?.into()),
        (C::HeadHash, next.head_hash.bytes().to_vec().into()),
        (C::PendingVersion, version(pending.map(|p| p.version))?),
        (C::PendingKind, pending.map(|p| p.kind.code()).into()),
        (C::PendingSeq, seq.into()),
        (C::PendingEndsOn, day(ending.map(|end| end.effective_on))),
        (
            C::PendingLeaving,
            ending.and_then(|end| end.leaving.clone()).into(),
        ),
        (
            C::EndsVersion,
            version(next.ends.as_ref().map(|end| end.version))?,
        ),
        (C::EndsOn, day(next.ends.as_ref().map(|end| end.on))),
        (C::FiledVersion, version(next.filed)?),
        (C::Changed, change.at.into()),
    ];
    match (change.document, pending) {
        (Some(document), Some(_)) => cells.push((C::PendingSignBy, document.sign_by.to_string().into())),
        (_, None) => cells.push((C::PendingSignBy, day(None))),
        (None, Some(_)) => {}
    }
    if let (Some(document), None) = (change.document, pending) {
        cells.extend([
            (C::Title, document.title.clone().into()),
            (C::TermFrom, document.term.from.to_string().into()),
            (C::TermUntil, document.term.until.to_string().into()),
            (C::SignBy, document.sign_by.to_string().into()),
        ]);
    }
    Ok(cells)
}

/// Marks the parties that are no longer of the agreement.
pub(super) async fn mark_left(
    db: &impl ConnectionTrait,
    row: &agreement::Model,
    reference: &str,
    day: CivilDate,
) -> Result<(), AgreementError> {
    agreement_party::Entity::update_many()
        .col_expr(agreement_party::Column::LeftOn, Expr::value(day.to_string()))
        .filter(agreement_party::Column::Tenant.eq(row.tenant))
        .filter(agreement_party::Column::Agreement.eq(row.id))
        .filter(agreement_party::Column::Reference.eq(reference))
        .exec(db)
        .await?;
    Ok(())
}
