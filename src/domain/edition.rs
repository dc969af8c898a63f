//! How flyers and posters are made: paper, design, for which machine.

use serde::{Deserialize, Serialize};

use super::Invalid;

macro_rules! choices {
    ($(#[$doc:meta])* $type:ident, $unknown:literal: $($(#[$of:meta])* $name:ident = $code:literal, $label:literal;)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $type { $($(#[$of])* $name,)* }

        impl $type {
            /// Every one, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code in packs, addresses and file names.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The French label.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }
        }

        impl std::str::FromStr for $type {
            type Err = Invalid;

            fn from_str(code: &str) -> Result<Self, Invalid> {
                Self::ALL.iter().copied().find(|c| c.code() == code).ok_or_else(|| {
                    let known = Self::ALL.iter().map(|c| c.code()).collect::<Vec<_>>().join(", ");
                    Invalid::new(format!(concat!("« {} » n’est pas ", $unknown, " connu : choisissez parmi {}."), code, known))
                })
            }
        }
    };
}

choices! {
    /// A paper, upright.
    Paper, "un format":
    /// 105 × 148 mm.
    A6 = "A6", "A6, dans une poche";
    /// 148 × 210 mm.
    A5 = "A5", "A5, flyer";
    /// 210 × 297 mm.
    A4 = "A4", "A4, affiche";
    /// 297 × 420 mm.
    A3 = "A3", "A3, grande affiche";
}

choices! {
    /// A design. All share typeface, colours and order.
    Design, "un modèle":
    /// A head in the structure's colour.
    Band = "bande", "Bande de couleur";
    /// A frame on white, with generous space.
    Border = "cadre", "Cadre sur fond blanc";
    /// The date is the picture.
    Date = "date", "Grande date";
}

choices! {
    /// For which machine a copy is made.
    Finish, "un tirage":
    /// An office printer, or a screen.
    Plain = "couleur", "En couleur";
    /// The town hall's copier: black on white, no dark ground.
    Copier = "noir", "En noir et blanc, pour le photocopieur";
    /// Several on an A4 sheet, with marks to cut along.
    Imposed = "planche", "Plusieurs par feuille A4, à couper";
    /// The same for the copier.
    ImposedCopier = "planche-noir", "Plusieurs par feuille A4, en noir et blanc";
    /// A print shop: 3 mm more on each side, with the cut noted in the file.
    PrintShop = "imprimeur", "Pour un imprimeur, 3 mm de fond perdu";
}

impl Finish {
    /// Whether there is no colour and no dark ground.
    pub fn is_black(self) -> bool {
        matches!(self, Self::Copier | Self::ImposedCopier)
    }

    /// Whether several stand on a sheet.
    pub fn is_imposed(self) -> bool {
        matches!(self, Self::Imposed | Self::ImposedCopier)
    }
}

impl Paper {
    /// Width and height.
    pub fn size_mm(self) -> (f64, f64) {
        match self {
            Self::A6 => (105.0, 148.0),
            Self::A5 => (148.0, 210.0),
            Self::A4 => (210.0, 297.0),
            Self::A3 => (297.0, 420.0),
        }
    }

    /// Whether it hangs on a wall: key facts are larger, and it may have tabs.
    pub fn is_poster(self) -> bool {
        self >= Self::A4
    }

    /// How many of it an A4 sheet takes, where it is more than one.
    pub fn a_sheet(self) -> Option<usize> {
        match self {
            Self::A6 => Some(4),
            Self::A5 => Some(2),
            _ => None,
        }
    }
}

/// How a campaign's flyers and posters are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editions {
    /// The design of all of them.
    pub design: Design,
    /// The flyers' paper: A6 or A5.
    pub flyer: Paper,
    /// The posters' paper: A4 or A3.
    pub poster: Paper,
    /// Whether posters have tabs to tear off.
    pub tabs: bool,
    /// What is made beside the plain copies.
    pub also: Vec<Finish>,
}

impl Default for Editions {
    fn default() -> Self {
        Self { design: Design::Band, flyer: Paper::A5, poster: Paper::A4, tabs: true, also: vec![] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_by_its_code_or_refused_with_all_of_them() {
        assert_eq!("cadre".parse::<Design>().unwrap(), Design::Border);
        assert_eq!("A3".parse::<Paper>().unwrap(), Paper::A3);
        let refusal = "a5".parse::<Paper>().unwrap_err().to_string();
        assert!(
            refusal.contains("« a5 » n’est pas un format connu") && refusal.contains("A6, A5, A4, A3"),
            "{refusal}"
        );
        for finish in Finish::ALL {
            assert_eq!(finish.code().parse::<Finish>().unwrap(), *finish);
        }
    }
}
