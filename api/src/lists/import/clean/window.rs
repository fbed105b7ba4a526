//! Hours of the week as people write them: 工作日18:00-次日8:00 · 双休日9-17点 · 周一、三、五晚7点至9点.

use super::super::super::domain::{Days, Window, WindowFault, fold};
use super::numeral::scan;

/// What an hours cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// No bound: 全天, 24小时, 不限.
    Any,
    /// Hours on days. `besides` keeps a restriction that hours cannot hold, such as 节假日除外.
    Windows {
        /// At least one.
        windows: Vec<Window>,
        /// Kept as a remark.
        besides: Option<String>,
    },
    /// Days or a part of the day without hours: ask, with a usual span offered.
    NoHours {
        /// Days, if named.
        days: Days,
        /// What is offered: first and last minute of the day.
        offer: (u16, u16),
    },
    /// Hours without days.
    NoDays {
        /// The hours.
        hours: (u16, u16, bool),
    },
    /// Holidays or school holidays: which days these are is not known.
    Holidays,
    /// To be agreed, on appointment.
    Open,
    /// Start equals end, or no such time.
    Wrong(WindowFault),
    /// Not understood.
    Unread,
}

/// First minute, minute after the last, and whether that is the next day.
type Span = (u16, u16, bool);

const DAY_WORDS: [(&str, Days); 17] = [
    ("工作日", Days::WORK),
    ("平日", Days::WORK),
    ("上班日", Days::WORK),
    ("平时", Days::WORK),
    ("双休日", Days::WEEKEND),
    ("休息日", Days::WEEKEND),
    ("周末", Days::WEEKEND),
    ("每天", Days::ALL),
    ("每日", Days::ALL),
    ("天天", Days::ALL),
    ("每晚", Days::ALL),
    ("로동일", Days::WORK),
    ("평일", Days::WORK),
    ("주말", Days::WEEKEND),
    ("매일", Days::ALL),
    ("weekdays", Days::WORK),
    ("weekend", Days::WEEKEND),
];
const ANY: [&str; 19] = [
    "全天候",
    "全天",
    "24小时",
    "全日",
    "随时",
    "时间不限",
    "不限时间",
    "不限时",
    "不限",
    "任意时间",
    "任何时间",
    "均可",
    "都可以",
    "全年",
    "常年",
    "하루종일",
    "24시간",
    "수시",
    "anytime",
];
const OPEN: [&str; 16] = [
    "待定",
    "另定",
    "另行通知",
    "预约",
    "协商",
    "面议",
    "视情况",
    "根据",
    "按需",
    "灵活",
    "商定",
    "课余",
    "业余",
    "空闲",
    "闲时",
    "农闲",
];
const HOLIDAYS: [&str; 12] = [
    "法定节假日",
    "节假日",
    "寒暑假",
    "寒假",
    "暑假",
    "暑期",
    "假期",
    "假日",
    "节日",
    "学期",
    "방학",
    "명절",
];
/// Parts of the day: usual hours offered, and whether a time below 12 after them is in the afternoon.
const PARTS: [(&str, (u16, u16), bool); 24] = [
    ("早上", (480, 720), false),
    ("清晨", (360, 480), false),
    ("上午", (540, 690), false),
    ("早晨", (360, 480), false),
    ("凌晨", (0, 360), false),
    ("早", (480, 720), false),
    ("白天", (510, 1020), false),
    ("中午", (690, 840), true),
    ("午间", (690, 840), true),
    ("午休", (690, 840), true),
    ("下午", (840, 1020), true),
    ("傍晚", (1020, 1140), true),
    ("晚上", (1080, 1260), true),
    ("晚间", (1080, 1260), true),
    ("夜晚", (1080, 1260), true),
    ("夜间", (1080, 1260), true),
    ("晚", (1080, 1260), true),
    ("夜", (1080, 1260), true),
    ("下班后", (1080, 1260), true),
    ("放学后", (960, 1080), true),
    ("课后", (960, 1080), true),
    ("오전", (540, 690), false),
    ("오후", (840, 1020), true),
    ("저녁", (1080, 1260), true),
];
const NEXT_DAY: [&str; 9] = [
    "次日",
    "翌日",
    "第二天",
    "隔天",
    "次晨",
    "次早",
    "第二日",
    "이튿날",
    "다음날",
];
const SKIP: [&str; 21] = [
    "每周", "每", "逢", "对外", "开放", "时间", "可用", "可", "的", "为", "及", "和", "与", "各", "时段",
    "时", "期间", "매주", "의", "内", "均",
];
const DASHES: [char; 9] = ['-', '~', '–', '—', '―', '−', '至', '到', '부'];
const DAY: u16 = 1440;

