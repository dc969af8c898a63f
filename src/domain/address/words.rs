//! The words of French addresses and their short forms.

use std::sync::LazyLock;

/// Words that begin a street, with La Poste's short form.
#[rustfmt::skip]
pub(super) const STREET_TYPES: &[(&str, &str)] = &[
    ("ALLEE", "ALL"), ("ALLEES", "ALL"), ("AVENUE", "AV"), ("BOULEVARD", "BD"), ("CARREFOUR", "CAR"), ("CHAUSSEE", "CHS"),
    ("CHEMIN", "CHE"), ("CITE", "CITE"), ("CLOS", "CLOS"), ("COTE", "COTE"), ("COUR", "COUR"), ("COURS", "CRS"),
    ("DRAILLE", "DRAILLE"), ("ESPLANADE", "ESP"), ("FAUBOURG", "FG"), ("GRANDE RUE", "GR"), ("IMPASSE", "IMP"),
    ("LOTISSEMENT", "LOT"), ("MAIL", "MAIL"), ("MONTEE", "MTE"), ("PARVIS", "PRV"), ("PASSAGE", "PAS"), ("PLACE", "PL"),
    ("PLACETTE", "PLT"), ("PROMENADE", "PROM"), ("QUAI", "QUAI"), ("ROCADE", "ROC"), ("ROND POINT", "RPT"),
    ("ROUTE", "RTE"), ("RUE", "RUE"), ("RUELLE", "RLE"), ("SENTE", "SEN"), ("SENTIER", "SEN"), ("SQUARE", "SQ"),
    ("TRAVERSE", "TRA"), ("VENELLE", "VEN"), ("VILLA", "VLA"), ("VOIE", "VOIE"), ("ZONE", "ZONE"),
];

/// Other short forms of street types that people write.
#[rustfmt::skip]
const STREET_VARIANTS: &[(&str, &str)] = &[
    ("ALLEE", "AL"), ("AVENUE", "AVE"), ("BOULEVARD", "BLD"), ("BOULEVARD", "BLVD"), ("BOULEVARD", "BVD"),
    ("CHEMIN", "CH"), ("CHEMIN", "CHEM"), ("CHEMIN", "CHM"), ("FAUBOURG", "FBG"), ("GRANDE RUE", "GRAND RUE"),
    ("MONTEE", "MT"), ("PASSAGE", "PASS"), ("ROUTE", "RT"), ("RUE", "R"),
];

/// Other short forms that people write in names of places.
#[rustfmt::skip]
const PLACE_VARIANTS: &[(&str, &str)] = &[
    ("HAMEAU", "HAM"), ("LIEU DIT", "LD"), ("LIEU DIT", "LIEUDIT"), ("QUARTIER", "QRT"), ("QUARTIER", "QUA"),
    ("SAINT", "ST"), ("SAINTE", "STE"), ("SAINTES", "STES"), ("SAINTS", "STS"),
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
    let from = STREET_BEGINNINGS.partition_point(|(word, _)| word < first);
    let of_word = STREET_BEGINNINGS[from..].iter().take_while(|(word, _)| word == first);
    of_word.map(|(_, next)| next).any(|next| next.is_none() || words.get(1).copied() == *next)
}

/// The first words of every street type, long or short, with the second where there is one; sorted, since every word of every
/// address is looked up.
static STREET_BEGINNINGS: LazyLock<Vec<(&str, Option<&str>)>> = LazyLock::new(|| {
    let forms = STREET_TYPES.iter().chain(STREET_VARIANTS).flat_map(|(long, short)| [*long, *short]);
    let mut all: Vec<_> = forms.map(|form| form.split_once(' ').map_or((form, None), |(a, b)| (a, Some(b)))).collect();
    all.sort_unstable();
    all.dedup();
    all
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
    for (i, word) in words.split(' ').filter(|w| !w.is_empty()).enumerate() {
        if !out.is_empty() {
            out.push(' ');
        }
        let long = long_form(word, i < 3).unwrap_or(word);
        out.push_str(long);
    }
    out
}

/// A street type is only read near the front: « R » elsewhere is an initial.
fn long_form(word: &str, near_front: bool) -> Option<&'static str> {
    let forms = if near_front { &*NEAR_FRONT } else { &*ELSEWHERE };
    let at = forms.binary_search_by(|(short, _)| short.cmp(&word)).ok()?;
    Some(forms[at].1)
}

type Forms = LazyLock<Vec<(&'static str, &'static str)>>;

/// Short forms with their long ones, sorted: what they mean where a street type may stand, and what elsewhere.
static NEAR_FRONT: Forms = LazyLock::new(|| by_short(&[STREET_TYPES, STREET_VARIANTS, PLACE_VARIANTS, TITLES]));
static ELSEWHERE: Forms = LazyLock::new(|| by_short(&[PLACE_VARIANTS, TITLES]));

/// Of two long forms the one counts that stands first; one letter is no title.
fn by_short(tables: &[&[(&'static str, &'static str)]]) -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = tables.iter().copied().flatten().map(|(long, short)| (*short, *long)).collect();
    all.retain(|(short, long)| short.len() > 1 || !TITLES.contains(&(*long, *short)));
    all.sort_by_key(|(short, _)| *short);
    all.dedup_by_key(|(short, _)| *short);
    all
}
