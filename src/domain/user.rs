//! What a user may do.

use super::Invalid;

/// The role of an account, from the narrowest to the widest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Answers the phone: finds households, registers, marks attendance.
    Desk,
    /// Runs campaigns, and everything the desk does.
    Coordinator,
    /// Compares structures without seeing anyone's personal data.
    Hub,
}

impl Role {
    /// The code in the database and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Coordinator => "coordinator",
            Self::Hub => "hub",
        }
    }

    /// In French.
    pub fn label(self) -> &'static str {
        match self {
            Self::Desk => "accueil",
            Self::Coordinator => "coordination",
            Self::Hub => "comparaison des structures",
        }
    }

    /// May it see and register people?
    pub fn sees_people(self) -> bool {
        matches!(self, Self::Desk | Self::Coordinator)
    }

    /// May it make and change campaigns?
    pub fn edits_campaigns(self) -> bool {
        self == Self::Coordinator
    }

    /// May it see campaigns and their figures?
    pub fn sees_campaigns(self) -> bool {
        matches!(self, Self::Coordinator | Self::Hub)
    }
}

impl std::str::FromStr for Role {
    type Err = Invalid;

    fn from_str(code: &str) -> Result<Self, Invalid> {
        [Self::Desk, Self::Coordinator, Self::Hub]
            .into_iter()
            .find(|r| r.code() == code)
            .ok_or_else(|| Invalid::new(format!("« {code} » n’est pas un rôle : choisissez coordinator, desk ou hub.")))
    }
}
