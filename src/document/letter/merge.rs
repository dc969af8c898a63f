//! The letter for a fund's own mail merge: a DOCX with merge fields. The fund fills the address from its file, and what
//! depends on the commune from the columns that [`commune_values`] gives.

use std::io::Cursor;

use docx_rs::{
    BreakType, Docx, FieldCharType, InstrText, LineSpacing, LineSpacingType, PageMargin, Paragraph, Run, RunFonts,
    Table, TableCell, TableRow, WidthType,
};

use super::fields::{Common, capitalised, host};
use super::text::{Block, Content, Inline, LetterTemplate, Rank};
use super::{LetterFacts, Source};
use crate::document::Reason;
use crate::domain::address::PostalAddress;
use crate::domain::calendar;
use crate::domain::envelope::{Area, Window};
use crate::domain::number::InvitationNumber;
use crate::domain::workshop::Workshop;
use crate::text::typography::french;

/// Workshops that a letter offers.
pub const OFFERED: usize = 2;
/// The salutation where nobody is known by name.
pub const SALUTATION: &str = "Madame, Monsieur,";

/// Fields of the text whose value depends on the nearest workshop.
const OF_THE_COMMUNE: [&str; 7] = ["sujet", "lieu", "adresse", "date", "heures", "prix", "age"];
/// Lines of the address after NF Z10-011, from the fund's file.
const ADDRESS: [&str; 6] = ["ligne1", "ligne2", "ligne3", "ligne4", "ligne5", "ligne6"];

const FONT: &str = "Arial";
/// Half points, as Word counts: 14 pt and 9.5 pt.
const BODY: usize = 28;
const SMALL: usize = 19;
const PHONE: usize = 52;

/// The merge fields of a commune's letters with their values, in the order of the columns: `code`, `lien`, what the nearest
/// workshop says (`sujet`, `lieu`, …), and topic, dates, place and price of each workshop offered.
pub fn commune_values(
    facts: &LetterFacts,
    source: &Source,
    workshops: &[&Workshop],
    code: InvitationNumber,
) -> Vec<(String, String)> {
    let common = Common { facts, workshops, source };
    let mut values = vec![
        ("code".to_owned(), code.to_string()),
        ("lien".to_owned(), format!("{}/i/{}", facts.public_url, code.digits())),
    ];
    values.extend(OF_THE_COMMUNE.map(|field| (field.to_owned(), common.value(field))));
    for at in 0..OFFERED {
        let cells = workshops.get(at).map_or_else(Default::default, |w| row(w));
        values.extend(columns(at).into_iter().zip(cells));
    }
    values
}

/// The letter as a DOCX. `workshops` are all of the campaign: they decide the conditions of the text.
pub fn merge_document(
    template: &LetterTemplate,
    facts: &LetterFacts,
    source: &Source,
    workshops: &[&Workshop],
) -> Result<Vec<u8>, Reason> {
    if workshops.is_empty() {
        return Err(Reason::Missing("l’atelier auquel la lettre invite"));
    }
    let common = Common { facts, workshops, source };
    // One text serves every commune, whichever workshop is nearest there.
    let text = template.text(|condition| match condition {
        "gratuit" => workshops.iter().all(|w| w.price.0.0 == 0),
        other => common.holds(other),
    });
    let mut letter = Letter { docx: page(), common, offered: workshops.len().min(OFFERED) };
    letter.head();
    text.body.iter().for_each(|block| letter.block(block, BODY));
    text.small.iter().for_each(|block| letter.block(block, SMALL));
    for mention in common.mentions() {
        letter.add(spaced(Paragraph::new().add_run(words(&mention, SMALL)), 80));
    }
    let mut bytes = Cursor::new(Vec::new());
    letter.docx.pack(&mut bytes).map_err(|e| Reason::Write(std::io::Error::other(e)))?;
    Ok(bytes.into_inner())
}

/// A letter while it is written.
struct Letter<'a> {
    docx: Docx,
    common: Common<'a>,
    offered: usize,
}

