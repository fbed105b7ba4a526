//! The published schemas, held against real documents of each kind and against damaged ones.

use std::path::Path;

use gongjian_api::agreements::bundle::format::Bundle;
use gongjian_api::agreements::domain::document::Document;
use gongjian_api::agreements::query;
use gongjian_api::agreements::service;
use gongjian_api::cli::{import, instance};
use gongjian_api::identity::keys::jws::Intent;
use gongjian_api::kernel::problem::{Fault, Place, Problem};
use gongjian_api::kernel::{limit, tx};
use gongjian_api::log;
use gongjian_api::log::b64;
use gongjian_api::log::leaf::Leaf;
use gongjian_api::sample::generate::{Size, generate};
use gongjian_api::web::failure;
use gongjian_api::web::i18n::Lang;
use gongjian_engine::control::Quiet;
use gongjian_engine::{Method, Settings};
use gongjian_tests::app::TestApp;
use gongjian_tests::sources::root;
use gongjian_tests::street::Street;
use gongjian_tests::vectors::at;
use serde_json::{Value, json};

const NAMES: [&str; 8] = [
    "agreement",
    "bundle",
    "certificate",
    "instance",
    "leaf",
    "plan",
    "problem",
    "records",
];

fn schema(name: &str) -> Value {
    let path = root().join(format!("schemas/{name}.schema.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Every fault that a schema finds.
fn faults(name: &str, document: &Value) -> Vec<String> {
    let plan = schema("plan");
    let registry = jsonschema::Registry::new()
        .add("urn:gongjian:schema:plan", plan)
        .unwrap()
        .prepare()
        .unwrap();
    let validator = jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&schema(name))
        .unwrap();
    validator
        .iter_errors(document)
        .map(|fault| {
            let words: String = fault.to_string().chars().take(300).collect();
            format!("{name} {}: {words}", fault.instance_path())
        })
        .collect()
}

pub(crate) fn accepts(name: &str, document: &Value) {
    assert_eq!(faults(name, document), Vec::<String>::new());
}

/// A damage done to a good document: the place (JSON Pointer), and what is put there; `None` takes it away.
pub(crate) type Damage = (&'static str, Option<Value>);

pub(crate) fn put(value: Value) -> Option<Value> {
    Some(value)
}

fn damaged(good: &Value, (place, put): &Damage) -> Value {
    let mut document = good.clone();
    let (parent, member) = place.rsplit_once('/').unwrap();
    match (document.pointer_mut(parent).unwrap(), put) {
        (Value::Object(members), Some(value)) => drop(members.insert(member.to_owned(), value.clone())),
        (Value::Object(members), None) => assert!(members.remove(member).is_some(), "{place}"),
        (Value::Array(items), Some(value)) => items[member.parse::<usize>().unwrap()] = value.clone(),
        (Value::Array(items), None) => drop(items.remove(member.parse().unwrap())),
        _ => panic!("{place} is no place"),
    }
    document
}

/// The schema refuses each damage; `reader` tells whether the product's own reader does.
pub(crate) fn refuses(name: &str, good: &Value, reader: impl Fn(&Value) -> bool, damages: &[Damage]) {
    accepts(name, good);
    assert!(!reader(good), "{name}: the reader refuses the good one");
    for damage in damages {
        let document = damaged(good, damage);
        assert!(!faults(name, &document).is_empty(), "{name} lets {damage:?} pass");
        assert!(reader(&document), "{name}: the reader lets {damage:?} pass");
    }
}

#[test]
fn every_schema_is_a_schema_and_none_is_without_a_test() {
    let mut found: Vec<String> = std::fs::read_dir(root().join("schemas"))
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".schema.json").map(str::to_owned)
        })
        .collect();
    found.sort();
    assert_eq!(found, NAMES);
    for name in NAMES {
        let schema = schema(name);
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("urn:gongjian:schema:{name}"));
    }
}

