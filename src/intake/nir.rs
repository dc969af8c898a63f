//! The NIR (number of the social security) is never kept: this file only knows how to see one, and how to cut it out.

use std::borrow::Cow;
use std::ops::Range;

use crate::domain::address::capitals;

/// Is the whole cell a NIR, whatever its separators and the words that name it?
pub fn is_nir(cell: &str) -> bool {
    redacted(cell, "").is_some_and(|left| !left.contains(char::is_alphanumeric))
}

/// The cell with every NIR inside it taken out, if there is one. `column` is the column's name: it may say what a number
/// with a wrong key is.
///
/// A number of 13 or 15 digits that stands for itself is a NIR by its parts, its key or its name. Inside a longer row of
/// digits, a dossier's number that begins with a NIR, fifteen of them with a key that holds are one, thirteen are not: any
/// long number has thirteen that look like one.
pub fn redacted(cell: &str, column: &str) -> Option<String> {
    let mut left = redacted_once(cell, column)?;
    // What stood around a number may make another one.
    while let Some(less) = redacted_once(&left, column) {
        left = less;
    }
    Some(left)
}

fn redacted_once(cell: &str, column: &str) -> Option<String> {
    // A NIR of Corsica has a letter among its thirteen.
    if cell.len() < LENGTH || digits(cell) < LENGTH - 1 {
        return None;
    }
    if is_scientific(cell) {
        return Some(String::new());
    }
    let signs: Vec<(usize, char)> = cell.char_indices().map(|(at, c)| (at, digit(c).unwrap_or(c))).collect();
    let named_by_column = names_a_nir(&capitals(column));
    let mut cuts = Vec::new();
    for corsican in [false, true] {
        for run in runs(&signs, corsican) {
            let all = alphanumeric(&signs);
            let telephone = run.iter().any(|group| group.len() == 10);
            let is_whole = |range: &Range<usize>| !telephone && alphanumeric(&signs[range.clone()]) == all;
            let named = |range: &Range<usize>| named_by_column || is_whole(range) || is_named(cell, &signs, range);
            cuts.extend(windows(&signs, &run, named));
            cuts.extend(glued(&signs, &run));
        }
    }
    if cuts.is_empty() {
        return None;
    }
    cuts.sort_by_key(|cut| (cut.start, cut.end));
    let at = |i: usize| signs.get(i).map_or(cell.len(), |(at, _)| *at);
    let (mut kept, mut from) = (String::new(), 0);
    for cut in cuts {
        if at(cut.start) > from {
            kept.push_str(without_its_name(&cell[from..at(cut.start)]));
        }
        from = from.max(at(cut.end));
    }
    // A spreadsheet may have added « ,0 ».
    let rest = &cell[from..];
    let decimals = rest.starts_with(['.', ',']) && rest.len() > 1 && rest[1..].trim().bytes().all(|b| b == b'0');
    kept.push_str(if decimals { "" } else { rest });
    let loose = |c: char| c.is_whitespace() || matches!(c, '-' | ':' | '/' | '_' | ',' | ';' | '(' | '[');
    Some(kept.trim_end_matches(loose).trim_start_matches(|c: char| loose(c) || matches!(c, ')' | ']')).to_owned())
}

