//! One row's cells to its outcome.

use std::borrow::Cow;
use std::rc::Rc;

use chrono::NaiveDate;

use super::dates::DeathDate;
use super::field::Field;
use super::neighbours::Neighbours;
use super::outcome::{Correction, Outcome, Refusal};
use super::place::{Located, Places};
use super::reading::{Reading, borrowed};
use super::{address, charset, contacts, content, dates, death, objection};
use crate::domain::address::{NotMailable, capitals};
use crate::domain::opposition::Channels;
use crate::domain::phone::Phone;
use crate::domain::retiree::{Birth, Civility, Retiree};

/// Makes retirees of the rows of one list.
pub struct Normaliser<'l, 'g> {
    pub reading: Reading<'l>,
    /// The columns' names.
    pub names: &'l [String],
    pub neighbours: &'l Neighbours,
    pub received_on: NaiveDate,
    /// Is a name with a day of birth enough?
    pub placeless: bool,
    pub places: Places<'g>,
}

impl Normaliser<'_, '_> {
    /// The outcome of these cells; `corrections` are those already made on the way here.
    pub fn outcome(&mut self, written: &[Cow<'_, str>], mut corrections: Vec<Correction>) -> Outcome {
        let nameless = self.is_nameless(written);
        let clean: Vec<Cow<'_, str>> = written.iter().map(|cell| cleaned(cell)).collect();
        for (cell, clean) in written.iter().zip(&clean) {
            if clean.len() < cell.len() && matches!(without_tags(cell), Cow::Owned(_)) {
                corrections.push(Correction::Signs(cell.to_string(), clean.to_string()));
            }
        }
        let cells = borrowed(&clean);
        let name = self.reading.name(&cells, &mut corrections);
        if name.surname.is_empty() {
            return Outcome::Refused(Refusal::NoName);
        }
        let mut lines = self.reading.address_cells(&cells);
        let (postcode, mut town) = self.reading.place_cells(&cells, &mut lines);
        let code = self.reading.first(&cells, Field::CommuneCode);
        if postcode.is_empty() && town.is_empty() && code.is_empty() {
            town = self.places.take_town(&mut lines);
        }
        let lent = town.is_empty().then(|| self.neighbours.town(&name, &postcode, &lines)).flatten();
        let town = lent.unwrap_or(&town);
        let located = self.places.locate(&postcode, town, code);
        let dated = || matches!(self.birth(&cells, &mut Vec::new()), Birth::Date(_));
        let elsewhere = || (self.placeless && dated()).then(Located::default).or_else(|| abroad(&cells)).map(Rc::new);
        let Some(mut located) = located.or_else(elsewhere) else {
            return Outcome::Refused(Refusal::NoPlace(format!("{postcode} {town}").trim().to_owned()));
        };
        if let Some(lent) = lent {
            let name = located.commune.map(|code| self.places.name(code));
            corrections.push(Correction::Commune(name.unwrap_or_else(|| lent.to_owned())));
        }
        if located.commune.is_none()
            && town.is_empty()
            && let Some(usual) = self.neighbours.usual_town(&postcode)
            && let Some(guess) = self.places.locate(&postcode, usual, "").and_then(|l| l.commune)
        {
            // The line stays without a town and the address doubtful: a guess serves to count, not to write.
            let guessed = Rc::make_mut(&mut located);
            guessed.commune = Some(guess);
            guessed.corrections.push(Correction::CommuneGuess(self.places.name(guess)));
        }
        corrections.extend(located.corrections.iter().cloned());
        let said = self.reading.first(&cells, Field::Deceased);
        let died = !said.is_empty() && says_deceased(said);
        let dated = if died { dates::death(said, self.received_on) } else { DeathDate::Words };
        if dated == DeathDate::Impossible {
            corrections.push(Correction::DeathDate(said.to_owned()));
        }
        let deceased = died && matches!(dated, DeathDate::Possible | DeathDate::Words);
        if deceased && dated == DeathDate::Words && !is_plain_yes(said) {
            corrections.push(Correction::Deceased(said.to_owned()));
        }
        if !deceased && let Some(says) = name.estate.clone().or_else(|| self.death_elsewhere(&cells)) {
            corrections.push(Correction::Deceased(says));
        }
        let deceased = deceased || corrections.iter().any(|c| matches!(c, Correction::Deceased(_)));
        let written = content::civility(self.reading.first(&cells, Field::Civility)).or(name.civility);
        // Two first names under one title are two people: the letter then names both without a title.
        let two = name.first_name.contains(" et ");
        let mut address = address::postal(&lines, &located);
        if says_yes(self.reading.first(&cells, Field::Returned)) || self.is_told_wrong(&cells) {
            address.not_mailable = Some(NotMailable::KnownWrong);
        }
        if lines.iter().any(|line| !line.is_ascii() && line.chars().any(is_of_another_script)) {
            address.not_mailable = Some(NotMailable::Unprintable);
        }
        if nameless {
            address.not_mailable.get_or_insert(NotMailable::NoName);
        }
        corrections.extend(self.objection(&cells));
        let retiree = Retiree {
            civility: written.filter(|c| !two || *c == Civility::Couple),
            usage_name: name.surname,
            birth_name: name.birth_name,
            first_name: name.first_name,
            birth: self.birth(&cells, &mut corrections),
            deceased,
            address,
            phone: self.phone(&cells, &mut corrections),
            email: self.email(&cells, &mut corrections),
            fund_reference: Some(self.reading.first(&cells, Field::Reference).to_owned()).filter(|r| !r.is_empty()),
        };
        if corrections.is_empty() { Outcome::Accepted(retiree) } else { Outcome::Corrected(retiree, corrections) }
    }

    /// Is what stands for a name a formula, a mark of a web page or an address of the web? Its letters name nobody.
    fn is_nameless(&self, written: &[Cow<'_, str>]) -> bool {
        let name = |field: &Option<Field>| {
            matches!(field, Some(Field::FullName | Field::UsageName | Field::FirstName | Field::BirthName))
        };
        let mut names = self.reading.columns.fields().iter().zip(written).filter(|(field, _)| name(field));
        names.any(|(_, cell)| {
            cell.trim_start().starts_with(['=', '@'])
                || cell.contains("://")
                || cell.contains('<') && matches!(without_tags(cell), Cow::Owned(_))
        })
    }

    /// The cell outside the column of deaths that says that the person has died.
    fn death_elsewhere(&self, cells: &[&str]) -> Option<String> {
        let free = |field: &Option<Field>| {
            !matches!(
                field,
                Some(
                    Field::Deceased
                        | Field::Town
                        | Field::PostcodeTown
                        | Field::Email
                        | Field::Opposition
                        | Field::Reference
                )
            )
        };
        let fields = self.reading.columns.fields();
        let mut texts = fields.iter().zip(cells).filter(|(field, _)| free(field)).map(|(_, cell)| cell);
        texts.find(|cell| death::is_told(cell)).map(|cell| (*cell).to_owned())
    }

    /// Does a remark say that letters come back? Remarks stand in columns that nothing else is read from.
    fn is_told_wrong(&self, cells: &[&str]) -> bool {
        let fields = self.reading.columns.fields().iter().zip(cells);
        fields.filter(|(field, _)| field.is_none()).any(|(_, cell)| address::tells_wrong(cell))
    }

    /// What the columns of oppositions close, and the first cell that says so.
    fn objection(&self, cells: &[&str]) -> Option<Correction> {
        let closes = |i: usize| {
            let cell = *cells.get(i).filter(|c| !c.is_empty())?;
            Some((cell, objection::closed(&self.names[i], cell))).filter(|(_, closed)| !closed.is_none())
        };
        // Remarks stand in columns that nothing else is read from, and in the address.
        let told = self.reading.columns.fields().iter().zip(cells.iter().copied()).filter_map(|(field, cell)| {
            let free = cell.len() >= SHORTEST_REMARK && matches!(field, None | Some(Field::Address));
            let closed = if free { objection::told(cell) } else { Channels::default() };
            Some((cell, closed)).filter(|_| !closed.is_none())
        });
        let found = self.reading.columns.of(Field::Opposition).filter_map(closes).chain(told);
        let (cell, closed) = found.reduce(|(cell, one), (_, other)| (cell, one.and(other)))?;
        Some(Correction::Opposition(cell.to_owned(), closed))
    }

    fn birth(&self, cells: &[&str], corrections: &mut Vec<Correction>) -> Birth {
        let written = self.reading.birth_cell(cells);
        dates::birth(&written, self.received_on).unwrap_or_else(|_| {
            corrections.push(Correction::Birth(written.into_owned()));
            Birth::Unknown
        })
    }

    /// From the column of phones, or from that of e-mails, where lists have one column for both.
    fn phone(&self, cells: &[&str], corrections: &mut Vec<Correction>) -> Option<Phone> {
        let filled = |i: usize| cells.get(i).copied().filter(|c| !c.is_empty());
        let of = |field| self.reading.columns.of(field).filter_map(filled);
        let mixed = of(Field::Email).filter(|c| contacts::may_hold_phone(c));
        let found = of(Field::Phone).chain(mixed).find_map(|c| Some((c, contacts::phone(&without_email(c))?)));
        match &found {
            Some((cell, _)) if contacts::holds_two_phones(cell) => {
                corrections.push(Correction::SecondPhone((*cell).to_owned()));
            }
            None => {
                let written = self.reading.first(cells, Field::Phone);
                if !written.is_empty() && !written.contains('@') {
                    corrections.push(Correction::Phone(written.to_owned()));
                }
            }
            Some(_) => {}
        }
        found.map(|(_, phone)| phone)
    }

    /// From the column of e-mails, or from that of phones.
    fn email(&self, cells: &[&str], corrections: &mut Vec<Correction>) -> Option<String> {
        let own = self.reading.first(cells, Field::Email);
        let of_phones = || self.reading.columns.of(Field::Phone).filter_map(|i| cells.get(i)).find(|c| c.contains('@'));
        let written = if own.is_empty() { of_phones().copied().unwrap_or_default() } else { own };
        if written.is_empty() {
            return None;
        }
        match contacts::email(written) {
            Some((email, false)) => Some(email),
            Some((email, true)) => {
                corrections.push(Correction::EmailMended(written.to_owned(), email.clone()));
                Some(email)
            }
            None => {
                // A phone number in this column was taken as one.
                if written.contains('@') || !contacts::may_hold_phone(written) || contacts::phone(written).is_none() {
                    corrections.push(Correction::Email(written.to_owned()));
                }
                None
            }
        }
    }
}

/// Letters that line 4 would spell in ours, as nobody there does.
fn is_of_another_script(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, '\u{0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// Whoever lives in another country is somebody, and somewhere: no letter goes there, and nobody is asked to mend the postcode.
fn abroad(cells: &[&str]) -> Option<Located> {
    const COUNTRIES: [&str; 30] = [
        "ALGERIE",
        "ALLEMAGNE",
        "ANDORRE",
        "ANGLETERRE",
        "AUTRICHE",
        "BELGIQUE",
        "CAMEROUN",
        "CANADA",
        "COTE D IVOIRE",
        "ESPAGNE",
        "ETATS UNIS",
        "GB",
        "GRANDE BRETAGNE",
        "GRECE",
        "IRLANDE",
        "ISRAEL",
        "ITALIE",
        "LUXEMBOURG",
        "MADAGASCAR",
        "MALI",
        "MAROC",
        "MONACO",
        "PAYS BAS",
        "POLOGNE",
        "PORTUGAL",
        "ROUMANIE",
        "ROYAUME UNI",
        "SENEGAL",
        "SUISSE",
        "TUNISIE",
    ];
    let named = |cell: &&str| !cell.is_empty() && COUNTRIES.contains(&capitals(cell).as_str());
    cells.iter().any(named).then(|| Located { doubt: Some(NotMailable::UnknownCommune), ..Located::default() })
}

/// « refus »: nothing shorter says that somebody wants no letters.
const SHORTEST_REMARK: usize = 5;

/// What a cell says beside an e-mail address, whose digits are no phone number.
fn without_email(cell: &str) -> Cow<'_, str> {
    if !cell.contains('@') {
        return cell.into();
    }
    cell.split_whitespace().filter(|word| !word.contains('@')).collect::<Vec<_>>().join(" ").into()
}

/// Single spaces but line breaks kept, scrambled accents mended, and nothing where a fund writes that there is nothing.
pub fn cleaned(cell: &str) -> Cow<'_, str> {
    let cell = match charset::unscrambled(cell) {
        Some(mended) => tidied(&mended).into_owned().into(),
        None => tidied(cell),
    };
    if says_nothing(&cell) { "".into() } else { cell }
}

fn tidied(cell: &str) -> Cow<'_, str> {
    let cell = unquoted(cell);
    if is_clean(cell.as_bytes()) {
        return cell.into();
    }
    let mut out = String::with_capacity(cell.len());
    for line in without_tags(cell).lines() {
        let words = line.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty());
        for (i, word) in words.enumerate() {
            out.push_str(if i > 0 {
                " "
            } else if out.is_empty() {
                ""
            } else {
                "\n"
            });
            out.push_str(word);
        }
    }
    out.into()
}

