//! All communes of France, and what somebody meant by a postcode and a name.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::place_name::{cedex_suffix, place_key};
use super::records::{commune, rows};
use super::{Commune, InseeCode, Postcode};
use crate::domain::address::place_line;
use crate::domain::slip::is_one_slip;

/// All communes of today with their postcodes, and the names of those that were merged into them. See
/// `assets/data/README.md` for the sources.
pub struct Gazetteer {
    communes: Vec<Commune>,
    keys: Vec<String>,
    by_code: HashMap<InseeCode, u32>,
    by_postcode: HashMap<Postcode, Vec<u32>>,
    by_name: HashMap<String, Vec<u32>>,
    by_old_name: HashMap<String, Vec<u32>>,
    /// The names of the communes that were merged into each.
    old_names: HashMap<u32, Vec<String>>,
    by_department: HashMap<String, Vec<u32>>,
    by_population: Vec<u32>,
}

/// A commune with what line 6 says.
#[derive(Debug, Clone, PartialEq)]
pub struct Place<'g> {
    /// The commune of today.
    pub commune: &'g Commune,
    /// Its postcode; nothing where it was not given and the commune has several.
    pub postcode: Option<Postcode>,
    /// The label for line 6, with its CEDEX if it was written.
    pub label: String,
}

/// What had to be mended to find a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mended {
    /// The postcode was missing, unknown or one slip away, and the name alone decides.
    Postcode,
    /// The name was misspelt or incomplete.
    Spelling,
    /// The name is that of a former commune.
    OldName,
    /// The name was missing, and only one commune has the postcode.
    Name,
}

