//! The free text of an address to the lines of NF Z10-011.

mod kind;
mod pieces;

use kind::{Kind, is_institution, is_local_hospital, is_named_building, kind, may_be_hamlet};
use pieces::pieces;

use super::place::Located;
use crate::domain::address::{
    NotMailable, PostalAddress, capitals, is_building_word, is_dwelling_word, is_street_type, place_line, street_line,
    upper_line,
};
use crate::domain::first_name::is_first_name;

/// The address from its cells in order, less postcode and commune, and from the place they lead to.
pub fn postal(cells: &[String], located: &Located) -> PostalAddress {
    let mut address = PostalAddress {
        line6: located.line6.clone(),
        postcode: located.postcode,
        commune: located.commune,
        ..PostalAddress::default()
    };
    let (mut dwelling, mut building, mut streets, mut places) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut boxes = Vec::new();
    let mut known_wrong = false;
    for mut piece in pieces(cells) {
        if let Some(before) =
            piece.strip_suffix(&located.line6).filter(|b| !located.line6.is_empty() && b.ends_with(' '))
        {
            piece = before.trim_end().to_owned();
        }
        let mut words: Vec<&str> = piece.split_ascii_whitespace().collect();
        // « 15 chemin Neuf (NPAI) »: the street stays, for who reads it. Nor does the window show « tél. 04 66 00 00 00 » or
        // « digicode 1234A ».
        let begins = |says: fn(&[&str]) -> bool| (0..words.len()).find(|at| says(&words[*at..]));
        let (wrong, contact) = (begins(says_wrong), begins(says_contact));
        known_wrong |= wrong.is_some();
        if let Some(at) = wrong.into_iter().chain(contact).min() {
            piece = words[..at].join(" ");
            if piece.is_empty() {
                continue;
            }
            words = piece.split_ascii_whitespace().collect();
        }
        if is_locality(&piece, located) || says_none(&words) {
            continue;
        }
        let hospital = is_local_hospital(&words, located);
        address.institution |= hospital || is_institution(&words);
        match kind(&words) {
            _ if hospital => building.push(piece),
            Kind::Dwelling => dwelling.push(piece),
            Kind::Building => building.push(piece),
            Kind::Street => streets.push(piece),
            Kind::PostBox => boxes.push(piece),
            Kind::Place => places.push(piece),
        }
    }
    // Of two streets the one with a number is where the door is; the other helps to find it.
    if let Some(main) = streets
        .iter()
        .position(|s| s.starts_with(|c: char| c.is_ascii_digit()))
        .or(Some(0))
        .filter(|_| !streets.is_empty())
    {
        address.line4 = street_line(&streets.remove(main));
        building.extend(streets);
    }
    // Where nothing else says where the door is, a residence's name does, or a hamlet's.
    if address.line4.is_empty() && places.is_empty() && boxes.is_empty() {
        let is = |what: fn(&[&str]) -> bool| move |piece: &String| what(&piece.split(' ').collect::<Vec<_>>());
        if let Some(at) = building.iter().position(is(is_named_building)) {
            places.push(building.remove(at));
        } else if let Some(at) = dwelling.iter().position(is(may_be_hamlet)) {
            places.push(dwelling.remove(at));
        }
    }
    if places.is_empty() && boxes.is_empty() {
        places.extend(located.former.clone());
    }
    boxes.extend(places);
    boxes.dedup();
    address.line5 = place_line(&boxes.join(" "));
    if address.line5.len() > PostalAddress::MAX_CHARS && boxes.len() > 1 && building.is_empty() {
        building.extend(boxes.pop());
        address.line5 = place_line(&boxes.join(" "));
    }
    address.line2 = upper_line(&dwelling.join(" "));
    address.line3 = upper_line(&building.join(" "));
    spread(&mut address);
    address.not_mailable = if known_wrong { Some(NotMailable::KnownWrong) } else { not_mailable(&address, located) };
    address
}

/// « 48 000 Mende » as « 48000 Mende », so that the postcode is seen; « Apt 48 120 rue Basse » has none.
pub fn with_whole_postcode(line: &str) -> String {
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let digits = |w: &str, count: usize| w.len() == count && w.bytes().all(|b| b.is_ascii_digit());
    if words.iter().any(|w| digits(w, 5)) {
        return words.join(" ");
    }
    for at in (0..words.len().saturating_sub(2)).rev() {
        let split = digits(&words[at], 2) && digits(&words[at + 1], 3);
        if split && words[at + 2].starts_with(char::is_alphabetic) && !is_street_type(&[&capitals(&words[at + 2])]) {
            let rest = words.remove(at + 1);
            words[at].push_str(&rest);
            break;
        }
    }
    words.join(" ")
}

