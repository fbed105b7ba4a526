//! Arrays of whole numbers whose runs of zeros are written as `"0*n"`.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Longest array accepted.
const LENGTH_MAX: usize = 10_000_000;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Item {
    Number(i64),
    Zeros(String),
}

/// Writes runs of at least two zeros packed.
pub(super) fn serialize<S: Serializer>(numbers: &[i64], serializer: S) -> Result<S::Ok, S::Error> {
    let mut items: Vec<Item> = Vec::new();
    let mut zeros = 0_usize;
    for number in numbers.iter().copied().map(Some).chain([None]) {
        if number == Some(0) {
            zeros += 1;
            continue;
        }
        match zeros {
            0 => {}
            1 => items.push(Item::Number(0)),
            n => items.push(Item::Zeros(format!("0*{n}"))),
        }
        zeros = 0;
        items.extend(number.map(Item::Number));
    }
    items.serialize(serializer)
}

/// Reads packed and plain numbers.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i64>, D::Error> {
    let items = Vec::<Item>::deserialize(deserializer)?;
    let mut numbers = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Number(number) => numbers.push(number),
            Item::Zeros(text) => {
                let count: usize = text
                    .strip_prefix("0*")
                    .and_then(|n| n.parse().ok())
                    .filter(|n| numbers.len() + n <= LENGTH_MAX)
                    .ok_or_else(|| D::Error::custom("a run of zeros is written 0*n"))?;
                numbers.resize(numbers.len() + count, 0);
            }
        }
    }
    Ok(numbers)
}
