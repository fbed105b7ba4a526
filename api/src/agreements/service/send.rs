//! Sending: version 1 is fixed, the number taken, the agreement open.

use serde_json::json;
use uuid::Uuid;

use super::draft::{read, working};
use crate::agreements::domain::credit_code;
use crate::agreements::domain::document::{Contact, Document, PartyEntry, SCHEMA, VersionKind};
use crate::agreements::domain::number::{AgreementNumber, SERIES};
use crate::agreements::domain::state::{Standing, State, chain_start};
use crate::agreements::draft::{DraftBody, DraftParty};
use crate::agreements::entity::{agreement, agreement_version};
use crate::agreements::error::AgreementError;
use crate::agreements::store;
use crate::identity::keys::opening::{Hidden, hide};
use crate::identity::party::query as parties;
use crate::identity::person::query as people;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::id::Id;
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;
use crate::log;
use crate::log::hash::Hash32;
use crate::log::leaf::{LeafDraft, Subject};
use crate::web::i18n::Lang;

/// An agreement as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The agreement.
    pub agreement: Uuid,
    /// Its number as people say it.
    pub number: String,
    /// Its address, `2026-12`.
    pub key: String,
}

/// Sends revision `rev` of draft `no` to its parties.
///
/// # Errors
/// [`AgreementError::Document`] with every fault of the text; [`AgreementError::Stale`],
/// [`AgreementError::DraftClosed`].
pub async fn send(tx: &Tx, actor: &Actor, no: i32, rev: i32) -> Result<Sent, AgreementError> {
    let mut row = working(tx, actor, no, rev).await?;
    let body = read(&row)?;
    let scope = Scope::tenant(actor.scope.tenant);
    let tenant = parties::tenant(tx.db(), scope).await?;
    let year = tx.now().day().year();
    let n = store::next_number(tx.db(), row.tenant, SERIES, year.into()).await?;
    let number = AgreementNumber {
        street: tenant.short,
        year,
        n: u32::try_from(n).map_err(|_| AgreementError::Broken("number series".to_owned()))?,
    };
    let document = document(tx, scope, row.agreement, &number, body).await?;
    document.check().map_err(AgreementError::Document)?;
    let bytes = document
        .to_bytes()
        .map_err(|fault| AgreementError::Broken(fault.to_string()))?;
    let hash = Hash32::of(&bytes);
    "sent".clone_into(&mut row.state);
    row.changed = tx.now().get();
    let agreement = row.agreement;
    let item = (row.meeting, row.item);
    if !store::save_draft(tx.db(), rev, row).await? {
        return Err(AgreementError::Stale);
    }
    let data = json!({"version": 1, "version_hash": hash});
    let leaf = LeafDraft::by(
        actor,
        "agreement.opened",
        Subject::new("agreement", agreement),
        data,
    );
    let leaf = log::service::append(tx, leaf).await?;
    let opened = opened_row(&document, n, item, leaf.at.get())?;
    store::insert_agreement(tx.db(), opened, &document).await?;
    let version = agreement_version::Model {
        tenant: scope.tenant.uuid(),
        agreement,
        version: 1,
        kind: "original".to_owned(),
        hash: hash.bytes().to_vec(),
        bytes,
        previous_hash: None,
        author_ref: None,
        leaf: i64::try_from(leaf.index).map_err(|e| AgreementError::Broken(e.to_string()))?,
        at: leaf.at.get(),
    };
    store::insert_version(tx.db(), version).await?;
    Ok(Sent {
        agreement,
        number: number.to_string(),
        key: format!("{year}-{n}"),
    })
}

