//! A file of fragility by commune, as statisticians give it: one row a commune, its INSEE code, the index and its parts.

use std::collections::HashMap;

use deunicode::deunicode;
use encoding_rs::{Encoding, WINDOWS_1252};

use crate::domain::Invalid;
use crate::domain::commune::{Gazetteer, InseeCode};
use crate::domain::fragility::{Fragility, FragilityPart};

/// What a file says.
#[derive(Debug, Clone, Default)]
pub struct FragilityFile {
    /// By commune.
    pub communes: HashMap<InseeCode, Fragility>,
    /// The columns that were recognised.
    pub parts: Vec<FragilityPart>,
    /// Rows that were left out, numbered from 1 under the header, and why.
    pub mistakes: Vec<(u32, String)>,
}

/// Reads the file. Rows with a mistake are left out and told; a file without a column of codes or of values is refused.
pub fn read(bytes: &[u8], gazetteer: &Gazetteer) -> Result<FragilityFile, Invalid> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, bom)) => encoding.decode_without_bom_handling(&bytes[bom..]).0,
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        },
    };
    if text.contains('\0') {
        return Err(Invalid::new(
            "Ce fichier n’est pas un tableau en texte. Enregistrez-le au format CSV depuis votre tableur, puis donnez-le à nouveau.",
        ));
    }
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t', b','].into_iter().rev().max_by_key(|d| first.bytes().filter(|b| b == d).count());
    let mut table =
        csv::ReaderBuilder::new().delimiter(delimiter.unwrap_or(b';')).flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = table.headers().map(|h| h.iter().map(key).collect()).unwrap_or_default();
    let code = header.iter().position(|name| is_code(name)).ok_or_else(|| {
        Invalid::new(
            "Il manque la colonne des codes INSEE des communes. Nommez-la « code_insee », puis donnez le fichier à nouveau.",
        )
    })?;
    let mut columns: Vec<(usize, FragilityPart)> = Vec::new();
    for (at, name) in header.iter().enumerate().filter(|(at, _)| *at != code) {
        match part(name) {
            Some(part) if columns.iter().any(|(_, taken)| *taken == part) => {
                return Err(Invalid::new(format!(
                    "Deux colonnes donnent la même chose ({}). Gardez-en une, puis donnez le fichier à nouveau.",
                    part.label()
                )));
            }
            Some(part) => columns.push((at, part)),
            None => {}
        }
    }
    if columns.is_empty() {
        return Err(Invalid::new(
            "Aucune colonne ne donne l’indice ni ses composantes. Nommez-les « indice », « haut_debit », « 4g », « pauvrete », « 75_ans », « diplomes ».",
        ));
    }
    let mut file = FragilityFile { parts: columns.iter().map(|(_, part)| *part).collect(), ..FragilityFile::default() };
    for (number, row) in (1..).zip(table.records()) {
        let read = row.map_err(|_| "la ligne ne se lit pas\u{a0}: vérifiez ses guillemets.".to_owned());
        let read = read.and_then(|row| read_row(&row, code, &columns, gazetteer));
        match read {
            Ok((commune, _)) if file.communes.contains_key(&commune) => {
                file.mistakes
                    .push((number, format!("la commune {commune} est déjà plus haut\u{a0}: gardez une seule ligne.")));
            }
            Ok((commune, found)) => {
                file.communes.insert(commune, found);
            }
            Err(mistake) => file.mistakes.push((number, mistake)),
        }
    }
    Ok(file)
}

fn read_row(
    row: &csv::StringRecord,
    code: usize,
    columns: &[(usize, FragilityPart)],
    gazetteer: &Gazetteer,
) -> Result<(InseeCode, Fragility), String> {
    let cell = |at: usize| row.get(at).unwrap_or_default().trim();
    // A spreadsheet that takes the code for a number drops its zero.
    let written = cell(code);
    let padded = if written.len() == 4 { format!("0{written}") } else { written.to_owned() };
    let commune: InseeCode = padded.parse().map_err(|e: Invalid| e.to_string())?;
    if gazetteer.get(commune).is_none() {
        return Err(format!(
            "aucune commune d’aujourd’hui n’a le code {commune}\u{a0}: si elle a fusionné, mettez le code de la commune nouvelle."
        ));
    }
    let mut found = Fragility::default();
    for (at, part) in columns {
        let written = cell(*at);
        if written.is_empty() {
            continue;
        }
        let value: Option<f64> = written.replace(',', ".").parse().ok();
        let value = value.filter(|v| (0.0..=10.0).contains(v)).ok_or_else(|| {
            format!(
                "« {written} » n’est pas une note de 0 à 10 ({})\u{a0}: corrigez-la ou videz la cellule.",
                part.label()
            )
        })?;
        found = found.with(*part, Some(value));
    }
    Ok((commune, found))
}

/// A title without accents, capitals, blanks and signs.
fn key(title: &str) -> String {
    deunicode(title).to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

fn is_code(key: &str) -> bool {
    ["codeinsee", "insee", "codgeo", "codecommune", "depcom", "inseecom", "codeinseecommune", "codecommuneinsee", "com"]
        .contains(&key)
}

fn part(key: &str) -> Option<FragilityPart> {
    let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
    if has(&["debit", "thd", "fibre", "broadband"]) {
        Some(FragilityPart::Broadband)
    } else if has(&["4g", "mobile"]) {
        Some(FragilityPart::Mobile)
    } else if has(&["pauvre", "poverty"]) {
        Some(FragilityPart::Poverty)
    } else if has(&["75", "aged"]) {
        Some(FragilityPart::Aged)
    } else if has(&["diplom"]) {
        Some(FragilityPart::Diplomas)
    } else if has(&["indice", "ifn", "score", "fragilit", "index"]) {
        Some(FragilityPart::Index)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<FragilityFile, Invalid> {
        read(text.as_bytes(), Gazetteer::embedded())
    }

    #[test]
    fn columns_are_known_by_what_they_are_called_and_bad_rows_are_told() {
        let found = file(
            "Code INSEE;Commune;Indice de fragilité;Pas de 4G;Pauvreté 50 ans et plus\n\
             48095;Mende;6,5;4;10\n\
             1001;L’Abergement;3,2;;\n\
             48080;Langogne;12;1;1\n\
             99999;Nulle part;1;1;1\n\
             48095;Mende;1;1;1\n\
             x;;;;\n",
        )
        .unwrap();
        assert_eq!(found.parts, [FragilityPart::Index, FragilityPart::Mobile, FragilityPart::Poverty]);
        let mende = found.communes[&"48095".parse().unwrap()];
        assert_eq!(mende.get(FragilityPart::Index), Some(6.5));
        assert_eq!(found.communes[&"01001".parse().unwrap()].get(FragilityPart::Mobile), None);
        let rows: Vec<u32> = found.mistakes.iter().map(|(row, _)| *row).collect();
        assert_eq!(rows, [3, 4, 5, 6]);
        assert!(found.mistakes[0].1.contains("« 12 » n’est pas une note de 0 à 10"), "{:?}", found.mistakes);
    }

    #[test]
    fn a_file_without_its_columns_is_refused_with_their_names() {
        for (text, named) in [
            ("commune;indice\nMende;6\n", "code_insee"),
            ("code_insee;nom\n48095;Mende\n", "haut_debit"),
            ("code_insee;indice;score\n48095;1;2\n", "Deux colonnes"),
            ("PK\u{3}\u{4}\0\0", "CSV"),
            ("", "code_insee"),
        ] {
            assert!(file(text).unwrap_err().to_string().contains(named), "{text}");
        }
    }
}
