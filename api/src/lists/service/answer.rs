//! Answering what was asked about lists.

use crate::kernel::actor::Actor;
use crate::kernel::clock::Millis;
use crate::kernel::id::Id;
use crate::kernel::tx::Tx;
use crate::lists::domain::TypeTable;
use crate::lists::domain::{Answers, ImportState, KeptRow, Kind, RowState};
use crate::lists::entity::import_row;
use crate::lists::error::ListError;
use crate::lists::import::field::Field;
use crate::lists::import::layout::RowInput;
use crate::lists::import::outcome::{Judged, Outcome};
use crate::lists::import::party::PartyRegister;
use crate::lists::import::row::{Registers, answered, judge};
use crate::lists::query::{self, ImportView};
use crate::lists::service::upload::text;
use crate::lists::store;

/// An answer to one question of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowAnswer {
    /// A text in the place of a cell.
    Text(Field, String),
    /// The row is an offer, or a need.
    Kind(Kind),
    /// An earlier year's list is handed in for this year.
    ThisYear,
    /// The parts of a cell become rows of their own.
    Split,
    /// The row, or the sheet, is left out.
    Leave,
    /// A hidden sheet is read.
    ReadSheet,
}

/// What rows are judged against, once per act.
pub(super) struct Judge {
    parties: PartyRegister,
    types: TypeTable,
    own: Option<String>,
}

impl Judge {
    /// The street's registers together with what the import brings.
    pub(super) async fn read(tx: &Tx, actor: &Actor, import: &ImportView) -> Result<Self, ListError> {
        let brings = &import.told.brings;
        let parties = if brings.parties.is_empty() {
            query::register_entries(tx.db(), actor.scope).await?
        } else {
            brings.parties.clone()
        };
        let types = if brings.types.is_empty() {
            query::types(tx.db(), actor.scope).await?
        } else {
            TypeTable::of(brings.types.clone())
        };
        Ok(Self {
            parties: PartyRegister::new(parties),
            types,
            own: import.party.map(|party| party.to_string()),
        })
    }

    /// A row with its answers, judged.
    pub(super) fn judge(&self, input: &RowInput, answers: &Answers) -> Judged {
        let mut judged = judge(&with_answers(input, answers), self.registers());
        judged.draft.contact.clear();
        judged.draft.phone.clear();
        judged
    }

    fn registers(&self) -> Registers<'_> {
        Registers {
            parties: &self.parties,
            types: &self.types,
            own: self.own.as_deref(),
        }
    }
}

fn with_answers(input: &RowInput, answers: &Answers) -> RowInput {
    let mut input = answered(input, &answers.fields);
    input.kind = answers.kind.or(input.kind);
    if answers.this_year {
        input.earlier_year = None;
    }
    input
}

/// Takes answers to rows of an open import, by the rows' places; rows are judged again at once. An answer
/// about an unknown party holds for every row of the import that names it so.
///
/// # Errors
/// [`ListError::NotFound`], [`ListError::ImportClosed`], what the database reports.
pub async fn answer(
    tx: &Tx,
    actor: &Actor,
    number: i32,
    answers: &[(i32, Vec<RowAnswer>)],
) -> Result<(), ListError> {
    let import = open_import(tx, actor, number).await?;
    let judge = Judge::read(tx, actor, &import).await?;
    let mut parties: Vec<(String, String)> = Vec::new();
    for (seq, given) in answers {
        let Some(row) = query::import_row(tx.db(), actor.scope, import.id, *seq).await? else {
            continue;
        };
        if RowState::from_code(&row.outcome) == Some(RowState::Asked) {
            parties.extend(named_party(&row, given)?);
            answer_row(tx, &import, &judge, row, given).await?;
        }
    }
    for row in query::row_models(tx.db(), actor.scope, import.id, RowState::Asked).await? {
        let (_, judged) = parse(&row)?;
        let asked = judged
            .questions
            .iter()
            .find(|question| question.code == "unknown_party");
        let same = asked.and_then(|question| parties.iter().find(|(name, _)| *name == question.spot.value));
        if let Some((_, chosen)) = same {
            let given = [RowAnswer::Text(Field::Party, chosen.clone())];
            answer_row(tx, &import, &judge, row, &given).await?;
        }
    }
    let (id, accepted) = (import.id.uuid(), import.accepted.map(Millis::get));
    if store::move_import(
        tx.db(),
        actor.scope,
        id,
        import.rev,
        import.state.code(),
        accepted,
    )
    .await?
    {
        Ok(())
    } else {
        Err(ListError::Stale)
    }
}

/// The import, if it still takes changes.
pub(super) async fn open_import(tx: &Tx, actor: &Actor, number: i32) -> Result<ImportView, ListError> {
    let import = query::import(tx.db(), actor.scope, number).await?;
    if import.state == ImportState::Open {
        Ok(import)
    } else {
        Err(ListError::ImportClosed)
    }
}