impl Letter<'_> {
    fn add(&mut self, paragraph: Paragraph) {
        self.docx = std::mem::take(&mut self.docx).add_paragraph(paragraph);
    }

    /// Who writes, the address in the window, the date.
    fn head(&mut self) {
        let structure = self.common.facts.structure;
        self.add(spaced(Paragraph::new().add_run(words(&structure.name, BODY).bold()), 0));
        let town = format!("{} {}", structure.postcode, structure.town);
        for line in [structure.street.clone(), town, structure.phone.to_string()] {
            self.add(spaced(Paragraph::new().add_run(words(&line, 22)), 0));
        }
        let Window { address: place, clear } = self.common.facts.window;
        let mut address = placed(Paragraph::new(), place, place.y_mm);
        for (at, line) in ADDRESS.into_iter().enumerate() {
            if at > 0 {
                address = address.add_run(Run::new().add_break(BreakType::TextWrapping));
            }
            address = field(address, line, 21, false);
        }
        self.add(address);
        let date = format!("{}, le {}", structure.town, calendar::long_date(self.common.facts.posting_day));
        self.add(placed(Paragraph::new().add_run(words(&french(&date), 24)), place, clear.bottom_mm() + DATE_BELOW_MM));
        // What follows begins below the window, wherever the letterhead ends.
        let below_mm = clear.bottom_mm() - LETTERHEAD_MM;
        self.add(spaced(Paragraph::new(), (below_mm * TWIPS_A_MM) as u32));
    }

    fn block(&mut self, block: &Block, size: usize) {
        match block {
            Block::Heading(rank, inlines) => {
                let size = if *rank == Rank::First { 40 } else { 32 };
                let heading = self.inlines(Paragraph::new(), inlines, size, true);
                self.add(spaced(heading.keep_next(true), 200));
            }
            Block::Paragraph(inlines) => {
                let paragraph = self.inlines(Paragraph::new(), inlines, size, false);
                self.add(spaced(paragraph, 200));
            }
            Block::Item(number, inlines) => {
                let mark = number.map_or_else(|| "•\u{a0}".to_owned(), |number| format!("{number}.\u{a0}"));
                let item = Paragraph::new().add_run(words(&mark, size));
                let item = self.inlines(item, inlines, size, false);
                self.add(spaced(item, 80));
            }
            Block::Workshops => self.workshops(),
            Block::Reply => self.reply(),
            Block::Stub => self.stub(),
            // The fund signs what it sends with its own hand.
            Block::Signature => {
                let who = words(&french(&self.common.facts.structure.signatory), size).bold();
                self.add(spaced(Paragraph::new().add_run(who), 200));
            }
        }
    }

    fn inlines(&self, mut paragraph: Paragraph, inlines: &[Inline], size: usize, bold: bool) -> Paragraph {
        for inline in inlines {
            let bold = bold || inline.bold;
            let plain = |text: &str| if bold { words(text, size).bold() } else { words(text, size) };
            paragraph = match &inline.content {
                Content::Words(text) => {
                    let mut lines = text.split('\n').map(plain);
                    let first = lines.next().into_iter();
                    first
                        .chain(lines.flat_map(|l| [Run::new().add_break(BreakType::TextWrapping), l]))
                        .fold(paragraph, Paragraph::add_run)
                }
                Content::Field("salutation") => paragraph.add_run(plain(SALUTATION)),
                Content::Field("numero") => field(paragraph, "code", size, bold),
                Content::Field(name) if OF_THE_COMMUNE.contains(name) => field(paragraph, name, size, bold),
                Content::Field(name) => paragraph.add_run(plain(&self.common.value(name))),
            };
        }
        paragraph
    }

    /// Topic, dates, place and price of the workshops offered, as fields.
    fn workshops(&mut self) {
        let rows = (0..self.offered).map(|at| {
            let [topic, dates, place, price] = columns(at);
            let filled = |name: &str, bold| field(Paragraph::new(), name, 26, bold);
            let cell = |width| TableCell::new().width(width, WidthType::Dxa);
            TableRow::new(vec![
                cell(3600).add_paragraph(filled(&topic, true)).add_paragraph(filled(&dates, false)),
                cell(4200).add_paragraph(filled(&place, false)),
                cell(1800).add_paragraph(filled(&price, false)),
            ])
        });
        self.docx = std::mem::take(&mut self.docx).add_table(Table::new(rows.collect()));
        self.add(spaced(Paragraph::new(), 0));
    }

    /// The box: phone and number, and nothing that one must have at hand.
    fn reply(&mut self) {
        let facts = self.common.facts;
        let call = format!("Pour venir, téléphonez avant le {} :", calendar::day_month(facts.reply_by));
        let number = Paragraph::new().add_run(words(&french("Votre numéro d’invitation : "), BODY));
        let hours = format!("{}.", capitalised(&facts.structure.hours));
        let relative = format!("{} Un proche peut vous inscrire : {}", self.common.lost(), host(facts.public_url));
        let cell = TableCell::new()
            .add_paragraph(Paragraph::new().add_run(words(&french(&call), BODY)))
            .add_paragraph(Paragraph::new().add_run(words(&facts.structure.phone.to_string(), PHONE).bold()))
            .add_paragraph(Paragraph::new().add_run(words(&french(&hours), 24)))
            .add_paragraph(field(number, "code", BODY + 2, true))
            .add_paragraph(Paragraph::new().add_run(words(&french(&relative), 24)));
        self.docx = std::mem::take(&mut self.docx).add_table(Table::new(vec![TableRow::new(vec![cell])]));
        self.add(spaced(Paragraph::new(), 0));
    }

    /// The stub to send back, below a line to cut along.
    fn stub(&mut self) {
        let (facts, s) = (self.common.facts, self.common.facts.structure);
        let cut = format!("- - - À découper et à renvoyer avant le {} - - -", calendar::day_month(facts.reply_by));
        let to = format!("{}, {}, {} {}", s.name, s.street, s.postcode, s.town);
        for line in [cut, to, "Nom et prénom :".to_owned(), "Téléphone :".to_owned()] {
            self.add(spaced(Paragraph::new().add_run(words(&french(&line), 24)), 120));
        }
        let number = Paragraph::new().add_run(words(&french("Votre numéro : "), 24));
        self.add(spaced(field(number, "code", 24, true), 0));
    }
}

