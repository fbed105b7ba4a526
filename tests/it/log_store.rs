//! The log in the database: order, tiles, proofs, checkpoints, and what may not change.

use gongjian_api::cli::open::open;
use gongjian_api::kernel::clock::Millis;
use gongjian_api::kernel::id::{Id, Tenant};
use gongjian_api::kernel::problem::Problem;
use gongjian_api::kernel::scope::Scope;
use gongjian_api::kernel::tx;
use gongjian_api::log::checkpoint::Checkpoint;
use gongjian_api::log::error::LogError;
use gongjian_api::log::hash::Hash32;
use gongjian_api::log::leaf::{self, Leaf, LeafActor, LeafDraft, Subject};
use gongjian_api::log::{anchor, query, service, tree};
use gongjian_tests::core::Core;
use gongjian_tests::merkle;
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

const ORIGIN: &str = "test.example/log/a";

fn tenant(n: u128) -> Id<Tenant> {
    Id::from_uuid(Uuid::from_u128(n))
}

fn draft(n: u64) -> LeafDraft {
    LeafDraft {
        tenant: tenant(1),
        kind: "list.imported",
        actor: LeafActor::system(),
        subject: Subject::new("list", Uuid::from_u128(n.into())),
        data: json!({"n": n}),
    }
}

async fn opened() -> Core {
    let core = Core::start(Millis::new(1_795_489_200_000)).await;
    let key = service::signer(&core.app, ORIGIN).unwrap().verifier().to_string();
    tx::run(&core.app.db, async |tx| {
        Ok(service::open(tx, tenant(1), ORIGIN, &key, &[]).await?)
    })
    .await
    .unwrap();
    core
}

