//! The installation's secret key, `var/secret.key`: made once, readable by its owner alone, part of the backup.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::{Error, Result, Store};
use crate::identity::{Digest, SecretKey};
use crate::intake::ReadAt;
use crate::store;

/// Its name in `var`.
const NAME: &str = "secret.key";

/// Reads the key, or makes it on the first start; with whether it was just made. The caller holds the lock of `var`.
pub fn open(var: &Path) -> Result<(SecretKey, bool)> {
    let path = var.join(NAME);
    let failed = |source| Error::File { path: path.clone(), source };
    match File::open(&path) {
        Ok(mut file) => {
            let mode = file.metadata().map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(Error::Refused(format!(
                    "La clé secrète {} peut être lue par d’autres que vous. Faites : chmod 600 {}",
                    path.display(),
                    path.display()
                )));
            }
            let mut text = String::new();
            file.read_to_string(&mut text).map_err(failed)?;
            let key: Option<[u8; 32]> = hex::decode(text.trim()).ok().and_then(|k| k.try_into().ok());
            key.map(|key| (SecretKey::from(key), false)).ok_or_else(|| {
                Error::Refused(format!(
                    "La clé secrète {} est abîmée. Reprenez-la de votre sauvegarde : sans elle, les oppositions enregistrées \
                     ne sont plus reconnues.",
                    path.display()
                ))
            })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let key: [u8; 32] = rand::random();
            let partial = var.join(format!(".{NAME}.partial"));
            let made = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial);
            let written = made.and_then(|mut file| {
                writeln!(file, "{}", hex::encode(key))?;
                file.sync_all()
            });
            written.and_then(|()| std::fs::rename(&partial, &path)).map_err(failed)?;
            Ok((SecretKey::from(key), true))
        }
        Err(error) => Err(failed(error)),
    }
}

/// Refuses a key other than the one that the database's digests were made with: oppositions would silently stop to hold.
/// A key that was just made in vain is taken away again.
pub async fn check(store: &Store, var: &Path, just_made: bool) -> Result<()> {
    let stored = store.write(|tx| Box::pin(async move { Ok::<_, Error>(store::key_check::stored(tx).await?) }));
    match stored.await? {
        None => Ok(()),
        Some(stored) if stored == mark(store) => Ok(()),
        Some(_) => {
            let path = var.join(NAME);
            if just_made {
                std::fs::remove_file(&path).map_err(|source| Error::File { path: path.clone(), source })?;
            }
            let what = if just_made { "n’est plus là" } else { "n’est pas celle de cette base de données" };
            Err(Error::Refused(format!(
                "La clé secrète {} {what}. Remettez celle de votre sauvegarde, avec les droits 600, puis relancez : avec une \
                 autre, les personnes opposées ne seraient plus reconnues et recevraient de nouveau du courrier.",
                path.display()
            )))
        }
    }
}

/// What tells this key from another: noted with the first digest that is kept.
pub fn mark(store: &Store) -> Digest {
    store.key().digest("secret.key", "Allervers")
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], at: u64) -> std::io::Result<usize> {
        FileExt::read_at(self, buffer, at)
    }

    fn size(&self) -> u64 {
        self.metadata().map_or(0, |m| m.len())
    }
}
