//! What a running server holds: database, settings, secret keys.

use crate::config::Config;
use crate::kernel::db::Db;
use crate::kernel::keys::Keys;

/// The running product; handlers take it as `web::Data<App>`.
#[derive(Clone)]
pub struct App {
    /// The database, clock and id source.
    pub db: Db,
    /// The settings.
    pub config: Config,
    /// The server's own secrets.
    pub keys: Keys,
}
