//! Channels: the ways by which people hear of a workshop. One list serves outlets, the question asked of every
//! registrant, and the comparison.

use serde::{Deserialize, Serialize};

use super::Invalid;
use super::price::Cents;

macro_rules! channels {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $french:literal;)*) => {
        /// A channel, also the answer to « Comment avez-vous connu l’atelier ? ».
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Channel { $($(#[$doc])* $name,)* }

        impl Channel {
            /// Every channel, in the order in which they are offered as answers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name used in files, the API and the database.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The French label.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $french,)* }
            }
        }
    };
}

channels! {
    /// An addressed letter, with the household's invitation number.
    Letter = "letter", "Courrier";
    /// A flyer handed out or left on a counter.
    Flyer = "flyer", "Flyer";
    /// A poster.
    Poster = "poster", "Affiche";
    /// The municipal notice app PanneauPocket.
    Panneaupocket = "panneaupocket", "PanneauPocket";
    /// A municipal bulletin.
    Bulletin = "bulletin", "Bulletin municipal";
    /// A newspaper.
    Press = "press", "Journal";
    /// A radio.
    Radio = "radio", "Radio";
    /// A stand at a market, a loto or a fair.
    Stand = "stand", "Stand";
    /// The town hall: its secretary or an elected person.
    Townhall = "townhall", "Mairie, élu";
    /// A professional who knows the person.
    Professional = "professional", "Professionnel";
    /// Someone told them.
    WordOfMouth = "word_of_mouth", "Bouche à oreille";
    /// A web site.
    Web = "web", "Internet";
    /// Something else.
    Other = "other", "Autre";
    /// The person does not know any more.
    Unknown = "unknown", "Ne sait plus";
}

impl std::str::FromStr for Channel {
    type Err = Invalid;

    fn from_str(code: &str) -> Result<Self, Invalid> {
        Self::ALL.iter().copied().find(|c| c.code() == code).ok_or_else(|| {
            let known = Self::ALL.iter().map(|c| c.code()).collect::<Vec<_>>().join(", ");
            Invalid::new(format!("« {code} » n’est pas un canal connu. Canaux possibles : {known}."))
        })
    }
}

/// What one outlet can be given for a workshop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// A flyer, A5.
    Flyer,
    /// A poster, A4.
    Poster,
    /// A notice to copy, as text.
    Notice,
}

impl Piece {
    /// The code used in packs, and the folder's singular name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Flyer => "flyer",
            Self::Poster => "poster",
            Self::Notice => "notice",
        }
    }

    /// The French label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Flyer => "Flyer",
            Self::Poster => "Affiche",
            Self::Notice => "Annonce",
        }
    }
}

impl Outlet {
    /// What it costs in all, with so many letters printed by the campaign: only letters are counted by the piece.
    pub fn total_cost(&self, letters: u64) -> Cents {
        match self.channel {
            Channel::Letter => Cents(self.cost.0 + self.cost_per_piece.0 * letters),
            _ => self.cost,
        }
    }
}

impl std::str::FromStr for Piece {
    type Err = Invalid;

    fn from_str(code: &str) -> Result<Self, Invalid> {
        [Self::Flyer, Self::Poster, Self::Notice].into_iter().find(|p| p.code() == code).ok_or_else(|| {
            Invalid::new(format!("« {code} » n’est pas un document connu : choisissez parmi flyer, poster, notice."))
        })
    }
}

/// An outlet: one place or medium of a channel (a town hall, a market, the letters of the campaign), with what it costs
/// and how many households it can reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlet {
    /// Short name in files and addresses.
    pub slug: String,
    /// The name a person reads.
    pub name: String,
    /// The channel it belongs to.
    pub channel: Channel,
    /// What it costs once, whatever the number of pieces.
    pub cost: Cents,
    /// What each letter costs (printing, envelope, postage). Zero for what is not counted by the piece.
    pub cost_per_piece: Cents,
    /// Households that it can reach, where somebody knows. Letters count themselves and leave this empty.
    pub reach: Option<u64>,
    /// What is made for it, for every workshop.
    pub pieces: Vec<Piece>,
}
