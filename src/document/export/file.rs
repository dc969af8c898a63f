//! The bones of a PDF file, written as it grows: objects one after the other, one cross-reference table at the end.
//! Eight bytes an object stay in memory, nothing else.

use std::io::{self, Write};

use flate2::{Compress, Compression, FlushCompress, Status};
use lopdf::{Dictionary, Object, dictionary};
use sha2::{Digest, Sha256};

/// Compressed drawing instructions, which any thread can make.
#[derive(Debug, Clone, Default)]
pub struct Packed(Vec<u8>);

impl Packed {
    /// The bytes: equal instructions have equal ones.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Packs drawing instructions. It is kept from one stream to the next: making one clears 300 kB, which costs more than the
/// compressing.
pub struct Packer(Compress);

impl Default for Packer {
    fn default() -> Self {
        // The fastest level: a stream is a few lines and a QR code, and there may be a million of them.
        Self(Compress::new(Compression::fast(), true))
    }
}

impl Packer {
    /// Packs these instructions; the same ones always to the same bytes.
    pub fn pack(&mut self, instructions: &[u8]) -> io::Result<Packed> {
        self.0.reset();
        let mut packed = Vec::with_capacity(instructions.len() / 2 + 64);
        loop {
            let read = self.0.total_in() as usize;
            let status = self.0.compress_vec(&instructions[read..], &mut packed, FlushCompress::Finish)?;
            if status == Status::StreamEnd {
                return Ok(Packed(packed));
            }
            packed.reserve(packed.capacity());
        }
    }
}

/// A PDF file that is being written.
pub struct PdfFile<W: Write> {
    out: W,
    written: u64,
    digest: Sha256,
    /// Bytes of the object being written.
    scratch: Vec<u8>,
    /// Where each object begins, by number; 0 for one that does not exist.
    offsets: Vec<u64>,
}

impl<W: Write> PdfFile<W> {
    /// Begins a file whose first `taken` object numbers are already given out.
    pub fn new(out: W, taken: u32) -> io::Result<Self> {
        let offsets = vec![0; taken as usize + 1];
        let mut file = Self { out, written: 0, digest: Sha256::new(), scratch: Vec::new(), offsets };
        // Four bytes above 127 tell transfer programs that the file is binary (ISO 32000-1, 7.5.2).
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")?;
        Ok(file)
    }

    /// Makes room for so many objects more.
    pub fn expect(&mut self, objects: usize) {
        self.offsets.reserve_exact(objects);
    }

    /// A new object number.
    pub fn reserve(&mut self) -> u32 {
        self.offsets.push(0);
        self.offsets.len() as u32 - 1
    }

    /// Writes an object under its number.
    pub fn object(&mut self, number: u32, object: &Object) -> io::Result<()> {
        self.offsets[number as usize] = self.written;
        let mut bytes = format!("{number} 0 obj\n").into_bytes();
        write_object(&mut bytes, object);
        bytes.extend_from_slice(b"\nendobj\n");
        self.write(&bytes)
    }

    /// Writes packed drawing instructions under a new number.
    pub fn content(&mut self, packed: &Packed) -> io::Result<u32> {
        let number = self.reserve();
        self.head(number);
        self.scratch.extend_from_slice(b"<</Filter/FlateDecode/Length ");
        self.whole(packed.0.len() as u64);
        self.scratch.extend_from_slice(b">>\nstream\n");
        self.scratch.extend_from_slice(&packed.0);
        self.scratch.extend_from_slice(b"\nendstream\nendobj\n");
        self.write_scratch()?;
        Ok(number)
    }

    /// Writes a page of a million: under a new number, with its node and its contents.
    pub fn page(&mut self, node: u32, contents: &[u32]) -> io::Result<u32> {
        let number = self.reserve();
        self.head(number);
        self.scratch.extend_from_slice(b"<</Type/Page/Parent ");
        self.whole(node.into());
        self.scratch.extend_from_slice(b" 0 R/Contents[");
        for content in contents {
            self.whole((*content).into());
            self.scratch.extend_from_slice(b" 0 R ");
        }
        self.scratch.extend_from_slice(b"]>>\nendobj\n");
        self.write_scratch()?;
        Ok(number)
    }

    /// Writes the cross-reference table and the end. The file's identifier is made from its contents, so that the same
    /// contents give the same bytes.
    pub fn finish(mut self, root: u32, info: u32) -> io::Result<W> {
        let table = self.written;
        self.write(format!("xref\n0 {}\n0000000000 65535 f \n", self.offsets.len()).as_bytes())?;
        let offsets = std::mem::take(&mut self.offsets);
        for some in offsets[1..].chunks(1000) {
            let line = |offset: &u64| match offset {
                0 => "0000000000 65535 f \n".to_owned(),
                at => format!("{at:010} 00000 n \n"),
            };
            self.write(some.iter().map(line).collect::<String>().as_bytes())?;
        }
        let id = Object::string_literal(&self.digest.clone().finalize()[..16]);
        let trailer = dictionary! {
            "Size" => offsets.len() as i64,
            "Root" => (root, 0),
            "Info" => (info, 0),
            "ID" => vec![id.clone(), id],
        };
        let mut end = b"trailer\n".to_vec();
        write_dictionary(&mut end, &trailer);
        end.extend_from_slice(format!("\nstartxref\n{table}\n%%EOF\n").as_bytes());
        self.write(&end)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn head(&mut self, number: u32) {
        self.offsets[number as usize] = self.written;
        self.scratch.clear();
        self.whole(number.into());
        self.scratch.extend_from_slice(b" 0 obj\n");
    }

    fn whole(&mut self, number: u64) {
        super::stream::digits(&mut self.scratch, number);
    }

    fn write_scratch(&mut self) -> io::Result<()> {
        let scratch = std::mem::take(&mut self.scratch);
        let written = self.write(&scratch);
        self.scratch = scratch;
        written
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

fn write_object(out: &mut Vec<u8>, object: &Object) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Real(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Name(name) => write_name(out, name),
        Object::String(bytes, _) => {
            out.push(b'<');
            bytes.iter().for_each(|b| out.extend_from_slice(format!("{b:02X}").as_bytes()));
            out.push(b'>');
        }
        Object::Array(items) => {
            out.push(b'[');
            for item in items {
                write_object(out, item);
                out.push(b' ');
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(out, dictionary),
        Object::Stream(stream) => {
            let mut dictionary = stream.dict.clone();
            dictionary.set("Length", stream.content.len() as i64);
            write_dictionary(out, &dictionary);
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(&stream.content);
            out.extend_from_slice(b"\nendstream");
        }
        Object::Reference((number, generation)) => {
            out.extend_from_slice(format!("{number} {generation} R").as_bytes());
        }
    }
}

fn write_dictionary(out: &mut Vec<u8>, dictionary: &Dictionary) {
    out.extend_from_slice(b"<<");
    for (key, value) in dictionary.iter() {
        write_name(out, key);
        out.push(b' ');
        write_object(out, value);
    }
    out.extend_from_slice(b">>");
}

fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_alphanumeric() || b"-_+.".contains(byte) {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}
