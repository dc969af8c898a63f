//! Pieces of one or a few pages (flyers, posters, sheets, forms), tagged so that they can be heard: PDF/UA-1, ISO 14289-1.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::sync::LazyLock;

use lopdf::{Dictionary, Object, Stream, dictionary, text_string};

use super::file::{Packer, PdfFile};
use super::stream::{self, Marked};
use super::{Sheet, image, master, tag};
use crate::document::frame::{Frame, Role};

/// A page with one frame, or several beside each other.
#[derive(Debug)]
pub struct Page<'f> {
    /// Width of the paper.
    pub width_pt: f64,
    /// Height of the paper.
    pub height_pt: f64,
    /// How far the cut is from the edge of the paper, where a printer cuts.
    pub trim_pt: Option<f64>,
    /// What stands on it.
    pub placed: Vec<Placed<'f>>,
}

/// A frame on a page.
#[derive(Debug)]
pub struct Placed<'f> {
    /// The frame.
    pub frame: &'f Frame,
    /// Where its upper left corner is.
    pub at_pt: (f64, f64),
    /// Its width and height, where nothing may stand outside of them.
    pub clip_pt: Option<(f64, f64)>,
    /// Whether it is heard. The second copy on a sheet is not.
    pub heard: bool,
}

/// A file of these pages.
pub fn pages(title: &str, pages: &[Page<'_>]) -> io::Result<Vec<u8>> {
    let master = MASTER.as_ref().ok_or_else(|| io::Error::other("printpdf made no fonts"))?;
    let mut file = PdfFile::new(Vec::new(), master.last_number)?;
    for ((number, _), object) in &master.objects {
        file.object(*number, object)?;
    }
    let frames = || pages.iter().flat_map(|p| p.placed.iter().map(|placed| placed.frame));
    let pictures = image::write(&mut file, frames())?;
    let resources = image::resources(master, pictures);
    let [root, info, catalog, metadata, structure, parents] = [(); 6].map(|()| file.reserve());
    let numbers: Vec<_> = pages.iter().map(|_| file.reserve()).collect();
    let mut tree = Tree::default();
    let mut packer = Packer::default();
    for (at, (page, number)) in pages.iter().zip(&numbers).enumerate() {
        let mut content = Vec::new();
        let mut marked = Vec::new();
        for placed in &page.placed {
            let before = marked.len();
            put(&mut content, placed, page.height_pt, &mut marked);
            tree.take(*number, before, &marked[before..], placed.frame);
        }
        let content = file.content(&packer.pack(&content)?)?;
        let paper = [0.0, 0.0, page.width_pt, page.height_pt].map(real).to_vec();
        let mut entry = dictionary! {
            "Type" => "Page", "Parent" => (root, 0), "Contents" => (content, 0), "MediaBox" => paper.clone(),
            "StructParents" => at as i64, "Tabs" => "S", "Resources" => resources.clone(),
        };
        if let Some(trim_pt) = page.trim_pt {
            let cut = [trim_pt, trim_pt, page.width_pt - trim_pt, page.height_pt - trim_pt].map(real).to_vec();
            entry.set("TrimBox", cut);
            entry.set("BleedBox", paper);
        }
        file.object(*number, &entry.into())?;
    }
    let kids: Vec<_> = numbers.iter().map(|n| Object::Reference((*n, 0))).collect();
    file.object(root, &dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids }.into())?;
    tree.write(&mut file, structure, parents, &numbers)?;
    file.object(metadata, &Object::Stream(xmp(title)))?;
    let information = dictionary! { "Title" => text_string(title), "Creator" => text_string("Allervers"), "Producer" => text_string("printpdf") };
    file.object(info, &information.into())?;
    let entry = dictionary! {
        "Type" => "Catalog", "Pages" => (root, 0), "Lang" => text_string("fr-FR"), "Metadata" => (metadata, 0),
        "MarkInfo" => dictionary! { "Marked" => true }, "StructTreeRoot" => (structure, 0),
        "ViewerPreferences" => dictionary! { "DisplayDocTitle" => true },
    };
    file.object(catalog, &entry.into())?;
    file.finish(catalog, info)
}

