//! French names of people born between 1925 and 1970, the frequent ones first.

use super::Random;

#[rustfmt::skip]
const SURNAMES: &[&str] = &[
    "MARTIN", "BERNARD", "DUBOIS", "THOMAS", "ROBERT", "RICHARD", "PETIT", "DURAND", "LEROY", "MOREAU", "SIMON", "LAURENT",
    "LEFEBVRE", "MICHEL", "GARCIA", "DAVID", "BERTRAND", "ROUX", "VINCENT", "FOURNIER", "MOREL", "GIRARD", "ANDRÉ", "LEFÈVRE",
    "MERCIER", "DUPONT", "LAMBERT", "BONNET", "FRANÇOIS", "MARTINEZ", "LEGRAND", "GARNIER", "FAURE", "ROUSSEAU", "BLANC",
    "GUÉRIN", "MULLER", "HENRY", "ROUSSEL", "NICOLAS", "PERRIN", "MORIN", "MATHIEU", "CLÉMENT", "GAUTHIER", "DUMONT", "LOPEZ",
    "FONTAINE", "CHEVALIER", "ROBIN", "MASSON", "SANCHEZ", "GÉRARD", "NGUYEN", "BOYER", "DENIS", "LEMAIRE", "DUVAL", "JOLY",
    "GAUTIER", "ROGER", "ROCHE", "ROY", "NOËL", "MEYER", "LUCAS", "MEUNIER", "JEAN", "PEREZ", "MARCHAND", "DUFOUR", "BLANCHARD",
    "MARIE", "BARBIER", "BRUN", "DUMAS", "BRUNET", "SCHMITT", "LEROUX", "COLAS", "FERNANDEZ", "DE OLIVEIRA", "LE GALL", "LE GOFF",
    "D'ALMEIDA", "DE LA TOUR", "SAINT-LÉGER", "MARTIN-DUPONT", "DELAUNAY", "L'HOSTIS", "DU PLESSIS", "VAN DEN BERGHE", "BEN SAÏD",
    "LE BRETON", "O'BRIEN", "CASANOVA", "PAOLI", "SANTINI", "HOAREAU", "PAYET", "GRONDIN", "FERREIRA DA SILVA",
];
const FRONTS: &[&str] = &[
    "BAR", "BEL", "BON", "BOU", "BRU", "CAL", "CAS", "CHA", "COR", "COU", "DEL", "DOR", "FAB", "FER", "FOU", "GAL",
    "GAU", "GOR", "GUI", "HER", "JOU", "LAC", "LAR", "LAV", "MAL", "MAR", "MAU", "MON", "NAU", "PAL", "PEY", "PON",
    "POR", "RAM", "REN", "RIV", "ROU", "SAL", "SER", "SOU", "TAR", "TER", "TOU", "VAL", "VER", "VID", "VIG", "VOL",
];
const MIDDLES: &[&str] =
    &["", "A", "E", "I", "O", "ANG", "ARD", "EN", "ESS", "IN", "OLL", "OUR", "UV", "ENT", "AC", "ICH"];
const ENDS: &[&str] = &[
    "ADE", "AGUE", "AL", "AND", "ARD", "AS", "AUD", "AULT", "EAU", "EL", "ENC", "ET", "EUX", "EZ", "IER", "IÈRE", "IN",
    "IOL", "ON", "OT", "OUL", "OUX", "UC", "Y",
];
const MEN: &[&str] = &[
    "Jean",
    "Michel",
    "Pierre",
    "André",
    "Jacques",
    "Claude",
    "Bernard",
    "Gérard",
    "Alain",
    "Daniel",
    "René",
    "Robert",
    "Roger",
    "Guy",
    "Marcel",
    "Georges",
    "Henri",
    "Louis",
    "Philippe",
    "Christian",
    "Maurice",
    "Serge",
    "Patrick",
    "Jean-Pierre",
    "Raymond",
    "Jean-Claude",
    "Paul",
    "François",
    "Gilbert",
    "Yves",
    "Francis",
    "Jean-Paul",
    "Joseph",
    "Gilles",
    "Dominique",
    "Lucien",
    "Didier",
    "Roland",
    "Jean-Marie",
    "Marc",
    "Hervé",
    "Thierry",
    "Émile",
    "Albert",
    "Noël",
    "Fernand",
    "Élie",
    "Joël",
    "Ange",
    "Mohamed",
    "Antonio",
    "José",
    "Ali",
    "Camille",
    "Hyacinthe",
];
const WOMEN: &[&str] = &[
    "Marie",
    "Jeanne",
    "Monique",
    "Françoise",
    "Nicole",
    "Jacqueline",
    "Denise",
    "Christiane",
    "Odette",
    "Yvette",
    "Simone",
    "Paulette",
    "Jeannine",
    "Michèle",
    "Madeleine",
    "Thérèse",
    "Suzanne",
    "Annie",
    "Catherine",
    "Colette",
    "Danielle",
    "Andrée",
    "Chantal",
    "Anne-Marie",
    "Josette",
    "Marcelle",
    "Ginette",
    "Hélène",
    "Yvonne",
    "Martine",
    "Lucienne",
    "Claudine",
    "Évelyne",
    "Marie-Claude",
    "Bernadette",
    "Brigitte",
    "Éliane",
    "Huguette",
    "Liliane",
    "Renée",
    "Geneviève",
    "Marie-Thérèse",
    "Sylvie",
    "Germaine",
    "Raymonde",
    "Marguerite",
    "Josiane",
    "Arlette",
    "Dominique",
    "Maryse",
    "Fatima",
    "Maria",
    "Rose-Marie",
    "Zoé",
    "Camille",
    "Noëlle",
];
/// Short forms that families and lists use.
const NICKNAMES: &[(&str, &str)] = &[
    ("Jean-Pierre", "Jean Pierre"),
    ("Jacqueline", "Jacquie"),
    ("Jean-Claude", "JC"),
    ("Anne-Marie", "Anne"),
    ("Michel", "Mich"),
    ("Marie-Claude", "M.-Claude"),
    ("Jean-Paul", "J-Paul"),
    ("Marie-Thérèse", "M. Thérèse"),
    ("Jean-Marie", "Jean"),
];

/// A surname: half of the people share the frequent ones.
pub fn surname(random: &mut Random) -> String {
    if random.chance(0.4) {
        return (*random.of_ranked(SURNAMES)).to_owned();
    }
    let (front, middle, end) = (random.of_ranked(FRONTS), random.of_ranked(MIDDLES), random.of_ranked(ENDS));
    format!("{front}{middle}{end}")
}

/// A first name.
pub fn first_name(random: &mut Random, woman: bool) -> &'static str {
    let names: &[&'static str] = if woman { WOMEN } else { MEN };
    random.of_ranked::<&'static str>(names)
}

/// What somebody is also called, where there is such a name.
pub fn nickname(first_name: &str) -> Option<&'static str> {
    NICKNAMES.iter().find(|(long, _)| *long == first_name).map(|(_, short)| *short)
}
