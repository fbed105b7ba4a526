//! Posted forms: read once, checked for origin, shown again with every fault.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use actix_session::Session;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::csrf;
use super::failure::Failure;
use super::i18n::Lang;
use crate::kernel::actor::Actor;
use crate::kernel::id::{Id, Tenant};
use crate::kernel::idempotency::{Once, Request};
use crate::kernel::limit;
use crate::kernel::problem::{Fault, Place, Problem};
use crate::kernel::strict_json;
use crate::kernel::text::{Text, TextFault};

/// Most fields in one form.
const FIELDS_MAX: usize = 2_000;

/// A form that came from our own page.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Values by name, in the order sent.
    pub fields: BTreeMap<String, Vec<String>>,
    raw: web::Bytes,
    path: String,
}

impl Posted {
    /// A form read from elsewhere than a plain body; `raw` stands for the body in idempotency records.
    pub(super) fn of(fields: BTreeMap<String, Vec<String>>, raw: Vec<u8>, path: &str) -> Self {
        Self {
            fields,
            raw: raw.into(),
            path: path.to_owned(),
        }
    }

    /// A whole number, full-width digits too; its fault goes to `faults`.
    pub fn whole(&self, name: &str, faults: &mut Vec<Fault>) -> Option<i32> {
        let raw = self.value(name).trim();
        let plain: String = raw
            .chars()
            .map(|sign| match sign {
                '０'..='９' => char::from_u32(u32::from(sign) - 0xff10 + 0x30).unwrap_or(sign),
                _ => sign,
            })
            .collect();
        let number = plain.parse().ok();
        if raw.is_empty() {
            faults.push(Fault::field(name, "required"));
        } else if number.is_none() {
            faults.push(Fault::field(name, "not-a-number").value(raw));
        }
        number
    }

    /// The first value of a field, empty if absent.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.fields
            .get(name)
            .and_then(|v| v.first())
            .map_or("", String::as_str)
    }

    /// All values of a field.
    #[must_use]
    pub fn values(&self, name: &str) -> &[String] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// A bounded text; its fault goes to `faults`.
    pub fn text<const MIN: usize, const MAX: usize>(
        &self,
        name: &str,
        faults: &mut Vec<Fault>,
    ) -> Option<Text<MIN, MAX>> {
        let fault = match Text::parse(self.value(name)) {
            Ok(text) => return Some(text),
            Err(TextFault::Empty) => Fault::field(name, "required"),
            Err(TextFault::Short { min }) => Fault::field(name, "too-short").arg("min", min.to_string()),
            Err(TextFault::Long { max }) => Fault::field(name, "too-long").arg("max", max.to_string()),
            Err(TextFault::Control) => Fault::field(name, "control"),
        };
        faults.push(fault);
        None
    }

    /// The revision the form was made from; 0, which nothing has, if it is not there.
    #[must_use]
    pub fn rev(&self) -> i32 {
        self.value("rev").parse().unwrap_or(0)
    }

    /// The idempotency record of this post: a reload never posts twice.
    ///
    /// # Errors
    /// `idempotency-key-missing` if the hidden field is not there.
    pub fn once(&self, tenant: Id<Tenant>, actor: String) -> Result<Once, Problem> {
        let request = Request {
            method: "POST",
            path: &self.path,
            if_match: None,
            body: &self.raw,
        };
        Once::new(tenant, actor, Some(self.value("once")), &request)
    }

    /// The form as it is shown again after `problem`.
    #[must_use]
    pub fn shown(&self, lang: Lang, problem: &Problem) -> FormView {
        FormView {
            values: self.fields.clone(),
            faults: problem.faults.iter().map(|f| ShownFault::new(lang, f)).collect(),
        }
    }
}

impl FromRequest for Posted {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let session = Session::from_request(&request, payload);
        let body = web::Bytes::from_request(&request, payload);
        Box::pin(async move {
            let raw = body.await.map_err(|_| Problem::new("body-too-large", 413))?;
            if raw.len() > limit::BODY_BYTES {
                return Err(Problem::new("body-too-large", 413).into());
            }
            let pairs: Vec<(String, String)> =
                serde_urlencoded::from_bytes(&raw).map_err(|_| Problem::new("malformed-json", 400))?;
            if pairs.len() > FIELDS_MAX {
                return Err(Problem::new("body-too-large", 413).into());
            }
            let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (name, value) in pairs {
                fields.entry(name).or_default().push(value);
            }
            let session = session.await.map_err(|e| Problem::internal(e.to_string()))?;
            let token = fields
                .get(csrf::FIELD)
                .and_then(|v| v.first())
                .map(String::as_str);
            csrf::check(&request, &session, token)?;
            Ok(Self {
                fields,
                raw,
                path: request.path().to_owned(),
            })
        })
    }
}

/// A form's values and faults, for a template.
#[derive(Debug, Clone, Default)]
pub struct FormView {
    /// Values by name, in the order given.
    pub values: BTreeMap<String, Vec<String>>,
    /// Every fault in words.
    pub faults: Vec<ShownFault>,
}

