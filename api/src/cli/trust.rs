//! `gongjian trust show`: the trust file that `gongjian verify --trust` reads, from a street's database or from a
//! bundle that holds.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};

use super::open::{PlaceArgs, finish, open, runtime};
use super::verify::read;
use crate::agreements::bundle::format::Bundle;
use crate::agreements::bundle::verify::verify;
use crate::agreements::query as agreements;
use crate::app::App;
use crate::identity::party::query as parties;
use crate::kernel::clock::{Clock as _, SystemClock};
use crate::kernel::scope::Scope;
use crate::log::policy::TrustPolicy;
use crate::web::i18n::Lang;

/// Arguments of `gongjian trust`.
#[derive(Debug, clap::Args)]
pub(super) struct TrustArgs {
    #[command(subcommand)]
    command: TrustCommand,
}

#[derive(Debug, clap::Subcommand)]
enum TrustCommand {
    /// Print the trust file of a street's log; without a bundle, from the database.
    Show(ShowArgs),
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// A bundle, `*.gjproof`: what it claims, to be compared with the street by telephone.
    bundle: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
    /// The street of a database that holds several, by its short address, `jinghe`.
    #[arg(long, visible_alias = "street")]
    tenant: Option<String>,
    /// Language of the words in the file: zh-CN, ko-CN or en.
    #[arg(long, default_value = "zh-CN")]
    lang: String,
}

/// Runs the command.
pub(super) fn run(args: &TrustArgs) -> ExitCode {
    let TrustCommand::Show(args) = &args.command;
    finish(show(args).and_then(|text| Ok(std::io::stdout().write_all(text.as_bytes())?)))
}

fn show(args: &ShowArgs) -> Result<String> {
    let lang = Lang::from_tag(&args.lang).ok_or_else(|| anyhow!("--lang: write zh-CN, ko-CN or en"))?;
    if let Some(path) = &args.bundle {
        return of_bundle(&read(path)?, lang).with_context(|| path.display().to_string());
    }
    let config = args.place.settings()?;
    runtime()?.block_on(async move {
        let app = open(config).await?;
        let text = of_street(&app, args.tenant.as_deref(), lang).await;
        app.db.close().await?;
        text
    })
}

/// The trust file of what a bundle claims: its log, and all of its witnesses.
///
/// # Errors
/// In words, if the bundle does not hold.
pub fn of_bundle(bytes: &[u8], lang: Lang) -> Result<String> {
    if !verify(bytes, None, SystemClock.now()).holds() {
        bail!("the bundle does not hold; gongjian verify says why");
    }
    let bundle = Bundle::parse(bytes)?;
    let mut text = format!("log {}\n", bundle.log);
    let mut names = String::new();
    for (i, witness) in bundle.witnesses.iter().enumerate() {
        writeln!(text, "witness w{} {witness}", i + 1)?;
        write!(names, " w{}", i + 1)?;
    }
    if names.is_empty() {
        text.push_str("quorum none\n");
    } else {
        writeln!(text, "group witnesses all{names}\nquorum witnesses")?;
    }
    let policy: TrustPolicy = text.parse()?;
    Ok(format!("# {}\n{}", lang.t("trust-claimed"), policy.to_text()))
}

/// The trust file of a street's log, named by its slug if there are several.
///
/// # Errors
/// In words, if there is no such street or its log is not open.
pub async fn of_street(app: &App, slug: Option<&str>, lang: Lang) -> Result<String> {
    let tenants = parties::all_tenants(app.db.reader()).await?;
    let slugs: Vec<&str> = tenants.iter().map(|tenant| tenant.slug.as_str()).collect();
    let tenant = match (slug, tenants.as_slice()) {
        (None, []) => bail!("there is no street; see gongjian admin open-street"),
        (None, [only]) => only,
        (None, _) => bail!("--tenant: write one of {}", slugs.join(", ")),
        (Some(slug), known) => known
            .iter()
            .find(|tenant| tenant.slug == slug)
            .with_context(|| format!("--tenant: no {slug}; there is {}", slugs.join(", ")))?,
    };
    let policy = agreements::trust_policy(app, Scope::tenant(tenant.id))
        .await
        .with_context(|| tenant.name.clone())?;
    let words = lang.ta("trust-of-street", &[("street", &tenant.name)]);
    Ok(format!("# {words}\n{}", policy.to_text()))
}