/// Takes a NIR out that is cut over several of these cells, as the columns of an address may do. What is left of them stands
/// in the first, whose place is given.
pub fn cut_over(cells: &mut [Cow<'_, str>], columns: &[usize]) -> Option<usize> {
    if columns.len() < 2 || columns.iter().map(|i| digits(&cells[*i])).sum::<usize>() < LENGTH - 1 {
        return None;
    }
    for span in 2..=columns.len() {
        for some in columns.windows(span) {
            let whole = some.iter().map(|i| &*cells[*i]).collect::<Vec<_>>().join("\n");
            if let Some(left) = redacted(&whole, "") {
                some.iter().for_each(|i| cells[*i] = "".into());
                cells[some[0]] = left.replace("  ", " ").into();
                return Some(some[0]);
            }
        }
    }
    None
}

/// Does the header's name, in capitals without accents, say that the column holds NIRs?
pub fn is_nir_name(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    words.iter().any(|w| matches!(*w, "NIR" | "NSS" | "NUMSS" | "NOSS" | "SECU" | "NNI" | "NIA"))
        || name.contains("SECURITE SOCIALE")
        || name.contains("NUMSECU")
        || (words.len() == 2 && words[1] == "SS")
}

/// Characters of a NIR without its key, and with it.
const LENGTH: usize = 13;
const WITH_KEY: usize = 15;
/// Where a NIR's parts end: sex, year, month, department, commune, order.
const PARTS: [usize; 6] = [1, 3, 5, 7, 10, 13];
/// Between two groups of one number; any number of blanks counts as none.
const SEPARATORS: usize = 3;
/// How far from a number the word may stand that names it.
const NEAR: usize = 30;

/// A digit as a keyboard types it, of full width too.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(c as u32 - 0xff10, 10),
        _ => None,
    }
}

/// How many digits a text has.
fn digits(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(u8::is_ascii_digit).count();
    }
    text.chars().filter(|c| digit(*c).is_some()).count()
}

fn alphanumeric(signs: &[(usize, char)]) -> usize {
    signs.iter().filter(|(_, c)| c.is_alphanumeric()).count()
}

/// Groups of digits with little between them. A « 2A » or « 2B » belongs to its group if asked for.
fn runs(signs: &[(usize, char)], corsican: bool) -> Vec<Vec<Range<usize>>> {
    let in_group = |i: usize| {
        let c = signs[i].1;
        let island = || matches!(c, 'A' | 'B' | 'a' | 'b') && i > 0 && signs[i - 1].1 == '2';
        c.is_ascii_digit() || corsican && island()
    };
    let mut runs: Vec<Vec<Range<usize>>> = Vec::new();
    let mut at = 0;
    let mut between = SEPARATORS + 1;
    while at < signs.len() {
        let start = at;
        while at < signs.len() && in_group(at) {
            at += 1;
        }
        if at > start {
            if between > SEPARATORS {
                runs.push(Vec::new());
            }
            runs.extend(runs.is_empty().then(Vec::new));
            if let Some(run) = runs.last_mut() {
                run.push(start..at);
            }
            between = 0;
            continue;
        }
        let c = signs[at].1;
        between = if c.is_alphanumeric() || matches!(c, '+' | '@') {
            SEPARATORS + 1
        } else {
            between + usize::from(!c.is_whitespace() && !c.is_control())
        };
        at += 1;
    }
    runs
}

/// The windows of 13 and 15 characters over whole groups that are NIRs.
fn windows(signs: &[(usize, char)], run: &[Range<usize>], named: impl Fn(&Range<usize>) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for first in 0..run.len() {
        let mut number = String::new();
        let mut in_parts = true;
        for (last, group) in run.iter().enumerate().skip(first) {
            in_parts &= number.is_empty() || PARTS.contains(&number.len());
            number.extend(signs[group.clone()].iter().map(|(_, c)| c.to_ascii_uppercase()));
            if number.len() > WITH_KEY {
                break;
            }
            if !matches!(number.len(), LENGTH | WITH_KEY) || !is_plausible(number.as_bytes()) {
                continue;
            }
            let range = run[first].start..group.end;
            let is_nir = match number.len() {
                // Telephones in pairs make thirteen digits too, but never in a NIR's parts.
                LENGTH => in_parts || named(&range),
                // A mistyped key is no excuse, unless a postcode and a telephone happen to stand side by side.
                _ => in_parts && (first == last || last - first >= 3) || key_holds(&number) || named(&range),
            };
            if is_nir {
                // What stands behind thirteen digits in two is their key, right or wrong.
                let key = run.get(last + 1).filter(|next| number.len() == LENGTH && next.len() == 2);
                found.push(range.start..key.map_or(range.end, |k| k.end));
            }
        }
    }
    found
}

