//! Instalments through the life of an agreement: what a new version makes of them, what an end makes of them.
//! Pure, so that the rows can be rebuilt from the record alone.

use uuid::Uuid;

use super::document::Due;
use super::ending::{Action, Settlement};
use crate::kernel::date::CivilDate;
use crate::log::hash::Hash32;

/// Not begun, or nothing is known of it yet.
pub const PLANNED: &str = "planned";
/// Confirmed in part.
pub const SHORT: &str = "short";
/// Confirmed in full.
pub const MET: &str = "met";
/// Given up by who would have got it.
pub const WAIVED: &str = "waived";
/// No longer owed: a later version or the end took it away.
pub const CANCELLED: &str = "cancelled";

/// An instalment as its row tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the obligation; never given to another.
    pub no: i32,
    /// First day.
    pub from: CivilDate,
    /// Last day.
    pub until: CivilDate,
    /// How much is owed.
    pub quantity: u32,
    /// How much of it was confirmed.
    pub confirmed: u32,
    /// Its status.
    pub status: String,
}

impl Line {
    fn has(&self, status: &str) -> bool {
        self.status == status
    }

    /// Whether it is the instalment of these days.
    #[must_use]
    pub fn is(&self, from: CivilDate, until: CivilDate) -> bool {
        (self.from, self.until) == (from, until)
    }

    /// Whether nothing is left to be done for it.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.has(WAIVED) || self.has(CANCELLED) || self.confirmed >= self.quantity
    }

    fn owed_again(mut self, quantity: u32) -> Self {
        let changed = self.quantity != quantity || self.has(CANCELLED);
        self.quantity = quantity;
        if changed && self.confirmed < quantity && !self.has(WAIVED) {
            self.status = if self.confirmed > 0 { SHORT } else { PLANNED }.to_owned();
        }
        self
    }
}

/// The id of an obligation: the same in all versions, so that what was delivered stays with it, and known to
/// everybody who knows the agreement and the ref.
#[must_use]
pub fn id_of(agreement: Uuid, reference: &str) -> Uuid {
    let hash = Hash32::of(format!("gongjian.obligation/1\n{agreement}\n{reference}\n").as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash.bytes()) {
        *to = *from;
    }
    uuid::Builder::from_bytes(bytes)
        .with_version(uuid::Version::Custom)
        .with_variant(uuid::Variant::RFC4122)
        .into_uuid()
}

/// The lines after a version with these instalments has come into force: the same days keep their number and
/// what was confirmed, others are new, those left out are cancelled.
///
/// # Errors
/// The lines of which more is confirmed than the version leaves.
pub fn replaced(lines: &[Line], due: &[Due]) -> Result<Vec<Line>, Vec<Line>> {
    let same = |line: &Line, due: &Due| line.is(due.from, due.until);
    let mut next = lines.iter().map(|line| line.no).max().unwrap_or(0);
    let (mut kept, mut short) = (Vec::new(), Vec::new());
    for line in lines {
        match due.iter().find(|due| same(line, due)) {
            Some(due) if due.quantity < line.confirmed => short.push(line.clone()),
            Some(due) => kept.push(line.clone().owed_again(due.quantity)),
            None if line.confirmed > 0 => short.push(line.clone()),
            None => kept.push(Line {
                status: CANCELLED.to_owned(),
                ..line.clone()
            }),
        }
    }
    for due in due.iter().filter(|due| !lines.iter().any(|line| same(line, due))) {
        next += 1;
        kept.push(Line {
            no: next,
            from: due.from,
            until: due.until,
            quantity: due.quantity,
            confirmed: 0,
            status: PLANNED.to_owned(),
        });
    }
    if short.is_empty() { Ok(kept) } else { Err(short) }
}

/// The line after the end of what it belongs to: waived or given time as settled; owed on if it was due by then;
/// cancelled otherwise.
#[must_use]
pub fn ended(line: &Line, day: CivilDate, settlement: Option<&Settlement>) -> Line {
    let mut line = line.clone();
    if line.is_settled() {
        return line;
    }
    match settlement.map(|settlement| (settlement.action, settlement.until)) {
        Some((Action::Waive, _)) => WAIVED.clone_into(&mut line.status),
        Some((Action::FinishBy, Some(until))) => line.until = until,
        _ if line.until <= day => {}
        _ => CANCELLED.clone_into(&mut line.status),
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(no: i32, days: (&str, &str), quantity: u32, confirmed: u32) -> Line {
        Line {
            no,
            from: days.0.parse().unwrap(),
            until: days.1.parse().unwrap(),
            quantity,
            confirmed,
            status: PLANNED.to_owned(),
        }
    }

    const SPRING: (&str, &str) = ("2026-04-01", "2026-06-30");
    const SUMMER: (&str, &str) = ("2026-07-01", "2026-09-30");
    const AUTUMN: (&str, &str) = ("2026-10-01", "2026-12-31");

    fn due(days: (&str, &str), quantity: u32) -> Due {
        Due {
            from: days.0.parse().unwrap(),
            until: days.1.parse().unwrap(),
            quantity,
        }
    }

    #[test]
    fn the_same_days_keep_what_was_confirmed_and_numbers_are_never_given_twice() {
        let lines = [line(1, SPRING, 30, 20), line(2, SUMMER, 30, 0)];
        let after = replaced(&lines, &[due(SPRING, 20), due(AUTUMN, 9)]).unwrap();
        let told: Vec<(i32, u32, &str)> = after
            .iter()
            .map(|l| (l.no, l.quantity, l.status.as_str()))
            .collect();
        assert_eq!(told, [(1, 20, PLANNED), (2, 30, CANCELLED), (3, 9, PLANNED)]);
        let back = replaced(&after, &[due(SPRING, 25), due(SUMMER, 5), due(AUTUMN, 9)]).unwrap();
        assert_eq!(
            (back[0].status.as_str(), back[1].status.as_str()),
            (SHORT, PLANNED)
        );
        assert_eq!(replaced(&lines, &[due(SPRING, 19)]).unwrap_err()[0].no, 1);
        assert_eq!(replaced(&lines, &[due(SUMMER, 30)]).unwrap_err()[0].no, 1);
    }

    #[test]
    fn what_was_due_by_the_end_stays_owed_and_the_rest_goes() {
        let end = "2026-08-31".parse().unwrap();
        assert!(!ended(&line(1, SPRING, 30, 20), end, None).is_settled());
        assert!(ended(&line(2, SUMMER, 30, 0), end, None).has(CANCELLED));
        assert_eq!(
            ended(&line(2, SUMMER, 30, 30), end, None),
            line(2, SUMMER, 30, 30)
        );
        let mut settlement = Settlement {
            obligation: "o1".to_owned(),
            due_no: 2,
            action: Action::Waive,
            until: None,
        };
        assert!(ended(&line(2, SUMMER, 30, 0), end, Some(&settlement)).has(WAIVED));
        settlement.action = Action::FinishBy;
        settlement.until = Some("2026-10-15".parse().unwrap());
        let later = ended(&line(2, SUMMER, 30, 0), end, Some(&settlement));
        assert_eq!(
            (later.until.to_string().as_str(), later.has(PLANNED)),
            ("2026-10-15", true)
        );
    }

    #[test]
    fn an_obligation_has_one_id_for_good() {
        let agreement = Uuid::from_u128(7);
        assert_eq!(id_of(agreement, "o1"), id_of(agreement, "o1"));
        assert_ne!(id_of(agreement, "o1"), id_of(agreement, "o2"));
        assert_eq!(id_of(agreement, "o1").get_version_num(), 8);
    }
}
