//! Documents, keys and signatures by the published vectors, the refused ones above all.

use gongjian_api::agreements::domain::document::Document;
use gongjian_api::agreements::domain::rules;
use gongjian_api::agreements::domain::state::{
    Act, Refusal, Signed, Standing, State, chain_next, chain_start,
};
use gongjian_api::agreements::sign::receipt::{Against, EnrolledKey, SignFault, judge};
use gongjian_api::identity::keys::commitment::commit;
use gongjian_api::identity::keys::enrol;
use gongjian_api::identity::keys::jwk::PublicKey;
use gongjian_api::identity::keys::jws::{Header, Intent, Jws, SignatureEntry, signing_input};
use gongjian_api::kernel::strict_json;
use gongjian_api::log::b64;
use gongjian_api::log::hash::Hash32;
use gongjian_api::log::instant;
use gongjian_tests::vectors::{at, list, text};
use serde_json::Value;

fn payload(version: usize) -> Vec<u8> {
    b64::decode_url(text(&format!("/versions/{version}/payload_b64url"))).unwrap()
}

fn key_of(party: &str) -> EnrolledKey {
    let i = list("/enrolments")
        .iter()
        .position(|e| e["fact"]["party"] == *party)
        .unwrap();
    let fact = at(&format!("/enrolments/{i}/fact"));
    EnrolledKey {
        key: PublicKey::from_jwk(&fact["jwk"]).unwrap(),
        party: party.parse().unwrap(),
        valid_from: fact["valid_from"].as_str().unwrap().parse().unwrap(),
        valid_until: fact["valid_until"].as_str().unwrap().parse().unwrap(),
        revoked: false,
    }
}

fn entry(vector: &Value) -> SignatureEntry {
    SignatureEntry {
        protected: vector["protected"].as_str().unwrap().to_owned(),
        signature: vector["signature"].as_str().unwrap().to_owned(),
    }
}

#[test]
fn doubtful_json_is_refused_and_the_rest_canonicalised() {
    for vector in list("/reject_before_canonicalising") {
        let json = vector["json"].as_str().unwrap();
        assert!(strict_json::parse(json.as_bytes()).is_err(), "{}", vector["why"]);
    }
    for vector in list("/accept_and_canonicalise") {
        let value = strict_json::parse(vector["json"].as_str().unwrap().as_bytes()).unwrap();
        let bytes = strict_json::canonical(&value).unwrap();
        assert_eq!(
            std::str::from_utf8(&bytes).unwrap(),
            vector["jcs"].as_str().unwrap()
        );
    }
}

#[test]
fn version_documents_have_the_bytes_and_hashes_of_the_vectors() {
    let mut before: Option<(Document, Hash32)> = None;
    for i in 0..2 {
        let bytes = payload(i);
        let document = Document::parse(&bytes).unwrap();
        assert_eq!(document.to_bytes().unwrap(), bytes);
        assert_eq!(
            serde_json::to_value(&document).unwrap(),
            *at(&format!("/versions/{i}/document"))
        );
        let hash = Hash32::of(&bytes);
        assert_eq!(hash.to_string(), text(&format!("/versions/{i}/hash")));
        if let Some((before, previous)) = before {
            assert!(rules::chain_faults(&document, &before, previous).is_empty());
            assert!(!rules::chain_faults(&document, &before, hash).is_empty());
        }
        before = Some((document, hash));
    }
}

