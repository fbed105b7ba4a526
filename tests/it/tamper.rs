//! Two hundred changes made behind the product's back, on a street after a whole round: each is found, and the row
//! is named.

use std::collections::BTreeSet;

use gongjian_api::cli::verify::{Audited, Beside, audit, exit_code_of};
use gongjian_api::kernel::db::Db;
use gongjian_tests::whole;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, QueryResult, Statement,
    TransactionTrait, Value,
};
use uuid::Uuid;

/// Changes made and found.
const CHANGES: usize = 200;

/// A table that is immutable or follows from the log, and the column people know a row by.
struct Target {
    table: &'static str,
    label: &'static str,
    /// What the log does not tell, for no act depends on it.
    apart: &'static [&'static str],
}

const TARGETS: [Target; 23] = [
    target("party", "name", &[]),
    target("membership", "id", &[]),
    target("credential", "kid", &[]),
    target("client", "name", &[]),
    target("list_entry", "title", &[]),
    target("plan", "id", &[]),
    target("proposal", "no", &[]),
    target("meeting", "no", &[]),
    target("agenda_item", "item", &[]),
    target("decision", "item", &[]),
    target("agreement", "number", &[]),
    target("agreement_party", "name", &[]),
    target("agreement_version", "version", &[]),
    target("signature", "seq", &[]),
    target("obligation", "ref", &[]),
    target("due_line", "from_day", &[]),
    target("delivery", "on_day", &[]),
    target("review", "by_ref", &[]),
    target("fact", "hash", &[]),
    target("log_leaf", "idx", &[]),
    target("log_tile", "n", &[]),
    target("log_head", "size", &[]),
    target("checkpoint", "size", &["cut"]),
];

const fn target(table: &'static str, label: &'static str, apart: &'static [&'static str]) -> Target {
    Target { table, label, apart }
}

/// Repeats for a seed (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most.max(1)).unwrap()).unwrap()
    }
}

fn place(db: &impl ConnectionTrait) -> &'static str {
    match db.get_database_backend() {
        DbBackend::Postgres => "ctid",
        _ => "rowid",
    }
}

async fn rows(db: &impl ConnectionTrait, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap()
}