/// A fault in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownFault {
    /// The field it belongs to; links go to `#f-<field>`.
    pub field: String,
    /// What is wrong and what to write: one sentence, or two.
    pub words: String,
}

impl ShownFault {
    /// Puts a fault into words.
    #[must_use]
    pub fn new(lang: Lang, fault: &Fault) -> Self {
        let field = match &fault.place {
            Place::Field(name) | Place::Pointer(name) | Place::Query(name) => name.clone(),
            Place::Header(name) => (*name).to_owned(),
        };
        let (words, action) = (fault_words(lang, fault), fault_action(lang, fault));
        let words = if action.is_empty() {
            words
        } else {
            format!("{words} {action}")
        };
        Self { field, words }
    }
}

/// What is wrong, in one sentence.
#[must_use]
pub fn fault_words(lang: Lang, fault: &Fault) -> String {
    let mut args: Vec<(&str, &str)> = fault.args.iter().map(|(k, v)| (*k, v.as_str())).collect();
    if let Some(value) = &fault.value {
        args.push(("value", value));
    }
    lang.ta(&format!("fault-{}", fault.code), &args)
}

/// What to do, in one sentence; empty if the fault's own sentence says it.
#[must_use]
pub fn fault_action(lang: Lang, fault: &Fault) -> String {
    let key = format!("fault-{}-action", fault.code);
    let args: Vec<(&str, &str)> = fault.args.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let known = lang == Lang::Stretched || lang.knows(&key);
    if known {
        lang.ta(&key, &args)
    } else {
        String::new()
    }
}

impl FormView {
    /// A form filled with these values.
    #[must_use]
    pub fn filled(values: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self {
            values: values.into_iter().map(|(k, v)| (k.to_owned(), vec![v])).collect(),
            faults: Vec::new(),
        }
    }

    /// A field's value, empty if it has none.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values
            .get(name)
            .and_then(|v| v.first())
            .map_or("", String::as_str)
    }

    /// Whether `value` is among a field's values: a choice that is ticked.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values
            .get(name)
            .is_some_and(|v| v.iter().any(|v| v == value))
    }

    /// The words of a field's first fault.
    #[must_use]
    pub fn fault(&self, name: &str) -> Option<&str> {
        self.faults
            .iter()
            .find(|f| f.field == name)
            .map(|f| f.words.as_str())
    }
}

/// JSON from our own scripts: session, token, bounded body, unknown members refused.
#[derive(Debug, Clone)]
pub struct Sent<T> {
    /// The body.
    pub body: T,
    raw: web::Bytes,
    method: String,
    path: String,
    if_match: Option<String>,
    key: Option<String>,
}

impl<T> Sent<T> {
    /// The idempotency record of this request; its key is the header `Idempotency-Key`.
    ///
    /// # Errors
    /// `idempotency-key-missing`.
    pub fn once(&self, actor: &Actor) -> Result<Once, Problem> {
        let request = Request {
            method: &self.method,
            path: &self.path,
            if_match: self.if_match.as_deref(),
            body: &self.raw,
        };
        Once::new(actor.scope.tenant, actor.key(), self.key.as_deref(), &request)
    }

    /// The `If-Match` header.
    #[must_use]
    pub fn if_match(&self) -> Option<&str> {
        self.if_match.as_deref()
    }
}

impl<T: serde::de::DeserializeOwned> Sent<T> {
    fn read(request: &HttpRequest, raw: web::Bytes) -> Result<Self, Problem> {
        let value = strict_json::parse_up_to(&raw, limit::BODY_BYTES)
            .map_err(|_| Problem::new("malformed-json", 400))?;
        let body = serde_json::from_value(value).map_err(|error| {
            Problem::validation(vec![
                Fault::pointer("", "not-as-described").value(&error.to_string()),
            ])
        })?;
        Ok(Self {
            body,
            raw,
            method: request.method().as_str().to_owned(),
            path: request.path().to_owned(),
            if_match: header(request, "If-Match"),
            key: header(request, "Idempotency-Key"),
        })
    }
}

impl<T: serde::de::DeserializeOwned + 'static> FromRequest for Sent<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let session = Session::from_request(&request, payload);
        let body = web::Bytes::from_request(&request, payload);
        Box::pin(async move {
            let raw = body.await.map_err(|_| Problem::new("body-too-large", 413))?;
            let session = session.await.map_err(|e| Problem::internal(e.to_string()))?;
            csrf::check(&request, &session, header(&request, csrf::HEADER).as_deref())?;
            Ok(Self::read(&request, raw)?)
        })
    }
}

fn header(request: &HttpRequest, name: &str) -> Option<String> {
    let value = request.headers().get(name)?;
    value.to_str().ok().map(str::to_owned)
}

/// JSON from a connected system: bounded body, unknown members refused; its token stands for it.
#[derive(Debug, Clone)]
pub struct Asked<T>(pub Sent<T>);

impl<T: serde::de::DeserializeOwned + 'static> FromRequest for Asked<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let body = web::Bytes::from_request(&request, payload);
        Box::pin(async move {
            let raw = body.await.map_err(|_| Problem::new("body-too-large", 413))?;
            Ok(Self(Sent::read(&request, raw)?))
        })
    }
}
