//! A list as a fund might send it, with the faults of real ones in known shares, and its truth. Shared by the bench of the
//! import and the test against the truth.

use std::io::{self, Write};

mod names;
mod people;
mod random;
mod towns;

use people::Person;
pub use random::Random;
use towns::Towns;

/// Which list to make.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// Rows, the header not counted.
    pub rows: usize,
    /// The same seed makes the same list.
    pub seed: u64,
    /// The departments people live in; all of France where it is empty.
    pub departments: Vec<String>,
    /// How the columns are cut.
    pub layout: Layout,
}

/// How a list cuts its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A cell for each thing, in Windows-1252.
    Wide,
    /// « NOM Prénom » and « 48000 MENDE » in one cell each, the year of birth alone, in UTF-8.
    Joint,
}

/// What is true of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truth {
    /// The person.
    pub person: u32,
    /// The household.
    pub household: u32,
    /// INSEE's code of the commune, as bytes.
    pub commune: [u8; 5],
    /// What is wrong with the row.
    pub fault: Fault,
}

/// Writes the list, and gives the truth of its rows in order.
pub fn write(recipe: &Recipe, out: &mut impl Write) -> io::Result<Vec<Truth>> {
    let towns = Towns::of(&recipe.departments);
    let mut random = Random::new(recipe.seed);
    let mut rows: Vec<(u64, Truth, String)> = Vec::with_capacity(recipe.rows + 4);
    let (mut persons, mut households) = (0, 0);
    while rows.len() < recipe.rows {
        for household in people::households(&towns, &mut random) {
            for person in &household {
                let truth =
                    Truth { person: persons, household: households, commune: person.commune(), fault: Fault::None };
                persons += 1;
                rows.push(row(truth, person, &mut random, recipe.layout, Fault::of));
                // 6 % of the rows are somebody a second time.
                if random.chance(0.064) {
                    rows.push(row(truth, person, &mut random, recipe.layout, Fault::of_duplicate));
                }
            }
            households += 1;
        }
    }
    // Where a row stands says nothing.
    rows.sort_unstable_by_key(|(at, ..)| *at);
    rows.truncate(recipe.rows);
    let header = match recipe.layout {
        Layout::Wide => {
            "Civilité;Nom d'usage;Nom de naissance;Prénom;Date de naissance;Complément;Adresse 1;Adresse 2;Code postal;Commune;Téléphone;Courriel;Décès\r\n"
        }
        Layout::Joint => "qualite,nom_prenom,annee_naissance,adresse,cp_ville,telephone,mail\n",
    };
    let mut put = |text: &str| match recipe.layout {
        Layout::Wide => out.write_all(&encoding_rs::WINDOWS_1252.encode(text).0),
        Layout::Joint => out.write_all(text.as_bytes()),
    };
    put(header)?;
    rows.iter().try_for_each(|(_, _, text)| put(text))?;
    Ok(rows.into_iter().map(|(_, truth, _)| truth).collect())
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    NoCommune,
    NoPostcode,
    NoStreet,
    BadDate,
    BadPhone,
    BadEmail,
    WrongPostcode,
    LongStreet,
    Typo,
    Accents,
    Initial,
    Swapped,
    Maiden,
    Abbreviated,
    NoDate,
    DateSlip,
    Nickname,
}

impl Fault {
    fn of(random: &mut Random) -> Self {
        const EACH: [Fault; 8] = [
            Fault::NoCommune,
            Fault::NoPostcode,
            Fault::NoStreet,
            Fault::BadDate,
            Fault::BadPhone,
            Fault::BadEmail,
            Fault::WrongPostcode,
            Fault::LongStreet,
        ];
        let at = (random.share() * 100.0) as usize;
        EACH.get(at).copied().filter(|f| *f != Fault::WrongPostcode || random.chance(0.4)).unwrap_or(Fault::None)
    }

    fn of_duplicate(random: &mut Random) -> Self {
        const EACH: [Fault; 9] = [
            Fault::Typo,
            Fault::Accents,
            Fault::Initial,
            Fault::Swapped,
            Fault::Maiden,
            Fault::Abbreviated,
            Fault::NoDate,
            Fault::DateSlip,
            Fault::Nickname,
        ];
        EACH[random.below(EACH.len())]
    }
}

/// A row with its place in the list, which chance gives.
fn row(
    truth: Truth,
    person: &Person,
    random: &mut Random,
    layout: Layout,
    fault: fn(&mut Random) -> Fault,
) -> (u64, Truth, String) {
    let at = random.next();
    let fault = fault(random);
    let cells = person.cells(random, fault);
    let text = match layout {
        Layout::Wide => cells.wide(random),
        Layout::Joint => cells.joint(random),
    };
    (at, Truth { fault, ..truth }, text)
}
