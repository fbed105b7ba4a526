//! Every route, feature by feature.

use actix_web::web;

use crate::web::assets;
use crate::{agreements, identity, integration, ledger, lists, matching, meetings, workbench};

/// Registers all routes.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/assets/{hash}/{path:.*}", web::get().to(assets::serve))
        .configure(integration::routes)
        .configure(identity::routes)
        .configure(lists::routes)
        .configure(matching::routes)
        .configure(meetings::routes)
        .configure(agreements::routes)
        .configure(ledger::routes)
        .configure(workbench::routes);
}
