//! Handing an import in: its ready rows become offers and needs.

use serde_json::{Value, json};

use super::answer::{self, open_import};
use super::registers::{self, Keys};
use super::same;
use super::upload::text;
use crate::identity::credential::query::is_street_open;
use crate::identity::party::service as register;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Millis;
use crate::kernel::id::Id;
use crate::kernel::tx::Tx;
use crate::lists::domain::{
    Answers, Audience, Entry, EntryState, ImportState, KeptRow, Kind, Modes, Reach, RowState, TypeTable, fold,
};
use crate::lists::entity::{entry, import_row};
use crate::lists::error::ListError;
use crate::lists::import::field::Field;
use crate::lists::import::outcome::{Draft, Judged};
use crate::lists::query::{self, ImportView};
use crate::lists::store;
use crate::log;
use crate::log::hash::Hash32;
use crate::log::leaf::{LeafDraft, Subject};
use crate::log::replay::words_hash;

/// What handing in came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accepted {
    /// New offers.
    pub offers: usize,
    /// New needs.
    pub needs: usize,
    /// Rows that said what the list says already.
    pub repeated: usize,
}

/// Takes every ready row and what the registers bring. Rows still asked stay open and may follow later; with
/// none left the import is closed.
///
/// # Errors
/// [`ListError::NotFound`], [`ListError::ImportClosed`], [`ListError::NothingReady`],
/// [`ListError::StreetNotOpen`], [`ListError::Stale`], what database and log refuse.
pub async fn accept_import(tx: &Tx, actor: &Actor, number: i32) -> Result<Accepted, ListError> {
    let import = open_import(tx, actor, number).await?;
    if !is_street_open(tx.db(), actor.scope).await? {
        return Err(ListError::StreetNotOpen);
    }
    let ready = query::row_models(tx.db(), actor.scope, import.id, RowState::Ready).await?;
    let fresh = import.accepted.is_none() && !import.told.brings.is_empty();
    if ready.is_empty() && !fresh {
        return Err(ListError::NothingReady);
    }
    let brings = if fresh {
        import.told.brings.clone()
    } else {
        crate::lists::domain::Brings::default()
    };
    let (keys, mut facts) = registers::take(tx, actor, import.cycle, &brings).await?;
    let mut taker = Taker {
        same: same::Known::read(tx.db(), actor.scope, import.cycle).await?,
        types: query::types(tx.db(), actor.scope).await?,
        offers: store::next_number(tx.db(), actor.scope, Kind::Offer).await?,
        needs: store::next_number(tx.db(), actor.scope, Kind::Need).await?,
        keys,
        accepted: Accepted::default(),
        entries: Vec::new(),
    };
    for row in ready {
        taker.row(tx, actor, &import, row).await?;
    }
    let asked = query::row_models(tx.db(), actor.scope, import.id, RowState::Asked).await?;
    let state = if asked.is_empty() {
        ImportState::Accepted
    } else {
        ImportState::Open
    };
    let at = Some(tx.now().get());
    if !store::move_import(
        tx.db(),
        actor.scope,
        import.id.uuid(),
        import.rev,
        state.code(),
        at,
    )
    .await?
    {
        return Err(ListError::Stale);
    }
    let (accepted, entries) = (taker.accepted, taker.entries);
    facts.extend(record(tx, actor, None, &entries).await?);
    store::insert_entries(tx.db(), entries).await?;
    let data = json!({
        "facts": facts,
        "import": import.number,
        "needs": accepted.needs,
        "offers": accepted.offers,
        "registers": import.told.registers.len(),
    });
    let subject = Subject::new("import", import.id.uuid());
    log::service::append(tx, LeafDraft::by(actor, "list.imported", subject, data)).await?;
    Ok(accepted)
}

