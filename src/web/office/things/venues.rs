//! Places.

use super::{FormFields, Group, RowView, Thing, Typed, field};
use crate::domain::campaign::Campaign;
use crate::domain::workshop::Venue;
use crate::service::edit_campaign::{Kind, Usage};
use crate::web::view::{Section, counted, encoded};

/// Where sessions are held.
pub struct Venues;

impl Thing for Venues {
    const KIND: Kind = Kind::Venue;
    const PATH: &'static str = "lieux";
    const SECTION: Section = Section::Workshops;
    const TITLE: &'static str = "Où ont lieu les ateliers ?";
    const NEW: &'static str = "Ajouter un lieu";
    const EMPTY: &'static str = "Une salle, une médiathèque, l’arrêt d’un bus numérique : ajoutez le premier lieu.";
    const DELETE: &'static str = "Supprimer ce lieu";

    fn rows(campaign: &Campaign, _: &Usage) -> Vec<RowView> {
        let row = |venue: &Venue| {
            let held = campaign.workshops.iter();
            let held = held.filter(|w| w.sessions.iter().any(|s| w.venue_of(s).slug == venue.slug)).count();
            RowView {
                slug: encoded(&venue.slug),
                name: venue.name.clone(),
                details: vec![format!("{}, {} {}", venue.street, venue.postcode, venue.town)],
                tag: Some(counted(held as u64, "aucun atelier", "atelier", "ateliers")),
                picture: false,
                copies: false,
            }
        };
        campaign.venues.iter().map(row).collect()
    }

    fn fields(campaign: &Campaign, slug: &str) -> Option<FormFields> {
        let venue = campaign.venues.iter().find(|v| v.slug == slug)?;
        Some(vec![
            field("slug", &venue.slug),
            field("name", &venue.name),
            field("street", &venue.street),
            field("postcode", venue.postcode.as_str()),
            field("town", &venue.town),
            field("directions", &venue.directions),
        ])
    }

    fn groups(_: &Campaign, _: Option<&str>, typed: Typed<'_>) -> Vec<Group> {
        vec![
            Group::new(
                "Le lieu",
                vec![
                    typed.text("name", "Nom du lieu").hint("« Médiathèque de Langogne »"),
                    typed.text("street", "Numéro et rue"),
                    typed.text("postcode", "Code postal"),
                    typed.text("town", "Commune"),
                    typed.text("directions", "Pour le trouver").optional().hint("« parking devant, plain-pied »"),
                ],
            ),
            super::workshops::short_name(typed, "Nom court, pour le dossier de la campagne"),
        ]
    }
}
