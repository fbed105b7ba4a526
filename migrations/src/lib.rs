//! The database schema, one migration per feature, the same on SQLite and PostgreSQL.
//!
//! Names are plain strings: a landed migration is frozen and must not follow later renames in the code.

mod columns;
mod immutable;
mod m0001_kernel;
mod m0002_identity;
mod m0003_log;
mod m0004_lists;
mod m0005_matching;
mod m0006_meetings;
mod m0007_agreements;
mod m0008_life;
mod m0009_ledger;
mod m0011_trials;
mod m0012_witness;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{MigrationTrait, async_trait};

/// Runs the migrations in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_kernel::Migration),
            Box::new(m0002_identity::Migration),
            Box::new(m0003_log::Migration),
            Box::new(m0004_lists::Migration),
            Box::new(m0005_matching::Migration),
            Box::new(m0006_meetings::Migration),
            Box::new(m0007_agreements::Migration),
            Box::new(m0008_life::Migration),
            Box::new(m0009_ledger::Migration),
            Box::new(m0011_trials::Migration),
            Box::new(m0012_witness::Migration),
        ]
    }
}
