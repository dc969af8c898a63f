//! What each section of a pack holds.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::{Context, NamedFile, Pack, Section, Venues, audience};
use crate::domain::Invalid;
use crate::domain::calendar::{self, parse_hour, resolve_day};
use crate::domain::channel::{Channel, Outlet, Piece};
use crate::domain::contract::{Contract, Role};
use crate::domain::phone::Phone;
use crate::domain::price::{Cents, Price};
use crate::domain::structure::Structure;
use crate::domain::workshop::{Session, Venue, Workshop};

/// Characters a slug may have, so that file names stay short.
const SLUG_CHARS: usize = 40;

/// The whole pack. Everything is read before anything is missed, so that all mistakes are found at once.
pub fn pack(document: &mut Section<'_>, context: &Context<'_>) -> Option<Pack> {
    let campaign = document.section("campaign");
    let structure = document.section("structure").and_then(structure);
    let audience = document.section("audience");
    let (venues, venues_known) = venues(document, context);
    let audience = audience.and_then(|section| audience::read(section, &venues, venues_known));
    let head = campaign.and_then(|section| head(section, context));
    let posting_day = head.as_ref().map(|h| (h.posting_day, h.reply_by));
    let mut slugs = BTreeSet::new();
    let workshops =
        all(document.sections("workshop"), |s| workshop(s, &mut slugs, context, &venues, venues_known, posting_day));
    let mut slugs = BTreeSet::new();
    let outlets = all(document.sections("outlet"), |s| outlet(s, &mut slugs));
    let lists = all(document.sections("list"), |s| list(s, context.anchor));
    let (head, mut workshops) = (head?, workshops?);
    workshops.sort_by(|a, b| (a.first().starts, &a.slug).cmp(&(b.first().starts, &b.slug)));
    Some(Pack {
        name: head.name,
        public_url: head.public_url,
        seed: head.seed,
        posting_day: head.posting_day,
        reply_by: head.reply_by,
        structure: structure?,
        workshops,
        outlets: outlets?,
        audience: audience?,
        letter: head.letter,
        lists: lists?,
    })
}

/// A list's contract.
pub fn contract(section: &mut Section<'_>, anchor: NaiveDate) -> Option<Contract> {
    let fund = section.text("fund", "l’Agirc-Arrco");
    let role = section.parsed("role", "controller", |role| match role {
        "controller" => Ok(Role::Controller),
        "processor" => Ok(Role::Processor),
        _ => Err(Invalid::new("écrivez « controller » (la structure décide, sous convention) ou « processor » (la caisse écrit par votre intermédiaire).")),
    });
    let purpose = section.text("purpose", "vous proposer des ateliers près de chez vous");
    let legal_basis = section.text("legal_basis", "La MSA agit dans sa mission d’intérêt public.");
    let convention = section.text("convention", "convention du 2 novembre 2026");
    let dpo = section.text("dpo", "dpo@exemple.fr");
    let received_on = section.parsed("received_on", "2026-11-02", |day| resolve_day(day, anchor));
    let purge = section.text_at("purge_on", "2027-06-30");
    let purge_on = purge.and_then(|(line, day)| {
        let day = section.understood(line, "purge_on", resolve_day(&day, anchor))?;
        if received_on.is_some_and(|received| day <= received) {
            section.mistake(line, "« purge_on » : la date d’effacement doit suivre la date de réception.");
            return None;
        }
        Some(day)
    });
    let matching = section.yes_or_no("matching");
    let mentions = section.optional_texts("mentions").map(|(_, texts)| texts).unwrap_or_default();
    let approved_by = section.text("approved_by", "Prénom Nom, service de la caisse");
    Some(Contract {
        fund: fund?,
        role: role?,
        purpose: purpose?,
        legal_basis: legal_basis?,
        convention: convention?,
        dpo: dpo?,
        received_on: received_on?,
        purge_on: purge_on?,
        matching: matching?,
        mentions,
        approved_by: approved_by?,
    })
}

struct Head {
    name: String,
    public_url: String,
    seed: u64,
    posting_day: NaiveDate,
    reply_by: NaiveDate,
    letter: NamedFile,
}

fn head(mut section: Section<'_>, context: &Context<'_>) -> Option<Head> {
    let name = section.text("name", "Lozère, hiver 2027");
    let public_url = match context.public_url {
        Some(url) => {
            section.optional_text("public_url");
            section.understood(section.line(), "ALLERVERS_PUBLIC_URL", public_url(url))
        }
        None => section.parsed("public_url", "https://numerique.exemple.fr", public_url),
    };
    let seed = section.number("seed", 0..=i64::MAX as u64);
    let posting_day = section.parsed("posting_day", "J+21 lundi", |day| resolve_day(day, context.anchor));
    let reply = section.text_at("reply_by", "J+36 mardi");
    let reply_by = reply.and_then(|(line, day)| {
        let day = section.understood(line, "reply_by", resolve_day(&day, context.anchor))?;
        if posting_day.is_some_and(|posting| day <= posting) {
            section
                .mistake(line, "« reply_by » : la date limite de réponse doit suivre le jour d’envoi (posting_day).");
            return None;
        }
        Some(day)
    });
    let letter = section.text_at("letter", "texts/lettre.md").map(|(line, path)| NamedFile { path, line });
    section.finish();
    Some(Head {
        name: name?,
        public_url: public_url?,
        seed: seed?,
        posting_day: posting_day?,
        reply_by: reply_by?,
        letter: letter?,
    })
}

