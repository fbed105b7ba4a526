//! The log over HTTP: tiles and the checkpoint for anybody, entries and proofs for systems with the scope.

use gongjian_api::identity::role::Act;
use gongjian_api::kernel::tx;
use gongjian_api::log::checkpoint::Checkpoint;
use gongjian_api::log::hash::Hash32;
use gongjian_api::log::leaf::{self, LeafActor, LeafDraft, Subject};
use gongjian_api::log::note::{Note, VerifierKey};
use gongjian_api::log::{service, tree};
use gongjian_tests::merkle;
use gongjian_tests::office::Office;
use gongjian_tests::system::System;
use serde_json::{Value, json};
use uuid::Uuid;

async fn grow(office: &Office, leaves: u128) -> Checkpoint {
    tx::run(&office.db, async |tx| {
        for n in 0..leaves {
            let draft = LeafDraft {
                tenant: office.scope.tenant,
                kind: "report.closed",
                actor: LeafActor::system(),
                subject: Subject::new("report", Uuid::from_u128(n)),
                data: json!({}),
            };
            service::append(tx, draft).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let app = office.app.beside().await;
    let cut = service::cut(&app, office.scope.tenant).await.unwrap();
    app.db.close().await.unwrap();
    cut
}

fn hashes(value: &Value) -> Vec<Hash32> {
    let path = value["path"].as_array().unwrap();
    path.iter()
        .map(|node| Hash32::from_b64(node.as_str().unwrap()).unwrap())
        .collect()
}

async fn bytes(system: &System, path: &str, cache: &str) -> Vec<u8> {
    let answer = system.fetch(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    assert!(
        answer.headers()["cache-control"]
            .to_str()
            .unwrap()
            .starts_with(cache),
        "{path}"
    );
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_the_tiles_comes_to_the_signed_root() {
    let office = Office::open().await;
    let system = System::register(&office.app.beside().await, office.scope, None, 60).await;
    let early = grow(&office, 40).await;
    let late = grow(&office, 300).await;
    let state = system.json("/api/v1/log").await;
    assert_eq!(state["size"], late.size);

    let answer = system.bare("/log/jinghe/checkpoint").await;
    assert_eq!(answer.headers()["cache-control"], "no-cache");
    let note: Note = answer.text().await.unwrap().parse().unwrap();
    let key: VerifierKey = state["key"].as_str().unwrap().parse().unwrap();
    assert!(key.check(&note.text, &note.lines[0]).is_some());
    assert_eq!(note.text.parse(), Ok(late.clone()));

    let part = late.size - 256;
    let mut tiles = bytes(&system, "/log/jinghe/tile/0/000", "public").await;
    assert_eq!(tiles.len(), 8192);
    tiles.extend(
        bytes(
            &system,
            &format!("/log/jinghe/tile/0/001.p/{part}"),
            "public, max-age=31536000, immutable",
        )
        .await,
    );
    let level0: Vec<Hash32> = tiles.chunks(32).map(|h| Hash32::from_slice(h).unwrap()).collect();
    assert_eq!(tree::root_of(&level0), late.root);
    let above = bytes(&system, "/log/jinghe/tile/1/000.p/1", "public").await;
    assert_eq!(above, tree::root_of(&level0[..256]).bytes());

    let mut entries = bytes(&system, "/log/jinghe/tile/entries/000", "private").await;
    entries.extend(
        bytes(
            &system,
            &format!("/log/jinghe/tile/entries/001.p/{part}"),
            "private",
        )
        .await,
    );
    let mut rest = entries.as_slice();
    let mut leaves = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let (leaf, after) = after.split_at(u16::from_be_bytes(*length).into());
        leaves.push(leaf.to_vec());
        rest = after;
    }
    let hashed: Vec<Hash32> = leaves.iter().map(|l| leaf::hash(l)).collect();
    assert_eq!(hashed, level0);

    let proof = system
        .json(&format!(
            "/api/v1/log/consistency?from={}&to={}",
            early.size, late.size
        ))
        .await;
    assert!(tree::verify_consistency(
        early.size,
        &early.root,
        late.size,
        &late.root,
        &hashes(&proof)
    ));
    let proof = system
        .json(&format!("/api/v1/log/inclusion?leaf=7&size={}", late.size))
        .await;
    let path: Vec<Vec<u8>> = hashes(&proof).iter().map(|node| node.bytes().to_vec()).collect();
    assert_eq!(
        merkle::included(&leaves[7], 7, late.size, late.root.bytes(), &path),
        Ok(())
    );
    let page = system.json("/api/v1/log/leaves?from=5&limit=2").await;
    assert_eq!(page["items"][0]["hash"], level0[5].b64());
    assert_eq!(
        (&page["items"][1]["leaf"]["index"], &page["next"]),
        (&json!(6), &json!(7))
    );
    refused(&office, &system, &early, &late).await;
    office.stop().await;
}

async fn refused(office: &Office, system: &System, early: &Checkpoint, late: &Checkpoint) {
    let part = late.size - 256;
    assert_eq!(
        system
            .bare(&format!("/log/jinghe/tile/0/000.p/{}", early.size))
            .await
            .status(),
        200
    );
    for path in [
        format!("/log/jinghe/tile/0/000.p/{}", early.size + 1),
        format!("/log/jinghe/tile/0/001.p/{}", part + 1),
        "/log/jinghe/tile/0/001".to_owned(),
        "/log/jinghe/tile/1/000.p/2".to_owned(),
        "/log/jinghe/tile/6/000.p/1".to_owned(),
        "/log/jinghe/tile/00/000".to_owned(),
        "/log/jinghe/tile/0/0".to_owned(),
        "/log/elsewhere/checkpoint".to_owned(),
    ] {
        assert_eq!(system.bare(&path).await.status(), 404, "{path}");
    }
    assert_eq!(system.bare("/log/jinghe/tile/entries/000").await.status(), 401);
    let reader = System::for_acts(
        &office.app.beside().await,
        office.scope,
        None,
        &[Act::ReadAgreements],
        61,
    )
    .await;
    assert_eq!(reader.fetch("/log/jinghe/tile/entries/000").await.status(), 403);
    for path in [
        "/api/v1/log",
        "/api/v1/log/leaves",
        "/api/v1/log/inclusion?leaf=0&size=1",
    ] {
        assert_eq!(reader.fetch(path).await.status(), 403, "{path}");
    }
    for path in [
        "/api/v1/log/leaves?limit=0",
        "/api/v1/log/consistency?from=1",
        "/api/v1/log/leaves?colour=red",
    ] {
        assert_eq!(system.fetch(path).await.status(), 400, "{path}");
    }
    let beyond = format!("/api/v1/log/inclusion?leaf=0&size={}", late.size + 1000);
    assert_eq!(system.fetch(&beyond).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_leaf_is_proven_by_a_file_of_a_few_lines() {
    let office = Office::open().await;
    let no = office.draft(1).await;
    office.post_draft(no, "send", &[]).await.ok();
    let system = System::register(&office.app.beside().await, office.scope, None, 62).await;
    let list = system.json("/api/v1/agreements").await;
    let id = list["items"][0]["id"].as_str().unwrap();
    let leaves = system.json("/api/v1/log/leaves?limit=200").await;
    let opened = leaves["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|l| l["leaf"]["kind"] == "agreement.opened");
    let index = opened.unwrap()["index"].as_u64().unwrap();
    let text = system
        .fetch(&format!("/api/v1/agreements/{id}/proofs/{index}.tlog-proof"))
        .await
        .text()
        .await
        .unwrap();
    let (head, note) = text.split_once("\n\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("c2sp.org/tlog-proof@v1"));
    assert_eq!(lines.next(), Some(format!("index {index}").as_str()));
    let path: Vec<Hash32> = lines.map(|node| Hash32::from_b64(node).unwrap()).collect();
    let checkpoint: Checkpoint = note.parse::<Note>().unwrap().text.parse().unwrap();
    let hash = Hash32::from_b64(opened.unwrap()["hash"].as_str().unwrap()).unwrap();
    assert!(tree::verify_inclusion(
        &hash,
        index,
        checkpoint.size,
        &path,
        &checkpoint.root
    ));
    office.stop().await;
}