#[tokio::test]
async fn agreements_bundles_and_leaves_of_a_street_fit_their_schemas() {
    let street = Street::open().await;
    let (sent, unsigned) = (street.send(1, 3).await, street.send(2, 2).await);
    let context = street.context(1, sent.agreement, Intent::Counter).await;
    let payload = street.countered(sent.agreement, 80).await;
    let given = street
        .submission(1, sent.agreement, Intent::Counter, &context, Some(payload))
        .await;
    let checked = street.check(1, sent.agreement, given).await.unwrap();
    street.record(1, &checked).await.unwrap();
    for signer in [0, 2] {
        street.sign(signer, sent.agreement, Intent::Accept).await.unwrap();
    }
    street.sign(0, unsigned.agreement, Intent::Decline).await.unwrap();
    street.core.clock.advance_ms(30 * 86_400_000);
    tx::run(&street.core.app.db, async |tx| {
        Ok(service::new_day(tx, street.tenant).await?)
    })
    .await
    .unwrap();
    let app = &street.core.app;
    for agreement in [sent.agreement, unsigned.agreement] {
        let bundle = query::bundle(app, street.scope(), agreement).await.unwrap();
        let value: Value = serde_json::from_slice(&bundle.to_bytes().unwrap()).unwrap();
        accepts("bundle", &value);
        for version in &bundle.versions {
            let bytes = b64::decode_url(&version.jws.payload).unwrap();
            accepts("agreement", &serde_json::from_slice(&bytes).unwrap());
        }
    }
    let size = log::query::head(app.db.reader(), street.scope())
        .await
        .unwrap()
        .size;
    let mut kinds = std::collections::BTreeSet::new();
    for index in 0..size {
        let leaf = log::query::leaf(app.db.reader(), street.scope(), index)
            .await
            .unwrap();
        kinds.insert(leaf.kind);
        accepts("leaf", &serde_json::from_slice(&leaf.bytes).unwrap());
    }
    for kind in [
        "log.opened",
        "credential.enrolled",
        "agreement.opened",
        "agreement.countered",
        "agreement.accepted",
        "agreement.declined",
        "agreement.began",
    ] {
        assert!(kinds.contains(kind), "no {kind} in {kinds:?}");
    }
    street.stop().await;
}

#[test]
fn damaged_agreements_are_refused_by_schema_and_reader() {
    let second = at("/versions/1/document");
    let reader = |value: &Value| {
        let bytes = gongjian_api::kernel::strict_json::canonical(value).unwrap();
        Document::parse(&bytes).is_err()
    };
    accepts("agreement", at("/versions/0/document"));
    let long = "长".repeat(121);
    refuses(
        "agreement",
        second,
        reader,
        &[
            ("/schema", put(json!("gongjian.agreement-version/2"))),
            ("/title", put(json!(""))),
            ("/title", put(json!(" 开放操场"))),
            ("/title", put(json!(long))),
            ("/version", put(json!(0))),
            ("/version", put(json!(1))),
            ("/kind", put(json!("amendment"))),
            ("/previous", put(Value::Null)),
            ("/previous", put(json!("sha256:AAAA"))),
            ("/base", put(second["previous"].clone())),
            ("/language", put(json!("en"))),
            ("/term/until", put(json!("2026-+1-01"))),
            ("/term/until", put(json!("2026-02-30"))),
            ("/term/until", put(json!("2201-01-01"))),
            ("/sign_by", None),
            ("/colour", put(json!("red"))),
            ("/parties", put(json!([]))),
            ("/parties/0/ref", put(json!("p0"))),
            (
                "/parties/0/id",
                put(json!("01930002-0000-7000-8000-00000000000G")),
            ),
            (
                "/parties/0/id",
                put(json!("01930002-0000-7000-8000-00000000ABCD")),
            ),
            ("/parties/0/phone", put(json!("0433-7512345"))),
            ("/parties/0/contact/commitment", put(json!("AAAA"))),
            ("/obligations/0/quantity", put(json!(10_000_001))),
            ("/obligations/0/quantity", put(json!("30"))),
            ("/obligations/0/unit", put(json!("yuan"))),
            ("/obligations/0/to", put(json!([]))),
            ("/obligations/0/to", put(json!(["p2", "p2"]))),
            ("/obligations/0/due", put(json!([]))),
            ("/clauses/0/text", None),
            ("/clauses/0/notice_days", None),
            ("/clauses/0/notice_days", put(json!(181))),
            ("/clauses/0/every", put(json!("year"))),
            ("/clauses", put(json!([]))),
            ("/decision/item", put(json!(0))),
        ],
    );
}

