//! A street ready to sign: an open log, three parties with signers whose keys are enrolled, an adopted item.

use gongjian_api::agreements::domain::document::{Area, Measure, Mode, Term};
use gongjian_api::agreements::draft::{Adopted, AdoptedService};
use gongjian_api::agreements::query::{self, SigningContext};
use gongjian_api::agreements::service::{self, Checked, SignReceipt, Submission};
use gongjian_api::identity::credential::{query as credentials, service as enrolment};
use gongjian_api::identity::keys::enrol::{self, EnrolmentFact, SCHEMA, SignerClaim};
use gongjian_api::identity::keys::jws::{Header, Intent, Jws, Seen, SignatureEntry};
use gongjian_api::identity::party::domain::PartyKind;
use gongjian_api::identity::party::service::{self as register, NewParty, NewTenant};
use gongjian_api::identity::password;
use gongjian_api::identity::person::service::{self as people, NewPerson};
use gongjian_api::kernel::actor::{Actor, Role, Who};
use gongjian_api::kernel::clock::{Clock, Millis};
use gongjian_api::kernel::id::{Id, Party, Person, Tenant};
use gongjian_api::kernel::problem::Problem;
use gongjian_api::kernel::scope::Scope;
use gongjian_api::kernel::tx;
use gongjian_api::log;
use gongjian_api::log::b64;
use gongjian_api::log::hash::Hash32;
use gongjian_api::sample::demo;
use gongjian_api::web::i18n::Lang;
use serde_json::json;
use uuid::Uuid;

use crate::core::Core;
use crate::signer::SoftKey;

/// 2026-03-25 10:00 in UTC+8.
pub const NOW: i64 = 1_774_404_000_000;

/// Memory of a password's hash: little, so that tests are quick.
const PASSWORD_KIB: u32 = 64;

/// Origin of the street's log.
pub const ORIGIN: &str = "test.example/log/jinghe";

/// The street.
pub struct Street {
    /// Services and database.
    pub core: Core,
    /// The tenant.
    pub tenant: Id<Tenant>,
    /// The cadre.
    pub cadre: Actor,
    /// The signers of a community and two units, with their keys.
    pub signers: Vec<(Actor, SoftKey)>,
    root: SoftKey,
    /// The first and last day of what is adopted.
    term: Term,
}

impl Street {
    /// Opens the street; every signer's key is enrolled.
    pub async fn open() -> Self {
        let day = |text: &str| text.parse().unwrap();
        let term = Term {
            from: day("2026-04-15"),
            until: day("2026-12-31"),
        };
        Self::open_at(Millis::new(NOW), term).await
    }

    /// Opens the street at another time; what is adopted is owed in these days.
    pub async fn open_at(at: Millis, term: Term) -> Self {
        let core = Core::start(at).await;
        let root = SoftKey::new(99);
        let tenant = tenant(&core).await;
        let cadre = person(&core, tenant, "cadre", Role::StreetCadre, None).await;
        let vkey = log::service::signer(&core.app, ORIGIN)
            .unwrap()
            .verifier()
            .to_string();
        tx::run(&core.app.db, async |tx| {
            enrolment::open_street(tx, &cadre, ORIGIN, &vkey, &root.public()).await
        })
        .await
        .unwrap();
        let mut street = Self {
            core,
            tenant,
            cadre,
            signers: Vec::new(),
            root,
            term,
        };
        for (n, name, kind) in [
            (1, "靖和街道河南社区居民委员会", PartyKind::Community),
            (2, "珲春市第二小学", PartyKind::Unit),
            (3, "珲春市人民医院", PartyKind::Unit),
        ] {
            let party = party(&street.core, tenant, name, kind).await;
            let actor = person(
                &street.core,
                tenant,
                &format!("s{n}"),
                Role::UnitSigner,
                Some(party),
            )
            .await;
            let key = SoftKey::new(n);
            street.enrol(&actor, &key).await;
            street.signers.push((actor, key));
        }
        street
    }

    /// The party of a signer.
    #[must_use]
    pub fn party(&self, signer: usize) -> Id<Party> {
        self.signers[signer].0.party().unwrap()
    }

