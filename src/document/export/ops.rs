//! A frame as printpdf's operations.

use printpdf::{
    Color, CurTransMat, Line, LineDashPattern, LinePoint, Op, PaintMode, PdfFontHandle, Point, Polygon, PolygonRing,
    Pt, Rect, Rgb, TextItem, TextMatrix, WindingOrder, XObjectId, XObjectTransform,
};

use super::{DASH_PT, circle, master, tag};
use crate::document::frame::{Colour, Frame, Mark, Run};

/// The operations that paint a frame on a page of this height.
pub fn translate(frame: &Frame, height_pt: f64) -> Vec<Op> {
    let mut ops = Vec::new();
    for item in &frame.items {
        ops.push(Op::BeginMarkedContent { tag: tag(item.role).to_owned() });
        paint(&mut ops, &item.mark, height_pt);
        ops.push(Op::EndMarkedContent);
    }
    ops
}

fn paint(ops: &mut Vec<Op>, mark: &Mark, height_pt: f64) {
    let up = |y_pt: f64| height_pt - y_pt;
    match mark {
        Mark::Text(run) => show(ops, run, up(run.y_pt)),
        Mark::Rect { x_pt, y_pt, width_pt, height_pt: tall_pt, colour } => {
            ops.push(Op::SetFillColor { col: rgb(*colour) });
            let rectangle = Rect {
                x: pt(*x_pt),
                y: pt(up(y_pt + tall_pt)),
                width: pt(*width_pt),
                height: pt(*tall_pt),
                mode: Some(PaintMode::Fill),
                winding_order: Some(WindingOrder::NonZero),
            };
            ops.push(Op::DrawRectangle { rectangle });
        }
        Mark::Circle { x_pt, y_pt, radius_pt, colour } => {
            let points = circle(*x_pt, up(*y_pt), *radius_pt).into_iter().enumerate();
            // Every third point lies on the circle, the others are handles.
            let ring = points.map(|(i, p)| LinePoint { p: point(p), bezier: i % 3 != 0 }).collect();
            ops.push(Op::SetFillColor { col: rgb(*colour) });
            ops.push(fill(vec![PolygonRing { points: ring }]));
        }
        Mark::Rule { from_pt, to_pt, thickness_pt, colour, dashed } => {
            let dash =
                if *dashed { LineDashPattern::new(0.0, &DASH_PT.map(|d| d as f32)) } else { LineDashPattern::solid() };
            ops.push(Op::SetLineDashPattern { dash });
            ops.push(Op::SetOutlineThickness { pt: pt(*thickness_pt) });
            ops.push(Op::SetOutlineColor { col: rgb(*colour) });
            let points = [from_pt, to_pt].map(|(x, y)| LinePoint { p: point((*x, up(*y))), bezier: false });
            ops.push(Op::DrawLine { line: Line { points: points.into(), is_closed: false } });
        }
        Mark::Qr { x_pt, y_pt, side_pt, code } => {
            let module = side_pt / code.modules as f64;
            let rings = code.stretches().into_iter().map(|(row, column, length)| {
                let (left, top) = (x_pt + column as f64 * module, up(y_pt + row as f64 * module));
                let (right, bottom) = (left + length as f64 * module, top - module);
                let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
                PolygonRing { points: corners.map(|p| LinePoint { p: point(p), bezier: false }).into() }
            });
            ops.push(Op::SetFillColor { col: rgb(crate::document::look::INK) });
            ops.push(fill(rings.collect()));
        }
        Mark::Picture { x_pt, y_pt, width_pt, height_pt: tall_pt, picture } => {
            ops.push(Op::SaveGraphicsState);
            let place = [*width_pt, 0.0, 0.0, *tall_pt, *x_pt, up(y_pt + tall_pt)].map(|v| v as f32);
            ops.push(Op::SetTransformationMatrix { matrix: CurTransMat::Raw(place) });
            let transform = XObjectTransform { no_auto_scale: true, ..XObjectTransform::default() };
            ops.push(Op::UseXobject { id: XObjectId(picture.name.clone()), transform });
            ops.push(Op::RestoreGraphicsState);
        }
    }
}

fn show(ops: &mut Vec<Op>, run: &Run, y_pt: f64) {
    ops.push(Op::StartTextSection);
    ops.push(Op::SetFont { font: PdfFontHandle::External(master::font_id(run.face)), size: pt(run.size_pt) });
    ops.push(Op::SetFillColor { col: rgb(run.colour) });
    let matrix = if run.angle_deg == 0.0 {
        TextMatrix::Translate(pt(run.x_pt), pt(y_pt))
    } else {
        let (sin, cos) = run.angle_deg.to_radians().sin_cos();
        TextMatrix::Raw([cos, sin, -sin, cos, run.x_pt, y_pt].map(|v| v as f32))
    };
    ops.push(Op::SetTextMatrix { matrix });
    ops.push(Op::ShowText { items: items(run) });
    ops.push(Op::EndTextSection);
}

/// Letters, with the kerning between them as offsets.
fn items(run: &Run) -> Vec<TextItem> {
    let mut items = Vec::new();
    let mut letters = String::new();
    for (i, word) in run.words.iter().enumerate() {
        if i > 0 {
            letters.push(' ');
        }
        for glyph in &word.glyphs {
            letters.push(glyph.letter);
            let offset = glyph.natural - glyph.advance;
            if offset != 0.0 {
                items.push(TextItem::Text(std::mem::take(&mut letters)));
                items.push(TextItem::Offset(offset as f32));
            }
        }
    }
    if !letters.is_empty() {
        items.push(TextItem::Text(letters));
    }
    items
}

fn fill(rings: Vec<PolygonRing>) -> Op {
    Op::DrawPolygon { polygon: Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero } }
}

fn pt(value: f64) -> Pt {
    Pt(value as f32)
}

fn point((x, y): (f64, f64)) -> Point {
    Point { x: pt(x), y: pt(y) }
}

fn rgb(colour: Colour) -> Color {
    let [r, g, b] = colour.unit().map(|c| c as f32);
    Color::Rgb(Rgb { r, g, b, icc_profile: None })
}
