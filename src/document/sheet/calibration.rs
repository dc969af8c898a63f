//! The calibration page: a grid to be laid into the real envelope, which shows what its window shows.

use crate::document::Reason;
use crate::document::export::{Page, Placed, pages};
use crate::document::font::Face;
use crate::document::frame::{Colour, Frame, Mark, Role};
use crate::document::look::{self, mm};
use crate::document::paragraph::{Fill, Style, wrap};
use crate::document::shape::Shaper;
use crate::domain::envelope::Area;
use crate::text::typography::french;

/// The window of an envelope as it lies on the sheet, in millimetres from the sheet's upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// The envelope, « DL, fenêtre à droite ».
    pub name: String,
    /// Left edge.
    pub x_mm: f64,
    /// Upper edge.
    pub y_mm: f64,
    /// Width.
    pub width_mm: f64,
    /// Height.
    pub height_mm: f64,
}

const WIDTH_MM: f64 = 210.0;
const HEIGHT_MM: f64 = 297.0;
const FINE: Colour = Colour::from_hex(0xc9d4d1);
const STRONG: Colour = Colour::from_hex(0x7d8f8b);

/// A page with a grid over its upper third, where the part in which letters have their address and these windows are drawn.
pub fn calibration(address: Area, windows: &[Window]) -> Result<Vec<u8>, Reason> {
    let Area { x_mm, y_mm, width_mm, height_mm } = address;
    let address = &Window { name: "Adresse".to_owned(), x_mm, y_mm, width_mm, height_mm };
    let mut frame = Frame::default();
    let mut shaper = Shaper::default();
    // Where the sheet is folded, the first third ends.
    let bottom_mm = 99.0;
    for at in 0..=(WIDTH_MM / 5.0) as u32 {
        let x_mm = f64::from(at) * 5.0;
        let colour = if at.is_multiple_of(2) { STRONG } else { FINE };
        frame.ground(mm(x_mm) - 0.15, 0.0, 0.3, mm(bottom_mm), colour);
    }
    for at in 0..=(bottom_mm / 5.0) as u32 {
        let y_mm = f64::from(at) * 5.0;
        let colour = if at.is_multiple_of(2) { STRONG } else { FINE };
        frame.ground(0.0, mm(y_mm) - 0.15, mm(WIDTH_MM), 0.3, colour);
    }
    let mut put = |frame: &mut Frame, role, text: &str, style: Style, x_pt: f64, y_pt: f64, width_pt: f64| {
        let lines = wrap(&mut shaper, &[style.span(french(text))], width_pt, Fill::Even)?;
        frame.block();
        let mut y_pt = y_pt;
        for line in lines {
            line.place(frame, role, x_pt, y_pt);
            y_pt += style.size_pt * 1.35;
        }
        Ok::<f64, Reason>(y_pt)
    };
    let tick = Style::new(Face::SemiBold, 7.0, look::MUTED);
    for at in (10..210).step_by(10) {
        put(&mut frame, Role::Artifact, &at.to_string(), tick, mm(f64::from(at)) + 1.0, mm(3.0), f64::INFINITY)?;
    }
    for at in (10..99).step_by(10) {
        put(&mut frame, Role::Artifact, &at.to_string(), tick, mm(5.6), mm(f64::from(at)) - 1.5, f64::INFINITY)?;
    }
    let box_of = |frame: &mut Frame, window: &Window, thickness_pt, colour| {
        frame.outline(
            mm(window.x_mm),
            mm(window.y_mm),
            mm(window.width_mm),
            mm(window.height_mm),
            thickness_pt,
            colour,
        );
    };
    let mut named: Vec<(f64, f64)> = Vec::new();
    for window in windows {
        box_of(&mut frame, window, 1.0, look::DEEP);
        let label = Style::new(Face::SemiBold, 8.5, look::DEEP);
        // Below its lower edge, and below the name of another window that stands there.
        let x_pt = mm(window.x_mm) + 3.0;
        let mut y_pt = mm(window.y_mm + window.height_mm) + 9.5;
        while named.iter().any(|(x, y)| (x - x_pt).abs() < mm(60.0) && (y - y_pt).abs() < 10.0) {
            y_pt += 10.0;
        }
        named.push((x_pt, y_pt));
        put(&mut frame, Role::Paragraph, &window.name, label, x_pt, y_pt, f64::INFINITY)?;
    }
    let Window { x_mm, y_mm, width_mm, height_mm, .. } = *address;
    frame.ground(mm(x_mm), mm(y_mm), mm(width_mm), mm(height_mm), look::SOFT);
    box_of(&mut frame, address, 1.4, look::INK);
    let style = Style::new(Face::Regular, 10.5, look::INK);
    let lines = [
        "MME EXEMPLE PRENOM",
        "APPARTEMENT 2",
        "RESIDENCE DES EXEMPLES",
        "12 RUE DE L EXEMPLE",
        "LIEU DIT",
        "48000 MENDE",
    ];
    for (i, line) in (0..).zip(lines) {
        put(&mut frame, Role::Address, line, style, mm(x_mm), mm(y_mm) + 10.2 + f64::from(i) * 11.5, f64::INFINITY)?;
    }
    let (from_pt, to_pt) = ((0.0, mm(bottom_mm)), (mm(WIDTH_MM), mm(bottom_mm)));
    let fold = Mark::Rule { from_pt, to_pt, thickness_pt: 0.8, colour: look::INK, dashed: true };
    frame.push(Role::Artifact, fold);
    let title = Style::new(Face::ExtraBold, 22.0, look::INK);
    let text = Style::new(Face::Regular, 12.0, look::INK);
    let (left_pt, column_pt) = (mm(20.0), mm(170.0));
    let y_pt = put(&mut frame, Role::Heading, "Essayez vos enveloppes", title, left_pt, mm(116.0), column_pt)?;
    let mut y_pt = y_pt + 4.0;
    let steps = [
        "1. Imprimez cette page à la taille réelle, sans « ajuster à la page ». La grille a des carreaux de 5 mm : contrôlez-en un à la règle.",
        "2. Pliez en trois, la grille vers l’extérieur : le premier pli est la ligne en tirets.",
        "3. Glissez la feuille dans l’enveloppe et tapez-la sur la table, sur chacun de ses quatre bords.",
        "4. L’adresse sur fond gris doit rester entière dans la fenêtre, dans les quatre positions. Rien d’autre ne doit s’y voir.",
        "5. Si elle est coupée, lisez sur la grille ce que montre la fenêtre, et notez ces millimètres dans les réglages (window) ou changez d’enveloppes.",
    ];
    for step in steps {
        y_pt = put(&mut frame, Role::Paragraph, step, text, left_pt, y_pt, column_pt)? + 5.0;
    }
    y_pt += 6.0;
    for window in std::iter::once(address).chain(windows) {
        let Window { name, x_mm, y_mm, width_mm, height_mm } = window;
        let [left, right, top, bottom] =
            [*x_mm, x_mm + width_mm, *y_mm, y_mm + height_mm].map(|mm| format!("{mm}").replace('.', ","));
        let line = format!("{name} : de {left} à {right} mm depuis la gauche, de {top} à {bottom} mm depuis le haut.");
        y_pt = put(&mut frame, Role::Paragraph, &line, text, left_pt, y_pt, column_pt)? + 3.0;
    }
    let placed = vec![Placed { frame: &frame, at_pt: (0.0, 0.0), clip_pt: None, heard: true }];
    let page = Page { width_pt: mm(WIDTH_MM), height_pt: mm(HEIGHT_MM), trim_pt: None, placed };
    Ok(pages("Essayez vos enveloppes", &[page])?)
}
