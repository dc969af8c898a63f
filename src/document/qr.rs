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
    /// The modules row by row, dark ones as 1; each row begins a byte.
    pub rows: Vec<u8>,
}

/// The codes of addresses that are equal but for the digits at their end.
///
/// With a fixed mask a code is linear: its data are bits, its correction is a sum of data over GF(2), and a digit is `0` with
/// some of four bits flipped. So the code of any number is that of zeros, exclusive-or what each flipped bit changes: a
/// fraction of a microsecond, where encoding takes fourteen.
#[derive(Debug)]
pub struct Numbered {
    prefix: String,
    zeros: Qr,
    /// What each of the four low bits of each digit changes.
    flips: Vec<[Vec<u8>; 4]>,
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
        let mut rows = Vec::with_capacity(size as usize * (size as usize).div_ceil(8));
        for y in 0..size {
            for left in (0..size).step_by(8) {
                rows.push((left..left + 8).fold(0, |byte, x| byte << 1 | u8::from(code.get_module(x, y))));
            }
        }
        Some(Self { modules: size as usize, rows })
    }

    /// The bytes of a row.
    pub fn row(&self, y: usize) -> &[u8] {
        let stride = self.modules.div_ceil(8);
        &self.rows[y * stride..][..stride]
    }

    /// Dark stretches: row, first column, length.
    pub fn stretches(&self) -> Vec<(usize, usize, usize)> {
        let mut stretches = Vec::new();
        for y in 0..self.modules {
            let row = self.row(y);
            let dark = |x: usize| row[x / 8] << (x % 8) & 0x80 != 0;
            let mut x = 0;
            while x < self.modules {
                let length = (x..self.modules).take_while(|x| dark(*x)).count();
                if length > 0 {
                    stretches.push((y, x, length));
                }
                x += length + 1;
            }
        }
        stretches
    }

    /// How much of a plate stays light on each side.
    pub fn quiet_pt(&self, plate_pt: f64) -> f64 {
        plate_pt * QUIET as f64 / (self.modules + 2 * QUIET) as f64
    }

    /// Puts the code on a white plate whose sides are `plate_pt`, quiet zone included.
    pub fn place(self, frame: &mut Frame, x_pt: f64, y_pt: f64, plate_pt: f64) {
        let quiet_pt = self.quiet_pt(plate_pt);
        let side_pt = plate_pt - 2.0 * quiet_pt;
        frame.ground(x_pt, y_pt, plate_pt, plate_pt, look::WHITE);
        let (x_pt, y_pt) = (x_pt + quiet_pt, y_pt + quiet_pt);
        frame.push(Role::Figure, Mark::Qr { x_pt, y_pt, side_pt, code: Rc::new(self) });
    }
}

impl Numbered {
    /// The codes of `prefix` followed by so many digits; nothing if they are not all of one kind, or too long.
    pub fn new(prefix: &str, digits: usize) -> Option<Self> {
        // In the other modes digits share bits, and nothing is linear.
        if QrSegment::is_alphanumeric(prefix) {
            return None;
        }
        let zeros = Qr::encode(&format!("{prefix}{}", "0".repeat(digits)))?;
        let flip = |at: usize, bit: u32| {
            let mut number = vec![b'0'; digits];
            number[at] |= 1 << bit;
            let code = Qr::encode(&format!("{prefix}{}", String::from_utf8(number).ok()?))?;
            Some(code.rows.iter().zip(&zeros.rows).map(|(a, b)| a ^ b).collect::<Vec<u8>>())
        };
        let of_digit = |at| Some([flip(at, 0)?, flip(at, 1)?, flip(at, 2)?, flip(at, 3)?]);
        let flips = (0..digits).map(of_digit).collect::<Option<_>>()?;
        Some(Self { prefix: prefix.to_owned(), zeros, flips })
    }

    /// The code of an address; nothing if it is not one of these.
    pub fn code(&self, url: &str) -> Option<Qr> {
        let number = url.strip_prefix(&self.prefix)?.as_bytes();
        if number.len() != self.flips.len() || !number.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut code = self.zeros.clone();
        for (digit, flips) in number.iter().zip(&self.flips) {
            for flip in (0..4).filter(|bit| digit >> bit & 1 == 1).map(|bit| &flips[bit]) {
                code.rows.iter_mut().zip(flip).for_each(|(module, change)| *module ^= change);
            }
        }
        Some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_cover_exactly_the_dark_modules() {
        let qr = Qr::encode("https://numerique.exemple.fr/i/48271536").unwrap();
        assert_eq!(qr.modules, 33);
        let stretches = qr.stretches();
        assert_eq!(stretches[0], (0, 0, 7), "the upper edge of the first finder");
        assert!(stretches.windows(2).all(|w| w[0].0 < w[1].0 || w[0].1 + w[0].2 < w[1].1), "none touches the next");
    }

    #[test]
    fn the_code_of_a_number_is_the_one_that_the_library_makes() {
        for prefix in ["https://numerique.exemple.fr/i/", "https://xn--e.fr/i/", "é"] {
            let numbered = Numbered::new(prefix, 8).unwrap();
            for number in ["00000000", "48271536", "99999999", "10482937", "56473829"] {
                let url = format!("{prefix}{number}");
                assert_eq!(numbered.code(&url), Qr::encode(&url), "{url}");
            }
            assert_eq!(numbered.code(&format!("{prefix}4827153")), None);
            assert_eq!(numbered.code(&format!("{prefix}4827153x")), None);
        }
        assert!(Numbered::new("HTTP://A.FR/", 8).is_none(), "capitals share bits");
    }

    #[test]
    fn an_endless_address_has_no_code() {
        assert!(Qr::encode(&"x".repeat(4000)).is_none());
    }
}
