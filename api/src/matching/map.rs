//! The match map of a plan: who serves whom. Few parties stand on a ring; many are grouped, communities against kinds of
//! unit.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::pages::points;
use super::proposing;
use super::query::ProposalView;
use crate::app::App;
use crate::identity::extract::Visit;
use crate::identity::party::domain::{PartyKind, PartyView, unit_kind};
use crate::identity::party::query as parties;
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::lists::query as lists;
use crate::web::chart::{self, AREAS, Link, Node, RING_PARTIES};
use crate::web::page::Page;

/// The picture with what its table says.
pub(super) struct Map {
    /// SVG.
    pub(super) svg: String,
    /// For each area that occurs, its pattern and name.
    pub(super) legend: Vec<(String, String)>,
    /// The rows of the table.
    pub(super) rows: Vec<Row>,
}

/// What passes between two, in one area.
pub(super) struct Row {
    pub(super) left: String,
    pub(super) right: String,
    pub(super) area: String,
    pub(super) services: usize,
    pub(super) points: String,
}

/// Sums between two names in one area: worth in µ, services.
type Sums = BTreeMap<(String, String, usize), (u64, usize)>;

/// Draws the map of these proposals.
pub(super) async fn draw(
    app: &App,
    visit: &Visit,
    proposals: &[ProposalView],
    finding: &str,
) -> Result<Map, Problem> {
    let db = app.db.reader();
    let known: BTreeMap<Uuid, PartyView> = parties::all(db, visit.actor.scope)
        .await?
        .into_iter()
        .map(|p| (p.id.uuid(), p))
        .collect();
    let types = lists::types(db, Scope::tenant(visit.actor.scope.tenant)).await?;
    let mut involved: Vec<Uuid> = proposals
        .iter()
        .flat_map(|p| p.body.parties.iter().map(|q| q.party))
        .collect();
    involved.sort_unstable();
    involved.dedup();
    let ring = involved.len() <= RING_PARTIES;
    let mut sums: Sums = BTreeMap::new();
    for service in proposals.iter().flat_map(|p| &p.body.services) {
        let ends = [known.get(&service.from), known.get(&service.to)];
        let side = ends.iter().flatten().find(|p| p.kind != PartyKind::Unit);
        let unit = ends.iter().flatten().find(|p| p.kind == PartyKind::Unit);
        let (Some(side), Some(unit)) = (side, unit) else {
            continue;
        };
        let right = if ring {
            unit.name.clone()
        } else {
            kind_words(&visit.page, unit)
        };
        let area: usize = service.area.trim_start_matches('A').parse().unwrap_or(1);
        let key = (
            proposing::short(&side.name).to_owned(),
            right,
            area.clamp(1, AREAS) - 1,
        );
        let worth = types.get(&service.service_type).map_or(0, |t| t.worth_micro);
        let sum = sums.entry(key).or_default();
        sum.0 = sum
            .0
            .saturating_add(worth.saturating_mul(service.quantity.unsigned_abs()));
        sum.1 += 1;
    }
    let sums = if ring {
        sums
    } else {
        gathered(sums, &visit.page.t("map-other"))
    };
    Ok(of_sums(&visit.page, &sums, finding, ring))
}

fn kind_words(page: &Page, unit: &PartyView) -> String {
    let kind = unit.unit_kind.as_deref().map_or("other", unit_kind);
    page.t(&format!("unit-kind-{kind}"))
}

/// Whoever takes part in less than a hundredth of all stands with the others.
fn gathered(sums: Sums, other: &str) -> Sums {
    let total: u64 = sums.values().map(|(micro, _)| *micro).sum();
    let small = |of: &dyn Fn(&(String, String, usize)) -> &String| -> Vec<String> {
        let mut each: BTreeMap<&String, u64> = BTreeMap::new();
        for (key, (micro, _)) in &sums {
            *each.entry(of(key)).or_default() += micro;
        }
        let few = each
            .into_iter()
            .filter(|(_, micro)| micro.saturating_mul(100) < total);
        few.map(|(name, _)| name.clone()).collect()
    };
    let (lefts, rights) = (small(&|key| &key.0), small(&|key| &key.1));
    let mut gathered: Sums = BTreeMap::new();
    for ((left, right, area), (micro, services)) in sums {
        let left = if lefts.contains(&left) {
            other.to_owned()
        } else {
            left
        };
        let right = if rights.contains(&right) {
            other.to_owned()
        } else {
            right
        };
        let sum = gathered.entry((left, right, area)).or_default();
        sum.0 += micro;
        sum.1 += services;
    }
    gathered
}

fn of_sums(page: &Page, sums: &Sums, finding: &str, ring: bool) -> Map {
    let mut nodes: Vec<Node> = Vec::new();
    for left in [true, false] {
        let mut names: Vec<&String> = sums
            .keys()
            .map(|key| if left { &key.0 } else { &key.1 })
            .collect();
        names.sort_unstable();
        names.dedup();
        nodes.extend(names.into_iter().map(|name| Node {
            name: name.clone(),
            left,
        }));
    }
    let at = |name: &str, left: bool| {
        nodes
            .iter()
            .position(|n| n.left == left && n.name == name)
            .unwrap_or(0)
    };
    let told = |name: &str, left: bool| match ring {
        true => format!("{} · {name}", at(name, left) + 1),
        false => name.to_owned(),
    };
    let area_words = |area: usize| page.t(&format!("area-A{}", area + 1));
    let (mut links, mut rows) = (Vec::with_capacity(sums.len()), Vec::with_capacity(sums.len()));
    for ((left, right, area), (micro, services)) in sums {
        let value = points(i64::try_from(*micro).unwrap_or(i64::MAX));
        links.push(Link {
            left: at(left, true),
            right: at(right, false),
            area: *area,
            weight: *micro,
            title: format!("{left} – {right} · {} · {value}", area_words(*area)),
        });
        rows.push(Row {
            left: told(left, true),
            right: told(right, false),
            area: area_words(*area),
            services: *services,
            points: value,
        });
    }
    let occurring = (0..AREAS).filter(|area| links.iter().any(|link| link.area == *area));
    Map {
        legend: occurring
            .map(|area| (chart::swatch(area), area_words(area)))
            .collect(),
        svg: chart::match_map(finding, &nodes, &links, ring),
        rows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_less_than_a_hundredth_stands_with_the_others() {
        let key = |left: &str, right: &str| (left.to_owned(), right.to_owned(), 0);
        let sums = Sums::from([
            (key("靖和社区", "学校"), (995, 3)),
            (key("靖和社区", "银行"), (5, 1)),
        ]);
        let gathered = gathered(sums, "其他");
        assert_eq!(gathered.get(&key("靖和社区", "其他")), Some(&(5, 1)));
        assert_eq!(gathered.len(), 2);
    }
}
