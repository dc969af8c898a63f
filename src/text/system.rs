//! What the operating system says, in French.

use std::io::{Error, ErrorKind};

/// Why the system did not do something, as the end of a sentence without its full stop.
pub fn cause(error: &Error) -> String {
    let known = match error.kind() {
        ErrorKind::NotFound => "n’existe pas à cet endroit",
        ErrorKind::PermissionDenied => "vous n’en avez pas le droit",
        ErrorKind::StorageFull => "le disque est plein",
        ErrorKind::ReadOnlyFilesystem => "le disque ne s’écrit pas",
        ErrorKind::AlreadyExists => "existe déjà",
        ErrorKind::IsADirectory => "c’est un dossier",
        ErrorKind::NotADirectory => "ce n’est pas un dossier",
        ErrorKind::InvalidData => "ce n’est pas un texte en UTF-8",
        ErrorKind::UnexpectedEof => "la fin manque",
        ErrorKind::AddrInUse => "un autre programme l’occupe déjà",
        ErrorKind::AddrNotAvailable => "elle n’est pas à cet ordinateur",
        ErrorKind::InvalidInput => "elle est mal écrite",
        _ => {
            let code = error.raw_os_error().map_or_else(|| "inconnue".to_owned(), |code| format!("n°\u{a0}{code}"));
            return format!("erreur du système {code}");
        }
    };
    known.to_owned()
}
