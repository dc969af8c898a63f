//! Why a whole file cannot be read.

/// A file that cannot be taken in. The message says what was met and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No bytes, or nothing but blanks.
    #[error("Le fichier «\u{a0}{file}\u{a0}» est vide. Demandez un nouvel envoi à la caisse.")]
    Empty {
        /// The file's name.
        file: String,
    },
    /// Another kind of file, recognised by its first bytes.
    #[error(
        "Le fichier «\u{a0}{file}\u{a0}» n’est pas un tableau\u{a0}: c’est {kind}. Demandez à la caisse un fichier CSV ou Excel (.xlsx)."
    )]
    NotATable {
        /// The file's name.
        file: String,
        /// What it is, with its article.
        kind: &'static str,
    },
    /// A workbook that cannot be opened.
    #[error(
        "Le classeur «\u{a0}{file}\u{a0}» ne s’ouvre pas ({reason}). Ouvrez-le dans votre tableur, enregistrez-le en .xlsx sans mot de passe, puis recommencez."
    )]
    Unreadable {
        /// The file's name.
        file: String,
        /// What the reader says.
        reason: String,
    },
    /// Nothing under the header.
    #[error(
        "Le fichier «\u{a0}{file}\u{a0}» a un en-tête, mais aucune ligne dessous. Demandez un nouvel envoi à la caisse."
    )]
    NoRows {
        /// The file's name.
        file: String,
    },
    /// No column holds what every row needs.
    #[error(
        "Le fichier «\u{a0}{file}\u{a0}» n’a pas de colonne pour {wanted}. Colonnes lues à la ligne {line}\u{a0}: {header}. Ajoutez la colonne, ou nommez-la «\u{a0}{example}\u{a0}»."
    )]
    MissingColumn {
        /// The file's name.
        file: String,
        /// What is missing, with its article.
        wanted: &'static str,
        /// A name the column may have.
        example: &'static str,
        /// The line of the header, from 1.
        line: usize,
        /// The header as read, less the dropped columns.
        header: String,
    },
}
