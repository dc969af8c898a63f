//! One error type for all verbs. `Refused` and `NotFound` are for the person: French, what happened, what to do next.
//! The rest is for the log; pages and commands show a general sentence instead.

use std::path::PathBuf;

use super::outputs::{Change, Withdrawn, told_together};
use super::read_pack::FileMistake;
use crate::store::StoreError;
use crate::store::tx::TxError;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data says no.
    #[error("{0}")]
    Refused(String),
    /// What was asked for is not there.
    #[error("{0}")]
    NotFound(String),
    /// A campaign pack has mistakes.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Mistakes(Vec<FileMistake>),
    /// Files were issued from facts that have changed since.
    #[error("{0}")]
    Changed(Outdated),
    /// A file could not be read or written.
    #[error("{} : {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A defect of the program.
    #[error("internal: {0}")]
    Internal(String),
}

/// The services' results.
pub type Result<T> = std::result::Result<T, Error>;

impl TxError for Error {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// Issued documents that no longer say what the campaign says.
#[derive(Debug, Clone)]
pub struct Outdated {
    /// The documents, with what has changed.
    pub changes: Vec<Change>,
    /// Copies of letters that must not go out, whatever is made anew.
    pub withdrawn: Vec<Withdrawn>,
}

impl std::fmt::Display for Outdated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ces documents sont déjà faits, et le dossier a changé depuis. Rien n’a été modifié.")?;
        for change in &self.changes {
            write!(f, "\n  {}\u{a0}: {}", change.path, change.what.join(", "))?;
        }
        if !self.withdrawn.is_empty() {
            f.write_str("\nLettres à retirer des lots avant l’envoi et à jeter\u{a0}:")?;
            for line in told_together(&self.withdrawn) {
                write!(f, "\n  {line}")?;
            }
        }
        f.write_str("\nPour les refaire\u{a0}: ajoutez --reissue, puis remplacez les papiers déjà sortis.")
    }
}
