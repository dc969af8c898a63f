//! Who lives with whom.

use super::*;

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
fn first_names_tell_a_couple_where_no_title_does() {
    let at = |place: &str| {
        let people = [
            person("", "BESCOND", "Yannick", "1928-09-24", place),
            person("madame", "BESCOND", "Hélène", "1930-08-09", place),
            person("", "KERBOUL", "Roger", "1948-06-01", place),
            person("", "KERBOUL", "Patricia", "1949-03-24", place),
            person("", "PERROT", "Guy", "1937-05-31", place),
            person("", "PERROT", "Louis", "1937-07-22", place),
        ];
        // What the list itself says of a name goes before what is known of it.
        let others = (0..6).map(|i| person("monsieur", &format!("BRUN{i}"), "Yannick", "1940", "LE PONT"));
        resolved(&people.into_iter().chain(others).collect::<Vec<_>>()).household[..6].to_vec()
    };
    assert_eq!(at("PENN AR HOAT"), [0, 0, 2, 2, 4, 5]);
}

#[test]
fn a_first_name_of_men_and_women_beside_a_married_woman_is_her_husband() {
    let couple = |born: Option<&str>| {
        let mut her = person("", "BESCOND", "Ghislaine", "1949-06-17", "KERSTRAT");
        her.birth_name = born.map(str::to_owned);
        resolved(&[her, person("", "BESCOND", "Claude", "1949-02-28", "KERSTRAT")]).household
    };
    assert_eq!((couple(Some("LANVEN")), couple(None)), (vec![0, 0], vec![0, 1]));
}

#[test]
fn a_husband_whose_names_stand_in_each_others_cells_lives_with_his_wife() {
    let people = [
        person("madame", "CREAC’H", "Anne-Marie", "1943-11-04", "57 RUE BASSE"),
        person("", "ARMEL", "Creac’h", "1944-10-29", "57 RUE BASSE"),
        person("monsieur", "BRUN", "Armel", "1950", "12 RUE BASSE"),
    ];
    assert_eq!(resolved(&people).household, [0, 0, 2]);
}

#[test]
fn half_a_double_name_is_enough_for_a_couple_at_a_lieu_dit() {
    let couple = |his: &str, hers: &str| {
        let people = [
            person("monsieur", his, "Patrick", "1944", "LA CROIX DE LA MINE"),
            person("madame", hers, "Marie-Claude", "1946", "LA CROIX DE LA MINE"),
        ];
        resolved(&people).household
    };
    assert_eq!(couple("LECLERC", "LECLERC-MALTERRE"), [0, 0]);
    assert_eq!(couple("LECLERC", "LECLERCQ"), [0, 1], "a name that is only near says less");
}

#[test]
fn a_slip_in_the_street_does_not_part_a_couple() {
    let couple = |hers: &str, born: &str| {
        let people = [
            person("monsieur", "PAGÈS", "Jean", "1939", "31 RUE VOLTAIRE"),
            person("madame", "PAGÈS", "Yvette", born, hers),
        ];
        resolved(&people).household
    };
    assert_eq!(couple("31 RUE VOLTAIR", "1942"), [0, 0]);
    assert_eq!(couple("31 AVENUE BOLTAIRE", "1942"), [0, 0]);
    assert_eq!(couple("31 RUE MIRABEAU", "1942"), [0, 1]);
    assert_eq!(couple("13 RUE VOLTAIR", "1942"), [0, 1], "another number");
    assert_eq!(couple("31 RUE VOLTAIR", ""), [0, 1], "without an age it may be anybody");
}

#[test]
fn namesakes_in_a_crowd_are_asked_about_unless_they_are_a_couple() {
    let mut people = vec![
        person("madame", "LE GOFF", "Anne", "1939-02-03", "12 RUE BASSE"),
        person("madame", "LE GOFF", "Rose", "1942-05-01", "12 RUE BASSE"),
        person("madame", "PAGÈS", "Yvette", "1942-05-01", "12 RUE BASSE"),
        person("monsieur", "PAGÈS", "Luc", "1941-05-01", "12 RUE BASSE"),
    ];
    assert_eq!(resolved(&people).household, [0, 0, 2, 2]);
    people.extend((0..20).map(|i| person("", &format!("BRUN{}", i * 7), &format!("Zoé{i}"), "", "12 RUE BASSE")));
    let found = resolved(&people);
    assert_eq!(found.household[..4], [0, 1, 2, 2]);
    assert!(
        found.doubts.iter().any(|d| (d.kind, d.one, d.other) == (DoubtKind::Household, 0, 1)),
        "{:?}",
        found.doubts
    );
}

