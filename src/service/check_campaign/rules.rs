//! What is wrong with what a campaign says, before anything is laid out. Pure: the campaign and the day come in, findings come
//! out.

use chrono::{Months, NaiveDate};

use super::{Finding, Severity};
use crate::domain::calendar::{self, long_date, short_date};
use crate::domain::campaign::{Campaign, too_early};
use crate::domain::phone::Phone;
use crate::domain::workshop::Workshop;
use crate::service::read_pack::{dead_codes, is_local};
use crate::text::written_dates::{Mistake, written_dates};

/// Days that a letter and its reader need between the posting and the first session.
const NOTICE_DAYS: i64 = 14;

/// The findings on a campaign's facts. `printed` says that its letters are out already: what is wrong with their day cannot be
/// mended any more.
pub fn facts(campaign: &Campaign, today: NaiveDate, printed: bool, allow_local: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    if is_local(&campaign.public_url) && !allow_local {
        found.push(Finding::error("Adresse publique", format!("L’adresse {}", dead_codes(&campaign.public_url))));
    }
    days(campaign, today, printed, &mut found);
    for workshop in &campaign.workshops {
        of_workshop(campaign, workshop, today, printed, &mut found);
    }
    rooms(campaign, &mut found);
    lists(campaign, &mut found);
    for (place, text) in texts(campaign) {
        days_of_text(&place, text, campaign.posting_day, &mut found);
        phones_of_text(&place, text, campaign, &mut found);
    }
    found
}

fn days(campaign: &Campaign, today: NaiveDate, printed: bool, found: &mut Vec<Finding>) {
    let posting_day = campaign.posting_day;
    if posting_day < today && !printed {
        found.push(Finding::error(
            "Dates",
            format!(
                "Le jour d’envoi des lettres, le {}, est passé : elles porteraient une date fausse. Choisissez un jour à venir.",
                long_date(posting_day)
            ),
        ));
    }
    if campaign.reply_by < posting_day {
        found.push(Finding::error(
            "Dates",
            format!(
                "La date limite de réponse, le {}, vient avant l’envoi des lettres, le {}.",
                long_date(campaign.reply_by),
                long_date(posting_day)
            ),
        ));
    }
}

fn of_workshop(campaign: &Campaign, workshop: &Workshop, today: NaiveDate, printed: bool, found: &mut Vec<Finding>) {
    let place = format!("Atelier {}", workshop.slug);
    let first = workshop.first_day();
    if first <= today {
        // Once letters are out, a workshop that has begun is no mistake; those to come may still be printed.
        let severity = if printed { Severity::Warning } else { Severity::Error };
        let day = long_date(first);
        let message =
            format!("La première séance, le {day}, n’est plus à venir : personne ne peut encore s’y inscrire.");
        found.push(Finding { severity, place: place.clone(), message });
    } else if let Some(why) = too_early(first, campaign.posting_day, campaign.reply_by) {
        // After a first wave of letters others are offered to the next.
        let others = printed && campaign.offered().next().is_some();
        let message = format!("{} : {why}", if others { "Les lettres à venir ne l’offrent pas" } else { "À corriger" });
        let severity = if others { Severity::Warning } else { Severity::Error };
        found.push(Finding { severity, place: place.clone(), message });
    } else if (first - campaign.posting_day).num_days() < NOTICE_DAYS {
        found.push(Finding::warning(
            &place,
            format!(
                "La première séance est {} jours après l’envoi. La lettre verte arrive en trois jours, et il faut le temps d’en parler : comptez deux semaines.",
                (first - campaign.posting_day).num_days()
            ),
        ));
    }
    let funder = workshop.funder.as_deref().and_then(|slug| campaign.funder(slug));
    if let Some(funder) = funder.filter(|f| f.minimum_age > workshop.minimum_age) {
        found.push(Finding::error(
            &place,
            format!(
                "L’atelier s’adresse aux personnes à partir de {} ans, mais {} ne finance qu’à partir de {} ans.",
                workshop.minimum_age, funder.name, funder.minimum_age
            ),
        ));
    }
    let free = workshop.price.0.0 == 0;
    let says_free = |text: &str| text.to_lowercase().contains("gratuit");
    if !free && (says_free(&workshop.summary) || says_free(&workshop.topic)) {
        found.push(Finding::warning(
            &place,
            "Le texte dit « gratuit », mais l’atelier a un prix. Est-ce bien ce que vous voulez dire ?".to_owned(),
        ));
    }
}

/// Two workshops in one room at one time.
fn rooms(campaign: &Campaign, found: &mut Vec<Finding>) {
    for (at, workshop) in campaign.workshops.iter().enumerate() {
        for other in &campaign.workshops[..at] {
            let clash = workshop.sessions.iter().find(|session| {
                other.sessions.iter().any(|theirs| {
                    workshop.venue_of(session).slug == other.venue_of(theirs).slug
                        && session.starts < theirs.ends
                        && theirs.starts < session.ends
                })
            });
            if let Some(session) = clash {
                let message = format!(
                    "Le {}, il se tient dans la même salle et à la même heure que « {} » : {}. Est-ce voulu ?",
                    long_date(session.starts.date()),
                    other.topic,
                    workshop.venue_of(session).name
                );
                found.push(Finding::warning(format!("Atelier {}", workshop.slug), message));
            }
        }
    }
}

