//! The product's services without a server: a database of its own, a clock that stands still until moved.

use std::sync::Arc;

use gongjian_api::app::App;
use gongjian_api::config::Config;
use gongjian_api::kernel::clock::{Millis, TestClock};
use gongjian_api::kernel::db::Db;
use gongjian_api::kernel::id::SystemIds;
use gongjian_api::kernel::keys::Keys;
use gongjian_migrations::{Migrator, MigratorTrait};
use tempfile::TempDir;

use crate::database::TestDatabase;

/// Services on a fresh database.
pub struct Core {
    /// Database, settings, keys.
    pub app: App,
    /// The clock of all of it.
    pub clock: Arc<TestClock>,
    /// Folder of keys and of a SQLite file.
    pub folder: TempDir,
    store: TestDatabase,
}

impl Core {
    /// Makes an empty, migrated database; the clock stands at `at`.
    pub async fn start(at: Millis) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = TestDatabase::create(folder.path()).await;
        let (clock, ids) = (Arc::new(TestClock::at(at)), Arc::new(SystemIds));
        let config = Config {
            database: store.url.clone(),
            keys: folder.path().join("keys"),
            demo: true,
            ..Config::default()
        };
        let keys = Keys::load_or_create(&config.keys, &*ids).unwrap();
        let db = Db::open(&store.url, Arc::clone(&clock) as _, ids).await.unwrap();
        Migrator::up(db.writer(), None).await.unwrap();
        Self {
            app: App::new(db, config, keys),
            clock,
            folder,
            store,
        }
    }

    /// The product on the same database once more, for when the first has been closed.
    pub async fn again(&self) -> App {
        let (clock, ids) = (Arc::clone(&self.clock), Arc::new(SystemIds));
        let config = self.app.config.clone();
        let keys = Keys::load_or_create(&config.keys, &*ids).unwrap();
        let db = Db::open(&config.database, clock as _, ids).await.unwrap();
        App::new(db, config, keys)
    }

    /// Closes and drops the database.
    pub async fn stop(self) {
        self.app.db.close().await.unwrap();
        self.store.drop().await;
    }
}
