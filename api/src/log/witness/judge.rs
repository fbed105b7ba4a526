//! The witness itself: what it signed last, kept in a database of its own, and its answer to each request. What it
//! signs is written down before it answers.

use std::path::Path;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use super::request::AddCheckpoint;
use crate::kernel::clock::Millis;
use crate::log::checkpoint::Checkpoint;
use crate::log::hash::Hash32;
use crate::log::note::{NoteSigner, SignatureLine, VerifierKey};
use crate::log::tree;

/// A witness.
pub struct Witness {
    state: DatabaseConnection,
    key: NoteSigner,
    logs: Vec<VerifierKey>,
}

/// What a witness answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// 200: its line.
    Signed(SignatureLine),
    /// 400: not a request, or one that goes back.
    Malformed,
    /// 403: no log it knows signed the checkpoint.
    NotSigned,
    /// 404: it does not know the log.
    UnknownLog,
    /// 409: it signed this size last, or this size with another root.
    Conflict(u64),
    /// 422: the proof does not hold.
    Unproven,
}

const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS signed (origin TEXT PRIMARY KEY, size BIGINT NOT NULL, root BLOB NOT NULL, \
     note TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS fork (origin TEXT NOT NULL, size BIGINT NOT NULL, at BIGINT NOT NULL, \
     note TEXT NOT NULL, PRIMARY KEY (origin, size, note))",
];

impl Witness {
    /// A witness with its state in a SQLite file, which is made if it is not there.
    ///
    /// # Errors
    /// What keeps the file from being opened.
    pub async fn open(state: &Path, key: NoteSigner, logs: Vec<VerifierKey>) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", state.display()));
        // One connection: requests are judged one after the other.
        options.max_connections(1).sqlx_logging(false);
        let state = Database::connect(options).await?;
        state.execute_unprepared("PRAGMA synchronous = FULL").await?;
        for table in TABLES {
            state.execute_unprepared(table).await?;
        }
        Ok(Self { state, key, logs })
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        self.key.verifier()
    }

    /// Judges a request and, if it signs, keeps what it signed first.
    ///
    /// # Errors
    /// What its database reports; then nothing is signed.
    pub async fn add(&self, body: &str, now: Millis) -> Result<Answer, DbErr> {
        let Ok(asked) = body.parse::<AddCheckpoint>() else {
            return Ok(Answer::Malformed);
        };
        let Ok(checkpoint) = asked.note.text.parse::<Checkpoint>() else {
            return Ok(Answer::Malformed);
        };
        let mut keys = self
            .logs
            .iter()
            .filter(|key| key.name() == checkpoint.origin)
            .peekable();
        if keys.peek().is_none() {
            return Ok(Answer::UnknownLog);
        }
        let signed = |key: &VerifierKey| {
            asked
                .note
                .lines
                .iter()
                .any(|line| key.check(&asked.note.text, line).is_some())
        };
        if !keys.any(signed) {
            return Ok(Answer::NotSigned);
        }
        if asked.old > checkpoint.size {
            return Ok(Answer::Malformed);
        }
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.state.begin_with_options(options).await?;
        let answer = self.compare(&tx, &asked, &checkpoint, now).await?;
        tx.commit().await?;
        Ok(answer)
    }

    async fn compare(
        &self,
        tx: &DatabaseTransaction,
        asked: &AddCheckpoint,
        checkpoint: &Checkpoint,
        now: Millis,
    ) -> Result<Answer, DbErr> {
        let (size, root) = last(tx, &checkpoint.origin).await?;
        if checkpoint.size == size && size > 0 && checkpoint.root != root {
            let values = [
                checkpoint.origin.clone().into(),
                signed(size).into(),
                now.get().into(),
                asked.note.to_string().into(),
            ];
            let sql = "INSERT OR IGNORE INTO fork (origin, size, at, note) VALUES ($1, $2, $3, $4)";
            run(tx, sql, values).await?;
            tracing::error!(
                origin = checkpoint.origin,
                size,
                "the log signed two histories; the proof is kept"
            );
            return Ok(Answer::Conflict(size));
        }
        if asked.old != size {
            return Ok(Answer::Conflict(size));
        }
        let proven = match size {
            0 => asked.proof.is_empty(),
            _ => tree::verify_consistency(size, &root, checkpoint.size, &checkpoint.root, &asked.proof),
        };
        if !proven {
            return Ok(Answer::Unproven);
        }
        let values = [
            checkpoint.origin.clone().into(),
            signed(checkpoint.size).into(),
            checkpoint.root.bytes().to_vec().into(),
            asked.note.to_string().into(),
        ];
        let sql = "INSERT INTO signed (origin, size, root, note) VALUES ($1, $2, $3, $4) ON CONFLICT (origin) \
                   DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note";
        run(tx, sql, values).await?;
        let time = u64::try_from(now.seconds()).unwrap_or(0);
        Ok(Answer::Signed(self.key.line(&asked.note.text, time)))
    }

    /// Notes that prove that a log signed two histories.
    ///
    /// # Errors
    /// What its database reports.
    pub async fn forks(&self) -> Result<Vec<String>, DbErr> {
        let sql = "SELECT note FROM fork ORDER BY at";
        let statement = Statement::from_string(self.state.get_database_backend(), sql);
        let rows = self.state.query_all_raw(statement).await?;
        rows.iter().map(|row| row.try_get("", "note")).collect()
    }
}

/// Size and root signed last; 0 and the empty root if nothing was.
async fn last(tx: &DatabaseTransaction, origin: &str) -> Result<(u64, Hash32), DbErr> {
    let statement = Statement::from_sql_and_values(
        tx.get_database_backend(),
        "SELECT size, root FROM signed WHERE origin = $1",
        [origin.into()],
    );
    let Some(row) = tx.query_one_raw(statement).await? else {
        return Ok((0, tree::empty_root()));
    };
    let (size, root): (i64, Vec<u8>) = (row.try_get("", "size")?, row.try_get("", "root")?);
    let broken = || DbErr::Custom("the witness's own state cannot be read".to_owned());
    Ok((
        u64::try_from(size).map_err(|_| broken())?,
        Hash32::from_slice(&root).ok_or_else(broken)?,
    ))
}

async fn run(tx: &DatabaseTransaction, sql: &str, values: [sea_orm::Value; 4]) -> Result<(), DbErr> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.execute_raw(statement).await.map(drop)
}

fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
