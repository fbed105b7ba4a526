//! Adding people and giving them roles.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::identity::entity::{membership, person};
use crate::kernel::actor::Role;
use crate::kernel::id::{Id, Party, Person, Tenant};
use crate::kernel::problem::Problem;
use crate::kernel::tx::Tx;

/// A person to add.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Login, unique over all tenants.
    pub login: String,
    /// Name.
    pub name: String,
    /// Title in their organisation.
    pub title: String,
    /// PHC string of the password, if they have one already.
    pub password_hash: Option<String>,
    /// Preferred language tag.
    pub locale: String,
}

/// Adds a person without roles.
///
/// # Errors
/// What the database reports; a login twice is a conflict.
pub async fn add(tx: &Tx, tenant: Id<Tenant>, new: &NewPerson) -> Result<Id<Person>, Problem> {
    let id: Id<Person> = tx.new_id();
    let row = person::ActiveModel {
        id: Set(id.uuid()),
        tenant: Set(tenant.uuid()),
        login: Set(new.login.clone()),
        name: Set(Some(new.name.clone())),
        phone: Set(None),
        title: Set(Some(new.title.clone())),
        password_hash: Set(new.password_hash.clone()),
        locale: Set(new.locale.clone()),
        text_size: Set(0),
        status: Set("active".to_owned()),
        failed: Set(0),
        locked_until: Set(None),
    };
    person::Entity::insert(row)
        .exec_without_returning(tx.db())
        .await?;
    Ok(id)
}

/// Gives a person a role, for a party where the role needs one.
///
/// # Errors
/// What the database reports.
pub async fn grant(
    tx: &Tx,
    tenant: Id<Tenant>,
    person: Id<Person>,
    role: Role,
    party: Option<Id<Party>>,
) -> Result<Uuid, Problem> {
    let id = tx.new_id::<Person>().uuid();
    let row = membership::ActiveModel {
        id: Set(id),
        tenant: Set(tenant.uuid()),
        person: Set(person.uuid()),
        party: Set(party.map(Id::uuid)),
        role: Set(role.code().to_owned()),
        since: Set(tx.now().get()),
        until: Set(None),
    };
    membership::Entity::insert(row)
        .exec_without_returning(tx.db())
        .await?;
    Ok(id)
}

/// Keeps a person's language and text size.
///
/// # Errors
/// What the database reports.
pub async fn prefer(
    tx: &Tx,
    person: Id<Person>,
    locale: Option<&str>,
    text_size: Option<u8>,
) -> Result<(), Problem> {
    let mut update = person::Entity::update_many().filter(person::Column::Id.eq(person.uuid()));
    update = match (locale, text_size) {
        (Some(locale), _) => update.col_expr(person::Column::Locale, Expr::value(locale)),
        (None, Some(size)) => update.col_expr(person::Column::TextSize, Expr::value(i32::from(size))),
        (None, None) => return Ok(()),
    };
    update.exec(tx.db()).await?;
    Ok(())
}
