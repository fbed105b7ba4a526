//! Handing lists in: files go up, and are read before anything is kept.

use actix_multipart::Multipart;
use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use futures_util::TryStreamExt as _;
use sha2::{Digest, Sha256};

use super::cycle;
use crate::app::App;
use crate::identity::extract::{ListKeeper, Visit};
use crate::kernel::idempotency::{Answer, Once, Request};
use crate::kernel::limit;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::lists::domain::RowState;
use crate::lists::import::fault::FileFault;
use crate::lists::import::folder::Source;
use crate::lists::{query, service};
use crate::web::csrf;
use crate::web::failure::Failure;
use crate::web::form::{FormView, ShownFault};
use crate::web::page::{Page, html};

/// Most files of one handing in.
const FILES: usize = 20;
/// Most bytes of one handing in that are kept while reading.
const KEPT_BYTES: usize = 4 * limit::UPLOAD_BYTES;
/// Most bytes that are read off the line at all, so that a refusal can still be shown.
const READ_BYTES: usize = 16 * limit::UPLOAD_BYTES;
/// Longest text field of the form.
const FIELD_BYTES: usize = 256;

#[derive(Template)]
#[template(path = "lists/upload.html")]
struct UploadPage<'a> {
    page: &'a Page,
    f: FormView,
}

/// `GET /imports/new`
pub(super) async fn show(ListKeeper(visit): ListKeeper) -> Result<HttpResponse, Failure> {
    let template = UploadPage {
        page: &visit.page,
        f: FormView::default(),
    };
    Ok(html(200, &template)?)
}

/// `POST /imports/new`
pub(super) async fn post(
    app: web::Data<App>,
    ListKeeper(visit): ListKeeper,
    session: Session,
    request: HttpRequest,
    parts: Multipart,
) -> Result<HttpResponse, Failure> {
    let sent = read(parts).await?;
    csrf::check(&request, &session, sent.csrf.as_deref())?;
    match keep(&app, &visit, request.path(), sent).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) if !problem.faults.is_empty() => {
            let faults = problem
                .faults
                .iter()
                .map(|fault| shown(&visit.page, fault))
                .collect();
            let f = FormView {
                faults,
                ..FormView::default()
            };
            let template = UploadPage { page: &visit.page, f };
            Ok(html(problem.status, &template)?)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// A fault of one of several files names the file.
fn shown(page: &Page, fault: &Fault) -> ShownFault {
    let told = ShownFault::new(page.lang, fault);
    match &fault.value {
        Some(name) => ShownFault {
            words: page.t2("upload-fault", "name", name, "words", &told.words),
            ..told
        },
        None => told,
    }
}

#[derive(Default)]
struct Sent {
    csrf: Option<String>,
    once: Option<String>,
    files: Vec<Source>,
    faults: Vec<Fault>,
}

/// Takes the form off the line. What is too large is read to its end, but not kept.
async fn read(mut parts: Multipart) -> Result<Sent, Problem> {
    let (mut sent, mut read, mut kept) = (Sent::default(), 0usize, 0usize);
    let broken = |_| Problem::new("media-type", 415);
    while let Some(mut part) = parts.try_next().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part
            .content_disposition()
            .and_then(|disposition| disposition.get_filename())
            .map(base_name);
        let most = if name == "files" {
            limit::UPLOAD_BYTES
        } else {
            FIELD_BYTES
        };
        let (mut bytes, mut whole) = (Vec::new(), true);
        while let Some(chunk) = part.try_next().await.map_err(broken)? {
            read = read.saturating_add(chunk.len());
            if read > READ_BYTES {
                return Err(Problem::new("body-too-large", 413));
            }
            whole &= bytes.len().saturating_add(chunk.len()) <= most;
            if whole && kept.saturating_add(chunk.len()) <= KEPT_BYTES {
                kept = kept.saturating_add(chunk.len());
                bytes.extend_from_slice(&chunk);
            } else {
                whole = false;
            }
        }
        match (name.as_str(), file) {
            ("csrf", _) => sent.csrf = String::from_utf8(bytes).ok(),
            ("once", _) => sent.once = String::from_utf8(bytes).ok(),
            ("files", Some(file)) if !file.is_empty() => sent.file(file, bytes, whole),
            _ => {}
        }
    }
    Ok(sent)
}

/// The last step of a path, whatever sign parts it.
fn base_name(name: &str) -> String {
    name.rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .take(120)
        .collect()
}

impl Sent {
    fn file(&mut self, name: String, bytes: Vec<u8>, whole: bool) {
        if self.files.len() >= FILES {
            self.faults
                .push(Fault::field("files", "upload-too-many").arg("limit", FILES.to_string()));
        } else if whole {
            let name = self.unused(name);
            self.files.push((name, bytes));
        } else {
            let fault = FileFault::TooManyBytes {
                limit_mib: u64::try_from(limit::UPLOAD_BYTES >> 20).unwrap_or(0),
            };
            self.faults.push(fault.of_file(&name));
        }
    }

    /// Two files of the same name are told apart.
    fn unused(&self, name: String) -> String {
        let taken = |name: &str| self.files.iter().any(|(known, _)| known == name);
        if !taken(&name) {
            return name;
        }
        (2..=FILES + 1)
            .map(|n| format!("{n}-{name}"))
            .find(|name| !taken(name))
            .unwrap_or(name)
    }
}

async fn keep(app: &App, visit: &Visit, path: &str, sent: Sent) -> Result<Answer, Problem> {
    let mut faults = sent.faults;
    if sent.files.is_empty() && faults.is_empty() {
        faults.push(Fault::field("files", "upload-no-file"));
    }
    if !faults.is_empty() {
        return Err(Problem::validation(faults));
    }
    let once = once(visit, path, sent.once.as_deref(), &sent.files)?;
    let cycle = cycle(app);
    let known = service::context(app.db.reader(), visit.actor.scope, cycle).await?;
    let files = sent.files;
    let bundle = web::block(move || service::read_bundle(&files, known))
        .await
        .map_err(|error| Problem::internal(error.to_string()))?;
    tx::once(&app.db, &once, async |tx| {
        let number = service::upload(tx, &visit.actor, cycle, &bundle).await?;
        let import = query::import(tx.db(), visit.actor.scope, number).await?;
        let to = if import.counts.of(RowState::Asked) > 0 {
            format!("/imports/{number}/questions?done=uploaded")
        } else {
            format!("/imports/{number}?done=uploaded")
        };
        Ok(Answer::see_other(to))
    })
    .await
}

fn once(visit: &Visit, path: &str, key: Option<&str>, files: &[Source]) -> Result<Once, Problem> {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(bytes));
    }
    let body = hash.finalize();
    let request = Request {
        method: "POST",
        path,
        if_match: None,
        body: &body,
    };
    Once::new(visit.actor.scope.tenant, visit.actor.key(), key, &request)
}
