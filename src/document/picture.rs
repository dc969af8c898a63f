//! Logos as pixels: PNG, JPEG and SVG are decoded once, made no finer than print needs, and kept with their transparency.

use std::rc::Rc;

use resvg::usvg;
use sha2::{Digest, Sha256};
use tiny_skia::{Pixmap, Transform};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::Reason;
use crate::domain::logo::{Logo, LogoKind};

/// A picture ready to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its name in files, made from its pixels.
    pub name: String,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Three bytes a pixel.
    pub rgb: Vec<u8>,
    /// How opaque each pixel is, where one is not.
    pub alpha: Option<Vec<u8>>,
}

/// The longer side, in pixels: 300 a inch on the 10 cm that a logo has at most on a poster.
const LONGEST: usize = 1200;
/// Shapes that an SVG may draw. Some hundreds make a logo; one that multiplies itself with `use` makes millions.
const SHAPES: usize = 20_000;
/// How deep its elements may stand in each other, and how often it may say `use`.
const DEEPEST: usize = 200;

impl Picture {
    /// Decodes a logo. `Logo` has seen that it has not too many pixels; what is broken is refused.
    pub fn of(logo: &Logo) -> Result<Rc<Self>, Reason> {
        let broken = |why: &str| Reason::Picture(why.to_owned());
        let (width, height, rgba) = match logo.kind() {
            LogoKind::Png => {
                let pixels = Pixmap::decode_png(logo.bytes()).map_err(|_| broken("l’image PNG est abîmée"))?;
                unpremultiplied(&pixels)
            }
            LogoKind::Jpeg => jpeg(logo.bytes()).ok_or_else(|| broken("l’image JPEG est abîmée"))?,
            LogoKind::Svg => unpremultiplied(&svg(logo.bytes())?),
        };
        if width == 0 || height == 0 {
            return Err(broken("l’image est vide"));
        }
        let (width, height, rgba) = smaller(width, height, rgba);
        if rgba.chunks_exact(4).all(|p| p[3] == 0) {
            return Err(broken("l’image est entièrement transparente"));
        }
        let rgb = rgba.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        let alpha: Vec<u8> = rgba.chunks_exact(4).map(|p| p[3]).collect();
        let alpha = alpha.iter().any(|a| *a < 255).then_some(alpha);
        Ok(Rc::new(Self::new(width, height, rgb, alpha)))
    }

    /// The same in shades of grey.
    pub fn grey(&self) -> Rc<Self> {
        let grey = |p: &[u8]| crate::domain::colour::Colour([p[0], p[1], p[2]]).grey().0;
        let rgb = self.rgb.chunks_exact(3).flat_map(grey).collect();
        Rc::new(Self::new(self.width, self.height, rgb, self.alpha.clone()))
    }

    /// The largest width and height, in the same unit, that fit into a box.
    pub fn fit(&self, width: f64, height: f64) -> (f64, f64) {
        let (own_width, own_height) = (self.width as f64, self.height as f64);
        let scale = (width / own_width).min(height / own_height);
        (own_width * scale, own_height * scale)
    }

    fn new(width: usize, height: usize, rgb: Vec<u8>, alpha: Option<Vec<u8>>) -> Self {
        let mut hash = Sha256::new();
        hash.update((width as u64).to_be_bytes());
        hash.update(&rgb);
        hash.update(alpha.as_deref().unwrap_or_default());
        Self { name: format!("Im{}", &hex::encode(hash.finalize())[..12]), width, height, rgb, alpha }
    }
}

type Pixels = (usize, usize, Vec<u8>);

fn unpremultiplied(pixmap: &Pixmap) -> Pixels {
    let colour = |p: &tiny_skia::PremultipliedColorU8| {
        let c = p.demultiply();
        [c.red(), c.green(), c.blue(), c.alpha()]
    };
    let rgba = pixmap.pixels().iter().flat_map(colour).collect();
    (pixmap.width() as usize, pixmap.height() as usize, rgba)
}

