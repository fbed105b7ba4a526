//! Signed notes (C2SP signed-note): a text, a blank line, and lines of signatures by named Ed25519 keys.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::b64;
use super::hash::Hash32;

/// Most signature lines of one note.
pub const LINES_MAX: usize = 100;
/// Largest note, bytes.
pub const NOTE_BYTES: usize = 64 << 10;
/// How a signature line begins: an em dash and a blank.
const MARK: &str = "— ";

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// The note's text (type 0x01): the log itself.
    Log,
    /// The note's text with a time (type 0x04): a witness.
    Witness,
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            Self::Log => 1,
            Self::Witness => 4,
        }
    }
}

/// A named verification key, written `name+id+key` (vkey).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    key: VerifyingKey,
}

/// Why a key, note or policy was refused, in words for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoteFault(pub String);

/// A fault with its words.
pub(super) fn fault<T>(words: impl Into<String>) -> Result<T, NoteFault> {
    Err(NoteFault(words.into()))
}

impl VerifierKey {
    /// A key under a name; `None` if the name is empty or holds blanks or a plus sign.
    #[must_use]
    pub fn new(name: &str, kind: KeyKind, key: VerifyingKey) -> Option<Self> {
        let fits =
            !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+' || c.is_control());
        fits.then(|| Self {
            name: name.to_owned(),
            kind,
            key,
        })
    }

    /// The name: a log's origin or a witness's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the key signs.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The first four bytes of SHA-256(name ‖ newline ‖ type ‖ key), which signature lines carry.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let hash = Hash32::of_parts(&[
            self.name.as_bytes(),
            b"\n",
            &[self.kind.byte()],
            self.key.as_bytes(),
        ]);
        let [a, b, c, d, ..] = *hash.bytes();
        [a, b, c, d]
    }

    /// Whether `line` is this key's signature over `text`; for a witness, its time in seconds.
    #[must_use]
    pub fn check(&self, text: &str, line: &SignatureLine) -> Option<Option<u64>> {
        if line.name != self.name || line.id != self.id() {
            return None;
        }
        match self.kind {
            KeyKind::Log => {
                let signature = Signature::from_slice(&line.bytes).ok()?;
                self.key.verify_strict(text.as_bytes(), &signature).ok()?;
                Some(None)
            }
            KeyKind::Witness => {
                let (time, signature) = line.bytes.split_at_checked(8)?;
                let time = u64::from_be_bytes(time.try_into().ok()?);
                let signature = Signature::from_slice(signature).ok()?;
                let message = cosigned(time, text);
                self.key.verify_strict(message.as_bytes(), &signature).ok()?;
                Some(Some(time))
            }
        }
    }
}

/// What a witness signs.
fn cosigned(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.id();
        let mut bytes = vec![self.kind.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(
            f,
            "{}+{a:02x}{b:02x}{c:02x}{d:02x}+{}",
            self.name,
            b64::encode(&bytes)
        )
    }
}

impl FromStr for VerifierKey {
    type Err = NoteFault;

    fn from_str(text: &str) -> Result<Self, NoteFault> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return fault(format!("“{text}” is not a key written name+id+key"));
        };
        let parsed = (|| {
            let bytes = b64::decode(key)?;
            let (kind, key) = bytes.split_first()?;
            let kind = match kind {
                1 => KeyKind::Log,
                4 => KeyKind::Witness,
                _ => return None,
            };
            let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
            Self::new(name, kind, key)
        })();
        match parsed {
            Some(key) if key.to_string() == text => Ok(key),
            _ => fault(format!(
                "“{text}” is not a valid key: its id or key bytes do not fit"
            )),
        }
    }
}

/// A key that signs notes.
pub struct NoteSigner {
    verifier: VerifierKey,
    key: SigningKey,
}

