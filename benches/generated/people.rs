//! Households, and how a list writes the people in them.

use super::Fault;
use super::names::{first_name, nickname, surname};
use super::random::Random;
use super::towns::{Street, Town, Towns};

/// A person as they are.
pub struct Person {
    woman: bool,
    usage: String,
    birth_name: String,
    first: &'static str,
    born: (i32, u32, u32),
    street: Street,
    town: Town,
    phone: Option<u64>,
    email: Option<String>,
}

/// The households of one door: nearly always one, sometimes a parent's and a child's, or neighbours in a block of flats.
pub fn households(towns: &Towns, random: &mut Random) -> Vec<Vec<Person>> {
    let town = towns.any(random);
    let street = Street::any(random, town);
    let first = household(random, town, &street, None);
    let mut all = vec![first];
    if random.chance(0.006) {
        // A grown child at their parents' door, with the father's first name now and then.
        let parent = &all[0][0];
        let namesake = random.chance(0.5).then(|| (parent.usage.clone(), parent.first, parent.woman, parent.born));
        let child = household(random, town, &street, namesake.or(Some((parent.usage.clone(), "", false, parent.born))));
        all.push(child);
    }
    if !street.number.is_empty() && random.chance(0.06) {
        for _ in 0..1 + random.below(6) {
            let next_door = street.neighbour(random);
            all.push(household(random, town, &next_door, None));
        }
    }
    all
}

type Parent = (String, &'static str, bool, (i32, u32, u32));

fn household(random: &mut Random, town: &Town, street: &Street, parent: Option<Parent>) -> Vec<Person> {
    let child = parent.is_some();
    let couple = !child && random.chance(0.34);
    let woman = parent.as_ref().map_or_else(|| !couple && random.chance(0.6), |p| p.2);
    let name = parent.as_ref().map_or_else(|| surname(random), |p| p.0.clone());
    let year = match &parent {
        Some((.., born)) => born.0 + 26 + random.below(10) as i32,
        None => 1932 + ((random.share() + random.share()) * 17.0) as i32,
    };
    let given = parent.map(|p| p.1).filter(|f| !f.is_empty());
    let mut make = |woman: bool, year: i32, first: Option<&'static str>| {
        let first = first.unwrap_or_else(|| first_name(random, woman));
        let married = woman && (couple || random.chance(0.7));
        let email = random.chance(0.2).then(|| {
            let plain = |s: &str| s.to_lowercase().replace([' ', '\'', '-'], ".");
            format!("{}.{}{}@exemple.fr", plain(first), plain(&name), random.below(90))
        });
        Person {
            woman,
            birth_name: if married { surname(random) } else { name.clone() },
            usage: name.clone(),
            first,
            born: (year, 1 + random.below(12) as u32, 1 + random.below(28) as u32),
            street: street.clone(),
            town: town.clone(),
            phone: random.chance(0.6).then(|| {
                let front = [1, 2, 3, 4, 5, 6, 7][random.below(7)];
                front * 100_000_000 + random.next() % 100_000_000
            }),
            email: email.filter(|e| e.is_ascii()),
        }
    };
    let mut people = vec![make(woman, year, given)];
    if couple {
        let gap = (people.len() as i32) - 4 + (people[0].born.2 % 9) as i32;
        people.push(make(true, year + gap, None));
    }
    people
}

/// A row's cells before they are put in columns.
pub struct Cells {
    civility: String,
    usage: String,
    birth_name: String,
    first: String,
    born: String,
    flat: String,
    street: String,
    place: String,
    postcode: String,
    town: String,
    phone: String,
    email: String,
    year: i32,
}

impl Person {
    pub fn commune(&self) -> [u8; 5] {
        self.town.code
    }

