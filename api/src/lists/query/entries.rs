//! Reading offers, needs, service types, carry-in.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::identity::party::query as register;
use crate::kernel::cursor::After;
use crate::kernel::id::{Id, Party};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::lists::domain::{
    Audience, Entry, EntryState, EntryView, Kind, Measure, Modes, Reach, ServiceLanguage, TypeTable,
};
use crate::lists::entity::{carry, entry, service_type};
use crate::lists::import::party::PartyEntry;

/// What a list of offers or needs is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Words in the title or detail.
    pub words: String,
    /// One state.
    pub state: Option<EntryState>,
    /// One area, `A2`.
    pub area: String,
    /// One service type.
    pub type_code: String,
    /// One party.
    pub party: Option<Id<Party>>,
}

/// A page of a list.
#[derive(Debug, Clone, Default)]
pub struct EntryPage {
    /// The rows.
    pub rows: Vec<EntryView>,
    /// Rows that meet the conditions, on all pages.
    pub count: u64,
    /// After which row the next page begins.
    pub next: Option<After>,
}

/// The orders of a list: the key in the address; `number` is the list's own.
pub const SORTS: [&str; 4] = ["number", "title", "quantity", "until"];

fn narrowed(scope: Scope, kind: Kind, filter: &EntryFilter) -> Select<entry::Entity> {
    let mut find = entry::Entity::find()
        .filter(entry::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(entry::Column::Kind.eq(kind.id()));
    if let Some(own) = scope.party.or(filter.party) {
        find = find.filter(entry::Column::Party.eq(own.uuid()));
    }
    if let Some(state) = filter.state {
        find = find.filter(entry::Column::State.eq(state.code()));
    }
    if !filter.area.is_empty() {
        find = find.filter(entry::Column::Area.eq(filter.area.as_str()));
    }
    if !filter.type_code.is_empty() {
        find = find.filter(entry::Column::TypeCode.eq(filter.type_code.as_str()));
    }
    if !filter.words.trim().is_empty() {
        let words = filter.words.trim();
        let either = Condition::any()
            .add(entry::Column::Title.contains(words))
            .add(entry::Column::Detail.contains(words));
        find = find.filter(either);
    }
    find
}

fn column(sort: &str) -> (entry::Column, Order) {
    let (key, order) = match sort.strip_prefix('-') {
        Some(key) => (key, Order::Desc),
        None => (sort, Order::Asc),
    };
    let column = match key {
        "title" => entry::Column::Title,
        "quantity" => entry::Column::Quantity,
        "until" => entry::Column::UntilDay,
        _ => entry::Column::Number,
    };
    (column, order)
}

fn sort_value(row: &entry::Model, column: entry::Column) -> String {
    match column {
        entry::Column::Title => row.title.clone(),
        entry::Column::Quantity => row.quantity.to_string(),
        entry::Column::UntilDay => row.until_day.clone(),
        _ => row.number.to_string(),
    }
}

/// A page of offers or needs, ordered by `sort` (one of [`SORTS`], `-` before it when falling), then by id.
///
/// # Errors
/// What the database reports.
pub async fn entries(
    db: &impl ConnectionTrait,
    scope: Scope,
    kind: Kind,
    filter: &EntryFilter,
    sort: &str,
    after: Option<&After>,
    size: usize,
) -> Result<EntryPage, DbErr> {
    let find = narrowed(scope, kind, filter);
    let count = find.clone().count(db).await?;
    let (column, order) = column(sort);
    let mut page = find
        .order_by(column, order.clone())
        .order_by(entry::Column::Id, order.clone());
    if let Some(after) = after {
        page = page.filter(behind(column, &order, after));
    }
    let most = u64::try_from(size).unwrap_or(u64::MAX).saturating_add(1);
    let mut rows = page.limit(most).all(db).await?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|last| After {
        sort: sort_value(last, column),
        id: last.id,
    });
    Ok(EntryPage {
        rows: rows.into_iter().filter_map(view).collect(),
        count,
        next,
    })
}

/// Rows behind a place: a greater sort value, or the same with a greater id.
fn behind(column: entry::Column, order: &Order, after: &After) -> Condition {
    let numeric = matches!(column, entry::Column::Quantity | entry::Column::Number);
    let value: sea_orm::Value = if numeric {
        after.sort.parse::<i32>().unwrap_or(0).into()
    } else {
        after.sort.clone().into()
    };
    let own = || Expr::col((entry::Entity, column));
    let id = || Expr::col((entry::Entity, entry::Column::Id));
    let (past, past_id) = match order {
        Order::Desc => (own().lt(value.clone()), id().lt(after.id)),
        _ => (own().gt(value.clone()), id().gt(after.id)),
    };
    Condition::any()
        .add(past)
        .add(Condition::all().add(own().eq(value)).add(past_id))
}

