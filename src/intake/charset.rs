//! Bytes to text: the encoding is found by what makes the best French.

use encoding_rs::{Encoding, ISO_8859_15, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::choices::Charset;

/// How bytes become text.
#[derive(Debug, Clone, Copy)]
pub enum Decoding {
    /// As encoding_rs knows it, after a mark of so many bytes.
    Known(&'static Encoding, usize),
    /// UTF-8, with bytes of Windows-1252 here and there.
    Patched,
    /// The old code page of DOS in France, which encoding_rs leaves out.
    Dos,
}

impl Decoding {
    /// The encoding that somebody chose. A mark of another encoding at the beginning is left to be seen.
    pub fn chosen(charset: Charset) -> Self {
        let encoding = match charset {
            Charset::Utf8 => UTF_8,
            Charset::Utf16Le => UTF_16LE,
            Charset::Utf16Be => UTF_16BE,
            Charset::Windows1252 => WINDOWS_1252,
            Charset::Iso885915 => ISO_8859_15,
            Charset::Macintosh => MACINTOSH,
            Charset::Ibm850 => return Self::Dos,
        };
        Self::Known(encoding, 0)
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Known(encoding, mark) if mark > 0 && encoding == UTF_8 => "UTF-8 (BOM)",
            Self::Known(encoding, _) => encoding.name(),
            Self::Patched => UTF_8.name(),
            Self::Dos => "IBM850",
        }
    }

    /// Bytes in front of the text that say how it is encoded.
    pub fn mark(self) -> u64 {
        match self {
            Self::Known(_, mark) => mark as u64,
            _ => 0,
        }
    }

    /// What decodes a text block by block.
    pub fn decoder(self) -> Decoder {
        match self {
            Self::Known(encoding, 0) => Decoder::Known(encoding.new_decoder_with_bom_removal()),
            Self::Known(encoding, _) => Decoder::Known(encoding.new_decoder_without_bom_handling()),
            Self::Patched => Decoder::Patched(Vec::new()),
            Self::Dos => Decoder::Dos,
        }
    }
}

/// Decodes a text block by block.
pub enum Decoder {
    Known(encoding_rs::Decoder),
    /// With the bytes of a character that the last block cut.
    Patched(Vec<u8>),
    Dos,
}

impl Decoder {
    /// Adds the UTF-8 of these bytes to `out`; `last` says that there are no more.
    pub fn decode(&mut self, bytes: &[u8], last: bool, out: &mut Vec<u8>) {
        match self {
            Self::Known(decoder) => {
                let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(3 * bytes.len() + 16);
                let start = out.len();
                out.resize(start + room, 0);
                let (_, _, written, _) = decoder.decode_to_utf8(bytes, &mut out[start..], last);
                out.truncate(start + written);
            }
            Self::Patched(cut) => {
                cut.extend_from_slice(bytes);
                let whole = std::mem::take(cut);
                let keep = if last { 0 } else { cut_character(&whole) };
                let (now, later) = whole.split_at(whole.len() - keep);
                cut.extend_from_slice(later);
                for chunk in now.utf8_chunks() {
                    out.extend_from_slice(chunk.valid().as_bytes());
                    let stray = WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0;
                    out.extend_from_slice(stray.as_bytes());
                }
            }
            Self::Dos => out.extend_from_slice(cp850(bytes).as_bytes()),
        }
    }
}

/// Finds the encoding of a text that goes by.
#[derive(Default)]
pub struct Sniffer {
    /// Was there a quote?
    pub quotes: bool,
    /// The beginning of the text.
    sample: Vec<u8>,
    /// The bytes of a character that the last block cut.
    cut: Vec<u8>,
    /// Characters beyond ASCII, if this is UTF-8.
    good: usize,
    /// Bytes that UTF-8 never has.
    bad: usize,
}

impl Sniffer {
    /// Takes the next block into account.
    pub fn see(&mut self, block: &[u8]) {
        let room = SAMPLE_BYTES - self.sample.len();
        self.sample.extend_from_slice(&block[..block.len().min(room)]);
        self.quotes |= block.contains(&b'"');
        if block.is_ascii() && self.cut.is_empty() {
            return;
        }
        self.cut.extend_from_slice(block);
        let whole = std::mem::take(&mut self.cut);
        let (now, later) = whole.split_at(whole.len() - cut_character(&whole));
        self.cut.extend_from_slice(later);
        self.count(now);
    }

    /// How the text that went by is encoded.
    pub fn decoding(&mut self) -> Decoding {
        let rest = std::mem::take(&mut self.cut);
        self.count(&rest);
        if let Some((encoding, mark)) = Encoding::for_bom(&self.sample) {
            return Decoding::Known(encoding, mark);
        }
        if let Some(encoding) = utf16_without_bom(&self.sample) {
            return Decoding::Known(encoding, 0);
        }
        if self.bad == 0 {
            return Decoding::Known(UTF_8, 0);
        }
        if self.good > 3 * self.bad {
            return Decoding::Patched;
        }
        let french = |encoding: &'static Encoding| frenchness(&encoding.decode_without_bom_handling(&self.sample).0);
        let all = [WINDOWS_1252, ISO_8859_15, MACINTOSH].into_iter().rev();
        let best = all.max_by_key(|encoding| french(encoding)).unwrap_or(WINDOWS_1252);
        if frenchness(&cp850(&self.sample)) > french(best) { Decoding::Dos } else { Decoding::Known(best, 0) }
    }

    fn count(&mut self, bytes: &[u8]) {
        for chunk in bytes.utf8_chunks() {
            self.good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
            self.bad += chunk.invalid().len();
        }
    }
}

/// How many bytes at the end begin a character of UTF-8 that goes on in the next block.
fn cut_character(bytes: &[u8]) -> usize {
    let begins = |from_end: usize| {
        let byte = bytes[bytes.len() - from_end];
        let wanted = match byte {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 1,
        };
        wanted > from_end
    };
    (1..=bytes.len().min(3)).rev().find(|n| begins(*n)).unwrap_or(0)
}

/// A cell that was UTF-8, read as Windows-1252 and written again (« SÃ©verine ») gets its accents back.
pub fn unscrambled(cell: &str) -> Option<String> {
    if cell.is_ascii() || !cell.contains(['Ã', 'Â', 'â']) {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(cell);
    if unmappable {
        return None;
    }
    String::from_utf8(bytes.into_owned()).ok()
}

/// Enough to tell encodings apart, little enough to be quick.
const SAMPLE_BYTES: usize = 1 << 20;

/// Every other byte of Western text in UTF-16 is zero.
fn utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096)];
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let half = sample.len() / 2;
    let (even, odd) = (zeros(0), zeros(1));
    match (even * 10 > half * 7, odd * 10 > half * 7) {
        (true, false) if half > 0 => Some(UTF_16BE),
        (false, true) if half > 0 => Some(UTF_16LE),
        _ => None,
    }
}

