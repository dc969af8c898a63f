//! Keyed digests: what must be recognised later without being kept.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The installation's secret key. Without it a digest of a name cannot be guessed from a list of names.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// HMAC-SHA256 of `text` for one `purpose`, so that digests made for two purposes never meet.
    pub fn digest(&self, purpose: &str, text: &str) -> [u8; 32] {
        // HMAC takes a key of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of 32 bytes");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl From<[u8; 32]> for SecretKey {
    fn from(key: [u8; 32]) -> Self {
        Self(key)
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_depends_on_key_purpose_and_text() {
        let (key, other) = (SecretKey::from([7; 32]), SecretKey::from([8; 32]));
        let digest = key.digest("opposition", "PAGES YVETTE");
        assert_eq!(digest, key.digest("opposition", "PAGES YVETTE"));
        assert_ne!(digest, other.digest("opposition", "PAGES YVETTE"));
        assert_ne!(digest, key.digest("lien", "PAGES YVETTE"));
        assert_ne!(digest, key.digest("opposition", "PAGES JEAN"));
        assert_eq!(format!("{key:?}"), "SecretKey");
    }
}
