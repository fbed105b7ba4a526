//! `gongjian admin`: what nobody can do on a page, because nobody has a password yet.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};

use super::open::{PlaceArgs, finish, open, runtime};
use crate::app::App;
use crate::identity::party::query as parties;
use crate::identity::person::domain::{Login, PersonName, PersonTitle};
use crate::identity::street::{self, FirstPerson, Invitation, NewStreet, NumberName, Slug};
use crate::kernel::problem::Problem;
use crate::kernel::text::Text;
use crate::kernel::tx;
use crate::web::form::ShownFault;
use crate::web::i18n::Lang;

/// Arguments of `gongjian admin`.
#[derive(Debug, clap::Args)]
pub(super) struct AdminArgs {
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Debug, clap::Subcommand)]
enum AdminCommand {
    /// Begin a street: its office, its first cadre and its first administrator, with a one-time link for each.
    OpenStreet {
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        street: StreetArgs,
    },
    /// A new one-time link for somebody who has not chosen a password yet.
    Invite {
        #[command(flatten)]
        at: At,
        /// Their login.
        login: String,
    },
}

/// Where the product is, and in which language to answer.
#[derive(Debug, clap::Args)]
struct At {
    #[command(flatten)]
    place: PlaceArgs,
    /// Scheme and host under which people reach the server, `https://gongjian.example`; overrides the settings.
    #[arg(long)]
    origin: Option<String>,
    /// Language of the words: zh-CN, ko-CN or en.
    #[arg(long, default_value = "zh-CN")]
    lang: String,
}

/// Arguments of `gongjian admin open-street`.
#[derive(Debug, clap::Args)]
pub struct StreetArgs {
    /// Short address of the street, `jinghe`: small letters, digits, hyphens.
    #[arg(long)]
    pub slug: String,
    /// Full name, 靖和街道.
    #[arg(long)]
    pub name: String,
    /// What numbers of agreements begin with: 珲靖共建 for 珲靖共建〔2026〕1号. Years count in UTC+8.
    #[arg(long)]
    pub short: String,
    /// Registered name of its office; else the name with 办事处.
    #[arg(long)]
    pub office: Option<String>,
    /// The first street cadre.
    #[arg(long, required = true, num_args = 3, value_names = ["LOGIN", "NAME", "TITLE"])]
    pub cadre: Vec<String>,
    /// The first administrator.
    #[arg(long, required = true, num_args = 3, value_names = ["LOGIN", "NAME", "TITLE"])]
    pub admin: Vec<String>,
}

/// Runs the command.
pub(super) fn run(args: &AdminArgs) -> ExitCode {
    finish(admin(args).and_then(|text| Ok(std::io::stdout().write_all(text.as_bytes())?)))
}

fn admin(args: &AdminArgs) -> Result<String> {
    let (AdminCommand::OpenStreet { at, .. } | AdminCommand::Invite { at, .. }) = &args.command;
    let lang = Lang::from_tag(&at.lang).ok_or_else(|| anyhow!("--lang: write zh-CN, ko-CN or en"))?;
    let mut config = at.place.settings()?;
    if let Some(origin) = &at.origin {
        origin.trim_end_matches('/').clone_into(&mut config.origin);
    }
    if let AdminCommand::OpenStreet { street, .. } = &args.command {
        street_of(street, &config.origin)?;
    }
    runtime()?.block_on(async move {
        let app = open(config).await?;
        let text = match &args.command {
            AdminCommand::OpenStreet { street, .. } => open_street(&app, street, lang).await,
            AdminCommand::Invite { login, .. } => invite(&app, login, lang).await,
        };
        app.db.close().await?;
        text
    })
}

