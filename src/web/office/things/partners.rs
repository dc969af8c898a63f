//! Partners: who else helps nearby.

use super::{FormFields, Group, RowView, Thing, Typed, field};
use crate::domain::campaign::Campaign;
use crate::domain::partner::Partner;
use crate::service::edit_campaign::{Kind, Usage};
use crate::web::view::{Section, encoded};

/// Who helps after the workshop.
pub struct Partners;

impl Thing for Partners {
    const KIND: Kind = Kind::Partner;
    const PATH: &'static str = "partenaires";
    const SECTION: Section = Section::Workshops;
    const TITLE: &'static str = "Qui aide, après l’atelier ?";
    const NEW: &'static str = "Ajouter un partenaire";
    const EMPTY: &'static str = "Une France services, une médiathèque : ajoutez qui peut aider près de là. La feuille remise à la dernière séance les nomme tous.";
    const DELETE: &'static str = "Supprimer ce partenaire";

    fn rows(campaign: &Campaign, _: &Usage) -> Vec<RowView> {
        let row = |partner: &Partner| {
            let place = [partner.place.as_str(), partner.hours.as_str()];
            let place: Vec<_> = place.into_iter().filter(|p| !p.is_empty()).collect();
            let details = [partner.help.clone(), place.join(", ")];
            RowView {
                slug: encoded(&partner.name),
                name: partner.name.clone(),
                details: details.into_iter().filter(|d| !d.is_empty()).collect(),
                tag: partner.phone.as_ref().map(ToString::to_string),
                picture: false,
                copies: false,
            }
        };
        campaign.partners.iter().map(row).collect()
    }

    fn fields(campaign: &Campaign, name: &str) -> Option<FormFields> {
        let partner = campaign.partners.iter().find(|p| p.name == name)?;
        let phone = partner.phone.as_ref().map(|p| p.to_string().replace('\u{a0}', " ")).unwrap_or_default();
        Some(vec![
            field("name", &partner.name),
            field("help", &partner.help),
            field("place", &partner.place),
            field("phone", phone),
            field("hours", &partner.hours),
        ])
    }

    fn groups(_: &Campaign, _: Option<&str>, typed: Typed<'_>) -> Vec<Group> {
        let what = vec![
            typed.text("name", "Nom").hint("« France services de Langogne »"),
            typed.text("help", "Ce qu’on y trouve").hint("« aide aux démarches en ligne, sans rendez-vous »"),
        ];
        let how = vec![
            typed.text("place", "Adresse").optional().hint("« 2 rue de l’Exemple, Langogne »"),
            typed.input("tel", "phone", "Téléphone").optional(),
            typed.text("hours", "Quand c’est ouvert").optional().hint("« le lundi et le jeudi matin »"),
        ];
        vec![Group::new("Le partenaire", what), Group::new("Pour le joindre", how)]
    }
}
