//! Frames to PNG, for screens: the same input gives the same bytes on every machine.

use std::collections::HashMap;
use std::io;
use std::sync::LazyLock;

use tiny_skia::{
    Color, FillRule, FilterQuality, LineCap, Paint, Path, PathBuilder, Pixmap, PixmapPaint, PremultipliedColorU8, Rect,
    Stroke, StrokeDash, Transform,
};
use ttf_parser::{GlyphId, OutlineBuilder};

use super::{DASH_PT, circle};
use crate::document::font::Face;
use crate::document::frame::{Colour, Frame, Mark, Run};
use crate::document::look;
use crate::document::picture::Picture;

/// A frame of this width and height as a PNG, with so many pixels a point.
pub fn png(frame: &Frame, size_pt: (f64, f64), pixels: f32) -> io::Result<Vec<u8>> {
    painted(frame, (0.0, 0.0), size_pt, pixels)?.encode_png().map_err(io::Error::other)
}

fn painted(frame: &Frame, from_pt: (f64, f64), size_pt: (f64, f64), pixels: f32) -> io::Result<Pixmap> {
    let [width, height] = [size_pt.0, size_pt.1].map(|pt| (pt * f64::from(pixels)).round() as u32);
    let pixmap = Pixmap::new(width, height).ok_or_else(|| io::Error::other("a picture without surface"))?;
    let [left, top] = [from_pt.0, from_pt.1].map(|pt| -(pt as f32) * pixels);
    let zoom = Transform::from_row(pixels, 0.0, 0.0, pixels, left, top);
    let mut raster = Raster { pixmap, glyphs: HashMap::new(), zoom };
    raster.pixmap.fill(Color::WHITE);
    for item in &frame.items {
        raster.paint(&item.mark);
    }
    Ok(raster.pixmap)
}

/// A part of a frame in grey, row by row, with its width in pixels: what a camera sees of it.
pub fn grey(frame: &Frame, from_pt: (f64, f64), size_pt: (f64, f64), pixels: f32) -> io::Result<(usize, Vec<u8>)> {
    let pixmap = painted(frame, from_pt, size_pt, pixels)?;
    // Everything stands on white, so no pixel is transparent.
    let light = |p: &PremultipliedColorU8| {
        ((u32::from(p.red()) * 299 + u32::from(p.green()) * 587 + u32::from(p.blue()) * 114) / 1000) as u8
    };
    Ok((pixmap.width() as usize, pixmap.pixels().iter().map(light).collect()))
}

struct Raster {
    pixmap: Pixmap,
    glyphs: HashMap<(Face, u16), Option<Path>>,
    /// From points to pixels.
    zoom: Transform,
}

