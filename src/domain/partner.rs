//! Who else helps nearby: what people take home from the last session.

use serde::{Deserialize, Serialize};

use super::phone::Phone;

/// A place where people get help after the workshop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// « France services de Langogne ».
    pub name: String,
    /// What one finds there: « aide aux démarches en ligne, sans rendez-vous ».
    pub help: String,
    /// Where it is; may be empty.
    pub place: String,
    /// Its phone.
    pub phone: Option<Phone>,
    /// When it is open; may be empty.
    pub hours: String,
}
