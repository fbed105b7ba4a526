//! From an adopted item to an agreement in force: drafts, numbers, counter-offers, races, proofs.

use gongjian_api::agreements::bundle::verify::{Step, verify};
use gongjian_api::agreements::domain::document::Document;
use gongjian_api::agreements::query;
use gongjian_api::agreements::service;
use gongjian_api::cli::trust;
use gongjian_api::identity::keys::jws::Intent;
use gongjian_api::kernel::clock::Clock;
use gongjian_api::kernel::problem::Problem;
use gongjian_api::kernel::tx;
use gongjian_api::log;
use gongjian_api::web::i18n::Lang;
use gongjian_tests::merkle;
use gongjian_tests::street::Street;
use sea_orm::ConnectionTrait;

fn code<T>(outcome: &Result<T, Problem>) -> &str {
    outcome.as_ref().map_or_else(|problem| problem.code, |_| "ok")
}

async fn state(street: &Street, agreement: uuid::Uuid) -> String {
    let view = query::one(street.core.app.db.reader(), street.scope(), agreement)
        .await
        .unwrap();
    view.state().code().to_owned()
}

#[tokio::test]
async fn both_parties_sign_and_the_bundle_proves_it() {
    let street = Street::open().await;
    let sent = street.send(1, 2).await;
    assert_eq!(
        (sent.number.as_str(), sent.key.as_str()),
        ("珲靖共建〔2026〕1号", "2026-1")
    );
    let first = street.sign(1, sent.agreement, Intent::Accept).await.unwrap();
    assert_eq!((first.seq, first.agreement.state), (1, "open"));
    assert_eq!(first.agreement.missing, ["p1"]);
    let half = query::bundle(&street.core.app, street.scope(), sent.agreement)
        .await
        .unwrap();
    let report = verify(&half.to_bytes().unwrap(), None, street.core.clock.now());
    assert!(
        report.holds() && !report.verdict.unwrap().is_binding(),
        "{:?}",
        report.findings
    );
    let last = street.sign(0, sent.agreement, Intent::Accept).await.unwrap();
    assert_eq!((last.seq, last.agreement.state), (2, "signed"));
    assert_eq!(last.agreement.in_force_on.as_deref(), Some("2026-04-15"));
    let bundle = query::bundle(&street.core.app, street.scope(), sent.agreement)
        .await
        .unwrap();
    let bytes = bundle.to_bytes().unwrap();
    let policy = query::trust_policy(&street.core.app, street.scope())
        .await
        .unwrap();
    let report = verify(&bytes, Some(&policy), street.core.clock.now());
    assert_eq!(report.findings, []);
    assert!(report.verdict.unwrap().is_binding());
    let proof = query::leaf_proof(&street.core.app, street.scope(), sent.agreement, last.leaf.index)
        .await
        .unwrap();
    let path: Vec<Vec<u8>> = proof.proof.iter().map(|p| p.bytes().to_vec()).collect();
    assert_eq!(
        merkle::included(&proof.bytes, proof.index, proof.size, proof.root.bytes(), &path),
        Ok(())
    );
    assert!(proof.to_text().starts_with("c2sp.org/tlog-proof@v1\nindex "));
    street.stop().await;
}

#[tokio::test]
async fn what_is_signed_after_the_checkpoint_stays_out_of_its_bundle() {
    let street = Street::open().await;
    let sent = street.send(1, 2).await;
    let app = &street.core.app;
    let cut = async || log::service::cut(app, street.tenant).await.unwrap();
    let opened = cut().await;
    let context = street.context(1, sent.agreement, Intent::Counter).await;
    let payload = street.countered(sent.agreement, 80).await;
    let given = street
        .submission(1, sent.agreement, Intent::Counter, &context, Some(payload))
        .await;
    let checked = street.check(1, sent.agreement, given).await.unwrap();
    street.record(1, &checked).await.unwrap();
    let countered = cut().await;
    street.sign(0, sent.agreement, Intent::Accept).await.unwrap();
    for (checkpoint, version, missing) in [(opened, 1, 2), (countered, 2, 1), (cut().await, 2, 0)] {
        let bundle = query::bundle_under(app, street.scope(), sent.agreement, &checkpoint)
            .await
            .unwrap();
        let report = verify(&bundle.to_bytes().unwrap(), None, street.core.clock.now());
        assert_eq!(report.findings, [], "{} leaves", checkpoint.size);
        let verdict = report.verdict.unwrap();
        assert_eq!((verdict.version, verdict.missing.len()), (version, missing));
    }
    street.stop().await;
}

