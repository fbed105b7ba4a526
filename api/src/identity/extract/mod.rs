//! Who is visiting: the type of a handler's argument is the permission it needs.

mod client;

pub use client::{
    AgreementReader, AnyClient, ApiClient, DeliveryReader, DeliveryWriter, ExportReader, LogReader,
    ReviewWriter, address,
};

use std::future::Future;
use std::pin::Pin;

use actix_session::Session;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use uuid::Uuid;

use crate::app::App;
use crate::identity::party::query as parties;
use crate::identity::person::query::{self as people, PersonView};
use crate::identity::session;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::web::csrf;
use crate::web::failure::{self, Failure};
use crate::web::i18n::Lang;
use crate::web::page::{Page, SignedIn};

/// Somebody signed in, acting in one of the roles a page allows.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Who acts.
    pub actor: Actor,
    /// The person.
    pub person: PersonView,
    /// The page's shell.
    pub page: Page,
    /// Until when the person has stepped up, milliseconds; 0 if not.
    pub step_up_until: i64,
    /// The session's name in the list of the person's sessions.
    pub session: String,
}

impl Visit {
    /// Whether the person has given their password again within the last five minutes.
    ///
    /// # Errors
    /// `step-up-required`.
    pub fn stepped_up(&self, app: &App) -> Result<(), Problem> {
        if self.step_up_until > app.db.clock().now().get() {
            Ok(())
        } else {
            Err(Problem::new("step-up-required", 403))
        }
    }

    /// The way to the password page that comes back to `back`, unless the person has stepped up already.
    #[must_use]
    pub fn step_up_first(&self, app: &App, back: &str) -> Option<HttpResponse> {
        self.stepped_up(app).err().map(|_| {
            HttpResponse::SeeOther()
                .insert_header(("Location", format!("/step-up?back={back}")))
                .finish()
        })
    }
}

/// Somebody signed in, in any of their roles.
pub struct AnyPerson(pub Visit);
/// 街道干部
pub struct StreetCadre(pub Visit);
/// 联席会议秘书
pub struct MeetingSecretary(pub Visit);
/// Who may see meetings: secretary or cadre.
pub struct MeetingReader(pub Visit);
/// 签署人
pub struct Signer(pub Visit);
/// Who keeps lists: cadre, liaison, community secretary.
pub struct ListKeeper(pub Visit);
/// Who has a signing key: cadre or signer.
pub struct KeyHolder(pub Visit);
/// 区（县市）管理员
pub struct DistrictAdmin(pub Visit);
/// Who keeps the register of parties and people: cadre or district administrator.
pub struct Registrar(pub Visit);
/// Who sees what is due, acting for a party before all else.
pub struct Deliverer(pub Visit);
/// Who reviews projects for a party: liaison or community secretary.
pub struct Reviewer(pub Visit);
/// Anybody, signed in or not.
pub struct Guest(pub Page);

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

fn visit<T: 'static>(
    request: &HttpRequest,
    payload: &mut Payload,
    roles: &'static [Role],
    wrap: fn(Visit) -> T,
) -> Extracted<T> {
    let request = request.clone();
    let session = Session::from_request(&request, payload);
    Box::pin(async move {
        let session = session
            .await
            .map_err(|error| Problem::internal(error.to_string()))?;
        find(&request, &session, roles).await.map(wrap).map_err(Failure)
    })
}

impl FromRequest for AnyPerson {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        visit(request, payload, &Role::ALL, Self)
    }
}

impl FromRequest for StreetCadre {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        visit(request, payload, &[Role::StreetCadre], Self)
    }
}

impl FromRequest for MeetingSecretary {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        visit(request, payload, &[Role::MeetingSecretary], Self)
    }
}

impl FromRequest for MeetingReader {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        visit(
            request,
            payload,
            &[Role::MeetingSecretary, Role::StreetCadre],
            Self,
        )
    }
}

impl FromRequest for Signer {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        visit(request, payload, &[Role::UnitSigner], Self)
    }
}

impl FromRequest for ListKeeper {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        visit(
            request,
            payload,
            &[Role::StreetCadre, Role::UnitLiaison, Role::CommunitySecretary],
            Self,
        )
    }
}

impl FromRequest for KeyHolder {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        visit(request, payload, &[Role::StreetCadre, Role::UnitSigner], Self)
    }
}

impl FromRequest for DistrictAdmin {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        visit(request, payload, &[Role::DistrictAdmin], Self)
    }
}

impl FromRequest for Registrar {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        visit(request, payload, &[Role::StreetCadre, Role::DistrictAdmin], Self)
    }
}