/// What a postcode and a name lead to.
#[derive(Debug, Clone, PartialEq)]
pub enum Found<'g> {
    /// Both agree.
    Exact(Place<'g>),
    /// One place, once something was mended.
    Corrected(Place<'g>, Mended),
    /// Several communes, or a postcode and a name that contradict each other.
    Ambiguous(Vec<&'g Commune>),
    /// Nothing.
    NotFound,
}

static EMBEDDED: LazyLock<Gazetteer> = LazyLock::new(|| {
    Gazetteer::read(
        include_str!("../../../assets/data/communes.csv"),
        include_str!("../../../assets/data/communes-anciennes.csv"),
    )
});

/// Slips of the pen allowed in a name, as a share of likeness between 0 and 1.
const LIKENESS: f64 = 0.84;
/// One slip in a name of five letters.
const SHORT_LIKENESS: f64 = 0.8;

impl Gazetteer {
    /// The one in the program.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Every commune.
    pub fn communes(&self) -> impl Iterator<Item = &Commune> {
        self.communes.iter()
    }

    /// The commune with this code.
    pub fn get(&self, code: InseeCode) -> Option<&Commune> {
        self.by_code.get(&code).map(|i| &self.communes[*i as usize])
    }

    /// The communes of a department, in the order of their codes.
    pub fn of_department(&self, department: &str) -> impl Iterator<Item = &Commune> {
        self.by_department.get(department).into_iter().flatten().map(|i| &self.communes[*i as usize])
    }

    /// The communes that have this postcode.
    pub fn by_postcode(&self, postcode: Postcode) -> impl Iterator<Item = &Commune> {
        self.with_postcode(postcode).iter().map(|i| &self.communes[*i as usize])
    }

    /// Is this the name of a commune, of today or former?
    pub fn is_name(&self, written: &str) -> bool {
        !self.named(&place_key(written)).is_empty()
    }

    /// The communes of this name, of today or former, in these departments; without any, in all.
    pub fn near(&self, written: &str, departments: &[String]) -> impl Iterator<Item = &Commune> {
        let named = self.named(&place_key(written)).iter().map(|i| &self.communes[*i as usize]);
        named.filter(|commune| departments.is_empty() || departments.contains(&commune.department))
    }

    /// What a postcode and a name lead to.
    pub fn find(&self, postcode: Option<Postcode>, label: &str) -> Found<'_> {
        self.find_near(postcode, label, &[])
    }

    /// The same, where a name without a usable postcode that several communes bear means the one in `departments` (those
    /// of the other rows of a list).
    pub fn find_near(&self, postcode: Option<Postcode>, label: &str, departments: &[String]) -> Found<'_> {
        let key = place_key(label);
        let cedex = cedex_suffix(label);
        let here = postcode.map_or(&[][..], |p| self.with_postcode(p));
        let place = |i: u32, postcode: Option<Postcode>| self.place(i, postcode, cedex.as_deref());
        if !here.is_empty() {
            return match self.among(here, postcode, label, &key) {
                Named::Exactly(i) => Found::Exact(place(i, postcode)),
                Named::Roughly(i, mended) => Found::Corrected(place(i, postcode), mended),
                Named::Several => Found::Ambiguous(self.listed(here)),
                Named::Not => self.contradicting(postcode, &key, &cedex),
            };
        }
        if key.is_empty() {
            return Found::NotFound;
        }
        // A CEDEX postcode or a slip: the department it begins with still says something.
        let hint = postcode.map(|p| of_communes(p.department())).filter(|d| self.by_department.contains_key(&d[0]));
        // A special code of a CEDEX office is right although no commune has it.
        let kept = postcode.filter(|_| cedex.is_some());
        for departments in hint.iter().map(Vec::as_slice).chain([departments]) {
            match self.by_name_alone(&key, departments) {
                Named::Exactly(i) => return Found::Corrected(place(i, kept), Mended::Postcode),
                Named::Roughly(i, mended) => return Found::Corrected(place(i, kept), mended),
                Named::Several => return Found::Ambiguous(self.listed(self.named(&key))),
                Named::Not => {}
            }
        }
        Found::NotFound
    }

    /// For a search box: communes whose name begins with what is typed (accents, hyphens and the leading article do not
    /// matter), or that have the postcode; the most populous first.
    pub fn search(&self, typed: &str, limit: usize) -> Vec<&Commune> {
        let digits = typed.trim();
        let by_code = digits.len() >= 2 && digits.bytes().all(|b| b.is_ascii_digit());
        let key = place_key(typed);
        if key.is_empty() {
            return Vec::new();
        }
        let fits = |i: &&u32| {
            let commune = &self.communes[**i as usize];
            if by_code {
                commune.deliveries.iter().any(|(p, _)| p.as_str().starts_with(digits))
            } else {
                self.keys[**i as usize].starts_with(&key)
            }
        };
        self.by_population.iter().filter(fits).take(limit).map(|i| &self.communes[*i as usize]).collect()
    }

    fn with_postcode(&self, postcode: Postcode) -> &[u32] {
        self.by_postcode.get(&postcode).map_or(&[], Vec::as_slice)
    }

    fn named(&self, key: &str) -> &[u32] {
        self.by_name.get(key).or_else(|| self.by_old_name.get(key)).map_or(&[], Vec::as_slice)
    }

    fn listed(&self, indexes: &[u32]) -> Vec<&Commune> {
        indexes.iter().map(|i| &self.communes[*i as usize]).collect()
    }

    fn place(&self, index: u32, postcode: Option<Postcode>, cedex: Option<&str>) -> Place<'_> {
        let commune = &self.communes[index as usize];
        let only = || match commune.deliveries.as_slice() {
            [(postcode, _)] => Some(*postcode),
            _ => None,
        };
        let postcode = postcode.or_else(only);
        let label = postcode
            .and_then(|p| commune.label(p))
            .or_else(|| commune.deliveries.first().map(|(_, label)| label.as_str()))
            .map_or_else(|| crate::domain::address::capitals(&commune.name), str::to_owned);
        Place { commune, postcode, label: cedex.map_or(label.clone(), |c| format!("{label} {c}")) }
    }

    /// Which of these communes, all of this postcode, bears the name?
    fn among(&self, here: &[u32], postcode: Option<Postcode>, written: &str, key: &str) -> Named {
        if key.is_empty() {
            return if let [only] = here { Named::Roughly(*only, Mended::Name) } else { Named::Several };
        }
        let within = |named: Option<&Vec<u32>>| -> Vec<u32> {
            let mut found: Vec<u32> = named.into_iter().flatten().copied().filter(|i| here.contains(i)).collect();
            found.dedup();
            found
        };
        match within(self.by_name.get(key)).as_slice() {
            [only] => return Named::Exactly(*only),
            named => match (self.labelled(here, postcode, key), named) {
                (Some(i), _) => return Named::Exactly(i),
                (None, []) => {}
                (None, _) => return Named::Several,
            },
        }
        match within(self.by_old_name.get(key)).as_slice() {
            [only] => return Named::Roughly(*only, Mended::OldName),
            [] => {}
            _ => return Named::Several,
        }
        // A slip makes a word that is no name; then La Poste's label may be what was meant, article, ST and all.
        let line = if self.named(key).is_empty() { place_line(written) } else { String::new() };
        match self.like(here, key, postcode.map(|p| (p, line.as_str()))) {
            Named::Not => self.formerly_like(here, key).map_or(Named::Not, |i| Named::Roughly(i, Mended::OldName)),
            found => found,
        }
    }

    /// The only one with a former commune whose name is nearly the same, or begins with the same words.
    fn formerly_like(&self, here: &[u32], key: &str) -> Option<u32> {
        let nearly = |old: &String| begins(old, key) || likeness(old, key) >= LIKENESS;
        let formerly = |i: &u32| self.old_names.get(i).is_some_and(|old| old.iter().any(nearly));
        let mut found = here.iter().copied().filter(formerly);
        found.next().filter(|_| found.next().is_none())
    }

    /// The commune that La Poste delivers to under this label with this postcode, whatever commune has that name elsewhere. The
    /// label is line 6, hence the address is certain; of the few communes that share one, most people live in the biggest.
    fn labelled(&self, here: &[u32], postcode: Option<Postcode>, key: &str) -> Option<u32> {
        let of = |i: &u32| &self.communes[*i as usize];
        let bears = |i: &u32| of(i).label(postcode?).map(|label| place_key(label) == key);
        here.iter().copied().filter(|i| bears(i) == Some(true)).max_by_key(|i| of(i).population)
    }

    /// The one whose name is nearly the same, or begins with the same words; or whose label with a postcode is nearly the same
    /// as a line.
    fn like(&self, here: &[u32], key: &str, line: Option<(Postcode, &str)>) -> Named {
        let by_label = |i: u32| {
            let (postcode, line) = line.filter(|(_, line)| !line.is_empty())?;
            let label = self.communes[i as usize].label(postcode)?;
            Some(likeness(label, line))
        };
        let by_name = |i: u32| {
            let name = self.keys[i as usize].as_str();
            if begins(name, key) || begins(key, name) { 0.95 } else { likeness(name, key) }
        };
        let mut best = (0.0, None);
        let mut second = 0.0;
        for i in here {
            let score = f64::max(by_name(*i), by_label(*i).unwrap_or_default());
            if score > best.0 {
                second = best.0;
                best = (score, Some(*i));
            } else if score > second {
                second = score;
            }
        }
        match best {
            (score, Some(i)) if score >= LIKENESS && score > second + 0.03 => Named::Roughly(i, Mended::Spelling),
            // One slip in a short name, where no other is near it.
            (score, Some(i)) if score >= SHORT_LIKENESS && score > second + 0.3 => Named::Roughly(i, Mended::Spelling),
            (score, _) if score >= LIKENESS => Named::Several,
            _ => Named::Not,
        }
    }

    /// The postcode exists, but no commune there has that name: one wrong digit is mended, more is a contradiction.
    fn contradicting(&self, postcode: Option<Postcode>, key: &str, cedex: &Option<String>) -> Found<'_> {
        let named = self.named(key);
        let slips = named.iter().flat_map(|i| {
            let commune = &self.communes[*i as usize];
            commune
                .deliveries
                .iter()
                .filter(|(p, _)| postcode.is_some_and(|q| one_slip(*p, q)))
                .map(move |(p, _)| (*i, *p))
        });
        let mut slips: Vec<(u32, Postcode)> = slips.collect();
        slips.dedup();
        if let [(i, postcode)] = slips.as_slice() {
            return Found::Corrected(self.place(*i, Some(*postcode), cedex.as_deref()), Mended::Postcode);
        }
        let mut all: Vec<u32> = postcode.map_or(Vec::new(), |p| self.with_postcode(p).to_vec());
        all.extend(named);
        Found::Ambiguous(self.listed(&all))
    }

    /// Which commune does a name mean without a usable postcode? In `departments` first, if any are given.
    fn by_name_alone(&self, key: &str, departments: &[String]) -> Named {
        let near = |i: &u32| departments.contains(&self.communes[*i as usize].department);
        for (table, named) in [(&self.by_name, None), (&self.by_old_name, Some(Mended::OldName))] {
            let found = table.get(key).map_or(&[][..], Vec::as_slice);
            let mut nearby: Vec<u32> = found.iter().copied().filter(near).collect();
            nearby.dedup();
            let decided = match (nearby.as_slice(), found) {
                ([only], _) | ([], [only]) => Some(*only),
                _ => None,
            };
            match (decided, named) {
                (Some(i), None) => return Named::Exactly(i),
                (Some(i), Some(mended)) => return Named::Roughly(i, mended),
                (None, _) if !found.is_empty() => return Named::Several,
                (None, _) => {}
            }
        }
        let candidates =
            departments.iter().filter_map(|d| self.by_department.get(d)).flatten().copied().collect::<Vec<_>>();
        match self.like(&candidates, key, None) {
            Named::Several => Named::Not,
            other => other,
        }
    }

    /// Reads the two files; a line that is not what it should be is left out, and a test counts them.
    fn read(communes: &str, old_names: &str) -> Self {
        let mut it = Self {
            communes: rows(communes).filter_map(|r| commune(&r)).collect(),
            keys: Vec::new(),
            by_code: HashMap::new(),
            by_postcode: HashMap::new(),
            by_name: HashMap::new(),
            by_old_name: HashMap::new(),
            old_names: HashMap::new(),
            by_department: HashMap::new(),
            by_population: Vec::new(),
        };
        for (i, commune) in (0u32..).zip(&it.communes) {
            let key = place_key(&commune.name);
            it.by_code.insert(commune.code, i);
            it.by_department.entry(commune.department.clone()).or_default().push(i);
            push_once(it.by_name.entry(key.clone()).or_default(), i);
            for (postcode, label) in &commune.deliveries {
                push_once(it.by_postcode.entry(*postcode).or_default(), i);
                push_once(it.by_old_name.entry(place_key(label)).or_default(), i);
            }
            it.keys.push(key);
        }
        // A delivery label is as good as a name, where it is not the name of another commune there.
        let labels = std::mem::take(&mut it.by_old_name);
        for (key, communes) in labels {
            let named = it.by_name.entry(key).or_default();
            if named.is_empty() {
                communes.into_iter().for_each(|i| push_once(named, i));
            }
        }
        for row in rows(old_names) {
            let today = row.get(3).and_then(|code| code.parse().ok()).and_then(|code: InseeCode| it.by_code.get(&code));
            if let (Some(name), Some(i)) = (row.get(1), today) {
                let key = place_key(name);
                it.old_names.entry(*i).or_default().push(key.clone());
                push_once(it.by_old_name.entry(key).or_default(), *i);
            }
        }
        it.by_population = (0..it.communes.len() as u32).collect();
        it.by_population.sort_by_key(|i| std::cmp::Reverse(it.communes[*i as usize].population));
        it
    }
}

