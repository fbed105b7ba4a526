//! The hours in which an offer and a need meet, in words of the authentic language: 周一至周五 18:00–20:30；周六、周日
//! 9:00–17:00.

use crate::lists::domain::Window;

const DAY: u16 = 1_440;
const WEEK: u16 = 7 * DAY;
const NAMES: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// The common hours; empty if neither says any.
pub(super) fn common(offer: &[Window], need: &[Window]) -> String {
    if offer.is_empty() && need.is_empty() {
        return String::new();
    }
    let (offer, need) = (spans(offer), spans(need));
    let mut met = Vec::new();
    for (from, to) in &offer {
        for (from_need, to_need) in &need {
            let (from, to) = (*from.max(from_need), *to.min(to_need));
            if from < to {
                met.push((from, to));
            }
        }
    }
    words(&over_midnight(met))
}

/// Disjoint spans of the week in order; no window = the whole week.
fn spans(windows: &[Window]) -> Vec<(u16, u16)> {
    if windows.is_empty() {
        return vec![(0, WEEK)];
    }
    let mut all: Vec<(u16, u16)> = windows.iter().flat_map(Window::minutes).collect();
    all.sort_unstable();
    let mut joined: Vec<(u16, u16)> = Vec::with_capacity(all.len());
    for (from, to) in all {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// Day of the week, start, and end in minutes of that day; an end after 24:00 is on the next day.
type Shift = (u16, u16, u16);
/// Starts and ends on one day, in order.
type Hours = Vec<(u16, u16)>;

/// Spans cut at midnight, but for what runs through one midnight only, such as a night.
fn over_midnight(mut spans: Vec<(u16, u16)>) -> Vec<Shift> {
    spans.sort_unstable();
    // What runs over the end of the week begins on Sunday.
    if let (Some(first), Some(last)) = (spans.first().copied(), spans.last().copied())
        && first.0 == 0
        && last.1 == WEEK
        && spans.len() > 1
        && first.1 + (WEEK - last.0) < DAY
    {
        spans.remove(0);
        if let Some(last) = spans.last_mut() {
            last.1 = WEEK + first.1;
        }
    }
    let mut shifts = Vec::new();
    for (mut from, to) in spans {
        while to - from >= DAY {
            let midnight = (from / DAY + 1) * DAY;
            shifts.push((from / DAY % 7, from % DAY, midnight - from / DAY * DAY));
            from = midnight;
        }
        if from < to {
            let day = from / DAY;
            shifts.push((day % 7, from % DAY, to - day * DAY));
        }
    }
    shifts
}

/// Days with the same hours are told together.
fn words(shifts: &[Shift]) -> String {
    let mut told: Vec<(Hours, Vec<usize>)> = Vec::new();
    for day in 0..7_u16 {
        let mut hours: Hours = shifts
            .iter()
            .filter(|s| s.0 == day)
            .map(|(_, from, to)| (*from, *to))
            .collect();
        if hours.is_empty() {
            continue;
        }
        hours.sort_unstable();
        match told.iter_mut().find(|(known, _)| *known == hours) {
            Some((_, days)) => days.push(day.into()),
            None => told.push((hours, vec![day.into()])),
        }
    }
    let parts: Vec<String> = told
        .iter()
        .map(|(hours, days)| {
            let hours: Vec<String> = hours.iter().map(|(from, to)| hours_words(*from, *to)).collect();
            format!("{} {}", day_words(days), hours.join("、"))
        })
        .collect();
    parts.join("；")
}

fn day_words(days: &[usize]) -> String {
    let name = |day: usize| NAMES.get(day).copied().unwrap_or_default();
    match days {
        [first, .., last] if days.len() > 2 && last - first + 1 == days.len() => {
            format!("{}至{}", name(*first), name(*last))
        }
        _ => days.iter().map(|day| name(*day)).collect::<Vec<_>>().join("、"),
    }
}

fn hours_words(from: u16, to: u16) -> String {
    if (from, to) == (0, DAY) {
        return "全天".to_owned();
    }
    let clock = |minute: u16| format!("{}:{:02}", minute / 60, minute % 60);
    if to > DAY {
        format!("{}–次日{}", clock(from), clock(to - DAY))
    } else {
        format!("{}–{}", clock(from), clock(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str) -> Window {
        text.parse().unwrap()
    }

    #[test]
    fn only_hours_both_have_are_told() {
        let offer = [
            window("mon,tue,wed,thu,fri 18:00-20:30"),
            window("sat,sun 09:00-17:00"),
        ];
        assert_eq!(
            common(&offer, &[]),
            "周一至周五 18:00–20:30；周六、周日 9:00–17:00"
        );
        assert_eq!(common(&offer, &[window("sat 08:00-12:00")]), "周六 9:00–12:00");
        assert_eq!(common(&[], &[]), "");
    }

    #[test]
    fn nights_are_told_as_nights_also_over_the_end_of_the_week() {
        let nights = [window("mon,tue,wed,thu,sun 18:00-08:00+1")];
        assert_eq!(
            common(&nights, &[]),
            "周一、周二、周三、周四、周日 18:00–次日8:00"
        );
        assert_eq!(common(&nights, &[window("sun 20:00-24:00")]), "周日 20:00–24:00");
        let always = [window("mon,tue,wed,thu,fri,sat,sun 00:00-24:00")];
        assert_eq!(common(&always, &[]), "周一至周日 全天");
    }
}
