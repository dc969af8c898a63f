//! People as a form or a file of oppositions names them, read the way every list is read, so that both meet.

use chrono::{DateTime, NaiveDate, Utc};

use super::register::FieldError;
use super::{Error, Result, local};
use crate::domain::commune::Gazetteer;
use crate::domain::retiree::{Birth, Retiree};
use crate::intake::{self, FileContent, Outcome, Refusal};

/// A person as a form names them.
#[derive(Debug, Clone, Default)]
pub struct PersonSaid {
    /// The surname in use.
    pub last_name: String,
    /// The surname at birth.
    pub birth_name: String,
    /// The first name.
    pub first_name: String,
    /// The day or the year of birth.
    pub birth: String,
    /// Number and street, or lieu-dit.
    pub street: String,
    /// The postcode.
    pub postcode: String,
    /// The commune.
    pub town: String,
    /// A phone number.
    pub phone: String,
    /// An e-mail address.
    pub email: String,
}

/// The people of a file with their row's number from 1, and the rows that name nobody.
#[derive(Debug, Default)]
pub struct PeopleRead {
    /// The people.
    pub people: Vec<(u32, Retiree)>,
    /// The rows without.
    pub refused: Vec<(u32, Refusal)>,
}

/// Reads a form, or says which field keeps it from telling who that is.
pub fn said(said: &PersonSaid, now: DateTime<Utc>) -> std::result::Result<Retiree, FieldError> {
    let wrong = |field, message: &str| Err(FieldError { field, message: message.to_owned() });
    if said.last_name.trim().is_empty() {
        return wrong("last_name", "Écrivez le nom.");
    }
    if said.first_name.trim().is_empty() {
        return wrong("first_name", "Écrivez le prénom, ou sa première lettre.");
    }
    let placeless = said.postcode.trim().is_empty() && said.town.trim().is_empty();
    let day = matches!(intake::birth(&said.birth, local(now).date()), Ok(Birth::Date(_)));
    if placeless && !day {
        return wrong("postcode", "Écrivez le code postal et la commune, ou la date de naissance complète.");
    }
    if said.birth.trim().is_empty() && said.street.trim().is_empty() {
        return wrong(
            "birth",
            "Écrivez la naissance (la date, ou l’année) ou l’adresse : le nom seul désignerait trop de monde.",
        );
    }
    let unread = |message: String| FieldError { field: "last_name", message };
    let bytes = as_file(said).map_err(|e| unread(e.to_string()))?;
    let read = read("formulaire", &FileContent::new(bytes), local(now).date()).map_err(|e| unread(e.to_string()))?;
    match (read.people.into_iter().next(), read.refused.first()) {
        (Some((_, person)), _) if person.birth.year().is_none() && !said.birth.trim().is_empty() => {
            let message = format!("« {} » n’est pas une naissance : écrivez 12/03/1939, ou 1939.", said.birth.trim());
            Err(FieldError { field: "birth", message })
        }
        (Some((_, person)), _) => Ok(person),
        (None, Some((_, Refusal::NoPlace(_)))) => {
            wrong("postcode", "Ce code postal et cette commune ne vont pas ensemble, ou n’existent pas.")
        }
        (None, _) => wrong("last_name", "Ce nom n’en est pas un : écrivez-le en lettres."),
    }
}

/// A form as a file of one row, so that it is read like any other.
fn as_file(said: &PersonSaid) -> std::result::Result<Vec<u8>, csv::Error> {
    let mut file = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    file.write_record([
        "Nom d'usage",
        "Nom de naissance",
        "Prénom",
        "Date de naissance",
        "Adresse",
        "Code postal",
        "Commune",
        "Téléphone",
        "Courriel",
    ])?;
    let PersonSaid { last_name, birth_name, first_name, birth, street, postcode, town, phone, email } = said;
    file.write_record([last_name, birth_name, first_name, birth, street, postcode, town, phone, email])?;
    file.into_inner().map_err(|e| e.into_error().into())
}

/// Reads a file.
pub fn read(file_name: &str, content: &FileContent, received_on: NaiveDate) -> Result<PeopleRead> {
    let list = intake::open_people(file_name, content).map_err(|e| Error::Refused(e.to_string()))?;
    let mut read = PeopleRead::default();
    for row in list.rows(Gazetteer::embedded(), received_on) {
        match row.outcome {
            Outcome::Accepted(person) | Outcome::Corrected(person, _) => read.people.push((row.number, person)),
            Outcome::Refused(why) => read.refused.push((row.number, why)),
        }
    }
    Ok(read)
}
