//! The page shell: languages, forms, tables, errors, assets. It knows no feature.

pub mod assets;
pub mod chart;
pub mod csrf;
pub mod failure;
pub mod form;
#[cfg(test)]
mod gallery;
pub mod i18n;
pub mod nav;
pub mod page;
pub mod sheet;
pub mod table;
pub mod upload;
