//! Reading people.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::identity::entity::{membership, person};
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::id::{Id, Party, Person, Tenant};
use crate::kernel::scope::Scope;

/// A person as pages show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonView {
    /// Their id.
    pub id: Id<Person>,
    /// The tenant they work in.
    pub tenant: Id<Tenant>,
    /// Their login.
    pub login: String,
    /// Their name; empty once erased.
    pub name: String,
    /// Their title.
    pub title: String,
    /// Preferred language tag.
    pub locale: String,
    /// Preferred text size, 0–2.
    pub text_size: u8,
    /// Whether they have chosen a password.
    pub has_password: bool,
    /// Their roles.
    pub memberships: Vec<MembershipView>,
}

/// A role a person holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipView {
    /// The membership's id, which log leaves name.
    pub id: Uuid,
    /// The role.
    pub role: Role,
    /// The party it belongs to.
    pub party: Option<Id<Party>>,
}

impl PersonView {
    /// The person as an actor, once for each role.
    #[must_use]
    pub fn actors(&self) -> Vec<Actor> {
        self.memberships.iter().map(|held| self.actor(held)).collect()
    }

    /// The person acting in one of their roles. Roles of a party see that party's share; the street's own see
    /// the whole tenant.
    #[must_use]
    pub fn actor(&self, held: &MembershipView) -> Actor {
        let scope = match (held.role, held.party) {
            (Role::UnitLiaison | Role::UnitSigner | Role::CommunitySecretary, Some(party)) => {
                Scope::party(self.tenant, party)
            }
            _ => Scope::tenant(self.tenant),
        };
        let who = Who::Person {
            person: self.id,
            membership: held.id,
            role: held.role,
            party: held.party,
        };
        Actor { who, scope }
    }
}

/// The person a session belongs to, wherever they work.
///
/// # Errors
/// What the database reports.
pub async fn by_session(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<PersonView>, DbErr> {
    let row = person::Entity::find_by_id(id)
        .filter(person::Column::Status.eq("active"))
        .one(db)
        .await?;
    match row {
        Some(row) => view(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// Whose login this is, wherever they work: logins are unique over all tenants.
///
/// # Errors
/// What the database reports.
pub(in crate::identity) async fn by_login(
    db: &impl ConnectionTrait,
    login: &str,
) -> Result<Option<PersonView>, DbErr> {
    let row = person::Entity::find()
        .filter(person::Column::Login.eq(login))
        .one(db)
        .await?;
    match row {
        Some(row) => view(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// Everybody who holds a role at a party, by login.
///
/// # Errors
/// What the database reports.
pub async fn at_party(
    db: &impl ConnectionTrait,
    scope: Scope,
    party: Id<Party>,
) -> Result<Vec<PersonView>, DbErr> {
    let held = membership::Entity::find()
        .filter(membership::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(membership::Column::Party.eq(party.uuid()))
        .filter(membership::Column::Until.is_null())
        .all(db)
        .await?;
    views(db, scope, held).await
}

/// One person of the tenant.
///
/// # Errors
/// What the database reports.
pub async fn find(
    db: &impl ConnectionTrait,
    scope: Scope,
    id: Id<Person>,
) -> Result<Option<PersonView>, DbErr> {
    let row = person::Entity::find_by_id(id.uuid())
        .filter(person::Column::Tenant.eq(scope.tenant.uuid()))
        .one(db)
        .await?;
    match row {
        Some(row) => view(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// Everybody of the tenant who holds `role`, by login.
///
/// # Errors
/// What the database reports.
pub async fn with_role(
    db: &impl ConnectionTrait,
    scope: Scope,
    role: Role,
) -> Result<Vec<PersonView>, DbErr> {
    let held = membership::Entity::find()
        .filter(membership::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(membership::Column::Role.eq(role.code()))
        .filter(membership::Column::Until.is_null())
        .all(db)
        .await?;
    views(db, scope, held).await
}

async fn views(
    db: &impl ConnectionTrait,
    scope: Scope,
    held: Vec<membership::Model>,
) -> Result<Vec<PersonView>, DbErr> {
    let ids: Vec<Uuid> = held.into_iter().map(|m| m.person).collect();
    let rows = person::Entity::find()
        .filter(person::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(person::Column::Id.is_in(ids))
        .order_by_asc(person::Column::Login)
        .all(db)
        .await?;
    let mut people = Vec::with_capacity(rows.len());
    for row in rows {
        people.push(view(db, row).await?);
    }
    Ok(people)
}

async fn view(db: &impl ConnectionTrait, row: person::Model) -> Result<PersonView, DbErr> {
    let held = membership::Entity::find()
        .filter(membership::Column::Tenant.eq(row.tenant))
        .filter(membership::Column::Person.eq(row.id))
        .filter(membership::Column::Until.is_null())
        .order_by_asc(membership::Column::Id)
        .all(db)
        .await?;
    let memberships = held
        .into_iter()
        .filter_map(|m| {
            Some(MembershipView {
                id: m.id,
                role: Role::from_code(&m.role)?,
                party: m.party.map(Id::from_uuid),
            })
        })
        .collect();
    Ok(PersonView {
        id: Id::from_uuid(row.id),
        tenant: Id::from_uuid(row.tenant),
        has_password: row.password_hash.is_some(),
        login: row.login,
        name: row.name.unwrap_or_default(),
        title: row.title.unwrap_or_default(),
        locale: row.locale,
        text_size: u8::try_from(row.text_size.clamp(0, 2)).unwrap_or(0),
        memberships,
    })
}

/// Every role held in the tenant, as stored.
///
/// # Errors
/// What the database reports.
pub(in crate::identity) async fn memberships(
    db: &impl ConnectionTrait,
    scope: Scope,
) -> Result<Vec<membership::Model>, DbErr> {
    membership::Entity::find()
        .filter(membership::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(membership::Column::Until.is_null())
        .order_by_asc(membership::Column::Id)
        .all(db)
        .await
}
