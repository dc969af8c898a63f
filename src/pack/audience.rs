//! The sections `[audience]` and `[[audiences]]` of a pack: read with their mistakes, and written so that they read back the
//! same.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::reader::Section;
use super::write::quoted;
use crate::domain::Invalid;
use crate::domain::audience::{Audience, Cap, DrawnBy, Earlier, NamedAudience, Sex, USUAL_NAME, parse_name};
use crate::domain::commune::InseeCode;
use crate::domain::fragility::FragilityPart;
use crate::domain::workshop::Venue;

/// The venues of a pack by the name that workshops use.
type Venues = BTreeMap<String, Venue>;

/// Reads the chosen audience, and its name, which need not be there.
pub fn chosen(mut section: Section<'_>, venues: &Venues, venues_known: bool) -> Option<NamedAudience> {
    let name = section.optional_parsed("name", parse_name).unwrap_or_else(|| USUAL_NAME.to_owned());
    Some(NamedAudience { name, audience: read(section, venues, venues_known)? })
}

/// Reads an audience that was saved beside the chosen one; `taken` holds the names that were met before.
pub fn other(
    mut section: Section<'_>,
    venues: &Venues,
    venues_known: bool,
    taken: &mut BTreeSet<String>,
) -> Option<NamedAudience> {
    let name = section.parsed("name", "65 ans et plus, Margeride", |written| {
        let name = parse_name(written)?;
        if taken.insert(name.clone()) {
            return Ok(name);
        }
        Err(Invalid::new(format!("un autre public s’appelle déjà « {name} » : choisissez un autre nom.")))
    });
    let audience = read(section, venues, venues_known);
    Some(NamedAudience { name: name?, audience: audience? })
}

/// Reads what both say. `venues` are those of the pack that could be read, by short name.
fn read(mut section: Section<'_>, venues: &Venues, venues_known: bool) -> Option<Audience> {
    let minimum_age = section.number("minimum_age", 0..=110);
    let age_line = section.line_of("maximum_age");
    let maximum_age = section.optional_number("maximum_age", 0..=120);
    if maximum_age.zip(minimum_age).is_some_and(|(most, least)| most < least) {
        section.mistake(age_line, "« maximum_age » : l’âge maximum ne peut pas être sous l’âge minimum.");
    }
    let within_km = section.number("within_km", 1..=1000);
    let later_percent = section.number("later_percent", 0..=50);
    let sex = section.optional_parsed("sex", |code| one_of(code, Sex::ALL, Sex::code));
    let communes = parsed(&mut section, "communes");
    let not_communes = parsed(&mut section, "not_communes");
    let epcis = parsed(&mut section, "epcis");
    let assigned = assigned(&mut section, venues, venues_known);
    let minimum_population = section.optional_number("minimum_population", 0..=3_000_000);
    let maximum_population = section.optional_number("maximum_population", 0..=3_000_000);
    let fragility = fragility(&mut section);
    let funds = texts(&mut section, "funds");
    let lists = texts(&mut section, "lists");
    let contacted = section.optional_parsed("contacted", |code| one_of(code, Earlier::ALL, Earlier::code));
    let attended = section.optional_parsed("attended", |code| one_of(code, Earlier::ALL, Earlier::code));
    let cap = cap(&mut section);
    let drawn_by = section.optional_parsed("drawn_by", |code| one_of(code, DrawnBy::ALL, DrawnBy::code));
    section.finish();
    let small = |n: Option<u64>| n.and_then(|n| u32::try_from(n).ok());
    Some(Audience {
        minimum_age: u8::try_from(minimum_age?).ok()?,
        maximum_age: maximum_age.and_then(|age| u8::try_from(age).ok()),
        within_km: small(within_km)?.into(),
        later_share: f64::from(small(later_percent)?) / 100.0,
        sex,
        communes,
        not_communes,
        epcis,
        assigned,
        minimum_population: small(minimum_population),
        maximum_population: small(maximum_population),
        fragility,
        funds,
        lists,
        contacted: contacted.unwrap_or_default(),
        attended: attended.unwrap_or_default(),
        cap,
        drawn_by: drawn_by.unwrap_or_default(),
    })
}

