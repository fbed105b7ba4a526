//! The Merkle tree of RFC 6962 §2.1 over SHA-256: appending with a frontier, proofs, their verification.
//!
//! Proofs are planned as ranges of leaves, and ranges as complete subtrees, so that a store can answer from
//! tiles without reading the log.

use std::ops::Range;

use super::hash::Hash32;

/// Most nodes of an inclusion or consistency proof: 2^63 leaves never need more.
pub const PROOF_NODES: usize = 64;

/// The hash of a leaf's bytes.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Hash32 {
    Hash32::of_parts(&[&[0], leaf])
}

/// The hash of an inner node.
#[must_use]
pub fn node_hash(left: &Hash32, right: &Hash32) -> Hash32 {
    Hash32::of_parts(&[&[1], left.bytes(), right.bytes()])
}

/// The root of the empty tree.
#[must_use]
pub fn empty_root() -> Hash32 {
    Hash32::of(b"")
}

/// Roots of the complete subtrees a tree consists of, largest first; enough to append and to know the root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash32>,
}

impl Frontier {
    /// From stored parts; `None` unless there is one root per set bit of `size`.
    #[must_use]
    pub fn from_parts(size: u64, roots: Vec<Hash32>) -> Option<Self> {
        let fits = usize::try_from(size.count_ones()).is_ok_and(|n| n == roots.len());
        fits.then_some(Self { size, roots })
    }

    /// Leaves in the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots, largest subtree first.
    #[must_use]
    pub fn roots(&self) -> &[Hash32] {
        &self.roots
    }

    /// Adds a leaf; returns the complete subtrees of level ≥ 1 it closes, smallest first.
    pub fn push(&mut self, leaf: Hash32) -> Vec<(Node, Hash32)> {
        let mut closed = Vec::new();
        let mut hash = leaf;
        let mut rest = self.size;
        let mut level = 0;
        while rest & 1 == 1 {
            let Some(left) = self.roots.pop() else { break };
            hash = node_hash(&left, &hash);
            rest >>= 1;
            level += 1;
            closed.push((Node { level, n: rest }, hash));
        }
        self.roots.push(hash);
        self.size += 1;
        closed
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash32 {
        fold(&self.roots).unwrap_or_else(empty_root)
    }
}

/// A complete subtree: leaves `n · 2^level` up to, not including, `(n + 1) · 2^level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Height, 0 for a leaf.
    pub level: u8,
    /// Which one at this height, from the left.
    pub n: u64,
}

/// The root over neighbouring subtrees, largest first; `None` if there are none.
#[must_use]
pub fn fold(roots: &[Hash32]) -> Option<Hash32> {
    let (last, rest) = roots.split_last()?;
    Some(
        rest.iter()
            .rev()
            .fold(*last, |right, left| node_hash(left, &right)),
    )
}

/// The complete subtrees a range consists of, left to right. The range must start at a multiple of the
/// largest power of two within it, as all ranges of proofs do.
#[must_use]
pub fn subtrees(range: &Range<u64>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut start = range.start;
    while start < range.end {
        let left = range.end - start;
        let level = u8::try_from(left.ilog2()).unwrap_or(63);
        nodes.push(Node {
            level,
            n: start >> level,
        });
        start += 1 << level;
    }
    nodes
}

/// The root over hashes of leaves.
#[must_use]
pub fn root_of(leaves: &[Hash32]) -> Hash32 {
    let mut frontier = Frontier::default();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}

/// The ranges whose roots prove leaf `index` in a tree of `size`, in proof order; empty if it is not in it.
#[must_use]
pub fn inclusion_plan(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut plan = Vec::new();
    if index >= size {
        return plan;
    }
    let mut span = 0..size;
    while span.end - span.start > 1 {
        let middle = span.start + split(span.end - span.start);
        if index < middle {
            plan.push(middle..span.end);
            span.end = middle;
        } else {
            plan.push(span.start..middle);
            span.start = middle;
        }
    }
    plan.reverse();
    plan
}

/// The ranges whose roots prove that the tree of `old` leaves begins the one of `new`, in proof order.
#[must_use]
pub fn consistency_plan(old: u64, new: u64) -> Vec<Range<u64>> {
    let mut plan = Vec::new();
    if old == 0 || old >= new {
        return plan;
    }
    let mut span = 0..new;
    let mut whole = true;
    while old != span.end {
        let middle = span.start + split(span.end - span.start);
        if old <= middle {
            plan.push(middle..span.end);
            span.end = middle;
        } else {
            plan.push(span.start..middle);
            span.start = middle;
            whole = false;
        }
    }
    if !whole {
        plan.push(span);
    }
    plan.reverse();
    plan
}

