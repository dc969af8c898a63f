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
    #[error("Le fichier «\u{a0}{file}\u{a0}» n’est pas un tableau\u{a0}: c’est {kind}. {advice}")]
    NotATable {
        /// The file's name.
        file: String,
        /// What it is, with its article.
        kind: &'static str,
        /// What to do.
        advice: &'static str,
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
    /// It asks for more memory or patience than any list does.
    #[error(
        "Le fichier «\u{a0}{file}\u{a0}» n’a pas été lu\u{a0}: {what}. Ouvrez-le dans votre tableur, copiez la liste seule dans un nouveau classeur ou enregistrez-la en CSV, puis recommencez."
    )]
    TooMuch {
        /// The file's name.
        file: String,
        /// What is too much.
        what: String,
    },
    /// A protected workbook, and no password was given.
    #[error("Le classeur «\u{a0}{file}\u{a0}» est protégé\u{a0}: donnez son mot de passe, la caisse l’envoie à part.")]
    AsksPassword {
        /// The file's name.
        file: String,
    },
    /// A protected workbook, and the password does not open it.
    #[error(
        "Mot de passe refusé par le classeur «\u{a0}{file}\u{a0}»\u{a0}: vérifiez les majuscules et les espaces, puis recommencez."
    )]
    WrongPassword {
        /// The file's name.
        file: String,
    },
    /// The chosen sheet is not there.
    #[error(
        "Le classeur «\u{a0}{file}\u{a0}» n’a pas de feuille «\u{a0}{wanted}\u{a0}». Ses feuilles\u{a0}: {sheets}."
    )]
    NoSuchSheet {
        /// The file's name.
        file: String,
        /// The sheet that was asked for.
        wanted: String,
        /// Those there are.
        sheets: String,
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