/// Columns with the kind of their values: `uuid`, `text`, `int`, `bytes`, `flag`.
async fn columns(db: &impl ConnectionTrait, table: &str) -> Vec<(String, &'static str)> {
    let (sql, name, kind) = match db.get_database_backend() {
        DbBackend::Postgres => (
            format!(
                "SELECT column_name AS name, data_type AS kind FROM information_schema.columns WHERE table_name = '{table}' AND table_schema = current_schema()"
            ),
            "name",
            "kind",
        ),
        _ => (
            format!("SELECT name, type AS kind FROM pragma_table_info('{table}')"),
            "name",
            "kind",
        ),
    };
    let mut found: Vec<(String, &'static str)> = rows(db, &sql)
        .await
        .iter()
        .map(|row| {
            let told: String = row.try_get("", kind).unwrap();
            let told = told.to_lowercase();
            let plain = if told.contains("uuid") {
                "uuid"
            } else if told.contains("int") {
                "int"
            } else if told.contains("bool") {
                "flag"
            } else if told.contains("blob") || told.contains("bytea") {
                "bytes"
            } else {
                "text"
            };
            (row.try_get("", name).unwrap(), plain)
        })
        .collect();
    found.sort();
    found
}

/// One change; `None` if the table is empty.
struct Change {
    table: &'static str,
    /// In words, for a failure.
    told: String,
    sql: String,
    values: Vec<Value>,
    /// How the place of a finding may begin.
    named: Vec<String>,
}

async fn label(db: &impl ConnectionTrait, target: &Target, at: usize) -> String {
    let (table, label, place) = (target.table, target.label, place(db));
    let row = &rows(
        db,
        &format!("SELECT {label} AS v FROM {table} ORDER BY {place} LIMIT 1 OFFSET {at}"),
    )
    .await[0];
    if let Ok(text) = row.try_get::<String>("", "v") {
        return text;
    }
    if let Ok(id) = row.try_get::<Uuid>("", "v") {
        return id.to_string();
    }
    if let Ok(n) = row.try_get::<i64>("", "v") {
        return n.to_string();
    }
    if let Ok(n) = row.try_get::<i32>("", "v") {
        return n.to_string();
    }
    gongjian_api::log::replay::bytes_told(&row.try_get::<Vec<u8>>("", "v").unwrap())
}

/// Another value than the one that is there.
async fn other(
    db: &impl ConnectionTrait,
    table: &str,
    column: &str,
    kind: &str,
    at: usize,
    chance: &mut Chance,
) -> Value {
    let place = place(db);
    let sql = format!("SELECT {column} AS v FROM {table} ORDER BY {place} LIMIT 1 OFFSET {at}");
    let row = &rows(db, &sql).await[0];
    match kind {
        "uuid" => Uuid::from_u128(u128::from(chance.0) + 1).into(),
        "int" => {
            let wide = row
                .try_get::<Option<i64>>("", "v")
                .ok()
                .map(|n| Value::from(n.map_or(7, |n| n + 1)));
            wide.unwrap_or_else(|| {
                row.try_get::<Option<i32>>("", "v")
                    .unwrap()
                    .map_or(7, |n| n + 1)
                    .into()
            })
        }
        "flag" => (!row.try_get::<bool>("", "v").unwrap()).into(),
        "bytes" => match row.try_get::<Option<Vec<u8>>>("", "v").unwrap() {
            Some(mut bytes) if !bytes.is_empty() => {
                let i = chance.below(bytes.len());
                bytes[i] ^= 1 << chance.below(8);
                bytes.into()
            }
            _ => vec![7_u8; 32].into(),
        },
        _ => match row.try_get::<Option<String>>("", "v").unwrap() {
            Some(text) if text.chars().any(char::is_alphanumeric) => {
                let places: Vec<usize> = text
                    .char_indices()
                    .filter(|(_, c)| c.is_alphanumeric())
                    .map(|(i, _)| i)
                    .collect();
                let i = places[chance.below(places.len())];
                let old = text[i..].chars().next().unwrap();
                let new = if old == '7' { '8' } else { '7' };
                format!("{}{new}{}", &text[..i], &text[i + old.len_utf8()..]).into()
            }
            _ => "7".into(),
        },
    }
}

async fn change(db: &impl ConnectionTrait, chance: &mut Chance) -> Option<Change> {
    let target = &TARGETS[chance.below(TARGETS.len())];
    let (table, place) = (target.table, place(db));
    let count: i64 = rows(db, &format!("SELECT count(*) AS n FROM {table}")).await[0]
        .try_get("", "n")
        .unwrap();
    let count = usize::try_from(count).unwrap();
    let at = chance.below(count);
    let row =
        |at: usize| format!("{place} = (SELECT {place} FROM {table} ORDER BY {place} LIMIT 1 OFFSET {at})");
    let known = label(db, target, at).await;
    let columns: Vec<(String, &str)> = columns(db, table)
        .await
        .into_iter()
        .filter(|(name, _)| !target.apart.contains(&name.as_str()))
        .collect();
    let (column, kind) = columns[chance.below(columns.len())].clone();
    let mut named = vec![match table {
        "log_tile" => "log_tile[".to_owned(),
        "log_head" => "log_head".to_owned(),
        _ => format!("{table}[*{known}"),
    }];
    let (sql, values, told) = match chance.below(10) {
        0 | 1 => {
            named.push(format!("{table}["));
            (
                format!("DELETE FROM {table} WHERE {}", row(at)),
                Vec::new(),
                format!("delete {table} {known}"),
            )
        }
        2 | 3 if count > 1 => {
            let with = (at + 1 + chance.below(count - 1)) % count;
            let first = format!("SELECT {column} FROM {table} WHERE {}", row(with));
            let differs = rows(
                db,
                &format!(
                    "SELECT 1 AS one FROM {table} WHERE {} AND {column} IS DISTINCT FROM ({first})",
                    row(at)
                ),
            )
            .await;
            if differs.is_empty() {
                return None;
            }
            (
                format!("UPDATE {table} SET {column} = ({first}) WHERE {}", row(at)),
                Vec::new(),
                format!("put {table}.{column} of row {with} into {known}"),
            )
        }
        4 if columns.iter().any(|(name, _)| name == "id") => {
            let list = columns.iter().map(|(name, _)| name.as_str());
            let all: Vec<&str> = list.clone().collect();
            let picked: Vec<&str> = list.map(|name| if name == "id" { "$1" } else { name }).collect();
            let new = Uuid::from_u128(u128::from(chance.0) + 1);
            if target.label == "id" {
                named.push(format!("{table}[*{new}"));
            }
            (
                format!(
                    "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE {}",
                    all.join(","),
                    picked.join(","),
                    row(at)
                ),
                vec![new.into()],
                format!("insert {table} like {known}"),
            )
        }
        _ => {
            let value = other(db, table, &column, kind, at, chance).await;
            (
                format!("UPDATE {table} SET {column} = $1 WHERE {}", row(at)),
                vec![value],
                format!("change {table}.{column} of {known}"),
            )
        }
    };
    // The signatures over an enrolment stand with its fact; an obligation's id is known by its due lines alone.
    if table == "fact" {
        named.push("credential[".to_owned());
    }
    if (table, column.as_str()) == ("obligation", "id") {
        named.push("due_line[".to_owned());
    }
    Some(Change {
        table,
        told,
        sql,
        values,
        named,
    })
}

fn names(all: &[Audited], named: &[String]) -> bool {
    let places = || {
        all.iter()
            .flat_map(|street| &street.findings)
            .map(|finding| finding.place.as_str())
    };
    places().any(|place| {
        named.iter().any(|named| match named.split_once('*') {
            Some((table, row)) => place.starts_with(table) && place.contains(row),
            None => place.starts_with(named.as_str()),
        })
    })
}

async fn triggers_off(db: &DatabaseConnection) {
    match db.get_database_backend() {
        DbBackend::Postgres => {
            for target in &TARGETS {
                db.execute_unprepared(&format!("ALTER TABLE {} DISABLE TRIGGER USER", target.table))
                    .await
                    .unwrap();
            }
        }
        _ => {
            for row in rows(db, "SELECT name FROM sqlite_master WHERE type = 'trigger'").await {
                let name: String = row.try_get("", "name").unwrap();
                db.execute_unprepared(&format!("DROP TRIGGER {name}"))
                    .await
                    .unwrap();
            }
        }
    }
}

async fn apply(tx: &DatabaseTransaction, change: &Change) -> Result<u64, DbErr> {
    let statement =
        Statement::from_sql_and_values(tx.get_database_backend(), &change.sql, change.values.clone());
    tx.execute_raw(statement).await.map(|done| done.rows_affected())
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "the seeds are told, to be tried again")]
async fn every_change_behind_the_products_back_is_found_and_named() {
    let office = whole::year().await;
    let db = office.db.writer();
    let beside = Beside {
        anchor: Some(&office.app.config.keys),
        ..Beside::default()
    };
    let untouched = audit(db, &beside).await.unwrap();
    assert_eq!(exit_code_of(&untouched), 0, "{untouched:#?}");
    assert!(untouched[0].leaves > 256);
    let read_only = Db::open_to_read(&office.app.database).await.unwrap();
    assert_eq!(exit_code_of(&audit(&read_only, &beside).await.unwrap()), 0);
    assert!(
        read_only.execute_unprepared("DELETE FROM party").await.is_err(),
        "it only reads"
    );
    read_only.close().await.unwrap();
    triggers_off(db).await;
    let (mut missed, mut hit) = (Vec::new(), BTreeSet::new());
    let (mut made, mut seed) = (0, 0);
    while made < CHANGES {
        seed += 1;
        let mut chance = Chance(0x9e37_79b9_7f4a_7c15 ^ (seed << 20 | seed));
        for _ in 0..3 {
            chance.below(2);
        }
        let tx = db.begin().await.unwrap();
        let Some(change) = change(&tx, &mut chance).await else {
            tx.rollback().await.unwrap();
            continue;
        };
        // What the database itself refuses is no change.
        if apply(&tx, &change).await.is_ok_and(|rows| rows == 1) {
            made += 1;
            hit.insert(change.table);
            match audit(&tx, &beside).await {
                Ok(all) if exit_code_of(&all) != 0 && names(&all, &change.named) => {}
                outcome => missed.push(format!("seed {seed}: {} → {outcome:?}", change.told)),
            }
        }
        tx.rollback().await.unwrap();
    }
    assert_eq!(hit.len(), TARGETS.len(), "every table is hit: {hit:?}");
    println!("{CHANGES} changes of the seeds 1 to {seed}");
    assert!(
        missed.is_empty(),
        "{} missed:\n{}",
        missed.len(),
        missed.join("\n")
    );
    assert_eq!(exit_code_of(&audit(db, &beside).await.unwrap()), 0);
    office.stop().await;
}
