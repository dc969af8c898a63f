//! Words to lines. Ragged right, no hyphenation; an ordinary space is the only place where a line may end, and where it
//! costs no extra line not after a number or a word of one or two letters (« à Langogne », « salle de Mende », « 8 séances »),
//! nor after a short word that begins a sentence (« Nous prêtons »), nor before the last word of a text.

use std::rc::Rc;

use textwrap::core::Fragment;
use textwrap::wrap_algorithms::{Penalties, wrap_first_fit, wrap_optimal_fit};

use super::Reason;
use super::font::Face;
use super::frame::{Colour, Frame, Mark, Role, Run};
use super::shape::{Shaper, Word};

/// How a stretch of text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// The face.
    pub face: Face,
    /// The size.
    pub size_pt: f64,
    /// The colour.
    pub colour: Colour,
}

/// A stretch of text in one style. A line feed ends the line.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// How it looks.
    pub style: Style,
    /// What it says.
    pub text: String,
}

/// How lines are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Running text: all lines but the last about equally full.
    Even,
    /// Titles: the narrowest block that has as few lines.
    Balanced,
}

/// A line of words.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its width.
    pub width_pt: f64,
    stretches: Vec<Stretch>,
}

/// Words of one style within a line.
#[derive(Debug, Clone)]
struct Stretch {
    style: Style,
    x_pt: f64,
    words: Vec<Rc<Word>>,
}

/// A word as lines are filled with it: pieces that touch, and the space after.
#[derive(Debug, Clone)]
struct Piece {
    parts: Vec<(Style, Rc<Word>)>,
    width_pt: f64,
    space_pt: f64,
    glued: bool,
}

/// Which words are held together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    Nothing,
    /// Short ones with the next.
    Short,
    /// And the last two.
    AndTheLast,
}

/// What lines are filled with: pieces that may not be parted.
#[derive(Debug)]
struct Chunk {
    pieces: Vec<Piece>,
    width_pt: f64,
    space_pt: f64,
}

impl Style {
    /// A style.
    pub const fn new(face: Face, size_pt: f64, colour: Colour) -> Self {
        Self { face, size_pt, colour }
    }

    /// The same in another size.
    pub const fn sized(self, size_pt: f64) -> Self {
        Self { size_pt, ..self }
    }

    /// A span of it.
    pub fn span(self, text: impl Into<String>) -> Span {
        Span { style: self, text: text.into() }
    }
}

/// Wraps spans into lines of at most `width_pt`. A word wider than a line stands alone and reaches over: callers compare
/// [`Line::width_pt`].
pub fn wrap(shaper: &mut Shaper, spans: &[Span], width_pt: f64, fill: Fill) -> Result<Vec<Line>, Reason> {
    let mut lines = Vec::new();
    for pieces in pieces(shaper, spans)? {
        let loose = glue(&pieces, Hold::Nothing);
        let wanted = split(&loose, width_pt).len();
        // Words are held together where that costs no line and no width.
        let fits =
            |held: &Vec<Chunk>| held.iter().all(|c| c.width_pt <= width_pt) && split(held, width_pt).len() == wanted;
        // A town of three words stands well enough alone.
        let lonely = pieces.last().is_some_and(|last| last.width_pt < width_pt / 3.0);
        let holds = if lonely { &[Hold::AndTheLast, Hold::Short][..] } else { &[Hold::Short] };
        let held = holds.iter().map(|hold| glue(&pieces, *hold)).find(fits);
        let chunks = held.unwrap_or(loose);
        let width_pt = match fill {
            Fill::Even => width_pt,
            Fill::Balanced => narrowest(&chunks, width_pt, wanted),
        };
        lines.extend(split(&chunks, width_pt).into_iter().map(Line::of));
    }
    Ok(lines)
}

/// The size between `largest_pt` and `smallest_pt` (half points) at which the text, in at most `max_lines` lines, fits into
/// `width_pt`, with its lines; nothing if it does not even at the smallest.
pub fn fit(
    shaper: &mut Shaper,
    style: Style,
    text: &str,
    smallest_pt: f64,
    width_pt: f64,
    max_lines: usize,
) -> Result<Option<(f64, Vec<Line>)>, Reason> {
    let mut size_pt = style.size_pt;
    while size_pt >= smallest_pt {
        let lines = wrap(shaper, &[style.sized(size_pt).span(text)], width_pt, Fill::Balanced)?;
        if lines.len() <= max_lines && lines.iter().all(|l| l.width_pt <= width_pt) {
            return Ok(Some((size_pt, lines)));
        }
        size_pt -= 0.5;
    }
    Ok(None)
}

