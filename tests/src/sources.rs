//! The product's own sources, for tests that judge them.

use std::fs;
use std::path::{Path, PathBuf};

/// The project's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file under `folder` (relative to the root) whose name ends in one of `ends`, sorted.
#[must_use]
pub fn files(folder: &str, ends: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&root().join(folder), ends, &mut found);
    found.sort();
    found
}

fn walk(folder: &Path, ends: &[&str], found: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", ".git", "data"].contains(&name.as_str()) {
                walk(&path, ends, found);
            }
        } else if ends.iter().any(|end| name.ends_with(end)) {
            let shown = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            found.push((shown, fs::read_to_string(&path).unwrap()));
        }
    }
}
