//! Reading instances, plans and certificates from files, for the engine's commands.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use gongjian_engine::certificate::Certificate;
use gongjian_engine::model::Instance;
use gongjian_engine::{Fault, plan};
use serde::de::DeserializeOwned;

use crate::web::i18n::Lang;

/// Largest file read.
const BYTES_MAX: u64 = 1 << 30;

/// Tells something on standard error.
pub(super) fn tell(words: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// Says a line on standard output.
///
/// # Errors
/// Success, if nobody reads on: there is no more to do.
pub(super) fn say(line: impl std::fmt::Display) -> Result<(), ExitCode> {
    writeln!(std::io::stdout(), "{line}").map_err(|_| ExitCode::SUCCESS)
}

/// Points with two places, cut.
pub(super) fn points(micro: i64) -> String {
    let (sign, micro) = (if micro < 0 { "-" } else { "" }, micro.unsigned_abs());
    format!("{sign}{}.{:02}", micro / 1_000_000, micro % 1_000_000 / 10_000)
}

/// The bytes of a file of bounded size.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, ExitCode> {
    let read = std::fs::metadata(path).and_then(|found| {
        if found.len() > BYTES_MAX {
            return Err(std::io::Error::other(format!("larger than {BYTES_MAX} bytes")));
        }
        std::fs::read(path)
    });
    read.map_err(|error| {
        tell(format_args!("{}: {error}", path.display()));
        ExitCode::from(2)
    })
}

/// An instance; its faults go to standard error as JSON lines, exit 2.
pub(super) fn instance(path: &Path) -> Result<Instance, ExitCode> {
    gongjian_engine::parse(&bytes(path)?).map_err(|found| faults(&found))
}

/// Tells faults of an instance as JSON lines; exit 2.
pub(super) fn faults(found: &[Fault]) -> ExitCode {
    for fault in found {
        tell(serde_json::to_string(fault).unwrap_or_default());
    }
    ExitCode::from(2)
}

/// Tells faults in words, or as JSON lines without a language; exit 2.
pub(super) fn faults_in(lang: Option<Lang>, found: &[Fault]) -> ExitCode {
    let Some(lang) = lang else { return faults(found) };
    for fault in found {
        let words = lang.t(&format!("instance-fault-{}", fault.code));
        let args = [
            ("place", fault.path.as_str()),
            ("fault", &words),
            ("value", &fault.value),
        ];
        tell(lang.ta("instance-fault", &args));
    }
    ExitCode::from(2)
}

/// The language asked for, if one is; exit 2 if it is none of ours.
pub(super) fn lang(tag: Option<&str>) -> Result<Option<Lang>, ExitCode> {
    let lang = tag.map(Lang::from_tag);
    if lang == Some(None) {
        tell("languages are zh-CN, ko-CN and en");
        return Err(ExitCode::from(2));
    }
    Ok(lang.flatten())
}

fn document<T: DeserializeOwned>(path: &Path) -> Result<T, ExitCode> {
    serde_json::from_slice(&bytes(path)?).map_err(|error| {
        tell(format_args!("{}: {error}", path.display()));
        ExitCode::from(2)
    })
}

/// A plan, or exit 2.
pub(super) fn plan(path: &Path) -> Result<plan::Document, ExitCode> {
    document(path)
}

/// A certificate, or exit 2.
pub(super) fn certificate(path: &Path) -> Result<Certificate, ExitCode> {
    document(path)
}

/// Writes a file whole, or exit 2.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), ExitCode> {
    std::fs::write(path, bytes).map_err(|error| {
        tell(format_args!("{}: {error}", path.display()));
        ExitCode::from(2)
    })
}

/// The exit code of a command that tells its own errors.
pub(super) fn code(outcome: Result<ExitCode, ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|code| code)
}

#[cfg(test)]
mod tests {
    #[test]
    fn points_keep_their_sign() {
        assert_eq!(super::points(-500_000), "-0.50");
        assert_eq!(super::points(12_349_999), "12.34");
    }
}
