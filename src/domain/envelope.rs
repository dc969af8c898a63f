//! Where a letter has its address, so that the window of its envelope shows the address and nothing else.

use serde::Deserialize;

use super::Invalid;

/// A part of the folded sheet, in millimetres from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Left edge.
    pub x_mm: f64,
    /// Upper edge.
    pub y_mm: f64,
    /// Width.
    pub width_mm: f64,
    /// Height.
    pub height_mm: f64,
}

/// Where letters have their address.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The address stands in here, however the sheet slides in its envelope.
    pub address: Area,
    /// Nothing but the address stands in here: the window may show any of it.
    pub clear: Area,
}

/// Room for the letterhead left of the window, for logos above it, for the text below it, and for six lines of 38 characters in it.
const LETTERHEAD_MM: f64 = 85.0;
const LOGOS_MM: f64 = 31.0;
const LOWEST_MM: f64 = 140.0;
const ADDRESS_MM: (f64, f64) = (70.0, 25.0);

impl Area {
    /// Right edge.
    pub const fn right_mm(&self) -> f64 {
        self.x_mm + self.width_mm
    }

    /// Lower edge.
    pub const fn bottom_mm(&self) -> f64 {
        self.y_mm + self.height_mm
    }
}

impl Default for Window {
    /// What every common French window shows, by the intersection of three public specifications (field notes, section 2).
    fn default() -> Self {
        Self {
            address: Area { x_mm: 110.0, y_mm: 55.0, width_mm: 80.0, height_mm: 25.0 },
            clear: Area { x_mm: 100.0, y_mm: 35.0, width_mm: 100.0, height_mm: 55.0 },
        }
    }
}

impl Window {
    /// Whether letters can be made for it.
    pub fn check(&self) -> Result<(), Invalid> {
        let Self { address, clear } = self;
        let inside = address.x_mm >= clear.x_mm
            && address.y_mm >= clear.y_mm
            && address.right_mm() <= clear.right_mm()
            && address.bottom_mm() <= clear.bottom_mm();
        if !inside {
            return Err(Invalid::new("« address » doit tenir dans « clear », que rien d’autre n’occupe."));
        }
        if address.width_mm < ADDRESS_MM.0 || address.height_mm < ADDRESS_MM.1 {
            return Err(Invalid::new("six lignes de 38 caractères demandent 70 × 25 mm au moins."));
        }
        if clear.x_mm < LETTERHEAD_MM || clear.y_mm < LOGOS_MM {
            return Err(Invalid::new(
                "« clear » commence à 85 mm du bord gauche et à 31 mm du haut au moins : l’en-tête et les logos sont à côté.",
            ));
        }
        if clear.right_mm() > 210.0 || clear.bottom_mm() > LOWEST_MM {
            return Err(Invalid::new(
                "« clear » tient dans les 210 mm de la feuille et finit à 140 mm du haut au plus.",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_leaves_no_room_for_the_rest_is_refused() {
        let usual = Window::default();
        assert!(usual.check().is_ok());
        let wrong = |window: Window, why: &str| {
            assert!(window.check().unwrap_err().to_string().contains(why), "{window:?}");
        };
        wrong(Window { address: Area { x_mm: 95.0, ..usual.address }, ..usual }, "tenir dans");
        wrong(Window { address: Area { width_mm: 60.0, ..usual.address }, ..usual }, "38 caractères");
        wrong(Window { clear: Area { x_mm: 20.0, width_mm: 180.0, ..usual.clear }, ..usual }, "en-tête");
        wrong(Window { clear: Area { height_mm: 120.0, ..usual.clear }, ..usual }, "140 mm");
    }
}
