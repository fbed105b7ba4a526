//! Parties and funds.

use super::Places;
use super::fault::Faults;
use crate::model::{FEN_MAX, Fund, FundRow, MICRO_MAX, Party, PartyKind, PartyRow};

/// Most agreements a party may look after.
const AGREEMENTS_MAX: i64 = 1_000;
/// Most households of a community.
const HOUSEHOLDS_MAX: i64 = 50_000;

/// Checked parties with their places.
#[derive(Debug, Default)]
pub(super) struct Register {
    /// The parties.
    pub(super) rows: Vec<Party>,
    /// Place of each id.
    pub(super) places: Places,
    /// Names of streets.
    pub(super) streets: Vec<String>,
}

/// Notes an id twice or empty, else its place.
pub(super) fn place(places: &mut Places, id: &str, index: usize, path: &str, faults: &mut Faults) {
    if id.is_empty() || id.chars().count() > 200 {
        faults.add(format_args!("{path}/{index}/id"), "bad_id", id);
    } else if places
        .insert(id.to_owned(), u32::try_from(index).unwrap_or(u32::MAX))
        .is_some()
    {
        faults.add(format_args!("{path}/{index}/id"), "duplicate_id", id);
    }
}

/// Checks the parties.
pub(super) fn parties(rows: &[PartyRow], faults: &mut Faults) -> Register {
    let mut register = Register::default();
    for (i, row) in rows.iter().enumerate() {
        place(&mut register.places, &row.id, i, "/parties", faults);
    }
    for (i, row) in rows.iter().enumerate() {
        let path = format!("/parties/{i}");
        faults.range(
            format_args!("{path}/households"),
            row.households,
            0,
            HOUSEHOLDS_MAX,
        );
        faults.range(
            format_args!("{path}/max_agreements"),
            row.max_agreements,
            0,
            AGREEMENTS_MAX,
        );
        faults.range(
            format_args!("{path}/tolerance_micro"),
            row.tolerance_micro,
            0,
            MICRO_MAX,
        );
        faults.range(
            format_args!("{path}/carry_micro"),
            row.carry_micro,
            -MICRO_MAX,
            MICRO_MAX,
        );
        let own = u32::try_from(i).ok();
        let community = match (&row.community, row.kind) {
            (_, PartyKind::Community) => own,
            (None, _) => None,
            (Some(id), _) => match register.places.get(id) {
                Some(place)
                    if rows
                        .get(*place as usize)
                        .is_some_and(|p| p.kind == PartyKind::Community) =>
                {
                    Some(*place)
                }
                Some(_) => {
                    faults.add(format_args!("{path}/community"), "not_a_community", id);
                    None
                }
                None => {
                    faults.add(format_args!("{path}/community"), "unknown_id", id);
                    None
                }
            },
        };
        let street = row
            .street
            .as_ref()
            .map(|name| street(&mut register.streets, name));
        register.rows.push(Party {
            kind: row.kind,
            street,
            community,
            households: row.households,
            room: row.max_agreements,
            tolerance: row.tolerance_micro,
            carry: row.carry_micro,
        });
    }
    register
}

fn street(streets: &mut Vec<String>, name: &str) -> u32 {
    let known = streets.iter().position(|s| s == name).unwrap_or_else(|| {
        streets.push(name.to_owned());
        streets.len() - 1
    });
    u32::try_from(known).unwrap_or(u32::MAX)
}

/// Checked funds with their places.
#[derive(Debug, Default)]
pub(super) struct Funds {
    /// The funds.
    pub(super) rows: Vec<Fund>,
    /// Place of each id.
    pub(super) places: Places,
}

/// Checks the funds.
pub(super) fn funds(rows: &[FundRow], faults: &mut Faults) -> Funds {
    let mut funds = Funds::default();
    for (i, row) in rows.iter().enumerate() {
        place(&mut funds.places, &row.id, i, "/funds", faults);
        faults.range(format_args!("/funds/{i}/budget_fen"), row.budget_fen, 0, FEN_MAX);
        funds.rows.push(Fund {
            level: row.level,
            room: row.budget_fen,
        });
    }
    funds
}
