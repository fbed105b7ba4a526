//! Passwords: argon2id, 19 MiB, two passes (RFC 9106's second choice for small memory).

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use crate::kernel::problem::Problem;

/// Fewest characters of a password.
pub const MIN_CHARS: usize = 12;
/// Most characters of a password.
pub const MAX_CHARS: usize = 200;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

fn hasher() -> Result<Argon2<'static>, Problem> {
    let params =
        Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password with this salt. Slow on purpose: call it on a blocking thread.
///
/// # Errors
/// `internal` if the library refuses.
pub fn hash(password: &str, salt: &[u8; 16]) -> Result<String, Problem> {
    let hash = hasher()?.hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| hash.to_string())
        .map_err(|error| Problem::internal(error.to_string()))
}

/// Checks a password on a blocking thread. Without a stored hash the same work is done in vain, so that an
/// unknown login takes the same time.
///
/// # Errors
/// `internal` if the work could not be done.
pub async fn verify(password: Zeroizing<String>, stored: Option<String>) -> Result<bool, Problem> {
    let work = move || -> Result<bool, Problem> {
        let Some(stored) = stored else {
            hash(&password, &[0; 16])?;
            return Ok(false);
        };
        let parsed = argon2::password_hash::phc::PasswordHash::new(&stored)
            .map_err(|error| Problem::internal(error.to_string()))?;
        Ok(hasher()?.verify_password(password.as_bytes(), &parsed).is_ok())
    };
    actix_web::web::block(work)
        .await
        .map_err(|error| Problem::internal(error.to_string()))?
}
