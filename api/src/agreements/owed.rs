//! The rows of what is owed: obligations and instalments of the version in force.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::domain::document::{Document, Due, Obligation};
use super::domain::ending::settlement_of;
use super::domain::instalment::Account;
use super::domain::owed::{self, Line};
use super::entity::{due_line, obligation};
use super::error::AgreementError;
use super::store::int;
use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;
use crate::kernel::problem::Fault;
use crate::kernel::scope::Scope;

/// An obligation with its instalments.
#[derive(Debug, Clone)]
pub(super) struct Owed {
    pub(super) row: obligation::Model,
    pub(super) lines: Vec<due_line::Model>,
}

/// All obligations there ever were of an agreement, by ref.
pub(super) async fn all(
    db: &impl ConnectionTrait,
    scope: Scope,
    agreement: Uuid,
) -> Result<Vec<Owed>, AgreementError> {
    let rows = obligation::Entity::find()
        .filter(obligation::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(obligation::Column::Agreement.eq(agreement))
        .order_by_asc(obligation::Column::Reference)
        .all(db)
        .await?;
    let lines = due_line::Entity::find()
        .filter(due_line::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(due_line::Column::Obligation.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(due_line::Column::No)
        .all(db)
        .await?;
    let of = |row: obligation::Model| Owed {
        lines: lines
            .iter()
            .filter(|line| line.obligation == row.id)
            .cloned()
            .collect(),
        row,
    };
    Ok(rows.into_iter().map(of).collect())
}

fn read(row: &due_line::Model) -> Result<Line, AgreementError> {
    let broken = || AgreementError::Broken(format!("instalment {} of {}", row.no, row.obligation));
    Ok(Line {
        no: row.no,
        from: row.from_day.parse().map_err(|_| broken())?,
        until: row.until_day.parse().map_err(|_| broken())?,
        quantity: u32::try_from(row.quantity).map_err(|_| broken())?,
        confirmed: u32::try_from(row.confirmed).map_err(|_| broken())?,
        status: row.status.clone(),
    })
}

fn lines_of(owed: &Owed) -> Result<Vec<Line>, AgreementError> {
    owed.lines.iter().map(read).collect()
}

/// Whether nothing is left to be done.
pub(super) async fn is_settled(
    db: &impl ConnectionTrait,
    scope: Scope,
    agreement: Uuid,
) -> Result<bool, AgreementError> {
    for owed in all(db, scope, agreement).await? {
        if lines_of(&owed)?.iter().any(|line| !line.is_settled()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Every place where a version leaves less of an instalment than is confirmed.
pub(super) async fn faults(
    db: &impl ConnectionTrait,
    scope: Scope,
    document: &Document,
) -> Result<Vec<Fault>, AgreementError> {
    let mut faults = Vec::new();
    for before in all(db, scope, document.agreement).await? {
        let place = document
            .obligations
            .iter()
            .position(|owed| owed.reference == before.row.reference);
        let due = place
            .and_then(|i| document.obligations.get(i))
            .map_or(&[][..], |owed| owed.due.as_slice());
        let Err(short) = owed::replaced(&lines_of(&before)?, due) else {
            continue;
        };
        for line in short {
            let pointer = place.map_or("/obligations".to_owned(), |i| {
                format!("/obligations/{i}/quantity")
            });
            faults.push(
                Fault::pointer(pointer, "below-confirmed")
                    .value(&line.confirmed.to_string())
                    .arg("from", line.from.to_string())
                    .arg("until", line.until.to_string()),
            );
        }
    }
    Ok(faults)
}

/// Replaces what is owed by what a version says, which all have signed on `day`.
pub(super) async fn replace(
    db: &impl ConnectionTrait,
    scope: Scope,
    document: &Document,
    day: CivilDate,
) -> Result<(), AgreementError> {
    let faults = faults(db, scope, document).await?;
    if !faults.is_empty() {
        return Err(AgreementError::BelowConfirmed(faults));
    }
    let before = all(db, scope, document.agreement).await?;
    write(db, &before, bound(document, &before, day)?).await
}

/// What is owed once all have signed a version on `day`; what stands on the accounts stays.
pub(super) fn bound(
    document: &Document,
    before: &[Owed],
    day: CivilDate,
) -> Result<Vec<Owed>, AgreementError> {
    let replaced = |known: Option<&Owed>, due: &[Due]| {
        let old = known.map(lines_of).transpose()?.unwrap_or_default();
        owed::replaced(&old, due).map_err(|_| AgreementError::Broken("confirmed and left out".to_owned()))
    };
    let mut after = Vec::new();
    for owed in &document.obligations {
        let known = before.iter().find(|b| b.row.reference == owed.reference);
        let lines = replaced(known, &owed.due)?;
        after.push(written(row(document, owed)?, known, &lines, day)?);
    }
    let kept: BTreeSet<&str> = document
        .obligations
        .iter()
        .map(|owed| owed.reference.as_str())
        .collect();
    for gone in before.iter().filter(|b| !kept.contains(b.row.reference.as_str())) {
        let lines = replaced(Some(gone), &[])?;
        after.push(written(gone.row.clone(), Some(gone), &lines, day)?);
    }
    Ok(after)
}

fn row(document: &Document, owed: &Obligation) -> Result<obligation::Model, AgreementError> {
    Ok(obligation::Model {
        id: owed::id_of(document.agreement, &owed.reference),
        tenant: document.tenant,
        agreement: document.agreement,
        version: int(document.version)?,
        reference: owed.reference.clone(),
        from_ref: owed.from.clone(),
        to_refs: serde_json::to_string(&owed.to).map_err(|e| AgreementError::Broken(e.to_string()))?,
        area: owed.area.code().to_owned(),
        what: owed.what.clone(),
        unit: owed.unit.code().to_owned(),
        quantity: int(owed.quantity)?,
        offer: owed.offer,
        need: owed.need,
    })
}

/// An obligation with its instalments as they are from `day` on; what stands on their accounts stays.
fn written(
    row: obligation::Model,
    known: Option<&Owed>,
    lines: &[Line],
    day: CivilDate,
) -> Result<Owed, AgreementError> {
    let since = |is: bool, known: Option<&String>| {
        let known = known.cloned().unwrap_or_else(|| day.to_string());
        is.then_some(known)
    };
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let was = known.and_then(|known| known.lines.iter().find(|l| l.no == line.no));
        let met = line.confirmed > 0 && line.confirmed >= line.quantity;
        rows.push(due_line::Model {
            tenant: row.tenant,
            obligation: row.id,
            no: line.no,
            from_day: line.from.to_string(),
            until_day: line.until.to_string(),
            quantity: int(line.quantity)?,
            delivered: was.map_or(0, |was| was.delivered),
            confirmed: int(line.confirmed)?,
            status: line.status.clone(),
            changed: was.and_then(|was| was.changed),
            pending: was.map_or(0, |was| was.pending),
            disputed: was.map_or(0, |was| was.disputed),
            met_on: since(met, was.and_then(|was| was.met_on.as_ref())),
            waived_on: since(
                line.status == owed::WAIVED,
                was.and_then(|was| was.waived_on.as_ref()),
            ),
        });
    }
    Ok(Owed { row, lines: rows })
}

/// Writes what differs from before.
async fn write(db: &impl ConnectionTrait, before: &[Owed], after: Vec<Owed>) -> Result<(), AgreementError> {
    for Owed { row, lines } in after {
        let known = before.iter().find(|b| b.row.id == row.id);
        match known {
            Some(known) if known.row == row => {}
            Some(_) => drop(row.into_active_model().reset_all().update(db).await?),
            None => {
                obligation::Entity::insert(row.into_active_model().reset_all())
                    .exec_without_returning(db)
                    .await?;
            }
        }
        for line in lines {
            let was = known.and_then(|known| known.lines.iter().find(|l| l.no == line.no));
            match was {
                Some(was) if *was == line => {}
                Some(_) => drop(line.into_active_model().reset_all().update(db).await?),
                None => {
                    due_line::Entity::insert(line.into_active_model().reset_all())
                        .exec_without_returning(db)
                        .await?;
                }
            }
        }
    }
    Ok(())
}

/// Ends what is owed: all of it, or only what is owed by or only to the party that leaves.
pub(super) async fn end(
    db: &impl ConnectionTrait,
    scope: Scope,
    document: &Document,
    day: CivilDate,
    leaving: Option<&str>,
) -> Result<(), AgreementError> {
    let before = all(db, scope, document.agreement).await?;
    write(db, &before, ended(document, &before, (day, leaving))?).await
}

/// What is owed after an end; only those obligations it touches.
pub(super) fn ended(
    document: &Document,
    before: &[Owed],
    (day, leaving): (CivilDate, Option<&str>),
) -> Result<Vec<Owed>, AgreementError> {
    let mut after = Vec::new();
    for owed in before {
        let to: Vec<String> =
            serde_json::from_str(&owed.row.to_refs).map_err(|e| AgreementError::Broken(e.to_string()))?;
        let ends = |party: &str| owed.row.from_ref == party || to == [party];
        if !leaving.is_none_or(ends) {
            continue;
        }
        let end = |line: Line| {
            let settlement = settlement_of(document, &owed.row.reference, (line.from, line.until));
            owed::ended(&line, day, settlement)
        };
        let lines: Vec<Line> = lines_of(owed)?.into_iter().map(end).collect();
        after.push(written(owed.row.clone(), Some(owed), &lines, day)?);
    }
    Ok(after)
}

/// The instalment with what now stands on its account. What was taken away stays so unless it was met before.
pub(super) fn posted(row: due_line::Model, account: &Account, at: Millis) -> due_line::Model {
    let day = |day: Option<CivilDate>| day.map(|day| day.to_string());
    let status = match account {
        Account {
            waived_on: Some(_), ..
        } => owed::WAIVED,
        Account { met_on: Some(_), .. } => owed::MET,
        _ if row.status == owed::CANCELLED => owed::CANCELLED,
        Account { confirmed: 1.., .. } => owed::SHORT,
        Account { .. } => owed::PLANNED,
    };
    due_line::Model {
        delivered: account.delivered,
        confirmed: account.confirmed,
        pending: account.pending,
        disputed: account.disputed,
        met_on: day(account.met_on),
        waived_on: day(account.waived_on),
        status: status.to_owned(),
        changed: Some(at.get()),
        ..row
    }
}

/// Instalments that are still open, each with the ref of its obligation.
pub(super) async fn open(
    db: &impl ConnectionTrait,
    scope: Scope,
    agreement: Uuid,
) -> Result<Vec<(String, Line)>, AgreementError> {
    let mut open = Vec::new();
    for owed in all(db, scope, agreement).await? {
        let lines = lines_of(&owed)?.into_iter().filter(|line| !line.is_settled());
        open.extend(lines.map(|line| (owed.row.reference.clone(), line)));
    }
    Ok(open)
}