    /// The whole street.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::tenant(self.tenant)
    }

    async fn seen(&self) -> Seen {
        let checkpoint = log::service::cut(&self.core.app, self.tenant).await.unwrap();
        Seen {
            origin: checkpoint.origin,
            size: checkpoint.size,
            root: checkpoint.root.b64(),
        }
    }

    /// Requests a key for a signer and vouches for it.
    pub async fn enrol(&self, actor: &Actor, key: &SoftKey) {
        let today = self.core.clock.now().day();
        let party = actor.party().unwrap().uuid();
        let salt = [u8::try_from(self.signers.len()).unwrap(); 32];
        let value = json!({"name": "某人"});
        let commitment = gongjian_api::identity::keys::commitment::commit(&salt, party, "/signer", &value)
            .unwrap()
            .b64u();
        let fact = EnrolmentFact {
            alg: "ES256".to_owned(),
            evidence: None,
            jwk: key.jwk(),
            kid: key.kid(),
            method: "in_person".to_owned(),
            party,
            schema: SCHEMA.to_owned(),
            signer: SignerClaim {
                commitment: commitment.clone(),
                title: "书记".to_owned(),
            },
            tenant: self.tenant.uuid(),
            valid_from: today,
            valid_until: today.plus_months(24).plus_days(-1),
        };
        let payload = fact.to_bytes().unwrap();
        let header = |kid: String, intent, nonce, seen: &Seen| Header {
            alg: gongjian_api::identity::keys::jwk::Alg::Es256,
            kid,
            intent,
            party: None,
            prior: None,
            seen: seen.clone(),
            nonce,
            exp: self.core.clock.now().seconds() + 600,
        };
        let seen = self.seen().await;
        let enrol = key.sign(&header(key.kid(), Intent::Enrol, key.nonce(), &seen), &payload);
        let mut jws = Jws {
            payload: b64::encode_url(&payload),
            signatures: vec![enrol],
        };
        let opened = enrolment::SignerOpening {
            commitment,
            salt,
            value: value.to_string(),
        };
        let possession = enrol::check_possession(&jws).unwrap();
        let db = &self.core.app.db;
        tx::run(db, async |tx| {
            enrolment::request(tx, actor, &possession, &jws, &opened).await
        })
        .await
        .unwrap();
        let root = &self.root;
        jws.signatures
            .push(root.sign(&header(root.kid(), Intent::Vouch, root.nonce(), &seen), &payload));
        let whole = enrol::check(&jws, |kid| (kid == root.kid()).then(|| root.public())).unwrap();
        let asked = credentials::find(db.reader(), self.tenant, &key.kid())
            .await
            .unwrap()
            .unwrap();
        tx::run(db, async |tx| {
            enrolment::vouch(tx, &self.cadre, &asked, &whole, &jws).await
        })
        .await
        .unwrap();
    }

    /// A person with a role; liaisons and secretaries are the second and the first signer's party's.
    pub async fn person(&self, login: &str, role: Role) -> Actor {
        let party = match role {
            Role::UnitLiaison => Some(self.party(1)),
            Role::CommunitySecretary => Some(self.party(0)),
            _ => None,
        };
        person(&self.core, self.tenant, login, role, party).await
    }

    /// An item adopted by a meeting between the first `n` signers' parties.
    #[must_use]
    pub fn adopted(&self, item: u32, n: usize) -> Adopted {
        let term = self.term;
        let service = |from: usize, to: usize, area, what: &str, unit: &str, quantity| AdoptedService {
            from: self.party(from),
            to: vec![self.party(to)],
            area,
            what: what.to_owned(),
            unit: Measure::from_code(unit).unwrap(),
            quantity,
            days: term,
            offer: Some(Uuid::from_u128(7)),
            need: Some(Uuid::from_u128(8)),
        };
        let mut services = vec![
            service(1, 0, Area::Facilities, "双休日开放操场", "hour", 96),
            service(0, 1, Area::Civility, "上学放学时段文明劝导", "hour", 120),
        ];
        if n > 2 {
            services.push(service(2, 0, Area::Volunteers, "义诊", "person_time", 60));
            services.push(service(0, 2, Area::Civility, "停车疏导", "hour", 60));
        }
        Adopted {
            meeting: Uuid::from_u128(5),
            item,
            meeting_name: "靖和街道第1次党建联席会议".to_owned(),
            held_on: term.from.plus_days(-26),
            plan: Some(Uuid::from_u128(6)),
            title: None,
            mode: Mode::Project,
            language: Lang::Zh,
            term,
            parties: (0..n).map(|i| self.party(i)).collect(),
            services,
        }
    }

    /// Drafts and sends an item; gives the agreement.
    pub async fn send(&self, item: u32, n: usize) -> service::Sent {
        let adopted = self.adopted(item, n);
        tx::run(&self.core.app.db, async |tx| {
            let no = service::create(tx, &self.cadre, &adopted).await?;
            Ok(service::send(tx, &self.cadre, no, 1).await?)
        })
        .await
        .unwrap()
    }

    /// What the server tells a signer.
    pub async fn context(&self, signer: usize, agreement: Uuid, intent: Intent) -> SigningContext {
        let (actor, key) = &self.signers[signer];
        query::signing_context(&self.core.app, actor.scope, agreement, intent, &key.kid())
            .await
            .unwrap()
    }

    /// A submission by a signer made in this context.
    pub async fn submission(
        &self,
        signer: usize,
        agreement: Uuid,
        intent: Intent,
        context: &SigningContext,
        payload: Option<Vec<u8>>,
    ) -> Submission {
        let stored = query::version(
            self.core.app.db.reader(),
            self.scope(),
            agreement,
            context.version,
        )
        .await;
        let bytes = payload.clone().unwrap_or(stored.unwrap().bytes);
        let entry: SignatureEntry = self.signers[signer].1.sign_value(context.header.clone(), &bytes);
        let version = context.version + u32::from(payload.is_some());
        Submission {
            route: intent,
            version,
            entry,
            payload,
        }
    }

    /// Checks a submission.
    ///
    /// # Errors
    /// The problem the signer is told.
    pub async fn check(&self, signer: usize, agreement: Uuid, given: Submission) -> Result<Checked, Problem> {
        Ok(service::check(&self.core.app, &self.signers[signer].0, agreement, given).await?)
    }

    /// Records a checked signature.
    ///
    /// # Errors
    /// The problem the signer is told.
    pub async fn record(&self, signer: usize, checked: &Checked) -> Result<SignReceipt, Problem> {
        let actor = &self.signers[signer].0;
        tx::run(&self.core.app.db, async |tx| {
            Ok(service::sign(tx, actor, checked).await?)
        })
        .await
    }

    /// Signs as the server asks, now.
    ///
    /// # Errors
    /// The problem the signer is told.
    pub async fn sign(&self, signer: usize, agreement: Uuid, intent: Intent) -> Result<SignReceipt, Problem> {
        let context = self.context(signer, agreement, intent).await;
        let given = self.submission(signer, agreement, intent, &context, None).await;
        let checked = self.check(signer, agreement, given).await?;
        self.record(signer, &checked).await
    }

    /// The next version with another quantity of the first obligation.
    pub async fn countered(&self, agreement: Uuid, quantity: u32) -> Vec<u8> {
        let view = query::one(self.core.app.db.reader(), self.scope(), agreement)
            .await
            .unwrap();
        let mut document = view.document;
        document.version += 1;
        document.kind = gongjian_api::agreements::domain::document::VersionKind::Counter;
        document.previous = Some(view.hash);
        document.obligations[0].quantity = quantity;
        let rest: u32 = document.obligations[0]
            .due
            .iter()
            .skip(1)
            .map(|d| d.quantity)
            .sum();
        document.obligations[0].due[0].quantity = quantity - rest;
        document.to_bytes().unwrap()
    }

    /// The root of the log's present checkpoint.
    pub async fn root(&self) -> Hash32 {
        log::query::head(self.core.app.db.reader(), self.scope())
            .await
            .unwrap()
            .root
    }

    /// Ends the street.
    pub async fn stop(self) {
        self.core.stop().await;
    }
}

