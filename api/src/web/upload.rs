//! Forms that bring files: read once, bounded, checked for origin like any other form.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_session::Session;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::TryStreamExt as _;
use sha2::{Digest, Sha256};

use super::csrf;
use super::failure::Failure;
use super::form::Posted;
use crate::kernel::limit;
use crate::kernel::problem::{Fault, Problem};

/// Most files kept while reading.
const FILES: usize = 10;
/// Most bytes kept while reading.
const KEPT_BYTES: usize = 3 * limit::EVIDENCE_BYTES;
/// Most bytes read off the line at all, so that a refusal can still be shown.
const READ_BYTES: usize = 8 * limit::EVIDENCE_BYTES;
/// Longest text field.
const FIELD_BYTES: usize = 16 << 10;
/// Most fields.
const FIELDS_MAX: usize = 100;

/// A form from our own page with its files.
#[derive(Debug)]
pub struct Uploaded {
    /// The fields.
    pub posted: Posted,
    /// The contents of the files, in the order sent; empty ones left out.
    pub files: Vec<Vec<u8>>,
    /// What was too large or too many.
    pub faults: Vec<Fault>,
}

#[derive(Default)]
struct Taken {
    fields: BTreeMap<String, Vec<String>>,
    files: Vec<Vec<u8>>,
    faults: Vec<Fault>,
    read: usize,
    kept: usize,
}

impl FromRequest for Uploaded {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        if !request.content_type().starts_with("multipart/") {
            let posted = Posted::from_request(&request, payload);
            return Box::pin(async move {
                Ok(Self {
                    posted: posted.await?,
                    files: Vec::new(),
                    faults: Vec::new(),
                })
            });
        }
        let session = Session::from_request(&request, payload);
        let parts = Multipart::from_request(&request, payload);
        Box::pin(async move {
            let parts = parts.await.map_err(|_| Problem::new("media-type", 415))?;
            let taken = take(parts).await?;
            let session = session.await.map_err(|e| Problem::internal(e.to_string()))?;
            let token = taken.fields.get(csrf::FIELD).and_then(|v| v.first());
            csrf::check(&request, &session, token.map(String::as_str))?;
            let raw = fingerprint(&taken);
            Ok(Self {
                posted: Posted::of(taken.fields, raw, request.path()),
                files: taken.files,
                faults: taken.faults,
            })
        })
    }
}

async fn take(mut parts: Multipart) -> Result<Taken, Problem> {
    let broken = |_| Problem::new("media-type", 415);
    let mut taken = Taken::default();
    while let Some(mut part) = parts.try_next().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part
            .content_disposition()
            .is_some_and(|disposition| disposition.get_filename().is_some());
        let most = if is_file {
            limit::EVIDENCE_BYTES
        } else {
            FIELD_BYTES
        };
        let (mut bytes, mut whole) = (Vec::new(), true);
        while let Some(chunk) = part.try_next().await.map_err(broken)? {
            taken.read = taken.read.saturating_add(chunk.len());
            if taken.read > READ_BYTES {
                return Err(Problem::new("body-too-large", 413));
            }
            whole &= bytes.len().saturating_add(chunk.len()) <= most
                && taken.kept.saturating_add(chunk.len()) <= KEPT_BYTES;
            if whole {
                taken.kept = taken.kept.saturating_add(chunk.len());
                bytes.extend_from_slice(&chunk);
            }
        }
        taken.keep(name, is_file, whole, bytes)?;
    }
    Ok(taken)
}

impl Taken {
    fn keep(&mut self, name: String, is_file: bool, whole: bool, bytes: Vec<u8>) -> Result<(), Problem> {
        if !is_file {
            let text = String::from_utf8(bytes).ok().filter(|_| whole);
            let text = text.ok_or_else(|| Problem::new("body-too-large", 413))?;
            self.fields.entry(name).or_default().push(text);
            if self.fields.len() > FIELDS_MAX {
                return Err(Problem::new("body-too-large", 413));
            }
        } else if !whole {
            let most = (limit::EVIDENCE_BYTES >> 20).to_string();
            self.faults
                .push(Fault::field(name, "evidence-too-large").arg("limit", most));
        } else if self.files.len() >= FILES {
            self.faults
                .push(Fault::field(name, "upload-too-many").arg("limit", FILES.to_string()));
        } else if !bytes.is_empty() {
            self.files.push(bytes);
        }
        Ok(())
    }
}

/// Stands for the body in the idempotency record: boundaries differ from one sending to the next.
fn fingerprint(taken: &Taken) -> Vec<u8> {
    let mut hash = Sha256::new();
    for (name, values) in &taken.fields {
        for value in values {
            for part in [name, value] {
                hash.update(Sha256::digest(part.as_bytes()));
            }
        }
    }
    for file in &taken.files {
        hash.update(Sha256::digest(file));
    }
    hash.finalize().to_vec()
}
