//! Where people live: the communes of France by their population, and streets.

use super::Random;

/// A commune with one of its postcodes.
#[derive(Debug, Clone)]
pub struct Town {
    pub code: [u8; 5],
    pub name: String,
    pub postcode: String,
    pub label: String,
    pub population: u64,
}

/// Communes, and who lives where.
pub struct Towns {
    towns: Vec<Town>,
    /// Inhabitants up to and with each town.
    upto: Vec<u64>,
}

impl Towns {
    /// Those of these departments, or all.
    pub fn of(departments: &[String]) -> Self {
        let text = include_str!("../../assets/data/communes.csv");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let mut towns = Vec::new();
        for row in reader.records().map_while(Result::ok) {
            let cell = |i: usize| row.get(i).unwrap_or_default();
            let Ok(code) = <[u8; 5]>::try_from(cell(0).as_bytes()) else { continue };
            if !departments.is_empty() && !departments.iter().any(|d| d == cell(2)) {
                continue;
            }
            let deliveries: Vec<(&str, &str)> = cell(6).split('|').filter_map(|d| d.split_once(':')).collect();
            for (postcode, label) in &deliveries {
                towns.push(Town {
                    code,
                    name: cell(1).to_owned(),
                    postcode: (*postcode).to_owned(),
                    label: (*label).to_owned(),
                    population: cell(5).parse::<u64>().unwrap_or(0) / deliveries.len() as u64,
                });
            }
        }
        let upto = towns
            .iter()
            .scan(0, |sum, t| {
                *sum += t.population.max(20);
                Some(*sum)
            })
            .collect();
        Self { towns, upto }
    }

    /// A town, the large ones more often.
    pub fn any(&self, random: &mut Random) -> &Town {
        let at = random.next() % self.upto.last().copied().unwrap_or(1);
        &self.towns[self.upto.partition_point(|sum| *sum <= at)]
    }
}

const TYPES: &[(&str, &str)] = &[
    ("rue", "R"),
    ("avenue", "AV"),
    ("chemin", "CHE"),
    ("route", "RTE"),
    ("impasse", "IMP"),
    ("boulevard", "BD"),
    ("place", "PL"),
    ("allée", "ALL"),
    ("quai", "QUAI"),
    ("montée", "MTE"),
    ("lotissement", "LOT"),
    ("square", "SQ"),
    ("cours", "CRS"),
];
const STREETS: &[&str] = &[
    "de l'Église",
    "de la République",
    "du Moulin",
    "Jean Jaurès",
    "Victor Hugo",
    "de la Gare",
    "des Écoles",
    "du Stade",
    "Pasteur",
    "de la Mairie",
    "du Général de Gaulle",
    "des Lilas",
    "du Château",
    "de la Fontaine",
    "du 8 Mai 1945",
    "Basse",
    "Haute",
    "du Lavoir",
    "des Acacias",
    "Jules Ferry",
    "du Docteur Calmette",
    "de la Liberté",
    "des Tilleuls",
    "du Maréchal Foch",
    "Gambetta",
    "Émile Zola",
    "du Faubourg Saint-Antoine",
    "Saint-Martin",
    "de la Croix Blanche",
    "du Puits",
    "des Vignes",
    "des Cerisiers",
    "de Bellevue",
    "du Commandant Charcot",
    "Louis Pasteur",
    "de Verdun",
    "du 11 Novembre",
    "des Prés",
    "du Bois",
    "Notre-Dame",
    "du Pont Vieux",
    "de l'Abbé Grégoire",
    "de l'Ancienne Poste",
    "du Professeur Langevin",
    "Anatole France",
    "Marcel Pagnol",
    "du Canal",
    "Neuve",
];
const PLACES: &[&str] = &[
    "Le Bourg",
    "Le Village",
    "La Croix",
    "Les Bories",
    "Le Moulin Neuf",
    "La Borde",
    "Le Mas",
    "La Grange",
    "Les Granges",
    "Le Pradel",
    "Lieu-dit Les Salles",
    "La Ferme du Cros",
    "Hameau de Sainte-Anne",
    "Les Roches",
    "Puech Haut",
    "La Chapelle",
    "Ker Anna",
    "Le Haut Bosc",
    "Combe Belle",
    "Les Quatre Vents",
    "Saint-Roch",
    "Le Plan",
    "Les Aires",
    "La Tuilerie",
    "Bel Air",
];

/// An address, as somebody would write it in full.
#[derive(Debug, Clone, Default)]
pub struct Street {
    pub flat: String,
    pub number: String,
    pub kind: usize,
    pub name: String,
    pub place: String,
}

impl Street {
    /// A street of a town or a hamlet of a village.
    pub fn any(random: &mut Random, town: &Town) -> Self {
        let rural = town.population < 3000;
        let mut it = Self { kind: 0, ..Self::default() };
        let hamlet = random.chance(if rural { 0.4 } else { 0.02 });
        if hamlet {
            it.place = (*random.of(PLACES)).to_owned();
        }
        if !hamlet || random.chance(0.15) {
            let top = if rural { 60 } else { 180 };
            it.number = (1 + random.below(top)).to_string();
            if random.chance(0.06) {
                it.number.push_str(random.of::<&str>(&[" bis", " ter", "B"]));
            }
            it.kind = random.of_ranked(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]).to_owned();
            let name = random.of_ranked(STREETS);
            it.name = if town.population > 20_000 {
                // Large towns have many streets.
                format!("{name} {}", random.of(&["", "Prolongée", "Nord", "d'en Haut", "Ancienne", "des Arts"]))
                    .trim()
                    .to_owned()
            } else {
                (*name).to_owned()
            };
        }
        if random.chance(0.015) {
            it.flat = format!("EHPAD {}", random.of(&["Les Tilleuls", "La Colagne", "Saint-Joseph", "Bon Accueil"]));
        } else if !it.number.is_empty() && random.chance(if rural { 0.03 } else { 0.25 }) {
            it.flat = Self::any_flat(random);
        }
        it
    }

    /// Another flat of the same house.
    pub fn neighbour(&self, random: &mut Random) -> Self {
        let told = random.chance(0.7);
        Self { flat: if told { Self::any_flat(random) } else { String::new() }, ..self.clone() }
    }

    fn any_flat(random: &mut Random) -> String {
        let n = 1 + random.below(60);
        match random.below(5) {
            0 => format!("Appt {n}"),
            1 => format!("Bât. {} - Appt {n}", random.of(&["A", "B", "C", "D"])),
            2 => format!("Résidence {}", random.of(&["Les Tilleuls", "Le Parc", "Bellevue", "Les Pins", "Le Clos"])),
            3 => format!("Esc. {} {}e étage", random.of(&["A", "B", "C"]), 2 + n % 5),
            _ => format!("Apt {n}"),
        }
    }

    /// The street and its number.
    pub fn line(&self, short: bool) -> String {
        if self.name.is_empty() {
            return String::new();
        }
        let (long, abbreviated) = TYPES[self.kind];
        format!("{} {} {}", self.number, if short { abbreviated } else { long }, self.name)
    }
}
