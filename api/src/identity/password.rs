//! Passwords: argon2id with two passes (RFC 9106's second choice for small memory). How much memory a hash
//! takes is a setting; a hash says itself what it took.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use crate::kernel::problem::{Fault, Problem};

/// Fewest characters of a password.
pub const MIN_CHARS: usize = 12;
/// Most characters of a password.
pub const MAX_CHARS: usize = 200;

const PASSES: u32 = 2;

/// Beginnings and words that guessers try first.
const COMMON: [&str; 24] = [
    "password",
    "passw0rd",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx",
    "1q2w3e4r",
    "123456",
    "12345678",
    "1234567890",
    "987654321",
    "147258369",
    "abcdef",
    "abc123",
    "iloveyou",
    "woaini",
    "welcome",
    "admin",
    "administrator",
    "letmein",
    "mima",
    "gongjian",
    "hunchun",
];

fn hasher(kib: u32) -> Result<Argon2<'static>, Problem> {
    let params = Params::new(kib, PASSES, 1, None).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password with this salt, taking `kib` KiB. Slow on purpose: call it on a blocking thread.
///
/// # Errors
/// `internal` if the library refuses.
pub fn hash(password: &str, salt: &[u8; 16], kib: u32) -> Result<String, Problem> {
    let hash = hasher(kib)?.hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| hash.to_string())
        .map_err(|error| Problem::internal(error.to_string()))
}

/// [`hash`] on a blocking thread.
///
/// # Errors
/// As [`hash`].
pub async fn hash_aside(password: Zeroizing<String>, salt: [u8; 16], kib: u32) -> Result<String, Problem> {
    actix_web::web::block(move || hash(&password, &salt, kib))
        .await
        .map_err(|error| Problem::internal(error.to_string()))?
}

/// Checks a password on a blocking thread. Without a stored hash the same work is done in vain, so that an
/// unknown login takes the same time.
///
/// # Errors
/// `internal` if the work could not be done.
pub async fn verify(password: Zeroizing<String>, stored: Option<String>, kib: u32) -> Result<bool, Problem> {
    let work = move || -> Result<bool, Problem> {
        let Some(stored) = stored else {
            hash(&password, &[0; 16], kib)?;
            return Ok(false);
        };
        let parsed = PasswordHash::new(&stored).map_err(|error| Problem::internal(error.to_string()))?;
        Ok(hasher(kib)?.verify_password(password.as_bytes(), &parsed).is_ok())
    };
    actix_web::web::block(work)
        .await
        .map_err(|error| Problem::internal(error.to_string()))?
}

/// Whether a hash took less memory than `kib`, so that it should be made anew.
#[must_use]
pub fn is_weaker(stored: &str, kib: u32) -> bool {
    let took = PasswordHash::new(stored)
        .ok()
        .and_then(|hash| hash.params.get_decimal("m"));
    took.is_none_or(|took| took < kib)
}

/// What is wrong with a password somebody chose, and with its repetition.
#[must_use]
pub fn faults(chosen: &str, again: &str, login: &str) -> Vec<Fault> {
    let count = chosen.chars().count();
    let mut faults = Vec::new();
    if chosen.is_empty() {
        faults.push(Fault::field("new_password", "required"));
    } else if count < MIN_CHARS {
        faults.push(Fault::field("new_password", "too-short").arg("min", MIN_CHARS.to_string()));
    } else if count > MAX_CHARS {
        faults.push(Fault::field("new_password", "too-long").arg("max", MAX_CHARS.to_string()));
    } else if is_common(chosen, login) {
        faults.push(Fault::field("new_password", "password-common"));
    }
    if chosen != again {
        faults.push(Fault::field("again", "password-differs"));
    }
    faults
}

/// Whether little is left of a password once common words, the login and repeated signs are taken out.
fn is_common(chosen: &str, login: &str) -> bool {
    let mut rest = chosen.to_lowercase();
    let login = login.to_lowercase();
    let words = COMMON.iter().copied().chain([login.as_str()]);
    let mut words: Vec<&str> = words.filter(|word| word.len() > 2).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        rest = rest.replace(word, "\n");
    }
    let mut signs: Vec<char> = rest.chars().filter(|sign| *sign != '\n').collect();
    signs.dedup();
    signs.len() < MIN_CHARS / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_judged_by_what_it_says_it_took() {
        let stored = hash("correct horse", &[7; 16], 64).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{stored}");
        let parsed = PasswordHash::new(&stored).unwrap();
        assert!(
            hasher(256)
                .unwrap()
                .verify_password(b"correct horse", &parsed)
                .is_ok()
        );
        assert!(
            hasher(256)
                .unwrap()
                .verify_password(b"correct horsf", &parsed)
                .is_err()
        );
        assert!(is_weaker(&stored, 65) && !is_weaker(&stored, 64));
    }

    #[test]
    fn common_passwords_are_refused() {
        let codes = |chosen: &str| -> Vec<&str> {
            faults(chosen, chosen, "zhaoxue")
                .iter()
                .map(|fault| fault.code)
                .collect()
        };
        for common in [
            "password1234",
            "qwertyuiop12",
            "aaaaaaaaaaaa",
            "123456123456",
            "zhaoxue2026!",
            "Gongjian-2026",
            "Admin123456!",
        ] {
            assert_eq!(codes(common), ["password-common"], "{common}");
        }
        for good in [
            "correct horse battery",
            "图们江边的柳树六月开花了",
            "gongjian-demo-2026",
        ] {
            assert!(codes(good).is_empty(), "{good}");
        }
        assert_eq!(codes("short"), ["too-short"]);
        assert_eq!(
            faults("correct horse battery", "", "x")[0].code,
            "password-differs"
        );
    }
}
