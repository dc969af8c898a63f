//! Whom a page asks people to call.

use chrono::Utc;

use super::App;
use super::error::WebError;
use super::view::{Contact, Shell};
use crate::domain::id::StructureId;
use crate::service::{find_structure, list_workshops};

/// The structure that the page belongs to; for a page that belongs to none, the only one of this installation, or each
/// that holds a workshop one can still join, by first session.
pub async fn whom_to_call(app: &App, structure: Option<StructureId>) -> Result<Vec<Contact>, WebError> {
    let (store, mut found) = (&app.store, Vec::new());
    if let Some(id) = structure {
        found.extend(find_structure::by_id(store, id).await?);
    } else if let Some(only) = find_structure::only_one(store).await? {
        found.push(only);
    } else {
        let mut named = Vec::new();
        for workshop in list_workshops::upcoming(store, Utc::now()).await? {
            if !named.contains(&workshop.structure) {
                named.push(workshop.structure);
                found.extend(find_structure::by_id(store, workshop.structure).await?);
            }
        }
    }
    Ok(found.into_iter().map(Contact::from).collect())
}

/// The frame of a page for everybody.
pub async fn shell(app: &App, structure: Option<StructureId>) -> Result<Shell, WebError> {
    Ok(Shell::public(whom_to_call(app, structure).await?))
}
