//! OpenDocument: the cells are read as a stream, and what the file repeats is repeated only where it says something.

use std::io::BufReader;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Cells, Sheet, Tab, Trouble, broken, choose, guard};
use crate::intake::file::FileContent;

/// Reads the chosen sheet, or the list.
pub fn read(content: &FileContent, sheet: Option<&str>) -> Result<Sheet, Trouble> {
    let (mut archive, hidden_rows) = guard::archive(content)?;
    if let Ok(manifest) = archive.by_name("META-INF/manifest.xml")
        && std::io::read_to_string(manifest).map_err(broken)?.contains("encryption-data")
    {
        return Err(Trouble::Broken("il est protégé par un mot de passe".to_owned()));
    }
    let part = archive.by_name("content.xml").map_err(broken)?;
    let mut sheets = sheets(Reader::from_reader(BufReader::new(part)))?;
    // What is hidden stands in the styles, and is not looked at.
    let tabs: Vec<Tab> = sheets.iter().map(|(name, _)| Tab { name: name.clone(), hidden: false }).collect();
    let single = sheets.len() == 1;
    let sheet = choose(&tabs, sheet, |name| {
        let found = sheets.iter_mut().find(|(n, _)| n == name).map(|(_, cells)| cells);
        Ok(found.map(|cells| if single { std::mem::take(cells) } else { cells.clone() }).unwrap_or_default())
    })?;
    Ok(Sheet { hidden_rows, ..sheet })
}

/// Where the reader is in a sheet.
#[derive(Default)]
struct Place {
    row: u32,
    column: u32,
    /// How often the row stands there.
    rows: u32,
    /// The row's filled cells, and how often each stands there.
    filled: Vec<(u32, u32, String)>,
}

/// A cell that is being read.
#[derive(Default)]
struct Open {
    times: u32,
    /// What the file says besides the text that is shown: an exact number or date.
    value: Option<String>,
    text: String,
    /// Inside a paragraph, and not in a comment.
    paragraphs: u32,
    in_paragraph: bool,
    in_comment: bool,
}

fn sheets<R: std::io::BufRead>(mut xml: Reader<R>) -> Result<Vec<(String, Cells)>, Trouble> {
    let mut sheets: Vec<(String, Cells)> = Vec::new();
    let (mut place, mut open): (Place, Option<Open>) = (Place::default(), None);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(tag) => begin(&tag, &mut sheets, &mut place, &mut open)?,
            Event::Empty(tag) => {
                begin(&tag, &mut sheets, &mut place, &mut open)?;
                end(tag.local_name().as_ref(), &mut sheets, &mut place, &mut open)?;
            }
            Event::End(tag) => end(tag.local_name().as_ref(), &mut sheets, &mut place, &mut open)?,
            Event::Text(text) => say(&mut open, &text.xml10_content()),
            Event::CData(text) => say(&mut open, &text.xml10_content()),
            Event::GeneralRef(entity) => {
                let sign = match entity.resolve_char_ref().map_err(broken)? {
                    Some(sign) => sign.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&entity.xml10_content())
                        .unwrap_or_default()
                        .to_owned(),
                };
                say(&mut open, &sign);
            }
            Event::Eof => return Ok(sheets),
            _ => {}
        }
    }
}

fn say(open: &mut Option<Open>, text: &str) {
    if let Some(cell) = open.as_mut().filter(|c| c.in_paragraph && !c.in_comment) {
        cell.text.push_str(text);
    }
}

fn begin(
    tag: &BytesStart<'_>,
    sheets: &mut Vec<(String, Cells)>,
    place: &mut Place,
    open: &mut Option<Open>,
) -> Result<(), Trouble> {
    match tag.local_name().as_ref() {
        "table" => {
            let name = attribute(tag, "table:name")?.unwrap_or_else(|| format!("Feuille {}", sheets.len() + 1));
            sheets.push((name, Cells::default()));
            *place = Place::default();
        }
        "table-row" => {
            place.rows = times(tag, "table:number-rows-repeated")?;
            place.column = 0;
            place.filled.clear();
        }
        "table-cell" | "covered-table-cell" => {
            let value = match attribute(tag, "office:value-type")?.as_deref() {
                Some("float" | "percentage" | "currency") => attribute(tag, "office:value")?.map(|n| whole(&n)),
                Some("date") => attribute(tag, "office:date-value")?.map(|d| d.chars().take(10).collect()),
                Some("boolean") => {
                    attribute(tag, "office:boolean-value")?.map(|b| if b == "true" { "oui" } else { "non" }.to_owned())
                }
                _ => None,
            };
            *open = Some(Open { times: times(tag, "table:number-columns-repeated")?, value, ..Open::default() });
        }
        "p" => {
            if let Some(cell) = open.as_mut().filter(|c| !c.in_comment) {
                if cell.paragraphs > 0 {
                    cell.text.push('\n');
                }
                cell.paragraphs += 1;
                cell.in_paragraph = true;
            }
        }
        "annotation" => {
            if let Some(cell) = open {
                cell.in_comment = true;
            }
        }
        "s" => {
            let blanks = attribute(tag, "text:c")?.and_then(|n| n.parse::<usize>().ok()).unwrap_or(1);
            say(open, &" ".repeat(blanks.min(MOST_BLANKS)));
        }
        "tab" => say(open, "\t"),
        "line-break" => say(open, "\n"),
        _ => {}
    }
    Ok(())
}

/// Blanks in a row that a cell may hold.
const MOST_BLANKS: usize = 1000;

fn end(name: &str, sheets: &mut [(String, Cells)], place: &mut Place, open: &mut Option<Open>) -> Result<(), Trouble> {
    match name {
        "p" => {
            if let Some(cell) = open.as_mut().filter(|c| !c.in_comment) {
                cell.in_paragraph = false;
            }
        }
        "annotation" => {
            if let Some(cell) = open {
                cell.in_comment = false;
            }
        }
        "table-cell" | "covered-table-cell" => {
            if let Some(cell) = open.take() {
                let text = cell.value.unwrap_or(cell.text);
                if !text.is_empty() {
                    place.filled.push((place.column, cell.times, text));
                }
                place.column = place.column.saturating_add(cell.times);
            }
        }
        "table-row" => {
            if let Some((_, cells)) = sheets.last_mut()
                && !place.filled.is_empty()
            {
                for row in (place.row..).take(place.rows as usize) {
                    for (column, times, text) in &place.filled {
                        for column in (*column..).take(*times as usize) {
                            cells.put(row, column, |out| out.push_str(text))?;
                        }
                    }
                }
            }
            place.row = place.row.saturating_add(place.rows);
        }
        _ => {}
    }
    Ok(())
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Trouble> {
    let Some(found) = tag.try_get_attribute(name).map_err(broken)? else { return Ok(None) };
    Ok(Some(found.normalized_value(XmlVersion::Implicit1_0).map_err(broken)?.into_owned()))
}

/// How often something stands there: at least once.
fn times(tag: &BytesStart<'_>, name: &str) -> Result<u32, Trouble> {
    Ok(attribute(tag, name)?.and_then(|n| n.parse().ok()).unwrap_or(1).max(1))
}

fn whole(number: &str) -> String {
    number.parse().map_or_else(|_| number.to_owned(), super::whole)
}
