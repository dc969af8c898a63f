//! What a column of a list can hold, and how its header says so.

use serde::{Deserialize, Serialize};

use super::nir;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// « Mme », « M. », 1, 2 …
    Civility,
    /// The surname in use.
    UsageName,
    /// The surname at birth.
    BirthName,
    /// The first name.
    FirstName,
    /// Surname and first name in one cell.
    FullName,
    /// A date or year of birth.
    Birth,
    /// Any part of the address: complement, street, lieu-dit, or all of it.
    Address,
    /// A piece of the street (number, BIS, type, name) that only makes sense with its neighbours.
    StreetPiece,
    /// The postcode.
    Postcode,
    /// The commune or line 6's label.
    Town,
    /// Postcode and commune in one cell.
    PostcodeTown,
    /// INSEE's code of the commune.
    CommuneCode,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// Whether, or when, they died.
    Deceased,
    /// The fund's own reference.
    Reference,
    /// A NIR: dropped before anything else looks at it.
    Nir,
}

/// The field that a header says, where its words are known.
pub fn of_header(header: &str) -> Option<Field> {
    let key = spaced(header);
    let words: Vec<&str> = key.split(' ').filter(|w| !w.is_empty()).collect();
    let compact: String = words.concat();
    if nir::is_nir_name(&key) {
        return Some(Field::Nir);
    }
    let any = |list: &[&str]| words.iter().any(|w| list.contains(w)) || list.contains(&compact.as_str());
    let contains = |list: &[&str]| list.iter().any(|w| compact.contains(w));
    let has_name = any(&["NOM", "NOMS", "NM"]) || compact.starts_with("NOM");
    let has_first = contains(&["PRENOM", "FIRSTNAME"]) || any(&["PNOM", "PRN"]);
    let of_birth = contains(&["NAISS", "BIRTH"]) || any(&["NE", "NEE", "DDN", "DN"]);
    let place = contains(&["LIEU", "COMMUNE", "VILLE", "PAYS", "DEP", "RANG", "CODE"]);

    // The order is the rule: what is more precise comes first.
    let field = if contains(&["MAIL", "COURRIEL", "ELECTRONIQUE"]) || any(&["MEL"]) {
        Field::Email
    } else if contains(&["TELEPHONE", "PORTABLE", "MOBILE", "PHONE"]) || any(&["TEL", "TEL1", "TEL2", "GSM", "FIXE"]) {
        Field::Phone
    } else if contains(&["DECES", "DECEDE", "DEATH"]) || any(&["DCD"]) {
        Field::Deceased
    } else if has_first && (words.contains(&"NOM") || compact.replace("PRENOM", "").contains("NOM")) {
        Field::FullName
    } else if has_first {
        Field::FirstName
    } else if has_name && (contains(&["NAISS", "JEUNEFILLE", "PATRONYM"]) || any(&["JF", "NJF"]))
        || compact == "PATRONYME"
    {
        Field::BirthName
    } else if has_name && contains(&["USAGE", "USUEL", "MARITAL", "EPOU"]) {
        Field::UsageName
    } else if of_birth && place {
        return None;
    } else if of_birth {
        Field::Birth
    } else if any(&["CIVILITE", "CIV", "QUALITE", "TITRE", "SEXE", "GENRE"]) || contains(&["CIVILITE"]) {
        Field::Civility
    } else if (contains(&["CODEPOSTAL", "CODPOST", "CODEPOST"]) || any(&["CP", "CPOSTAL", "ZIP"])) && contains(TOWNS) {
        Field::PostcodeTown
    } else if contains(&["CODEPOSTAL", "CODPOST", "CODEPOST", "CPOSTAL"]) || any(&["CP", "CODPOS", "ZIP", "POSTAL"]) {
        Field::Postcode
    } else if any(&["INSEE", "COG"]) || contains(&["CODECOMMUNE", "CODINSEE", "CODEINSEE"]) {
        Field::CommuneCode
    } else if contains(&[
        "NUMVOIE",
        "NUMEROVOIE",
        "NUMRUE",
        "NUMERORUE",
        "NVOIE",
        "TYPEVOIE",
        "NATUREVOIE",
        "BTQ",
        "BISTER",
    ]) || contains(&[
        "LIBELLEVOIE",
        "LIBVOIE",
        "NOMVOIE",
        "NUMERODEVOIE",
        "TYPEDEVOIE",
        "NOMDELAVOIE",
        "INDICE",
    ]) {
        Field::StreetPiece
    } else if contains(&[
        "ADRESSE",
        "COMPLEMENT",
        "LIEUDIT",
        "RESIDENCE",
        "BATIMENT",
        "APPARTEMENT",
        "ETAGE",
        "ESCALIER",
    ]) || words.iter().any(|w| w.starts_with("ADR"))
        || any(&[
            "VOIE", "RUE", "LIGNE", "LIGNE2", "LIGNE3", "LIGNE4", "LIGNE5", "L2", "L3", "L4", "L5", "BP", "HAMEAU",
            "QUARTIER",
        ])
    {
        Field::Address
    } else if contains(TOWNS) && !contains(&["CODE", "CANTON"]) {
        Field::Town
    } else if has_name && (words.len() == 1 || contains(&["FAMILLE", "ASSURE", "BENEF", "RETRAITE", "ALLOC"])) {
        Field::UsageName
    } else if contains(&["BENEFICIAIRE", "IDENTITE", "DESTINATAIRE", "NOMCOMPLET"])
        && !contains(&["NUM", "CODE", "IDENTIFIANT"])
    {
        Field::FullName
    } else if contains(&["REFERENCE", "MATRICULE", "IDENTIFIANT", "DOSSIER", "ADHERENT", "ALLOCATAIRE"])
        || any(&["REF", "ID"])
    {
        Field::Reference
    } else {
        return None;
    };
    Some(field)
}

