//! Several parties at once, over HTTP, round after round: whatever they do, the history is one that could have
//! happened one after another, and everybody is told the truth about it.

use std::collections::{BTreeMap, BTreeSet};

use gongjian_api::agreements::domain::document::{Document, Term, VersionKind};
use gongjian_api::agreements::query::AgreementView;
use gongjian_api::kernel::clock::{Clock, SystemClock};
use gongjian_api::log::b64;
use gongjian_tests::client::Browser;
use gongjian_tests::fuzz::chance::Chance;
use gongjian_tests::life::{ending, next};
use gongjian_tests::model::{Do, Hand, Model};
use gongjian_tests::process::Server;
use gongjian_tests::replayed::{self, Event};
use gongjian_tests::street::Street;
use serde_json::{Value, json};
use uuid::Uuid;

/// Rounds unless the environment asks for others.
const ROUNDS: usize = 250;
const ROUNDS_FROM: &str = "GONGJIAN_RACE_ROUNDS";
/// Rounds on one agreement, unless it is over before.
const ROUNDS_EACH: usize = 10;
/// Rounds between giving the password again, which is good for five minutes.
const STEP_UP_EVERY: usize = 100;

/// What a loser may be told.
const LOST: [&str; 5] = [
    "agreement-state",
    "version-superseded",
    "already-signed",
    "prior-mismatch",
    "stale-version",
];

struct Crowd {
    street: Street,
    browsers: Vec<(Browser, String)>,
    chance: Chance,
    today: i64,
}

/// A signature ready to be sent.
struct Ready {
    signer: usize,
    path: String,
    tag: String,
    body: Value,
}

struct Answer {
    status: u16,
    told: Value,
    signature: String,
}

fn rounds() -> usize {
    std::env::var(ROUNDS_FROM).map_or(ROUNDS, |text| text.parse().unwrap())
}

impl Crowd {
    /// Agreements of two and three parties, some signed by all already.
    async fn gather(count: usize) -> (Self, Vec<Uuid>) {
        let now = SystemClock.now();
        let term = Term {
            from: now.day().plus_days(-1),
            until: now.day().plus_days(200),
        };
        let street = Street::open_at(now, term).await;
        let mut ids = Vec::new();
        for (n, item) in (0..count).zip(1..) {
            let parties = 2 + n % 2;
            ids.push(match n % 3 {
                0 => street.send(item, parties).await.agreement,
                _ => street.signed(item, parties).await,
            });
        }
        let crowd = Self {
            today: now.day().epoch_days(),
            street,
            browsers: Vec::new(),
            chance: Chance::new(5),
        };
        (crowd, ids)
    }

    async fn sign_in(&mut self, base: &str) {
        for signer in 1..=self.street.signers.len() {
            let browser = Browser::new(base, "zh-CN");
            browser.sign_in(&format!("s{signer}")).await;
            self.browsers.push((browser, String::new()));
        }
    }

    async fn step_up(&mut self) {
        for (browser, csrf) in &mut self.browsers {
            browser.step_up().await;
            *csrf = browser.open("/sign").await.ok().token("csrf");
        }
    }