/// « <b>12</b> rue Basse » without its tags; « <y@exemple.fr> » is none.
fn without_tags(cell: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = cell;
    while let Some((before, after)) = rest.split_once('<') {
        let named = after.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
        match after.split_once('>').filter(|(tag, _)| named && !tag.contains(['@', '<'])) {
            Some((_, behind)) => {
                out.push_str(before);
                out.push(' ');
                rest = behind;
            }
            None => {
                out.push_str(&rest[..=before.len()]);
                rest = after;
            }
        }
    }
    if out.len() + rest.len() == cell.len() {
        return cell.into();
    }
    out.push_str(rest);
    out.into()
}

/// « '0466010203 » and « '=R3 » without the apostrophe by which spreadsheets keep a number or a formula as text.
fn unquoted(cell: &str) -> &str {
    let text = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '=' | '+' | '-' | '@'));
    cell.strip_prefix('\'').filter(text).unwrap_or(cell)
}

/// What funds write where they know nothing.
fn says_nothing(cell: &str) -> bool {
    const WORDS: [&str; 12] =
        ["NULL", "(NULL)", "N/A", "#N/A", "NAN", "NONE", "NEANT", "NC", "N.C.", "INCONNU", "INCONNUE", "X X"];
    match cell.as_bytes() {
        [b'?' | b'-' | b'.'] => true,
        [b'N' | b'n' | b'(' | b'#' | b'I' | b'i' | b'X' | b'x', ..] if cell.len() <= 8 => {
            cell.to_uppercase() == "NÉANT" || WORDS.iter().any(|word| word.eq_ignore_ascii_case(cell))
        }
        _ => false,
    }
}