impl Line {
    /// Puts the line on a frame with its baseline beginning there.
    pub fn place(&self, frame: &mut Frame, role: Role, x_pt: f64, y_pt: f64) {
        self.place_turned(frame, role, x_pt, y_pt, 0.0);
    }

    /// The same, turned counter-clockwise about the beginning of the baseline.
    pub fn place_turned(&self, frame: &mut Frame, role: Role, x_pt: f64, y_pt: f64, angle_deg: f64) {
        let (sin, cos) = angle_deg.to_radians().sin_cos();
        for stretch in &self.stretches {
            let Style { face, size_pt, colour } = stretch.style;
            let (x_pt, y_pt) = (x_pt + stretch.x_pt * cos, y_pt - stretch.x_pt * sin);
            let words = stretch.words.clone();
            frame.push(role, Mark::Text(Run { face, size_pt, colour, x_pt, y_pt, angle_deg, words }));
        }
    }

    /// The same with other words of the same width in the place of some, each in its face.
    pub fn with(&self, changes: &[(Face, Rc<Word>, Rc<Word>)]) -> Self {
        let mut line = self.clone();
        for stretch in &mut line.stretches {
            for (face, from, to) in changes.iter().filter(|(face, ..)| *face == stretch.style.face) {
                debug_assert!(from.width_em == to.width_em, "{face:?}");
                stretch.words.iter_mut().filter(|word| *word == from).for_each(|word| *word = Rc::clone(to));
            }
        }
        line
    }

    fn of(chunks: &[Chunk]) -> Self {
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut x_pt = 0.0;
        let mut width_pt = 0.0;
        let mut after_space = true;
        for piece in chunks.iter().flat_map(|c| &c.pieces) {
            for (style, word) in &piece.parts {
                match stretches.last_mut() {
                    Some(last) if after_space && last.style == *style => last.words.push(Rc::clone(word)),
                    _ => stretches.push(Stretch { style: *style, x_pt, words: vec![Rc::clone(word)] }),
                }
                x_pt += word.width_em * style.size_pt;
                after_space = false;
            }
            width_pt = x_pt;
            x_pt += piece.space_pt;
            after_space = true;
        }
        Self { width_pt, stretches }
    }
}

/// The text's words, one list a forced line.
fn pieces(shaper: &mut Shaper, spans: &[Span]) -> Result<Vec<Vec<Piece>>, Reason> {
    let mut lines = vec![Vec::new()];
    let mut open: Option<Piece> = None;
    let mut begins = false;
    for span in spans {
        for (i, forced) in span.text.split('\n').enumerate() {
            if i > 0 {
                close(&mut lines, &mut open);
                lines.push(Vec::new());
            }
            for (j, text) in forced.split(' ').enumerate() {
                if j > 0 {
                    if let Some(piece) = &mut open {
                        piece.space_pt = shaper.space_em(span.style.face) * span.style.size_pt;
                    }
                    close(&mut lines, &mut open);
                }
                if text.is_empty() {
                    continue;
                }
                let word = shaper.word(span.style.face, text)?;
                let piece = open.get_or_insert(Piece { parts: vec![], width_pt: 0.0, space_pt: 0.0, glued: false });
                piece.width_pt += word.width_em * span.style.size_pt;
                let opens = begins && text.chars().count() <= 4;
                piece.glued = piece.parts.is_empty() && (opens || holds_the_next(text));
                begins = text.ends_with(['.', '!', '?']);
                piece.parts.push((span.style, word));
            }
        }
    }
    close(&mut lines, &mut open);
    Ok(lines)
}

fn close(lines: &mut [Vec<Piece>], open: &mut Option<Piece>) {
    if let (Some(piece), Some(line)) = (open.take(), lines.last_mut()) {
        line.push(piece);
    }
}

/// A word of one or two letters, or a number: it stays with the word after it.
fn holds_the_next(word: &str) -> bool {
    let short = word.chars().count() <= 2 && word.chars().all(char::is_alphabetic);
    short || word.bytes().all(|b| b.is_ascii_digit())
}

fn glue(pieces: &[Piece], hold: Hold) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut holds = false;
    for (i, piece) in pieces.iter().enumerate() {
        let Piece { width_pt, space_pt, .. } = *piece;
        match chunks.last_mut() {
            Some(chunk) if holds => {
                chunk.width_pt += chunk.space_pt + width_pt;
                chunk.space_pt = space_pt;
                chunk.pieces.push(piece.clone());
            }
            _ => chunks.push(Chunk { pieces: vec![piece.clone()], width_pt, space_pt }),
        }
        holds = match hold {
            Hold::Nothing => false,
            Hold::Short => piece.glued,
            Hold::AndTheLast => piece.glued || i + 2 == pieces.len(),
        };
    }
    chunks
}

