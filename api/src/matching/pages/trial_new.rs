//! Putting a what-if together: changes are chosen one by one and stand in the address until it is asked for.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use gongjian_engine::what_if::Rule;

use super::{beside, kept};
use crate::app::App;
use crate::identity::extract::{StreetCadre, Visit};
use crate::kernel::idempotency::Answer;
use crate::kernel::limit;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::lists::domain::EntryView;
use crate::matching::query::PlanView;
use crate::matching::trial::ask::{self, About, Ask};
use crate::matching::trial::change::Change;
use crate::matching::trial::subject::Subject;
use crate::matching::trial::{TrialKind, outcome, service};
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};
use crate::web::table::TableView;

/// Changes chosen so far.
struct Basket {
    no: i64,
    items: Vec<(String, Vec<Change>)>,
}

impl Basket {
    /// Reads the items of an address or a form; what cannot be read or stands twice is left out.
    fn read<'a>(no: i64, items: impl Iterator<Item = &'a str>, subject: &Subject) -> Self {
        let mut basket = Self {
            no,
            items: Vec::new(),
        };
        for item in items.take(2 * limit::TRIAL_CHANGES) {
            let known = basket.items.iter().any(|(known, _)| known == item);
            if let Some(changes) = ask::read(item, subject).filter(|_| !known) {
                basket.items.push((item.to_owned(), changes));
            }
        }
        basket
    }

    fn changes(&self) -> Vec<Change> {
        self.items
            .iter()
            .flat_map(|(_, changes)| changes.clone())
            .collect()
    }

    /// The address of the page with all items but one, and one more.
    fn href(&self, but: Option<&str>, more: Option<&str>) -> String {
        let items = self.items.iter().map(|(item, _)| item.as_str());
        let items = items.filter(|item| Some(*item) != but).chain(more);
        let pairs: Vec<(&str, &str)> = items.map(|item| ("change", item)).collect();
        let query = serde_urlencoded::to_string(&pairs).unwrap_or_default();
        format!("/runs/{}/what-if/new?{query}", self.no)
    }

    fn shown(&self, page: &Page, subject: &Subject) -> Vec<Chosen> {
        let chosen = |(item, changes): &(String, Vec<Change>)| Chosen {
            words: changes.iter().map(|c| subject.words(page.lang, c)).collect(),
            drop: self.href(Some(item), None),
            item: item.clone(),
        };
        self.items.iter().map(chosen).collect()
    }
}

/// An item of the basket in words.
struct Chosen {
    item: String,
    words: Vec<String>,
    drop: String,
}

#[derive(Template)]
#[template(path = "matching/trial_new.html")]
struct NewPage<'a> {
    page: &'a Page,
    f: FormView,
    no: i64,
    back: String,
    chosen: Vec<Chosen>,
    asks: Vec<(String, String)>,
    parties: Vec<(String, String)>,
}

fn new_page(
    visit: &Visit,
    subject: &Subject,
    basket: &Basket,
    status: u16,
    f: FormView,
) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let asks = Ask::ALL.into_iter().filter(|ask| match ask.about() {
        About::Fund => !subject.lists.funds.is_empty(),
        _ => true,
    });
    let numbered = subject.lists.parties.iter().enumerate();
    let mut parties: Vec<(String, String)> = numbered
        .map(|(place, party)| (place.to_string(), subject.names.of(&party.id)))
        .collect();
    parties.sort_by(|a, b| a.1.cmp(&b.1));
    let template = NewPage {
        page,
        f,
        no: basket.no,
        back: format!("/runs/{}/what-if", basket.no),
        chosen: basket.shown(page, subject),
        asks: asks
            .map(|ask| {
                (
                    ask.code().to_owned(),
                    page.t(&format!("trial-ask-{}", ask.code())),
                )
            })
            .collect(),
        parties,
    };
    Ok(html(status, &template)?)
}

/// The pairs of an address.
fn pairs(request: &HttpRequest) -> Vec<(String, String)> {
    serde_urlencoded::from_str(request.query_string()).unwrap_or_default()
}

