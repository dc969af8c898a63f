//! The words of French addresses and their short forms.

use std::sync::LazyLock;

use crate::domain::lexicon::Lexicon;

/// Words that begin a street, with La Poste's short form.
#[rustfmt::skip]
pub(super) const STREET_TYPES: &[(&str, &str)] = &[
    ("ALLEE", "ALL"), ("ALLEES", "ALL"), ("AVENUE", "AV"), ("BOULEVARD", "BD"), ("CARREFOUR", "CAR"), ("CHAUSSEE", "CHS"),
    ("CHEMIN", "CHE"), ("CITE", "CITE"), ("CLOS", "CLOS"), ("COTE", "COTE"), ("COUR", "COUR"), ("COURS", "CRS"),
    ("DRAILLE", "DRAILLE"), ("ESPLANADE", "ESP"), ("FAUBOURG", "FG"), ("GRANDE RUE", "GR"), ("IMPASSE", "IMP"),
    ("LOTISSEMENT", "LOT"), ("MAIL", "MAIL"), ("MONTEE", "MTE"), ("PARVIS", "PRV"), ("PASSAGE", "PAS"), ("PLACE", "PL"),
    ("PLACETTE", "PLT"), ("PROMENADE", "PROM"), ("QUAI", "QUAI"), ("ROCADE", "ROC"), ("ROND POINT", "RPT"),
    ("ROUTE", "RTE"), ("RUE", "RUE"), ("RUELLE", "RLE"), ("SENTIER", "SEN"), ("SENTE", "SEN"), ("SQUARE", "SQ"),
    ("TRAVERSE", "TRA"), ("VENELLE", "VEN"), ("VILLA", "VLA"), ("VOIE", "VOIE"), ("ZONE", "ZONE"),
];

/// Other short forms of street types that people write.
#[rustfmt::skip]
const STREET_VARIANTS: &[(&str, &str)] = &[
    ("ALLEE", "AL"), ("AVENUE", "AVE"), ("BOULEVARD", "BLD"), ("BOULEVARD", "BLVD"), ("BOULEVARD", "BOUL"),
    ("BOULEVARD", "BOULV"), ("BOULEVARD", "BVD"), ("CARREFOUR", "CARF"), ("CHEMIN", "CH"), ("CHEMIN", "CHEM"),
    ("CHEMIN", "CHM"), ("CHEMIN RURAL", "CR"), ("CHEMIN VICINAL", "CHV"), ("CITE", "CIT"), ("ESPLANADE", "ESPL"),
    ("FAUBOURG", "FAUB"), ("FAUBOURG", "FBG"), ("FAUBOURG", "FBRG"), ("GRANDE RUE", "GRAND RUE"), ("IMPASSE", "IMPS"),
    ("LOTISSEMENT", "LOTIS"), ("LOTISSEMENT", "LOTISS"), ("MONTEE", "MT"), ("MONTEE", "MTEE"), ("PASSAGE", "PASS"),
    ("PASSAGE", "PSG"), ("PLACE", "PLC"), ("PLACE", "PLCE"), ("QUAI", "QU"), ("ROUTE", "RT"), ("RUE", "R"),
    ("RUELLE", "RUEL"), ("SENTIER", "SENT"), ("SQUARE", "SQR"), ("TRAVERSE", "TRAV"), ("TRAVERSE", "TRV"),
    ("VOIE COMMUNALE", "VC"),
];

/// Street types that one person's pen takes for the other: equal where addresses are compared, printed as they are written.
const ALIKE: &[(&str, &str)] = &[("ALLEE", "ALLEES"), ("SENTIER", "SENTE")];

/// Short forms that are words of names too (« 12 Roc de la Lègue »), or that have two long ones: only compared.
const ALSO_WORDS: &[&str] = &["AL", "ANC", "CAR", "COL", "DEP", "GR", "MT", "NALE", "PAS", "PROL", "ROC"];

/// Other short forms that people write in names of places.
#[rustfmt::skip]
const PLACE_VARIANTS: &[(&str, &str)] = &[
    ("DOMAINE", "DOM"), ("HAMEAU", "HAM"), ("LIEU DIT", "LD"), ("LIEU DIT", "LIEUDIT"), ("QUARTIER", "QRT"),
    ("QUARTIER", "QTIER"), ("QUARTIER", "QUA"), ("QUARTIER", "QUART"), ("RESIDENCE", "RES"), ("RESIDENCE", "RESID"),
    ("VILLAGE", "VGE"), ("SAINT", "ST"), ("SAINTE", "STE"), ("SAINTES", "STES"), ("SAINTS", "STS"),
];

