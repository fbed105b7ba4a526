//! Files built into the binary: words, style sheets, scripts, pictures. Their addresses hold a hash, so a
//! browser may keep them for ever.

use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// The catalogues of words.
#[derive(RustEmbed)]
#[folder = "locales/"]
pub(super) struct Locales;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// One hash over all assets: scripts import each other by relative address, so they change together.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Assets::iter().collect();
    names.sort();
    let mut all = Sha256::new();
    for file in names.iter().filter_map(|name| Assets::get(name)) {
        all.update(file.metadata.sha256_hash());
    }
    all.finalize()
        .iter()
        .take(6)
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
});

/// The address of an asset, `/assets/<hash>/css/base.css`.
#[must_use]
pub fn address(path: &str) -> String {
    format!("/assets/{}/{path}", *HASH)
}

/// `GET /assets/{hash}/{path}`
pub async fn serve(path: web::Path<(String, String)>) -> HttpResponse {
    let (_, path) = path.into_inner();
    let Some(file) = Assets::get(&path) else {
        return HttpResponse::NotFound().finish();
    };
    let media = match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "application/octet-stream",
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(file.data.into_owned())
}
