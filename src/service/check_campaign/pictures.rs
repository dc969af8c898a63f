//! What is wrong with the pictures that a campaign gives: a signature that no letter shows, logos too coarse or too pale for
//! paper.

use super::Finding;
use crate::document::letter::{LOGO_MM, LetterTemplate, SIGNATURE_MM};
use crate::document::look::{WHITE, mm};
use crate::document::picture::Picture;
use crate::domain::campaign::Campaign;
use crate::domain::colour::Colour;
use crate::domain::logo::{Logo, LogoKind};

/// Below this many pixels an inch, print looks coarse.
const COARSE_DPI: f64 = 150.0;
/// The contrast with paper that a picture needs somewhere to be seen (WCAG 2.2, 1.4.11).
const VISIBLE: f64 = 3.0;
/// A pixel that is less opaque than this is not seen.
const OPAQUE: u8 = 128;

/// Looks at the logos and the signature, and whether the letter shows the latter.
pub fn look(campaign: &Campaign, template: &LetterTemplate, found: &mut Vec<Finding>) {
    let structure = &campaign.structure;
    if structure.signature.is_some() && !template.is_signed() {
        let message = "L’image de la signature ne sert à rien : la lettre n’a pas {{signature}}.";
        found.push(Finding::warning("Structure, signature", message.to_owned()));
    }
    let own = [("logo", structure.logo.as_ref(), LOGO_MM), ("signature", structure.signature.as_ref(), SIGNATURE_MM)];
    for (what, picture, most_mm) in own {
        found.extend(
            picture
                .into_iter()
                .flat_map(|p| faults(p, most_mm))
                .map(|why| Finding::warning(format!("Structure, {what}"), why)),
        );
    }
    for funder in &campaign.funders {
        let faults = funder.logo.iter().flat_map(|logo| faults(logo, LOGO_MM));
        found.extend(faults.map(|why| Finding::warning(format!("Financeur {}, logo", funder.slug), why)));
    }
}

/// What is wrong with a picture that is printed at most this large. One that cannot be drawn is said where it is drawn.
fn faults(logo: &Logo, most_mm: (f64, f64)) -> Vec<String> {
    let Ok(picture) = Picture::of(logo) else { return Vec::new() };
    let mut faults = Vec::new();
    let (width_pt, _) = picture.fit(mm(most_mm.0), mm(most_mm.1));
    let dpi = picture.width as f64 * 72.0 / width_pt;
    if logo.kind() != LogoKind::Svg && dpi < COARSE_DPI {
        faults.push(format!(
            "L’image n’a que {} × {} pixels : sur une lettre elle sera floue ({dpi:.0} points par pouce, il en faut {COARSE_DPI:.0}). Demandez-la en plus grand, ou en SVG.",
            picture.width, picture.height
        ));
    }
    let opaque = |at: usize| picture.alpha.as_ref().is_none_or(|alpha| alpha.get(at).is_some_and(|a| *a >= OPAQUE));
    let seen = picture.rgb.chunks_exact(3).enumerate().filter(|(at, _)| opaque(*at));
    let mut contrasts = seen.map(|(_, p)| Colour([p[0], p[1], p[2]]).contrast(WHITE));
    if !contrasts.any(|contrast| contrast >= VISIBLE) {
        let why =
            "L’image est blanche ou presque : on ne la verra pas sur le papier. Demandez la version pour fond clair.";
        faults.push(why.to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(side: u32, colour: [u8; 4]) -> Logo {
        let mut pixels = tiny_skia::Pixmap::new(side, side).unwrap();
        let [r, g, b, a] = colour;
        pixels.fill(tiny_skia::Color::from_rgba8(r, g, b, a));
        Logo::read(&pixels.encode_png().unwrap()).unwrap()
    }

    #[test]
    fn a_logo_is_fine_enough_and_dark_enough_for_paper() {
        assert_eq!(faults(&png(300, [14, 77, 71, 255]), LOGO_MM), Vec::<String>::new());
        let coarse = faults(&png(20, [14, 77, 71, 255]), LOGO_MM);
        assert!(coarse.len() == 1 && coarse[0].contains("20 × 20 pixels"), "{coarse:?}");
        let white = faults(&png(300, [255, 255, 255, 255]), LOGO_MM);
        assert!(white.len() == 1 && white[0].contains("blanche"), "{white:?}");
        let svg =
            b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'><path d='M0 0h2v1z' fill='#ffffee'/></svg>";
        assert_eq!(faults(&Logo::read(svg).unwrap(), LOGO_MM).len(), 1);
    }
}
