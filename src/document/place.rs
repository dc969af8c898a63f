//! How a piece says where a workshop is held.

use crate::domain::workshop::Venue;
use crate::text::typography::french;

/// The venue's name; a town of several words that it says stays whole.
pub fn venue_name(venue: &Venue) -> String {
    french(&venue.name.replace(&venue.town, &whole_town(venue)))
}

/// The town, on one line: « Florac Trois Rivières ».
pub fn whole_town(venue: &Venue) -> String {
    venue.town.trim().replace(' ', "\u{a0}")
}

/// Street, and the town where the venue's name does not say it already.
pub fn street(venue: &Venue) -> String {
    joined([&venue.street, &town(venue)])
}

/// The same, and how to find it.
pub fn street_and_directions(venue: &Venue) -> String {
    joined([&venue.street, &town(venue), &venue.directions])
}

/// The town, empty where the venue's name says it: « Maison du Malzieu-Ville » says « Le Malzieu-Ville ».
fn town(venue: &Venue) -> String {
    let bare = ["Le ", "La ", "Les ", "L’", "L'"].iter().find_map(|article| venue.town.strip_prefix(article));
    let bare = bare.unwrap_or(&venue.town).to_lowercase();
    if venue.name.to_lowercase().contains(&bare) { String::new() } else { whole_town(venue) }
}

fn joined<const N: usize>(parts: [&str; N]) -> String {
    let parts: Vec<&str> = parts.into_iter().map(str::trim).filter(|p| !p.is_empty()).collect();
    french(&parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_town_is_said_once() {
        let venue = |name: &str, town: &str| Venue {
            slug: String::new(),
            name: name.into(),
            street: "9 place de l'Exemple".into(),
            directions: "parking devant".into(),
            postcode: "48300".parse().unwrap(),
            town: town.into(),
            commune: "48080".parse().unwrap(),
        };
        assert_eq!(street(&venue("Médiathèque de Langogne", "Langogne")), "9 place de l’Exemple");
        assert_eq!(street(&venue("Maison du Malzieu-Ville", "Le Malzieu-Ville")), "9 place de l’Exemple");
        let florac = venue("Maison de Florac Trois Rivières", "Florac Trois Rivières");
        assert_eq!(venue_name(&florac), "Maison de Florac\u{a0}Trois\u{a0}Rivières");
        assert_eq!(
            street(&venue("Maison", "Florac Trois Rivières")),
            "9 place de l’Exemple, Florac\u{a0}Trois\u{a0}Rivières"
        );
        let apart = venue("Salle des fêtes", "Grandrieu");
        assert_eq!(street_and_directions(&apart), "9 place de l’Exemple, Grandrieu, parking devant");
    }
}
