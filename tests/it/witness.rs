//! Witnesses: every answer, cosignatures in bundles, and a database set back to yesterday.

use gongjian_api::agreements::bundle::verify::{Step, verify};
use gongjian_api::agreements::query as agreements;
use gongjian_api::app::App;
use gongjian_api::cli::verify::{Beside, audit, exit_code_of};
use gongjian_api::identity::keys::jws::Intent;
use gongjian_api::kernel::clock::{Clock, Millis};
use gongjian_api::kernel::tx;
use gongjian_api::log::checkpoint::Checkpoint;
use gongjian_api::log::hash::Hash32;
use gongjian_api::log::leaf::{self, LeafActor, LeafDraft, Subject};
use gongjian_api::log::note::{KeyKind, Note, NoteSigner};
use gongjian_api::log::policy::TrustPolicy;
use gongjian_api::log::witness::ask;
use gongjian_api::log::witness::judge::{Answer, Witness};
use gongjian_api::log::witness::request::AddCheckpoint;
use gongjian_api::log::{query, service, tree};
use gongjian_tests::client::Browser;
use gongjian_tests::core::Core;
use gongjian_tests::process;
use gongjian_tests::street::{ORIGIN, Street};
use gongjian_tests::vectors::{at, hex, list, text};
use serde_json::json;
use uuid::Uuid;

fn signer(path: &str, kind: KeyKind) -> NoteSigner {
    let seed = <[u8; 32]>::try_from(hex(text(&format!("{path}/seed_hex")))).unwrap();
    NoteSigner::new(text(&format!("{path}/name")), kind, &seed).unwrap()
}

/// A request about the vectors' log, from one size to another.
fn request(old: u64, new: u64) -> AddCheckpoint {
    let hashes: Vec<Hash32> = list("/leaves")
        .iter()
        .map(|leaf| leaf::hash(leaf["jcs"].as_str().unwrap().as_bytes()))
        .collect();
    let part = |range: &std::ops::Range<u64>| {
        let (from, to) = (
            usize::try_from(range.start).unwrap(),
            usize::try_from(range.end).unwrap(),
        );
        tree::root_of(&hashes[from..to])
    };
    let log = signer("/keys/log_ed25519", KeyKind::Log);
    let checkpoint = Checkpoint {
        origin: log.verifier().name().to_owned(),
        size: new,
        root: part(&(0..new)),
    };
    let plan = if old == 0 || old >= new {
        Vec::new()
    } else {
        tree::consistency_plan(old, new)
    };
    AddCheckpoint {
        old,
        proof: plan.iter().map(part).collect(),
        note: checkpoint.sign(&log),
    }
}

#[tokio::test]
async fn a_witness_gives_every_answer_and_keeps_the_proof_of_a_fork() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("w.sqlite");
    let open = async || {
        let key = signer("/keys/witness_ed25519", KeyKind::Witness);
        let log = signer("/keys/log_ed25519", KeyKind::Log).verifier().clone();
        Witness::open(&state, key, vec![log]).await.unwrap()
    };
    let witness = open().await;
    let now = Millis::new(at("/checkpoint/cosignature_time").as_i64().unwrap() * 1000);
    let add = async |asked: &AddCheckpoint| witness.add(&asked.to_string(), now).await.unwrap();
    assert_eq!(add(&request(6, 9)).await, Answer::Conflict(0));
    assert!(matches!(add(&request(0, 6)).await, Answer::Signed(_)));
    assert_eq!(add(&request(0, 9)).await, Answer::Conflict(6));
    assert_eq!(add(&request(9, 6)).await, Answer::Malformed);
    let mut wrong = request(6, 9);
    wrong.proof.swap(0, 1);
    assert_eq!(add(&wrong).await, Answer::Unproven);
    let mut unsigned = request(6, 9);
    unsigned.note.lines[0].bytes[0] ^= 1;
    assert_eq!(add(&unsigned).await, Answer::NotSigned);
    let other = NoteSigner::new("other.example/log", KeyKind::Log, &[1; 32]).unwrap();
    let mut foreign = request(6, 9);
    foreign.note = Checkpoint {
        origin: "other.example/log".to_owned(),
        size: 9,
        root: tree::empty_root(),
    }
    .sign(&other);
    assert_eq!(add(&foreign).await, Answer::UnknownLog);
    for rubbish in ["", "old 6", "old 06\n\nx", "old x\n\nx\n\n"] {
        assert_eq!(
            witness.add(rubbish, now).await.unwrap(),
            Answer::Malformed,
            "{rubbish:?}"
        );
    }

    // The request of the vectors, and the line they have for it.
    assert_eq!(request(6, 9).to_string(), text("/add_checkpoint_request_from_6"));
    let signed = witness
        .add(text("/add_checkpoint_request_from_6"), now)
        .await
        .unwrap();
    let note: Note = text("/checkpoint/note").parse().unwrap();
    assert_eq!(signed, Answer::Signed(note.lines[1].clone()));

    // The log signs another history of the same size: never, and the proof of it is kept over a restart.
    let fork = AddCheckpoint {
        old: 9,
        proof: Vec::new(),
        note: text("/fork/note").parse().unwrap(),
    };
    assert_eq!(add(&fork).await, Answer::Conflict(9));
    drop(witness);
    let again = open().await;
    assert_eq!(again.forks().await.unwrap(), [text("/fork/note")]);
    assert_eq!(
        again.add(&request(6, 9).to_string(), now).await.unwrap(),
        Answer::Conflict(9)
    );
    assert!(matches!(
        again.add(&request(9, 9).to_string(), now).await.unwrap(),
        Answer::Signed(_)
    ));
}

