//! What parties do with an agreement all have signed, as their own systems would do it.

use gongjian_api::agreements::bundle::verify::{Verdict, verify};
use gongjian_api::agreements::domain::document::{Document, VersionKind};
use gongjian_api::agreements::domain::ending::Termination;
use gongjian_api::agreements::domain::owed::id_of;
use gongjian_api::agreements::draft::Adopted;
use gongjian_api::agreements::query::{self, AgreementView};
use gongjian_api::agreements::service::{self, SignReceipt};
use gongjian_api::identity::keys::jws::Intent;
use gongjian_api::kernel::clock::Clock;
use gongjian_api::kernel::date::CivilDate;
use gongjian_api::kernel::problem::Problem;
use gongjian_api::kernel::text::Text;
use gongjian_api::kernel::tx;
use gongjian_api::ledger::domain::delivery::NewDelivery;
use gongjian_api::ledger::service as ledger;
use uuid::Uuid;

use crate::street::Street;

/// The version after the last one, of this kind, with nothing else changed.
pub async fn next(street: &Street, agreement: Uuid, kind: VersionKind) -> Document {
    let db = street.core.app.db.reader();
    let view = query::one(db, street.scope(), agreement).await.unwrap();
    let last = query::version(db, street.scope(), agreement, view.standing.last)
        .await
        .unwrap();
    let mut document = view.document;
    document.version = last.document.version + 1;
    document.kind = kind;
    document.previous = Some(last.hash);
    document.base = (!kind.is_before_signing()).then_some(view.hash);
    document.sign_by = street.core.clock.now().day().plus_days(30);
    document
}

/// The end on a day, nothing settled.
#[must_use]
pub fn ending(effective_on: CivilDate, leaving: Option<&str>) -> Termination {
    Termination {
        reason: "社区调整".to_owned(),
        effective_on,
        leaving: leaving.map(str::to_owned),
        settlements: Vec::new(),
    }
}

impl Street {
    /// Sends an item and has all of its `n` parties sign it.
    pub async fn signed(&self, item: u32, n: usize) -> Uuid {
        let sent = self.send(item, n).await;
        for signer in 0..n {
            self.sign(signer, sent.agreement, Intent::Accept).await.unwrap();
        }
        sent.agreement
    }

    /// Signs a version of a party's own.
    ///
    /// # Errors
    /// The problem the signer is told.
    pub async fn offer(
        &self,
        signer: usize,
        intent: Intent,
        document: &Document,
    ) -> Result<SignReceipt, Problem> {
        let (actor, key) = &self.signers[signer];
        let agreement = document.agreement;
        let context =
            query::signing_context(&self.core.app, actor.scope, agreement, intent, &key.kid()).await?;
        let payload = document.to_bytes().unwrap();
        let given = service::Submission {
            route: intent,
            version: document.version,
            entry: key.sign_value(context.header.clone(), &payload),
            payload: Some(payload),
        };
        let checked = self.check(signer, agreement, given).await?;
        self.record(signer, &checked).await
    }

    /// What the server tells a signer, or why it does not.
    ///
    /// # Errors
    /// The problem the signer is told.
    pub async fn sign_context(
        &self,
        signer: usize,
        agreement: Uuid,
        intent: Intent,
    ) -> Result<query::SigningContext, Problem> {
        let (actor, key) = &self.signers[signer];
        Ok(query::signing_context(&self.core.app, actor.scope, agreement, intent, &key.kid()).await?)
    }

    /// What a new day brings; how many steps were taken.
    pub async fn new_day(&self) -> usize {
        let day = async |tx: &tx::Tx| Ok(service::new_day(tx, self.tenant).await?);
        tx::run(&self.core.app.db, day).await.unwrap()
    }

    /// The giver reports so much of an instalment, or all of it, and the receiver confirms it.
    pub async fn delivered(&self, agreement: Uuid, (reference, no): (&str, i32), quantity: Option<i32>) {
        let document = self.view(agreement).await.document;
        let owed = document.obligations.iter().find(|o| o.reference == reference);
        let owed = owed.unwrap();
        let actor = |reference: &str| {
            let party = document.party(reference).unwrap().id;
            let mut signers = self.signers.iter().map(|(actor, _)| actor);
            signers
                .find(|a| a.party().is_some_and(|p| p.uuid() == party))
                .unwrap()
        };
        let all = owed.due[usize::try_from(no).unwrap() - 1].quantity;
        let new = NewDelivery {
            quantity: quantity.unwrap_or_else(|| i32::try_from(all).unwrap()),
            on: self.core.clock.now().day(),
            beneficiaries: None,
            place: Text::parse("").unwrap(),
            note: Text::parse("").unwrap(),
            evidence: Vec::new(),
            external_ref: None,
            excess: false,
        };
        let line = (id_of(agreement, reference), no);
        let report = async |tx: &tx::Tx| Ok(ledger::report(tx, actor(&owed.from), line, &new).await?);
        let id = tx::run(&self.core.app.db, report).await.unwrap();
        let note = Text::parse("").unwrap();
        let confirm =
            async |tx: &tx::Tx| Ok(ledger::confirm(tx, actor(&owed.to[0]), (id, 1), None, &note).await?);
        tx::run(&self.core.app.db, confirm).await.unwrap();
    }

    /// Moves the clock to the morning of a day.
    pub fn go_to(&self, day: &str) {
        let day: CivilDate = day.parse().unwrap();
        let today = self.core.clock.now().day();
        self.core
            .clock
            .advance_ms((day.epoch_days() - today.epoch_days()) * 86_400_000);
    }

    /// An agreement as pages show it.
    pub async fn view(&self, agreement: Uuid) -> AgreementView {
        query::one(self.core.app.db.reader(), self.scope(), agreement)
            .await
            .unwrap()
    }

    /// What its bundle proves; fails unless the bundle holds.
    pub async fn proven(&self, agreement: Uuid) -> Verdict {
        let bundle = query::bundle(&self.core.app, self.scope(), agreement)
            .await
            .unwrap();
        let report = verify(&bundle.to_bytes().unwrap(), None, self.core.clock.now());
        assert_eq!(report.findings, []);
        report.verdict.unwrap()
    }

    /// An item in which each gives to the next: the community to the school, the school to the hospital, the
    /// hospital to the community.
    #[must_use]
    pub fn circle(&self, item: u32) -> Adopted {
        let mut adopted = self.adopted(item, 3);
        for (service, (from, to)) in adopted.services.iter_mut().zip([(0, 1), (1, 2), (2, 0)]) {
            service.from = self.party(from);
            service.to = vec![self.party(to)];
        }
        adopted.services.truncate(3);
        adopted
    }
}
