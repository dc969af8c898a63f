//! One error type for all verbs. `Refused` and `NotFound` are for the person: French, what happened, what to do next.
//! The rest is for the log; pages and commands show a general sentence instead.

use std::path::PathBuf;

use super::outputs::Change;
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
    #[error("{}", changed(.0))]
    Changed(Vec<Change>),
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

fn changed(changes: &[Change]) -> String {
    let lines = changes.iter().map(|c| format!("  {}\u{a0}: {}", c.path, c.what.join(", ")));
    format!(
        "Ces documents sont déjà faits, et le dossier a changé depuis. Rien n’a été modifié.\n{}\nPour les refaire : ajoutez --reissue, puis remplacez les papiers déjà sortis.",
        lines.collect::<Vec<_>>().join("\n")
    )
}
