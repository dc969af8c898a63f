//! Channels as the comparison orders and names them.

use crate::domain::channel::Channel;

/// The order of the rows: what the campaign sends first, what it cannot steer last. It does not follow the figures, so
/// that a channel stays in its place from week to week.
pub(super) const ORDER: [Channel; 14] = [
    Channel::Letter,
    Channel::Bulletin,
    Channel::Panneaupocket,
    Channel::Poster,
    Channel::Flyer,
    Channel::Stand,
    Channel::Radio,
    Channel::Press,
    Channel::Townhall,
    Channel::Professional,
    Channel::Web,
    Channel::WordOfMouth,
    Channel::Other,
    Channel::Unknown,
];

/// The channel in the middle of a sentence, with its article. Always singular, so that verbs agree.
pub(super) fn with_article(channel: Channel) -> &'static str {
    match channel {
        Channel::Letter => "le courrier",
        Channel::Flyer => "le flyer",
        Channel::Poster => "l’affiche",
        Channel::Panneaupocket => "PanneauPocket",
        Channel::Bulletin => "le bulletin municipal",
        Channel::Press => "le journal",
        Channel::Radio => "la radio",
        Channel::Stand => "le stand",
        Channel::Townhall => "la mairie",
        Channel::Professional => "le réseau des professionnels",
        Channel::WordOfMouth => "le bouche à oreille",
        Channel::Web => "internet",
        Channel::Other => "un autre canal",
        Channel::Unknown => "un canal inconnu",
    }
}

/// Can anybody say how many households the channel touches? Nobody counts what neighbours say.
pub(super) fn has_reach(channel: Channel) -> bool {
    !matches!(channel, Channel::WordOfMouth | Channel::Other | Channel::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_has_its_place() {
        assert!(Channel::ALL.iter().all(|channel| ORDER.contains(channel)));
    }
}
