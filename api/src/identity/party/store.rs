//! Writing tenants, parties and their other names.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::domain::{PartyView, normalised};
use super::service::NewTenant;
use crate::identity::entity::{party, party_alias, tenant};
use crate::kernel::id::{Id, Party, Tenant};

pub(super) async fn insert_tenant(
    db: &impl ConnectionTrait,
    id: Id<Tenant>,
    new: &NewTenant,
) -> Result<(), DbErr> {
    let row = tenant::ActiveModel {
        id: Set(id.uuid()),
        slug: Set(new.slug.clone()),
        name: Set(new.name.clone()),
        kind: Set("street".to_owned()),
        parent: Set(None),
        log_origin: Set(new.log_origin.clone()),
        settings: Set(serde_json::json!({ "short": new.short }).to_string()),
    };
    tenant::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The number after the highest one; two at once collide on the unique index and one is run again.
pub(super) async fn next_number(db: &impl ConnectionTrait, tenant: Id<Tenant>) -> Result<i32, DbErr> {
    let highest: Option<Option<i32>> = party::Entity::find()
        .select_only()
        .column_as(party::Column::Number.max(), "highest")
        .filter(party::Column::Tenant.eq(tenant.uuid()))
        .into_tuple()
        .one(db)
        .await?;
    Ok(highest.flatten().unwrap_or(0).saturating_add(1))
}

pub(super) async fn insert(
    db: &impl ConnectionTrait,
    tenant: Id<Tenant>,
    new: &PartyView,
) -> Result<(), DbErr> {
    let row = party::ActiveModel {
        id: Set(new.id.uuid()),
        tenant: Set(tenant.uuid()),
        number: Set(new.number),
        name: Set(new.name.clone()),
        organisation_name: Set(new.organisation_name.clone()),
        name_ko: Set(new.name_ko.clone()),
        kind: Set(new.kind.code().to_owned()),
        unit_kind: Set(new.unit_kind.clone()),
        community: Set(new.community.map(Id::uuid)),
        households: Set(new.households),
        max_agreements: Set(new.max_agreements),
        credit_code: Set(new.credit_code.clone()),
        address: Set(new.address.clone()),
        contact_title: Set(new.contact_title.clone()),
        status: Set("active".to_owned()),
        rev: Set(new.rev),
    };
    party::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Writes a party's new state over revision `rev - 1`; gives the number of rows changed. Its side and its
/// number stay as they are.
pub(super) async fn update(
    db: &impl ConnectionTrait,
    tenant: Id<Tenant>,
    new: &PartyView,
) -> Result<u64, DbErr> {
    let done = party::Entity::update_many()
        .col_expr(party::Column::Name, Expr::value(new.name.clone()))
        .col_expr(
            party::Column::OrganisationName,
            Expr::value(new.organisation_name.clone()),
        )
        .col_expr(party::Column::NameKo, Expr::value(new.name_ko.clone()))
        .col_expr(party::Column::UnitKind, Expr::value(new.unit_kind.clone()))
        .col_expr(party::Column::Community, Expr::value(new.community.map(Id::uuid)))
        .col_expr(party::Column::Households, Expr::value(new.households))
        .col_expr(party::Column::MaxAgreements, Expr::value(new.max_agreements))
        .col_expr(party::Column::CreditCode, Expr::value(new.credit_code.clone()))
        .col_expr(party::Column::Address, Expr::value(new.address.clone()))
        .col_expr(
            party::Column::ContactTitle,
            Expr::value(new.contact_title.clone()),
        )
        .col_expr(party::Column::Rev, Expr::value(new.rev))
        .filter(party::Column::Tenant.eq(tenant.uuid()))
        .filter(party::Column::Id.eq(new.id.uuid()))
        .filter(party::Column::Rev.eq(new.rev - 1))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Adds another name of a party; one that is known already stays as it is.
pub(super) async fn insert_alias(
    db: &impl ConnectionTrait,
    tenant: Id<Tenant>,
    party: Id<Party>,
    alias: &str,
) -> Result<(), DbErr> {
    let row = party_alias::ActiveModel {
        tenant: Set(tenant.uuid()),
        alias: Set(normalised(alias)),
        spelling: Set(alias.trim().to_owned()),
        party: Set(party.uuid()),
    };
    let known = OnConflict::columns([party_alias::Column::Tenant, party_alias::Column::Alias])
        .do_nothing()
        .to_owned();
    party_alias::Entity::insert(row)
        .on_conflict(known)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub(super) async fn delete_aliases(
    db: &impl ConnectionTrait,
    tenant: Id<Tenant>,
    party: Id<Party>,
) -> Result<(), DbErr> {
    party_alias::Entity::delete_many()
        .filter(party_alias::Column::Tenant.eq(tenant.uuid()))
        .filter(party_alias::Column::Party.eq(party.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets the households of a community.
pub(super) async fn set_households(
    db: &impl ConnectionTrait,
    tenant: Id<Tenant>,
    party: Id<Party>,
    households: i64,
) -> Result<(), DbErr> {
    party::Entity::update_many()
        .col_expr(
            party::Column::Households,
            sea_orm::sea_query::Expr::value(households),
        )
        .filter(party::Column::Tenant.eq(tenant.uuid()))
        .filter(party::Column::Id.eq(party.uuid()))
        .exec(db)
        .await?;
    Ok(())
}
