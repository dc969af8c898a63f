//! Which rows are one person.

use super::*;

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
fn who_is_under_her_maiden_name_in_one_row_is_called_as_today() {
    let maiden = person("madame", "FAURE", "Anne-Marie", "1942", "12 RUE BASSE");
    let mut today = person("madame", "SAUARD", "Anne-Marie", "1942", "12 RUE BASSE");
    today.birth_name = Some("Faure".into());
    let name = |rows: &[&Retiree]| merge(rows).usage_name;
    assert_eq!((name(&[&maiden, &today]), name(&[&today, &maiden])), ("SAUARD".into(), "SAUARD".into()));
    today.birth_name = Some("BRUN".into());
    assert_eq!(name(&[&maiden, &today]), "FAURE");
}

#[test]
fn a_namesake_in_another_flat_is_somebody_else() {
    let mut people = [
        person("monsieur", "MARTIN", "Paul", "", "5 RUE DU PONT"),
        person("monsieur", "MARTIN", "Paul", "1940", "5 RUE DU PONT"),
    ];
    assert_eq!(resolved(&people).person, [0, 0]);
    people[0].address.line2 = "APT 3".into();
    people[1].address.line2 = "APT 45".into();
    assert_eq!(resolved(&people).person, [0, 1]);
}

#[test]
fn father_and_son_of_one_name_stay_two() {
    for (father, son, his, sons) in [
        ("1939", "1964", "12 RUE BASSE", "12 RUE BASSE"),
        ("1939-05-12", "1964", "12 RUE BASSE", "12 RUE BASSE"),
        ("1939-05-12", "1969-05-12", "12 RUE BASSE", "45 AVENUE FOCH"),
        ("1939-05-12", "1969-05-12", "12 RUE BASSE", "12 RUE BASSE"),
        ("1939-05-12", "1940-08-02", "12 RUE BASSE", "45 AVENUE FOCH"),
        ("1939-05-12", "1939-05-13", "12 RUE BASSE", "45 AVENUE FOCH"),
        ("", "1964", "12 RUE BASSE", "45 AVENUE FOCH"),
        ("1939", "1964", "LE BOURG", "LE BOURG"),
    ] {
        let people =
            [person("monsieur", "FABRE", "Louis", father, his), person("monsieur", "FABRE", "Louis", son, sons)];
        assert_eq!(resolved(&people).person, [0, 1], "{father} {son} {his} {sons}");
    }
}

#[test]
fn a_row_without_a_date_that_fits_father_and_son_is_asked_about() {
    let people = [
        person("monsieur", "FABRE", "Louis", "1939", "12 RUE BASSE"),
        person("monsieur", "FABRE", "Louis", "1966", "12 RUE BASSE"),
        person("monsieur", "FABRE", "Louis", "", "12 RUE BASSE"),
    ];
    let found = resolved(&people);
    assert_eq!(found.person, [0, 1, 2]);
    let asked: Vec<_> = found.doubts.iter().filter(|d| d.kind == DoubtKind::Person).map(|d| (d.one, d.other)).collect();
    assert_eq!(asked, [(0, 2), (1, 2)]);
}

#[test]
fn other_first_names_of_one_birth_are_told_or_asked() {
    let first = person("madame", "PAGÈS", "Marie Yvette", "1941-03-12", "12 RUE BASSE");
    let other = |civility, name, first| person(civility, name, first, "1941-03-12", "12 RUE BASSE");
    for same in [
        other("madame", "PAGES", "Yvette Marie"),
        other("madame", "PAGES", "Yvette"),
        other("monsieur", "PAGES", "Marie Yvette"),
    ] {
        assert_eq!(resolved(&[first.clone(), same.clone()]).person, [0, 0], "{same:?}");
    }
    // Twins, or somebody who is called otherwise.
    let twin = other("madame", "PAGES", "Odette");
    let found = resolved(&[first.clone(), twin]);
    assert_eq!(found.person, [0, 1]);
    let asked = found.doubts.iter().find(|d| d.kind == DoubtKind::Person).map(|d| d.reason.as_str());
    assert!(asked.is_some_and(|r| r.starts_with("même nom de famille, prénoms différents")), "{asked:?}");
    let elsewhere = person("madame", "PAGES", "Odette", "1941-03-12", "45 AVENUE FOCH");
    assert!(resolved(&[first, elsewhere]).doubts.is_empty());
    let saint = |name| person("monsieur", name, "Jean", "1941-03-12", "12 RUE BASSE");
    assert_eq!(resolved(&[saint("ST LÉGER"), saint("SAINT-LÉGER")]).person, [0, 0]);
}