fn split(chunks: &[Chunk], width_pt: f64) -> Vec<&[Chunk]> {
    // Gaps are in points here, not in columns: an extra line must cost more than any gap, and reaching over still more.
    let penalties = Penalties {
        nline_penalty: 1_000_000,
        overflow_penalty: 100_000_000,
        short_last_line_fraction: 6,
        short_last_line_penalty: 20_000,
        hyphen_penalty: 0,
    };
    wrap_optimal_fit(chunks, &[width_pt], &penalties).unwrap_or_else(|_| wrap_first_fit(chunks, &[width_pt]))
}

/// The smallest width, to a point, at which there are still `lines` lines.
fn narrowest(chunks: &[Chunk], width_pt: f64, lines: usize) -> f64 {
    let widest = chunks.iter().map(|c| c.width_pt).fold(0.0, f64::max);
    let (mut low, mut high) = (widest.min(width_pt), width_pt);
    while high - low > 1.0 {
        let middle = f64::midpoint(low, high);
        if split(chunks, middle).len() > lines { low = middle } else { high = middle }
    }
    high
}

impl Fragment for Chunk {
    fn width(&self) -> f64 {
        self.width_pt
    }

    fn whitespace_width(&self) -> f64 {
        self.space_pt
    }

    fn penalty_width(&self) -> f64 {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::look::INK;

    const TEXT: Style = Style::new(Face::Regular, 14.0, INK);

    fn words_of(line: &Line) -> String {
        let word = |w: &Rc<Word>| w.glyphs.iter().map(|g| g.letter).collect::<String>();
        line.stretches.iter().flat_map(|s| s.words.iter().map(word)).collect::<Vec<_>>().join(" ")
    }

    fn lines(text: &str, width_pt: f64, fill: Fill) -> Vec<String> {
        wrap(&mut Shaper::default(), &[TEXT.span(text)], width_pt, fill).unwrap().iter().map(words_of).collect()
    }

    #[test]
    fn short_words_and_numbers_stay_with_the_next_where_it_costs_no_line() {
        assert_eq!(lines("Venez à Langogne", 80.0, Fill::Even), ["Venez", "à Langogne"]);
        assert_eq!(lines("Il y a huit ou 12 séances", 125.0, Fill::Even), ["Il y a huit", "ou 12 séances"]);
        assert_eq!(lines("Salle de quartier du Malzieu", 128.0, Fill::Even).len(), 2);
    }

    #[test]
    fn no_word_stands_alone_on_the_last_line_where_it_costs_no_line() {
        assert_eq!(
            lines("Parking devant, puis entrée rose", 200.0, Fill::Even),
            ["Parking devant, puis", "entrée rose"]
        );
        assert_eq!(lines("Venez. Nous prêtons", 95.0, Fill::Even), ["Venez.", "Nous prêtons"]);
        assert_eq!(
            lines("2 avenue de l’Exemple, Florac\u{a0}Trois\u{a0}Rivières", 200.0, Fill::Even),
            ["2 avenue de l’Exemple,", "Florac\u{a0}Trois\u{a0}Rivières"]
        );
    }

    #[test]
    fn titles_are_balanced() {
        let title = "Débuter avec une tablette";
        assert_eq!(lines(title, 165.0, Fill::Balanced), ["Débuter avec", "une tablette"]);
        assert_eq!(lines("un\ndeux", 165.0, Fill::Balanced), ["un", "deux"]);
    }

    #[test]
    fn no_line_is_wider_than_allowed() {
        let text =
            "Votre retraite complémentaire et notre association vous invitent à un atelier en petit groupe. ".repeat(3);
        for line in wrap(&mut Shaper::default(), &[TEXT.span(text)], 300.0, Fill::Even).unwrap() {
            assert!(line.width_pt <= 300.0, "{}", words_of(&line));
        }
    }

    #[test]
    fn bold_words_touch_what_follows() {
        let spans = [TEXT.span("le "), Style { face: Face::Bold, ..TEXT }.span("26 janvier"), TEXT.span(", merci")];
        let lines = wrap(&mut Shaper::default(), &spans, 500.0, Fill::Even).unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].stretches.len(), 3, "le | 26 janvier | , merci");
    }

    #[test]
    fn a_text_shrinks_until_it_fits_or_is_given_back() {
        let mut shaper = Shaper::default();
        let (size, lines) =
            fit(&mut shaper, TEXT.sized(30.0), "Débuter avec une tablette", 12.0, 200.0, 1).unwrap().unwrap();
        assert!(size < 30.0 && size > 12.0 && lines.len() == 1);
        assert!(fit(&mut shaper, TEXT, &"long ".repeat(60), 12.0, 200.0, 2).unwrap().is_none());
    }
}