/// Gives an import up; nothing of it is taken, and the same files may come again.
///
/// # Errors
/// [`ListError::NotFound`], [`ListError::ImportClosed`], [`ListError::Stale`], what the database reports.
pub async fn drop_import(tx: &Tx, actor: &Actor, number: i32) -> Result<(), ListError> {
    let import = open_import(tx, actor, number).await?;
    let state = if import.accepted.is_some() {
        ImportState::Accepted
    } else {
        ImportState::Dropped
    };
    for mut row in query::row_models(tx.db(), actor.scope, import.id, RowState::Asked).await? {
        row.outcome = RowState::Left.code().to_owned();
        store::save_row(tx.db(), row).await?;
    }
    let (id, rev) = (import.id.uuid(), import.rev);
    if store::move_import(
        tx.db(),
        actor.scope,
        id,
        rev,
        state.code(),
        import.accepted.map(Millis::get),
    )
    .await?
    {
        Ok(())
    } else {
        Err(ListError::Stale)
    }
}

struct Taker {
    same: same::Known,
    types: TypeTable,
    offers: i32,
    needs: i32,
    keys: Keys,
    accepted: Accepted,
    entries: Vec<entry::Model>,
}

impl Taker {
    async fn row(
        &mut self,
        tx: &Tx,
        actor: &Actor,
        import: &ImportView,
        mut row: import_row::Model,
    ) -> Result<(), ListError> {
        let kind = if row.kind == Kind::Need.id() {
            Kind::Need
        } else {
            Kind::Offer
        };
        let mut judged: Judged = answer::json(&row.judged)?;
        let party = judged
            .draft
            .party
            .as_ref()
            .and_then(|party| self.keys.party(&party.key));
        let Some(party) = party else {
            return Err(crate::kernel::problem::Problem::internal("a ready row without party").into());
        };
        if let Some(number) = self.same.number(kind, &party.to_string(), &judged.draft) {
            judged.refusals.push(same::refusal(kind, number));
            row.outcome = RowState::Refused.code().to_owned();
            row.judged = text(&judged)?;
            self.accepted.repeated += 1;
            store::save_row(tx.db(), row).await?;
            return Ok(());
        }
        self.keep_alias(tx, actor, &row, party).await?;
        let number = self.next(kind);
        self.same.add(kind, &party.to_string(), &judged.draft, number);
        let id: Id<Entry> = tx.new_id();
        let built = Built {
            id,
            kind,
            number,
            party,
            cycle: import.cycle,
            import: import.id.uuid(),
            at: tx.now().get(),
        };
        self.entries
            .push(entry_row(actor, &built, &judged.draft, &self.types)?);
        row.outcome = RowState::Taken.code().to_owned();
        row.entry = Some(id.uuid());
        store::save_row(tx.db(), row).await?;
        Ok(())
    }

    fn next(&mut self, kind: Kind) -> i32 {
        let (next, count) = match kind {
            Kind::Offer => (&mut self.offers, &mut self.accepted.offers),
            Kind::Need => (&mut self.needs, &mut self.accepted.needs),
        };
        let number = *next;
        *next += 1;
        *count += 1;
        number
    }

    /// S17: a name that a person said belongs to a party needs no question next time.
    async fn keep_alias(
        &self,
        tx: &Tx,
        actor: &Actor,
        row: &import_row::Model,
        party: Id<crate::kernel::id::Party>,
    ) -> Result<(), ListError> {
        let answers: Answers = answer::json(&row.answers)?;
        if !answers.fields.iter().any(|(field, _)| *field == Field::Party) {
            return Ok(());
        }
        if let KeptRow::List { input } = answer::json(&row.input)? {
            let written = [Field::Party, Field::Community]
                .iter()
                .find_map(|field| input.cells.iter().find(|cell| cell.field == *field));
            let name = written.map(|cell| cell.value.shown()).unwrap_or_default();
            if fold(&name).chars().count() > 1 {
                register::add_alias(tx, actor.scope.tenant, party, &name).await?;
            }
        }
        Ok(())
    }
}

struct Built {
    id: Id<Entry>,
    kind: Kind,
    number: i32,
    party: Id<crate::kernel::id::Party>,
    cycle: i16,
    import: uuid::Uuid,
    at: i64,
}

