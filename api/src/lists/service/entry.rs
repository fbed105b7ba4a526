//! Single offers and needs: made and changed by form, verified, returned, paused, withdrawn.

use serde_json::json;

use super::accept;
use super::upload::text;
use crate::identity::credential::query::is_street_open;
use crate::kernel::actor::Actor;
use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Party};
use crate::kernel::tx::Tx;
use crate::lists::domain::{
    Audience, Entry, EntryAct, EntryState, Kind, Modes, Reach, ServiceLanguage, ServiceType, Window,
};
use crate::lists::entity::entry;
use crate::lists::error::ListError;
use crate::lists::import::clean::flags;
use crate::lists::{query, store};
use crate::log;
use crate::log::leaf::{LeafDraft, Subject};

/// What a form says of an offer or need; every value checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDraft {
    /// Whose.
    pub party: Id<Party>,
    /// Service type; never cash-like.
    pub service: ServiceType,
    /// Short title, 2–40 characters.
    pub title: String,
    /// More about it.
    pub detail: String,
    /// 1–1,000,000.
    pub quantity: u32,
    /// 1…quantity.
    pub smallest: u32,
    /// Hours of the week.
    pub windows: Vec<Window>,
    /// First day.
    pub from: CivilDate,
    /// Last day.
    pub until: CivilDate,
    /// How far an offer reaches.
    pub reach: Reach,
    /// For whom.
    pub audience: Audience,
    /// In which language.
    pub language: Option<ServiceLanguage>,
    /// Where.
    pub place: String,
    /// Priority of a need, 1–5.
    pub priority: u8,
    /// How many people gain.
    pub beneficiaries: Option<u32>,
    /// Remarks.
    pub note: String,
}

/// Adds an offer or need of `cycle`; one whose words ask for money waits to be restated. Gives its number.
///
/// # Errors
/// [`ListError::StreetNotOpen`], what database and log refuse.
pub async fn create_entry(
    tx: &Tx,
    actor: &Actor,
    kind: Kind,
    cycle: i16,
    draft: &EntryDraft,
) -> Result<i32, ListError> {
    let number = store::next_number(tx.db(), actor.scope, kind).await?;
    let id: Id<Entry> = tx.new_id();
    let blank = entry::Model {
        id: id.uuid(),
        tenant: actor.scope.tenant.uuid(),
        kind: kind.id().to_owned(),
        number,
        cycle: i32::from(cycle),
        party: draft.party.uuid(),
        type_code: String::new(),
        area: String::new(),
        title: String::new(),
        detail: String::new(),
        quantity: 0,
        smallest: 0,
        measure: String::new(),
        windows: String::new(),
        from_day: String::new(),
        until_day: String::new(),
        reach: String::new(),
        audience: String::new(),
        language: None,
        place: String::new(),
        modes: Modes::Both.code().to_owned(),
        priority: 3,
        beneficiaries: None,
        level: "community".to_owned(),
        note: String::new(),
        return_wish: String::new(),
        state: String::new(),
        reason: None,
        paused_until: None,
        source: "form".to_owned(),
        import: None,
        changed: tx.now().get(),
        rev: 1,
    };
    let row = filled(blank, draft)?;
    leaf(tx, actor, std::slice::from_ref(&row), "created").await?;
    store::insert_entries(tx.db(), vec![row]).await?;
    Ok(number)
}

/// Changes an offer or need that is not on the list yet, and hands it in again.
///
/// # Errors
/// [`ListError::NotFound`], [`ListError::NotInThisState`], [`ListError::Stale`], what database and log refuse.
pub async fn change_entry(
    tx: &Tx,
    actor: &Actor,
    kind: Kind,
    number: i32,
    rev: i32,
    draft: &EntryDraft,
) -> Result<(), ListError> {
    let row = find(tx, actor, kind, number).await?;
    let state = EntryState::from_code(&row.state).ok_or(ListError::NotFound)?;
    if !state.is_editable() {
        return Err(ListError::NotInThisState(state));
    }
    if row.rev != rev {
        return Err(ListError::Stale);
    }
    let row = filled(row, draft)?;
    save(tx, actor, row, "changed").await
}

fn filled(row: entry::Model, draft: &EntryDraft) -> Result<entry::Model, ListError> {
    let whole = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let windows: Vec<String> = draft.windows.iter().map(ToString::to_string).collect();
    let words = [&draft.title, &draft.detail, &draft.note];
    let money = words.iter().any(|words| flags::cash_word(words).is_some());
    let state = if money {
        EntryState::Flagged
    } else {
        EntryState::Submitted
    };
    Ok(entry::Model {
        type_code: draft.service.code.clone(),
        area: draft.service.area.clone(),
        title: draft.title.clone(),
        detail: draft.detail.clone(),
        quantity: whole(draft.quantity),
        smallest: whole(draft.smallest),
        measure: draft
            .service
            .measure
            .map_or("", |measure| measure.id())
            .to_owned(),
        windows: text(&windows)?,
        from_day: draft.from.to_string(),
        until_day: draft.until.to_string(),
        reach: text(&draft.reach)?,
        audience: draft.audience.codes().join(","),
        language: draft.language.map(|language| language.code().to_owned()),
        place: draft.place.clone(),
        priority: i32::from(draft.priority),
        beneficiaries: draft.beneficiaries.map(whole),
        note: draft.note.clone(),
        state: state.code().to_owned(),
        reason: None,
        ..row
    })
}