#[test]
fn damaged_bundles_and_leaves_are_refused_by_schema_and_reader() {
    let bundle: Value = serde_json::from_str(at("/bundle/file").as_str().unwrap()).unwrap();
    let leaves: Vec<Value> = bundle["leaves"]
        .as_array()
        .unwrap()
        .iter()
        .map(|leaf| {
            serde_json::from_slice(&b64::decode_url(leaf["data"].as_str().unwrap()).unwrap()).unwrap()
        })
        .collect();
    for leaf in &leaves {
        accepts("leaf", leaf);
    }
    // What the verifier refuses, after the digest was made right again.
    let reader = |value: &Value| {
        let Ok(mut read) = serde_json::from_value::<Bundle>(value.clone()) else {
            return true;
        };
        read.digest = read.computed_digest().unwrap();
        let now = log::instant::parse("2026-11-24T04:00:00.000Z").unwrap();
        let bytes = read.to_bytes().unwrap();
        !gongjian_api::agreements::bundle::verify::verify(&bytes, None, now).holds()
    };
    let short = bundle["checkpoint"].as_str().unwrap().replacen("\n\n", "\n", 1);
    refuses(
        "bundle",
        &bundle,
        reader,
        &[
            ("/schema", put(json!("gongjian.bundle/2"))),
            ("/agreement", put(json!("12"))),
            ("/checkpoint", put(json!(short))),
            ("/log", put(json!("gongjian.example/log"))),
            ("/witnesses", None),
            ("/remark", put(json!(""))),
            ("/leaves", put(json!([]))),
            ("/leaves/0/index", put(json!(-1))),
            ("/leaves/0/data", put(json!("not b64u"))),
            ("/leaves/1/proof/0", put(json!("AAAA"))),
            ("/versions", put(json!([]))),
            ("/versions/1/version", put(json!("2"))),
            ("/versions/1/jws/signatures/0/signature", put(json!("AAAA"))),
            ("/versions/1/jws/signatures/0/header", put(json!({}))),
            ("/keys/0/enrolment/signatures/1", None),
            ("/keys/0/party", put(json!("q1"))),
            ("/roots/0/jwk/d", put(json!("AAAA"))),
        ],
    );
    let leaf_reader = |value: &Value| {
        let bytes = gongjian_api::kernel::strict_json::canonical(value).unwrap();
        Leaf::parse(&bytes).is_err()
    };
    let signed = leaves
        .iter()
        .find(|leaf| leaf["kind"] == "agreement.accepted")
        .unwrap();
    refuses(
        "leaf",
        signed,
        leaf_reader,
        &[
            ("/schema", put(json!("gongjian.leaf/2"))),
            ("/index", put(json!(-1))),
            ("/tenant", put(json!("jinghe"))),
            ("/at", put(json!("2026-11-24T03:00:00Z"))),
            ("/at", put(json!("2026-13-24T03:00:00.000Z"))),
            ("/actor/type", put(json!("robot"))),
            ("/actor/name", put(json!("金明"))),
            ("/subject/id", None),
            ("/data", put(json!([]))),
            ("/note", put(json!("金明签署"))),
        ],
    );
    for damage in [
        ("/kind", put(json!("Accepted"))),
        ("/actor/party", None),
        ("/data/signature", None),
        ("/data/version", put(json!(0))),
        ("/subject/type", put(json!("party"))),
    ] {
        assert!(
            !faults("leaf", &damaged(signed, &damage)).is_empty(),
            "{damage:?}"
        );
    }
}

#[tokio::test]
async fn problems_fit_their_schema() {
    let app = TestApp::start().await;
    let guest = app.browser("en");
    let signer = app.person("u1").await;
    let csrf = signer.open("/me/key").await.ok().token("csrf");
    let mut told = vec![
        guest.json("GET", "/api/v1/agreements", "", None).await,
        guest.json("GET", "/api/v1/nothing", "", None).await,
        guest.json("DELETE", "/api/v1/agreements", "", None).await,
        signer
            .json("GET", "/sign/2026-9/context?intent=accept&kid=x", "", None)
            .await,
        signer
            .json("POST", "/me/key/context", &csrf, Some(&json!({"x": 1})))
            .await,
        signer
            .json("POST", "/me/key/root/context", &csrf, Some(&json!({"jwk": {}})))
            .await,
    ];
    app.stop().await;
    let many = (0..=limit::FAULTS)
        .map(|i| Fault::pointer(format!("/rows/{i}/a~1b"), "required").value("x"))
        .chain([Fault::new(Place::Header("If-Match"), "required")]);
    for problem in [
        Problem::validation(many.collect()),
        Problem::validation(vec![Fault::field("title", "too-long").value(&"长".repeat(200))]),
        Problem::new("stale-version", 412).member("current", 3),
    ] {
        for lang in [Lang::Zh, Lang::Ko, Lang::En] {
            let status = problem.status.try_into().unwrap();
            told.push((status, failure::to_json(&problem, lang, "0123456789abcdef")));
        }
    }
    for (status, body) in &told {
        assert!(body.is_object(), "{status}: no body");
        accepts("problem", body);
        assert_eq!(body["status"], status.as_u16());
    }
    let (_, good) = told.iter().find(|(_, body)| body["more"] == true).unwrap();
    for damage in [
        ("/code", None),
        ("/status", put(json!(200))),
        ("/status", put(json!(409))),
        ("/type", put(json!("about:blank"))),
        ("/detail", None),
        ("/more", put(json!(false))),
        ("/errors", put(json!([]))),
        ("/errors/0/field", put(json!("title"))),
        ("/errors/0/pointer", None),
        ("/errors/0/pointer", put(json!("rows/0"))),
        ("/errors/0/code", put(json!("Too long"))),
    ] {
        assert!(
            !faults("problem", &damaged(good, &damage)).is_empty(),
            "{damage:?}"
        );
    }
}

