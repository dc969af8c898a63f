//! The rules: from how far a campaign is and which day it is to what should be done, in order of date. Pure.

use chrono::{Days, NaiveDate};

use crate::domain::calendar;
use crate::domain::price::{counted, group_thousands};
use crate::service::outputs::Withdrawn;
use crate::service::read_pack::DEAD_CODES;

/// How far a campaign is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// The local day.
    pub today: NaiveDate,
    /// The day letters are posted.
    pub posting_day: NaiveDate,
    /// The public address, where it leads to this machine alone.
    pub local_address: Option<String>,
    /// Places.
    pub venues: usize,
    /// Outlets.
    pub outlets: usize,
    /// Flyers, posters and notices to be made.
    pub pieces: usize,
    /// Lists that are in.
    pub lists: usize,
    /// Their rows.
    pub rows: u64,
    /// Lists that the campaign announces and that are not in.
    pub missing_lists: Vec<String>,
    /// The list that waits to be looked at: its identifier and its file.
    pub in_review: Option<(String, String)>,
    /// Of the first list that has some: its identifier, and how many of its pairs are uncertain.
    pub uncertain: Option<(String, u64)>,
    /// Rows that may be somebody who does not want to be written to wait for an answer.
    pub opposition_doubts: bool,
    /// Households written to now and later, once the audience is drawn.
    pub drawn: Option<(u64, u64)>,
    /// Whom the contracts name and who have not approved the letter as it is.
    pub awaited: Vec<String>,
    /// The letters that are printed and not posted say something else.
    pub unapproved: bool,
    /// Letters printed.
    pub letters: u64,
    /// Their lots.
    pub lots: u64,
    /// Letters whose posting nobody has noted, and their lots.
    pub unposted: (u64, usize),
    /// Until when people should answer.
    pub reply_by: NaiveDate,
    /// Households that were drawn for later and can be written to now.
    pub waiting: u64,
    /// Households that the second wave invites, as long as none of its letters is printed.
    pub wave_unprinted: u64,
    /// Printed letters that must not be posted, in order of their lots.
    pub withdrawn: Vec<Withdrawn>,
    /// Issued documents that are no longer true.
    pub outdated: usize,
    /// Whether anything was issued.
    pub printed: bool,
    /// The workshops, by first session.
    pub workshops: Vec<WorkshopState>,
}

/// How far a workshop is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkshopState {
    /// Its name in addresses.
    pub slug: String,
    /// Topic and town.
    pub name: String,
    /// The first session.
    pub first_day: NaiveDate,
    /// The last one.
    pub last_day: NaiveDate,
    /// Its seats.
    pub capacity: u32,
    /// Seats taken.
    pub taken: u32,
    /// Registrations that wait.
    pub waiting: u32,
    /// Sessions that are over and for which no attendance is noted: number and day.
    pub unmarked: Vec<(usize, NaiveDate)>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// When it should be done.
    pub due: NaiveDate,
    /// What it is about, in strong letters.
    pub what: String,
    /// The rest of the sentence, with the punctuation that joins it.
    pub rest: String,
    /// Where it is done.
    pub place: Place,
    /// What its button says.
    pub button: &'static str,
}

/// Where a task is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A page of the campaign, after its address: `/listes`.
    Campaign(String),
    /// The attendance sheet of a workshop's session.
    Sheet(String, usize),
    /// The oppositions of the structure.
    Oppositions,
}

/// The steps of a campaign, in the order of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepName {
    /// The funds' lists.
    Lists,
    /// Whom to write to.
    Audience,
    /// The letters.
    Letters,
    /// Flyers, posters, notices.
    Media,
    /// The workshops.
    Workshops,
    /// What came of it.
    Report,
}

/// A step, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which one.
    pub name: StepName,
    /// How far.
    pub state: State,
    /// In a few words.
    pub text: String,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Done.
    Done,
    /// Being done.
    Now,
    /// Not yet.
    Later,
}

/// Days before the posting by which the lists should be in, so that the proof can still go to the fund and come back.
const LISTS_BEFORE: u64 = 14;
/// Days before the posting by which the audience should be chosen.
const AUDIENCE_BEFORE: u64 = 7;
/// Days before the posting by which the funds should have approved the proof.
const APPROVED_BEFORE: u64 = 5;
/// Days before the posting by which letters should be printed.
const PRINT_BEFORE: u64 = 3;
/// Days before the first session from which empty seats are a reason to act.
const FILL_BEFORE: u64 = 14;