#[tokio::test]
async fn trust_files_are_shown_for_a_street_and_for_a_bundle() {
    let street = Street::open().await;
    let sent = street.send(1, 2).await;
    street.sign(1, sent.agreement, Intent::Accept).await.unwrap();
    let app = &street.core.app;
    let bundle = query::bundle(app, street.scope(), sent.agreement).await.unwrap();
    let mut bytes = bundle.to_bytes().unwrap();
    let shown = trust::of_street(app, Some("jinghe"), Lang::En).await.unwrap();
    let claimed = trust::of_bundle(&bytes, Lang::Zh).unwrap();
    let keys = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        keys(&shown),
        [format!("log {}", bundle.log), "quorum none".to_owned()]
    );
    assert_eq!(keys(&shown), keys(&claimed));
    for text in [&shown, &claimed] {
        let policy = text.parse().unwrap();
        let report = verify(&bytes, Some(&policy), street.core.clock.now());
        assert_eq!(report.findings, []);
        assert!(report.trust_judged);
    }
    let refused = trust::of_street(app, Some("gulou"), Lang::En).await.unwrap_err();
    assert_eq!(refused.to_string(), "--tenant: no gulou; there is jinghe");
    bytes[100] ^= 1;
    assert!(trust::of_bundle(&bytes, Lang::Zh).is_err());
    let mut other = app.clone();
    other.keys.log_seed[0] ^= 1;
    let refused = trust::of_street(&other, None, Lang::En).await.unwrap_err();
    assert!(format!("{refused:#}").contains("the key files are not those of the log"));
    street.stop().await;
}

#[tokio::test]
async fn the_first_day_brings_a_signed_agreement_into_force_and_lapses_an_unsigned_one() {
    let street = Street::open().await;
    let (signed, unsigned) = (street.send(1, 2).await, street.send(2, 2).await);
    for signer in [0, 1] {
        street
            .sign(signer, signed.agreement, Intent::Accept)
            .await
            .unwrap();
    }
    let day = async || {
        tx::run(&street.core.app.db, async |tx| {
            Ok(service::new_day(tx, street.tenant).await?)
        })
        .await
        .unwrap()
    };
    assert_eq!(day().await, 0);
    street.core.clock.advance_ms(21 * 86_400_000);
    assert_eq!(day().await, 1);
    assert_eq!(state(&street, signed.agreement).await, "in_force");
    street.core.clock.advance_ms(10 * 86_400_000);
    assert_eq!(day().await, 1);
    assert_eq!(state(&street, unsigned.agreement).await, "lapsed");
    assert_eq!(day().await, 0);
    let bundle = query::bundle(&street.core.app, street.scope(), signed.agreement)
        .await
        .unwrap();
    let report = verify(&bundle.to_bytes().unwrap(), None, street.core.clock.now());
    assert_eq!(report.findings, []);
    assert_eq!(report.verdict.unwrap().state.code(), "in_force");
    street.stop().await;
}