async fn fill(core: &Core, from: u64, to: u64) {
    tx::run(&core.app.db, async |tx| {
        for n in from..to {
            let written = service::append(tx, draft(n)).await?;
            assert_eq!(written.index, n);
        }
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn proofs_from_tiles_hold_for_another_library() {
    let core = opened().await;
    fill(&core, 1, 600).await;
    let (db, scope) = (core.app.db.reader(), Scope::tenant(tenant(1)));
    let checkpoint = service::cut(&core.app, tenant(1)).await.unwrap();
    assert_eq!(checkpoint.size, 600);
    for index in [0, 1, 255, 256, 257, 511, 512, 575, 598, 599] {
        let stored = query::leaf(db, scope, index).await.unwrap();
        let read = Leaf::parse(&stored.bytes).unwrap();
        assert_eq!(read.index, index);
        let proof = query::inclusion(db, scope, index, 600).await.unwrap();
        let hash = leaf::hash(&stored.bytes);
        assert!(
            tree::verify_inclusion(&hash, index, 600, &proof, &checkpoint.root),
            "{index}"
        );
        let path: Vec<Vec<u8>> = proof.iter().map(|p| p.bytes().to_vec()).collect();
        assert_eq!(
            merkle::included(&stored.bytes, index, 600, checkpoint.root.bytes(), &path),
            Ok(())
        );
    }
    fill(&core, 600, 700).await;
    let later = service::cut(&core.app, tenant(1)).await.unwrap();
    let proof = query::consistency(db, scope, 600, 700).await.unwrap();
    assert!(tree::verify_consistency(
        600,
        &checkpoint.root,
        700,
        &later.root,
        &proof
    ));
    assert!(matches!(
        query::inclusion(db, scope, 700, 700).await,
        Err(LogError::NotFound)
    ));
    let foreign = Scope::tenant(tenant(2));
    assert!(matches!(
        query::leaf(db, foreign, 0).await,
        Err(LogError::NotFound)
    ));
    assert!(matches!(query::head(db, foreign).await, Err(LogError::NotOpened)));
    core.stop().await;
}

#[tokio::test]
async fn an_act_that_fails_leaves_no_leaf_and_time_never_goes_back() {
    let core = opened().await;
    let failed: Result<(), Problem> = tx::run(&core.app.db, async |tx| {
        service::append(tx, draft(1)).await?;
        Err(Problem::new("validation", 422))
    })
    .await;
    assert!(failed.is_err());
    let (db, scope) = (core.app.db.reader(), Scope::tenant(tenant(1)));
    assert_eq!(query::head(db, scope).await.unwrap().size, 1);
    core.clock.advance_ms(-3_600_000);
    fill(&core, 1, 2).await;
    let first = Leaf::parse(&query::leaf(db, scope, 0).await.unwrap().bytes).unwrap();
    let second = Leaf::parse(&query::leaf(db, scope, 1).await.unwrap().bytes).unwrap();
    assert_eq!(first.at, second.at);
    assert_eq!(first.kind, "log.opened");
    core.stop().await;
}

#[tokio::test]
async fn checkpoints_are_kept_once_and_anchored() {
    let core = opened().await;
    let first = service::cut(&core.app, tenant(1)).await.unwrap();
    assert_eq!(service::cut(&core.app, tenant(1)).await.unwrap(), first);
    assert_eq!(
        anchor::last(&core.app.config.keys, ORIGIN).unwrap(),
        Some(first.clone())
    );
    let note = query::note_at(core.app.db.reader(), Scope::tenant(tenant(1)), 1)
        .await
        .unwrap()
        .unwrap();
    let signer = service::signer(&core.app, ORIGIN).unwrap();
    assert!(signer.verifier().check(&note.text, &note.lines[0]).is_some());
    core.stop().await;
}

#[tokio::test]
async fn a_database_that_lacks_what_was_published_is_not_opened() {
    let core = opened().await;
    fill(&core, 1, 300).await;
    let published = service::cut(&core.app, tenant(1)).await.unwrap();
    fill(&core, 300, 301).await;
    let try_open = async || match open(core.app.config.clone()).await {
        Ok(app) => {
            app.db.close().await.unwrap();
            String::new()
        }
        Err(error) => error.to_string(),
    };
    assert_eq!(try_open().await, "", "what was published begins the log");
    let folder = &core.app.config.keys;
    let file = folder.join("log.anchor");
    let kept = std::fs::read(&file).unwrap();
    let root = Hash32::of(b"another history");
    for (origin, size, told) in [
        (
            ORIGIN,
            302,
            "has 301 entries in the database, but 302 were published",
        ),
        (
            ORIGIN,
            300,
            "the first 300 entries of the log test.example/log/a are not those",
        ),
        (
            ORIGIN,
            301,
            "the first 301 entries of the log test.example/log/a are not those",
        ),
        (
            "test.example/log/b",
            4,
            "no log test.example/log/b, but 4 entries",
        ),
    ] {
        let checkpoint = Checkpoint {
            origin: origin.to_owned(),
            size,
            root,
        };
        let key = service::signer(&core.app, origin).unwrap();
        anchor::keep(folder, &checkpoint.sign(&key).to_string()).unwrap();
        let words = try_open().await;
        assert!(words.contains(told), "{words}");
        assert!(words.contains("Restore the newest backup"), "{words}");
        std::fs::write(&file, &kept).unwrap();
    }
    assert_eq!(published.size, 300);
    assert_eq!(try_open().await, "");
    core.stop().await;
}

#[tokio::test]
async fn writers_side_by_side_leave_no_gap() {
    let core = opened().await;
    let write = async |w: u64| {
        for n in 0..20 {
            let act = async |tx: &tx::Tx| Ok(service::append(tx, draft(w * 100 + n)).await?);
            tx::run(&core.app.db, act).await.unwrap();
        }
    };
    tokio::join!(write(1), write(2), write(3), write(4));
    let (db, scope) = (core.app.db.reader(), Scope::tenant(tenant(1)));
    assert_eq!(query::head(db, scope).await.unwrap().size, 81);
    let mut hashes = Vec::new();
    for index in 0..81 {
        let stored = query::leaf(db, scope, index).await.unwrap();
        assert_eq!(Leaf::parse(&stored.bytes).unwrap().index, index);
        hashes.push(leaf::hash(&stored.bytes));
    }
    assert_eq!(tree::root_of(&hashes), query::head(db, scope).await.unwrap().root);
    core.stop().await;
}

#[tokio::test]
async fn the_database_refuses_to_change_the_log() {
    let core = opened().await;
    service::cut(&core.app, tenant(1)).await.unwrap();
    let fact = json!({"schema": "gongjian.test/1"});
    tx::run(&core.app.db, async |tx| {
        Ok(service::record_fact(tx, tenant(1), &fact).await?)
    })
    .await
    .unwrap();
    for statement in [
        "UPDATE log_leaf SET kind = 'x'",
        "DELETE FROM log_leaf",
        "UPDATE checkpoint SET note = 'x'",
        "DELETE FROM checkpoint",
        "DELETE FROM fact",
    ] {
        let outcome = core.app.db.writer().execute_unprepared(statement).await;
        assert!(
            outcome.unwrap_err().to_string().contains("append-only"),
            "{statement}"
        );
    }
    core.stop().await;
}