fn public_url(url: &str) -> Result<String, Invalid> {
    let url = url.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let plain = |h: &str| {
        !h.is_empty()
            && h.chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '/' | '_' | '~'))
    };
    match host {
        Some(host) if plain(host) => Ok(url.to_owned()),
        _ => Err(Invalid::new(format!(
            "« {url} » n’est pas une adresse de site : écrivez par exemple « https://numerique.exemple.fr ». C’est là que mènent les QR codes."
        ))),
    }
}

fn structure(mut section: Section<'_>) -> Option<Structure> {
    let name = section.text("name", "Numérique en Lozère");
    let street = section.text("street", "3 place de l’Exemple");
    let postcode = section.parsed("postcode", "48000", str::parse);
    let town = section.text("town", "Mende");
    let phone = section.parsed("phone", "04 65 71 00 10", Phone::parse);
    let hours = section.text("hours", "du lundi au vendredi, de 9 h à 17 h");
    let data_email = section.parsed("data_email", "donnees@exemple.fr", |email| {
        let plausible = email.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
        if plausible {
            Ok(email.to_owned())
        } else {
            Err(Invalid::new(format!("« {email} » n’est pas une adresse électronique.")))
        }
    });
    let signatory = section.text("signatory", "Claude Exemple, coordination de Numérique en Lozère");
    section.finish();
    Some(Structure {
        name: name?,
        street: street?,
        postcode: postcode?,
        town: town?,
        phone: phone?,
        hours: hours?,
        data_email: data_email?,
        signatory: signatory?,
    })
}

/// The venues that could be read, and the names of all that stand in the pack.
fn venues(document: &mut Section<'_>, context: &Context<'_>) -> (Venues, bool) {
    let sections = document.named_sections("venues");
    let count = sections.len();
    let venues: Venues =
        sections.into_iter().filter_map(|(name, section)| Some((name, venue(section, context)?))).collect();
    let complete = count > 0 && venues.len() == count;
    (venues, complete)
}

fn venue(mut section: Section<'_>, context: &Context<'_>) -> Option<Venue> {
    let name = section.text("name", "Médiathèque de Langogne");
    let street = section.text("street", "9 place de l’Exemple");
    let directions = section.optional_text("directions");
    let postcode = section.parsed("postcode", "48300", str::parse);
    let town = section.text_at("town", "Langogne");
    let commune = postcode.zip(town.as_ref()).and_then(|(postcode, (line, town))| {
        let found = (context.commune)(postcode, town);
        if found.is_none() {
            section.mistake(*line, format!("« town » : aucune commune « {town} » n’a le code postal {postcode}."));
        }
        found
    });
    section.finish();
    Some(Venue { name: name?, street: street?, directions, postcode: postcode?, town: town?.1, commune: commune? })
}

fn workshop(
    mut section: Section<'_>,
    slugs: &mut BTreeSet<String>,
    context: &Context<'_>,
    venues: &Venues,
    venues_known: bool,
    days: Option<(NaiveDate, NaiveDate)>,
) -> Option<Workshop> {
    let slug = unique_slug(&mut section, slugs, "debuter-langogne");
    let topic = section.text("topic", "Débuter avec une tablette");
    let short_topic = section.text("short_topic", "Tablette");
    let summary = section.text("summary", "Écrire à ses proches, faire ses démarches.");
    let minimum_age = section.number("minimum_age", 0..=110);
    let price = section.parsed("price", "gratuit", Cents::parse);
    let capacity = section.number("capacity", 1..=500);
    let venue = section.text_at("venue", "langogne").and_then(|(line, name)| {
        let known = venues.get(&name);
        if known.is_none() && venues_known {
            let names = venues.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            section.mistake(line, format!("« venue » : le lieu « {name} » n’existe pas. Lieux du dossier : {names}."));
        }
        known.cloned()
    });
    let first = section.text_at("first_session", "J+49 mardi");
    let starts = section.parsed("starts", "14:00", parse_hour);
    let ends = section.text_at("ends", "16:00").and_then(|(line, hour)| {
        let ends = section.understood(line, "ends", parse_hour(&hour))?;
        if starts.is_some_and(|starts| ends <= starts) {
            section.mistake(line, "« ends » : la séance doit finir après avoir commencé.");
            return None;
        }
        Some(ends)
    });
    let count = section.number("sessions", 1..=60);
    let support = section.optional_text("support");
    let first_day = first.and_then(|(line, day)| {
        let day = section.understood(line, "first_session", resolve_day(&day, context.anchor))?;
        in_time(&section, line, day, context.anchor, days).then_some(day)
    });
    section.finish();
    let (first_day, starts, ends) = (first_day?, starts?, ends?);
    let sessions = (0..i64::try_from(count?).ok()?)
        .map(|week| {
            let day = first_day + TimeDelta::weeks(week);
            Session { starts: NaiveDateTime::new(day, starts), ends: NaiveDateTime::new(day, ends) }
        })
        .collect();
    Some(Workshop {
        slug: slug?,
        topic: topic?,
        short_topic: short_topic?,
        summary: summary?,
        minimum_age: u8::try_from(minimum_age?).ok()?,
        price: Price(price?),
        capacity: u16::try_from(capacity?).ok()?,
        venue: venue?,
        sessions,
        support,
    })
}

