//! Lists as units send them: bytes → sheets → rows → drafts. The same code for the page, the API and the
//! command; nothing here knows a database.

pub mod clean;
mod csv;
pub mod fault;
pub mod field;
pub mod header;
mod parts;
pub mod sheet;
pub mod sniff;
mod workbook;
mod xls_records;
mod xml;

pub mod layout;
pub mod outcome;
pub mod party;
pub mod row;
pub mod folder;
pub mod reading;
pub mod registers;
pub mod tell;
pub mod title;