#[tokio::test]
async fn a_counter_offer_drops_earlier_acceptances_and_stays_within_the_mandate() {
    let street = Street::open().await;
    let sent = street.send(1, 3).await;
    street.sign(2, sent.agreement, Intent::Accept).await.unwrap();
    let counter = async |signer: usize, quantity: u32| {
        let context = street.context(signer, sent.agreement, Intent::Counter).await;
        let payload = street.countered(sent.agreement, quantity).await;
        let given = street
            .submission(signer, sent.agreement, Intent::Counter, &context, Some(payload))
            .await;
        let checked = street.check(signer, sent.agreement, given).await?;
        street.record(signer, &checked).await
    };
    assert_eq!(code(&counter(1, 76).await), "beyond-mandate");
    assert_eq!(code(&counter(1, 116).await), "beyond-mandate");
    let receipt = counter(1, 80).await.unwrap();
    assert_eq!((receipt.agreement.version, receipt.seq), (2, 2));
    assert_eq!(receipt.agreement.missing, ["p1", "p3"]);
    for signer in [0, 2] {
        street.sign(signer, sent.agreement, Intent::Accept).await.unwrap();
    }
    assert_eq!(state(&street, sent.agreement).await, "signed");
    let bundle = query::bundle(&street.core.app, street.scope(), sent.agreement)
        .await
        .unwrap();
    let report = verify(&bundle.to_bytes().unwrap(), None, street.core.clock.now());
    assert_eq!(report.findings, []);
    street.stop().await;
}

#[tokio::test]
async fn whoever_signs_wrongly_changes_nothing() {
    let street = Street::open().await;
    let (sent, other) = (street.send(1, 2).await, street.send(2, 2).await);
    let agreement = sent.agreement;
    let root = street.root().await;
    let context = street.context(0, agreement, Intent::Accept).await;
    let good = street
        .submission(0, agreement, Intent::Accept, &context, None)
        .await;
    let refused = async |signer, agreement, given| match street.check(signer, agreement, given).await {
        Ok(checked) => street.record(signer, &checked).await.map(|_| ()),
        Err(problem) => Err(problem),
    };
    let mut foreign_bytes = good.clone();
    foreign_bytes.entry = street.signers[0].1.sign_value(context.header.clone(), b"{}");
    assert_eq!(
        code(&refused(0, agreement, foreign_bytes).await),
        "signature-invalid"
    );
    assert_eq!(
        code(&refused(0, other.agreement, good.clone()).await),
        "signature-invalid"
    );
    assert_eq!(
        code(&refused(1, agreement, good.clone()).await),
        "signer-not-allowed"
    );
    assert_eq!(code(&refused(2, agreement, good.clone()).await), "not-found");
    let mut wrong_key = good.clone();
    wrong_key.entry = street.signers[1].1.sign_value(context.header.clone(), b"{}");
    assert_eq!(code(&refused(0, agreement, wrong_key).await), "signature-invalid");
    let mut unknown = good.clone();
    let mut header = context.header.clone();
    header["kid"] = gongjian_tests::signer::SoftKey::new(77).kid().into();
    unknown.entry = street.signers[0].1.sign_value(header, b"{}");
    assert_eq!(code(&refused(0, agreement, unknown).await), "credential-unknown");
    let mut decline = good.clone();
    decline.route = Intent::Decline;
    assert_eq!(code(&refused(0, agreement, decline).await), "intent-not-allowed");
    let mut seen = context.header.clone();
    seen["seen"]["size"] = 1.into();
    let bytes = query::version(street.core.app.db.reader(), street.scope(), agreement, 1)
        .await
        .unwrap()
        .bytes;
    let mut early = good.clone();
    early.entry = street.signers[0].1.sign_value(seen, &bytes);
    assert_eq!(code(&refused(0, agreement, early).await), "checkpoint-unknown");
    let mut prior = context.header.clone();
    prior["prior"]["n"] = 1.into();
    let mut ahead = good.clone();
    ahead.entry = street.signers[0].1.sign_value(prior, &bytes);
    assert_eq!(code(&refused(0, agreement, ahead).await), "prior-mismatch");
    street.core.clock.advance_ms(20 * 60_000);
    assert_eq!(
        code(&refused(0, agreement, good.clone()).await),
        "signature-expired"
    );
    street.core.clock.advance_ms(-20 * 60_000);
    assert_eq!(street.root().await, root, "no leaf");
    assert_eq!(code(&refused(0, agreement, good.clone()).await), "ok");
    assert_eq!(code(&refused(0, agreement, good).await), "already-signed");
    street.stop().await;
}

