//! Reasons of the engine in the reader's words: who, what, how much, and what would help.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::lists::domain::EntryView;
use crate::web::i18n::Lang;

/// A reason as it was kept.
#[derive(Debug, Deserialize)]
pub(super) struct Kept {
    pub(super) need: String,
    pub(super) open: i64,
    pub(super) code: String,
    #[serde(default)]
    pub(super) nearest: Option<String>,
    #[serde(default)]
    pub(super) others: Vec<String>,
    pub(super) change: serde_json::Value,
}

impl Kept {
    /// Every id it mentions: of offers, needs and parties.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        let changed = ["offer", "need"]
            .iter()
            .filter_map(|name| self.change[*name].as_str());
        std::iter::once(self.need.as_str())
            .chain(self.nearest.as_deref())
            .chain(self.others.iter().map(String::as_str))
            .chain(changed)
    }
}

/// Names by id.
pub(super) struct Names {
    pub(super) entries: BTreeMap<String, EntryView>,
    pub(super) parties: BTreeMap<String, String>,
}

impl Names {
    fn of(&self, id: &str) -> String {
        if let Some(party) = self.parties.get(id) {
            return party.clone();
        }
        let entry = self.entries.get(id);
        let owner = entry
            .and_then(|e| self.parties.get(&e.party.to_string()))
            .cloned()
            .unwrap_or_default();
        entry.map_or_else(String::new, |e| format!("{owner}“{}”", e.title))
    }
}

/// Why, in a sentence.
pub(super) fn why(lang: Lang, names: &Names, kept: &Kept) -> String {
    let nearest = kept.nearest.as_deref().map(|id| names.of(id)).unwrap_or_default();
    let others: Vec<String> = kept.others.iter().take(3).map(|id| names.of(id)).collect();
    let open = kept.open.to_string();
    let args = [
        ("open", open.as_str()),
        ("nearest", nearest.as_str()),
        ("others", &others.join("、")),
    ];
    lang.ta(&format!("reason-{}", kept.code), &args)
}

/// What would help, in a sentence.
pub(super) fn help(lang: Lang, names: &Names, kept: &Kept) -> String {
    let kind = kept.change["kind"].as_str().unwrap_or_default();
    let id = ["offer", "need", "party", "fund"]
        .iter()
        .find_map(|name| kept.change[*name].as_str());
    let what = id.map(|id| names.of(id)).unwrap_or_default();
    let quantity = kept.change["quantity"]
        .as_i64()
        .or(kept.change["fen"].as_i64())
        .unwrap_or(0)
        .to_string();
    lang.ta(
        &format!("change-{kind}"),
        &[("what", what.as_str()), ("quantity", quantity.as_str())],
    )
}

#[cfg(test)]
mod tests {
    use gongjian_engine::reasons::Change;

    use super::*;

    /// The engine's changes, so that every one has words.
    fn kinds() -> Vec<String> {
        let text = String::new;
        let all = [
            Change::NewOffer { quantity: 1 },
            Change::WidenReach { offer: text() },
            Change::OtherTimes { offer: text() },
            Change::OtherAudience { offer: text() },
            Change::SmallerLot {
                offer: text(),
                quantity: 1,
            },
            Change::ReturnService {
                need: text(),
                quantity: 1,
            },
            Change::MoreOfOffer {
                offer: text(),
                quantity: 1,
            },
            Change::OneMoreAgreement { party: text() },
            Change::MoreMoney { fund: text(), fen: 1 },
            Change::WithoutUpkeep { offer: text() },
            Change::LiftBan { offer: text() },
            Change::AskForService,
        ];
        let kind = |change| {
            serde_json::to_value::<Change>(change).map(|v| v["kind"].as_str().unwrap_or_default().to_owned())
        };
        all.into_iter().filter_map(|change| kind(change).ok()).collect()
    }

    #[test]
    fn every_change_has_words_in_every_language() {
        for kind in kinds() {
            for lang in Lang::ALL {
                assert!(lang.knows(&format!("change-{kind}")), "{} {kind}", lang.tag());
            }
        }
    }
}
