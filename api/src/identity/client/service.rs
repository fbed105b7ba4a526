//! Registering, changing and ending connected systems.

use serde_json::json;

use super::domain::{ClientKeys, ClientName, ClientView};
use super::{query, store};
use crate::identity::journal;
use crate::identity::party::query as parties;
use crate::identity::role::Act;
use crate::kernel::actor::Actor;
use crate::kernel::id::{Id, Party};
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;
use crate::log::leaf::Subject;

/// What an administrator says about a system.
#[derive(Debug, Clone)]
pub struct ClientChange {
    /// Its name for people.
    pub name: ClientName,
    /// The party it is bound to.
    pub party: Option<Id<Party>>,
    /// What it may do.
    pub acts: Vec<Act>,
    /// Its public keys.
    pub keys: ClientKeys,
}

/// The signs of a system's name in tokens; 20 of them are 100 bits.
const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Registers a system; gives the name it uses in tokens.
///
/// # Errors
/// `validation` if the party is not one of the street; what the log or the database reports.
pub async fn register(tx: &Tx, actor: &Actor, new: &ClientChange) -> Result<String, Problem> {
    check_party(tx, actor, new.party).await?;
    let mut bytes = [0_u8; 20];
    tx.fill(&mut bytes);
    let signs = bytes.iter().filter_map(|b| SIGNS.get(usize::from(b % 32)));
    let cid: String = "gj-".chars().chain(signs.map(|sign| char::from(*sign))).collect();
    let client = ClientView {
        id: tx.new_id(),
        tenant: actor.scope.tenant,
        cid: cid.clone(),
        name: new.name.as_str().to_owned(),
        party: new.party,
        keys: new.keys.clone(),
        acts: new.acts.clone(),
        active: true,
        rev: 1,
    };
    store::insert(tx.db(), &client).await?;
    note(tx, actor, "client.registered", &client).await?;
    Ok(cid)
}

/// Changes what is known of a system, seen at revision `rev`.
///
/// # Errors
/// `not-found`; `stale-version`; as [`register`].
pub async fn change(tx: &Tx, actor: &Actor, cid: &str, rev: i32, new: &ClientChange) -> Result<(), Problem> {
    check_party(tx, actor, new.party).await?;
    let known = active(tx, actor, cid, rev).await?;
    let client = ClientView {
        name: new.name.as_str().to_owned(),
        party: new.party,
        keys: new.keys.clone(),
        acts: new.acts.clone(),
        rev: rev + 1,
        ..known
    };
    write(tx, actor, "client.changed", &client).await
}

/// Ends a system: from now on it gets no tokens, and those it has are refused.
///
/// # Errors
/// `not-found`; `stale-version`; what the log or the database reports.
pub async fn revoke(tx: &Tx, actor: &Actor, cid: &str, rev: i32) -> Result<(), Problem> {
    let known = active(tx, actor, cid, rev).await?;
    let client = ClientView {
        active: false,
        rev: rev + 1,
        ..known
    };
    write(tx, actor, "client.revoked", &client).await
}

async fn active(tx: &Tx, actor: &Actor, cid: &str, rev: i32) -> Result<ClientView, Problem> {
    let known = query::find(tx.db(), actor.scope, cid).await?;
    if known.active && known.rev == rev {
        Ok(known)
    } else {
        Err(Problem::new("stale-version", 412))
    }
}

async fn write(tx: &Tx, actor: &Actor, kind: &'static str, client: &ClientView) -> Result<(), Problem> {
    if store::update(tx.db(), client).await? != 1 {
        return Err(Problem::new("stale-version", 412));
    }
    note(tx, actor, kind, client).await
}

async fn check_party(tx: &Tx, actor: &Actor, party: Option<Id<Party>>) -> Result<(), Problem> {
    let Some(party) = party else { return Ok(()) };
    match parties::find(tx.db(), Scope::tenant(actor.scope.tenant), party).await {
        Ok(_) => Ok(()),
        Err(problem) if problem.status == 404 => {
            Err(Problem::validation(vec![Fault::field("party", "choose")]))
        }
        Err(problem) => Err(problem),
    }
}

async fn note(tx: &Tx, actor: &Actor, kind: &'static str, client: &ClientView) -> Result<(), Problem> {
    let scopes: Vec<&str> = client.acts.iter().map(|act| act.scope()).collect();
    let fact = json!({
        "schema": "gongjian.client/1",
        "client": client.id,
        "cid": client.cid,
        "name": client.name,
        "party": client.party,
        "scopes": scopes,
        "jwks": client.keys.to_jwks(),
        "active": client.active,
        "rev": client.rev,
    });
    let subject = Subject::new("client", client.id.uuid());
    journal::note(tx, actor, kind, subject, &fact).await
}
