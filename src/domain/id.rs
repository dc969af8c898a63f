//! Identifiers: UUID v7 made in code, one type a thing, so that two kinds cannot be swapped.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier; later ones sort after earlier ones.
            #[expect(clippy::new_without_default, reason = "an identifier has no default")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A structure: the association or public body that runs campaigns, and the owner of every row about a person.
    StructureId,
    /// A user account.
    UserId,
    /// A campaign.
    CampaignId,
    /// A workshop: the course of sessions one group follows.
    WorkshopId,
    /// One dated session of a workshop.
    SessionId,
    /// An outlet: one place or medium of a channel.
    OutletId,
    /// A list as a fund delivered it.
    DeliveryId,
    /// A row of a list; the first row of a person stands for that person.
    RetireeId,
    /// A household.
    HouseholdId,
    /// A mailing without names.
    BlindMailingId,
    /// Two rows that may be one person or one household.
    DoubtId,
    /// An invitation of a household in a wave.
    InvitationId,
    /// A registration of one or two people.
    RegistrationId,
    /// One person who takes a seat under a registration.
    ParticipantId,
    /// An opposition.
    OppositionId,
    /// A file of oppositions.
    OppositionFileId,
    /// A row that may be somebody who is opposed.
    OppositionDoubtId,
    /// An audience of a campaign, saved under a name.
    SavedAudienceId,
}
