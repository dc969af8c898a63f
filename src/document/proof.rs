//! What is wrong with a finished page, seen from its frame alone: things in the window, off the paper or over each other,
//! headings that are left behind, texts and codes too small to be read. It knows neither what a page is about nor how it was
//! laid out.

use unicode_normalization::UnicodeNormalization;

use super::font::Face;
use super::frame::{Frame, Item, Mark, Role, Run};
use super::look::mm;
use super::qr::QUIET;
use super::shape::Shaper;
use crate::domain::envelope::{Area, Window};
use crate::text::typography::{NO_BREAK, THIN, french};

/// A page with its paper.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// What is on it; layers that lie on each other are several.
    pub layers: &'a [&'a Frame],
    /// Width and height of the paper.
    pub paper_pt: (f64, f64),
    /// What stays white all around; nothing on a screen.
    pub margin_pt: f64,
    /// Where the address stands, and only it, for a page that goes into an envelope with a window.
    pub window: Option<Window>,
}

/// A part of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Zone {
    /// Left edge.
    pub left_pt: f64,
    /// Upper edge.
    pub top_pt: f64,
    /// Right edge.
    pub right_pt: f64,
    /// Lower edge.
    pub bottom_pt: f64,
}

/// A fault of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Something beside the address stands where the window may show it.
    InWindow(String),
    /// An address stands where the window may hide it.
    BesideWindow(String),
    /// A text, a code or a logo too near the edge for a printer, or over it.
    NearEdge(String),
    /// Two things lie on each other.
    Overlap(String, String),
    /// A text in this many points, which few can read.
    SmallText(String, f64),
    /// A heading with nothing below it on its page.
    LastHeading(String),
    /// A code whose modules are smaller than this many millimetres are hard to read for a telephone.
    SmallCode(f64),
}

/// What office printers leave white all around, with some to spare.
pub const PRINTABLE_PT: f64 = mm(5.0);
/// The smallest module of a code that telephones read from paper at arm's length (DENSO WAVE: four dots at 300 dpi).
const MODULE_MM: f64 = 0.34;
/// The smallest print that anything has: who makes it, who pays.
pub const SMALLEST_PT: f64 = 8.0;
/// How far things reach into each other before somebody sees it.
const TOUCH_PT: f64 = 0.6;
/// A line that was measured to be as wide as its place fits, however its width was added up.
const ROUNDING_PT: f64 = 0.01;

/// The faults of a page, in the order of its things.
pub fn faults(shaper: &Shaper, page: Page) -> Vec<Fault> {
    let (width_pt, height_pt) = page.paper_pt;
    let printable = Zone {
        left_pt: page.margin_pt,
        top_pt: page.margin_pt,
        right_pt: width_pt - page.margin_pt,
        bottom_pt: height_pt - page.margin_pt,
    };
    let items = || page.layers.iter().flat_map(|layer| &layer.items);
    let mut faults = Vec::new();
    for item in items() {
        let zone = Outline::of(shaper, item).zone();
        if let Some(window) = page.window {
            if item.role == Role::Address && !zone.within(Zone::of_area(window.address)) {
                faults.push(Fault::BesideWindow(words(item)));
            } else if item.role != Role::Address && zone.meets(Zone::of_area(window.clear)) {
                faults.push(Fault::InWindow(words(item)));
            }
        }
        let to_be_read = matches!(item.mark, Mark::Text(_) | Mark::Qr { .. } | Mark::Picture { .. });
        if to_be_read && !zone.within(printable) {
            faults.push(Fault::NearEdge(words(item)));
        }
        match &item.mark {
            Mark::Text(run) if run.size_pt < SMALLEST_PT => {
                faults.push(Fault::SmallText(words(item), run.size_pt));
            }
            Mark::Qr { side_pt, code, .. } => {
                let module_mm = side_pt / code.modules as f64 / mm(1.0);
                if module_mm < MODULE_MM {
                    faults.push(Fault::SmallCode(module_mm));
                }
            }
            _ => {}
        }
    }
    for layer in page.layers {
        overlaps(shaper, layer, &mut faults);
    }
    faults.extend(last_heading(shaper, items()));
    faults
}

/// What somebody reads or hears of a frame, a line a block, with plain spaces: decoration and repeated tabs left out.
pub fn heard(frame: &Frame) -> String {
    let mut text = String::new();
    let mut block = None;
    for item in frame.items.iter().filter(|i| i.role != Role::Artifact && matches!(i.mark, Mark::Text(_))) {
        let here = Some((item.block, item.role));
        text.push(if block == here { ' ' } else { '\n' });
        block = here;
        text.push_str(&words(item));
    }
    text.replace(NO_BREAK, " ")
}