/// What is to be done, in order of date.
pub fn tasks(situation: &Situation) -> Vec<Task> {
    let mut tasks = preparation(situation);
    tasks.extend(withdrawals(situation));
    tasks.extend(letters(situation));
    tasks.extend(next_wave(situation));
    for workshop in &situation.workshops {
        tasks.extend(of_workshop(workshop, situation.today));
    }
    tasks.sort_by_key(|task| task.due);
    tasks
}

/// How far each step is.
pub fn steps(situation: &Situation) -> Vec<Step> {
    let s = situation;
    let over = !s.workshops.is_empty() && s.workshops.iter().all(|w| w.last_day < s.today);
    let begun = s.workshops.iter().any(|w| w.first_day <= s.today);
    let state = |done: bool, now: bool| match (done, now) {
        (true, _) => State::Done,
        (false, true) => State::Now,
        (false, false) => State::Later,
    };
    let lists_done = s.lists > 0 && s.missing_lists.is_empty() && s.in_review.is_none();
    let step = |name, state, text: String| Step { name, state, text };
    let first = s.workshops.iter().map(|w| w.first_day).min();
    let last = s.workshops.iter().map(|w| w.last_day).max();
    vec![
        step(
            StepName::Lists,
            state(lists_done, s.lists > 0 || s.in_review.is_some() || !s.workshops.is_empty()),
            match s.lists {
                0 => "aucune reçue".to_owned(),
                lists => format!("{lists} reçue{}, {}\u{a0}lignes", plural(lists), group_thousands(s.rows)),
            },
        ),
        step(
            StepName::Audience,
            state(s.drawn.is_some(), s.lists > 0),
            match s.drawn {
                Some((now, later)) => {
                    format!("{}\u{a0}foyers, {} plus tard", group_thousands(now), group_thousands(later))
                }
                None => "à choisir".to_owned(),
            },
        ),
        step(
            StepName::Letters,
            state(s.letters > 0 && s.unposted.1 == 0, s.letters > 0 || s.drawn.is_some()),
            match s.letters {
                0 => format!("envoi le {}", calendar::day_month(s.posting_day)),
                letters => format!("{} en {} lot{}", group_thousands(letters), s.lots, plural(s.lots)),
            },
        ),
        step(
            StepName::Media,
            state(s.printed && s.pieces > 0 && s.outdated == 0, s.outlets > 0),
            match s.pieces {
                0 if s.outlets == 0 => "aucun relais".to_owned(),
                0 => format!("{} relais, sans document", s.outlets),
                pieces if !s.printed => format!("{pieces} à fabriquer"),
                pieces => format!("{pieces} document{}", plural(pieces)),
            },
        ),
        step(
            StepName::Workshops,
            state(over, begun || s.workshops.is_empty()),
            match first {
                Some(day) if day > s.today => format!("dès le {}", calendar::day_month(day)),
                Some(_) => {
                    format!("{} en cours ou passés", s.workshops.iter().filter(|w| w.first_day <= s.today).count())
                }
                None => "à préparer".to_owned(),
            },
        ),
        step(
            StepName::Report,
            state(false, over),
            last.map_or_else(String::new, |day| format!("après le {}", calendar::day_month(day))),
        ),
    ]
}

