//! What a visitor carries from page to page: the number of their letter, the reference of a poster.

use serde::Serialize;

use crate::domain::Invalid;
use crate::domain::id::StructureId;
use crate::domain::number::{InvitationNumber, Reference};
use crate::service::check_invitation;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Client, Fields};

/// Numbers that were recognised. Nothing here tells who holds them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Carried {
    /// As digits, for addresses and hidden fields.
    invitation: Option<String>,
    /// In pairs, for reading.
    invitation_shown: Option<String>,
    reference: Option<String>,
    /// The query that hands both on: empty, or from the question mark.
    query: String,
    /// Why the number was not recognised.
    problem: Option<String>,
}

impl Carried {
    /// Nothing but this number.
    pub fn with_invitation(number: InvitationNumber) -> Self {
        Self::of(Some(number), None)
    }

    /// Nothing but this reference.
    pub fn with_reference(reference: Reference) -> Self {
        Self::of(None, Some(reference))
    }

    /// Reads `i` and `r` for a workshop of this structure. A number that is wrong is left behind, with the reason.
    pub async fn read(app: &App, client: &Client, fields: &Fields, structure: StructureId) -> Result<Self, WebError> {
        let reference = Reference::parse(fields.get("r")).ok();
        let typed = fields.get("i");
        if typed.is_empty() {
            return Ok(Self::of(None, reference));
        }
        Ok(match recognise(app, client, typed).await? {
            Ok((number, owner)) if owner == structure => Self::of(Some(number), reference),
            Ok((number, _)) => {
                let problem = format!("Le numéro {number} vaut pour d’autres ateliers que celui-ci.");
                Self { problem: Some(problem), ..Self::of(None, reference) }
            }
            Err(problem) => Self { problem: Some(problem), ..Self::of(None, reference) },
        })
    }

    /// The reference of a form that comes back with mistakes, and its number where it was `hidden`.
    pub fn typed(fields: &Fields, hidden: bool) -> Self {
        let invitation = InvitationNumber::parse(fields.get("invitation")).ok().filter(|_| hidden);
        Self::of(invitation, Reference::parse(fields.get("reference")).ok())
    }

    /// The query that hands both on: empty, or from the question mark.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Whether a number was recognised.
    pub fn has_invitation(&self) -> bool {
        self.invitation.is_some()
    }

    fn of(invitation: Option<InvitationNumber>, reference: Option<Reference>) -> Self {
        let pairs = [("i", invitation.map(InvitationNumber::digits)), ("r", reference.map(|r| r.to_string()))];
        let pairs: Vec<_> = pairs.iter().filter_map(|(name, v)| Some(format!("{name}={}", v.as_ref()?))).collect();
        Self {
            query: if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) },
            invitation: invitation.map(InvitationNumber::digits),
            invitation_shown: invitation.map(|i| i.to_string()),
            reference: reference.map(|r| r.to_string()),
            problem: None,
        }
    }
}

/// The number and the structure whose letter carries it, or in French why it is not recognised. Wrong numbers count for
/// the address they come from, mistyped or made up.
pub async fn recognise(
    app: &App,
    client: &Client,
    typed: &str,
) -> Result<Result<(InvitationNumber, StructureId), String>, WebError> {
    let number = match InvitationNumber::parse(typed) {
        Ok(number) => number,
        Err(Invalid(message)) => {
            client.wrong_number()?;
            return Ok(Err(message));
        }
    };
    if let Some(structure) = check_invitation::issued_by(&app.store, number).await? {
        return Ok(Ok((number, structure)));
    }
    client.wrong_number()?;
    Ok(Err(format!(
        "Aucune de nos lettres ne porte le numéro {number}. Relisez-le sur la lettre, chiffre par chiffre."
    )))
}
