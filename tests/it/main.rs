//! One binary, a module per story. The whole of it runs twice: on SQLite and on PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on must fail"
)]

mod begin;
mod bundle;
mod classes;
mod commands;
mod deliver;
mod entries;
mod house;
mod kill;
mod ledger_pages;
mod life;
mod life_model;
mod life_pages;
mod life_races;
mod life_schemas;
mod life_who;
mod log;
mod log_store;
mod matching;
mod meeting;
mod merkle;
mod negotiate;
mod refused_files;
mod refused_posts;
mod refused_rows;
mod report;
mod review;
mod schemas;
mod settle;
mod sign;
mod signing;
mod tamper;
mod thrown;
mod tiles;
mod trials;
mod vectors;
mod witness;
mod words;
