//! QR codes.

use std::rc::Rc;

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

use super::frame::{Frame, Mark, Role};
use super::look;

/// A QR code: a square of dark and light modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Modules on a side.
    pub modules: usize,
    /// Dark stretches: row, first column, length.
    pub stretches: Vec<(usize, usize, usize)>,
}

/// Modules that stay light around a code (ISO/IEC 18004).
pub const QUIET: usize = 4;

impl Qr {
    /// The code of an address, with level Q: a quarter of it may be soiled or creased. The mask is always the same, which
    /// makes it several times faster and costs nothing that readers notice; nothing if the address is longer than any code.
    pub fn encode(url: &str) -> Option<Self> {
        let segments = QrSegment::make_segments(url);
        let code = QrCode::encode_segments_advanced(
            &segments,
            QrCodeEcc::Quartile,
            Version::MIN,
            Version::MAX,
            Some(Mask::new(2)),
            true,
        )
        .ok()?;
        let size = code.size();
        let mut stretches = Vec::new();
        for y in 0..size {
            let mut x = 0;
            while x < size {
                let length = (x..size).take_while(|x| code.get_module(*x, y)).count();
                if length > 0 {
                    stretches.push((y as usize, x as usize, length));
                }
                x += length as i32 + 1;
            }
        }
        Some(Self { modules: size as usize, stretches })
    }

    /// Puts the code on a white plate whose sides are `plate_pt`, quiet zone included.
    pub fn place(self, frame: &mut Frame, x_pt: f64, y_pt: f64, plate_pt: f64) {
        let side_pt = plate_pt * self.modules as f64 / (self.modules + 2 * QUIET) as f64;
        let quiet_pt = (plate_pt - side_pt) / 2.0;
        frame.ground(x_pt, y_pt, plate_pt, plate_pt, look::WHITE);
        let (x_pt, y_pt) = (x_pt + quiet_pt, y_pt + quiet_pt);
        frame.push(Role::Figure, Mark::Qr { x_pt, y_pt, side_pt, code: Rc::new(self) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_cover_exactly_the_dark_modules() {
        let qr = Qr::encode("https://numerique.exemple.fr/i/48271536").unwrap();
        assert_eq!(qr.modules, 33);
        assert_eq!(qr.stretches[0], (0, 0, 7), "the upper edge of the first finder");
        assert!(qr.stretches.windows(2).all(|w| w[0].0 < w[1].0 || w[0].1 + w[0].2 < w[1].1), "none touches the next");
    }

    #[test]
    fn an_endless_address_has_no_code() {
        assert!(Qr::encode(&"x".repeat(4000)).is_none());
    }
}