/// How much of two names, in capitals without accents, is alike, from 0 to 1: the slips from one to the other (a letter more,
/// less, another, two neighbours exchanged), as a share of the longer.
fn likeness(a: &str, b: &str) -> f64 {
    let longer = a.len().max(b.len()).max(1);
    1.0 - strsim::osa_distance(a, b) as f64 / longer as f64
}

/// Does the long name go on behind the short one?
fn begins(long: &str, short: &str) -> bool {
    short.len() >= 5 && long.strip_prefix(short).is_some_and(|rest| rest.starts_with(' '))
}

enum Named {
    Exactly(u32),
    Roughly(u32, Mended),
    Several,
    Not,
}

fn push_once(list: &mut Vec<u32>, i: u32) {
    if !list.contains(&i) {
        list.push(i);
    }
}

/// The departments of the communes that an address of this department may mean: Corsica's postcodes know but one.
pub fn of_communes(department: &str) -> Vec<String> {
    match department {
        "20" => vec!["2A".to_owned(), "2B".to_owned()],
        other => vec![other.to_owned()],
    }
}

/// One digit changed, or two neighbours exchanged.
fn one_slip(a: Postcode, b: Postcode) -> bool {
    is_one_slip(a.as_str(), b.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(postcode: &str, label: &str) -> Found<'static> {
        Gazetteer::embedded().find(postcode.parse().ok(), label)
    }

    fn code(found: &Found) -> Option<String> {
        match found {
            Found::Exact(place) | Found::Corrected(place, _) => Some(place.commune.code.to_string()),
            _ => None,
        }
    }

    #[test]
    fn every_commune_is_read() {
        assert_eq!(Gazetteer::embedded().communes.len(), 34_969);
        assert_eq!(Gazetteer::embedded().get("48095".parse().unwrap()).unwrap().name, "Mende");
    }

    #[test]
    fn both_agree_however_the_name_is_written() {
        for label in ["Mende", "MENDE", "Mende CEDEX", " mende "] {
            assert!(matches!(find("48000", label), Found::Exact(_)), "{label}");
        }
        assert_eq!(code(&find("48200", "ST CHELY D'APCHER")).as_deref(), Some("48140"));
        assert_eq!(code(&find("75015", "PARIS 15")).as_deref(), Some("75056"));
    }

    #[test]
    fn what_is_wrong_is_mended_where_one_place_is_left() {
        for (postcode, label, commune, mended) in [
            ("", "Saint-Chély-d’Apcher", "48140", Mended::Postcode),
            ("99999", "Villeneuve-lès-Avignon", "30351", Mended::Postcode),
            ("48001", "Mende Cedex", "48095", Mended::Postcode),
            ("48020", "Mende", "48095", Mended::Postcode),
            ("48200", "Saint-Chely-d’Apchet", "48140", Mended::Spelling),
            ("48000", "Mande", "48095", Mended::Spelling),
            ("48130", "Javols", "48009", Mended::OldName),
            ("07530", "ANTRAIGUES", "07011", Mended::OldName),
            ("07530", "Antraigues sur Volanne", "07011", Mended::OldName),
            ("30000", "", "30189", Mended::Name),
        ] {
            let found = find(postcode, label);
            assert_eq!(code(&found).as_deref(), Some(commune), "{postcode} {label}");
            assert!(matches!(found, Found::Corrected(_, m) if m == mended), "{postcode} {label}: {found:?}");
        }
    }

    #[test]
    fn a_label_with_its_postcode_wins_over_a_commune_of_that_name_elsewhere() {
        for (postcode, label, commune) in [
            ("97417", "La Montagne", "97411"),
            ("13080", "LUYNES", "13001"),
            ("97421", "LA RIVIERE", "97414"),
            ("04600", "ST AUBAN", "04049"),
            ("97437", "Sainte-Anne", "97410"),
            ("20166", "PORTICCIO", "2A130"),
        ] {
            let found = find(postcode, label);
            assert_eq!(code(&found).as_deref(), Some(commune), "{postcode} {label}");
            assert!(matches!(found, Found::Exact(_)), "{postcode} {label}: {found:?}");
        }
    }

    #[test]
    fn a_slip_in_a_label_is_mended() {
        for (postcode, label, commune) in [
            ("03270", "S YORRE", "03264"),
            ("23140", "PARSCA RIMONDEIX", "23149"),
            ("59260", "HELLEMMES LILE", "59350"),
            ("13015", "MARSEILL 15EME ARR", "13055"),
            ("13600", "A CIOTAT", "13028"),
        ] {
            assert_eq!(code(&find(postcode, label)).as_deref(), Some(commune), "{postcode} {label}");
        }
        assert!(matches!(find("13015", "MARSEILLE 15EME ARR"), Found::Exact(_)));
        assert!(matches!(find("97417", "Luynes"), Found::Ambiguous(_)));
    }

    #[test]
    fn a_postcode_of_corsica_means_both_its_departments() {
        assert_eq!(code(&find("20999", "Bonifaccio")).as_deref(), Some("2A041"));
        assert_eq!(code(&find("20999", "Saint-Florant")).as_deref(), Some("2B298"));
    }

    #[test]
    fn a_contradiction_stays_one() {
        assert!(matches!(find("48000", "Strasbourg"), Found::Ambiguous(_)));
        assert!(matches!(find("48100", ""), Found::Ambiguous(_)));
        assert!(matches!(find("", "Saint-Martin"), Found::Ambiguous(_)));
        assert!(matches!(find("99999", "Nulle-Part-les-Oies"), Found::NotFound));
        assert!(matches!(find("", ""), Found::NotFound));
    }

    #[test]
    fn the_other_rows_decide_between_namesakes() {
        let found = Gazetteer::embedded().find_near(None, "Prunières", &["48".to_owned()]);
        assert_eq!(code(&found).as_deref(), Some("48121"));
    }

    #[test]
    fn a_search_box_shows_the_biggest_first() {
        let names = |typed: &str| -> Vec<String> {
            Gazetteer::embedded().search(typed, 3).iter().map(|c| c.name.clone()).collect()
        };
        assert_eq!(names("mende")[0], "Mende");
        assert_eq!(names("st etienne")[0], "Saint-Étienne");
        assert!(names("48300").contains(&"Langogne".to_owned()));
        assert!(names("").is_empty());
    }
}
