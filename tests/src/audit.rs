//! Whether a database is whole: what signing writes is there in full or not at all.

use std::collections::{BTreeMap, BTreeSet};

use gongjian_api::log::hash::Hash32;
use gongjian_api::log::leaf::{self, Leaf};
use gongjian_api::log::tree;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, QueryResult, Statement, TryGetable,
};
use serde_json::Value;
use uuid::Uuid;

/// A signature as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Whose agreement.
    pub agreement: Uuid,
    /// Its place among the agreement's signatures.
    pub seq: i32,
    /// Index of its leaf.
    pub leaf: i64,
    /// Its digest, b64u.
    pub digest: String,
    party: String,
    version: i32,
    chain: Vec<u8>,
}

/// What a whole database holds.
#[derive(Debug, Default)]
pub struct Found {
    /// Leaves of the log.
    pub size: usize,
    /// Signatures by what was sent as `signature`.
    pub signatures: BTreeMap<String, Stored>,
    /// States of agreements.
    pub states: BTreeMap<Uuid, String>,
    hashes: Vec<Hash32>,
}

/// Waits until no other connection of a PostgreSQL database is left: a killed client's last commit may still
/// be under way.
pub async fn quiet(url: &str) {
    if url.starts_with("sqlite:") {
        return;
    }
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await.unwrap();
    let sql = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() \
               AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
    for _ in 0..1000 {
        if get::<i64>(&rows(&db, sql).await[0], "n") == 0 {
            db.close().await.unwrap();
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the killed server's connections stay open");
}

async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(statement).await.unwrap()
}

fn get<T: TryGetable>(row: &QueryResult, column: &str) -> T {
    row.try_get("", column).unwrap()
}

fn hash(row: &QueryResult, column: &str) -> Hash32 {
    Hash32::from_slice(&get::<Vec<u8>>(row, column)).unwrap()
}

/// Reads everything that signing writes and fails on any half of it. Nobody may write meanwhile.
pub async fn whole(db: &DatabaseConnection) -> Found {
    let mut found = Found::default();
    let leaves = log(db, &mut found).await;
    signatures(db, &mut found).await;
    agreements(db, &mut found).await;
    let told: BTreeSet<i64> = (0..)
        .zip(&leaves)
        .filter(|(_, leaf)| leaf.kind == "agreement.accepted")
        .map(|(idx, _)| idx)
        .collect();
    let signed: BTreeSet<i64> = found.signatures.values().map(|s| s.leaf).collect();
    assert_eq!(
        signed, told,
        "each signature has one leaf and each leaf its signature"
    );
    assert_eq!(signed.len(), found.signatures.len(), "no leaf tells of two");
    for stored in found.signatures.values() {
        let leaf = &leaves[usize::try_from(stored.leaf).unwrap()];
        assert_eq!(leaf.subject.id, stored.agreement);
        assert_eq!(leaf.number("seq"), Some(u64::try_from(stored.seq).unwrap()));
        assert_eq!(leaf.text("signature"), Some(stored.digest.as_str()));
    }
    versions(db, &found, &leaves).await;
    found
}

/// The log: no gap, hashes that fit, the head's root, one event for each leaf.
async fn log(db: &DatabaseConnection, found: &mut Found) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let mut kinds = Vec::new();
    for (n, row) in (0_i64..).zip(
        rows(
            db,
            "SELECT idx, leaf_hash, bytes, kind FROM log_leaf ORDER BY idx",
        )
        .await,
    ) {
        let bytes: Vec<u8> = get(&row, "bytes");
        let leaf = Leaf::parse(&bytes).unwrap();
        assert_eq!(get::<i64>(&row, "idx"), n, "the log has a gap");
        assert_eq!(i64::try_from(leaf.index), Ok(n));
        assert_eq!(leaf::hash(&bytes), hash(&row, "leaf_hash"));
        assert_eq!(get::<String>(&row, "kind"), leaf.kind);
        found.hashes.push(leaf::hash(&bytes));
        kinds.push((n, leaf.kind.clone()));
        leaves.push(leaf);
    }
    found.size = leaves.len();
    let head = rows(db, "SELECT size, root FROM log_head").await;
    assert_eq!(get::<i64>(&head[0], "size"), i64::try_from(found.size).unwrap());
    assert_eq!(hash(&head[0], "root"), tree::root_of(&found.hashes));
    let events: Vec<(i64, String)> = rows(db, "SELECT idx, kind FROM outbox ORDER BY idx")
        .await
        .iter()
        .map(|row| (get(row, "idx"), get(row, "kind")))
        .collect();
    assert_eq!(events, kinds, "each leaf has its event");
    leaves
}

async fn signatures(db: &DatabaseConnection, found: &mut Found) {
    let sql = "SELECT agreement, seq, version, party_ref, signature, digest, chain, leaf FROM signature ORDER BY leaf";
    for row in rows(db, sql).await {
        let stored = Stored {
            agreement: get(&row, "agreement"),
            seq: get(&row, "seq"),
            leaf: get(&row, "leaf"),
            digest: hash(&row, "digest").b64u(),
            party: get(&row, "party_ref"),
            version: get(&row, "version"),
            chain: get(&row, "chain"),
        };
        let twice = found.signatures.insert(get(&row, "signature"), stored);
        assert_eq!(twice, None, "a signature is stored twice");
    }
}

