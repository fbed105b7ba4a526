//! What an audit found, in words and as JSON.

use serde_json::{Value, json};

use super::Audited;
use crate::log::audit::Finding;
use crate::web::i18n::Lang;

/// A line for each street and each thing that does not hold.
pub(super) fn as_text(all: &[Audited], lang: Lang) -> String {
    let mut lines = Vec::new();
    for street in all {
        if street.origin.is_empty() {
            lines.push(lang.ta("audit-not-open", &[("street", &street.street)]));
            continue;
        }
        lines.extend(street.findings.iter().map(|finding| line(finding, lang)));
        let args = [
            ("street", street.street.as_str()),
            ("origin", &street.origin),
            ("leaves", &street.leaves.to_string()),
            ("findings", &street.findings.len().to_string()),
        ];
        lines.push(if street.findings.is_empty() {
            lang.ta("audit-holds", &args)
        } else {
            lang.ta("audit-fails", &args)
        });
    }
    lines.push(String::new());
    lines.join("\n")
}

fn line(finding: &Finding, lang: Lang) -> String {
    let told = lang.ta(
        &format!("audit-{}", finding.code),
        &[("database", &finding.database), ("log", &finding.log)],
    );
    let leaf = finding
        .leaf
        .map(|leaf| lang.ta("audit-leaf", &[("leaf", &leaf.to_string())]));
    format!("{}: {told}{}", finding.place, leaf.unwrap_or_default())
}

/// The same for programs.
pub(super) fn as_json(all: &[Audited], lang: Lang, code: u8) -> Value {
    let streets: Vec<Value> = all
        .iter()
        .map(|street| {
            let findings: Vec<Value> = street
                .findings
                .iter()
                .map(|finding| {
                    json!({
                        "code": finding.code,
                        "exit": finding.class.exit_code(),
                        "place": finding.place,
                        "database": finding.database,
                        "log": finding.log,
                        "leaf": finding.leaf,
                        "words": line(finding, lang),
                    })
                })
                .collect();
            json!({
                "street": street.street,
                "origin": street.origin,
                "leaves": street.leaves,
                "findings": findings,
            })
        })
        .collect();
    json!({ "exit": code, "holds": code == 0, "streets": streets })
}
