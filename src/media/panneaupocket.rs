//! The notice for PanneauPocket, the app by which town halls write to their inhabitants: text to copy.

use chrono::NaiveDate;

use crate::domain::calendar;
use crate::domain::number::Reference;
use crate::domain::structure::Structure;
use crate::domain::workshop::Workshop;
use crate::text::typography::{capitalised, with_first};

/// Characters a title may have, spaces included; PanneauPocket's form takes no more.
pub const TITLE_MAX_CHARS: usize = 50;

/// A notice as PanneauPocket's form asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Topic, date and place in at most [`TITLE_MAX_CHARS`] characters: all that the notification on a phone shows.
    pub title: String,
    /// One paragraph with line breaks.
    pub body: String,
    /// The first day it is shown.
    pub start: NaiveDate,
    /// The last day it is shown: the day of the first session.
    pub end: NaiveDate,
}

/// Why a notice cannot be made, for the coordinator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// The shortest title is still too long.
    #[error(
        "Le titre PanneauPocket de l’atelier «\u{a0}{topic}\u{a0}» doit tenir en {TITLE_MAX_CHARS}\u{a0}signes\u{202f}; même abrégé, «\u{a0}{title}\u{a0}» en compte {}. Raccourcissez le thème court de l’atelier (short_topic).",
        title.chars().count()
    )]
    TitleTooLong {
        /// The workshop's topic.
        topic: String,
        /// The shortest title there is.
        title: String,
    },
    /// It would be shown only after the workshop has begun.
    #[error(
        "L’annonce PanneauPocket de l’atelier «\u{a0}{topic}\u{a0}» paraîtrait le {}, après la première séance du {}. Avancez la date de parution.",
        calendar::short_date(*start),
        calendar::short_date(*first_day)
    )]
    TooLate {
        /// The workshop's topic.
        topic: String,
        /// The day it was to appear.
        start: NaiveDate,
        /// The day of the first session.
        first_day: NaiveDate,
    },
}

/// The notice of a workshop for the outlet with this reference, with the sentences that funders demand. `public_url` has no slash at its end; the notice is shown
/// from `show_from` to the day of the first session.
pub fn notice(
    workshop: &Workshop,
    structure: &Structure,
    mentions: &[String],
    reference: Reference,
    public_url: &str,
    show_from: NaiveDate,
) -> Result<Notice, NoticeError> {
    let first_day = workshop.first_day();
    if show_from > first_day {
        return Err(NoticeError::TooLate { topic: workshop.topic.clone(), start: show_from, first_day });
    }
    Ok(Notice {
        title: title(workshop)?,
        body: body(workshop, structure, mentions, reference, public_url),
        start: show_from,
        end: first_day,
    })
}

impl Notice {
    /// The file to copy from: title, empty line, body.
    pub fn to_text(&self) -> String {
        format!("{}\n\n{}\n", self.title, self.body)
    }

    /// The file with what is to be set beside the text.
    pub fn to_toml(&self) -> String {
        format!("kind = \"information\"\nstart = {}\nend = {}\n", self.start, self.end)
    }
}

/// Topic, date and place, each as long as the limit allows. The weekday is worth more than a full topic, since the
/// topic stands again in the body, and people plan by weekdays.
fn title(workshop: &Workshop) -> Result<String, NoticeError> {
    let (day, short) = (workshop.first_day(), &workshop.short_topic);
    let day_month = calendar::day_month(day);
    let without_weekday = day_month.split_once(' ').map_or(day_month.as_str(), |(_, rest)| rest);
    let dates = [day_month.clone(), without_weekday.to_owned(), day.format("%d/%m").to_string()];
    let towns = [workshop.venue.town.clone(), shorter_town(&workshop.venue.town)];
    let topics = [workshop.topic.clone(), format!("Atelier {}", uncapitalised(short)), short.clone()];

    let mut title = String::new();
    for date in &dates {
        for town in &towns {
            for topic in &topics {
                title = format!("{topic}, {date}, {town}");
                if title.chars().count() <= TITLE_MAX_CHARS {
                    return Ok(title);
                }
            }
        }
    }
    Err(NoticeError::TitleTooLong { topic: workshop.topic.clone(), title })
}

