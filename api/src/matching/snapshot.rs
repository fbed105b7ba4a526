//! Current lists → an instance of the engine. The only place that knows how ids, times and audiences are
//! told to the engine.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::domain::RunSettings;
use crate::identity::party::domain::{PartyKind, PartyView};
use crate::identity::party::query as parties;
use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Party};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::lists::domain::{Audience, EntryView, Kind, Modes, Reach, ServiceLanguage, ServiceType, Window};
use crate::lists::query as lists;

/// A party as the engine is told of it.
#[derive(Debug, Clone)]
pub struct SnapshotParty {
    /// Its id in the instance.
    pub id: String,
    /// Its side.
    pub kind: PartyKind,
    /// For a unit, the id of the community it lies in.
    pub community: Option<String>,
    /// Households of a community.
    pub households: i64,
    /// Agreements it can look after.
    pub max_agreements: i32,
    /// Balance carried in, millionths of a point; positive if it gave more than it got.
    pub carry_micro: i64,
}

/// An offer or a need as the engine is told of it.
#[derive(Debug, Clone)]
pub struct SnapshotRow {
    /// Its id in the instance.
    pub id: String,
    /// Whose.
    pub party: String,
    /// Service type.
    pub type_code: String,
    /// How much.
    pub quantity: i64,
    /// Smallest lot of an offer, smallest useful amount of a need.
    pub smallest: i64,
    /// 1–5, for needs.
    pub priority: u8,
    /// Hours of the week; none = any time.
    pub windows: Vec<Window>,
    /// First day.
    pub from: CivilDate,
    /// Last day.
    pub until: CivilDate,
    /// How far an offer reaches.
    pub reach: SnapshotReach,
    /// Who may come: bits of audience and language, 0 = everyone.
    pub audience_bits: u64,
    /// May be part of a project.
    pub project: bool,
    /// May be part of a base.
    pub base: bool,
}

/// How far an offer reaches, by ids of the instance.
#[derive(Debug, Clone, Default)]
pub enum SnapshotReach {
    /// These communities.
    Communities(Vec<String>),
    /// The giver's street.
    #[default]
    Street,
    /// Everyone.
    District,
}

/// What an instance is made of.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The street's id in the instance.
    pub street: String,
    /// The parties.
    pub parties: Vec<SnapshotParty>,
    /// The offers.
    pub offers: Vec<SnapshotRow>,
    /// The needs.
    pub needs: Vec<SnapshotRow>,
}

/// One bit per audience and language, so that “audiences meet” means both meet. Without either it is 0, everyone;
/// somebody of no named audience has a bit of their own.
#[must_use]
pub fn audience_bits(audience: Audience, language: Option<ServiceLanguage>) -> u64 {
    if audience.bits() == 0 && language.is_none() {
        return 0;
    }
    let people = if audience.bits() == 0 {
        0xffff
    } else {
        audience.bits()
    };
    let (zh, ko) = match language {
        Some(ServiceLanguage::Zh) => (true, false),
        Some(ServiceLanguage::Ko) => (false, true),
        Some(ServiceLanguage::Both) | None => (true, true),
    };
    let spread = |languages: bool, shift: u32| {
        let bits = (0..16).filter(|b| languages && people & (1 << b) != 0);
        bits.fold(0_u64, |all, b| all | 1 << (b * 2 + shift))
    };
    spread(zh, 0) | spread(ko, 1)
}

/// What the lists of a year say at one moment: the rows a plan is told from, whatever happens to them later.
#[derive(Debug, Clone)]
pub struct Lists {
    /// The parties.
    pub parties: Vec<PartyView>,
    /// The offers.
    pub offers: Vec<EntryView>,
    /// The needs.
    pub needs: Vec<EntryView>,
    /// What parties carry in, µ.
    pub carry: BTreeMap<Id<Party>, i64>,
}

/// The current lists of a tenant for a year.
///
/// # Errors
/// What the database reports.
pub async fn take(db: &impl ConnectionTrait, scope: Scope, cycle: i16) -> Result<Lists, Problem> {
    Ok(Lists {
        offers: lists::listed(db, scope, Kind::Offer, cycle).await?,
        needs: lists::listed(db, scope, Kind::Need, cycle).await?,
        carry: lists::carry_in(db, scope, cycle).await?,
        parties: parties::all(db, scope).await?,
    })
}

impl Lists {
    /// The rows as the engine is told of them.
    #[must_use]
    pub fn snapshot(&self, scope: Scope) -> Snapshot {
        let party = |party: &PartyView| SnapshotParty {
            id: party.id.to_string(),
            kind: party.kind,
            community: party.community.map(|c| c.to_string()),
            households: party.households.unwrap_or(0),
            max_agreements: party.max_agreements,
            carry_micro: self.carry.get(&party.id).copied().unwrap_or(0),
        };
        Snapshot {
            street: scope.tenant.to_string(),
            parties: self.parties.iter().map(party).collect(),
            offers: self.offers.iter().map(row).collect(),
            needs: self.needs.iter().map(row).collect(),
        }
    }
}

fn row(entry: &EntryView) -> SnapshotRow {
    SnapshotRow {
        id: entry.id.to_string(),
        party: entry.party.to_string(),
        type_code: entry.type_code.clone(),
        quantity: i64::from(entry.quantity),
        smallest: i64::from(entry.smallest),
        priority: entry.priority,
        windows: entry.windows.clone(),
        from: entry.from,
        until: entry.until,
        reach: match &entry.reach {
            Reach::Communities(ids) => {
                SnapshotReach::Communities(ids.iter().map(ToString::to_string).collect())
            }
            Reach::Street => SnapshotReach::Street,
            Reach::District => SnapshotReach::District,
        },
        audience_bits: audience_bits(entry.audience, entry.language),
        project: matches!(entry.modes, Modes::Both | Modes::Project),
        base: matches!(entry.modes, Modes::Both | Modes::Base),
    }
}

