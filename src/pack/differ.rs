//! What two packs say differently, fact by fact, as a person would say it.

use toml::{Table, Value};

/// What `pack` and `office` say differently, a line each: both as [`super::write`] gives them, without their lists.
pub fn differences(pack: &str, office: &str) -> Vec<String> {
    let read = |source: &str| source.parse::<Table>().unwrap_or_default();
    let mut lines = Vec::new();
    compare(&[], &Value::Table(read(pack)), &Value::Table(read(office)), &mut lines);
    lines
}

fn compare(path: &[&str], pack: &Value, office: &Value, lines: &mut Vec<String>) {
    let (Some(ours), Some(theirs)) = (keyed(pack), keyed(office)) else {
        if pack != office {
            lines.push(format!("{}\u{a0}: {} dans le dossier, {} au bureau", said(path), shown(pack), shown(office)));
        }
        return;
    };
    for (key, one) in &ours {
        let path: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
        match theirs.iter().find(|(other, _)| other == key) {
            Some((_, other)) => compare(&path, one, other, lines),
            None if is_thing(&path) => lines.push(format!("{}\u{a0}: seulement dans le dossier", said(&path))),
            None => lines.push(format!("{}\u{a0}: {} dans le dossier, rien au bureau", said(&path), shown(one))),
        }
    }
    for (key, other) in theirs.iter().filter(|(key, _)| !ours.iter().any(|(own, _)| own == key)) {
        let path: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
        if is_thing(&path) {
            lines.push(format!("{}\u{a0}: seulement au bureau", said(&path)));
        } else {
            lines.push(format!("{}\u{a0}: rien dans le dossier, {} au bureau", said(&path), shown(other)));
        }
    }
}

/// A table by its keys, or sections by the name that each has; nothing for a value.
fn keyed(value: &Value) -> Option<Vec<(String, &Value)>> {
    match value {
        Value::Table(table) => Some(table.iter().map(|(key, value)| (key.clone(), value)).collect()),
        Value::Array(sections) if sections.first().is_some_and(Value::is_table) => {
            let named = sections.iter().map(|section| {
                let name = ["slug", "name"].iter().find_map(|key| section.get(key)?.as_str());
                Some((name?.to_owned(), section))
            });
            named.collect()
        }
        _ => None,
    }
}

/// A workshop, a place, a funder, an outlet, an audience as a whole.
fn is_thing(path: &[&str]) -> bool {
    matches!(path, ["workshop" | "venues" | "funder" | "outlet" | "audiences", _])
}

/// « atelier « tablette-mende », prix ».
fn said(path: &[&str]) -> String {
    let (thing, facts) = match path {
        [kind, name, facts @ ..] if is_thing(&[*kind, *name]) => (format!("{} « {name} »", label(kind)), facts),
        [section @ ("structure" | "audience"), facts @ ..] => (label(section).to_owned(), facts),
        ["campaign", facts @ ..] => (String::new(), facts),
        facts => (String::new(), facts),
    };
    let facts = facts.iter().map(|key| label(key).to_owned());
    Some(thing).into_iter().filter(|thing| !thing.is_empty()).chain(facts).collect::<Vec<_>>().join(", ")
}

/// The keys of a pack as people call what they hold. A name that is no key says itself.
fn label(key: &str) -> &str {
    match key {
        "workshop" => "atelier",
        "venues" | "venue" => "lieu",
        "funder" => "financeur",
        "outlet" => "relais",
        "audience" | "audiences" => "public",
        "name" => "nom",
        "public_url" => "adresse publique",
        "seed" => "graine du tirage",
        "anchor" => "jour que « J » désigne",
        "posting_day" => "jour d’envoi",
        "reply_by" => "date limite de réponse",
        "letter" => "fichier de la lettre",
        "street" => "rue",
        "postcode" => "code postal",
        "town" => "commune",
        "directions" => "pour le trouver",
        "phone" => "téléphone",
        "hours" => "horaires",
        "data_email" => "adresse pour les données",
        "signatory" => "signature",
        "minimum_age" => "âge minimum",
        "maximum_age" => "âge maximum",
        "within_km" => "distance en km",
        "later_percent" => "part écrite plus tard",
        "sex" => "sexe",
        "communes" => "communes",
        "not_communes" => "communes écartées",
        "epcis" => "communautés de communes",
        "funds" => "caisses",
        "lists" => "listes",
        "minimum_population" => "population minimum",
        "maximum_population" => "population maximum",
        "contacted" => "courrier antérieur",
        "attended" => "venue antérieure",
        "letters" => "plafond de lettres",
        "seats" => "places à remplir",
        "response_percent" => "part des lettres qui amène quelqu’un",
        "drawn_by" => "tirage",
        "fragility" => "fragilité",
        "assigned" => "communes rattachées",
        "mentions" => "phrases exigées",
        "home_only" => "à domicile seulement",
        "logo" => "logo",
        "topic" => "sujet",
        "short_topic" => "sujet abrégé",
        "summary" => "résumé",
        "price" => "prix",
        "capacity" => "places",
        "support" => "soutien",
        "first_session" => "première séance",
        "sessions" => "nombre de séances",
        "session" => "séances",
        "starts" => "début",
        "ends" => "fin",
        "channel" => "canal",
        "cost" => "coût",
        "cost_per_piece" => "coût par lettre",
        "reach" => "foyers touchés",
        "pieces" => "documents",
        other => other,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("« {text} »"),
        Value::Boolean(yes) => if *yes { "oui" } else { "non" }.to_owned(),
        Value::Array(values) if values.iter().all(|v| !v.is_table()) => {
            values.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
        Value::Array(sections) => format!("{} en tout", sections.len()),
        Value::Table(_) => "autre chose".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_named_with_both_values() {
        let pack = "[campaign]\nposting_day = \"2027-01-04\"\n[audience]\nwithin_km = 25\n[audience.assigned]\nmende = [\"48095\"]\n\
            [[workshop]]\nslug = \"a\"\nprice = \"40 €\"\n[[workshop]]\nslug = \"b\"\n[venues.mende]\nname = \"Salle\"\n";
        let office = "[campaign]\nposting_day = \"2027-01-11\"\n[audience]\nwithin_km = 30\n\
            [[workshop]]\nslug = \"a\"\nprice = \"gratuit\"\nsupport = \"la Carsat\"\n[[workshop]]\nslug = \"c\"\n[venues.mende]\nname = \"Salle\"\n";
        let expected = [
            "public, communes rattachées\u{a0}: autre chose dans le dossier, rien au bureau",
            "public, distance en km\u{a0}: 25 dans le dossier, 30 au bureau",
            "jour d’envoi\u{a0}: « 2027-01-04 » dans le dossier, « 2027-01-11 » au bureau",
            "atelier « a », prix\u{a0}: « 40 € » dans le dossier, « gratuit » au bureau",
            "atelier « a », soutien\u{a0}: rien dans le dossier, « la Carsat » au bureau",
            "atelier « b »\u{a0}: seulement dans le dossier",
            "atelier « c »\u{a0}: seulement au bureau",
        ];
        assert_eq!(differences(pack, office), expected);
        assert!(differences(pack, pack).is_empty());
    }
}
