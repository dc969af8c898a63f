//! Who is recognised, who is asked about, who is left alone.

use super::*;
use crate::domain::address::PostalAddress;
use crate::domain::id::OppositionId;
use crate::domain::phone::Phone;

fn odette() -> Retiree {
    Retiree {
        usage_name: "MARTIN".into(),
        birth_name: Some("PAGÈS".into()),
        first_name: "Odette".into(),
        birth: Birth::Date("1939-03-12".parse().unwrap()),
        address: PostalAddress {
            line4: "4 RUE DU FAUBOURG SAINT GERVAIS".into(),
            line6: "48600 GRANDRIEU".into(),
            postcode: "48600".parse().ok(),
            commune: "48070".parse().ok(),
            ..PostalAddress::default()
        },
        phone: Phone::parse("04 66 00 00 01").ok(),
        email: Some("odette@exemple.fr".into()),
        ..Retiree::default()
    }
}

fn sealer() -> Sealer {
    Sealer::new(&SecretKey::from([7; 32]), StructureId(uuid::Uuid::nil()))
}

fn book(person: &Retiree, channels: Channels) -> OppositionBook {
    let keys = sealer().keys(person, channels);
    OppositionBook::new(sealer(), vec![Known { id: OppositionId::new(), channels, keys }])
}

/// What becomes of a row: certain, in doubt for a reason, or nothing.
fn verdict(opposed: &Retiree, row: &Retiree) -> Option<Option<KeyKind>> {
    let found = book(opposed, Channels::POST).check(row)?;
    Some(if found.channels.post { None } else { Some(found.doubts[0].because) })
}

fn moved(mut row: Retiree) -> Retiree {
    row.address.line4 = "9 PLACE DU FOIRAIL".into();
    row
}

#[test]
fn other_writings_of_the_same_person_are_certain() {
    let named = |usage: &str, birth: Option<&str>, first: &str| Retiree {
        usage_name: usage.into(),
        birth_name: birth.map(str::to_owned),
        first_name: first.into(),
        ..odette()
    };
    let abbreviated_street = || {
        let mut row = Retiree { birth: Birth::Year(1939), ..odette() };
        row.address.line4 = "4 R DU FG ST GERVAIS".into();
        row
    };
    for row in [
        odette(),
        moved(odette()),
        named("martin", None, "ODETTE"),
        named("PAGES", None, "Odette"),
        named("DURAND", Some("PAGÈS"), "Odette"),
        named("Odette", None, "Martin"),
        abbreviated_street(),
    ] {
        assert_eq!(verdict(&odette(), &row), Some(None), "{row:?}");
    }
}

#[test]
fn what_agrees_in_part_is_a_doubt() {
    let year_only = || Retiree { birth: Birth::Year(1939), ..odette() };
    let with_birth = |birth| Retiree { birth, ..odette() };
    let abbreviated = Retiree { first_name: "O.".into(), ..odette() };
    let nameless = Retiree { first_name: String::new(), ..odette() };
    for (row, because) in [
        (moved(year_only()), KeyKind::YearAndPostcode),
        (with_birth(Birth::Unknown), KeyKind::Address),
        (with_birth(Birth::Year(1962)), KeyKind::Address),
        (abbreviated.clone(), KeyKind::Initial),
        (moved(abbreviated.clone()), KeyKind::Initial),
        (nameless, KeyKind::Initial),
    ] {
        assert_eq!(verdict(&odette(), &row), Some(Some(because)), "{row:?}");
    }
    assert_eq!(verdict(&abbreviated, &year_only()), Some(Some(KeyKind::Abbreviated)));
}

#[test]
fn other_people_are_left_alone() {
    let olivier = Retiree { first_name: "Olivier".into(), ..odette() };
    let elsewhere = |mut row: Retiree| {
        row.address.postcode = "30000".parse().ok();
        row.address.commune = "30189".parse().ok();
        row
    };
    let namesake = elsewhere(moved(Retiree { birth: Birth::Year(1939), ..odette() }));
    for row in [olivier, namesake, Retiree::default()] {
        assert_eq!(verdict(&odette(), &row), None, "{row:?}");
    }
    let other = Sealer::new(&SecretKey::from([7; 32]), StructureId::new());
    let known =
        Known { id: OppositionId::new(), channels: Channels::POST, keys: sealer().keys(&odette(), Channels::POST) };
    assert_eq!(OppositionBook::new(other, vec![known]).check(&odette()), None, "another structure's digests");
}

#[test]
fn a_number_is_closed_whoever_has_it() {
    let stranger = Retiree {
        usage_name: "BRUN".into(),
        first_name: "Luc".into(),
        phone: odette().phone,
        email: odette().email,
        ..Retiree::default()
    };
    let found = book(&odette(), Channels::ALL).check(&stranger).unwrap();
    assert_eq!(found.channels, Channels { post: false, email: true, phone: true });
    assert!(found.doubts.is_empty());
    assert_eq!(book(&odette(), Channels::POST).check(&stranger), None, "who closes letters gives no number");
}

#[test]
fn who_was_said_to_be_somebody_else_is_not_asked_about_again() {
    let row = Retiree { birth: Birth::Unknown, ..odette() };
    let id = OppositionId::new();
    let mut keys = sealer().keys(&odette(), Channels::POST);
    keys.push(sealer().answered(&row, false));
    let book = OppositionBook::new(sealer(), vec![Known { id, channels: Channels::POST, keys }]);
    assert_eq!(book.check(&row), None);
    assert!(book.check(&odette()).is_some_and(|found| found.by == [id]));
}

#[test]
fn a_couple_in_one_row_is_met_by_either() {
    let couple = Retiree { first_name: "Louis et Odette".into(), birth: Birth::Year(1939), ..odette() };
    assert_eq!(verdict(&odette(), &couple), Some(None));
}
