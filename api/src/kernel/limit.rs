//! Every bound on what comes from outside, in one place.

use std::num::NonZeroU32;

/// Largest JSON or form body, bytes.
pub const BODY_BYTES: usize = 1 << 20;
/// Largest uploaded list, bytes.
pub const UPLOAD_BYTES: usize = 8 << 20;
/// Largest photo or scan handed in as evidence, bytes.
pub const EVIDENCE_BYTES: usize = 10 << 20;
/// Most bytes a workbook may unfold to.
pub const UNZIPPED_BYTES: u64 = 200 << 20;
/// Most rows read from one file.
pub const LIST_ROWS: usize = 20_000;
/// Most columns read from one sheet.
pub const LIST_COLUMNS: usize = 100;
/// Most files in one folder or one upload.
pub const LIST_FILES: usize = 200;
/// Deepest nesting of a JSON document.
pub const JSON_DEPTH: usize = 32;
/// Largest document that is hashed or signed, bytes.
pub const DOCUMENT_BYTES: usize = 256 << 10;
/// Largest proof bundle, bytes.
pub const BUNDLE_BYTES: usize = 4 << 20;
/// Largest signature submission, bytes (the payload of a counter-offer comes on top).
pub const SIGNATURE_BODY_BYTES: usize = 64 << 10;
/// Faults told at once; the rest is announced by `more`.
pub const FAULTS: usize = 200;
/// Characters of a refused value that are shown.
pub const SHOWN_VALUE_CHARS: usize = 80;
/// Rows on a page of a list: the default and the most.
pub const PAGE_ROWS: u32 = 50;
/// Most rows on one page of a list.
pub const PAGE_ROWS_MAX: u32 = 200;
/// Most rows in one export.
pub const EXPORT_ROWS: u64 = 100_000;
/// Days an idempotency record is kept.
pub const IDEMPOTENCY_DAYS: i64 = 7;
/// Largest answer kept with an idempotency record, bytes.
pub const IDEMPOTENCY_BODY_BYTES: usize = 64 << 10;
/// Access tokens one address may ask for in a second.
pub const TOKENS_PER_SECOND: NonZeroU32 = NonZeroU32::MIN;
/// Access tokens one address may ask for at once after a rest.
pub const TOKENS_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
/// API requests of one client in a second.
pub const API_PER_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);
/// API requests of one client at once after a rest.
pub const API_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);
/// Public keys of one API client.
pub const CLIENT_KEYS: usize = 5;
/// Largest assertion or access token, bytes.
pub const TOKEN_BYTES: usize = 8 << 10;
/// Seconds a request may take to arrive.
pub const REQUEST_SECONDS: u64 = 30;
/// Changes that are tried on a plan at once.
pub const TRIAL_CHANGES: usize = 12;
/// Trials of one kind kept for one plan.
pub const TRIALS: i64 = 200;
/// Agreements a party may be said to look after.
pub const TRIAL_AGREEMENTS: i64 = 1_000;
/// Points a party may be said to be out of balance by.
pub const TRIAL_POINTS: i64 = 1_000_000;

const _: () = assert!(SIGNATURE_BODY_BYTES < BODY_BYTES && BODY_BYTES < UPLOAD_BYTES);
const _: () = assert!(PAGE_ROWS <= PAGE_ROWS_MAX);