#[test]
fn who_moved_and_kept_a_phone_is_asked_about() {
    let mut there = person("madame", "PAGÈS", "Yvette", "", "12 RUE BASSE");
    let mut here = person("madame", "PAGÈS", "Yvette", "1941", "3 RUE HAUTE");
    (here.address.commune, here.address.postcode) = ("48092".parse().ok(), "48100".parse().ok());
    assert!(resolved(&[there.clone(), here.clone()]).doubts.is_empty());
    there.phone = Phone::parse("0612345678").ok();
    here.phone = there.phone.clone();
    let found = resolved(&[there, here]);
    assert_eq!((found.person, found.doubts.len()), (vec![0, 1], 1));
}

#[test]
fn an_estate_is_not_its_living_relative() {
    let phone = || Phone::parse("0465710000").ok();
    for (first, birth, street, living, one) in [
        ("", "", "45 AVENUE FOCH", "Rose", false),
        ("", "", "12 RUE BASSE", "Rose", false),
        ("", "", "12 RUE BASSE", "", false),
        ("Rose", "", "45 AVENUE FOCH", "Rose", false),
        ("Rose", "1942", "45 AVENUE FOCH", "Rose", false),
        ("Rose", "1942-03-04", "12 RUE BASSE", "Rose", true),
        ("Rose", "1942-03-04", "45 AVENUE FOCH", "Rose", true),
    ] {
        let mut estate = person("", "FABRE", first, birth, street);
        estate.deceased = true;
        estate.phone = phone();
        let mut alive = person("madame", "FABRE", living, "1942-03-04", "12 RUE BASSE");
        alive.phone = phone();
        let found = resolved(&[estate, alive]).person;
        assert_eq!(found[0] == found[1], one, "{first} {birth} {street} {living}");
    }
}

#[test]
fn a_search_key_has_no_accents() {
    assert_eq!(search_key("Pagès-d’Albis"), "PAGES D ALBIS");
}

#[test]
fn a_badly_typed_part_of_a_date_is_seen_where_all_else_agrees() {
    let first = person("monsieur", "PAGÈS", "Jean", "1941-03-12", "12 RUE BASSE");
    for (birth, street, one) in [
        ("1941-03-25", "12 RUE BASSE", true),
        ("1941-08-12", "12 RUE BASSE", true),
        ("1949-03-12", "12 RUE BASSE", true),
        ("1968-03-12", "12 RUE BASSE", false),
        ("1941-03-25", "45 AVENUE FOCH", false),
    ] {
        let other = person("monsieur", "PAGÈS", "Jean", birth, street);
        let found = resolved(&[first.clone(), other]).person;
        assert_eq!(found[0] == found[1], one, "{birth} {street}");
    }
}

#[test]
fn a_person_has_one_birth_name() {
    let mut people = [
        person("madame", "D’ALMEIDA", "Jeannine", "", "12 RUE BASSE"),
        person("madame", "D’ALMEIDA", "Jeannine", "1947-04-22", "12 RUE BASSE"),
    ];
    assert_eq!(resolved(&people).person, [0, 0]);
    people[0].birth_name = Some("SEROEZ".into());
    people[1].birth_name = Some("ROCHE".into());
    assert_eq!(resolved(&people).person, [0, 1]);
    people[1].birth_name = Some("SEROES".into());
    assert_eq!(resolved(&people).person, [0, 0], "a slip is no other name");
}

#[test]
fn namesakes_of_one_day_are_asked_about_where_the_name_is_frequent() {
    let mut people: Vec<Retiree> = (0..400)
        .map(|i| person("monsieur", "MARTIN", "Jean", &format!("19{}", 30 + i % 30), &format!("{} RUE BASSE", i + 1)))
        .collect();
    people.push(person("monsieur", "MARTIN", "Jean", "1946-03-02", "500 RUE BASSE"));
    people.push(person("monsieur", "MARTIN", "Jean", "1946-03-02", "501 RUE BASSE"));
    people.push(person("monsieur", "SOLIGNAC", "Urbain", "1946-03-02", "502 RUE BASSE"));
    people.push(person("monsieur", "SOLIGNAC", "Urbain", "1946-03-02", "503 RUE BASSE"));
    let found = resolved(&people).person;
    assert_ne!(found[400], found[401], "among so many of one name chance makes two");
    assert_eq!(found[402], found[403], "hardly two have a rare name");
}

