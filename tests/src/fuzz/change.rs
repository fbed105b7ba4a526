//! Changes to a document, and to its bytes: what a careless or ill-meaning sender writes.

use serde_json::{Map, Value, json};

use super::chance::Chance;

/// Numbers at which bounds lie, and beyond.
const NUMBERS: [i64; 18] = [
    0,
    1,
    2,
    -1,
    5,
    6,
    7,
    10_079,
    10_080,
    999_999,
    1_000_000,
    1_000_001,
    1_000_000_000,
    1_000_000_000_000,
    1_000_000_000_000_000,
    1_000_000_000_000_001,
    i64::MAX,
    i64::MIN,
];
/// Texts where others are meant.
const TEXTS: [&str; 9] = [
    "",
    "NaN",
    "street",
    "district",
    "base",
    "2026-02-30",
    "2026-03-01",
    "\u{0}",
    "社区\u{202e}",
];
/// Bytes put between others.
const PIECES: [&[u8]; 12] = [
    b"NaN",
    b"1e999",
    b"-0",
    b"99999999999999999999",
    b"[",
    b"}",
    b"\"",
    b",",
    b"\\ud800",
    &[0xff, 0xfe],
    &[0xef, 0xbb, 0xbf],
    b"{\"format\":1,\"format\":2}",
];

fn collect(value: &Value, at: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                collect(value, format!("{at}/{name}"), pointers);
            }
        }
        Value::Array(rows) => {
            for (i, value) in rows.iter().enumerate() {
                collect(value, format!("{at}/{i}"), pointers);
            }
        }
        _ => {}
    }
    pointers.push(at);
}

/// Another number near it, or at a bound.
fn number(chance: &mut Chance, old: i64) -> i64 {
    match chance.below(5) {
        0 => old.saturating_add(1),
        1 => old.saturating_sub(1),
        2 => old.saturating_mul(2),
        _ => *chance.pick(&NUMBERS),
    }
}

/// Changes one thing.
pub(super) fn change(document: &mut Value, chance: &mut Chance) {
    let mut pointers = Vec::new();
    collect(document, String::new(), &mut pointers);
    let other = document
        .pointer(chance.pick::<String>(&pointers))
        .cloned()
        .unwrap();
    let Some(place) = document.pointer_mut(chance.pick::<String>(&pointers)) else {
        return;
    };
    match place {
        Value::Number(n) if !chance.one_in(8) => *place = number(chance, n.as_i64().unwrap_or(0)).into(),
        Value::String(_) if chance.one_in(2) => *place = json!(chance.pick(&TEXTS)),
        Value::Array(rows) => match chance.below(4) {
            0 => rows.clear(),
            1 if !rows.is_empty() => {
                let row = chance.pick(rows).clone();
                rows.push(row);
            }
            2 if !rows.is_empty() => drop(rows.remove(chance.below(rows.len()))),
            _ => rows.push(other),
        },
        Value::Object(members) => member(members, other, chance),
        _ => {
            *place = match chance.below(6) {
                0 => Value::Null,
                1 => json!(1.5),
                2 => json!(u64::MAX),
                3 => (0..chance.below(300)).fold(json!(1), |inner, _| json!([inner])),
                4 => json!([{"from_min": chance.pick(&NUMBERS), "to_min": chance.pick(&NUMBERS)}]),
                _ => other,
            }
        }
    }
}

/// Changes the members of an object.
fn member(members: &mut Map<String, Value>, other: Value, chance: &mut Chance) {
    let names: Vec<String> = members.keys().cloned().collect();
    match chance.below(3) {
        0 => drop(members.insert("colour".to_owned(), other)),
        1 if !names.is_empty() => drop(members.remove(chance.pick::<String>(&names))),
        _ if !names.is_empty() => drop(members.insert(chance.pick(&names).clone(), other)),
        _ => {}
    }
}

/// Breaks the bytes.
pub(super) fn spoil(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(bytes.len());
    match chance.below(4) {
        0 => bytes.truncate(at),
        1 => {
            let piece = chance.pick(&PIECES).iter().copied();
            bytes.splice(at..at, piece);
        }
        2 => {
            let depth = chance.below(50_000);
            bytes.splice(at..at, std::iter::repeat_n(b'[', depth));
        }
        _ if !bytes.is_empty() => bytes[at] = u8::try_from(chance.below(256)).unwrap(),
        _ => {}
    }
}