#[test]
fn instances_plans_and_certificates_fit_their_schemas() {
    let mut street = generate(Size::Street, 3, 0);
    let bytes = serde_json::to_vec(&street).unwrap();
    let settings = Settings {
        method: Method::Price,
        effort: 1,
        seconds: None,
        threads: 1,
    };
    let parsed = gongjian_engine::parse(&bytes).unwrap();
    let solution = gongjian_engine::solve(&parsed, settings, &Quiet).unwrap();
    let plan: Value = serde_json::from_slice(&solution.plan.to_bytes()).unwrap();
    assert!(!plan["agreements"].as_array().unwrap().is_empty());
    let certificate = serde_json::to_value(&solution.certificate).unwrap();
    let folder = instance::of_folder(&root().join("examples/street-a"), Some(2026)).unwrap();
    accepts("instance", &serde_json::from_slice(&folder).unwrap());

    let agreement = &plan["agreements"][0];
    let members = agreement["members"].clone();
    let service = &agreement["services"][0];
    street["previous"] = plan.clone();
    street["pins"] = json!([{"agreement": {"members": members, "by": "jinming"}}]);
    street["bans"] =
        json!([{"service": {"offer": service["offer"], "need": service["need"], "by": "jinming"}}]);
    let fund = json!({"id": "f1", "level": "street", "street": "s0", "budget_fen": 100_000});
    street["funds"].as_array_mut().unwrap().push(fund);
    street["commitments"] = json!([{"target": "fund", "id": "f1", "amount": 5_000}]);
    street["offers"][0]["days"] = json!({"from": "2026-03-01", "to": "2026-06-30"});
    street["offers"][0]["windows"] = json!([{"from_min": 9_720, "to_min": 480}]);
    street["offers"][0]["reach"] = json!({"communities": [street["parties"][0]["id"]]});
    let reader = |value: &Value| gongjian_engine::parse(&serde_json::to_vec(value).unwrap()).is_err();
    refuses(
        "instance",
        &street,
        reader,
        &[
            ("/format", put(json!("gongjian-instance/2"))),
            ("/policy", None),
            ("/policy/priority_ppm", put(json!([1, 2, 3, 4]))),
            ("/policy/overlap_min", put(json!(10_081))),
            ("/policy/base_breadth", put(json!(0))),
            ("/policy/colour", put(json!(1))),
            ("/parties/0/id", put(json!(""))),
            ("/parties/0/kind", put(json!("firm"))),
            ("/parties/0/max_agreements", put(json!(-1))),
            ("/types/0/area", put(json!(7))),
            ("/offers/0/quantity", put(json!(0))),
            ("/offers/0/quantity", put(json!(2.5))),
            ("/offers/0/modes", put(json!([]))),
            ("/offers/0/reach", put(json!("city"))),
            ("/offers/0/days/to", put(json!("2026-6-30"))),
            ("/offers/0/days/to", put(json!("2026-02-30"))),
            ("/offers/0/windows/0/to_min", put(json!(0))),
            ("/needs/0/priority", put(json!(6))),
            ("/needs/0/mode", put(json!("any"))),
            ("/needs/0/audience", put(json!(-1))),
            ("/funds/0/level", put(json!("state"))),
            ("/commitments/0/target", put(json!("plan"))),
            (
                "/pins/0/agreement/members",
                put(json!([street["parties"][0]["id"]])),
            ),
            ("/bans/0/service/quantity", put(json!(1))),
            ("/previous/status", put(json!("best"))),
        ],
    );
    let typed =
        |value: &Value| serde_json::from_value::<gongjian_engine::plan::Document>(value.clone()).is_err();
    refuses(
        "plan",
        &plan,
        typed,
        &[
            ("/status", put(json!("best"))),
            ("/stopped_by", put(json!("clock"))),
            ("/value_micro", put(json!("1"))),
            ("/agreements/0/mode", put(json!("both"))),
            ("/agreements/0/by", put(json!("somebody"))),
            ("/agreements/0/services/0/quantity", None),
            ("/bases", None),
        ],
    );
    for damage in [
        ("/format", put(json!("gongjian-plan/2"))),
        ("/instance_sha256", put(json!("AB"))),
        ("/agreements/0/services/0/quantity", put(json!(0))),
        ("/agreements/0/members", put(json!(["a"]))),
    ] {
        assert!(!faults("plan", &damaged(&plan, &damage)).is_empty(), "{damage:?}");
    }
    let typed = |value: &Value| {
        serde_json::from_value::<gongjian_engine::certificate::Certificate>(value.clone()).is_err()
    };
    refuses(
        "certificate",
        &certificate,
        typed,
        &[
            ("/bound", None),
            ("/prices/offers/0", put(json!("0x3"))),
            ("/prices/offers/0", put(json!(0.5))),
            ("/prices/needs", put(Value::Null)),
            ("/prices/colour", put(json!([]))),
        ],
    );
    for damage in [
        ("/gap_ppm", put(json!(-1))),
        ("/prices/offers/0", put(json!(-1))),
        ("/prices/balance/0", put(json!(10_000_001))),
    ] {
        assert!(
            !faults("certificate", &damaged(&certificate, &damage)).is_empty(),
            "{damage:?}"
        );
    }
}