/// A text as [`heard`] would have it, to be looked for there.
pub fn plain(text: &str) -> String {
    let text: String = french(text).nfc().collect();
    let text = text.replace([THIN, NO_BREAK], " ").replace('\u{2011}', "-");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the codes of a frame are, with what stays light around them.
pub fn codes(frame: &Frame) -> impl Iterator<Item = Zone> {
    frame.items.iter().filter_map(|item| match &item.mark {
        Mark::Qr { x_pt, y_pt, side_pt, code } => Some(plate(*x_pt, *y_pt, *side_pt, code.modules)),
        _ => None,
    })
}

fn plate(x_pt: f64, y_pt: f64, side_pt: f64, modules: usize) -> Zone {
    let quiet_pt = side_pt * QUIET as f64 / modules as f64;
    Zone {
        left_pt: x_pt - quiet_pt,
        top_pt: y_pt - quiet_pt,
        right_pt: x_pt + side_pt + quiet_pt,
        bottom_pt: y_pt + side_pt + quiet_pt,
    }
}

/// Texts, codes and logos that lie on each other, on a rule or on a sticker that is not theirs.
fn overlaps(shaper: &Shaper, frame: &Frame, faults: &mut Vec<Fault>) {
    // A ground is there to be written on.
    let things = frame.items.iter().filter(|item| !matches!(item.mark, Mark::Rect { .. }));
    let things: Vec<_> = things.map(|item| (item, Outline::of(shaper, item))).collect();
    let decorates = |item: &Item| matches!(item.mark, Mark::Circle { .. } | Mark::Rule { .. });
    for (i, (one, outline)) in things.iter().enumerate() {
        for (other, its_outline) in &things[i + 1..] {
            let of_sticker = one.block == other.block && (decorates(one) || decorates(other));
            if of_sticker || decorates(one) && decorates(other) {
                continue;
            }
            if outline.overlaps(its_outline) {
                faults.push(Fault::Overlap(words(one), words(other)));
            }
        }
    }
}

/// A heading that no paragraph follows below.
fn last_heading<'a>(shaper: &Shaper, items: impl Iterator<Item = &'a Item> + Clone) -> Option<Fault> {
    let lowest = |role: &dyn Fn(Role) -> bool| {
        let of_role = items.clone().filter(|i| role(i.role) && matches!(i.mark, Mark::Text(_)));
        let lowest = of_role.map(|i| (Outline::of(shaper, i).zone().bottom_pt, i));
        lowest.max_by(|a, b| a.0.total_cmp(&b.0))
    };
    let (heading_pt, heading) = lowest(&|role| role == Role::Heading)?;
    let below = lowest(&|role| !matches!(role, Role::Heading | Role::Address | Role::Artifact));
    below.is_none_or(|(pt, _)| pt <= heading_pt).then(|| Fault::LastHeading(words(heading)))
}

/// The corners of a thing, in order; it bulges outwards everywhere.
struct Outline(Vec<(f64, f64)>);

/// Corners that stand for a circle.
const CIRCLE: u32 = 24;

impl Outline {
    fn of(shaper: &Shaper, item: &Item) -> Self {
        let rectangle = |left: f64, top: f64, right: f64, bottom: f64| {
            Self(vec![(left, top), (right, top), (right, bottom), (left, bottom)])
        };
        match &item.mark {
            Mark::Text(run) => {
                let (sin, cos) = run.angle_deg.to_radians().sin_cos();
                let (long, tall) = (width_pt(shaper, run), run.size_pt * Face::CAPITAL_EM);
                let corner =
                    |along: f64, up: f64| (run.x_pt + along * cos - up * sin, run.y_pt - along * sin - up * cos);
                Self(vec![corner(0.0, 0.0), corner(0.0, tall), corner(long, tall), corner(long, 0.0)])
            }
            Mark::Rect { x_pt, y_pt, width_pt, height_pt, .. }
            | Mark::Picture { x_pt, y_pt, width_pt, height_pt, .. } => {
                rectangle(*x_pt, *y_pt, x_pt + width_pt, y_pt + height_pt)
            }
            Mark::Circle { x_pt, y_pt, radius_pt, .. } => {
                let corner = |i: u32| {
                    let (sin, cos) = (f64::from(i) * std::f64::consts::TAU / f64::from(CIRCLE)).sin_cos();
                    (x_pt + radius_pt * cos, y_pt + radius_pt * sin)
                };
                Self((0..CIRCLE).map(corner).collect())
            }
            Mark::Rule { from_pt, to_pt, .. } => Self(vec![*from_pt, *to_pt]),
            Mark::Qr { x_pt, y_pt, side_pt, code } => {
                let plate = plate(*x_pt, *y_pt, *side_pt, code.modules);
                rectangle(plate.left_pt, plate.top_pt, plate.right_pt, plate.bottom_pt)
            }
        }
    }

