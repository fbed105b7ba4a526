//! Offers (资源) and needs (需求): same shape, same states.

use serde::{Deserialize, Serialize};

use super::{Kind, Measure, Window};
use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Party};

/// Marker: an offer or a need.
#[derive(Debug)]
pub enum Entry {}

/// Where an offer or need stands (`domain.md` §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryState {
    /// 草稿
    Draft,
    /// 待核实
    Submitted,
    /// 需改为服务
    Flagged,
    /// 已退回
    Returned,
    /// 已列入清单
    Listed,
    /// 暂停
    Paused,
    /// 已撤回
    Withdrawn,
    /// 已过期
    Expired,
    /// 已满足
    Met,
    /// 已关闭
    Closed,
}

/// What may be done to an offer or need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryAct {
    /// 提交
    Submit,
    /// 核实
    Verify,
    /// 退回
    Return,
    /// 暂停
    Pause,
    /// 恢复
    Resume,
    /// 撤回
    Withdraw,
    /// 关闭
    Close,
}

/// The act does not fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{act:?} does not fit {state:?}")]
pub struct NotInThisState {
    /// Where it stands.
    pub state: EntryState,
    /// What was tried.
    pub act: EntryAct,
}

impl EntryState {
    /// Every state.
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::Submitted,
        Self::Flagged,
        Self::Returned,
        Self::Listed,
        Self::Paused,
        Self::Withdrawn,
        Self::Expired,
        Self::Met,
        Self::Closed,
    ];

    /// The stored form; words under `entry-state-<code>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Flagged => "flagged",
            Self::Returned => "returned",
            Self::Listed => "listed",
            Self::Paused => "paused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Met => "met",
            Self::Closed => "closed",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The state after an act.
    ///
    /// # Errors
    /// [`NotInThisState`]
    pub fn after(self, act: EntryAct) -> Result<Self, NotInThisState> {
        match (self, act) {
            (Self::Draft | Self::Returned, EntryAct::Submit) => Ok(Self::Submitted),
            (Self::Submitted, EntryAct::Verify) | (Self::Paused, EntryAct::Resume) => Ok(Self::Listed),
            (Self::Submitted, EntryAct::Return) => Ok(Self::Returned),
            (Self::Listed, EntryAct::Pause) => Ok(Self::Paused),
            (
                Self::Listed | Self::Paused | Self::Submitted | Self::Returned | Self::Draft,
                EntryAct::Withdraw,
            ) => Ok(Self::Withdrawn),
            (Self::Flagged, EntryAct::Close) => Ok(Self::Closed),
            (state, act) => Err(NotInThisState { state, act }),
        }
    }

    /// Whether its owner may still change its words and numbers.
    #[must_use]
    pub fn is_editable(self) -> bool {
        matches!(
            self,
            Self::Draft | Self::Submitted | Self::Returned | Self::Flagged
        )
    }
}

/// How far an offer reaches (服务范围).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// These communities.
    Communities(Vec<Id<Party>>),
    /// The whole street.
    Street,
    /// The whole district.
    District,
}

/// For whom (服务对象): a set; empty = everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Audience(u16);

impl Audience {
    /// The groups, in the order of their bits.
    pub const GROUPS: [&'static str; 8] = [
        "seniors",
        "minors",
        "members",
        "staff",
        "disabled",
        "jobless",
        "newcomers",
        "outdoor_workers",
    ];

    /// Words by which lists name the groups.
    const WORDS: [(&'static str, &'static [&'static str]); 9] = [
        (
            "all",
            &[
                "全体",
                "居民",
                "全体居民",
                "辖区居民",
                "所有人",
                "不限",
                "群众",
                "전체",
                "주민",
                "all",
            ],
        ),
        ("seniors", &["老年人", "老人", "老年", "로인", "seniors"]),
        (
            "minors",
            &[
                "未成年人",
                "青少年",
                "儿童",
                "学生",
                "少年儿童",
                "미성년인",
                "minors",
            ],
        ),
        ("members", &["党员", "당원", "members"]),
        ("staff", &["职工", "员工", "单位职工", "종업원", "staff"]),
        ("disabled", &["残疾人", "장애인", "disabled"]),
        (
            "jobless",
            &["待业人员", "失业人员", "就业困难人员", "미취업자", "jobless"],
        ),
        ("newcomers", &["新居民", "流动人口", "새주민", "newcomers"]),
        (
            "outdoor_workers",
            &[
                "户外劳动者",
                "环卫工人",
                "快递员",
                "외출로동자",
                "야외로동자",
                "outdoorworkers",
            ],
        ),
    ];

    /// Everybody.
    pub const ALL: Self = Self(0);

    /// The set of these codes; unknown ones are passed over.
    pub fn of<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        codes.into_iter().fold(Self(0), |set, code| {
            let place = Self::GROUPS.iter().position(|group| *group == code);
            place.map_or(set, |place| Self(set.0 | (1 << place)))
        })
    }

    /// What a list's cell means; `None` if a part of it is not known.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let folded = super::fold(text);
        let mut codes = Vec::new();
        for part in folded
            .split(['、', ',', ';', '/', '和', '及', '与'])
            .filter(|part| !part.is_empty())
        {
            let (code, _) = Self::WORDS.iter().find(|(_, words)| words.contains(&part))?;
            codes.push(*code);
        }
        Some(if codes.contains(&"all") {
            Self::ALL
        } else {
            Self::of(codes)
        })
    }

