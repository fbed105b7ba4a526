//! Pages of a person with themself: signing in and out, taking up an invitation, account, language.

mod join;
mod me;
mod prefer;
mod sign_in;

use actix_web::{HttpRequest, HttpResponse, web};

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/login", web::get().to(sign_in::login))
        .route("/login", web::post().to(sign_in::login_post))
        .route("/logout", web::post().to(sign_in::logout))
        .route("/step-up", web::get().to(sign_in::step_up))
        .route("/step-up", web::post().to(sign_in::step_up_post))
        .route("/join", web::get().to(join::join))
        .route("/join", web::post().to(join::join_post))
        .route("/me", web::get().to(me::show))
        .route("/me", web::post().to(me::prefer))
        .route("/me/password", web::get().to(me::password))
        .route("/me/password", web::post().to(me::password_post))
        .route("/me/sessions/{mark}/end", web::post().to(me::end_session))
        .route("/language/{tag}", web::get().to(prefer::language))
        .route("/text-size", web::get().to(prefer::text_size));
}

#[derive(Debug, serde::Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
}

/// A path of our own to go back to; anything else becomes the workbench.
fn inside(back: &str) -> String {
    let own = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']);
    if own { back.to_owned() } else { "/".to_owned() }
}

fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header(("Location", location))
        .finish()
}

/// The browser as it names itself, short enough for a list.
fn agent(request: &HttpRequest) -> String {
    let header = request.headers().get("User-Agent");
    let name = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
    name.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn people_are_only_sent_back_to_our_own_pages() {
        assert_eq!(inside("/agreements/12?x=1"), "/agreements/12?x=1");
        for outside in [
            "//evil.example",
            "https://evil.example",
            "",
            "/\\evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(inside(outside), "/", "{outside}");
        }
    }
}