    /// What a party could do as things stand; now and then something it could not.
    fn wish(&mut self, view: &AgreementView, signer: usize) -> &'static str {
        let open = view.standing.state.code() == "open";
        // A unit may leave where another stays with the community.
        let may_leave = view.parties.len() > 2 && signer > 0 && view.standing.leaving.is_empty();
        match (open, view.pending.is_some(), self.chance.below(24)) {
            (true, _, 0..=10) | (false, true, 0..=16) => "accept",
            (true, _, 11..=22) => "counter",
            (true, _, _) | (false, true, _) => "decline",
            (false, false, 0..=18) => "amend",
            (false, false, 19..=21) => "together",
            (false, false, 22) if may_leave => "leave",
            (false, false, _) => "notice",
        }
    }

    /// The version a wish puts forward, if it does.
    async fn text(&mut self, view: &AgreementView, signer: usize, wish: &str) -> Option<Document> {
        let id = view.id;
        let sign_by = SystemClock.now().day();
        let mark = self.chance.below(1_000_000);
        let mut document = match wish {
            "counter" => {
                let mut document = next(&self.street, id, VersionKind::Counter).await;
                // Within what the meeting adopted, whatever was offered before.
                let owed = &mut document.obligations[0];
                owed.quantity = 90 + u32::try_from(mark % 20).unwrap();
                let rest: u32 = owed.due.iter().skip(1).map(|due| due.quantity).sum();
                owed.due[0].quantity = owed.quantity - rest;
                document
            }
            "amend" => next(&self.street, id, VersionKind::Correction).await,
            "together" | "notice" | "leave" => next(&self.street, id, VersionKind::Termination).await,
            _ => return None,
        };
        let day = |days| sign_by.plus_days(days);
        let own = format!("p{}", signer + 1);
        match wish {
            "amend" => document.title = format!("更正后的协议名称{mark}"),
            "together" => document.termination = Some(ending(day(1), None)),
            "notice" => document.termination = Some(ending(day(40), None)),
            "leave" => document.termination = Some(ending(day(50), Some(&own))),
            _ => {}
        }
        document.sign_by = sign_by.plus_days(1);
        Some(document)
    }

    /// Prepares what a party does, as its system would; none if the server says at once that it cannot count.
    async fn prepare(&mut self, view: &AgreementView, signer: usize) -> Option<Ready> {
        let wish = self.wish(view, signer);
        let text = self.text(view, signer, wish).await;
        let (intent, route) = match wish {
            "accept" => ("accept", "acceptances"),
            "counter" => ("counter", "counters"),
            "decline" => ("decline", "declines"),
            "amend" => ("amend", "amendments"),
            _ => ("terminate", "terminations"),
        };
        let (browser, _) = &self.browsers[signer];
        let key = &self.street.signers[signer].1;
        let path = format!("/sign/{}/context?intent={intent}&kid={}", view.key, key.kid());
        let (status, context) = browser.json("GET", &path, "", None).await;
        if status.as_u16() == 409 {
            return None;
        }
        assert_eq!(status.as_u16(), 200, "{context}");
        let (version, bytes) = match &text {
            Some(document) => (document.version, document.to_bytes().unwrap()),
            None => {
                let version = u32::try_from(context["version"].as_u64().unwrap()).unwrap();
                let (document, _) = view.table();
                assert_eq!(document.version, version);
                (version, document.to_bytes().unwrap())
            }
        };
        let mut body = json!(key.sign_value(context["header"].clone(), &bytes));
        body["version"] = version.into();
        if text.is_some() {
            body["payload"] = b64::encode_url(&bytes).into();
        }
        Some(Ready {
            signer,
            path: format!("/sign/{}/{route}", view.key),
            tag: context["if_match"].as_str().unwrap().to_owned(),
            body,
        })
    }

    /// All at once.
    async fn send(&self, ready: Vec<Ready>) -> Vec<Answer> {
        let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(ready.len()));
        let mut tasks = Vec::new();
        for post in ready {
            let (browser, csrf) = self.browsers[post.signer].clone();
            let barrier = std::sync::Arc::clone(&barrier);
            tasks.push(tokio::spawn(async move {
                barrier.wait().await;
                let once = Uuid::now_v7().simple().to_string();
                let headers = [
                    ("Idempotency-Key", once.as_str()),
                    ("If-Match", post.tag.as_str()),
                ];
                let answer = browser
                    .json_with("POST", &post.path, &csrf, Some(&post.body), &headers)
                    .await;
                Answer {
                    status: answer.status().as_u16(),
                    told: answer.json().await.unwrap_or(Value::Null),
                    signature: post.body["signature"].as_str().unwrap().to_owned(),
                }
            }));
        }
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        answers
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
#[expect(clippy::print_stdout, reason = "the count of rounds is part of the answer")]
async fn parties_at_once_make_a_history_that_could_have_been_one_after_another() {
    let rounds = rounds();
    let (mut crowd, ids) = Crowd::gather(4 + rounds / 5).await;
    let config = &crowd.street.core.app.config;
    let server = Server::start(&config.database, &config.keys);
    crowd.sign_in(&server.base).await;
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    let mut won = BTreeSet::new();
    let mut played = 0;
    'all: for id in &ids {
        for _ in 0..ROUNDS_EACH {
            if played == rounds {
                break 'all;
            }
            if played % STEP_UP_EVERY == 0 {
                crowd.step_up().await;
            }
            let view = crowd.street.view(*id).await;
            let mut ready = Vec::new();
            for signer in 0..view.parties.len() {
                ready.extend(crowd.prepare(&view, signer).await);
            }
            if ready.is_empty() {
                break;
            }
            played += 1;
            for answer in crowd.send(ready).await {
                let outcome = match answer.status {
                    201 => {
                        won.insert((answer.told["leaf"]["index"].as_u64().unwrap(), answer.signature));
                        "won".to_owned()
                    }
                    _ => answer.told["code"].as_str().unwrap_or_default().to_owned(),
                };
                let is_known = outcome == "won" || LOST.contains(&outcome.as_str());
                assert!(is_known, "{} {}", answer.status, answer.told);
                *tally.entry(outcome).or_default() += 1;
            }
        }
    }
    server.kill();
    println!("{played} rounds: {tally:?}");
    assert_eq!(played, rounds, "enough agreements for all rounds");
    assert!(tally["won"] >= rounds / 2 && tally.values().sum::<usize>() > rounds);
    for code in ["prior-mismatch", "already-signed", "agreement-state"] {
        assert!(tally.contains_key(code), "nobody lost by {code}: {tally:?}");
    }
    let late = |code: &str| tally.get(code).copied().unwrap_or(0);
    assert!(
        late("version-superseded") + late("stale-version") > 0,
        "{tally:?}"
    );
    let app = crowd.street.core.again().await;
    let mut signed = BTreeSet::new();
    for id in &ids {
        let events = replayed::events(app.db.reader(), *id).await;
        one_after_another(&crowd, *id, &events).await;
        replayed::holds(app.db.reader(), *id).await;
        signed.extend(
            events
                .iter()
                .filter_map(|event| event.signed.map(|_| event.leaf.index)),
        );
    }
    let told: BTreeSet<u64> = won.iter().map(|(leaf, _)| *leaf).collect();
    assert_eq!(told.len(), won.len(), "no leaf was promised twice");
    assert!(told.is_subset(&signed), "every 201 has its leaf");
    for id in ids.iter().step_by(7) {
        crowd.street.proven(*id).await;
    }
    app.db.close().await.unwrap();
    crowd.street.stop().await;
}

