//! Pictures as PDF has them: one object with the colours, another with what shines through.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::rc::Rc;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Object, Stream, dictionary};

use super::file::PdfFile;
use super::master::Master;
use crate::document::frame::{Frame, Mark};
use crate::document::picture::Picture;

/// The pictures of frames, each once, by name.
pub fn pictures<'f>(frames: impl IntoIterator<Item = &'f Frame>) -> BTreeMap<&'f str, &'f Rc<Picture>> {
    let items = frames.into_iter().flat_map(|f| &f.items);
    items
        .filter_map(|item| match &item.mark {
            Mark::Picture { picture, .. } => Some((picture.name.as_str(), picture)),
            _ => None,
        })
        .collect()
}

/// Writes the pictures of frames and gives the dictionary by which pages find them.
pub fn write<'f, W: Write>(
    file: &mut PdfFile<W>,
    frames: impl IntoIterator<Item = &'f Frame>,
) -> io::Result<Dictionary> {
    let mut names = Dictionary::new();
    for (name, picture) in pictures(frames) {
        let mut entry = dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => "DeviceRGB", "BitsPerComponent" => 8,
            "Width" => picture.width as i64, "Height" => picture.height as i64, "Filter" => "FlateDecode",
        };
        if let Some(alpha) = &picture.alpha {
            let mut mask = entry.clone();
            mask.set("ColorSpace", "DeviceGray");
            let number = file.reserve();
            file.object(number, &Object::Stream(Stream::new(mask, packed(alpha)?)))?;
            entry.set("SMask", (number, 0));
        }
        let number = file.reserve();
        file.object(number, &Object::Stream(Stream::new(entry, packed(&picture.rgb)?)))?;
        names.set(name, (number, 0));
    }
    Ok(names)
}

/// The master's resources with these pictures among them.
pub fn resources(master: &Master, pictures: Dictionary) -> Dictionary {
    let own = match &master.resources {
        Object::Reference(id) => master.objects.get(id).and_then(|o| o.as_dict().ok()),
        other => other.as_dict().ok(),
    };
    let mut resources = own.cloned().unwrap_or_default();
    if !pictures.is_empty() {
        resources.set("XObject", pictures);
    }
    resources
}

fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}
