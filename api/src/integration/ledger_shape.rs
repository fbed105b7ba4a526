//! What goes over the wire about obligations, deliveries and reviews.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::ledger::query::{DeliveryView, InstalmentView, ReviewView};
use crate::log::hash::Hash32;

/// A page of instalments.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InstalmentPage {
    /// The instalments, by their last day.
    pub(super) items: Vec<InstalmentLine>,
    /// Where the next page begins; null on the last.
    pub(super) next: Option<String>,
}

/// An instalment of an obligation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InstalmentLine {
    /// The obligation; deliveries are reported under it.
    obligation: Uuid,
    due_no: i32,
    agreement: Uuid,
    #[schema(example = "珲靖共建〔2026〕12号")]
    number: String,
    what: String,
    #[schema(example = "facilities")]
    area: String,
    #[schema(example = "hour")]
    unit: String,
    giver: Uuid,
    takers: Vec<Uuid>,
    #[schema(example = "2026-04-01")]
    from: String,
    #[schema(example = "2026-06-30")]
    until: String,
    quantity: i32,
    delivered: i32,
    confirmed: i32,
    /// planned, open, reported, confirmed, short, overdue, disputed, made_good, waived or cancelled.
    #[schema(example = "open")]
    state: String,
}

impl From<InstalmentView> for InstalmentLine {
    fn from(view: InstalmentView) -> Self {
        Self {
            obligation: view.obligation,
            due_no: view.no,
            agreement: view.agreement,
            number: view.number,
            what: view.what,
            area: view.area,
            unit: view.unit,
            giver: view.giver.0,
            takers: view.takers.into_iter().map(|(party, _)| party).collect(),
            from: view.standing.from.to_string(),
            until: view.standing.until.to_string(),
            quantity: view.quantity,
            delivered: view.standing.account.delivered,
            confirmed: view.standing.account.confirmed,
            state: view.state.code().to_owned(),
        }
    }
}

/// Conditions of a list of instalments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct InstalmentQuery {
    /// Only in this state.
    pub(super) state: Option<String>,
    /// Only given or received by this party.
    pub(super) party: Option<Uuid>,
    /// Only of this agreement.
    pub(super) agreement: Option<Uuid>,
    /// Rows on a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u32>,
    /// `next` of the page before.
    pub(super) cursor: Option<String>,
}

/// A delivery to be reported.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliveryNew {
    /// The instalment; the first that is not met if absent.
    pub(super) due_no: Option<i32>,
    /// How much, in the obligation's measure.
    #[schema(minimum = 1, example = 4)]
    pub(super) quantity: i32,
    /// The day it was done.
    #[schema(example = "2026-12-05")]
    pub(super) on: String,
    /// How many people it reached.
    #[schema(minimum = 0)]
    pub(super) beneficiaries: Option<i32>,
    /// Where, if elsewhere than agreed.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub(super) place: String,
    /// A note without names of residents.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub(super) note: String,
    /// Hashes of files handed in at /blobs.
    #[serde(default)]
    #[schema(max_items = 6)]
    pub(super) evidence: Vec<String>,
    /// Its name in the caller's own system; the same name twice is refused.
    #[schema(max_length = 80, example = "GATE-20261205-1")]
    pub(super) external_ref: Option<String>,
    /// That more than is owed is meant.
    #[serde(default)]
    pub(super) confirm_excess: bool,
}

/// A word on a delivery.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliveryAnswer {
    /// How much came; all that was reported if absent. Confirmations only.
    #[schema(minimum = 1)]
    pub(super) quantity: Option<i32>,
    /// A note; the reason, for disputes and withdrawals.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub(super) note: String,
}

/// A delivery.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Delivery {
    id: Uuid,
    agreement: Uuid,
    obligation: Uuid,
    due_no: i32,
    quantity: i32,
    #[schema(example = "2026-12-05")]
    on: String,
    beneficiaries: Option<i32>,
    place: String,
    note: String,
    evidence: Vec<String>,
    external_ref: Option<String>,
    by_party: Uuid,
    /// Whether the street reported it for the giver.
    on_behalf: bool,
    /// reported, confirmed, disputed or withdrawn.
    #[schema(example = "reported")]
    state: String,
    confirmed: i32,
    answer: String,
    reported_on: String,
    updated_at: String,
}

impl From<DeliveryView> for Delivery {
    fn from(view: DeliveryView) -> Self {
        Self {
            id: view.id,
            agreement: view.agreement,
            obligation: view.obligation,
            due_no: view.due_no,
            quantity: view.quantity,
            on: view.on,
            beneficiaries: view.beneficiaries,
            place: view.place,
            note: view.note,
            evidence: view.evidence.iter().map(Hash32::to_string).collect(),
            external_ref: view.external_ref,
            by_party: view.by_party,
            on_behalf: view.on_behalf,
            state: view.state.code().to_owned(),
            confirmed: view.confirmed,
            answer: view.answer,
            reported_on: view.reported_on,
            updated_at: view.changed.rfc3339(),
        }
    }
}

/// A page of deliveries, the last changed first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryPage {
    /// The deliveries.
    pub(super) items: Vec<Delivery>,
    /// Where the next page begins; null on the last.
    pub(super) next: Option<String>,
}

/// Conditions of a list of deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveryQuery {
    /// Only in this state.
    pub(super) state: Option<String>,
    /// Only under this agreement.
    pub(super) agreement: Option<Uuid>,
    /// Only changed at or after this instant, milliseconds since 1970.
    pub(super) updated_since: Option<i64>,
    /// Rows on a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u32>,
    /// `next` of the page before.
    pub(super) cursor: Option<String>,
}

/// A file as kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BlobKept {
    /// SHA-256 of its bytes, for `evidence`.
    #[schema(example = "sha256:rvkCx4QQmBrOlvFXxoRoCN_EQhdMxKDKf2VWMP2Xbdk")]
    pub(super) hash: String,
}

/// A review to be given: of the project, not of persons.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewNew {
    /// As the review clause counts them: 2026-04, 2026Q2, 2026H1 or 2026.
    #[schema(example = "2026Q2")]
    pub(super) period: String,
    /// yes, partly or no.
    pub(super) delivered: String,
    /// very, useful, fair or useless.
    pub(super) useful: String,
    /// continue, change or stop.
    pub(super) proceed: String,
    /// One sentence without names.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub(super) comment: String,
}

/// A review, shown to the parties of its agreement.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Review {
    agreement: Uuid,
    period: String,
    /// The side's ref.
    by: String,
    delivered: String,
    useful: String,
    proceed: String,
    comment: String,
    given_on: String,
}

impl From<ReviewView> for Review {
    fn from(view: ReviewView) -> Self {
        Self {
            agreement: view.agreement,
            period: view.period,
            by: view.by_ref,
            delivered: view.delivered,
            useful: view.useful,
            proceed: view.proceed,
            comment: view.comment,
            given_on: view.given_on,
        }
    }
}

/// The reviews of the client's own agreements.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReviewPage {
    /// The newest period first; none for a client without a party.
    pub(super) items: Vec<Review>,
}
