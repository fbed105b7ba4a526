//! The minutes (会议纪要): zh-CN text, the authentic record. Organisations and titles are named, people are not.

use std::fmt::Write as _;

use super::domain::{Attendance, Member, NOTICE_DAYS, Outcome};
use super::pack;
use super::query::{DecisionView, ItemView, MeetingView};
use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Party};
use crate::web::i18n::Lang;

fn day(date: CivilDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

fn joined(parts: &[String]) -> String {
    if parts.is_empty() {
        "无".to_owned()
    } else {
        parts.join("、")
    }
}

fn those(members: &[Member], which: impl Fn(&Attendance) -> bool) -> Vec<String> {
    members
        .iter()
        .filter(|m| which(&m.attendance))
        .map(|m| format!("{}（{}）", m.name, m.title))
        .collect()
}

/// Writes the minutes of a meeting that closes at `closed_at`.
pub(super) fn write(street: &str, meeting: &MeetingView, items: &[ItemView], closed_at: Millis) -> String {
    let mut text = String::new();
    let quorum = meeting.quorum();
    let mut line = |words: String| {
        text.push_str(&words);
        text.push('\n');
    };
    line(format!("{street}党建联席会议纪要"));
    line(format!("第{}次会议", meeting.no));
    line(String::new());
    line(format!("时间：{} {}", day(meeting.held_on), meeting.starts));
    line(format!("地点：{}", meeting.place));
    let chair = meeting.members.iter().find(|m| m.party == meeting.chair);
    if let Some(chair) = chair {
        line(format!("主持：{}（{}）", chair.name, chair.title));
    }
    if meeting.short_notice {
        line(format!(
            "通知：全体成员单位同意少于{NOTICE_DAYS}个工作日的通知期。"
        ));
    }
    line(format!(
        "成员单位{}家，开会需到会{}家，实到{}家（含委托），达到法定人数。",
        quorum.members, quorum.needed, quorum.present
    ));
    let members = &meeting.members;
    let list = |which: &dyn Fn(&Attendance) -> bool| joined(&those(members, which));
    line(format!("到会：{}。", list(&|a| *a == Attendance::Present)));
    line(format!("委托代表到会：{}。", list(&|a| a.holder().is_some())));
    line(format!("未到会：{}。", list(&|a| *a == Attendance::Absent)));
    for item in items {
        line(String::new());
        line(item_text(meeting, item));
    }
    line(String::new());
    line(format!(
        "会议于{} {}结束。",
        day(closed_at.day()),
        closed_at.local_time()
    ));
    text
}

fn item_text(meeting: &MeetingView, item: &ItemView) -> String {
    let late = if item.late {
        "（临时议题，到会成员一致同意列入）"
    } else {
        ""
    };
    let mut text = format!("议题{}　{}{late}\n", item.item, item.title);
    for service in pack::services(&item.body) {
        let _ = writeln!(
            text,
            "{}向{}提供：{}，{}{}，{}至{}。",
            service.from,
            service.to,
            service.what,
            service.quantity,
            Lang::Zh.t(&format!("measure-{}", service.measure)),
            service.days.0,
            service.days.1
        );
    }
    match &item.decision {
        Some(decision) => text.push_str(&decision_text(meeting, decision)),
        None => {
            let quorum = item.quorum(&meeting.members);
            let _ = write!(
                text,
                "回避：{}。有表决权的成员{}家，需到会{}家，实到{}家，未达到本议题法定人数，未予审议，留待下次会议。",
                names(meeting, &quorum.recused),
                quorum.eligible,
                quorum.needed,
                quorum.present
            );
        }
    }
    text
}

fn names(meeting: &MeetingView, parties: &[Id<Party>]) -> String {
    let names: Vec<String> = parties.iter().map(|p| meeting.name_of(*p).to_owned()).collect();
    joined(&names)
}

fn decision_text(meeting: &MeetingView, decision: &DecisionView) -> String {
    let votes = decision.votes;
    let outcome = match decision.outcome {
        Outcome::Adopted => "通过",
        Outcome::SentBack => "退回再议",
        Outcome::Refused => "不予通过",
    };
    let mut text = format!(
        "回避：{}。\n有表决权的成员{}家，需到会{}家，实到{}家。\n表决：赞成{}票，反对{}票，弃权{}票；通过需赞成{}票。\n结果：{outcome}。",
        names(meeting, &decision.recused),
        votes.eligible,
        votes.needed,
        votes.present,
        votes.ballot.yes,
        votes.ballot.no,
        votes.ballot.abstain,
        votes.to_adopt
    );
    if let Some(reason) = &decision.reason {
        let _ = write!(text, "\n理由：{reason}");
    }
    text
}
