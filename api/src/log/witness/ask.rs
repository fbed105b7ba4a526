//! The log's side: asking witnesses to sign its newest checkpoint, and keeping what they sign.

use std::time::Duration;

use futures_util::future::join_all;

use super::request::AddCheckpoint;
use crate::app::App;
use crate::kernel::id::{Id, Tenant};
use crate::kernel::scope::Scope;
use crate::kernel::tx;
use crate::log::checkpoint::Checkpoint;
use crate::log::error::LogError;
use crate::log::note::{KeyKind, Note, SignatureLine, VerifierKey};
use crate::log::{query, store};

/// Least time between two questions to a witness about a log that nobody waits for, milliseconds.
const EVERY_MS: i64 = 60_000;
/// Longest wait for a witness.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most bytes read of an answer.
const ANSWER_BYTES: usize = 4096;

/// A witness the settings name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownWitness {
    /// Where it answers, without `/add-checkpoint`.
    pub url: String,
    /// Its key.
    pub key: VerifierKey,
}

/// The witnesses of the settings.
///
/// # Errors
/// [`LogError::Broken`] with the setting that cannot be read.
pub fn known(app: &App) -> Result<Vec<KnownWitness>, LogError> {
    app.config.witnesses.iter().map(|line| one(line)).collect()
}

fn one(line: &str) -> Result<KnownWitness, LogError> {
    let read = line.split_once(' ').and_then(|(url, key)| {
        let key: VerifierKey = key.trim().parse().ok()?;
        (key.kind() == KeyKind::Witness).then(|| KnownWitness {
            url: url.trim_end_matches('/').to_owned(),
            key,
        })
    });
    read.ok_or_else(|| {
        LogError::Broken(format!(
            "witnesses: “{line}” is not an address and a witness's key"
        ))
    })
}

/// Asks every witness that has not signed this log's newest checkpoint; `at_once` also those asked a moment ago.
///
/// # Errors
/// [`LogError`]; a witness that does not answer is no error.
pub async fn all(app: &App, tenant: Id<Tenant>, at_once: bool) -> Result<(), LogError> {
    let known = known(app)?;
    if known.is_empty() || app.db.is_frozen() {
        return Ok(());
    }
    let scope = Scope::tenant(tenant);
    let (size, note) = query::newest(app.db.reader(), scope).await?;
    let note: Note = note
        .parse()
        .map_err(|_| LogError::Broken(format!("checkpoint {size} is no note")))?;
    let now = app.db.clock().now();
    let signed = query::cosignatures(app.db.reader(), scope, size).await?;
    let due = known.iter().filter(|witness| {
        !signed.iter().any(|line| line.name == witness.key.name())
            && (app
                .asked
                .is_due(&format!("{tenant} {}", witness.key.name()), EVERY_MS, now)
                || at_once)
    });
    for outcome in join_all(due.map(|witness| ask(app, scope, witness, &note))).await {
        outcome?;
    }
    Ok(())
}

async fn ask(app: &App, scope: Scope, witness: &KnownWitness, note: &Note) -> Result<(), LogError> {
    let name = witness.key.name();
    let mut old = query::last_cosigned(app.db.reader(), scope, name).await?;
    // It may have signed what we never heard of: its answer then tells how far it is.
    for _ in 0..2 {
        match post(app, scope, witness, note, old).await? {
            Told::Line(line) => return keep(app, scope, note, name, &line).await,
            Told::Size(size) if size == old => return Err(freeze(app, name, size)),
            Told::Size(size) if is_ahead(app, scope, size).await? => return Err(freeze(app, name, size)),
            Told::Size(size) => old = size,
            Told::OtherHistory => return Err(freeze(app, name, old)),
            Told::Nothing => return Ok(()),
        }
    }
    Ok(())
}

/// The witness signed what this database does not hold: it is an old copy, or was written to after it was set back.
fn freeze(app: &App, witness: &str, size: u64) -> LogError {
    tracing::error!(
        witness,
        size,
        "a witness signed a history that this database does not hold; it only reads now"
    );
    app.db.freeze();
    LogError::RolledBack
}

/// Whether the witness signed a size that this database does not have.
async fn is_ahead(app: &App, scope: Scope, size: u64) -> Result<bool, LogError> {
    Ok(query::head(app.db.reader(), scope).await?.size < size)
}

enum Told {
    Line(SignatureLine),
    /// It signed this size last.
    Size(u64),
    /// What it signed last does not lead to our checkpoint.
    OtherHistory,
    Nothing,
}

async fn post(
    app: &App,
    scope: Scope,
    witness: &KnownWitness,
    note: &Note,
    old: u64,
) -> Result<Told, LogError> {
    let broken = |_| LogError::Broken("a checkpoint cannot be read".to_owned());
    let checkpoint: Checkpoint = note.text.parse().map_err(broken)?;
    if old > checkpoint.size {
        return Ok(Told::Nothing);
    }
    let proof = match old {
        0 => Vec::new(),
        _ => query::consistency(app.db.reader(), scope, old, checkpoint.size).await?,
    };
    let request = AddCheckpoint {
        old,
        proof,
        note: note.clone(),
    };
    let answer = exchange(&witness.url, request.to_string()).await;
    let Some((status, text)) = answer else {
        tracing::warn!(witness = witness.key.name(), "a witness does not answer");
        return Ok(Told::Nothing);
    };
    let told = match status {
        200 => text
            .lines()
            .filter_map(SignatureLine::parse)
            .find(|line| witness.key.check(&note.text, line).is_some())
            .map(Told::Line),
        409 => text.trim().parse().ok().map(Told::Size),
        422 => Some(Told::OtherHistory),
        _ => None,
    };
    if told.is_none() {
        tracing::warn!(witness = witness.key.name(), status, "a witness did not sign");
    }
    Ok(told.unwrap_or(Told::Nothing))
}

/// One request; `None` if there is no answer in time, or too long a one.
async fn exchange(url: &str, body: String) -> Option<(u16, String)> {
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .ok()?;
    let mut answer = client
        .post(format!("{url}/add-checkpoint"))
        .body(body)
        .send()
        .await
        .ok()?;
    let mut bytes = Vec::new();
    while let Some(part) = answer.chunk().await.ok()? {
        bytes.extend_from_slice(&part);
        if bytes.len() > ANSWER_BYTES {
            return None;
        }
    }
    Some((answer.status().as_u16(), String::from_utf8(bytes).ok()?))
}

async fn keep(
    app: &App,
    scope: Scope,
    note: &Note,
    name: &str,
    line: &SignatureLine,
) -> Result<(), LogError> {
    let broken = |_| LogError::Broken("a checkpoint cannot be read".to_owned());
    let checkpoint: Checkpoint = note.text.parse().map_err(broken)?;
    let size = i64::try_from(checkpoint.size).map_err(|error| LogError::Broken(error.to_string()))?;
    let text = line.to_string();
    tx::run(&app.db, async |tx| {
        store::insert_cosignature(tx.db(), scope.tenant.uuid(), size, name, &text, tx.now()).await?;
        Ok(())
    })
    .await
    .map_err(LogError::Problem)
}
