//! The form that defines an audience: its fields as typed, read into an [`Audience`] or refused one by one, and written
//! back from one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::audience::{Audience, Cap, DrawnBy, Earlier, Sex};
use crate::domain::campaign::Campaign;
use crate::domain::commune::{InseeCode, Siren};
use crate::domain::fragility::FragilityPart;
use crate::domain::workshop::Venue;
use crate::service::advise_sample::{Hope, USUAL};
use crate::web::extract::Fields;
use crate::web::office::communes;

/// What is wrong with a field.
#[derive(Debug, Clone, Serialize)]
pub struct Wrong {
    /// Its name.
    pub field: String,
    /// What to do, in French.
    pub message: String,
}

/// What a form says.
#[derive(Debug, Clone)]
pub struct AudienceForm {
    /// Whom to write to; where a field is wrong, as if it were empty.
    pub audience: Audience,
    /// What the comparison is expected to show.
    pub hope: Hope,
    /// The fields that cannot be taken, in their order.
    pub mistakes: Vec<Wrong>,
}

/// Reads the fields.
pub fn read(fields: &Fields, campaign: &Campaign) -> AudienceForm {
    let mut reader = Reader { fields, campaign, mistakes: Vec::new() };
    let usual = Audience::default();
    let minimum_age = reader.whole("age_min", 0..=110, "un âge de 0 à 110 ans").unwrap_or(0);
    let mut maximum_age = reader.whole("age_max", 0..=120, "un âge de 0 à 120 ans");
    if maximum_age.is_some_and(|most| most < minimum_age) {
        reader.wrong("age_max", "L’âge maximum est sous l’âge minimum\u{a0}: corrigez l’un des deux.".to_owned());
        maximum_age = None;
    }
    let within_km = reader.needed("km", 1..=1000, "une distance de 1 à 1 000 km");
    let communes = reader.communes("communes", fields.get("communes"));
    let not_communes = reader.communes("sauf", fields.get("sauf"));
    let assigned = reader.assigned();
    let minimum_population = reader.whole("population_min", 0..=3_000_000, "un nombre d’habitants");
    let maximum_population = reader.whole("population_max", 0..=3_000_000, "un nombre d’habitants");
    if minimum_population.zip(maximum_population).is_some_and(|(least, most)| most < least) {
        reader.wrong(
            "population_max",
            "La population maximum est sous le minimum\u{a0}: corrigez l’une des deux.".to_owned(),
        );
    }
    let mut fragility = BTreeMap::new();
    for part in FragilityPart::ALL {
        let least = reader.decimal(&fragility_field(part), 0.0..=10.0, "une note de 0 à 10");
        fragility.extend(least.map(|least| (part, least)));
    }
    let cap = reader.cap();
    let later = reader.needed("plus_tard", 0..=50, "une part de 0 à 50\u{a0}%");
    let percent = |reader: &mut Reader<'_>, field, usual| {
        reader.decimal(field, 0.01..=99.0, "un taux de 0,01 à 99\u{a0}%").map_or(usual, |percent| percent / 100.0)
    };
    let hope = Hope {
        baseline: percent(&mut reader, "sans_lettre", USUAL.baseline),
        hoped: percent(&mut reader, "avec_lettre", USUAL.hoped),
    };
    let all = |name| fields.all(name).filter(|v| !v.is_empty()).map(str::to_owned).collect::<BTreeSet<String>>();
    let audience = Audience {
        minimum_age: u8::try_from(minimum_age).unwrap_or(usual.minimum_age),
        maximum_age: maximum_age.and_then(|age| u8::try_from(age).ok()),
        within_km: within_km.map_or(usual.within_km, f64::from),
        later_share: later.map_or(usual.later_share, |percent| f64::from(percent) / 100.0),
        sex: Sex::ALL.into_iter().find(|sex| sex.code() == fields.get("sexe")),
        communes,
        not_communes,
        epcis: fields.all("epci").filter_map(|siren| siren.parse().ok()).collect(),
        assigned,
        minimum_population,
        maximum_population,
        fragility,
        funds: all("caisse"),
        lists: all("liste"),
        contacted: earlier(fields.get("courrier")),
        attended: earlier(fields.get("venue")),
        cap,
        drawn_by: DrawnBy::ALL.into_iter().find(|by| by.code() == fields.get("tirage")).unwrap_or_default(),
    };
    AudienceForm { audience, hope, mistakes: reader.mistakes }
}