struct Reader {
    signs: Vec<char>,
    place: usize,
    groups: Vec<(Days, Vec<Span>)>,
    linked: bool,
    part: Option<(u16, u16)>,
    any: bool,
    holidays: bool,
    open: bool,
    wrong: bool,
    besides: Option<String>,
}

/// Reads an hours cell's text.
#[must_use]
pub fn read(text: &str) -> Said {
    let (text, besides) = without_exceptions(&spaced(text));
    let mut reader = Reader {
        signs: text.chars().collect(),
        place: 0,
        groups: Vec::new(),
        linked: false,
        part: None,
        any: false,
        holidays: false,
        open: false,
        wrong: false,
        besides,
    };
    while reader.place < reader.signs.len() {
        if !reader.step() {
            return Said::Unread;
        }
    }
    reader.settle()
}

/// Folded, blanks kept as one space: they part 周1-5 from 9:00.
fn spaced(text: &str) -> String {
    let parts: Vec<String> = text.split_whitespace().map(fold).collect();
    parts.join(" ").replace(" :", ":").replace(": ", ":")
}

/// Takes 节假日除外 and its like out and keeps them.
fn without_exceptions(text: &str) -> (String, Option<String>) {
    for word in HOLIDAYS {
        for after in ["除外", "不开放", "休息", "不含"] {
            let exception = format!("{word}{after}");
            if text.contains(&exception) {
                return (text.replace(&exception, ""), Some(exception));
            }
        }
    }
    (text.to_owned(), None)
}

impl Reader {
    fn rest_starts(&self, word: &str) -> bool {
        word.chars()
            .enumerate()
            .all(|(step, sign)| self.signs.get(self.place + step) == Some(&sign))
    }

