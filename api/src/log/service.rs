//! Changing the log: opening it, appending, keeping facts, cutting checkpoints.

use serde_json::{Value, json};
use uuid::Uuid;

use super::anchor;
use super::checkpoint::Checkpoint;
use super::entity::log_head;
use super::error::LogError;
use super::hash::Hash32;
use super::leaf::{self, Leaf, LeafActor, LeafDraft, Subject};
use super::note::{KeyKind, NoteSigner};
use super::query::{self, HASH_BYTES, TILE_HASHES};
use super::store;
use super::tree::{Frontier, Node};
use crate::app::App;
use crate::kernel::clock::Millis;
use crate::kernel::id::{Id, Tenant};
use crate::kernel::limit;
use crate::kernel::outbox;
use crate::kernel::scope::Scope;
use crate::kernel::strict_json;
use crate::kernel::tx::{self, Tx};

/// Bytes of rows told in one fact; leaves room under [`limit::DOCUMENT_BYTES`].
const FACT_ROW_BYTES: usize = limit::DOCUMENT_BYTES - (16 << 10);

/// A leaf as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its place in the log.
    pub index: u64,
    /// Its hash.
    pub hash: Hash32,
    /// Its time.
    pub at: Millis,
}

/// The key that signs a log's checkpoints.
///
/// # Errors
/// [`LogError::Broken`] if the origin cannot be a key's name.
pub fn signer(app: &App, origin: &str) -> Result<NoteSigner, LogError> {
    NoteSigner::new(origin, KeyKind::Log, &app.keys.log_seed)
        .ok_or_else(|| LogError::Broken(format!("“{origin}” cannot name a log")))
}

/// Opens a tenant's log: its first leaf names the log's key (vkey) and the cadre keys everything rests on.
///
/// # Errors
/// [`LogError`]; also if the log is open already.
pub async fn open(
    tx: &Tx,
    tenant: Id<Tenant>,
    origin: &str,
    key: &str,
    root_credentials: &[String],
) -> Result<Written, LogError> {
    let empty = Frontier::default();
    let head = log_head::Model {
        tenant: tenant.uuid(),
        origin: origin.to_owned(),
        size: 0,
        root: empty.root().bytes().to_vec(),
        frontier: Vec::new(),
        at: 0,
    };
    store::insert_head(tx.db(), head).await?;
    let draft = LeafDraft {
        tenant,
        kind: "log.opened",
        actor: LeafActor::system(),
        subject: Subject::new("log", tenant.uuid()),
        data: json!({
            "key": key,
            "origin": origin,
            "predecessor": null,
            "root_credentials": root_credentials,
        }),
    };
    append(tx, draft).await
}

/// Appends a leaf and puts the event of the same number. The head stays locked until the transaction ends, so
/// this comes last in an act.
///
/// # Errors
/// [`LogError`].
pub async fn append(tx: &Tx, draft: LeafDraft) -> Result<Written, LogError> {
    let tenant = draft.tenant;
    if tx.is_frozen() {
        return Err(LogError::RolledBack);
    }
    let head = store::lock_head(tx.db(), tenant.uuid())
        .await?
        .ok_or(LogError::NotOpened)?;
    let mut frontier = query::frontier_of(&head)?;
    let index = frontier.size();
    let at = Millis::new(head.at.max(tx.now().get()));
    let leaf = draft.at(index, at);
    let bytes = leaf
        .to_bytes()
        .map_err(|fault| LogError::Broken(format!("leaf {}: {fault}", leaf.kind)))?;
    let hash = leaf::hash(&bytes);
    store::insert_leaf(tx.db(), &leaf, head.size, at, bytes, hash).await?;
    let closed = frontier.push(hash);
    for (node, root) in closed {
        write_tile(tx, tenant.uuid(), node, root).await?;
    }
    let moved = log_head::Model {
        size: head.size + 1,
        root: frontier.root().bytes().to_vec(),
        frontier: frontier.roots().iter().flat_map(|root| *root.bytes()).collect(),
        at: at.get(),
        ..head
    };
    if store::move_head(tx.db(), head.size, moved).await? != 1 {
        return Err(LogError::Broken("the head moved under its lock".to_owned()));
    }
    put_event(tx, tenant, head.size, &leaf).await?;
    Ok(Written { index, hash, at })
}

async fn put_event(tx: &Tx, tenant: Id<Tenant>, idx: i64, leaf: &Leaf) -> Result<(), LogError> {
    let data = Value::Object(leaf.data.clone());
    let event = outbox::Event {
        tenant,
        idx,
        kind: &leaf.kind,
        subject: leaf.subject.id,
        data: &data,
    };
    Ok(outbox::put(tx, &event).await?)
}