/// The outlines of the faces, read once.
static OUTLINES: LazyLock<[Option<ttf_parser::Face<'static>>; 4]> =
    LazyLock::new(|| Face::ALL.map(|face| ttf_parser::Face::parse(face.bytes(), 0).ok()));

impl Raster {
    fn paint(&mut self, mark: &Mark) {
        match mark {
            Mark::Text(run) => self.show(run),
            Mark::Rect { x_pt, y_pt, width_pt, height_pt, colour } => {
                self.rectangle(*x_pt, *y_pt, *width_pt, *height_pt, *colour);
            }
            Mark::Circle { x_pt, y_pt, radius_pt, colour } => {
                let [start, curves @ ..] = circle(*x_pt, *y_pt, *radius_pt).map(|(x, y)| (x as f32, y as f32));
                let mut path = PathBuilder::new();
                path.move_to(start.0, start.1);
                for [a, b, c] in curves.as_chunks().0 {
                    path.cubic_to(a.0, a.1, b.0, b.1, c.0, c.1);
                }
                path.close();
                self.fill(path.finish(), *colour, self.zoom);
            }
            Mark::Rule { from_pt, to_pt, thickness_pt, colour, dashed } => {
                let mut path = PathBuilder::new();
                path.move_to(from_pt.0 as f32, from_pt.1 as f32);
                path.line_to(to_pt.0 as f32, to_pt.1 as f32);
                let dash = if *dashed { StrokeDash::new(DASH_PT.map(|d| d as f32).to_vec(), 0.0) } else { None };
                let stroke = Stroke { width: *thickness_pt as f32, line_cap: LineCap::Butt, dash, ..Stroke::default() };
                if let Some(path) = path.finish() {
                    self.pixmap.stroke_path(&path, &paint(*colour), &stroke, self.zoom, None);
                }
            }
            Mark::Qr { x_pt, y_pt, side_pt, code } => {
                let module = side_pt / code.modules as f64;
                for (row, column, length) in &code.stretches() {
                    let (x, y) = (x_pt + *column as f64 * module, y_pt + *row as f64 * module);
                    self.rectangle(x, y, *length as f64 * module, module, look::INK);
                }
            }
            Mark::Picture { x_pt, y_pt, width_pt, height_pt, picture } => {
                let Some(pixels) = premultiplied(picture) else { return };
                let (sx, sy) = (*width_pt / picture.width as f64, *height_pt / picture.height as f64);
                let place = Transform::from_row(sx as f32, 0.0, 0.0, sy as f32, *x_pt as f32, *y_pt as f32);
                let quality = PixmapPaint { quality: FilterQuality::Bicubic, ..PixmapPaint::default() };
                self.pixmap.draw_pixmap(0, 0, pixels.as_ref(), &quality, place.post_concat(self.zoom), None);
            }
        }
    }

    fn rectangle(&mut self, x: f64, y: f64, width: f64, height: f64, colour: Colour) {
        if let Some(rectangle) = Rect::from_xywh(x as f32, y as f32, width as f32, height as f32) {
            self.pixmap.fill_rect(rectangle, &paint(colour), self.zoom, None);
        }
    }

    fn fill(&mut self, path: Option<Path>, colour: Colour, transform: Transform) {
        if let Some(path) = path {
            self.pixmap.fill_path(&path, &paint(colour), FillRule::Winding, transform, None);
        }
    }

    fn show(&mut self, run: &Run) {
        let Some(outlines) = &OUTLINES[run.face as usize] else { return };
        let em = f64::from(outlines.units_per_em());
        let scale = run.size_pt / em;
        let (sin, cos) = run.angle_deg.to_radians().sin_cos();
        let space = run.face.glyph(' ').and_then(|g| outlines.glyph_hor_advance(GlyphId(g)));
        let space_em = f64::from(space.unwrap_or_default()) / em;
        let mut along = 0.0;
        for (i, word) in run.words.iter().enumerate() {
            if i > 0 {
                along += space_em * run.size_pt;
            }
            for glyph in &word.glyphs {
                let (x, y) = (run.x_pt + along * cos, run.y_pt - along * sin);
                let place = [scale * cos, -scale * sin, -scale * sin, -scale * cos, x, y].map(|v| v as f32);
                let transform = Transform::from_row(place[0], place[1], place[2], place[3], place[4], place[5]);
                let path = self.glyphs.entry((run.face, glyph.id)).or_insert_with(|| outline(run.face, glyph.id));
                if let Some(path) = path {
                    self.pixmap.fill_path(
                        path,
                        &paint(run.colour),
                        FillRule::Winding,
                        transform.post_concat(self.zoom),
                        None,
                    );
                }
                along += glyph.advance / 1000.0 * run.size_pt;
            }
        }
    }
}

fn paint(colour: Colour) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    let [r, g, b] = colour.0;
    paint.set_color_rgba8(r, g, b, 255);
    paint
}

fn premultiplied(picture: &Picture) -> Option<Pixmap> {
    let mut pixmap = Pixmap::new(picture.width as u32, picture.height as u32)?;
    for (i, (to, from)) in pixmap.pixels_mut().iter_mut().zip(picture.rgb.chunks_exact(3)).enumerate() {
        let alpha = picture.alpha.as_ref().map_or(255, |a| a[i]);
        let times = |c: u8| (u16::from(c) * u16::from(alpha) / 255) as u8;
        *to = PremultipliedColorU8::from_rgba(times(from[0]), times(from[1]), times(from[2]), alpha)?;
    }
    Some(pixmap)
}

fn outline(face: Face, glyph: u16) -> Option<Path> {
    struct Pen(PathBuilder);
    impl OutlineBuilder for Pen {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0.move_to(x, y);
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0.line_to(x, y);
        }
        fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
            self.0.quad_to(x1, y1, x, y);
        }
        fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
            self.0.cubic_to(x1, y1, x2, y2, x, y);
        }
        fn close(&mut self) {
            self.0.close();
        }
    }
    let mut pen = Pen(PathBuilder::new());
    OUTLINES[face as usize].as_ref()?.outline_glyph(GlyphId(glyph), &mut pen)?;
    pen.0.finish()
}
