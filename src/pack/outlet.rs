//! An outlet, of a pack or a form.

use super::Section;
use crate::domain::channel::{Channel, Outlet, Piece};
use crate::domain::price::Cents;

/// An outlet with this short name.
pub fn outlet(section: &mut Section<'_>, slug: Option<String>) -> Option<Outlet> {
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
    Some(Outlet { slug: slug?, name: name?, channel: channel?, cost: cost?, cost_per_piece, reach, pieces })
}

/// What an outlet is given where nobody says it: letters are their own piece; everybody else can hand out a flyer and
/// hang a poster (or attach it), and who publishes gets the notice, alone where there is neither counter nor wall.
pub fn usual_pieces(channel: Channel) -> Vec<Piece> {
    match channel {
        Channel::Letter => vec![],
        Channel::Bulletin | Channel::Press | Channel::Radio | Channel::Web => vec![Piece::Notice],
        Channel::Panneaupocket | Channel::Townhall => vec![Piece::Flyer, Piece::Poster, Piece::Notice],
        _ => vec![Piece::Flyer, Piece::Poster],
    }
}