/// Fifteen digits with a key that holds, behind or before digits that do not belong to them.
fn glued(signs: &[(usize, char)], run: &[Range<usize>]) -> Vec<Range<usize>> {
    let holds = |range: &[usize]| {
        let number: String = range.iter().map(|i| signs[*i].1.to_ascii_uppercase()).collect();
        number.len() == WITH_KEY && is_plausible(number.as_bytes()) && key_holds(&number)
    };
    let mut found = Vec::new();
    for (first, group) in run.iter().enumerate() {
        let mut at = group.start;
        while at + WITH_KEY <= group.end {
            let inside: Vec<usize> = (at..at + WITH_KEY).collect();
            at += if holds(&inside) {
                found.push(at..at + WITH_KEY);
                WITH_KEY
            } else {
                1
            };
        }
        // Written in parts, of which the first has digits of something else in front.
        let behind: Vec<usize> = run[first + 1..].iter().flat_map(Clone::clone).take(WITH_KEY).collect();
        for start in group.start + 1..group.end {
            let whole: Vec<usize> = (start..group.end).chain(behind.iter().copied()).take(WITH_KEY).collect();
            let in_parts = PARTS.contains(&(group.end - start)) && run.get(first + 3).is_some();
            if in_parts && holds(&whole) {
                found.extend(whole.last().map(|last| start..last + 1));
            }
        }
    }
    found
}

/// First digit, month and department are those of a NIR.
fn is_plausible(nir: &[u8]) -> bool {
    let number = |range: Range<usize>| -> Option<u32> { std::str::from_utf8(&nir[range]).ok()?.parse().ok() };
    let digits_else = nir.iter().enumerate().all(|(i, b)| b.is_ascii_digit() || (i == 6 && matches!(b, b'A' | b'B')));
    let month = number(3..5).is_some_and(|m| matches!(m, 1..=12 | 20..=42 | 50..=99));
    let department =
        if nir[6].is_ascii_digit() { number(5..7).is_some_and(|d| (1..=99).contains(&d)) } else { nir[5] == b'2' };
    digits_else && matches!(nir[0], b'1' | b'2' | b'3' | b'4' | b'7' | b'8') && month && department
}

/// The key is 97 less the number modulo 97, with 2A as 19 and 2B as 18.
fn key_holds(nir: &str) -> bool {
    let number = nir[..LENGTH].replacen("2A", "19", 1).replacen("2B", "18", 1);
    let digits: Option<u64> = number.parse().ok();
    let key: Option<u64> = nir[LENGTH..].parse().ok();
    digits.zip(key).is_some_and(|(digits, key)| 97 - digits % 97 == key)
}

/// « 1,39054809500142E+14 », as a spreadsheet writes long numbers.
fn is_scientific(cell: &str) -> bool {
    let plain = cell.trim().replace(',', ".");
    let number: Option<f64> = if plain.contains(['e', 'E']) { plain.parse().ok() } else { None };
    number.is_some_and(|n| (1e12..1e15).contains(&n) && is_nir(&format!("{n:.0}")))
}

/// Does a word beside the number say what it is?
fn is_named(cell: &str, signs: &[(usize, char)], range: &Range<usize>) -> bool {
    let at = |i: usize| signs.get(i).map_or(cell.len(), |(at, _)| *at);
    let before = &cell[at(range.start.saturating_sub(NEAR))..at(range.start)];
    let after = &cell[at(range.end)..at(range.end + NEAR)];
    names_a_nir(&capitals(before)) || names_a_nir(&capitals(after))
}

fn names_a_nir(words: &str) -> bool {
    words.split(' ').any(is_naming)
}

fn is_naming(word: &str) -> bool {
    matches!(
        word,
        "NIR"
            | "NSS"
            | "NUMSS"
            | "NOSS"
            | "NSECU"
            | "SS"
            | "SECU"
            | "SECURITE"
            | "MATRICULE"
            | "IMMATRICULATION"
            | "INSEE"
            | "NNI"
            | "NIA"
    )
}

