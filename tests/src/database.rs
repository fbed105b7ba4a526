//! A database of its own for each test: a SQLite file, or a PostgreSQL database that is dropped after.

use std::path::Path;

use sea_orm::{ConnectionTrait, Database};
use uuid::Uuid;

/// Where a test's database is.
pub struct TestDatabase {
    /// The address the product opens.
    pub url: String,
    server: Option<(String, String)>,
}

/// The PostgreSQL server's address, if the tests run on one.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the test run's own switch")]
pub fn server() -> Option<String> {
    std::env::var("GONGJIAN_TEST_DB")
        .ok()
        .filter(|url| !url.is_empty())
}

impl TestDatabase {
    /// Makes an empty database; SQLite files go into `dir`.
    #[expect(clippy::disallowed_methods, reason = "names of throw-away databases")]
    pub async fn create(dir: &Path) -> Self {
        let Some(server) = server() else {
            let url = format!("sqlite://{}", dir.join("test.sqlite").display());
            return Self { url, server: None };
        };
        let name = format!("gj_{}", Uuid::now_v7().simple());
        let admin = Database::connect(&server).await.unwrap();
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await
            .unwrap();
        admin.close().await.unwrap();
        let url = server.replacen("/postgres?", &format!("/{name}?"), 1);
        Self {
            url,
            server: Some((server, name)),
        }
    }

    /// Drops a PostgreSQL database; a SQLite file goes with its folder.
    pub async fn drop(self) {
        if let Some((server, name)) = self.server {
            let admin = Database::connect(&server).await.unwrap();
            admin
                .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
                .await
                .unwrap();
            admin.close().await.unwrap();
        }
    }
}
