//! Signing in by login and password, with a lock that always ends.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::entity::person;
use super::password;
use crate::app::App;
use crate::kernel::db::Db;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;

/// Failures before the first lock.
const FREE_TRIES: i32 = 5;
/// Longest lock, milliseconds.
const LONGEST_LOCK_MS: i64 = 3_600_000;

/// Somebody who gave the right password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub person: Uuid,
    /// Wrong passwords given for their login since the last time; they should be told.
    pub failed_before: i32,
}

/// Checks a login and password; tells the person. A hash weaker than the present setting is made anew.
///
/// # Errors
/// `validation` in the same words and after the same work for an unknown login, a wrong password and a
/// locked login; what the database reports.
pub async fn sign_in(app: &App, login: &str, secret: Zeroizing<String>) -> Result<SignedIn, Problem> {
    let wrong = || Problem::validation(vec![Fault::field("password", "sign-in-failed")]);
    if login.len() > 64 || secret.len() > password::MAX_CHARS * 4 {
        return Err(wrong());
    }
    let db = &app.db;
    let row = person::Entity::find()
        .filter(person::Column::Login.eq(login))
        .filter(person::Column::Status.eq("active"))
        .one(db.reader())
        .await?;
    let now = db.clock().now().get();
    let locked = row
        .as_ref()
        .is_some_and(|row| row.locked_until.is_some_and(|until| until > now));
    let stored = row.as_ref().and_then(|row| row.password_hash.clone());
    let right = password::verify(secret.clone(), stored.clone(), app.config.password_kib).await?;
    let Some(row) = row else { return Err(wrong()) };
    if right && !locked {
        if row.failed > 0 {
            remember(db, row.id, 0, None).await?;
        }
        if stored.is_some_and(|hash| password::is_weaker(&hash, app.config.password_kib)) {
            strengthen(app, row.id, secret).await?;
        }
        return Ok(SignedIn {
            person: row.id,
            failed_before: row.failed,
        });
    }
    if !locked {
        let failed = row.failed.saturating_add(1);
        remember(db, row.id, failed, lock_ms(failed).map(|ms| now + ms)).await?;
    }
    Err(wrong())
}

/// How long a login is locked after so many failures in a row: one minute after five, then twice as long
/// each time, never more than an hour.
fn lock_ms(failed: i32) -> Option<i64> {
    let doublings = u32::try_from(failed - FREE_TRIES).ok()?;
    Some((60_000_i64 << doublings.min(10)).min(LONGEST_LOCK_MS))
}

async fn remember(db: &Db, id: Uuid, failed: i32, until: Option<i64>) -> Result<(), Problem> {
    tx::run(db, async |tx| {
        person::Entity::update_many()
            .col_expr(person::Column::Failed, Expr::value(failed))
            .col_expr(person::Column::LockedUntil, Expr::value(until))
            .filter(person::Column::Id.eq(id))
            .exec(tx.db())
            .await?;
        Ok(())
    })
    .await
}

async fn strengthen(app: &App, id: Uuid, secret: Zeroizing<String>) -> Result<(), Problem> {
    let mut salt = [0; 16];
    app.db.ids().fill(&mut salt);
    let hash = password::hash_aside(secret, salt, app.config.password_kib).await?;
    tx::run(&app.db, async |tx| {
        person::Entity::update_many()
            .col_expr(person::Column::PasswordHash, Expr::value(hash.clone()))
            .filter(person::Column::Id.eq(id))
            .exec(tx.db())
            .await?;
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::lock_ms;

    #[test]
    fn locks_double_and_end() {
        assert_eq!(lock_ms(4), None);
        assert_eq!(lock_ms(5), Some(60_000));
        assert_eq!(lock_ms(6), Some(120_000));
        assert_eq!(lock_ms(40), Some(3_600_000));
    }
}
