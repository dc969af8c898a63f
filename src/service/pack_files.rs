//! The files of a pack, in a folder or in an archive, and the campaign that they make with `campaign.toml`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::read_logo::read_logo;
use super::read_pack::FileMistake;
use crate::document::letter::LetterTemplate;
use crate::domain::campaign::{Campaign, LetterText};
use crate::domain::funder::Funder;
use crate::domain::logo::{LOGO_BYTES, Logo};
use crate::domain::structure::Structure;
use crate::pack::{NamedFile, Pack};
use crate::text::system::cause;

/// The file that makes a folder a pack.
pub const PACK_FILE: &str = "campaign.toml";
/// Bytes a letter's text may have; a page has some thousands.
const LETTER_BYTES: usize = 200_000;

/// Where a pack's files are read.
pub trait PackFiles {
    /// The file at this path in the pack, or its first bytes where there are more than `most`.
    fn read(&self, path: &str, most: usize) -> io::Result<Vec<u8>>;

    /// The file's name for a message.
    fn shown(&self, path: &str) -> PathBuf;
}

/// A folder.
#[derive(Debug)]
pub struct Folder<'a>(pub &'a Path);

/// Files that were taken out of an archive, by path.
#[derive(Debug, Default)]
pub struct Archive(pub BTreeMap<String, Vec<u8>>);

impl PackFiles for Folder<'_> {
    fn read(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(self.0.join(path))?;
        io::Read::read_to_end(&mut io::Read::take(file, most as u64 + 1), &mut bytes)?;
        Ok(bytes)
    }

    fn shown(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }
}

impl PackFiles for Archive {
    fn read(&self, path: &str, _: usize) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn shown(&self, path: &str) -> PathBuf {
        path.into()
    }
}

/// The campaign of a pack with its letter and logos, without its lists. What is wrong goes to `mistakes`; `standard` stands
/// for a letter that is not there.
pub fn campaign_of(
    pack: &Pack,
    slug: String,
    files: &dyn PackFiles,
    standard: Option<&str>,
    mistakes: &mut Vec<FileMistake>,
) -> Option<Campaign> {
    let letter = letter(&pack.letter, files, standard, mistakes);
    let funders: Vec<_> = pack
        .funders
        .iter()
        .filter_map(|(funder, file)| {
            let logo = match file {
                Some(file) => Some(logo(file, files, mistakes)?),
                None => None,
            };
            Some(Funder { logo, ..funder.clone() })
        })
        .collect();
    let mut picture = |file: &Option<NamedFile>| file.as_ref().and_then(|file| logo(file, files, mistakes));
    let (structure_logo, signature) = (picture(&pack.structure_logo), picture(&pack.signature));
    let facts = &pack.facts;
    Some(Campaign {
        slug,
        name: facts.name.clone(),
        public_url: facts.public_url.clone(),
        seed: facts.seed,
        anchor: pack.anchor,
        posting_day: facts.posting_day,
        reply_by: facts.reply_by,
        seed_address: facts.seed_address.clone(),
        structure: Structure { logo: structure_logo, signature, ..pack.structure.clone() },
        funders,
        venues: pack.venues.clone(),
        workshops: pack.workshops.clone(),
        outlets: pack.outlets.clone(),
        lists: Vec::new(),
        audience: pack.audience.audience.clone(),
        audience_name: pack.audience.name.clone(),
        other_audiences: pack.other_audiences.clone(),
        letter: letter?,
        editions: pack.editions.clone(),
        partners: pack.partners.clone(),
    })
}

fn letter(
    named: &NamedFile,
    files: &dyn PackFiles,
    standard: Option<&str>,
    mistakes: &mut Vec<FileMistake>,
) -> Option<LetterText> {
    let invalid = |_| io::Error::from(io::ErrorKind::InvalidData);
    let read = files
        .read(&named.path, LETTER_BYTES)
        .and_then(|bytes| if bytes.len() > LETTER_BYTES { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) });
    let source = match (read.and_then(|bytes| String::from_utf8(bytes).map_err(invalid)), standard) {
        (Ok(source), _) => source,
        (Err(error), Some(standard)) if error.kind() == io::ErrorKind::NotFound => standard.to_owned(),
        (Err(error), _) => {
            let message = format!("le texte de la lettre « {} » {}", named.path, cannot_read(&error));
            mistakes.push(blame(files, named, message));
            return None;
        }
    };
    if let Err(error) = LetterTemplate::parse(&named.path, &source) {
        mistakes.push(FileMistake { file: files.shown(&named.path), line: error.line, message: error.message });
    }
    Some(LetterText { file_name: named.path.clone(), source })
}

fn logo(named: &NamedFile, files: &dyn PackFiles, mistakes: &mut Vec<FileMistake>) -> Option<Logo> {
    let read = match files.read(&named.path, LOGO_BYTES) {
        Ok(bytes) => read_logo(&bytes).map_err(|e| format!("{e} (« {} »)", named.path)),
        Err(error) => Err(format!("le logo « {} » {}", named.path, cannot_read(&error))),
    };
    read.map_err(|message| mistakes.push(blame(files, named, message))).ok()
}

fn blame(files: &dyn PackFiles, named: &NamedFile, message: String) -> FileMistake {
    FileMistake { file: files.shown(PACK_FILE), line: Some(named.line), message }
}

/// Why a file cannot be read, after its name.
pub fn cannot_read(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "n’existe pas à cet endroit.".to_owned(),
        io::ErrorKind::InvalidData => "n’est pas un texte en UTF-8 : enregistrez-le dans ce codage.".to_owned(),
        io::ErrorKind::PermissionDenied => "ne peut pas être lu : vérifiez les droits du fichier.".to_owned(),
        io::ErrorKind::FileTooLarge => "est trop long pour une lettre.".to_owned(),
        _ => format!("ne peut pas être lu : {}.", cause(error)),
    }
}