/// Everything that meets the conditions, for a file; at most `most` rows.
///
/// # Errors
/// What the database reports.
pub async fn exported(
    db: &impl ConnectionTrait,
    scope: Scope,
    kind: Kind,
    filter: &EntryFilter,
    sort: &str,
    most: u64,
) -> Result<Vec<EntryView>, DbErr> {
    let (column, order) = column(sort);
    let rows = narrowed(scope, kind, filter)
        .order_by(column, order.clone())
        .order_by(entry::Column::Id, order)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(view).collect())
}

/// The offers or needs that stand on the list of a year: what matching works on. By number.
///
/// # Errors
/// What the database reports.
pub async fn listed(
    db: &impl ConnectionTrait,
    scope: Scope,
    kind: Kind,
    cycle: i16,
) -> Result<Vec<EntryView>, DbErr> {
    let filter = EntryFilter {
        state: Some(EntryState::Listed),
        ..EntryFilter::default()
    };
    let rows = narrowed(scope, kind, &filter)
        .filter(entry::Column::Cycle.eq(i32::from(cycle)))
        .order_by_asc(entry::Column::Number)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(view).collect())
}

/// Every offer or need of a year, whatever its state. By number.
///
/// # Errors
/// What the database reports.
pub async fn of_cycle(
    db: &impl ConnectionTrait,
    scope: Scope,
    kind: Kind,
    cycle: i16,
) -> Result<Vec<EntryView>, DbErr> {
    let rows = narrowed(scope, kind, &EntryFilter::default())
        .filter(entry::Column::Cycle.eq(i32::from(cycle)))
        .order_by_asc(entry::Column::Number)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(view).collect())
}

/// One offer or need.
///
/// # Errors
/// `not-found`, or what the database reports.
pub async fn entry(db: &impl ConnectionTrait, scope: Scope, id: Id<Entry>) -> Result<EntryView, Problem> {
    entry_row(db, scope, entry::Column::Id.eq(id.uuid()))
        .await?
        .and_then(view)
        .ok_or_else(Problem::not_found)
}

/// One offer or need by the number people say.
///
/// # Errors
/// `not-found`, or what the database reports.
pub async fn entry_numbered(
    db: &impl ConnectionTrait,
    scope: Scope,
    kind: Kind,
    number: i32,
) -> Result<EntryView, Problem> {
    let wanted = entry::Column::Kind
        .eq(kind.id())
        .and(entry::Column::Number.eq(number));
    entry_row(db, scope, wanted)
        .await?
        .and_then(view)
        .ok_or_else(Problem::not_found)
}

/// Several by id, in no order; those not there are left out.
///
/// # Errors
/// What the database reports.
pub async fn entries_by_id(
    db: &impl ConnectionTrait,
    scope: Scope,
    ids: &[Id<Entry>],
) -> Result<Vec<EntryView>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let rows = entry::Entity::find()
            .filter(entry::Column::Tenant.eq(scope.tenant.uuid()))
            .filter(entry::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .all(db)
            .await?;
        found.extend(rows.into_iter().filter_map(view));
    }
    Ok(found)
}

