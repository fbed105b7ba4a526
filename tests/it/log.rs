//! The log by the published vectors, and its proofs by a library that is not ours.

use gongjian_api::log::checkpoint::Checkpoint;
use gongjian_api::log::hash::Hash32;
use gongjian_api::log::leaf::{self, Leaf};
use gongjian_api::log::note::{KeyKind, Note, NoteSigner, VerifierKey};
use gongjian_api::log::policy::TrustPolicy;
use gongjian_api::log::tree::{self, Frontier};
use gongjian_tests::merkle;
use gongjian_tests::vectors::{at, hex, list, text};

fn leaves() -> Vec<Vec<u8>> {
    list("/leaves")
        .iter()
        .map(|l| l["jcs"].as_str().unwrap().as_bytes().to_vec())
        .collect()
}

fn hashes(nodes: &serde_json::Value) -> Vec<Hash32> {
    let nodes = nodes.as_array().unwrap();
    nodes
        .iter()
        .map(|n| Hash32::from_b64(n.as_str().unwrap()).unwrap())
        .collect()
}

#[test]
fn leaves_and_roots_are_those_of_the_vectors() {
    let mut frontier = Frontier::default();
    assert_eq!(frontier.root().hex(), text("/roots/0/root_hex"));
    for (i, bytes) in leaves().iter().enumerate() {
        let read = Leaf::parse(bytes).unwrap();
        assert_eq!(read.index, u64::try_from(i).unwrap());
        assert_eq!(&read.to_bytes().unwrap(), bytes);
        let hash = leaf::hash(bytes);
        assert_eq!(hash.hex(), text(&format!("/leaves/{i}/leaf_hash_hex")));
        frontier.push(hash);
        assert_eq!(frontier.root().hex(), text(&format!("/roots/{}/root_hex", i + 1)));
    }
}

#[test]
fn inclusion_proofs_are_those_of_the_vectors_and_hold_for_another_library() {
    let all = leaves();
    let hashed: Vec<Hash32> = all.iter().map(|l| leaf::hash(l)).collect();
    let root = tree::root_of(&hashed);
    for vector in list("/inclusion") {
        let index = vector["index"].as_u64().unwrap();
        let proof = hashes(&vector["proof_b64"]);
        let place = usize::try_from(index).unwrap();
        let computed: Vec<Hash32> = tree::inclusion_plan(index, 9)
            .iter()
            .map(|range| {
                let (from, to) = (
                    usize::try_from(range.start).unwrap(),
                    usize::try_from(range.end).unwrap(),
                );
                tree::root_of(&hashed[from..to])
            })
            .collect();
        assert_eq!(computed, proof, "{index}");
        assert!(tree::verify_inclusion(&hashed[place], index, 9, &proof, &root));
        let path: Vec<Vec<u8>> = proof.iter().map(|p| p.bytes().to_vec()).collect();
        assert_eq!(
            merkle::included(&all[place], index, 9, root.bytes(), &path),
            Ok(())
        );
        assert!(merkle::included(&all[(place + 1) % 9], index, 9, root.bytes(), &path).is_err());
    }
}

#[test]
fn consistency_proofs_are_those_of_the_vectors() {
    let hashed: Vec<Hash32> = leaves().iter().map(|l| leaf::hash(l)).collect();
    for vector in list("/consistency") {
        let old = vector["old"].as_u64().unwrap();
        let proof = hashes(&vector["proof_b64"]);
        let old_root = tree::root_of(&hashed[..usize::try_from(old).unwrap()]);
        assert!(
            tree::verify_consistency(old, &old_root, 9, &tree::root_of(&hashed), &proof),
            "{old}"
        );
        assert!(
            !tree::verify_consistency(old, &old_root, 9, &old_root, &proof),
            "{old}"
        );
    }
}

#[test]
fn the_note_is_that_of_the_vectors() {
    let seed = |path: &str| <[u8; 32]>::try_from(hex(text(path))).unwrap();
    let log = NoteSigner::new(
        text("/keys/log_ed25519/name"),
        KeyKind::Log,
        &seed("/keys/log_ed25519/seed_hex"),
    )
    .unwrap();
    let witness = NoteSigner::new(
        text("/keys/witness_ed25519/name"),
        KeyKind::Witness,
        &seed("/keys/witness_ed25519/seed_hex"),
    )
    .unwrap();
    assert_eq!(log.verifier().to_string(), text("/keys/log_ed25519/vkey"));
    assert_eq!(witness.verifier().to_string(), text("/keys/witness_ed25519/vkey"));
    let checkpoint = Checkpoint {
        origin: text("/keys/log_ed25519/name").to_owned(),
        size: 9,
        root: Hash32::from_b64(text("/roots/9/root_b64")).unwrap(),
    };
    assert_eq!(checkpoint.to_string(), text("/checkpoint/text"));
    let mut note = checkpoint.sign(&log);
    let time = at("/checkpoint/cosignature_time").as_u64().unwrap();
    note.lines.push(witness.line(&note.text, time));
    assert_eq!(note.to_string(), text("/checkpoint/note"));
    let read: Note = text("/checkpoint/note").parse().unwrap();
    assert_eq!(read.text.parse(), Ok(checkpoint));
    let fork: Note = text("/fork/note").parse().unwrap();
    assert!(
        log.verifier().check(&fork.text, &fork.lines[0]).is_some(),
        "a fork is validly signed"
    );
}

#[test]
fn the_policy_is_that_of_the_vectors() {
    let policy: TrustPolicy = text("/policy").parse().unwrap();
    let log: VerifierKey = text("/keys/log_ed25519/vkey").parse().unwrap();
    let witness: VerifierKey = text("/keys/witness_ed25519/vkey").parse().unwrap();
    assert_eq!(policy.to_text(), text("/policy"));
    assert!(policy.knows_log(&log));
    assert!(policy.is_met_by(&[witness]));
    assert!(!policy.is_met_by(&[]));
}
