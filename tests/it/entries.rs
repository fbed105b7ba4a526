//! One need from form to list and off it again: returned, changed, verified, paused, resumed, withdrawn.

use gongjian_tests::client::Page;
use gongjian_tests::office::Office;

async fn act(office: &Office, fields: &[(&str, &str)]) -> Page {
    let page = office.cadre.open("/needs/1").await.ok();
    office.cadre.send(&page, "/needs/1", fields).await
}

#[tokio::test]
async fn every_act_on_a_need_leads_to_its_state() {
    let office = Office::open().await;
    let cadre = &office.cadre;
    let party = office.community.2.to_string();
    let mut fields = vec![
        ("party", party.as_str()),
        ("type", "A2-01"),
        ("title", "会议室"),
        ("quantity", "9"),
        ("smallest", "1"),
        ("from", "2026-03-01"),
        ("until", "2026-11-30"),
        ("priority", "1"),
    ];
    let form = cadre.open("/needs/new").await.ok();
    let made = cadre.send(&form, "/needs/new", &fields).await.ok();
    assert!(made.says("待核实"), "{}", made.text());
    let bare = act(&office, &[("act", "return")]).await;
    assert_eq!(bare.status.as_u16(), 422, "{}", bare.text());
    let why = [("act", "return"), ("reason", "请写明会议室的大小")];
    let returned = act(&office, &why).await.ok();
    assert!(
        returned.says("已退回") && returned.says(why[1].1),
        "{}",
        returned.text()
    );
    let form = cadre.open("/needs/1/edit").await.ok();
    let rev = form.token("rev");
    fields.extend([
        ("rev", rev.as_str()),
        ("detail", "六十平方米"),
        ("reach", "street"),
    ]);
    let changed = cadre.send(&form, "/needs/1/edit", &fields).await.ok();
    assert!(
        changed.says("待核实") && changed.says("六十平方米") && !changed.says(why[1].1),
        "{}",
        changed.text()
    );
    for (fields, state) in [
        (vec![("act", "verify")], "已列入清单"),
        (vec![("act", "pause"), ("until", "2026-05-01")], "暂停"),
        (vec![("act", "resume")], "已列入清单"),
        (vec![("act", "withdraw")], "已撤回"),
    ] {
        let page = act(&office, &fields).await.ok();
        assert!(
            page.says(&format!(">{state}</span>")),
            "{fields:?}: {}",
            page.html
        );
    }
    let form = cadre.open("/needs/new").await.ok();
    let over = cadre.send(&form, "/needs/1", &[("act", "resume")]).await;
    assert_eq!(over.status.as_u16(), 409, "{}", over.text());
    office.stop().await;
}
