//! What a trial is about: the lists of the plan's instance, its reasons, and the names of everything in them; changes
//! in the reader's words.

use gongjian_engine::model::{Document, FundLevel};
use serde_json::Value;

use super::change::{Change, need_of, offer_of, party_of};
use crate::app::App;
use crate::identity::extract::Visit;
use crate::kernel::money::Fen;
use crate::kernel::problem::Problem;
use crate::matching::query::PlanView;
use crate::matching::reason_words::{Kept, Names};
use crate::matching::times;
use crate::web::i18n::Lang;

/// The subject.
pub(in crate::matching) struct Subject {
    /// The lists.
    pub(in crate::matching) lists: Document,
    /// Why needs are open.
    pub(in crate::matching) reasons: Vec<Kept>,
    /// Names.
    pub(in crate::matching) names: Names,
}

impl Subject {
    /// What trials of this plan are about.
    ///
    /// # Errors
    /// What the database reports, or a plan that cannot be read.
    pub(in crate::matching) async fn of(app: &App, visit: &Visit, plan: &PlanView) -> Result<Self, Problem> {
        let broken = |error: serde_json::Error| Problem::internal(error.to_string());
        let lists: Document = serde_json::from_slice(&plan.instance).map_err(broken)?;
        let reasons: Vec<Kept> = serde_json::from_slice(&plan.reasons).unwrap_or_default();
        let offers = lists.offers.iter().map(|row| row.id.as_str());
        let ids = offers.chain(lists.needs.iter().map(|row| row.id.as_str()));
        let names = Names::load(app.db.reader(), visit.actor.scope, ids).await?;
        Ok(Self {
            lists,
            reasons,
            names,
        })
    }

    /// A fund's name: whose money it is, numbered where there are several.
    pub(in crate::matching) fn fund(&self, lang: Lang, id: &str) -> String {
        let Some(fund) = self.lists.funds.iter().find(|fund| fund.id == id) else {
            return String::new();
        };
        let level = match fund.level {
            FundLevel::City => "city",
            FundLevel::District => "district",
            FundLevel::Street => "street",
        };
        let same: Vec<&str> = self
            .lists
            .funds
            .iter()
            .filter(|other| other.level == fund.level)
            .map(|other| other.id.as_str())
            .collect();
        let name = lang.t(&format!("trial-fund-{level}"));
        match same.iter().position(|other| *other == id) {
            Some(place) if same.len() > 1 => format!("{name} {}", place + 1),
            _ => name,
        }
    }

    /// A change in a sentence.
    pub(in crate::matching) fn words(&self, lang: Lang, change: &Change) -> String {
        let said = self.said(lang, change);
        let stored = serde_json::to_value(change).unwrap_or(Value::Null);
        let kind = stored["kind"].as_str().unwrap_or_default();
        lang.ta(
            &format!("trial-change-{kind}"),
            &[("what", &said.what), ("value", &said.value), ("now", &said.now)],
        )
    }

    fn said(&self, lang: Lang, change: &Change) -> Said {
        let of = |id: &str| self.names.of(id);
        let offer = |id: &str| offer_of(&self.lists, id);
        let number = |value: i64| value.to_string();
        match change {
            Change::OfferGone { offer } | Change::OfferForAll { offer } => Said::of(of(offer)),
            Change::NeedGone { need } => Said::of(of(need)),
            Change::OfferAmount { offer: id, quantity } => {
                Said::new(of(id), number(*quantity), offer(id).map(|o| number(o.quantity)))
            }
            Change::OfferLot { offer: id, quantity } => Said::new(
                of(id),
                number(*quantity),
                offer(id).map(|o| number(o.smallest_lot)),
            ),
            Change::OfferHours { offer, windows } if windows.is_empty() => {
                Said::new(of(offer), lang.t("trial-any-time"), None)
            }
            Change::OfferHours { offer, windows } => Said::new(of(offer), times::common(windows, &[]), None),
            Change::OfferReach { offer, community } => {
                let everyone = || lang.t("trial-everyone");
                Said::new(of(offer), community.as_deref().map_or_else(everyone, of), None)
            }
            Change::NewOffer {
                party,
                need,
                quantity,
            } => Said::new(of(party), number(*quantity), Some(of(need))),
            Change::NeedLot { need, quantity } => {
                let now = need_of(&self.lists, need).map(|row| number(row.smallest_useful));
                Said::new(of(need), number(*quantity), now)
            }
            Change::NeedHours { need, offer } => Said::new(of(need), of(offer), None),
            Change::Agreements { party, count } => {
                let now = party_of(&self.lists, party).map(|row| number(row.max_agreements));
                Said::new(of(party), number(*count), now)
            }
            Change::Tolerance { party, micro } => {
                let now = party_of(&self.lists, party).map(|row| points(row.tolerance_micro));
                Said::new(of(party), points(*micro), now)
            }
            Change::Budget { fund, fen } => {
                let now = self.lists.funds.iter().find(|row| row.id == *fund);
                Said::new(
                    self.fund(lang, fund),
                    yuan(*fen),
                    now.map(|row| yuan(row.budget_fen)),
                )
            }
            Change::Bases { count } => Said::new(
                String::new(),
                number(*count),
                Some(number(self.lists.policy.base_quota)),
            ),
            Change::RuleOff { rule } => Said::of(lang.t(&format!("rule-{}", rule.name()))),
        }
    }
}

/// Values of a change's sentence.
struct Said {
    what: String,
    value: String,
    now: String,
}

impl Said {
    fn new(what: String, value: String, now: Option<String>) -> Self {
        Self {
            what,
            value,
            now: now.unwrap_or_default(),
        }
    }

    fn of(what: String) -> Self {
        Self::new(what, String::new(), None)
    }
}

/// Points, rounded up to whole ones.
fn points(micro: i64) -> String {
    (micro.saturating_add(999_999) / 1_000_000).to_string()
}

fn yuan(fen: i64) -> String {
    Fen::try_from(fen).map_or_else(|_| String::new(), |fen| fen.to_string())
}
