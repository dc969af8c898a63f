//! What a column's name says it holds: the many ways in which funds write their headers.

mod name;

use name::Name;
pub use name::spaced;

use super::field::Field;
use super::nir;

/// The field that a header says, where its words are known.
pub fn of_header(header: &str) -> Option<Field> {
    let name = Name::of(header);
    of_name(&name).filter(|field| matches!(field, Field::Nir | Field::Reference) || !name.is_of_somebody_else())
}

fn of_name(name: &Name) -> Option<Field> {
    if nir::is_nir_name(&name.spaced) {
        return Some(Field::Nir);
    }
    // The order is the rule: what is more precise comes first.
    if name.is_of_objection() {
        return Some(Field::Opposition);
    }
    if name.has(&["NPAI"]) || name.is(&["PND"]) {
        return Some(Field::Returned);
    }
    if name.has(&["MAIL", "COURRIEL", "ELECTRONIQUE", "ADRMEL", "ADREMEL", "ADRELEC"]) || name.is(&["MEL"]) {
        return Some(Field::Email);
    }
    if name.has(&["TELEPHONE", "PORTABLE", "MOBILE", "PHONE"])
        || name.is(&["GSM", "FIXE", "NUMTEL", "NOTEL"])
        || name.begins(&["TEL"])
    {
        return Some(Field::Phone);
    }
    if name.has(&["DECES", "DECEDE", "DEATH", "DECEASED"]) || name.is(&["DCD", "DDC"]) {
        return Some(Field::Deceased);
    }
    if let Some(field) = of_person(name) {
        return Some(field);
    }
    if name.has(&["NAIS", "BIRTH"]) || name.is(&["NE", "NEE", "DDN", "DN", "DOB", "NAI", "DATNAI", "DTNAI", "DNAI"]) {
        let elsewhere = name.has(&["LIEU", "COMMUNE", "VILLE", "PAYS", "DEP", "RANG", "CODE", "PLACE"]);
        return (!elsewhere && !name.is(&["COM", "DPT", "CP", "POSTAL"])).then_some(Field::Birth);
    }
    if name.is(&["CIV", "QUALITE", "TITRE", "SEXE", "GENRE", "GENDER", "TITLE", "SEX"]) || name.has(&["CIVILITE"]) {
        return Some(Field::Civility);
    }
    of_place(name).or_else(|| of_reference(name))
}

/// A surname, a first name, or both.
fn of_person(name: &Name) -> Option<Field> {
    let has_first = name.has(&["PRENOM", "FIRSTNAME", "GIVENNAME", "FORENAME"]) || name.is(&["PNOM", "PRN", "PREN"]);
    let has_name = name.is(&["NOM", "NOMS", "NM", "NAME", "SURNAME"]) || name.compact.starts_with("NOM");
    let rest = name.compact.replace("PRENOM", "").replace("PNOM", "");
    if has_first && (name.words().any(|w| w == "NOM") || rest.contains("NOM")) {
        Some(Field::FullName)
    } else if has_first {
        Some(Field::FirstName)
    } else if (has_name && (name.has(&["NAIS", "JEUNEFILLE", "PATRO", "MAIDEN", "BIRTH"]) || name.is(&["JF"])))
        || name.is(&["NJF", "NOMJF", "NOMPAT", "PATRONYME"])
    {
        Some(Field::BirthName)
    } else if has_name && name.has(&["USAGE", "USUEL", "MARI", "EPOU", "MARRIED"])
        || name.has(&["LASTNAME", "FAMILYNAME", "SURNAME"])
    {
        Some(Field::UsageName)
    } else if name.has(&["NOMCOMPLET", "FULLNAME"]) || name.compact == "NAME" {
        Some(Field::FullName)
    } else {
        None
    }
}