/// A cadre puts an offer or need on the list.
///
/// # Errors
/// As [`change_entry`].
pub async fn verify(tx: &Tx, actor: &Actor, kind: Kind, number: i32) -> Result<(), ListError> {
    act(tx, actor, kind, number, EntryAct::Verify, None, "verified").await
}

/// A cadre sends an offer or need back with a reason its owner sees.
///
/// # Errors
/// As [`change_entry`].
pub async fn return_for_correction(
    tx: &Tx,
    actor: &Actor,
    kind: Kind,
    number: i32,
    reason: &str,
) -> Result<(), ListError> {
    act(
        tx,
        actor,
        kind,
        number,
        EntryAct::Return,
        Some(reason.to_owned()),
        "returned",
    )
    .await
}

/// The owner takes an offer or need off the list until a day.
///
/// # Errors
/// As [`change_entry`].
pub async fn pause(
    tx: &Tx,
    actor: &Actor,
    kind: Kind,
    number: i32,
    until: CivilDate,
) -> Result<(), ListError> {
    let mut row = moved(tx, actor, kind, number, EntryAct::Pause).await?;
    row.paused_until = Some(until.to_string());
    save(tx, actor, row, "paused").await
}

/// The owner puts a paused offer or need back.
///
/// # Errors
/// As [`change_entry`].
pub async fn resume(tx: &Tx, actor: &Actor, kind: Kind, number: i32) -> Result<(), ListError> {
    let mut row = moved(tx, actor, kind, number, EntryAct::Resume).await?;
    row.paused_until = None;
    save(tx, actor, row, "resumed").await
}

/// The owner takes an offer or need back.
///
/// # Errors
/// As [`change_entry`].
pub async fn withdraw(tx: &Tx, actor: &Actor, kind: Kind, number: i32) -> Result<(), ListError> {
    act(tx, actor, kind, number, EntryAct::Withdraw, None, "withdrawn").await
}

/// Puts everything that waits on the list: offers and needs, of one party if named. Gives how many.
///
/// # Errors
/// [`ListError::StreetNotOpen`], what database and log refuse.
pub async fn verify_all(tx: &Tx, actor: &Actor, party: Option<Id<Party>>) -> Result<u64, ListError> {
    let scope = crate::kernel::scope::Scope {
        party: party.or(actor.scope.party),
        ..actor.scope
    };
    let mut count = 0;
    for kind in [Kind::Offer, Kind::Need] {
        let mut rows = query::rows_in_state(tx.db(), scope, kind, EntryState::Submitted).await?;
        if rows.is_empty() {
            continue;
        }
        let at = tx.now().get();
        for row in &mut rows {
            EntryState::Listed.code().clone_into(&mut row.state);
            row.changed = at;
            row.rev += 1;
        }
        let moved = store::move_all(
            tx.db(),
            scope,
            kind,
            EntryState::Submitted,
            EntryState::Listed,
            at,
        )
        .await?;
        leaf(tx, actor, &rows, "verified").await?;
        count += moved;
    }
    Ok(count)
}

async fn find(tx: &Tx, actor: &Actor, kind: Kind, number: i32) -> Result<entry::Model, ListError> {
    query::entry_model(tx.db(), actor.scope, kind, number)
        .await?
        .ok_or(ListError::NotFound)
}

async fn moved(
    tx: &Tx,
    actor: &Actor,
    kind: Kind,
    number: i32,
    act: EntryAct,
) -> Result<entry::Model, ListError> {
    let mut row = find(tx, actor, kind, number).await?;
    let state = EntryState::from_code(&row.state).ok_or(ListError::NotFound)?;
    state.after(act)?.code().clone_into(&mut row.state);
    Ok(row)
}

async fn act(
    tx: &Tx,
    actor: &Actor,
    kind: Kind,
    number: i32,
    act: EntryAct,
    reason: Option<String>,
    what: &'static str,
) -> Result<(), ListError> {
    let mut row = moved(tx, actor, kind, number, act).await?;
    row.reason = reason;
    save(tx, actor, row, what).await
}

async fn save(tx: &Tx, actor: &Actor, mut row: entry::Model, what: &'static str) -> Result<(), ListError> {
    row.changed = tx.now().get();
    let told = entry::Model {
        rev: row.rev + 1,
        ..row.clone()
    };
    if !store::save_entry(tx.db(), row).await? {
        return Err(ListError::Stale);
    }
    leaf(tx, actor, std::slice::from_ref(&told), what).await
}

/// One leaf for what was done to offers, or needs, of one kind; the rows are told by facts.
async fn leaf(tx: &Tx, actor: &Actor, rows: &[entry::Model], what: &'static str) -> Result<(), ListError> {
    if !is_street_open(tx.db(), actor.scope).await? {
        return Err(ListError::StreetNotOpen);
    }
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let facts = accept::record(tx, actor, Some(what), rows).await?;
    let kind = if first.kind == Kind::Need.id() {
        "need.changed"
    } else {
        "offer.changed"
    };
    let subject = if rows.len() == 1 {
        Subject::new(&first.kind, first.id)
    } else {
        Subject::new("street", actor.scope.tenant.uuid())
    };
    let data = json!({ "act": what, "count": rows.len(), "facts": facts });
    log::service::append(tx, LeafDraft::by(actor, kind, subject, data)).await?;
    Ok(())
}
