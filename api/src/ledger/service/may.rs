//! What an actor may do with an instalment as it stands: what pages offer. The acts themselves check again,
//! under the lock.

use super::{Hand, hand, reporter};
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::date::CivilDate;
use crate::ledger::query::{DeliveryView, InstalmentView};

/// What is open to an actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct May {
    /// Report a delivery.
    pub report: bool,
    /// Confirm or contest what was reported.
    pub answer: bool,
    /// Waive what is missing.
    pub waive: bool,
    /// Record how the meeting settled a dispute.
    pub settle: bool,
    /// Whether it is done for a side by the street.
    pub on_behalf: bool,
    gives: bool,
    actor: String,
}

impl May {
    /// Whether the actor reported a delivery.
    #[must_use]
    pub fn is_own(&self, one: &DeliveryView) -> bool {
        one.reporter == self.actor
    }

    /// Whether the actor may take a delivery back.
    #[must_use]
    pub fn takes_back(&self, one: &DeliveryView) -> bool {
        self.gives || (self.on_behalf && one.on_behalf)
    }
}

/// What is open to `actor` on an instalment today.
#[must_use]
pub fn may(actor: &Actor, view: &InstalmentView, today: CivilDate) -> May {
    let takers: Vec<uuid::Uuid> = view.takers.iter().map(|(party, _)| *party).collect();
    let hand = hand(actor, view.giver.0, &takers).ok();
    let gives = matches!(hand, Some(Hand::Giver(_)));
    let takes = matches!(hand, Some(Hand::Taker(_)));
    let on_behalf = hand == Some(Hand::OnBehalf);
    let secretary = matches!(
        actor.who,
        Who::Person {
            role: Role::MeetingSecretary,
            ..
        }
    );
    May {
        report: (gives || on_behalf) && view.state.takes_deliveries() && !secretary,
        answer: (takes || on_behalf) && !secretary,
        waive: takes && view.state.may_be_waived() && today > view.standing.until && !secretary,
        settle: secretary,
        on_behalf,
        gives: gives && !secretary,
        actor: reporter(actor),
    }
}
