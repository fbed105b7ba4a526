//! Reads `{leaf, index, size, root, path}` from standard input; exit 0 if a library that is not ours
//! finds the leaf in the tree. The browser tests call it.

use std::process::ExitCode;

fn main() -> ExitCode {
    let input = match std::io::read_to_string(std::io::stdin()).map(|text| serde_json::from_str(&text)) {
        Ok(Ok(input)) => input,
        _ => return ExitCode::from(2),
    };
    match gongjian_tests::merkle::included_json(&input) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
