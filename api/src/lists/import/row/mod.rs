//! A row judged: every row ends ready, asked or refused, and what the registers and the cell do not settle
//! is asked, never guessed.

mod amount;
mod days;
mod hours;
mod party;
mod service;

use super::super::domain::{Kind, TypeTable, fold, tidy};
use super::clean::{flags, phone};
use super::field::Field;
use super::layout::{InputCell, Origin, RowInput, says_as_above};
use super::outcome::{Judged, Question, Spot};
use super::party::PartyRegister;
use super::sheet::Value;

/// What rows are read against.
#[derive(Debug, Clone, Copy)]
pub struct Registers<'a> {
    /// The parties of the street.
    pub parties: &'a PartyRegister,
    /// The service types.
    pub types: &'a TypeTable,
    /// The party on whose behalf alone the list is handed in, by its key: rows of another one are refused,
    /// rows that name nobody are its own.
    pub own: Option<&'a str>,
}

/// Most characters of a title.
const TITLE_CHARS: usize = 40;
/// Most characters of a remark or detail.
const DETAIL_CHARS: usize = 500;

/// Judges a row.
#[must_use]
pub fn judge(input: &RowInput, registers: Registers) -> Judged {
    let mut judged = Judged::default();
    let row = Row {
        input: input.clone(),
        registers,
    };
    row.private_numbers(&mut judged);
    row.broken_cells(&mut judged);
    row.list(&mut judged);
    party::settle(&row, &mut judged);
    service::settle(&row, &mut judged);
    row.money(&mut judged);
    days::settle(&row, &mut judged);
    hours::settle(&row, &mut judged);
    amount::settle(&row, &mut judged);
    row.further(&mut judged);
    judged
}

/// Puts answers in the cells' places.
#[must_use]
pub fn answered(input: &RowInput, answers: &[(Field, String)]) -> RowInput {
    let mut input = input.clone();
    for (field, text) in answers {
        let value = Value::Text(text.clone());
        let groups: &[Field] = match field {
            Field::Windows => &[
                Field::Windows,
                Field::WeekdayHours,
                Field::WeekendHours,
                Field::HolidayHours,
            ],
            Field::Period => &[Field::Period, Field::From, Field::Until],
            Field::Quantity => &[Field::Quantity, Field::Measure],
            Field::Title => &[Field::Type, Field::Offer, Field::Need, Field::Title],
            Field::Party => &[Field::Party, Field::Code, Field::Organisation],
            _ => std::slice::from_ref(field),
        };
        // Where no cell gives way, the question was about one that stays.
        let beside: &[Field] = match field {
            Field::Party => &[Field::Community],
            Field::Type => &[Field::Need, Field::Offer, Field::Title],
            _ => &[],
        };
        let of = |fields: &[Field]| input.cells.iter().find(|cell| fields.contains(&cell.field));
        let head = of(groups).or_else(|| of(beside)).cloned();
        input.cells.retain(|cell| !groups.contains(&cell.field));
        input.cells.push(InputCell {
            field: *field,
            column: head.as_ref().map_or(0, |cell| cell.column),
            head: head.map(|cell| cell.head).unwrap_or_default(),
            value,
            origin: Origin::Answer,
            unclear: false,
            measure: None,
            private: false,
        });
    }
    input
}

/// A row with what it is read against.
struct Row<'a> {
    input: RowInput,
    registers: Registers<'a>,
}