/// Whether people who get the letter can still come: the first session follows the first run, the posting and the day
/// until when they are asked to call.
fn in_time(
    section: &Section<'_>,
    line: usize,
    day: NaiveDate,
    anchor: NaiveDate,
    days: Option<(NaiveDate, NaiveDate)>,
) -> bool {
    let shown = calendar::long_date(day);
    let late = if day <= anchor {
        Some(format!("« first_session » : l’atelier commence le {shown}, une date passée."))
    } else {
        days.and_then(|(posting, reply)| {
            if day <= posting {
                Some(format!(
                    "« first_session » : l’atelier commence le {shown}, avant l’envoi des lettres ({}).",
                    calendar::long_date(posting)
                ))
            } else if day < reply {
                Some(format!(
                    "« first_session » : l’atelier commence le {shown}, avant la date limite de réponse ({}).",
                    calendar::long_date(reply)
                ))
            } else {
                None
            }
        })
    };
    match late {
        Some(message) => {
            section.mistake(line, message);
            false
        }
        None => true,
    }
}

fn outlet(mut section: Section<'_>, slugs: &mut BTreeSet<String>) -> Option<Outlet> {
    let slug = unique_slug(&mut section, slugs, "mairie-langogne");
    let name = section.text("name", "Mairie de Langogne");
    let channel = section.parsed("channel", "townhall", str::parse::<Channel>);
    let cost = section.parsed("cost", "40 €", Cents::parse);
    let cost_per_piece = section.optional_parsed("cost_per_piece", Cents::parse).unwrap_or_default();
    let reach = section.optional_number("reach", 1..=10_000_000);
    let pieces = match section.optional_texts("pieces") {
        Some((line, codes)) => {
            let mut pieces = Vec::new();
            for code in codes {
                pieces.extend(section.understood(line, "pieces", code.parse::<Piece>()));
            }
            pieces
        }
        None => channel.map(usual_pieces).unwrap_or_default(),
    };
    section.finish();
    Some(Outlet { slug: slug?, name: name?, channel: channel?, cost: cost?, cost_per_piece, reach, pieces })
}

/// What an outlet is given where the pack does not say it: letters are their own piece; everybody else can hand out a
/// flyer and hang a poster (or attach it), and who publishes gets the notice.
fn usual_pieces(channel: Channel) -> Vec<Piece> {
    match channel {
        Channel::Letter => vec![],
        Channel::Panneaupocket | Channel::Townhall => vec![Piece::Flyer, Piece::Poster, Piece::Notice],
        _ => vec![Piece::Flyer, Piece::Poster],
    }
}

fn list(mut section: Section<'_>, anchor: NaiveDate) -> Option<(NamedFile, Contract)> {
    let file = section.text_at("file", "lists/liste.csv").map(|(line, path)| NamedFile { path, line });
    let contract = section.section("contract").and_then(|mut inner| {
        let contract = contract(&mut inner, anchor);
        inner.finish();
        contract
    });
    section.finish();
    Some((file?, contract?))
}

/// A slug that no section before has.
fn unique_slug(section: &mut Section<'_>, seen: &mut BTreeSet<String>, example: &str) -> Option<String> {
    let (line, text) = section.text_at("slug", example)?;
    let slug = section.understood(line, "slug", slug(&text))?;
    if !seen.insert(slug.clone()) {
        section.mistake(line, format!("« slug » : « {slug} » est déjà pris plus haut, choisissez-en un autre."));
        return None;
    }
    Some(slug)
}

fn slug(text: &str) -> Result<String, Invalid> {
    let ok = text.len() <= SLUG_CHARS
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    if ok {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new(format!(
            "« {text} » ne convient pas : au plus {SLUG_CHARS} lettres minuscules sans accent, chiffres et tirets, par exemple « debuter-langogne »."
        )))
    }
}

/// All of the sections, or nothing where one has a mistake; every section is read.
fn all<'m, T>(sections: Vec<Section<'m>>, mut read: impl FnMut(Section<'m>) -> Option<T>) -> Option<Vec<T>> {
    let read: Vec<_> = sections.into_iter().map(&mut read).collect();
    read.into_iter().collect()
}
