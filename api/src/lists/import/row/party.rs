//! Whose row it is (D04, D05, D22, D31).

use super::super::clean::phone::is_exponent;
use super::super::field::Field;
use super::super::layout::{InputCell, Origin};
use super::super::outcome::{Judged, PartyRef, Question, Spot};
use super::super::party::{How, PartyEntry, Resolution};
use super::{Row, says_nothing};
use crate::lists::domain::fold;

pub(super) fn settle(row: &Row, judged: &mut Judged) {
    let code = row
        .cell(Field::Code)
        .filter(|cell| !says_nothing(&cell.value.shown()));
    if let Some(cell) = code
        && is_exponent(&fold(&cell.value.shown()))
    {
        judged.ask(Question::new("code_lost", Spot::of(cell)));
    }
    let code = code.map(|cell| cell.value.shown());
    let named = [Field::Party, Field::Organisation, Field::Community]
        .into_iter()
        .filter_map(|field| row.cell(field))
        .find(|cell| !says_nothing(&cell.value.shown()));
    let own = row.registers.own.and_then(|key| row.registers.parties.keyed(key));
    if named.is_none()
        && code.is_none()
        && let Some(own) = own
    {
        judged.draft.party = Some(reference(own));
        return;
    }
    let Some(cell) = named else {
        match code
            .as_deref()
            .map(|code| row.registers.parties.resolve(Some(code), ""))
        {
            Some(Resolution::One(entry, _)) => judged.draft.party = Some(reference(entry)),
            _ => judged.ask(Question::new("missing_party", Spot::missing(Field::Party))),
        }
        return;
    };
    let text = cell.value.shown();
    match row.registers.parties.resolve(code.as_deref(), &text) {
        Resolution::One(entry, _) if own.is_some_and(|own| own.key != entry.key) => {
            judged.refuse("not_your_party", Spot::of(cell));
        }
        Resolution::One(entry, how) => found(cell, entry, how, judged),
        Resolution::Several(entries) => ask("several_parties", cell, &entries, judged),
        Resolution::None(near) => ask("unknown_party", cell, &near, judged),
    }
}

fn found(cell: &InputCell, entry: &PartyEntry, how: How, judged: &mut Judged) {
    judged.draft.party = Some(reference(entry));
    let code = match (cell.origin, how) {
        (Origin::Joined, _) => "joined_down",
        (Origin::Above, _) => "as_above",
        (Origin::Title, _) => "from_title",
        (_, How::Code) => "code",
        (_, How::Alias) => "alias",
        (_, How::Regular) => "regular_name",
        (_, How::Exact) => "exact",
    };
    judged.change(cell, entry.name.clone(), code);
}

fn ask(code: &str, cell: &InputCell, entries: &[&PartyEntry], judged: &mut Judged) {
    let question = entries
        .iter()
        .fold(Question::new(code, Spot::of(cell)), |question, entry| {
            question.choice(entry.key.clone(), entry.name.clone())
        });
    judged.ask(question);
}

fn reference(entry: &PartyEntry) -> PartyRef {
    PartyRef {
        key: entry.key.clone(),
        name: entry.name.clone(),
    }
}