/// Writes the chosen audience as TOML, with what it asks for and nothing else. The usual name goes without saying.
pub fn write_chosen(name: &str, audience: &Audience) -> String {
    write("[audience]", "audience", Some(name).filter(|name| *name != USUAL_NAME), audience)
}

/// Writes an audience that was saved beside it.
pub fn write_other(other: &NamedAudience) -> String {
    write("[[audiences]]", "audiences", Some(&other.name), &other.audience)
}

fn write(head: &str, key: &str, name: Option<&str>, audience: &Audience) -> String {
    let mut out = format!("{head}\n");
    let mut line = |key: &str, value: String| {
        // A String takes whatever is written to it.
        let _ = writeln!(out, "{key} = {value}");
    };
    if let Some(name) = name {
        line("name", quoted(name));
    }
    line("minimum_age", audience.minimum_age.to_string());
    if let Some(age) = audience.maximum_age {
        line("maximum_age", age.to_string());
    }
    line("within_km", format!("{:.0}", audience.within_km));
    line("later_percent", format!("{:.0}", audience.later_share * 100.0));
    if let Some(sex) = audience.sex {
        line("sex", quoted(sex.code()));
    }
    for (key, values) in [
        ("communes", list(&audience.communes)),
        ("not_communes", list(&audience.not_communes)),
        ("epcis", list(&audience.epcis)),
        ("funds", list(&audience.funds)),
        ("lists", list(&audience.lists)),
    ] {
        if let Some(values) = values {
            line(key, values);
        }
    }
    for (key, bound) in
        [("minimum_population", audience.minimum_population), ("maximum_population", audience.maximum_population)]
    {
        if let Some(bound) = bound {
            line(key, bound.to_string());
        }
    }
    for (key, wish) in [("contacted", audience.contacted), ("attended", audience.attended)] {
        if wish != Earlier::Any {
            line(key, quoted(wish.code()));
        }
    }
    match audience.cap {
        Some(Cap::Letters(letters)) => line("letters", letters.to_string()),
        Some(Cap::Seats { seats, response }) => {
            line("seats", seats.to_string());
            line("response_percent", quoted(&decimal(response * 100.0)));
        }
        None => {}
    }
    if audience.drawn_by != DrawnBy::Household {
        line("drawn_by", quoted(audience.drawn_by.code()));
    }
    if !audience.fragility.is_empty() {
        let _ = writeln!(out, "\n[{key}.fragility]");
        for (part, least) in &audience.fragility {
            let _ = writeln!(out, "{} = {}", part.code(), quoted(&decimal(*least)));
        }
    }
    if !audience.assigned.is_empty() {
        let _ = writeln!(out, "\n[{key}.assigned]");
        for (venue, communes) in &audience.assigned {
            let _ = writeln!(out, "{} = {}", quoted(venue), list(communes).unwrap_or("[]".to_owned()));
        }
    }
    out
}

fn assigned(section: &mut Section<'_>, venues: &Venues, venues_known: bool) -> BTreeMap<String, BTreeSet<InseeCode>> {
    let mut assigned: BTreeMap<String, BTreeSet<InseeCode>> = BTreeMap::new();
    let Some(mut inner) = section.optional_section("assigned") else { return assigned };
    for key in inner.keys() {
        let line = inner.line_of(&key);
        let communes: BTreeSet<InseeCode> = parsed(&mut inner, &key);
        // Who wrote a venue's own name meant the venue, where only one has it.
        let named: Vec<_> =
            venues.values().filter(|venue| venue.name == key).map(|venue| venue.slug.as_str()).collect();
        let slug = match (venues.contains_key(&key), named.as_slice()) {
            (true, _) => &key,
            (false, [only]) => *only,
            (false, []) if venues_known => {
                let names = venues.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                inner.mistake(line, format!("« {key} » n’est pas un lieu du dossier. Lieux du dossier : {names}."));
                continue;
            }
            (false, several) => {
                if venues_known {
                    let several = several.join(", ");
                    inner.mistake(
                        line,
                        format!(
                            "plusieurs lieux s’appellent « {key} » : écrivez le nom court de l’un d’eux, {several}."
                        ),
                    );
                }
                continue;
            }
        };
        assigned.entry(slug.to_owned()).or_default().extend(communes);
    }
    inner.finish();
    assigned
}

