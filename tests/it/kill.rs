//! Killing the server in the middle of signing, fifty times: no acknowledged signature is lost, no half is left.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use gongjian_api::agreements::bundle::verify::verify;
use gongjian_api::agreements::domain::document::Term;
use gongjian_api::agreements::query;
use gongjian_api::kernel::clock::{Clock, SystemClock};
use gongjian_api::log::anchor;
use gongjian_tests::audit::{Found, quiet, whole};
use gongjian_tests::client::Browser;
use gongjian_tests::process::Server;
use gongjian_tests::street::{ORIGIN, Street};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

const ROUNDS: usize = 50;
/// Agreements of three parties each: enough even if every kill comes too late.
const AGREEMENTS: u32 = 100;
/// Signatures under way at once.
const BATCH: usize = 6;
/// Rounds between giving the password again, which is good for five minutes.
const STEP_UP_EVERY: usize = 10;
/// A signature not taken by then is made anew; it would expire.
const STALE: Duration = Duration::from_secs(240);
/// Longest wait for any answer.
const PATIENCE: Duration = Duration::from_secs(30);
const KEYS: &str = "kill-";

/// When the server is killed, counted from the first request.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// After this long.
    Time(Duration),
    /// After this many answers and then this long.
    Answers(usize, Duration),
}

/// Each round another moment: before, during and after commits, on slow machines and on fast ones.
fn moment(round: usize) -> Moment {
    let ms = |n: usize| Duration::from_millis(u64::try_from(n).unwrap());
    if round.is_multiple_of(2) {
        Moment::Time(ms(round * 7 % 61))
    } else {
        Moment::Answers(1 + round / 2 % 5, ms(round * 3 % 10))
    }
}

/// A signature as it is sent, as often as it takes.
#[derive(Debug, Clone)]
struct Post {
    agreement: usize,
    signer: usize,
    path: String,
    tag: String,
    once: String,
    body: Value,
    made: Instant,
}

impl Post {
    fn signature(&self) -> &str {
        self.body["signature"].as_str().unwrap()
    }
}

/// What came back: nothing, a status alone, or a status with the whole receipt.
#[derive(Debug)]
struct Outcome {
    place: usize,
    status: Option<StatusCode>,
    replayed: bool,
    receipt: Option<Value>,
}

struct Crowd {
    street: Street,
    keys: Vec<String>,
    ids: Vec<Uuid>,
    browsers: Vec<(Browser, String)>,
}

impl Crowd {
    async fn gather() -> Self {
        let now = SystemClock.now();
        let term = Term {
            from: now.day(),
            until: now.day().plus_days(200),
        };
        let street = Street::open_at(now, term).await;
        let (mut keys, mut ids) = (Vec::new(), Vec::new());
        for item in 1..=AGREEMENTS {
            let sent = street.send(item, 3).await;
            keys.push(sent.key);
            ids.push(sent.agreement);
        }
        street.core.app.db.clone().close().await.unwrap();
        Self {
            street,
            keys,
            ids,
            browsers: Vec::new(),
        }
    }

    fn start(&mut self) -> Server {
        let config = &self.street.core.app.config;
        let server = Server::start(&config.database, &config.keys);
        for (browser, _) in &mut self.browsers {
            browser.move_to(&server.base);
        }
        server
    }

