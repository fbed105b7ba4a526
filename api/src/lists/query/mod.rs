//! Reading the lists.

mod entries;
mod imports;
mod overview;

pub use entries::{
    EntryFilter, EntryPage, SORTS, carry_in, entries, entries_by_id, entry, entry_numbered, exported, listed,
    of_cycle, types,
};
pub(super) use entries::{entry_model, register_entries, rows_in_state};
pub use imports::{
    FileView, Import, ImportCounts, ImportView, RowView, first_with_bytes, import, imports, rows,
};
pub(super) use imports::{import_row, row_models};
pub use overview::{AreaCover, PartyCover, area_cover, overview, todos, waiting};
