//! What commands that use the database share: settings, runtime, the opened product, exit codes.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use gongjian_migrations::{Migrator, MigratorTrait as _};

use crate::app::App;
use crate::config::Config;
use crate::kernel::clock::{Clock, SystemClock};
use crate::kernel::db::Db;
use crate::kernel::id::SystemIds;
use crate::kernel::keys::Keys;
use crate::log::anchor::{self, AnchorFault};
use crate::log::witness::ask;

/// Where the product keeps its data and listens.
#[derive(Debug, clap::Args)]
pub(super) struct PlaceArgs {
    /// Settings file of `key = "value"` lines; `GONGJIAN_*` in the environment comes after it.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Database, `sqlite:///path` or `postgres://…`; overrides the settings.
    #[arg(long)]
    database: Option<String>,
    /// Folder of the key files; overrides the settings.
    #[arg(long)]
    keys: Option<PathBuf>,
    /// First port to try; 0 lets the system choose.
    #[arg(long)]
    port: Option<u16>,
}

/// A place told by other arguments.
pub(super) fn place(config: Option<PathBuf>, database: Option<String>, keys: Option<PathBuf>) -> PlaceArgs {
    PlaceArgs {
        config,
        database,
        keys,
        port: None,
    }
}

impl PlaceArgs {
    /// The settings with the command line's values on top.
    pub(super) fn settings(&self) -> Result<Config> {
        let mut config = match Config::load(self.config.as_deref()) {
            Ok(config) => config,
            Err(faults) => {
                let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
                bail!("settings:\n  {}", lines.join("\n  "));
            }
        };
        if let Some(database) = &self.database {
            config.database.clone_from(database);
        }
        if let Some(keys) = &self.keys {
            config.keys.clone_from(keys);
        }
        if let Some(port) = self.port {
            config.port = port;
        }
        Ok(config)
    }
}

/// The exit code of a command, its error told on stderr.
pub(super) fn finish(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "gongjian: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The runtime of servers and of commands that use the database.
pub(super) fn runtime() -> Result<actix_web::rt::SystemRunner> {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("GONGJIAN_LOG")
                .unwrap_or_else(|_| "warn,gongjian_api=info".into()),
        )
        .try_init()
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(actix_web::rt::System::new())
}

/// Opens the database, brings it to the newest schema and loads the keys. A database that lacks what was
/// published from it is refused.
///
/// # Errors
/// What keeps the product from being opened, in words for whoever runs it.
pub async fn open(config: Config) -> Result<App> {
    open_at(config, Arc::new(SystemClock)).await
}

/// As [`open`], but a database older than what was published from it is opened for reading.
pub(super) async fn open_to_serve(config: Config) -> Result<App> {
    let app = unchecked(config, Arc::new(SystemClock)).await?;
    match anchor::compare(&app).await {
        Ok(()) => {}
        Err(fault @ (AnchorFault::Shorter { .. } | AnchorFault::Different { .. })) => {
            let _ = writeln!(std::io::stderr(), "gongjian: only reading: {fault}");
            app.db.freeze();
        }
        Err(fault) => return Err(fault.into()),
    }
    ask::known(&app)?;
    Ok(app)
}

/// As [`open`], by another clock than the machine's.
pub(super) async fn open_at(config: Config, clock: Arc<dyn Clock>) -> Result<App> {
    let app = unchecked(config, clock).await?;
    anchor::compare(&app).await?;
    Ok(app)
}

async fn unchecked(config: Config, clock: Arc<dyn Clock>) -> Result<App> {
    if let Some(path) = config.database.strip_prefix("sqlite://") {
        let path = path.split('?').next().unwrap_or_default();
        if let Some(folder) = std::path::Path::new(path).parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("folder {}", folder.display()))?;
        }
    }
    let ids = Arc::new(SystemIds);
    let keys = Keys::load_or_create(&config.keys, &*ids).context("key files")?;
    let db = Db::open(&config.database, clock, ids).await.context("database")?;
    Migrator::up(db.writer(), None)
        .await
        .context("migrating the database")?;
    Ok(App::new(db, config, keys))
}
