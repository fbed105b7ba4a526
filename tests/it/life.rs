//! An agreement after all have signed: changed, renewed, corrected, left, ended, filed; each time its proof holds
//! and its rows are those the record tells.

use std::collections::BTreeSet;

use gongjian_api::agreements::bundle::verify::{Step, verify};
use gongjian_api::agreements::domain::document::{Document, Due, VersionKind};
use gongjian_api::agreements::domain::ending::{Action, Settlement};
use gongjian_api::agreements::query;
use gongjian_api::agreements::service;
use gongjian_api::cli::verify::{Beside, audit};
use gongjian_api::identity::keys::jws::Intent;
use gongjian_api::kernel::clock::Clock;
use gongjian_api::kernel::problem::Problem;
use gongjian_api::kernel::tx;
use gongjian_api::log;
use gongjian_api::log::leaf::{LeafDraft, Subject};
use gongjian_tests::life::{ending, next};
use gongjian_tests::replayed;
use gongjian_tests::street::Street;
use uuid::Uuid;

fn code<T>(outcome: &Result<T, Problem>) -> &str {
    outcome.as_ref().map_or_else(|problem| problem.code, |_| "ok")
}

/// The codes of a problem's faults.
fn faults<T>(outcome: &Result<T, Problem>) -> BTreeSet<&'static str> {
    let problem = outcome.as_ref().err();
    problem.map_or_else(BTreeSet::new, |p| p.faults.iter().map(|f| f.code).collect())
}

fn set_due(document: &mut Document, i: usize, due: Vec<Due>) {
    document.obligations[i].quantity = due.iter().map(|d| d.quantity).sum();
    document.obligations[i].due = due;
}

async fn amend(street: &Street, signer: usize, document: &Document) -> Result<(), Problem> {
    street.offer(signer, Intent::Amend, document).await.map(|_| ())
}

async fn terminate(street: &Street, signer: usize, document: &Document) -> Result<(), Problem> {
    street
        .offer(signer, Intent::Terminate, document)
        .await
        .map(|_| ())
}

async fn holds(street: &Street, agreement: Uuid) {
    let db = street.core.app.db.reader();
    replayed::holds(db, agreement).await;
    audited(street).await;
}

