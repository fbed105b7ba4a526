//! The library that judges our inclusion proofs can say no.

use gongjian_tests::merkle::included;
use sha2::{Digest, Sha256};

fn leaf_hash(leaf: &[u8]) -> Vec<u8> {
    Sha256::new()
        .chain_update([0])
        .chain_update(leaf)
        .finalize()
        .to_vec()
}

#[test]
fn the_other_library_accepts_a_leaf_and_refuses_another() {
    let (a, b) = (b"first".as_slice(), b"second".as_slice());
    let root = Sha256::new()
        .chain_update([1])
        .chain_update(leaf_hash(a))
        .chain_update(leaf_hash(b))
        .finalize();
    assert_eq!(included(a, 0, 2, &root, &[leaf_hash(b)]), Ok(()));
    assert!(included(b, 0, 2, &root, &[leaf_hash(b)]).is_err());
    assert!(included(a, 1, 2, &root, &[leaf_hash(b)]).is_err());
}
