//! What a running server holds: database, settings, secret keys, counters.

use std::sync::Arc;

use crate::config::Config;
use crate::kernel::db::Db;
use crate::kernel::keys::Keys;
use crate::kernel::rate::{Rates, Spaced};

/// The running product; handlers take it as `web::Data<App>`.
#[derive(Clone)]
pub struct App {
    /// The database, clock and id source.
    pub db: Db,
    /// The settings.
    pub config: Config,
    /// The server's own secrets.
    pub keys: Keys,
    /// How often addresses and clients have asked.
    pub rates: Arc<Rates>,
    /// When witnesses were asked.
    pub asked: Arc<Spaced>,
}

impl App {
    /// The product on this database.
    #[must_use]
    pub fn new(db: Db, config: Config, keys: Keys) -> Self {
        let rates = Arc::new(Rates::new(db.shared_clock(), config.sign_ins_per_minute));
        Self {
            db,
            config,
            keys,
            rates,
            asked: Arc::default(),
        }
    }
}