async fn tenant(core: &Core) -> Id<Tenant> {
    let new = NewTenant {
        slug: "jinghe".to_owned(),
        name: "靖和街道".to_owned(),
        short: "珲靖".to_owned(),
        log_origin: ORIGIN.to_owned(),
    };
    tx::run(&core.app.db, async |tx| register::open_tenant(tx, &new).await)
        .await
        .unwrap()
}

async fn party(core: &Core, tenant: Id<Tenant>, name: &str, kind: PartyKind) -> Id<Party> {
    let new = NewParty {
        name: name.to_owned(),
        kind,
        unit_kind: (kind == PartyKind::Unit).then(|| "other".to_owned()),
        name_ko: None,
        community: None,
        households: None,
        max_agreements: 3,
        credit_code: (kind == PartyKind::Unit).then(|| "12990000400000002X".to_owned()),
        aliases: Vec::new(),
        contact_title: "主任".to_owned(),
    };
    tx::run(&core.app.db, async |tx| register::add(tx, tenant, &new).await)
        .await
        .unwrap()
}

async fn person(core: &Core, tenant: Id<Tenant>, login: &str, role: Role, party: Option<Id<Party>>) -> Actor {
    let hash = password::hash(demo::PASSWORD, &[7; 16], PASSWORD_KIB).unwrap();
    let new = NewPerson {
        login: login.to_owned(),
        name: "某人".to_owned(),
        title: "书记".to_owned(),
        password_hash: Some(hash),
        locale: "zh-CN".to_owned(),
    };
    let (person, membership): (Id<Person>, Uuid) = tx::run(&core.app.db, async |tx| {
        let person = people::add(tx, tenant, &new).await?;
        let membership = people::grant(tx, tenant, person, role, party).await?;
        Ok((person, membership))
    })
    .await
    .unwrap();
    let scope = party.map_or(Scope::tenant(tenant), |party| Scope::party(tenant, party));
    Actor {
        who: Who::Person {
            person,
            membership,
            role,
            party,
        },
        scope,
    }
}
