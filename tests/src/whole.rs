//! The demo street after a whole year's round: lists imported and verified, a plan, a meeting, agreements sent,
//! signed, declined, changed; deliveries reported, confirmed, contested, reviewed; people, parties and systems
//! changed.

use gongjian_api::identity::party::domain::PartyKind;
use gongjian_api::identity::party::query as parties;
use gongjian_api::identity::person::query as people;
use gongjian_api::kernel::actor::{Actor, Role};
use gongjian_api::kernel::clock::Clock;
use gongjian_api::kernel::tx;
use gongjian_api::lists::service as lists;
use gongjian_api::log::leaf::{LeafDraft, Subject};
use gongjian_api::log::service as log;
use gongjian_api::meetings::domain::{Attendance, CallMeeting, Notice, Outcome};
use gongjian_api::meetings::{pack, query as meetings, service as meeting};
use serde_json::json;

use crate::office::{Office, act, fill, gives, sign, sign_preview};

/// Members of the meeting.
const MEMBERS: usize = 9;
/// Leaves of other acts, so that a tile is full.
const OTHER_LEAVES: u128 = 150;

/// Days until the first period may be reviewed.
const REVIEWED_AFTER: i64 = 14;

/// Plays the year.
pub async fn year() -> Office {
    let mut office = Office::open().await;
    import(&office).await;
    plan(&office).await;
    hold_meeting(&mut office).await;
    agree(&office).await;
    change_registers(&office).await;
    deliver(&office).await;
    tx::run(&office.db, async |tx| {
        for n in 0..OTHER_LEAVES {
            let subject = Subject::new("report", uuid::Uuid::from_u128(n));
            let leaf = LeafDraft::by(
                &actor(&office, Role::StreetCadre).await,
                "report.closed",
                subject,
                json!({}),
            );
            log::append(tx, leaf).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    log::cut(&office.app.beside().await, office.scope.tenant)
        .await
        .unwrap();
    office
}

async fn actor(office: &Office, role: Role) -> Actor {
    let held = people::with_role(office.db.reader(), office.scope, role)
        .await
        .unwrap();
    let person = held.first().unwrap();
    let membership = person.memberships.iter().find(|held| held.role == role).unwrap();
    person.actor(membership)
}

async fn import(office: &Office) {
    let folder = crate::sources::root().join("examples/street-a");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|kind| kind == "xlsx" || kind == "csv")
        {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            files.push((name, std::fs::read(&path).unwrap()));
        }
    }
    files.sort();
    let files: Vec<(&str, Vec<u8>)> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.clone()))
        .collect();
    let form = office.cadre.open("/imports/new").await.ok();
    office.cadre.upload(&form, "/imports/new", &files).await.ok();
    let cadre = actor(office, Role::StreetCadre).await;
    tx::run(&office.db, async |tx| {
        Ok(lists::accept_import(tx, &cadre, 1).await?)
    })
    .await
    .unwrap();
    tx::run(&office.db, async |tx| {
        Ok(lists::verify_all(tx, &cadre, None).await?)
    })
    .await
    .unwrap();
}

async fn plan(office: &Office) {
    let form = office.cadre.open("/runs/new").await.ok();
    let fields = [("effort", "quick"), ("upkeep", "2"), ("fairness", "20")];
    office.cadre.send(&form, "/runs/new", &fields).await.ok();
    office.app.drain().await;
    let plan = office.cadre.open("/runs/1/plan").await.ok();
    office.cadre.send(&plan, "/runs/1/hand-over", &[]).await.ok();
}

async fn hold_meeting(office: &mut Office) {
    let secretary = actor(office, Role::MeetingSecretary).await;
    let register = parties::all(office.db.reader(), office.scope).await.unwrap();
    let seats: Vec<_> = register.iter().take(MEMBERS).map(|party| party.id).collect();
    let waiting = pack::waiting(office.db.reader(), office.scope).await.unwrap();
    assert!(waiting.len() > 3, "the plan has proposals");
    let call = CallMeeting {
        notice: Notice {
            held_on: office.app.clock.now().day(),
            starts: "14:00".to_owned(),
            place: gongjian_api::kernel::text::Text::parse("街道三楼会议室").unwrap(),
            short_notice: true,
        },
        chair: seats[0],
        members: seats
            .iter()
            .map(|party| (*party, gongjian_api::kernel::text::Text::parse("书记").unwrap()))
            .collect(),
        proposals: waiting
            .iter()
            .take(waiting.len() - 1)
            .map(|item| item.proposal)
            .collect(),
    };
    let late = waiting.last().unwrap().proposal;
    let attend: meeting::Attend = seats.iter().map(|party| (*party, Attendance::Present)).collect();
    let why = gongjian_api::kernel::text::Text::parse("时段再商量").unwrap();
    let db = &office.db;
    tx::run(db, async |tx| {
        Ok(meeting::call_meeting(tx, &secretary, &call).await?)
    })
    .await
    .unwrap();
    let rev = async || meetings::find(db.reader(), office.scope, 1).await.unwrap().rev;
    let now = rev().await;
    tx::run(db, async |tx| {
        Ok(meeting::set_attendance(tx, &secretary, 1, now, &attend).await?)
    })
    .await
    .unwrap();
    let now = rev().await;
    tx::run(db, async |tx| {
        Ok(meeting::open(tx, &secretary, 1, now, &attend).await?)
    })
    .await
    .unwrap();
    let now = rev().await;
    tx::run(db, async |tx| {
        Ok(meeting::add_item(tx, &secretary, 1, now, late).await?)
    })
    .await
    .unwrap();
    let items: Vec<i32> = (1..).take(waiting.len()).collect();
    for (which, outcome) in [(&items[..2], Outcome::Adopted), (&items[2..], Outcome::SentBack)] {
        let now = rev().await;
        tx::run(db, async |tx| {
            Ok(meeting::decide_alike(tx, &secretary, 1, now, (which, outcome, &why)).await?)
        })
        .await
        .unwrap();
    }
    let now = rev().await;
    tx::run(db, async |tx| Ok(meeting::close(tx, &secretary, 1, now).await?))
        .await
        .unwrap();
    let now = rev().await;
    tx::run(db, async |tx| Ok(meeting::publish(tx, &secretary, 1, now).await?))
        .await
        .unwrap();
}

