//! The log as tiles (C2SP tlog-tiles): what a mirror, a witness or a suspicious neighbour reads.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::identity::extract::LogReader;
use crate::identity::party::query as parties;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::log::query::{self, TilePlace};
use crate::web::failure::Failure;

/// A tile never changes.
const FOR_GOOD: (&str, &str) = ("Cache-Control", "public, max-age=31536000, immutable");
/// Entries are kept by whoever may read them, not by caches on the way.
const FOR_ITSELF: (&str, &str) = ("Cache-Control", "private, max-age=31536000, immutable");

async fn scope(app: &App, slug: &str) -> Result<Scope, Problem> {
    let tenants = parties::all_tenants(app.db.reader()).await?;
    let tenant = tenants.iter().find(|tenant| tenant.slug == slug);
    Ok(Scope::tenant(tenant.ok_or_else(Problem::not_found)?.id))
}

/// `GET /log/{slug}/checkpoint`: the newest one.
pub(super) async fn checkpoint(
    app: web::Data<App>,
    slug: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let scope = scope(&app, &slug).await?;
    let (_, note) = query::newest(app.db.reader(), scope).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-cache"))
        .content_type("text/plain; charset=utf-8")
        .body(note))
}

/// `GET /log/{slug}/tile/{level}/{n}[.p/{width}]`: hashes, for anybody.
pub(super) async fn hashes(
    app: web::Data<App>,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, Failure> {
    let (slug, level, place) = path.into_inner();
    let level = level.parse().ok().filter(|read: &u8| read.to_string() == level);
    let (Some(level), Some(place)) = (level, TilePlace::parse(&place)) else {
        return Err(Problem::not_found().into());
    };
    let scope = scope(&app, &slug).await?;
    let bytes = query::tile(app.db.reader(), scope, level, place).await?;
    Ok(HttpResponse::Ok()
        .insert_header(FOR_GOOD)
        .content_type("application/octet-stream")
        .body(bytes))
}

/// `GET /log/{slug}/tile/entries/{n}[.p/{width}]`: entries, for systems with `log:read` unless the settings make
/// them public.
pub(super) async fn entries(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (slug, place) = path.into_inner();
    let place = TilePlace::parse(&place).ok_or_else(Problem::not_found)?;
    let scope = scope(&app, &slug).await?;
    let mut kept = FOR_GOOD;
    if !app.config.public_entries {
        let LogReader(client) = LogReader::extract(&request).await?;
        if client.actor.scope != scope {
            return Err(Problem::not_found().into());
        }
        kept = FOR_ITSELF;
    }
    let bytes = query::entries(app.db.reader(), scope, place).await?;
    Ok(HttpResponse::Ok()
        .insert_header(kept)
        .content_type("application/octet-stream")
        .body(bytes))
}
