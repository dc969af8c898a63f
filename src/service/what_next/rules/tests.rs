//! What is to be done, in the words of the page, from one situation to the next.

use super::*;
use crate::domain::number::InvitationNumber;

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, month, day).unwrap()
}

fn empty(today: NaiveDate) -> Situation {
    Situation {
        today,
        posting_day: day(2, 1),
        local_address: None,
        venues: 0,
        outlets: 0,
        pieces: 0,
        lists: 0,
        rows: 0,
        missing_lists: vec![],
        in_review: None,
        uncertain: None,
        opposition_doubts: false,
        drawn: None,
        awaited: vec![],
        unapproved: false,
        letters: 0,
        lots: 0,
        unposted: (0, 0),
        reply_by: day(2, 20),
        waiting: 0,
        wave_unprinted: 0,
        withdrawn: vec![],
        outdated: 0,
        printed: false,
        workshops: vec![],
    }
}

fn langogne() -> WorkshopState {
    WorkshopState {
        slug: "tablette-langogne".to_owned(),
        name: "Tablette, Langogne".to_owned(),
        first_day: day(3, 2),
        last_day: day(4, 20),
        capacity: 8,
        taken: 6,
        waiting: 0,
        unmarked: vec![],
    }
}

fn ready(today: NaiveDate) -> Situation {
    let workshops = vec![langogne()];
    Situation { venues: 1, outlets: 2, pieces: 4, lists: 1, rows: 5194, workshops, ..empty(today) }
}

/// When and what, in order.
fn said(situation: &Situation) -> Vec<String> {
    let tasks = tasks(situation);
    tasks.iter().map(|t| format!("{} | {}{}", when(t.due, situation.today), t.what, t.rest)).collect()
}

#[test]
fn a_new_campaign_asks_for_a_place_then_a_workshop() {
    let new = empty(day(1, 4));
    assert_eq!(
        said(&new),
        [
            "aujourd’hui | Un lieu : dites où les ateliers auront lieu",
            "aujourd’hui | Les relais : courrier, mairies, marchés… et ce qu’ils coûtent",
            "18\u{a0}janvier | Importer une liste reçue d’une caisse",
        ]
    );
    let with_place = Situation { venues: 1, outlets: 1, ..new };
    assert!(said(&with_place)[0].contains("Un atelier"));
}

#[test]
fn a_list_that_is_announced_or_waits_is_named() {
    let announced = Situation { lists: 0, missing_lists: vec!["msa.xlsx".to_owned()], ..ready(day(1, 20)) };
    assert_eq!(said(&announced), ["aujourd’hui | Importer la liste « msa.xlsx »"]);
    let waiting =
        Situation { lists: 0, in_review: Some(("01a".to_owned(), "msa.xlsx".to_owned())), ..ready(day(1, 4)) };
    assert_eq!(said(&waiting), ["aujourd’hui | Une liste attend d’être relue : msa.xlsx"]);
    assert_eq!(tasks(&waiting)[0].place, Place::Campaign("/listes/01a".to_owned()));
}

#[test]
fn questions_about_people_are_asked_before_the_letters() {
    let open = Situation { uncertain: Some(("01a".to_owned(), 12)), opposition_doubts: true, ..ready(day(1, 4)) };
    let asked = said(&open);
    assert_eq!(asked[0], "aujourd’hui | Des oppositions à vérifier : d’ici là, ces personnes ne reçoivent rien");
    assert_eq!(asked[1], "25\u{a0}janvier | Des paires incertaines : 12 à regarder côte à côte");
    let task = tasks(&open).into_iter().find(|t| t.button == "Regarder").unwrap();
    assert_eq!(task.place, Place::Campaign("/listes/01a/doutes".to_owned()));
    let printed = Situation { drawn: Some((9, 1)), letters: 9, lots: 1, printed: true, ..open };
    assert!(
        said(&printed).iter().all(|task| !task.contains("paires")),
        "letters are printed: nobody is joined any more"
    );
}

#[test]
fn letters_are_printed_before_the_posting_and_late_after_it() {
    let chosen = Situation { drawn: Some((1840, 620)), ..ready(day(1, 4)) };
    assert_eq!(said(&chosen), ["29\u{a0}janvier | Imprimer : les lettres partent le lundi 1er\u{a0}février"]);
    let last_days = Situation { today: day(1, 31), ..chosen.clone() };
    assert!(said(&last_days)[0].starts_with("aujourd’hui | Imprimer"));
    let too_late = Situation { today: day(2, 2), ..chosen.clone() };
    assert!(said(&too_late)[0].starts_with("en retard | Imprimer"));
    let printed = Situation { letters: 1840, lots: 4, unposted: (1840, 4), printed: true, ..chosen };
    assert_eq!(said(&printed), ["1er\u{a0}février | Poster les lettres : 1\u{202f}840 en 4 lots"]);
    let unnoted = Situation { today: day(2, 2), ..printed };
    assert_eq!(said(&unnoted), ["en retard | Noter l’envoi des lettres : 1\u{202f}840 en 4 lots"]);
    assert!(said(&Situation { unposted: (0, 0), ..unnoted }).is_empty());
}

