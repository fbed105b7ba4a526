//! Reads `{leaf, index, size, root, path}` from standard input; exit 0 if a library that is not ours
//! finds the leaf in the tree. The browser tests call it.

use std::process::ExitCode;

fn main() -> ExitCode {
    let text = std::io::read_to_string(std::io::stdin()).unwrap_or_default();
    let Ok(input) = serde_json::from_str(&text) else {
        return ExitCode::from(2);
    };
    match gongjian_tests::merkle::included_json(&input) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
