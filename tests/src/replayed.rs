//! The rows of an agreement built again from the record alone — leaves, versions, signatures — to be held
//! against those stored.

use std::collections::BTreeMap;

use gongjian_api::agreements::domain::document::Document;
use gongjian_api::agreements::domain::ending::{binds_alone, settlement_of};
use gongjian_api::agreements::domain::owed::{self, Line};
use gongjian_api::agreements::domain::state::{Act, Ending, Signed, Standing};
use gongjian_api::log::hash::Hash32;
use gongjian_api::log::leaf::Leaf;
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement, TryGetable};
use uuid::Uuid;

/// Cells by table, key and column.
pub type Cells = BTreeMap<String, String>;

/// A leaf about an agreement, with what its signer had seen if one signed.
pub struct Event {
    /// The leaf.
    pub leaf: Leaf,
    /// Signatures seen, and the digest.
    pub signed: Option<(u64, Hash32)>,
}

async fn rows(db: &DatabaseConnection, sql: String) -> Vec<QueryResult> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(statement).await.unwrap()
}

fn get<T: TryGetable>(row: &QueryResult, column: &str) -> T {
    row.try_get("", column)
        .unwrap_or_else(|e| panic!("{column}: {e:?}"))
}

fn id_of(db: &DatabaseConnection, id: Uuid) -> String {
    match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => format!("'{id}'"),
        _ => format!("x'{}'", id.simple()),
    }
}

/// The leaves about an agreement in order, each with its signature.
pub async fn events(db: &DatabaseConnection, agreement: Uuid) -> Vec<Event> {
    let id = id_of(db, agreement);
    let seen: BTreeMap<i64, (u64, Hash32)> = rows(
        db,
        format!("SELECT leaf, prior_n, digest FROM signature WHERE agreement = {id}"),
    )
    .await
    .iter()
    .map(|row| {
        let prior = u64::try_from(get::<i32>(row, "prior_n")).unwrap();
        let digest = Hash32::from_slice(&get::<Vec<u8>>(row, "digest")).unwrap();
        (get(row, "leaf"), (prior, digest))
    })
    .collect();
    let leaves = rows(
        db,
        format!("SELECT idx, bytes FROM log_leaf WHERE subject = {id} ORDER BY idx"),
    )
    .await;
    leaves
        .iter()
        .map(|row| Event {
            leaf: Leaf::parse(&get::<Vec<u8>>(row, "bytes")).unwrap(),
            signed: seen.get(&get::<i64>(row, "idx")).copied(),
        })
        .collect()
}

/// The versions of an agreement by number.
pub async fn documents(db: &DatabaseConnection, agreement: Uuid) -> BTreeMap<u32, Document> {
    let id = id_of(db, agreement);
    let found = rows(
        db,
        format!("SELECT bytes FROM agreement_version WHERE agreement = {id}"),
    )
    .await;
    let read = |row: &QueryResult| Document::parse(&get::<Vec<u8>>(row, "bytes")).unwrap();
    found
        .iter()
        .map(read)
        .map(|document| (document.version, document))
        .collect()
}

/// An agreement under replay.
struct Replay {
    documents: BTreeMap<u32, Document>,
    standing: Standing,
    owed: BTreeMap<String, (u32, Vec<Line>)>,
    /// Refs of parties that left, with version and day.
    left: BTreeMap<String, (u32, String)>,
    /// The version whose title and days the row shows.
    shown: u32,
    pending_sign_by: Option<String>,
}

