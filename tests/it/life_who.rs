//! Who may sign what when: every state, every intent, every role.

use gongjian_api::agreements::domain::document::VersionKind;
use gongjian_api::identity::keys::jws::Intent;
use gongjian_api::kernel::clock::{Clock, SystemClock};
use gongjian_tests::client::Browser;
use gongjian_tests::life::{ending, next};
use gongjian_tests::process::Server;
use gongjian_tests::street::Street;
use reqwest::StatusCode;
use uuid::Uuid;

use gongjian_api::agreements::domain::document::Term;
use gongjian_api::kernel::actor::Role;

const INTENTS: [&str; 5] = ["accept", "counter", "decline", "amend", "terminate"];
const STATE: &str = "agreement-state";

/// For each state the answer to each intent of a party's signer.
const TABLE: [(&str, [&str; 5]); 8] = [
    ("open", ["ok", "ok", "ok", STATE, STATE]),
    ("signed", [STATE, STATE, STATE, "ok", "ok"]),
    ("in_force", [STATE, STATE, STATE, "ok", "ok"]),
    ("pending", ["ok", STATE, "ok", STATE, STATE]),
    ("notice", [STATE, STATE, STATE, STATE, "ok"]),
    ("terminated", [STATE; 5]),
    ("declined", [STATE; 5]),
    ("lapsed", [STATE; 5]),
];

/// The agreement of each state.
async fn prepare(street: &Street) -> Vec<(&'static str, Uuid, String)> {
    let key = async |agreement: Uuid| street.view(agreement).await.key;
    let today = street.core.clock.now().day();
    let correction = async |agreement| {
        let mut document = next(street, agreement, VersionKind::Correction).await;
        "更正后的名称".clone_into(&mut document.title);
        street.offer(0, Intent::Amend, &document).await.unwrap();
    };
    let end = async |agreement, days| {
        let mut document = next(street, agreement, VersionKind::Termination).await;
        document.termination = Some(ending(today.plus_days(days), None));
        document.sign_by = today;
        street.offer(0, Intent::Terminate, &document).await.unwrap();
    };
    let mut found = Vec::new();
    for (item, (name, _)) in (1..).zip(TABLE) {
        let id = match name {
            "open" | "declined" | "lapsed" => street.send(item, 2).await.agreement,
            _ => street.signed(item, 2).await,
        };
        match name {
            "declined" => drop(street.sign(0, id, Intent::Decline).await.unwrap()),
            "pending" => correction(id).await,
            "notice" => end(id, 40).await,
            "terminated" => {
                end(id, 0).await;
                street.sign(1, id, Intent::Accept).await.unwrap();
            }
            _ => {}
        }
        found.push((name, id, key(id).await));
    }
    found
}

async fn asked(browser: &Browser, key: &str, intent: &str, kid: &str) -> String {
    let path = format!("/sign/{key}/context?intent={intent}&kid={kid}");
    let (status, told) = browser.json("GET", &path, "", None).await;
    match status {
        StatusCode::OK => "ok".to_owned(),
        _ => told["code"].as_str().unwrap_or_default().to_owned(),
    }
}

#[tokio::test]
async fn each_intent_counts_in_its_states_and_for_signers_of_the_parties_alone() {
    let now = SystemClock.now();
    let term = Term {
        from: now.day().plus_days(-1),
        until: now.day().plus_days(200),
    };
    let street = Street::open_at(now, term).await;
    for (login, role) in [
        ("liaison", Role::UnitLiaison),
        ("secretary", Role::CommunitySecretary),
        ("meetings", Role::MeetingSecretary),
        ("district", Role::DistrictAdmin),
    ] {
        street.person(login, role).await;
    }
    let mut agreements = prepare(&street).await;
    // Of a term still to come, and one whose day to sign has passed, by the rows' own days.
    let later = |id: Uuid, sql: &str| {
        let id = match street.core.app.config.database.starts_with("sqlite:") {
            true => format!("x'{}'", id.simple()),
            false => format!("'{id}'"),
        };
        format!("UPDATE agreement SET {sql} WHERE id = {id}")
    };
    for (name, id, _) in &agreements {
        let sql = match *name {
            "signed" => "state = 'signed', term_from = '2199-01-01'",
            "lapsed" => "sign_by = '2020-01-01'",
            _ => continue,
        };
        use sea_orm::ConnectionTrait as _;
        let writer = street.core.app.db.writer();
        writer.execute_unprepared(&later(*id, sql)).await.unwrap();
    }
    street.new_day().await;
    let states: Vec<String> = {
        let mut states = Vec::new();
        for (_, id, _) in &agreements {
            states.push(street.view(*id).await.state().code().to_owned());
        }
        states
    };
    assert_eq!(
        states,
        [
            "open",
            "signed",
            "in_force",
            "in_force",
            "in_force",
            "terminated",
            "declined",
            "lapsed"
        ]
    );
    street.core.app.db.clone().close().await.unwrap();
    let server = Server::start(&street.core.app.config.database, &street.core.app.config.keys);
    let mut people = Vec::new();
    for login in [
        "s1",
        "s2",
        "s3",
        "cadre",
        "liaison",
        "secretary",
        "meetings",
        "district",
    ] {
        let browser = Browser::new(&server.base, "zh-CN");
        browser.sign_in(login).await;
        people.push((login, browser));
    }
    people.push(("nobody", Browser::new(&server.base, "zh-CN")));
    let kid = |login: &str| {
        let signer = ["s1", "s2", "s3"].iter().position(|s| *s == login).unwrap_or(0);
        street.signers[signer].1.kid()
    };
    for ((name, _, key), (_, expected)) in agreements.drain(..).zip(TABLE) {
        for (intent, expected) in INTENTS.iter().zip(expected) {
            for (login, browser) in &people {
                let expected = match *login {
                    "s1" | "s2" => expected,
                    "s3" => "not-found",
                    "nobody" => "unauthenticated",
                    _ => "role-insufficient",
                };
                let told = asked(browser, &key, intent, &kid(login)).await;
                assert_eq!(told, expected, "{name} {intent} {login}");
            }
        }
    }
    for intent in ["witness", "enrol", "vouch", "other"] {
        assert_eq!(
            asked(&people[0].1, "2026-1", intent, &kid("s1")).await,
            "intent-not-allowed"
        );
    }
    server.kill();
    street.stop().await;
}