/// Titles and words inside a street's name.
#[rustfmt::skip]
pub(super) const TITLES: &[(&str, &str)] = &[
    ("ABBE", "ABB"), ("ADJUDANT", "ADJ"), ("AMIRAL", "AL"), ("ANCIEN", "ANC"), ("ANCIENNE", "ANC"), ("CAPITAINE", "CNE"),
    ("CARDINAL", "CDL"), ("COLONEL", "CNL"), ("COMMANDANT", "CDT"), ("DEPARTEMENTALE", "DEP"), ("DOCTEUR", "DR"),
    ("FAUBOURG", "FG"), ("GENERAL", "GAL"), ("GOUVERNEUR", "GVR"), ("INGENIEUR", "ING"), ("LIEUTENANT", "LT"),
    ("MADAME", "MME"), ("MARECHAL", "MAL"), ("MONSEIGNEUR", "MGR"), ("MONSIEUR", "M"), ("NATIONALE", "NALE"),
    ("NOTRE DAME", "ND"), ("PRESIDENT", "PDT"), ("PROFESSEUR", "PR"), ("PROLONGE", "PROL"), ("PROLONGEE", "PROL"),
    ("ROUTE", "RTE"), ("SERGENT", "SGT"),
];

/// Other short forms of titles that people write.
#[rustfmt::skip]
const TITLE_VARIANTS: &[(&str, &str)] = &[
    ("CAPITAINE", "CAPT"), ("CAPITAINE", "CPT"), ("CARDINAL", "CARD"), ("CHANOINE", "CHNE"), ("COLONEL", "COL"),
    ("COMMANDANT", "CMDT"), ("GENERAL", "GEN"), ("PROFESSEUR", "PROF"), ("SERGENT", "SERG"),
];

/// Words inside a dwelling, a building, a lieu-dit.
#[rustfmt::skip]
pub(super) const DWELLING: &[(&str, &str)] = &[
    ("APPARTEMENT", "APT"), ("APPT", "APT"), ("BATIMENT", "BAT"), ("CHEZ", "CHEZ"), ("DOMAINE", "DOM"), ("ENTREE", "ENT"),
    ("ESCALIER", "ESC"), ("ETAGE", "ETG"), ("HAMEAU", "HAM"), ("IMMEUBLE", "IMM"), ("LIEU DIT", "LD"),
    ("LOTISSEMENT", "LOT"), ("MADAME", "MME"), ("MAISON", "MAIS"), ("MONSIEUR", "M"), ("QUARTIER", "QUA"),
    ("RESIDENCE", "RES"), ("SAINT", "ST"), ("SAINTE", "STE"), ("VILLAGE", "VGE"),
];

/// Do these words, in capitals without accents, begin with a street type (« RUE », « AV », « GRANDE RUE »)?
pub fn is_street_type(words: &[&str]) -> bool {
    let Some(first) = words.first() else { return false };
    STREET_BEGINNINGS.all(first).any(|next| next.is_none() || words.get(1).copied() == *next)
}

/// The first words of every street type, long or short, with the second where there is one.
static STREET_BEGINNINGS: LazyLock<Lexicon<Option<&str>>> = LazyLock::new(|| {
    let forms = STREET_TYPES.iter().chain(STREET_VARIANTS).flat_map(|(long, short)| [*long, *short]);
    Lexicon::new(forms.map(|form| form.split_once(' ').map_or((form, None), |(a, b)| (a, Some(b)))))
});

/// A word that says where inside a building: flat, floor, stairs.
pub fn is_dwelling_word(word: &str) -> bool {
    matches!(
        word,
        "APPARTEMENT"
            | "APPART"
            | "APPT"
            | "APT"
            | "APP"
            | "ETAGE"
            | "ETG"
            | "ESCALIER"
            | "ESC"
            | "PORTE"
            | "LOGEMENT"
            | "LOGT"
            | "STUDIO"
            | "CHEZ"
            | "CHAMBRE"
            | "CHB"
            | "RDC"
            | "BAL"
            | "PALIER"
    )
}

/// A word that begins a building: residence, entrance, retirement home.
pub fn is_building_word(word: &str) -> bool {
    matches!(
        word,
        "RESIDENCE"
            | "RES"
            | "RESID"
            | "BATIMENT"
            | "BAT"
            | "IMMEUBLE"
            | "IMM"
            | "ENTREE"
            | "TOUR"
            | "BLOC"
            | "PAVILLON"
            | "EHPAD"
            | "MAPAD"
            | "USLD"
            | "MAPA"
            | "FOYER"
            | "HLM"
            | "HOPITAL"
            | "CLINIQUE"
            | "COPROPRIETE"
    )
}

/// Words in capitals with the short forms written out: « R DU FG ST GERVAIS » → « RUE DU FAUBOURG SAINT GERVAIS ». Two
/// writings of one street become equal.
pub fn expanded(words: &str) -> String {
    let mut out = String::with_capacity(words.len() + 16);
    let mut words = words.split_ascii_whitespace().peekable();
    // A street type is only read in front, behind the number and « ANCIEN »: « R » elsewhere is an initial.
    let mut in_front = true;
    while let Some(word) = words.next() {
        if !out.is_empty() {
            out.push(' ');
        }
        let mut long = long_form(word, if in_front { &IN_FRONT } else { &ELSEWHERE });
        // « CHEMIN DU COL DE LA CROIX » is named after a mountain pass.
        if word == "COL" && words.peek().is_none_or(|next| is_link(next)) {
            long = None;
        }
        in_front &= long.is_none() && may_precede_type(word);
        out.push_str(long.unwrap_or(word));
    }
    out
}