fn items(pairs: &[(String, String)]) -> impl Iterator<Item = &str> {
    let named = pairs.iter().filter(|(name, _)| name == "change");
    named.map(|(_, item)| item.as_str())
}

/// `GET /runs/{no}/what-if/new`
pub(in crate::matching) async fn new(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let subject = Subject::of(&app, &visit, &plan).await?;
    let basket = Basket::read(*no, items(&pairs(&request)), &subject);
    new_page(&visit, &subject, &basket, 200, FormView::default())
}

#[derive(Template)]
#[template(path = "matching/trial_change.html")]
struct ChangePage<'a> {
    page: &'a Page,
    f: FormView,
    no: i64,
    back: String,
    title: String,
    about: String,
    kind: &'static str,
    party: String,
    items: Vec<String>,
    /// Rows to choose from; none if the party says which.
    options: Vec<(String, String)>,
    chooses: bool,
    value: Option<(&'static str, &'static str)>,
}

/// `GET /runs/{no}/what-if/change`: the fields of the kind and party chosen.
pub(in crate::matching) async fn ask(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let subject = Subject::of(&app, &visit, &plan).await?;
    let basket = Basket::read(*no, items(&pairs(&request)), &subject);
    let t = TableView::read(&request);
    let (kind, party) = (t.value("kind").to_owned(), t.value("party").to_owned());
    let f = FormView::filled([("kind", kind.clone()), ("party", party.clone())]);
    match chosen(&subject, &kind, &party) {
        Ok(ask) => change_page(
            &visit,
            &subject,
            &basket,
            ask,
            &party,
            200,
            proposed(ask, &subject, &party),
        ),
        Err(faults) => {
            let shown = Problem::validation(faults);
            let faults = shown.faults.iter();
            let faults = faults.map(|fault| crate::web::form::ShownFault::new(visit.page.lang, fault));
            let f = FormView {
                faults: faults.collect(),
                ..f
            };
            new_page(&visit, &subject, &basket, 422, f)
        }
    }
}

/// The kind of change, if what it needs is chosen.
fn chosen(subject: &Subject, kind: &str, party: &str) -> Result<Ask, Vec<Fault>> {
    let ask = Ask::from_code(kind).ok_or_else(|| vec![Fault::field("kind", "choose")])?;
    let known = party
        .parse()
        .is_ok_and(|place: usize| place < subject.lists.parties.len());
    match ask.about() {
        About::Offer | About::Need | About::Party if !known => Err(vec![Fault::field("party", "choose")]),
        _ => Ok(ask),
    }
}

/// What the fields hold at first: one agreement more, the numbers that are there.
fn proposed(ask: Ask, subject: &Subject, party: &str) -> FormView {
    let place: usize = party.parse().unwrap_or(usize::MAX);
    let row = subject.lists.parties.get(place);
    let value = match (ask, row) {
        (Ask::Agreements, Some(row)) => (row.max_agreements + 1).to_string(),
        (Ask::Tolerance, Some(row)) => (row.tolerance_micro / 1_000_000).to_string(),
        _ => String::new(),
    };
    FormView::filled([("value", value)])
}

fn change_page(
    visit: &Visit,
    subject: &Subject,
    basket: &Basket,
    ask: Ask,
    party: &str,
    status: u16,
    f: FormView,
) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let owner = party
        .parse::<usize>()
        .ok()
        .and_then(|place| subject.lists.parties.get(place));
    let named = matches!(ask.about(), About::Offer | About::Need | About::Party);
    let template = ChangePage {
        page,
        f,
        no: basket.no,
        back: basket.href(None, None),
        title: page.t(&format!("trial-ask-{}", ask.code())),
        about: owner
            .filter(|_| named)
            .map(|row| subject.names.of(&row.id))
            .unwrap_or_default(),
        kind: ask.code(),
        party: party.to_owned(),
        items: basket.items.iter().map(|(item, _)| item.clone()).collect(),
        options: options(page, subject, ask, owner.map(|row| row.id.as_str())),
        chooses: ask.about() != About::Party,
        value: ask.value(),
    };
    Ok(html(status, &template)?)
}

