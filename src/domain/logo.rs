//! Logos, of funders and of the structure, and the picture of a signature: looked at, not decoded.

use std::sync::Arc;

use super::Invalid;

/// A logo that has been looked at: small enough, and what it says it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    kind: LogoKind,
    bytes: Arc<[u8]>,
}

/// The kinds of picture a logo may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// SVG.
    Svg,
}

/// Bytes a logo may have.
pub const LOGO_BYTES: usize = 2_000_000;
/// Pixels a logo may have: four bytes each once it is decoded, so a hundred megabytes.
const LOGO_PIXELS: f64 = 25e6;

impl Logo {
    /// Looks at a picture's bytes without decoding them: PNG, JPEG or SVG, at most 2 MB and 25 million pixels.
    pub fn read(bytes: &[u8]) -> Result<Self, Invalid> {
        if bytes.len() > LOGO_BYTES {
            return Err(Invalid::new("l’image pèse plus de 2 Mo : enregistrez-la en plus petit."));
        }
        let (kind, size) = if let Some(size) = png_size(bytes) {
            (LogoKind::Png, Some(size))
        } else if let Some(size) = jpeg_size(bytes) {
            (LogoKind::Jpeg, Some(size))
        } else if let Some(size) = svg_size(bytes) {
            (LogoKind::Svg, size)
        } else if has_entities(bytes) {
            return Err(Invalid::new(
                "ce SVG contient des entités (<!ENTITY …>) : enregistrez-le en SVG simple, ou en PNG.",
            ));
        } else {
            return Err(Invalid::new("il faut une image PNG, JPEG ou SVG."));
        };
        match size {
            Some((width, height)) if !(width >= 1.0 && height >= 1.0) => {
                Err(Invalid::new("l’image est sans surface : exportez-la de nouveau."))
            }
            Some((width, height)) if width * height > LOGO_PIXELS => Err(Invalid::new(format!(
                "l’image a {width} × {height} pixels : enregistrez-la en plus petit (25 millions de pixels au plus)."
            ))),
            _ => Ok(Self { kind, bytes: bytes.into() }),
        }
    }

    /// What it is.
    pub fn kind(&self) -> LogoKind {
        self.kind
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Logo({:?}, {} bytes)", self.kind, self.bytes.len())
    }
}

impl LogoKind {
    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Svg => "image/svg+xml",
        }
    }

    /// The ending of its file.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Svg => "svg",
        }
    }
}

/// Width and height of a PNG, by its signature and first chunk.
fn png_size(bytes: &[u8]) -> Option<(f64, f64)> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let number = |at: usize| Some(f64::from(u32::from_be_bytes(rest.get(at..at + 4)?.try_into().ok()?)));
    Some((number(0)?, number(4)?))
}

/// Width and height of a JPEG, from the head of its frame.
fn jpeg_size(bytes: &[u8]) -> Option<(f64, f64)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    while let [0xff, marker, high, low, segment @ ..] = rest {
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let number = |at: usize| Some(f64::from(u16::from_be_bytes(segment.get(at..at + 2)?.try_into().ok()?)));
            return Some((number(3)?, number(1)?));
        }
        rest = segment.get(usize::from(u16::from_be_bytes([*high, *low])).checked_sub(2)?..)?;
    }
    None
}

/// Whether an SVG has a document type of its own or entities, which could make it grow without bounds.
fn has_entities(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let own_type = text.split_once("<!DOCTYPE").and_then(|(_, rest)| rest.find('[').zip(rest.find('>')));
    text.contains("<svg") && (text.contains("<!ENTITY") || own_type.is_some_and(|(own, end)| own < end))
}

/// Whether these bytes are an SVG, and its size in pixels where the root says it. Before the root stand a declaration,
/// comments and a document type's name, as drawing programs write them.
fn svg_size(bytes: &[u8]) -> Option<Option<(f64, f64)>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!DOCTYPE svg") {
            ">"
        } else {
            break;
        };
        rest = rest[rest.find(end)? + end.len()..].trim_start();
    }
    let root = rest.strip_prefix("<svg").filter(|r| r.starts_with(|c: char| c.is_ascii_whitespace() || c == '>'))?;
    if !text.trim_end().ends_with('>') || has_entities(bytes) {
        return None;
    }
    let root = &root[..root.find('>')?];
    let pixels = |name: &str| {
        let value = root.split_once(&format!(" {name}="))?.1;
        let value = value.strip_prefix(['"', '\''])?.split(['"', '\'']).next()?;
        value.trim_end_matches("px").parse::<f64>().ok()
    };
    Some(pixels("width").zip(pixels("height")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &width.to_be_bytes(), &height.to_be_bytes(), b"\x08\x06\0\0\0"]
            .concat()
    }

    #[test]
    fn a_logo_is_a_small_picture() {
        assert_eq!(Logo::read(&png(400, 200)).unwrap().kind(), LogoKind::Png);
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x0b\x08\0\x14\0\x28\x03...";
        assert_eq!(Logo::read(jpeg).unwrap().kind(), LogoKind::Jpeg);
        let svg = r#"<?xml version="1.0"?><!-- fait main --><svg width="40px" height="20" viewBox="0 0 2 1"></svg>"#;
        assert_eq!(Logo::read(svg.as_bytes()).unwrap().kind(), LogoKind::Svg);
        assert!(Logo::read(b"<svg viewBox=\"0 0 2 1\"/>\n").is_ok());
        let illustrator = "<?xml version=\"1.0\"?>\n<!-- Generator: Adobe Illustrator -->\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n<svg viewBox=\"0 0 2 1\"></svg>";
        assert_eq!(Logo::read(illustrator.as_bytes()).unwrap().kind(), LogoKind::Svg);
    }

    #[test]
    fn what_is_no_logo_is_refused_with_the_reason() {
        let refusal = |bytes: &[u8]| Logo::read(bytes).unwrap_err().to_string();
        for wrong in [
            b"".as_slice(),
            b"\xff\xd8\xff\xe0 broken",
            b"%PDF-1.7",
            b"<html></html>",
            b"<svgx></svgx>",
            b"\x89PNG\r\n\x1a\n",
        ] {
            assert!(refusal(wrong).contains("PNG, JPEG ou SVG"), "{wrong:?}");
        }
        assert!(refusal(b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>").contains("SVG simple"));
        assert!(refusal(&png(60_000, 60_000)).contains("60000 × 60000"));
        let huge = b"\xff\xd8\xff\xc0\0\x0b\x08\x28\0\x1f\x40\x03...";
        assert!(refusal(huge).contains("8000 × 10240"), "{}", refusal(huge));
        assert!(refusal(&png(0, 10)).contains("sans surface"));
        assert!(refusal(br#"<svg width="1e9" height="9"></svg>"#).contains("pixels"));
        assert!(refusal(&[0; LOGO_BYTES + 1]).contains("2 Mo"));
    }
}
