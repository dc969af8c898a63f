//! Outlets, with what they cost and can reach.

use super::{FormFields, Group, RowView, Thing, Typed, field};
use crate::domain::campaign::Campaign;
use crate::domain::channel::{Channel, Outlet, Piece};
use crate::domain::price::{Cents, group_thousands};
use crate::service::edit_campaign::{Kind, Usage};
use crate::web::view::{Section, encoded};

/// By what the workshops become known.
pub struct Outlets;

const PIECES: [(Piece, &str); 3] =
    [(Piece::Flyer, "un flyer"), (Piece::Poster, "une affiche"), (Piece::Notice, "une annonce à copier")];

impl Thing for Outlets {
    const KIND: Kind = Kind::Outlet;
    const PATH: &'static str = "relais";
    const SECTION: Section = Section::Outlets;
    const TITLE: &'static str = "Qui fait connaître les ateliers ?";
    const NEW: &'static str = "Ajouter un relais";
    const EMPTY: &'static str =
        "Le courrier, les mairies, les marchés, le bulletin : chaque relais a ses documents, avec sa propre référence.";
    const DELETE: &'static str = "Supprimer ce relais";

    fn rows(campaign: &Campaign, _: &Usage) -> Vec<RowView> {
        let row = |outlet: &Outlet| {
            let pieces = PIECES.iter().filter(|(p, _)| outlet.pieces.contains(p)).map(|(_, name)| *name);
            let pieces = pieces.collect::<Vec<_>>().join(", ");
            let mut costs = match outlet.cost.0 {
                0 => Vec::new(),
                _ => vec![outlet.cost.to_string()],
            };
            if outlet.cost_per_piece.0 > 0 {
                costs.push(format!("{} par lettre", outlet.cost_per_piece));
            }
            let costs = if costs.is_empty() { "sans frais".to_owned() } else { costs.join(" et ") };
            let reach = outlet.reach.map(|n| format!(" · {}\u{a0}foyers", group_thousands(n))).unwrap_or_default();
            let mut details = vec![format!("{costs}{reach}")];
            details.extend(Some(pieces).filter(|p| !p.is_empty()));
            RowView {
                slug: encoded(&outlet.slug),
                name: outlet.name.clone(),
                details,
                tag: Some(outlet.channel.label().to_owned()),
                picture: false,
                copies: false,
            }
        };
        campaign.outlets.iter().map(row).collect()
    }

    fn fields(campaign: &Campaign, slug: &str) -> Option<FormFields> {
        let outlet = campaign.outlets.iter().find(|o| o.slug == slug)?;
        let mut fields = vec![
            field("slug", &outlet.slug),
            field("name", &outlet.name),
            field("channel", outlet.channel.code()),
            field("cost", amount(outlet.cost)),
            field(
                "cost_per_piece",
                if outlet.cost_per_piece.0 > 0 { amount(outlet.cost_per_piece) } else { String::new() },
            ),
            field("reach", outlet.reach.map(|n| n.to_string()).unwrap_or_default()),
        ];
        fields.extend(outlet.pieces.iter().map(|p| field("pieces[]", p.code())));
        Some(fields)
    }

    fn groups(_: &Campaign, slug: Option<&str>, typed: Typed<'_>) -> Vec<Group> {
        // Who answers « ne sait plus » names no outlet.
        let channels = Channel::ALL.iter().filter(|c| **c != Channel::Unknown);
        let channels = channels.map(|c| (c.code().to_owned(), c.label().to_owned()));
        let pieces = PIECES.iter().map(|(piece, name)| (piece.code().to_owned(), (*name).to_owned()));
        let ticks = typed.ticks("pieces", "Ce qui est fabriqué pour lui, à chaque atelier", pieces);
        vec![
            Group::new(
                "Le relais",
                vec![
                    typed.text("name", "Nom").hint("« Mairie de Langogne »"),
                    typed.select("channel", "Canal", Some("Choisissez…"), channels),
                    match slug {
                        None => ticks.hint("Rien de coché\u{a0}: ce qui convient au canal."),
                        Some(_) => ticks,
                    },
                ],
            ),
            Group::new(
                "Coût et portée",
                vec![
                    typed.text("cost", "Coût en tout").hint("« 40 € », « 0 » s’il ne coûte rien"),
                    typed
                        .text("cost_per_piece", "Coût par lettre")
                        .optional()
                        .hint("Pour le courrier : impression, enveloppe, timbre."),
                    typed
                        .input("number", "reach", "Foyers qu’il peut toucher")
                        .optional()
                        .hint("Si on le sait ; les lettres se comptent elles-mêmes."),
                ],
            ),
            super::workshops::short_name(typed, "Nom court, pour les fichiers"),
        ]
    }
}

/// As people type it.
pub(super) fn amount(cents: Cents) -> String {
    match (cents.0 / 100, cents.0 % 100) {
        (euros, 0) => format!("{euros} €"),
        (euros, cents) => format!("{euros},{cents:02} €"),
    }
}
