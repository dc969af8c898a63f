//! Take oppositions in from a file: read, shown as a count with the rows that could not be read, then noted or dropped.
//! Only digests wait in between; the file itself is not kept.

use chrono::{DateTime, Utc};

use super::opposition_people;
use super::oppositions::{Met, apply, book, sealer};
use super::{Error, Result, Store, local, secret_key, to_the_end};
use crate::domain::id::{OppositionFileId, OppositionId, StructureId};
use crate::domain::opposition::{Channels, Source};
use crate::intake::FileContent;
use crate::store;
pub use crate::store::opposition::UploadedFile;
use crate::store::opposition::{NewOpposition, Which};

/// Why a row of the file is none: only the reason is kept, not what the row says.
const NO_KEY: &str = "no_key";

/// Reads a file. Nothing holds until [`accept`].
pub async fn preview(
    store: &Store,
    scope: StructureId,
    file_name: &str,
    content: &FileContent,
    channels: Channels,
    source: Source,
    now: DateTime<Utc>,
) -> Result<OppositionFileId> {
    if channels.is_none() {
        return Err(Error::Refused("Cochez au moins un canal : courrier, e-mail ou téléphone.".to_owned()));
    }
    let read = opposition_people::read(file_name, content, local(now).date())?;
    let (sealer, before) = (sealer(store, scope), book(store, scope, Which::Noted).await?);
    let mut file = UploadedFile {
        id: OppositionFileId::new(),
        name: file_name.to_owned(),
        noted: false,
        oppositions: 0,
        already_noted: 0,
        refused: read.refused.iter().map(|(row, why)| (*row, why.code().to_owned())).collect(),
    };
    let mut new = Vec::with_capacity(read.people.len());
    for (row, person) in &read.people {
        let keys = sealer.keys(person, channels);
        if keys.is_empty() {
            file.refused.push((*row, NO_KEY.to_owned()));
        } else if before.check(person).is_some_and(|f| !f.by.is_empty() && f.channels.covers(channels)) {
            file.already_noted += 1;
        } else {
            new.push(NewOpposition { id: OppositionId::new(), channels, source, file: Some(file.id), keys });
        }
    }
    file.refused.sort();
    let mark = secret_key::mark(store);
    let (id, shared) = (file.id, std::sync::Arc::new((file, new)));
    store
        .write(move |tx| {
            let shared = shared.clone();
            Box::pin(async move {
                store::key_check::save(tx, mark).await?;
                store::opposition::insert_file(tx, scope, &shared.0, now).await?;
                Ok::<_, Error>(store::opposition::insert(tx, scope, &shared.1, now).await?)
            })
        })
        .await?;
    Ok(id)
}

/// What was read of a file.
pub async fn file(store: &Store, scope: StructureId, id: OppositionFileId) -> Result<UploadedFile> {
    let mut file = store::opposition::file(store.read(), scope, id).await?.ok_or_else(no_such_file)?;
    for (_, why) in &mut file.refused {
        *why = reason(why).to_owned();
    }
    Ok(file)
}

/// Makes the oppositions of a file hold, and marks whom they meet.
pub async fn accept(store: &Store, scope: StructureId, id: OppositionFileId, now: DateTime<Utc>) -> Result<Met> {
    let done = store
        .write(move |tx| {
            Box::pin(async move { Ok::<_, Error>(store::opposition::accept_file(tx, scope, id, now).await?) })
        })
        .await?;
    if !done {
        return Err(no_such_file());
    }
    let store = store.clone();
    to_the_end(async move {
        let new = book(&store, scope, Which::OfFile(id)).await?;
        apply(&store, scope, &new, None, now).await
    })
    .await
}

/// Drops what was read of a file.
pub async fn discard(store: &Store, scope: StructureId, id: OppositionFileId) -> Result<()> {
    store.write(move |tx| Box::pin(async move { Ok(store::opposition::discard_file(tx, scope, id).await?) })).await
}

fn reason(code: &str) -> &'static str {
    match code {
        "no_name" => "Aucun nom de famille.",
        NO_KEY => "Ni naissance ni adresse : le nom seul désignerait trop de monde.",
        _ => "Ni date de naissance complète, ni code postal ou commune qui mène quelque part.",
    }
}

fn no_such_file() -> Error {
    Error::NotFound("Ce fichier d’oppositions a déjà été enregistré ou abandonné.".to_owned())
}