    pub fn cells(&self, random: &mut Random, fault: Fault) -> Cells {
        let civility = if self.woman {
            random.of(&["Madame", "Mme", "MME", "2"])
        } else {
            random.of(&["Monsieur", "M.", "M", "1"])
        };
        let (y, m, d) = self.born;
        let mut cells = Cells {
            civility: (*civility).to_owned(),
            usage: self.usage.clone(),
            birth_name: if random.chance(0.8) { self.birth_name.clone() } else { String::new() },
            first: self.first.to_owned(),
            born: date(random, self.born),
            flat: self.street.flat.clone(),
            street: self.street.line(false),
            place: self.street.place.clone(),
            postcode: self.town.postcode.clone(),
            town: town_name(random, &self.town),
            phone: self.phone.map(|p| phone(random, p)).unwrap_or_default(),
            email: self.email.clone().unwrap_or_default(),
            year: y,
        };
        match fault {
            Fault::None => {}
            Fault::NoCommune => cells.town.clear(),
            Fault::NoPostcode => cells.postcode.clear(),
            Fault::NoStreet => (cells.street, cells.place, cells.flat) = Default::default(),
            Fault::BadDate => {
                cells.born = (*random.of(&["31/02/1948", "00/00/0000", "12/05/2031", "inconnue"])).to_owned()
            }
            Fault::BadPhone => cells.phone = (*random.of(&["04 66", "0000000000", "voir dossier"])).to_owned(),
            Fault::BadEmail => cells.email = "jeanne.@@exemple".to_owned(),
            Fault::WrongPostcode => cells.postcode = "99999".to_owned(),
            Fault::LongStreet => {
                cells.street =
                    format!("{} rue du Commandant Jean-Marie de Lattre de Tassigny prolongée", 1 + random.below(99));
            }
            Fault::Typo => cells.usage = slip(random, &self.usage),
            Fault::Accents => {
                cells.usage = plain(&self.usage);
                cells.first = plain(self.first).to_uppercase();
                cells.street = plain(&cells.street).to_uppercase();
            }
            Fault::Initial => cells.first = format!("{}.", self.first.chars().next().unwrap_or('X')),
            Fault::Swapped => std::mem::swap(&mut cells.usage, &mut cells.first),
            Fault::Maiden => (cells.usage, cells.birth_name) = (self.birth_name.clone(), String::new()),
            Fault::Abbreviated => cells.street = self.street.line(true),
            Fault::NoDate => cells.born.clear(),
            Fault::DateSlip => {
                let slipped = if random.chance(0.5) { (y, m, (d + 10) % 28 + 1) } else { (y, d.clamp(1, 12), m) };
                let slipped =
                    if slipped.2 % 10 == d % 10 { slipped } else { (y, m, if d < 10 { d + 10 } else { d - 9 }) };
                cells.born = date(random, slipped);
            }
            Fault::Nickname => {
                if let Some(short) = nickname(self.first) {
                    cells.first = short.to_owned();
                }
            }
        }
        cells
    }
}

impl Cells {
    pub fn wide(mut self, random: &mut Random) -> String {
        if random.chance(0.01) && self.postcode.starts_with('0') {
            self.postcode.remove(0);
        }
        let dead = if random.chance(0.002) { "oui" } else { "" };
        // A complement and a lieu-dit may share the cells as they like.
        let second = if self.street.is_empty() { std::mem::take(&mut self.place) } else { self.street };
        format!(
            "{};{};{};{};{};{};{second};{};{};{};{};{};{dead}\r\n",
            self.civility,
            self.usage,
            self.birth_name,
            self.first,
            self.born,
            self.flat,
            self.place,
            self.postcode,
            self.town,
            self.phone,
            self.email
        )
    }

    pub fn joint(self, random: &mut Random) -> String {
        let postcode = if random.chance(0.5) { self.postcode.trim_start_matches('0') } else { &self.postcode };
        let address = [self.flat.as_str(), &self.street, &self.place].map(|p| p.replace(',', " "));
        let address: Vec<&str> = address.iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        let born = if self.born.is_empty() || self.born.starts_with(char::is_alphabetic) {
            String::new()
        } else {
            self.year.to_string()
        };
        format!(
            "{},{} {},{born},\"{}\",{},{},{}\n",
            self.civility,
            self.usage,
            self.first,
            address.join(", "),
            format!("{postcode} {}", self.town).trim(),
            self.phone,
            self.email
        )
    }
}

fn date(random: &mut Random, (y, m, d): (i32, u32, u32)) -> String {
    match random.below(20) {
        0 => format!("{d:02}/{m:02}/{:02}", y % 100),
        1 => format!("{d:02}-{m:02}-{y}"),
        2 => y.to_string(),
        3 => format!("{y}{m:02}{d:02}"),
        _ => format!("{d:02}/{m:02}/{y}"),
    }
}

fn town_name(random: &mut Random, town: &Town) -> String {
    match random.below(10) {
        0..=2 => town.name.to_uppercase(),
        3 => town.label.clone(),
        4 => plain(&town.name).replace("Saint-", "St ").replace('-', " "),
        5 if random.chance(0.04) => format!("{} CEDEX", town.label),
        6 if random.chance(0.1) => slip(random, &town.name),
        _ => town.name.clone(),
    }
}

fn phone(random: &mut Random, nine: u64) -> String {
    let pairs = format!("0{nine}");
    let pairs: Vec<&str> = (0..5).filter_map(|i| pairs.get(2 * i..2 * i + 2)).collect();
    match random.below(6) {
        0 => pairs.concat(),
        1 => pairs.join("."),
        2 => nine.to_string(),
        3 => format!("+33 {}", &pairs.join(" ")[1..]),
        4 => format!("0033{nine}"),
        _ => pairs.join(" "),
    }
}

/// Two neighbours exchanged, one letter lost or doubled.
fn slip(random: &mut Random, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 5 {
        return word.to_owned();
    }
    let at = 1 + random.below(letters.len() - 3);
    match random.below(3) {
        0 => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        _ => letters.insert(at, letters[at]),
    }
    letters.into_iter().collect()
}

/// Without accents.
fn plain(text: &str) -> String {
    deunicode::deunicode(text)
}