fn entry_row(
    actor: &Actor,
    built: &Built,
    draft: &Draft,
    types: &TypeTable,
) -> Result<entry::Model, ListError> {
    let broken = |what: &str| ListError::from(crate::kernel::problem::Problem::internal(what));
    let found = draft.type_code.as_deref().and_then(|code| types.get(code));
    let found = found
        .filter(|found| !found.cash_like)
        .ok_or_else(|| broken("a ready row without type"))?;
    let measure = found.measure.ok_or_else(|| broken("a type without measure"))?;
    let quantity = draft
        .quantity
        .ok_or_else(|| broken("a ready row without quantity"))?;
    let (from, until) = same::days(draft, built.cycle);
    let (from, until) = from.zip(until).ok_or_else(|| broken("a cycle without days"))?;
    let windows: Vec<String> = draft.windows.iter().map(ToString::to_string).collect();
    let whole = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let audience = Audience::read(&draft.audience).unwrap_or(Audience::ALL);
    let title = if draft.title.chars().count() < 2 {
        found.name(0).to_owned()
    } else {
        draft.title.clone()
    };
    Ok(entry::Model {
        id: built.id.uuid(),
        tenant: actor.scope.tenant.uuid(),
        kind: built.kind.id().to_owned(),
        number: built.number,
        cycle: i32::from(built.cycle),
        party: built.party.uuid(),
        type_code: found.code.clone(),
        area: found.area.clone(),
        title,
        detail: draft.detail.clone(),
        quantity: whole(quantity),
        smallest: whole(draft.smallest.unwrap_or(1).clamp(1, quantity)),
        measure: measure.id().to_owned(),
        windows: text(&windows)?,
        from_day: from.to_string(),
        until_day: until.to_string(),
        reach: text(&reach(&draft.reach))?,
        audience: audience.codes().join(","),
        language: None,
        place: draft.place.clone(),
        modes: Modes::Both.code().to_owned(),
        priority: i32::from(
            draft
                .priority
                .filter(|priority| (1..=5).contains(priority))
                .unwrap_or(3),
        ),
        beneficiaries: draft.beneficiaries.map(whole),
        level: "community".to_owned(),
        note: draft.note.clone(),
        return_wish: draft.return_wish.clone(),
        state: EntryState::Submitted.code().to_owned(),
        reason: None,
        paused_until: None,
        source: "import".to_owned(),
        import: Some(built.import),
        changed: built.at,
        rev: 1,
    })
}

/// A list's words for how far an offer reaches; the whole street where they say nothing else.
fn reach(written: &str) -> Reach {
    let folded = fold(written);
    let wide = ["全区", "全市", "全县", "区级", "市级", "전구", "district"];
    if wide.iter().any(|word| folded.contains(word)) {
        Reach::District
    } else {
        Reach::Street
    }
}

/// Offers and needs as they stand now, as facts the log names; `act` says what was done to them.
pub(super) async fn record(
    tx: &Tx,
    actor: &Actor,
    act: Option<&'static str>,
    entries: &[entry::Model],
) -> Result<Vec<Hash32>, ListError> {
    let head = match act {
        Some(act) => json!({ "act": act, "schema": "gongjian.list/1" }),
        None => json!({ "schema": "gongjian.list/1" }),
    };
    let rows = entries.iter().map(fact_row).collect();
    Ok(log::service::record_rows(tx, actor.scope.tenant, &head, rows).await?)
}

/// An offer or need as a fact tells it: ids, codes and numbers; free words only by the title, and by hashes.
fn fact_row(row: &entry::Model) -> Value {
    let id = row.id.to_string();
    let hash = |column, words: &str| words_hash(&id, column, words);
    json!({
        "area": row.area,
        "audience": row.audience,
        "beneficiaries": row.beneficiaries,
        "changed": row.changed,
        "cycle": row.cycle,
        "detail": hash("detail", &row.detail),
        "from": row.from_day,
        "id": id,
        "import": row.import,
        "kind": row.kind,
        "language": row.language,
        "level": row.level,
        "measure": row.measure,
        "modes": row.modes,
        "note": hash("note", &row.note),
        "number": row.number,
        "party": row.party,
        "paused_until": row.paused_until,
        "place": hash("place", &row.place),
        "priority": row.priority,
        "quantity": row.quantity,
        "reach": row.reach,
        "reason": row.reason.as_deref().map(|reason| hash("reason", reason)),
        "return_wish": hash("return_wish", &row.return_wish),
        "rev": row.rev,
        "smallest": row.smallest,
        "source": row.source,
        "state": row.state,
        "title": row.title,
        "type": row.type_code,
        "until": row.until_day,
        "windows": row.windows,
    })
}