/// Writes the tile that a closed subtree of 256 hashes fills; `root` is the subtree's.
async fn write_tile(tx: &Tx, tenant: Uuid, node: Node, root: Hash32) -> Result<(), LogError> {
    if !node.level.is_multiple_of(8) {
        return Ok(());
    }
    let level = node.level / 8 - 1;
    let hashes = query::tile_hashes(tx.db(), tenant, level, node.n).await?;
    if hashes.len() != TILE_HASHES || super::tree::root_of(&hashes) != root {
        return Err(LogError::Broken(format!(
            "tile {level}/{} does not fit the head",
            node.n
        )));
    }
    let mut bytes = Vec::with_capacity(TILE_HASHES * HASH_BYTES);
    for hash in hashes {
        bytes.extend_from_slice(hash.bytes());
    }
    let n = i64::try_from(node.n).map_err(|error| LogError::Broken(error.to_string()))?;
    store::insert_tile(tx.db(), tenant, level.into(), n, bytes).await?;
    Ok(())
}

/// Keeps a fact in canonical form; gives the hash a leaf names it by.
///
/// # Errors
/// [`LogError`].
pub async fn record_fact(tx: &Tx, tenant: Id<Tenant>, fact: &Value) -> Result<Hash32, LogError> {
    let bytes = strict_json::canonical(fact).map_err(|fault| LogError::Broken(fault.to_string()))?;
    record_bytes(tx, tenant, bytes, None).await
}

/// Keeps rows as facts: `head` with a member `rows`, as many facts as their size asks for. Gives the hashes a leaf
/// names them by.
///
/// # Errors
/// [`LogError`].
pub async fn record_rows(
    tx: &Tx,
    tenant: Id<Tenant>,
    head: &Value,
    rows: Vec<Value>,
) -> Result<Vec<Hash32>, LogError> {
    let mut hashes = Vec::new();
    let mut part: Vec<Value> = Vec::new();
    let mut size = 0;
    for row in rows {
        let bytes = row.to_string().len();
        if size + bytes > FACT_ROW_BYTES && !part.is_empty() {
            hashes.push(record_part(tx, tenant, head, std::mem::take(&mut part)).await?);
            size = 0;
        }
        size += bytes;
        part.push(row);
    }
    if !part.is_empty() {
        hashes.push(record_part(tx, tenant, head, part).await?);
    }
    Ok(hashes)
}

async fn record_part(
    tx: &Tx,
    tenant: Id<Tenant>,
    head: &Value,
    rows: Vec<Value>,
) -> Result<Hash32, LogError> {
    let mut fact = head.clone();
    if let Some(members) = fact.as_object_mut() {
        members.insert("rows".to_owned(), rows.into());
    }
    record_fact(tx, tenant, &fact).await
}

/// Keeps a fact that people signed, with their signatures. The bytes must be canonical already.
///
/// # Errors
/// [`LogError`].
pub async fn record_signed_fact(
    tx: &Tx,
    tenant: Id<Tenant>,
    bytes: Vec<u8>,
    jws: &impl serde::Serialize,
) -> Result<Hash32, LogError> {
    let jws = serde_json::to_string(jws).map_err(|error| LogError::Broken(error.to_string()))?;
    record_bytes(tx, tenant, bytes, Some(jws)).await
}

async fn record_bytes(
    tx: &Tx,
    tenant: Id<Tenant>,
    bytes: Vec<u8>,
    jws: Option<String>,
) -> Result<Hash32, LogError> {
    strict_json::parse_canonical(&bytes, limit::DOCUMENT_BYTES)
        .map_err(|fault| LogError::Broken(format!("fact: {fault}")))?;
    let hash = Hash32::of(&bytes);
    store::insert_fact(tx.db(), tenant.uuid(), hash, bytes, jws).await?;
    Ok(hash)
}

/// A checkpoint that covers all leaves committed so far: the newest one, or a new one signed now. The note also
/// goes to the anchor file, outside the database.
///
/// # Errors
/// [`LogError`]; [`LogError::RolledBack`] if another root was published for this size.
pub async fn cut(app: &App, tenant: Id<Tenant>) -> Result<Checkpoint, LogError> {
    let scope = Scope::tenant(tenant);
    if app.db.is_frozen() {
        return Err(LogError::RolledBack);
    }
    let head = query::head(app.db.reader(), scope).await?;
    if let Some(known) = query::checkpoint_at(app.db.reader(), scope, head.size).await? {
        return if known.root == head.root {
            Ok(known)
        } else {
            Err(LogError::RolledBack)
        };
    }
    let key = signer(app, &head.origin)?;
    let checkpoint = Checkpoint {
        origin: head.origin,
        size: head.size,
        root: head.root,
    };
    let note = checkpoint.sign(&key).to_string();
    let size = i64::try_from(checkpoint.size).map_err(|error| LogError::Broken(error.to_string()))?;
    tx::run(&app.db, async |tx| {
        let root = checkpoint.root;
        store::insert_checkpoint(tx.db(), tenant.uuid(), size, root, note.clone(), tx.now()).await?;
        Ok(())
    })
    .await
    .map_err(LogError::Problem)?;
    let kept = query::checkpoint_at(app.db.reader(), scope, checkpoint.size).await?;
    if kept.as_ref() != Some(&checkpoint) {
        return Err(LogError::RolledBack);
    }
    anchor::keep(&app.config.keys, &note).map_err(|error| LogError::Broken(error.to_string()))?;
    Ok(checkpoint)
}
