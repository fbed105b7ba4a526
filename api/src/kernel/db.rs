//! The database: one writer and some readers on SQLite, one pool on PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr};

use super::clock::Clock;
use super::id::Ids;

/// Handles to the database, with the clock and the id source that write transactions use.
#[derive(Clone)]
pub struct Db {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
    frozen: Arc<AtomicBool>,
}

/// Milliseconds a SQLite writer waits for another one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

impl Db {
    /// Opens `url` (`sqlite:///path/file.sqlite` or `postgres://…`); a SQLite file is created if absent.
    ///
    /// # Errors
    /// Whatever keeps the database from being opened.
    pub async fn open(url: &str, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Self, DbErr> {
        let (writer, reader) = if url.starts_with("sqlite:") {
            (sqlite(url, 1).await?, sqlite(url, 4).await?)
        } else {
            let mut options = ConnectOptions::new(url);
            options
                .max_connections(16)
                .sqlx_logging(false)
                .acquire_timeout(Duration::from_secs(10));
            let pool = Database::connect(options).await?;
            (pool.clone(), pool)
        };
        Ok(Self {
            writer,
            reader,
            clock,
            ids,
            frozen: Arc::default(),
        })
    }

    /// Opens `url` for reading alone; nothing is created or changed.
    ///
    /// # Errors
    /// Whatever keeps the database from being opened.
    pub async fn open_to_read(url: &str) -> Result<DatabaseConnection, DbErr> {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        options.map_sqlx_sqlite_opts(|sqlite| sqlite.read_only(true).busy_timeout(BUSY_TIMEOUT));
        options
            .map_sqlx_postgres_opts(|postgres| postgres.options([("default_transaction_read_only", "on")]));
        Database::connect(options).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// What it reports.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.reader.ping().await
    }

    /// Lets nothing be written to a log any more: the database lacks what was published from it.
    pub fn freeze(&self) {
        self.frozen.store(true, Ordering::SeqCst);
    }

    /// Whether the logs may only be read.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.frozen.load(Ordering::SeqCst)
    }

    /// The connection for reads.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// The connection for writes; only [`super::tx`] and migrations use it.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// The kind of database.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The clock, to be kept.
    #[must_use]
    pub fn shared_clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// The id source.
    #[must_use]
    pub fn ids(&self) -> &dyn Ids {
        &*self.ids
    }

    /// Closes all connections.
    ///
    /// # Errors
    /// Whatever the pool reports.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.close().await?;
        self.writer.close().await
    }
}

async fn sqlite(url: &str, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY_TIMEOUT)
        });
    Database::connect(options).await
}
