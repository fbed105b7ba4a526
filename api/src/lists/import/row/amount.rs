//! How much (D06–D13, D44).

use super::super::clean::numeral::Decimal;
use super::super::clean::quantity::{self, Per, Said};
use super::super::field::Field;
use super::super::layout::{InputCell, Origin};
use super::super::outcome::{Judged, Question, Spot};
use super::super::sheet::Value;
use super::{Row, says_nothing};
use crate::kernel::date::CivilDate;
use crate::lists::domain::{ServiceType, fold};

/// Greatest quantity of one row (`domain.md` §5).
const MOST: i64 = 1_000_000;

pub(super) fn settle(row: &Row, judged: &mut Judged) {
    let told = |field| row.cell(field).filter(|cell| !says_nothing(&cell.value.shown()));
    let cell = told(Field::Quantity).or_else(|| {
        // 20小时 in the measure's column, nothing in the quantity's.
        told(Field::Measure).filter(|cell| cell.value.shown().chars().any(|sign| sign.is_ascii_digit()))
    });
    let Some(cell) = cell else {
        judged.ask(Question::new("missing_quantity", Spot::missing(Field::Quantity)));
        return;
    };
    if matches!(cell.value, Value::Error(_) | Value::NoResult) {
        return;
    }
    if cell.origin == Origin::Joined {
        judged.ask(Question::new("joined_quantity", Spot::of(cell)));
        return;
    }
    let found = judged.draft.type_code.clone();
    let found = found
        .as_deref()
        .and_then(|code| row.registers.types.get(code))
        .filter(|found| !found.cash_like);
    match read(&cell.value) {
        Said::Amount { factors, about } => amount(row, cell, &factors, about, found, judged),
        Said::Range { low, word: _ } => {
            let question = Question::new("range_quantity", Spot::of(cell));
            judged.ask(match low {
                Some(low) => question.suggest(low.to_string()),
                None => question,
            });
        }
        Said::Rate { count, per, .. } => judged.ask(rate(row, cell, count, per, judged)),
        Said::Vague => judged.ask(Question::new("vague_quantity", Spot::of(cell))),
        Said::Unread => judged.ask(Question::new("unread_quantity", Spot::of(cell))),
    }
}

/// A small whole number in a cell that needs no measure.
pub(super) fn plain_number(value: &Value) -> Option<u32> {
    match read(value) {
        Said::Amount { factors, .. } => match factors.as_slice() {
            [(number, _)] => number.as_whole().and_then(|number| u32::try_from(number).ok()),
            _ => None,
        },
        Said::Range { .. } | Said::Rate { .. } | Said::Vague | Said::Unread => None,
    }
}

fn read(value: &Value) -> Said {
    match value {
        Value::Number(number) => Decimal::from_f64(*number).map_or(Said::Unread, |number| Said::Amount {
            factors: vec![(number, String::new())],
            about: false,
        }),
        // A workbook makes a day of 3-5: the number is lost.
        Value::Day(_) | Value::Minute(_) | Value::Bool(_) | Value::Error(_) | Value::NoResult => Said::Unread,
        Value::Text(text) => quantity::read(text),
    }
}

fn amount(
    row: &Row,
    cell: &InputCell,
    factors: &[(Decimal, String)],
    about: bool,
    found: Option<&ServiceType>,
    judged: &mut Judged,
) {
    let product = factors
        .iter()
        .try_fold(Decimal::whole(1), |product, (number, _)| product.times(*number));
    let Some(product) = product else {
        judged.refuse("too_large_quantity", Spot::of(cell));
        return;
    };
    if product <= Decimal::whole(0) {
        let code = if product == Decimal::whole(0) {
            "zero_quantity"
        } else {
            "negative_quantity"
        };
        judged.refuse(code, Spot::of(cell));
        return;
    }
    if product.floor() > MOST {
        judged.refuse("too_large_quantity", Spot::of(cell));
        return;
    }
    if let Some(found) = found
        && let Some(word) = wrong_word(row, cell, factors, found)
    {
        judged.ask(wrong_measure(row, cell, product, &word, found, judged));
        return;
    }
    let Some(whole) = product.as_whole().and_then(|number| u32::try_from(number).ok()) else {
        let question = Question::new("fraction_quantity", Spot::of(cell)).arg("product", product.to_string());
        judged.ask(question.suggest(product.floor().max(1).to_string()));
        return;
    };
    judged.draft.quantity = Some(whole);
    let code = match (about, factors.len()) {
        (true, _) => "about",
        (false, 1) => "quantity",
        (false, _) => "product",
    };
    judged.change(cell, whole.to_string(), code);
}