/// The fields that say this audience.
pub fn write(audience: &Audience, venues: &[Venue], hope: Hope) -> Fields {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: String| fields.push((name.to_owned(), value));
    let optional = |value: Option<u32>| value.map(|v| v.to_string()).unwrap_or_default();
    add("age_min", audience.minimum_age.to_string());
    add("age_max", optional(audience.maximum_age.map(u32::from)));
    add("sexe", audience.sex.map_or("", Sex::code).to_owned());
    add("km", format!("{:.0}", audience.within_km));
    add("communes", communes::named(&audience.communes));
    add("sauf", communes::named(&audience.not_communes));
    audience.epcis.iter().for_each(|siren: &Siren| add("epci", siren.to_string()));
    let assigned = audience.assigned.iter().map(|(slug, communes)| {
        let venue = venues.iter().find(|v| v.slug == *slug).map_or_else(|| slug.clone(), |v| venue_name(v, venues));
        format!("{venue}\u{a0}: {}", communes::named(communes))
    });
    add("rattachements", assigned.collect::<Vec<_>>().join("\n"));
    add("population_min", optional(audience.minimum_population));
    add("population_max", optional(audience.maximum_population));
    for (part, least) in &audience.fragility {
        add(&fragility_field(*part), decimal(*least));
    }
    audience.funds.iter().for_each(|fund| add("caisse", fund.clone()));
    audience.lists.iter().for_each(|list| add("liste", list.clone()));
    add("courrier", audience.contacted.code().to_owned());
    add("venue", audience.attended.code().to_owned());
    match audience.cap {
        Some(Cap::Letters(letters)) => add("plafond", letters.to_string()),
        Some(Cap::Seats { seats, response }) => {
            add("places", seats.to_string());
            add("taux", decimal(response * 100.0));
        }
        None => {}
    }
    add("plus_tard", format!("{:.0}", audience.later_share * 100.0));
    add("tirage", audience.drawn_by.code().to_owned());
    add("sans_lettre", decimal(hope.baseline * 100.0));
    add("avec_lettre", decimal(hope.hoped * 100.0));
    Fields::of(fields)
}

/// A venue as the field of assigned communes calls it: by its name, and by its short name too where others have that name.
pub fn venue_name(venue: &Venue, venues: &[Venue]) -> String {
    let shared = venues.iter().filter(|other| other.name == venue.name).count() > 1;
    if shared { format!("{} ({})", venue.name, venue.slug) } else { venue.name.clone() }
}

/// The field of a part of the fragility index.
pub fn fragility_field(part: FragilityPart) -> String {
    format!("fragilite_{}", part.code())
}

struct Reader<'f> {
    fields: &'f Fields,
    campaign: &'f Campaign,
    mistakes: Vec<Wrong>,
}

