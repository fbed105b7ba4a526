//! The product: a server, its pages and API, and the command line, in one library.
//!
//! Modules stand in the order in which they may use each other: each one only those above it.

pub mod config;
pub mod kernel;
pub mod app;
pub mod web;
pub mod log;
pub mod identity;
pub mod lists;
pub mod matching;
pub mod meetings;
pub mod agreements;
pub mod ledger;
pub mod integration;
pub mod workbench;
pub mod jobs;
pub mod sample;
pub mod routes;
pub mod server;
pub mod cli;