    /// The smallest upright rectangle around it.
    fn zone(&self) -> Zone {
        let around = |zone: Zone, (x, y): &(f64, f64)| Zone {
            left_pt: zone.left_pt.min(*x),
            top_pt: zone.top_pt.min(*y),
            right_pt: zone.right_pt.max(*x),
            bottom_pt: zone.bottom_pt.max(*y),
        };
        let (most, least) = (f64::INFINITY, f64::NEG_INFINITY);
        self.0.iter().fold(Zone { left_pt: most, top_pt: most, right_pt: least, bottom_pt: least }, around)
    }

    /// Whether they share more than a touch: what bulges outwards is apart if some side of one parts them.
    fn overlaps(&self, other: &Self) -> bool {
        self.zone().meets(other.zone()) && !self.parts(other) && !other.parts(self)
    }

    fn parts(&self, other: &Self) -> bool {
        let next = self.0.iter().cycle().skip(1);
        self.0.iter().zip(next).any(|(from, to)| {
            let side = (to.0 - from.0, to.1 - from.1);
            let long = side.0.hypot(side.1);
            if long == 0.0 {
                return false;
            }
            let (across_x, across_y) = (side.1 / long, -side.0 / long);
            let reach = |outline: &Self| {
                let along = outline.0.iter().map(|(x, y)| x * across_x + y * across_y);
                along.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), at| (least.min(at), most.max(at)))
            };
            let (one, two) = (reach(self), reach(other));
            one.1 - two.0 < TOUCH_PT || two.1 - one.0 < TOUCH_PT
        })
    }
}

impl Zone {
    fn of_area(area: Area) -> Self {
        let (right_pt, bottom_pt) = (mm(area.right_mm()) + ROUNDING_PT, mm(area.bottom_mm()));
        Self { left_pt: mm(area.x_mm), top_pt: mm(area.y_mm), right_pt, bottom_pt }
    }

    fn within(self, other: Self) -> bool {
        self.left_pt >= other.left_pt
            && self.top_pt >= other.top_pt
            && self.right_pt <= other.right_pt
            && self.bottom_pt <= other.bottom_pt
    }

    fn meets(self, other: Self) -> bool {
        self.left_pt < other.right_pt
            && other.left_pt < self.right_pt
            && self.top_pt < other.bottom_pt
            && other.top_pt < self.bottom_pt
    }
}

fn width_pt(shaper: &Shaper, run: &Run) -> f64 {
    let words: f64 = run.words.iter().map(|w| w.width_em).sum();
    let spaces = run.words.len().saturating_sub(1) as f64 * shaper.space_em(run.face);
    (words + spaces) * run.size_pt
}

