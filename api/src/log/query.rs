//! Reading the log: its head, leaves, checkpoints and proofs.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::checkpoint::Checkpoint;
use super::entity::{checkpoint, fact, log_head, log_leaf, log_tile};
use super::error::LogError;
use super::hash::Hash32;
use super::note::Note;
use super::tree::{self, Frontier, Node};
use crate::kernel::id::{Id, Tenant};
use crate::kernel::scope::Scope;

/// Hashes in a full tile.
pub const TILE_HASHES: usize = 256;
/// Bytes of a hash.
pub const HASH_BYTES: usize = 32;

/// Where a log ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Host and path of the log.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// Root over them.
    pub root: Hash32,
}

/// A leaf as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLeaf {
    /// Its place.
    pub index: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What happened.
    pub kind: String,
}

pub(super) fn frontier_of(head: &log_head::Model) -> Result<Frontier, LogError> {
    let roots: Option<Vec<Hash32>> = head.frontier.chunks(HASH_BYTES).map(Hash32::from_slice).collect();
    roots
        .and_then(|roots| Frontier::from_parts(unsigned(head.size), roots))
        .filter(|frontier| frontier.root().bytes().as_slice() == head.root)
        .ok_or_else(|| LogError::Broken("the head's frontier does not lead to its root".to_owned()))
}

/// Indexes and sizes are never negative.
fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Where the log ends.
///
/// # Errors
/// [`LogError::NotOpened`], or what the database reports.
pub async fn head(db: &impl ConnectionTrait, scope: Scope) -> Result<Head, LogError> {
    let row = log_head::Entity::find_by_id(scope.tenant.uuid())
        .one(db)
        .await?
        .ok_or(LogError::NotOpened)?;
    head_of(row)
}

fn head_of(row: log_head::Model) -> Result<Head, LogError> {
    let root = frontier_of(&row)?.root();
    Ok(Head {
        origin: row.origin,
        size: unsigned(row.size),
        root,
    })
}

/// Where every log of the database ends.
///
/// # Errors
/// [`LogError::Broken`], or what the database reports.
pub(super) async fn heads(db: &impl ConnectionTrait) -> Result<Vec<(Id<Tenant>, Head)>, LogError> {
    let rows = log_head::Entity::find().all(db).await?;
    rows.into_iter()
        .map(|row| Ok((Id::from_uuid(row.tenant), head_of(row)?)))
        .collect()
}

/// The root over the first `size` leaves.
///
/// # Errors
/// [`LogError::NotFound`] if there are not that many, or what the database reports.
pub(super) async fn root_at(db: &impl ConnectionTrait, scope: Scope, size: u64) -> Result<Hash32, LogError> {
    let mut roots = roots(db, scope, std::iter::once(0..size).collect()).await?;
    roots.pop().ok_or(LogError::NotFound)
}

/// One leaf.
///
/// # Errors
/// [`LogError::NotFound`], or what the database reports.
pub async fn leaf(db: &impl ConnectionTrait, scope: Scope, index: u64) -> Result<StoredLeaf, LogError> {
    let key = (scope.tenant.uuid(), signed(index));
    log_leaf::Entity::find_by_id(key)
        .one(db)
        .await?
        .map(stored)
        .ok_or(LogError::NotFound)
}

/// Every leaf about a subject, in order.
///
/// # Errors
/// What the database reports.
pub async fn leaves_about(
    db: &impl ConnectionTrait,
    scope: Scope,
    subject: Uuid,
) -> Result<Vec<StoredLeaf>, DbErr> {
    let rows = log_leaf::Entity::find()
        .filter(log_leaf::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(log_leaf::Column::Subject.eq(subject))
        .order_by_asc(log_leaf::Column::Idx)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(stored).collect())
}

fn stored(row: log_leaf::Model) -> StoredLeaf {
    StoredLeaf {
        index: unsigned(row.idx),
        bytes: row.bytes,
        kind: row.kind,
    }
}

/// A fact's bytes, and the signatures over it if people signed it.
///
/// # Errors
/// [`LogError::NotFound`], or what the database reports.
pub async fn fact(
    db: &impl ConnectionTrait,
    scope: Scope,
    hash: Hash32,
) -> Result<(Vec<u8>, Option<String>), LogError> {
    let key = (scope.tenant.uuid(), hash.bytes().to_vec());
    let row = fact::Entity::find_by_id(key)
        .one(db)
        .await?
        .ok_or(LogError::NotFound)?;
    Ok((row.bytes, row.jws))
}

/// The checkpoint published at this size, if any.
///
/// # Errors
/// What the database reports.
pub async fn checkpoint_at(
    db: &impl ConnectionTrait,
    scope: Scope,
    size: u64,
) -> Result<Option<Checkpoint>, LogError> {
    Ok(note_at(db, scope, size)
        .await?
        .and_then(|note| note.text.parse().ok()))
}