#[test]
fn signatures_digests_and_chain_are_those_of_the_vectors() {
    let bytes = payload(1);
    let mut chain = chain_start("01930002-0000-7000-8000-000000000002".parse().unwrap());
    assert_eq!(chain.b64u(), text("/chain_0"));
    for vector in list("/signatures") {
        let entry = entry(vector);
        let header = Header::parse(&entry.protected).unwrap();
        assert_eq!(
            header.to_bytes(),
            vector["header_jcs"].as_str().unwrap().as_bytes()
        );
        let document = Document::parse(&bytes).unwrap();
        let party = document.party(header.party.as_deref().unwrap()).unwrap().id;
        let key = key_of(&party.to_string()).key;
        assert_eq!(key.kid(), header.kid);
        assert!(entry.verifies(&key, &bytes));
        assert!(!entry.verifies(&key, &payload(0)), "another version");
        let input = signing_input(&entry.protected, &bytes);
        assert_eq!(
            Hash32::of(input.as_bytes()).hex(),
            vector["signing_input_sha256_hex"].as_str().unwrap()
        );
        let digest = entry.digest(&bytes);
        assert_eq!(digest.b64u(), vector["digest"].as_str().unwrap());
        chain = chain_next(&chain, &digest);
        assert_eq!(chain.b64u(), vector["chain_after"].as_str().unwrap());
    }
}

#[test]
fn enrolments_and_commitments_hold() {
    let cadre = PublicKey::from_jwk(at("/cadre_credential/jwk")).unwrap();
    assert_eq!(cadre.kid(), text("/cadre_credential/kid"));
    for vector in list("/enrolments") {
        let jws: Jws = serde_json::from_value(vector["jws"].clone()).unwrap();
        let known = |kid: &str| (kid == cadre.kid()).then(|| cadre.clone());
        let enrolment = enrol::check(&jws, known).unwrap();
        assert_eq!(serde_json::to_value(&enrolment.fact).unwrap(), vector["fact"]);
        assert_eq!(enrol::check(&jws, |_| None), Err(enrol::EnrolFault::Vouching));
        let mut swapped = jws.clone();
        swapped.signatures.reverse();
        assert_eq!(enrol::check(&swapped, known), Err(enrol::EnrolFault::Possession));
    }
    for vector in list("/commitments") {
        let salt = b64::decode_url(vector["salt"].as_str().unwrap())
            .unwrap()
            .try_into()
            .unwrap();
        let scope = vector["scope"].as_str().unwrap().parse().unwrap();
        let hash = commit(
            &salt,
            scope,
            vector["pointer"].as_str().unwrap(),
            &vector["value"],
        )
        .unwrap();
        assert_eq!(hash.b64u(), vector["commitment"].as_str().unwrap());
    }
}

/// The named problem of each bad header, in the order of checks: receipt, state, prior, seen, nonce.
#[test]
fn bad_headers_are_refused_for_the_reason_named() {
    let bytes = payload(1);
    let current = Document::parse(&bytes).unwrap();
    let first = Document::parse(&payload(0)).unwrap();
    let now = instant::parse(text("/bad_headers_context/now")).unwrap();
    let counter = Header::parse(text("/signatures/0/protected")).unwrap();
    let digest = Hash32::from_b64u(text("/signatures/0/digest")).unwrap();
    let opened = Standing::opened(first.agreement, &first.refs(), first.term.from);
    let countered = Signed {
        party: "p2".to_owned(),
        version: 2,
        prior_n: 0,
        digest,
        on: now.day(),
    };
    let standing = opened.apply(&Act::Counter(countered, current.term.from)).unwrap();
    let chain = [chain_start(first.agreement), standing.head_hash];
    for vector in list("/bad_headers").iter().chain([at("/signatures/1")]) {
        let entry = entry(vector);
        let p1 = key_of(&current.party("p1").unwrap().id.to_string());
        let against = Against {
            route: Intent::Accept,
            current: &current,
            current_bytes: &bytes,
            payload: None,
            key: Some(&p1),
            now,
        };
        let code = match judge(&entry, &against) {
            Err(SignFault::Invalid) => "signature-invalid",
            Err(SignFault::IntentNotAllowed) => "intent-not-allowed",
            Err(SignFault::CredentialUnknown) => "credential-unknown",
            Err(SignFault::CredentialRevoked) => "credential-revoked",
            Err(SignFault::SignerNotAllowed) => "signer-not-allowed",
            Err(SignFault::Expired) => "signature-expired",
            Err(SignFault::Document(_)) => "document-invalid",
            Ok(receipt) => {
                let prior = receipt.header.prior.clone().unwrap();
                let known = chain.get(usize::try_from(prior.n).unwrap()).map(Hash32::b64u);
                let published = [1, 5, 6].iter().any(|size| {
                    receipt.header.seen.size == *size
                        && receipt.header.seen.root == text(&format!("/roots/{size}/root_b64"))
                });
                let signed = Signed {
                    party: receipt.party,
                    version: 2,
                    prior_n: prior.n,
                    digest: receipt.digest,
                    on: now.day(),
                };
                match standing.apply(&Act::Accept(signed)) {
                    Err(_) => "prior-mismatch",
                    Ok(_) if known != Some(prior.hash) => "prior-mismatch",
                    Ok(_) if !published => "checkpoint-unknown",
                    Ok(_) if receipt.header.nonce == counter.nonce => "nonce-used",
                    Ok(_) => "created",
                }
            }
        };
        let expected = vector.get("expect").and_then(Value::as_str).unwrap_or("created");
        assert_eq!(code, expected, "{}", vector["why"]);
    }
}

