//! A command of this program as a process of its own, so that its time and memory are its own.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// A folder for the run's files, gone when the run ends.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn create() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("gongjian-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).with_context(|| path.display().to_string())?;
        Ok(Self(path))
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a process did.
#[derive(Debug, Clone)]
pub(super) struct Ran {
    /// The last line of its standard output.
    pub(super) answer: Value,
    /// From its start to its end.
    pub(super) seconds: f64,
    /// Processor time in user mode of all its threads; known on Linux.
    pub(super) user_seconds: Option<f64>,
    /// The most memory it had, GiB; known on Linux.
    pub(super) peak_gib: Option<f64>,
}

impl Ran {
    /// A number of the answer.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.answer.get(name).and_then(Value::as_f64)
    }
}

/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// A process that takes longer is ended, and its line fails.
const LONGEST: Duration = Duration::from_secs(1_200);
/// Clock ticks of a second in `/proc`.
const TICKS: f64 = 100.0;
/// KiB of a GiB.
const KIB: f64 = 1_048_576.0;

/// Runs this program with these arguments.
pub(super) fn own(folder: &Folder, args: &[OsString]) -> Result<Ran> {
    let program = std::env::current_exe()?;
    let mut command = Command::new(program);
    command.args(args);
    run(folder, command)
}

/// Runs a command whose last line of standard output is JSON.
pub(super) fn run(folder: &Folder, mut command: Command) -> Result<Ran> {
    let out = folder.file("out");
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(File::create(&out)?)
        .spawn()
        .with_context(|| format!("{command:?}"))?;
    let (mut peak, mut user) = (None, None);
    let status = loop {
        peak = peak_gib(child.id()).or(peak);
        user = user_seconds(child.id()).or(user);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if began.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            bail!("took more than {} s", LONGEST.as_secs());
        }
        std::thread::sleep(LOOK);
    };
    let seconds = began.elapsed().as_secs_f64();
    let text = std::fs::read_to_string(&out)?;
    if !status.success() {
        bail!("ended with {status}: {}", text.lines().last().unwrap_or_default());
    }
    Ok(Ran {
        answer: serde_json::from_str(text.lines().last().unwrap_or("null"))?,
        seconds,
        user_seconds: user,
        peak_gib: peak,
    })
}

/// VmHWM of a process: the kernel keeps the peak, so that only what grows after the last look is missed.
fn peak_gib(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib / KIB)
}

fn user_seconds(process: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // After the name, which may hold anything, in brackets: state and ten numbers, then the ticks in user mode.
    let (_, rest) = stat.rsplit_once(')')?;
    let ticks: f64 = rest.split_whitespace().nth(11)?.parse().ok()?;
    Some(ticks / TICKS)
}

/// Arguments of a command, of words and paths.
pub(super) fn args(words: &[&str], paths: &[(&str, &Path)]) -> Vec<OsString> {
    let mut list: Vec<OsString> = words.iter().map(OsString::from).collect();
    for (flag, path) in paths {
        if !flag.is_empty() {
            list.push(flag.into());
        }
        list.push(path.into());
    }
    list
}
