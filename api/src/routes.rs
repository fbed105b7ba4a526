//! Every route, feature by feature.

use actix_web::{HttpResponse, web};

use crate::app::App;
use crate::kernel::problem::Problem;
use crate::web::assets;
use crate::web::failure::Failure;
use crate::{agreements, identity, integration, ledger, lists, matching, meetings, workbench};

/// Registers all routes.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/healthz", web::get().to(HttpResponse::Ok))
        .route("/readyz", web::get().to(ready))
        .route("/assets/{hash}/{path:.*}", web::get().to(assets::serve))
        .configure(integration::routes)
        .configure(identity::routes)
        .configure(lists::routes)
        .configure(matching::routes)
        .configure(meetings::routes)
        .configure(agreements::routes)
        .configure(ledger::routes)
        .configure(workbench::routes);
}

/// Whether everything can be done: the database answers, and is not older than what was published.
async fn ready(app: web::Data<App>) -> Result<HttpResponse, Failure> {
    app.db.ping().await?;
    if app.db.is_frozen() {
        return Err(Problem::new("log-rolled-back", 503).into());
    }
    Ok(HttpResponse::Ok().finish())
}