/// The postcode and commune at the end of an address that has no columns for them: « 12 rue Basse, 48000 Mende ». The commune
/// may be missing: « 12 rue Basse, 48000 ».
pub fn trailing_place(cells: &[String]) -> Option<(String, String)> {
    let last = cells.iter().rev().find(|c| !c.trim().is_empty())?;
    let words: Vec<&str> = last.split([' ', ',', '\n', '\r', '\t']).filter(|w| !w.is_empty()).collect();
    let is_postcode = |w: &&str| w.len() == 5 && w.bytes().all(|b| b.is_ascii_digit());
    let at = words.iter().rposition(is_postcode)?;
    let town = words[at + 1..].join(" ").trim_matches(['-', '–', ' ']).to_owned();
    // « BP 12345 » is no postcode, and an address that is nothing but five digits is none.
    let of_box = at == 0 || matches!(capitals(words[at - 1]).as_str(), "BP" | "CS" | "TSA" | "POSTALE" | "P" | "N");
    (!town.is_empty() || !of_box).then(|| (words[at].to_owned(), town))
}

/// What may be the commune at the end of an address without a postcode, the longest first, with where it begins and whether
/// something sets it apart: « 18 rue Fesch - AJACCIO », « 18 rue Fesch AJACCIO ».
pub fn trailing_towns(line: &str) -> impl Iterator<Item = (usize, bool)> {
    let after = |sign: &str| line.rfind(sign).map(|at| at + sign.len());
    let signs = ["\n", ",", ";", " - ", " – "];
    let apart = signs.into_iter().filter_map(after).max().filter(|at| !line[*at..].trim().is_empty());
    let from = apart.unwrap_or_default();
    // La Poste's longest labels have eight words.
    let starts: Vec<usize> = line.match_indices(' ').map(|(at, _)| at + 1).filter(|at| *at > from).collect();
    let last = starts.len().saturating_sub(8);
    let blanks = starts.into_iter().skip(last).filter(|at| may_end_street(&line[..*at]) && !is_saint(&line[*at..]));
    apart.into_iter().map(|at| (at, true)).chain(blanks.map(|at| (at, false)))
}

/// Can a street or a hamlet end here, « 25 cours Grandval », so that what follows is a commune? A street's type, a number, an
/// article and a first name go on.
fn may_end_street(before: &str) -> bool {
    let words = capitals(before);
    let last = words.rsplit(' ').next().unwrap_or_default();
    let goes_on = matches!(
        last,
        "DE" | "DU"
            | "DES"
            | "D"
            | "LA"
            | "LE"
            | "LES"
            | "L"
            | "A"
            | "AU"
            | "AUX"
            | "EN"
            | "ET"
            | "SUR"
            | "SOUS"
            | "DIT"
            | "SAINT"
            | "SAINTE"
            | "ST"
            | "STE"
            | "LD"
            | "BIS"
            | "TER"
            | "VIEUX"
            | "GRAND"
            | "PETIT"
    );
    last.len() > 2
        && !goes_on
        && !last.bytes().any(|b| b.is_ascii_digit())
        && !is_street_type(&[last])
        && !is_building_word(last)
        && !is_dwelling_word(last)
        && !is_first_name(last)
}

/// Streets and hamlets have saints' names as often as communes.
fn is_saint(name: &str) -> bool {
    let words = capitals(name);
    matches!(words.split(' ').next(), Some("SAINT" | "SAINTE" | "ST" | "STE"))
}

/// « NPAI », « adresse inconnue »: the fund's own letters came back.
fn says_wrong(words: &[&str]) -> bool {
    matches!(
        words,
        ["NPAI", ..]
            | ["N", "P", "A", "I"]
            | ["RETOUR", "NPAI"]
            | ["ADRESSE" | "ADR", "INCONNUE" | "ERRONEE" | "FAUSSE" | "INVALIDE" | "INCORRECTE"]
            | ["INCONNU" | "INCONNUE", "A", "L" | "CETTE", "ADRESSE"]
            | ["PARTI" | "PARTIE", "SANS", "LAISSER", ..]
            | ["A", "DEMENAGE"]
            | ["N", "HABITE", "PLUS" | "PAS", ..]
            | ["A", "NE", "PLUS", "UTILISER"]
            | ["NE", "PLUS" | "PAS", "UTILISER" | "ECRIRE" | "CONTACTER", ..]
            | ["ANCIENNE", "ADRESSE"]
    )
}