impl FromRequest for Deliverer {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        visit(
            request,
            payload,
            &[
                Role::UnitLiaison,
                Role::UnitSigner,
                Role::CommunitySecretary,
                Role::StreetCadre,
                Role::MeetingSecretary,
                Role::DistrictAdmin,
            ],
            Self,
        )
    }
}

impl FromRequest for Reviewer {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        visit(
            request,
            payload,
            &[Role::UnitLiaison, Role::CommunitySecretary],
            Self,
        )
    }
}

impl FromRequest for Guest {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let session = Session::from_request(&request, payload);
        Box::pin(async move {
            let session = session
                .await
                .map_err(|error| Problem::internal(error.to_string()))?;
            let app = app(&request)?;
            let mut page = shell(&app, &request, &session, None)?;
            let tenants = parties::all_tenants(app.db.reader()).await?;
            page.street = tenants.into_iter().next().map(|t| t.name).unwrap_or_default();
            Ok(Self(page))
        })
    }
}

fn app(request: &HttpRequest) -> Result<web::Data<App>, Problem> {
    request
        .app_data::<web::Data<App>>()
        .cloned()
        .ok_or_else(|| Problem::internal("no app"))
}

async fn find(request: &HttpRequest, session: &Session, roles: &[Role]) -> Result<Visit, Problem> {
    if request.headers().contains_key("Authorization") {
        return Err(Problem::new("mixed-credentials", 400));
    }
    let app = app(request)?;
    let unknown = || Problem::new("unauthenticated", 401);
    let id: Uuid = session
        .get(session::PERSON)
        .map_err(|_| unknown())?
        .ok_or_else(unknown)?;
    let db = app.db.reader();
    let person = people::by_session(db, id).await?.ok_or_else(unknown)?;
    let held = roles
        .iter()
        .find_map(|role| person.memberships.iter().find(|m| m.role == *role));
    let held = held
        .cloned()
        .ok_or_else(|| Problem::new("role-insufficient", 403))?;
    let tenant = parties::tenant(db, Scope::tenant(person.tenant)).await?;
    let mut page = shell(&app, request, session, Some(&person))?;
    page.street = tenant.name;
    page.person = Some(SignedIn {
        login: person.login.clone(),
        name: person.name.clone(),
        party: match held.party {
            Some(party) => Some(parties::find(db, Scope::tenant(person.tenant), party).await?.name),
            None => None,
        },
        roles: person.memberships.iter().map(|m| m.role).collect(),
    });
    let step_up_until = session.get(session::STEP_UP).ok().flatten().unwrap_or(0);
    let mark = session.get(session::MARK).ok().flatten().unwrap_or_default();
    let actor = person.actor(&held);
    Ok(Visit {
        actor,
        person,
        page,
        step_up_until,
        session: mark,
    })
}

fn shell(
    app: &App,
    request: &HttpRequest,
    session: &Session,
    person: Option<&PersonView>,
) -> Result<Page, Problem> {
    let fault = |error: &dyn std::fmt::Display| Problem::internal(error.to_string());
    let lang = person
        .and_then(|p| Lang::from_tag(&p.locale))
        .unwrap_or_else(|| failure::language(request));
    let lang = if request.cookie("gj-lang").is_some() {
        failure::language(request)
    } else {
        lang
    };
    let mut page = Page::guest(lang, request.path());
    let size = request.cookie("gj-size").and_then(|c| c.value().parse().ok());
    page.text_size = size.or(person.map(|p| p.text_size)).unwrap_or(0_u8).min(2);
    page.csrf = match session.get(csrf::SESSION_KEY).map_err(|e| fault(&e))? {
        Some(token) => token,
        None => {
            let token = random_hex(app);
            session.insert(csrf::SESSION_KEY, &token).map_err(|e| fault(&e))?;
            token
        }
    };
    page.once = random_hex(app);
    page.done = done(request, lang);
    page.frozen = app.db.is_frozen();
    Ok(page)
}

fn random_hex(app: &App) -> String {
    let mut bytes = [0_u8; 16];
    app.db.ids().fill(&mut bytes);
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// `?done=sent` → `done-sent`, if there are such words.
fn done(request: &HttpRequest, lang: Lang) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(request.query_string()).ok()?;
    let (_, what) = pairs.into_iter().find(|(name, _)| name == "done")?;
    let key = format!("done-{what}");
    Some(key).filter(|key| lang.knows(key) || (lang == Lang::Stretched && Lang::En.knows(key)))
}
