//! The product in this process: real server, real database, a clock that tests move, ids that repeat.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use gongjian_api::app::App;
use gongjian_api::config::Config;
use gongjian_api::kernel::clock::{Clock, Millis, TestClock};
use gongjian_api::kernel::db::Db;
use gongjian_api::kernel::id::SystemIds;
use gongjian_api::kernel::keys::Keys;
use gongjian_api::{jobs, sample, server};
use gongjian_migrations::{Migrator, MigratorTrait};
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};

use crate::client::Browser;
use crate::database::TestDatabase;

/// Monday 2 March 2026, 09:00 in UTC+8: lists are in, matching begins.
const START: i64 = 1_772_413_200_000;

/// A running server with the demo street in it.
pub struct TestApp {
    /// `http://127.0.0.1:PORT`
    pub base: String,
    /// The clock of the server.
    pub clock: Arc<TestClock>,
    /// The database's address.
    pub database: String,
    /// The settings of the server.
    pub config: Config,
    /// The folder of keys and of a SQLite file.
    pub folder: TempDir,
    orders: mpsc::UnboundedSender<Order>,
    thread: Option<JoinHandle<()>>,
    store: Option<TestDatabase>,
}

enum Order {
    Drain(oneshot::Sender<()>),
    Stop,
}

impl TestApp {
    /// Starts a server on an empty port with the demo street.
    pub async fn start() -> Self {
        Self::start_with(true).await
    }

    /// Starts a server that knows no street yet.
    pub async fn without_street() -> Self {
        Self::start_with(false).await
    }

    async fn start_with(demo: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = TestDatabase::create(folder.path()).await;
        let clock = Arc::new(TestClock::at(Millis::new(START)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let config = Config {
            database: store.url.clone(),
            origin: base.clone(),
            keys: folder.path().join("keys"),
            demo: true,
            ..Config::default()
        };
        let kept = config.clone();
        let (orders, received) = mpsc::unbounded_channel();
        let (ready, up) = oneshot::channel();
        let setup = Setup {
            config,
            clock: Arc::clone(&clock),
            keys: folder.path().join("keys"),
            listener,
            demo,
        };
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(serve(setup, received, ready));
        });
        up.await.expect("the server starts");
        let database = store.url.clone();
        Self {
            base,
            clock,
            database,
            config: kept,
            folder,
            orders,
            thread: Some(thread),
            store: Some(store),
        }
    }

    /// A fresh browser profile.
    #[must_use]
    pub fn browser(&self, language: &str) -> Browser {
        Browser::new(&self.base, language)
    }

    /// A profile signed in as one of the demo street's people.
    pub async fn person(&self, login: &str) -> Browser {
        let browser = self.browser("zh-CN");
        browser.sign_in(login).await;
        browser
    }

    /// Works off every job that waits.
    pub async fn drain(&self) {
        let (done, finished) = oneshot::channel();
        assert!(self.orders.send(Order::Drain(done)).is_ok(), "the server is up");
        finished.await.expect("the jobs end");
    }

    /// The same product once more beside the server, as a command has it.
    pub async fn beside(&self) -> App {
        let ids = Arc::new(SystemIds);
        let keys = Keys::load_or_create(&self.config.keys, &*ids).unwrap();
        let clock = Arc::clone(&self.clock);
        let db = Db::open(&self.database, clock, ids).await.unwrap();
        App::new(db, self.config.clone(), keys)
    }

    /// Moves the clock on by whole days.
    pub fn pass_days(&self, days: i64) {
        self.clock.advance_ms(days * 86_400_000);
    }

    /// The clock's present instant in seconds.
    #[must_use]
    pub fn now_seconds(&self) -> i64 {
        self.clock.now().seconds()
    }

    /// Stops the server and drops the database.
    pub async fn stop(mut self) {
        assert!(self.orders.send(Order::Stop).is_ok(), "the server is up");
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server stops");
        }
        if let Some(store) = self.store.take() {
            store.drop().await;
        }
    }
}

struct Setup {
    config: Config,
    clock: Arc<TestClock>,
    keys: PathBuf,
    listener: TcpListener,
    demo: bool,
}

async fn serve(setup: Setup, mut orders: mpsc::UnboundedReceiver<Order>, ready: oneshot::Sender<()>) {
    let ids = Arc::new(SystemIds);
    let keys = Keys::load_or_create(&setup.keys, &*ids).unwrap();
    let db = Db::open(&setup.config.database, setup.clock, ids).await.unwrap();
    Migrator::up(db.writer(), None).await.unwrap();
    let app = App::new(db, setup.config, keys);
    if setup.demo {
        sample::demo::build(&app).await.unwrap();
    }
    let running = server::start(app.clone(), setup.listener, 2).unwrap();
    let handle = running.handle();
    actix_web::rt::spawn(running);
    assert!(ready.send(()).is_ok(), "the test waits");
    while let Some(order) = orders.recv().await {
        match order {
            Order::Drain(done) => {
                jobs::drain(&app).await;
                let _ = done.send(());
            }
            Order::Stop => break,
        }
    }
    handle.stop(false).await;
    app.db.close().await.unwrap();
}