fn body(
    workshop: &Workshop,
    structure: &Structure,
    mentions: &[String],
    reference: Reference,
    public_url: &str,
) -> String {
    let topic = uncapitalised(&workshop.topic);
    let age = workshop.minimum_age;
    let what = match workshop.price.0.0 {
        0 => format!("Atelier gratuit à partir de {age}\u{a0}ans\u{a0}: {topic}."),
        _ => format!("Atelier à partir de {age}\u{a0}ans, {}\u{a0}: {topic}.", workshop.price_lines().join(" ")),
    };
    let rhythm = workshop.rhythm().map(|rhythm| format!(", {rhythm}")).unwrap_or_default();
    let when = format!("{}, de {}{rhythm}.", calendar::long_date(workshop.first_day()), workshop.hours());
    let venue = &workshop.venue;
    let directions = match venue.directions.as_str() {
        "" => String::new(),
        directions => format!(" ({directions})"),
    };
    let place = format!("{}, {}, {} {}{directions}.", venue.name, venue.street, venue.postcode, venue.town);
    let call = format!("Inscription\u{a0}: {}, réf.\u{a0}{reference} ({}).", structure.phone, structure.hours);
    let online = format!("Ou en ligne\u{a0}: {public_url}/r/{reference}");
    let who = match workshop.support.as_str() {
        "" => format!("{}.", structure.name),
        support => format!("{}, {support}.", structure.name),
    };
    let lines = [what, workshop.summary.clone(), capitalised(&when), place, call, online, who];
    lines.into_iter().chain(mentions.iter().cloned()).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// « St-Chély-d’Apcher », as road signs have it.
fn shorter_town(town: &str) -> String {
    let words = town.split('-').map(|word| match word {
        "Saint" => "St",
        "Sainte" => "Ste",
        word => word,
    });
    words.collect::<Vec<_>>().join("-")
}

/// For the middle of a sentence: « tablette », but « WhatsApp » and « CAF » as they are.
fn uncapitalised(text: &str) -> String {
    let first_word = text.split_whitespace().next().unwrap_or_default();
    let is_name = first_word.chars().skip(1).any(char::is_uppercase);
    if is_name { text.to_owned() } else { with_first(text, |letter| letter.to_lowercase().collect()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::phone::Phone;
    use crate::domain::price::{Cents, Price};
    use crate::domain::workshop::{Session, Venue};

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn workshop() -> Workshop {
        let sessions = (0..8).map(|week| {
            let date = day(2027, 2, 2) + chrono::TimeDelta::weeks(week);
            Session {
                starts: date.and_hms_opt(14, 0, 0).unwrap(),
                ends: date.and_hms_opt(16, 0, 0).unwrap(),
                venue: None,
            }
        });
        Workshop {
            slug: "tablette-langogne".into(),
            topic: "Débuter avec une tablette".into(),
            short_topic: "Tablette".into(),
            summary: "Même si vous n’en avez pas. Nous prêtons une tablette pendant les séances.".into(),
            minimum_age: 55,
            price: Price(Cents(0)),
            capacity: 10,
            venue: Venue {
                slug: String::new(),
                name: "Médiathèque de Langogne".into(),
                street: "9 place de l’Exemple".into(),
                directions: "rez-de-chaussée".into(),
                postcode: "48300".parse().unwrap(),
                town: "Langogne".into(),
                commune: "48080".parse().unwrap(),
            },
            sessions: sessions.collect(),
            support: "avec le soutien de l’Agirc-Arrco".into(),

            funder: None,
        }
    }

    fn in_town(town: &str) -> Workshop {
        Workshop { venue: Venue { town: town.into(), ..workshop().venue }, ..workshop() }
    }

    fn structure() -> Structure {
        Structure {
            name: "Numérique en Lozère".into(),
            street: "1 rue de l’Exemple".into(),
            postcode: "48000".parse().unwrap(),
            town: "Mende".into(),
            phone: Phone::parse("0465710010").unwrap(),
            hours: "du lundi au vendredi, de 9\u{a0}h à\u{a0}17\u{a0}h".into(),
            data_email: "donnees@example.org".into(),
            signatory: "Claude Exemple".into(),
            colour: None,
            logo: None,
            signature: None,
        }
    }

    fn made(workshop: &Workshop) -> Notice {
        notice(workshop, &structure(), &[], Reference::draw(77), "https://ateliers.example.org", day(2027, 1, 12))
            .unwrap()
    }

    /// No-break spaces made visible: `~` wide, `_` narrow.
    fn visible(text: &str) -> String {
        text.replace('\u{a0}', "~").replace('\u{202f}', "_")
    }

    #[test]
    fn a_notice_says_what_when_where_how_much_and_whom_to_call() {
        let notice = made(&workshop());
        insta::assert_snapshot!(visible(&notice.to_text()), @r"
        Atelier tablette, mardi 2~février, Langogne

        Atelier gratuit à partir de 55~ans~: débuter avec une tablette.
        Même si vous n’en avez pas. Nous prêtons une tablette pendant les séances.
        Mardi 2~février 2027, de 14~h à~16~h, puis chaque~mardi jusqu’au~23~mars.
        Médiathèque de Langogne, 9 place de l’Exemple, 48300 Langogne (rez-de-chaussée).
        Inscription~: 04~65~71~00~10, réf.~1779 (du lundi au vendredi, de 9~h à~17~h).
        Ou en ligne~: https://ateliers.example.org/r/1779
        Numérique en Lozère, avec le soutien de l’Agirc-Arrco.
        ");
        insta::assert_snapshot!(notice.to_toml(), @r#"
        kind = "information"
        start = 2027-01-12
        end = 2027-02-02
        "#);
    }

    #[test]
    fn a_paid_afternoon_with_no_more_to_say() {
        let workshop = Workshop {
            topic: "WhatsApp en famille".into(),
            price: Price(Cents(500)),
            sessions: workshop().sessions[..1].to_vec(),
            summary: String::new(),
            support: String::new(),

            funder: None,
            venue: Venue { directions: String::new(), ..workshop().venue },
            ..workshop()
        };
        insta::assert_snapshot!(visible(&made(&workshop).to_text()), @r"
        WhatsApp en famille, mardi 2~février, Langogne

        Atelier à partir de 55~ans, 5~€~: WhatsApp en famille.
        Mardi 2~février 2027, de 14~h à~16~h.
        Médiathèque de Langogne, 9 place de l’Exemple, 48300 Langogne.
        Inscription~: 04~65~71~00~10, réf.~1779 (du lundi au vendredi, de 9~h à~17~h).
        Ou en ligne~: https://ateliers.example.org/r/1779
        Numérique en Lozère.
        ");
    }

    #[test]
    fn a_notice_ends_with_what_funders_demand() {
        let mention = "Action financée par la conférence des financeurs.".to_owned();
        let url = "https://ateliers.example.org";
        let notice = notice(
            &workshop(),
            &structure(),
            std::slice::from_ref(&mention),
            Reference::draw(77),
            url,
            day(2027, 1, 12),
        );
        assert_eq!(notice.unwrap().body.lines().last(), Some(mention.as_str()));
    }

    #[test]
    fn a_course_has_one_price_for_all_its_sessions() {
        let notice = made(&Workshop { price: Price(Cents(4000)), ..workshop() });
        let first = notice.body.lines().next().unwrap();
        insta::assert_snapshot!(visible(first), @"Atelier à partir de 55~ans, 40~€ les 8~séances~: débuter avec une tablette.");
    }

    #[test]
    fn a_title_gives_up_words_before_it_gives_up_the_weekday() {
        let titles: Vec<_> = [
            "Mende",
            "Langogne",
            "Saint-Chély-d’Apcher",
            "Saint-Martin-de-Lansuscle",
            "Saint-Germain-de-Calberte-le-Vieux",
        ]
        .into_iter()
        .map(|town| visible(&made(&in_town(town)).title))
        .collect();
        insta::assert_snapshot!(titles.join("\n"), @r"
        Débuter avec une tablette, mardi 2~février, Mende
        Atelier tablette, mardi 2~février, Langogne
        Tablette, mardi 2~février, Saint-Chély-d’Apcher
        Tablette, mardi 2~février, St-Martin-de-Lansuscle
        Tablette, 02/02, St-Germain-de-Calberte-le-Vieux
        ");
    }

    #[test]
    fn no_title_is_over_fifty_characters() {
        for length in 1..=33 {
            let title = made(&in_town(&"x".repeat(length))).title;
            assert!(title.chars().count() <= TITLE_MAX_CHARS, "{title}");
        }
    }

    #[test]
    fn what_cannot_be_said_in_time_or_space_is_refused() {
        let reference = Reference::draw(77);
        let refuse = |workshop: &Workshop, from| {
            notice(workshop, &structure(), &[], reference, "https://ateliers.example.org", from)
                .unwrap_err()
                .to_string()
        };
        let long = in_town("Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson");
        insta::assert_snapshot!(visible(&refuse(&long, day(2027, 1, 12))), @"Le titre PanneauPocket de l’atelier «~Débuter avec une tablette~» doit tenir en 50~signes_; même abrégé, «~Tablette, 02/02, St-Remy-en-Bouzemont-St-Genest-et-Isson~» en compte 56. Raccourcissez le thème court de l’atelier (short_topic).");
        insta::assert_snapshot!(visible(&refuse(&workshop(), day(2027, 2, 3))), @"L’annonce PanneauPocket de l’atelier «~Débuter avec une tablette~» paraîtrait le 3~février 2027, après la première séance du 2~février 2027. Avancez la date de parution.");
    }
}
