//! The return sheet of a mailing without names: what a fund reports, read back as counts. Cells that the fund merged hold
//! one count for several communes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Dimensions, Reader, Xlsx};

use super::error::FileError;
use super::file::FileContent;
use crate::domain::address::capitals;
use crate::domain::blind::{BlindReturn, Count};
use crate::domain::commune::InseeCode;
use crate::domain::number::InvitationNumber;

/// A return sheet is small: what is larger is something else.
const MOST_BYTES: u64 = 5_000_000;
/// What the parts of a workbook may come to once inflated.
const MOST_INFLATED: u64 = 100_000_000;
const MOST_ROWS: u32 = 20_000;
const MOST_COLUMNS: u32 = 64;

/// Why a return sheet is not taken; nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnError {
    /// The file is no such sheet.
    File(FileError),
    /// Rows to mend, each a French sentence that names its row.
    Rows(Vec<String>),
}

/// Reads the return sheet of the mailing to these communes. Communes that the sheet leaves out, or without a count, are in
/// no return.
pub fn read_return_sheet(
    file: &str,
    content: &FileContent,
    communes: &[(InseeCode, InvitationNumber)],
) -> Result<Vec<BlindReturn>, ReturnError> {
    let unreadable =
        |reason: &str| ReturnError::File(FileError::Unreadable { file: file.to_owned(), reason: reason.to_owned() });
    if content.size() > MOST_BYTES {
        return Err(unreadable("trop grand pour une feuille de retour"));
    }
    let bytes = content.bytes().map_err(|e| unreadable(&e.to_string()))?;
    // The reader takes foreign bytes apart; a panic in it must not take the service down.
    let sheet = catch_unwind(AssertUnwindSafe(|| Sheet::read(bytes)));
    let sheet = sheet.unwrap_or_else(|_| Err("contenu abîmé".to_owned())).map_err(|reason| unreadable(&reason))?;
    let header = Header::find(&sheet).ok_or_else(|| {
        ReturnError::Rows(vec![
            "Aucune ligne d’en-tête avec « Code INSEE » et « Lettres envoyées » : renvoyez la feuille de retour du paquet, \
             sans changer ses titres."
                .to_owned(),
        ])
    })?;
    let mut reading = Reading { sheet: &sheet, header, communes, mistakes: Vec::new() };
    let returns = reading.returns();
    if reading.mistakes.is_empty() { Ok(returns) } else { Err(ReturnError::Rows(reading.mistakes)) }
}

/// The cells of the first sheet that holds any, with those that were merged.
struct Sheet {
    cells: BTreeMap<(u32, u32), String>,
    merged: Vec<Dimensions>,
}

impl Sheet {
    fn read(bytes: Vec<u8>) -> Result<Self, String> {
        check_sizes(&bytes)?;
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| "ce n’est pas un classeur .xlsx".to_owned())?;
        for name in book.sheet_names() {
            let mut cells = BTreeMap::new();
            let mut reader = book.worksheet_cells_reader(&name).map_err(|e| e.to_string())?;
            while let Some(cell) = reader.next_cell().map_err(|e| e.to_string())? {
                let at = cell.get_position();
                if at.0 >= MOST_ROWS || at.1 >= MOST_COLUMNS {
                    return Err("des cellules sont remplies bien au-delà de la feuille de retour".to_owned());
                }
                let text = text(cell.get_value());
                if !text.is_empty() {
                    cells.insert(at, text);
                }
            }
            drop(reader);
            if !cells.is_empty() {
                let merged = book.merge_cells_by_sheet_name(&name).map_err(|e| e.to_string())?;
                return Ok(Self { cells, merged });
            }
        }
        Err("aucune feuille remplie".to_owned())
    }

    /// The cell, or the first of those it was merged with.
    fn cell(&self, row: u32, column: u32) -> (u32, &str) {
        let merged = self.merged.iter().find(|m| m.contains(row, column));
        let at = merged.map_or((row, column), |m| m.start);
        (at.0, self.cells.get(&at).map_or("", String::as_str))
    }

    fn last_row(&self) -> u32 {
        self.cells.keys().next_back().map_or(0, |at| at.0)
    }
}

/// A workbook is an archive: its parts say how large they become.
fn check_sizes(bytes: &[u8]) -> Result<(), String> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| "ce n’est pas un classeur .xlsx".to_owned())?;
    match archive.decompressed_size() {
        Some(size) if size > u128::from(MOST_INFLATED) => Err("il gonfle démesurément à l’ouverture".to_owned()),
        _ => Ok(()),
    }
}

fn text(cell: &DataRef) -> String {
    match cell {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => n.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        _ => String::new(),
    }
}

/// Where the columns are.
struct Header {
    row: u32,
    commune: u32,
    code: Option<u32>,
    sent: u32,
    returned: Option<u32>,
}

impl Header {
    fn find(sheet: &Sheet) -> Option<Self> {
        let rows: BTreeSet<u32> = sheet.cells.keys().map(|at| at.0).collect();
        rows.into_iter().find_map(|row| {
            let named = |words: &[&str]| {
                let columns = sheet.cells.range((row, 0)..(row + 1, 0));
                columns
                    .map(|((_, c), t)| (*c, capitals(t)))
                    .find(|(_, t)| words.iter().any(|w| t.contains(w)))
                    .map(|(c, _)| c)
            };
            Some(Self {
                row,
                commune: named(&["INSEE"])?,
                code: named(&["CODE DE REPONSE"]),
                sent: named(&["ENVOYE"])?,
                returned: named(&["REVENU", "NPAI"]),
            })
        })
    }
}

