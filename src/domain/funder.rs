//! Who pays for workshops, and what they ask for in return.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Invalid;

/// A funder of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funder {
    /// Short name.
    pub slug: String,
    /// The name with its article, as in a sentence: « la Carsat ».
    pub name: String,
    /// From which age it pays; zero where it does not say.
    pub minimum_age: u8,
    /// Whether it pays only for people who live at home.
    pub home_only: bool,
    /// Sentences it demands on documents.
    pub mentions: Vec<String>,
    /// Its logo.
    #[serde(skip)]
    pub logo: Option<Logo>,
}

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
    /// SVG.
    Svg,
}

/// Bytes a logo may have.
pub const LOGO_BYTES: usize = 2_000_000;
/// Pixels a logo may have: four bytes each once it is decoded, so a hundred megabytes.
const LOGO_PIXELS: f64 = 25e6;

impl Logo {
    /// Looks at a picture's bytes without decoding them: PNG or SVG, at most 2 MB and 25 million pixels.
    pub fn read(bytes: &[u8]) -> Result<Self, Invalid> {
        if bytes.len() > LOGO_BYTES {
            return Err(Invalid::new("le logo pèse plus de 2 Mo : enregistrez-le en plus petit."));
        }
        let (kind, size) = if let Some(size) = png_size(bytes) {
            (LogoKind::Png, Some(size))
        } else if let Some(size) = svg_size(bytes) {
            (LogoKind::Svg, size)
        } else {
            return Err(Invalid::new("le logo doit être une image PNG ou SVG."));
        };
        match size {
            Some((width, height)) if !(width >= 1.0 && height >= 1.0) => {
                Err(Invalid::new("le logo est une image sans surface : exportez-le de nouveau."))
            }
            Some((width, height)) if width * height > LOGO_PIXELS => Err(Invalid::new(format!(
                "le logo a {width} × {height} pixels : enregistrez-le en plus petit (25 millions de pixels au plus)."
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
    /// The ending of its file.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
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

/// Whether these bytes are an SVG, and its size in pixels where the root says it. Nothing else may stand before the root
/// than a declaration and comments: a document type could make it grow without bounds.
fn svg_size(bytes: &[u8]) -> Option<Option<(f64, f64)>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            break;
        };
        rest = rest[rest.find(end)? + end.len()..].trim_start();
    }
    let root = rest.strip_prefix("<svg").filter(|r| r.starts_with(|c: char| c.is_ascii_whitespace() || c == '>'))?;
    if !text.trim_end().ends_with('>') || text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
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
    fn a_logo_is_a_small_png_or_svg() {
        assert_eq!(Logo::read(&png(400, 200)).unwrap().kind(), LogoKind::Png);
        let svg = r#"<?xml version="1.0"?><!-- fait main --><svg width="40px" height="20" viewBox="0 0 2 1"></svg>"#;
        assert_eq!(Logo::read(svg.as_bytes()).unwrap().kind(), LogoKind::Svg);
        assert!(Logo::read(b"<svg viewBox=\"0 0 2 1\"/>\n").is_ok());
    }

    #[test]
    fn what_is_no_logo_is_refused_with_the_reason() {
        let refusal = |bytes: &[u8]| Logo::read(bytes).unwrap_err().to_string();
        for wrong in [
            b"".as_slice(),
            b"\xff\xd8\xff\xe0 jpeg",
            b"%PDF-1.7",
            b"<html></html>",
            b"<svgx></svgx>",
            b"\x89PNG\r\n\x1a\n",
        ] {
            assert!(refusal(wrong).contains("PNG ou SVG"), "{wrong:?}");
        }
        assert!(refusal(b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>").contains("PNG ou SVG"));
        assert!(refusal(&png(60_000, 60_000)).contains("60000 × 60000"));
        assert!(refusal(&png(0, 10)).contains("sans surface"));
        assert!(refusal(br#"<svg width="1e9" height="9"></svg>"#).contains("pixels"));
        assert!(refusal(&[0; LOGO_BYTES + 1]).contains("2 Mo"));
    }
}