/// Nothing but plain characters, and single spaces between them.
fn is_clean(cell: &[u8]) -> bool {
    let mut before = b' ';
    let plain = cell.iter().all(|b| {
        let good = b.is_ascii_graphic() && *b != b'<' || *b == b' ' && before != b' ';
        before = *b;
        good
    });
    plain && (cell.is_empty() || before != b' ')
}

/// « oui », « X », a date; « non », 0, « RAS » and nothing are no.
pub fn says_yes(cell: &str) -> bool {
    const NO: [&str; 19] = [
        "NON",
        "N",
        "0",
        "FALSE",
        "FAUX",
        "NO",
        "RAS",
        "NR",
        "SO",
        "OK",
        "AUCUN",
        "AUCUNE",
        "NON RENSEIGNE",
        "NON CONNU",
        "SANS OBJET",
        "VALIDE",
        "ADRESSE VALIDE",
        "CORRECTE",
        "BONNE",
    ];
    !cell.is_empty() && !NO.contains(&capitals(cell).as_str())
}

/// « oui », « X », a date, « décédé »; « non », « en vie », « non décédé », 0 and nothing are the living.
pub fn says_deceased(cell: &str) -> bool {
    if !says_yes(cell) {
        return false;
    }
    let key = capitals(cell);
    let mut words = key.split(' ');
    let lives = words.clone().any(|w| matches!(w, "VIVANT" | "VIVANTE" | "VIE"));
    !lives && !matches!(words.next(), Some("NON" | "PAS" | "AUCUN" | "AUCUNE" | "SANS"))
}

