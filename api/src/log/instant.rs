//! Reading instants as leaves write them, `2026-11-24T03:00:00.000Z`.

use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;

/// Reads an instant written in UTC with exactly three decimals; anything else is `None`.
#[must_use]
pub fn parse(text: &str) -> Option<Millis> {
    if text.len() != "2026-11-24T03:00:00.000Z".len() {
        return None;
    }
    let (day, time) = text.split_once('T')?;
    let day: CivilDate = day.parse().ok()?;
    let (clock, ms) = time.strip_suffix('Z')?.split_once('.')?;
    let mut parts = clock.split(':').map(str::parse::<i64>);
    let (h, m, s) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let of_day = ((h * 60 + m) * 60 + s) * 1000 + ms.parse::<i64>().ok()?;
    let at = Millis::new(day.epoch_days() * 86_400_000 + of_day);
    (at.rfc3339() == text).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_one_spelling() {
        let text = "2026-11-24T03:00:00.000Z";
        assert_eq!(parse(text).map(Millis::rfc3339).as_deref(), Some(text));
        for bad in [
            "2026-11-24T03:00:00Z",
            "2026-11-24T24:00:00.000Z",
            "2026-11-24T03:00:00.000+08:00",
            "2026-11-24T3:00:00.000Z",
            "2026-11-24 03:00:00.000Z",
            "2026-11-24T99999999999999:00:00.000Z",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
