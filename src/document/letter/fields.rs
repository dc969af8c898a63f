//! What a letter's fields say.

use chrono::NaiveDate;

use super::{LetterFacts, Source};
use crate::domain::blind::BlindTerms;
use crate::domain::calendar;
use crate::domain::contract::{Contract, Role};
use crate::domain::structure::Structure;
use crate::domain::workshop::Workshop;
use crate::text::typography::french;

/// What the letters of a campaign with the same workshops and lists have in common.
#[derive(Clone, Copy)]
pub struct Common<'a> {
    /// The campaign.
    pub facts: &'a LetterFacts<'a>,
    /// The workshops, nearest first; at least one.
    pub workshops: &'a [&'a Workshop],
    /// Where the address comes from.
    pub source: &'a Source<'a>,
}

impl Common<'_> {
    /// The value of a field that is not personal, empty for any other.
    pub fn value(&self, field: &str) -> String {
        let structure = self.facts.structure;
        let nearest = self.workshops[0];
        let text = match field {
            "sujet" => nearest.topic.clone(),
            "lieu" => at_town(&nearest.venue.town),
            "date" => calendar::long_date(nearest.first_day()),
            "heures" => nearest.hours(),
            "adresse" => format!("{}, {}", nearest.venue.name, nearest.venue.street),
            "prix" => nearest.price_lines().join(" "),
            "age" => nearest.minimum_age.to_string(),
            "date_limite" => calendar::day_month(self.facts.reply_by),
            "structure" => structure.name.clone(),
            "ville" => structure.town.clone(),
            "telephone" => structure.phone.to_string(),
            "horaires" => structure.hours.clone(),
            "mail" => structure.data_email.clone(),
            "site" => host(self.facts.public_url).to_owned(),
            "signataire" => structure.signatory.clone(),
            "caisses" => funds(self.source),
            "Caisses" => capitalised(&funds(self.source)),
            "origine" => match self.source {
                Source::Lists(contracts) => origin(contracts),
                Source::Fund(terms) => origin_at_the_fund(terms, &structure.name),
            },
            "droits" => rights(structure, self.source),
            _ => String::new(),
        };
        french(&text)
    }

    /// What somebody says who has lost the number. A fund that writes for us keeps the names to itself, and a number of its
    /// letters is a commune's.
    pub fn lost(&self) -> &'static str {
        match self.source {
            Source::Lists(_) => "Perdu ? Votre nom suffit.",
            Source::Fund(_) => "Perdu ? Le nom de votre commune suffit.",
        }
    }

    /// What the funders of these workshops want said on a letter, each sentence once.
    pub fn mentions(&self) -> Vec<String> {
        let mut mentions: Vec<String> = Vec::new();
        for workshop in self.workshops {
            let funder = self.facts.funders.iter().find(|f| Some(&f.slug) == workshop.funder.as_ref());
            for mention in funder.iter().flat_map(|f| &f.mentions).filter(|m| !m.trim().is_empty()) {
                let mention = french(&sentence(mention));
                if !mentions.contains(&mention) {
                    mentions.push(mention);
                }
            }
        }
        mentions
    }

    /// Whether a condition holds.
    pub fn holds(&self, condition: &str) -> bool {
        match condition {
            "plusieurs_ateliers" => self.workshops.len() > 1,
            "plusieurs_caisses" => matches!(self.source, Source::Lists(contracts) if names(contracts).len() > 1),
            // Of the workshop that `prix` speaks of.
            "gratuit" => self.workshops[0].price.0.0 == 0,
            _ => false,
        }
    }
}

/// What people type to come to the page: the address without scheme and without a slash at the end.
pub fn host(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/')
}

/// « à Langogne », « au Malzieu-Ville », « aux Bondons ».
fn at_town(town: &str) -> String {
    match (town.strip_prefix("Le "), town.strip_prefix("Les ")) {
        (Some(rest), _) => format!("au {rest}"),
        (_, Some(rest)) => format!("aux {rest}"),
        _ => format!("à {town}"),
    }
}

/// The funds, each once: one may have given several lists, mended rows among them.
fn names(contracts: &[&Contract]) -> Vec<String> {
    distinct(contracts.iter().map(|c| c.fund.clone()))
}

fn distinct<T: PartialEq>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    all.into_iter().fold(Vec::new(), |mut seen, one| {
        if !seen.contains(&one) {
            seen.push(one);
        }
        seen
    })
}

/// « l’Agirc-Arrco, la Carsat et la MSA ».
fn funds(source: &Source) -> String {
    match source {
        Source::Lists(contracts) => enumerated(names(contracts)),
        Source::Fund(terms) => terms.fund.clone(),
    }
}

/// The fund writes to its own people: nobody gave the address away.
fn origin_at_the_fund(terms: &BlindTerms, structure: &str) -> String {
    let sent = format!(
        "C’est {} qui vous envoie cette lettre ({}), afin de {}. {structure} n’a reçu ni votre nom ni votre adresse",
        terms.fund, terms.convention, terms.purpose
    );
    let sentences = [&sent, &terms.legal_basis].into_iter().chain(&terms.mentions).filter(|s| !s.trim().is_empty());
    sentences.map(|s| sentence(s)).collect::<Vec<_>>().join(" ")
}

