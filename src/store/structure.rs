//! Structures. One that has only its name yet is unfinished: nothing can be printed in its name.

use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ActiveValue, ColumnTrait, EntityTrait, QueryFilter};

use super::entity::structure;
use super::{Connection, Result, StoreError, Tx, stored};
use crate::domain::colour::Colour;
use crate::domain::id::StructureId;
use crate::domain::logo::Logo;
use crate::domain::phone::Phone;
use crate::domain::structure::Structure;

/// The structure with this identifier; nothing where it has only its name yet.
pub async fn by_id(db: &impl Connection, id: StructureId) -> Result<Option<Structure>> {
    let row = structure::Entity::find_by_id(id.0).one(db).await?;
    let row = row.ok_or_else(|| StoreError::Stored("structure is gone".to_owned()))?;
    if row.postcode.is_empty() {
        return Ok(None);
    }
    Ok(Some(Structure {
        name: row.name,
        street: row.street,
        postcode: stored("structure.postcode", row.postcode.parse())?,
        town: row.town,
        phone: stored("structure.phone", Phone::parse(&row.phone))?,
        hours: row.hours,
        data_email: row.data_email,
        signatory: row.signatory,
        colour: row.colour.map(|hex| stored("structure.colour", Colour::try_from(hex))).transpose()?,
        logo: row.logo.map(|bytes| stored("structure.logo", Logo::read(&bytes))).transpose()?,
        signature: row.signature.map(|bytes| stored("structure.signature", Logo::read(&bytes))).transpose()?,
    }))
}

/// Whether another structure has this name already.
pub async fn is_taken(db: &impl Connection, but: StructureId, name: &str) -> Result<bool> {
    let found = structure::Entity::find().filter(structure::Column::Name.eq(name)).one(db).await?;
    Ok(found.is_some_and(|s| s.id != but.0))
}

/// Begins a structure that has only its name.
pub async fn begin(tx: &Tx, name: &str) -> Result<StructureId> {
    let id = StructureId::new();
    let none = || Set(String::new());
    let row = structure::ActiveModel {
        id: Set(id.0),
        name: Set(name.to_owned()),
        street: none(),
        postcode: none(),
        town: none(),
        phone: none(),
        hours: none(),
        data_email: none(),
        signatory: none(),
        colour: Set(None),
        logo: Set(None),
        signature: Set(None),
    };
    row.insert(tx).await?;
    Ok(id)
}

/// Writes the facts of a structure.
pub async fn update(tx: &Tx, id: StructureId, definition: &Structure) -> Result<()> {
    save(tx, Some(id), definition).await.map(|_| ())
}

/// Writes a structure: over the one that runs the campaign already, under whatever name; otherwise the one of this name, or a new one.
pub(super) async fn save(tx: &Tx, owner: Option<StructureId>, definition: &Structure) -> Result<StructureId> {
    let existing = match owner {
        Some(owner) => structure::Entity::find_by_id(owner.0),
        None => structure::Entity::find().filter(structure::Column::Name.eq(&definition.name)),
    };
    let existing = existing.one(tx).await?;
    let id = existing.as_ref().map_or_else(StructureId::new, |s| StructureId(s.id));
    // The pack of another campaign that says nothing of them does not take them from all papers.
    let keeps = owner.is_none() && existing.is_some();
    let row = structure::ActiveModel {
        id: Set(id.0),
        name: Set(definition.name.clone()),
        street: Set(definition.street.clone()),
        postcode: Set(definition.postcode.to_string()),
        town: Set(definition.town.clone()),
        phone: Set(definition.phone.e164().to_owned()),
        hours: Set(definition.hours.clone()),
        data_email: Set(definition.data_email.clone()),
        signatory: Set(definition.signatory.clone()),
        colour: if keeps && definition.colour.is_none() { NotSet } else { Set(definition.colour.map(String::from)) },
        logo: picture(keeps, definition.logo.as_ref()),
        signature: picture(keeps, definition.signature.as_ref()),
    };
    if existing.is_some() {
        row.update(tx).await?
    } else {
        row.insert(tx).await?
    };
    Ok(id)
}

/// A picture as it is written; where none is given and the one before is kept, nothing is.
fn picture(keeps: bool, given: Option<&Logo>) -> ActiveValue<Option<Vec<u8>>> {
    if keeps && given.is_none() { NotSet } else { Set(given.map(|l| l.bytes().to_vec())) }
}
