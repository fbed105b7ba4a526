//! What waits for a person in the life of agreements: to give, to confirm, to review, to settle, to close.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::list::{Filter, InstalmentView, list};
use super::{DeliveryFilter, count, deliveries, owed, report_row};
use crate::agreements::domain::clause::Every;
use crate::agreements::domain::instalment::InstalmentState as State;
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::date::CivilDate;
use crate::kernel::limit;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::kernel::todo::Todo;
use crate::ledger::domain::delivery::{DeliveryState, SILENCE_WORKING_DAYS, working_days_after};
use crate::ledger::domain::period::Period;
use crate::ledger::domain::review::ASKED_DAYS;
use crate::ledger::error::LedgerError;

/// Days before its last day from which an instalment is asked for.
const SOON_DAYS: i64 = 14;
/// Most instalments of one kind that are read for a to-do list; more are told by a count.
const MOST: usize = 100;

/// What waits for this actor today.
///
/// # Errors
/// What the database reports.
pub async fn todos(db: &impl ConnectionTrait, actor: &Actor, today: CivilDate) -> Result<Vec<Todo>, Problem> {
    let Who::Person { role, .. } = &actor.who else {
        return Ok(Vec::new());
    };
    let scope = actor.scope;
    let mut todos = Vec::new();
    match role {
        Role::UnitSigner | Role::UnitLiaison | Role::CommunitySecretary => {
            todos.extend(of_party(db, scope, today).await?);
            if *role != Role::UnitSigner {
                todos.extend(to_review(db, scope, today).await?);
            }
        }
        Role::StreetCadre => todos.extend(of_street(db, scope, today).await?),
        Role::MeetingSecretary => {
            let line = (State::Disputed, "todo-settle", "todo-settle-many");
            todos.extend(each(db, (scope, today), Filter::default(), line).await?);
        }
        Role::DistrictAdmin => {}
    }
    Ok(todos)
}

/// What a party is to give and to confirm.
async fn of_party(
    db: &impl ConnectionTrait,
    scope: Scope,
    today: CivilDate,
) -> Result<Vec<Todo>, LedgerError> {
    let own = scope.party.map(crate::kernel::id::Id::uuid);
    let given = |by| Filter {
        giver: own,
        by,
        ..Filter::default()
    };
    let received = Filter {
        taker: own,
        ..Filter::default()
    };
    let mut todos = Vec::new();
    for (filter, line) in [
        (given(None), (State::Overdue, "todo-overdue", "todo-overdue-many")),
        (
            given(Some(today.plus_days(SOON_DAYS))),
            (State::Open, "todo-deliver", "todo-deliver-many"),
        ),
        (received, (State::Reported, "todo-confirm", "todo-confirm-many")),
    ] {
        todos.extend(each(db, (scope, today), filter, line).await?);
    }
    Ok(todos)
}

/// One to-do for each instalment in a state, told alike.
async fn each(
    db: &impl ConnectionTrait,
    (scope, today): (Scope, CivilDate),
    filter: Filter,
    (state, words, many): (State, &'static str, &'static str),
) -> Result<Vec<Todo>, LedgerError> {
    let all = address(&filter, state);
    // Straight to the page on which it is done.
    let page = match state {
        State::Reported => "/confirm",
        State::Disputed => "/settle",
        _ => "/report",
    };
    let filter = Filter {
        state: Some(state),
        ..filter
    };
    let (found, _) = list(db, (scope, today), &filter, "until", None, MOST).await?;
    let asked = if state == State::Reported {
        asked_by(db, scope).await?
    } else {
        HashMap::new()
    };
    let todo = |one: InstalmentView| {
        let until = Some(one.standing.until).filter(|_| state != State::Reported);
        let due = asked.get(&(one.obligation, one.no)).copied().or(until);
        let todo = Todo::new(words, format!("/obligations/{}{page}", one.place))
            .arg("what", one.what)
            .arg("number", one.number)
            .alike(many, all.clone());
        match due {
            Some(day) => todo.due(day),
            None => todo,
        }
    };
    Ok(found.into_iter().map(todo).collect())
}

/// By when the receiver is asked to answer what waits: the first report of each instalment and the days of
/// silence after it.
async fn asked_by(
    db: &impl ConnectionTrait,
    scope: Scope,
) -> Result<HashMap<(Uuid, i32), CivilDate>, LedgerError> {
    let filter = DeliveryFilter {
        state: Some(DeliveryState::Reported),
        ..DeliveryFilter::default()
    };
    let (waiting, _) = deliveries(db, scope, &filter, None, limit::PAGE_ROWS_MAX).await?;
    let mut asked: HashMap<(Uuid, i32), CivilDate> = HashMap::new();
    for one in waiting {
        let Ok(day) = one.reported_on.parse::<CivilDate>() else {
            continue;
        };
        let by = working_days_after(day, SILENCE_WORKING_DAYS);
        let first = asked.entry((one.obligation, one.due_no)).or_insert(by);
        *first = (*first).min(by);
    }
    Ok(asked)
}

/// The list that shows what a filter and a state mean.
fn address(filter: &Filter, state: State) -> String {
    let side = match filter {
        Filter { giver: Some(_), .. } => "&side=gives",
        Filter { taker: Some(_), .. } => "&side=gets",
        Filter { .. } => "",
    };
    let by = filter.by.map(|day| format!("&by={day}")).unwrap_or_default();
    format!("/obligations?state={}{side}{by}", state.code())
}

async fn to_review(
    db: &impl ConnectionTrait,
    scope: Scope,
    today: CivilDate,
) -> Result<Vec<Todo>, LedgerError> {
    let todo = |one: super::Owed| {
        Todo::new("todo-review", format!("/reviews/{}/{}", one.key, one.period))
            .arg("number", one.number)
            .due(one.period.until().plus_days(ASKED_DAYS))
            .alike("todo-review-many", "/reviews")
    };
    Ok(owed(db, scope, today).await?.into_iter().map(todo).collect())
}

/// What the street has to push: overdue ones, and last quarter's report.
async fn of_street(
    db: &impl ConnectionTrait,
    scope: Scope,
    today: CivilDate,
) -> Result<Vec<Todo>, LedgerError> {
    let mut todos = Vec::new();
    for (state, words) in [
        (State::Overdue, "todo-street-overdue"),
        (State::Reported, "todo-street-reported"),
    ] {
        let filter = Filter {
            state: Some(state),
            ..Filter::default()
        };
        let waiting = count(db, (scope, today), &filter).await?;
        if waiting > 0 {
            let todo = Todo::new(words, format!("/obligations?state={}", state.code()));
            todos.push(todo.arg("count", waiting.to_string()));
        }
    }
    let quarter = Period::holding(Every::Quarter, today).before();
    let any = count(
        db,
        (scope, today),
        &Filter {
            period: Some(quarter),
            ..Filter::default()
        },
    )
    .await?;
    let closed = report_row(db, scope, &quarter.to_string())
        .await?
        .is_some_and(|row| row.closed_on.is_some());
    if any > 0 && !closed {
        let todo = Todo::new("todo-report", format!("/reports/{quarter}"));
        todos.push(
            todo.arg("period", quarter.to_string())
                .due(quarter.until().plus_days(7)),
        );
    }
    Ok(todos)
}