#[test]
fn what_is_in_doubt_among_earlier_lists_takes_no_place_of_the_new_ones() {
    let pair = |name: &str, number: usize| {
        let one = person("madame", name, "Yvette", "1941-03-12", &format!("{number} RUE BASSE"));
        [one, person("madame", name, "Yvette", "1941-03-21", &format!("{number} AVENUE FOCH"))]
    };
    let mut people = People::default();
    let names = ["BRU", "CAL", "DOR", "FAB", "GAU"]
        .map(|front| ["ADE", "ENC", "EUX", "IOL"].map(|end| format!("{front}{end}")));
    for (i, name) in names.iter().flatten().enumerate() {
        pair(name, i + 1).iter().for_each(|p| people.push(p));
    }
    people.end_of_earlier_lists();
    pair("TROCELLIER", 70).iter().for_each(|p| people.push(p));
    let doubts = people.resolve(&NoAnswers).doubts;
    assert_eq!(doubts.iter().map(|d| (d.one, d.other)).collect::<Vec<_>>(), [(40, 41)]);
}

#[test]
fn a_first_of_january_says_no_more_than_the_year() {
    let first = person("madame", "PRIVATTE", "Marie", "1940-01-01", "LE BOURG");
    let other = person("madame", "PRIVATTE", "Maria", "1940-01-01", "LE VILLARD");
    assert_eq!(resolved(&[first.clone(), other]).person, [0, 1]);
    let elsewhere = person("madame", "TROCELLIER", "Marie", "1940-01-01", "LE BOURG");
    assert_eq!(resolved(&[first.clone(), elsewhere]).person, [0, 1]);
    let with_its_day = person("madame", "PRIVATTE", "Marie", "1940-06-24", "LE BOURG");
    assert_eq!(resolved(&[first, with_its_day]).person, [0, 0]);
}

#[test]
fn a_husband_who_is_called_like_his_wifes_family_is_not_her() {
    let mut her = person("", "CORRE", "Marie-Noëlle", "1955-11-07", "70 RUE DE SIAM");
    her.birth_name = Some("MICHEL".into());
    assert_eq!(resolved(&[her, person("", "CORRE", "Michel", "1955-05-07", "70 RUE DE SIAM")]).person, [0, 1]);
}

#[test]
fn first_names_in_another_order_are_asked_about() {
    let first = person("madame", "ADAM", "Anne-Marie", "1942-05-01", "12 RUE BASSE");
    let there = person("madame", "ADAM", "Marie-Anne", "1942-05-01", "12 RUE BASSE");
    let elsewhere = person("madame", "ADAM", "Marie-Anne", "1942-05-01", "45 AVENUE FOCH");
    let other_order = person("madame", "ADAM", "Yvette Marie", "1943-05-01", "45 AVENUE FOCH");
    let moved = person("madame", "ADAM", "Marie Yvette", "1943-05-01", "12 RUE BASSE");
    assert_eq!(resolved(&[moved, other_order]).person, [0, 1]);
    // At one door it matters whether these are names that others have too.
    let others: Vec<Retiree> = ["BRUN", "PIC", "ROUX"]
        .into_iter()
        .flat_map(|name| ["Anne-Marie", "Marie-Anne"].map(|first| person("", name, first, "", "")))
        .collect();
    assert_eq!(resolved(&[first.clone(), there.clone()]).person, [0, 0]);
    for twin in [there, elsewhere] {
        let rows: Vec<Retiree> = [first.clone(), twin].into_iter().chain(others.clone()).collect();
        let asked = resolved(&rows);
        assert_eq!(asked.person[..2], [0, 1]);
        assert!(asked.doubts.iter().any(|d| (d.one, d.other) == (0, 1)), "{:?}", asked.doubts);
    }
    // A slip in the surname is no other order.
    let slipped = person("madame", "ADDAM", "Anne-Marie", "1942-05-01", "12 RUE BASSE");
    let rows: Vec<Retiree> = [first.clone(), slipped].into_iter().chain(others).collect();
    assert_eq!(resolved(&rows).person[..2], [0, 0]);
    let michel = person("", "DUBREIL", "Michel", "1942-05-01", "12 RUE BASSE");
    for (civility, same) in [("", 1), ("monsieur", 1)] {
        let michele = person(civility, "DUBREIL", "Michèle", "1942-05-01", "12 RUE BASSE");
        let asked = resolved(&[michel.clone(), michele]);
        assert_eq!((asked.person[1], asked.doubts.len()), (same, 1));
    }
}

