//! Who is who, told as small stories.

mod households;
mod persons;

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
    People::from_iter(people).resolve(&NoAnswers)
}