/// The leaves in their order, judged by the model: each act was possible when it came, and no more than one
/// version was ever in force.
async fn one_after_another(crowd: &Crowd, id: Uuid, events: &[Event]) {
    let documents = replayed::documents(crowd.street.core.app.db.reader(), id).await;
    let refs = documents[&1].refs();
    let refs: Vec<&str> = refs.iter().map(String::as_str).collect();
    let mut model = Model::sent(&refs, documents[&1].term.from.epoch_days());
    for event in &events[1..] {
        let leaf = &event.leaf;
        let version = u32::try_from(leaf.number("version").unwrap()).unwrap();
        let hand = event.signed.map(|(seen, _)| Hand {
            party: leaf.actor.party.clone().unwrap(),
            version,
            seen,
            today: crowd.today,
        });
        let act = match (leaf.kind.as_str(), hand) {
            ("agreement.accepted", Some(hand)) => Do::Accept(hand),
            ("agreement.countered", Some(hand)) => Do::Counter(hand),
            ("agreement.declined", Some(hand)) => Do::Decline(hand),
            ("agreement.amended", Some(hand)) => Do::Amend(hand),
            ("agreement.terminating", Some(hand)) => {
                let end = documents[&version].termination.clone().unwrap();
                Do::Terminate {
                    hand,
                    day: end.effective_on.epoch_days(),
                    leaving: end.leaving,
                    alone: leaf.text("ends_on").is_some(),
                }
            }
            ("agreement.ended", None) => Do::Terminated,
            ("agreement.lapsed", None) => Do::Lapse,
            ("agreement.began", None) => Do::Begin,
            (kind, _) => panic!("{kind}"),
        };
        assert!(model.act(&act), "leaf {} {act:?} after {model:?}", leaf.index);
    }
    let view = crowd.street.view(id).await;
    assert_eq!(view.standing.state.code(), model.state);
    assert_eq!(
        view.standing.in_force_on.map(|_| view.standing.current),
        model.force
    );
    assert_eq!(
        view.pending.map(|pending| pending.document.version),
        model
            .table
            .filter(|_| model.force.is_some())
            .map(|table| table.version)
    );
}
