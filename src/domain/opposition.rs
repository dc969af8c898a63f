//! Oppositions: a person's right not to be written to, called or mailed (RGPD art. 21).

use super::Invalid;

/// The ways of reaching a person that an opposition closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Channels {
    /// Letters.
    pub post: bool,
    /// E-mails.
    pub email: bool,
    /// Calls.
    pub phone: bool,
}

/// How an opposition came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Somebody called or came.
    Desk,
    /// By mail, noted in the office.
    Letter,
    /// In a file of the structure's own.
    File,
    /// In a fund's file.
    Fund,
}

impl Channels {
    /// Letters alone: what people mean who say nothing more.
    pub const POST: Self = Self { post: true, email: false, phone: false };
    /// Every way.
    pub const ALL: Self = Self { post: true, email: true, phone: true };

    /// Each way with its code and whether it is closed, letters first.
    pub fn each(self) -> [(&'static str, bool); 3] {
        [("post", self.post), ("email", self.email), ("phone", self.phone)]
    }

    /// The ways with these codes.
    pub fn from_codes<'c>(codes: impl IntoIterator<Item = &'c str>) -> Result<Self, Invalid> {
        codes.into_iter().try_fold(Self::default(), |so_far, code| match code {
            "post" => Ok(Self { post: true, ..so_far }),
            "email" => Ok(Self { email: true, ..so_far }),
            "phone" => Ok(Self { phone: true, ..so_far }),
            other => {
                Err(Invalid::new(format!("« {other} » n’est pas un canal : cochez courrier, e-mail ou téléphone.")))
            }
        })
    }

    /// None at all?
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// What either closes.
    pub fn and(self, other: Self) -> Self {
        Self { post: self.post || other.post, email: self.email || other.email, phone: self.phone || other.phone }
    }

    /// What it closes and the other does not.
    pub fn without(self, other: Self) -> Self {
        Self { post: self.post && !other.post, email: self.email && !other.email, phone: self.phone && !other.phone }
    }

    /// Does it close all that the other closes?
    pub fn covers(self, other: Self) -> bool {
        self.and(other) == self
    }
}

impl Source {
    const ALL: [Self; 4] = [Self::Desk, Self::Letter, Self::File, Self::Fund];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Letter => "letter",
            Self::File => "file",
            Self::Fund => "fund",
        }
    }

    /// « reçue au téléphone », to go on after « une opposition ».
    pub fn label(self) -> &'static str {
        match self {
            Self::Desk => "reçue à l’accueil",
            Self::Letter => "notée au bureau",
            Self::File => "lue dans un fichier",
            Self::Fund => "transmise par une caisse",
        }
    }

    /// The source with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_read_by_their_codes() {
        assert_eq!(Channels::from_codes(["post"]), Ok(Channels::POST));
        assert_eq!(Channels::from_codes(["phone", "email", "post"]), Ok(Channels::ALL));
        assert!(Channels::from_codes([]).is_ok_and(Channels::is_none));
        assert!(Channels::from_codes(["pigeon"]).is_err());
        assert!(Channels::ALL.covers(Channels::POST) && !Channels::POST.covers(Channels::ALL));
    }
}
