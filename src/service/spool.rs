//! Keep an uploaded list while it is looked at: in a file without a name, since it may hold social security numbers. It is
//! gone with the program, however that ends.

use std::fs::File;
use std::io::{self, Write};

use sha2::{Digest, Sha256};

use crate::intake::FileContent;

/// A file that is being received.
pub struct Spool {
    file: File,
    hasher: Sha256,
}

impl Spool {
    /// An empty one.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, hasher: Sha256::new() })
    }

    /// Takes the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.file.write_all(bytes)
    }

    /// What came, with its SHA-256 in hexadecimal.
    pub fn finish(self) -> (FileContent, String) {
        (FileContent::new(self.file), hex::encode(self.hasher.finalize()))
    }
}