#[tokio::test]
async fn races_end_as_they_should_whoever_commits_first() {
    let street = Street::open().await;
    for round in 0..12 {
        let sent = street.send(round + 1, 3).await;
        let agreement = sent.agreement;
        let prepare = async |signer, intent, payload: Option<Vec<u8>>| {
            let context = street.context(signer, agreement, intent).await;
            let given = street
                .submission(signer, agreement, intent, &context, payload)
                .await;
            street.check(signer, agreement, given).await.unwrap()
        };
        match round % 4 {
            0 => {
                let (a, b) = (
                    prepare(0, Intent::Accept, None).await,
                    prepare(1, Intent::Accept, None).await,
                );
                let (a, b) = tokio::join!(street.record(0, &a), street.record(1, &b));
                assert_eq!((code(&a), code(&b)), ("ok", "ok"));
            }
            1 => {
                let (a, b) = (
                    prepare(0, Intent::Accept, None).await,
                    prepare(0, Intent::Accept, None).await,
                );
                let (a, b) = tokio::join!(street.record(0, &a), street.record(0, &b));
                let mut codes = [code(&a), code(&b)];
                codes.sort_unstable();
                assert_eq!(codes, ["already-signed", "ok"]);
            }
            2 => {
                let text = street.countered(agreement, 90).await;
                let (a, b) = (
                    prepare(0, Intent::Accept, None).await,
                    prepare(1, Intent::Counter, Some(text)).await,
                );
                let (a, b) = tokio::join!(street.record(0, &a), street.record(1, &b));
                let codes = (code(&a), code(&b));
                assert!(
                    [("ok", "prior-mismatch"), ("version-superseded", "ok")].contains(&codes),
                    "{codes:?}"
                );
            }
            _ => {
                let (x, y) = (
                    street.countered(agreement, 90).await,
                    street.countered(agreement, 100).await,
                );
                let (a, b) = (
                    prepare(0, Intent::Counter, Some(x)).await,
                    prepare(1, Intent::Counter, Some(y)).await,
                );
                let (a, b) = tokio::join!(street.record(0, &a), street.record(1, &b));
                let mut codes = [code(&a), code(&b)];
                codes.sort_unstable();
                assert_eq!(codes, ["ok", "prior-mismatch"]);
            }
        }
        let bundle = query::bundle(&street.core.app, street.scope(), agreement)
            .await
            .unwrap();
        let report = verify(&bundle.to_bytes().unwrap(), None, street.core.clock.now());
        assert_eq!(report.findings, [], "round {round}");
    }
    street.stop().await;
}

#[tokio::test]
async fn the_last_acceptance_and_a_decline_cannot_both_win() {
    let street = Street::open().await;
    for round in 0..6 {
        let sent = street.send(round + 1, 2).await;
        street.sign(0, sent.agreement, Intent::Accept).await.unwrap();
        let mut checked = Vec::new();
        for (signer, intent) in [(1, Intent::Accept), (0, Intent::Decline)] {
            let context = street.context(signer, sent.agreement, intent).await;
            let given = street
                .submission(signer, sent.agreement, intent, &context, None)
                .await;
            checked.push(street.check(signer, sent.agreement, given).await.unwrap());
        }
        let (a, b) = tokio::join!(street.record(1, &checked[0]), street.record(0, &checked[1]));
        let mut codes = [code(&a), code(&b)];
        codes.sort_unstable();
        assert_eq!(codes, ["agreement-state", "ok"]);
        let expected = if a.is_ok() { "signed" } else { "declined" };
        assert_eq!(state(&street, sent.agreement).await, expected);
    }
    street.stop().await;
}

