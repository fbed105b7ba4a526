//! Opaque places in a list: which filter, which order, after which row.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use super::id::{Id, Tenant};
use super::problem::Problem;

const MAC_BYTES: usize = 16;

/// Seals cursors so that they cannot be made up or carried to another list or tenant.
#[derive(Clone)]
pub struct CursorKey([u8; 32]);

/// After which row a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct After {
    /// The sort value of the last row seen.
    pub sort: String,
    /// Its id, the tie-break.
    pub id: Uuid,
}

impl CursorKey {
    /// A key of 32 secret bytes.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The cursor text for `after` in the list told by `list` (route, filter and order in one text).
    #[must_use]
    pub fn seal(&self, tenant: Id<Tenant>, list: &str, after: &After) -> String {
        let body = serde_json::to_vec(after).unwrap_or_default();
        let mut bytes = body;
        let mac = self.mac(tenant, list, &bytes);
        bytes.extend_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Opens a cursor made for the same tenant and list.
    ///
    /// # Errors
    /// `cursor-invalid` for anything else.
    pub fn open(&self, tenant: Id<Tenant>, list: &str, cursor: &str) -> Result<After, Problem> {
        let fault = || Problem::new("cursor-invalid", 400);
        if cursor.len() > 1024 {
            return Err(fault());
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| fault())?;
        let split = bytes.len().checked_sub(MAC_BYTES).ok_or_else(fault)?;
        let (body, mac) = bytes.split_at(split);
        let same = subtle::ConstantTimeEq::ct_eq(self.mac(tenant, list, body).as_slice(), mac);
        if !bool::from(same) {
            return Err(fault());
        }
        serde_json::from_slice(body).map_err(|_| fault())
    }

    fn mac(&self, tenant: Id<Tenant>, list: &str, body: &[u8]) -> [u8; MAC_BYTES] {
        let mut out = [0; MAC_BYTES];
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return out;
        };
        for part in [
            b"gongjian.cursor/1\n".as_slice(),
            tenant.uuid().as_bytes(),
            list.as_bytes(),
            b"\n",
            body,
        ] {
            mac.update(part);
        }
        out.copy_from_slice(&mac.finalize().into_bytes()[..MAC_BYTES]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_only_where_it_was_made() {
        let key = CursorKey::new([7; 32]);
        let (a, b) = (
            Id::from_uuid(Uuid::from_u128(1)),
            Id::from_uuid(Uuid::from_u128(2)),
        );
        let after = After {
            sort: "2026".to_owned(),
            id: Uuid::from_u128(9),
        };
        let text = key.seal(a, "agreements?state=open", &after);
        assert_eq!(key.open(a, "agreements?state=open", &text), Ok(after));
        for (tenant, list, cursor) in [
            (b, "agreements?state=open", text.as_str()),
            (a, "agreements", &text),
            (a, "agreements?state=open", "x"),
        ] {
            assert_eq!(
                key.open(tenant, list, cursor).map_err(|p| p.code),
                Err("cursor-invalid")
            );
        }
    }
}