/// Each agreement stands where its signatures put it; obligations are there once all have signed, not before.
async fn agreements(db: &DatabaseConnection, found: &mut Found) {
    let mut parties: BTreeMap<Uuid, BTreeMap<String, Option<i32>>> = BTreeMap::new();
    for row in rows(db, "SELECT agreement, ref, accepted_version FROM agreement_party").await {
        let refs = parties.entry(get(&row, "agreement")).or_default();
        refs.insert(get(&row, "ref"), get(&row, "accepted_version"));
    }
    let mut owed: BTreeMap<Uuid, usize> = BTreeMap::new();
    let sql = "SELECT o.agreement, (SELECT count(*) FROM due_line d WHERE d.obligation = o.id) AS n, \
               (SELECT sum(d.quantity) FROM due_line d WHERE d.obligation = o.id) AS due, o.quantity FROM obligation o";
    for row in rows(db, sql).await {
        assert!(get::<i64>(&row, "n") > 0, "an obligation without instalments");
        assert_eq!(get::<i64>(&row, "due"), i64::from(get::<i32>(&row, "quantity")));
        *owed.entry(get(&row, "agreement")).or_default() += 1;
    }
    let sql = "SELECT id, n, state, head_seq, head_hash FROM agreement ORDER BY n";
    for (n, row) in (1..).zip(rows(db, sql).await) {
        assert_eq!(get::<i32>(&row, "n"), n, "the numbers have a gap");
        let id: Uuid = get(&row, "id");
        let mut signed: Vec<&Stored> = found.signatures.values().filter(|s| s.agreement == id).collect();
        signed.sort_by_key(|s| s.seq);
        assert_eq!(get::<i32>(&row, "head_seq"), i32::try_from(signed.len()).unwrap());
        let places: Vec<i32> = signed.iter().map(|s| s.seq).collect();
        assert_eq!(places, (1..).take(places.len()).collect::<Vec<i32>>());
        if let Some(last) = signed.last() {
            assert_eq!(get::<Vec<u8>>(&row, "head_hash"), last.chain);
        }
        let refs = &parties[&id];
        let bound: BTreeMap<&str, i32> = signed.iter().map(|s| (s.party.as_str(), s.version)).collect();
        for (reference, version) in refs {
            assert_eq!(
                bound.get(reference.as_str()),
                version.as_ref(),
                "{id} {reference}"
            );
        }
        let all = bound.len() == refs.len();
        let state: String = get(&row, "state");
        assert_eq!(state, if all { "in_force" } else { "open" }, "{id}: {bound:?}");
        let expected = if refs.len() > 2 { 4 } else { 2 };
        assert_eq!(
            owed.get(&id).copied().unwrap_or(0),
            if all { expected } else { 0 }
        );
        found.states.insert(id, state);
    }
    let next = rows(db, "SELECT next FROM number_series WHERE series = 'agreement'").await;
    assert_eq!(
        get::<i32>(&next[0], "next"),
        i32::try_from(found.states.len()).unwrap() + 1
    );
}

/// Versions are the bytes that were hashed, and leaves of signatures name the version signed.
async fn versions(db: &DatabaseConnection, found: &Found, leaves: &[Leaf]) {
    let mut hashes = BTreeMap::new();
    for row in rows(
        db,
        "SELECT agreement, version, hash, bytes FROM agreement_version",
    )
    .await
    {
        assert_eq!(Hash32::of(&get::<Vec<u8>>(&row, "bytes")), hash(&row, "hash"));
        hashes.insert(
            (get::<Uuid>(&row, "agreement"), get::<i32>(&row, "version")),
            hash(&row, "hash"),
        );
    }
    for stored in found.signatures.values() {
        let leaf = &leaves[usize::try_from(stored.leaf).unwrap()];
        let signed = hashes[&(stored.agreement, stored.version)];
        assert_eq!(leaf.hash("version_hash"), Some(signed));
    }
}

impl Found {
    /// Each stored signature has its kept answer under a key that begins with `prefix`, and no answer is kept
    /// without one.
    pub async fn answers(&self, db: &DatabaseConnection, prefix: &str) {
        let sql = format!("SELECT status, body FROM idempotency WHERE key LIKE '{prefix}%'");
        let mut kept: Vec<(u64, String)> = Vec::new();
        for row in rows(db, &sql).await {
            assert_eq!(get::<i32>(&row, "status"), 201, "a claimed key without an answer");
            let receipt: Value = serde_json::from_slice(&get::<Vec<u8>>(&row, "body")).unwrap();
            kept.push((
                receipt["leaf"]["index"].as_u64().unwrap(),
                receipt["digest"].as_str().unwrap().to_owned(),
            ));
        }
        let mut stored: Vec<(u64, String)> = self
            .signatures
            .values()
            .map(|s| (u64::try_from(s.leaf).unwrap(), s.digest.clone()))
            .collect();
        kept.sort();
        stored.sort();
        assert_eq!(kept, stored, "each signature has its answer");
    }

    /// Every checkpoint published fits the leaves of now.
    pub async fn checkpoints(&self, db: &DatabaseConnection) -> usize {
        let published = rows(db, "SELECT size, root FROM checkpoint").await;
        for row in &published {
            let size = usize::try_from(get::<i64>(row, "size")).unwrap();
            assert_eq!(
                hash(row, "root"),
                tree::root_of(&self.hashes[..size]),
                "checkpoint {size}"
            );
        }
        published.len()
    }
}
