//! Campaigns with their workshops, outlets and references.

use std::collections::HashMap;

use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entity::{Owned, campaign, outlet, reference};
use super::{
    Connection, Result, StoreError, Tx, delivery as deliveries, funder as funders, outlet as outlets, saved_audience,
    stored, structure as structures, venue as venues, workshop as workshops,
};
use crate::domain::campaign::{Campaign, LetterText};
use crate::domain::edition::Editions;
use crate::domain::id::{CampaignId, OutletId, StructureId, WorkshopId};
use crate::domain::number::Reference;

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

/// The campaign with this identifier.
pub async fn by_id(db: &impl Connection, scope: StructureId, id: CampaignId) -> Result<Option<StoredCampaign>> {
    match campaign::Entity::of(scope).filter(campaign::Column::Id.eq(id.0)).one(db).await? {
        Some(row) => load(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// Writes a campaign: new, or over the one with the same slug. Workshops, places, funders and outlets are matched by slug;
/// none is taken away. Its lists are not written here. A new campaign goes to the structure of its name.
pub async fn save(tx: &Tx, definition: &Campaign) -> Result<CampaignId> {
    save_of(tx, None, definition).await
}

/// The same, a new campaign going to this structure.
pub async fn save_of(tx: &Tx, scope: Option<StructureId>, definition: &Campaign) -> Result<CampaignId> {
    let existing = campaign::Entity::find().filter(campaign::Column::Slug.eq(&definition.slug)).one(tx).await?;
    let owner = existing.as_ref().map(|c| StructureId(c.structure_id)).or(scope);
    let structure = structures::save(tx, owner, &definition.structure).await?;
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
        editions: Set(Some(json(&definition.editions)?)),
        partners: Set(Some(json(&definition.partners)?)),
    };
    if existing.is_some() {
        row.update(tx).await?
    } else {
        row.insert(tx).await?
    };
    for funder in &definition.funders {
        funders::save(tx, structure, id, funder).await?;
    }
    for venue in &definition.venues {
        venues::save(tx, structure, id, venue).await?;
    }
    saved_audience::choose_definition(tx, structure, id, &definition.audience).await?;
    for workshop in &definition.workshops {
        workshops::save(tx, structure, id, workshop).await?;
    }
    for (position, outlet) in definition.outlets.iter().enumerate() {
        outlets::save(tx, structure, id, position, outlet).await?;
    }
    Ok(id)
}

/// The campaign with this slug, if this structure runs it.
pub async fn of_structure(db: &impl Connection, scope: StructureId, slug: &str) -> Result<Option<StoredCampaign>> {
    match campaign::Entity::of(scope).filter(campaign::Column::Slug.eq(slug)).one(db).await? {
        Some(row) => load(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// Whether a campaign of this installation has this slug.
pub async fn is_taken(db: &impl Connection, slug: &str) -> Result<bool> {
    Ok(campaign::Entity::find().filter(campaign::Column::Slug.eq(slug)).one(db).await?.is_some())
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

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| StoreError::Stored(e.to_string()))
}

async fn load(db: &impl Connection, row: campaign::Model) -> Result<StoredCampaign> {
    let structure = structures::by_id(db, StructureId(row.structure_id)).await?;
    let structure = structure.ok_or_else(|| StoreError::Stored("campaign of an unfinished structure".to_owned()))?;
    let (workshop_ids, workshops) =
        workshops::of_campaign(db, CampaignId(row.id)).await?.into_iter().map(|w| (w.id, w.workshop)).unzip();
    let rows = outlet::Entity::find()
        .filter(outlet::Column::CampaignId.eq(row.id))
        .order_by_asc(outlet::Column::Position)
        .all(db)
        .await?;
    let outlet_ids: Vec<_> = rows.iter().map(|o| OutletId(o.id)).collect();
    let references = reference::Entity::find()
        .filter(reference::Column::OutletId.is_in(rows.iter().map(|o| o.id)))
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
            funders: funders::of_campaign(db, CampaignId(row.id)).await?,
            venues: venues::of_campaign(db, CampaignId(row.id)).await?,
            workshops,
            outlets: rows.into_iter().map(outlets::outlet_of).collect::<Result<_>>()?,
            lists,
            audience: saved_audience::chosen(db, CampaignId(row.id)).await?,
            letter: LetterText { file_name: row.letter_file, source: row.letter_source },
            editions: stored(
                "campaign.editions",
                row.editions.map_or_else(|| Ok(Editions::default()), |e| serde_json::from_str(&e)),
            )?,
            partners: stored(
                "campaign.partners",
                row.partners.map_or_else(|| Ok(vec![]), |p| serde_json::from_str(&p)),
            )?,
        },
    })
}