/// Does a remark say that letters come back: « NPAI », « partie sans laisser d’adresse », « a déménagé à Nîmes »?
pub fn tells_wrong(remark: &str) -> bool {
    // Hardly a cell has such a word, and most need no closer look.
    const STEMS: [&[u8; 4]; 8] = [b"npai", b"habi", b"lais", b"adre", b"nage", b"d\xc3\xa9m", b"d\xc3\x89m", b"erro"];
    let stem = |w: &[u8]| STEMS.iter().any(|stem| w.eq_ignore_ascii_case(*stem));
    if !remark.as_bytes().windows(4).any(stem) {
        return remark == "PSA";
    }
    let key = capitals(remark);
    let words: Vec<&str> = key.split(' ').collect();
    // « ne plus contacter » closes a person, and says nothing of the address.
    let wrong = |at: usize| words[at] != "NE" && says_wrong(&words[at..]);
    matches!(words[..], ["A", "DEMENAGE", ..] | ["DEMENAGE" | "DEMENAGEE", ..]) || (0..words.len()).any(wrong)
}

/// A phone number or the code of a door.
fn says_contact(words: &[&str]) -> bool {
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    match words {
        ["TEL" | "TELEPHONE" | "MOB" | "DIGICODE", next, ..] => digits(next) > 1,
        ["CODE", next, ..] => (3..=5).contains(&digits(next)) && next.len() <= 6,
        _ => false,
    }
}

/// « SDF »: there is no address.
fn says_none(words: &[&str]) -> bool {
    matches!(words, ["SDF"] | ["SANS", "ADRESSE"] | ["SANS", "DOMICILE", ..])
}

fn not_mailable(address: &PostalAddress, located: &Located) -> Option<NotMailable> {
    if address.line4.is_empty() && (address.line5.is_empty() || Some(&address.line5) == located.former.as_ref()) {
        Some(NotMailable::NoStreet)
    } else if located.doubt.is_some() {
        located.doubt
    } else if address.lines().any(|l| l.chars().count() > PostalAddress::MAX_CHARS) {
        Some(NotMailable::TooLong)
    } else {
        None
    }
}

/// A line 2 or 3 that is too long goes on in the other, if that is free.
fn spread(address: &mut PostalAddress) {
    let long = |line: &str| line.len() > PostalAddress::MAX_CHARS;
    let whole = match (long(&address.line2), long(&address.line3)) {
        (true, false) if address.line3.is_empty() => &address.line2,
        (false, true) if address.line2.is_empty() => &address.line3,
        _ => return,
    };
    let cut = whole[..=PostalAddress::MAX_CHARS].rfind(' ');
    if let Some((first, second)) = cut.map(|at| whole.split_at(at)) {
        (address.line2, address.line3) = (first.to_owned(), second.trim().to_owned());
    }
}

