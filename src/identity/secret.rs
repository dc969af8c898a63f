//! Keyed digests: what must be recognised later without being kept.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A keyed digest.
pub type Digest = [u8; 32];

/// The installation's secret key. Without it a digest of a name cannot be guessed from a list of names.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// HMAC-SHA256 of `text` for one `purpose`, so that digests made for two purposes never meet.
    pub fn digest(&self, purpose: &str, text: &str) -> Digest {
        self.seal(purpose).digest(&[text])
    }

    /// The same for many texts of one `purpose`: the key's own share of the work is done once.
    pub fn seal(&self, purpose: &str) -> Seal {
        // HMAC takes a key of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of 32 bytes");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        Seal(mac)
    }
}

/// The secret key, ready for one purpose.
#[derive(Clone)]
pub struct Seal(Hmac<Sha256>);

impl Seal {
    /// The digest of these parts, with a mark between them.
    pub fn digest(&self, parts: &[&str]) -> Digest {
        let mut mac = self.0.clone();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                mac.update(&[0]);
            }
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
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
