//! Reasons of the engine in the reader's words: who, what, how much, and what would help.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;
use serde::Deserialize;

use super::trial::change::parts_of_new;
use crate::identity::party::query as parties;
use crate::kernel::id::Id;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::lists::domain::{Entry, EntryView};
use crate::lists::query as lists;
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
        let changed = parts(&self.change).flat_map(|change| {
            let named = ["offer", "need"].iter();
            named.filter_map(move |name| change[*name].as_str())
        });
        std::iter::once(self.need.as_str())
            .chain(self.nearest.as_deref())
            .chain(self.others.iter().map(String::as_str))
            .chain(changed)
    }
}

/// The changes that a change consists of: itself, unless it is several.
fn parts(change: &serde_json::Value) -> impl Iterator<Item = &serde_json::Value> {
    let several = change["changes"].as_array();
    let itself = several.is_none().then_some(change);
    several.into_iter().flatten().chain(itself)
}

/// Names by id.
pub(super) struct Names {
    pub(super) entries: BTreeMap<String, EntryView>,
    pub(super) parties: BTreeMap<String, String>,
}

impl Names {
    /// Names of all parties and of these offers and needs, also of those that have left the lists since.
    pub(super) async fn load<'a>(
        db: &impl ConnectionTrait,
        scope: Scope,
        ids: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Problem> {
        let mut ids: Vec<Id<Entry>> = ids.filter_map(|id| id.parse().ok()).collect();
        ids.sort_unstable();
        ids.dedup();
        let entries = lists::entries_by_id(db, scope, &ids).await?;
        let register = parties::all(db, scope).await?;
        Ok(Self {
            entries: entries.into_iter().map(|e| (e.id.to_string(), e)).collect(),
            parties: register.into_iter().map(|p| (p.id.to_string(), p.name)).collect(),
        })
    }

    pub(super) fn of(&self, id: &str) -> String {
        self.parties.get(id).cloned().unwrap_or_else(|| {
            let title = self.entry(id).map_or("", |e| e.title.as_str());
            let owner = self.owner(id);
            if title.is_empty() {
                owner
            } else {
                format!("{owner}“{title}”")
            }
        })
    }

    /// An offer or need; for an offer that is only tried, the need it is made for.
    pub(super) fn entry(&self, id: &str) -> Option<&EntryView> {
        self.entries.get(parts_of_new(id).map_or(id, |(_, need)| need))
    }

    /// Whose offer or need it is.
    pub(super) fn owner(&self, id: &str) -> String {
        let own = |party: &str| self.parties.get(party).cloned().unwrap_or_default();
        match parts_of_new(id) {
            Some((party, _)) => own(party),
            None => self
                .entries
                .get(id)
                .map_or_else(String::new, |e| own(&e.party.to_string())),
        }
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
        ("shared", if others.is_empty() { "no" } else { "yes" }),
    ];
    lang.ta(&format!("reason-{}", kept.code), &args)
}

/// What would help, in a sentence for each change; several are needed together.
pub(super) fn help(lang: Lang, names: &Names, kept: &Kept) -> String {
    let sentences: Vec<String> = parts(&kept.change)
        .map(|change| sentence(lang, names, change))
        .collect();
    match &sentences[..] {
        [only] => only.clone(),
        several => {
            let listed = several.join(" ");
            lang.ta("change-several", &[("changes", listed.trim())])
        }
    }
}

fn sentence(lang: Lang, names: &Names, change: &serde_json::Value) -> String {
    let kind = change["kind"].as_str().unwrap_or_default();
    let id = ["offer", "need", "party", "fund"]
        .iter()
        .find_map(|name| change[*name].as_str());
    let what = id.map(|id| names.of(id)).unwrap_or_default();
    let amount = |name: &str| change[name].as_i64();
    let points = amount("micro").map(|micro| micro.saturating_add(999_999) / 1_000_000);
    let quantity = amount("quantity").or(amount("fen")).or(points).unwrap_or(0);
    lang.ta(
        &format!("change-{kind}"),
        &[("what", what.as_str()), ("quantity", &quantity.to_string())],
    )
}

#[cfg(test)]
mod tests {
    use gongjian_engine::reasons::{Change, Code};

    use super::*;

    /// The engine's changes, so that every one has words.
    fn kinds() -> Vec<String> {
        let text = String::new;
        let all = [
            Change::NewOffer {
                party: text(),
                quantity: 1,
            },
            Change::WidenReach {
                offer: text(),
                community: None,
            },
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
            Change::WithoutUpkeep { party: text() },
            Change::MoreTolerance {
                party: text(),
                micro: 1,
            },
            Change::OneMoreBase,
            Change::LiftBan { offer: text() },
            Change::AskForService,
            Change::SearchLonger,
            Change::Several { changes: Vec::new() },
        ];
        let kind = |change| {
            serde_json::to_value::<Change>(change).map(|v| v["kind"].as_str().unwrap_or_default().to_owned())
        };
        all.into_iter().filter_map(|change| kind(change).ok()).collect()
    }

    #[test]
    fn every_reason_has_words_in_every_language() {
        for code in Code::ALL {
            let code = serde_json::to_value(code).unwrap_or_default();
            let code = code.as_str().unwrap_or_default();
            for lang in Lang::ALL {
                for id in [format!("reason-{code}"), format!("reason-short-{code}")] {
                    assert!(lang.knows(&id), "{} {id}", lang.tag());
                }
            }
        }
    }

    #[test]
    fn several_changes_are_told_together() {
        let kept: Kept = serde_json::from_value(serde_json::json!({
            "need": "n", "open": 1, "code": "party_full",
            "change": {"kind": "several", "changes": [
                {"kind": "one_more_agreement", "party": "p"}, {"kind": "more_of_offer", "offer": "o", "quantity": 3}
            ]}
        }))
        .unwrap_or_else(|error| unreachable!("{error}"));
        assert_eq!(kept.ids().collect::<Vec<_>>(), ["n", "o"]);
        let names = Names {
            entries: BTreeMap::new(),
            parties: BTreeMap::from([("p".to_owned(), "School".to_owned())]),
        };
        let told = help(Lang::En, &names, &kept);
        assert!(told.contains("School") && told.contains('3'), "{told}");
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
