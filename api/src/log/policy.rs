//! Whom a verifier trusts (C2SP tlog-policy): logs, witnesses, groups of them, and the quorum that must have
//! cosigned. The file is handed over on paper or on the district's site, never by the log itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::str::FromStr;

use super::note::{KeyKind, NoteFault, VerifierKey, fault};

/// Longest policy file, bytes.
const POLICY_BYTES: usize = 64 << 10;

/// A trust policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustPolicy {
    logs: Vec<VerifierKey>,
    /// In the order told; groups name earlier members only.
    members: Vec<(String, Member)>,
    quorum: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Member {
    Witness(Box<VerifierKey>),
    Group { least: usize, of: Vec<String> },
}

impl TrustPolicy {
    /// A policy that trusts one log and asks for no witness.
    #[must_use]
    pub fn of_log(log: VerifierKey) -> Self {
        Self {
            logs: vec![log],
            members: Vec::new(),
            quorum: None,
        }
    }

    /// A policy that trusts one log and asks for more than half of these witnesses, if there are any.
    ///
    /// # Errors
    /// [`NoteFault`] if a key is no witness's or is told twice.
    pub fn of_witnessed_log(log: VerifierKey, witnesses: &[VerifierKey]) -> Result<Self, NoteFault> {
        let mut policy = Self::of_log(log);
        let mut names = Vec::new();
        for (i, key) in witnesses.iter().enumerate() {
            let name = format!("w{}", i + 1);
            policy.add(&name, Member::Witness(Box::new(key.clone())))?;
            names.push(name);
        }
        if !names.is_empty() {
            let least = (names.len() / 2 + 1).to_string();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            policy.group("witnesses", &least, &names)?;
            policy.quorum = Some("witnesses".to_owned());
        }
        Ok(policy)
    }

    /// The trusted logs.
    #[must_use]
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// Whether the log is trusted.
    #[must_use]
    pub fn knows_log(&self, key: &VerifierKey) -> bool {
        self.logs.contains(key)
    }

    /// Whether these witnesses' cosignatures satisfy the quorum.
    #[must_use]
    pub fn is_met_by(&self, cosigned: &[VerifierKey]) -> bool {
        let Some(quorum) = &self.quorum else { return true };
        let mut met: BTreeSet<&str> = BTreeSet::new();
        for (name, member) in &self.members {
            let holds = match member {
                Member::Witness(key) => cosigned.contains(key),
                Member::Group { least, of } => {
                    of.iter().filter(|m| met.contains(m.as_str())).count() >= *least
                }
            };
            if holds {
                met.insert(name);
            }
        }
        met.contains(quorum.as_str())
    }

    /// The file's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for log in &self.logs {
            let _ = writeln!(text, "log {log}");
        }
        for (name, member) in &self.members {
            let _ = match member {
                Member::Witness(key) => writeln!(text, "witness {name} {key}"),
                Member::Group { least, of } => writeln!(text, "group {name} {least} {}", of.join(" ")),
            };
        }
        let _ = writeln!(text, "quorum {}", self.quorum.as_deref().unwrap_or("none"));
        text
    }

    fn knows(&self, name: &str) -> bool {
        self.members.iter().any(|(known, _)| known == name)
    }

    fn add(&mut self, name: &str, member: Member) -> Result<(), NoteFault> {
        if name == "none" || self.knows(name) {
            return fault(format!("the name “{name}” is reserved or given twice"));
        }
        self.members.push((name.to_owned(), member));
        Ok(())
    }

    fn group(&mut self, name: &str, least: &str, of: &[&str]) -> Result<(), NoteFault> {
        if let Some(unknown) = of.iter().find(|m| !self.knows(m)) {
            return fault(format!(
                "group {name} names “{unknown}”, which is not told before"
            ));
        }
        let distinct: BTreeSet<_> = of.iter().collect();
        let least = match least {
            "any" => 1,
            "all" => of.len(),
            number => number.parse().unwrap_or(0),
        };
        if least == 0 || least > of.len() || distinct.len() != of.len() {
            return fault(format!(
                "group {name}: write any, all or a number up to its members, each named once"
            ));
        }
        let of = of.iter().map(|m| (*m).to_owned()).collect();
        self.add(name, Member::Group { least, of })
    }
}

