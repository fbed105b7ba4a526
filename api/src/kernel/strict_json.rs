//! JSON that means one thing only, and its canonical bytes (RFC 8785).
//!
//! Ordinary readers take floats, repeated keys and text in several normal forms in silence. What is hashed or
//! signed must not depend on a reader's taste, so everything doubtful is refused before canonicalising.

use std::cell::Cell;
use std::fmt;

use serde::Serialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use unicode_normalization::is_nfc;

use super::limit;

/// The greatest integer every reader keeps exactly: 2^53 − 1.
pub const INTEGER_MAX: i64 = 9_007_199_254_740_991;

/// Why bytes were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// More bytes than allowed.
    #[error("too large")]
    Large,
    /// Not JSON, a lone surrogate, a byte order mark, or bytes after the end.
    #[error("not well-formed JSON")]
    Malformed,
    /// A fraction, an exponent, `-0`, or an integer beyond ±(2^53 − 1).
    #[error("a number that is not an integer within ±(2^53 − 1)")]
    Number,
    /// The same key twice in one object.
    #[error("a key stands twice in one object")]
    DuplicateKey,
    /// Text not in Unicode normal form C.
    #[error("text is not in normal form C")]
    NotNormal,
    /// A control sign or a sign that reorders text.
    #[error("text holds a control or direction sign")]
    Control,
    /// Nested deeper than allowed.
    #[error("nested too deep")]
    Deep,
    /// Well-formed, but not the canonical bytes of its value.
    #[error("not in canonical form")]
    NotCanonical,
}

/// Reads a document of at most [`limit::DOCUMENT_BYTES`].
///
/// # Errors
/// [`JsonFault`], the first met.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonFault> {
    parse_up_to(bytes, limit::DOCUMENT_BYTES)
}

/// Reads a document of at most `max` bytes.
///
/// # Errors
/// [`JsonFault`], the first met.
pub fn parse_up_to(bytes: &[u8], max: usize) -> Result<Value, JsonFault> {
    if bytes.len() > max {
        return Err(JsonFault::Large);
    }
    let fault = Cell::new(None);
    let seed = Strict {
        fault: &fault,
        depth: limit::JSON_DEPTH,
    };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = seed
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    read.map_err(|_| fault.get().unwrap_or(JsonFault::Malformed))
}

/// Reads a document that must already be its canonical bytes.
///
/// # Errors
/// As [`parse_up_to`], and [`JsonFault::NotCanonical`].
pub fn parse_canonical(bytes: &[u8], max: usize) -> Result<Value, JsonFault> {
    let value = parse_up_to(bytes, max)?;
    if canonical(&value)? == bytes {
        Ok(value)
    } else {
        Err(JsonFault::NotCanonical)
    }
}

/// The canonical bytes of a value (RFC 8785).
///
/// # Errors
/// [`JsonFault::Malformed`] if the value cannot be written as JSON.
pub fn canonical(value: &impl Serialize) -> Result<Vec<u8>, JsonFault> {
    serde_json_canonicalizer::to_vec(value).map_err(|_| JsonFault::Malformed)
}

/// One value at a remaining depth; the first fault is kept beside serde's own error.
#[derive(Clone, Copy)]
struct Strict<'a> {
    fault: &'a Cell<Option<JsonFault>>,
    depth: usize,
}

impl Strict<'_> {
    fn refuse<E: de::Error>(self, fault: JsonFault) -> E {
        self.fault.set(self.fault.get().or(Some(fault)));
        E::custom(fault)
    }

    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, ..self }),
            None => Err(self.refuse(JsonFault::Deep)),
        }
    }

    fn text<E: de::Error>(self, text: &str, key: bool) -> Result<(), E> {
        let forbidden = |sign: char| {
            (sign < ' ' && (key || sign != '\n'))
                || ('\u{202a}'..='\u{202e}').contains(&sign)
                || ('\u{2066}'..='\u{2069}').contains(&sign)
        };
        if text.chars().any(forbidden) {
            return Err(self.refuse(JsonFault::Control));
        }
        if !is_nfc(text) {
            return Err(self.refuse(JsonFault::NotNormal));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("strict JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        if (-INTEGER_MAX..=INTEGER_MAX).contains(&value) {
            Ok(Value::Number(Number::from(value)))
        } else {
            Err(self.refuse(JsonFault::Number))
        }
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => Err(self.refuse(JsonFault::Number)),
        }
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Value, E> {
        Err(self.refuse(JsonFault::Number))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        self.text(value, false)?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            self.text(&key, true)?;
            if members.contains_key(&key) {
                return Err(self.refuse(JsonFault::DuplicateKey));
            }
            let value = map.next_value_seed(inner)?;
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_of_doubt_has_its_own_fault() {
        for (text, fault) in [
            ("{\"a\":1.0}", JsonFault::Number),
            ("{\"a\":-0}", JsonFault::Number),
            ("{\"a\":9007199254740992}", JsonFault::Number),
            ("{\"a\":1,\"\\u0061\":1}", JsonFault::DuplicateKey),
            ("{\"a\":\"e\\u0301\"}", JsonFault::NotNormal),
            ("{\"a\":\"\\u202e\"}", JsonFault::Control),
            ("{\"a\":\"\\u0000\"}", JsonFault::Control),
            ("{\"a\\n\":1}", JsonFault::Control),
            ("{\"a\":1}x", JsonFault::Malformed),
            ("\u{feff}{}", JsonFault::Malformed),
        ] {
            assert_eq!(parse(text.as_bytes()), Err(fault), "{text}");
        }
        assert!(parse("[".repeat(32).as_bytes()).is_err());
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(deep(32).as_bytes()).is_ok());
        assert_eq!(parse(deep(33).as_bytes()), Err(JsonFault::Deep));
        assert_eq!(parse(deep(100_000).as_bytes()), Err(JsonFault::Deep));
        assert_eq!(
            parse(&vec![b' '; limit::DOCUMENT_BYTES + 1]),
            Err(JsonFault::Large)
        );
    }

    #[test]
    fn only_canonical_bytes_pass_as_canonical() {
        assert!(parse_canonical(b"{\"a\":1,\"b\":\"\\n\"}", 99).is_ok());
        for text in [
            "{ \"a\":1}",
            "{\"b\":1,\"a\":2}",
            "{\"a\":\"\\u56fd\"}",
            "{\"a\":1}\n",
        ] {
            assert_eq!(
                parse_canonical(text.as_bytes(), 99),
                Err(JsonFault::NotCanonical),
                "{text}"
            );
        }
    }

    fn document() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            (-INTEGER_MAX..=INTEGER_MAX).prop_map(Value::from),
            "[a-z国🙂가\"\\\\/ ]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("[a-z国🙂]{0,4}", inner, 0..6)
                    .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn canonical_bytes_read_back_to_the_same_value(value in document()) {
            let bytes = canonical(&value).unwrap();
            prop_assert_eq!(parse_canonical(&bytes, bytes.len()), Ok(value));
        }
    }
}