fn fragility(section: &mut Section<'_>) -> BTreeMap<FragilityPart, f64> {
    let mut least = BTreeMap::new();
    let Some(mut inner) = section.optional_section("fragility") else { return least };
    for part in FragilityPart::ALL {
        let value = inner.optional_parsed(part.code(), |written| number(written, 0.0..=10.0, "une note de 0 à 10"));
        least.extend(value.map(|value| (part, value)));
    }
    inner.finish();
    least
}

fn cap(section: &mut Section<'_>) -> Option<Cap> {
    let line = section.line_of("seats");
    let letters = section.optional_number("letters", 1..=10_000_000).and_then(|n| u32::try_from(n).ok());
    let seats = section.optional_number("seats", 1..=100_000).and_then(|n| u32::try_from(n).ok());
    let response = section.optional_parsed("response_percent", |written| {
        number(written, 0.1..=100.0, "un pourcentage de 0,1 à 100, par exemple 2")
    });
    match (letters, seats, response) {
        (None, None, None) => None,
        (Some(letters), None, None) => Some(Cap::Letters(letters)),
        (None, Some(seats), Some(percent)) => Some(Cap::Seats { seats, response: percent / 100.0 }),
        _ => {
            section.mistake(
                line,
                "pour plafonner les lettres : « letters » seul, ou « seats » et « response_percent » ensemble.",
            );
            None
        }
    }
}

/// Values of a list, each as a type; one that cannot be read is a mistake at the list's line.
fn parsed<T: std::str::FromStr<Err = Invalid> + Ord>(section: &mut Section<'_>, key: &str) -> BTreeSet<T> {
    let Some((line, texts)) = section.optional_texts(key) else { return BTreeSet::new() };
    texts.iter().filter_map(|text| section.understood(line, key, text.parse())).collect()
}

fn texts(section: &mut Section<'_>, key: &str) -> BTreeSet<String> {
    section.optional_texts(key).map(|(_, texts)| texts.into_iter().collect()).unwrap_or_default()
}

fn one_of<T: Copy, const N: usize>(written: &str, all: [T; N], code: fn(T) -> &'static str) -> Result<T, Invalid> {
    all.into_iter().find(|value| code(*value) == written).ok_or_else(|| {
        let codes = all.map(|value| format!("« {} »", code(value))).join(", ");
        Invalid::new(format!("« {written} » n’est pas connu : écrivez l’un de {codes}."))
    })
}

fn number(written: &str, range: std::ops::RangeInclusive<f64>, expected: &str) -> Result<f64, Invalid> {
    let read = written.trim().replace(',', ".").parse().ok().filter(|n| range.contains(n));
    read.ok_or_else(|| Invalid::new(format!("« {written} » n’est pas {expected}.")))
}

