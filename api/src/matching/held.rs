//! What earlier proposals hold: a meeting has taken them up or adopted them, so a new plan must leave their amounts
//! alone.

use std::collections::BTreeMap;

use gongjian_engine::model::{CommitmentRow, CommitmentTarget, Document};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::domain::ProposalBody;
use super::entity::proposal;
use super::error::MatchingError;
use crate::kernel::scope::Scope;

/// States in which a proposal's amounts are spoken for.
const HELD: [&str; 2] = ["tabled", "adopted"];

/// The content of every proposal that holds amounts, `but` those of one plan.
pub(super) async fn bodies(
    db: &impl ConnectionTrait,
    scope: Scope,
    but: Option<Uuid>,
) -> Result<Vec<ProposalBody>, MatchingError> {
    let mut find = proposal::Entity::find()
        .filter(proposal::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(proposal::Column::State.is_in(HELD));
    if let Some(plan) = but {
        find = find.filter(proposal::Column::Plan.ne(plan));
    }
    let rows = find.order_by_asc(proposal::Column::Id).all(db).await?;
    let read = |row: &proposal::Model| {
        serde_json::from_str(&row.body).map_err(|error| MatchingError::Broken(error.to_string()))
    };
    rows.iter().map(read).collect()
}

/// What these take from the offers, needs and parties of an instance. Rows of other years are not in it and take
/// nothing; nothing takes more than there is.
pub(super) fn commitments(document: &Document, held: &[ProposalBody]) -> Vec<CommitmentRow> {
    let offers: BTreeMap<&str, i64> = document
        .offers
        .iter()
        .map(|o| (o.id.as_str(), o.quantity))
        .collect();
    let needs: BTreeMap<&str, i64> = document
        .needs
        .iter()
        .map(|n| (n.id.as_str(), n.quantity))
        .collect();
    let parties: BTreeMap<&str, i64> = document
        .parties
        .iter()
        .map(|p| (p.id.as_str(), p.max_agreements))
        .collect();
    let mut taken: [BTreeMap<String, i64>; 3] = Default::default();
    let [from_offers, from_needs, from_parties] = &mut taken;
    for body in held {
        let mut this_year = false;
        for service in &body.services {
            let ends = [
                (&mut *from_offers, &offers, service.offer.to_string()),
                (&mut *from_needs, &needs, service.need.to_string()),
            ];
            for (taken, known, id) in ends {
                if known.contains_key(id.as_str()) {
                    this_year = true;
                    let sum = taken.entry(id).or_default();
                    *sum = sum.saturating_add(service.quantity);
                }
            }
        }
        for party in body.parties.iter().filter(|_| this_year) {
            *from_parties.entry(party.party.to_string()).or_default() += 1;
        }
    }
    let rows = |taken: &BTreeMap<String, i64>, known: &BTreeMap<&str, i64>, target: CommitmentTarget| {
        let row = |(id, amount): (&String, &i64)| {
            let most = *known.get(id.as_str())?;
            Some(CommitmentRow {
                target,
                id: id.clone(),
                amount: (*amount).min(most),
            })
        };
        taken.iter().filter_map(row).collect::<Vec<_>>()
    };
    let mut all = rows(from_offers, &offers, CommitmentTarget::Offer);
    all.extend(rows(from_needs, &needs, CommitmentTarget::Need));
    all.extend(rows(from_parties, &parties, CommitmentTarget::Party));
    all
}