#[test]
fn records_of_a_folder_fit_their_schema() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "parties.csv",
        "types.csv",
        "households.csv",
        "社区需求.csv",
        "需求清单.xlsx",
        "dirt.csv",
    ] {
        let from = root().join("examples/street-a").join(name);
        std::fs::copy(from, folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("扫描件.xlsx"), b"%PDF-1.7 scanned").unwrap();
    let read = |path: &Path| import::read_folder(path, Some(2026), Lang::Zh).unwrap();
    let records = read(folder.path());
    accepts("records", &records);
    let all = records.as_array().unwrap();
    let place = |outcome: &str, kind: Value| {
        let found = all
            .iter()
            .position(|r| r["outcome"] == outcome && r["kind"] == kind);
        found.unwrap_or_else(|| panic!("no {outcome} {kind}"))
    };
    let one = |outcome, kind| json!([all[place(outcome, kind)]]);
    let (ready, asked, refused, note, file, sheet) = (
        one("ready", json!("need")),
        one("asked", json!("need")),
        one("refused", json!("need")),
        one("note", json!("note")),
        one("refused", Value::Null),
        one("asked", Value::Null),
    );
    let cases: Vec<(&Value, Damage)> = vec![
        (&ready, ("/0/quantity", put(Value::Null))),
        (&ready, ("/0/quantity", put(json!(0)))),
        (&ready, ("/0/unit", put(json!("yuan")))),
        (&ready, ("/0/type", put(json!("A7-01")))),
        (&ready, ("/0/party", put(Value::Null))),
        (&ready, ("/0/date_from", put(json!("2026年3月")))),
        (&ready, ("/0/priority", put(json!(6)))),
        (&ready, ("/0/windows", put(json!([])))),
        (&ready, ("/0/questions", put(asked[0]["questions"].clone()))),
        (&ready, ("/0/phone", put(json!("0433-7512345")))),
        (&ready, ("/0/text", put(json!("合计")))),
        (&ready, ("/0/row", put(json!(0)))),
        (&asked, ("/0/questions", put(json!([])))),
        (&asked, ("/0/reason", put(Value::Null))),
        (&refused, ("/0/refusals", put(json!([])))),
        (&refused, ("/0/refusals/0/column", put(json!(3)))),
        (&refused, ("/0/refusals/0/field", put(json!("colour")))),
        (&note, ("/0/text", None)),
        (&note, ("/0/kind", put(json!("offer")))),
        (&file, ("/0/what", None)),
        (&file, ("/0/outcome", put(json!("asked")))),
        (&sheet, ("/0/rows", None)),
        (&sheet, ("/0/row", put(json!(1)))),
    ];
    for (good, damage) in cases {
        accepts("records", good);
        assert!(
            !faults("records", &damaged(good, &damage)).is_empty(),
            "{damage:?}"
        );
    }
}
