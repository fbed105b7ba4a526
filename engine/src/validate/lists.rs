//! Service types, offers, needs.

use super::Places;
use super::fault::Faults;
use super::parties::{Funds, Register, place};
use crate::model::{
    Days, Mode, Need, NeedRow, Offer, OfferRow, QUANTITY_MAX, Reach, ReachSet, ServiceType, TypeRow,
    WEEK_MIN, WORTH_MAX, WindowRow,
};

/// Most windows of one row.
const WINDOWS_MAX: usize = 200;
/// Largest cost of one unit, fen.
const COST_MAX: i64 = 1_000_000_000;

/// Checked rows with their places.
#[derive(Debug)]
pub(super) struct Rows<T> {
    /// The rows.
    pub(super) rows: Vec<T>,
    /// Place of each id.
    pub(super) places: Places,
}

impl<T> Rows<T> {
    fn new() -> Self {
        Self {
            rows: Vec::new(),
            places: Places::new(),
        }
    }
}

/// Checks the service types.
pub(super) fn types(rows: &[TypeRow], faults: &mut Faults) -> Rows<ServiceType> {
    let mut types = Rows::new();
    for (i, row) in rows.iter().enumerate() {
        place(&mut types.places, &row.id, i, "/types", faults);
        faults.range(format_args!("/types/{i}/area"), row.area, 1, 6);
        faults.range(
            format_args!("/types/{i}/worth_micro"),
            row.worth_micro,
            0,
            WORTH_MAX,
        );
        let area = u8::try_from(row.area.clamp(1, 6) - 1).unwrap_or(0);
        types.rows.push(ServiceType {
            area,
            worth: row.worth_micro,
            cash_like: row.cash_like,
        });
    }
    types
}

fn known(places: &Places, id: &str, path: String, faults: &mut Faults) -> u32 {
    places.get(id).copied().unwrap_or_else(|| {
        faults.add(path, "unknown_id", id);
        0
    })
}

fn windows(rows: &[WindowRow], path: &str, faults: &mut Faults) {
    if rows.len() > WINDOWS_MAX {
        faults.add(format_args!("{path}/windows"), "too_many", rows.len());
    }
    for (i, window) in rows.iter().enumerate() {
        faults.range(
            format_args!("{path}/windows/{i}/from_min"),
            window.from_min,
            0,
            WEEK_MIN - 1,
        );
        faults.range(
            format_args!("{path}/windows/{i}/to_min"),
            window.to_min,
            1,
            WEEK_MIN,
        );
        if window.from_min == window.to_min {
            faults.add(
                format_args!("{path}/windows/{i}"),
                "empty_window",
                window.from_min,
            );
        }
    }
}

fn days(days: Option<&Days>, path: &str, faults: &mut Faults) -> Option<(i64, i64)> {
    let days = days?;
    match days.numbers() {
        None => {
            faults.add(
                format_args!("{path}/days"),
                "not_a_day",
                format!("{}–{}", days.from, days.to),
            );
            None
        }
        Some((from, to)) if to < from => {
            faults.add(
                format_args!("{path}/days"),
                "ends_before_it_starts",
                format!("{}–{}", days.from, days.to),
            );
            None
        }
        numbers => numbers,
    }
}

fn amounts(quantity: i64, least: i64, name: &str, path: &str, faults: &mut Faults) {
    faults.range(format_args!("{path}/quantity"), quantity, 1, QUANTITY_MAX);
    if least > quantity && (1..=QUANTITY_MAX).contains(&least) {
        faults.add(format_args!("{path}/{name}"), "more_than_quantity", least);
    } else {
        faults.range(format_args!("{path}/{name}"), least, 1, QUANTITY_MAX);
    }
}

/// Checks the offers.
pub(super) fn offers(
    rows: &[OfferRow],
    types: &Rows<ServiceType>,
    register: &Register,
    funds: &Funds,
    faults: &mut Faults,
) -> Rows<Offer> {
    let mut offers = Rows::new();
    for (i, row) in rows.iter().enumerate() {
        let path = format!("/offers/{i}");
        place(&mut offers.places, &row.id, i, "/offers", faults);
        amounts(row.quantity, row.smallest_lot, "smallest_lot", &path, faults);
        windows(&row.windows, &path, faults);
        faults.range(format_args!("{path}/cost_fen"), row.cost_fen, 0, COST_MAX);
        if row.modes.is_empty() {
            faults.add(format_args!("{path}/modes"), "no_mode", "");
        }
        let party = known(&register.places, &row.party, format!("{path}/party"), faults);
        let fund = row
            .fund
            .as_ref()
            .map(|id| known(&funds.places, id, format!("{path}/fund"), faults));
        offers.rows.push(Offer {
            party,
            service_type: known(&types.places, &row.service_type, format!("{path}/type"), faults),
            room: row.quantity,
            lot: row.smallest_lot,
            reach: reach(row, party, register, &path, faults),
            windows: row.windows.clone(),
            days: days(row.days.as_ref(), &path, faults),
            audience: row.audience,
            cost: fund.filter(|_| row.cost_fen > 0).map(|fund| (row.cost_fen, fund)),
            project: row.modes.contains(&Mode::Project),
            base: row.modes.contains(&Mode::Base),
        });
    }
    offers
}

fn reach(row: &OfferRow, party: u32, register: &Register, path: &str, faults: &mut Faults) -> ReachSet {
    match &row.reach {
        Reach::District => ReachSet::District,
        Reach::Street => ReachSet::Street(register.rows.get(party as usize).and_then(|p| p.street)),
        Reach::Communities(ids) => {
            let mut found: Vec<u32> = Vec::with_capacity(ids.len());
            for (i, id) in ids.iter().enumerate() {
                found.push(known(
                    &register.places,
                    id,
                    format!("{path}/reach/communities/{i}"),
                    faults,
                ));
            }
            found.sort_unstable();
            found.dedup();
            ReachSet::Communities(found)
        }
    }
}

/// Checks the needs.
pub(super) fn needs(
    rows: &[NeedRow],
    types: &Rows<ServiceType>,
    register: &Register,
    faults: &mut Faults,
) -> Rows<Need> {
    let mut needs = Rows::new();
    for (i, row) in rows.iter().enumerate() {
        let path = format!("/needs/{i}");
        place(&mut needs.places, &row.id, i, "/needs", faults);
        amounts(
            row.quantity,
            row.smallest_useful,
            "smallest_useful",
            &path,
            faults,
        );
        faults.range(format_args!("{path}/priority"), row.priority, 1, 5);
        windows(&row.windows, &path, faults);
        needs.rows.push(Need {
            party: known(&register.places, &row.party, format!("{path}/party"), faults),
            service_type: known(&types.places, &row.service_type, format!("{path}/type"), faults),
            room: row.quantity,
            useful: row.smallest_useful,
            priority: u8::try_from(row.priority.clamp(1, 5)).unwrap_or(3),
            windows: row.windows.clone(),
            days: days(row.days.as_ref(), &path, faults),
            audience: row.audience,
            mode: row.mode,
        });
    }
    needs
}
