//! The words of the lists as types that cannot hold a wrong value.

mod entry;
mod fold;
mod import;
mod measure;
mod service_type;
mod window;

pub use entry::{
    Audience, Entry, EntryAct, EntryState, EntryView, Modes, NotInThisState, Reach, ServiceLanguage,
};
pub use fold::{fold, tidy};
pub use import::{
    Answers, Brings, FileTold, ImportState, KeptRow, RefusedFile, RegisterTold, RowState, Told,
};
pub use measure::Measure;
pub(crate) use service_type::likeness;
pub use service_type::{Direction, ServiceType, TypeTable, TypeTableFault};
pub use window::{Days, Window, WindowFault};

/// Whether a row offers or needs something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An offer (资源).
    Offer,
    /// A need (需求).
    Need,
}

impl Kind {
    /// `offer` or `need`, as stored and sent.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Need => "need",
        }
    }
}
