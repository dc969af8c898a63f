//! Words to glyphs: kerning on, ligatures off so that every glyph is one letter and text can be taken out of the PDF
//! again. Shapes of words are kept, because thousands of letters say the same words.

use std::collections::HashMap;
use std::rc::Rc;

use harfrust::{Buffer, Direction, Feature, Language, Script, ShapeOptions, ShapePlan, ShaperFont, Tag};
use unicode_normalization::UnicodeNormalization;

use super::Reason;
use super::font::Face;
use crate::text::typography::{NO_BREAK, THIN};

/// One letter of a shaped word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// The glyph's number in the font.
    pub id: u16,
    /// The letter it stands for.
    pub letter: char,
    /// How far the next glyph is, in thousandths of an em.
    pub advance: f64,
    /// How far it would be by the font's widths alone, as a PDF reader takes them.
    pub natural: f64,
}

/// A shaped word: everything between two ordinary spaces.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// Its letters.
    pub glyphs: Vec<Glyph>,
    /// Its width, in em.
    pub width_em: f64,
}

impl Word {
    fn of(glyphs: Vec<Glyph>) -> Self {
        let width_em = glyphs.iter().map(|g| g.advance).sum::<f64>() / 1000.0;
        Self { glyphs, width_em }
    }
}

/// Shapes words and remembers them.
pub struct Shaper {
    faces: Vec<FaceShaper>,
}

struct FaceShaper {
    face: Face,
    font: ShaperFont<'static, 'static>,
    plan: ShapePlan,
    words: HashMap<Box<str>, Rc<Word>>,
}

/// A thin no-break space, which Public Sans lacks: as wide as a fifth of an em, a space being a little over a quarter.
const THIN_SPACE: f64 = 190.0;

/// Words remembered a face. Names and streets never end, and memory must not grow with the run.
const REMEMBERED: usize = 20_000;

impl Default for Shaper {
    fn default() -> Self {
        Self { faces: Face::ALL.map(FaceShaper::new).into() }
    }
}

impl Shaper {
    /// The shape of a word; refused if the face lacks one of its letters.
    pub fn word(&mut self, face: Face, text: &str) -> Result<Rc<Word>, Reason> {
        self.faces[face as usize].word(text)
    }

    /// The width of the space between two words, in em.
    pub fn space_em(&self, face: Face) -> f64 {
        self.faces[face as usize].natural(' ') / 1000.0
    }

    /// The width of a line of text, in points.
    pub fn width_pt(&mut self, face: Face, size_pt: f64, text: &str) -> Result<f64, Reason> {
        let space_em = self.space_em(face);
        let mut width_em = 0.0;
        for (i, word) in text.split(' ').enumerate() {
            width_em += self.word(face, word)?.width_em + if i > 0 { space_em } else { 0.0 };
        }
        Ok(width_em * size_pt)
    }
}

impl FaceShaper {
    fn new(face: Face) -> Self {
        let font = face.font();
        let plan = ShapePlan::new(font, Direction::LeftToRight, Some(Script::LATIN), french().as_ref(), &FEATURES_OFF);
        Self { face, font: ShaperFont::new(font), plan, words: HashMap::new() }
    }

    fn word(&mut self, text: &str) -> Result<Rc<Word>, Reason> {
        if text.contains([THIN, NO_BREAK]) {
            return self.spaced(text);
        }
        if let Some(word) = self.words.get(text) {
            return Ok(Rc::clone(word));
        }
        let composed: String = text.nfc().map(|c| if c == '\u{2011}' { '-' } else { c }).collect();
        let mut lacking = Vec::new();
        for letter in composed.chars().filter(|c| self.face.glyph(*c).is_none()) {
            if !lacking.contains(&letter) {
                lacking.push(letter);
            }
        }
        if !lacking.is_empty() {
            return Err(Reason::Unprintable { text: text.to_owned(), letters: lacking });
        }
        let mut glyphs = Vec::with_capacity(composed.len());
        self.shape(&composed, &mut glyphs)?;
        let word = Rc::new(Word::of(glyphs));
        if self.words.len() >= REMEMBERED {
            self.words.clear();
        }
        self.words.insert(text.into(), Rc::clone(&word));
        Ok(word)
    }

