//! Which channel a registration came by. The number that was used, the source that was declared and the mailing that was
//! matched stay apart; this only says which of them speaks first.

use crate::domain::channel::Channel;

/// A confirmed registration, as the comparison needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationFact {
    /// An invitation number was given.
    pub invitation: bool,
    /// The channel of the outlet whose reference was given.
    pub reference: Option<Channel>,
    /// The answer to « Comment avez-vous connu l’atelier ? ».
    pub heard_from: Option<Channel>,
    /// Registrations with the same key are of one household.
    pub household: String,
    /// Sessions of the workshop held so far.
    pub sessions_held: u32,
    /// How many of them each person attended, one entry a seat.
    pub attended: Vec<u32>,
}

/// How often the number used and the source declared say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    /// Registrations that have both.
    pub both: u64,
    /// Those where both name the same channel.
    pub same: u64,
}

impl RegistrationFact {
    /// The channel that the number used tells: an invitation came by letter, a reference by its outlet.
    pub fn by_number(&self) -> Option<Channel> {
        if self.invitation { Some(Channel::Letter) } else { self.reference }
    }

    /// The channel that the person named; none for « Ne sait plus ».
    pub fn by_declaration(&self) -> Option<Channel> {
        self.heard_from.filter(|channel| *channel != Channel::Unknown)
    }

    /// The channel it is counted under: what the number tells, otherwise what was declared, otherwise
    /// [`Channel::Unknown`].
    pub fn channel(&self) -> Channel {
        self.by_number().or(self.by_declaration()).unwrap_or(Channel::Unknown)
    }

    /// Seats whose person came at least once.
    pub fn seats_attended(&self) -> u64 {
        self.attended.iter().filter(|sessions| **sessions > 0).count() as u64
    }

    /// Did somebody come at least once?
    pub fn attended_once(&self) -> bool {
        self.seats_attended() > 0
    }

    /// Did somebody come to at least three quarters of the sessions held?
    pub fn attended_most(&self) -> bool {
        let most = |sessions: u32| sessions > 0 && u64::from(sessions) * 4 >= u64::from(self.sessions_held) * 3;
        self.attended.iter().any(|sessions| most(*sessions))
    }
}

impl Agreement {
    /// Counts over all registrations.
    pub fn of(registrations: &[RegistrationFact]) -> Self {
        let pairs = registrations.iter().filter_map(|r| r.by_number().zip(r.by_declaration()));
        pairs.fold(Self::default(), |sum, (number, declared)| Self {
            both: sum.both + 1,
            same: sum.same + u64::from(number == declared),
        })
    }

    /// The share that agrees, where there is anything to compare.
    pub fn share(self) -> Option<f64> {
        (self.both > 0).then(|| self.same as f64 / self.both as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(invitation: bool, reference: Option<Channel>, heard_from: Option<Channel>) -> RegistrationFact {
        RegistrationFact {
            invitation,
            reference,
            heard_from,
            household: "1".into(),
            sessions_held: 8,
            attended: vec![0],
        }
    }

    #[test]
    fn the_number_used_speaks_before_what_is_said() {
        use Channel::{Letter, Poster, Radio, Unknown};
        assert_eq!(fact(true, None, Some(Radio)).channel(), Letter);
        assert_eq!(fact(true, Some(Poster), None).channel(), Letter);
        assert_eq!(fact(false, Some(Poster), Some(Radio)).channel(), Poster);
        assert_eq!(fact(false, None, Some(Radio)).channel(), Radio);
        assert_eq!(fact(false, None, Some(Unknown)).channel(), Unknown);
        assert_eq!(fact(false, None, None).channel(), Unknown);
    }

    #[test]
    fn agreement_counts_only_those_who_gave_a_number_and_an_answer() {
        use Channel::{Letter, Poster, Radio, Unknown};
        let facts = [
            fact(true, None, Some(Letter)),
            fact(true, None, Some(Radio)),
            fact(false, Some(Poster), Some(Poster)),
            fact(false, Some(Poster), Some(Unknown)),
            fact(false, None, Some(Radio)),
            fact(true, None, None),
        ];
        let agreement = Agreement::of(&facts);
        assert_eq!(agreement, Agreement { both: 3, same: 2 });
        assert_eq!(Agreement::default().share(), None);
    }

    #[test]
    fn attendance_has_two_definitions() {
        let came = |attended: &[u32], sessions_held| RegistrationFact {
            attended: attended.to_vec(),
            sessions_held,
            ..fact(true, None, None)
        };
        assert!(came(&[1, 0], 8).attended_once() && !came(&[1, 0], 8).attended_most());
        assert!(came(&[0, 6], 8).attended_most() && !came(&[0, 5], 8).attended_most());
        assert_eq!(came(&[8, 1], 8).seats_attended(), 2);
        assert!(!came(&[0], 0).attended_most() && !came(&[], 0).attended_once());
    }
}