/// How much a text looks like French: its accented letters inside words count for it, what French never writes against.
fn frenchness(text: &str) -> i64 {
    let mut score = 0;
    let mut before = ' ';
    for c in text.chars() {
        if !c.is_ascii() {
            score += match c {
                'é' | 'è' | 'ê' | 'ë' | 'à' | 'â' | 'ç' | 'î' | 'ï' | 'ô' | 'ù' | 'û' | 'ü' | 'œ'
                    if !before.is_uppercase() =>
                {
                    3
                }
                'É' | 'È' | 'Ê' | 'Ë' | 'À' | 'Â' | 'Ç' | 'Î' | 'Ï' | 'Ô' | 'Ù' | 'Û' | 'Ü' | 'Œ'
                    if !before.is_lowercase() =>
                {
                    3
                }
                '’' | '°' | '«' | '»' | '–' | '\u{a0}' | '€' | 'ÿ' => 1,
                'ñ' | 'á' | 'í' | 'ó' | 'ú' | 'ö' | 'ä' | 'ã' if before.is_lowercase() => 1,
                c if c.is_control() => -5,
                c if c.is_alphabetic() => -2,
                _ => -3,
            };
        }
        before = c;
    }
    score
}

/// The old code page of DOS in France, which encoding_rs leaves out.
fn cp850(bytes: &[u8]) -> String {
    const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
    let upper: Vec<char> = UPPER.chars().collect();
    bytes.iter().map(|b| if b.is_ascii() { char::from(*b) } else { upper[usize::from(b - 0x80)] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In small blocks, which cut characters.
    fn decode(bytes: &[u8]) -> (String, &'static str) {
        let mut sniffer = Sniffer::default();
        bytes.chunks(3).for_each(|block| sniffer.see(block));
        let decoding = sniffer.decoding();
        let (mut decoder, mut out) = (decoding.decoder(), Vec::new());
        bytes[decoding.mark() as usize..].chunks(5).for_each(|block| decoder.decode(block, false, &mut out));
        decoder.decode(&[], true, &mut out);
        (String::from_utf8(out).unwrap(), decoding.name())
    }

    const TEXT: &str =
        "Civilité;Nom;Prénom\nMme;PAGÈS;Éliane\nM.;LE GALL;Joël\nMme;NOËL;Françoise à Nîmes, l’Hôpital\n";

    #[test]
    fn every_usual_encoding_is_found() {
        for encoding in [WINDOWS_1252, MACINTOSH] {
            let (bytes, _, _) = encoding.encode(TEXT);
            let (text, name) = decode(&bytes);
            assert_eq!((text.as_str(), name), (TEXT, encoding.name()));
        }
        let (bytes, _, _) = ISO_8859_15.encode("Mme;Cœur;Éliane\nM.;ŒUVRARD;Joël");
        assert_eq!(decode(&bytes), ("Mme;Cœur;Éliane\nM.;ŒUVRARD;Joël".to_owned(), "ISO-8859-15"));
        assert_eq!(decode(TEXT.as_bytes()).1, "UTF-8");
        let with_bom = format!("\u{feff}{TEXT}");
        assert_eq!(decode(with_bom.as_bytes()), (TEXT.to_owned(), "UTF-8 (BOM)"));
        for bom in [&b""[..], &[0xff, 0xfe]] {
            let little: Vec<u8> = bom.iter().copied().chain(TEXT.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            assert_eq!(decode(&little).0, TEXT);
        }
        let dos: Vec<u8> = b"Mme;PAG\xd4S;\x90liane\nMme;No\x89l;Fran\x87oise \x85 N\x8cmes".to_vec();
        assert_eq!(decode(&dos), ("Mme;PAGÈS;Éliane\nMme;Noël;Françoise à Nîmes".to_owned(), "IBM850"));
    }

    #[test]
    fn a_stray_byte_does_not_spoil_the_rest() {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes.extend(b"Mme;B\xe9al;Zo\xe9");
        assert!(decode(&bytes).0.ends_with("Mme;Béal;Zoé"));
        assert!(decode(&bytes).0.starts_with(TEXT));
    }

    #[test]
    fn scrambled_cells_are_mended() {
        assert_eq!(unscrambled("SÃ©verine").as_deref(), Some("Séverine"));
        assert_eq!(unscrambled("GUIMARÃES"), None);
        assert_eq!(unscrambled("Séverine"), None);
    }
}
