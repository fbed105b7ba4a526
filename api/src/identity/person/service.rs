//! Adding people, giving and taking roles, one-time codes, passwords.

use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::domain::{Login, PersonName, PersonTitle, grantable};
use super::invitation::{self, OneTimeCode};
use super::query::{self, MembershipView, PersonView};
use super::store;
use crate::app::App;
use crate::identity::credential::service as credentials;
use crate::identity::party::domain::{PartyKind, PartyView};
use crate::identity::party::query as parties;
use crate::identity::session::{self, Which};
use crate::identity::{journal, password};
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::id::{Id, Party, Person, Tenant};
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;
use crate::log::leaf::Subject;

/// A person to add while a street is set up, before it has a log.
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
    store::insert(tx.db(), id, tenant, new).await?;
    Ok(id)
}

/// Gives a person a role while a street is set up, for a party where the role needs one.
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
    store::insert_membership(tx.db(), id, (tenant, person), role, party, tx.now()).await?;
    Ok(id)
}

/// Makes a one-time code while a street is set up.
///
/// # Errors
/// What the database reports.
pub async fn first_code(tx: &Tx, tenant: Id<Tenant>, person: Id<Person>) -> Result<OneTimeCode, Problem> {
    invitation::make(tx, tenant, person).await
}

/// Somebody to be given a role at a party.
#[derive(Debug, Clone)]
pub struct Invite {
    /// The login they will use, or use already.
    pub login: Login,
    /// Their name.
    pub name: PersonName,
    /// Their title.
    pub title: PersonTitle,
    /// The roles.
    pub roles: Vec<Role>,
    /// Preferred language tag.
    pub locale: &'static str,
}

/// The role the actor acts in.
fn role_of(actor: &Actor) -> Result<Role, Problem> {
    match &actor.who {
        Who::Person { role, .. } => Ok(*role),
        Who::Client { .. } | Who::System => Err(Problem::new("role-insufficient", 403)),
    }
}

/// Gives somebody roles at a party; adds the person if the login is new.
///
/// # Errors
/// `role-insufficient` for a role the actor may not give; `validation` if the login belongs to somebody of
/// another street; what the log reports.
pub async fn invite(tx: &Tx, actor: &Actor, party: &PartyView, new: &Invite) -> Result<(), Problem> {
    let allowed = grantable(role_of(actor)?, party.kind);
    if new.roles.is_empty() || new.roles.iter().any(|role| !allowed.contains(role)) {
        return Err(Problem::new("role-insufficient", 403));
    }
    let tenant = actor.scope.tenant;
    let known = query::by_login(tx.db(), new.login.as_str()).await?;
    let taken = known
        .as_ref()
        .is_some_and(|person| person.tenant != tenant || person.name != new.name.as_str());
    if taken {
        let fault = Fault::field("login", "login-taken").value(new.login.as_str());
        return Err(Problem::validation(vec![fault]));
    }
    let person = match &known {
        Some(person) => person.id,
        None => {
            let row = NewPerson {
                login: new.login.as_str().to_owned(),
                name: new.name.as_str().to_owned(),
                title: new.title.as_str().to_owned(),
                password_hash: None,
                locale: new.locale.to_owned(),
            };
            add(tx, tenant, &row).await?
        }
    };
    for role in &new.roles {
        let held = known.iter().flat_map(|p| &p.memberships);
        if held.clone().any(|m| m.role == *role && m.party == Some(party.id)) {
            continue;
        }
        let id = grant(tx, tenant, person, *role, Some(party.id)).await?;
        note_role(tx, actor, "role.granted", (id, person), *role, Some(party.id)).await?;
    }
    Ok(())
}

async fn note_role(
    tx: &Tx,
    actor: &Actor,
    kind: &'static str,
    (membership, person): (Uuid, Id<Person>),
    role: Role,
    party: Option<Id<Party>>,
) -> Result<(), Problem> {
    let fact = json!({
        "schema": "gongjian.role/1",
        "membership": membership,
        "person": person,
        "role": role,
        "party": party,
        "held": kind == "role.granted",
        "at": tx.now().get(),
    });
    journal::note(tx, actor, kind, Subject::new("membership", membership), &fact).await
}

/// Takes a role; the person's sessions end, so that no page goes on in it.
///
/// # Errors
/// `not-found`; `role-insufficient` for a role the actor could not give, and for the own; what the log reports.
pub async fn end_role(
    tx: &Tx,
    actor: &Actor,
    person: &PersonView,
    held: &MembershipView,
) -> Result<(), Problem> {
    allowed(tx, actor, person, std::slice::from_ref(held)).await?;
    if store::end_membership(tx.db(), actor.scope.tenant, held.id, tx.now()).await? != 1 {
        return Err(Problem::not_found());
    }
    session::end(tx, person.id, Which::AllBut("")).await?;
    note_role(
        tx,
        actor,
        "role.revoked",
        (held.id, person.id),
        held.role,
        held.party,
    )
    .await
}

/// A one-time code for somebody the registrar has seen. Who has a password already gets it in its place: the
/// password, the sessions and the signing keys of before are good for nothing from then on.
///
/// # Errors
/// `role-insufficient` if the person holds a role the actor could not give; what the log reports.
pub async fn new_code(tx: &Tx, actor: &Actor, person: &PersonView) -> Result<OneTimeCode, Problem> {
    allowed(tx, actor, person, &person.memberships).await?;
    if person.has_password {
        store::set_password(tx.db(), person.id, None).await?;
        session::end(tx, person.id, Which::AllBut("")).await?;
        credentials::revoke_all(tx, actor, person.id).await?;
        let subject = Subject::new("person", person.id.uuid());
        let at = tx.now().rfc3339();
        let fact = json!({ "schema": "gongjian.recovery/1", "person": person.id, "at": at });
        journal::note(tx, actor, "person.recovered", subject, &fact).await?;
    }
    invitation::make(tx, actor.scope.tenant, person.id).await
}

/// Whether the actor could give every one of these roles, and is not the person.
async fn allowed(
    tx: &Tx,
    actor: &Actor,
    person: &PersonView,
    roles: &[MembershipView],
) -> Result<(), Problem> {
    let by = role_of(actor)?;
    let refused = || Problem::new("role-insufficient", 403);
    if matches!(&actor.who, Who::Person { person: own, .. } if *own == person.id) {
        return Err(refused());
    }
    for held in roles {
        let at = match held.party {
            Some(party) => {
                parties::find(tx.db(), Scope::tenant(actor.scope.tenant), party)
                    .await?
                    .kind
            }
            None => PartyKind::District,
        };
        if !grantable(by, at).contains(&held.role) {
            return Err(refused());
        }
    }
    Ok(())
}

/// The hash of a chosen password under a fresh salt.
///
/// # Errors
/// `internal` if the work could not be done.
pub async fn hashed(app: &App, chosen: Zeroizing<String>) -> Result<String, Problem> {
    let mut salt = [0; 16];
    app.db.ids().fill(&mut salt);
    password::hash_aside(chosen, salt, app.config.password_kib).await
}

/// Keeps a password's hash.
///
/// # Errors
/// What the database reports.
pub async fn set_password(tx: &Tx, person: Id<Person>, hash: &str) -> Result<(), Problem> {
    Ok(store::set_password(tx.db(), person, Some(hash)).await?)
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
    Ok(store::set_preferences(tx.db(), person, locale, text_size).await?)
}
