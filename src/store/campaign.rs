//! Campaigns with their workshops, outlets and references.

use std::collections::HashMap;

use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entity::{Owned, campaign, outlet, reference, structure};
use super::{
    Connection, Result, StoreError, Tx, delivery as deliveries, saved_audience, stored, workshop as workshops,
};
use crate::domain::campaign::{Campaign, LetterText};
use crate::domain::channel::Outlet;
use crate::domain::id::{CampaignId, OutletId, StructureId, WorkshopId};
use crate::domain::number::Reference;
use crate::domain::phone::Phone;
use crate::domain::price::Cents;
use crate::domain::structure::Structure;

/// A campaign as the database holds it; its lists are those that have been taken in.
#[derive(Debug, Clone)]
pub struct StoredCampaign {
    /// Its identifier.
    pub id: CampaignId,
    /// The structure that runs it.
    pub structure: StructureId,
    /// What the coordinator defined.
    pub campaign: Campaign,
    /// Identifiers of `campaign.workshops`, in the same order.
    pub workshop_ids: Vec<WorkshopId>,
    /// Identifiers of `campaign.outlets`, in the same order.
    pub outlet_ids: Vec<OutletId>,
    /// The reference of each outlet for each workshop.
    pub references: HashMap<(OutletId, WorkshopId), Reference>,
}

