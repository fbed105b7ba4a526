//! The people of a party: inviting them, their roles, one-time codes.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::domain::{Login, grantable};
use super::query::{self, MembershipView, PersonView};
use super::service::{self, Invite};
use crate::app::App;
use crate::identity::confirm::Confirm;
use crate::identity::extract::{Registrar, Visit};
use crate::identity::party::domain::PartyView;
use crate::identity::party::pages::number;
use crate::identity::party::query as parties;
use crate::kernel::actor::{Role, Who};
use crate::kernel::id::{Id, Party};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::scope::Scope;
use crate::kernel::tx;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

/// A person of a party in words.
pub(in crate::identity) struct Member {
    pub(in crate::identity) login: String,
    pub(in crate::identity) name: String,
    pub(in crate::identity) title: String,
    pub(in crate::identity) roles: String,
    pub(in crate::identity) joined: bool,
}

/// Who holds a role at a party.
pub(in crate::identity) async fn members(
    app: &App,
    visit: &Visit,
    party: Id<Party>,
) -> Result<Vec<Member>, Problem> {
    let people = query::at_party(app.db.reader(), visit.actor.scope, party).await?;
    let page = &visit.page;
    let member = |person: PersonView| {
        let held = person.memberships.iter().filter(|m| m.party == Some(party));
        let roles: Vec<String> = held.map(|m| role_words(page, m.role)).collect();
        Member {
            roles: roles.join(" · "),
            joined: person.has_password,
            login: person.login,
            name: person.name,
            title: person.title,
        }
    };
    Ok(people.into_iter().map(member).collect())
}

fn role_words(page: &Page, role: Role) -> String {
    page.t(&format!("role-{}", role.code()))
}

/// The role a registrar acts in.
fn acting(visit: &Visit) -> Role {
    match &visit.actor.who {
        Who::Person { role, .. } => *role,
        Who::Client { .. } | Who::System => Role::UnitLiaison,
    }
}

#[derive(Template)]
#[template(path = "identity/invite.html")]
struct InvitePage<'a> {
    page: &'a Page,
    f: FormView,
    party: &'a PartyView,
    back: String,
    roles: Vec<(&'static str, String)>,
}

fn invite_page(visit: &Visit, status: u16, f: FormView, party: &PartyView) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let roles = grantable(acting(visit), party.kind);
    let roles = roles.iter().map(|role| (role.code(), role_words(page, *role)));
    let template = InvitePage {
        page,
        f,
        back: format!("/parties/{}", party.number),
        party,
        roles: roles.collect(),
    };
    Ok(html(status, &template)?)
}

/// `GET /parties/{number}/people/new`
pub(super) async fn new(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let party = parties::by_number(app.db.reader(), visit.actor.scope, number(&path)?).await?;
    if let Some(asked) = visit.step_up_first(&app, &format!("/parties/{}/people/new", party.number)) {
        return Ok(asked);
    }
    invite_page(&visit, 200, FormView::default(), &party)
}

/// `POST /parties/{number}/people/new`
pub(super) async fn new_post(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    visit.stepped_up(&app)?;
    let party = parties::by_number(app.db.reader(), visit.actor.scope, number(&path)?).await?;
    match invited(&app, &visit, &posted, &party).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) if problem.faults.is_empty() => Err(problem.into()),
        Err(problem) => {
            let f = posted.shown(visit.page.lang, &problem);
            invite_page(&visit, problem.status, f, &party)
        }
    }
}

async fn invited(app: &App, visit: &Visit, posted: &Posted, party: &PartyView) -> Result<Answer, Problem> {
    let new = read(visit, posted, party)?;
    let key = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    tx::once(&app.db, &key, async |tx| {
        service::invite(tx, &visit.actor, party, &new).await?;
        Ok(Answer::see_other(format!(
            "/people/{}?done=person-invited",
            new.login.as_str()
        )))
    })
    .await
}

fn read(visit: &Visit, posted: &Posted, party: &PartyView) -> Result<Invite, Problem> {
    let mut faults = Vec::new();
    let name = posted.text("name", &mut faults);
    let title = posted.text("title", &mut faults);
    let raw = posted.value("login");
    let login = Login::parse(raw);
    if login.is_none() {
        let code = if raw.trim().is_empty() {
            "required"
        } else {
            "login-form"
        };
        faults.push(Fault::field("login", code).value(raw));
    }
    let offered = grantable(acting(visit), party.kind).iter().copied();
    let roles: Vec<Role> = offered
        .filter(|role| posted.values("role").iter().any(|code| code == role.code()))
        .collect();
    if roles.is_empty() {
        faults.push(Fault::field("role", "choose"));
    }
    match (login, name, title) {
        (Some(login), Some(name), Some(title)) if faults.is_empty() => Ok(Invite {
            login,
            name,
            title,
            roles,
            locale: visit.page.lang.tag(),
        }),
        _ => Err(Problem::validation(faults)),
    }
}

#[derive(Template)]
#[template(path = "identity/person.html")]
struct PersonPage<'a> {
    page: &'a Page,
    person: &'a PersonView,
    roles: Vec<Held>,
    may_code: bool,
    code: String,
    until: String,
    join: String,
}

/// A role somebody holds, in words.
struct Held {
    code: &'static str,
    words: String,
    party: String,
    party_number: i32,
    may_end: bool,
}