fn jpeg(bytes: &[u8]) -> Option<Pixels> {
    let options = DecoderOptions::default().set_strict_mode(true).jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    (pixels.len() == width * height * 4).then_some((width, height, pixels))
}

/// An SVG as large as print needs it.
fn svg(bytes: &[u8]) -> Result<Pixmap, Reason> {
    let refused = |why: &str| Reason::Picture(why.to_owned());
    let broken = || refused("l’image SVG ne peut pas être lue : exportez-la de nouveau");
    let text = std::str::from_utf8(bytes).map_err(|_| broken())?;
    // A document type is only named: entities were refused when the picture was looked at.
    let named = usvg::roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = usvg::roxmltree::Document::parse_with_options(text, named).map_err(|_| broken())?;
    let complicated = || refused("l’image SVG est trop compliquée : enregistrez-la en PNG");
    let mut uses = 0;
    for node in document.root_element().descendants().filter(|n| n.is_element()) {
        uses += usize::from(node.tag_name().name() == "use");
        if uses > DEEPEST || node.ancestors().take(DEEPEST + 1).count() > DEEPEST {
            return Err(complicated());
        }
        match node.tag_name().name() {
            "text" => {
                return Err(refused(
                    "l’image SVG contient du texte à composer. Convertissez les textes en tracés, puis exportez-la de nouveau",
                ));
            }
            "image" => return Err(refused("l’image SVG contient une photo : enregistrez-la en PNG")),
            _ => {}
        }
    }
    if drawn(&document).is_none_or(|shapes| shapes > SHAPES) {
        return Err(complicated());
    }
    let tree = usvg::Tree::from_xmltree(&document, &usvg::Options::default()).map_err(|_| broken())?;
    let size = tree.size();
    let scale = LONGEST as f32 / size.width().max(size.height());
    let side = |length: f32| ((length * scale).round() as u32).clamp(1, LONGEST as u32);
    let mut pixmap = Pixmap::new(side(size.width()), side(size.height())).ok_or_else(broken)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    Ok(pixmap)
}

/// How many shapes come out once every `use` is followed; nothing where one leads to itself.
fn drawn(document: &usvg::roxmltree::Document<'_>) -> Option<usize> {
    use std::collections::HashMap;
    use usvg::roxmltree::Node;

    fn count<'a>(
        node: Node<'a, 'a>,
        ids: &HashMap<&str, Node<'a, 'a>>,
        known: &mut HashMap<usize, Option<usize>>,
    ) -> Option<usize> {
        let key = node.id().get_usize();
        if let Some(counted) = known.get(&key) {
            return *counted;
        }
        // Met again before it is counted, it would lead to itself.
        known.insert(key, None);
        let mut total = 1usize;
        for child in node.children().filter(Node::is_element) {
            total = total.saturating_add(count(child, ids, known)?);
        }
        let link = node.attributes().find(|a| a.name() == "href").and_then(|a| a.value().strip_prefix('#'));
        if let Some(target) = link.and_then(|id| ids.get(id)) {
            total = total.saturating_add(count(*target, ids, known)?);
        }
        known.insert(key, Some(total));
        Some(total)
    }

    let elements = document.root_element().descendants();
    let ids = elements.filter_map(|n| Some((n.attribute("id")?, n))).collect();
    count(document.root_element(), &ids, &mut HashMap::new())
}

