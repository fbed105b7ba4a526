//! Inclusion in a Merkle tree, judged by a library that is not ours.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ct_merkle::{InclusionProof, RootHash};
use serde_json::Value;
use sha2::Sha256;

/// Whether `leaf` is entry `index` of the tree of `size` leaves with this `root`.
///
/// # Errors
/// What the library says against it, or what is missing in the input.
pub fn included(leaf: &[u8], index: u64, size: u64, root: &[u8], path: &[Vec<u8>]) -> Result<(), String> {
    let digest = root
        .try_into()
        .map_err(|_| "the root has not 32 bytes".to_owned())?;
    let proof = InclusionProof::<Sha256>::try_from_bytes(path.concat()).map_err(|e| e.to_string())?;
    if index >= size {
        return Err("the index lies outside the tree".to_owned());
    }
    RootHash::<Sha256>::new(digest, size)
        .verify_inclusion(&leaf, index, &proof)
        .map_err(|e| e.to_string())
}

/// The same from JSON: `{leaf: base64url, index, size, root: base64, path: [base64]}`.
///
/// # Errors
/// As [`included`].
pub fn included_json(input: &Value) -> Result<(), String> {
    let text = |name: &str| input[name].as_str().ok_or_else(|| format!("{name} is missing"));
    let number = |name: &str| input[name].as_u64().ok_or_else(|| format!("{name} is missing"));
    let leaf = URL_SAFE_NO_PAD.decode(text("leaf")?).map_err(|e| e.to_string())?;
    let root = STANDARD.decode(text("root")?).map_err(|e| e.to_string())?;
    let path = input["path"].as_array().ok_or("path is missing")?;
    let path: Result<Vec<_>, _> = path
        .iter()
        .map(|hash| STANDARD.decode(hash.as_str().unwrap_or("?")))
        .collect();
    included(
        &leaf,
        number("index")?,
        number("size")?,
        &root,
        &path.map_err(|e| e.to_string())?,
    )
}