    /// The shape of a word with spaces that do not break. Its parts are remembered, it is not: numbers have parts in common,
    /// and no two are the same.
    fn spaced(&mut self, text: &str) -> Result<Rc<Word>, Reason> {
        let mut glyphs = Vec::with_capacity(text.len());
        // Spaces are not kerned: « 71 00 » of a phone number stands as wide as « 65 71 ».
        for part in text.split_inclusive([THIN, NO_BREAK]) {
            let letters = part.trim_end_matches([THIN, NO_BREAK]);
            if !letters.is_empty() {
                glyphs.extend_from_slice(&self.word(letters)?.glyphs);
            }
            if letters.len() < part.len() {
                glyphs.push(self.space(part.ends_with(THIN)));
            }
        }
        Ok(Rc::new(Word::of(glyphs)))
    }

    fn shape(&self, text: &str, glyphs: &mut Vec<Glyph>) -> Result<(), Reason> {
        let letters: Vec<char> = text.chars().collect();
        let mut buffer = Buffer::new();
        letters.iter().zip(0..).for_each(|(c, i)| buffer.push(u32::from(*c), i));
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(Some(Script::LATIN));
        buffer.set_language(french());
        let options = ShapeOptions::new().plan(Some(&self.plan)).features(&FEATURES_OFF);
        let refused = || Reason::Unprintable { text: text.to_owned(), letters: letters.clone() };
        harfrust::shape(&self.font, &mut buffer, options).map_err(|_| refused())?;
        // One glyph a letter, so that the text can be taken out again; a face that breaks this is refused, not misprinted.
        if buffer.len() != letters.len() {
            return Err(refused());
        }
        let per_mille = 1000.0 / f64::from(self.face.font().units_per_em());
        for ((info, position), letter) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()).zip(&letters) {
            let id = u16::try_from(info.glyph_id).map_err(|_| refused())?;
            let advance = f64::from(position.x_advance) * per_mille;
            glyphs.push(Glyph { id, letter: *letter, advance, natural: self.natural(*letter) });
        }
        Ok(())
    }

    /// A no-break space. The thin one is an ordinary one with less advance.
    fn space(&self, thin: bool) -> Glyph {
        let letter = if thin { ' ' } else { NO_BREAK };
        let natural = self.natural(letter);
        // Public Sans has both: see the test of `font`.
        let id = self.face.glyph(letter).unwrap_or_default();
        Glyph { id, letter, advance: if thin { THIN_SPACE } else { natural }, natural }
    }

    /// A letter's width by the font alone, in thousandths of an em, cut to whole ones as printpdf writes it.
    fn natural(&self, letter: char) -> f64 {
        let font = self.face.font();
        let advance = font.charmap().map_unicode(letter).map_or(0, |g| self.font.glyph_h_advance(g));
        (f64::from(advance) * 1000.0 / f64::from(font.units_per_em())).trunc()
    }
}

fn french() -> Option<Language> {
    "fr".parse().ok()
}

const FEATURES_OFF: [Feature; 4] = [off(b"liga"), off(b"clig"), off(b"calt"), off(b"locl")];

const fn off(tag: &[u8; 4]) -> Feature {
    Feature { tag: Tag::new(tag), value: 0, start: 0, end: u32::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_glyph_is_the_one_of_its_letter() {
        let mut shaper = Shaper::default();
        for text in
            ["Débuter", "office", "Œuvre", "fjord", "l’Agirc-Arrco", "Vu\u{202f}?", "e\u{301}té", "àÀ", "A\u{2011}B"]
        {
            let word = shaper.word(Face::Regular, text).unwrap();
            for glyph in &word.glyphs {
                assert_eq!(Some(glyph.id), Face::Regular.glyph(glyph.letter), "{text}: {}", glyph.letter);
            }
        }
        assert_eq!(shaper.word(Face::Regular, "e\u{301}").unwrap().glyphs.len(), 1, "composed");
    }

    #[test]
    fn pairs_are_kerned() {
        let mut shaper = Shaper::default();
        let word = shaper.word(Face::Regular, "AVATAR").unwrap();
        assert!(word.glyphs.iter().any(|g| g.advance < g.natural));
    }

    #[test]
    fn letters_that_cannot_be_printed_are_named() {
        let error = Shaper::default().word(Face::Regular, "Mme محمد").unwrap_err().to_string();
        assert!(error.contains("«\u{a0}م\u{a0}» (U+0645)"), "{error}");
        assert!(Shaper::default().word(Face::Bold, "Bravo 👍").unwrap_err().to_string().contains("👍"));
    }

    #[test]
    fn a_thin_space_is_narrower_than_a_space() {
        let mut shaper = Shaper::default();
        let thin = shaper.width_pt(Face::Regular, 10.0, "a\u{202f}!").unwrap();
        let wide = shaper.width_pt(Face::Regular, 10.0, "a\u{a0}!").unwrap();
        assert!(thin < wide && thin > shaper.width_pt(Face::Regular, 10.0, "a!").unwrap());
    }
}