#[test]
fn revoked_expired_and_foreign_keys_do_not_sign() {
    let bytes = payload(1);
    let current = Document::parse(&bytes).unwrap();
    let now = instant::parse(text("/bad_headers_context/now")).unwrap();
    let good = entry(at("/signatures/1"));
    let p1 = key_of(&current.party("p1").unwrap().id.to_string());
    let judged = |key: Option<&EnrolledKey>| {
        let against = Against {
            route: Intent::Accept,
            current: &current,
            current_bytes: &bytes,
            payload: None,
            key,
            now,
        };
        judge(&good, &against).map(|r| r.party)
    };
    assert_eq!(judged(Some(&p1)), Ok("p1".to_owned()));
    assert_eq!(judged(None), Err(SignFault::CredentialUnknown));
    let revoked = EnrolledKey {
        revoked: true,
        ..p1.clone()
    };
    assert_eq!(judged(Some(&revoked)), Err(SignFault::CredentialRevoked));
    let old = EnrolledKey {
        valid_until: "2026-11-23".parse().unwrap(),
        ..p1.clone()
    };
    assert_eq!(judged(Some(&old)), Err(SignFault::CredentialRevoked));
    let foreign = key_of(&current.party("p2").unwrap().id.to_string());
    assert_eq!(judged(Some(&foreign)), Err(SignFault::SignerNotAllowed));
}

#[test]
fn the_vectors_signatures_lead_to_an_agreement_signed_by_all() {
    let current = Document::parse(&payload(1)).unwrap();
    let on = "2026-11-24".parse().unwrap();
    let mut standing = Standing::opened(current.agreement, &current.refs(), current.term.from);
    for (i, vector) in list("/signatures").iter().enumerate() {
        let header = Header::parse(vector["protected"].as_str().unwrap()).unwrap();
        let signed = Signed {
            party: header.party.unwrap(),
            version: 2,
            prior_n: header.prior.unwrap().n,
            digest: Hash32::from_b64u(vector["digest"].as_str().unwrap()).unwrap(),
            on,
        };
        let act = if i == 0 {
            Act::Counter(signed.clone(), current.term.from)
        } else {
            Act::Accept(signed.clone())
        };
        standing = standing.apply(&act).unwrap();
        let again = Act::Accept(Signed {
            prior_n: standing.head_seq,
            ..signed
        });
        let refused = standing.apply(&again).unwrap_err();
        assert!(matches!(
            refused,
            Refusal::AlreadySigned | Refusal::State(State::Signed)
        ));
    }
    assert_eq!(standing.state, State::Signed);
    assert_eq!(standing.head_hash.b64u(), text("/signatures/2/chain_after"));
    assert_eq!(
        standing.in_force_on.map(|d| d.to_string()).as_deref(),
        Some("2026-12-01")
    );
    assert_eq!(standing.apply(&Act::Begin).unwrap().state, State::InForce);
    assert_eq!(standing.apply(&Act::Lapse), Err(Refusal::State(State::Signed)));
}
