//! The bundle by the published vectors: it holds, and no changed one does.

use gongjian_api::agreements::bundle::build::{Parts, ProvenLeaf, SignedVersion, bundle};
use gongjian_api::agreements::bundle::format::Bundle;
use gongjian_api::agreements::bundle::verify::{Report, Step, verify};
use gongjian_api::kernel::clock::Millis;
use gongjian_api::log::b64;
use gongjian_api::log::hash::Hash32;
use gongjian_api::log::instant;
use gongjian_tests::vectors::{at, text};

fn file() -> Vec<u8> {
    text("/bundle/file").as_bytes().to_vec()
}

fn now() -> Millis {
    instant::parse("2026-11-24T04:00:00.000Z").unwrap()
}

fn run(bytes: &[u8]) -> Report {
    let policy = text("/policy").parse().unwrap();
    verify(bytes, Some(&policy), now())
}

/// The bundle after a change, with its digest made right again.
fn altered(change: impl FnOnce(&mut Bundle)) -> Vec<u8> {
    let mut bundle = Bundle::parse(&file()).unwrap();
    change(&mut bundle);
    bundle.digest = bundle.computed_digest().unwrap();
    bundle.to_bytes().unwrap()
}

#[test]
fn the_vectors_bundle_holds_with_and_without_a_policy() {
    let file = file();
    assert_eq!(file.len(), 24_980);
    assert_eq!(Hash32::of(&file).hex(), text("/bundle/sha256_hex"));
    for report in [run(&file), verify(&file, None, now())] {
        assert_eq!(report.findings, []);
        assert!(report.holds());
        let verdict = report.verdict.unwrap();
        assert!(verdict.is_binding());
        assert_eq!(verdict.number, "鼓楼共建〔2026〕12号");
        assert_eq!(verdict.bound.len(), 3);
        assert_eq!(verdict.in_force_on.unwrap().to_string(), "2026-12-01");
        assert_eq!(report.keys.len(), 6, "log, witness, cadre, three signers");
    }
}

#[test]
fn it_is_built_again_from_its_parts() {
    let read = Bundle::parse(&file()).unwrap();
    let parts = Parts {
        agreement: read.agreement,
        checkpoint: read.checkpoint.parse().unwrap(),
        log: read.log.parse().unwrap(),
        witnesses: read.witnesses.iter().map(|w| w.parse().unwrap()).collect(),
        keys: read.keys.iter().rev().cloned().collect(),
        roots: read.roots.clone(),
        leaves: read
            .leaves
            .iter()
            .rev()
            .map(|leaf| ProvenLeaf {
                index: leaf.index,
                bytes: b64::decode_url(&leaf.data).unwrap(),
                proof: leaf.proof.iter().map(|p| Hash32::from_b64(p).unwrap()).collect(),
            })
            .collect(),
        versions: read
            .versions
            .iter()
            .map(|v| SignedVersion {
                version: v.version,
                bytes: b64::decode_url(&v.jws.payload).unwrap(),
                signatures: v.jws.signatures.clone(),
            })
            .collect(),
        openings: Vec::new(),
    };
    let built = bundle(parts).unwrap();
    assert_eq!(built.digest.to_string(), text("/bundle/digest"));
    assert_eq!(built.to_bytes().unwrap(), file());
}

#[test]
fn a_bundle_with_any_byte_changed_is_refused() {
    let whole = file();
    std::thread::scope(|scope| {
        for part in 0..2 {
            let mut file = whole.clone();
            scope.spawn(move || {
                for i in (part..file.len()).step_by(2) {
                    let kept = file[i];
                    file[i] ^= 1 << (i % 8);
                    let report = verify(&file, None, now());
                    assert!(!report.holds() && report.failed().is_some(), "byte {i}");
                    file[i] = kept;
                }
            });
        }
    });
}

#[test]
fn without_the_digest_every_other_byte_is_still_guarded() {
    let whole = file();
    let digest_at = text("/bundle/file").find("\"digest\"").unwrap();
    for i in (0..whole.len()).step_by(11) {
        let mut changed = whole.clone();
        changed[i] ^= 1 << (i % 8);
        let Ok(mut bundle) = serde_json::from_slice::<Bundle>(&changed) else {
            continue;
        };
        bundle.digest = bundle.computed_digest().unwrap();
        let in_digest = (digest_at..digest_at + 64).contains(&i);
        let report = run(&bundle.to_bytes().unwrap());
        assert_eq!(report.holds(), in_digest, "byte {i}");
    }
}