/// Begins a street; gives what is to be printed, once.
///
/// # Errors
/// In words, what is wrong with the arguments or taken already.
pub async fn open_street(app: &App, args: &StreetArgs, lang: Lang) -> Result<String> {
    let new = street_of(args, &app.config.origin)?;
    let known = parties::all_tenants(app.db.reader()).await?;
    if let Some(taken) = known.iter().find(|tenant| tenant.slug == new.slug.as_str()) {
        bail!(
            "--slug: {} is {} already; choose another one",
            taken.slug,
            taken.name
        );
    }
    if let Some(taken) = known.iter().find(|tenant| tenant.short == new.short.as_str()) {
        bail!("--short: {} stands for {} already", taken.short, taken.name);
    }
    let invitations = tx::run(&app.db, async |tx| street::begin(tx, &new).await).await;
    let invitations = invitations.map_err(|problem| told(&problem, lang))?;
    let mut lines = vec![lang.ta(
        "admin-street-opened",
        &[
            ("name", new.name.as_str()),
            ("number", &format!("{}共建", new.short.as_str())),
        ],
    )];
    for (role, invitation) in ["street_cadre", "district_admin"].into_iter().zip(&invitations) {
        lines.push(lang.t(&format!("role-{role}")));
        lines.extend(link(app, invitation, lang));
    }
    lines.push(lang.t("admin-links-once"));
    Ok(format!("{}\n", lines.join("\n")))
}

/// A new link for somebody without a password; gives what is to be printed, once.
///
/// # Errors
/// In words, if nobody has the login or they have a password.
pub async fn invite(app: &App, login: &str, lang: Lang) -> Result<String> {
    host(&app.config.origin)?;
    let invitation = tx::run(&app.db, async |tx| street::invite_again(tx, login).await).await;
    let invitation = invitation.map_err(|problem| match problem.status {
        404 => anyhow!(
            "nobody without a password has the login {login}; who has one gets a code from a cadre or an administrator"
        ),
        _ => told(&problem, lang),
    })?;
    let mut lines = link(app, &invitation, lang);
    lines.push(lang.t("admin-links-once"));
    Ok(format!("{}\n", lines.join("\n")))
}

fn link(app: &App, invitation: &Invitation, lang: Lang) -> Vec<String> {
    let query = [
        ("login", invitation.login.as_str()),
        ("code", &invitation.code.code),
    ];
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    let until = invitation.code.until;
    let until = format!("{} {}", until.day(), until.local_time());
    vec![
        lang.ta(
            "admin-invitation",
            &[
                ("name", &invitation.name),
                ("login", &invitation.login),
                ("until", &until),
            ],
        ),
        format!("  {}/join?{query}", app.config.origin),
    ]
}

fn told(problem: &Problem, lang: Lang) -> anyhow::Error {
    let faults: Vec<String> = problem
        .faults
        .iter()
        .map(|fault| ShownFault::new(lang, fault).words)
        .collect();
    match (&problem.cause, faults.is_empty()) {
        (Some(cause), _) => anyhow!("{}: {cause}", problem.code),
        (None, true) => anyhow!("{}", problem.code),
        (None, false) => anyhow!("{}", faults.join("; ")),
    }
}

fn street_of(args: &StreetArgs, origin: &str) -> Result<NewStreet> {
    let office = args
        .office
        .clone()
        .unwrap_or_else(|| format!("{}办事处", args.name.trim()));
    Ok(NewStreet {
        slug: Slug::parse(&args.slug).context("--slug: write 2 to 40 small letters, digits or hyphens")?,
        name: Text::parse(&args.name).context("--name")?,
        office: Text::parse(&office).context("--office")?,
        short: NumberName::parse(&args.short)
            .context("--short: write 1 to 10 letters without digits, such as 珲靖共建")?,
        host: host(origin)?,
        cadre: person(&args.cadre).context("--cadre")?,
        admin: person(&args.admin).context("--admin")?,
    })
}

/// The host that names the log. Everything that is ever signed refers to it, so it is never guessed.
fn host(origin: &str) -> Result<String> {
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    if host.is_empty() || host.contains('/') {
        bail!(
            "--origin: write where people reach the server, https://HOST; the street's log is named by it for good"
        );
    }
    Ok(host.to_owned())
}

fn person(words: &[String]) -> Result<FirstPerson> {
    let [login, name, title] = words else {
        bail!("write LOGIN NAME TITLE");
    };
    Ok(FirstPerson {
        login: Login::parse(login)
            .context("the login: use 2 to 40 small letters, digits or . _ - beginning with a letter")?,
        name: PersonName::parse(name).context("the name")?,
        title: PersonTitle::parse(title).context("the title")?,
    })
}