impl Replay {
    fn step(&mut self, event: &Event) {
        let act = self.act(event);
        let next = self
            .standing
            .apply(&act)
            .unwrap_or_else(|refusal| panic!("leaf {} could not have happened: {refusal}", event.leaf.index));
        if next.binds_anew(&self.standing).is_some() {
            self.bind(next.current);
        }
        match &act {
            Act::Leave(party) => {
                let notice = self.standing.leaving[party].clone();
                self.end(notice.version, notice.on, Some(party));
                let told = (notice.version, notice.on.to_string());
                self.left.insert(party.clone(), told);
            }
            Act::Terminated => {
                let notice = self.standing.ends.clone().unwrap();
                self.end(notice.version, notice.on, None);
            }
            _ => {}
        }
        if next.current != self.standing.current {
            self.shown = next.current;
        }
        self.pending_sign_by = next
            .pending
            .as_ref()
            .map(|pending| self.documents[&pending.version].sign_by.to_string());
        self.standing = next;
    }

    fn act(&self, event: &Event) -> Act {
        let leaf = &event.leaf;
        let version = u32::try_from(leaf.number("version").unwrap()).unwrap();
        let signed = event.signed.map(|(prior_n, digest)| Signed {
            party: leaf.actor.party.clone().unwrap(),
            version,
            prior_n,
            digest,
            on: leaf.millis().unwrap().day(),
        });
        let document = &self.documents[&version];
        match (leaf.kind.as_str(), signed) {
            ("agreement.accepted", Some(signed)) => Act::Accept(signed),
            ("agreement.countered", Some(signed)) => Act::Counter(signed, document.term.from),
            ("agreement.declined", Some(signed)) => Act::Decline(signed),
            ("agreement.amended", Some(signed)) => Act::Amend(signed, document.kind),
            ("agreement.terminating", Some(signed)) => Act::Terminate {
                alone: binds_alone(document, &signed.party, signed.on),
                ending: Ending::of(document).unwrap(),
                signed,
            },
            ("agreement.began", None) => Act::Begin,
            ("agreement.lapsed", None) => Act::Lapse,
            ("agreement.filed", None) => Act::File,
            ("agreement.left", None) => Act::Leave(leaf.text("party").unwrap().to_owned()),
            ("agreement.ended", None) if leaf.text("state") == Some("terminated") => Act::Terminated,
            ("agreement.ended", None) => Act::End {
                settled: leaf.text("state") == Some("completed"),
            },
            (kind, _) => panic!("{kind}"),
        }
    }

    fn bind(&mut self, version: u32) {
        let document = &self.documents[&version];
        for owed in &document.obligations {
            let lines = self.owed.get(&owed.reference);
            let lines = owed::replaced(lines.map_or(&[][..], |(_, lines)| lines), &owed.due).unwrap();
            self.owed.insert(owed.reference.clone(), (version, lines));
        }
        for (reference, (_, lines)) in &mut self.owed {
            if !document.obligations.iter().any(|o| o.reference == *reference) {
                *lines = owed::replaced(lines, &[]).unwrap();
            }
        }
    }

