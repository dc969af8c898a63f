//! Which column holds what, by name first and by content where the name says nothing or lies.

use std::collections::BTreeMap;

use super::content::Profile;
use super::field::Field;

/// For each field its columns, in the order of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    fields: Vec<Option<Field>>,
}

impl Columns {
    /// Decides for every column, from the fields that the header says and what the cells look like.
    pub fn decide(said: &[Option<Field>], profiles: &[Profile]) -> Self {
        let mut fields: Vec<Option<Field>> =
            said.iter().zip(profiles).map(|(said, profile)| said.filter(|f| fits(*f, profile))).collect();
        for (field, profile) in fields.iter_mut().zip(profiles) {
            let share = |f| profile.share(f);
            if profile.is_nir() {
                *field = Some(Field::Nir);
            } else if share(Field::Email) > 0.5 && *field != Some(Field::Reference) {
                *field = Some(Field::Email);
            } else if share(Field::PostcodeTown) > 0.5
                && matches!(field, None | Some(Field::Address | Field::Postcode | Field::Town))
            {
                *field = Some(Field::PostcodeTown);
            } else if share(Field::FullName) > MANY_FULL_NAMES
                && matches!(field, Some(Field::UsageName))
                && !said.contains(&Some(Field::FirstName))
            {
                *field = Some(Field::FullName);
            }
        }
        let mut it = Self { fields };
        it.settle_full_names(profiles);
        it.settle_names();
        it.keep_first_place();
        it.guess(said, profiles);
        it
    }

    /// What a person says of a column wins over what was found, but a column of social security numbers stays one.
    pub fn overruled(mut self, names: &[String], said: &BTreeMap<String, Option<Field>>) -> Self {
        for (field, name) in self.fields.iter_mut().zip(names) {
            if let Some(chosen) = said.get(name).filter(|_| *field != Some(Field::Nir)) {
                *field = *chosen;
            }
        }
        self
    }

    /// Columns that hold these fields.
    #[cfg(test)]
    pub fn from_fields(fields: Vec<Option<Field>>) -> Self {
        Self { fields }
    }

    /// These columns alone, in this order.
    pub fn only(&self, kept: &[usize]) -> Self {
        Self { fields: kept.iter().map(|i| self.fields[*i]).collect() }
    }

