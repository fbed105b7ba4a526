//! Files built into the binary: words, style sheets, scripts, pictures. Their addresses hold a hash, so a
//! browser may keep them for ever.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use rust_embed::RustEmbed;

/// The catalogues of words.
#[derive(RustEmbed)]
#[folder = "locales/"]
pub(super) struct Locales;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

static HASHED: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    Assets::iter()
        .filter_map(|path| {
            let file = Assets::get(&path)?;
            let mut hash = String::new();
            for byte in file.metadata.sha256_hash().iter().take(6) {
                let _ = write!(hash, "{byte:02x}");
            }
            Some((path.to_string(), hash))
        })
        .collect()
});

/// The address of an asset, `/assets/<hash>/css/base.css`.
#[must_use]
pub fn address(path: &str) -> String {
    let hash = HASHED.get(path).map_or("0", String::as_str);
    format!("/assets/{hash}/{path}")
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