fn named_party(row: &import_row::Model, given: &[RowAnswer]) -> Result<Option<(String, String)>, ListError> {
    let (_, judged) = parse(row)?;
    let asked = judged
        .questions
        .iter()
        .find(|question| question.code == "unknown_party");
    let chosen = given.iter().find_map(|answer| match answer {
        RowAnswer::Text(Field::Party, text) => Some(text.clone()),
        _ => None,
    });
    Ok(asked.map(|question| question.spot.value.clone()).zip(chosen))
}

async fn answer_row(
    tx: &Tx,
    import: &ImportView,
    judge: &Judge,
    mut row: import_row::Model,
    given: &[RowAnswer],
) -> Result<(), ListError> {
    let (kept, judged) = parse(&row)?;
    let leave = given.contains(&RowAnswer::Leave);
    let input = match kept {
        KeptRow::List { input } => input,
        KeptRow::Whole { .. } => return answer_sheet(tx, import, row, given).await,
        KeptRow::Note { .. } => return Ok(()),
    };
    if leave {
        row.outcome = RowState::Left.code().to_owned();
        store::save_row(tx.db(), row).await?;
        return Ok(());
    }
    if given.contains(&RowAnswer::Split) {
        return split(tx, import, judge, row, &input, &judged).await;
    }
    let mut answers: Answers = json(&row.answers)?;
    for answer in given {
        match answer {
            RowAnswer::Text(field, text) => answers.set(*field, text.clone()),
            RowAnswer::Kind(kind) => answers.kind = Some(*kind),
            RowAnswer::ThisYear => answers.this_year = true,
            RowAnswer::Split | RowAnswer::Leave | RowAnswer::ReadSheet => {}
        }
    }
    let judged = judge.judge(&input, &answers);
    row.kind = answers.kind.or(input.kind).unwrap_or(Kind::Offer).id().to_owned();
    row.outcome = state_of(&judged).code().to_owned();
    row.judged = text(&judged)?;
    row.answers = text(&answers)?;
    store::save_row(tx.db(), row).await?;
    Ok(())
}

/// How a judged row stands.
pub(super) fn state_of(judged: &Judged) -> RowState {
    match judged.outcome() {
        Outcome::Ready => RowState::Ready,
        Outcome::Asked => RowState::Asked,
        Outcome::Refused => RowState::Refused,
        Outcome::Note => RowState::Note,
    }
}

/// D19: one row for each part; how much of each is asked, since one number stood for all.
async fn split(
    tx: &Tx,
    import: &ImportView,
    judge: &Judge,
    mut row: import_row::Model,
    input: &RowInput,
    judged: &Judged,
) -> Result<(), ListError> {
    let Some(question) = judged
        .questions
        .iter()
        .find(|question| question.code == "two_things")
    else {
        return Ok(());
    };
    let mut next = store::last_row(tx.db(), import.id.uuid()).await?;
    let mut part_input = input.clone();
    part_input
        .cells
        .retain(|cell| !matches!(cell.field, Field::Quantity | Field::Measure));
    let mut parts = Vec::new();
    for choice in question.choices.iter().filter(|choice| choice.value != "split") {
        next += 1;
        let mut answers: Answers = json(&row.answers)?;
        answers.set(Field::Title, choice.value.clone());
        let judged = judge.judge(&part_input, &answers);
        parts.push(import_row::Model {
            seq: next,
            outcome: state_of(&judged).code().to_owned(),
            input: text(&KeptRow::List {
                input: part_input.clone(),
            })?,
            judged: text(&judged)?,
            answers: text(&answers)?,
            ..row.clone()
        });
    }
    store::insert_rows(tx.db(), parts).await?;
    row.outcome = RowState::Left.code().to_owned();
    store::save_row(tx.db(), row).await?;
    Ok(())
}

/// D27: a hidden sheet is read, or left with all its rows.
async fn answer_sheet(
    tx: &Tx,
    import: &ImportView,
    mut row: import_row::Model,
    given: &[RowAnswer],
) -> Result<(), ListError> {
    let read = given.contains(&RowAnswer::ReadSheet);
    if !read && !given.contains(&RowAnswer::Leave) {
        return Ok(());
    }
    let scope = crate::kernel::scope::Scope::tenant(Id::from_uuid(row.tenant));
    for mut held in query::row_models(tx.db(), scope, import.id, RowState::Held).await? {
        if held.file != row.file || held.sheet != row.sheet {
            continue;
        }
        let (kept, judged) = parse(&held)?;
        let state = match (read, &kept) {
            (false, _) => RowState::Left,
            (true, KeptRow::Note { .. }) => RowState::Note,
            (true, KeptRow::List { .. } | KeptRow::Whole { .. }) => state_of(&judged),
        };
        held.outcome = state.code().to_owned();
        store::save_row(tx.db(), held).await?;
    }
    row.outcome = RowState::Left.code().to_owned();
    store::save_row(tx.db(), row).await?;
    Ok(())
}

fn parse(row: &import_row::Model) -> Result<(KeptRow, Judged), ListError> {
    Ok((json(&row.input)?, json(&row.judged)?))
}

/// A text column's JSON.
pub(super) fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ListError> {
    serde_json::from_str(text)
        .map_err(|error| crate::kernel::problem::Problem::internal(error.to_string()).into())
}
