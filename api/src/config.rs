//! Settings: defaults that suit `make run`, then a TOML-like `key = value` file, then `GONGJIAN_*`.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `sqlite:///…` or `postgres://…`.
    pub database: String,
    /// Address to listen on.
    pub listen: String,
    /// First port to try; 0 lets the system choose.
    pub port: u16,
    /// Scheme, host and port under which people reach the server; issuer of tokens.
    pub origin: String,
    /// Folder of the key files.
    pub keys: PathBuf,
    /// Whether this is the demo street: plain http, known passwords.
    pub demo: bool,
    /// Whether people reach the server through a proxy, which tells their address in `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// Tries of a password from one address in a minute.
    pub sign_ins_per_minute: NonZeroU32,
    /// Whether anybody may read the logs' entries; otherwise systems with `log:read`.
    pub public_entries: bool,
    /// Who signs the logs' checkpoints besides the server: address and key each.
    pub witnesses: Vec<String>,
    /// Memory that hashing a password takes, KiB; at least [`PASSWORD_KIB`] outside the demo.
    pub password_kib: u32,
}

/// Something wrong with a setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {key}: {what}")]
pub struct ConfigFault {
    /// `environment` or the file's name and line.
    pub place: String,
    /// The key.
    pub key: String,
    /// What is wrong and what to write.
    pub what: String,
}

/// Least memory that hashing a password takes outside the demo, KiB: 19 MiB.
pub const PASSWORD_KIB: u32 = 19 << 10;
/// What argon2 can work with at all, KiB.
const PASSWORD_KIB_MIN: u32 = 8;
/// More would let a handful of sign-ins take all memory, KiB.
const PASSWORD_KIB_MAX: u32 = 1 << 20;
const SIGN_INS_PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);

const KEYS: [&str; 11] = [
    "database",
    "listen",
    "port",
    "origin",
    "keys",
    "demo",
    "behind_proxy",
    "sign_ins_per_minute",
    "password_kib",
    "public_entries",
    "witnesses",
];

impl Default for Config {
    fn default() -> Self {
        Self {
            database: "sqlite://data/gongjian.sqlite".to_owned(),
            listen: "127.0.0.1".to_owned(),
            port: 8080,
            origin: String::new(),
            keys: PathBuf::from("data/keys"),
            demo: false,
            behind_proxy: false,
            sign_ins_per_minute: SIGN_INS_PER_MINUTE,
            public_entries: false,
            witnesses: Vec::new(),
            password_kib: PASSWORD_KIB,
        }
    }
}

impl Config {
    /// Reads the file, if one is given, and the environment.
    ///
    /// # Errors
    /// Every fault found, in file and environment alike.
    pub fn load(file: Option<&Path>) -> Result<Self, Vec<ConfigFault>> {
        let mut faults = Vec::new();
        let mut values = BTreeMap::new();
        if let Some(path) = file {
            read_file(path, &mut values, &mut faults);
        }
        for key in KEYS {
            if let Some(value) = environment(key) {
                values.insert(key.to_owned(), ("environment".to_owned(), value));
            }
        }
        let mut config = Self::default();
        for (key, (place, value)) in values {
            if let Err(what) = config.set(&key, &value) {
                faults.push(ConfigFault { place, key, what });
            }
        }
        if !config.demo && config.password_kib < PASSWORD_KIB {
            faults.push(ConfigFault {
                place: "settings".to_owned(),
                key: "password_kib".to_owned(),
                what: format!("write {PASSWORD_KIB} or more; less is for the demo alone"),
            });
        }
        if faults.is_empty() {
            Ok(config)
        } else {
            Err(faults)
        }
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "database" if value.starts_with("sqlite:") || value.starts_with("postgres") => {
                value.clone_into(&mut self.database);
            }
            "database" => return Err("write sqlite://PATH or postgres://…".to_owned()),
            "listen" => value.clone_into(&mut self.listen),
            "port" => self.port = value.parse().map_err(|_| "write a port, 0 to 65535".to_owned())?,
            "origin" if value.starts_with("http://") || value.starts_with("https://") => {
                value.trim_end_matches('/').clone_into(&mut self.origin);
            }
            "origin" => return Err("write http://HOST or https://HOST".to_owned()),
            "keys" => self.keys = PathBuf::from(value),
            "demo" => self.demo = value.parse().map_err(|_| "write true or false".to_owned())?,
            "behind_proxy" => {
                self.behind_proxy = value.parse().map_err(|_| "write true or false".to_owned())?;
            }
            "public_entries" => {
                self.public_entries = value.parse().map_err(|_| "write true or false".to_owned())?;
            }
            "witnesses" => {
                let lines = value.split(',').map(str::trim).filter(|line| !line.is_empty());
                self.witnesses = lines.map(str::to_owned).collect();
                if self
                    .witnesses
                    .iter()
                    .any(|line| !line.starts_with("http") || !line.contains(' '))
                {
                    return Err("write http://HOST KEY, with a comma between two witnesses".to_owned());
                }
            }
            "sign_ins_per_minute" => {
                self.sign_ins_per_minute = value
                    .parse()
                    .map_err(|_| "write a whole number, at least 1".to_owned())?;
            }
            "password_kib" => {
                let kib = value.parse().ok();
                self.password_kib = kib
                    .filter(|kib| (PASSWORD_KIB_MIN..=PASSWORD_KIB_MAX).contains(kib))
                    .ok_or_else(|| format!("write KiB, {PASSWORD_KIB_MIN} to {PASSWORD_KIB_MAX}"))?;
            }
            _ => return Err(format!("unknown key; known are {}", KEYS.join(", "))),
        }
        Ok(())
    }
}

/// `GONGJIAN_KEY`, if it is set.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
pub(crate) fn environment(key: &str) -> Option<String> {
    std::env::var(format!("GONGJIAN_{}", key.to_uppercase())).ok()
}

fn read_file(path: &Path, values: &mut BTreeMap<String, (String, String)>, faults: &mut Vec<ConfigFault>) {
    let name = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            faults.push(ConfigFault {
                place: name,
                key: "file".to_owned(),
                what: error.to_string(),
            });
            return;
        }
    };
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = format!("{name}:{}", number + 1);
        match line.split_once('=') {
            Some((key, value)) => {
                let value = value.trim().trim_matches('"').to_owned();
                values.insert(key.trim().to_owned(), (place, value));
            }
            None => faults.push(ConfigFault {
                place,
                key: line.chars().take(20).collect(),
                what: "write key = \"value\"".to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_of_a_file_are_told_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gongjian.toml");
        std::fs::write(
            &path,
            "# ours\nport = \"many\"\ncolour = \"red\"\nnonsense\ndatabase = \"mysql://x\"\n",
        )
        .unwrap();
        let faults = Config::load(Some(&path)).unwrap_err();
        let keys: Vec<&str> = faults.iter().map(|f| f.key.as_str()).collect();
        assert_eq!(keys, ["nonsense", "colour", "database", "port"]);
    }

    #[test]
    fn passwords_are_hashed_cheaply_in_the_demo_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gongjian.toml");
        std::fs::write(&path, "password_kib = 64\n").unwrap();
        let faults = Config::load(Some(&path)).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].key, "password_kib");
        std::fs::write(&path, "password_kib = 64\ndemo = true\n").unwrap();
        assert_eq!(Config::load(Some(&path)).unwrap().password_kib, 64);
    }
}
