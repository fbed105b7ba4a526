//! The real server in a process of its own, to be killed.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running `gongjian serve`.
pub struct Server {
    /// `http://127.0.0.1:PORT`
    pub base: String,
    child: Child,
}

/// A running `gongjian witness`.
pub struct Witness {
    /// `http://127.0.0.1:PORT`
    pub base: String,
    /// Its key.
    pub key: String,
    child: Child,
}

impl Witness {
    /// Starts a witness of these logs with its key and state in a folder.
    #[must_use]
    pub fn start(folder: &Path, name: &str, logs: &[String]) -> Self {
        let mut command = Command::new(binary());
        command.args(["witness", "--listen", "127.0.0.1:0", "--name", name, "--key"]);
        command
            .arg(folder.join("witness.key"))
            .arg("--state")
            .arg(folder.join("witness.sqlite"));
        for log in logs {
            command.args(["--log", log]);
        }
        let command = command
            .env("GONGJIAN_LOG", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["ready", base, key] = words.as_slice() else {
            panic!("the witness did not start: {line:?}");
        };
        Self {
            base: (*base).to_owned(),
            key: (*key).to_owned(),
            child,
        }
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The product's binary beside the tests'.
#[must_use]
pub fn binary() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let folder = tests.parent().and_then(Path::parent).unwrap();
    let path = folder.join(format!("gongjian{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is not there: run `cargo build --workspace` first",
        path.display()
    );
    path
}

impl Server {
    /// Starts a server on an empty port and waits for its ready line.
    #[must_use]
    pub fn start(database: &str, keys: &Path) -> Self {
        let mut child = Command::new(binary())
            .args(["serve", "--port", "0", "--database", database, "--keys"])
            .arg(keys)
            .env("GONGJIAN_DEMO", "true")
            .env("GONGJIAN_PASSWORD_KIB", "64")
            .env("GONGJIAN_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("ready ");
        let base = base.unwrap_or_else(|| panic!("the server did not start: {line:?}"));
        Self {
            base: base.to_owned(),
            child,
        }
    }

    /// Ends the process at once, whatever it is doing (SIGKILL).
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.end();
        }
    }
}
