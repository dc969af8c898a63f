//! Add an account.

use chrono::{DateTime, Utc};

use super::{Error, Result};
use crate::domain::id::{StructureId, UserId};
use crate::domain::user::Role;
use crate::store::user::User;
use crate::store::{self, Store};

/// Characters a password must have (ANSSI asks for 12 where nothing else protects the account).
const PASSWORD_CHARS: usize = 12;

/// Adds an account for the structure of this name, or for the only one there is. In an empty installation the structure
/// begins with its name: its coordinator says the rest in the office.
pub async fn add_user(
    store: &Store,
    email: &str,
    role: Role,
    structure: Option<&str>,
    password: &str,
    now: DateTime<Utc>,
) -> Result<UserId> {
    let email = email.trim().to_lowercase();
    if !email.contains('@') {
        return Err(Error::Refused(format!("« {email} » n’est pas une adresse électronique.")));
    }
    if password.chars().count() < PASSWORD_CHARS {
        return Err(Error::Refused(format!("Le mot de passe doit avoir au moins {PASSWORD_CHARS} caractères.")));
    }
    let structure = the_structure(store, structure).await?;
    let password = password.to_owned();
    let hash = tokio::task::spawn_blocking(move || password_auth::generate_hash(password))
        .await
        .map_err(|e| Error::Internal(e.to_string()))?;
    let user = User { id: UserId::new(), structure, structure_name: String::new(), email, role, password_hash: hash };
    let added = user.clone();
    store
        .write(move |tx| {
            let user = user.clone();
            Box::pin(async move {
                if store::user::by_email(tx, &user.email).await?.is_some() {
                    return Err(Error::Refused(format!("Le compte {} existe déjà.", user.email)));
                }
                Ok(store::user::insert(tx, &user, now).await?)
            })
        })
        .await?;
    Ok(added.id)
}

async fn the_structure(store: &Store, name: Option<&str>) -> Result<StructureId> {
    let all = store::user::structures(store.read()).await?;
    let names = all.iter().map(|(_, name)| format!("« {name} »")).collect::<Vec<_>>().join(", ");
    match (name, all.as_slice()) {
        (None, []) => Err(Error::Refused(
            "Il n’y a pas encore de structure : donnez-lui un nom avec --structure « Numérique en Lozère ».".to_owned(),
        )),
        (Some(name), []) => add_structure(store, name).await,
        (None, [(id, _)]) => Ok(*id),
        (None, _) => Err(Error::Refused(format!("Précisez la structure avec --structure : {names}."))),
        (Some(wanted), _) => all.iter().find(|(_, name)| name == wanted).map(|(id, _)| *id).ok_or_else(|| {
            Error::Refused(format!(
                "Aucune structure ne s’appelle « {wanted} ». Structures connues : {names}. Pour en commencer une autre, ajoutez --new-structure."
            ))
        }),
    }
}

/// Begins a structure with its name alone.
pub async fn add_structure(store: &Store, name: &str) -> Result<StructureId> {
    let name = name.trim().to_owned();
    if name.is_empty() {
        return Err(Error::Refused("Le nom de la structure manque.".to_owned()));
    }
    store
        .write(move |tx| {
            let name = name.clone();
            Box::pin(async move {
                if store::user::structures(tx).await?.iter().any(|(_, known)| *known == name) {
                    return Err(Error::Refused(format!("Une structure s’appelle déjà « {name} ».")));
                }
                Ok(store::structure::begin(tx, &name).await?)
            })
        })
        .await
}