/// A piece that only says the postcode and commune again.
fn is_locality(piece: &str, located: &Located) -> bool {
    let front = piece.split(' ').next().unwrap_or_default();
    let postcode = located.postcode.is_some_and(|p| p.as_str() == front);
    let town = located.line6.get(6..).unwrap_or_default();
    // Most pieces differ from the town in their first letter.
    postcode || !town.is_empty() && town.as_bytes()[0] == piece.as_bytes()[0] && town == place_line(piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mende() -> Located {
        Located { line6: "48000 MENDE".into(), postcode: "48000".parse().ok(), ..Located::default() }
    }

    fn lines(cells: &[&str]) -> [String; 4] {
        let cells: Vec<String> = cells.iter().map(|c| (*c).to_owned()).collect();
        let address = postal(&cells, &mende());
        [address.line2, address.line3, address.line4, address.line5]
    }

    #[test]
    fn a_remark_tells_that_letters_come_back() {
        for remark in [
            "NPAI",
            "partie sans laisser d’adresse",
            "PSA",
            "n’habite plus à l’adresse",
            "a déménagé à Nîmes",
            "retour courrier : adresse erronée",
        ] {
            assert!(tells_wrong(remark), "{remark}");
        }
        for remark in
            ["", "ne plus contacter", "habite au 2e étage", "adresse confirmée", "ménage à domicile", "PSA Peugeot"]
        {
            assert!(!tells_wrong(remark), "{remark}");
        }
    }

    #[test]
    fn every_part_finds_its_line() {
        for (cells, wanted) in [
            (&["83 boulevard Théophile Roussel"][..], ["", "", "83 BOULEVARD THEOPHILE ROUSSEL", ""]),
            (&["BP 12", "77 bis route de Mende", ""], ["", "", "77 B ROUTE DE MENDE", "BP 12"]),
            (&["B.P. n° 12", "77 ter, route de Mende"], ["", "", "77 T ROUTE DE MENDE", "BP 12"]),
            (&["CS80012", "12 bis rue Basse"], ["", "", "12 B RUE BASSE", "CS 80012"]),
            (&["12 rue Basse boîte postale 7"], ["", "", "12 RUE BASSE", "BP 7"]),
            (&["Le Bourg", "T.S.A. 12345"], ["", "", "", "TSA 12345 LE BOURG"]),
            (&["Bât. A – Appt 4", "", "Chazalmartin"], ["APPT 4", "BAT A", "", "CHAZALMARTIN"]),
            (
                &["Escalier C 3e étage, 76 ter rue des Écoles, La Grange Haute"],
                ["ESCALIER C 3E ETAGE", "", "76 T RUE DES ECOLES", "LA GRANGE HAUTE"],
            ),
            (&["EHPAD La Colagne, 161 chemin du Moulin"], ["", "EHPAD LA COLAGNE", "161 CHEMIN DU MOULIN", ""]),
            (&["61 rue des Écoles\nLe Bourg"], ["", "", "61 RUE DES ECOLES", "LE BOURG"]),
            (
                &["Résidence Les Tilleuls 116 rue de la Draperie appt 4"],
                ["APPT 4", "RESIDENCE LES TILLEULS", "116 RUE DE LA DRAPERIE", ""],
            ),
            (&["12, rue Basse, 48000 Mende"], ["", "", "12 RUE BASSE", ""]),
            (&["12 Le Bourg"], ["", "", "12 LE BOURG", ""]),
            (&["12D rue Basse"], ["", "", "12 D RUE BASSE", ""]),
            (&["12E rue Basse"], ["", "", "12 E RUE BASSE", ""]),
            (&["12F, rue Basse"], ["", "", "12 F RUE BASSE", ""]),
            (&["3quater rue St-Gervais"], ["", "", "3 Q RUE SAINT GERVAIS", ""]),
            (&["16-18 bis, av. Foch"], ["", "", "16 AVENUE FOCH", ""]),
            (&["12 rue\nde la Paix"], ["", "", "12 RUE DE LA PAIX", ""]),
            (&["12 rue Basse tél 0466000000"], ["", "", "12 RUE BASSE", ""]),
            (&["12 rue Basse (digicode 1234A)"], ["", "", "12 RUE BASSE", ""]),
            (&["52/54 avenue Foch"], ["", "", "52 AVENUE FOCH", ""]),
            (
                &["Chez Mme Fabre", "27 bis place de la République"],
                ["CHEZ MME FABRE", "", "27 B PLACE DE LA REPUBLIQUE", ""],
            ),
            (&["Chez Mme Mathon rue des Écoles"], ["CHEZ MME MATHON", "", "RUE DES ECOLES", ""]),
            (&["s/c UDAF", "3 rue Basse"], ["S C UDAF", "", "3 RUE BASSE", ""]),
            (&["chez UDAF 48", "3 rue Basse"], ["CHEZ UDAF 48", "", "3 RUE BASSE", ""]),
            (&["3 rue Basse", "sous curatelle de Mme Brun"], ["SOUS CURATELLE DE MME BRUN", "", "3 RUE BASSE", ""]),
            (&["Lotissement Les Pins", "3 rue du 8 Mai 1945"], ["", "LOTISSEMENT LES PINS", "3 RUE DU 8 MAI 1945", ""]),
            (&["Mende"], ["", "", "", ""]),
            (&["rue de la Tour"], ["", "", "RUE DE LA TOUR", ""]),
            (&["Lieu-dit Saint-Jean"], ["", "", "", "LIEU DIT ST JEAN"]),
            (&["rue Basse, 12 bis"], ["", "", "12 B RUE BASSE", ""]),
            (&["N° 12 rue Basse"], ["", "", "12 RUE BASSE", ""]),
            (&["n° 36, rue Haute"], ["", "", "36 RUE HAUTE", ""]),
            (&["n° 6 bis, rue Basse"], ["", "", "6 B RUE BASSE", ""]),
            (&["au 12, rue Haute"], ["", "", "12 RUE HAUTE", ""]),
            (&["N° 4 , rue Basse"], ["", "", "4 RUE BASSE", ""]),
            (&["4 rue Basse 3ème étage droite"], ["3EME ETAGE DROITE", "", "4 RUE BASSE", ""]),
            (&["3e étage 4 rue Basse"], ["3E ETAGE", "", "4 RUE BASSE", ""]),
            (&["Bât. A esc. B 2e ét. 4 chemin du Ron"], ["ESC B 2E ETAGE", "BAT A", "4 CHEMIN DU RON", ""]),
            (&["3 rue du 1er et 2e Spahis"], ["", "", "3 RUE DU 1ER ET 2E SPAHIS", ""]),
            (&["4 rue Basse ETG 2"], ["ETG 2", "", "4 RUE BASSE", ""]),
            (&["4 rue Basse (chez sa fille)"], ["CHEZ SA FILLE", "", "4 RUE BASSE", ""]),
            (&["4 rue Basse 48000 Mende"], ["", "", "4 RUE BASSE", ""]),
            (&["Foyer logement Les Pins, 3 rue Basse"], ["", "FOYER LOGEMENT LES PINS", "3 RUE BASSE", ""]),
            (&["Résidence Les Pins Bât. A 8 place Urbain V"], ["", "RESIDENCE LES PINS BAT A", "8 PLACE URBAIN V", ""]),
            (&["3 rue de la Porte 12"], ["", "", "3 RUE DE LA PORTE 12", ""]),
            (&["Apt 47 86 A rue Neuve"], ["APT 47", "", "86 A RUE NEUVE", ""]),
            (&["5ème étage rue Jean Jaurès"], ["5EME ETAGE", "", "RUE JEAN JAURES", ""]),
            (&["Bât. B route de Mende"], ["", "BAT B", "ROUTE DE MENDE", ""]),
            (&["Esc. 2 3e étage côté cour"], ["ESC 2 3E ETAGE COTE COUR", "", "", ""]),
            (&["19 LD Gorre Beuzit"], ["", "", "19 GORRE BEUZIT", ""]),
            (&["19 bis, lieu-dit Gorre Beuzit"], ["", "", "19 B GORRE BEUZIT", ""]),
            (&["2e étage 6 R des Primevères"], ["2E ETAGE", "", "6 RUE DES PRIMEVERES", ""]),
            (&["39 bis résidence des Cèdres"], ["", "", "39 B RESIDENCE DES CEDRES", ""]),
            (&["Apt 22 114 Strada di a Funtana"], ["APT 22", "", "114 STRADA DI A FUNTANA", ""]),
            (&["Rés. Les Pins", "3 rue Basse"], ["", "RESIDENCE LES PINS", "3 RUE BASSE", ""]),
            (&["42 A , rue Haute"], ["", "", "42 A RUE HAUTE", ""]),
            (&["n° 10 Pruneta"], ["", "", "10 PRUNETA", ""]),
            (&["N 75 BIS RUE X"], ["", "", "75 B RUE X", ""]),
            (&["Chez Gaudy"], ["", "", "", "CHEZ GAUDY"]),
            (&["LD Chez Gaudy"], ["", "", "", "LD CHEZ GAUDY"]),
            (&["12 Chez Gaudy"], ["", "", "12 CHEZ GAUDY", ""]),
            (&["Chez Gaudy", "3 rue Basse"], ["CHEZ GAUDY", "", "3 RUE BASSE", ""]),
            (&["Chez Gaudy", "Le Bourg"], ["CHEZ GAUDY", "", "", "LE BOURG"]),
            (&["Chez sa fille"], ["CHEZ SA FILLE", "", "", ""]),
            (&["Résidence des Cèdres Bât. A"], ["", "BAT A", "", "RESIDENCE DES CEDRES"]),
            (&["HLM Fontanilles n° 12"], ["", "", "", "HLM FONTANILLES N 12"]),
        ] {
            assert_eq!(lines(cells), wanted.map(str::to_owned), "{cells:?}");
        }
    }

    fn reason(cell: &str, doubtful: bool) -> Option<NotMailable> {
        let doubt = doubtful.then_some(NotMailable::DoubtfulCommune);
        let located = Located { line6: "48000 MENDE".into(), doubt, ..Located::default() };
        postal(&[cell.to_owned()], &located).not_mailable
    }

    #[test]
    fn what_cannot_be_mailed_says_why() {
        assert_eq!(reason("12 rue Basse", false), None);
        assert_eq!(reason("", false), Some(NotMailable::NoStreet));
        assert_eq!(reason("12 rue Basse", true), Some(NotMailable::DoubtfulCommune));
        for wrong in [
            "NPAI",
            "12 rue Basse, NPAI",
            "adresse inconnue",
            "parti sans laisser d’adresse",
            "5 rue du Lac, n’habite plus à l’adresse indiquée",
            "3 rue Haute ancienne adresse",
            "5 rue du Lac, à ne plus utiliser",
            "5 rue du Lac tél 0466000000 NPAI",
        ] {
            assert_eq!(reason(wrong, false), Some(NotMailable::KnownWrong), "{wrong}");
        }
        for nowhere in [
            "SDF",
            "Bât. A",
            "Appt 4",
            "Bât. A Appt 4",
            "Résidence",
            "Foyer logement",
            "Chez sa fille",
            "EHPAD Bel Air",
        ] {
            assert_eq!(reason(nowhere, false), Some(NotMailable::NoStreet), "{nowhere}");
        }
        assert_eq!(reason("Résidence des Cèdres", false), None);
        assert_eq!(reason("Chez Gaudy", false), None);
        let long = "12 rue du Commandant Jean-Marie de Lattre de Tassigny prolongée ancienne route départementale";
        assert_eq!(reason(long, false), Some(NotMailable::TooLong));
    }

    #[test]
    fn institutions_are_seen_and_homes_are_not() {
        let institution = |cell: &str| postal(&[cell.to_owned()], &mende()).institution;
        for cell in [
            "EHPAD La Colagne",
            "Maison de retraite Saint-Jean",
            "Centre hospitalier",
            "USLD Les Pins",
            "Hôpital local",
            "CHS François-Tosquelles",
            "CHU Caremeau",
            "CH de Mende",
            "CH Mende",
            "Centre hosp. Lozère",
            "Hospice Saint-Jean",
            "MAPAD Les Aires",
            "EPHAD",
            "Résidence EPHAD Les Tilleuls",
            "M.A.P.A. Les Tilleuls",
            "Mais. de retraite Saint-Jean",
            "Maison Retraite Saint-Jean",
            "MDR Joseph Caupert",
            "Résid. médicalisée Les Pins",
            "Unité de soins longue durée",
            "Maison de repos",
            "Hôp. local",
            "Maison d’accueil spécialisée",
            "Unité Alzheimer",
            "Petite unité de vie",
            "MAPA Bel Air",
            "12 rue Haute MAPA Bel Air",
            "12 rue Haute maison de retraite Saint-Jean",
            "5 rue Haute USLD Les Pins",
            "Chambre 12 à l’hôpital",
        ] {
            assert!(institution(cell), "{cell}");
        }
        for cell in [
            "Résidence autonomie Les Pins",
            "Foyer logement",
            "Foyer-logement La Colagne",
            "3 rue de l’Hôpital",
            "chemin de la maison de retraite",
            "12 rue Ancienne maison de retraite",
            "ch de la Fontaine",
            "12 ch de Mende",
            "CH de Langogne",
            "L’Hôpital",
        ] {
            assert!(!institution(cell), "{cell}");
        }
    }

    #[test]
    fn a_place_at_the_end_is_found() {
        let cells = ["12 rue Basse, 48000 Mende".to_owned(), String::new()];
        assert_eq!(trailing_place(&cells), Some(("48000".into(), "Mende".into())));
        for (written, whole) in [
            ("12 rue Basse 48 000 Mende", "12 rue Basse 48000 Mende"),
            ("Apt 48 120 rue Basse", "Apt 48 120 rue Basse"),
            ("Apt 22 114 Strada di a Funtana 20600 Bastia", "Apt 22 114 Strada di a Funtana 20600 Bastia"),
        ] {
            assert_eq!(with_whole_postcode(written), whole);
        }
        assert_eq!(trailing_place(&["12 rue Basse".to_owned()]), None);
        assert_eq!(trailing_place(&["3 rue Haute - 48000".to_owned()]), Some(("48000".into(), String::new())));
        assert_eq!(trailing_place(&["3 rue Haute BP 48000".to_owned()]), None);
    }
}