const TOWNS: &[&str] = &["VILLE", "COMMUNE", "LOCALITE", "BUREAUDIST", "ACHEMINEMENT", "CITY", "BUREAUPOST"];

/// Capitals without accents, with « dateNaissance » and « DATE_NAISS » in words.
fn spaced(header: &str) -> String {
    let mut out = String::with_capacity(header.len() + 8);
    let mut lower = false;
    for c in header.chars() {
        if lower && c.is_uppercase() {
            out.push(' ');
        }
        lower = c.is_lowercase();
        out.push(c);
    }
    crate::domain::address::capitals(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_many_funds_are_understood() {
        use Field::*;
        for (header, field) in [
            ("Civilité", Some(Civility)),
            ("qualite", Some(Civility)),
            ("Nom d'usage", Some(UsageName)),
            ("NOM", Some(UsageName)),
            ("Nom de famille", Some(UsageName)),
            ("Nom marital", Some(UsageName)),
            ("Nom de naissance", Some(BirthName)),
            ("NOM_PATRONYMIQUE", Some(BirthName)),
            ("Nom de jeune fille", Some(BirthName)),
            ("Prénom", Some(FirstName)),
            ("PRENOM_1", Some(FirstName)),
            ("nom_prenom", Some(FullName)),
            ("Nom et prénom", Some(FullName)),
            ("NOMPRENOM", Some(FullName)),
            ("Date de naissance", Some(Birth)),
            ("DATE_NAISS", Some(Birth)),
            ("dateNaissance", Some(Birth)),
            ("annee_naissance", Some(Birth)),
            ("Né(e) le", Some(Birth)),
            ("Lieu de naissance", None),
            ("Commune de naissance", None),
            ("Complément", Some(Address)),
            ("Adresse 1", Some(Address)),
            ("ADR_L4", Some(Address)),
            ("Lieu-dit", Some(Address)),
            ("N° voie", Some(StreetPiece)),
            ("Libellé voie", Some(StreetPiece)),
            ("Code postal", Some(Postcode)),
            ("CP", Some(Postcode)),
            ("cp_ville", Some(PostcodeTown)),
            ("Commune", Some(Town)),
            ("BUREAU_DISTRIBUTEUR", Some(Town)),
            ("Nom commune", Some(Town)),
            ("Code INSEE", Some(CommuneCode)),
            ("TEL", Some(Phone)),
            ("Téléphone portable", Some(Phone)),
            ("Adresse mail", Some(Email)),
            ("Courriel", Some(Email)),
            ("Décès", Some(Deceased)),
            ("Date de décès", Some(Deceased)),
            ("CANTON", None),
            ("N° dossier", Some(Reference)),
            ("NIR", Some(Nir)),
        ] {
            assert_eq!(of_header(header), field, "{header}");
        }
    }
}
