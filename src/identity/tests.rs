//! Who is who, told as small stories.

use chrono::NaiveDate;

use super::*;
use crate::domain::address::{NotMailable, PostalAddress};
use crate::domain::phone::Phone;
use crate::domain::retiree::{Birth, Civility};

fn person(civility: &str, name: &str, first: &str, birth: &str, street: &str) -> Retiree {
    let mut words = birth.split('-').filter_map(|w| w.parse::<u32>().ok());
    let birth = match (words.next(), words.next(), words.next()) {
        (Some(y), Some(m), Some(d)) => Birth::Date(NaiveDate::from_ymd_opt(y as i32, m, d).unwrap()),
        (Some(y), ..) => Birth::Year(y as i32),
        _ => Birth::Unknown,
    };
    let numbered = street.starts_with(|c: char| c.is_ascii_digit());
    Retiree {
        civility: Civility::from_code(civility),
        usage_name: name.to_owned(),
        first_name: first.to_owned(),
        birth,
        address: PostalAddress {
            line4: if numbered { street.to_owned() } else { String::new() },
            line5: if numbered { String::new() } else { street.to_owned() },
            line6: "48000 MENDE".into(),
            postcode: "48000".parse().ok(),
            commune: "48095".parse().ok(),
            ..PostalAddress::default()
        },
        ..Retiree::default()
    }
}

fn resolved(people: &[Retiree]) -> Resolution {
    resolve(&people.iter().collect::<Vec<_>>())
}

#[test]
fn one_person_is_recognised_under_many_writings() {
    let first = person("madame", "PÉLISSIER", "Maryse", "1955-04-28", "12 RUE DU FAUBOURG SAINT GERVAIS");
    for other in [
        person("madame", "PELISSIER", "MARYSE", "1955-04-28", "12 R DU FG ST GERVAIS"),
        person("madame", "PELISSIER", "M.", "1955", "12 RUE DU FAUBOURG SAINT GERVAIS"),
        person("madame", "MARYSE", "Pelissier", "1955-04-28", "12 RUE DU FAUBOURG SAINT GERVAIS"),
        person("madame", "PEILSSIER", "Maryse", "1955-04-28", "12 RUE DU FAUBOURG SAINT GERVAIS"),
        person("madame", "CHABERT", "Maryse", "1955-04-28", "12 RUE DU FAUBOURG SAINT GERVAIS"),
        person("", "PELISSIER", "Maryse", "1955-04-23", "12 RUE DU FAUBOURG SAINT GERVAIS"),
        person("madame", "PELISSIER", "Maryse", "", "12 RUE DU FAUBOURG SAINT GERVAIS"),
        person("madame", "PELISSIER", "Maryse", "1955-04-28", "3 RUE BASSE"),
    ] {
        assert_eq!(resolved(&[first.clone(), other.clone()]).person, [0, 0], "{other:?}");
    }
}

#[test]
fn namesakes_stay_apart() {
    let first = person("monsieur", "MARTIN", "Michel", "1946-03-02", "12 RUE BASSE");
    for other in [
        person("monsieur", "MARTIN", "Michel", "1972-09-14", "12 RUE BASSE"),
        person("monsieur", "MARTIN", "Michel", "1946", "45 AVENUE FOCH"),
        person("madame", "MARTIN", "Michèle", "1946-03-02", "12 RUE BASSE"),
        person("monsieur", "MARTIN", "Marcel", "1946-03-02", "12 RUE BASSE"),
        person("monsieur", "BRUN", "Michel", "1946-03-02", "45 AVENUE FOCH"),
    ] {
        assert_eq!(resolved(&[first.clone(), other.clone()]).person, [0, 1], "{other:?}");
    }
}

#[test]
fn an_initial_never_ties_two_people_together() {
    let people = [
        person("", "MARTIN", "Paul", "1946-03-02", "12 RUE BASSE"),
        person("", "MARTIN", "P.", "1946", "12 RUE BASSE"),
        person("", "MARTIN", "Pierre", "1946-07-21", "12 RUE BASSE"),
    ];
    let found = resolved(&people);
    assert_ne!(found.person[0], found.person[2]);
    assert_eq!(found.household, [0, 0, 0], "two brothers of one house get one letter");
}

#[test]
fn a_couple_is_a_household_and_a_grown_child_is_not_of_it() {
    let people = [
        person("madame", "PAGÈS", "Yvette", "1942-05-01", "12 RUE BASSE"),
        person("monsieur", "PAGÈS", "Luc", "1971-05-01", "12 RUE BASSE"),
        person("monsieur", "PAGÈS", "Jean", "1939-05-01", "12 RUE BASSE"),
        person("madame", "PAGÈS", "Y.", "1942", "12 RUE BASSE"),
    ];
    assert_eq!(resolved(&people).household, [0, 1, 0, 0]);
}

#[test]
fn a_couple_with_two_surnames_shares_the_birth_name() {
    let mut her = person("madame", "BRUN", "Yvette", "1942", "12 RUE BASSE");
    her.birth_name = Some("PAGÈS".into());
    let people = [her, person("monsieur", "PAGÈS", "Jean", "1939", "12 RUE BASSE")];
    assert_eq!(resolved(&people).household, [0, 0]);
}

#[test]
fn a_hamlet_and_an_institution_are_no_address() {
    let father_and_son = [
        person("monsieur", "PAGÈS", "Jean", "1939", "LE BOURG"),
        person("monsieur", "PAGÈS", "Luc", "1960", "LE BOURG"),
    ];
    assert_eq!(resolved(&father_and_son).household, [0, 1]);
    let couple = [
        person("monsieur", "PAGÈS", "Jean", "1939", "LE BOURG"),
        person("madame", "PAGÈS", "Yvette", "1942", "LE BOURG"),
    ];
    assert_eq!(resolved(&couple).household, [0, 0]);
    let mut neighbours = [
        person("monsieur", "PAGÈS", "Jean", "1939", "12 RUE BASSE"),
        person("monsieur", "PAGÈS", "Luc", "1940", "12 RUE BASSE"),
    ];
    neighbours.iter_mut().for_each(|p| p.address.institution = true);
    assert_eq!(resolved(&neighbours).household, [0, 1]);
}

#[test]
fn a_merged_record_has_the_best_of_its_rows() {
    let mut first = person("", "PAGÈS", "Y.", "", "");
    first.address.not_mailable = Some(NotMailable::NoStreet);
    let mut second = person("madame", "PAGES", "Yvette", "1942", "12 RUE BASSE");
    second.phone = Phone::parse("0465710000").ok();
    second.deceased = true;
    let one = merge(&[&first, &second]);
    assert_eq!((one.usage_name.as_str(), one.first_name.as_str()), ("PAGÈS", "Yvette"));
    assert_eq!((one.civility, one.birth), (Some(Civility::Madame), Birth::Year(1942)));
    assert_eq!(one.address.line4, "12 RUE BASSE");
    assert!(one.phone.is_some() && one.deceased);
    assert_eq!(merge(&[]), Retiree::default());
}

#[test]
fn a_search_key_has_no_accents() {
    assert_eq!(search_key("Pagès-d’Albis"), "PAGES D ALBIS");
}