    fn take<'a, T>(&mut self, words: impl IntoIterator<Item = (&'a str, T)>) -> Option<T> {
        let (word, value) = words
            .into_iter()
            .filter(|(word, _)| self.rest_starts(word))
            .max_by_key(|(word, _)| word.chars().count())?;
        self.place += word.chars().count();
        Some(value)
    }

    fn sign(&self) -> Option<char> {
        self.signs.get(self.place).copied()
    }

    /// Reads one thing; false if nothing here is understood.
    fn step(&mut self) -> bool {
        if let Some(hours) = self.hours() {
            if self.groups.is_empty() {
                self.groups.push((Days::default(), Vec::new()));
            }
            if let Some((_, list)) = self.groups.last_mut() {
                list.push(hours);
            }
            self.part = None;
            return true;
        }
        if let Some(days) = self.days() {
            self.add_days(days);
            return true;
        }
        if self.take(ANY.map(|word| (word, ()))).is_some() {
            match self.groups.last_mut() {
                Some((days, hours)) if hours.is_empty() && !days.is_empty() => hours.push((0, DAY, false)),
                _ => self.any = true,
            }
            return true;
        }
        if self.take(HOLIDAYS.map(|word| (word, ()))).is_some() {
            self.holidays = true;
            return true;
        }
        if self.take(OPEN.map(|word| (word, ()))).is_some() {
            self.open = true;
            return true;
        }
        if let Some(hours) = self.take(PARTS.map(|(word, hours, _)| (word, hours))) {
            let told = self.groups.last().is_some_and(|(_, hours)| !hours.is_empty());
            self.part = self.part.or(Some(hours)).filter(|_| !told);
            return true;
        }
        if self.take(SKIP.map(|word| (word, ()))).is_some() {
            return true;
        }
        self.separator()
    }

    fn separator(&mut self) -> bool {
        let Some(sign) = self.sign() else {
            return false;
        };
        let link = DASHES.contains(&sign);
        let known = link
            || matches!(
                sign,
                ' ' | '、' | ',' | ';' | '/' | '(' | ')' | ':' | '，' | '；' | '。' | '+' | '&' | '.'
            );
        if known {
            self.linked |= link;
            self.place += 1;
        }
        known
    }

    fn add_days(&mut self, days: Days) {
        let linked = std::mem::take(&mut self.linked);
        match self.groups.last_mut() {
            Some((known, hours)) if hours.is_empty() => {
                *known = if linked {
                    span(*known, days)
                } else {
                    known.with(days)
                };
            }
            _ => self.groups.push((days, Vec::new())),
        }
    }

    /// 工作日 · 周一 · 周一三五 · 周1-5
    fn days(&mut self) -> Option<Days> {
        if let Some(days) = self.take(DAY_WORDS) {
            return Some(days);
        }
        let before = self.place;
        let lead = ["每周", "周", "星期", "礼拜", "每星期", "逢周", "주"];
        if self.take(lead.map(|word| (word, ()))).is_none() {
            return self.korean_day();
        }
        let Some(first) = self.sign().and_then(day_sign) else {
            self.place = before;
            return None;
        };
        self.place += 1;
        let mut days = Days::one(first);
        let mut last = first;
        while let Some((day, spanned, length)) = self.further_day() {
            days = days.with(if spanned {
                Days::span(last, day)
            } else {
                Days::one(day)
            });
            last = day;
            self.place += length;
        }
        Some(days)
    }

    /// The next bare day sign: 三 in 周一三, 周一、三, 周一至三.
    fn further_day(&self) -> Option<(u8, bool, usize)> {
        let sign = self.sign()?;
        let dash = DASHES.contains(&sign);
        let comma = matches!(sign, '、' | ',' | '/' | '和' | '及');
        let length = usize::from(dash || comma);
        let next = *self.signs.get(self.place + length)?;
        let day = day_sign(next)?;
        let after = self.signs.get(self.place + length + 1).copied();
        let clock = matches!(after, Some(':' | '点' | '时' | '.' | '十'))
            || next.is_ascii_digit() && after.is_some_and(|sign| sign.is_ascii_digit());
        let bare_digit = next.is_ascii_digit() && length == 0;
        (!clock && !bare_digit).then_some((day, dash, length + 1))
    }

    /// 월요일
    fn korean_day(&mut self) -> Option<Days> {
        let day = ['월', '화', '수', '목', '금', '토', '일']
            .iter()
            .position(|sign| self.sign() == Some(*sign))?;
        let whole: String = self.signs.iter().skip(self.place + 1).take(2).collect();
        if whole != "요일" {
            return None;
        }
        self.place += 3;
        u8::try_from(day).ok().map(Days::one)
    }

    /// From–to in minutes of the day, and whether the end is on the next day.
    fn hours(&mut self) -> Option<(u16, u16, bool)> {
        let start = self.place;
        let found = self.try_hours();
        if found.is_none() {
            self.place = start;
        }
        found
    }

    fn try_hours(&mut self) -> Option<(u16, u16, bool)> {
        let early = self.part_of_day();
        while self.sign() == Some(' ') {
            self.place += 1;
        }
        let (from, dotted) = self.clock()?;
        while self.sign() == Some(' ') {
            self.place += 1;
        }
        let dash = self.sign()?;
        if !DASHES.contains(&dash) {
            return None;
        }
        while self
            .sign()
            .is_some_and(|sign| DASHES.contains(&sign) || sign == ' ')
        {
            self.place += 1;
        }
        self.take([("터", ())]);
        let mut next_day = self.take(NEXT_DAY.map(|word| (word, ()))).is_some();
        let late = self.part_of_day();
        next_day |= self.take(NEXT_DAY.map(|word| (word, ()))).is_some();
        let (until, _) = self.clock()?;
        self.take([("止", ()), ("结束", ()), ("까지", ())]);
        let days_known = self.groups.last().is_some_and(|(days, _)| !days.is_empty());
        if dotted && !days_known {
            return None;
        }
        let from = afternoon(from, early);
        let until = match late {
            Some(_) => afternoon(until, late),
            None if !next_day && until < from => afternoon(until, early),
            None => until,
        };
        self.wrong |= from > DAY || until > DAY;
        Some((from, until, next_day))
    }

    fn part_of_day(&mut self) -> Option<bool> {
        self.take(PARTS.map(|(word, _, after_noon)| (word, after_noon)))
    }

    /// A time of day: 8:30 · 8点半 · 8时30分 · 17点 · 17 · 8.30. The flag tells the last way.
    fn clock(&mut self) -> Option<(u16, bool)> {
        let (hour, next) = scan(&self.signs, self.place)?;
        let dotted = hour.as_whole().is_none();
        if dotted {
            return self.dotted_clock();
        }
        let hour = u16::try_from(hour.as_whole()?).ok().filter(|hour| *hour <= 30)?;
        self.place = next;
        let mut minute = 0;
        match self.sign() {
            Some(':') => {
                self.place += 1;
                minute = self.minutes()?;
                if self.sign() == Some(':') {
                    self.place += 1;
                    self.minutes()?;
                }
            }
            Some('点' | '时' | '시') => {
                self.place += 1;
                self.take([("钟", ()), ("整", ())]);
                if self.take([("半", ()), ("반", ())]).is_some() {
                    minute = 30;
                } else if let Some(quarter) = self.take([("一刻", 15), ("三刻", 45)]) {
                    minute = quarter;
                } else if self.sign().is_some_and(|sign| sign.is_ascii_digit()) {
                    minute = self.minutes()?;
                    self.take([("分", ()), ("분", ())]);
                }
            }
            Some(
                '月' | '日' | '号' | '年' | '天' | '小' | '次' | '人' | '场' | '个' | '周' | '월' | '일',
            ) => return None,
            _ => {}
        }
        Some((hour * 60 + minute, false))
    }

    fn dotted_clock(&mut self) -> Option<(u16, bool)> {
        let digits: String = self
            .signs
            .iter()
            .skip(self.place)
            .take_while(|sign| sign.is_ascii_digit() || **sign == '.')
            .collect();
        let (hour, minute) = digits.split_once('.')?;
        let (hour, number): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        if minute.len() != 2 || number > 59 || hour > 24 {
            return None;
        }
        self.place += digits.chars().count();
        Some((hour * 60 + number, true))
    }

    fn minutes(&mut self) -> Option<u16> {
        let digits: String = self
            .signs
            .iter()
            .skip(self.place)
            .take_while(|sign| sign.is_ascii_digit())
            .take(2)
            .collect();
        self.place += digits.len();
        digits.parse().ok().filter(|minute| *minute < 60)
    }

    fn settle(self) -> Said {
        if self.wrong {
            return Said::Wrong(WindowFault::NoSuchTime);
        }
        if self.holidays {
            return Said::Holidays;
        }
        if self.open {
            return Said::Open;
        }
        let offer = self.part.unwrap_or((540, 1020));
        if let Some((days, _)) = self.groups.iter().find(|(_, hours)| hours.is_empty()) {
            return Said::NoHours { days: *days, offer };
        }
        if self.groups.is_empty() {
            return match (self.any, self.part) {
                (true, None) => Said::Any,
                (_, Some(_)) => Said::NoHours {
                    days: Days::default(),
                    offer,
                },
                (false, None) => Said::Unread,
            };
        }
        if let Some(hours) = self
            .groups
            .iter()
            .find(|(days, _)| days.is_empty())
            .and_then(|(_, hours)| hours.first())
        {
            return Said::NoDays { hours: *hours };
        }
        let mut windows = Vec::new();
        for (days, hours) in &self.groups {
            for (from, until, next_day) in hours {
                match Window::new(*days, *from, *until, *next_day) {
                    Ok(window) => windows.push(window),
                    Err(fault) => return Said::Wrong(fault),
                }
            }
        }
        Said::Windows {
            windows,
            besides: self.besides,
        }
    }
}

