//! Workshops with their sessions.

use super::sessions;
use super::{FormFields, Group, RowView, Thing, Typed, field, outlets::amount};
use crate::domain::calendar;
use crate::domain::campaign::Campaign;
use crate::domain::workshop::Workshop;
use crate::service::edit_campaign::{Kind, Usage};
use crate::web::extract::Submitted;
use crate::web::view::{Section, encoded};

/// Courses of sessions.
pub struct Workshops;

impl Thing for Workshops {
    const KIND: Kind = Kind::Workshop;
    const PATH: &'static str = "ateliers";
    const SECTION: Section = Section::Workshops;
    const TITLE: &'static str = "Quels ateliers proposez-vous ?";
    const NEW: &'static str = "Ajouter un atelier";
    const EMPTY: &'static str = "Un atelier est une suite de séances que suit un même groupe. Ajoutez d’abord un lieu.";
    const DELETE: &'static str = "Supprimer cet atelier";

    fn rows(campaign: &Campaign, usage: &Usage) -> Vec<RowView> {
        let row = |workshop: &Workshop| {
            let rhythm = workshop.rhythm().map(|r| format!(", {r}")).unwrap_or_default();
            let when = format!("{}, {}{rhythm}", calendar::long_date(workshop.first_day()), workshop.hours());
            let taken = usage.registered.get(&workshop.slug).copied().unwrap_or(0);
            RowView {
                slug: encoded(&workshop.slug),
                name: format!("{}, {}", workshop.topic, workshop.venue.town),
                details: vec![when, format!("{} · {}", workshop.venue.name, workshop.price)],
                tag: Some(format!("{taken} sur {}", workshop.capacity)),
                picture: false,
                copies: true,
            }
        };
        campaign.workshops.iter().map(row).collect()
    }

    fn fields(campaign: &Campaign, slug: &str) -> Option<FormFields> {
        let workshop = campaign.workshops.iter().find(|w| w.slug == slug)?;
        let mut fields = vec![
            field("slug", &workshop.slug),
            field("topic", &workshop.topic),
            field("short_topic", &workshop.short_topic),
            field("summary", &workshop.summary),
            field("funder", workshop.funder.clone().unwrap_or_default()),
            field("minimum_age", workshop.minimum_age.to_string()),
            field("price", if workshop.price.0.0 == 0 { "gratuit".to_owned() } else { amount(workshop.price.0) }),
            field("capacity", workshop.capacity.to_string()),
            field("venue", &workshop.venue.slug),
            field("support", &workshop.support),
        ];
        fields.extend(sessions::fields(workshop));
        Some(fields)
    }

    fn fresh(campaign: &Campaign, copy: Option<FormFields>) -> FormFields {
        match copy {
            Some(mut fields) => {
                fields.retain(|(name, _)| name != "slug");
                fields
            }
            None => {
                let mut fields = vec![field("price", "gratuit"), field("capacity", "8"), field("minimum_age", "60")];
                if let [only] = campaign.venues.as_slice() {
                    fields.push(field("venue", &only.slug));
                }
                fields.extend([field("session.1.starts", "14:00"), field("session.1.ends", "16:00")]);
                fields
            }
        }
    }

    fn groups(campaign: &Campaign, slug: Option<&str>, typed: Typed<'_>) -> Vec<Group> {
        let venues = || campaign.venues.iter().map(|v| (v.slug.clone(), format!("{}, {}", v.name, v.town)));
        let funders = campaign.funders.iter().map(|f| (f.slug.clone(), f.name.clone()));
        let mut groups = vec![
            Group::new(
                "Ce qu’on y fait",
                vec![
                    typed.text("topic", "Sujet").hint("« Débuter avec une tablette »"),
                    typed
                        .text("short_topic", "Sujet en un ou deux mots")
                        .hint("Pour les petites places : « Tablette »"),
                    typed.area("summary", "En deux phrases", 3),
                ],
            ),
            Group::new(
                "Pour qui",
                vec![
                    typed.input("number", "minimum_age", "À partir de quel âge"),
                    typed.text("price", "Prix de toutes les séances").hint("« gratuit » ou « 40 € »"),
                    typed.input("number", "capacity", "Nombre de places"),
                    typed.select("funder", "Financeur", Some("aucun"), funders).optional(),
                    typed
                        .text("support", "Qui le soutient, comme sur les documents")
                        .optional()
                        .hint("« avec le soutien de la Carsat »"),
                ],
            ),
            Group::new(
                "Où",
                vec![
                    typed
                        .select("venue", "Lieu", Some("Choisissez…"), venues())
                        .hint("Chaque séance peut avoir un autre lieu."),
                ],
            ),
            sessions::group(typed, || Box::new(venues())),
        ];
        groups.push(short_name(
            typed,
            if slug.is_some() { "Nom dans les adresses" } else { "Nom dans les adresses, facultatif" },
        ));
        groups
    }

    fn reworked(submitted: &Submitted) -> Option<FormFields> {
        sessions::reworked(submitted)
    }
}

/// The short name, which nobody has to type.
pub(super) fn short_name(typed: Typed<'_>, legend: &'static str) -> Group {
    Group::new(
        legend,
        vec![typed.text("slug", "Nom court").optional().hint(
            "Minuscules, chiffres et tirets. Il se fait tout seul, et ne change plus une fois sur des documents.",
        )],
    )
}
