//! One run at a time: whoever makes documents, draws an audience or lets a list count holds this lock meanwhile.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::{Error, Result};
use crate::domain::id::CampaignId;

/// Held until it is dropped; it goes with the process too.
#[derive(Debug)]
pub struct RunLock(#[expect(dead_code, reason = "the system holds the lock as long as the file is open")] File);

/// Takes the lock of the folder in which the program keeps its things; refused while another holds it.
pub fn hold(var: &Path) -> Result<RunLock> {
    lock(var, "run.lock", || {
        format!(
            "Des documents sont en train d’être faits dans {}. Attendez que ce soit fini, puis recommencez.",
            var.display()
        )
    })
}

/// Takes the lock of a campaign into which a list is to be read: another process that reads one would take this one's rows for
/// those of an interrupted one.
pub fn hold_lists(var: &Path, campaign: CampaignId) -> Result<RunLock> {
    lock(var, &format!("lists-{campaign}.lock"), || {
        "Une autre liste est en cours de lecture pour cette campagne. Attendez qu’elle soit lue, puis recommencez."
            .to_owned()
    })
}

/// Takes the lock of this name, or says why not.
fn lock(var: &Path, name: &str, held: impl FnOnce() -> String) -> Result<RunLock> {
    let path = var.join(name);
    let made = std::fs::create_dir_all(var).and_then(|()| File::create(&path));
    let file = made.map_err(|source| Error::File { path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(RunLock(file)),
        Err(TryLockError::WouldBlock) => Err(Error::Refused(held())),
        Err(TryLockError::Error(source)) => Err(Error::File { path, source }),
    }
}