impl NoteSigner {
    /// The key of 32 secret bytes under a name; `None` if the name does not fit.
    #[must_use]
    pub fn new(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Option<Self> {
        let key = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, kind, key.verifying_key())?;
        Some(Self { verifier, key })
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The signature line over `text`; `time` (seconds) is signed by witnesses only.
    #[must_use]
    pub fn line(&self, text: &str, time: u64) -> SignatureLine {
        let bytes = match self.verifier.kind {
            KeyKind::Log => self.key.sign(text.as_bytes()).to_bytes().to_vec(),
            KeyKind::Witness => {
                let signature = self.key.sign(cosigned(time, text).as_bytes());
                [time.to_be_bytes().as_slice(), &signature.to_bytes()].concat()
            }
        };
        SignatureLine {
            name: self.verifier.name.clone(),
            id: self.verifier.id(),
            bytes,
        }
    }
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// The signer's name.
    pub name: String,
    /// The key's id.
    pub id: [u8; 4],
    /// The signature, for witnesses after eight bytes of time.
    pub bytes: Vec<u8>,
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.as_slice(), &self.bytes].concat();
        writeln!(f, "{MARK}{} {}", self.name, b64::encode(&bytes))
    }
}

/// A note as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The signed text, with its last line break.
    pub text: String,
    /// The signature lines in their order.
    pub lines: Vec<SignatureLine>,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.lines.iter().try_for_each(|line| write!(f, "{line}"))
    }
}

impl FromStr for Note {
    type Err = NoteFault;

    fn from_str(raw: &str) -> Result<Self, NoteFault> {
        if raw.len() > NOTE_BYTES || raw.chars().any(|c| c < ' ' && c != '\n') {
            return fault("the note is too long or holds control signs");
        }
        let Some((text, lines)) = raw.rsplit_once("\n\n") else {
            return fault("the note has no blank line before its signatures");
        };
        let Some(lines) = lines.strip_suffix('\n') else {
            return fault("the note does not end with a line break");
        };
        let lines: Vec<&str> = lines.split('\n').collect();
        if lines.len() > LINES_MAX {
            return fault("the note has too many signature lines");
        }
        let read: Option<Vec<SignatureLine>> = lines.into_iter().map(signature_line).collect();
        match read {
            Some(lines) => Ok(Self {
                text: format!("{text}\n"),
                lines,
            }),
            None => fault("a signature line of the note is not “— name base64”"),
        }
    }
}

impl SignatureLine {
    /// Reads a line without its line break.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        signature_line(line)
    }
}

fn signature_line(line: &str) -> Option<SignatureLine> {
    let (name, bytes) = line.strip_prefix(MARK)?.split_once(' ')?;
    let bytes = b64::decode(bytes)?;
    let (id, bytes) = bytes.split_at_checked(4)?;
    if name.is_empty() || name.contains('+') || bytes.is_empty() {
        return None;
    }
    Some(SignatureLine {
        name: name.to_owned(),
        id: id.try_into().ok()?,
        bytes: bytes.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(name: &str, kind: KeyKind) -> NoteSigner {
        NoteSigner::new(name, kind, &[7; 32]).unwrap()
    }

    #[test]
    fn what_is_signed_reads_back_and_verifies() {
        let (log, witness) = (
            signer("a.example/log", KeyKind::Log),
            signer("w", KeyKind::Witness),
        );
        let text = "a.example/log\n1\nx\n".to_owned();
        let note = Note {
            lines: vec![log.line(&text, 0), witness.line(&text, 42)],
            text,
        };
        let read: Note = note.to_string().parse().unwrap();
        assert_eq!(read, note);
        assert_eq!(log.verifier().check(&read.text, &read.lines[0]), Some(None));
        assert_eq!(
            witness.verifier().check(&read.text, &read.lines[1]),
            Some(Some(42))
        );
        assert_eq!(witness.verifier().check(&read.text, &read.lines[0]), None);
        assert_eq!(log.verifier().check("other\n", &read.lines[0]), None);
    }

    #[test]
    fn a_key_reads_back_and_a_changed_one_is_refused() {
        let key = signer("a.example/log", KeyKind::Log).verifier().clone();
        let text = key.to_string();
        assert_eq!(text.parse(), Ok(key));
        for bad in [
            "",
            "a+b",
            "a+00000000+AQ==",
            &text.replace("a.ex", "b.ex"),
            &format!("{text}="),
        ] {
            assert!(bad.parse::<VerifierKey>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_misshapen_note_is_refused() {
        for bad in [
            "",
            "a\n",
            "a\n\n",
            "a\n\nb\n",
            "a\n\n— n AAAA",
            "a\n\n— n AAAAAA==\n\n",
            "a\n\n— n x\n",
        ] {
            assert!(bad.parse::<Note>().is_err(), "{bad:?}");
        }
    }
}
