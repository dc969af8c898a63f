//! What is wrong with a finished page, seen from its frame alone: things in the window or off the paper, headings that are
//! left behind, codes too small to be read. It knows neither what a page is about nor how it was laid out.

use super::font::Face;
use super::frame::{Frame, Item, Mark, Role, Run};
use super::look::mm;
use super::shape::Shaper;
use crate::domain::envelope::{Area, Window};

/// A page with its paper.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// What is on it; layers that lie on each other are several.
    pub layers: &'a [&'a Frame],
    /// Width and height of the paper.
    pub paper_pt: (f64, f64),
    /// Where the address stands, and only it, for a page that goes into an envelope with a window.
    pub window: Option<Window>,
}

/// A part of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Zone {
    left_pt: f64,
    top_pt: f64,
    right_pt: f64,
    bottom_pt: f64,
}

/// A fault of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Something beside the address stands where the window may show it.
    InWindow(String),
    /// An address stands where the window may hide it.
    BesideWindow(String),
    /// Text too near the edge for a printer, or over it.
    NearEdge(String),
    /// A heading with nothing below it on its page.
    LastHeading(String),
    /// A code whose modules are smaller than this many millimetres are hard to read for a telephone.
    SmallCode(f64),
}

/// What office printers leave white all around, with some to spare.
const PRINTABLE_MM: f64 = 5.0;
/// The smallest module of a code that telephones read from paper at arm's length (DENSO WAVE: four dots at 300 dpi).
const MODULE_MM: f64 = 0.34;

/// A line that was measured to be as wide as its place fits, however its width was added up.
const ROUNDING_PT: f64 = 0.01;

/// The faults of a page, in the order of its things.
pub fn faults(shaper: &Shaper, page: Page) -> Vec<Fault> {
    let (width_pt, height_pt) = page.paper_pt;
    let printable = Zone {
        left_pt: mm(PRINTABLE_MM),
        top_pt: mm(PRINTABLE_MM),
        right_pt: width_pt - mm(PRINTABLE_MM),
        bottom_pt: height_pt - mm(PRINTABLE_MM),
    };
    let items = || page.layers.iter().flat_map(|layer| &layer.items);
    let mut faults = Vec::new();
    for item in items() {
        let zone = Zone::of(shaper, item);
        if let Some(window) = page.window {
            if item.role == Role::Address && !zone.within(Zone::of_area(window.address)) {
                faults.push(Fault::BesideWindow(words(item)));
            } else if item.role != Role::Address && zone.meets(Zone::of_area(window.clear)) {
                faults.push(Fault::InWindow(words(item)));
            }
        }
        match &item.mark {
            Mark::Text(run) if run.angle_deg == 0.0 && !zone.within(printable) => {
                faults.push(Fault::NearEdge(words(item)));
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
    faults.extend(last_heading(shaper, items()));
    faults
}

/// A heading that no paragraph follows below.
fn last_heading<'a>(shaper: &Shaper, items: impl Iterator<Item = &'a Item> + Clone) -> Option<Fault> {
    let lowest = |role: &dyn Fn(Role) -> bool| {
        let of_role = items.clone().filter(|i| role(i.role) && matches!(i.mark, Mark::Text(_)));
        of_role.map(|i| (Zone::of(shaper, i).bottom_pt, i)).max_by(|a, b| a.0.total_cmp(&b.0))
    };
    let (heading_pt, heading) = lowest(&|role| role == Role::Heading)?;
    let below = lowest(&|role| !matches!(role, Role::Heading | Role::Address | Role::Artifact));
    below.is_none_or(|(pt, _)| pt <= heading_pt).then(|| Fault::LastHeading(words(heading)))
}

impl Zone {
    fn of_area(area: Area) -> Self {
        let (right_pt, bottom_pt) = (mm(area.right_mm()) + ROUNDING_PT, mm(area.bottom_mm()));
        Self { left_pt: mm(area.x_mm), top_pt: mm(area.y_mm), right_pt, bottom_pt }
    }

    fn of(shaper: &Shaper, item: &Item) -> Self {
        let zone = |left_pt, top_pt, right_pt, bottom_pt| Self { left_pt, top_pt, right_pt, bottom_pt };
        match &item.mark {
            Mark::Text(run) => {
                let top_pt = run.y_pt - run.size_pt * Face::CAPITAL_EM;
                // Turned text is rare and stands free: its anchor is enough.
                let width_pt = if run.angle_deg == 0.0 { width_pt(shaper, run) } else { 0.0 };
                zone(run.x_pt, top_pt, run.x_pt + width_pt, run.y_pt)
            }
            Mark::Rect { x_pt, y_pt, width_pt, height_pt, .. }
            | Mark::Picture { x_pt, y_pt, width_pt, height_pt, .. } => {
                zone(*x_pt, *y_pt, x_pt + width_pt, y_pt + height_pt)
            }
            Mark::Circle { x_pt, y_pt, radius_pt: r, .. } => zone(x_pt - r, y_pt - r, x_pt + r, y_pt + r),
            Mark::Rule { from_pt, to_pt, .. } => {
                zone(from_pt.0.min(to_pt.0), from_pt.1.min(to_pt.1), from_pt.0.max(to_pt.0), from_pt.1.max(to_pt.1))
            }
            Mark::Qr { x_pt, y_pt, side_pt, .. } => zone(*x_pt, *y_pt, x_pt + side_pt, y_pt + side_pt),
        }
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
        faults(&Shaper::default(), Page { layers: &[frame], paper_pt: PAPER, window: Some(Window::default()) })
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