/// What an item says, to find it by; what it is where it says nothing.
fn words(item: &Item) -> String {
    match &item.mark {
        Mark::Text(run) => {
            let words = run.words.iter().map(|w| w.glyphs.iter().map(|g| g.letter).collect::<String>());
            words.collect::<Vec<_>>().join(" ")
        }
        Mark::Qr { .. } => "le code QR".to_owned(),
        Mark::Picture { .. } => "un logo".to_owned(),
        Mark::Rect { .. } | Mark::Circle { .. } => "un fond de couleur".to_owned(),
        Mark::Rule { .. } => "un trait".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::look;
    use crate::document::paragraph::{Fill, Style, wrap};
    use crate::document::qr::Qr;

    const PAPER: (f64, f64) = (mm(210.0), mm(297.0));

    fn write(frame: &mut Frame, role: Role, text: &str, x_mm: f64, y_mm: f64) {
        let style = Style::new(Face::Regular, 12.0, look::INK);
        for line in wrap(&mut Shaper::default(), &[style.span(text)], f64::INFINITY, Fill::Even).unwrap() {
            line.place(frame, role, mm(x_mm), mm(y_mm));
        }
    }

    fn faults_of(frame: &Frame) -> Vec<Fault> {
        let page = Page { layers: &[frame], paper_pt: PAPER, margin_pt: PRINTABLE_PT, window: Some(Window::default()) };
        faults(&Shaper::default(), page)
    }

    #[test]
    fn a_sound_page_has_no_fault() {
        let mut frame = Frame::default();
        write(&mut frame, Role::Address, "48000 MENDE", 110.0, 60.0);
        write(&mut frame, Role::Heading, "Un atelier", 20.0, 110.0);
        write(&mut frame, Role::Paragraph, "Vous êtes les bienvenus.", 20.0, 118.0);
        Qr::encode("https://numerique.exemple.fr/i/48271536").unwrap().place(&mut frame, mm(20.0), mm(200.0), mm(29.0));
        assert_eq!(faults_of(&frame), []);
    }

    #[test]
    fn what_lies_on_each_other_is_named() {
        let mut frame = Frame::default();
        write(&mut frame, Role::Heading, "Un atelier", 20.0, 110.0);
        write(&mut frame, Role::Paragraph, "à Langogne", 30.0, 111.0);
        write(&mut frame, Role::Paragraph, "dessous", 30.0, 117.0);
        frame.block();
        let (x_pt, y_pt) = (mm(80.0), mm(150.0));
        frame.push(Role::Artifact, Mark::Circle { x_pt, y_pt, radius_pt: mm(15.0), colour: look::SUN });
        write(&mut frame, Role::Paragraph, "Gratuit", 74.0, 150.0);
        frame.block();
        // Within the square around the circle, but not within the circle.
        write(&mut frame, Role::Paragraph, "coin", 91.0, 138.0);
        write(&mut frame, Role::Paragraph, "sous le prix", 50.0, 150.0);
        let text = |t: &str| t.to_owned();
        let overlaps = [
            Fault::Overlap(text("Un atelier"), text("à Langogne")),
            Fault::Overlap(text("un fond de couleur"), text("sous le prix")),
        ];
        assert_eq!(faults_of(&frame), overlaps);
    }

    #[test]
    fn turned_text_is_judged_where_it_stands() {
        let mut frame = Frame::default();
        let style = Style::new(Face::Regular, 7.0, look::INK);
        let lines = wrap(&mut Shaper::default(), &[style.span("Tablette")], f64::INFINITY, Fill::Even).unwrap();
        lines[0].place_turned(&mut frame, Role::Artifact, mm(20.0), mm(296.0), 90.0);
        lines[0].place_turned(&mut frame, Role::Artifact, mm(24.0), mm(290.0), 90.0);
        let text = "Tablette".to_owned();
        let small = Fault::SmallText(text.clone(), 7.0);
        assert_eq!(faults_of(&frame), [Fault::NearEdge(text), small.clone(), small]);
    }

    #[test]
    fn what_is_heard_is_found_with_plain_spaces() {
        let mut frame = Frame::default();
        write(&mut frame, Role::Artifact, "décor", 20.0, 20.0);
        write(&mut frame, Role::Paragraph, "de 14\u{a0}h, venez\u{202f}!", 20.0, 110.0);
        assert!(heard(&frame).contains(&plain("de 14 h, venez !")), "{:?}", heard(&frame));
        assert!(!heard(&frame).contains("décor"));
    }

    #[test]
    fn what_stands_wrong_is_named() {
        let mut frame = Frame::default();
        write(&mut frame, Role::Address, "48000 MENDE", 95.0, 60.0);
        write(&mut frame, Role::Paragraph, "Objet", 90.0, 40.0);
        write(&mut frame, Role::Paragraph, "Bord", 204.0, 150.0);
        write(&mut frame, Role::Heading, "Seul", 20.0, 280.0);
        Qr::encode("https://numerique.exemple.fr/i/48271536").unwrap().place(&mut frame, mm(20.0), mm(200.0), mm(12.0));
        let found = faults_of(&frame);
        let text = |t: &str| t.to_owned();
        assert_eq!(found[0], Fault::BesideWindow(text("48000 MENDE")));
        assert_eq!(found[1], Fault::InWindow(text("Objet")));
        assert_eq!(found[2], Fault::NearEdge(text("Bord")));
        assert!(matches!(found[3], Fault::SmallCode(mm) if (0.2..0.34).contains(&mm)), "{found:?}");
        assert_eq!(found[4..], [Fault::LastHeading(text("Seul"))]);
    }
}