fn opened_row(
    document: &Document,
    n: i32,
    (meeting, item): (Uuid, i32),
    at: i64,
) -> Result<agreement::Model, AgreementError> {
    let standing = Standing::opened(document.agreement, &document.refs(), document.term.from);
    let year = document
        .number
        .split(['〔', '〕'])
        .nth(1)
        .and_then(|year| year.parse().ok());
    Ok(agreement::Model {
        id: document.agreement,
        tenant: document.tenant,
        number: document.number.clone(),
        year: year.ok_or_else(|| AgreementError::Broken("number without year".to_owned()))?,
        n,
        mode: document.mode.code().to_owned(),
        title: document.title.clone(),
        state: State::Open.code().to_owned(),
        current_version: store::int(standing.current)?,
        in_force_version: None,
        in_force_on: None,
        opened_seq: 0,
        head_seq: 0,
        head_hash: chain_start(document.agreement).bytes().to_vec(),
        sign_by: document.sign_by.to_string(),
        term_from: document.term.from.to_string(),
        term_until: document.term.until.to_string(),
        meeting,
        item,
        plan: document.plan,
        rev: 1,
        sent: at,
        changed: at,
        version_on: None,
        pending_version: None,
        pending_kind: None,
        pending_seq: None,
        pending_sign_by: None,
        pending_ends_on: None,
        pending_leaving: None,
        ends_version: None,
        ends_on: None,
        filed_version: None,
        last_version: store::int(standing.last)?,
    })
}

async fn document(
    tx: &Tx,
    scope: Scope,
    agreement: Uuid,
    number: &AgreementNumber,
    body: DraftBody,
) -> Result<Document, AgreementError> {
    let mut entries = Vec::with_capacity(body.parties.len());
    for (i, party) in body.parties.iter().enumerate() {
        entries.push(entry(tx, scope, agreement, i, party, &body.language).await?);
    }
    Ok(Document {
        schema: SCHEMA.to_owned(),
        agreement,
        tenant: scope.tenant.uuid(),
        number: number.to_string(),
        version: 1,
        kind: VersionKind::Original,
        previous: None,
        base: None,
        mode: body.mode,
        title: body.title,
        language: body.language,
        term: body.term,
        parties: entries,
        obligations: body.obligations,
        funding: body.funding,
        clauses: body.clauses,
        decision: Some(body.decision),
        plan: body.plan,
        sign_by: body.sign_by,
        termination: None,
    })
}

/// A party as the document names it: its contact only by title and commitment; a credit code whose check sign
/// does not fit is left out, as one that is not known.
async fn entry(
    tx: &Tx,
    scope: Scope,
    agreement: Uuid,
    place: usize,
    party: &DraftParty,
    language: &str,
) -> Result<PartyEntry, AgreementError> {
    let id = Id::from_uuid(party.id);
    let known = parties::find(tx.db(), scope, id).await?;
    let signers = people::with_role(tx.db(), scope, Role::UnitSigner).await?;
    let signs_for = |p: &people::PersonView| {
        p.memberships
            .iter()
            .any(|m| m.role == Role::UnitSigner && m.party == Some(id))
    };
    let signer = signers.iter().find(|person| signs_for(person));
    let title = [
        known.contact_title.as_str(),
        signer.map_or("", |s| s.title.as_str()),
    ]
    .into_iter()
    .find(|title| !title.trim().is_empty())
    .map_or_else(
        || Lang::from_tag(language).unwrap_or_default().t("clause-contact"),
        str::to_owned,
    );
    let commitment = hide(
        tx,
        &Hidden {
            tenant: scope.tenant,
            scope: agreement,
            scope_kind: "agreement",
            pointer: format!("/parties/{place}/contact"),
            value: json!({"name": signer.map_or("", |s| s.name.as_str())}),
            person: signer.map(|s| s.id),
        },
    )
    .await?;
    Ok(PartyEntry {
        reference: party.reference.clone(),
        id: party.id,
        name: known.name,
        side: party.side,
        credit_code: known.credit_code.filter(|code| credit_code::is_valid(code)),
        contact: Contact {
            commitment: commitment.b64u(),
            title: title.trim().to_owned(),
        },
    })
}