async fn entry_row(
    db: &impl ConnectionTrait,
    scope: Scope,
    wanted: Expr,
) -> Result<Option<entry::Model>, DbErr> {
    let mut find = entry::Entity::find()
        .filter(entry::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(wanted);
    if let Some(own) = scope.party {
        find = find.filter(entry::Column::Party.eq(own.uuid()));
    }
    find.one(db).await
}

/// One offer or need as it is kept.
pub(in crate::lists) async fn entry_model(
    db: &impl ConnectionTrait,
    scope: Scope,
    kind: Kind,
    number: i32,
) -> Result<Option<entry::Model>, DbErr> {
    let wanted = entry::Column::Kind
        .eq(kind.id())
        .and(entry::Column::Number.eq(number));
    entry_row(db, scope, wanted).await
}

/// All of a state as they are kept, by number.
pub(in crate::lists) async fn rows_in_state(
    db: &impl ConnectionTrait,
    scope: Scope,
    kind: Kind,
    state: EntryState,
) -> Result<Vec<entry::Model>, DbErr> {
    let filter = EntryFilter {
        state: Some(state),
        ..EntryFilter::default()
    };
    narrowed(scope, kind, &filter)
        .order_by_asc(entry::Column::Number)
        .all(db)
        .await
}

fn view(row: entry::Model) -> Option<EntryView> {
    let windows: Vec<String> = serde_json::from_str(&row.windows).ok()?;
    Some(EntryView {
        id: Id::from_uuid(row.id),
        kind: if row.kind == Kind::Need.id() {
            Kind::Need
        } else {
            Kind::Offer
        },
        number: row.number,
        cycle: i16::try_from(row.cycle).ok()?,
        party: Id::from_uuid(row.party),
        type_code: row.type_code,
        area: row.area,
        title: row.title,
        detail: row.detail,
        quantity: u32::try_from(row.quantity).ok()?,
        smallest: u32::try_from(row.smallest).ok()?,
        measure: Measure::from_id(&row.measure)?,
        windows: windows.iter().filter_map(|window| window.parse().ok()).collect(),
        from: row.from_day.parse().ok()?,
        until: row.until_day.parse().ok()?,
        reach: serde_json::from_str(&row.reach).unwrap_or(Reach::Street),
        audience: Audience::of(row.audience.split(',')),
        language: row.language.as_deref().and_then(ServiceLanguage::from_code),
        place: row.place,
        modes: Modes::from_code(&row.modes),
        priority: u8::try_from(row.priority).unwrap_or(3),
        beneficiaries: row.beneficiaries.and_then(|number| u32::try_from(number).ok()),
        note: row.note,
        state: EntryState::from_code(&row.state)?,
        reason: row.reason,
        rev: row.rev,
    })
}

/// The tenant's service types; the built-in ones if it brought none of its own.
///
/// # Errors
/// What the database reports.
pub async fn types(db: &impl ConnectionTrait, scope: Scope) -> Result<TypeTable, DbErr> {
    let rows = service_type::Entity::find()
        .filter(service_type::Column::Tenant.eq(scope.tenant.uuid()))
        .all(db)
        .await?;
    let built_in = TypeTable::built_in();
    if rows.is_empty() {
        return Ok(built_in);
    }
    let rows = rows.into_iter().map(|row| {
        [
            ("code", row.code),
            ("zh", row.zh),
            ("ko", row.ko),
            ("en", row.en),
            ("area", row.area),
            ("direction", row.direction),
            ("measure", row.measure),
            ("measure_aliases", row.measure_words),
            ("typical_from", row.typical_from.to_string()),
            ("typical_to", row.typical_to.to_string()),
            ("notes", row.notes),
            ("worth_micro", row.worth_micro.to_string()),
            ("cash_like", u8::from(row.cash_like).to_string()),
            ("synonyms", row.synonyms),
        ]
        .into_iter()
        .map(|(head, cell)| (head.to_owned(), cell))
        .collect()
    });
    Ok(built_in.completing(TypeTable::from_rows(rows).0))
}

/// What each party carries into a year, in millionths of a point; parties that carry nothing are left out.
///
/// # Errors
/// What the database reports.
pub async fn carry_in(
    db: &impl ConnectionTrait,
    scope: Scope,
    cycle: i16,
) -> Result<BTreeMap<Id<Party>, i64>, DbErr> {
    let rows = carry::Entity::find()
        .filter(carry::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(carry::Column::Cycle.eq(i32::from(cycle)))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (Id::from_uuid(row.party), row.given - row.received))
        .collect())
}

/// The tenant's register of parties, as rows are resolved against it.
pub(in crate::lists) async fn register_entries(
    db: &impl ConnectionTrait,
    scope: Scope,
) -> Result<Vec<PartyEntry>, DbErr> {
    let all = Scope::tenant(scope.tenant);
    let parties = register::all(db, all).await?;
    let mut aliases: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (alias, party) in register::aliases(db, all).await? {
        aliases.entry(party.uuid()).or_default().push(alias);
    }
    let names: HashMap<Uuid, String> = parties
        .iter()
        .map(|party| (party.id.uuid(), party.name.clone()))
        .collect();
    let entries = parties.into_iter().map(|party| {
        let mut other = aliases.remove(&party.id.uuid()).unwrap_or_default();
        other.extend(party.organisation_name);
        other.extend(party.name_ko);
        PartyEntry {
            key: party.id.to_string(),
            community: party
                .community
                .and_then(|id| names.get(&id.uuid()).cloned())
                .unwrap_or_default(),
            kind: party.kind.code().to_owned(),
            unit_kind: party.unit_kind.unwrap_or_default(),
            households: party.households.and_then(|number| u32::try_from(number).ok()),
            capacity: u32::try_from(party.max_agreements).ok(),
            credit_code: party.credit_code,
            aliases: other,
            name: party.name,
        }
    });
    Ok(entries.collect())
}