async fn found(app: &App, visit: &Visit, login: &str) -> Result<PersonView, Problem> {
    let person = query::by_login(app.db.reader(), login).await?;
    person
        .filter(|person| person.tenant == visit.actor.scope.tenant)
        .ok_or_else(Problem::not_found)
}

async fn person_page(
    app: &App,
    visit: &Visit,
    person: &PersonView,
    code: Option<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let mut roles = Vec::with_capacity(person.memberships.len());
    for held in &person.memberships {
        roles.push(in_words(app, visit, person, held).await?);
    }
    let (code, until) = code.unwrap_or_default();
    let template = PersonPage {
        page,
        person,
        may_code: person.id != visit.person.id && roles.iter().all(|held| held.may_end),
        roles,
        code,
        until,
        join: format!("{}/join", app.config.origin),
    };
    Ok(html(200, &template)?)
}

async fn in_words(
    app: &App,
    visit: &Visit,
    person: &PersonView,
    held: &MembershipView,
) -> Result<Held, Problem> {
    let scope = Scope::tenant(visit.actor.scope.tenant);
    let party = match held.party {
        Some(party) => Some(parties::find(app.db.reader(), scope, party).await?),
        None => None,
    };
    let may_end = party.as_ref().is_some_and(|party| {
        person.id != visit.person.id && grantable(acting(visit), party.kind).contains(&held.role)
    });
    Ok(Held {
        code: held.role.code(),
        words: role_words(&visit.page, held.role),
        party_number: party.as_ref().map_or(0, |party| party.number),
        party: party.map(|party| party.name).unwrap_or_default(),
        may_end,
    })
}

/// `GET /people/{login}`
pub(super) async fn show(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    login: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let person = found(&app, &visit, &login).await?;
    person_page(&app, &visit, &person, None).await
}

/// `GET /people/{login}/code`: what a new code will do.
pub(super) async fn code(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    login: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let person = found(&app, &visit, &login).await?;
    if let Some(asked) = visit.step_up_first(&app, &format!("/people/{login}/code")) {
        return Ok(asked);
    }
    let page = &visit.page;
    let mut lead = vec![page.t1("code-lead", "name", &person.name)];
    if person.has_password {
        lead.push(page.t("code-lead-again"));
    }
    let asked = Confirm {
        act: "code-make",
        lead,
        action: format!("/people/{login}/code"),
        back: format!("/people/{login}"),
        rev: 0,
        word: "",
    };
    asked.page(page, 200, FormView::default())
}

/// `POST /people/{login}/code`: shown once, on this answer alone; asking again makes another one.
pub(super) async fn code_post(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    login: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    visit.stepped_up(&app)?;
    let person = found(&app, &visit, &login).await?;
    let made = tx::run(&app.db, async |tx| {
        service::new_code(tx, &visit.actor, &person).await
    })
    .await?;
    let day = visit.page.day(&made.until.day().to_string());
    let until = format!("{day} {}", made.until.local_time());
    let person = found(&app, &visit, &login).await?;
    person_page(&app, &visit, &person, Some((made.code, until))).await
}

/// Login, role and the party's number in the address.
type RolePath = web::Path<(String, String, String)>;

async fn held_role(
    app: &App,
    visit: &Visit,
    (login, role, party): &(String, String, String),
) -> Result<(PersonView, MembershipView, PartyView), Problem> {
    let person = found(app, visit, login).await?;
    let party = parties::by_number(app.db.reader(), visit.actor.scope, number(party)?).await?;
    let fits = |m: &&MembershipView| m.role.code() == role && m.party == Some(party.id);
    let held = person.memberships.iter().find(fits).cloned();
    Ok((person, held.ok_or_else(Problem::not_found)?, party))
}

/// `GET /people/{login}/roles/{role}/{party}/end`
pub(super) async fn end_role(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    path: RolePath,
) -> Result<HttpResponse, Failure> {
    let (person, held, party) = held_role(&app, &visit, &path).await?;
    let here = format!(
        "/people/{}/roles/{}/{}/end",
        person.login,
        held.role.code(),
        party.number
    );
    if let Some(asked) = visit.step_up_first(&app, &here) {
        return Ok(asked);
    }
    let page = &visit.page;
    let role = role_words(page, held.role);
    let words = [
        ("name", person.name.as_str()),
        ("party", &party.name),
        ("role", &role),
    ];
    let asked = Confirm {
        act: "role-end",
        lead: vec![page.lang.ta("role-end-lead", &words)],
        action: here,
        back: format!("/people/{}", person.login),
        rev: 0,
        word: "",
    };
    asked.page(page, 200, FormView::default())
}

/// `POST /people/{login}/roles/{role}/{party}/end`
pub(super) async fn end_role_post(
    app: web::Data<App>,
    Registrar(visit): Registrar,
    path: RolePath,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    visit.stepped_up(&app)?;
    let (person, held, _) = held_role(&app, &visit, &path).await?;
    let key = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let done = tx::once(&app.db, &key, async |tx| {
        service::end_role(tx, &visit.actor, &person, &held).await?;
        Ok(Answer::see_other(format!(
            "/people/{}?done=role-ended",
            person.login
        )))
    })
    .await?;
    Ok(done.into())
}
