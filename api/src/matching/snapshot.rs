//! Current lists → an instance of the engine. The only place that knows how ids, times and audiences are
//! told to the engine.

use serde_json::{Value, json};

use super::domain::RunSettings;
use crate::identity::party::domain::PartyKind;
use crate::kernel::date::CivilDate;
use crate::lists::domain::{ServiceType, Window};

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
    /// Own community only, for offers of units; else the street.
    pub own_community_only: bool,
    /// Who may come: bits of audience and language, 0 = everyone.
    pub audience_bits: u64,
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

/// Audiences in the order of their bits (`domain.md` §5); a row without one is for everyone.
pub const AUDIENCES: [&str; 8] = [
    "seniors",
    "minors",
    "members",
    "staff",
    "disabled",
    "jobless",
    "newcomers",
    "outdoor_workers",
];

/// One bit per audience and language, so that “audiences meet” means both meet. `None` is everyone, or any
/// language.
#[must_use]
pub fn audience_bits(audience: Option<&str>, language: Option<&str>) -> u64 {
    if audience.is_none() && language.is_none() {
        return 0;
    }
    let people: Vec<u32> = match audience.and_then(|a| AUDIENCES.iter().position(|known| *known == a)) {
        Some(place) => vec![u32::try_from(place).unwrap_or(0)],
        None => (0..=8).collect(),
    };
    let languages: &[u32] = match language {
        Some("zh") => &[0],
        Some("ko") => &[1],
        _ => &[0, 1],
    };
    let bits = people.iter().flat_map(|p| languages.iter().map(move |l| 1_u64 << (p * 2 + l)));
    bits.fold(0, |all, bit| all | bit)
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
        let home = self.parties.iter().find(|p| p.id == offer.party).and_then(|p| p.community.clone());
        let reach = match home.filter(|_| offer.own_community_only) {
            Some(community) => json!({ "communities": [community] }),
            None => json!("street"),
        };
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
            "modes": ["project", "base"],
        })
    }
}

fn sorted(rows: &[SnapshotRow]) -> Vec<&SnapshotRow> {
    let mut rows: Vec<&SnapshotRow> = rows.iter().collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows
}

fn type_json(service: &ServiceType) -> Value {
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
        "mode": null,
    })
}

fn windows(windows: &[Window]) -> Vec<Value> {
    let mut minutes: Vec<(u16, u16)> = windows.iter().flat_map(Window::minutes).collect();
    minutes.sort_unstable();
    minutes.iter().map(|(from, to)| json!({"from_min": from, "to_min": to})).collect()
}

/// The policy of a run: what people set in words, in the engine's units.
fn policy(settings: &RunSettings) -> Value {
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
    use super::audience_bits;

    #[test]
    fn a_need_in_korean_meets_only_offers_in_korean_or_both() {
        let need = audience_bits(None, Some("ko"));
        assert_eq!(need & audience_bits(None, Some("zh")), 0);
        assert_ne!(need & audience_bits(None, Some("both")), 0);
        assert_ne!(need & audience_bits(Some("seniors"), Some("ko")), 0);
        assert_eq!(audience_bits(Some("seniors"), None) & audience_bits(Some("minors"), None), 0);
        assert_eq!(audience_bits(None, None), 0);
    }
}