/// Every row that follows from the log is as the log says.
async fn audited(street: &Street) {
    let db = street.core.app.db.reader();
    let audited = audit(db, &Beside::default()).await.unwrap();
    let found = audited.iter().flat_map(|street| &street.findings);
    // The street's parties and their signers are of the time before its log.
    let before = |place: &str| place.starts_with("party[") || place.starts_with("membership[");
    let found: Vec<_> = found.filter(|finding| !before(&finding.place)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn a_change_all_sign_replaces_the_version_in_force_and_keeps_what_is_confirmed() {
    let street = Street::open().await;
    let agreement = street.signed(1, 2).await;
    street.go_to("2026-07-10");
    assert_eq!(street.new_day().await, 1);
    street.delivered(agreement, ("o1", 1), Some(20)).await;
    let mut document = next(&street, agreement, VersionKind::Amendment).await;
    let mut due = document.obligations[0].due.clone();
    due[0].quantity = 19;
    due[1].quantity += 5;
    set_due(&mut document, 0, due.clone());
    let outcome = amend(&street, 1, &document).await;
    assert_eq!(
        (code(&outcome), faults(&outcome)),
        ("below-confirmed", BTreeSet::from(["below-confirmed"]))
    );
    due[0].quantity = 20;
    due[2].from = due[2].from.plus_days(5);
    set_due(&mut document, 0, due);
    amend(&street, 1, &document).await.unwrap();
    let verdict = street.proven(agreement).await;
    assert_eq!((verdict.version, verdict.pending), (1, Some(2)));
    assert!(verdict.is_binding(), "the version in force stays in force");
    let receipt = street.sign(0, agreement, Intent::Accept).await.unwrap();
    assert_eq!(
        (
            receipt.agreement.state,
            receipt.agreement.version,
            receipt.agreement.pending
        ),
        ("in_force", 2, None)
    );
    let verdict = street.proven(agreement).await;
    assert_eq!((verdict.version, verdict.pending), (2, None));
    assert_eq!(verdict.in_force_on.unwrap().to_string(), "2026-04-15");
    assert_eq!(verdict.version_on.unwrap().to_string(), "2026-07-10");
    let (mut told, stored) = (
        replayed::told(street.core.app.db.reader(), agreement).await,
        replayed::stored(street.core.app.db.reader(), agreement).await,
    );
    let lines: Vec<&str> = (1..=4)
        .map(|no| stored[&format!("due_line o1 {no}")].as_str())
        .collect();
    assert_eq!(lines[0], "2026-04-15 2026-06-30 20 20 short");
    assert_eq!(
        lines[2..],
        [
            "2026-10-01 2026-12-31 32 0 cancelled",
            "2026-10-06 2026-12-31 32 0 planned"
        ]
    );
    // The confirmation is not of this record.
    told.insert("due_line o1 1".to_owned(), lines[0].to_owned());
    assert_eq!(told, stored);
    street.stop().await;
}

#[tokio::test]
async fn what_a_change_may_not_change_is_told_all_at_once() {
    let street = Street::open().await;
    let agreement = street.signed(1, 2).await;
    let good = next(&street, agreement, VersionKind::Amendment).await;
    let mut document = good.clone();
    document.base = document
        .previous
        .map(|_| gongjian_api::log::hash::Hash32::of(b"another"));
    document.term.from = document.term.from.plus_days(1);
    document.term.until = document.term.until.plus_months(1);
    document.obligations[0].due[0].from = document.term.from;
    document.obligations[1].due[0].from = document.term.from;
    let outcome = amend(&street, 0, &document).await;
    assert_eq!(
        faults(&outcome),
        BTreeSet::from(["base-not-in-force", "needs-renewal", "not-the-next-version"])
    );
    let mut beyond = good.clone();
    let mut due = beyond.obligations[0].due.clone();
    due[0].quantity += 60;
    set_due(&mut beyond, 0, due);
    assert_eq!(code(&amend(&street, 0, &beyond).await), "beyond-mandate");
    let mut swapped = good.clone();
    swapped.obligations[0].offer = None;
    assert_eq!(
        faults(&amend(&street, 0, &swapped).await),
        BTreeSet::from(["not-adopted"])
    );
    let early = next(&street, agreement, VersionKind::Renewal).await;
    assert_eq!(
        faults(&amend(&street, 0, &early).await),
        BTreeSet::from(["renewal-not-later", "renewal-early"])
    );
    let mut correction = next(&street, agreement, VersionKind::Correction).await;
    "双休日开放学校操场".clone_into(&mut correction.obligations[0].what);
    correction.obligations[0].due[0].quantity -= 1;
    correction.obligations[0].quantity -= 1;
    correction.clauses[12].notice_days = Some(1);
    let outcome = amend(&street, 0, &correction).await;
    let places: Vec<String> = outcome
        .as_ref()
        .unwrap_err()
        .faults
        .iter()
        .map(|f| format!("{:?}", f.place))
        .collect();
    assert_eq!(
        places,
        ["Pointer(\"/obligations/0\")", "Pointer(\"/clauses/12\")"]
    );
    let wrong_intent = terminate(&street, 0, &good).await;
    assert_eq!(code(&wrong_intent), "intent-not-allowed");
    assert_eq!(street.view(agreement).await.standing.last, 1, "nothing was kept");
    street.stop().await;
}

#[tokio::test]
async fn a_correction_changes_words_alone_and_needs_everybody() {
    let street = Street::open().await;
    let agreement = street.signed(1, 3).await;
    let mut document = next(&street, agreement, VersionKind::Correction).await;
    "双休日开放学校操场".clone_into(&mut document.obligations[0].what);
    "更正后的名称".clone_into(&mut document.title);
    amend(&street, 2, &document).await.unwrap();
    let again = amend(&street, 1, &document).await;
    assert_eq!(code(&again), "agreement-state", "one at a time");
    street.sign(0, agreement, Intent::Accept).await.unwrap();
    assert_eq!(street.view(agreement).await.standing.current, 1);
    street.sign(1, agreement, Intent::Accept).await.unwrap();
    let view = street.view(agreement).await;
    assert_eq!(
        (view.standing.current, view.document.title.as_str()),
        (2, "更正后的名称")
    );
    holds(&street, agreement).await;
    street.proven(agreement).await;
    street.stop().await;
}

#[tokio::test]
async fn a_declined_or_late_change_is_dropped_and_the_next_follows_it() {
    let street = Street::open().await;
    let agreement = street.signed(1, 2).await;
    let correction = async |title: &str| {
        let mut document = next(&street, agreement, VersionKind::Correction).await;
        title.clone_into(&mut document.title);
        document
    };
    amend(&street, 0, &correction("第一次更正").await).await.unwrap();
    street.sign(1, agreement, Intent::Decline).await.unwrap();
    let view = street.view(agreement).await;
    assert_eq!((view.standing.current, view.standing.last), (1, 2));
    assert!(view.pending.is_none() && view.parties.iter().all(|p| p.is_bound));
    let mut late = correction("第二次更正").await;
    late.sign_by = "2026-03-27".parse().unwrap();
    amend(&street, 1, &late).await.unwrap();
    street.go_to("2026-03-27");
    assert_eq!(street.new_day().await, 0);
    street.go_to("2026-03-28");
    assert_eq!(street.new_day().await, 1);
    amend(&street, 1, &correction("第三次更正").await).await.unwrap();
    street.sign(0, agreement, Intent::Accept).await.unwrap();
    let verdict = street.proven(agreement).await;
    assert_eq!((verdict.version, verdict.title.as_str()), (4, "第三次更正"));
    holds(&street, agreement).await;
    street.stop().await;
}

#[tokio::test]
async fn a_renewal_carries_over_only_what_it_names() {
    let street = Street::open().await;
    let agreement = street.signed(1, 2).await;
    street.go_to("2026-12-01");
    street.new_day().await;
    let mut document = next(&street, agreement, VersionKind::Renewal).await;
    document.term.until = "2027-12-31".parse().unwrap();
    let more = |from: &str, until: &str, quantity| Due {
        from: from.parse().unwrap(),
        until: until.parse().unwrap(),
        quantity,
    };
    // The first quarter's hours are carried over, the second's are not.
    let mut due = document.obligations[0].due.clone();
    due.remove(1);
    due.push(more("2027-01-01", "2027-06-30", 40));
    set_due(&mut document, 0, due);
    let mut due = document.obligations[1].due.clone();
    due.push(more("2027-01-01", "2027-12-31", 300));
    set_due(&mut document, 1, due.clone());
    assert_eq!(code(&amend(&street, 0, &document).await), "beyond-mandate");
    due.last_mut().unwrap().quantity = 100;
    set_due(&mut document, 1, due);
    amend(&street, 0, &document).await.unwrap();
    street.sign(1, agreement, Intent::Accept).await.unwrap();
    holds(&street, agreement).await;
    let stored = replayed::stored(street.core.app.db.reader(), agreement).await;
    assert_eq!(stored["agreement term_until"], "2027-12-31");
    assert_eq!(stored["due_line o1 2"], "2026-07-01 2026-09-30 32 0 cancelled");
    assert_eq!(stored["due_line o1 4"], "2027-01-01 2027-06-30 40 0 planned");
    street.go_to("2027-01-02");
    assert_eq!(street.new_day().await, 0, "it goes on");
    street.go_to("2028-01-01");
    assert_eq!(street.new_day().await, 1);
    assert_eq!(street.proven(agreement).await.state.code(), "expired");
    holds(&street, agreement).await;
    street.stop().await;
}

#[tokio::test]
async fn notice_long_enough_ends_it_alone_and_what_was_due_stays_owed() {
    let street = Street::open().await;
    let agreement = street.signed(1, 2).await;
    street.go_to("2026-06-01");
    street.new_day().await;
    let mut document = next(&street, agreement, VersionKind::Termination).await;
    document.termination = Some(ending("2026-07-31".parse().unwrap(), None));
    let settle = |action, until: Option<&str>| Settlement {
        obligation: "o1".to_owned(),
        due_no: 2,
        action,
        until: until.map(|day| day.parse().unwrap()),
    };
    let mut both = document.clone();
    let end = both.termination.as_mut().unwrap();
    end.settlements = vec![settle(Action::Waive, None), settle(Action::Waive, None)];
    end.effective_on = "2027-01-01".parse().unwrap();
    assert_eq!(
        faults(&terminate(&street, 0, &both).await),
        BTreeSet::from(["end-after-term", "given-twice"])
    );
    // The school promises to finish its second instalment; it gives, so its notice is enough.
    document.termination.as_mut().unwrap().settlements = vec![settle(Action::FinishBy, Some("2026-10-31"))];
    let receipt = street.offer(1, Intent::Terminate, &document).await.unwrap();
    assert_eq!(receipt.agreement.ends_on.as_deref(), Some("2026-07-31"));
    let verdict = street.proven(agreement).await;
    assert!(verdict.is_binding() && verdict.ends_on.is_some());
    let late = next(&street, agreement, VersionKind::Correction).await;
    assert_eq!(code(&amend(&street, 0, &late).await), "agreement-state");
    street.go_to("2026-07-30");
    assert_eq!(street.new_day().await, 0);
    street.go_to("2026-07-31");
    assert_eq!(street.new_day().await, 1);
    let verdict = street.proven(agreement).await;
    assert_eq!(verdict.state.code(), "terminated");
    assert!(!verdict.is_binding());
    holds(&street, agreement).await;
    let stored = replayed::stored(street.core.app.db.reader(), agreement).await;
    assert_eq!(stored["due_line o1 1"], "2026-04-15 2026-06-30 32 0 planned");
    assert_eq!(stored["due_line o1 2"], "2026-07-01 2026-10-31 32 0 planned");
    assert_eq!(stored["due_line o1 3"], "2026-10-01 2026-12-31 32 0 cancelled");
    assert_eq!(stored["due_line o2 2"], "2026-07-01 2026-09-30 40 0 cancelled");
    street.stop().await;
}

#[tokio::test]
async fn a_short_notice_or_waiving_for_others_needs_everybody() {
    let street = Street::open().await;
    let agreement = street.signed(1, 2).await;
    street.go_to("2026-06-01");
    street.new_day().await;
    let mut document = next(&street, agreement, VersionKind::Termination).await;
    document.sign_by = "2026-06-05".parse().unwrap();
    document.termination = Some(ending("2026-06-05".parse().unwrap(), None));
    let receipt = street.offer(0, Intent::Terminate, &document).await.unwrap();
    assert_eq!(
        (receipt.agreement.pending, receipt.agreement.ends_on),
        (Some(2), None)
    );
    let receipt = street.sign(1, agreement, Intent::Accept).await.unwrap();
    assert_eq!(receipt.agreement.ends_on.as_deref(), Some("2026-06-05"));
    assert_eq!(receipt.agreement.state, "in_force");
    street.go_to("2026-06-05");
    assert_eq!(street.new_day().await, 1);
    assert_eq!(street.proven(agreement).await.state.code(), "terminated");
    holds(&street, agreement).await;
    let other = street.signed(2, 2).await;
    let mut document = next(&street, other, VersionKind::Termination).await;
    document.termination = Some(ending("2026-12-01".parse().unwrap(), None));
    // What the community would have got is not the school's to give up.
    document.termination.as_mut().unwrap().settlements = vec![Settlement {
        obligation: "o1".to_owned(),
        due_no: 1,
        action: Action::Waive,
        until: None,
    }];
    let receipt = street.offer(1, Intent::Terminate, &document).await.unwrap();
    assert_eq!(receipt.agreement.pending, Some(2));
    street.sign(0, other, Intent::Accept).await.unwrap();
    street.go_to("2026-12-01");
    street.new_day().await;
    holds(&street, other).await;
    let stored = replayed::stored(street.core.app.db.reader(), other).await;
    assert!(stored["due_line o1 1"].ends_with("waived"));
    street.stop().await;
}

#[tokio::test]
async fn a_party_leaves_and_the_others_go_on_and_confirm_their_text() {
    let street = Street::open().await;
    let agreement = street.signed(1, 3).await;
    street.go_to("2026-08-01");
    street.new_day().await;
    let leave = async |signer: usize, reference: &str| {
        let mut document = next(&street, agreement, VersionKind::Termination).await;
        document.termination = Some(ending("2026-08-31".parse().unwrap(), Some(reference)));
        terminate(&street, signer, &document).await
    };
    let community = leave(0, "p1").await;
    assert_eq!(faults(&community), BTreeSet::from(["rest-not-two-way"]));
    leave(2, "p3").await.unwrap();
    let school = leave(1, "p2").await;
    assert_eq!(
        faults(&school),
        BTreeSet::from(["rest-not-two-way"]),
        "nobody would be left for the community"
    );
    street.go_to("2026-08-31");
    assert_eq!(street.new_day().await, 1);
    let verdict = street.proven(agreement).await;
    assert_eq!(verdict.state.code(), "in_force");
    assert_eq!(
        (verdict.bound.len(), verdict.left),
        (2, vec!["珲春市人民医院".to_owned()])
    );
    holds(&street, agreement).await;
    let stored = replayed::stored(street.core.app.db.reader(), agreement).await;
    assert!(stored["due_line o3 1"].ends_with("planned"), "due before the day");
    assert!(stored["due_line o3 3"].ends_with("cancelled"));
    assert!(stored["due_line o1 3"].ends_with("planned"), "not the hospital's");
    let gone = street.sign_context(2, agreement, Intent::Amend).await;
    assert_eq!(code(&gone), "ok", "it still sees the agreement");
    let named = next(&street, agreement, VersionKind::Amendment).await;
    assert_eq!(code(&amend(&street, 0, &named).await), "document-invalid");
    let without = gongjian_api::agreements::domain::ending::without(&named, &BTreeSet::from(["p3"]));
    assert_eq!(code(&amend(&street, 2, &without).await), "signer-not-allowed");
    amend(&street, 0, &without).await.unwrap();
    street.sign(1, agreement, Intent::Accept).await.unwrap();
    let verdict = street.proven(agreement).await;
    assert_eq!((verdict.version, verdict.left.len()), (3, 0));
    holds(&street, agreement).await;
    street.stop().await;
}

#[tokio::test]
async fn a_circle_of_three_is_drafted_countered_signed_and_shown() {
    let street = Street::open().await;
    let adopted = street.circle(1);
    let sent = tx::run(&street.core.app.db, async |tx| {
        let no = service::create(tx, &street.cadre, &adopted).await?;
        Ok(service::send(tx, &street.cadre, no, 1).await?)
    })
    .await
    .unwrap();
    let agreement = sent.agreement;
    street.sign(1, agreement, Intent::Accept).await.unwrap();
    let text = street.countered(agreement, 90).await;
    let counter = Document::parse(&text).unwrap();
    street.offer(2, Intent::Counter, &counter).await.unwrap();
    for signer in [0, 1] {
        assert_eq!(street.view(agreement).await.standing.in_force_on, None);
        street.sign(signer, agreement, Intent::Accept).await.unwrap();
    }
    let verdict = street.proven(agreement).await;
    assert_eq!((verdict.bound.len(), verdict.version), (3, 2));
    holds(&street, agreement).await;
    // Nobody can leave a circle: the others would not be two-way.
    for (signer, reference) in [(0, "p1"), (1, "p2"), (2, "p3")] {
        let mut document = next(&street, agreement, VersionKind::Termination).await;
        document.termination = Some(ending("2026-06-30".parse().unwrap(), Some(reference)));
        let outcome = terminate(&street, signer, &document).await;
        assert_eq!(faults(&outcome), BTreeSet::from(["rest-not-two-way"]));
    }
    // Without a community the same services may not stand.
    let mut lonely = counter.clone();
    for party in &mut lonely.parties {
        if party.reference == "p1" {
            party.side = gongjian_api::agreements::domain::document::Side::Street;
        }
    }
    let found = gongjian_api::agreements::domain::rules::faults(&lonely);
    assert_eq!(found.iter().map(|f| f.code).collect::<Vec<_>>(), ["unit-to-unit"]);
    street.stop().await;
}

#[tokio::test]
async fn filing_is_recorded_once_for_each_version_in_force() {
    let street = Street::open().await;
    let agreement = street.signed(1, 2).await;
    let file = async || {
        tx::run(&street.core.app.db, async |tx| {
            Ok(service::file(tx, &street.cadre, agreement).await?)
        })
        .await
    };
    file().await.unwrap();
    assert_eq!(code(&file().await), "agreement-state");
    let mut document = next(&street, agreement, VersionKind::Correction).await;
    "更正后的名称".clone_into(&mut document.title);
    amend(&street, 0, &document).await.unwrap();
    assert_eq!(
        code(&file().await),
        "agreement-state",
        "the pending one is not in force"
    );
    street.sign(1, agreement, Intent::Accept).await.unwrap();
    file().await.unwrap();
    holds(&street, agreement).await;
    street.proven(agreement).await;
    let open = street.send(2, 2).await.agreement;
    let outcome: Result<(), Problem> = tx::run(&street.core.app.db, async |tx| {
        Ok(service::file(tx, &street.cadre, open).await?)
    })
    .await;
    assert_eq!(code(&outcome), "agreement-state");
    street.stop().await;
}

#[tokio::test]
async fn days_that_were_missed_are_caught_up_in_order() {
    let street = Street::open().await;
    let (agreement, open) = (street.signed(1, 2).await, street.send(2, 2).await.agreement);
    street.go_to("2027-02-01");
    assert_eq!(street.new_day().await, 3, "began, ended, lapsed");
    assert_eq!(street.proven(agreement).await.state.code(), "expired");
    assert_eq!(street.proven(open).await.state.code(), "lapsed");
    assert_eq!(street.new_day().await, 0);
    holds(&street, agreement).await;
    let done = street.signed(3, 2).await;
    let owed = street.view(done).await.document.obligations;
    for obligation in &owed {
        for (no, _) in (1..).zip(&obligation.due) {
            street.delivered(done, (&obligation.reference, no), None).await;
        }
    }
    street.new_day().await;
    let view = query::one(street.core.app.db.reader(), street.scope(), done)
        .await
        .unwrap();
    assert_eq!(view.state().code(), "completed");
    street.proven(done).await;
    audited(&street).await;
    street.stop().await;
}

#[tokio::test]
async fn a_log_that_ends_it_before_its_day_is_found_out() {
    for (n, kind, state) in [
        (1, "agreement.began", "in_force"),
        (2, "agreement.ended", "terminated"),
        (3, "agreement.lapsed", "signed"),
    ] {
        let street = Street::open().await;
        let agreement = street.signed(n, 2).await;
        match kind {
            "agreement.ended" => {
                let mut document = next(&street, agreement, VersionKind::Termination).await;
                document.termination = Some(ending("2026-07-31".parse().unwrap(), None));
                terminate(&street, 1, &document).await.unwrap();
            }
            "agreement.lapsed" => {
                let mut document = next(&street, agreement, VersionKind::Correction).await;
                "更正后的名称".clone_into(&mut document.title);
                amend(&street, 1, &document).await.unwrap();
            }
            _ => {}
        }
        street.proven(agreement).await;
        let version = street.view(agreement).await.standing.last;
        tx::run(&street.core.app.db, async |tx| {
            let data = serde_json::json!({"version": version, "state": state});
            let subject = Subject::new("agreement", agreement);
            let leaf = LeafDraft::by(&street.cadre, kind, subject, data);
            Ok(log::service::append(tx, leaf).await?)
        })
        .await
        .unwrap();
        let bundle = query::bundle(&street.core.app, street.scope(), agreement)
            .await
            .unwrap();
        let report = verify(&bundle.to_bytes().unwrap(), None, street.core.clock.now());
        assert_eq!(report.failed(), Some(Step::Replay), "{kind}");
        assert_eq!(report.findings[0].code, "replay-order");
        street.stop().await;
    }
}