fn lists(campaign: &Campaign, found: &mut Vec<Finding>) {
    let ends = campaign.workshops.iter().filter_map(|w| w.sessions.last()).map(|s| s.ends.date()).max();
    for list in &campaign.lists {
        let (place, contract) = (format!("Liste {}", list.file_name), &list.contract);
        if contract.purge_on <= campaign.posting_day {
            found.push(Finding::error(
                &place,
                format!(
                    "Ses adresses doivent être effacées le {}, avant l’envoi des lettres : demandez une autre date à la caisse.",
                    short_date(contract.purge_on)
                ),
            ));
        } else if let Some(end) = ends.filter(|end| contract.purge_on < *end) {
            found.push(Finding::warning(
                &place,
                format!(
                    "Ses adresses sont effacées le {}, avant la dernière séance ({}) : la comparaison des canaux se fera sans elles.",
                    short_date(contract.purge_on),
                    short_date(end)
                ),
            ));
        }
        if contract.approved_by.trim().is_empty() {
            found.push(Finding::warning(
                &place,
                "Son contrat ne nomme personne pour le bon à tirer : les lettres s’impriment sans l’accord de la caisse.".to_owned(),
            ));
        }
        // RGPD art. 14(3): within a month of receiving the data.
        let latest = contract.received_on + Months::new(1);
        if campaign.posting_day > latest {
            found.push(Finding::warning(
                &place,
                format!(
                    "Reçue le {}, elle n’est informée que le {} : le règlement européen (art. 14) veut que la lettre parte dans le mois, avant le {}.",
                    short_date(contract.received_on),
                    short_date(campaign.posting_day),
                    short_date(latest)
                ),
            ));
        }
    }
}

/// Every text that somebody wrote and that is printed, with where it stands.
fn texts(campaign: &Campaign) -> Vec<(String, &str)> {
    let mut texts = vec![
        (format!("Lettre, {}", campaign.letter.file_name), campaign.letter.source.as_str()),
        ("Structure, horaires".to_owned(), campaign.structure.hours.as_str()),
    ];
    for workshop in &campaign.workshops {
        let place = |what: &str| format!("Atelier {}, {what}", workshop.slug);
        texts.push((place("sujet"), &workshop.topic));
        texts.push((place("présentation"), &workshop.summary));
        texts.push((place("accès"), &workshop.venue.directions));
        texts.push((place("soutien"), &workshop.support));
    }
    for list in &campaign.lists {
        let place = || format!("Liste {}, mentions", list.file_name);
        texts.extend(list.contract.mentions.iter().map(|mention| (place(), mention.as_str())));
    }
    for funder in &campaign.funders {
        let place = || format!("Financeur {}, mentions", funder.slug);
        texts.extend(funder.mentions.iter().map(|mention| (place(), mention.as_str())));
    }
    texts
}

fn days_of_text(place: &str, text: &str, read_on: NaiveDate, found: &mut Vec<Finding>) {
    for date in written_dates(text) {
        let words = &date.words;
        let (severity, why) = match date.mistake(read_on) {
            None => continue,
            Some(Mistake::NoSuchDay) => (Severity::Error, "ce jour n’existe pas.".to_owned()),
            Some(Mistake::OtherWeekday(day)) => {
                (Severity::Error, format!("ce jour est un {}. Corrigez le jour ou la date.", calendar::weekday(day)))
            }
            Some(Mistake::Past) => (Severity::Warning, "cette date est passée quand la lettre arrive.".to_owned()),
        };
        let place = on_line(place, text, |line| line.contains(words.as_str()));
        found.push(Finding { severity, place, message: format!("« {words} » : {why}") });
    }
}

/// Numbers that are written out in a text: they are said twice, and may be wrong in one of the places.
fn phones_of_text(place: &str, text: &str, campaign: &Campaign, found: &mut Vec<Finding>) {
    for written in written_phones(text) {
        let place = on_line(place, text, |line| written_phones(line).contains(&written));
        match Phone::parse(&written) {
            Err(_) => found.push(Finding::error(
                place,
                format!("« {written} » ressemble à un numéro de téléphone, mais n’a pas dix chiffres."),
            )),
            Ok(phone) if phone != campaign.structure.phone => found.push(Finding::warning(
                place,
                format!(
                    "« {written} » n’est pas le numéro de la structure ({}). Est-ce voulu ?",
                    campaign.structure.phone
                ),
            )),
            Ok(_) => {}
        }
    }
}

/// The place with the line of a text of several lines, where one alone has it.
fn on_line(place: &str, text: &str, has_it: impl FnMut(&str) -> bool) -> String {
    match text.lines().position(has_it) {
        Some(at) if text.lines().nth(1).is_some() => format!("{place}, ligne {}", at + 1),
        _ => place.to_owned(),
    }
}

/// Runs of at least four groups of two figures, the first beginning with 0: « 04 65 71 00 », « 04.65.71.00.00 ».
fn written_phones(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut groups: Vec<&str> = Vec::new();
    let is_pair = |word: &str| word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit());
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '.' | '-' | '*' | ',' | ';' | '(' | ')'));
    for word in words.chain([""]) {
        if is_pair(word) && (!groups.is_empty() || word.starts_with('0')) {
            groups.push(word);
            continue;
        }
        if groups.len() >= 4 {
            found.push(groups.join(" "));
        }
        groups.clear();
        if word.len() >= 9 && word.starts_with('0') && word.bytes().all(|b| b.is_ascii_digit()) {
            found.push(word.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_the_letter_has_its_line() {
        let mut found = Vec::new();
        days_of_text("Lettre", "Bonjour,\n\nle 31 février 2027", NaiveDate::default(), &mut found);
        assert_eq!(found[0].place, "Lettre, ligne 3");
    }

    #[test]
    fn phones_are_found_however_they_are_written() {
        assert_eq!(written_phones("Appelez le **04 65 71 00 00** !"), ["04 65 71 00 00"]);
        assert_eq!(written_phones("04.65.71.00.0, ou 0465710000."), ["04 65 71 00", "0465710000"]);
        assert_eq!(written_phones("le 04 12 2026, 48 27 15 36, 3 séances de 10 à 12"), Vec::<String>::new());
    }
}