/// Twentieths of a point to the millimetre.
const TWIPS_A_MM: f64 = 1440.0 / 25.4;
/// From what the window may show to the date.
const DATE_BELOW_MM: f64 = 2.0;
/// Where the letterhead ends, as far as the text begins below it.
const LETTERHEAD_MM: f64 = 32.0;

fn page() -> Docx {
    let margin = (20.0 * TWIPS_A_MM) as i32;
    let margins =
        PageMargin { top: margin, bottom: 567, left: margin, right: margin, header: 400, footer: 400, gutter: 0 };
    Docx::new()
        .page_size((210.0 * TWIPS_A_MM) as u32, (297.0 * TWIPS_A_MM) as u32)
        .page_margin(margins)
        .default_fonts(RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT))
        .default_size(BODY)
}

fn words(text: &str, size: usize) -> Run {
    Run::new().add_text(text).size(size)
}

/// A field that a mail merge fills; until then it shows its name.
fn field(paragraph: Paragraph, name: &str, size: usize, bold: bool) -> Paragraph {
    let styled = |run: Run| if bold { run.size(size).bold() } else { run.size(size) };
    paragraph
        .add_run(styled(Run::new().add_field_char(FieldCharType::Begin, false)))
        .add_run(styled(Run::new().add_instr_text(InstrText::Unsupported(format!(" MERGEFIELD {name} ")))))
        .add_run(styled(Run::new().add_field_char(FieldCharType::Separate, false)))
        .add_run(styled(Run::new().add_text(format!("«{name}»"))))
        .add_run(styled(Run::new().add_field_char(FieldCharType::End, false)))
}

/// A paragraph in the column of the address, this far down the page.
fn placed(paragraph: Paragraph, place: Area, y_mm: f64) -> Paragraph {
    paragraph
        .frame_x((place.x_mm * TWIPS_A_MM) as i32)
        .frame_y((y_mm * TWIPS_A_MM) as i32)
        .frame_width((place.width_mm * TWIPS_A_MM) as u32)
        .h_anchor("page")
        .v_anchor("page")
        .wrap("around")
        .line_spacing(LineSpacing::new().line_rule(LineSpacingType::Exact).line(230))
}

fn spaced(paragraph: Paragraph, after: u32) -> Paragraph {
    paragraph.line_spacing(LineSpacing::new().after(after))
}

/// The columns of the workshop at this place.
fn columns(at: usize) -> [String; 4] {
    ["sujet", "dates", "lieu", "prix"].map(|what| format!("atelier{}_{what}", at + 1))
}

fn row(workshop: &Workshop) -> [String; 4] {
    let venue = &workshop.venue;
    let first = format!("{}, {}, {}", venue.name, venue.street, venue.town);
    let place = [first].into_iter().chain(workshop.elsewhere()).collect::<Vec<_>>().join(" ; ");
    [
        french(&workshop.topic),
        french(&workshop.schedule_lines().join(" ")),
        french(&place),
        workshop.price_lines().join(" "),
    ]
}

/// The lines that stand in the window of the specimen: what the fund fills.
pub fn specimen_address(line6: &str) -> Vec<String> {
    debug_assert!(line6.chars().count() <= PostalAddress::MAX_CHARS);
    vec!["Prénom NOM".to_owned(), "NUMERO ET VOIE".to_owned(), line6.to_owned()]
}
