//! Parties, memberships, signing keys and systems rebuilt from the log.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use uuid::Uuid;

use super::entity::{client, credential, membership, party};
use super::keys::enrol;
use super::keys::jwk::PublicKey;
use super::keys::jws::{Header, Jws};
use crate::kernel::clock::Millis;
use crate::kernel::scope::Scope;
use crate::log::audit::{Class, Finding};
use crate::log::hash::Hash32;
use crate::log::leaf::Leaf;
use crate::log::replay::{Fact, Reading, Row, Table, parsed, rows};

/// A signing key as its leaf tells it.
#[derive(Debug, Clone)]
pub struct EnrolledKey {
    /// The leaf that enrolled it.
    pub leaf: u64,
    /// The public key.
    pub key: PublicKey,
    /// The party it signs for; none for the root of a street.
    pub party: Option<Uuid>,
    /// The enrolment; none for a root.
    pub enrolment: Option<Jws>,
    /// The cadre's key that vouched for it.
    pub voucher: Option<String>,
    /// The leaf that revoked it.
    pub revoked: Option<u64>,
}

/// The tables of identity, as far as the log has been read.
#[derive(Debug, Default)]
pub struct Replay {
    party: Table,
    membership: Table,
    credential: Table,
    client: Table,
    keys: BTreeMap<String, EnrolledKey>,
}

/// Columns of a party that facts tell under the same name.
const PARTY: [&str; 13] = [
    "number",
    "name",
    "organisation_name",
    "name_ko",
    "kind",
    "unit_kind",
    "community",
    "households",
    "max_agreements",
    "credit_code",
    "address",
    "contact_title",
    "rev",
];

impl Replay {
    /// The keys enrolled so far, by thumbprint.
    #[must_use]
    pub fn keys(&self) -> &BTreeMap<String, EnrolledKey> {
        &self.keys
    }

    /// What people call a party; its id if the log does not know it.
    #[must_use]
    pub fn party_name(&self, id: &str) -> String {
        let known = self.party.find(id).map(|row| row.text("name").to_owned());
        known.unwrap_or_else(|| id.to_owned())
    }

    /// Takes the next leaf.
    pub fn take(&mut self, leaf: &Leaf, facts: &[Fact], findings: &mut Vec<Finding>) {
        for fact in facts {
            if schema(&fact.value) == "gongjian.register/1" {
                let told = fact.value["rows"].as_array().into_iter().flatten();
                told.for_each(|value| self.told(leaf, value));
            } else {
                self.told(leaf, &fact.value);
            }
        }
        match leaf.kind.as_str() {
            "credential.enrolled" => self.enrolled(leaf, facts, findings),
            "credential.revoked" => self.revoked(leaf),
            _ => {}
        }
    }

    fn told(&mut self, leaf: &Leaf, told: &Value) {
        let index = leaf.index;
        let id = |member: &str| told[member].as_str().unwrap_or_default().to_owned();
        match schema(told) {
            "gongjian.party/1" => {
                let row = self.party.row(id("party"));
                row.set("id", told["party"].clone(), index);
                row.set("status", "active", index);
                row.take(told, &PARTY, index);
            }
            "gongjian.role/1" => {
                let row = self.membership.row(id("membership"));
                row.set("id", told["membership"].clone(), index);
                row.take(told, &["person", "role", "party"], index);
                let at = told
                    .get("at")
                    .and_then(Value::as_i64)
                    .or(leaf.millis().map(Millis::get));
                if told["held"] == json!(true) {
                    row.set("since", at, index);
                    row.set("until", Value::Null, index);
                } else {
                    row.set("until", at, index);
                }
            }
            "gongjian.root_credential/1" => self.root(leaf, told),
            "gongjian.client/1" => {
                let row = self.client.row(id("client"));
                row.set("id", told["client"].clone(), index);
                row.take(
                    told,
                    &["cid", "name", "party", "scopes", "jwks", "active", "rev"],
                    index,
                );
            }
            _ => {}
        }
    }

    /// The first cadre's key; the first leaf names it by thumbprint.
    fn root(&mut self, leaf: &Leaf, told: &Value) {
        let Some(key) = PublicKey::from_jwk(&told["jwk"]) else {
            return;
        };
        let row = self.credential.row(key.kid());
        for (column, value) in [
            ("kind", json!("webcrypto")),
            ("purpose", json!("cadre")),
            ("party", Value::Null),
            ("state", json!("active")),
            ("enrolment", Value::Null),
            ("enrolled_leaf", json!(0)),
            ("revoked_leaf", Value::Null),
            ("revoked_at", Value::Null),
            ("rev", json!(1)),
        ] {
            row.set(column, value, leaf.index);
        }
        let columns = [
            "kid",
            "alg",
            "jwk",
            "person",
            "requested_at",
            "valid_from",
            "valid_until",
        ];
        row.take(told, &columns, leaf.index);
        let root = EnrolledKey {
            leaf: 0,
            party: None,
            enrolment: None,
            voucher: None,
            revoked: None,
            key,
        };
        self.keys.insert(root.key.kid(), root);
    }

