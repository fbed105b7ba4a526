//! How much a database holds, table by table: what a refused request must not change.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// Tables that reading pages writes to.
const PASSING: [&str; 2] = ["session", "seaql_migrations"];
/// Tables whose rows count their changes.
const COUNTED: [&str; 4] = ["agreement", "draft", "import", "list_entry"];

/// Rows of each table and changes of each counted one.
pub async fn census(db: &DatabaseConnection) -> BTreeMap<String, i64> {
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        _ => "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = 'public'",
    };
    let statement = Statement::from_string(backend, sql);
    let mut counts = BTreeMap::new();
    for row in db.query_all_raw(statement).await.unwrap() {
        let table: String = row.try_get("", "name").unwrap();
        if PASSING.contains(&table.as_str()) {
            continue;
        }
        let rows = number(db, &format!("SELECT count(*) AS n FROM {table}")).await;
        if COUNTED.contains(&table.as_str()) {
            let sql = format!("SELECT CAST(coalesce(sum(rev), 0) AS BIGINT) AS n FROM {table}");
            counts.insert(format!("{table} revisions"), number(db, &sql).await);
        }
        counts.insert(table, rows);
    }
    assert!(counts.len() > 30, "tables are missing: {counts:?}");
    counts
}

async fn number(db: &DatabaseConnection, sql: &str) -> i64 {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get("", "n").unwrap()
}