#[tokio::test]
async fn numbers_have_no_gaps_even_when_sending_fails() {
    let street = Street::open().await;
    let db = &street.core.app.db;
    let failed: Result<(), Problem> = tx::run(db, async |tx| {
        let no = service::create(tx, &street.cadre, &street.adopted(9, 2)).await?;
        service::send(tx, &street.cadre, no, 1).await?;
        Err(Problem::new("validation", 422))
    })
    .await;
    assert!(failed.is_err());
    let (a, b, c) = tokio::join!(street.send(1, 2), street.send(2, 2), street.send(3, 3));
    let mut numbers = [a.number, b.number, c.number];
    numbers.sort();
    assert_eq!(
        numbers,
        [
            "珲靖共建〔2026〕1号",
            "珲靖共建〔2026〕2号",
            "珲靖共建〔2026〕3号"
        ]
    );
    street.core.clock.advance_ms(300 * 86_400_000);
    assert_eq!(street.send(4, 2).await.number, "珲靖共建〔2027〕1号");
    street.stop().await;
}

#[tokio::test]
async fn an_item_is_drafted_once_and_a_sent_draft_is_closed() {
    let street = Street::open().await;
    let db = &street.core.app.db;
    let create = async || {
        let adopted = street.adopted(1, 2);
        tx::run(db, async |tx| {
            Ok(service::create(tx, &street.cadre, &adopted).await?)
        })
        .await
        .unwrap()
    };
    let no = create().await;
    assert_eq!(create().await, no);
    let draft = query::draft(db.reader(), street.scope(), no).await.unwrap();
    assert_eq!(draft.body.clauses.len(), 16);
    assert_eq!(draft.body.parties.len(), 2);
    let stale: Result<_, Problem> =
        tx::run(db, async |tx| Ok(service::send(tx, &street.cadre, no, 7).await?)).await;
    assert_eq!(code(&stale), "stale-version");
    let sent: Result<_, Problem> =
        tx::run(db, async |tx| Ok(service::send(tx, &street.cadre, no, 1).await?)).await;
    let again: Result<_, Problem> =
        tx::run(db, async |tx| Ok(service::send(tx, &street.cadre, no, 1).await?)).await;
    assert_eq!((code(&sent), code(&again)), ("ok", "draft-closed"));
    let stored = query::version(db.reader(), street.scope(), sent.unwrap().agreement, 1)
        .await
        .unwrap();
    assert_eq!(Document::parse(&stored.bytes).unwrap(), stored.document);
    for clause in &stored.document.clauses {
        assert!(
            !clause.text.contains("clause-") && !clause.text.contains('{'),
            "{}",
            clause.text
        );
    }
    street.stop().await;
}

#[tokio::test]
async fn signed_bytes_cannot_be_changed_and_a_changed_row_is_found_out() {
    let street = Street::open().await;
    let sent = street.send(1, 2).await;
    street.sign(0, sent.agreement, Intent::Accept).await.unwrap();
    let writer = street.core.app.db.writer();
    for statement in [
        "UPDATE agreement_version SET kind = 'x'",
        "DELETE FROM agreement_version",
        "UPDATE signature SET party_ref = 'p2'",
        "DELETE FROM signature",
    ] {
        let refused = writer
            .execute_unprepared(statement)
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains("append-only"), "{statement}: {refused}");
    }
    writer
        .execute_unprepared("UPDATE agreement SET state = 'in_force'")
        .await
        .unwrap();
    let bundle = query::bundle(&street.core.app, street.scope(), sent.agreement)
        .await
        .unwrap();
    let report = verify(&bundle.to_bytes().unwrap(), None, street.core.clock.now());
    assert_eq!(report.failed(), None::<Step>);
    assert_eq!(
        report.verdict.unwrap().state.code(),
        "open",
        "the log decides, not the row"
    );
    let head = log::query::head(street.core.app.db.reader(), street.scope())
        .await
        .unwrap();
    assert!(head.size > 5);
    street.stop().await;
}