/// Averages square blocks, so that the longer side has [`LONGEST`] pixels at most.
fn smaller(width: usize, height: usize, rgba: Vec<u8>) -> Pixels {
    let block = width.max(height).div_ceil(LONGEST);
    if block <= 1 {
        return (width, height, rgba);
    }
    let (columns, rows) = (width.div_ceil(block), height.div_ceil(block));
    let mut out = Vec::with_capacity(columns * rows * 4);
    for row in 0..rows {
        for column in 0..columns {
            // Colours weigh as much as they are opaque: what cannot be seen must not darken an edge.
            let (mut sum, mut opaque, mut pixels) = ([0u64; 3], 0u64, 0u64);
            for y in row * block..((row + 1) * block).min(height) {
                for x in column * block..((column + 1) * block).min(width) {
                    let pixel = &rgba[(y * width + x) * 4..][..4];
                    let alpha = u64::from(pixel[3]);
                    (0..3).for_each(|i| sum[i] += u64::from(pixel[i]) * alpha);
                    opaque += alpha;
                    pixels += 1;
                }
            }
            out.extend(sum.map(|s| s.checked_div(opaque).unwrap_or_default() as u8));
            out.push((opaque / pixels.max(1)) as u8);
        }
    }
    (columns, rows, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(bytes: &[u8]) -> Result<Rc<Picture>, String> {
        Picture::of(&Logo::read(bytes).map_err(|e| e.to_string())?).map_err(|e| e.to_string())
    }

    fn png(width: u32, height: u32, rgba: [u8; 4]) -> Vec<u8> {
        let mut pixmap = Pixmap::new(width, height).unwrap();
        pixmap.fill(tiny_skia::Color::from_rgba8(rgba[0], rgba[1], rgba[2], rgba[3]));
        pixmap.encode_png().unwrap()
    }

    #[test]
    fn a_large_logo_becomes_as_fine_as_print_needs() {
        let large = picture(&png(3000, 1000, [200, 16, 46, 255])).unwrap();
        assert_eq!((large.width, large.height, &large.alpha), (1000, 334, &None));
        assert_eq!(&large.rgb[..3], [200, 16, 46]);
        let glass = picture(&png(10, 10, [200, 100, 50, 128])).unwrap();
        assert_eq!(glass.alpha.as_ref().unwrap()[0], 128);
        assert!(glass.grey().rgb.chunks_exact(3).all(|p| p[0] == p[1] && p[1] == p[2]));
    }

    #[test]
    fn an_svg_is_drawn() {
        let svg = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="1" height="1" fill="#c8102e"/></svg>"##;
        let drawn = picture(svg).unwrap();
        assert_eq!((drawn.width, drawn.height), (1200, 600));
        assert_eq!(&drawn.rgb[..3], [0xc8, 0x10, 0x2e]);
        let alpha = drawn.alpha.as_ref().unwrap();
        assert_eq!((alpha[0], alpha[1199]), (255, 0), "left is red, right is nothing");
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_with_the_reason() {
        let mut torn = png(40, 40, [1, 2, 3, 255]);
        torn.truncate(torn.len() / 2);
        assert!(picture(&torn).unwrap_err().contains("abîmée"));
        assert!(picture(&png(4, 4, [0; 4])).unwrap_err().contains("transparente"));
        let cut = b"\xff\xd8\xff\xc0\0\x11\x08\0\x08\0\x08\x03\x01\x11\0\x02\x11\x01\x03\x11\x01";
        assert!(picture(cut).unwrap_err().contains("JPEG"));
        let text = br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><text>CARSAT</text></svg>"#;
        assert!(picture(text).unwrap_err().contains("tracés"));
        assert!(picture(b"<svg viewBox='0 0 2 1'><g></svg>").unwrap_err().contains("exportez"));
    }

    #[test]
    fn an_svg_that_multiplies_itself_is_refused() {
        let uses = |i: usize| format!("<use href='#g{}'/>", i + 1).repeat(10);
        let groups: String = (0..12).map(|i| format!("<g id='g{i}'>{}</g>", uses(i))).collect();
        let bomb = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'>{groups}<g id='g12'><path d='M0 0h1v1'/></g></svg>"
        );
        assert!(picture(bomb.as_bytes()).unwrap_err().contains("trop compliqué"));
        let snake = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'><g id='a'><use href='#a'/></g></svg>";
        assert!(picture(snake).unwrap_err().contains("trop compliqué"));
    }
}
