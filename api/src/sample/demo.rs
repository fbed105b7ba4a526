//! The demo street: Jinghe Street (靖和街道) of Hunchun with its register of communities and units, and
//! somebody to sign in for each role. Its lists are in `examples/street-a`; the people are made up.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow};

use crate::app::App;
use crate::identity::party::domain::{PartyKind, unit_kind};
use crate::identity::party::query as parties;
use crate::identity::party::service::{self as register, NewParty, NewTenant};
use crate::identity::password;
use crate::identity::person::service::{self as people, NewPerson};
use crate::kernel::actor::Role;
use crate::kernel::id::{Id, Party, Tenant};
use crate::kernel::problem::Problem;
use crate::kernel::tx::{self, Tx};

/// The password of every demo login.
pub const PASSWORD: &str = "gongjian-demo-2026";

/// The register that street offices keep: name, aliases, kind, community, households, agreements it can bear.
const REGISTER: &str = include_str!("../../../examples/street-a/parties.csv");

/// Makes the demo street unless the database has one already.
///
/// # Errors
/// What keeps it from being written.
pub async fn build(app: &App) -> Result<()> {
    let known = parties::all_tenants(app.db.reader()).await?;
    if !known.is_empty() {
        return Ok(());
    }
    let rows = register_rows()?;
    let mut salt = [0; 16];
    app.db.ids().fill(&mut salt);
    let hash = password::hash(PASSWORD, &salt, app.config.password_kib).map_err(|problem| told(&problem))?;
    let host = app
        .config
        .origin
        .split("://")
        .nth(1)
        .unwrap_or("localhost")
        .to_owned();
    let host = if host.is_empty() {
        "localhost".to_owned()
    } else {
        host
    };
    tx::run(&app.db, async |tx| write(tx, &rows, &hash, &host).await)
        .await
        .map_err(|p| told(&p))
}

fn told(problem: &Problem) -> anyhow::Error {
    anyhow!("{}: {}", problem.code, problem.cause.clone().unwrap_or_default())
}

/// Logins in words, for whoever started the server.
#[must_use]
pub fn logins() -> Vec<String> {
    let line = |role: &str, login: &str| format!("  {role:<34} {login:<12} {PASSWORD}");
    vec![
        line("street cadre 街道干部", "cadre"),
        line("joint-meeting secretary 联席会议秘书", "meeting"),
        line("district administrator 区管理员", "admin"),
        line("liaison 单位联络员", "liaison"),
        line("community secretary 社区书记", "secretary"),
        line("signer of each community 社区签署人", "c1, c2, …"),
        line("signer of each unit 单位签署人", "u1, u2, …"),
    ]
}

struct Row {
    name: String,
    aliases: Vec<String>,
    name_ko: Option<String>,
    kind: PartyKind,
    unit_kind: Option<String>,
    community: String,
    households: Option<i64>,
    max_agreements: i32,
}

fn register_rows() -> Result<Vec<Row>> {
    let mut reader = csv::Reader::from_reader(REGISTER.as_bytes());
    let mut rows = Vec::new();
    for record in reader.deserialize::<BTreeMap<String, String>>() {
        let record = record.context("the demo street's register")?;
        let cell = |name: &str| {
            record
                .get(name)
                .map(|v| v.trim().to_owned())
                .filter(|v| !v.is_empty())
        };
        rows.push(Row {
            name: cell("name").context("a party without name")?,
            aliases: cell("aliases")
                .map(|a| a.split(';').map(str::to_owned).collect())
                .unwrap_or_default(),
            name_ko: cell("name_ko"),
            kind: PartyKind::from_code(&cell("kind").unwrap_or_default()).context("kind of party")?,
            unit_kind: cell("unit_kind").map(|word| unit_kind(&word).to_owned()),
            community: cell("community").unwrap_or_default(),
            households: cell("households").and_then(|h| h.parse().ok()),
            max_agreements: cell("max_agreements").and_then(|m| m.parse().ok()).unwrap_or(3),
        });
    }
    Ok(rows)
}