/// The largest power of two smaller than `size` (which is at least 2).
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Whether `proof` leads from leaf `index` to `root` in a tree of `size` (RFC 9162 §2.1.3.2).
#[must_use]
pub fn verify_inclusion(leaf: &Hash32, index: u64, size: u64, proof: &[Hash32], root: &Hash32) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for step in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(step, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `old` leaves begins the one of `new` (RFC 9162 §2.1.4.2).
#[must_use]
pub fn verify_consistency(
    old: u64,
    old_root: &Hash32,
    new: u64,
    new_root: &Hash32,
    proof: &[Hash32],
) -> bool {
    if old > new || old == 0 {
        return old == 0 && proof.is_empty() && *old_root == empty_root();
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    let mut steps = proof.iter();
    let first = if old.is_power_of_two() {
        Some(old_root)
    } else {
        steps.next()
    };
    let Some(first) = first else { return false };
    let (mut at, mut last) = (old - 1, new - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut from_old, mut from_new) = (*first, *first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            from_old = node_hash(step, &from_old);
            from_new = node_hash(step, &from_new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && from_old == *old_root && from_new == *new_root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(n: u64) -> Vec<Hash32> {
        (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    fn recursive(leaves: &[Hash32]) -> Hash32 {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            more => {
                let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
                node_hash(&recursive(left), &recursive(right))
            }
        }
    }

    fn take(leaves: &[Hash32], plan: &[Range<u64>]) -> Vec<Hash32> {
        plan.iter()
            .map(|r| {
                let over = |n: Node| {
                    let (from, to) = (n.n << n.level, (n.n + 1) << n.level);
                    recursive(&leaves[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()])
                };
                fold(&subtrees(r).into_iter().map(over).collect::<Vec<_>>()).unwrap()
            })
            .collect()
    }

    #[test]
    fn the_frontier_has_the_root_of_the_definition() {
        let all = leaves(600);
        let mut frontier = Frontier::default();
        for n in 0..600 {
            assert_eq!(frontier.root(), recursive(&all[..n]), "{n}");
            let again = Frontier::from_parts(frontier.size(), frontier.roots().to_vec());
            assert_eq!(again.as_ref(), Some(&frontier));
            frontier.push(all[n]);
        }
    }

    #[test]
    fn every_inclusion_proof_holds_and_no_altered_one() {
        let all = leaves(70);
        for size in 1..=70_u64 {
            let tree = &all[..usize::try_from(size).unwrap()];
            let root = recursive(tree);
            for index in 0..size {
                let leaf = &all[usize::try_from(index).unwrap()];
                let mut proof = take(tree, &inclusion_plan(index, size));
                assert!(
                    verify_inclusion(leaf, index, size, &proof, &root),
                    "{index}/{size}"
                );
                assert!(!verify_inclusion(leaf, index, size, &proof, leaf) || size == 1);
                assert!(!verify_inclusion(leaf, size, size, &proof, &root));
                proof.push(root);
                assert!(!verify_inclusion(leaf, index, size, &proof, &root));
                proof.pop();
                if let Some(node) = proof.first_mut() {
                    *node = empty_root();
                    assert!(!verify_inclusion(leaf, index, size, &proof, &root));
                    assert!(!verify_inclusion(leaf, index, size, &proof[1..], &root));
                }
            }
        }
    }

    #[test]
    fn every_consistency_proof_holds_and_no_altered_one() {
        let all = leaves(70);
        for new in 0..=70_u64 {
            let tree = &all[..usize::try_from(new).unwrap()];
            let new_root = recursive(tree);
            for old in 0..=new {
                let old_root = recursive(&all[..usize::try_from(old).unwrap()]);
                let mut proof = take(tree, &consistency_plan(old, new));
                assert!(
                    verify_consistency(old, &old_root, new, &new_root, &proof),
                    "{old}/{new}"
                );
                if old < new && old > 0 {
                    assert!(!verify_consistency(old, &new_root, new, &new_root, &proof));
                    proof[0] = empty_root();
                    assert!(!verify_consistency(old, &old_root, new, &new_root, &proof));
                    assert!(!verify_consistency(new, &new_root, old, &old_root, &proof));
                }
            }
        }
    }
}
