//! Reading parties.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Value,
};

use super::domain::{PartyKind, PartyView, normalised};
use crate::identity::entity::{party, party_alias, tenant};
use crate::kernel::cursor::After;
use crate::kernel::id::{Id, Party, Tenant};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;

/// A tenant as pages and papers name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantView {
    /// Its id.
    pub id: Id<Tenant>,
    /// Part of addresses, `jinghe`.
    pub slug: String,
    /// The street's full name.
    pub name: String,
    /// The name used in agreement numbers, `珲靖`.
    pub short: String,
    /// Origin of its log.
    pub log_origin: String,
}

/// The tenant of a scope.
///
/// # Errors
/// `not-found`, or what the database reports.
pub async fn tenant(db: &impl ConnectionTrait, scope: Scope) -> Result<TenantView, Problem> {
    let row = tenant::Entity::find_by_id(scope.tenant.uuid())
        .one(db)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(tenant_view(row))
}

/// Every tenant; for jobs, which belong to none.
///
/// # Errors
/// What the database reports.
pub async fn all_tenants(db: &impl ConnectionTrait) -> Result<Vec<TenantView>, DbErr> {
    let rows = tenant::Entity::find()
        .order_by_asc(tenant::Column::Slug)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(tenant_view).collect())
}

fn tenant_view(row: tenant::Model) -> TenantView {
    let settings: serde_json::Value = serde_json::from_str(&row.settings).unwrap_or_default();
    let short = settings["short"].as_str().unwrap_or(&row.name).to_owned();
    TenantView {
        id: Id::from_uuid(row.id),
        slug: row.slug,
        name: row.name,
        short,
        log_origin: row.log_origin,
    }
}

/// All parties of a scope by kind and name; one alone if the scope is a party's.
///
/// # Errors
/// What the database reports.
pub async fn all(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<PartyView>, DbErr> {
    let mut find = party::Entity::find().filter(party::Column::Tenant.eq(scope.tenant.uuid()));
    if let Some(own) = scope.party {
        find = find.filter(party::Column::Id.eq(own.uuid()));
    }
    let rows = find
        .order_by_asc(party::Column::Kind)
        .order_by_asc(party::Column::Name)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(view).collect())
}

/// One party of the tenant.
///
/// # Errors
/// `not-found`, or what the database reports.
pub async fn find(db: &impl ConnectionTrait, scope: Scope, id: Id<Party>) -> Result<PartyView, Problem> {
    party::Entity::find_by_id(id.uuid())
        .filter(party::Column::Tenant.eq(scope.tenant.uuid()))
        .one(db)
        .await?
        .and_then(view)
        .ok_or_else(Problem::not_found)
}

/// The party of this number.
///
/// # Errors
/// `not-found`, or what the database reports.
pub async fn by_number(db: &impl ConnectionTrait, scope: Scope, number: i32) -> Result<PartyView, Problem> {
    party::Entity::find()
        .filter(party::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(party::Column::Number.eq(number))
        .one(db)
        .await?
        .and_then(view)
        .ok_or_else(Problem::not_found)
}

/// Which parties a list shows.
#[derive(Debug, Clone, Default)]
pub struct PartyFilter {
    /// Part of a name or of another name.
    pub text: String,
    /// Side.
    pub kind: Option<PartyKind>,
    /// Kind of unit.
    pub unit_kind: Option<String>,
    /// The community it is or lies in.
    pub community: Option<Id<Party>>,
}

/// Orders of the list of parties.
pub const SORTS: [&str; 2] = ["number", "name"];

/// A page of the register.
#[derive(Debug, Clone)]
pub struct PartyPage {
    /// The rows.
    pub rows: Vec<PartyView>,
    /// Rows on all pages.
    pub count: u64,
    /// Where the next page begins.
    pub next: Option<After>,
}

fn narrowed(scope: Scope, filter: &PartyFilter) -> Select<party::Entity> {
    let mut find = party::Entity::find().filter(party::Column::Tenant.eq(scope.tenant.uuid()));
    if let Some(kind) = filter.kind {
        find = find.filter(party::Column::Kind.eq(kind.code()));
    }
    if let Some(unit_kind) = &filter.unit_kind {
        find = find.filter(party::Column::UnitKind.eq(unit_kind.as_str()));
    }
    if let Some(community) = filter.community {
        find = find.filter(
            Condition::any()
                .add(party::Column::Community.eq(community.uuid()))
                .add(party::Column::Id.eq(community.uuid())),
        );
    }
    let text = filter.text.trim();
    if !text.is_empty() {
        let alias = party_alias::Entity::find()
            .select_only()
            .column(party_alias::Column::Party)
            .filter(party_alias::Column::Tenant.eq(scope.tenant.uuid()))
            .filter(party_alias::Column::Alias.contains(normalised(text)));
        find = find.filter(
            Condition::any()
                .add(party::Column::Name.contains(text))
                .add(party::Column::OrganisationName.contains(text))
                .add(party::Column::NameKo.contains(text))
                .add(party::Column::Id.in_subquery(alias.into_query())),
        );
    }
    find
}

/// A page of the register, ordered by `sort` (one of [`SORTS`], `-` before it when falling), then by id.
///
/// # Errors
/// What the database reports.
pub async fn page(
    db: &impl ConnectionTrait,
    scope: Scope,
    filter: &PartyFilter,
    sort: &str,
    after: Option<&After>,
    size: usize,
) -> Result<PartyPage, DbErr> {
    let by_name = sort.trim_start_matches('-') == "name";
    let order = if sort.starts_with('-') {
        Order::Desc
    } else {
        Order::Asc
    };
    let column = if by_name {
        party::Column::Name
    } else {
        party::Column::Number
    };
    let find = narrowed(scope, filter);
    let count = find.clone().count(db).await?;
    let mut page = find
        .order_by(column, order.clone())
        .order_by(party::Column::Id, order.clone());
    if let Some(after) = after {
        page = page.filter(behind(by_name, &order, after));
    }
    let most = u64::try_from(size).unwrap_or(u64::MAX).saturating_add(1);
    let mut rows = page.limit(most).all(db).await?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|last| After {
        sort: if by_name {
            last.name.clone()
        } else {
            last.number.to_string()
        },
        id: last.id,
    });
    Ok(PartyPage {
        rows: rows.into_iter().filter_map(view).collect(),
        count,
        next,
    })
}

