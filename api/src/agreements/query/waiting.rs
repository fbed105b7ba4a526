//! What an agreement in force waits for: to be filed, to be renewed.

use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder};

use crate::agreements::domain::change::RENEWAL_DAYS;
use crate::agreements::domain::state::State;
use crate::agreements::entity::{agreement, agreement_party, signature};
use crate::agreements::service::file_by;
use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;
use crate::kernel::scope::Scope;
use crate::kernel::todo::Todo;

fn signed() -> Condition {
    let states = [State::Signed.code(), State::InForce.code()];
    Condition::all().add(agreement::Column::State.is_in(states))
}

/// Versions in force that the street has not filed.
pub(super) async fn to_file(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<Todo>, DbErr> {
    use agreement::Column as C;
    let current = Expr::col(C::CurrentVersion);
    let unfiled = Condition::any()
        .add(C::FiledVersion.is_null())
        .add(Expr::col(C::FiledVersion).ne(current));
    let rows = agreement::Entity::find()
        .filter(C::Tenant.eq(scope.tenant.uuid()))
        .filter(signed())
        .filter(unfiled)
        .order_by_asc(C::Id)
        .all(db)
        .await?;
    let mut todos = Vec::with_capacity(rows.len());
    for row in rows {
        let last = signature::Entity::find()
            .filter(signature::Column::Tenant.eq(row.tenant))
            .filter(signature::Column::Agreement.eq(row.id))
            .filter(signature::Column::Version.eq(row.current_version))
            .order_by_desc(signature::Column::Seq)
            .one(db)
            .await?;
        let todo = Todo::new("todo-file", format!("/agreements/{}-{}", row.year, row.n));
        let todo = todo.arg("number", row.number);
        todos.push(match last {
            Some(last) => todo.due(file_by(Millis::new(last.at).day())),
            None => todo,
        });
    }
    Ok(todos)
}

/// Agreements of the scope's party that end soon and could be renewed.
pub(super) async fn to_renew(
    db: &impl ConnectionTrait,
    scope: Scope,
    today: CivilDate,
) -> Result<Vec<Todo>, DbErr> {
    use agreement::Column as C;
    let Some(party) = scope.party else {
        return Ok(Vec::new());
    };
    let mine = agreement_party::Entity::find()
        .filter(agreement_party::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(agreement_party::Column::Party.eq(party.uuid()))
        .filter(agreement_party::Column::LeavesOn.is_null())
        .all(db)
        .await?;
    let rows = agreement::Entity::find()
        .filter(C::Tenant.eq(scope.tenant.uuid()))
        .filter(signed())
        .filter(C::TermUntil.lte(today.plus_days(RENEWAL_DAYS).to_string()))
        .filter(C::PendingVersion.is_null().and(C::EndsOn.is_null()))
        .filter(C::Id.is_in(mine.into_iter().map(|row| row.agreement)))
        .order_by_asc(C::TermUntil)
        .all(db)
        .await?;
    let todo = |row: agreement::Model| {
        let todo = Todo::new("todo-renew", format!("/agreements/{}-{}", row.year, row.n));
        let todo = todo.arg("number", row.number);
        match row.term_until.parse() {
            Ok(day) => todo.due(day),
            Err(_) => todo,
        }
    };
    Ok(rows.into_iter().map(todo).collect())
}
