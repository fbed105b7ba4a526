//! The instalments of an agreement as they stand.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::agreements::domain::instalment::{Account, Instalment, InstalmentState};
use crate::agreements::domain::owed;
use crate::agreements::entity::{due_line, obligation};
use crate::agreements::error::AgreementError;
use crate::agreements::query::AgreementView;
use crate::kernel::date::CivilDate;
use crate::kernel::scope::Scope;

/// An instalment of an agreement in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueView {
    /// Its address, `2026-1-o1-1`.
    pub place: String,
    /// The obligation.
    pub obligation: Uuid,
    /// Its place among the obligation's instalments.
    pub no: i32,
    /// What is given.
    pub what: String,
    /// The measure's code.
    pub unit: String,
    /// What is owed.
    pub quantity: i32,
    /// Days and account.
    pub standing: Instalment,
    /// The state today.
    pub state: InstalmentState,
}

/// The instalments of an agreement's version in force, obligation by obligation; none before.
///
/// # Errors
/// What the database reports.
pub async fn instalments(
    db: &impl ConnectionTrait,
    scope: Scope,
    view: &AgreementView,
    today: CivilDate,
) -> Result<Vec<DueView>, AgreementError> {
    let owed = obligation::Entity::find()
        .filter(obligation::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(obligation::Column::Agreement.eq(view.id))
        .order_by_asc(obligation::Column::Reference)
        .all(db)
        .await?;
    let mut dues = Vec::new();
    for one in owed {
        if u32::try_from(one.version) != Ok(view.standing.current) {
            continue;
        }
        let rows = due_line::Entity::find()
            .filter(due_line::Column::Tenant.eq(scope.tenant.uuid()))
            .filter(due_line::Column::Obligation.eq(one.id))
            .order_by_asc(due_line::Column::No)
            .all(db)
            .await?;
        for row in rows {
            let standing = standing(&row)?;
            dues.push(DueView {
                place: format!("{}-{}-{}", view.key, one.reference, row.no),
                obligation: one.id,
                no: row.no,
                what: one.what.clone(),
                unit: one.unit.clone(),
                quantity: row.quantity,
                state: standing.state(today),
                standing,
            });
        }
    }
    Ok(dues)
}

fn standing(row: &due_line::Model) -> Result<Instalment, AgreementError> {
    let broken = |_| AgreementError::Broken(format!("instalment {}/{}: day", row.obligation, row.no));
    let day = |text: &str| text.parse::<CivilDate>().map_err(broken);
    Ok(Instalment {
        from: day(&row.from_day)?,
        until: day(&row.until_day)?,
        account: Account {
            delivered: row.delivered,
            confirmed: row.confirmed,
            pending: row.pending,
            disputed: row.disputed,
            met_on: row.met_on.as_deref().map(day).transpose()?,
            waived_on: row.waived_on.as_deref().map(day).transpose()?,
        },
        ended: row.status == owed::CANCELLED,
    })
}
