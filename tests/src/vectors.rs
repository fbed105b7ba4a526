//! The published test vectors of signatures, log and bundle; their keys are for tests only.

use std::sync::LazyLock;

use serde_json::Value;

static VECTORS: LazyLock<Value> = LazyLock::new(|| {
    let path = crate::sources::root().join("tests/fixtures/agreements.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
});

/// The vector at a JSON Pointer.
#[must_use]
pub fn at(pointer: &str) -> &'static Value {
    VECTORS
        .pointer(pointer)
        .unwrap_or_else(|| panic!("no vector at {pointer}"))
}

/// The text at a JSON Pointer.
#[must_use]
pub fn text(pointer: &str) -> &'static str {
    at(pointer)
        .as_str()
        .unwrap_or_else(|| panic!("no text at {pointer}"))
}

/// The list at a JSON Pointer.
#[must_use]
pub fn list(pointer: &str) -> &'static [Value] {
    at(pointer)
        .as_array()
        .unwrap_or_else(|| panic!("no list at {pointer}"))
}

/// The bytes of a hexadecimal text.
#[must_use]
pub fn hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