    fn enrolled(&mut self, leaf: &Leaf, facts: &[Fact], findings: &mut Vec<Finding>) {
        let Some(fact) = facts.first() else { return };
        let place = format!("credential[{}]", leaf.text("kid").unwrap_or_default());
        let jws: Option<Jws> = fact.jws.as_deref().and_then(|jws| serde_json::from_str(jws).ok());
        let cadre = |kid: &str| {
            let known = self.keys.get(kid).filter(|key| key.revoked.is_none());
            known.map(|key| key.key.clone())
        };
        let held = jws.and_then(|jws| Some((enrol::check(&jws, cadre).ok()?, jws)));
        let named = held.as_ref().is_some_and(|(enrolment, _)| {
            let digests: Vec<Value> = enrolment.digests.iter().map(|d| Hash32::b64u(d).into()).collect();
            enrolment.hash == fact.hash && leaf.data.get("signatures") == Some(&Value::Array(digests))
        });
        let Some((enrolment, jws)) = held.filter(|_| named) else {
            findings.push(Finding::new(Class::Signature, "signature", place).leaf(leaf.index));
            return;
        };
        let kid = enrolment.fact.kid.clone();
        let row = self.credential.row(kid.clone());
        for (column, value) in [
            ("kid", json!(kid)),
            ("kind", json!("webcrypto")),
            ("purpose", json!(leaf.text("purpose").unwrap_or("party"))),
            ("state", json!("active")),
            ("enrolment", json!(jws)),
            ("enrolled_leaf", json!(leaf.index)),
            ("revoked_leaf", Value::Null),
            ("revoked_at", Value::Null),
            ("rev", json!(2)),
        ] {
            row.set(column, value, leaf.index);
        }
        let columns = ["alg", "jwk", "party", "valid_from", "valid_until"];
        row.take(&fact.value, &columns, leaf.index);
        row.take(
            &Value::Object(leaf.data.clone()),
            &["person", "requested_at"],
            leaf.index,
        );
        let voucher = jws
            .signatures
            .get(1)
            .and_then(|entry| Header::parse(&entry.protected));
        let key = EnrolledKey {
            leaf: leaf.index,
            party: Some(enrolment.fact.party),
            voucher: voucher.map(|header| header.kid),
            revoked: None,
            key: enrolment.key,
            enrolment: Some(jws),
        };
        self.keys.insert(kid, key);
    }

    fn revoked(&mut self, leaf: &Leaf) {
        let kid = leaf.text("kid").unwrap_or_default();
        if let Some(key) = self.keys.get_mut(kid) {
            key.revoked = Some(leaf.index);
        }
        if let Some(row) = self.credential.find_mut(kid) {
            row.set("state", "revoked", leaf.index);
            row.set("revoked_leaf", leaf.index, leaf.index);
            row.set("revoked_at", leaf.millis().map(Millis::get), leaf.index);
            row.step(leaf.index);
        }
    }

    /// Holds the database against the log.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn compare(
        &self,
        db: &impl ConnectionTrait,
        scope: Scope,
        findings: &mut Vec<Finding>,
    ) -> Result<(), DbErr> {
        let name = |row: &Row, column: &str| self.party_name(row.text(column));
        let found = rows::<party::Entity>(db, party::Column::Tenant, scope).await?;
        let reading = Reading::<party::Model> {
            table: "party",
            class: Class::State,
            key: &|row| row.id.to_string(),
            called: &|row| row.text("name").to_owned(),
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.party.compare::<party::Entity>(&found, &reading, findings);
        let found = rows::<membership::Entity>(db, membership::Column::Tenant, scope).await?;
        let reading = Reading::<membership::Model> {
            table: "membership",
            class: Class::State,
            key: &|row| row.id.to_string(),
            called: &|row| format!("{} {} {}", name(row, "party"), row.text("role"), row.text("id")),
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.membership
            .compare::<membership::Entity>(&found, &reading, findings);
        self.compare_keys(db, scope, findings).await?;
        let found = rows::<client::Entity>(db, client::Column::Tenant, scope).await?;
        let reading = Reading::<client::Model> {
            table: "client",
            class: Class::State,
            key: &|row| row.id.to_string(),
            called: &|row| row.text("name").to_owned(),
            told: &|column, value| match column {
                "scopes" | "jwks" => parsed(&value),
                _ => value,
            },
            apart: &|_| false,
        };
        self.client.compare::<client::Entity>(&found, &reading, findings);
        Ok(())
    }

    /// A key that waits for a cadre, or was dropped before one came, has no leaf.
    async fn compare_keys(
        &self,
        db: &impl ConnectionTrait,
        scope: Scope,
        findings: &mut Vec<Finding>,
    ) -> Result<(), DbErr> {
        let found = rows::<credential::Entity>(db, credential::Column::Tenant, scope).await?;
        let reading = Reading::<credential::Model> {
            table: "credential",
            class: Class::State,
            key: &|row| row.kid.clone(),
            called: &|row| format!("{} {}", self.party_name(row.text("party")), row.text("kid")),
            told: &|column, value| match column {
                "jwk" | "enrolment" => parsed(&value),
                _ => value,
            },
            apart: &|row| row.enrolled_leaf.is_none() && row.state != "active",
        };
        self.credential
            .compare::<credential::Entity>(&found, &reading, findings);
        Ok(())
    }
}

fn schema(value: &Value) -> &str {
    value["schema"].as_str().unwrap_or_default()
}
