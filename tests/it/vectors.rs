//! The published vectors, by the product's own code over a real database, and their signatures by a library that
//! is not ours.

use gongjian_api::agreements::query::LeafProof;
use gongjian_api::kernel::clock::Millis;
use gongjian_api::kernel::id::{Id, Tenant};
use gongjian_api::kernel::scope::Scope;
use gongjian_api::log::hash::Hash32;
use gongjian_api::log::leaf::{self, Leaf};
use gongjian_api::log::query::{self, TilePlace};
use gongjian_tests::core::Core;
use gongjian_tests::vectors::{at, list, text};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use sea_orm::{ConnectionTrait, Statement, Value};

async fn insert(core: &Core, sql: &str, values: Vec<Value>) {
    let db = core.app.db.writer();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await.unwrap();
}

/// A database with the vectors' nine leaves and their checkpoint.
async fn published() -> (Core, Scope) {
    let core = Core::start(Millis::new(1_795_489_200_000)).await;
    let mut tenant = None;
    for vector in list("/leaves") {
        let bytes = vector["jcs"].as_str().unwrap().as_bytes();
        let leaf = Leaf::parse(bytes).unwrap();
        let values = vec![
            leaf.tenant.into(),
            i64::try_from(leaf.index).unwrap().into(),
            leaf::hash(bytes).bytes().to_vec().into(),
            bytes.to_vec().into(),
            leaf.kind.clone().into(),
            leaf.subject.kind.clone().into(),
            leaf.subject.id.into(),
            leaf.millis().unwrap().get().into(),
        ];
        let sql = "INSERT INTO log_leaf (tenant, idx, leaf_hash, bytes, kind, subject_type, subject, at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        insert(&core, sql, values).await;
        tenant = Some(leaf.tenant);
    }
    let tenant: Id<Tenant> = Id::from_uuid(tenant.unwrap());
    let root = Hash32::from_b64(text("/roots/9/root_b64")).unwrap();
    let values = vec![
        tenant.uuid().into(),
        9_i64.into(),
        root.bytes().to_vec().into(),
        text("/checkpoint/note").into(),
        0_i64.into(),
    ];
    let sql = "INSERT INTO checkpoint (tenant, size, root, note, cut) VALUES ($1, $2, $3, $4, $5)";
    insert(&core, sql, values).await;
    (core, Scope::tenant(tenant))
}

#[tokio::test]
async fn tiles_and_proofs_from_the_database_are_those_of_the_vectors() {
    let (core, scope) = published().await;
    let db = core.app.db.reader();
    let place = TilePlace::parse("000.p/9").unwrap();
    let tile = query::tile(db, scope, 0, place).await.unwrap();
    assert_eq!(
        Hash32::of(&tile).hex(),
        text("/tiles/tile~10~1000.p~19_sha256_hex")
    );
    let entries = query::entries(db, scope, place).await.unwrap();
    assert_eq!(
        Hash32::of(&entries).hex(),
        text("/tiles/tile~1entries~1000.p~19_sha256_hex")
    );
    assert_eq!(
        at("/tiles/tile~1entries~1000.p~19_bytes"),
        &serde_json::json!(entries.len())
    );
    let told = |nodes: Vec<Hash32>| nodes.iter().map(Hash32::b64).collect::<Vec<_>>();
    for vector in list("/inclusion") {
        let index = vector["index"].as_u64().unwrap();
        let proof = query::inclusion(db, scope, index, 9).await.unwrap();
        assert_eq!(serde_json::json!(told(proof)), vector["proof_b64"], "{index}");
    }
    for vector in list("/consistency") {
        let old = vector["old"].as_u64().unwrap();
        let proof = query::consistency(db, scope, old, 9).await.unwrap();
        assert_eq!(serde_json::json!(told(proof)), vector["proof_b64"], "{old}");
    }
    let seven = LeafProof {
        index: 7,
        bytes: query::leaf(db, scope, 7).await.unwrap().bytes,
        note: query::note_at(db, scope, 9).await.unwrap().unwrap().to_string(),
        size: 9,
        root: query::root_at(db, scope, 9).await.unwrap(),
        proof: query::inclusion(db, scope, 7, 9).await.unwrap(),
    };
    assert_eq!(seven.to_text(), text("/tlog_proof_leaf_7"));
    core.stop().await;
}

/// The key of a thumbprint among the vectors' keys, as the other library reads it.
fn key(kid: &str) -> (DecodingKey, Algorithm) {
    let known = [
        "/keys/p1_es256",
        "/keys/p2_ed25519",
        "/keys/p3_es256",
        "/cadre_credential",
    ];
    let found = known
        .iter()
        .find(|path| text(&format!("{path}/kid")) == kid)
        .unwrap();
    let x = text(&format!("{found}/jwk/x"));
    if at(&format!("{found}/jwk/kty")) == "EC" {
        let y = text(&format!("{found}/jwk/y"));
        (DecodingKey::from_ec_components(x, y).unwrap(), Algorithm::ES256)
    } else {
        (DecodingKey::from_ed_components(x).unwrap(), Algorithm::EdDSA)
    }
}

/// Every signature of a JWS holds, and none holds over another payload.
fn holds(jws: &serde_json::Value) -> usize {
    let payload = jws["payload"].as_str().unwrap();
    let signatures = jws["signatures"].as_array().unwrap();
    for entry in signatures {
        let protected = entry["protected"].as_str().unwrap();
        let header = gongjian_api::log::b64::decode_url(protected).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        let (key, algorithm) = key(header["kid"].as_str().unwrap());
        let signature = entry["signature"].as_str().unwrap();
        let verify = |payload: &str| {
            crypto::verify(
                signature,
                format!("{protected}.{payload}").as_bytes(),
                &key,
                algorithm,
            )
            .unwrap_or(false)
        };
        assert!(verify(payload), "{header}");
        assert!(!verify(&payload.replacen('e', "f", 1)), "{header}");
    }
    signatures.len()
}

#[test]
fn every_signature_holds_for_another_library() {
    assert_eq!(holds(at("/jws_general")), 3);
    for enrolment in list("/enrolments") {
        assert_eq!(holds(&enrolment["jws"]), 2);
    }
}
