//! What a new day brings: agreements begin and end, parties leave, offers lapse.

use serde_json::{Value, json};

use crate::agreements::domain::state::{Act, Standing, State};
use crate::agreements::entity::agreement;
use crate::agreements::error::AgreementError;
use crate::agreements::standing::{self, Change};
use crate::agreements::{owed, query, store};
use crate::kernel::actor::{Actor, Who};
use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Tenant};
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;
use crate::log;
use crate::log::leaf::{LeafDraft, Subject};

/// Does what the calendar asks of every agreement. May run many times a day; gives how many steps were taken:
/// several of one agreement if days were missed.
///
/// # Errors
/// [`AgreementError`].
pub async fn new_day(tx: &Tx, tenant: Id<Tenant>) -> Result<usize, AgreementError> {
    let scope = Scope::tenant(tenant);
    let mut steps = 0;
    for id in query::due_today(tx.db(), scope, tx.now().day()).await? {
        while let Some(row) = store::lock(tx.db(), scope, id).await? {
            if !step(tx, scope, &row).await? {
                break;
            }
            steps += 1;
        }
    }
    Ok(steps)
}

/// The next step of one agreement; false if today asks for none.
async fn step(tx: &Tx, scope: Scope, row: &agreement::Model) -> Result<bool, AgreementError> {
    let before = standing::standing(row, &store::parties(tx.db(), row.id).await?)?;
    let Some(act) = act(tx, scope, row, &before).await? else {
        return Ok(false);
    };
    let next = before.apply(&act)?;
    let (kind, data) = told(&act, &before, &next);
    let actor = Actor {
        who: Who::System,
        scope,
    };
    let leaf = LeafDraft::by(&actor, kind, Subject::new("agreement", row.id), data);
    let leaf = log::service::append(tx, leaf).await?;
    let change = Change {
        document: None,
        at: leaf.at.get(),
    };
    if !standing::save(tx.db(), row, &next, change).await? {
        return Err(AgreementError::Stale);
    }
    let (notice, leaving) = match &act {
        Act::Leave(party) => (before.leaving.get(party), Some(party.as_str())),
        Act::Terminated => (before.ends.as_ref(), None),
        _ => (None, None),
    };
    if let Some(notice) = notice {
        let said = query::version(tx.db(), scope, row.id, notice.version).await?;
        owed::end(tx.db(), scope, &said.document, notice.on, leaving).await?;
        if let Some(party) = leaving {
            standing::mark_left(tx.db(), row, party, notice.on).await?;
        }
    }
    Ok(true)
}

/// The first of the acts that today asks for, in the order of their days, however many days were missed.
async fn act(
    tx: &Tx,
    scope: Scope,
    row: &agreement::Model,
    standing: &Standing,
) -> Result<Option<Act>, AgreementError> {
    let today = tx.now().day();
    let broken = || AgreementError::Broken(format!("agreement {}: day", row.id));
    let read = |text: &str| text.parse::<CivilDate>().map_err(|_| broken());
    if standing.state == State::Open {
        return Ok((read(&row.sign_by)? < today).then_some(Act::Lapse));
    }
    if !matches!(standing.state, State::Signed | State::InForce) {
        return Ok(None);
    }
    let ends_by = |day: CivilDate| standing.ends.as_ref().is_some_and(|notice| notice.on <= day);
    let begins = standing.state == State::Signed && standing.term_from <= today;
    if begins && !ends_by(standing.term_from) {
        return Ok(Some(Act::Begin));
    }
    let mut leaving = standing.leaving.iter();
    let gone = leaving.find(|(_, notice)| notice.on <= today && !ends_by(notice.on.plus_days(-1)));
    if let Some((party, _)) = gone {
        return Ok(Some(Act::Leave(party.clone())));
    }
    if ends_by(today) {
        return Ok(Some(Act::Terminated));
    }
    if standing.state == State::InForce && read(&row.term_until)? < today {
        let settled = owed::is_settled(tx.db(), scope, row.id).await?;
        return Ok(Some(Act::End { settled }));
    }
    let sign_by = row.pending_sign_by.as_deref().map(read).transpose()?;
    Ok(sign_by.filter(|day| *day < today).map(|_| Act::Lapse))
}

fn told(act: &Act, before: &Standing, next: &Standing) -> (&'static str, Value) {
    let said = |version: u32| json!({"version": version, "state": next.state.code()});
    match act {
        Act::Begin => ("agreement.began", said(next.current)),
        Act::Leave(party) => {
            let version = before
                .leaving
                .get(party)
                .map_or(before.current, |notice| notice.version);
            let mut data = said(version);
            data["party"] = party.as_str().into();
            ("agreement.left", data)
        }
        Act::Terminated => {
            let version = before
                .ends
                .as_ref()
                .map_or(before.current, |notice| notice.version);
            ("agreement.ended", said(version))
        }
        Act::End { .. } => ("agreement.ended", said(next.current)),
        _ => ("agreement.lapsed", said(before.on_table())),
    }
}
