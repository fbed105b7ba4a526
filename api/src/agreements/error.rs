//! Why an act on an agreement was refused, one variant per thing a person can do about it.

use sea_orm::DbErr;

use super::domain::document::DocumentFault;
use super::domain::state::Refusal;
use super::sign::receipt::SignFault;
use crate::kernel::problem::{Fault, Problem};
use crate::log::error::LogError;

/// An agreement's error.
#[derive(Debug, thiserror::Error)]
pub enum AgreementError {
    /// Not there, or not yours.
    #[error("no such agreement")]
    NotFound,
    /// The draft or version asked about is not the newest.
    #[error("changed meanwhile")]
    Stale,
    /// The draft was sent or dropped already.
    #[error("the draft is no longer being written")]
    DraftClosed,
    /// The state machine refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The signature does not hold.
    #[error("the signature does not hold: {0:?}")]
    Signature(SignFault),
    /// The text breaks the rules.
    #[error("the text breaks the rules: {0:?}")]
    Document(DocumentFault),
    /// What the form holds is wrong.
    #[error("the form has faults")]
    Form(Vec<Fault>),
    /// A counter-offer beyond what the meeting allowed.
    #[error("beyond the meeting's mandate")]
    Mandate(Vec<Fault>),
    /// A version leaves less of an instalment than is confirmed.
    #[error("less than is confirmed")]
    BelowConfirmed(Vec<Fault>),
    /// The checkpoint named was not published, or does not cover the version answered.
    #[error("the checkpoint is unknown")]
    CheckpointUnknown,
    /// The nonce was used before in this agreement.
    #[error("the nonce was used")]
    NonceUsed,
    /// The signatures seen are not the ones there are.
    #[error("the signatures seen are not those there are")]
    PriorMismatch,
    /// An invariant does not hold.
    #[error("{0}")]
    Broken(String),
    /// The log refused.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// Another feature refused.
    #[error("{}", .0.code)]
    Problem(Problem),
}

impl From<Problem> for AgreementError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<SignFault> for AgreementError {
    fn from(fault: SignFault) -> Self {
        match fault {
            SignFault::Document(fault) => Self::Document(fault),
            other => Self::Signature(other),
        }
    }
}

impl From<AgreementError> for Problem {
    fn from(error: AgreementError) -> Self {
        match error {
            AgreementError::NotFound => Self::not_found(),
            AgreementError::Stale => Self::new("stale-version", 412),
            AgreementError::DraftClosed => Self::new("draft-closed", 409),
            AgreementError::Refused(refusal) => refused(&refusal),
            AgreementError::Signature(fault) => signature(&fault),
            AgreementError::Document(fault) => document(fault),
            AgreementError::Form(faults) => Self::validation(faults),
            AgreementError::Mandate(faults) => Self::new("beyond-mandate", 422).with_faults(faults),
            AgreementError::BelowConfirmed(faults) => Self::new("below-confirmed", 422).with_faults(faults),
            AgreementError::CheckpointUnknown => Self::new("checkpoint-unknown", 409),
            AgreementError::NonceUsed => Self::new("nonce-used", 409),
            AgreementError::PriorMismatch => Self::new("prior-mismatch", 409),
            AgreementError::Broken(words) => Self::internal(format!("agreements: {words}")),
            AgreementError::Log(error) => error.into(),
            AgreementError::Database(error) => error.into(),
            AgreementError::Problem(problem) => problem,
        }
    }
}

fn refused(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::State(state) => not_now(state.code()),
        Refusal::Superseded { current } => Problem::new("version-superseded", 409)
            .arg("current", current.to_string())
            .member("current", *current),
        Refusal::AlreadySigned => Problem::new("already-signed", 409),
        Refusal::Prior { head } => Problem::new("prior-mismatch", 409).member("head", *head),
        Refusal::Party => Problem::new("signer-not-allowed", 403),
        Refusal::Pending { version } => Problem::new("agreement-state", 409)
            .arg("state", "pending")
            .member("state", "pending")
            .member("pending", *version),
        Refusal::Ending => not_now("ending"),
        Refusal::Filed => not_now("filed"),
    }
}

/// 409 that names how things stand in words the reader's language has.
fn not_now(state: &'static str) -> Problem {
    Problem::new("agreement-state", 409)
        .arg("state", state)
        .member("state", state)
}

fn signature(fault: &SignFault) -> Problem {
    match fault {
        SignFault::Invalid => Problem::new("signature-invalid", 422),
        SignFault::IntentNotAllowed => Problem::new("intent-not-allowed", 422),
        SignFault::CredentialUnknown => Problem::new("credential-unknown", 422),
        SignFault::CredentialRevoked => Problem::new("credential-revoked", 422),
        SignFault::SignerNotAllowed => Problem::new("signer-not-allowed", 403),
        SignFault::Expired => Problem::new("signature-expired", 422),
        SignFault::Document(fault) => document(fault.clone()),
    }
}

fn document(fault: DocumentFault) -> Problem {
    match fault {
        DocumentFault::NotCanonical(_) => Problem::new("payload-not-canonical", 422),
        DocumentFault::Invalid(faults) => Problem::new("document-invalid", 422).with_faults(faults),
        DocumentFault::OneSided(faults) => Problem::new("agreement-one-sided", 422).with_faults(faults),
    }
}
