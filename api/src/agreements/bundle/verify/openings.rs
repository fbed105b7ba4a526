//! Step 8: values shown are the ones committed to.

use super::versions::Version;
use super::{Checked, Finding, Step};
use crate::agreements::bundle::format::{Bundle, Opening};
use crate::identity::keys::commitment::commit;
use crate::log::b64;

pub(super) fn check(bundle: &Bundle, versions: &[Version]) -> Checked<()> {
    let findings: Vec<Finding> = bundle
        .openings
        .iter()
        .enumerate()
        .filter(|(_, opening)| !holds(bundle, versions, opening))
        .map(|(i, _)| Finding::new(Step::Openings, "opening", format!("/openings/{i}")))
        .collect();
    if findings.is_empty() {
        Ok(())
    } else {
        Err(findings)
    }
}

fn holds(bundle: &Bundle, versions: &[Version], opening: &Opening) -> bool {
    let salt = b64::decode_url(&opening.salt).and_then(|salt| <[u8; 32]>::try_from(salt).ok());
    let computed = salt.and_then(|salt| commit(&salt, bundle.agreement, &opening.pointer, &opening.value));
    let told = versions.last().and_then(|version| {
        let document = serde_json::to_value(&version.document).ok()?;
        let place = document.pointer(&opening.pointer)?;
        Some(place.get("commitment")?.as_str()?.to_owned())
    });
    computed.is_some() && computed.map(|hash| hash.b64u()) == told
}