async fn grow(app: &App, street: &Street, n: u128) {
    tx::run(&app.db, async |tx| {
        let draft = LeafDraft {
            tenant: street.tenant,
            kind: "report.closed",
            actor: LeafActor::system(),
            subject: Subject::new("report", Uuid::from_u128(n)),
            data: json!({"n": u64::try_from(n).unwrap()}),
        };
        Ok(service::append(tx, draft).await?)
    })
    .await
    .unwrap();
}

/// The street's services with a witness in the settings.
fn witnessed(core: &Core, witness: &process::Witness) -> App {
    let mut app = core.app.clone();
    app.config.witnesses = vec![format!("{} {}", witness.base, witness.key)];
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn bundles_carry_the_witnesses_lines_and_the_policy_asks_for_them() {
    let street = Street::open().await;
    let vkey = service::signer(&street.core.app, ORIGIN)
        .unwrap()
        .verifier()
        .to_string();
    let folder = tempfile::tempdir().unwrap();
    let witness = process::Witness::start(folder.path(), "witness.example/w1", &[vkey]);
    let app = witnessed(&street.core, &witness);
    let sent = street.send(1, 2).await;
    for signer in [0, 1] {
        street.sign(signer, sent.agreement, Intent::Accept).await.unwrap();
    }
    let alone = agreements::bundle(&street.core.app, street.scope(), sent.agreement)
        .await
        .unwrap();
    let whole = agreements::bundle(&app, street.scope(), sent.agreement)
        .await
        .unwrap();
    assert_eq!(
        (alone.witnesses.len(), whole.witnesses.as_slice()),
        (0, &[witness.key.clone()][..])
    );
    let policy = agreements::trust_policy(&app, street.scope()).await.unwrap();
    assert!(
        policy.to_text().contains("quorum witnesses"),
        "{}",
        policy.to_text()
    );
    let policy: TrustPolicy = policy.to_text().parse().unwrap();
    // The witness goes by the machine's clock, which is behind the tests' or ahead of it.
    let now = gongjian_api::kernel::clock::SystemClock.now();
    let held = verify(&whole.to_bytes().unwrap(), Some(&policy), now);
    assert!(held.holds(), "{:?}", held.findings);
    let missing = verify(&alone.to_bytes().unwrap(), Some(&policy), now);
    assert_eq!(missing.failed(), Some(Step::Checkpoint));
    assert_eq!(missing.findings[0].code, "quorum");

    // A witness that is away delays nobody, and lends no line.
    drop(witness);
    grow(&street.core.app, &street, 1).await;
    let without = agreements::bundle(&app, street.scope(), sent.agreement)
        .await
        .unwrap();
    assert!(without.witnesses.is_empty());
    street.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_yesterday_only_reads_and_its_witness_refuses() {
    // The database is set back by copying its file.
    if gongjian_tests::database::server().is_some() {
        return;
    }
    let street = Street::open().await;
    let core = &street.core;
    let vkey = service::signer(&core.app, ORIGIN).unwrap().verifier().to_string();
    let folder = tempfile::tempdir().unwrap();
    let witness = process::Witness::start(folder.path(), "witness.example/w1", &[vkey]);
    let file = folder.path().join("yesterday.sqlite");
    let sql = format!("VACUUM INTO '{}'", file.display());
    sea_orm::ConnectionTrait::execute_unprepared(core.app.db.writer(), &sql)
        .await
        .unwrap();

    // Today: more is written, published and witnessed.
    let app = witnessed(core, &witness);
    grow(&app, &street, 1).await;
    grow(&app, &street, 2).await;
    let today = service::cut(&app, street.tenant).await.unwrap();
    ask::all(&app, street.tenant, true).await.unwrap();
    assert_eq!(
        query::cosignatures(app.db.reader(), street.scope(), today.size)
            .await
            .unwrap()
            .len(),
        1
    );
    let note = query::note_at(app.db.reader(), street.scope(), today.size)
        .await
        .unwrap()
        .unwrap();

    // The copy is found out by the checkpoint kept elsewhere.
    let url = format!("sqlite://{}", file.display());
    let copy = gongjian_api::kernel::db::Db::open_to_read(&url).await.unwrap();
    let by_itself = audit(&copy, &Beside::default()).await.unwrap();
    assert!(
        exit_code_of(&by_itself) != 7,
        "an old copy is whole by itself: {by_itself:?}"
    );
    let notes = [note];
    let beside = Beside {
        checkpoints: &notes,
        ..Beside::default()
    };
    let found = audit(&copy, &beside).await.unwrap();
    assert_eq!(exit_code_of(&found), 7);
    let mut codes = found[0].findings.iter().map(|finding| finding.code);
    assert!(codes.any(|code| code == "rolled-back"), "{found:?}");
    copy.close().await.unwrap();
    refuses(&street, &witness, &url).await;
    reads(&street, &url).await;
    street.stop().await;
}

/// Whoever writes on in the copy gets no line, and the database is frozen.
async fn refuses(street: &Street, witness: &process::Witness, url: &str) {
    let core = &street.core;
    let ids = std::sync::Arc::new(gongjian_api::kernel::id::SystemIds);
    let elsewhere = tempfile::tempdir().unwrap();
    let mut config = core.app.config.clone();
    config.witnesses = vec![format!("{} {}", witness.base, witness.key)];
    config.keys = elsewhere.path().to_owned();
    let db = gongjian_api::kernel::db::Db::open(url, core.app.db.shared_clock(), ids)
        .await
        .unwrap();
    let app = App::new(db, config, core.app.keys.clone());
    for n in 0..9 {
        grow(&app, street, 100 + n).await;
    }
    service::cut(&app, street.tenant).await.unwrap();
    let refused = ask::all(&app, street.tenant, true).await;
    assert!(refused.is_err() && app.db.is_frozen(), "{refused:?}");
    let more: Result<(), _> = tx::run(&app.db, async |tx| {
        let leaf = LeafDraft {
            tenant: street.tenant,
            kind: "report.closed",
            actor: LeafActor::system(),
            subject: Subject::new("report", Uuid::from_u128(1)),
            data: json!({}),
        };
        service::append(tx, leaf).await?;
        Ok(())
    })
    .await;
    assert_eq!(more.unwrap_err().code, "log-rolled-back");
    let size = query::head(app.db.reader(), street.scope()).await.unwrap().size;
    assert!(
        query::cosignatures(app.db.reader(), street.scope(), size)
            .await
            .unwrap()
            .is_empty()
    );
    app.db.close().await.unwrap();
}

/// A server over the copy shows everything and takes nothing.
async fn reads(street: &Street, url: &str) {
    let server = process::Server::start(url, &street.core.app.config.keys);
    let client = reqwest::Client::new();
    let status = async |path: &str| {
        client
            .get(format!("{}{path}", server.base))
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(status("/healthz").await, 200);
    assert_eq!(status("/readyz").await, 503);
    let browser = Browser::new(&server.base, "zh-CN");
    let login = browser.open("/login").await.ok();
    assert!(login.says("现在只能查看"), "{}", login.text());
    browser.sign_in("cadre").await;
    let form = browser.open("/parties/new").await.ok();
    assert!(form.says("请联系管理员恢复最新备份"), "{}", form.text());
    let told = browser
        .send(
            &form,
            "/parties/new",
            &[
                ("kind", "community"),
                ("name", "新社区"),
                ("max_agreements", "3"),
                ("households", "100"),
                ("contact_title", "书记"),
                ("address", "新安街1号"),
            ],
        )
        .await;
    assert_eq!(told.status.as_u16(), 503, "{}", told.text());
    server.kill();
}