#[test]
fn a_slip_beside_a_missing_first_name_is_one_person_at_one_door() {
    let people = [
        person("", "LAVNET", "Marguerite Fernande", "1938-02-03", "12 RUE BASSE"),
        person("", "LVNET", "Marguerite", "1938-02-03", "12 RUE BASSE"),
    ];
    assert_eq!(resolved(&people).person, [0, 0]);
}

#[test]
fn two_slips_that_siblings_cannot_have_are_one_person() {
    let first = person("", "BOURHIS", "Nadine", "1955-01-17", "91 T RUE GEORGES BRASSENS");
    for (other, wanted) in [
        (person("", "BURHIS", "Nadine", "1956-01-17", "91 T RUE GEORGES BRASSENS"), 0),
        (person("", "BOURHIS", "Nadin", "1956-01-17", "91 T RUE GEORGES BRASSENS"), 1),
        (person("", "BOURHIS", "Nadin", "1955-02-17", "91 T RUE GEORGES BRASSENS"), 0),
        (person("", "BOURHIS", "Nadin", "1955-11-07", "91 T RUE GEORGES BRASSENS"), 1),
        (person("", "NADINE", "Borhis", "1955-01-17", "12 RUE BASSE"), 0),
        (person("", "BOURHIS", "Nadine", "1955", "91 T RUE GEORGE BRASENS"), 0),
    ] {
        assert_eq!(resolved(&[first.clone(), other.clone()]).person[1], wanted, "{other:?}");
    }
}

#[test]
fn many_names_that_are_one_slip_apart_are_many_people() {
    let named = |letters: std::ops::RangeInclusive<char>| {
        let row = |c: char| {
            person("monsieur", &format!("{c}ELKURAN"), "Jean", "1942-02-01", &format!("{} RUE BASSE", c as u32))
        };
        resolved(&letters.map(row).collect::<Vec<_>>())
    };
    let many = named('B'..='S');
    assert_eq!(many.person, (0..18).collect::<Vec<_>>());
    assert!(!many.doubts.is_empty());
    assert_eq!(named('B'..='C').person, [0, 0], "who moved, with a slip");
}

#[test]
fn who_goes_by_the_first_of_several_names_is_one_person() {
    let same = |one: &str, other: &str| {
        let at = |first| person("monsieur", "MOREAU", first, "", "1 RUE DU FOUR");
        resolved(&[at(one), at(other)]).person == [0, 0]
    };
    assert!(same("Roger", "Roger Amédée"));
    assert!(!same("Jean", "Jean-Pierre") && !same("Amédée", "Roger Amédée"));
}

#[test]
fn two_slips_need_the_day_of_birth_and_a_door_or_a_question() {
    let first = person("monsieur", "BEN SALAH", "Mohamed", "1941-05-12", "12 RUE BASSE");
    let other = |birth, street| person("monsieur", "BENSALAH", "Mohammed", birth, street);
    assert_eq!(resolved(&[first.clone(), other("1941-05-12", "12 RUE BASSE")]).person, [0, 0]);
    let moved = resolved(&[first.clone(), other("1941-05-12", "3 RUE HAUTE")]);
    assert_eq!((moved.person, moved.doubts[0].kind), (vec![0, 1], DoubtKind::Person));
    assert_eq!(resolved(&[first, other("1946-11-02", "12 RUE BASSE")]).person, [0, 1]);
}

#[test]
fn what_differs_twice_is_asked_about() {
    let first = person("madame", "ROUX", "Marie", "1948-02-02", "12 RUE BASSE");
    for other in [
        person("madame", "ROUX", "Maria", "1949-02-02", "12 RUE BASSE"),
        person("madame", "ROUX", "M.", "", "12 RUE BASSE"),
    ] {
        let found = resolved(&[first.clone(), other.clone()]);
        assert_eq!(found.person, [0, 1], "{other:?}");
        assert_eq!(found.doubts[0].kind, DoubtKind::Person, "{other:?}");
    }
}
