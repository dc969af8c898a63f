//! The structure that runs a campaign, as letters and pages name it.

use serde::{Deserialize, Serialize};

use super::colour::Colour;
use super::commune::Postcode;
use super::logo::Logo;
use super::phone::Phone;

/// Who writes, whom to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Structure {
    /// Its name, as on the letterhead.
    pub name: String,
    /// Number and street.
    pub street: String,
    /// Its postcode.
    pub postcode: Postcode,
    /// Its town; the letter is dated from there.
    pub town: String,
    /// The number to call for registrations.
    pub phone: Phone,
    /// Opening hours of the phone, « du lundi au vendredi, de 9 h à 17 h ».
    pub hours: String,
    /// Where questions about personal data go.
    pub data_email: String,
    /// Who signs the letters, with the role: « Claude Exemple, coordination de Numérique en Lozère ».
    pub signatory: String,
    /// The deep colour of its flyers and posters; the house's own where nobody says it. White text is read on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<Colour>,
    /// Its logo.
    #[serde(skip)]
    pub logo: Option<Logo>,
    /// The picture of the signature, under letters.
    #[serde(skip)]
    pub signature: Option<Logo>,
}