/// What stands before a NIR, without the words that named it: « veuve, n° de sécu : » → « veuve, ».
fn without_its_name(before: &str) -> &str {
    let (mut end, mut named) = (before.len(), None);
    loop {
        let words = before[..end].trim_end_matches(|c: char| !c.is_alphanumeric());
        let start =
            words.char_indices().rev().take_while(|(_, c)| c.is_alphabetic()).last().map_or(words.len(), |w| w.0);
        let word = capitals(&words[start..]);
        if is_naming(&word) {
            named = Some(start);
        } else if !matches!(word.as_str(), "N" | "NO" | "NUM" | "NUMERO" | "DE" | "LA" | "SOCIALE" | "ASSURE") {
            return named.map_or(before, |at| before[..at].trim_end_matches("n°").trim_end_matches("N°"));
        } else if matches!(word.as_str(), "N" | "NO" | "NUM" | "NUMERO") && named.is_some() {
            named = Some(start);
        }
        end = start;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_nir_is_seen_in_every_writing() {
        for nir in [
            "248014809512385",
            "2 48 01 48 095 123 85",
            "2480148095123",
            "2 48 01 2A 095 123 85",
            "248-01-48-095-123-85",
            "139054809500142",
            "1_39_05_48_095_001_42",
            "1 39 05 2a 095 001 42",
            "139052b095001",
            "1.39.05.48.095.001.42",
            "1-39-05-48-095-001/42",
            "1\u{a0}39\u{202f}05\u{3000}48 095 001 42",
            "１３９０５４８０９５００１",
            "1   39   05   48   095   001",
            "1390548095001,0",
            "1,39054809500142E+14",
            "1.390548095001e+12",
            "NIR 139054809500199",
            "NIR:1390548095001",
            "N°SS1390548095001",
            "n° de sécurité sociale : 1390548095001",
            "7 39 05 99 351 001",
            "2 39 20 97 411 001",
            "139 054 809 500 1",
        ] {
            assert!(is_nir(nir), "{nir}: {:?}", redacted(nir, ""));
        }
    }

    #[test]
    fn what_is_no_nir_stays() {
        for other in [
            "",
            "0465710000",
            "48000",
            "541204809512385",
            "2480048095123",
            "12345678901234",
            "123 456 789 00012",
            "SIRET 341 234 567 00018 tél. 04 66 01 02 03",
            "2026-11-02",
            "02/11/2026 12/05/1939",
            "né le 12/05/1939 à 48095",
            "04 65 71 00 10 / 06 12 34 56 78",
            "+33 4 66 01 02 03 / 06 12 34 56 78",
            "0466010203 0612345678",
            "04.66.01.02.03 48230 CHANAC",
            "client 1390548095, dossier 2026",
            "FR76 3000 6000 0112 3456 7890 189",
            "FR7630006000011234567890189",
            "48230 0465010203",
            "48230 CHANAC 0465010203",
            "1234567890",
            "12 rue du 8 mai 1945 48000 Mende",
            "2A rue Basse 20000 Ajaccio 0495010203",
            "1 39 05 48",
            // Thirteen digits, or a key that does not hold, inside a longer number.
            "13905480950010001",
            "1390548095001420001",
        ] {
            assert_eq!(redacted(other, "Observations"), None, "{other}");
        }
    }

    #[test]
    fn a_nir_among_other_text_is_taken_out() {
        for (cell, left) in [
            ("NIR 2 48 01 48 095 123 85, veuve", "veuve"),
            ("248014809512385", ""),
            ("0466010203 139054809500142", "0466010203"),
            ("tel 04 66 01 02 03 - 1390548095001", "tel 04 66 01 02 03"),
            ("04 66 01 02 03 1 39 05 48 095 001 42", "04 66 01 02 03"),
            ("né en 1939 1390548095001", "né en 1939"),
            ("11 rue Haute 1390548095001", "11 rue Haute"),
            ("11 rue Haute (n° sécu 1 39 05 48 095 001 99)", "11 rue Haute ()"),
            ("veuve, matricule INSEE : 139054809500199 ; sourde", "veuve,  ; sourde"),
            ("139054809500199 (sécu)", "sécu)"),
            ("1390548095001 / 248014809512385", ""),
            ("2A1390548095001", "2A"),
            ("dossier 139054809500199", "dossier"),
            ("48230 0465010203 n° sécu", "n° sécu"),
            ("M.FABRE1390548095001bis", "M.FABREbis"),
            ("N°1390548095001/12", "N°"),
            ("1390548095001830001", "0001"),
            ("dossier A13905480950018377", "dossier A77"),
            ("99139054809500183", "99"),
            ("99139052A09500190", "99"),
            ("001 39 05 48 095 001 83", "00"),
            ("1 39 05 48 095 001 42001", "42001"),
        ] {
            assert_eq!(redacted(cell, "").as_deref(), Some(left), "{cell}");
        }
        assert_eq!(redacted("suivi 139054809500199", "Matricule").as_deref(), Some("suivi"));
    }

    #[test]
    fn a_nir_over_several_cells_is_taken_out() {
        let mut cells = ["11 rue Haute", "1 39 05 48", "095 001 83", "Le Bourg", "48000"].map(Cow::from);
        assert_eq!(cut_over(&mut cells, &[0, 1, 2, 3]), Some(1));
        assert_eq!(cells, ["11 rue Haute", "", "", "Le Bourg", "48000"]);
        let mut cells = ["11 rue Haute 13905480", "9500183 Le Bourg"].map(Cow::from);
        assert_eq!(cut_over(&mut cells, &[0, 1]), Some(0));
        assert_eq!(cells, ["11 rue Haute Le Bourg", ""]);
        let mut plain = ["12 rue du 8 mai 1945", "BP 12345", "48000"].map(Cow::from);
        assert_eq!(cut_over(&mut plain, &[0, 1, 2]), None);
    }

    proptest! {
        /// Whatever stands around it, and however it is cut in groups: no number with its key is left.
        #[test]
        fn no_nir_with_its_key_survives(
            sex in prop::sample::select(vec!["1", "2", "3", "4", "7", "8"]),
            (year, month, department, rest) in (0..100u32, 1..13u32, 1..96u32, 0..1_000_000u32),
            separator in prop::sample::select(vec!["", " ", "-", ".", "\u{a0}", "/"]),
            front in "[0-9]{0,3}|[A-Za-z°: ]{0,6}|[0-9]{2} rue ",
            back in "[0-9]{0,4}|[A-Za-z°: ]{0,6}|/[0-9]{1,2}",
        ) {
            let number = format!("{sex}{year:02}{month:02}{department:02}{rest:06}");
            let key = 97 - number.parse::<u64>().unwrap() % 97;
            let whole = format!("{number}{key:02}");
            let mut from = 0;
            let mut parts = Vec::new();
            for to in PARTS.into_iter().chain([WITH_KEY]) {
                parts.push(&whole[from..to]);
                from = to;
            }
            let written = parts.join(separator);
            let cell = format!("{front}{written}{back}");
            let left = redacted(&cell, "").unwrap_or(cell.clone());
            let digits: String = left.chars().filter(char::is_ascii_digit).collect();
            prop_assert!(!digits.contains(&whole), "{cell} → {left}");
        }
    }

    #[test]
    fn a_column_is_known_by_its_name() {
        for name in ["NIR", "N SECURITE SOCIALE", "NUM SECU", "N SS", "NIR ASSURE"] {
            assert!(is_nir_name(name), "{name}");
        }
        for name in ["NOM", "CODE INSEE", "FINIR", "SS"] {
            assert!(!is_nir_name(name), "{name}");
        }
    }
}
