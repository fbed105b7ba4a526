//! Document → instance, or every fault at once. Nothing later looks up an id or doubts an index.

mod fault;
mod lists;
mod parties;
mod policy;
mod promises;

use std::collections::HashMap;

use sha2::{Digest, Sha256};

pub use fault::Fault;
use fault::Faults;

use crate::model::{Document, FORMAT, Instance, ROWS_MAX, canonical};

/// Places of ids.
type Places = HashMap<String, u32>;

/// Reads an instance from JSON.
///
/// # Errors
/// Every fault with its JSON Pointer; never empty.
pub fn parse(bytes: &[u8]) -> Result<Instance, Vec<Fault>> {
    match serde_json::from_slice::<Document>(bytes) {
        Ok(document) => build(document),
        Err(error) => Err(vec![Fault::unreadable(&error)]),
    }
}

/// Checks a document and builds the instance.
///
/// # Errors
/// Every fault with its JSON Pointer; never empty.
pub fn build(document: Document) -> Result<Instance, Vec<Fault>> {
    let mut faults = Faults::default();
    if document.format != FORMAT {
        faults.add("/format", "unknown_format", &document.format);
    }
    let sizes = [
        ("/types", document.types.len()),
        ("/parties", document.parties.len()),
        ("/offers", document.offers.len()),
        ("/needs", document.needs.len()),
        ("/funds", document.funds.len()),
        ("/commitments", document.commitments.len()),
        ("/pins", document.pins.len()),
        ("/bans", document.bans.len()),
    ];
    for (path, size) in sizes {
        if size > ROWS_MAX {
            faults.add(path, "too_many", size);
        }
    }
    let canonical = canonical::bytes(&document);
    policy::check(&document.policy, &mut faults);
    let types = lists::types(&document.types, &mut faults);
    let register = parties::parties(&document.parties, &mut faults);
    let funds = parties::funds(&document.funds, &mut faults);
    let offers = lists::offers(&document.offers, &types, &register, &funds, &mut faults);
    let needs = lists::needs(&document.needs, &types, &register, &mut faults);
    let mut instance = Instance {
        sha256: Sha256::digest(&canonical).into(),
        types: types.rows,
        parties: register.rows,
        offers: offers.rows,
        needs: needs.rows,
        funds: funds.rows,
        pins: Vec::new(),
        bans: Vec::new(),
        streets: register.streets,
        previous_agreements: Vec::new(),
        previous_services: Vec::new(),
        document,
    };
    if faults.is_empty() {
        let places = promises::Places {
            parties: &register.places,
            offers: &offers.places,
            needs: &needs.places,
            funds: &funds.places,
        };
        promises::apply(&mut instance, &places, &mut faults);
    }
    faults.none_or(instance)
}