fn behind(by_name: bool, order: &Order, after: &After) -> Condition {
    let value: Value = if by_name {
        after.sort.clone().into()
    } else {
        after.sort.parse::<i32>().unwrap_or(0).into()
    };
    let column = if by_name {
        party::Column::Name
    } else {
        party::Column::Number
    };
    let (beyond, tie) = if matches!(order, Order::Desc) {
        (column.lt(value.clone()), party::Column::Id.lt(after.id))
    } else {
        (column.gt(value.clone()), party::Column::Id.gt(after.id))
    };
    let same = Condition::all().add(column.eq(value)).add(tie);
    Condition::any().add(beyond).add(same)
}

/// Other names of one party, as they were written.
///
/// # Errors
/// What the database reports.
pub async fn aliases_of(
    db: &impl ConnectionTrait,
    scope: Scope,
    party: Id<Party>,
) -> Result<Vec<String>, DbErr> {
    let rows = party_alias::Entity::find()
        .filter(party_alias::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(party_alias::Column::Party.eq(party.uuid()))
        .order_by_asc(party_alias::Column::Spelling)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.spelling).collect())
}

/// Every other name of the tenant's parties, normalised.
///
/// # Errors
/// What the database reports.
pub async fn aliases(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<(String, Id<Party>)>, DbErr> {
    let rows = party_alias::Entity::find()
        .filter(party_alias::Column::Tenant.eq(scope.tenant.uuid()))
        .order_by_asc(party_alias::Column::Alias)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.alias, Id::from_uuid(row.party)))
        .collect())
}

/// The party with this registered name or alias, however blanks and brackets are written.
///
/// # Errors
/// What the database reports.
pub async fn by_name(
    db: &impl ConnectionTrait,
    scope: Scope,
    name: &str,
) -> Result<Option<Id<Party>>, DbErr> {
    let wanted = normalised(name);
    let exact = all(db, Scope::tenant(scope.tenant)).await?;
    if let Some(found) = exact.iter().find(|p| normalised(&p.name) == wanted) {
        return Ok(Some(found.id));
    }
    Ok(aliases(db, scope)
        .await?
        .into_iter()
        .find(|(alias, _)| *alias == wanted)
        .map(|(_, id)| id))
}

fn view(row: party::Model) -> Option<PartyView> {
    Some(PartyView {
        id: Id::from_uuid(row.id),
        number: row.number,
        rev: row.rev,
        kind: PartyKind::from_code(&row.kind)?,
        name: row.name,
        organisation_name: row.organisation_name,
        name_ko: row.name_ko,
        unit_kind: row.unit_kind,
        community: row.community.map(Id::from_uuid),
        households: row.households,
        max_agreements: row.max_agreements,
        credit_code: row.credit_code,
        address: row.address,
        contact_title: row.contact_title,
    })
}
