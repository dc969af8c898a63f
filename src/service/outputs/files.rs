//! Files that appear under their final name only when they are complete.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::super::{Error, Result};
use crate::store::output::Issued;

/// A campaign's folder, `var/out/SLUG`, and what was written into it now.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// Paths written now, relative to the folder, with `/`.
    pub written: Vec<String>,
}

/// The file that says that the folder is being worked on.
const BEGUN: &str = ".en-cours";

/// Where lots lie that must not be posted, as whoever looks into the folder reads it.
const ASIDE: &str = "ne-pas-poster";

/// Where a file of a folder lies while it is set aside.
fn aside(path: &str) -> Option<String> {
    path.rsplit_once('/').map(|(folder, name)| format!("{folder}/{ASIDE}/{name}"))
}

/// Says that a folder is being worked on.
#[derive(Debug)]
pub struct Begun(PathBuf);

impl Drop for Begun {
    fn drop(&mut self) {
        // Where it cannot be taken away, the page says that the work was interrupted: starting again mends it.
        let _ = fs::remove_file(&self.0);
    }
}

/// A file being written beside its final place.
struct Partial {
    file: BufWriter<File>,
    path: PathBuf,
    hash: Sha256,
}

impl Folder {
    /// The folder of a campaign.
    pub fn new(var: &Path, slug: &str) -> Self {
        Self { root: var.join("out").join(slug), written: Vec::new() }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Marks the folder as being worked on until the mark is dropped. A process that is killed leaves it.
    pub fn begin(&self) -> Result<Begun> {
        let path = self.root.join(BEGUN);
        let made = fs::create_dir_all(&self.root).and_then(|()| File::create(&path));
        made.map(|_| Begun(path.clone())).map_err(|source| Error::File { path, source })
    }

    /// Whether somebody is at work in the folder, or was when the process ended.
    pub fn is_begun(&self) -> bool {
        self.root.join(BEGUN).exists()
    }

    /// Writes a file through `fill`, unless the file there has the same bytes already. Gives the bytes' SHA-256.
    pub fn write<T>(&mut self, path: &str, fill: impl FnOnce(&mut dyn Write) -> Result<T>) -> Result<(String, T)> {
        let mut partial = self.partial(path)?;
        let value = fill(&mut partial)?;
        let sha256 = partial.complete()?;
        if self.sha256_of(path).as_ref() != Some(&sha256) {
            self.put(&partial, path)?;
        }
        Ok((sha256, value))
    }

    /// Writes these bytes as a file, unless they are there already. Gives their SHA-256.
    pub fn write_bytes(&mut self, path: &str, bytes: &[u8]) -> Result<String> {
        let failed = |source| Error::File { path: path.into(), source };
        self.write(path, |out| out.write_all(bytes).map_err(failed)).map(|(sha256, ())| sha256)
    }

    /// Puts an issued file back that has gone or was altered. Nothing is written unless the bytes are the issued ones.
    pub fn restore(&mut self, issued: &Issued, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<bool> {
        let mut partial = self.partial(&issued.path)?;
        fill(&mut partial)?;
        if partial.complete()? != issued.sha256 {
            return Ok(false);
        }
        self.put(&partial, &issued.path)?;
        Ok(true)
    }

    /// Whether the issued file is there, untouched.
    pub fn holds(&self, issued: &Issued) -> bool {
        self.sha256_of(&issued.path).as_ref() == Some(&issued.sha256)
    }

    /// The same, or set aside.
    pub fn has(&self, issued: &Issued) -> bool {
        self.holds(issued)
            || aside(&issued.path).is_some_and(|path| self.sha256_of(&path).as_ref() == Some(&issued.sha256))
    }

    /// Whether a lot lies where nobody posts it by mistake.
    pub fn is_aside(&self, path: &str) -> bool {
        aside(path).is_some_and(|aside| self.root.join(aside).is_file()) && !self.root.join(path).is_file()
    }

    /// Takes a lot out of the way that says what the letters no longer say: nobody posts it by mistake.
    pub fn set_aside(&self, path: &str) -> Result<()> {
        match aside(path) {
            Some(aside) => self.rename(path, &aside),
            None => Ok(()),
        }
    }

    /// Puts a lot back that was set aside.
    pub fn bring_back(&self, path: &str) -> Result<()> {
        match aside(path) {
            Some(aside) => self.rename(&aside, path),
            None => Ok(()),
        }
    }

    fn rename(&self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (self.root.join(from), self.root.join(to));
        if !from.exists() {
            return Ok(());
        }
        let parent = to.parent().unwrap_or(&self.root);
        fs::create_dir_all(parent).and_then(|()| fs::rename(&from, &to)).map_err(failed(&to))?;
        // An empty folder would only raise questions.
        let _still_used = from.parent().map(fs::remove_dir);
        Ok(())
    }

    /// Takes away what a run that was killed left of its lots: files that nobody issued.
    pub fn sweep(&self, folder: &str, is_issued: impl Fn(&str) -> bool) -> Result<()> {
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else { return Ok(()) };
        for entry in entries.filter_map(std::result::Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{folder}{name}");
            let of_a_lot = name.starts_with("lot-") && name.ends_with(".pdf");
            let unfinished = name.starts_with('.') && name.ends_with(".partial");
            if unfinished || (of_a_lot && !is_issued(&path)) {
                self.remove(&path)?;
            }
        }
        Ok(())
    }

    /// Takes a file away that is no longer issued.
    pub fn remove(&self, path: &str) -> Result<()> {
        for path in [Some(path.to_owned()), aside(path)].into_iter().flatten() {
            let target = self.root.join(path);
            match fs::remove_file(&target) {
                Err(source) if source.kind() == std::io::ErrorKind::NotFound => {}
                removed => removed.map_err(failed(&target))?,
            }
        }
        Ok(())
    }

    fn partial(&self, path: &str) -> Result<Partial> {
        let target = self.root.join(path);
        let parent = target.parent().unwrap_or(&self.root);
        fs::create_dir_all(parent).map_err(failed(parent))?;
        let path = parent.join(format!(".{}.partial", target.file_name().unwrap_or_default().to_string_lossy()));
        let file = File::create(&path).map_err(failed(&path))?;
        Ok(Partial { file: BufWriter::new(file), path, hash: Sha256::new() })
    }

    fn put(&mut self, partial: &Partial, path: &str) -> Result<()> {
        let target = self.root.join(path);
        fs::rename(&partial.path, &target).map_err(failed(&target))?;
        self.written.push(path.to_owned());
        Ok(())
    }

    fn sha256_of(&self, path: &str) -> Option<String> {
        let mut hash = Sha256::new();
        std::io::copy(&mut File::open(self.root.join(path)).ok()?, &mut HashWriter(&mut hash)).ok()?;
        Some(hex::encode(hash.finalize()))
    }
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File { path, source }
}

impl Partial {
    /// Everything is on disk; gives the bytes' SHA-256.
    fn complete(&mut self) -> Result<String> {
        self.file.flush().and_then(|()| self.file.get_ref().sync_all()).map_err(failed(&self.path))?;
        Ok(hex::encode(std::mem::take(&mut self.hash).finalize()))
    }
}

impl Write for Partial {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = self.file.write(bytes)?;
        self.hash.update(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a rename there is nothing left to take away.
        let _ = fs::remove_file(&self.path);
    }
}

struct HashWriter<'h>(&'h mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_could_not_be_finished_is_not_there() {
        let var = tempfile::tempdir().unwrap();
        let mut folder = Folder::new(var.path(), "essai");
        folder.write_bytes("letters/lot-001.pdf", b"whole").unwrap();
        let full = folder.write::<()>("letters/lot-001.pdf", |out| {
            out.write_all(b"half of ano").unwrap();
            Err(Error::File { path: "letters/lot-001.pdf".into(), source: std::io::ErrorKind::StorageFull.into() })
        });
        assert!(full.is_err());
        let letters = folder.root().join("letters");
        assert_eq!(fs::read(letters.join("lot-001.pdf")).unwrap(), b"whole", "the file before stays");
        assert_eq!(fs::read_dir(&letters).unwrap().count(), 1, "and nothing beside it");
    }
}