/// Writes the short forms of a street without its number out, as it is to be printed: its type, titles behind the type or a
/// « DU », and the saints. What may be a word of a name stays.
pub(super) fn write_out(street: &mut [&str]) {
    let [first, next, ..] = *street else { return };
    let lot_number = first == "LOT" && next.starts_with(|c: char| c.is_ascii_digit());
    if !lot_number
        && !is_street_type(&[next])
        && let Some(long) = printed(first, &IN_FRONT)
    {
        street[0] = long;
    }
    let typed = is_street_type(&street[..1]);
    for at in 1..street.len() - 1 {
        let word = street[at];
        if !(2..=4).contains(&word.len()) {
            continue;
        }
        let titled = at == 1 && typed || street[at - 1] == "DU";
        street[at] = match word {
            "ST" => "SAINT",
            "STE" => "SAINTE",
            "STS" => "SAINTS",
            _ if titled => printed(word, &OF_PERSONS).unwrap_or(word),
            _ => word,
        };
    }
}

/// What may stand before a street's type: a number and its letter, « ANCIEN », « PETITE ».
fn may_precede_type(word: &str) -> bool {
    word.len() == 1
        || word.starts_with(|c: char| c.is_ascii_digit())
        || matches!(word, "BIS" | "TER" | "QUATER" | "ANCIEN" | "ANCIENNE" | "VIEUX" | "VIEILLE" | "PETIT" | "PETITE")
}

fn is_link(word: &str) -> bool {
    matches!(word, "DE" | "DU" | "DES" | "D" | "LA" | "LE" | "LES" | "L")
}

fn printed(short: &str, forms: &Forms) -> Option<&'static str> {
    long_form(short, forms).filter(|_| !ALSO_WORDS.contains(&short))
}

fn long_form(word: &str, forms: &Forms) -> Option<&'static str> {
    forms.get(word).copied()
}

type Forms = LazyLock<Lexicon<&'static str>>;

/// Short forms with their long ones: what they mean where a street type may stand, what elsewhere, and what before a
/// person's name.
static IN_FRONT: Forms =
    LazyLock::new(|| by_short(&[STREET_TYPES, STREET_VARIANTS, ALIKE, PLACE_VARIANTS, TITLES, TITLE_VARIANTS]));
static ELSEWHERE: Forms = LazyLock::new(|| by_short(&[PLACE_VARIANTS, TITLES, TITLE_VARIANTS]));
static OF_PERSONS: Forms = LazyLock::new(|| by_short(&[TITLES, TITLE_VARIANTS]));

/// Of two long forms the one counts that stands first; one letter is no title.
fn by_short(tables: &[&[(&'static str, &'static str)]]) -> Lexicon<&'static str> {
    let all = tables.iter().copied().flatten().map(|(long, short)| (*short, *long));
    Lexicon::new(all.filter(|(short, long)| short.len() > 1 || !TITLES.contains(&(*long, *short))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_street_are_equal() {
        for (short, long) in [
            ("12 BOUL PAOLI", "12 BOULEVARD PAOLI"),
            ("12 QU NOIR", "12 QUAI NOIR"),
            ("12 SEN DES DOUANIERS", "12 SENTIER DES DOUANIERS"),
            ("SENTE DES DOUANIERS", "SENTIER DES DOUANIERS"),
            ("4 TRAV DE LA GAYE", "4 TRAVERSE DE LA GAYE"),
            ("4 PAS DU LAC", "4 PASSAGE DU LAC"),
            ("VC 3 DE LA GAYE", "VOIE COMMUNALE 3 DE LA GAYE"),
            ("ALLEES DES PINS", "ALL DES PINS"),
            ("RES LES PINS", "RESIDENCE LES PINS"),
            ("9 AV DU COL COLONNA D ORNANO", "9 AVENUE DU CNL COLONNA D ORNANO"),
            ("9 RUE CPT CHARCOT", "9 RUE CAPITAINE CHARCOT"),
            ("RUE DU CHNE COLLIN", "RUE DU CHANOINE COLLIN"),
            ("RUE AL COURBET", "RUE AMIRAL COURBET"),
            ("12 B R BASSE", "12 B RUE BASSE"),
            ("ANCIEN CH DE MENDE", "ANCIEN CHEMIN DE MENDE"),
        ] {
            assert_eq!(expanded(short), expanded(long), "{short}");
        }
        for (one, other) in [
            ("CHEMIN DU COL DE LA CROIX", "CHEMIN DU COLONEL DE LA CROIX"),
            ("RUE R SCHUMAN", "RUE RUE SCHUMAN"),
            ("COUR BASSE", "COURS BASSE"),
        ] {
            assert_ne!(expanded(one), expanded(other), "{one}");
        }
    }
}
