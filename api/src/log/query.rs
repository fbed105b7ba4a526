//! Reading the log: its head, leaves, checkpoints and proofs.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::checkpoint::Checkpoint;
use super::entity::{checkpoint, cosignature, fact, log_head, log_leaf, log_tile};
use super::error::LogError;
use super::hash::Hash32;
use super::note::{Note, SignatureLine};
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
pub async fn root_at(db: &impl ConnectionTrait, scope: Scope, size: u64) -> Result<Hash32, LogError> {
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

/// The checkpoint published last, as signed.
///
/// # Errors
/// [`LogError::NotFound`] if none was, or what the database reports.
pub async fn newest(db: &impl ConnectionTrait, scope: Scope) -> Result<(u64, String), LogError> {
    let row = checkpoint::Entity::find()
        .filter(checkpoint::Column::Tenant.eq(scope.tenant.uuid()))
        .order_by_desc(checkpoint::Column::Size)
        .one(db)
        .await?
        .ok_or(LogError::NotFound)?;
    Ok((unsigned(row.size), row.note))
}

/// What witnesses signed under the checkpoint of this size.
///
/// # Errors
/// What the database reports.
pub async fn cosignatures(
    db: &impl ConnectionTrait,
    scope: Scope,
    size: u64,
) -> Result<Vec<SignatureLine>, DbErr> {
    let rows = cosignature::Entity::find()
        .filter(cosignature::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(cosignature::Column::Size.eq(signed(size)))
        .order_by_asc(cosignature::Column::Witness)
        .all(db)
        .await?;
    Ok(rows
        .iter()
        .filter_map(|row| SignatureLine::parse(row.line.trim_end()))
        .collect())
}

/// The greatest size a witness signed; 0 for none.
///
/// # Errors
/// What the database reports.
pub(super) async fn last_cosigned(
    db: &impl ConnectionTrait,
    scope: Scope,
    witness: &str,
) -> Result<u64, DbErr> {
    let row = cosignature::Entity::find()
        .filter(cosignature::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(cosignature::Column::Witness.eq(witness))
        .order_by_desc(cosignature::Column::Size)
        .one(db)
        .await?;
    Ok(row.map_or(0, |row| unsigned(row.size)))
}

/// A tile's place, as its address tells it: `width` is 256 for a full one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TilePlace {
    /// Which tile, from the left.
    pub n: u64,
    /// Hashes or entries in it.
    pub width: u16,
}

impl TilePlace {
    /// Reads `x001/x234/067` or `000.p/9` (C2SP tlog-tiles).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, width) = match text.split_once(".p/") {
            None => (text, 256),
            Some((number, width)) => {
                let read: u16 = width.parse().ok().filter(|read| (1..=255).contains(read))?;
                (number, Some(read).filter(|read| read.to_string() == width)?)
            }
        };
        let groups: Vec<&str> = number.split('/').collect();
        let (last, rest) = groups.split_last()?;
        let digits = |group: &str| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit());
        let mut n: u64 = 0;
        for group in rest {
            let group = group.strip_prefix('x').filter(|group| digits(group))?;
            n = n.checked_mul(1000)?.checked_add(group.parse().ok()?)?;
        }
        if !digits(last) || groups.len() > 6 || rest.first() == Some(&"x000") {
            return None;
        }
        n = n.checked_mul(1000)?.checked_add(last.parse().ok()?)?;
        Some(Self { n, width })
    }

    /// Hashes or entries before its end.
    fn end(self) -> Option<u64> {
        self.n.checked_mul(256)?.checked_add(self.width.into())
    }

    /// Whether a published checkpoint shows this tile: the newest for a full one, one that ends in it for a part.
    async fn is_published(
        self,
        db: &impl ConnectionTrait,
        scope: Scope,
        level: u8,
    ) -> Result<bool, LogError> {
        let leaves = |hashes: u64| {
            hashes
                .checked_shl(8 * u32::from(level))
                .filter(|n| n >> (8 * level) == hashes)
        };
        let end = self.end();
        let (Some(from), Some(until)) = (end.and_then(leaves), end.and_then(|end| leaves(end + 1))) else {
            return Ok(false);
        };
        let mut found = checkpoint::Entity::find()
            .filter(checkpoint::Column::Tenant.eq(scope.tenant.uuid()))
            .filter(checkpoint::Column::Size.gte(signed(from)));
        if self.width < 256 {
            found = found.filter(checkpoint::Column::Size.lt(signed(until)));
        }
        Ok(found.one(db).await?.is_some())
    }
}

/// The bytes of a published tile of hashes.
///
/// # Errors
/// [`LogError::NotFound`] if it was not published, or what the database reports.
pub async fn tile(
    db: &impl ConnectionTrait,
    scope: Scope,
    level: u8,
    place: TilePlace,
) -> Result<Vec<u8>, LogError> {
    if level > 5 || !place.is_published(db, scope, level).await? {
        return Err(LogError::NotFound);
    }
    let from = place.n << 8;
    let hashes = hashes(
        db,
        scope.tenant.uuid(),
        level,
        from,
        from + u64::from(place.width),
    )
    .await?;
    if hashes.len() != usize::from(place.width) {
        return Err(LogError::NotFound);
    }
    Ok(hashes.iter().flat_map(|hash| *hash.bytes()).collect())
}

/// The bytes of a published tile of entries: each leaf after its length.
///
/// # Errors
/// As [`tile`].
pub async fn entries(db: &impl ConnectionTrait, scope: Scope, place: TilePlace) -> Result<Vec<u8>, LogError> {
    if !place.is_published(db, scope, 0).await? {
        return Err(LogError::NotFound);
    }
    let leaves = leaves_from(db, scope, place.n << 8, place.width.into()).await?;
    if leaves.len() != usize::from(place.width) {
        return Err(LogError::NotFound);
    }
    let mut bytes = Vec::new();
    for leaf in leaves {
        let length = u16::try_from(leaf.bytes.len())
            .map_err(|_| LogError::Broken(format!("leaf {} is too long", leaf.index)))?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(&leaf.bytes);
    }
    Ok(bytes)
}

/// At most `count` leaves from `from` on, in order.
///
/// # Errors
/// What the database reports.
pub async fn leaves_from(
    db: &impl ConnectionTrait,
    scope: Scope,
    from: u64,
    count: u64,
) -> Result<Vec<StoredLeaf>, DbErr> {
    let rows = log_leaf::Entity::find()
        .filter(log_leaf::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(log_leaf::Column::Idx.gte(signed(from)))
        .order_by_asc(log_leaf::Column::Idx)
        .limit(count)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(stored).collect())
}

#[cfg(test)]
mod tests {
    use super::TilePlace;

    #[test]
    fn tiles_are_addressed_as_the_standard_says() {
        let place = |text| TilePlace::parse(text).map(|place| (place.n, place.width));
        assert_eq!(place("000"), Some((0, 256)));
        assert_eq!(place("000.p/9"), Some((0, 9)));
        assert_eq!(place("x001/x234/067"), Some((1_234_067, 256)));
        for bad in [
            "0",
            "1000",
            "x000/067",
            "001/067",
            "x001/67",
            "000.p/0",
            "000.p/256",
            "000.p/09",
            "",
            "x001",
            "00a",
        ] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }
}
