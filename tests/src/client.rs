//! people with sessions
