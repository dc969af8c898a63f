//! Why somebody should look at two rows, in words.

use super::People;
use super::births::BirthMatch;
use super::features::{Door, Features};
use super::names::NameMatch;
use super::similarity::Evidence;
use crate::domain::retiree::Birth;

/// Why two rows may be one person: « même nom, même adresse, nés le 12/03/1941 et le 21/03/1941 ».
pub fn of_person(people: &People, i: u32, j: u32, found: &Evidence) -> String {
    let (a, b) = (people.row(i), people.row(j));
    let mut reasons = vec![match found.name {
        NameMatch::Same => "même nom".to_owned(),
        NameMatch::Slip | NameMatch::Slips => "noms proches".to_owned(),
        NameMatch::Prefix => "même nom de famille, prénoms qui commencent pareil".to_owned(),
        NameMatch::Initial => "même nom de famille, prénom abrégé ou absent".to_owned(),
        NameMatch::FirstOnly => "même prénom, noms de famille différents".to_owned(),
        NameMatch::SurnameOnly => "même nom de famille, prénoms différents".to_owned(),
    }];
    reasons.push(match (found.door, found.apart) {
        (Some(_), _) => "même adresse".to_owned(),
        (None, true) => "communes différentes".to_owned(),
        (None, false) => "adresses différentes".to_owned(),
    });
    if found.phone {
        reasons.push("même téléphone".to_owned());
    }
    if found.email {
        reasons.push("même courriel".to_owned());
    }
    reasons.push(match found.birth {
        BirthMatch::Day => "même date de naissance".to_owned(),
        _ => births(a, b),
    });
    reasons.join(", ")
}

/// Why two people may be one household.
pub fn of_household(people: &People, i: u32, j: u32) -> String {
    let (a, b) = (people.row(i), people.row(j));
    let one_name = a.surnames().any(|x| b.surnames().any(|y| x == y));
    let name = if one_name { "même nom de famille" } else { "noms de famille proches" };
    let numbered = a.door.is_some_and(Door::is_private);
    let door = if numbered { "même adresse" } else { "même lieu sans numéro" };
    let civility = if a.civility.is_some() && a.civility == b.civility { ", même civilité" } else { "" };
    format!("{name}, {door}{civility}, {}", births(a, b))
}

fn births(a: &Features, b: &Features) -> String {
    match (written(a.birth), written(b.birth)) {
        (Some(one), Some(other)) if one == other => format!("nés l’un et l’autre {one}"),
        (Some(one), Some(other)) => format!("nés {one} et {other}"),
        (Some(one), None) | (None, Some(one)) => format!("une naissance connue sur deux, {one}"),
        (None, None) => "dates de naissance inconnues".to_owned(),
    }
}

fn written(birth: Birth) -> Option<String> {
    match birth {
        Birth::Unknown => None,
        Birth::Year(year) => Some(format!("en {year}")),
        Birth::Date(date) => Some(format!("le {}", date.format("%d/%m/%Y"))),
    }
}