/// The rows a change may be about: those of one party, or all funds, or the rules that are on.
fn options(page: &Page, subject: &Subject, ask: Ask, party: Option<&str>) -> Vec<(String, String)> {
    let told = |id: &str, quantity: i64| {
        let entry = subject.names.entry(id);
        let title = entry.map_or("", |e: &EntryView| e.title.as_str());
        let measure = entry.map(|e| page.t(&format!("measure-{}", e.measure.id())));
        format!("{title}（{quantity} {}）", measure.unwrap_or_default())
    };
    let lists = &subject.lists;
    let own = |owner: &str| Some(owner) == party;
    match ask.about() {
        About::Offer => (0_usize..)
            .zip(&lists.offers)
            .filter(|(_, row)| own(&row.party))
            .map(|(place, row)| (place.to_string(), told(&row.id, row.quantity)))
            .collect(),
        About::Need => (0_usize..)
            .zip(&lists.needs)
            .filter(|(_, row)| own(&row.party))
            .map(|(place, row)| (place.to_string(), told(&row.id, row.quantity)))
            .collect(),
        About::Party => Vec::new(),
        About::Fund => (0_usize..)
            .zip(&lists.funds)
            .map(|(place, row)| (place.to_string(), subject.fund(page.lang, &row.id)))
            .collect(),
        About::Rule => Rule::ALL
            .into_iter()
            .filter(|rule| rule.is_on(lists))
            .map(|rule| (rule.name().to_owned(), page.t(&format!("rule-{}", rule.name()))))
            .collect(),
    }
}

/// `POST /runs/{no}/what-if/change`: adds a change to those chosen.
pub(in crate::matching) async fn add(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let subject = Subject::of(&app, &visit, &plan).await?;
    let basket = Basket::read(*no, posted.values("change").iter().map(String::as_str), &subject);
    let party = posted.value("party");
    let ask = chosen(&subject, posted.value("kind"), party).map_err(Problem::validation)?;
    let which = if ask.about() == About::Party {
        party
    } else {
        posted.value("which")
    };
    match ask.change(&subject, which, posted.value("value")) {
        Ok(_) => {
            let item = ask.item(which, posted.value("value"));
            let location = basket.href(Some(&item), Some(&item));
            Ok(HttpResponse::SeeOther()
                .insert_header(("Location", location))
                .finish())
        }
        Err(faults) => {
            let f = posted.shown(visit.page.lang, &Problem::validation(faults));
            change_page(&visit, &subject, &basket, ask, party, 422, f)
        }
    }
}

/// `POST /runs/{no}/what-if/new`: asks for the what-if.
pub(in crate::matching) async fn request(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let subject = Subject::of(&app, &visit, &plan).await?;
    let basket = Basket::read(*no, posted.values("change").iter().map(String::as_str), &subject);
    let changes = basket.changes();
    let id = plan.id;
    if let Some(fault) = fault(plan, &changes).await? {
        let f = posted.shown(visit.page.lang, &Problem::validation(vec![fault]));
        return new_page(&visit, &subject, &basket, 422, f);
    }
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let answer = tx::once(&app.db, &once, async |tx| {
        let trial = service::request(tx, &visit.actor, id, TrialKind::WhatIf, &changes).await?;
        Ok(Answer::see_other(format!("/runs/{no}/what-if/{trial}")))
    });
    Ok(answer.await?.into())
}

/// Why these changes cannot be tried, if they cannot.
async fn fault(plan: PlanView, changes: &[Change]) -> Result<Option<Fault>, Problem> {
    if changes.is_empty() {
        return Ok(Some(Fault::field("change", "trial-nothing")));
    }
    if changes.len() > limit::TRIAL_CHANGES {
        let fault = Fault::field("change", "trial-too-many");
        return Ok(Some(fault.arg("max", limit::TRIAL_CHANGES.to_string())));
    }
    let changes = changes.to_vec();
    let fits = beside(move || {
        let (instance, _) = outcome::read(&plan)?;
        Ok(outcome::changed(&instance, &changes).is_ok())
    });
    Ok((!fits.await?).then(|| Fault::field("change", "trial-clash")))
}
