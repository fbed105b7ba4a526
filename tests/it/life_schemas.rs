//! The published schemas, held against what happens to agreements after signing.

use std::collections::BTreeSet;

use gongjian_api::agreements::domain::document::{Document, VersionKind};
use gongjian_api::agreements::domain::ending::{Action, Settlement};
use gongjian_api::agreements::query;
use gongjian_api::agreements::service;
use gongjian_api::identity::keys::jws::Intent;
use gongjian_api::kernel::clock::Clock;
use gongjian_api::kernel::tx;
use gongjian_api::log;
use gongjian_api::log::b64;
use gongjian_tests::life::{ending, next};
use gongjian_tests::street::Street;
use gongjian_tests::vectors::at;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::schemas::{accepts, put, refuses};

/// A correction filed and another not signed in time; a party that leaves, and the end.
async fn lived(street: &Street) -> [Uuid; 3] {
    let (corrected, left, ended) = (
        street.signed(1, 2).await,
        street.signed(2, 3).await,
        street.signed(3, 3).await,
    );
    let today = street.core.clock.now().day();
    for title in ["更正后的名称", "再次更正的名称"] {
        let mut document = next(street, corrected, VersionKind::Correction).await;
        title.clone_into(&mut document.title);
        document.sign_by = today;
        street.offer(0, Intent::Amend, &document).await.unwrap();
        if title == "更正后的名称" {
            street.sign(1, corrected, Intent::Accept).await.unwrap();
        }
    }
    tx::run(&street.core.app.db, async |tx| {
        Ok(service::file(tx, &street.cadre, corrected).await?)
    })
    .await
    .unwrap();
    for (agreement, leaving) in [(left, Some("p3")), (ended, None)] {
        let mut document = next(street, agreement, VersionKind::Termination).await;
        let mut end = ending(today.plus_days(40), leaving);
        end.settlements.push(Settlement {
            obligation: "o3".to_owned(),
            due_no: 1,
            action: Action::FinishBy,
            until: Some(today.plus_days(60)),
        });
        document.termination = Some(end);
        street.offer(2, Intent::Terminate, &document).await.unwrap();
    }
    street.core.clock.advance_ms(41 * 86_400_000);
    assert_eq!(
        street.new_day().await,
        6,
        "all began; one lapsed, one left, one ended"
    );
    [corrected, left, ended]
}

#[tokio::test]
async fn what_happens_after_signing_fits_the_schemas() {
    let street = Street::open().await;
    let app = &street.core.app;
    let mut kinds = BTreeSet::new();
    for agreement in lived(&street).await {
        let bundle = query::bundle(app, street.scope(), agreement).await.unwrap();
        accepts("bundle", &serde_json::to_value(&bundle).unwrap());
        for version in &bundle.versions {
            let bytes = b64::decode_url(&version.jws.payload).unwrap();
            accepts("agreement", &serde_json::from_slice(&bytes).unwrap());
        }
        let leaves = log::query::leaves_about(app.db.reader(), street.scope(), agreement);
        for leaf in leaves.await.unwrap() {
            accepts("leaf", &serde_json::from_slice(&leaf.bytes).unwrap());
            kinds.insert(leaf.kind);
        }
    }
    for kind in [
        "amended",
        "terminating",
        "left",
        "ended",
        "lapsed",
        "filed",
        "began",
    ] {
        assert!(
            kinds.contains(&format!("agreement.{kind}")),
            "no {kind} in {kinds:?}"
        );
    }
    street.stop().await;
}

#[test]
fn damaged_ends_are_refused_by_schema_and_reader() {
    let mut good = at("/versions/1/document").clone();
    good["kind"] = json!("termination");
    good["base"] = good["previous"].clone();
    good["sign_by"] = json!("2026-12-01");
    good["termination"] = json!({
        "reason": "搬迁",
        "effective_on": "2027-01-31",
        "leaving": "p3",
        "settlements": [{"obligation": "o2", "due_no": 1, "action": "finish_by", "until": "2027-03-31"}],
    });
    good["obligations"][0]["to"] = json!(["p1"]);
    let reader = |value: &Value| {
        let bytes = gongjian_api::kernel::strict_json::canonical(value).unwrap();
        Document::parse(&bytes).is_err()
    };
    assert!(!reader(&good), "the good one is good");
    refuses(
        "agreement",
        &good,
        reader,
        &[
            ("/base", put(Value::Null)),
            ("/kind", put(json!("amendment"))),
            ("/termination", None),
            ("/termination/reason", put(json!(" "))),
            ("/termination/reason", put(json!("长".repeat(501)))),
            ("/termination/effective_on", put(json!("2027-02-30"))),
            ("/termination/leaving", put(json!("p21"))),
            ("/termination/settlements", None),
            ("/termination/settlements/0/due_no", put(json!(0))),
            ("/termination/settlements/0/action", put(json!("forget"))),
            ("/termination/settlements/0/action", put(json!("waive"))),
            ("/termination/settlements/0/until", None),
            ("/termination/colour", put(json!("red"))),
        ],
    );
}