/// A campaign in a list of campaigns.
#[derive(Debug, Clone)]
pub struct CampaignName {
    /// Its identifier.
    pub id: CampaignId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// The campaigns of a structure, newest first.
pub async fn names(db: &impl Connection, scope: StructureId) -> Result<Vec<CampaignName>> {
    let rows = campaign::Entity::of(scope).order_by_desc(campaign::Column::Id).all(db).await?;
    Ok(rows.into_iter().map(|c| CampaignName { id: CampaignId(c.id), slug: c.slug, name: c.name }).collect())
}

/// The campaign with this slug.
pub async fn by_slug(db: &impl Connection, slug: &str) -> Result<Option<StoredCampaign>> {
    match campaign::Entity::find().filter(campaign::Column::Slug.eq(slug)).one(db).await? {
        Some(row) => load(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// The structure with this identifier.
pub async fn structure_of(db: &impl Connection, id: StructureId) -> Result<Structure> {
    let row = structure::Entity::find_by_id(id.0).one(db).await?;
    let row = row.ok_or_else(|| StoreError::Stored("structure is gone".to_owned()))?;
    Ok(Structure {
        name: row.name,
        street: row.street,
        postcode: stored("structure.postcode", row.postcode.parse())?,
        town: row.town,
        phone: stored("structure.phone", Phone::parse(&row.phone))?,
        hours: row.hours,
        data_email: row.data_email,
        signatory: row.signatory,
    })
}

/// The campaign with this identifier.
pub async fn by_id(db: &impl Connection, scope: StructureId, id: CampaignId) -> Result<Option<StoredCampaign>> {
    match campaign::Entity::of(scope).filter(campaign::Column::Id.eq(id.0)).one(db).await? {
        Some(row) => load(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// Writes a campaign: new, or over the one with the same slug. Workshops are matched by slug, sessions by position,
/// outlets by slug; none is taken away. Its lists are not written here.
pub async fn save(tx: &Tx, definition: &Campaign) -> Result<CampaignId> {
    let existing = campaign::Entity::find().filter(campaign::Column::Slug.eq(&definition.slug)).one(tx).await?;
    let owner = existing.as_ref().map(|c| StructureId(c.structure_id));
    let structure = save_structure(tx, owner, &definition.structure).await?;
    let id = existing.as_ref().map_or_else(CampaignId::new, |c| CampaignId(c.id));
    let row = campaign::ActiveModel {
        id: Set(id.0),
        structure_id: Set(structure.0),
        slug: Set(definition.slug.clone()),
        name: Set(definition.name.clone()),
        public_url: Set(definition.public_url.clone()),
        seed: Set(definition.seed.cast_signed()),
        anchor: Set(definition.anchor),
        posting_day: Set(definition.posting_day),
        reply_by: Set(definition.reply_by),
        letter_file: Set(definition.letter.file_name.clone()),
        letter_source: Set(definition.letter.source.clone()),
    };
    if existing.is_some() {
        row.update(tx).await?
    } else {
        row.insert(tx).await?
    };
    saved_audience::choose_definition(tx, structure, id, &definition.audience).await?;
    for workshop in &definition.workshops {
        workshops::save(tx, structure, id, workshop).await?;
    }
    for (position, outlet) in definition.outlets.iter().enumerate() {
        save_outlet(tx, structure, id, position, outlet).await?;
    }
    Ok(id)
}

/// Adds the reference of an outlet for a workshop.
pub async fn insert_reference(
    tx: &Tx,
    scope: StructureId,
    outlet: OutletId,
    workshop: WorkshopId,
    number: Reference,
) -> Result<()> {
    let row = reference::ActiveModel {
        number: Set(number.value().cast_signed()),
        structure_id: Set(scope.0),
        outlet_id: Set(outlet.0),
        workshop_id: Set(workshop.0),
    };
    row.insert(tx).await?;
    Ok(())
}

/// Every reference in use in this installation.
pub async fn references_in_use(db: &impl Connection) -> Result<Vec<Reference>> {
    let rows = reference::Entity::find().all(db).await?;
    rows.into_iter().map(|r| stored("reference.number", Reference::try_from(r.number.cast_unsigned()))).collect()
}

/// The outlet and workshop of a reference.
pub async fn by_reference(db: &impl Connection, number: Reference) -> Result<Option<(OutletId, WorkshopId)>> {
    let row = reference::Entity::find_by_id(number.value().cast_signed()).one(db).await?;
    Ok(row.map(|r| (OutletId(r.outlet_id), WorkshopId(r.workshop_id))))
}

async fn load(db: &impl Connection, row: campaign::Model) -> Result<StoredCampaign> {
    let structure = structure_of(db, StructureId(row.structure_id)).await?;
    let (workshop_ids, workshops) =
        workshops::of_campaign(db, CampaignId(row.id)).await?.into_iter().map(|w| (w.id, w.workshop)).unzip();
    let outlets = outlet::Entity::find()
        .filter(outlet::Column::CampaignId.eq(row.id))
        .order_by_asc(outlet::Column::Position)
        .all(db)
        .await?;
    let outlet_ids: Vec<_> = outlets.iter().map(|o| OutletId(o.id)).collect();
    let references = reference::Entity::find()
        .filter(reference::Column::OutletId.is_in(outlets.iter().map(|o| o.id)))
        .all(db)
        .await?
        .into_iter()
        .map(|r| {
            let number = stored("reference.number", Reference::try_from(r.number.cast_unsigned()))?;
            Ok(((OutletId(r.outlet_id), WorkshopId(r.workshop_id)), number))
        })
        .collect::<Result<_>>()?;
    let lists = deliveries::lists(db, CampaignId(row.id)).await?;
    Ok(StoredCampaign {
        id: CampaignId(row.id),
        structure: StructureId(row.structure_id),
        workshop_ids,
        outlet_ids,
        references,
        campaign: Campaign {
            slug: row.slug,
            name: row.name,
            public_url: row.public_url,
            seed: row.seed.cast_unsigned(),
            anchor: row.anchor,
            posting_day: row.posting_day,
            reply_by: row.reply_by,
            structure,
            workshops,
            outlets: outlets.into_iter().map(outlet_of).collect::<Result<_>>()?,
            lists,
            audience: saved_audience::chosen(db, CampaignId(row.id)).await?,
            letter: LetterText { file_name: row.letter_file, source: row.letter_source },
        },
    })
}

/// The structure that runs the campaign already, under whatever name; otherwise the one of this name, or a new one.
async fn save_structure(tx: &Tx, owner: Option<StructureId>, definition: &Structure) -> Result<StructureId> {
    let existing = match owner {
        Some(owner) => structure::Entity::find_by_id(owner.0),
        None => structure::Entity::find().filter(structure::Column::Name.eq(&definition.name)),
    };
    let existing = existing.one(tx).await?;
    let id = existing.as_ref().map_or_else(StructureId::new, |s| StructureId(s.id));
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
    };
    if existing.is_some() {
        row.update(tx).await?
    } else {
        row.insert(tx).await?
    };
    Ok(id)
}

async fn save_outlet(tx: &Tx, scope: StructureId, campaign: CampaignId, position: usize, new: &Outlet) -> Result<()> {
    let existing = outlet::Entity::of(scope)
        .filter(outlet::Column::CampaignId.eq(campaign.0))
        .filter(outlet::Column::Slug.eq(&new.slug))
        .one(tx)
        .await?;
    let row = outlet::ActiveModel {
        id: Set(existing.as_ref().map_or_else(|| OutletId::new().0, |o| o.id)),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        position: Set(position.try_into().unwrap_or(i32::MAX)),
        slug: Set(new.slug.clone()),
        name: Set(new.name.clone()),
        channel: Set(new.channel.code().to_owned()),
        cost_cents: Set(new.cost.0.cast_signed()),
        cost_per_piece_cents: Set(new.cost_per_piece.0.cast_signed()),
        reach: Set(new.reach.map(u64::cast_signed)),
        pieces: Set(new.pieces.iter().map(|p| p.code()).collect::<Vec<_>>().join(" ")),
    };
    if existing.is_some() {
        row.update(tx).await?
    } else {
        row.insert(tx).await?
    };
    Ok(())
}

fn outlet_of(row: outlet::Model) -> Result<Outlet> {
    Ok(Outlet {
        slug: row.slug,
        name: row.name,
        channel: stored("outlet.channel", row.channel.parse())?,
        cost: Cents(row.cost_cents.cast_unsigned()),
        cost_per_piece: Cents(row.cost_per_piece_cents.cast_unsigned()),
        reach: row.reach.map(i64::cast_unsigned),
        pieces: row.pieces.split_whitespace().map(|p| stored("outlet.pieces", p.parse())).collect::<Result<_>>()?,
    })
}