/// A part of the address; and, after it, the names that would be mistaken for one.
fn of_place(name: &Name) -> Option<Field> {
    let town = name.has(TOWNS) || name.compact == "BD";
    let postcode = name.has(&["CODEPOS", "CODPOS", "CDPOS", "CPOSTAL", "POSTALCODE", "POSTCODE", "ZIPCODE"])
        || name.is(&["CP", "ZIP", "POSTAL"]);
    if (postcode || name.compact.starts_with("CP")) && town || name.is(&["L6", "LIGNE6"]) || name.has(&["LIGNE6"]) {
        Some(Field::PostcodeTown)
    } else if postcode || name.has(&["CDPOSTAL"]) || name.spaced == "C P" {
        Some(Field::Postcode)
    } else if name.is(&["INSEE", "COG", "DEPCOM", "CODCOM"]) || name.has(&["CODECOM", "CODINSEE", "CODEINSEE"]) {
        Some(Field::CommuneCode)
    } else if name.has(STREET_PIECES) {
        Some(Field::StreetPiece)
    } else if town && !name.has(&["ADRESSE", "COMPL", "LIEUDIT", "CODE", "CANTON"]) {
        Some(Field::Town)
    } else if name.has(&["ADRESSE", "ADDRESS", "COMPLEM", "LIEUDIT", "RESIDENCE", "BATIMENT", "APPARTEMENT"])
        || name.has(&["ETAGE", "ESCALIER", "IMMEUBLE", "STREET"])
        || name.begins(&["ADR", "COMPL", "CPLT"])
        || name.is(&["VOIE", "RUE", "LIGNE", "LIGNE2", "LIGNE3", "LIGNE4", "LIGNE5", "L2", "L3", "L4", "L5"])
        || name.is(&["REMISE", "BAT", "APT", "APPT", "BP", "HAMEAU", "QUARTIER"])
    {
        Some(Field::Address)
    } else {
        None
    }
}

/// A name that only stands alone or with whose it is, or the fund's own number.
fn of_reference(name: &Name) -> Option<Field> {
    const WHOSE: &[&str] =
        &["ALLOC", "ADHERENT", "CLIENT", "DOSS", "PENSION", "RETRAITE", "BENEF", "ASSURE", "AFFILIE", "MEMBER", "ADH"];
    let has_name = name.is(&["NOM", "NOMS", "NM"]) || name.compact.starts_with("NOM");
    let glued = ["NUM", "NU", "NO", "N"]
        .iter()
        .filter_map(|front| name.compact.strip_prefix(front))
        .any(|rest| WHOSE.iter().any(|whose| rest.starts_with(whose)));
    let numbered = glued || name.is(&["NUM", "NUMERO", "NO", "N", "ID", "REF", "NUMBER"]) || name.begins(&["NUM"]);
    if has_name && (name.words().count() == 1 || name.has(&["FAMILLE"]) || name.has(WHOSE)) {
        Some(Field::UsageName)
    } else if name.has(&["REFERENCE", "MATRICULE", "IDENTIFIANT", "DOSSIER", "ADHERENT", "ALLOCATAIRE"])
        || name.is(&["REF", "ID"])
        || numbered && name.has(WHOSE)
    {
        Some(Field::Reference)
    } else if name.has(&["BENEFICIAIRE", "IDENTITE", "DESTINATAIRE"]) && !numbered && !name.has(&["CODE"])
        || name.is_of_the_person_alone()
    {
        Some(Field::FullName)
    } else {
        None
    }
}

const TOWNS: &[&str] =
    &["VILLE", "COMMUNE", "LOCALITE", "BUREAUDIS", "BURDIS", "ACHEM", "CITY", "TOWN", "BUREAUPOST", "LIBCOM"];

const STREET_PIECES: &[&str] = &[
    "NUMVOI",
    "NUMEROVOIE",
    "NUMERODEVOIE",
    "NUMRUE",
    "NUMERORUE",
    "NOVOI",
    "NUVOI",
    "NVOIE",
    "TYPEVOI",
    "TYPVOI",
    "TYPEDEVOIE",
    "NATUREVOIE",
    "NATVOI",
    "LIBELLEVOI",
    "LIBVOI",
    "NOMVOI",
    "NOMDELAVOIE",
    "INDICE",
    "INDREP",
    "BTQ",
    "BISTER",
];

