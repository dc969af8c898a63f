//! The master: what printpdf makes once a file, the fonts and the page that is equal in all letters.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, ObjectId};
use printpdf::{
    FontId, Mm, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Pt, TextItem,
    TextRenderingMode,
};

use super::{Sheet, ops};
use crate::document::font::Face;
use crate::document::frame::Frame;

/// The parts of a file that all its pages share.
pub struct Master {
    /// Fonts, resources and the drawing instructions of the fixed page, under the numbers by which they refer to each other.
    pub objects: BTreeMap<ObjectId, Object>,
    /// The resources of every page.
    pub resources: Object,
    /// The drawing instructions of the fixed page.
    pub content: Object,
    /// The highest number taken.
    pub last_number: u32,
}

/// Makes the master with `fixed` on it; nothing if printpdf made no such document.
pub fn make(sheet: Sheet, fixed: &Frame) -> Option<Master> {
    let mut pdf = PdfDocument::new(sheet.title);
    for face in Face::ALL {
        let mut font = ParsedFont::from_bytes(face.bytes(), 0, &mut Vec::new())?;
        font.font_name = Some(face.name().to_owned());
        // Own names instead of add_font's random ones: the same input gives the same bytes.
        pdf.resources.fonts.map.insert(font_id(face), PdfFont::new(font));
    }
    let millimetres = |pt: f64| Mm::from(Pt(pt as f32));
    let page = |ops| PdfPage::new(millimetres(sheet.width_pt), millimetres(sheet.height_pt), ops);
    let pages = vec![page(ops::translate(fixed, sheet.height_pt)), page(repertoire())];
    let options = PdfSaveOptions { subset_fonts: false, ..PdfSaveOptions::default() };
    let mut document = pdf.with_pages(pages).to_lopdf_document(&options, &mut Vec::new());
    document.compress();
    let pages: Vec<ObjectId> = document.get_pages().into_values().collect();
    let dictionary = |id: ObjectId| document.get_dictionary(id).ok().cloned();
    let (first, second) = (dictionary(*pages.first()?)?, dictionary(*pages.get(1)?)?);
    let mut left_out = pages;
    left_out.extend(reference(&first, b"Parent"));
    left_out.extend(reference(&second, b"Contents"));
    left_out.extend(reference(&second, b"Resources"));
    left_out.extend(reference(&document.trailer, b"Root"));
    left_out.extend(reference(&document.trailer, b"Info"));
    let last_number = document.max_id;
    let mut objects = document.objects;
    objects.retain(|id, _| !left_out.contains(id));
    Some(Master {
        objects,
        resources: first.get(b"Resources").ok()?.clone(),
        content: first.get(b"Contents").ok()?.clone(),
        last_number,
    })
}

/// The name of a face in drawing instructions.
pub fn font_id(face: Face) -> FontId {
    FontId(face.name().to_owned())
}

/// A page that is never printed, with every letter of every face on it: printpdf writes widths and letters (ToUnicode) of
/// those glyphs only that its own pages show, and pages are added later that it does not know.
fn repertoire() -> Vec<Op> {
    let mut ops = vec![Op::StartTextSection, Op::SetTextRenderingMode { mode: TextRenderingMode::Invisible }];
    for face in Face::ALL {
        ops.push(Op::SetFont { font: PdfFontHandle::External(font_id(face)), size: Pt(1.0) });
        ops.push(Op::ShowText { items: vec![TextItem::Text(face.repertoire().into_iter().collect())] });
    }
    ops.push(Op::EndTextSection);
    ops
}

fn reference(dictionary: &Dictionary, key: &[u8]) -> Option<ObjectId> {
    dictionary.get(key).and_then(Object::as_reference).ok()
}
