//! The append-only log: leaves, the Merkle tree over them, signed checkpoints, proofs, and whom to trust.
//!
//! Nothing that matters happens without a leaf, written in the transaction of the act. A leaf's index is the
//! order of commits; the tree's root, signed, fixes all leaves before it.

pub mod anchor;
pub mod audit;
pub mod b64;
pub mod checkpoint;
mod entity;
pub mod error;
pub mod hash;
pub mod instant;
pub mod leaf;
pub mod note;
pub mod policy;
pub mod query;
pub mod replay;
pub mod service;
mod store;
pub mod tree;
pub mod witness;
