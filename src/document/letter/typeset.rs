//! Sets one letter after the other on one thread: what is a household's own, in the places that its layout leaves.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::flow::{self, Slots};
use super::mailing::{Combination, Layout, Mailing};
use super::text::Block;
use super::{Content, Recipient, page};
use crate::document::Reason;
use crate::document::export::{Packed, Packer, pack};
use crate::document::font::Face;
use crate::document::frame::{Frame, Mark, Role, Run};
use crate::document::look::mm;
use crate::document::paragraph::Line;
use crate::document::qr::{Numbered, Qr};
use crate::document::shape::{Shaper, Word};

/// A letter that is ready to be written.
pub struct SetLetter {
    /// What it shares with others.
    pub layout: Arc<Layout>,
    /// What is its own on each page, where anything is.
    pub own: Vec<Option<Packed>>,
    /// What its pages show.
    pub content: Content,
}

/// Why a letter could not be set.
pub enum Refusal {
    /// Its own words cannot be printed; others can.
    Own(Reason),
    /// What it shares with others cannot be printed.
    Shared(Reason),
}

/// Sets letters on one thread, and remembers what comes again.
pub struct Typesetter<'m, 'a, 'b> {
    mailing: &'m Mailing<'a, 'b>,
    shaper: Shaper,
    packer: Packer,
    numbered: Vec<Numbered>,
    remembered: HashMap<Personal, Remembered>,
}

/// What decides how a block that says something personal is broken into lines.
#[derive(PartialEq, Eq, Hash)]
struct Personal {
    /// What it says, but for the number.
    said: String,
    /// How wide the number is in each face, bit by bit.
    widths: Vec<u64>,
}

/// Lines that were set, with the number that they say in each face.
struct Remembered {
    lines: Rc<Vec<Line>>,
    numbers: Vec<(Face, Rc<Word>)>,
}

/// A letter whose words are broken into lines.
struct Begun<'a> {
    combination: Arc<Combination<'a>>,
    /// What is its own: the address so far.
    own: Frame,
    /// The lines of each block that says something personal, and how many they are.
    lines: Vec<Rc<Vec<Line>>>,
    counts: Vec<usize>,
}

/// Kinds of address whose codes are made quickly.
const KINDS: usize = 4;
/// Blocks remembered, of a thousand bytes or two each.
const REMEMBERED: usize = 2_000;

impl<'m, 'a, 'b> Typesetter<'m, 'a, 'b> {
    /// For the letters of a mailing.
    pub fn new(mailing: &'m Mailing<'a, 'b>) -> Self {
        let (shaper, packer) = (Shaper::default(), Packer::default());
        Self { mailing, shaper, packer, numbered: Vec::new(), remembered: HashMap::new() }
    }

    /// Sets a letter.
    pub fn set(&mut self, recipient: &Recipient<'a>) -> Result<SetLetter, Refusal> {
        let Begun { combination, mut own, lines, counts } = self.begin(recipient)?;
        let layout = self.mailing.layout(&combination, &counts, &mut self.shaper, &mut self.packer);
        let layout = layout.map_err(Refusal::Shared)?;
        let mut packed = Vec::with_capacity(layout.pages.len());
        let mut lines = lines.iter();
        for page in &layout.pages {
            self.fill(&page.slots, recipient, &mut lines, &mut own).map_err(Refusal::Own)?;
            let frame = std::mem::take(&mut own);
            let content = (!frame.items.is_empty()).then(|| pack(&mut self.packer, &frame, mm(page::HEIGHT_MM)));
            packed.push(content.transpose().map_err(|e| Refusal::Shared(e.into()))?);
        }
        let content = content(&layout, recipient);
        Ok(SetLetter { layout, own: packed, content })
    }

    /// The pages of a letter as frames, without what stands on every letter at the same place.
    pub fn frames(&mut self, recipient: &Recipient<'a>) -> Result<Vec<Frame>, Refusal> {
        let Begun { combination, mut own, lines, counts } = self.begin(recipient)?;
        let laid = self.mailing.lay_out(&combination, &counts, &mut self.shaper).map_err(Refusal::Shared)?;
        let mut lines = lines.iter();
        let mut pages = Vec::with_capacity(laid.len());
        for (mut page, slots) in laid {
            self.fill(&slots, recipient, &mut lines, &mut own).map_err(Refusal::Own)?;
            page.items.append(&mut own.items);
            pages.push(page);
        }
        Ok(pages)
    }