    fn end(&mut self, version: u32, day: gongjian_api::kernel::date::CivilDate, leaving: Option<&String>) {
        let said = self.documents[&version].clone();
        let documents = &self.documents;
        for (reference, (version, lines)) in &mut self.owed {
            let of = documents[version]
                .obligations
                .iter()
                .find(|o| o.reference == *reference);
            let of = of.unwrap();
            if leaving.is_some_and(|party| of.from != *party && of.to != [party.clone()]) {
                continue;
            }
            for line in lines {
                *line = owed::ended(
                    line,
                    day,
                    settlement_of(&said, reference, (line.from, line.until)),
                );
            }
        }
    }
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// The rows as the record has them.
pub async fn told(db: &DatabaseConnection, agreement: Uuid) -> Cells {
    let (documents, events) = (documents(db, agreement).await, events(db, agreement).await);
    let first = &documents[&1];
    let mut replay = Replay {
        standing: Standing::opened(agreement, &first.refs(), first.term.from),
        documents: documents.clone(),
        owed: BTreeMap::new(),
        left: BTreeMap::new(),
        shown: 1,
        pending_sign_by: None,
    };
    assert_eq!(events[0].leaf.kind, "agreement.opened");
    for event in &events[1..] {
        replay.step(event);
    }
    let mut cells = Cells::new();
    agreement_cells(&replay, &events, &mut cells);
    for party in &first.parties {
        let mut put = |column: &str, value: String| {
            cells.insert(format!("agreement_party {} {column}", party.reference), value);
        };
        let notice = replay.standing.leaving.get(&party.reference);
        let left = replay.left.get(&party.reference);
        put("name", party.name.clone());
        put("side", party.side.code().to_owned());
        put(
            "leave_version",
            text(notice.map(|n| n.version).or(left.map(|l| l.0))),
        );
        put(
            "leaves_on",
            text(notice.map(|n| n.on.to_string()).or(left.map(|l| l.1.clone()))),
        );
        put("left_on", text(left.map(|l| l.1.clone())));
        // A party that has left keeps what it was bound to then.
        if left.is_none() {
            put("accepted_version", text(replay.standing.bound[&party.reference]));
        }
    }
    for (reference, (version, lines)) in &replay.owed {
        let of = documents[version]
            .obligations
            .iter()
            .find(|o| o.reference == *reference);
        let of = of.unwrap();
        let mut put = |column: &str, value: String| {
            cells.insert(format!("obligation {reference} {column}"), value);
        };
        put("id", owed::id_of(agreement, reference).to_string());
        put("version", version.to_string());
        put("from_ref", of.from.clone());
        put("to_refs", serde_json::to_string(&of.to).unwrap());
        put("what", of.what.clone());
        put("quantity", of.quantity.to_string());
        for line in lines {
            let words = format!(
                "{} {} {} {} {}",
                line.from, line.until, line.quantity, line.confirmed, line.status
            );
            cells.insert(format!("due_line {reference} {}", line.no), words);
        }
    }
    cells
}

fn agreement_cells(replay: &Replay, events: &[Event], cells: &mut Cells) {
    let (standing, shown) = (&replay.standing, &replay.documents[&replay.shown]);
    let mut put = |column: &str, value: String| {
        cells.insert(format!("agreement {column}"), value);
    };
    let pending = standing.pending.as_ref();
    let ending = pending.and_then(|p| p.ending.as_ref());
    put("state", standing.state.code().to_owned());
    put("title", shown.title.clone());
    put("term_from", shown.term.from.to_string());
    put("term_until", shown.term.until.to_string());
    put("sign_by", shown.sign_by.to_string());
    put("current_version", standing.current.to_string());
    put("last_version", standing.last.to_string());
    put(
        "in_force_version",
        text(standing.in_force_on.map(|_| standing.current)),
    );
    put("in_force_on", text(standing.in_force_on));
    put("version_on", text(standing.version_on));
    put("opened_seq", standing.opened_seq.to_string());
    put("head_seq", standing.head_seq.to_string());
    put("head_hash", standing.head_hash.hex());
    put("pending_version", text(pending.map(|p| p.version)));
    put("pending_kind", text(pending.map(|p| p.kind.code())));
    put("pending_seq", text(pending.map(|p| p.opened_seq)));
    put("pending_sign_by", text(replay.pending_sign_by.clone()));
    put("pending_ends_on", text(ending.map(|e| e.effective_on)));
    put("pending_leaving", text(ending.and_then(|e| e.leaving.clone())));
    put("ends_version", text(standing.ends.as_ref().map(|n| n.version)));
    put("ends_on", text(standing.ends.as_ref().map(|n| n.on)));
    put("filed_version", text(standing.filed));
    put("rev", events.len().to_string());
    let at = |event: &Event| event.leaf.millis().unwrap().get().to_string();
    put("sent", at(&events[0]));
    put("changed", at(events.last().unwrap()));
}

/// The same cells as the database has them.
pub async fn stored(db: &DatabaseConnection, agreement: Uuid) -> Cells {
    let id = id_of(db, agreement);
    let mut cells = Cells::new();
    for row in rows(db, format!("SELECT * FROM agreement WHERE id = {id}")).await {
        for column in ["state", "title", "term_from", "term_until", "sign_by"] {
            cells.insert(format!("agreement {column}"), get(&row, column));
        }
        for column in ["current_version", "last_version", "opened_seq", "head_seq", "rev"] {
            cells.insert(
                format!("agreement {column}"),
                get::<i32>(&row, column).to_string(),
            );
        }
        for column in [
            "in_force_version",
            "pending_version",
            "pending_seq",
            "ends_version",
            "filed_version",
        ] {
            cells.insert(
                format!("agreement {column}"),
                text(get::<Option<i32>>(&row, column)),
            );
        }
        for column in [
            "in_force_on",
            "version_on",
            "pending_kind",
            "pending_sign_by",
            "pending_ends_on",
            "pending_leaving",
            "ends_on",
        ] {
            cells.insert(
                format!("agreement {column}"),
                text(get::<Option<String>>(&row, column)),
            );
        }
        for column in ["sent", "changed"] {
            cells.insert(
                format!("agreement {column}"),
                get::<i64>(&row, column).to_string(),
            );
        }
        let hash = Hash32::from_slice(&get::<Vec<u8>>(&row, "head_hash")).unwrap();
        cells.insert("agreement head_hash".to_owned(), hash.hex());
    }
    parties(db, &id, &mut cells).await;
    owed_cells(db, &id, &mut cells).await;
    cells
}

async fn parties(db: &DatabaseConnection, id: &str, cells: &mut Cells) {
    for row in rows(
        db,
        format!("SELECT * FROM agreement_party WHERE agreement = {id}"),
    )
    .await
    {
        let key = format!("agreement_party {}", get::<String>(&row, "ref"));
        for column in ["name", "side"] {
            cells.insert(format!("{key} {column}"), get(&row, column));
        }
        for column in ["leaves_on", "left_on"] {
            cells.insert(
                format!("{key} {column}"),
                text(get::<Option<String>>(&row, column)),
            );
        }
        cells.insert(
            format!("{key} leave_version"),
            text(get::<Option<i32>>(&row, "leave_version")),
        );
        if get::<Option<String>>(&row, "left_on").is_none() {
            cells.insert(
                format!("{key} accepted_version"),
                text(get::<Option<i32>>(&row, "accepted_version")),
            );
        }
    }
}

async fn owed_cells(db: &DatabaseConnection, id: &str, cells: &mut Cells) {
    let lines = rows(
        db,
        format!(
            "SELECT o.ref AS ref, o.id AS id, o.version AS version, o.from_ref AS from_ref, o.to_refs AS to_refs, \
             o.what AS what, o.quantity AS owed, d.no AS no, d.from_day AS from_day, d.until_day AS until_day, \
             d.quantity AS quantity, d.confirmed AS confirmed, d.status AS status \
             FROM obligation o JOIN due_line d ON d.obligation = o.id WHERE o.agreement = {id}"
        ),
    )
    .await;
    for row in lines {
        let reference: String = get(&row, "ref");
        let key = format!("obligation {reference}");
        cells.insert(format!("{key} id"), get::<Uuid>(&row, "id").to_string());
        cells.insert(format!("{key} version"), get::<i32>(&row, "version").to_string());
        for column in ["from_ref", "to_refs", "what"] {
            cells.insert(format!("{key} {column}"), get(&row, column));
        }
        cells.insert(format!("{key} quantity"), get::<i32>(&row, "owed").to_string());
        let words = format!(
            "{} {} {} {} {}",
            get::<String>(&row, "from_day"),
            get::<String>(&row, "until_day"),
            get::<i32>(&row, "quantity"),
            get::<i32>(&row, "confirmed"),
            get::<String>(&row, "status")
        );
        cells.insert(format!("due_line {reference} {}", get::<i32>(&row, "no")), words);
    }
}

/// Fails unless the database holds what the record says.
pub async fn holds(db: &DatabaseConnection, agreement: Uuid) {
    assert_eq!(
        told(db, agreement).await,
        stored(db, agreement).await,
        "the record, then the database"
    );
}
