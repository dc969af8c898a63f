//! Pure types and rules of the field. No I/O, no clock, no framework: what depends on today, on chance or on the
//! environment takes it as an argument.

pub mod address;
pub mod audience;
pub mod blind;
pub mod calendar;
pub mod campaign;
pub mod channel;
pub mod colour;
pub mod commune;
pub mod contract;
pub mod distance;
pub mod doubt;
pub mod edition;
pub mod envelope;
pub mod first_name;
pub mod fragility;
pub mod funder;
pub mod household;
pub mod id;
mod lexicon;
pub mod logo;
pub mod number;
pub mod opposition;
pub mod partner;
pub mod phone;
pub mod postage;
pub mod price;
pub mod registration;
pub mod retiree;
pub mod seed_address;
pub mod slip;
pub mod slug;
pub mod structure;
pub mod user;
pub mod workshop;

/// A value from outside that a type of this room refuses. The message is French, for the person who wrote the value,
/// and says what is expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

impl Invalid {
    /// The refusal with this French message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}