/// Does the name say that the column is of another person than the row is, or of where the person no longer lives?
pub fn is_of_somebody_else(header: &str) -> bool {
    Name::of(header).is_of_somebody_else()
}

/// Would the column be read if it were of the person?
pub fn is_known(header: &str) -> bool {
    of_name(&Name::of(header)).is_some()
}

/// Does the name say that the column holds who agrees to letters, calls or messages? Its « non » is an opposition.
pub fn is_of_consent(header: &str) -> bool {
    Name::of(header).is_of_consent()
}

/// Does the name say that the column holds an age, or a class of ages?
pub fn is_of_age(header: &str) -> bool {
    Name::of(header).is(&["AGE", "AGES"])
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
            ("CP_NAISSANCE", None),
            ("Nom référent", None),
            ("Adresse tuteur", None),
            ("Référence caisse", Some(Reference)),
            ("Tel contact", Some(Phone)),
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

    #[test]
    fn the_spouse_is_another_person_and_abbreviations_are_glued() {
        use Field::*;
        for (header, field) in [
            ("Nom conjoint", None),
            ("Prénom du conjoint", None),
            ("Date naiss conjoint", None),
            ("DT_NAIS_CJT", None),
            ("Prénom époux", None),
            ("Nom d'époux", Some(UsageName)),
            ("Nom épouse", Some(UsageName)),
            ("Nom marital", Some(UsageName)),
            ("Nom assuré", Some(UsageName)),
            ("Prénom assuré", Some(FirstName)),
            ("Date naiss assuré", Some(Birth)),
            ("NIR conjoint", Some(Nir)),
            ("ADRMEL", Some(Email)),
            ("NUMVOI", Some(StreetPiece)),
            ("TYPVOI", Some(StreetPiece)),
            ("LIBVOI", Some(StreetPiece)),
            ("NUDOSS", Some(Reference)),
            ("NOADHERENT", Some(Reference)),
            ("NPAI", Some(Returned)),
            ("Retour NPAI", Some(Returned)),
            ("Opposition courrier", Some(Opposition)),
            ("OPPOSITION_MAIL", Some(Opposition)),
        ] {
            assert_eq!(of_header(header), field, "{header}");
        }
        assert!(is_of_age("Classe d'âge") && !is_of_age("Village"));
    }

    #[test]
    fn extracts_of_the_funds_shout_abbreviate_and_underline() {
        use Field::*;
        for (header, field) in [
            // Carsat and CNAV.
            ("NOM JF", Some(BirthName)),
            ("NOM_JF", Some(BirthName)),
            ("NOMJF", Some(BirthName)),
            ("NOM_USAGE", Some(UsageName)),
            ("NOM D USAGE", Some(UsageName)),
            ("NOM MARITAL", Some(UsageName)),
            ("NOM_MARI", Some(UsageName)),
            ("NOM_PATRO", Some(BirthName)),
            ("NOMPAT", Some(BirthName)),
            ("NOM_NAIS", Some(BirthName)),
            ("NOM NAISS", Some(BirthName)),
            ("NOM_BENEF", Some(UsageName)),
            ("PRENOMS", Some(FirstName)),
            ("PRN", Some(FirstName)),
            ("PREN", Some(FirstName)),
            ("PNOM", Some(FirstName)),
            ("NOM/PRENOM", Some(FullName)),
            ("NOM-PRENOM", Some(FullName)),
            ("Identité", Some(FullName)),
            ("Assuré", Some(FullName)),
            ("Assuré(e)", Some(FullName)),
            ("RETRAITES", Some(FullName)),
            ("Pensionné", Some(FullName)),
            ("Affiliée", Some(FullName)),
            ("Ressortissant", Some(FullName)),
            ("L'usager", Some(FullName)),
            ("Titulaire", Some(FullName)),
            ("Personne", Some(FullName)),
            // By content these two may be names as well.
            ("Adhérent", Some(Reference)),
            ("Allocataire", Some(Reference)),
            ("N° assuré", Some(Reference)),
            ("Type d'assuré", None),
            ("Personne de confiance", None),
            ("Caisse de retraite", None),
            ("DT_NAIS", Some(Birth)),
            ("DNAIS", Some(Birth)),
            ("D_NAISS", Some(Birth)),
            ("DATNAI", Some(Birth)),
            ("DTE_NAI", Some(Birth)),
            ("DTNAI", Some(Birth)),
            ("DATENAIS", Some(Birth)),
            ("DATE NAIS.", Some(Birth)),
            ("AN_NAIS", Some(Birth)),
            ("Année naiss.", Some(Birth)),
            ("LIEU_NAIS", None),
            ("DEP_NAIS", None),
            ("COM_NAIS", None),
            ("RANG_NAIS", None),
            ("QUALITE", Some(Civility)),
            ("COD_CIV", Some(Civility)),
            ("CODE CIVILITE", Some(Civility)),
            ("LIB_CIVILITE", Some(Civility)),
            ("SEXE", Some(Civility)),
            ("CD_SEXE", Some(Civility)),
            ("CODE_SEXE", Some(Civility)),
            ("TITRE", Some(Civility)),
            // The address, by RNVP and by hand.
            ("ADR1", Some(Address)),
            ("ADR_2", Some(Address)),
            ("ADRESSE_LIGNE_3", Some(Address)),
            ("LIGNE 4", Some(Address)),
            ("RNVP_L4", Some(Address)),
            ("L4_RNVP", Some(Address)),
            ("CPLT_ADR", Some(Address)),
            ("CPLT", Some(Address)),
            ("COMPL_ADR", Some(Address)),
            ("COMPL_DIST", Some(Address)),
            ("COMPLEMENT_IDENT", Some(Address)),
            ("REMISE", Some(Address)),
            ("PT_REMISE", Some(Address)),
            ("IMMEUBLE", Some(Address)),
            ("BAT", Some(Address)),
            ("LIEU_DIT", Some(Address)),
            ("LIEUDIT", Some(Address)),
            ("LIBELLE_VOIE", Some(StreetPiece)),
            ("LIB_VOIE", Some(StreetPiece)),
            ("NUM_VOIE", Some(StreetPiece)),
            ("NO_VOIE", Some(StreetPiece)),
            ("NUMVOIE", Some(StreetPiece)),
            ("TYP_VOIE", Some(StreetPiece)),
            ("TYPE_VOIE", Some(StreetPiece)),
            ("NAT_VOIE", Some(StreetPiece)),
            ("CPLT_NUM_VOIE", Some(StreetPiece)),
            ("IND_REP", Some(StreetPiece)),
            ("BTQ", Some(StreetPiece)),
            ("CODPOS", Some(Postcode)),
            ("COD_POST", Some(Postcode)),
            ("CODE_POST", Some(Postcode)),
            ("CD_POSTAL", Some(Postcode)),
            ("CDPOST", Some(Postcode)),
            ("CDPOS", Some(Postcode)),
            ("C.P.", Some(Postcode)),
            ("CP_DEST", Some(Postcode)),
            ("CODE POSTAL / VILLE", Some(PostcodeTown)),
            ("CP VILLE", Some(PostcodeTown)),
            ("CPVILLE", Some(PostcodeTown)),
            ("CODE POSTAL ET BUREAU DISTRIBUTEUR", Some(PostcodeTown)),
            ("L6_RNVP", Some(PostcodeTown)),
            ("LIGNE 6", Some(PostcodeTown)),
            ("BUREAU_DISTRIBUTEUR", Some(Town)),
            ("BUR_DIST", Some(Town)),
            ("BURDIS", Some(Town)),
            ("BD", Some(Town)),
            ("ACHEMINEMENT", Some(Town)),
            ("LIB_ACHEM", Some(Town)),
            ("LIBELLE_COMMUNE", Some(Town)),
            ("LIB_COM", Some(Town)),
            ("LOCALITE", Some(Town)),
            ("NOM_VILLE", Some(Town)),
            ("VILLE_RESIDENCE", Some(Town)),
            ("COMMUNE DE RESIDENCE", Some(Town)),
            ("CODE_COMMUNE", Some(CommuneCode)),
            ("COD_COM", Some(CommuneCode)),
            ("CODE_INSEE", Some(CommuneCode)),
            ("COM_INSEE", Some(CommuneCode)),
            ("DEPCOM", Some(CommuneCode)),
            ("PAYS", None),
            ("CANTON", None),
            ("DEPARTEMENT", None),
            ("REGIME", None),
            ("CAISSE", None),
            ("CODE_CAISSE", None),
            // How to reach them.
            ("TEL_DOM", Some(Phone)),
            ("TELDOM", Some(Phone)),
            ("TEL_PORT", Some(Phone)),
            ("NUM_TEL", Some(Phone)),
            ("NUMTEL", Some(Phone)),
            ("TELFIXE", Some(Phone)),
            ("TEL.", Some(Phone)),
            ("N° de tél.", Some(Phone)),
            ("Tél. mobile", Some(Phone)),
            ("MAIL", Some(Email)),
            ("E_MAIL", Some(Email)),
            ("@MAIL", Some(Email)),
            ("ADR_MAIL", Some(Email)),
            ("ADRESSE_ELECTRONIQUE", Some(Email)),
            ("COURRIEL_PERSO", Some(Email)),
            ("DT_DECES", Some(Deceased)),
            ("TOP_DECES", Some(Deceased)),
            ("DDC", Some(Deceased)),
            ("DCD", Some(Deceased)),
            // The fund's own number.
            ("MATRICULE", Some(Reference)),
            ("N_ALLOCATAIRE", Some(Reference)),
            ("NUM_ALLOC", Some(Reference)),
            ("NUM_ADHERENT", Some(Reference)),
            ("NO_DOSSIER", Some(Reference)),
            ("NUMDOSS", Some(Reference)),
            ("ID_BENEF", Some(Reference)),
            ("IDENTIFIANT_CLIENT", Some(Reference)),
            ("NUM_PENSION", Some(Reference)),
            ("REF_CAISSE", Some(Reference)),
            ("N° CLIENT", Some(Reference)),
            // In English.
            ("Last name", Some(UsageName)),
            ("LASTNAME", Some(UsageName)),
            ("surname", Some(UsageName)),
            ("family_name", Some(UsageName)),
            ("maiden name", Some(BirthName)),
            ("birth_name", Some(BirthName)),
            ("First name", Some(FirstName)),
            ("given_name", Some(FirstName)),
            ("full name", Some(FullName)),
            ("name", Some(FullName)),
            ("gender", Some(Civility)),
            ("title", Some(Civility)),
            ("birthdate", Some(Birth)),
            ("date_of_birth", Some(Birth)),
            ("DOB", Some(Birth)),
            ("place of birth", None),
            ("street", Some(Address)),
            ("address_line_1", Some(Address)),
            ("postal code", Some(Postcode)),
            ("zipcode", Some(Postcode)),
            ("postcode", Some(Postcode)),
            ("city", Some(Town)),
            ("town", Some(Town)),
            ("phone number", Some(Phone)),
            ("deceased", Some(Deceased)),
            ("member_id", Some(Reference)),
            // Social security numbers, whatever they are called; the NIA stands in for one.
            ("NIA", Some(Nir)),
            ("NNI", Some(Nir)),
            ("NUM_SECU", Some(Nir)),
            ("NUMERO SS", Some(Nir)),
            ("N° Sécurité sociale", Some(Nir)),
            // What says nothing of use.
            ("COL1", None),
            ("MONTANT", None),
            ("DATE_EFFET", None),
            ("DATE_EXTRACTION", None),
            ("GIR", None),
            ("OBSERVATIONS", None),
        ] {
            assert_eq!(of_header(header), field, "{header}");
        }
    }
}