#[test]
fn what_is_dropped_doubled_or_swapped_is_found_at_its_step() {
    type Change = Box<dyn FnOnce(&mut Bundle)>;
    let cases: Vec<(&str, Step, Change)> = vec![
        (
            "first leaf dropped",
            Step::Keys,
            Box::new(|b| drop(b.leaves.remove(0))),
        ),
        (
            "acceptance leaf dropped",
            Step::Signatures,
            Box::new(|b| drop(b.leaves.remove(6))),
        ),
        ("leaves swapped", Step::Leaves, Box::new(|b| b.leaves.swap(5, 6))),
        (
            "a leaf doubled",
            Step::Leaves,
            Box::new(|b| b.leaves.insert(5, b.leaves[5].clone())),
        ),
        (
            "proof cut",
            Step::Leaves,
            Box::new(|b| drop(b.leaves[7].proof.pop())),
        ),
        (
            "a version dropped",
            Step::Versions,
            Box::new(|b| drop(b.versions.remove(0))),
        ),
        (
            "versions swapped",
            Step::Versions,
            Box::new(|b| b.versions.swap(0, 1)),
        ),
        (
            "a signature dropped",
            Step::Signatures,
            Box::new(|b| drop(b.versions[1].jws.signatures.remove(1))),
        ),
        (
            "a signature doubled",
            Step::Signatures,
            Box::new(|b| {
                let one = b.versions[1].jws.signatures[1].clone();
                b.versions[1].jws.signatures.push(one);
            }),
        ),
        (
            "a signature moved to the other version",
            Step::Signatures,
            Box::new(|b| {
                let one = b.versions[1].jws.signatures.remove(1);
                b.versions[0].jws.signatures.push(one);
            }),
        ),
        (
            "a key dropped",
            Step::Signatures,
            Box::new(|b| drop(b.keys.remove(0))),
        ),
        (
            "parties of keys swapped",
            Step::Signatures,
            Box::new(|b| b.keys[0].party = "p3".to_owned()),
        ),
        (
            "the cadre's key dropped",
            Step::Keys,
            Box::new(|b| b.roots.clear()),
        ),
        (
            "the witness not named",
            Step::Checkpoint,
            Box::new(|b| b.witnesses.clear()),
        ),
        (
            "the witness's line dropped",
            Step::Checkpoint,
            Box::new(|b| {
                let at = b.checkpoint.rfind('—').unwrap();
                b.checkpoint.truncate(at);
            }),
        ),
        (
            "an older root under newer leaves",
            Step::Checkpoint,
            Box::new(|b| b.checkpoint = text("/fork/note").to_owned()),
        ),
        (
            "another agreement named",
            Step::Versions,
            Box::new(|b| b.agreement = uuid::Uuid::nil()),
        ),
    ];
    for (what, step, change) in cases {
        let report = run(&altered(change));
        assert_eq!(report.failed(), Some(step), "{what}: {:?}", report.findings);
    }
}

#[test]
fn a_fork_signed_by_the_log_key_does_not_hold() {
    let forked = altered(|b| {
        b.checkpoint = text("/fork/note").to_owned();
        b.witnesses.clear();
    });
    let report = run(&forked);
    assert_eq!(report.failed(), Some(Step::Checkpoint), "no quorum");
    let report = verify(&forked, None, now());
    assert_eq!(report.failed(), Some(Step::Leaves), "no leaf leads to that root");
}

#[test]
fn a_policy_that_does_not_know_the_log_decides() {
    let other = text("/policy").replacen(
        "log gongjian.yunqiao.example/log/gulou+5e87ebab+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM",
        &other_log(),
        1,
    );
    let report = verify(&file(), Some(&other.parse().unwrap()), now());
    assert_eq!(report.failed(), Some(Step::Checkpoint));
    assert_eq!(report.findings[0].code, "log-not-trusted");
    let early = instant::parse("2026-11-24T03:00:00.000Z").unwrap();
    assert_eq!(verify(&file(), None, early).findings[0].code, "cosignature-time");
}

fn other_log() -> String {
    use gongjian_api::log::note::{KeyKind, NoteSigner};
    let signer = NoteSigner::new("gongjian.yunqiao.example/log/gulou", KeyKind::Log, &[1; 32]).unwrap();
    format!("log {}", signer.verifier())
}

#[test]
fn openings_must_match_their_commitments() {
    use gongjian_api::agreements::bundle::format::Opening;
    let opening = |salt: &str| Opening {
        pointer: text("/commitments/0/pointer").to_owned(),
        salt: salt.to_owned(),
        value: at("/commitments/0/value").clone(),
    };
    let right = altered(|b| b.openings = vec![opening(text("/commitments/0/salt"))]);
    assert!(run(&right).holds());
    let wrong = altered(|b| b.openings = vec![opening(text("/commitments/1/salt"))]);
    assert_eq!(run(&wrong).failed(), Some(Step::Openings));
}

#[test]
fn rubbish_is_refused_without_a_panic() {
    for bytes in [&b""[..], b"{}", b"[", &[0xff; 100], b"null"] {
        assert_eq!(verify(bytes, None, now()).failed(), Some(Step::Form));
    }
    assert_eq!(
        verify(&vec![b' '; (4 << 20) + 1], None, now()).findings[0].code,
        "too-large"
    );
}