/// Rows that share a merged count belong together.
#[derive(Default)]
struct Group {
    /// The first of its rows.
    row: u32,
    communes: Vec<InseeCode>,
    /// By the row of the cell that holds it: a merged cell counts once.
    sent: BTreeMap<u32, Count>,
    returned: BTreeMap<u32, Count>,
    /// Of one of its communes nobody said what came back: what was said of the others is the least.
    unsaid: bool,
}

struct Reading<'a> {
    sheet: &'a Sheet,
    header: Header,
    communes: &'a [(InseeCode, InvitationNumber)],
    mistakes: Vec<String>,
}

impl Reading<'_> {
    fn returns(&mut self) -> Vec<BlindReturn> {
        let mut groups: Vec<Group> = Vec::new();
        let mut seen = BTreeSet::new();
        for row in self.header.row + 1..=self.sheet.last_row() {
            let Some(commune) = self.commune(row) else { continue };
            if !seen.insert(commune) {
                self.mistake(row, format!("la commune {commune} est déjà plus haut : gardez une seule ligne."));
                continue;
            }
            let sent = self.count(row, self.header.sent);
            let returned = self.header.returned.and_then(|column| self.count(row, column));
            let Some(sent) = sent else {
                if returned.is_some_and(|(_, n)| n.high > 0) {
                    self.mistake(row, "des lettres revenues, mais pas de nombre de lettres envoyées.".to_owned());
                }
                continue;
            };
            let joins = |g: &Group| {
                g.sent.contains_key(&sent.0) || returned.is_some_and(|(at, _)| g.returned.contains_key(&at))
            };
            let at = groups.iter().position(joins).unwrap_or_else(|| {
                groups.push(Group { row, ..Group::default() });
                groups.len() - 1
            });
            groups[at].communes.push(commune);
            groups[at].sent.insert(sent.0, sent.1);
            groups[at].returned.extend(returned);
            groups[at].unsaid |= returned.is_none();
        }
        let rows: Vec<u32> = groups.iter().map(|g| g.row).collect();
        let returns: Vec<BlindReturn> = groups
            .into_iter()
            .map(|g| BlindReturn {
                communes: g.communes,
                returned: (!g.returned.is_empty()).then(|| {
                    let said: Count = g.returned.into_values().sum();
                    let most =
                        if g.unsaid { said.high.max(g.sent.values().map(|sent| sent.high).sum()) } else { said.high };
                    Count { high: most, ..said }
                }),
                sent: g.sent.into_values().sum(),
            })
            .collect();
        if returns.is_empty() && self.mistakes.is_empty() {
            self.mistakes.push("Aucun nombre de lettres envoyées n’est rempli.".to_owned());
        }
        for (row, r) in rows.into_iter().zip(&returns) {
            if let Some(returned) = r.returned.filter(|returned| returned.low > r.sent.high) {
                let message = format!(
                    "plus de lettres revenues ({returned}) que de lettres envoyées ({}) pour la commune {}.",
                    r.sent, r.communes[0]
                );
                self.mistake(row, message);
            }
        }
        returns
    }

    /// The commune of a row; nothing for a blank row and for the sum at the end.
    fn commune(&mut self, row: u32) -> Option<InseeCode> {
        let (_, cell) = self.sheet.cell(row, self.header.commune);
        let is_filled = self.sheet.cells.range((row, 0)..(row + 1, 0)).next().is_some();
        let labels = self.sheet.cells.range((row, 0)..(row + 1, 0)).any(|(_, t)| capitals(t).starts_with("TOTAL"));
        if !is_filled || labels {
            return None;
        }
        // A spreadsheet takes the zero of « 07019 » away.
        let Some(commune) = format!("{:0>5}", cell.trim_end_matches(".0")).parse::<InseeCode>().ok() else {
            self.mistake(row, format!("« {cell} » n’est pas un code INSEE de commune."));
            return None;
        };
        let Some((_, number)) = self.communes.iter().find(|(c, _)| *c == commune) else {
            self.mistake(row, format!("la commune {commune} n’est pas de cet envoi."));
            return None;
        };
        let written = self.header.code.map_or("", |column| self.sheet.cell(row, column).1);
        let digits: String = written.chars().filter(char::is_ascii_digit).collect();
        if !digits.is_empty() && digits != number.digits() {
            self.mistake(
                row,
                format!("le code de réponse {written} n’est pas celui de la commune {commune}, {number}."),
            );
            return None;
        }
        Some(commune)
    }

    /// A count with the row of the cell that holds it; nothing where it is blank or says that there is no answer.
    fn count(&mut self, row: u32, column: u32) -> Option<(u32, Count)> {
        let (at, cell) = self.sheet.cell(row, column);
        if Count::is_no_answer(cell) {
            return None;
        }
        match Count::read(cell) {
            Ok(count) => Some((at, count)),
            Err(wrong) => {
                self.mistake(row, wrong.to_string());
                None
            }
        }
    }

    /// What is wrong with a row, which is named by its number and by the code of its commune, where it has one.
    fn mistake(&mut self, row: u32, message: String) {
        let written = self.header.code.map_or("", |column| self.sheet.cell(row, column).1);
        let commune = format!("{:0>5}", self.sheet.cell(row, self.header.commune).1);
        let of_commune = self.communes.iter().find(|(code, _)| code.as_str() == commune);
        let code = match (written, of_commune) {
            ("", Some((_, number))) => format!(", code {number}"),
            ("", None) => String::new(),
            (written, _) => format!(", code {written}"),
        };
        self.mistakes.push(format!("Ligne {}{code} : {message}", row + 1));
    }
}
