//! The bytes of a list, wherever they are.

use std::io::{self, Read};
use std::sync::Arc;

use sha2::{Digest, Sha256};

/// Bytes that can be read from any position, by several threads at once.
pub trait ReadAt: Send + Sync {
    /// Fills `buffer` from position `at` on, as far as there are bytes; 0 at the end.
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize>;
    /// How many bytes there are.
    fn size(&self) -> u64;
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let rest = usize::try_from(at).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }

    fn size(&self) -> u64 {
        self.len() as u64
    }
}

/// A file that can be read as often as wanted without being held in memory. Cheap to clone.
#[derive(Clone)]
pub struct FileContent(Arc<dyn ReadAt>);

impl std::fmt::Debug for FileContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileContent({} bytes)", self.size())
    }
}

impl FileContent {
    /// These bytes.
    pub fn new(bytes: impl ReadAt + 'static) -> Self {
        Self(Arc::new(bytes))
    }

    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        self.0.size()
    }

    /// Reads from the first byte on.
    pub fn reader(&self) -> FileReader {
        FileReader { content: self.clone(), at: 0 }
    }

    /// All bytes.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// SHA-256 of the bytes, in hexadecimal.
    pub fn sha256(&self) -> io::Result<String> {
        let mut hasher = Sha256::new();
        let mut reader = self.reader();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(hex::encode(hasher.finalize())),
                read => hasher.update(&buffer[..read]),
            }
        }
    }
}

/// A position in a file. Several readers of one file do not disturb each other.
#[derive(Clone)]
pub struct FileReader {
    content: FileContent,
    at: u64,
}

impl FileReader {
    /// Leaves this many bytes out.
    pub fn skip(&mut self, bytes: u64) {
        self.at += bytes;
    }
}

impl Read for FileReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.0.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl io::Seek for FileReader {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let at = match to {
            io::SeekFrom::Start(at) => Some(at),
            io::SeekFrom::End(by) => self.content.size().checked_add_signed(by),
            io::SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, SeekFrom};

    #[test]
    fn readers_of_one_file_do_not_disturb_each_other() {
        let content = FileContent::new(b"nom;ville".to_vec());
        let (mut one, mut other) = (content.reader(), content.reader());
        one.seek(SeekFrom::End(-5)).unwrap();
        let mut end = String::new();
        one.read_to_string(&mut end).unwrap();
        assert_eq!(end, "ville");
        let mut all = Vec::new();
        other.read_to_end(&mut all).unwrap();
        assert_eq!(all, b"nom;ville");
        // What `sha256sum` says of these bytes.
        assert!(content.sha256().unwrap().starts_with("7a7f99d8048894f8"));
    }
}