/// At most four decimals, none that says nothing.
fn decimal(number: f64) -> String {
    let written = format!("{number:.4}");
    written.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn list<T: ToString>(values: &BTreeSet<T>) -> Option<String> {
    let written: Vec<_> = values.iter().map(|value| quoted(&value.to_string())).collect();
    (!written.is_empty()).then(|| format!("[{}]", written.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::super::reader::Mistakes;
    use super::*;

    fn venues() -> Venues {
        let venue = |slug: &str, name: &str| Venue {
            slug: slug.to_owned(),
            name: name.to_owned(),
            street: "9 place de l’Exemple".to_owned(),
            directions: String::new(),
            postcode: "48300".parse().unwrap(),
            town: "Langogne".to_owned(),
            commune: "48080".parse().unwrap(),
        };
        let of = |slug: &str, name: &str| (slug.to_owned(), venue(slug, name));
        let two = [of("salle-mende", "Salle des fêtes"), of("salle-langogne", "Salle des fêtes")];
        two.into_iter().chain([of("langogne", "Médiathèque de Langogne")]).collect()
    }

    fn read_back(source: &str) -> Result<(NamedAudience, Vec<NamedAudience>), Vec<String>> {
        let mistakes = Mistakes::new(source);
        let read = Section::document(source, &mistakes).and_then(|mut document| {
            let section = document.section("audience");
            let others = document.optional_sections("audiences");
            document.finish();
            let chosen = chosen(section?, &venues(), true)?;
            let mut taken = BTreeSet::from([chosen.name.clone()]);
            let others = others.into_iter().map(|section| other(section, &venues(), true, &mut taken));
            let others: Vec<_> = others.collect();
            Some((chosen, others.into_iter().collect::<Option<Vec<_>>>()?))
        });
        let found: Vec<_> = mistakes.into_sorted().into_iter().map(|m| format!("{}: {}", m.line, m.message)).collect();
        read.filter(|_| found.is_empty()).ok_or(found)
    }

    fn full() -> Audience {
        Audience {
            minimum_age: 62,
            maximum_age: Some(90),
            within_km: 30.0,
            later_share: 0.5,
            sex: Some(Sex::Female),
            communes: ["48095".parse().unwrap(), "48080".parse().unwrap()].into(),
            not_communes: ["48061".parse().unwrap()].into(),
            epcis: ["200069268".parse().unwrap()].into(),
            assigned: ["langogne", "salle-mende"]
                .map(|slug| (slug.to_owned(), ["48080".parse().unwrap()].into()))
                .into(),
            minimum_population: Some(100),
            maximum_population: Some(20_000),
            fragility: [(FragilityPart::Index, 6.5), (FragilityPart::Mobile, 4.0)].into(),
            funds: ["l’Agirc-Arrco".to_owned()].into(),
            lists: ["liste \"une\".csv".to_owned()].into(),
            contacted: Earlier::Never,
            attended: Earlier::Before,
            cap: Some(Cap::Seats { seats: 24, response: 0.02 }),
            drawn_by: DrawnBy::Commune,
        }
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let named = |name: &str, audience| NamedAudience { name: name.to_owned(), audience };
        for name in [USUAL_NAME, "65 ans et plus, « Margeride »"] {
            for audience in [full(), Audience::default(), Audience { cap: Some(Cap::Letters(800)), ..full() }] {
                let others = vec![named("Un = autre", full()), named("Tous", Audience::default())];
                let mut written = write_chosen(name, &audience);
                written.extend(others.iter().map(write_other));
                assert_eq!(read_back(&written), Ok((named(name, audience), others)), "{written}");
            }
        }
    }

    #[test]
    fn a_venue_named_in_full_is_found_unless_two_have_that_name() {
        let source = |venue: &str| {
            format!(
                "[audience]\nminimum_age = 60\nwithin_km = 25\nlater_percent = 15\n[audience.assigned]\n{venue:?} = [\"48095\"]\n"
            )
        };
        let (read, _) = read_back(&source("Médiathèque de Langogne")).unwrap();
        assert!(read.audience.assigned.contains_key("langogne"));
        let refused = read_back(&source("Salle des fêtes")).unwrap_err().join("\n");
        assert!(refused.contains("6: plusieurs lieux s’appellent") && refused.contains("salle-langogne"), "{refused}");
    }

    #[test]
    fn every_mistake_is_told_at_its_line() {
        let source = "[audience]\nminimum_age = 60\nmaximum_age = 50\nwithin_km = 25\nlater_percent = 15\nsex = \"x\"\ncommunes = [\"Mende\"]\nepcis = [\"12\"]\nseats = 24\ncontacted = \"souvent\"\ncolour = 1\n[audience.fragility]\nindex = \"11\"\n[audience.assigned]\nmende = [\"48095\"]\n[[audiences]]\nname = \"Public du dossier\"\nminimum_age = 60\nwithin_km = 25\nlater_percent = 15\n";
        let found = read_back(source).unwrap_err().join("\n");
        for expected in [
            "3: « maximum_age »",
            "6: « sex »",
            "7: « communes » : « Mende » n’est pas un code INSEE",
            "8: « epcis »",
            "9: pour plafonner",
            "10: « contacted »",
            "11: « colour » n’est pas connu",
            "13: « index »",
            "15: « mende » n’est pas un lieu du dossier. Lieux du dossier : langogne, salle-langogne, salle-mende.",
            "17: « name » : un autre public s’appelle déjà « Public du dossier »",
        ] {
            assert!(found.contains(expected), "« {expected} » is missing:\n{found}");
        }
    }
}
