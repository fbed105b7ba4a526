//! A street of its own begins: its tenant, its office on the register, the first cadre and the first
//! administrator. Nobody has a password yet; each chooses one with a one-time code.

use super::party::domain::PartyKind;
use super::party::service::{self as register, NewParty, NewTenant};
use super::person::domain::{Login, PersonName, PersonTitle};
use super::person::invitation::OneTimeCode;
use super::person::query;
use super::person::service::{self as people, NewPerson};
use crate::kernel::actor::Role;
use crate::kernel::id::{Id, Party, Tenant};
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::text::Text;
use crate::kernel::tx::Tx;

/// Agreements that the office itself can look after.
const OFFICE_AGREEMENTS: i32 = 20;

/// A street's part of addresses: 2–40 small letters, digits and hyphens, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// Reads a slug.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let good = (2..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(known);
        good.then(|| Self(text.to_owned()))
    }

    /// The slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name that agreement numbers begin with: 珲靖 of 珲靖共建〔2026〕12号, also if told with 共建.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberName(String);

impl NumberName {
    /// Reads the name: 1–10 letters, no digits, blanks or brackets.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let name = text.strip_suffix("共建").unwrap_or(text);
        let good = (1..=10).contains(&name.chars().count()) && name.chars().all(char::is_alphabetic);
        good.then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A street to begin.
#[derive(Debug, Clone)]
pub struct NewStreet {
    /// Part of addresses and of the log's name.
    pub slug: Slug,
    /// Full name, 靖和街道.
    pub name: Text<2, 40>,
    /// Registered name of its office.
    pub office: Text<2, 60>,
    /// What its agreements' numbers begin with.
    pub short: NumberName,
    /// Host under which people reach it; the log is named by it for good.
    pub host: String,
    /// The first cadre.
    pub cadre: FirstPerson,
    /// The first administrator.
    pub admin: FirstPerson,
}

/// Somebody who is there from the first day.
#[derive(Debug, Clone)]
pub struct FirstPerson {
    /// Login.
    pub login: Login,
    /// Name.
    pub name: PersonName,
    /// Title.
    pub title: PersonTitle,
}

/// A code for somebody who has no password yet.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Their login.
    pub login: String,
    /// Their name.
    pub name: String,
    /// The code.
    pub code: OneTimeCode,
}

/// Begins a street; gives the invitations of its cadre and its administrator, in this order. Its log opens with the
/// cadre's first key.
///
/// # Errors
/// `validation` if a login is somebody's already; a conflict if slug or log are taken; what the database reports.
pub async fn begin(tx: &Tx, new: &NewStreet) -> Result<[Invitation; 2], Problem> {
    let tenant = NewTenant {
        slug: new.slug.as_str().to_owned(),
        name: new.name.as_str().to_owned(),
        short: new.short.as_str().to_owned(),
        log_origin: format!("{}/log/{}", new.host, new.slug.as_str()),
    };
    let tenant = register::open_tenant(tx, &tenant).await?;
    let office = NewParty {
        name: new.office.as_str().to_owned(),
        kind: PartyKind::Street,
        unit_kind: None,
        name_ko: None,
        community: None,
        households: None,
        max_agreements: OFFICE_AGREEMENTS,
        credit_code: None,
        aliases: vec![new.name.as_str().to_owned()],
        contact_title: new.cadre.title.as_str().to_owned(),
    };
    let office = register::add(tx, tenant, &office).await?;
    Ok([
        invited(tx, tenant, &new.cadre, Role::StreetCadre, Some(office)).await?,
        invited(tx, tenant, &new.admin, Role::DistrictAdmin, None).await?,
    ])
}

async fn invited(
    tx: &Tx,
    tenant: Id<Tenant>,
    first: &FirstPerson,
    role: Role,
    party: Option<Id<Party>>,
) -> Result<Invitation, Problem> {
    let login = first.login.as_str();
    if query::by_login(tx.db(), login).await?.is_some() {
        let fault = Fault::field("login", "login-taken").value(login);
        return Err(Problem::validation(vec![fault]));
    }
    let person = NewPerson {
        login: login.to_owned(),
        name: first.name.as_str().to_owned(),
        title: first.title.as_str().to_owned(),
        password_hash: None,
        locale: "zh-CN".to_owned(),
    };
    let id = people::add(tx, tenant, &person).await?;
    people::grant(tx, tenant, id, role, party).await?;
    Ok(Invitation {
        code: people::first_code(tx, tenant, id).await?,
        login: person.login,
        name: person.name,
    })
}

/// A new code for somebody who has not chosen a password yet; an earlier code can no longer be used.
///
/// # Errors
/// `not-found` if nobody has the login, or has a password already: then a registrar helps.
pub async fn invite_again(tx: &Tx, login: &str) -> Result<Invitation, Problem> {
    let person = query::by_login(tx.db(), login).await?;
    let person = person
        .filter(|person| !person.has_password)
        .ok_or_else(Problem::not_found)?;
    Ok(Invitation {
        code: people::first_code(tx, person.tenant, person.id).await?,
        login: person.login,
        name: person.name,
    })
}

#[cfg(test)]
mod tests {
    use super::{NumberName, Slug};

    #[test]
    fn the_name_in_numbers_may_be_told_with_its_ending() {
        for text in ["珲靖", " 珲靖共建 "] {
            assert_eq!(NumberName::parse(text).unwrap().as_str(), "珲靖", "{text}");
        }
        for bad in ["", "共建", "珲靖 2", "珲靖〔", "一二三四五六七八九十一"] {
            assert!(NumberName::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn slugs_are_plain() {
        assert_eq!(Slug::parse("jing-he2").unwrap().as_str(), "jing-he2");
        for bad in ["j", "2jing", "Jinghe", "jing_he", "jing/he", "靖和"] {
            assert!(Slug::parse(bad).is_none(), "{bad}");
        }
    }
}
