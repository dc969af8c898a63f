//! Public Sans in the weights that the print pieces use, embedded in the binary. Licence: `assets/fonts/OFL.txt`.

use std::sync::LazyLock;

use harfrust::Font;

/// One weight of Public Sans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Face {
    /// 400, running text.
    Regular,
    /// 600, labels.
    SemiBold,
    /// 700, emphasis.
    Bold,
    /// 800, titles and key facts.
    ExtraBold,
}

static FONTS: LazyLock<[Font; 4]> = LazyLock::new(|| Face::ALL.map(Face::load));

impl Face {
    /// Every face, by weight.
    pub const ALL: [Self; 4] = [Self::Regular, Self::SemiBold, Self::Bold, Self::ExtraBold];

    /// Height of a capital, in em.
    pub const CAPITAL_EM: f64 = 0.72;

    /// The PostScript name, as a PDF reader shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "PublicSans-Regular",
            Self::SemiBold => "PublicSans-SemiBold",
            Self::Bold => "PublicSans-Bold",
            Self::ExtraBold => "PublicSans-ExtraBold",
        }
    }

    /// The TrueType file.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../assets/fonts/PublicSans_400Regular.ttf"),
            Self::SemiBold => include_bytes!("../../assets/fonts/PublicSans_600SemiBold.ttf"),
            Self::Bold => include_bytes!("../../assets/fonts/PublicSans_700Bold.ttf"),
            Self::ExtraBold => include_bytes!("../../assets/fonts/PublicSans_800ExtraBold.ttf"),
        }
    }

    /// The font, read once.
    pub fn font(self) -> &'static Font {
        &FONTS[self as usize]
    }

    /// The glyph of a letter, nothing where the face lacks it.
    pub fn glyph(self, letter: char) -> Option<u16> {
        self.font().charmap().map_unicode(letter).and_then(|g| u16::try_from(g.to_u32()).ok())
    }

    /// Every letter that the face has, one for each glyph, in order.
    pub fn repertoire(self) -> Vec<char> {
        let mut seen = std::collections::HashSet::new();
        let mut letters: Vec<char> = self
            .font()
            .charmap()
            .unicodes()
            .filter_map(|(code, _)| char::from_u32(code))
            .filter(|c| !c.is_control())
            .collect();
        letters.sort_unstable();
        letters.retain(|c| self.glyph(*c).is_some_and(|g| seen.insert(g)));
        letters
    }

    fn load(self) -> Font {
        // The file is part of the binary, and a test reads each face.
        Font::new(self.bytes(), 0).unwrap_or_else(|| unreachable!("{} is a font", self.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_can_be_read_and_has_french() {
        for face in Face::ALL {
            for letter in "aàâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ«»’–…€·°0123456789\u{a0}".chars()
            {
                assert!(face.glyph(letter).is_some(), "{} lacks {letter}", face.name());
            }
            let capital = face.font().metrics().cap_height.map(|h| h.to_f64() / f64::from(face.font().units_per_em()));
            assert!((capital.unwrap() - Face::CAPITAL_EM).abs() < 0.02, "{capital:?}");
        }
    }
}
