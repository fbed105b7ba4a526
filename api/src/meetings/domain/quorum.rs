//! When a meeting may open, and when an item may be decided.

use serde::{Deserialize, Serialize};

use super::member::Member;
use crate::kernel::id::{Id, Party};

/// More than half of `count`: ⌊count/2⌋ + 1.
#[must_use]
pub fn majority(count: u32) -> u32 {
    count / 2 + 1
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How many a meeting needs to open (法定人数) and how many came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quorum {
    /// Voting members.
    pub members: u32,
    /// Present or represented by mandate.
    pub present: u32,
    /// Needed to open.
    pub needed: u32,
}

impl Quorum {
    /// Counts the members.
    #[must_use]
    pub fn of(members: &[Member]) -> Self {
        let all = number(members.len());
        Self {
            members: all,
            present: number(members.iter().filter(|m| m.attendance.counts()).count()),
            needed: majority(all),
        }
    }

    /// Whether the meeting may open.
    #[must_use]
    pub fn reached(self) -> bool {
        self.present >= self.needed
    }
}

/// Who may decide one item. A member whose own organisation is a party to it recuses (回避).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemQuorum {
    /// Members that recuse, in the order of the members' list.
    pub recused: Vec<Id<Party>>,
    /// Members that may decide: all but the recused.
    pub eligible: u32,
    /// Of these, how many are present or represented.
    pub present: u32,
    /// How many of these must be present.
    pub needed: u32,
}

impl ItemQuorum {
    /// Counts the members for an item between `parties`.
    #[must_use]
    pub fn of(members: &[Member], parties: &[Id<Party>]) -> Self {
        let recuses = |member: &&Member| parties.contains(&member.party);
        let eligible = || members.iter().filter(|m| !recuses(m));
        let count = number(eligible().count());
        Self {
            recused: members.iter().filter(recuses).map(|m| m.party).collect(),
            eligible: count,
            present: number(eligible().filter(|m| m.attendance.counts()).count()),
            needed: majority(count),
        }
    }

    /// Whether the item may be decided.
    #[must_use]
    pub fn reached(&self) -> bool {
        self.present >= self.needed
    }

    /// Votes for it that adopt it.
    #[must_use]
    pub fn to_adopt(&self) -> u32 {
        majority(self.present)
    }
}

/// What a meeting decides on an item (审议结果).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 通过
    Adopted,
    /// 退回再议
    SentBack,
    /// 不予通过
    Refused,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Adopted, Self::SentBack, Self::Refused];

    /// The stored and wire form; words under `meeting-outcome-<code>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Adopted => "adopted",
            Self::SentBack => "sent_back",
            Self::Refused => "refused",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// Votes on adopting an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// 赞成
    pub yes: u32,
    /// 反对
    pub no: u32,
    /// 弃权
    pub abstain: u32,
}

impl Ballot {
    /// All who may vote agree: for adopting, or against it.
    #[must_use]
    pub fn unanimous(item: &ItemQuorum, outcome: Outcome) -> Self {
        let yes = if outcome == Outcome::Adopted {
            item.present
        } else {
            0
        };
        Self {
            yes,
            no: item.present - yes,
            abstain: 0,
        }
    }

    /// Votes given; saturating, so that absurd numbers never look right.
    #[must_use]
    pub fn total(self) -> u32 {
        self.yes.saturating_add(self.no).saturating_add(self.abstain)
    }

    /// Whether these votes adopt the item.
    #[must_use]
    pub fn adopts(self, item: &ItemQuorum) -> bool {
        self.yes >= item.to_adopt()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::member::{Attendance, Member};
    use super::*;

    fn party(n: u128) -> Id<Party> {
        Id::from_uuid(Uuid::from_u128(n))
    }

    /// Members 1..=count, the first `present` of them in the room.
    fn members(count: u128, present: u128) -> Vec<Member> {
        (1..=count)
            .map(|n| Member {
                party: party(n),
                name: format!("成员{n}"),
                title: "书记".to_owned(),
                attendance: if n <= present {
                    Attendance::Present
                } else {
                    Attendance::Absent
                },
            })
            .collect()
    }

    #[test]
    fn s05_six_of_thirteen_do_not_open_and_one_mandate_makes_seven() {
        let mut all = members(13, 6);
        let quorum = Quorum::of(&all);
        assert_eq!((quorum.members, quorum.needed, quorum.present), (13, 7, 6));
        assert!(!quorum.reached());
        all[12].attendance = Attendance::Mandate {
            holder: "副书记".to_owned(),
        };
        assert_eq!(Quorum::of(&all).present, 7);
        assert!(Quorum::of(&all).reached());
    }

    #[test]
    fn s06_two_recused_of_nine_present_leave_seven_and_four_adopt() {
        let all = members(13, 9);
        let item = ItemQuorum::of(&all, &[party(2), party(1), party(99)]);
        assert_eq!(item.recused, [party(1), party(2)]);
        assert_eq!((item.eligible, item.needed, item.present), (11, 6, 7));
        assert!(item.reached());
        assert_eq!(item.to_adopt(), 4);
        let vote = |yes, no| Ballot { yes, no, abstain: 0 };
        assert!(vote(4, 3).adopts(&item));
        assert!(!vote(3, 4).adopts(&item));
        assert_eq!(vote(4, 3).total(), item.present);
    }

    #[test]
    fn recused_members_may_take_the_quorum_of_an_item_away() {
        let all = members(5, 3);
        assert!(Quorum::of(&all).reached());
        let item = ItemQuorum::of(&all, &[party(1), party(2)]);
        assert_eq!((item.eligible, item.needed, item.present), (3, 2, 1));
        assert!(!item.reached());
    }

    #[test]
    fn an_even_number_needs_one_more_than_half() {
        assert_eq!(majority(12), 7);
        assert_eq!(majority(13), 7);
        let item = ItemQuorum::of(&members(8, 6), &[]);
        let half = Ballot {
            yes: 3,
            no: 0,
            abstain: 3,
        };
        assert!(!half.adopts(&item), "half of those present is not more than half");
    }

    #[test]
    fn all_of_one_mind_count_everybody_who_may_vote() {
        let item = ItemQuorum::of(&members(13, 9), &[party(1)]);
        let yes = Ballot::unanimous(&item, Outcome::Adopted);
        assert_eq!((yes.yes, yes.no, yes.abstain), (8, 0, 0));
        assert!(yes.adopts(&item));
        let no = Ballot::unanimous(&item, Outcome::Refused);
        assert_eq!((no.yes, no.no), (0, 8));
        assert!(!no.adopts(&item));
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_adopted_and_opposed_by_a_majority_at_once(count in 1_u128..40, here in 0_u128..40, yes in 0_u32..40) {
            let item = ItemQuorum::of(&members(count, here.min(count)), &[party(1)]);
            let yes = yes.min(item.present);
            let votes = Ballot { yes, no: item.present - yes, abstain: 0 };
            proptest::prop_assert!(!(votes.adopts(&item) && votes.no >= item.to_adopt()));
        }
    }
}
