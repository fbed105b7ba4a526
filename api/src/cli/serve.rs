//! `gongjian serve`

#![expect(clippy::print_stdout, reason = "the ready line is for whoever started the server")]

use std::io::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use gongjian_migrations::{Migrator, MigratorTrait as _};

use crate::app::App;
use crate::config::Config;
use crate::kernel::clock::SystemClock;
use crate::kernel::db::Db;
use crate::kernel::id::SystemIds;
use crate::kernel::keys::Keys;
use crate::{jobs, log, server};

/// Arguments of `gongjian serve`.
#[derive(Debug, clap::Args)]
pub(super) struct ServeArgs {
    /// Settings file of `key = "value"` lines; `GONGJIAN_*` in the environment comes after it.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Database, `sqlite:///path` or `postgres://…`; overrides the settings.
    #[arg(long)]
    database: Option<String>,
    /// First port to try; 0 lets the system choose.
    #[arg(long)]
    port: Option<u16>,
}

impl ServeArgs {
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
        if let Some(port) = self.port {
            config.port = port;
        }
        Ok(config)
    }
}

/// Runs the command.
pub(super) fn run(args: &ServeArgs) -> ExitCode {
    finish(args.settings().and_then(|config| {
        runtime()?.block_on(async move {
            let app = open(config).await?;
            serve(app, &[]).await
        })
    }))
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

/// Opens the database, brings it to the newest schema and loads the keys.
pub(super) async fn open(config: Config) -> Result<App> {
    if let Some(path) = config.database.strip_prefix("sqlite://") {
        let path = path.split('?').next().unwrap_or_default();
        if let Some(folder) = std::path::Path::new(path).parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("folder {}", folder.display()))?;
        }
    }
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let keys = Keys::load_or_create(&config.keys, &*ids).context("key files")?;
    let db = Db::open(&config.database, clock, ids).await.context("database")?;
    Migrator::up(db.writer(), None).await.context("migrating the database")?;
    Ok(App { db, config, keys })
}

/// Serves until the process is told to stop; `greeting` follows the ready line.
pub(super) async fn serve(mut app: App, greeting: &[String]) -> Result<()> {
    let listener = bind(&app.config.listen, app.config.port)?;
    let address = listener.local_addr()?;
    if app.config.origin.is_empty() {
        app.config.origin = format!("http://{address}");
    }
    log::service::check_anchor(&app).await.map_err(|problem| anyhow::anyhow!("log: {}", problem.code))?;
    jobs::start(&app);
    let server = server::start(app, listener, 2)?;
    println!("ready http://{address}");
    for line in greeting {
        println!("{line}");
    }
    std::io::stdout().flush()?;
    server.await?;
    Ok(())
}

/// The first free port from `first` on.
fn bind(address: &str, first: u16) -> Result<TcpListener> {
    for port in first..=first.saturating_add(20) {
        match TcpListener::bind((address, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error).with_context(|| format!("listening on {address}:{port}")),
        }
    }
    bail!("ports {first} to {} on {address} are all taken", first.saturating_add(20))
}