/// Where the address comes from (RGPD art. 14): who gave it, under which convention, for what, on which basis, until when,
/// and what the funds want said.
fn origin(contracts: &[&Contract]) -> String {
    let same_purpose = contracts.iter().all(|c| c.purpose == contracts[0].purpose);
    let given = if same_purpose {
        let funds = names(contracts);
        let verb = if funds.len() > 1 { "nous l’ont transmise" } else { "nous l’a transmise" };
        let giver = |fund: String| {
            let conventions = contracts.iter().filter(|c| c.fund == fund).map(|c| c.convention.clone());
            format!("{fund} ({})", enumerated(distinct(conventions)))
        };
        format!("{} {verb} afin de {}", enumerated(funds.into_iter().map(giver).collect()), contracts[0].purpose)
    } else {
        let givers =
            contracts.iter().map(|c| format!("{} ({}) nous l’a transmise afin de {}", c.fund, c.convention, c.purpose));
        distinct(givers).join("\u{202f}; ")
    };
    let mut sentences = vec![given];
    let once = |sentence: &String, sentences: &mut Vec<String>| {
        if !sentence.trim().is_empty() && !sentences.contains(sentence) {
            sentences.push(sentence.clone());
        }
    };
    contracts.iter().for_each(|c| once(&c.legal_basis, &mut sentences));
    sentences.push(erased(contracts));
    contracts.iter().flat_map(|c| &c.mentions).for_each(|m| once(m, &mut sentences));
    sentences.iter().map(|s| sentence(s)).collect::<Vec<_>>().join(" ")
}

fn erased(contracts: &[&Contract]) -> String {
    let days: Vec<NaiveDate> = contracts.iter().map(|c| c.purge_on).collect();
    let last = days.iter().max().copied().map(calendar::short_date).unwrap_or_default();
    let latest = if days.iter().all(|d| *d == days[0]) { "" } else { "au plus tard " };
    format!("Votre adresse sera effacée {latest}le {last}")
}

/// The rights and where to claim them: at the structure, and at the officer of each fund that decides about its list; at
/// the fund alone where it writes itself.
fn rights(structure: &Structure, source: &Source) -> String {
    let mut at = match source {
        Source::Fund(terms) => vec![terms.dpo.clone()],
        Source::Lists(contracts) => {
            let mut at = vec![structure.phone.to_string(), structure.data_email.clone()];
            for officer in contracts.iter().filter(|c| c.role == Role::Processor && !c.dpo.is_empty()) {
                if !at.contains(&officer.dpo) {
                    at.push(officer.dpo.clone());
                }
            }
            at
        }
    };
    at.retain(|a| !a.is_empty());
    let last = at.pop().unwrap_or_default();
    let at = if at.is_empty() { last } else { format!("{} ou {last}", at.join(", ")) };
    format!(
        "Pour ne plus recevoir de courrier, ou pour voir, corriger ou faire effacer vos données\u{a0}: {at}. Vous pouvez saisir la CNIL (cnil.fr)."
    )
}

fn enumerated(mut names: Vec<String>) -> String {
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} et {last}", names.join(", ")),
        None => String::new(),
    }
}

fn sentence(text: &str) -> String {
    let text = capitalised(text.trim());
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_with_an_article_are_said_as_people_say_them() {
        assert_eq!(at_town("Langogne"), "à Langogne");
        assert_eq!(at_town("Le Malzieu-Ville"), "au Malzieu-Ville");
        assert_eq!(at_town("Les Bondons"), "aux Bondons");
        assert_eq!(at_town("La Canourgue"), "à La Canourgue");
    }

    #[test]
    fn the_page_is_named_as_people_type_it() {
        assert_eq!(host("https://numerique.exemple.fr/"), "numerique.exemple.fr");
        assert_eq!(host("http://127.0.0.1:8080"), "127.0.0.1:8080");
    }

    #[test]
    fn two_funds_are_both_named_and_what_they_share_is_said_once() {
        let contract = |fund: &str, purge: u32| Contract {
            fund: fund.into(),
            role: Role::Controller,
            purpose: "proposer des ateliers".into(),
            legal_basis: "base légale : mission d’intérêt public".into(),
            convention: "convention du 2 novembre 2026".into(),
            dpo: "dpo@exemple.fr".into(),
            received_on: NaiveDate::from_ymd_opt(2026, 11, 10).unwrap(),
            purge_on: NaiveDate::from_ymd_opt(2027, 6, purge).unwrap(),
            matching: true,
            mentions: vec![],
            approved_by: "X".into(),
            approved_on: None,
            approved_content: None,
        };
        let (first, second) = (contract("l’Agirc-Arrco", 30), contract("la MSA", 15));
        let text = origin(&[&first, &second]);
        assert!(text.starts_with("L’Agirc-Arrco (convention du 2 novembre 2026) et la MSA (convention"), "{text}");
        assert_eq!(text.matches("mission").count(), 1, "{text}");
        assert!(text.contains("Votre adresse sera effacée au plus tard le 30\u{a0}juin 2027."), "{text}");
        assert!(origin(&[&first]).contains("nous l’a transmise afin de proposer des ateliers."));
        let other = Contract { purpose: "prévenir".into(), ..second };
        assert!(
            origin(&[&first, &other])
                .contains("; la MSA (convention du 2 novembre 2026) nous l’a transmise afin de prévenir.")
        );
    }
}
