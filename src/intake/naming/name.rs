//! The words of a header, and of whom they speak.

use crate::domain::address::capitals;

/// A header in capitals without accents: in words, and without blanks.
pub struct Name {
    /// In words.
    pub spaced: String,
    /// Without blanks.
    pub compact: String,
}

impl Name {
    /// The name of a header.
    pub fn of(header: &str) -> Self {
        let spaced = spaced(header);
        let compact = spaced.split(' ').collect();
        Self { spaced, compact }
    }

    /// Its words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.spaced.split(' ').filter(|w| !w.is_empty())
    }

    /// One of these is a word of it, or all of it.
    pub fn is(&self, list: &[&str]) -> bool {
        self.words().any(|w| list.contains(&w)) || list.contains(&self.compact.as_str())
    }

    /// The spouse's, a guardian's, a contact's, the fund's own, or of a former address.
    pub fn is_of_somebody_else(&self) -> bool {
        const WHO: [&str; 12] = [
            "TUTEUR",
            "TUTRICE",
            "CURAT",
            "REFERENT",
            "AIDANT",
            "MEDECIN",
            "PREVENIR",
            "REPRESENTANT",
            "GESTIONNAIRE",
            "CONSEILLER",
            "MANDATAIRE",
            "URGENCE",
        ];
        // « Tel contact » is how to reach the person, « Nom contact » is somebody else.
        let contact = self.has(&["CONTACT"]) && self.words().any(|w| w.starts_with("NOM") || w.starts_with("PRENOM"));
        let other =
            self.has(&WHO) || self.is(&["ENFANT", "ENFANTS", "CAISSE", "AGENCE", "PROCHE", "VOISIN", "VOISINE"]);
        let former = self.is(&["ANCIEN", "ANCIENNE", "ANC", "PRECEDENT", "PRECEDENTE"]);
        self.is_of_spouse() || contact || other || former
    }

    /// « Assuré », « Retraité(e) », « L'usager » and no word more: the names of those whom the list is about. What more there is,
    /// « Type d'assuré », speaks of something else of them.
    pub fn is_of_the_person_alone(&self) -> bool {
        const WHO: [&str; 9] =
            ["ASSUR", "RETRAIT", "PENSIONN", "AFFILI", "RESSORTISSANT", "COTISANT", "USAGER", "TITULAIR", "PERSONN"];
        let ending = |w: &str| matches!(w, "E" | "S" | "ES" | "L" | "LE" | "LA" | "LES");
        let mut words = self.words().filter(|w| !ending(w)).peekable();
        words.peek().is_some() && words.all(|w| WHO.contains(&w.trim_end_matches(['E', 'S'])))
    }

    /// Of those who agree: its « non » is an opposition.
    pub fn is_of_consent(&self) -> bool {
        self.has(&["ACCEPTE", "CONSENT", "CONTACTABLE", "AUTORISE", "OPTIN"]) || self.is(&["ACCORD"])
    }

    /// « Nom d'époux » is how the person herself is called; everything else of an « époux » is the spouse's.
    fn is_of_spouse(&self) -> bool {
        let of_both = self.words().any(|w| w == "ET");
        let surname = self.words().any(|w| w.starts_with("NOM"));
        let spouse = self.has(&["CONJOINT"]) || self.is(&["CJT", "CONJ"]);
        !of_both && (spouse || self.is(&["EPOUX", "EPOUSE"]) && !surname)
    }

    /// Of those who want no letters, calls or messages, or of those who agree.
    pub fn is_of_objection(&self) -> bool {
        let why = self.has(&["MOTIF"]);
        !why && (self.has(&["OPPOSITION", "OPPOSE", "DESINSCRI", "NEPAS", "NEPLUS", "OPTOUT", "REFUS"])
            || self.is(&["OPPO", "OPPOS", "STOP"])
            || self.is_of_consent())
    }

    /// One of these stands somewhere in it.
    pub fn has(&self, list: &[&str]) -> bool {
        list.iter().any(|w| self.compact.contains(w))
    }

    /// A word of it begins so.
    pub fn begins(&self, list: &[&str]) -> bool {
        self.words().any(|w| list.iter().any(|begin| w.starts_with(begin)))
    }
}

/// Capitals without accents, with « dateNaissance » and « DATE_NAISS » in words.
pub fn spaced(header: &str) -> String {
    let mut out = String::with_capacity(header.len() + 8);
    let mut lower = false;
    for c in header.chars() {
        if lower && c.is_uppercase() {
            out.push(' ');
        }
        lower = c.is_lowercase();
        out.push(c);
    }
    capitals(&out)
}
