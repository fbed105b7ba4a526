//! What is offered or needed (D19, D43): one service type, or a question.

use std::collections::BTreeSet;

use super::super::field::Field;
use super::super::layout::{InputCell, Origin};
use super::super::outcome::{Judged, Question, Spot};
use super::{DETAIL_CHARS, Row, TITLE_CHARS, says_nothing};
use crate::lists::domain::{Kind, ServiceType, TypeTable, fold, tidy};

/// Types offered with a question.
const NEAREST: usize = 3;

pub(super) fn settle(row: &Row, judged: &mut Judged) {
    let cells = title_cells(row);
    let Some(main) = cells
        .iter()
        .find(|cell| cell.field != Field::Type)
        .or(cells.first())
    else {
        judged.ask(Question::new("missing_type", Spot::missing(Field::Title)));
        return;
    };
    titles(row, main, &cells, judged);
    let answer = cells
        .first()
        .filter(|cell| cell.field == Field::Type && cell.origin == Origin::Answer);
    if let Some(cell) = answer
        && let [one] = row.registers.types.find(&cell.value.shown()).as_slice()
    {
        take(cell, one, judged);
        return;
    }
    let found: Vec<(&InputCell, Vec<&ServiceType>)> = cells
        .iter()
        .map(|cell| (*cell, row.registers.types.find(&cell.value.shown())))
        .filter(|(_, found)| !found.is_empty())
        .collect();
    let codes: BTreeSet<&str> = found
        .iter()
        .flat_map(|(_, found)| found.iter().map(|found| found.code.as_str()))
        .collect();
    match (found.first(), codes.len()) {
        (Some((cell, types)), 1) => {
            if let Some(first) = types.first() {
                take(cell, first, judged);
            }
        }
        (Some((cell, _)), _) => {
            let code = if found.len() > 1 {
                "types_differ"
            } else {
                "several_types"
            };
            ask(
                code,
                cell,
                codes.iter().filter_map(|code| row.registers.types.get(code)),
                judged,
            );
        }
        (None, _) => unknown(row.registers.types, answer.unwrap_or(main), judged),
    }
}

/// The cells that name the service, the type's column first; an area's name is no service.
fn title_cells<'a>(row: &'a Row) -> Vec<&'a InputCell> {
    let wanted = match row.kind() {
        Kind::Offer => Field::Offer,
        Kind::Need => Field::Need,
    };
    let order = [Field::Type, wanted, Field::Title, Field::Offer, Field::Need];
    let mut cells: Vec<&InputCell> = Vec::new();
    for field in order {
        let of_field = row.input.cells.iter().filter(|cell| cell.field == field);
        for cell in of_field.filter(|cell| !says_nothing(&cell.value.shown())) {
            if !cells
                .iter()
                .any(|known| known.column == cell.column && known.field == cell.field)
            {
                cells.push(cell);
            }
        }
    }
    cells
}

fn titles(row: &Row, main: &InputCell, cells: &[&InputCell], judged: &mut Judged) {
    let mut text = tidy(&main.value.shown());
    if let Some(found) = row.registers.types.get(&text) {
        found.name(0).clone_into(&mut text);
    }
    judged.draft.title = text.chars().take(TITLE_CHARS).collect();
    let mut details: Vec<String> = Vec::new();
    if text.chars().count() > TITLE_CHARS {
        details.push(text);
    }
    let others = cells
        .iter()
        .filter(|cell| cell.column != main.column && cell.field != Field::Type);
    details.extend(others.map(|cell| tidy(&cell.value.shown())));
    details.push(row.text(Field::Detail));
    details.retain(|detail| !says_nothing(detail));
    judged.draft.detail = details.join("；").chars().take(DETAIL_CHARS).collect();
}

fn take(cell: &InputCell, found: &ServiceType, judged: &mut Judged) {
    judged.draft.type_code = Some(found.code.clone());
    judged.draft.measure = found.measure;
    if fold(&cell.value.shown()) != fold(found.name(0)) {
        judged.change(cell, found.name(0), "type");
    }
}

/// D19: two things in one cell are split by a person; else the nearest types are offered.
fn unknown(types: &TypeTable, cell: &InputCell, judged: &mut Judged) {
    let text = cell.value.shown();
    let parts = parts(&text);
    let known: Vec<&ServiceType> = parts.iter().filter_map(|part| single(types, part)).collect();
    let codes: BTreeSet<&str> = known.iter().map(|found| found.code.as_str()).collect();
    if parts.len() > 1 && known.len() == parts.len() && codes.len() == 1 {
        if let Some(first) = known.first() {
            take(cell, first, judged);
        }
    } else if parts.len() > 1 && !known.is_empty() {
        let question = Question::new("two_things", Spot::of(cell))
            .arg("parts", parts.join(" | "))
            .choice("split", "");
        let question = parts.iter().fold(question, |question, part| {
            question.choice(
                part.clone(),
                single(types, part).map_or("", |found| found.name(0)),
            )
        });
        judged.ask(question);
    } else {
        ask(
            "unknown_type",
            cell,
            types.nearest(&text, NEAREST).into_iter(),
            judged,
        );
    }
}

fn ask<'a>(code: &str, cell: &InputCell, types: impl Iterator<Item = &'a ServiceType>, judged: &mut Judged) {
    let question = types.fold(Question::new(code, Spot::of(cell)), |question, found| {
        question.choice(found.code.clone(), found.name(0))
    });
    judged.ask(question);
}

fn single<'a>(types: &'a TypeTable, part: &str) -> Option<&'a ServiceType> {
    match types.find(part).as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

/// 会议室、食堂 · 1.义诊2.讲座 · ①… ②…
fn parts(text: &str) -> Vec<String> {
    let mut marked = String::with_capacity(text.len());
    let signs: Vec<char> = text.chars().collect();
    for (place, sign) in signs.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| signs.get(place));
        let after = signs.get(place + 1);
        let numbered = (sign.is_ascii_digit() && matches!(after, Some('.' | '、' | '．' | ')' | '）')))
            || ('①'..='⑳').contains(sign);
        let number_end = matches!(sign, '.' | '．' | ')' | '）') && before.is_some_and(char::is_ascii_digit);
        let parting = matches!(
            sign,
            '、' | '，' | ',' | ';' | '；' | '/' | '+' | '\n' | '|' | '和' | '及' | '与' | '。'
        );
        marked.push(if numbered || number_end || parting {
            '\n'
        } else {
            *sign
        });
    }
    marked
        .split('\n')
        .map(tidy)
        .filter(|part| part.chars().count() > 1)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d19_several_things_are_parted() {
        assert_eq!(parts("会议室、食堂"), ["会议室", "食堂"]);
        assert_eq!(parts("1.义诊2.讲座"), ["义诊", "讲座"]);
        assert_eq!(parts("①义诊②讲座"), ["义诊", "讲座"]);
        assert_eq!(parts("会议室"), ["会议室"]);
    }
}