/// Until the letters are printed.
fn preparation(s: &Situation) -> Vec<Task> {
    let mut tasks = Vec::new();
    let before = |days: u64| {
        let due = s.posting_day.checked_sub_days(Days::new(days)).unwrap_or(s.posting_day);
        // Late is only what the posting waits for.
        if s.posting_day < s.today { s.posting_day } else { due.max(s.today) }
    };
    let mut task = |due, what: &str, rest: String, page: &str, button| {
        let place = Place::Campaign(page.to_owned());
        tasks.push(Task { due, what: what.to_owned(), rest, place, button });
    };
    if let Some(url) = &s.local_address {
        task(s.today, "L’adresse du site", format!(" : {url} {DEAD_CODES}"), "/campagne", "Corriger");
    }
    if s.venues == 0 {
        task(s.today, "Un lieu", " : dites où les ateliers auront lieu".to_owned(), "/lieux/nouveau", "Ajouter");
    } else if s.workshops.is_empty() {
        task(s.today, "Un atelier", " : sujet, prix, places et séances".to_owned(), "/ateliers/nouveau", "Ajouter");
    }
    if s.outlets == 0 {
        let rest = " : courrier, mairies, marchés… et ce qu’ils coûtent".to_owned();
        task(s.today, "Les relais", rest, "/relais/nouveau", "Ajouter");
    }
    if let Some((list, name)) = &s.in_review {
        let page = format!("/listes/{list}");
        task(s.today, "Une liste attend d’être relue", format!(" : {name}"), &page, "Relire");
    }
    if s.letters == 0 {
        for name in &s.missing_lists {
            task(before(LISTS_BEFORE), "Importer la liste", format!(" « {name} »"), "/listes", "Importer");
        }
        if s.lists == 0 && s.missing_lists.is_empty() && s.in_review.is_none() {
            task(before(LISTS_BEFORE), "Importer une liste", " reçue d’une caisse".to_owned(), "/listes", "Importer");
        }
        if let Some((list, pairs)) = &s.uncertain {
            let rest = format!(" : {} à regarder côte à côte", group_thousands(*pairs));
            let page = format!("/listes/{list}/doutes");
            task(before(AUDIENCE_BEFORE), "Des paires incertaines", rest, &page, "Regarder");
        }
        if s.lists > 0 && s.drawn.is_none() {
            task(before(AUDIENCE_BEFORE), "Choisir le public", " : à qui écrire".to_owned(), "/public", "Choisir");
        }
    }
    if s.wave_unprinted > 0 {
        let rest = format!(
            " : {} à inviter, lettres du {}",
            counted(s.wave_unprinted, "foyer"),
            calendar::day_month(s.posting_day)
        );
        task(before(PRINT_BEFORE), "Imprimer la prochaine vague", rest, "/documents", "Fabriquer");
    } else if s.outdated > 0 {
        let rest = match s.outdated {
            1 => " : un document déjà fait ne dit plus la vérité".to_owned(),
            many => format!(" : {many} documents déjà faits ne disent plus la vérité"),
        };
        task(s.today, "Des papiers à refaire", rest, "/documents", "Voir");
    }
    tasks.extend(s.opposition_doubts.then(|| Task {
        due: s.today,
        what: "Des oppositions à vérifier".to_owned(),
        rest: " : d’ici là, ces personnes ne reçoivent rien".to_owned(),
        place: Place::Oppositions,
        button: "Répondre",
    }));
    tasks
}

/// Letters that a task names one by one; the page of the print run names all.
const NAMED: usize = 6;

/// What to take out of each lot before it is posted.
fn withdrawals(s: &Situation) -> Vec<Task> {
    let lots = s.withdrawn.chunk_by(|one, other| one.lot == other.lot);
    let task = |letters: &[Withdrawn]| {
        let mut named: Vec<_> = letters.iter().take(NAMED).map(Withdrawn::named).collect();
        if letters.len() > NAMED {
            named.push(format!("et {} autres", letters.len() - NAMED));
        }
        let (count, lot) = (letters.len(), letters[0].lot);
        Task {
            due: s.today,
            what: format!("Retirer {count} lettre{} du lot {lot}", plural(count as u64)),
            rest: format!(" : {}", named.join(" ; ")),
            place: Place::Campaign("/tirage".to_owned()),
            button: "Voir",
        }
    };
    lots.map(task).collect()
}

fn letters(s: &Situation) -> Option<Task> {
    let place = Place::Campaign("/documents".to_owned());
    // The proof is made by the first run, which draws the audience.
    if s.drawn.is_some() && !s.awaited.is_empty() && (s.letters == 0 || s.unapproved) {
        let due = s.posting_day.checked_sub_days(Days::new(APPROVED_BEFORE)).unwrap_or(s.posting_day);
        let due = if s.posting_day < s.today { s.posting_day } else { due.max(s.today) };
        let who = s.awaited.join(" ; ");
        let rest = format!(" : {who}. Envoyez l’épreuve, puis notez l’accord : rien ne s’imprime avant");
        let place = Place::Campaign("/tirage".to_owned());
        return Some(Task { due, what: "Obtenir le bon à tirer".to_owned(), rest, place, button: "Épreuve" });
    }
    if s.letters == 0 {
        if s.lists == 0 || s.workshops.is_empty() || s.outlets == 0 || s.in_review.is_some() {
            return None;
        }
        let due = s.posting_day.checked_sub_days(Days::new(PRINT_BEFORE)).unwrap_or(s.posting_day);
        let due = if s.posting_day < s.today { s.posting_day } else { due.max(s.today) };
        let rest = format!(" : les lettres partent le {}", calendar::day_month(s.posting_day));
        return Some(Task { due, what: "Imprimer".to_owned(), rest, place, button: "Fabriquer" });
    }
    let (letters, lots) = s.unposted;
    let still = s.posting_day >= s.today;
    (lots > 0).then(|| Task {
        due: s.posting_day,
        what: if still { "Poster les lettres" } else { "Noter l’envoi des lettres" }.to_owned(),
        rest: format!(" : {} en {lots} lot{}", group_thousands(letters), plural(lots as u64)),
        place: Place::Campaign("/tirage".to_owned()),
        button: "Envoi",
    })
}