/// Fonts as printpdf writes them, once a process: they are most of a flyer's work.
static MASTER: LazyLock<Option<master::Master>> = LazyLock::new(|| {
    let sheet = Sheet { title: "", width_pt: 100.0, height_pt: 100.0 };
    let mut master = master::make(sheet, &Frame::default())?;
    if let Object::Reference(content) = master.content {
        master.objects.remove(&content);
    }
    Some(master)
});

/// Adds a frame's drawing instructions to a page's.
fn put(content: &mut Vec<u8>, placed: &Placed<'_>, page_pt: f64, marked: &mut Vec<Marked>) {
    let (x_pt, y_pt) = placed.at_pt;
    content.extend_from_slice(b"q ");
    if let Some((width_pt, height_pt)) = placed.clip_pt {
        let bottom_pt = page_pt - y_pt - height_pt;
        content.extend(format!("{x_pt:.3} {bottom_pt:.3} {width_pt:.3} {height_pt:.3} re W n ").into_bytes());
    }
    content.extend(format!("1 0 0 1 {x_pt:.3} {:.3} cm\n", -y_pt).into_bytes());
    if placed.heard {
        content.extend(stream::translate_tagged(placed.frame, page_pt, marked));
    } else {
        let mut silent = placed.frame.clone();
        silent.items.iter_mut().for_each(|item| item.role = Role::Artifact);
        content.extend(stream::translate_tagged(&silent, page_pt, marked));
    }
    content.extend_from_slice(b"Q\n");
}

/// The things of a document in the order in which they are heard.
#[derive(Default)]
struct Tree {
    things: Vec<Thing>,
    blocks: HashMap<(u32, usize, Role, u32), usize>,
    tables: HashMap<u16, usize>,
}

enum Thing {
    Leaf(Leaf),
    Table(BTreeMap<u16, BTreeMap<u16, Leaf>>),
}

/// What holds stretches of pages.
struct Leaf {
    role: Role,
    alternative: Option<String>,
    /// Page object and number on it.
    stretches: Vec<(u32, usize)>,
}

impl Tree {
    /// Takes the stretches of a frame, which are numbered from `first` on the page.
    fn take(&mut self, page: u32, first: usize, marked: &[Marked], frame: &Frame) {
        for (number, marked) in (first..).zip(marked) {
            let new = || Leaf {
                role: marked.role,
                alternative: frame.alternatives.get(&marked.block).cloned(),
                stretches: vec![],
            };
            let leaf = match marked.role {
                Role::Cell(cell) => {
                    let things = &mut self.things;
                    let at = *self.tables.entry(cell.table).or_insert_with(|| {
                        things.push(Thing::Table(BTreeMap::new()));
                        things.len() - 1
                    });
                    let Thing::Table(rows) = &mut self.things[at] else { continue };
                    rows.entry(cell.row).or_default().entry(cell.column).or_insert_with(new)
                }
                role => {
                    let things = &mut self.things;
                    let at = *self.blocks.entry((page, first, role, marked.block)).or_insert_with(|| {
                        things.push(Thing::Leaf(new()));
                        things.len() - 1
                    });
                    let Thing::Leaf(leaf) = &mut self.things[at] else { continue };
                    leaf
                }
            };
            leaf.stretches.push((page, number));
        }
    }