    /// The columns of a field, in order.
    pub fn of(&self, field: Field) -> impl Iterator<Item = usize> + '_ {
        self.fields.iter().enumerate().filter(move |(_, f)| **f == Some(field)).map(|(i, _)| i)
    }

    /// Is there a column for it?
    pub fn has(&self, field: Field) -> bool {
        self.of(field).next().is_some()
    }

    /// What each column holds.
    pub fn fields(&self) -> &[Option<Field>] {
        &self.fields
    }

    /// « Adresse 1, CP 1, Ville 1, Adresse 2, CP 2, Ville 2 »: people live at the first, and of two no letter could be made.
    fn keep_first_place(&mut self) {
        let is_place = |field: &Option<Field>| {
            field.is_some_and(|f| f.is_of_place() && !matches!(f, Field::Address | Field::StreetPiece))
        };
        let is_postcode = |field: &Option<Field>| matches!(field, Some(Field::Postcode | Field::PostcodeTown));
        let Some(first) = self.fields.iter().position(is_postcode) else { return };
        let end = first + self.fields[first..].iter().take_while(|f| is_place(f)).count();
        if self.fields[end..].iter().any(is_postcode) {
            let second = self.fields[end..].iter_mut().filter(|f| f.is_some_and(Field::is_of_place));
            second.for_each(|field| *field = None);
        }
    }

    /// « Retraité » may hold a name, a yes or a number: full names are read where they look like some, and only where surname and
    /// first name have no columns of their own.
    fn settle_full_names(&mut self, profiles: &[Profile]) {
        let full: Vec<usize> = self.of(Field::FullName).collect();
        let share = |i: usize| profiles[i].share(Field::FullName);
        let best = full.iter().map(|i| share(*i)).fold(0.0, f64::max);
        let (usage, birth) = (self.has(Field::UsageName), self.has(Field::BirthName));
        for i in full {
            let in_two = usage && self.has(Field::FirstName);
            if in_two || (usage || birth) && profiles[i].is_of_single_words() || share(i) * 2.0 < best {
                self.fields[i] = None;
            }
        }
    }

    /// A « NOM » beside a « NOM MARITAL » is the name at birth; a « name » beside a first name is the surname.
    fn settle_names(&mut self) {
        let surnames = self.has(Field::UsageName) || self.has(Field::BirthName);
        let full: Vec<usize> = self.of(Field::FullName).collect();
        if let [only] = full[..]
            && self.has(Field::FirstName)
            && !surnames
        {
            self.fields[only] = Some(Field::UsageName);
        }
        let usage: Vec<usize> = self.of(Field::UsageName).collect();
        if let [first, _] = usage[..]
            && !self.has(Field::BirthName)
        {
            self.fields[first] = Some(Field::BirthName);
        }
    }

    /// Where the surname at birth is the only name, it is the surname. The men and the unmarried have none in such a column as a
    /// rule: full names in any other column come first.
    fn settle_birth_name(&mut self) {
        let only =
            self.of(Field::BirthName).next().filter(|_| !self.has(Field::UsageName) && !self.has(Field::FullName));
        if let Some(only) = only {
            self.fields[only] = Some(Field::UsageName);
        }
    }

    /// What is still missing is looked for among the columns that have no field yet.
    fn guess(&mut self, said: &[Option<Field>], profiles: &[Profile]) {
        // Columns of yes and no: a 1 in one of them is no civility, whatever else the column turns out not to say.
        let answers = |i: usize| matches!(said[i], Some(Field::Deceased | Field::Opposition | Field::Returned));
        for (field, threshold) in [
            (Field::Email, 0.5),
            (Field::PostcodeTown, 0.5),
            (Field::Postcode, 0.7),
            (Field::Phone, 0.7),
            (Field::Birth, 0.7),
            (Field::Civility, 0.8),
            (Field::Address, 0.3),
            (Field::Town, 0.6),
            (Field::FirstName, 0.5),
            (Field::FullName, MANY_FULL_NAMES),
            (Field::UsageName, 0.8),
        ] {
            if field == Field::UsageName {
                self.settle_birth_name();
            }
            let placed = self.has(Field::PostcodeTown) && matches!(field, Field::Postcode | Field::Town);
            let named = match field {
                Field::FirstName | Field::UsageName => self.has(Field::FullName),
                Field::FullName => self.has(Field::UsageName) || self.has(Field::FirstName),
                _ => false,
            };
            if self.has(field) || placed || named {
                continue;
            }
            // « Yvette PAGÈS » begins with a first name, and « Saint-Jean » has one inside.
            let other = |p: &Profile| match field {
                Field::FirstName => p.share(Field::FullName) >= MANY_FULL_NAMES,
                Field::FullName => p.share(Field::Town) > 0.5 || !p.is_mostly_filled(),
                _ => false,
            };
            let free = profiles
                .iter()
                .enumerate()
                .filter(|(i, p)| self.fields[*i].is_none() && !answers(*i) && p.share(field) >= threshold && !other(p));
            let best = free.max_by(|(i, a), (j, b)| a.share(field).total_cmp(&b.share(field)).then(j.cmp(i)));
            if let Some((i, _)) = best {
                self.fields[i] = Some(field);
            }
        }
    }
}

/// The share of full names in a column of them: not every first name is a frequent one. Few columns of surnames, towns or remarks
/// come near.
const MANY_FULL_NAMES: f64 = 0.3;

/// Does the content allow what the name says? An empty column holds whatever it says.
fn fits(field: Field, profile: &Profile) -> bool {
    let others = |list: &[Field]| list.iter().map(|f| profile.share(*f)).fold(0.0, f64::max);
    match field {
        Field::Postcode => others(&[Field::Email, Field::Phone, Field::FirstName]) < 0.5,
        Field::Phone => others(&[Field::Email, Field::Postcode, Field::PostcodeTown]) < 0.5,
        Field::Email => others(&[Field::Phone, Field::Postcode, Field::Civility]) < 0.5,
        Field::Town => others(&[Field::Email, Field::Phone, Field::Postcode, Field::Birth]) < 0.5,
        Field::Deceased => !profile.kills_nearly_all(),
        Field::Opposition => !profile.opposes_nearly_all(),
        // « Allocataire », « Adhérent » are numbers in one list and people in another.
        Field::Reference => profile.share(Field::FullName) < MANY_FULL_NAMES,
        Field::UsageName | Field::FirstName | Field::BirthName => {
            others(&[Field::Email, Field::Phone, Field::Postcode, Field::Birth]) < 0.5
        }
        _ => true,
    }
}