impl Snapshot {
    /// The instance as JSON (`gongjian-instance/1`), rows sorted by id.
    #[must_use]
    pub fn instance(&self, types: &[&ServiceType], settings: &RunSettings) -> Value {
        let mut parties: Vec<&SnapshotParty> = self.parties.iter().collect();
        parties.sort_by(|a, b| a.id.cmp(&b.id));
        json!({
            "format": "gongjian-instance/1",
            "types": types.iter().map(|t| type_json(t)).collect::<Vec<_>>(),
            "parties": parties.iter().map(|p| self.party_json(p)).collect::<Vec<_>>(),
            "offers": sorted(&self.offers).iter().map(|o| self.offer_json(o)).collect::<Vec<_>>(),
            "needs": sorted(&self.needs).iter().map(|n| need_json(n)).collect::<Vec<_>>(),
            "funds": [],
            "policy": policy(settings),
            "commitments": [],
            "pins": [],
            "bans": [],
            "previous": null,
        })
    }

    fn party_json(&self, party: &SnapshotParty) -> Value {
        json!({
            "id": party.id,
            "kind": party.kind.code(),
            "street": self.street,
            "community": party.community,
            "households": party.households,
            "max_agreements": party.max_agreements,
            "tolerance_micro": 20_000_000,
            "carry_micro": party.carry_micro,
        })
    }

    fn offer_json(&self, offer: &SnapshotRow) -> Value {
        let reach = match &offer.reach {
            SnapshotReach::Communities(ids) => json!({ "communities": ids }),
            SnapshotReach::Street => json!("street"),
            SnapshotReach::District => json!("district"),
        };
        let modes: Vec<&str> = [(offer.project, "project"), (offer.base, "base")]
            .into_iter()
            .filter_map(|(may, mode)| may.then_some(mode))
            .collect();
        json!({
            "id": offer.id,
            "party": offer.party,
            "type": offer.type_code,
            "quantity": offer.quantity,
            "smallest_lot": offer.smallest,
            "reach": reach,
            "windows": windows(&offer.windows),
            "days": {"from": offer.from, "to": offer.until},
            "audience": offer.audience_bits,
            "cost_fen": 0,
            "fund": null,
            "modes": modes,
        })
    }
}

fn sorted(rows: &[SnapshotRow]) -> Vec<&SnapshotRow> {
    let mut rows: Vec<&SnapshotRow> = rows.iter().collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows
}

/// A service type as the engine is told of it.
#[must_use]
pub fn type_json(service: &ServiceType) -> Value {
    let area = service.area.trim_start_matches('A').parse::<u8>().unwrap_or(1);
    json!({
        "id": service.code,
        "area": area,
        "worth_micro": service.worth_micro,
        "cash_like": service.cash_like,
    })
}

fn need_json(need: &SnapshotRow) -> Value {
    json!({
        "id": need.id,
        "party": need.party,
        "type": need.type_code,
        "quantity": need.quantity,
        "smallest_useful": need.smallest,
        "priority": need.priority,
        "windows": windows(&need.windows),
        "days": {"from": need.from, "to": need.until},
        "audience": need.audience_bits,
        "mode": match (need.project, need.base) {
            (true, false) => json!("project"),
            (false, true) => json!("base"),
            _ => Value::Null,
        },
    })
}

fn windows(windows: &[Window]) -> Vec<Value> {
    let mut minutes: Vec<(u16, u16)> = windows.iter().flat_map(Window::minutes).collect();
    minutes.sort_unstable();
    minutes
        .iter()
        .map(|(from, to)| json!({"from_min": from, "to_min": to}))
        .collect()
}

/// The policy of a run: what people set in words, in the engine's units.
#[must_use]
pub fn policy(settings: &RunSettings) -> Value {
    json!({
        "fixed_micro": settings.upkeep_milli.saturating_mul(1000),
        "priority_ppm": [700_000, 850_000, 1_000_000, 1_200_000, 1_500_000],
        "overlap_min": 60,
        "fairness": [
            {"length_micro_per_household": 10_000, "bonus_ppm": settings.fairness_ppm},
            {"length_micro_per_household": 20_000, "bonus_ppm": settings.fairness_ppm / 2},
            {"length_micro_per_household": null, "bonus_ppm": 0},
        ],
        "reciprocity_ppm": 100_000,
        "circles": settings.circles,
        "coverage_micro": 1_000_000,
        "base_bonus_micro": 5_000_000,
        "base_quota": 6,
        "base_breadth": 2,
        "base_depth": 3,
        "stability_agreement_micro": 0,
        "stability_service_micro": 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_in_korean_meets_only_offers_in_korean_or_both() {
        let everybody = Audience::default();
        let need = audience_bits(everybody, Some(ServiceLanguage::Ko));
        assert_eq!(need & audience_bits(everybody, Some(ServiceLanguage::Zh)), 0);
        assert_ne!(need & audience_bits(everybody, Some(ServiceLanguage::Both)), 0);
        let (seniors, minors) = (Audience::of(["seniors"]), Audience::of(["minors"]));
        assert_ne!(need & audience_bits(seniors, Some(ServiceLanguage::Ko)), 0);
        assert_eq!(audience_bits(seniors, None) & audience_bits(minors, None), 0);
        assert_eq!(audience_bits(everybody, None), 0);
    }
}