fn afternoon(minute: u16, after_noon: Option<bool>) -> u16 {
    if after_noon == Some(true) && minute < 720 {
        minute + 720
    } else {
        minute
    }
}

/// From the last day of `known` to the first of `days`: 周一至周五.
fn span(known: Days, days: Days) -> Days {
    let last = (0u8..7).rev().find(|day| known.has(*day));
    let first = (0u8..7).find(|day| days.has(*day));
    match (last, first) {
        (Some(from), Some(to)) => known.with(Days::span(from, to)).with(days),
        _ => known.with(days),
    }
}

fn day_sign(sign: char) -> Option<u8> {
    Some(match sign {
        '一' | '1' => 0,
        '二' | '2' => 1,
        '三' | '3' => 2,
        '四' | '4' => 3,
        '五' | '5' => 4,
        '六' | '6' => 5,
        '日' | '天' | '7' => 6,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(text: &str) -> Vec<String> {
        match read(text) {
            Said::Windows { windows, .. } => windows.iter().map(ToString::to_string).collect(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn d18_days_and_hours() {
        let work = "mon,tue,wed,thu,fri";
        for (text, wanted) in [
            ("工作日18:00-次日8:00", format!("{work} 18:00-08:00+1")),
            ("双休日9-17点", "sat,sun 09:00-17:00".into()),
            ("周一至周五8：30—17：00", format!("{work} 08:30-17:00")),
            ("周一、周三、周五18:00-20:30", "mon,wed,fri 18:00-20:30".into()),
            ("每周二14：00—16：30", "tue 14:00-16:30".into()),
            ("周六、周日18:00-20:30", "sat,sun 18:00-20:30".into()),
            (
                "每天19:00-次日7:00",
                "mon,tue,wed,thu,fri,sat,sun 19:00-07:00+1".into(),
            ),
            ("周一三五晚7点至9点", "mon,wed,fri 19:00-21:00".into()),
            ("周一、三、五 8点半-11点半", "mon,wed,fri 08:30-11:30".into()),
            ("周1-5 9:00-17:00", format!("{work} 09:00-17:00")),
            ("星期一到星期五上午9点-下午5点", format!("{work} 09:00-17:00")),
            ("工作日晚上18:00-20:30", format!("{work} 18:00-20:30")),
            (
                "每天18:00-8:00",
                "mon,tue,wed,thu,fri,sat,sun 18:00-08:00+1".into(),
            ),
            ("周末早八点至晚五点", "sat,sun 08:00-17:00".into()),
            ("周三8.30-17.00", "wed 08:30-17:00".into()),
            ("每周三下午2:00-4:30", "wed 14:00-16:30".into()),
            ("주말 9:00-17:00", "sat,sun 09:00-17:00".into()),
            ("평일 오후 2시-5시", format!("{work} 14:00-17:00")),
            ("周六9:00至11:30", "sat 09:00-11:30".into()),
            ("双休日全天", "sat,sun 00:00-24:00".into()),
        ] {
            assert_eq!(windows(text), [wanted], "{text}");
        }
        assert_eq!(
            windows("周一至周五8:30-11:30、13:30-17:00；周六9:00-12:00"),
            [
                "mon,tue,wed,thu,fri 08:30-11:30",
                "mon,tue,wed,thu,fri 13:30-17:00",
                "sat 09:00-12:00"
            ]
        );
        assert_eq!(windows("工作日上午8:30-11:30，下午13:30-17:00").len(), 2);
    }

    #[test]
    fn d18_no_bound_is_no_window() {
        for text in [
            "全天",
            "24小时",
            "不限",
            "全天候开放",
            "随时",
            "时间不限",
            "24시간",
        ] {
            assert_eq!(read(text), Said::Any, "{text}");
        }
    }

    #[test]
    fn d18_what_is_not_settled_is_asked() {
        assert_eq!(
            read("晚上"),
            Said::NoHours {
                days: Days::default(),
                offer: (1080, 1260)
            }
        );
        assert_eq!(
            read("工作日晚上"),
            Said::NoHours {
                days: Days::WORK,
                offer: (1080, 1260)
            }
        );
        assert!(matches!(read("下班后"), Said::NoHours { .. }));
        assert!(matches!(read("双休日"), Said::NoHours { .. }));
        assert!(matches!(read("周三下午"), Said::NoHours { .. }));
        assert!(matches!(read("9:00-17:00"), Said::NoDays { .. }));
        for text in [
            "寒暑假",
            "节假日",
            "法定节假日9:00-17:00",
            "双休日及节假日9:00-17:00",
        ] {
            assert_eq!(read(text), Said::Holidays, "{text}");
        }
        assert_eq!(read("提前预约"), Said::Unread);
        assert_eq!(read("预约"), Said::Open);
        assert_eq!(read("9月1日-12月31日"), Said::Unread);
        assert_eq!(read("2026.3.1-2026.6.30"), Said::Unread);
    }

    #[test]
    fn hours_that_cannot_be_are_wrong_and_exceptions_are_kept() {
        assert_eq!(read("工作日8:00-8:00"), Said::Wrong(WindowFault::Empty));
        assert_eq!(read("工作日8:00-25:00"), Said::Wrong(WindowFault::NoSuchTime));
        match read("工作日8:30-17:00（节假日除外）") {
            Said::Windows { besides, .. } => assert_eq!(besides.as_deref(), Some("节假日除外")),
            other => panic!("{other:?}"),
        }
    }
}
