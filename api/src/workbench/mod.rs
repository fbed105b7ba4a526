//! The way in: what is waiting for the person who signed in.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::agreements;
use crate::app::App;
use crate::identity;
use crate::identity::extract::{AnyPerson, Visit};
use crate::kernel::date::CivilDate;
use crate::kernel::problem::Problem;
use crate::kernel::todo::{Todo, grouped};
use crate::ledger;
use crate::lists;
use crate::matching;
use crate::meetings;
use crate::web::failure::Failure;
use crate::web::page::{Page, html};

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/", web::get().to(show));
}

#[derive(Template)]
#[template(path = "workbench/show.html")]
struct WorkbenchPage<'a> {
    page: &'a Page,
    waiting: Vec<Waiting>,
}

/// A thing to do, in words.
struct Waiting {
    href: String,
    words: String,
    due: String,
    late: bool,
}

async fn show(app: web::Data<App>, AnyPerson(visit): AnyPerson) -> Result<HttpResponse, Failure> {
    let today = app.db.clock().now().day();
    let todos = grouped(todos(&app, &visit, today).await?);
    let page = &visit.page;
    let waiting = todos
        .into_iter()
        .map(|todo| {
            let args: Vec<(&str, &str)> = todo.args.iter().map(|(k, v)| (*k, v.as_str())).collect();
            Waiting {
                words: page.lang.ta(todo.words, &args),
                due: todo.due.map_or_else(String::new, |d| {
                    page.t1("todo-due", "day", page.day(&d.to_string()))
                }),
                late: todo.due.is_some_and(|due| due < today),
                href: todo.href,
            }
        })
        .collect();
    Ok(html(200, &WorkbenchPage { page, waiting })?)
}

/// What waits for this person, in all their roles.
async fn todos(app: &App, visit: &Visit, today: CivilDate) -> Result<Vec<Todo>, Problem> {
    let db = app.db.reader();
    let mut todos = Vec::new();
    for actor in visit.person.actors() {
        todos.extend(identity::credential::query::todos(db, &actor).await?);
        todos.extend(lists::query::todos(db, &actor).await?);
        todos.extend(matching::query::todos(db, &actor).await?);
        todos.extend(meetings::query::todos(db, &actor).await?);
        todos.extend(agreements::query::todos(db, &actor, today).await?);
        todos.extend(ledger::query::todos(db, &actor, today).await?);
    }
    Ok(todos)
}
