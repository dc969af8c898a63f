//! What is wrong with flyers, posters, notices and sheets, as they are drawn.

use super::paper::{faults_of, reads_back};
use super::{Finding, Severity};
use crate::document::flyer::FlyerFacts;
use crate::document::frame::{Frame, Mark};
use crate::document::proof::{PRINTABLE_PT, heard, plain};
use crate::domain::calendar;
use crate::domain::campaign::Campaign;
use crate::domain::channel::Channel;
use crate::service::Result;
use crate::service::make_sheet::{self, Blank};
use crate::service::outputs::{self, Drawn, DrawnPiece, Logos, References};
use chrono::Datelike;

/// Looks at every piece that a run makes, and at the sheets that are made on the spot.
pub fn look(campaign: &Campaign, references: &References<'_>, found: &mut Vec<Finding>) {
    printed(campaign, references, found);
    if let Ok(logos) = Logos::of(campaign) {
        sheets(campaign, references, &logos, found);
    }
    for funder in campaign.funders.iter().filter(|f| f.logo.is_none()) {
        let name = &funder.name;
        let message =
            format!("Le logo de {name} ne figure sur aucun document : ajoutez-le, si votre convention le demande.");
        found.push(Finding::warning(format!("Financeur {}", funder.slug), message));
    }
}

/// Looks at every piece that a run makes. What is wrong with a workshop's flyer in every outlet is said once.
pub fn printed(campaign: &Campaign, references: &References<'_>, found: &mut Vec<Finding>) {
    let looked = outputs::draw_pieces(campaign, references, &mut |piece| {
        let faults = faults(&piece).into_iter().map(|why| Finding::error(&piece.name, why));
        let faults = faults.chain(left_out(&piece).map(|why| Finding::warning(&piece.name, why)));
        let new: Vec<_> = faults.filter(|finding| !found.contains(finding)).collect();
        found.extend(new);
        Ok(())
    });
    if let Err(why) = looked {
        found.push(Finding::error("Flyers, affiches, annonces", why.to_string()));
    }
}

fn faults(piece: &DrawnPiece<'_>) -> Vec<String> {
    let facts = piece.facts;
    match &piece.drawn {
        // The place says which piece it is.
        Err(why) => vec![sentence(why)],
        Ok(Drawn::Dates(_)) => Vec::new(),
        Ok(Drawn::Text(text)) => unsaid(&plain(text), facts),
        Ok(Drawn::Picture(frame, screen)) => {
            let mut faults = faults_of(frame, screen.size(), 0.0, None);
            faults.extend(missing(frame, facts));
            faults.extend(uncredited(frame, facts));
            faults
        }
        Ok(Drawn::Print(artwork, _)) => {
            let frame = &artwork.frame;
            let mut faults = faults_of(frame, artwork.size_pt, PRINTABLE_PT, None);
            faults.extend(missing(frame, facts));
            faults.extend(uncredited(frame, facts));
            if !reads_back(frame, &facts.url) {
                faults.push(format!(
                    "Le code QR pour « {} » n’a pas pu être relu à la taille de l’impression : il devrait mener à {}.",
                    piece.outlet.name, facts.url
                ));
            }
            faults
        }
    }
}

/// What of the summary found no room on paper.
fn left_out(piece: &DrawnPiece<'_>) -> Option<String> {
    match &piece.drawn {
        Ok(Drawn::Print(artwork, _)) if !artwork.left_out.is_empty() => Some(format!(
            "La présentation n’y tient pas en entier, sans : « {} ». Raccourcissez-la, ou prenez un plus grand format.",
            artwork.left_out
        )),
        _ => None,
    }
}

/// What every flyer must say, as far as this one does not.
fn missing(frame: &Frame, facts: &FlyerFacts) -> Vec<String> {
    let said = heard(frame);
    let (workshop, day) = (facts.workshop, facts.workshop.first_day());
    let prices = workshop.price_lines();
    let mut wanted = vec![
        ("le sujet", workshop.topic.clone()),
        ("le jour", calendar::weekday(day.weekday()).to_owned()),
        ("la date", calendar::bare_day_month(day)),
        ("l’année", day.year().to_string()),
        ("l’heure", workshop.hours()),
        ("le lieu", workshop.venue.name.clone()),
        ("l’adresse du lieu", workshop.venue.street.clone()),
        ("le téléphone", facts.structure.phone.to_string()),
        ("la référence", facts.reference.to_string()),
    ];
    wanted.extend(prices.into_iter().map(|price| ("le prix", price)));
    // Lines of one text are heard as one.
    let missing = wanted.into_iter().filter(|(_, text)| !said.contains(&plain(text)));
    missing.map(|(what, text)| format!("Il manque {what}, « {text} ».")).collect()
}

/// The mentions that funders demand, as far as a text does not say them.
fn unsaid(said: &str, facts: &FlyerFacts) -> Vec<String> {
    let mentions = facts.credits.mentions.iter().filter(|mention| !said.contains(&plain(mention)));
    mentions.map(|mention| format!("Il manque la mention « {mention} ».")).collect()
}

/// What funders demand, as far as a piece does not show it.
fn uncredited(frame: &Frame, facts: &FlyerFacts) -> Vec<String> {
    let mut faults = unsaid(&heard(frame), facts);
    let drawn = |name: &str| {
        frame.items.iter().any(|i| matches!(&i.mark, Mark::Picture { picture, .. } if picture.name == name))
    };
    for (name, logo) in facts
        .credits
        .funders
        .iter()
        .chain(&facts.credits.structure.clone().map(|logo| (facts.structure.name.clone(), logo)))
    {
        // A copier's copy has it in grey.
        if !drawn(&logo.name) && !drawn(&logo.grey().name) {
            faults.push(format!("Il manque le logo de {name}."));
        }
    }
    faults
}

/// The sheets that can be made on the spot. A run makes none of them, so none of them stops it.
fn sheets(campaign: &Campaign, references: &References<'_>, logos: &Logos<'_>, found: &mut Vec<Finding>) {
    if campaign.workshops.is_empty() {
        return;
    }
    let mut wanted = vec![("Programme du territoire".to_owned(), Blank::Programme { outlet: "" })];
    if !campaign.partners.is_empty() {
        wanted.push(("Feuille des partenaires".to_owned(), Blank::Partners));
    }
    wanted.extend(
        campaign
            .workshops
            .iter()
            .map(|w| (format!("Questionnaire de l’atelier « {} »", w.slug), Blank::Satisfaction { workshop: &w.slug })),
    );
    let stands = campaign.outlets.iter().filter(|o| o.channel == Channel::Stand);
    wanted.extend(stands.map(|o| (format!("Feuille d’inscription de « {} »", o.name), stand_sheet(&o.slug))));
    for (place, what) in wanted {
        let faults: Result<Vec<String>> = make_sheet::lay_out(campaign, references, logos, what).map(|sheet| {
            sheet.pages.iter().flat_map(|page| faults_of(page, sheet.size_pt, PRINTABLE_PT, None)).collect()
        });
        let faults = faults.unwrap_or_else(|why| vec![why.to_string()]);
        found.extend(faults.into_iter().map(|why| Finding {
            severity: Severity::Warning,
            place: place.clone(),
            message: why,
        }));
    }
}

/// As long a sheet as the settings can make it.
fn stand_sheet(outlet: &str) -> Blank<'_> {
    Blank::SignUp { outlet, kept_days: 9999 }
}

/// A reason as a sentence of its own.
fn sentence(why: &str) -> String {
    let mut letters = why.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if why.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
