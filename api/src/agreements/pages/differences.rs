//! `/agreements/{key}/versions/{before}/diff/{after}`: what differs between two versions, in words, side by side.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::paper::{Paper, days};
use super::{load, version_words};
use crate::agreements::domain::clause::Clause;
use crate::agreements::domain::document::{Document, Funding, Obligation};
use crate::agreements::domain::ending::Action;
use crate::agreements::draft::day_words;
use crate::agreements::query;
use crate::app::App;
use crate::identity::extract::AnyPerson;
use crate::log::hash::Hash32;
use crate::web::failure::Failure;
use crate::web::page::{Page, html};

/// Something that differs between two versions.
pub(super) struct Change {
    pub(super) what: String,
    pub(super) before: String,
    pub(super) after: String,
}

#[derive(Template)]
#[template(path = "agreements/differences.html")]
struct DifferencesPage<'a> {
    page: &'a Page,
    href: String,
    number: &'a String,
    before: String,
    after: String,
    changes: Vec<Change>,
}

pub(super) async fn show(
    app: web::Data<App>,
    AnyPerson(visit): AnyPerson,
    path: web::Path<(String, u32, u32)>,
) -> Result<HttpResponse, Failure> {
    let (key, before, after) = path.into_inner();
    let view = load(&app, &visit, &key).await?;
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let before = query::version(db, scope, view.id, before).await?.document;
    let after = query::version(db, scope, view.id, after).await?.document;
    let page = &visit.page;
    let template = DifferencesPage {
        page,
        href: format!("/agreements/{}", view.key),
        number: &view.number,
        before: version_words(page, before.version),
        after: version_words(page, after.version),
        changes: changes(page, &before, &after),
    };
    Ok(html(200, &template)?)
}

/// The differences found so far.
#[derive(Default)]
struct Told(Vec<Change>);

impl Told {
    fn tell(&mut self, what: impl Into<String>, before: &str, after: &str) {
        if before != after {
            self.0.push(Change {
                what: what.into(),
                before: before.to_owned(),
                after: after.to_owned(),
            });
        }
    }
}

/// What differs: who gives what to whom, quantities, days, funding, clauses, an end.
pub(super) fn changes(page: &Page, before: &Document, after: &Document) -> Vec<Change> {
    let mut told = Told::default();
    let term = |d: &Document| days(page.lang, d.term.from, d.term.until);
    let names = |d: &Document| {
        let names: Vec<&str> = d.parties.iter().map(|p| p.name.as_str()).collect();
        names.join("、")
    };
    told.tell(page.t("agreement-title"), &before.title, &after.title);
    told.tell(page.t("agreement-parties"), &names(before), &names(after));
    told.tell(page.t("agreement-term"), &term(before), &term(after));
    let sign_by = |d: &Document| day_words(page.lang, d.sign_by);
    told.tell(page.t("agreement-sign-by"), &sign_by(before), &sign_by(after));
    obligations(page, before, after, &mut told);
    let funding = |d: &Document| funds(page, &d.funding);
    told.tell(page.t("agreement-funding"), &funding(before), &funding(after));
    clauses(page, before, after, &mut told);
    ending(page, before, after, &mut told);
    told.0
}

fn obligations(page: &Page, before: &Document, after: &Document, told: &mut Told) {
    // The hash is not shown here.
    let none = Hash32::of(b"");
    let (old, new) = (
        Paper::new(page, before, none).obligations,
        Paper::new(page, after, none).obligations,
    );
    let whole = |o: &super::paper::PaperObligation| format!("{} · {}", o.what, o.amount);
    for was in &old {
        let head = page.t2("agreement-owes", "from", &was.from, "to", &was.to);
        let Some(is) = new.iter().find(|is| is.reference == was.reference) else {
            told.tell(head, &whole(was), "");
            continue;
        };
        let about = |key: &str| format!("{head} · {}", page.t(key));
        told.tell(about("agreement-gives"), &was.from, &is.from);
        told.tell(about("agreement-gets"), &was.to, &is.to);
        told.tell(about("agreement-what"), &was.what, &is.what);
        told.tell(about("agreement-amount"), &was.amount, &is.amount);
        let (due_was, due_is) = (was.due.join("；"), is.due.join("；"));
        told.tell(about("agreement-instalments"), &due_was, &due_is);
        told.tell(about("agreement-acceptance"), &was.acceptance, &is.acceptance);
    }
    let fresh = new
        .iter()
        .filter(|is| !old.iter().any(|was| was.reference == is.reference));
    for is in fresh {
        let head = page.t2("agreement-owes", "from", &is.from, "to", &is.to);
        told.tell(head, "", &whole(is));
    }
}

