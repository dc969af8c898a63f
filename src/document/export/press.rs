//! The press: pages over shared layers, written as they come. Memory does not grow with the run, but for a few bytes a page
//! (where each object begins).
//!
//! printpdf makes the fonts and the page that is equal everywhere, the master. What groups of letters share is written once
//! as a layer; what is one letter's own (address, salutation, number, QR code) is a small stream. A page is the three on top
//! of each other.

use std::io::{self, Write};

use lopdf::{Dictionary, Object, dictionary, text_string};

use super::file::{Packed, PdfFile};
use super::{Sheet, image, master};
use crate::document::frame::Frame;

/// A file that is being printed.
pub struct Press<W: Write> {
    file: PdfFile<W>,
    fixed: u32,
    info: u32,
    catalog: u32,
    tree: Tree,
}

/// Drawing instructions that many pages share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer(u32);

/// The page tree: one root over nodes of some pages each. The root says for all pages what they have in common.
struct Tree {
    root: u32,
    common: Dictionary,
    nodes: Vec<u32>,
    pages: i64,
    node: u32,
    kids: Vec<Object>,
}

/// Pages under a node: short enough to find a page quickly, long enough for few nodes.
const PAGES_A_NODE: usize = 50;

impl<W: Write> Press<W> {
    /// Begins a file; `fixed` is on all of its pages, and layers may show its pictures and those of `shown`.
    pub fn new(out: W, sheet: Sheet, fixed: &Frame, shown: &Frame) -> io::Result<Self> {
        let master = master::make(sheet, fixed).ok_or_else(|| io::Error::other("printpdf made no master"))?;
        let mut file = PdfFile::new(out, master.last_number)?;
        for ((number, _), object) in &master.objects {
            file.object(*number, object)?;
        }
        let pictures = image::write(&mut file, [fixed, shown])?;
        let (info, catalog, root) = (file.reserve(), file.reserve(), file.reserve());
        let information = dictionary! {
            "Title" => text_string(sheet.title),
            "Creator" => text_string("Allervers"),
            "Producer" => text_string("printpdf"),
        };
        file.object(info, &information.into())?;
        let view = dictionary! { "DisplayDocTitle" => true };
        let entry = dictionary! {
            "Type" => "Catalog", "Pages" => (root, 0), "Lang" => text_string("fr-FR"), "ViewerPreferences" => view,
        };
        file.object(catalog, &entry.into())?;
        let size = [0.0, 0.0, sheet.width_pt as f32, sheet.height_pt as f32].map(Object::Real).to_vec();
        let common = dictionary! { "MediaBox" => size, "Resources" => image::resources(&master, pictures) };
        let (fixed, _) = master.content.as_reference().map_err(io::Error::other)?;
        let tree = Tree { root, common, nodes: vec![], pages: 0, node: file.reserve(), kids: vec![] };
        Ok(Self { file, fixed, info, catalog, tree })
    }

    /// Makes room for so many pages with contents of their own.
    pub fn expect(&mut self, pages: usize) {
        self.file.expect(2 * pages);
    }

    /// Writes what many pages share.
    pub fn layer(&mut self, packed: &Packed) -> io::Result<Layer> {
        self.file.content(packed).map(Layer)
    }

    /// Writes a page: the fixed page where it is `first`, a layer, and what is the page's own.
    pub fn page(&mut self, first: bool, layer: Option<Layer>, own: Option<&Packed>) -> io::Result<()> {
        let own = own.map(|own| self.file.content(own)).transpose()?;
        let mut contents = [0; 3];
        let mut count = 0;
        for content in [first.then_some(self.fixed), layer.map(|l| l.0), own].into_iter().flatten() {
            contents[count] = content;
            count += 1;
        }
        let page = self.file.page(self.tree.node, &contents[..count])?;
        self.tree.kids.push(Object::Reference((page, 0)));
        self.tree.pages += 1;
        if self.tree.kids.len() == PAGES_A_NODE { self.close_node() } else { Ok(()) }
    }

    /// Writes the end of the file.
    pub fn finish(mut self) -> io::Result<()> {
        if !self.tree.kids.is_empty() {
            self.close_node()?;
        }
        let mut root = self.tree.common.clone();
        root.set("Type", "Pages");
        root.set("Count", self.tree.pages);
        root.set("Kids", self.tree.nodes.iter().map(|n| Object::Reference((*n, 0))).collect::<Vec<_>>());
        self.file.object(self.tree.root, &root.into())?;
        self.file.finish(self.catalog, self.info).map(|_| ())
    }

    fn close_node(&mut self) -> io::Result<()> {
        let kids = std::mem::take(&mut self.tree.kids);
        let node = dictionary! {
            "Type" => "Pages", "Parent" => (self.tree.root, 0), "Count" => kids.len() as i64, "Kids" => kids,
        };
        self.file.object(self.tree.node, &node.into())?;
        self.tree.nodes.push(self.tree.node);
        self.tree.node = self.file.reserve();
        Ok(())
    }
}
