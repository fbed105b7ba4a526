//! `gongjian instance`: the current lists as an instance, from a database or from a folder of lists.

#![expect(
    clippy::print_stdout,
    reason = "the instance goes to standard output unless a file is named"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};

use super::import::gather;
use super::open::{PlaceArgs, finish, open, runtime};
use crate::identity::party::domain::PartyKind;
use crate::identity::party::query as parties;
use crate::kernel::date::CivilDate;
use crate::kernel::scope::Scope;
use crate::lists::domain::{Audience, Kind};
use crate::lists::import::folder::{self, Reading};
use crate::lists::import::outcome::{Draft, Outcome};
use crate::lists::import::registers::Carry;
use crate::lists::query as lists;
use crate::matching::domain::RunSettings;
use crate::matching::snapshot::{Snapshot, SnapshotParty, SnapshotReach, SnapshotRow, audience_bits, take};

/// Arguments of `gongjian instance`.
#[derive(Debug, clap::Args)]
pub(super) struct InstanceArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// A folder of registers and lists; the rows that are ready are taken.
    #[arg(long)]
    from: Option<PathBuf>,
    /// The street of a database that holds several.
    #[arg(long)]
    street: Option<String>,
    /// The year; else the present one, or what the lists say.
    #[arg(long)]
    year: Option<i16>,
    /// Where the instance goes.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &InstanceArgs) -> ExitCode {
    finish(instance(args).and_then(|bytes| match &args.out {
        Some(path) => std::fs::write(path, bytes).with_context(|| path.display().to_string()),
        None => {
            println!("{}", String::from_utf8_lossy(&bytes));
            Ok(())
        }
    }))
}

fn instance(args: &InstanceArgs) -> Result<Vec<u8>> {
    match &args.from {
        Some(folder) => of_folder(folder, args.year),
        None => written(&of_database(args, &RunSettings::default())?),
    }
}

/// The instance of a folder of lists, as the command writes it.
///
/// # Errors
/// In words, if the folder cannot be used or its lists make no instance.
pub fn of_folder(folder: &Path, year: Option<i16>) -> Result<Vec<u8>> {
    let reading = folder::read(&gather(folder)?, year);
    let used: Vec<_> = reading.types.all().collect();
    written(&of_reading(&reading, folder).instance(&used, &RunSettings::default()))
}

fn written(value: &serde_json::Value) -> Result<Vec<u8>> {
    let bytes = serde_json_canonicalizer::to_vec(value)?;
    if let Err(faults) = gongjian_engine::parse(&bytes) {
        bail!(
            "the lists do not make an instance: {}",
            serde_json::to_string(&faults)?
        );
    }
    Ok(bytes)
}

fn of_database(args: &InstanceArgs, settings: &RunSettings) -> Result<serde_json::Value> {
    let config = args.place.settings()?;
    runtime()?.block_on(async move {
        let app = open(config).await?;
        let db = app.db.reader();
        let tenants = parties::all_tenants(db).await?;
        let wanted = |slug: &str| args.street.as_ref().is_none_or(|street| street == slug);
        let tenant = tenants
            .iter()
            .find(|t| wanted(&t.slug))
            .context("there is no such street")?;
        let scope = Scope::tenant(tenant.id);
        let cycle = args.year.unwrap_or_else(|| app.db.clock().now().day().year());
        let told = |problem: crate::kernel::problem::Problem| anyhow!("{}", problem.code);
        let taken = take(db, scope, cycle).await.map_err(told)?;
        let types = lists::types(db, scope).await?;
        let used: Vec<_> = types.all().collect();
        Ok(taken.snapshot(scope).instance(&used, settings))
    })
}

/// The ready rows of a folder; ids tell file, sheet and row.
fn of_reading(reading: &Reading, folder: &Path) -> Snapshot {
    let street = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut snapshot = Snapshot {
        street,
        parties: Vec::new(),
        offers: Vec::new(),
        needs: Vec::new(),
    };
    let mut communities: BTreeMap<&str, &str> = BTreeMap::new();
    for party in reading.parties.entries().iter().filter(|p| p.kind == "community") {
        communities.insert(party.community.as_str(), party.name.as_str());
        communities.insert(party.name.as_str(), party.name.as_str());
    }
    for party in reading.parties.entries() {
        let kind = PartyKind::from_code(&party.kind).unwrap_or(PartyKind::Unit);
        let usual = if kind == PartyKind::Unit { 3 } else { 20 };
        let home = communities
            .get(party.community.as_str())
            .map(|name| (*name).to_owned());
        snapshot.parties.push(SnapshotParty {
            id: party.name.clone(),
            kind,
            community: home.filter(|_| kind == PartyKind::Unit),
            households: i64::from(party.households.unwrap_or(0)),
            max_agreements: party
                .capacity
                .and_then(|c| i32::try_from(c).ok())
                .unwrap_or(usual),
            carry_micro: reading.carry.get(&party.key).map_or(0, Carry::carry_in),
        });
    }
    for file in &reading.lists {
        for sheet in &file.sheets {
            for row in sheet.rows.iter().filter(|row| row.outcome == Outcome::Ready) {
                let id = format!("{} {} {}", file.name, sheet.name, row.row);
                let kind = row.input.as_ref().and_then(|input| input.kind);
                let taken = snapshot_row(&id, &row.judged.draft, reading.cycle);
                match (kind, taken) {
                    (Some(Kind::Offer), Some(taken)) => snapshot.offers.push(taken),
                    (Some(Kind::Need), Some(taken)) => snapshot.needs.push(taken),
                    _ => {}
                }
            }
        }
    }
    snapshot
}

fn snapshot_row(id: &str, draft: &Draft, cycle: i16) -> Option<SnapshotRow> {
    let quantity = i64::from(draft.quantity?);
    Some(SnapshotRow {
        id: id.to_owned(),
        party: draft.party.as_ref()?.name.clone(),
        type_code: draft.type_code.clone()?,
        quantity,
        smallest: draft.smallest.map_or(1, i64::from).clamp(1, quantity),
        priority: draft.priority.unwrap_or(3),
        windows: draft.windows.clone(),
        from: draft.from.or_else(|| CivilDate::new(cycle, 1, 1))?,
        until: draft.until.or_else(|| CivilDate::new(cycle, 12, 31))?,
        reach: SnapshotReach::Street,
        audience_bits: audience_bits(Audience::read(&draft.audience).unwrap_or_default(), None),
        project: true,
        base: true,
    })
}