#[test]
fn who_lost_the_street_lives_with_nobody_of_another_postcode() {
    let mut lost = person("madame", "HOARAU", "Anne-Marie", "1942", "");
    let at = |postcode: &str| {
        let mut other = person("monsieur", "HOARAU", "Georget", "1940", "LA PETITE ILE");
        other.address.postcode = postcode.parse().ok();
        other
    };
    assert_eq!(resolved(&[lost.clone(), at("48000")]).household, [0, 0]);
    assert_eq!(resolved(&[lost.clone(), at("48100")]).household, [0, 1]);
    lost.address.postcode = None;
    assert_eq!(resolved(&[lost, at("48100")]).household, [0, 0]);
}

#[test]
fn two_flats_are_two_households() {
    for (a, b, together) in [
        (("MARTIN", "APT 3", ""), ("MARTIN", "APT 45", ""), false),
        (("ROUX", "", "BAT A"), ("ROUS", "", "BAT D"), false),
        (("MARTIN", "", "RESIDENCE LES LILAS"), ("MARTIN", "", "RESIDENCE DU PARC"), false),
        (("MARTIN", "APT 3", ""), ("MARTIN", "APPARTEMENT 3", ""), true),
        (("MARTIN", "APT 3", ""), ("MARTIN", "", ""), true),
        (("ROUX", "", ""), ("ROUS", "", ""), true),
        (("ROUX", "", "BAT A"), ("ROUS", "", "BAT A"), true),
        (("ROUX", "", "BAT A"), ("ROUS", "", ""), false),
    ] {
        let mut him = person("monsieur", a.0, "Paul", "1940", "5 RUE DU PONT");
        let mut her = person("madame", b.0, "Lucie", "1942", "5 RUE DU PONT");
        (him.address.line2, him.address.line3) = (a.1.into(), a.2.into());
        (her.address.line2, her.address.line3) = (b.1.into(), b.2.into());
        let found = resolved(&[him, her]).household;
        assert_eq!(found[0] == found[1], together, "{a:?} {b:?}");
    }
}

#[test]
fn at_a_place_without_numbers_both_ages_must_be_known() {
    for (his, hers, place, together) in [
        ("", "", "LE BOURG", false),
        ("1939", "", "LE BOURG", false),
        ("1939", "1942", "LE BOURG", true),
        ("1939", "1962", "LE BOURG", false),
        ("", "", "12 RUE BASSE", true),
    ] {
        let people = [person("madame", "BLANC", "Marie", hers, place), person("monsieur", "BLANC", "Luc", his, place)];
        let found = resolved(&people).household;
        assert_eq!(found[0] == found[1], together, "{his} {hers} {place}");
    }
}

#[test]
fn a_wife_with_both_surnames_lives_with_her_husband() {
    let people = [
        person("monsieur", "PAGÈS", "Jean", "1939", "12 RUE BASSE"),
        person("madame", "PAGÈS-BRUN", "Yvette", "1942", "12 RUE BASSE"),
    ];
    assert_eq!(resolved(&people).household, [0, 0]);
}

#[test]
fn a_couple_in_one_row_is_the_couple_of_two() {
    let people = [
        person("couple", "FABRE", "Louis et Rose", "", "12 RUE BASSE"),
        person("monsieur", "FABRE", "Louis", "1939", "12 RUE BASSE"),
        person("madame", "FABRE", "Rose", "1942", "12 RUE BASSE"),
    ];
    let found = resolved(&people);
    assert_eq!((found.person, found.household), (vec![0, 0, 2], vec![0, 0, 0]));
}

#[test]
fn a_father_and_a_son_of_one_name_are_asked_about_before_they_share_a_letter() {
    let father = person("monsieur", "SEGUROLA", "Guy", "1940-02-01", "17 RUE BASSE");
    let son = person("monsieur", "SEGUROLA", "Guy", "1962-02-01", "17 RUE BASSE");
    let found = resolved(&[father.clone(), son]);
    assert_eq!((found.household, found.doubts[0].kind), (vec![0, 1], DoubtKind::Household));
    let brother = person("monsieur", "SEGUROLA", "Luc", "1943-05-01", "17 RUE BASSE");
    assert_eq!(resolved(&[father, brother]).household, [0, 0]);
}
