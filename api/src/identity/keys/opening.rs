//! Keeping what a commitment stands for, so that it can be shown to those who may know, and erased.

use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::Value;
use uuid::Uuid;

use super::commitment::commit;
use crate::identity::entity::opening as table;
use crate::kernel::id::{Id, Person, Tenant};
use crate::kernel::problem::Problem;
use crate::kernel::tx::Tx;
use crate::log::hash::Hash32;

/// A value that is to stand in a document only as a commitment.
#[derive(Debug, Clone)]
pub struct Hidden<'a> {
    /// Whose records.
    pub tenant: Id<Tenant>,
    /// The agreement, or for other facts the party, it stands in.
    pub scope: Uuid,
    /// `agreement` or `party`.
    pub scope_kind: &'a str,
    /// JSON Pointer of its place.
    pub pointer: String,
    /// The value.
    pub value: Value,
    /// The person it is about, whose erasure erases it.
    pub person: Option<Id<Person>>,
}

/// Commits to a value under a fresh salt and keeps both; gives the commitment.
///
/// # Errors
/// What the database reports.
pub async fn hide(tx: &Tx, hidden: &Hidden<'_>) -> Result<Hash32, Problem> {
    let mut salt = [0; 32];
    tx.fill(&mut salt);
    let commitment = commit(&salt, hidden.scope, &hidden.pointer, &hidden.value)
        .ok_or_else(|| Problem::internal("the value cannot be written canonically"))?;
    let row = table::ActiveModel {
        tenant: Set(hidden.tenant.uuid()),
        commitment: Set(commitment.b64u()),
        pointer: Set(hidden.pointer.clone()),
        salt: Set(Some(salt.to_vec())),
        value: Set(Some(hidden.value.to_string())),
        subject_type: Set(hidden.scope_kind.to_owned()),
        subject: Set(hidden.scope),
        person: Set(hidden.person.map(Id::uuid)),
        erased_at: Set(None),
    };
    table::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(commitment)
}
