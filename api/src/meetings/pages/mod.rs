//! Pages of meetings: the list, calling one, holding it, its minutes.

mod forms;
mod item;
mod list;
mod minutes;
mod new;
mod record;
mod show;

use actix_web::web;

use super::query::{self, ItemView, MeetingView};
use crate::app::App;
use crate::identity::extract::Visit;
use crate::kernel::actor::Role;
use crate::kernel::id::{Id, Party};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::Problem;
use crate::kernel::tx::{self, Tx};
use crate::web::form::Posted;
use crate::web::page::Page;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/meetings", web::get().to(list::list))
        .route("/meetings/new", web::get().to(new::new))
        .route("/meetings/new", web::post().to(new::new_post))
        .route("/meetings/{no}", web::get().to(show::show))
        .route("/meetings/{no}/again", web::post().to(show::again))
        .route("/meetings/{no}/record", web::get().to(record::record))
        .route("/meetings/{no}/record", web::post().to(record::attendance))
        .route("/meetings/{no}/decide", web::post().to(record::decide_alike))
        .route("/meetings/{no}/late", web::post().to(record::late))
        .route("/meetings/{no}/close", web::post().to(record::close))
        .route("/meetings/{no}/items/{item}", web::get().to(item::item))
        .route("/meetings/{no}/items/{item}", web::post().to(item::decide))
        .route("/meetings/{no}/minutes", web::get().to(minutes::minutes))
        .route("/meetings/{no}/publish", web::post().to(minutes::publish));
}

/// A meeting's number out of the address.
fn number(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// The meeting and its items.
async fn load(app: &App, visit: &Visit, no: &str) -> Result<(MeetingView, Vec<ItemView>), Problem> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let meeting = query::find(db, scope, number(no)?).await?;
    let items = query::items(db, scope, meeting.id).await?;
    Ok((meeting, items))
}

/// Whether the visitor may change meetings.
fn is_secretary(visit: &Visit) -> bool {
    visit
        .person
        .memberships
        .iter()
        .any(|m| m.role == Role::MeetingSecretary)
}

/// Runs an act once and leads to `to` when it is done.
async fn once(
    app: &App,
    visit: &Visit,
    posted: &Posted,
    to: &str,
    act: impl AsyncFn(&Tx) -> Result<(), super::error::MeetingError>,
) -> Result<Answer, Problem> {
    let key = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    tx::once(&app.db, &key, async |tx| {
        act(tx).await?;
        Ok(Answer::see_other(to))
    })
    .await
}

/// The problem's status and faults if a form can show them; otherwise the problem is the answer.
fn shown(problem: Problem) -> Result<Problem, Problem> {
    if problem.faults.is_empty() {
        Err(problem)
    } else {
        Ok(problem)
    }
}

/// The colour of a meeting's state; the word carries the meaning.
fn colour(meeting: &MeetingView) -> &'static str {
    use super::domain::MeetingState;
    match meeting.state {
        MeetingState::Planned | MeetingState::Called => "info",
        MeetingState::Open | MeetingState::Adjourned => "warn",
        MeetingState::Closed => "",
        MeetingState::Published => "ok",
    }
}

fn state_words(page: &Page, meeting: &MeetingView) -> String {
    page.t(&format!("meeting-state-{}", meeting.state.code()))
}

fn title(page: &Page, meeting: &MeetingView) -> String {
    page.t1("meeting-title", "no", meeting.no)
}

/// Names of members as one text, as the authentic language joins them.
fn names(meeting: &MeetingView, parties: &[Id<Party>]) -> String {
    let names: Vec<&str> = parties
        .iter()
        .map(|party| meeting.name_of(*party))
        .filter(|name| !name.is_empty())
        .collect();
    names.join("、")
}

/// An item as tables show it.
struct ItemRow {
    item: i32,
    title: String,
    late: bool,
    recused: String,
    present: u32,
    needed: u32,
    reached: bool,
    decided: bool,
    colour: &'static str,
    words: String,
    votes: String,
    reason: String,
}

impl ItemRow {
    fn new(page: &Page, meeting: &MeetingView, item: &ItemView) -> Self {
        use super::domain::Outcome;
        let quorum = item.quorum(&meeting.members);
        let decision = item.decision.as_ref();
        let recused = decision.map_or(&quorum.recused, |d| &d.recused);
        let (colour, words) = match decision.map(|d| d.outcome) {
            None => ("", page.t("meeting-item-open")),
            Some(outcome) => (
                match outcome {
                    Outcome::Adopted => "ok",
                    Outcome::SentBack => "warn",
                    Outcome::Refused => "bad",
                },
                page.t(&format!("meeting-outcome-{}", outcome.code())),
            ),
        };
        let votes = decision.map_or_else(String::new, |d| {
            let ballot = d.votes.ballot;
            page.lang.ta(
                "meeting-votes",
                &[
                    ("yes", &ballot.yes.to_string()),
                    ("no", &ballot.no.to_string()),
                    ("abstain", &ballot.abstain.to_string()),
                ],
            )
        });
        Self {
            item: item.item,
            title: item.title.clone(),
            late: item.late,
            recused: names(meeting, recused),
            present: decision.map_or(quorum.present, |d| d.votes.present),
            needed: decision.map_or(quorum.needed, |d| d.votes.needed),
            reached: quorum.reached(),
            decided: decision.is_some(),
            colour,
            words,
            votes,
            reason: decision.and_then(|d| d.reason.clone()).unwrap_or_default(),
        }
    }

    fn all(page: &Page, meeting: &MeetingView, items: &[ItemView]) -> Vec<Self> {
        items.iter().map(|item| Self::new(page, meeting, item)).collect()
    }
}
