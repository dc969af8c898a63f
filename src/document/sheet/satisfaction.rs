//! The satisfaction form that people fill in at the last session.

use super::paper::{Paper, Way};
use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::domain::workshop::Workshop;

/// The form of a workshop, on one page.
pub fn satisfaction(facts: &SheetFacts, workshop: &Workshop) -> Result<Sheet, Reason> {
    let over = format!("{} · {}", workshop.topic, workshop.venue.name);
    let mut paper = Paper::new(facts, Way::Upright, &over, "Votre avis sur l’atelier")?;
    paper.lead("Vos réponses nous aident à faire mieux. Inutile d’écrire votre nom.")?;
    paper.skip(14.0);
    let scale = ["très satisfait", "satisfait", "peu satisfait", "pas satisfait"];
    paper.choices("L’atelier vous a-t-il plu ? Vous êtes", &scale)?;
    paper.question("Pourquoi ?", 2)?;
    paper.choices("Vous sentez-vous plus à l’aise avec le numérique ?", &["oui, beaucoup", "oui, un peu", "non"])?;
    paper.choices("Le lieu et l’heure vous convenaient-ils ?", &["oui", "non, le lieu", "non, l’heure"])?;
    paper.question("Qu’aimeriez-vous apprendre ensuite ?", 2)?;
    paper.question("Vos suggestions", 2)?;
    paper.choices("Votre âge", &["moins de 60 ans", "60 à 69 ans", "70 à 79 ans", "80 ans ou plus"])?;
    paper.choices("Vous êtes", &["une femme", "un homme", "autre, ou je préfère ne pas le dire"])?;
    paper.finish()
}