    fn write<W: Write>(self, file: &mut PdfFile<W>, root: u32, parents: u32, pages: &[u32]) -> io::Result<()> {
        let document = file.reserve();
        let mut owners: BTreeMap<u32, Vec<(usize, u32)>> = BTreeMap::new();
        let mut kids = Vec::new();
        for thing in self.things {
            let number = match thing {
                Thing::Leaf(leaf) => element(file, document, leaf, &mut owners)?,
                Thing::Table(rows) => {
                    let table = file.reserve();
                    let mut row_kids = Vec::new();
                    let columns = rows.values().flat_map(|cells| cells.keys()).max().map_or(0, |last| last + 1);
                    for mut cells in rows.into_values() {
                        let row = file.reserve();
                        let mut cell_kids = Vec::new();
                        for column in 0..columns {
                            // Every row has as many cells, be they empty to be written in.
                            let number = match cells.remove(&column) {
                                Some(leaf) => element(file, row, leaf, &mut owners)?,
                                None => {
                                    let empty = file.reserve();
                                    branch(file, empty, "TD", row, &[])?;
                                    empty
                                }
                            };
                            cell_kids.push(number);
                        }
                        branch(file, row, "TR", table, &cell_kids)?;
                        row_kids.push(row);
                    }
                    branch(file, table, "Table", document, &row_kids)?;
                    table
                }
            };
            kids.push(number);
        }
        branch(file, document, "Document", root, &kids)?;
        let mut nums = Vec::new();
        for (at, page) in pages.iter().enumerate() {
            let mut of_page = owners.remove(page).unwrap_or_default();
            of_page.sort_unstable();
            nums.push(Object::Integer(at as i64));
            nums.push(Object::Array(of_page.into_iter().map(|(_, owner)| Object::Reference((owner, 0))).collect()));
        }
        file.object(parents, &dictionary! { "Nums" => nums }.into())?;
        let entry = dictionary! {
            "Type" => "StructTreeRoot", "K" => vec![Object::Reference((document, 0))], "ParentTree" => (parents, 0),
            "ParentTreeNextKey" => pages.len() as i64,
        };
        file.object(root, &entry.into())
    }
}

fn branch<W: Write>(file: &mut PdfFile<W>, number: u32, name: &str, parent: u32, kids: &[u32]) -> io::Result<()> {
    let kids: Vec<_> = kids.iter().map(|k| Object::Reference((*k, 0))).collect();
    file.object(
        number,
        &dictionary! { "Type" => "StructElem", "S" => name, "P" => (parent, 0), "K" => alone(kids) }.into(),
    )
}

/// One kid stands for itself: some readers know no lists of one.
fn alone(mut kids: Vec<Object>) -> Object {
    match kids.pop() {
        Some(kid) if kids.is_empty() => kid,
        last => {
            kids.extend(last);
            kids.into()
        }
    }
}

fn element<W: Write>(
    file: &mut PdfFile<W>,
    parent: u32,
    leaf: Leaf,
    owners: &mut BTreeMap<u32, Vec<(usize, u32)>>,
) -> io::Result<u32> {
    let number = file.reserve();
    let page = leaf.stretches.first().map(|(page, _)| *page).unwrap_or_default();
    let mut kids = Vec::new();
    for (on, stretch) in &leaf.stretches {
        owners.entry(*on).or_default().push((*stretch, number));
        kids.push(if *on == page {
            Object::Integer(*stretch as i64)
        } else {
            dictionary! { "Type" => "MCR", "Pg" => (*on, 0), "MCID" => *stretch as i64 }.into()
        });
    }
    let mut entry = dictionary! {
        "Type" => "StructElem", "S" => tag(leaf.role), "P" => (parent, 0), "Pg" => (page, 0), "K" => alone(kids),
    };
    if let Some(alternative) = leaf.alternative {
        entry.set("Alt", text_string(&alternative));
    }
    if matches!(leaf.role, Role::Cell(cell) if cell.head) {
        entry.set("A", dictionary! { "O" => "Table", "Scope" => "Column" });
    }
    file.object(number, &entry.into())?;
    Ok(number)
}

/// The metadata that names the title and the standard.
fn xmp(title: &str) -> Stream {
    let escaped = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let text = format!(
        r#"<?xpacket begin="{bom}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escaped}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>fr-FR</rdf:li></rdf:Bag></dc:language>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"#,
        bom = '\u{feff}'
    );
    let entry: Dictionary = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    Stream::new(entry, text.into_bytes())
}

fn real(value: f64) -> Object {
    Object::Real(value as f32)
}