/// The signed note of the checkpoint published at this size, if any.
///
/// # Errors
/// What the database reports.
pub async fn note_at(db: &impl ConnectionTrait, scope: Scope, size: u64) -> Result<Option<Note>, LogError> {
    let key = (scope.tenant.uuid(), signed(size));
    let row = checkpoint::Entity::find_by_id(key).one(db).await?;
    row.map(|row| {
        row.note
            .parse()
            .map_err(|_| LogError::Broken(format!("checkpoint {size} is no note")))
    })
    .transpose()
}

/// The inclusion proof of leaf `index` in the tree of the first `size` leaves.
///
/// # Errors
/// [`LogError::NotFound`] if there is no such leaf in that tree, or what the database reports.
pub async fn inclusion(
    db: &impl ConnectionTrait,
    scope: Scope,
    index: u64,
    size: u64,
) -> Result<Vec<Hash32>, LogError> {
    if index >= size {
        return Err(LogError::NotFound);
    }
    roots(db, scope, tree::inclusion_plan(index, size)).await
}

/// The proof that the first `old` leaves begin the tree of the first `new`.
///
/// # Errors
/// [`LogError::NotFound`] if `old` is 0 or greater than `new`, or what the database reports.
pub async fn consistency(
    db: &impl ConnectionTrait,
    scope: Scope,
    old: u64,
    new: u64,
) -> Result<Vec<Hash32>, LogError> {
    if old == 0 || old > new {
        return Err(LogError::NotFound);
    }
    roots(db, scope, tree::consistency_plan(old, new)).await
}

async fn roots(
    db: &impl ConnectionTrait,
    scope: Scope,
    plan: Vec<std::ops::Range<u64>>,
) -> Result<Vec<Hash32>, LogError> {
    let tenant = scope.tenant.uuid();
    let mut proof = Vec::with_capacity(plan.len());
    for range in plan {
        let mut parts = Vec::new();
        for part in tree::subtrees(&range) {
            parts.push(node(db, tenant, part).await?);
        }
        proof.push(tree::fold(&parts).ok_or(LogError::NotFound)?);
    }
    Ok(proof)
}

/// The root of a complete subtree, from the hashes of the tile level below it.
async fn node(db: &impl ConnectionTrait, tenant: Uuid, node: Node) -> Result<Hash32, LogError> {
    let (tile_level, above) = (node.level / 8, node.level % 8);
    let wanted = 1_u64 << above;
    let first = node.n << above;
    let hashes = hashes(db, tenant, tile_level, first, first + wanted).await?;
    if unsigned(i64::try_from(hashes.len()).unwrap_or(0)) != wanted {
        return Err(LogError::NotFound);
    }
    Ok(tree::root_of(&hashes))
}

/// Hashes `from` up to, not including, `to` of height `8 · tile_level`: leaves, or roots of full tiles.
async fn hashes(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    tile_level: u8,
    from: u64,
    to: u64,
) -> Result<Vec<Hash32>, LogError> {
    let read = |bytes: &[u8]| {
        Hash32::from_slice(bytes).ok_or_else(|| LogError::Broken("a stored hash has not 32 bytes".to_owned()))
    };
    let Some(below) = tile_level.checked_sub(1) else {
        let rows = log_leaf::Entity::find()
            .filter(log_leaf::Column::Tenant.eq(tenant))
            .filter(log_leaf::Column::Idx.gte(signed(from)))
            .filter(log_leaf::Column::Idx.lt(signed(to)))
            .order_by_asc(log_leaf::Column::Idx)
            .all(db)
            .await?;
        return rows.iter().map(|row| read(&row.leaf_hash)).collect();
    };
    let tiles = log_tile::Entity::find()
        .filter(log_tile::Column::Tenant.eq(tenant))
        .filter(log_tile::Column::Level.eq(i32::from(below)))
        .filter(log_tile::Column::N.gte(signed(from)))
        .filter(log_tile::Column::N.lt(signed(to)))
        .order_by_asc(log_tile::Column::N)
        .all(db)
        .await?;
    tiles
        .iter()
        .map(|tile| {
            let hashes: Result<Vec<Hash32>, LogError> = tile.bytes.chunks(HASH_BYTES).map(read).collect();
            Ok(tree::root_of(&hashes?))
        })
        .collect()
}

/// The hashes of tile `n` at `level`.
pub(super) async fn tile_hashes(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    level: u8,
    n: u64,
) -> Result<Vec<Hash32>, LogError> {
    hashes(db, tenant, level, n << 8, (n + 1) << 8).await
}
