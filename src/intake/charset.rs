//! Bytes to text: the encoding is found by what makes the best French.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_8859_15, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::choices::Charset;

/// The text and the name of the encoding it was in.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[bom..]);
        return (text, name_with_bom(encoding));
    }
    if let Some(encoding) = utf16_without_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return (text, encoding.name());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), "UTF-8");
    }
    if mostly_utf8(bytes) {
        return (Cow::Owned(utf8_with_stray_bytes(bytes)), "UTF-8");
    }
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let best = [WINDOWS_1252, ISO_8859_15, MACINTOSH]
        .into_iter()
        .rev()
        .max_by_key(|encoding| frenchness(&encoding.decode_without_bom_handling(sample).0))
        .unwrap_or(WINDOWS_1252);
    let dos = cp850(sample);
    if frenchness(&dos) > frenchness(&best.decode_without_bom_handling(sample).0) {
        return (Cow::Owned(cp850(bytes)), "IBM850");
    }
    (best.decode_without_bom_handling(bytes).0, best.name())
}

/// The text in the encoding that somebody chose, and that encoding's name. A mark of another encoding at the beginning is
/// left to be seen.
pub fn decode_as(bytes: &[u8], charset: Charset) -> (Cow<'_, str>, &'static str) {
    let encoding = match charset {
        Charset::Utf8 => UTF_8,
        Charset::Utf16Le => UTF_16LE,
        Charset::Utf16Be => UTF_16BE,
        Charset::Windows1252 => WINDOWS_1252,
        Charset::Iso885915 => ISO_8859_15,
        Charset::Macintosh => MACINTOSH,
        Charset::Ibm850 => return (Cow::Owned(cp850(bytes)), "IBM850"),
    };
    (encoding.decode_with_bom_removal(bytes).0, encoding.name())
}

/// A cell that was UTF-8, read as Windows-1252 and written again (« SÃ©verine ») gets its accents back.
pub fn unscrambled(cell: &str) -> Option<String> {
    if !cell.contains(['Ã', 'Â', 'â']) {
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

fn name_with_bom(encoding: &'static Encoding) -> &'static str {
    if encoding == encoding_rs::UTF_8 { "UTF-8 (BOM)" } else { encoding.name() }
}

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

fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    good > 3 * bad
}

fn utf8_with_stray_bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    text
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

    const TEXT: &str =
        "Civilité;Nom;Prénom\nMme;PAGÈS;Éliane\nM.;LE GALL;Joël\nMme;NOËL;Françoise à Nîmes, l’Hôpital\n";

    #[test]
    fn every_usual_encoding_is_found() {
        for encoding in [WINDOWS_1252, MACINTOSH] {
            let (bytes, _, _) = encoding.encode(TEXT);
            let (text, name) = decode(&bytes);
            assert_eq!((text.as_ref(), name), (TEXT, encoding.name()));
        }
        let (bytes, _, _) = ISO_8859_15.encode("Mme;Cœur;Éliane\nM.;ŒUVRARD;Joël");
        assert_eq!(decode(&bytes), (Cow::Borrowed("Mme;Cœur;Éliane\nM.;ŒUVRARD;Joël"), "ISO-8859-15"));
        assert_eq!(decode(TEXT.as_bytes()).1, "UTF-8");
        let with_bom = format!("\u{feff}{TEXT}");
        assert_eq!(decode(with_bom.as_bytes()), (Cow::Borrowed(TEXT), "UTF-8 (BOM)"));
        for bom in [&b""[..], &[0xff, 0xfe]] {
            let little: Vec<u8> = bom.iter().copied().chain(TEXT.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            assert_eq!(decode(&little).0, TEXT);
        }
        let dos: Vec<u8> = b"Mme;PAG\xd4S;\x90liane\nMme;No\x89l;Fran\x87oise \x85 N\x8cmes".to_vec();
        assert_eq!(decode(&dos), (Cow::Borrowed("Mme;PAGÈS;Éliane\nMme;Noël;Françoise à Nîmes"), "IBM850"));
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
