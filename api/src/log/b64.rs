//! Base64 as the log and the signatures use it, decoded strictly: a wrong alphabet, wrong padding or non-zero
//! spare bits are refused, so bytes have one spelling only.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// RFC 4648 §4 with padding: notes, tiles, proofs.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads RFC 4648 §4 with padding.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// RFC 4648 §5 without padding: everything in JSON unless said otherwise.
#[must_use]
pub fn encode_url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads RFC 4648 §5 without padding.
#[must_use]
pub fn decode_url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_one_spelling() {
        assert_eq!(decode("_w=="), None);
        assert_eq!(decode("/w"), None);
        assert_eq!(decode("/x=="), None, "spare bits");
        assert_eq!(decode("/w=="), Some(vec![255]));
        assert_eq!(decode_url("_w"), Some(vec![255]));
        assert_eq!(decode_url("_x"), None, "spare bits");
        assert_eq!(decode_url("_w=="), None);
        assert_eq!(decode_url("_w\n"), None);
    }
}