async fn write(tx: &Tx, rows: &[Row], hash: &str, host: &str) -> Result<(), Problem> {
    let new = NewTenant {
        slug: "jinghe".to_owned(),
        name: "靖和街道".to_owned(),
        short: "珲靖".to_owned(),
        log_origin: format!("{host}/log/jinghe"),
    };
    let tenant = register::open_tenant(tx, &new).await?;
    let street = NewParty {
        name: "靖和街道办事处".to_owned(),
        kind: PartyKind::Street,
        unit_kind: None,
        name_ko: Some("정화가두판사처".to_owned()),
        community: None,
        households: None,
        max_agreements: 20,
        credit_code: None,
        aliases: vec!["靖和街道".to_owned(), "街道办".to_owned()],
        contact_title: "党建办主任".to_owned(),
    };
    let street = register::add(tx, tenant, &street).await?;
    let parties = add_parties(tx, tenant, rows).await?;
    add_people(tx, tenant, hash, street, &parties).await
}

async fn add_parties(
    tx: &Tx,
    tenant: Id<Tenant>,
    rows: &[Row],
) -> Result<Vec<(PartyKind, Id<Party>)>, Problem> {
    let mut communities: BTreeMap<String, Id<Party>> = BTreeMap::new();
    let mut added = Vec::with_capacity(rows.len());
    for kind in [PartyKind::Community, PartyKind::Unit] {
        for row in rows.iter().filter(|row| row.kind == kind) {
            let home = communities
                .get(&row.community)
                .copied()
                .filter(|_| kind == PartyKind::Unit);
            let title = if kind == PartyKind::Community {
                "社区党委书记"
            } else {
                "党办主任"
            };
            let new = NewParty {
                name: row.name.clone(),
                kind,
                unit_kind: row.unit_kind.clone(),
                name_ko: row.name_ko.clone(),
                community: home,
                households: row.households,
                max_agreements: row.max_agreements,
                credit_code: None,
                aliases: row.aliases.clone(),
                contact_title: title.to_owned(),
            };
            let id = register::add(tx, tenant, &new).await?;
            if kind == PartyKind::Community {
                communities.insert(row.community.clone(), id);
            }
            added.push((kind, id));
        }
    }
    Ok(added)
}

async fn add_people(
    tx: &Tx,
    tenant: Id<Tenant>,
    hash: &str,
    street: Id<Party>,
    parties: &[(PartyKind, Id<Party>)],
) -> Result<(), Problem> {
    let first = |kind| parties.iter().find(|(k, _)| *k == kind).map(|(_, id)| *id);
    let office = [
        ("cadre", "金明", "党建办主任", Role::StreetCadre, Some(street)),
        (
            "meeting",
            "朴英",
            "联席会议秘书",
            Role::MeetingSecretary,
            Some(street),
        ),
        ("admin", "孙立", "区管理员", Role::DistrictAdmin, None),
        (
            "liaison",
            "赵雪",
            "党务干事",
            Role::UnitLiaison,
            first(PartyKind::Unit),
        ),
        (
            "secretary",
            "崔哲",
            "社区党委书记",
            Role::CommunitySecretary,
            first(PartyKind::Community),
        ),
    ];
    for (login, name, title, role, party) in office {
        add_person(tx, tenant, hash, (login, name, title), role, party).await?;
    }
    let (mut communities, mut units) = (0, 0);
    for (kind, party) in parties {
        let (login, name, title) = if *kind == PartyKind::Community {
            communities += 1;
            (
                format!("c{communities}"),
                format!("社区签署人{communities}"),
                "社区党委书记",
            )
        } else {
            units += 1;
            (format!("u{units}"), format!("单位签署人{units}"), "单位负责人")
        };
        add_person(
            tx,
            tenant,
            hash,
            (&login, &name, title),
            Role::UnitSigner,
            Some(*party),
        )
        .await?;
    }
    Ok(())
}

async fn add_person(
    tx: &Tx,
    tenant: Id<Tenant>,
    hash: &str,
    (login, name, title): (&str, &str, &str),
    role: Role,
    party: Option<Id<Party>>,
) -> Result<(), Problem> {
    let new = NewPerson {
        login: login.to_owned(),
        name: name.to_owned(),
        title: title.to_owned(),
        password_hash: Some(hash.to_owned()),
        locale: "zh-CN".to_owned(),
    };
    let person = people::add(tx, tenant, &new).await?;
    people::grant(tx, tenant, person, role, party).await?;
    Ok(())
}
