//! The meeting pack (会议材料): proposals of a plan as a meeting takes them up. The only file that knows how the
//! feature below keeps them.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use uuid::Uuid;

use super::domain::Outcome;
use super::error::MeetingError;
use crate::kernel::id::{Id, Party};
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;

/// States in which a proposal may be put on an agenda.
const READY: [&str; 3] = ["proposed", "acknowledged", "sent_back"];
/// The state of a proposal on an agenda.
const TABLED: &str = "tabled";
/// Most proposals offered at once.
const OFFERED_MAX: usize = 500;

/// A proposal as a meeting takes it up.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposalItem {
    /// The proposal.
    pub proposal: Uuid,
    /// Its number in the plan.
    pub no: i64,
    /// What it is called on the agenda.
    pub title: String,
    /// Who gives and gets; they recuse.
    pub parties: Vec<Id<Party>>,
    /// The working text an agreement is drafted from.
    pub body: Value,
}

/// The proposals that wait for a meeting, in the order of their plan.
///
/// # Errors
/// What the database reports.
pub async fn waiting(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<ProposalItem>, MeetingError> {
    let rows = proposal::Entity::find()
        .filter(proposal::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(proposal::Column::State.is_in(READY))
        .order_by_asc(proposal::Column::Plan)
        .order_by_asc(proposal::Column::No)
        .all(db)
        .await?;
    Ok(rows.iter().take(OFFERED_MAX).map(item).collect())
}

/// Puts proposals on an agenda, in the order of `ids`; `None` stands for one that is not there or not ready.
pub(super) async fn table(
    tx: &Tx,
    scope: Scope,
    ids: &[Uuid],
) -> Result<Vec<Option<ProposalItem>>, MeetingError> {
    let waiting = waiting(tx.db(), scope).await?;
    let mut known: BTreeMap<Uuid, ProposalItem> =
        waiting.into_iter().map(|item| (item.proposal, item)).collect();
    let found: Vec<Option<ProposalItem>> = ids.iter().map(|id| known.remove(id)).collect();
    for id in found.iter().flatten().map(|item| item.proposal) {
        move_state(tx, scope, id, &READY, TABLED).await?;
    }
    Ok(found)
}

/// Tells a proposal what the meeting decided.
pub(super) async fn decided(tx: &Tx, scope: Scope, id: Uuid, outcome: Outcome) -> Result<(), MeetingError> {
    move_state(tx, scope, id, &[TABLED], outcome.code()).await
}

/// Gives back a proposal the meeting did not come to.
pub(super) async fn give_back(tx: &Tx, scope: Scope, id: Uuid) -> Result<(), MeetingError> {
    move_state(tx, scope, id, &[TABLED], "acknowledged").await
}

async fn move_state(tx: &Tx, scope: Scope, id: Uuid, from: &[&str], to: &str) -> Result<(), MeetingError> {
    let moved = proposal::Entity::update_many()
        .col_expr(proposal::Column::State, Expr::value(to))
        .col_expr(proposal::Column::Rev, Expr::col(proposal::Column::Rev).add(1))
        .filter(proposal::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(proposal::Column::Id.eq(id))
        .filter(proposal::Column::State.is_in(from.iter().copied()))
        .exec(tx.db())
        .await?;
    if moved.rows_affected == 1 {
        Ok(())
    } else {
        Err(MeetingError::Stale)
    }
}

/// One service of a proposal, as the agenda and the minutes tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServiceLine {
    /// Name of the giver.
    pub(super) from: String,
    /// Name of the receiver.
    pub(super) to: String,
    /// What, as the giver wrote it.
    pub(super) what: String,
    /// How much.
    pub(super) quantity: i64,
    /// Words under `measure-<code>`.
    pub(super) measure: String,
    /// First and last day, `YYYY-MM-DD`.
    pub(super) days: (String, String),
}

/// The services in a proposal's working text, in its order.
pub(super) fn services(body: &Value) -> Vec<ServiceLine> {
    let text = |value: &Value, member: &str| {
        let member = value.get(member).and_then(Value::as_str);
        member.unwrap_or_default().to_owned()
    };
    let list = |member: &str| {
        body.get(member)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    let name_of = |id: String| {
        let known = list("parties").iter().find(|p| text(p, "party") == id);
        known.map(|p| text(p, "name")).unwrap_or_default()
    };
    list("services")
        .iter()
        .map(|service| ServiceLine {
            from: name_of(text(service, "from")),
            to: name_of(text(service, "to")),
            what: text(service, "what"),
            quantity: service.get("quantity").and_then(Value::as_i64).unwrap_or(0),
            measure: text(service, "measure"),
            days: (text(service, "from_day"), text(service, "until_day")),
        })
        .collect()
}

fn item(row: &proposal::Model) -> ProposalItem {
    let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
    let title = body
        .get("title")
        .and_then(|t| t.as_str())
        .map_or_else(|| format!("拟对接项目{}", row.no), str::to_owned);
    let party = |value: &Value| {
        let id = value.get("party").unwrap_or(value);
        id.as_str().and_then(|id| id.parse().ok())
    };
    let parties = body
        .get("parties")
        .and_then(|p| p.as_array())
        .map(|all| all.iter().filter_map(party).collect())
        .unwrap_or_default();
    ProposalItem {
        proposal: row.id,
        no: row.no,
        title,
        parties,
        body,
    }
}

/// The columns of `proposal` a meeting reads and moves; the table belongs to matching.
#[expect(
    unreachable_pub,
    reason = "the derive of a table makes public types that name these"
)]
mod proposal {
    use sea_orm::entity::prelude::*;

    /// One row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant: Uuid,
        pub plan: Uuid,
        pub no: i64,
        pub body: String,
        pub state: String,
        pub rev: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
