//! The write transaction: business rows, log leaf, event and idempotency record commit together or
//! not at all.

use std::sync::Arc;

use sea_orm::{
    DatabaseTransaction, DbBackend, DbErr, IsolationLevel, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use super::clock::Millis;
use super::db::Db;
use super::id::{Id, Ids};
use super::idempotency::{self, Answer, Once};
use super::problem::Problem;

/// Times a transaction is run again when the database reports a conflict.
const RETRIES: u32 = 3;

/// A write transaction under way. Dropping it without commit undoes everything.
pub struct Tx {
    db: DatabaseTransaction,
    at: Millis,
    ids: Arc<dyn Ids>,
    frozen: bool,
}

impl Tx {
    /// The connection inside the transaction, for stores and queries.
    #[must_use]
    pub fn db(&self) -> &DatabaseTransaction {
        &self.db
    }

    /// The instant of this transaction; the same for all its rows.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.at
    }

    /// A new id.
    #[must_use]
    pub fn new_id<T>(&self) -> Id<T> {
        Id::from_uuid(self.ids.uuid())
    }

    /// Fills `bytes` from the secure random source.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.ids.fill(bytes);
    }

    /// Whether the logs may only be read.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// The kind of database, for the few statements that differ.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        sea_orm::ConnectionTrait::get_database_backend(&self.db)
    }
}

/// Runs `act` in one write transaction and commits if it succeeds. A conflict between transactions
/// (serialisation failure, deadlock, unique race on PostgreSQL) runs it again, at most three times.
///
/// # Errors
/// The act's own problem, or `busy`/`internal` if the database refuses.
pub async fn run<T>(db: &Db, act: impl AsyncFn(&Tx) -> Result<T, Problem>) -> Result<T, Problem> {
    let mut tries = 0;
    loop {
        let tx = begin(db).await?;
        let outcome = match act(&tx).await {
            Ok(value) => tx.db.commit().await.map(|()| value).map_err(Problem::from),
            Err(problem) => {
                tx.db.rollback().await.map_err(Problem::from)?;
                Err(problem)
            }
        };
        match outcome {
            Err(problem) if problem.is_conflict() && tries < RETRIES => tries += 1,
            other => return other,
        }
    }
}

/// Like [`run`], and keeps the answer under the caller's idempotency key in the same transaction. The same
/// key with the same request gives the kept answer and changes nothing.
///
/// # Errors
/// As [`run`]; `idempotency-key-reused` if the key came with another request; `log-rolled-back` while the logs may
/// only be read.
pub async fn once(
    db: &Db,
    key: &Once,
    act: impl AsyncFn(&Tx) -> Result<Answer, Problem>,
) -> Result<Answer, Problem> {
    run(db, async |tx| {
        if tx.is_frozen() {
            return Err(Problem::new("log-rolled-back", 503));
        }
        if let Some(kept) = idempotency::claim(tx, key).await? {
            return Ok(kept);
        }
        let answer = act(tx).await?;
        idempotency::keep(tx, key, &answer).await?;
        Ok(answer)
    })
    .await
}

async fn begin(db: &Db) -> Result<Tx, DbErr> {
    let options = match db.backend() {
        DbBackend::Sqlite => TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        },
        _ => TransactionOptions {
            isolation_level: Some(IsolationLevel::ReadCommitted),
            ..TransactionOptions::default()
        },
    };
    let inner = db.writer().begin_with_options(options).await?;
    Ok(Tx {
        db: inner,
        at: db.clock.now(),
        ids: Arc::clone(&db.ids),
        frozen: db.is_frozen(),
    })
}
