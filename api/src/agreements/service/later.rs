//! What a version offered after signing must be, before it may be signed: a change, a renewal, a correction, an
//! end.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;

use super::sign::MANDATE_PERCENT;
use crate::agreements::domain::change::{base_faults, mandate_faults, renewal_from};
use crate::agreements::domain::document::{Document, DocumentFault, VersionKind};
use crate::agreements::domain::ending::goes_on_without;
use crate::agreements::domain::rules;
use crate::agreements::domain::state::{Refusal, Standing};
use crate::agreements::error::AgreementError;
use crate::agreements::sign::receipt::SignFault;
use crate::agreements::{owed, query};
use crate::identity::keys::jws::Intent;
use crate::kernel::date::CivilDate;
use crate::kernel::problem::Fault;
use crate::kernel::scope::Scope;
use crate::log::hash::Hash32;

/// Judges a version against where the agreement stands and the version in force.
///
/// # Errors
/// [`AgreementError`], every fault of the first step that finds any.
pub(in crate::agreements) async fn judge(
    db: &impl ConnectionTrait,
    scope: Scope,
    standing: &Standing,
    (base, base_hash): (&Document, Hash32),
    (document, intent): (&Document, Intent),
    today: CivilDate,
) -> Result<(), AgreementError> {
    standing.admits(intent)?;
    if (intent == Intent::Terminate) != (document.kind == VersionKind::Termination) {
        return Err(SignFault::IntentNotAllowed.into());
    }
    if document.version != standing.last + 1 {
        return Err(Refusal::Superseded {
            current: standing.last,
        }
        .into());
    }
    let scope = Scope::tenant(scope.tenant);
    let before = query::version(db, scope, base.agreement, standing.last).await?;
    let left = left(standing, base);
    let mut faults = rules::chain_faults(document, &before.document, before.hash);
    faults.extend(base_faults(document, base, base_hash, &left));
    faults.extend(days(document, base, today));
    faults.extend(rest(standing, document, &left));
    if !faults.is_empty() {
        return Err(AgreementError::Document(DocumentFault::Invalid(faults)));
    }
    if !matches!(document.kind, VersionKind::Amendment | VersionKind::Renewal) {
        return Ok(());
    }
    let adopted = query::version(db, scope, document.agreement, 1).await?.document;
    let faults = mandate_faults(document, &adopted, &left, MANDATE_PERCENT);
    if !faults.is_empty() {
        return Err(AgreementError::Mandate(faults));
    }
    let faults = owed::faults(db, scope, document).await?;
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AgreementError::BelowConfirmed(faults))
    }
}

/// Refs of parties the version in force still names and that have left since.
pub(in crate::agreements) fn left<'a>(standing: &Standing, base: &'a Document) -> BTreeSet<&'a str> {
    let refs = base.parties.iter().map(|party| party.reference.as_str());
    refs.filter(|reference| !standing.bound.contains_key(*reference))
        .collect()
}

fn days(document: &Document, base: &Document, today: CivilDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut passed = |place: &str, day: CivilDate| {
        if day < today {
            faults.push(Fault::pointer(place, "day-passed").value(&day.to_string()));
        }
    };
    passed("/sign_by", document.sign_by);
    if let Some(end) = &document.termination {
        passed("/termination/effective_on", end.effective_on);
    }
    let first = renewal_from(base.term.until);
    if document.kind == VersionKind::Renewal && today < first {
        faults.push(Fault::pointer("/term/until", "renewal-early").arg("day", first.to_string()));
    }
    faults
}

/// When a party leaves, what is left must go on without those that have left or are leaving.
fn rest(standing: &Standing, document: &Document, left: &BTreeSet<&str>) -> Option<Fault> {
    let leaving = document.termination.as_ref()?.leaving.as_deref()?;
    let mut gone = left.clone();
    gone.extend(standing.leaving.keys().map(String::as_str));
    gone.insert(leaving);
    (!goes_on_without(document, &gone)).then(|| Fault::pointer("/termination/leaving", "rest-not-two-way"))
}