impl Row<'_> {
    fn cell(&self, field: Field) -> Option<&InputCell> {
        self.input.cells.iter().find(|cell| cell.field == field)
    }

    fn text(&self, field: Field) -> String {
        self.cell(field)
            .map(|cell| tidy(&cell.value.shown()))
            .unwrap_or_default()
    }

    fn kind(&self) -> Kind {
        self.input.kind.unwrap_or(Kind::Offer)
    }

    /// D33: an identity number was not kept, and the row is refused.
    fn private_numbers(&self, judged: &mut Judged) {
        for cell in self.input.cells.iter().filter(|cell| cell.private) {
            judged.refuse("identity_number", Spot::of(cell));
        }
    }

    /// D29, D05: error values, formulas without result, 同上 where it fills nothing down.
    fn broken_cells(&self, judged: &mut Judged) {
        for cell in &self.input.cells {
            let matters = !matches!(
                cell.field,
                Field::Unknown | Field::Serial | Field::Note | Field::Contact
            );
            match &cell.value {
                Value::Error(_) if matters => judged.refuse("error_cell", Spot::of(cell)),
                Value::Error(_) => judged.tell("error_cell", Spot::of(cell)),
                Value::NoResult if matters => {
                    judged.ask(Question::new("formula_without_result", Spot::of(cell)));
                }
                value if matters && says_as_above(value) => {
                    judged.ask(Question::new("same_as_above", Spot::of(cell)));
                }
                _ => {}
            }
            if cell.unclear {
                judged.ask(Question::new("which_list", Spot::of(cell)));
            }
        }
    }

    /// D21, D24: which list, and of which year.
    fn list(&self, judged: &mut Judged) {
        if self.input.kind.is_none() {
            let question = Question::new("offer_or_need", Spot::missing(Field::Title));
            judged.ask(question.choice("offer", "").choice("need", ""));
        }
        if let Some(year) = self.input.earlier_year {
            let question = Question::new("last_year", Spot::missing(Field::Period));
            judged.ask(
                question
                    .arg("was", year.to_string())
                    .arg("now", self.input.year.to_string()),
            );
        }
    }

    /// D32: money is flagged in whatever text, and never ready.
    fn money(&self, judged: &mut Judged) {
        let texts = [
            Field::Type,
            Field::Offer,
            Field::Need,
            Field::Title,
            Field::Detail,
            Field::Quantity,
            Field::Measure,
            Field::ReturnWish,
            Field::Note,
        ];
        for cell in self.input.cells.iter().filter(|cell| texts.contains(&cell.field)) {
            let text = cell.value.shown();
            let named = self.registers.types.find(&text);
            let cash_type = cell.field.is_title() && named.iter().any(|found| found.cash_like);
            let innocent = cell.field.is_title() && named.len() == 1 && !cash_type;
            let word = flags::cash_word(&text).filter(|_| !innocent || text.chars().count() > TITLE_CHARS);
            if cash_type || word.is_some() {
                judged
                    .questions
                    .retain(|question| question.code != "unknown_type");
                let question = Question::new("cash", Spot::of(cell));
                judged.ask(question.arg("word", word.unwrap_or(text)).choice("close", ""));
                return;
            }
        }
    }

    /// The fields that settle nothing about matching.
    fn further(&self, judged: &mut Judged) {
        let cut = |text: String, most: usize| text.chars().take(most).collect::<String>();
        judged.draft.place = cut(self.text(Field::Place), 120);
        judged.draft.audience = cut(self.text(Field::Audience), 120);
        judged.draft.reach = cut(self.text(Field::Reach), 120);
        judged.draft.note = cut(self.text(Field::Note), DETAIL_CHARS);
        judged.draft.return_wish = cut(self.text(Field::ReturnWish), 200);
        judged.draft.smallest = self.small_number(Field::SmallestLot, judged);
        judged.draft.beneficiaries = self.small_number(Field::Beneficiaries, judged);
        let priority = self.small_number(Field::Priority, judged);
        judged.draft.priority = priority
            .and_then(|number| u8::try_from(number).ok())
            .filter(|number| *number <= 5);
        self.people(judged);
    }

    fn small_number(&self, field: Field, judged: &mut Judged) -> Option<u32> {
        let cell = self.cell(field)?;
        let number = amount::plain_number(&cell.value);
        if number.is_none() {
            judged.tell("unread_number", Spot::of(cell));
        }
        number
    }

    /// D14, D15: telephone numbers, also out of the contact's cell.
    fn people(&self, judged: &mut Judged) {
        let mut numbers = Vec::new();
        for field in [Field::Phone, Field::Contact] {
            let Some(cell) = self.cell(field) else {
                continue;
            };
            let text = cell.value.shown();
            let read = phone::read(&text);
            if read.lost {
                judged.ask(Question::new("phone_lost", Spot::of(cell)));
            } else if read.incomplete && field == Field::Phone {
                judged.tell("phone_incomplete", Spot::of(cell));
            }
            if field == Field::Contact && !read.numbers.is_empty() {
                judged.change(cell, read.name.clone(), "phone_split");
                judged.draft.contact = read.name;
            } else if field == Field::Contact {
                judged.draft.contact = tidy(&text).chars().take(20).collect();
            } else if let Some(first) = read.numbers.first() {
                judged.change(cell, first.clone(), "phone");
            } else {
                judged.draft.phone = tidy(&text).chars().take(40).collect();
            }
            numbers.extend(read.numbers);
        }
        if let Some(first) = numbers.into_iter().next() {
            judged.draft.phone = first;
        }
    }
}

/// 无, /, — and their like: nothing is said.
fn says_nothing(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "" | "无" | "暂无" | "/" | "-" | "—" | "——" | "--" | "无要求" | "없음"
    )
}