    async fn sign_in(&mut self, server: &Server) {
        for signer in 1..=self.street.signers.len() {
            let browser = Browser::new(&server.base, "zh-CN");
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

    /// Signs as the page's script does.
    async fn make(&self, agreement: usize, signer: usize) -> Post {
        let ((browser, _), key) = (&self.browsers[signer], &self.street.signers[signer].1);
        let place = &self.keys[agreement];
        let path = format!("/sign/{place}/context?intent=accept&kid={}", key.kid());
        let (status, context) = browser.json("GET", &path, "", None).await;
        assert_eq!(status, StatusCode::OK, "{context}");
        let (_, bytes) = browser
            .download(&format!("/agreements/{place}/versions/1/bytes"))
            .await;
        let entry = key.sign_value(context["header"].clone(), &bytes);
        let mut body = json!(entry);
        body["version"] = 1.into();
        Post {
            agreement,
            signer,
            path: format!("/sign/{place}/acceptances"),
            tag: context["if_match"].as_str().unwrap().to_owned(),
            once: format!("{KEYS}{}", Uuid::now_v7().simple()),
            body,
            made: Instant::now(),
        }
    }

    /// Sends all at once; outcomes come in the order of answers.
    fn send(&self, posts: &[Post]) -> mpsc::UnboundedReceiver<Outcome> {
        let (told, outcomes) = mpsc::unbounded_channel();
        for (place, post) in posts.iter().cloned().enumerate() {
            let ((browser, csrf), told) = (self.browsers[post.signer].clone(), told.clone());
            tokio::spawn(async move {
                let headers = [
                    ("Idempotency-Key", post.once.as_str()),
                    ("If-Match", post.tag.as_str()),
                ];
                let answer = browser
                    .try_json("POST", &post.path, &csrf, Some(&post.body), &headers)
                    .await;
                let mut outcome = Outcome {
                    place,
                    status: None,
                    replayed: false,
                    receipt: None,
                };
                if let Ok(answer) = answer {
                    outcome.status = Some(answer.status());
                    outcome.replayed = answer.headers().contains_key("Idempotency-Replayed");
                    outcome.receipt = answer.json().await.ok();
                }
                told.send(outcome).unwrap();
            });
        }
        outcomes
    }

    /// Sends all and lets the server answer all.
    async fn send_in_peace(&self, posts: &[Post]) -> Vec<(Post, Outcome)> {
        let mut outcomes = self.send(posts);
        let mut done = Vec::new();
        while let Some(outcome) = outcomes.recv().await {
            assert_eq!(outcome.status, Some(StatusCode::CREATED), "{:?}", outcome.receipt);
            done.push((posts[outcome.place].clone(), outcome));
        }
        done
    }

    /// The database as the dead server left it.
    async fn audit(&self) -> Found {
        quiet(&self.street.core.app.config.database).await;
        let app = self.street.core.again().await;
        let found = whole(app.db.reader()).await;
        found.answers(app.db.reader(), KEYS).await;
        app.db.close().await.unwrap();
        found
    }
}

/// Kills the server at the moment; gives all outcomes.
async fn kill_at(
    server: Server,
    moment: Moment,
    mut outcomes: mpsc::UnboundedReceiver<Outcome>,
) -> Vec<Outcome> {
    let mut seen = Vec::new();
    let wait = match moment {
        Moment::Time(wait) => wait,
        Moment::Answers(count, wait) => {
            while seen.len() < count {
                let next = tokio::time::timeout(PATIENCE, outcomes.recv()).await;
                match next.expect("the server answers") {
                    Some(outcome) => seen.push(outcome),
                    None => break,
                }
            }
            wait
        }
    };
    tokio::time::sleep(wait).await;
    server.kill();
    while let Some(outcome) = outcomes.recv().await {
        seen.push(outcome);
    }
    seen
}

/// What the rounds add up to.
#[derive(Debug, Default)]
struct Tally {
    acknowledged: usize,
    unacknowledged: usize,
    written_unheard: usize,
    split_rounds: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_server_fifty_times_loses_no_signature_and_leaves_no_half() {
    let mut crowd = Crowd::gather().await;
    let mut waiting: VecDeque<(usize, usize)> = (0..crowd.ids.len())
        .flat_map(|agreement| [(agreement, 0), (agreement, 1), (agreement, 2)])
        .collect();
    let (mut open, mut fresh): (Vec<Post>, Vec<(Post, Value)>) = (Vec::new(), Vec::new());
    let mut acknowledged: Vec<(Post, Option<Value>)> = Vec::new();
    let mut tally = Tally::default();
    for round in 0..ROUNDS {
        let server = crowd.start();
        if round == 0 {
            crowd.sign_in(&server).await;
        }
        if round.is_multiple_of(STEP_UP_EVERY) {
            crowd.step_up().await;
        }
        repeat(&crowd, &fresh).await;
        let mut batch = std::mem::take(&mut open);
        while batch.len() < BATCH {
            let (agreement, signer) = waiting.pop_front().expect("enough to sign for every round");
            batch.push(crowd.make(agreement, signer).await);
        }
        let outcomes = kill_at(server, moment(round), crowd.send(&batch)).await;
        let found = crowd.audit().await;
        fresh.clear();
        let heard = outcomes.iter().filter(|o| o.status.is_some()).count();
        tally.acknowledged += heard;
        tally.unacknowledged += BATCH - heard;
        tally.split_rounds += usize::from(heard > 0 && heard < BATCH);
        for outcome in outcomes {
            let post = batch[outcome.place].clone();
            let is_stored = found.signatures.contains_key(post.signature());
            match outcome.status {
                Some(status) => {
                    assert_eq!(
                        status,
                        StatusCode::CREATED,
                        "round {round}: {:?}",
                        outcome.receipt
                    );
                    acknowledged.push((post.clone(), outcome.receipt.clone()));
                    fresh.extend(outcome.receipt.map(|receipt| (post, receipt)));
                }
                None if !is_stored && post.made.elapsed() > STALE => {
                    waiting.push_front((post.agreement, post.signer));
                }
                None => {
                    tally.written_unheard += usize::from(is_stored);
                    open.push(post);
                }
            }
        }
        all_there(&crowd, &found, &acknowledged);
    }
    assert!(tally.acknowledged >= ROUNDS, "too few answers: {tally:?}");
    assert!(
        tally.unacknowledged >= ROUNDS,
        "too few kills came in time: {tally:?}"
    );
    assert!(
        tally.split_rounds >= 5,
        "too few kills fell in the middle: {tally:?}"
    );
    let server = crowd.start();
    crowd.step_up().await;
    repeat(&crowd, &fresh).await;
    while !open.is_empty() || !waiting.is_empty() {
        let mut batch = std::mem::take(&mut open);
        for (agreement, signer) in waiting.drain(..BATCH.min(waiting.len())).collect::<Vec<_>>() {
            batch.push(crowd.make(agreement, signer).await);
        }
        for (post, outcome) in crowd.send_in_peace(&batch).await {
            acknowledged.push((post, outcome.receipt));
        }
    }
    server.kill();
    finish(crowd, &acknowledged).await;
}

/// What was acknowledged is answered by the same receipt when it is sent again.
async fn repeat(crowd: &Crowd, fresh: &[(Post, Value)]) {
    let posts: Vec<Post> = fresh.iter().map(|(post, _)| post.clone()).collect();
    for (post, outcome) in crowd.send_in_peace(&posts).await {
        let (_, receipt) = fresh.iter().find(|(p, _)| p.once == post.once).unwrap();
        assert!(outcome.replayed);
        assert_eq!(outcome.receipt.as_ref(), Some(receipt));
    }
}

/// Every acknowledged signature is stored as its receipt says.
fn all_there(crowd: &Crowd, found: &Found, acknowledged: &[(Post, Option<Value>)]) {
    for (post, receipt) in acknowledged {
        let stored = found.signatures.get(post.signature());
        let stored = stored.unwrap_or_else(|| panic!("an acknowledged signature is lost: {post:?}"));
        assert_eq!(stored.agreement, crowd.ids[post.agreement]);
        if let Some(receipt) = receipt {
            assert_eq!(receipt["seq"], stored.seq);
            assert_eq!(receipt["leaf"]["index"], stored.leaf);
            assert_eq!(receipt["digest"], stored.digest.as_str());
        }
    }
}

/// In the end all is signed, and the proofs hold.
async fn finish(crowd: Crowd, acknowledged: &[(Post, Option<Value>)]) {
    let found = crowd.audit().await;
    all_there(&crowd, &found, acknowledged);
    assert_eq!(found.signatures.len(), crowd.ids.len() * 3);
    assert!(found.states.values().all(|state| state == "in_force"));
    let app = crowd.street.core.again().await;
    assert!(found.checkpoints(app.db.reader()).await > ROUNDS / 2);
    let kept = anchor::last(&app.config.keys, ORIGIN).unwrap().unwrap();
    assert!(kept.size <= u64::try_from(found.size).unwrap());
    for id in crowd.ids.iter().step_by(12) {
        let bundle = query::bundle(&app, crowd.street.scope(), *id).await.unwrap();
        let report = verify(&bundle.to_bytes().unwrap(), None, SystemClock.now());
        assert_eq!(report.findings, []);
        assert!(report.verdict.unwrap().is_binding());
    }
    app.db.close().await.unwrap();
    crowd.street.stop().await;
}