impl FromStr for TrustPolicy {
    type Err = NoteFault;

    fn from_str(text: &str) -> Result<Self, NoteFault> {
        if text.len() > POLICY_BYTES {
            return fault("the policy file is too large");
        }
        let mut policy = Self {
            logs: Vec::new(),
            members: Vec::new(),
            quorum: None,
        };
        let mut quorum_told = false;
        for (number, line) in text.lines().enumerate() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let outcome = match words.as_slice() {
                [] => Ok(()),
                [first, ..] if first.starts_with('#') => Ok(()),
                ["log", key] | ["log", key, _] => key_of(key, KeyKind::Log).map(|k| policy.logs.push(k)),
                ["witness", name, key] | ["witness", name, key, _] => {
                    key_of(key, KeyKind::Witness).and_then(|k| policy.add(name, Member::Witness(Box::new(k))))
                }
                ["group", name, least, of @ ..] => policy.group(name, least, of),
                ["quorum", _] if quorum_told => fault("quorum is told twice"),
                ["quorum", "none"] => {
                    quorum_told = true;
                    Ok(())
                }
                ["quorum", name] if policy.knows(name) => {
                    quorum_told = true;
                    policy.quorum = Some((*name).to_owned());
                    Ok(())
                }
                ["quorum", name] => fault(format!("quorum names “{name}”, which is not told before")),
                _ => fault("write log, witness, group or quorum"),
            };
            outcome.map_err(|NoteFault(words)| NoteFault(format!("line {}: {words}", number + 1)))?;
        }
        if policy.logs.is_empty() || !quorum_told {
            return fault("a policy tells at least one log and exactly one quorum");
        }
        Ok(policy)
    }
}

fn key_of(text: &str, kind: KeyKind) -> Result<VerifierKey, NoteFault> {
    let key: VerifierKey = text.parse()?;
    if key.kind() == kind {
        Ok(key)
    } else {
        fault(format!("“{text}” is a key of the other kind"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::note::NoteSigner;
    use super::*;

    fn key(name: &str, kind: KeyKind) -> VerifierKey {
        NoteSigner::new(name, kind, &[name.len().try_into().unwrap(); 32])
            .unwrap()
            .verifier()
            .clone()
    }

    #[test]
    fn groups_of_groups_count_their_members() {
        let (log, a, b, c) = (
            key("log", KeyKind::Log),
            key("a", KeyKind::Witness),
            key("bb", KeyKind::Witness),
            key("ccc", KeyKind::Witness),
        );
        let text = format!(
            "# ours\nlog {log}\nwitness a {a}\nwitness b {b}\nwitness c {c}\ngroup z 2 a b c\ngroup y all z a\nquorum y\n"
        );
        let policy: TrustPolicy = text.parse().unwrap();
        assert!(policy.knows_log(&log));
        assert!(policy.is_met_by(&[a.clone(), b.clone()]));
        assert!(!policy.is_met_by(&[b, c]));
        assert!(!policy.is_met_by(&[a]));
        assert_eq!(
            policy.to_text().parse::<TrustPolicy>().unwrap().quorum,
            policy.quorum
        );
    }

    #[test]
    fn a_faulty_line_is_named() {
        let log = key("log", KeyKind::Log);
        for (text, place) in [
            (format!("log {log}\nquorum x\n"), "line 2"),
            (format!("log {log}\nhello\n"), "line 2"),
            (format!("witness none {log}\n"), "line 1"),
            (format!("log {log}\ngroup g any\nquorum g\n"), "line 2"),
            (format!("log {log}\nquorum none\nquorum none\n"), "line 3"),
        ] {
            let NoteFault(words) = text.parse::<TrustPolicy>().unwrap_err();
            assert!(words.starts_with(place), "{words}");
        }
        assert!("quorum none\n".parse::<TrustPolicy>().is_err());
    }
}
