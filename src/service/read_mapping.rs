//! Read `mapping.toml`: how a list is to be read, where somebody knows better than the reader.

use std::path::Path;

use super::read_contract::located;
use super::{Error, Result};
use crate::domain::Invalid;
use crate::intake::Choices;
use crate::pack::{self, Mapping, Mistake, Written};

/// Reads the file; every mistake is reported with its line.
pub fn read_mapping_file(file: &Path) -> Result<Choices> {
    let source = std::fs::read_to_string(file).map_err(|source| Error::File { path: file.to_owned(), source })?;
    pack::parse_mapping(&source).and_then(|mapping| choices(&mapping)).map_err(|mistakes| located(file, mistakes))
}

fn choices(mapping: &Mapping) -> std::result::Result<Choices, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let mut choices = Choices {
        encoding: mapping.encoding.as_ref().and_then(|w| read(w, "encoding", &mut mistakes)),
        delimiter: mapping.delimiter.as_ref().and_then(|w| read(w, "delimiter", &mut mistakes)),
        sheet: mapping.sheet.clone(),
        header_row: mapping.header_row,
        ..Choices::default()
    };
    for (name, written) in &mapping.columns {
        let field = if written.text.is_empty() { None } else { read(written, name, &mut mistakes) };
        choices.columns.insert(name.clone(), field);
    }
    if mistakes.is_empty() { Ok(choices) } else { Err(mistakes) }
}

fn read<T: std::str::FromStr<Err = Invalid>>(written: &Written, key: &str, mistakes: &mut Vec<Mistake>) -> Option<T> {
    let read = written.text.parse::<T>();
    read.map_err(|e| {
        mistakes.push(Mistake { line: written.line, key: key.to_owned(), message: format!("« {key} » : {e}") })
    })
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Charset, Delimiter, Field};

    fn read_text(text: &str) -> std::result::Result<Choices, Vec<Mistake>> {
        pack::parse_mapping(text).and_then(|mapping| choices(&mapping))
    }

    #[test]
    fn a_mapping_says_how_a_list_is_read() {
        let text = "encoding = \"cp850\"\ndelimiter = \"tabulation\"\nsheet = \"Feuil2\"\nheader_row = 3\n[columns]\n\"NOM PATRO\" = \"birth_name\"\nOBS = \"\"\n";
        let choices = read_text(text).unwrap();
        assert_eq!(choices.encoding, Some(Charset::Ibm850));
        assert_eq!(choices.delimiter, Some(Delimiter::Tab));
        assert_eq!((choices.sheet.as_deref(), choices.header_row), (Some("Feuil2"), Some(3)));
        assert_eq!(choices.columns["NOM PATRO"], Some(Field::BirthName));
        assert_eq!(choices.columns["OBS"], None);
        assert_eq!(read_text(""), Ok(Choices::default()));
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let text = "encoding = \"klingon\"\nheader_row = -1\ncouleur = \"bleu\"\n[columns]\nNOM = \"surname\"\nX = 3\n";
        let mistakes = read_text(text).unwrap_err();
        assert_eq!(mistakes.iter().map(|m| m.line).collect::<Vec<_>>(), [2, 3, 6]);
        let text = "encoding = \"klingon\"\n[columns]\nNOM = \"surname\"\n";
        let mistakes = read_text(text).unwrap_err();
        assert_eq!(mistakes.iter().map(|m| m.line).collect::<Vec<_>>(), [1, 3]);
        assert!(mistakes[1].message.contains("usage_name"), "{mistakes:?}");
    }
}