async fn agree(office: &Office) {
    office.app.drain().await;
    office.post_draft(1, "send", &[]).await.ok();
    for (item, ends) in [(101, "accept"), (102, "decline")] {
        let no = office.draft(item).await;
        office.post_draft(no, "send", &[]).await.ok();
        let place = format!("2026-{}", item - 99);
        let (status, told) = sign(&office.unit, &place, "accept", &format!("whole-u-{item}")).await;
        assert!(status.is_success(), "{told}");
        let (status, told) = sign(&office.community, &place, ends, &format!("whole-c-{item}")).await;
        assert!(status.is_success(), "{told}");
    }
}

/// A delivery is confirmed in part, the agreement is changed, another is contested; the first period is reviewed.
async fn deliver(office: &Office) {
    let (unit, community) = (&office.unit.0, &office.community.0);
    let place = gives(unit).await.remove(0);
    let first = [("quantity", "10"), ("note", "双休日上午")];
    act(unit, &place, "report", &first).await.ok();
    act(community, &place, "confirm", &[("quantity", "8")]).await.ok();
    let changed = [("quantity-0-0", "20"), ("notice_days", "45")];
    let preview = fill(&office.unit, "/agreements/2026-2/change/amendment", &changed)
        .await
        .ok();
    sign_preview(&office.unit, "2026-2", (&preview, "amendments")).await;
    let (status, told) = sign(&office.community, "2026-2", "accept", "whole-c-amended").await;
    assert!(status.is_success(), "{told}");
    act(unit, &place, "report", &[("quantity", "5")]).await.ok();
    act(community, &place, "dispute", &[("reason", "只来了一次")])
        .await
        .ok();
    office.pass_days(REVIEWED_AFTER).await;
    for (login, words) in [("liaison", "周末上午最受欢迎"), ("secretary", "")] {
        let place = "/reviews/2026-2/2026Q1";
        let hand = office.app.person(login).await;
        let form = hand.open(place).await.ok();
        let given = [
            ("delivered", "partly"),
            ("useful", "very"),
            ("proceed", "continue"),
            ("comment", words),
        ];
        hand.send(&form, place, &given).await.ok();
    }
}

async fn change_registers(office: &Office) {
    use gongjian_api::identity::client::domain::{ClientKeys, ClientName};
    use gongjian_api::identity::client::service::{self as clients, ClientChange};
    use gongjian_api::identity::party::service::{self as register, PartyChange};
    use gongjian_api::identity::person::domain::{Login, PersonName, PersonTitle};
    use gongjian_api::identity::person::service::{self as persons, Invite};
    let cadre = actor(office, Role::StreetCadre).await;
    let admin = actor(office, Role::DistrictAdmin).await;
    let change = PartyChange {
        kind: PartyKind::Unit,
        name: "珲春市新开书店".to_owned(),
        organisation_name: None,
        name_ko: None,
        unit_kind: Some("other".to_owned()),
        community: None,
        households: None,
        max_agreements: 3,
        credit_code: None,
        address: "新安街1号".to_owned(),
        contact_title: "经理".to_owned(),
        aliases: vec!["新书店".to_owned()],
    };
    let number = tx::run(&office.db, async |tx| {
        register::register(tx, &cadre, &change).await
    })
    .await
    .unwrap();
    let moved = PartyChange {
        address: "新安街2号".to_owned(),
        ..change
    };
    tx::run(&office.db, async |tx| {
        register::change(tx, &cadre, number, 1, &moved).await
    })
    .await
    .unwrap();
    let party = parties::by_number(office.db.reader(), office.scope, number)
        .await
        .unwrap();
    let invite = Invite {
        login: Login::parse("bookshop").unwrap(),
        name: PersonName::parse("某人").unwrap(),
        title: PersonTitle::parse("经理").unwrap(),
        roles: vec![Role::UnitLiaison, Role::UnitSigner],
        locale: "zh-CN",
    };
    tx::run(&office.db, async |tx| {
        persons::invite(tx, &cadre, &party, &invite).await
    })
    .await
    .unwrap();
    let person = people::with_role(office.db.reader(), office.scope, Role::UnitLiaison)
        .await
        .unwrap();
    let person = person
        .into_iter()
        .find(|person| person.login == "bookshop")
        .unwrap();
    let held = person.memberships[0].clone();
    tx::run(&office.db, async |tx| {
        persons::end_role(tx, &cadre, &person, &held).await
    })
    .await
    .unwrap();
    let key = crate::signer::SoftKey::new(77);
    let client = ClientChange {
        name: ClientName::parse("区政务平台").unwrap(),
        party: None,
        acts: vec![gongjian_api::identity::role::Act::ReadAgreements],
        keys: ClientKeys::parse(&json!({"keys": [key.jwk()]}).to_string()).unwrap(),
    };
    let cid = tx::run(&office.db, async |tx| {
        clients::register(tx, &admin, &client).await
    })
    .await
    .unwrap();
    tx::run(&office.db, async |tx| clients::revoke(tx, &admin, &cid, 1).await)
        .await
        .unwrap();
}