impl Reader<'_> {
    fn wrong(&mut self, field: &str, message: String) {
        self.mistakes.push(Wrong { field: field.to_owned(), message });
    }

    fn whole(&mut self, field: &str, range: std::ops::RangeInclusive<u32>, expected: &str) -> Option<u32> {
        let written: String = self.fields.get(field).chars().filter(|c| !c.is_whitespace()).collect();
        if written.is_empty() {
            return None;
        }
        let read = written.parse().ok().filter(|n| range.contains(n));
        if read.is_none() {
            self.wrong(field, format!("« {written} » ne convient pas\u{a0}: il faut {expected}."));
        }
        read
    }

    fn needed(&mut self, field: &str, range: std::ops::RangeInclusive<u32>, expected: &str) -> Option<u32> {
        if self.fields.get(field).is_empty() {
            self.wrong(field, format!("Ce champ est vide\u{a0}: il faut {expected}."));
        }
        self.whole(field, range, expected)
    }

    fn decimal(&mut self, field: &str, range: std::ops::RangeInclusive<f64>, expected: &str) -> Option<f64> {
        let written = self.fields.get(field);
        if written.is_empty() {
            return None;
        }
        let number = written.trim_end_matches('%').trim().replace(',', ".");
        let read = number.parse().ok().filter(|n| range.contains(n));
        if read.is_none() {
            self.wrong(field, format!("« {written} » ne convient pas\u{a0}: il faut {expected}."));
        }
        read
    }

    fn cap(&mut self) -> Option<Cap> {
        let letters = self.whole("plafond", 1..=10_000_000, "un nombre de lettres");
        let seats = self.whole("places", 1..=100_000, "un nombre de places");
        let response = self.decimal("taux", 0.1..=100.0, "un taux de 0,1 à 100\u{a0}%");
        match (letters, seats, response) {
            (Some(_), Some(_), _) => {
                self.wrong(
                    "plafond",
                    "Donnez un nombre de lettres, ou des places avec un taux, mais pas les deux.".to_owned(),
                );
                None
            }
            (Some(letters), None, _) => Some(Cap::Letters(letters)),
            (None, Some(seats), Some(percent)) => Some(Cap::Seats { seats, response: percent / 100.0 }),
            (None, Some(_), None) => {
                if self.fields.get("taux").is_empty() {
                    self.wrong("taux", "Dites quelle part des lettres amène quelqu’un, par exemple 2.".to_owned());
                }
                None
            }
            (None, None, Some(_)) => {
                self.wrong(
                    "places",
                    "Une part sans places ne dit rien : dites combien de places sont à remplir.".to_owned(),
                );
                None
            }
            (None, None, None) => None,
        }
    }

    /// « Médiathèque de Langogne : Auroux, Grandrieu », a line a venue.
    fn assigned(&mut self) -> BTreeMap<String, BTreeSet<InseeCode>> {
        let mut assigned: BTreeMap<String, BTreeSet<InseeCode>> = BTreeMap::new();
        let written = self.fields.get("rattachements").to_owned();
        for line in written.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let Some((written, communes)) = line.rsplit_once(':') else {
                let message = format!("« {line} »\u{a0}: écrivez le lieu, deux-points, puis les communes.");
                self.wrong("rattachements", message);
                continue;
            };
            match self.venue(written.trim()) {
                Ok(slug) => {
                    let communes = self.communes("rattachements", communes);
                    assigned.entry(slug).or_default().extend(communes);
                }
                Err(message) => self.wrong("rattachements", message),
            }
        }
        assigned
    }

    /// The short name of the one venue that is called so, by its name, its short name or its town.
    fn venue(&self, written: &str) -> Result<String, String> {
        let venues = &self.campaign.venues;
        let exact = |v: &&Venue| v.slug == written || same(&venue_name(v, venues), written);
        let loose = |v: &&Venue| same(&v.name, written) || same(&v.town, written);
        let mut found: Vec<_> = venues.iter().filter(exact).collect();
        if found.is_empty() {
            found = venues.iter().filter(loose).collect();
        }
        let named = |venues: &[&Venue]| {
            let names: Vec<_> =
                venues.iter().map(|v| format!("« {} »", venue_name(v, &self.campaign.venues))).collect();
            names.join(", ")
        };
        match found.as_slice() {
            [only] => Ok(only.slug.clone()),
            [] => {
                let all = named(&venues.iter().collect::<Vec<_>>());
                Err(format!("« {written} » n’est pas un lieu de la campagne. Ses lieux\u{a0}: {all}."))
            }
            several => {
                let some = named(several);
                Err(format!("Plusieurs lieux répondent à « {written} »\u{a0}: écrivez l’un de {some}."))
            }
        }
    }

    fn communes(&mut self, field: &str, written: &str) -> BTreeSet<InseeCode> {
        let (found, mistakes) = communes::read(written, self.campaign);
        mistakes.into_iter().for_each(|mistake| self.wrong(field, mistake.to_string()));
        found
    }
}

fn same(a: &str, b: &str) -> bool {
    deunicode::deunicode(a).eq_ignore_ascii_case(&deunicode::deunicode(b))
}

fn earlier(code: &str) -> Earlier {
    Earlier::ALL.into_iter().find(|wish| wish.code() == code).unwrap_or_default()
}

fn decimal(number: f64) -> String {
    let written = format!("{number:.4}");
    written.trim_end_matches('0').trim_end_matches('.').replace('.', ",")
}
