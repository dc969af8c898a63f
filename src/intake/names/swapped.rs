//! Surname and first name in each other's place, as far as the list itself proves it: « Nicole » is the first name of many of its
//! people and no surname, « BERNARD » the surname of many and no first name, so « NICOLE Bernard » is Nicole BERNARD.

use std::collections::{HashMap, HashSet};

use super::{FullName, begins_with_first_name, first_name, surname};

/// The names that a list has in one place alone, in capitals.
#[derive(Debug, Default)]
pub struct Habits {
    first_names: HashSet<String>,
    surnames: HashSet<String>,
}

/// Borne by so many, a word is at home in its place.
const SEVERAL: u32 = 3;
/// And by so many times fewer in the other place, where slips bring a few.
const MANY_TIMES: u32 = 4;

impl Habits {
    /// What these people of a list are called.
    pub fn of(people: impl Iterator<Item = FullName>) -> Self {
        let mut seen: HashMap<String, [u32; 2]> = HashMap::new();
        let mut count = |name: String, place: usize| seen.entry(name).or_default()[place] += 1;
        for person in people {
            // The second and third first names are nobody's in use.
            count(surname(person.first_name.split(' ').next().unwrap_or_default()), 0);
            if let Some(born) = person.birth_name.filter(|born| *born != person.surname) {
                count(born, 1);
            }
            count(person.surname, 1);
        }
        let at_home = |here: u32, there: u32| here >= SEVERAL && here >= there * MANY_TIMES;
        let mut it = Self::default();
        for (name, [first, last]) in seen {
            if at_home(first, last) {
                it.first_names.insert(name);
            } else if at_home(last, first) && !begins_with_first_name(&name) {
                it.surnames.insert(name);
            }
        }
        it
    }

    /// The name with surname and first name each in its place, where they are not and that can be proved.
    pub fn put_right(&self, name: &FullName) -> Option<FullName> {
        // A surname at birth that stands as the first name too proves as much as the other people of the list.
        let twice = name.birth_name.as_deref().is_some_and(|born| {
            born.len() == name.first_name.len() && born != name.surname && born == surname(&name.first_name)
        });
        let listed = self.first_names.contains(&name.surname);
        if !(listed || twice && begins_with_first_name(&name.surname)) {
            return None;
        }
        let last = surname(&name.first_name);
        let proved = if twice { listed || !begins_with_first_name(&last) } else { self.surnames.contains(&last) };
        if !proved {
            return None;
        }
        let birth_name = match &name.birth_name {
            Some(born) if *born == name.surname => Some(last.clone()),
            born => born.clone(),
        };
        Some(FullName { surname: last, first_name: first_name(&name.surname), birth_name, ..name.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(surname: &str, birth_name: &str, first_name: &str) -> FullName {
        let birth_name = Some(birth_name.to_owned()).filter(|n| !n.is_empty());
        FullName { surname: surname.into(), birth_name, first_name: first_name.into(), ..FullName::default() }
    }

    #[test]
    fn swapped_names_are_put_right_where_the_list_proves_it() {
        let several = ["Nicole", "Bernard", "Guy Louis", "Annick"].into_iter().flat_map(|first| {
            ["FABRE", "PAGÈS", "BERNARD", "GUY"].into_iter().map(move |last| named(last, "BRUN", first))
        });
        let habits = Habits::of(several);
        let put_right = |last: &str, born: &str, first: &str| habits.put_right(&named(last, born, first));
        assert_eq!(put_right("NICOLE", "BRUN", "Pagès"), Some(named("PAGÈS", "BRUN", "Nicole")));
        assert_eq!(put_right("NICOLE", "NICOLE", "Fabre"), Some(named("FABRE", "FABRE", "Nicole")));
        assert_eq!(put_right("NICOLE", "", "Fabre"), Some(named("FABRE", "", "Nicole")));
        // The birth name proves it alone.
        assert_eq!(
            put_right("SOLANGE", "VERCRUYSSE", "Vercruysse"),
            Some(named("VERCRUYSSE", "VERCRUYSSE", "Solange"))
        );
        assert_eq!(put_right("NICOLE", "LAURENT", "Laurent"), Some(named("LAURENT", "LAURENT", "Nicole")));
        for (last, born, first) in [
            // Both are at home there.
            ("FABRE", "BRUN", "Nicole"),
            ("BERNARD", "BRUN", "Nicole"),
            // Names that stand in both places prove nothing.
            ("BERNARD", "", "Fabre"),
            ("NICOLE", "", "Guy"),
            // Nor does what the list does not know.
            ("NICOLE", "", "Valmale"),
            ("SOLANGE", "", "Fabre"),
            ("SOLANGE", "LAURENT", "Laurent"),
            ("NICOLE", "", ""),
            ("MARTIN", "MARTIN", "Martin"),
        ] {
            assert_eq!(put_right(last, born, first), None, "{last} {born} {first}");
        }
    }
}
