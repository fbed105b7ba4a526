//! `/reviews`: projects still to be reviewed, and what both sides said; whoever is no party sees how many said what.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::list::period_words;
use crate::agreements::query as agreements;
use crate::app::App;
use crate::identity::extract::{Deliverer, Reviewer, Visit};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::ledger::domain::period::Period;
use crate::ledger::domain::review::{DELIVERED, NewReview, PROCEED, USEFUL, answer};
use crate::ledger::query::{self, Counts, ReviewView};
use crate::ledger::service;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

/// The questions with the answers each allows.
const QUESTIONS: [(&str, &[&str]); 3] = [
    ("delivered", &DELIVERED),
    ("useful", &USEFUL),
    ("proceed", &PROCEED),
];

#[derive(Template)]
#[template(path = "ledger/reviews.html")]
struct ReviewsPage<'a> {
    page: &'a Page,
    is_party: bool,
    owed: Vec<OwedLine>,
    given: Vec<ReviewLine>,
    counts: Vec<CountLine>,
}

struct OwedLine {
    href: String,
    words: String,
}

struct ReviewLine {
    key: String,
    number: String,
    period: String,
    by: String,
    answers: Vec<(String, String)>,
    comment: String,
}

struct CountLine {
    period: String,
    given: u32,
    answers: Vec<String>,
}

fn question(page: &Page, question: &str) -> String {
    page.t(&format!("review-{question}"))
}

fn said(page: &Page, question: &str, answer: &str) -> String {
    page.t(&format!("review-{question}-{answer}"))
}

fn words_of(page: &Page, period: &str) -> String {
    period
        .parse()
        .map_or_else(|_| period.to_owned(), |period| period_words(page, period))
}

fn line(page: &Page, view: ReviewView) -> ReviewLine {
    let told = |name: &str, code: &str| (question(page, name), said(page, name, code));
    ReviewLine {
        answers: vec![
            told("delivered", &view.delivered),
            told("useful", &view.useful),
            told("proceed", &view.proceed),
        ],
        period: words_of(page, &view.period),
        key: view.key,
        number: view.number,
        by: view.by,
        comment: view.comment,
    }
}

fn count_line(page: &Page, period: &str, counts: &Counts) -> CountLine {
    let answers = |(name, allowed): (&'static str, &[&str])| {
        let each: Vec<String> = allowed
            .iter()
            .map(|code| format!("{} {}", said(page, name, code), counts.of(name, code)))
            .collect();
        each.join(" · ")
    };
    CountLine {
        period: words_of(page, period),
        given: counts.given,
        answers: QUESTIONS.into_iter().map(answers).collect(),
    }
}

pub(super) async fn list(app: web::Data<App>, Deliverer(visit): Deliverer) -> Result<HttpResponse, Failure> {
    use crate::kernel::actor::{Role, Who};
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let today = app.db.clock().now().day();
    let may_review = matches!(
        visit.actor.who,
        Who::Person {
            role: Role::UnitLiaison | Role::CommunitySecretary,
            ..
        }
    );
    let owed = if may_review {
        query::owed(db, scope, today).await.map_err(Problem::from)?
    } else {
        Vec::new()
    };
    let counts = match scope.party {
        Some(_) => Vec::new(),
        None => query::counts(db, scope).await.map_err(Problem::from)?,
    };
    let given = query::reviews(db, scope).await.map_err(Problem::from)?;
    let template = ReviewsPage {
        page,
        is_party: scope.party.is_some(),
        owed: owed
            .into_iter()
            .map(|one| OwedLine {
                href: format!("/reviews/{}/{}", one.key, one.period),
                words: format!(
                    "{} {} · {}",
                    one.number,
                    one.title,
                    period_words(page, one.period)
                ),
            })
            .collect(),
        given: given.into_iter().map(|view| line(page, view)).collect(),
        counts: counts
            .iter()
            .map(|(period, counts)| count_line(page, period, counts))
            .collect(),
    };
    Ok(html(200, &template)?)
}

#[derive(Template)]
#[template(path = "ledger/review.html")]
struct ReviewPage<'a> {
    page: &'a Page,
    f: FormView,
    key: &'a str,
    number: String,
    title: String,
    language: String,
    period: Period,
    words: String,
    delivered: Vec<(&'static str, String)>,
    useful: Vec<(&'static str, String)>,
    proceed: Vec<(&'static str, String)>,
}

fn period(text: &str) -> Result<Period, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

pub(super) async fn form(
    app: web::Data<App>,
    Reviewer(visit): Reviewer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (key, text) = path.into_inner();
    shown(&app, &visit, (&key, period(&text)?), 200, FormView::default()).await
}

async fn shown(
    app: &App,
    visit: &Visit,
    (key, period): (&str, Period),
    status: u16,
    f: FormView,
) -> Result<HttpResponse, Failure> {
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let find = async || agreements::one(db, scope, agreements::by_key(db, scope, key).await?).await;
    let view = find().await.map_err(Problem::from)?;
    let options = |name: &'static str, allowed: &[&'static str]| -> Vec<(&'static str, String)> {
        allowed
            .iter()
            .map(|code| (*code, said(page, name, code)))
            .collect()
    };
    let template = ReviewPage {
        page,
        f,
        key,
        number: view.number,
        title: view.document.title.clone(),
        language: view.document.language.clone(),
        period,
        words: period_words(page, period),
        delivered: options("delivered", &DELIVERED),
        useful: options("useful", &USEFUL),
        proceed: options("proceed", &PROCEED),
    };
    Ok(html(status, &template)?)
}

pub(super) async fn post(
    app: web::Data<App>,
    Reviewer(visit): Reviewer,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (key, text) = path.into_inner();
    let period = period(&text)?;
    match keep(&app, &visit, (&key, period), &posted).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) if !problem.faults.is_empty() => {
            let f = posted.shown(visit.page.lang, &problem);
            shown(&app, &visit, (&key, period), 422, f).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn keep(
    app: &App,
    visit: &Visit,
    (key, period): (&str, Period),
    posted: &Posted,
) -> Result<Answer, Problem> {
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let scope = visit.actor.scope;
    let agreement = agreements::by_key(app.db.reader(), scope, key).await?;
    let mut faults = Vec::new();
    let mut one = |name: &'static str, allowed: &'static [&'static str]| {
        let given = answer(allowed, posted.value(name));
        if given.is_none() {
            faults.push(Fault::field(name, "choose"));
        }
        given
    };
    let (delivered, useful, proceed) = (
        one("delivered", &DELIVERED),
        one("useful", &USEFUL),
        one("proceed", &PROCEED),
    );
    let comment = posted.text("comment", &mut faults);
    let (Some(delivered), Some(useful), Some(proceed), Some(comment)) = (delivered, useful, proceed, comment)
    else {
        return Err(Problem::validation(faults));
    };
    let new = NewReview {
        delivered,
        useful,
        proceed,
        comment,
    };
    tx::once(&app.db, &once, async |tx| {
        service::review(tx, &visit.actor, agreement, period, &new).await?;
        Ok(Answer::see_other("/reviews?done=review-given"))
    })
    .await
}