/// What a column of deaths usually says of the dead, beside a date; what says so in other words is shown to who looks.
fn is_plain_yes(cell: &str) -> bool {
    let key = capitals(cell);
    matches!(key.as_str(), "OUI" | "O" | "X" | "1" | "VRAI" | "TRUE" | "Y" | "YES" | "D" | "DC")
        || key.starts_with("DECE")
        || key.starts_with("DCD")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_in_all_their_writings_are_nothing() {
        for blank in ["", "  ", "NULL", "néant", "-", "N/A", "\u{a0}"] {
            assert_eq!(cleaned(blank), "", "{blank}");
        }
        assert_eq!([cleaned("'48000"), cleaned("'=R3"), cleaned("'t Hooft")], ["48000", "=R3", "'t Hooft"]);
        assert_eq!(cleaned("<b>12</b> rue<br/>Basse"), "12 rue Basse");
        assert_eq!(cleaned("Yvette <y@exemple.fr>, 1 < 2"), "Yvette <y@exemple.fr>, 1 < 2");
        assert_eq!(cleaned(" 61  rue\tBasse \r\n Le Bourg "), "61 rue Basse\nLe Bourg");
    }

    #[test]
    fn the_dead_are_known() {
        for cell in ["oui", "O", "X", "1", "12/03/2026", "décédé"] {
            assert!(says_deceased(cell), "{cell}");
        }
        for cell in
            ["", "non", "N", "0", "vivant", "En vie", "Non décédé", "RAS", "Non renseigné", "vivant(e)", "aucun"]
        {
            assert!(!says_deceased(cell), "{cell}");
        }
    }
}
