//! Reads members of a JSON document one by one and keeps every fault with its place.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::kernel::date::CivilDate;
use crate::kernel::problem::Fault;
use crate::log::hash::Hash32;

/// The faults found so far.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) faults: Vec<Fault>,
}

/// A value and its place (JSON Pointer).
#[derive(Clone)]
pub(super) struct At<'a> {
    pub(super) value: &'a Value,
    pub(super) place: String,
}

/// An object whose members are the expected ones.
pub(super) struct Members<'a> {
    map: &'a Map<String, Value>,
    place: String,
}

const NULL: &Value = &Value::Null;

impl<'a> Members<'a> {
    /// A member; null if it is absent (which was told already).
    pub(super) fn at(&self, name: &str) -> At<'a> {
        At {
            value: self.map.get(name).unwrap_or(NULL),
            place: format!("{}/{name}", self.place),
        }
    }

    /// Whether the member is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }
}

impl Reader {
    fn tell<T>(&mut self, at: &At<'_>, code: &'static str) -> Option<T> {
        let fault = Fault::pointer(at.place.clone(), code);
        let shown = match at.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        self.faults.push(match shown {
            Some(text) => fault.value(&text),
            None => fault,
        });
        None
    }

    /// An object with exactly `needed` members and maybe some of `further`.
    pub(super) fn object<'a>(
        &mut self,
        at: &At<'a>,
        needed: &[&str],
        further: &[&str],
    ) -> Option<Members<'a>> {
        let Some(map) = at.value.as_object() else {
            return self.tell(at, "wrong-type");
        };
        let before = self.faults.len();
        for name in needed.iter().filter(|n| !map.contains_key(**n)) {
            self.faults
                .push(Fault::pointer(format!("{}/{name}", at.place), "required"));
        }
        for name in map.keys() {
            if !needed.contains(&name.as_str()) && !further.contains(&name.as_str()) {
                let place = format!("{}/{}", at.place, name.replace('~', "~0").replace('/', "~1"));
                self.faults.push(Fault::pointer(place, "unknown-member"));
            }
        }
        (self.faults.len() == before).then(|| Members {
            map,
            place: at.place.clone(),
        })
    }

    /// A list of `min` to `max` items.
    pub(super) fn list<'a>(&mut self, at: &At<'a>, min: usize, max: usize) -> Option<Vec<At<'a>>> {
        let Some(items) = at.value.as_array() else {
            return self.tell(at, "wrong-type");
        };
        if !(min..=max).contains(&items.len()) {
            self.faults.push(
                Fault::pointer(at.place.clone(), "list-length")
                    .value(&items.len().to_string())
                    .arg("min", min.to_string())
                    .arg("max", max.to_string()),
            );
            return None;
        }
        let item = |(i, value)| At {
            value,
            place: format!("{}/{i}", at.place),
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// Text of `min` to `max` characters, without blanks at its ends.
    pub(super) fn text(&mut self, at: &At<'_>, min: usize, max: usize) -> Option<String> {
        let Some(text) = at.value.as_str() else {
            return self.tell(at, "wrong-type");
        };
        let count = text.chars().count();
        if count > max {
            self.faults.push(
                Fault::pointer(at.place.clone(), "too-long")
                    .value(text)
                    .arg("max", max.to_string()),
            );
            return None;
        }
        if count < min || text.trim() != text {
            self.faults.push(
                Fault::pointer(at.place.clone(), "too-short")
                    .value(text)
                    .arg("min", min.to_string()),
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// A whole number of `min` to `max`.
    pub(super) fn number(&mut self, at: &At<'_>, min: i64, max: i64) -> Option<i64> {
        let Some(number) = at.value.as_i64() else {
            return self.tell(at, "not-a-number");
        };
        if (min..=max).contains(&number) {
            return Some(number);
        }
        self.faults.push(
            Fault::pointer(at.place.clone(), "out-of-range")
                .value(&number.to_string())
                .arg("min", min.to_string())
                .arg("max", max.to_string()),
        );
        None
    }

    /// A count of `min` to `max`.
    pub(super) fn count(&mut self, at: &At<'_>, min: u32, max: u32) -> Option<u32> {
        let number = self.number(at, min.into(), max.into())?;
        u32::try_from(number).ok()
    }

    /// True or false.
    pub(super) fn flag(&mut self, at: &At<'_>) -> Option<bool> {
        match at.value.as_bool() {
            Some(flag) => Some(flag),
            None => self.tell(at, "wrong-type"),
        }
    }

    /// A day.
    pub(super) fn day(&mut self, at: &At<'_>) -> Option<CivilDate> {
        match at.value.as_str().and_then(|text| text.parse().ok()) {
            Some(day) => Some(day),
            None => self.tell(at, "not-a-day"),
        }
    }

    /// A UUID in its plain lower-case form.
    pub(super) fn uuid(&mut self, at: &At<'_>) -> Option<Uuid> {
        let read = at
            .value
            .as_str()
            .and_then(|text| Uuid::try_parse(text).ok().filter(|id| id.to_string() == text));
        match read {
            Some(id) => Some(id),
            None => self.tell(at, "not-an-id"),
        }
    }

    /// A hash, `sha256:…`.
    pub(super) fn hash(&mut self, at: &At<'_>) -> Option<Hash32> {
        match at.value.as_str().and_then(Hash32::parse) {
            Some(hash) => Some(hash),
            None => self.tell(at, "not-a-hash"),
        }
    }

    /// One of a few codes.
    pub(super) fn choice<T>(&mut self, at: &At<'_>, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        match at.value.as_str().and_then(read) {
            Some(choice) => Some(choice),
            None => self.tell(at, "choose"),
        }
    }

    /// Null, or what `read` reads.
    pub(super) fn or_null<T>(
        &mut self,
        at: &At<'_>,
        read: impl FnOnce(&mut Self, &At<'_>) -> Option<T>,
    ) -> Option<Option<T>> {
        if at.value.is_null() {
            Some(None)
        } else {
            read(self, at).map(Some)
        }
    }
}