/// Who was drawn for later gets a letter too, once it is seen who came after the first ones.
fn next_wave(s: &Situation) -> Option<Task> {
    (s.waiting > 0 && s.reply_by < s.today).then(|| Task {
        due: s.today,
        what: "Écrire à la prochaine vague".to_owned(),
        rest: format!(" : {}, tirés au sort pour plus tard", counted(s.waiting, "foyer")),
        place: Place::Campaign("/tirage".to_owned()),
        button: "Écrire",
    })
}

fn of_workshop(workshop: &WorkshopState, today: NaiveDate) -> Vec<Task> {
    let mut tasks = Vec::new();
    let form = Place::Campaign(format!("/ateliers/{}", workshop.slug));
    if workshop.first_day > today {
        let near = workshop.first_day.checked_sub_days(Days::new(FILL_BEFORE)).is_none_or(|day| day <= today);
        if workshop.taken >= workshop.capacity && workshop.waiting > 0 {
            let who = match workshop.waiting {
                1 => "une inscription attend".to_owned(),
                many => format!("{many} inscriptions attendent"),
            };
            tasks.push(Task {
                due: today,
                what: format!("{} est complet", workshop.name),
                rest: format!(", {who} : ouvrir un second groupe ?"),
                place: form,
                button: "Voir",
            });
        } else if near && workshop.taken * 2 < workshop.capacity {
            let (taken, capacity) = (workshop.taken, workshop.capacity);
            let prises = if taken < 2 { "place prise" } else { "places prises" };
            tasks.push(Task {
                due: workshop.first_day,
                what: workshop.name.clone(),
                rest: format!(" commence avec {taken} {prises} sur {capacity} : relancer les relais"),
                place: Place::Campaign("/relais".to_owned()),
                button: "Relais",
            });
        }
    }
    if workshop.taken > 0 {
        tasks.extend(workshop.unmarked.iter().map(|(number, day)| Task {
            due: *day,
            what: "Noter les présences".to_owned(),
            rest: format!(" : {}, séance {number} du {}", workshop.name, calendar::day_month(*day)),
            place: Place::Sheet(workshop.slug.clone(), *number),
            button: "Noter",
        }));
    }
    if workshop.last_day < today && workshop.unmarked.is_empty() && workshop.taken > 0 {
        // The comparison is worth a look for a month.
        let until = workshop.last_day.checked_add_days(Days::new(30));
        if until.is_some_and(|until| until >= today) {
            tasks.push(Task {
                due: today,
                what: format!("{} est terminé", workshop.name),
                rest: " : quel canal a rempli la salle ?".to_owned(),
                place: Place::Campaign("/canaux".to_owned()),
                button: "Bilan",
            });
        }
    }
    tasks
}

fn plural(n: impl TryInto<u64>) -> &'static str {
    if n.try_into().is_ok_and(|n| n < 2) { "" } else { "s" }
}

/// « en retard », « aujourd’hui », « demain », a weekday within the week, or a date.
pub fn when(due: NaiveDate, today: NaiveDate) -> String {
    use chrono::Datelike;
    match (due - today).num_days() {
        ..0 => "en retard".to_owned(),
        0 => "aujourd’hui".to_owned(),
        1 => "demain".to_owned(),
        2..=6 => calendar::weekday(due.weekday()).to_owned(),
        _ => calendar::bare_day_month(due),
    }
}

#[cfg(test)]
mod tests;