fn funds(page: &Page, funding: &[Funding]) -> String {
    let words = |fund: &Funding| {
        let source = page.t(&format!("agreement-fund-{}", fund.source.code()));
        page.t2("agreement-fund", "source", source, "amount", fund.amount_fen)
    };
    funding.iter().map(words).collect::<Vec<_>>().join("；")
}

fn clauses(page: &Page, before: &Document, after: &Document, told: &mut Told) {
    let head = |clause: &Clause| page.t(&format!("clause-head-{}", clause.kind.code()));
    for was in &before.clauses {
        let is = after.clauses.iter().find(|is| is.reference == was.reference);
        told.tell(head(was), &was.text, is.map_or("", |is| is.text.as_str()));
        let Some(is) = is else { continue };
        let (terms_were, terms_are) = (terms(page, was), terms(page, is));
        told.tell(head(was), &terms_were, &terms_are);
    }
    for is in &after.clauses {
        if !before.clauses.iter().any(|was| was.reference == is.reference) {
            told.tell(head(is), "", &is.text);
        }
    }
}

/// What a clause fixes beside its text.
fn terms(page: &Page, clause: &Clause) -> String {
    let notice = clause
        .notice_days
        .map(|days| page.t1("agreement-notice-is", "days", days));
    let alone = clause.unilateral.map(|alone| {
        page.t(if alone {
            "agreement-unilateral"
        } else {
            "agreement-not-unilateral"
        })
    });
    let every = clause
        .every
        .map(|every| page.t(&format!("agreement-every-{}", every.code())));
    let words: Vec<String> = [notice, alone, every].into_iter().flatten().collect();
    words.join("；")
}

fn ending(page: &Page, before: &Document, after: &Document, told: &mut Told) {
    let text = |d: &Document, read: &dyn Fn(&Document) -> Option<String>| read(d).unwrap_or_default();
    let mut both = |what: &str, read: &dyn Fn(&Document) -> Option<String>| {
        told.tell(page.t(what), &text(before, read), &text(after, read));
    };
    both("agreement-ends-on", &|d| {
        Some(day_words(page.lang, d.termination.as_ref()?.effective_on))
    });
    both("agreement-end-leaving", &|d| {
        let party = d.party(d.termination.as_ref()?.leaving.as_ref()?)?;
        Some(party.name.clone())
    });
    both("agreement-end-reason", &|d| {
        Some(d.termination.as_ref()?.reason.clone())
    });
    both("agreement-end-settlements", &|d| Some(settlements(page, d)));
}

fn settlements(page: &Page, document: &Document) -> String {
    let Some(end) = &document.termination else {
        return String::new();
    };
    let owed = |reference: &str| -> Option<&Obligation> {
        document.obligations.iter().find(|o| o.reference == reference)
    };
    let words = end.settlements.iter().filter_map(|settlement| {
        let owed = owed(&settlement.obligation)?;
        let place = usize::try_from(settlement.due_no).ok()?.checked_sub(1)?;
        let due = owed.due.get(place)?;
        let when = days(page.lang, due.from, due.until);
        let act = match (settlement.action, settlement.until) {
            (Action::FinishBy, Some(until)) => {
                page.t1("agreement-settle-finished-by", "day", day_words(page.lang, until))
            }
            _ => page.t("agreement-settle-waive"),
        };
        Some(format!("{} · {when} · {act}", owed.what))
    });
    words.collect::<Vec<_>>().join("；")
}
