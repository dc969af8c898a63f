//! Phones and e-mails as lists write them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::phone::Phone;

/// The first number of a cell: « 04 66 01 02 03 / 06 12 34 56 78 », « 0466010203.0 ».
pub fn phone(cell: &str) -> Option<Phone> {
    let parse = |text: &str| Phone::parse(text.trim().trim_end_matches(".0")).ok();
    let parts = || cell.split([';', ',', '/', '|', '\n']).chain(cell.split(" ou ")).chain(cell.split(" - "));
    parse(cell)
        .or_else(|| parts().find_map(parse))
        .or_else(|| first_of_two(cell))
        .or_else(|| unpowered(cell).as_deref().and_then(parse))
        .or_else(|| among_words(cell))
}

/// Has the cell digits enough for a phone number? Quick: most e-mails have none.
pub fn may_hold_phone(cell: &str) -> bool {
    cell.bytes().filter(u8::is_ascii_digit).count() >= 9
}

/// Are there digits for two numbers in it? Only the first is kept.
pub fn holds_two_phones(cell: &str) -> bool {
    cell.len() >= 18
        && phone(cell).is_some_and(|first| {
            let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
            let national = first.e164().trim_start_matches("+33");
            digits.find(national).is_some_and(|at| {
                let rest = &digits[at + national.len()..];
                (9..=13).contains(&rest.len()) && !rest.ends_with(national)
            })
        })
}

/// « 4,66010203E+08 », as a spreadsheet writes long numbers.
fn unpowered(cell: &str) -> Option<String> {
    let number: f64 = cell.contains(['E', 'e']).then(|| cell.trim().replace(',', ".").parse().ok())??;
    (1e8..1e12).contains(&number).then(|| format!("{number:.0}"))
}

/// « tél. 04 66 01 02 03 (fille) », « '0466010203 », « 04_66_01_02_O3 »: the number among what stands around it.
fn among_words(cell: &str) -> Option<Phone> {
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    let zeros = cell.chars().filter(|c| matches!(c, 'O' | 'o')).count();
    let plain = |c: char| match c {
        'O' | 'o' if zeros == letters => '0',
        '_' | ':' => ' ',
        other => other,
    };
    let cell: String = cell.chars().map(plain).collect();
    let mut runs = cell.split(|c: char| !(c.is_ascii_digit() || c.is_whitespace() || "+.-/()".contains(c)));
    runs.find_map(|run| Phone::parse(run).ok())
}

/// Two numbers of ten digits with nothing but blanks between them.
fn first_of_two(cell: &str) -> Option<Phone> {
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    let plain = cell.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | '-'));
    if !plain || digits.len() != 20 { None } else { Phone::parse(&digits[..10]).ok() }
}

/// The first e-mail address of a cell, in small letters, and whether it had to be mended: a blank inside, a comma for a dot,
/// « (at) » for the sign that spam looks for, accents, which no mailbox has.
pub fn email(cell: &str) -> Option<(String, bool)> {
    let lower = cell.to_lowercase();
    let bare = |text: &str| {
        let text = text.trim().trim_start_matches("mailto:").trim_start_matches('<');
        text.trim_end_matches(['>', '.', ',', ';']).trim().to_owned()
    };
    let whole = bare(&lower);
    if is_email(&whole) {
        return Some((whole, false));
    }
    // « Yvette <y@exemple.fr> », « y@exemple.fr (fille) », « y@exemple.fr ; r@exemple.fr »
    let several = lower.matches('@').count() > 1;
    if several || lower.contains(['<', '(', '[']) {
        let mut parts = lower.split([';', ',', '/', '|', ' ', '\n', '<', '>', '(', ')']).map(bare);
        if let Some(email) = parts.find(|part| is_email(part)) {
            return Some((email, false));
        }
    }
    // « 0465710001 - y@exemple.fr »: where the rest is a phone number, nothing of it belongs to the address.
    if lower.contains('@') && may_hold_phone(&lower) {
        let mut parts = lower.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '/' | '|')).map(bare);
        if let Some(email) = parts.find(|part| is_email(part))
            && phone(&lower.replace(&email, " ")).is_some()
        {
            return Some((email, false));
        }
    }
    let signed = ["[at]", "(at)", "[a]", "(a)", " at "].iter().fold(whole, |text, sign| text.replace(sign, "@"));
    let mended: String = signed.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let mended = mended.replace(' ', "").replace(',', ".");
    (!several && is_email(&mended)).then_some((mended, true))
}

fn is_email(email: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._%+-'".contains(c);
    let Some((local, domain)) = email.split_once('@') else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    !local.is_empty()
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && labels.len() > 1
        && labels.iter().all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && labels.last().is_some_and(|l| l.len() >= 2 && l.chars().all(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_of_a_cell_is_kept() {
        for cell in [
            "04 66 65 00 00 / 06 12 34 56 78",
            "0466650000/0612345678",
            "04 66 65 00 00 06 12 34 56 78",
            "04.66.65.00.00 ou 06.12.34.56.78",
            "04/66/65/00/00",
            "04-66-65-00-00 - 06-12-34-56-78",
            "466650000.0",
            "+33 (0)4 66 65 00 00; 06 12 34 56 78",
            "tél. 04 66 65 00 00",
            "04 66 65 00 00 (fille)",
            "Fixe : 04 66 65 00 00, le soir",
            "'0466650000",
            "4,6665E+08",
            "466650000E0",
            "04 66 65 00 OO",
            "O466650000",
            "04_66_65_00_00",
        ] {
            assert_eq!(phone(cell).map(|p| p.e164().to_owned()).as_deref(), Some("+33466650000"), "{cell}");
        }
        for cell in ["", "04 66", "0000000000", "voir dossier", "12345678901234567890123", "3949", "04 66 65 00 00 01"]
        {
            assert_eq!(phone(cell), None, "{cell}");
        }
    }

    #[test]
    fn emails_are_checked_and_mended() {
        for (cell, wanted, mended) in [
            ("Yvette.Pages@exemple.fr", "yvette.pages@exemple.fr", false),
            ("o'brien+liste@mail.exemple.org", "o'brien+liste@mail.exemple.org", false),
            ("mailto:y@exemple.fr", "y@exemple.fr", false),
            ("<y@exemple.fr>", "y@exemple.fr", false),
            ("y@exemple.fr;", "y@exemple.fr", false),
            ("y@exemple.fr ou r@exemple.fr", "y@exemple.fr", false),
            ("y @ exemple.fr", "y@exemple.fr", true),
            ("y,pages@exemple,fr", "y.pages@exemple.fr", true),
            ("Yvette PAGÈS <y@exemple.fr>", "y@exemple.fr", false),
            ("y@exemple.fr (fille)", "y@exemple.fr", false),
            ("yvette.pagès@exemple.fr", "yvette.pages@exemple.fr", true),
            ("yvette(at)exemple.fr", "yvette@exemple.fr", true),
            ("yvette [at] exemple.fr", "yvette@exemple.fr", true),
        ] {
            assert_eq!(email(cell), Some((wanted.to_owned(), mended)), "{cell}");
        }
        for bad in [
            "jeanne.@@exemple",
            "yvette",
            "a@b",
            "@exemple.fr",
            "a@exemple..fr",
            ".a@exemple.fr",
            "a@exemple.12",
            "a@b.f",
        ] {
            assert_eq!(email(bad), None, "{bad}");
        }
    }
}