    fn begin(&mut self, recipient: &Recipient<'a>) -> Result<Begun<'a>, Refusal> {
        let combination = self.mailing.combination(recipient).map_err(Refusal::Shared)?;
        let own = page::address(&mut self.shaper, &recipient.address, self.mailing.facts.window.address)
            .map_err(Refusal::Own)?;
        let mut lines = Vec::new();
        for block in combination.text.body.iter().filter(|b| b.is_personal()) {
            lines.push(self.lines(&combination, block, recipient).map_err(Refusal::Own)?);
        }
        let counts = lines.iter().map(|l| l.len()).collect();
        Ok(Begun { combination, own, lines, counts })
    }

    /// The lines of a block that says something personal. Lines break where words end, so numbers of one width have the same
    /// lines: one takes the place of another.
    fn lines(
        &mut self,
        combination: &Combination<'a>,
        block: &Block,
        recipient: &Recipient<'a>,
    ) -> Result<Rc<Vec<Line>>, Reason> {
        let text = recipient.invitation.to_string();
        let faces = flow::number_faces(block).into_iter();
        let numbers: Vec<_> = faces.map(|f| Ok((f, self.shaper.word(f, &text)?))).collect::<Result<_, Reason>>()?;
        let widths = numbers.iter().map(|(_, word)| word.width_em.to_bits()).collect();
        let value = |field: &str| match field {
            "salutation" => recipient.salutation.to_owned(),
            "numero" => text.clone(),
            common => combination.values.get(common).cloned().unwrap_or_default(),
        };
        let key = Personal { said: flow::said(block, value), widths };
        if let Some(Remembered { lines, numbers: before }) = self.remembered.get(&key) {
            if numbers.is_empty() {
                return Ok(Rc::clone(lines));
            }
            let changes = before.iter().zip(&numbers);
            let changes: Vec<_> =
                changes.map(|((face, from), (_, to))| (*face, Rc::clone(from), Rc::clone(to))).collect();
            return Ok(Rc::new(lines.iter().map(|line| line.with(&changes)).collect()));
        }
        let lines = flow::wrap(&mut self.shaper, block, page::deep(self.mailing.facts), value)?;
        let lines = Rc::new(lines);
        if self.remembered.len() >= REMEMBERED {
            self.remembered.clear();
        }
        self.remembered.insert(key, Remembered { lines: Rc::clone(&lines), numbers });
        Ok(lines)
    }

    /// Puts what is the household's own where a page left room for it.
    fn fill<'l>(
        &mut self,
        slots: &Slots,
        recipient: &Recipient,
        lines: &mut impl Iterator<Item = &'l Rc<Vec<Line>>>,
        own: &mut Frame,
    ) -> Result<(), Reason> {
        for (place, lines) in slots.blocks.iter().zip(lines) {
            for (line, y_pt) in lines.iter().zip(&place.baselines_pt) {
                line.place(own, place.role, place.x_pt, *y_pt);
            }
        }
        for number in &slots.numbers {
            let flow::NumberSlot { style, x_pt, y_pt } = *number;
            let words = vec![self.shaper.word(style.face, &recipient.invitation.to_string())?];
            let (face, size_pt, colour, angle_deg) = (style.face, style.size_pt, style.colour, 0.0);
            own.push(Role::Paragraph, Mark::Text(Run { face, size_pt, colour, x_pt, y_pt, angle_deg, words }));
        }
        for plate in &slots.codes {
            let too_long = || Reason::TooLong { what: "l’adresse du code QR", text: recipient.url.clone() };
            let code = self.code(&recipient.url).ok_or_else(too_long)?;
            code.place(own, plate.x_pt, plate.y_pt, plate.side_pt);
        }
        Ok(())
    }

    fn code(&mut self, url: &str) -> Option<Qr> {
        if let Some(code) = self.numbered.iter().find_map(|numbered| numbered.code(url)) {
            return Some(code);
        }
        // Numbers of 8 digits and of 10 may stand in one run.
        if self.numbered.len() < KINDS {
            let prefix = url.trim_end_matches(|c: char| c.is_ascii_digit());
            self.numbered.extend(Numbered::new(prefix, url.len() - prefix.len()));
        }
        Qr::encode(url)
    }
}

/// What the pages of a letter show: what it shares with others, and what it says of its own. Everything else about it follows from
/// these, which costs less than reading its pages again.
fn content(layout: &Layout, recipient: &Recipient) -> Content {
    let mut digest = Sha256::new_with_prefix(layout.shared);
    for own in recipient.address.iter().map(String::as_str).chain([recipient.salutation, &recipient.url]) {
        digest.update(own);
        digest.update([0]);
    }
    digest.update(recipient.invitation.value().to_be_bytes());
    Content::of(digest)
}