    /// The codes in it; none = everybody.
    #[must_use]
    pub fn codes(self) -> Vec<&'static str> {
        (0u16..8)
            .zip(Self::GROUPS)
            .filter(|(place, _)| self.0 & (1 << place) != 0)
            .map(|(_, code)| code)
            .collect()
    }

    /// One bit per group; 0 = everybody.
    #[must_use]
    pub fn bits(self) -> u16 {
        self.0
    }
}

/// The language of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceLanguage {
    /// 汉语
    Zh,
    /// 조선어
    Ko,
    /// 汉语和朝鲜语
    Both,
}

impl ServiceLanguage {
    /// The stored form; words under `service-language-<code>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::Ko => "ko",
            Self::Both => "both",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Zh, Self::Ko, Self::Both]
            .into_iter()
            .find(|language| language.code() == code)
    }
}

/// In which mode of joint construction (共建方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modes {
    /// 项目共建
    Project,
    /// 基地共建
    Base,
    /// Either.
    Both,
}

impl Modes {
    /// The stored form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Base => "base",
            Self::Both => "both",
        }
    }

    /// Reads the stored form; what is not known is either.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code {
            "project" => Self::Project,
            "base" => Self::Base,
            _ => Self::Both,
        }
    }
}

/// An offer or need as other features read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// Its id.
    pub id: Id<Entry>,
    /// Offer or need.
    pub kind: Kind,
    /// The number people say, per tenant and kind.
    pub number: i32,
    /// The year.
    pub cycle: i16,
    /// Whose.
    pub party: Id<Party>,
    /// Service type.
    pub type_code: String,
    /// `A1` … `A6`.
    pub area: String,
    /// Short title.
    pub title: String,
    /// More about it.
    pub detail: String,
    /// How many of `measure`, 1–1,000,000.
    pub quantity: u32,
    /// Smallest lot of an offer, smallest useful amount of a need; 1…quantity.
    pub smallest: u32,
    /// What is counted.
    pub measure: Measure,
    /// Hours of the week; none = any time.
    pub windows: Vec<Window>,
    /// First day.
    pub from: CivilDate,
    /// Last day.
    pub until: CivilDate,
    /// How far an offer reaches.
    pub reach: Reach,
    /// For whom.
    pub audience: Audience,
    /// In which language, if it matters.
    pub language: Option<ServiceLanguage>,
    /// Where.
    pub place: String,
    /// Modes offered or wanted.
    pub modes: Modes,
    /// Priority of a need, 1–5.
    pub priority: u8,
    /// How many people gain.
    pub beneficiaries: Option<u32>,
    /// Remarks.
    pub note: String,
    /// Where it stands.
    pub state: EntryState,
    /// Why it was returned.
    pub reason: Option<String>,
    /// For optimistic changes.
    pub rev: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_follow_the_table_and_nothing_else() {
        use EntryAct as A;
        use EntryState as S;
        let acts = [
            A::Submit,
            A::Verify,
            A::Return,
            A::Pause,
            A::Resume,
            A::Withdraw,
            A::Close,
        ];
        let mut allowed = 0;
        for state in S::ALL {
            assert_eq!(S::from_code(state.code()), Some(state));
            allowed += acts.iter().filter(|act| state.after(**act).is_ok()).count();
        }
        assert_eq!(allowed, 12);
        assert_eq!(S::Submitted.after(A::Verify), Ok(S::Listed));
        assert!(S::Flagged.after(A::Submit).is_err());
        assert!(S::Withdrawn.after(A::Resume).is_err());
    }

    #[test]
    fn audiences_are_read_in_words() {
        assert_eq!(
            Audience::read("老年人、残疾人").unwrap().codes(),
            ["seniors", "disabled"]
        );
        assert_eq!(Audience::read("辖区居民"), Some(Audience::ALL));
        assert_eq!(Audience::read("로인"), Some(Audience::of(["seniors"])));
        assert_eq!(Audience::read("宠物"), None);
    }
}
