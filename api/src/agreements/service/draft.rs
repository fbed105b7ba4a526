//! Writing the working text.

use uuid::Uuid;

use crate::agreements::domain::clause::{Clause, ClauseKind};
use crate::agreements::domain::document::{Due, Term};
use crate::agreements::draft::{Adopted, DraftBody, compose};
use crate::agreements::entity::draft as table;
use crate::agreements::error::AgreementError;
use crate::agreements::store;
use crate::identity::party::query as parties;
use crate::kernel::actor::Actor;
use crate::kernel::date::CivilDate;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;

/// Makes the draft of an adopted item, once: the same item again gives the same draft. Gives the number in the
/// draft's address.
///
/// # Errors
/// [`AgreementError`].
pub async fn create(tx: &Tx, actor: &Actor, adopted: &Adopted) -> Result<i32, AgreementError> {
    let scope = Scope::tenant(actor.scope.tenant);
    let item = store::int(adopted.item)?;
    let known = crate::agreements::query::draft_of_item(tx.db(), scope, adopted.meeting, item).await?;
    if let Some(no) = known {
        return Ok(no);
    }
    let mut named = Vec::with_capacity(adopted.parties.len());
    for party in &adopted.parties {
        named.push(parties::find(tx.db(), scope, *party).await?);
    }
    let body = compose(adopted, &named, tx.now().day())
        .ok_or_else(|| Problem::internal("an adopted service names a party that is not of the item"))?;
    let no = store::next_number(tx.db(), scope.tenant.uuid(), "draft", 0).await?;
    let row = table::Model {
        tenant: scope.tenant.uuid(),
        agreement: tx.new_id::<Uuid>().uuid(),
        no,
        title: body.title.clone(),
        body: written(&body)?,
        meeting: adopted.meeting,
        item,
        state: "working".to_owned(),
        rev: 1,
        changed: tx.now().get(),
    };
    store::insert_draft(tx.db(), row).await?;
    Ok(no)
}

pub(super) fn written(body: &DraftBody) -> Result<String, AgreementError> {
    serde_json::to_string(body).map_err(|error| AgreementError::Broken(error.to_string()))
}

pub(in crate::agreements) fn read(row: &table::Model) -> Result<DraftBody, AgreementError> {
    serde_json::from_str(&row.body)
        .map_err(|error| AgreementError::Broken(format!("draft {}: {error}", row.agreement)))
}

/// What the street changes in a draft. Who owes what to whom was adopted and stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftChange {
    /// Title.
    pub title: String,
    /// First and last day.
    pub term: Term,
    /// Last day to sign.
    pub sign_by: CivilDate,
    /// For each obligation in order.
    pub obligations: Vec<ObligationChange>,
    /// Texts of editable clauses, by ref.
    pub clauses: Vec<(String, String)>,
    /// Days of notice of the termination clause.
    pub notice_days: u32,
    /// A further clause to add, if any.
    pub free_clause: Option<String>,
}

/// What changes of an obligation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObligationChange {
    /// What is given.
    pub what: String,
    /// How fulfilment is found out.
    pub acceptance: String,
    /// The instalments; their sum is the quantity.
    pub due: Vec<DueChange>,
}

/// An instalment.
pub type DueChange = Due;

/// Writes a change over revision `rev` of draft `no`.
///
/// # Errors
/// [`AgreementError::Stale`] if somebody wrote meanwhile; [`AgreementError::DraftClosed`] once sent.
pub async fn edit(
    tx: &Tx,
    actor: &Actor,
    no: i32,
    rev: i32,
    change: &DraftChange,
) -> Result<(), AgreementError> {
    let mut row = working(tx, actor, no, rev).await?;
    let mut body = read(&row)?;
    body.title.clone_from(&change.title);
    body.term = change.term;
    body.sign_by = change.sign_by;
    for (owed, new) in body.obligations.iter_mut().zip(&change.obligations) {
        owed.what.clone_from(&new.what);
        owed.acceptance.clone_from(&new.acceptance);
        owed.due.clone_from(&new.due);
        owed.quantity = new
            .due
            .iter()
            .map(|due| due.quantity)
            .fold(0, u32::saturating_add);
    }
    for (reference, text) in &change.clauses {
        let editable = |clause: &&mut Clause| clause.reference == *reference && clause.kind.is_editable();
        if let Some(clause) = body.clauses.iter_mut().find(editable) {
            clause.text.clone_from(text);
        }
    }
    for clause in body
        .clauses
        .iter_mut()
        .filter(|c| c.kind == ClauseKind::Termination)
    {
        clause.notice_days = Some(change.notice_days);
    }
    if let Some(text) = &change.free_clause {
        body.clauses.push(Clause {
            reference: format!("c{}", body.clauses.len() + 1),
            kind: ClauseKind::Free,
            text: text.clone(),
            notice_days: None,
            unilateral: None,
            every: None,
        });
    }
    row.title.clone_from(&body.title);
    row.body = written(&body)?;
    row.changed = tx.now().get();
    if store::save_draft(tx.db(), rev, row).await? {
        Ok(())
    } else {
        Err(AgreementError::Stale)
    }
}

/// Drops a draft that is not to be sent.
///
/// # Errors
/// As [`edit`].
pub async fn drop_draft(tx: &Tx, actor: &Actor, no: i32, rev: i32) -> Result<(), AgreementError> {
    let mut row = working(tx, actor, no, rev).await?;
    "dropped".clone_into(&mut row.state);
    row.changed = tx.now().get();
    if store::save_draft(tx.db(), rev, row).await? {
        Ok(())
    } else {
        Err(AgreementError::Stale)
    }
}

/// The draft, locked, if it is still being written and at this revision.
pub(super) async fn working(
    tx: &Tx,
    actor: &Actor,
    no: i32,
    rev: i32,
) -> Result<table::Model, AgreementError> {
    let row = store::lock_draft(tx.db(), actor.scope, no)
        .await?
        .ok_or(AgreementError::NotFound)?;
    if row.state != "working" {
        return Err(AgreementError::DraftClosed);
    }
    if row.rev != rev {
        return Err(AgreementError::Stale);
    }
    Ok(row)
}