#[test]
fn letters_that_must_not_leave_are_named_one_by_one_until_their_lot_has_left() {
    let (one, other) = (InvitationNumber::draw(1, 0), InvitationNumber::draw(2, 0));
    let letter = |lot, position, number| Withdrawn { lot, position, number, why: "décès signalé".to_owned() };
    let printed = Situation { drawn: Some((9, 1)), letters: 9, lots: 2, printed: true, ..ready(day(1, 30)) };
    let withdrawn = vec![letter(1, 7, Some(one)), letter(3, 118, Some(other))];
    let tasks = said(&Situation { withdrawn, ..printed.clone() });
    assert!(
        tasks[0].starts_with(&format!("aujourd’hui | Retirer 1 lettre du lot 1 : lettre 7 (numéro {one})")),
        "{tasks:?}"
    );
    assert!(
        tasks[1].starts_with(&format!("aujourd’hui | Retirer 1 lettre du lot 3 : lettre 118 (numéro {other})")),
        "{tasks:?}"
    );
    let many = Situation { withdrawn: (1..9).map(|at| letter(2, at, None)).collect(), ..printed };
    assert!(said(&many)[0].contains("Retirer 8 lettres du lot 2 : lettre 1 ; lettre 2"));
    assert!(said(&many)[0].ends_with("lettre 6 ; et 2 autres"));
}

#[test]
fn an_address_that_leads_nowhere_is_told_at_once() {
    let here = Situation { local_address: Some("http://localhost:8080".to_owned()), ..ready(day(1, 4)) };
    let expected = "aujourd’hui | L’adresse du site : http://localhost:8080 ne mène qu’à cet ordinateur : les QR codes seraient morts sur le papier.";
    assert!(said(&here).contains(&expected.to_owned()), "{:?}", said(&here));
}

#[test]
fn an_approval_that_is_awaited_comes_before_printing() {
    let awaited = vec!["Dominique Exemple".to_owned()];
    let waiting = Situation { drawn: Some((1840, 620)), awaited, ..ready(day(1, 4)) };
    let expected = "27\u{a0}janvier | Obtenir le bon à tirer : Dominique Exemple. Envoyez l’épreuve, puis notez l’accord : rien ne s’imprime avant";
    assert_eq!(said(&waiting), [expected]);
    let printed = Situation { letters: 1840, lots: 4, unposted: (1840, 4), printed: true, ..waiting.clone() };
    assert!(said(&printed)[0].contains("Poster les lettres"), "they were approved when they were printed");
    assert_eq!(said(&Situation { unapproved: true, ..printed }), [expected], "and say something else since");
    assert!(said(&Situation { drawn: None, ..waiting })[0].contains("Choisir le public"), "no proof yet");
}

#[test]
fn a_full_workshop_an_empty_one_and_unmarked_sheets_are_told() {
    let posted = |workshop: WorkshopState, today| Situation {
        letters: 10,
        lots: 1,
        printed: true,
        drawn: Some((10, 1)),
        workshops: vec![workshop],
        ..ready(today)
    };
    let full = WorkshopState { taken: 8, waiting: 2, ..langogne() };
    assert_eq!(
        said(&posted(full, day(2, 10))),
        ["aujourd’hui | Tablette, Langogne est complet, 2 inscriptions attendent : ouvrir un second groupe ?"]
    );
    let empty = WorkshopState { taken: 1, ..langogne() };
    assert!(said(&posted(empty.clone(), day(2, 10))).is_empty(), "three weeks ahead nobody is alarmed");
    assert!(said(&posted(empty, day(2, 27)))[0].starts_with("mardi | Tablette, Langogne commence avec 1 place prise"));
    let held = WorkshopState { unmarked: vec![(1, day(3, 2))], ..langogne() };
    assert!(said(&posted(held.clone(), day(3, 2)))[0].starts_with("aujourd’hui | Noter les présences"));
    assert!(said(&posted(held, day(3, 3)))[0].starts_with("en retard | Noter les présences"));
    let over = said(&posted(langogne(), day(4, 22)));
    assert_eq!(over, ["aujourd’hui | Tablette, Langogne est terminé : quel canal a rempli la salle ?"]);
}

#[test]
fn the_steps_follow_the_work() {
    let states = |s: &Situation| steps(s).iter().map(|step| step.state).collect::<Vec<_>>();
    use State::{Done, Later, Now};
    assert_eq!(states(&empty(day(1, 4))), [Later, Later, Later, Later, Now, Later], "as the first task says");
    assert_eq!(states(&Situation { lists: 0, ..ready(day(1, 4)) })[0], Now);
    assert_eq!(states(&ready(day(1, 4))), [Done, Now, Later, Now, Later, Later]);
    let media = |s: &Situation| steps(s)[3].text.clone();
    assert_eq!(media(&ready(day(1, 4))), "4 à fabriquer");
    let posted = Situation { drawn: Some((9, 1)), letters: 9, lots: 1, printed: true, ..ready(day(3, 3)) };
    assert_eq!(states(&posted), [Done, Done, Done, Done, Now, Later]);
    assert_eq!(media(&posted), "4 documents");
    assert_eq!(states(&Situation { today: day(4, 21), ..posted })[4..], [Done, Now]);
}

#[test]
fn who_was_drawn_for_later_is_written_to_once_the_first_have_answered() {
    let posted = |today| Situation { printed: true, letters: 300, lots: 1, waiting: 53, ..ready(today) };
    let asked = |today| said(&posted(today)).into_iter().find(|task| task.contains("prochaine vague"));
    assert_eq!(asked(day(2, 20)), None, "people may still answer");
    assert!(asked(day(2, 21)).is_some_and(|task| task.contains("53\u{a0}foyers")), "{:?}", said(&posted(day(2, 21))));
    let invited = Situation { waiting: 0, wave_unprinted: 53, outdated: 1, ..posted(day(2, 21)) };
    assert!(said(&invited)[0].contains("Imprimer la prochaine vague : 53\u{a0}foyers"), "{:?}", said(&invited));
    assert!(!said(&invited).iter().any(|task| task.contains("papiers à refaire")), "{:?}", said(&invited));
}