/// The first measure word that does not mean the type's measure; none if all do, or none stands there.
fn wrong_word(
    row: &Row,
    cell: &InputCell,
    factors: &[(Decimal, String)],
    found: &ServiceType,
) -> Option<String> {
    let column = row
        .cell(Field::Measure)
        .filter(|measure| measure.column != cell.column && cell.origin != Origin::Answer)
        .map(|measure| fold(&measure.value.shown()))
        .filter(|word| !says_nothing(word));
    let in_head = cell.measure.clone().filter(|_| cell.origin != Origin::Answer);
    match factors {
        [(_, word)] => {
            let words = [Some(word.clone()).filter(|word| !word.is_empty()), column.clone()];
            let mut told: Vec<String> = words.into_iter().flatten().collect();
            // A head's bracket speaks where the row does not, and only of a measure it knows.
            if told.is_empty()
                && let Some(word) = in_head.filter(|word| is_any_measure(word))
            {
                told.push(word);
            }
            told.into_iter().find(|word| !found.counts_in(word))
        }
        _ => {
            let words: Vec<&str> = factors.iter().map(|(_, word)| word.as_str()).collect();
            let fits =
                product_fits(&words, found) && column.as_ref().is_none_or(|word| found.counts_in(word));
            (!fits).then(|| words.join("×"))
        }
    }
}

fn is_any_measure(word: &str) -> bool {
    crate::lists::domain::Measure::ALL
        .into_iter()
        .any(|measure| measure.is_called(word))
}

/// A product fits if one factor is counted in the measure and the others are bare counts of times, or if the
/// factors are the two halves of a compound measure.
fn product_fits(words: &[&str], found: &ServiceType) -> bool {
    const TIMES: [&str; 10] = ["", "次", "场", "回", "场次", "期", "차", "회", "天", "周"];
    let fitting = words
        .iter()
        .filter(|word| found.counts_in(word) && !word.is_empty())
        .count();
    let rest = words
        .iter()
        .filter(|word| !found.counts_in(word) || word.is_empty());
    if fitting == 1 && rest.clone().all(|word| TIMES.contains(word)) {
        return true;
    }
    let Some([left, right]) = found.measure.and_then(crate::lists::domain::Measure::factors) else {
        return false;
    };
    match words {
        [first, second] => {
            (left.contains(first) && right.contains(second))
                || (right.contains(first) && left.contains(second))
        }
        _ => false,
    }
}

/// D44: 40个 for a night's space is asked with the product over the weeks.
fn wrong_measure(
    row: &Row,
    cell: &InputCell,
    product: Decimal,
    word: &str,
    found: &ServiceType,
    judged: &Judged,
) -> Question {
    let question = Question::new("wrong_measure", Spot::of(cell))
        .arg("word", word)
        .arg("measure", found.measure.map_or("", |measure| measure.label(0)));
    let nights: usize = judged
        .draft
        .windows
        .iter()
        .map(|window| window.days().ids().len())
        .sum();
    match found.measure {
        Some(crate::lists::domain::Measure::SpaceNight)
            if matches!(word, "个" | "车位" | "个车位" | "位") && nights > 0 =>
        {
            let weeks = days_between(row, judged) / 7;
            let nights = i64::try_from(nights).unwrap_or(7);
            question
                .arg("nights", nights.to_string())
                .arg("weeks", weeks.to_string())
                .suggest((product.floor() * nights * weeks).to_string())
        }
        _ => question,
    }
}

/// D11: so many each time, times how often it comes round between the dates.
fn rate(row: &Row, cell: &InputCell, count: Option<Decimal>, per: Per, judged: &Judged) -> Question {
    let days = days_between(row, judged);
    let times = match per {
        Per::Day => Some(days),
        Per::Week => Some(days / 7),
        Per::Fortnight => Some(days / 14),
        Per::Month => Some((days + 15) / 30),
        Per::Quarter => Some((days + 45) / 91),
        Per::HalfYear => Some((days + 90) / 182),
        Per::Other => None,
    };
    let question = Question::new("rate_quantity", Spot::of(cell));
    match (count.and_then(Decimal::as_whole), times) {
        (Some(count), Some(times)) => question
            .arg("count", count.to_string())
            .arg("times", times.to_string())
            .suggest((count * times).to_string()),
        _ => question,
    }
}

/// Days from the first to the last, the list's year where they are open.
fn days_between(row: &Row, judged: &Judged) -> i64 {
    let year = row.input.year;
    let from = judged.draft.from.or_else(|| CivilDate::new(year, 1, 1));
    let until = judged.draft.until.or_else(|| CivilDate::new(year, 12, 31));
    from.zip(until).map_or(365, |(from, until)| {
        (until.epoch_days() - from.epoch_days() + 1).max(0)
    })
}
