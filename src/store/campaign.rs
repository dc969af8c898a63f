//! Campaigns with their workshops, outlets and references.

use std::collections::HashMap;

use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entity::{Owned, campaign, outlet, reference};
use super::{
    Connection, Result, StoreError, Tx, delivery as deliveries, funder as funders, outlet as outlets, saved_audience,
    stored, structure as structures, venue as venues, workshop as workshops,
};
use crate::domain::campaign::{Campaign, LetterText, NamedAudience};
use crate::domain::edition::Editions;
use crate::domain::id::{CampaignId, OutletId, StructureId, WorkshopId};
use crate::domain::number::Reference;
use crate::domain::seed_address::SeedAddress;

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
    /// The pack that was last taken, where one was.
    pub taken: Option<Taken>,
}

/// Digests of a pack that was taken, and of what the campaign said right after that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Of the pack.
    pub pack: String,
    /// Of the campaign.
    pub office: String,
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
        pack_sha256: NotSet,
        taken_sha256: NotSet,
        editions: Set(Some(json(&definition.editions)?)),
        partners: Set(Some(json(&definition.partners)?)),
        seed_address: Set(definition.seed_address.as_ref().map(|address| address.lines().join("\n"))),
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
    saved_audience::save_all(tx, structure, id, definition.audiences()).await?;
    for workshop in &definition.workshops {
        workshops::save(tx, structure, id, workshop).await?;
    }
    for (position, outlet) in definition.outlets.iter().enumerate() {
        outlets::save(tx, structure, id, position, outlet).await?;
    }
    Ok(id)
}

/// Notes which pack was taken.
pub async fn note_taken(tx: &Tx, id: CampaignId, taken: &Taken) -> Result<()> {
    campaign::Entity::update_many()
        .col_expr(campaign::Column::PackSha256, Expr::value(taken.pack.as_str()))
        .col_expr(campaign::Column::TakenSha256, Expr::value(taken.office.as_str()))
        .filter(campaign::Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
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
    let audiences = saved_audience::of_campaign(db, StructureId(row.structure_id), CampaignId(row.id)).await?;
    let (chosen, others): (Vec<_>, Vec<_>) = audiences.into_iter().partition(|saved| saved.chosen);
    let no_audience = || StoreError::Stored("the campaign has no chosen audience".to_owned());
    let chosen = chosen.into_iter().next().ok_or_else(no_audience)?;
    let others = others.into_iter().map(|o| NamedAudience { name: o.name, audience: o.audience }).collect();
    Ok(StoredCampaign {
        id: CampaignId(row.id),
        structure: StructureId(row.structure_id),
        workshop_ids,
        outlet_ids,
        references,
        taken: row.pack_sha256.zip(row.taken_sha256).map(|(pack, office)| Taken { pack, office }),
        campaign: Campaign {
            slug: row.slug,
            name: row.name,
            public_url: row.public_url,
            seed: row.seed.cast_unsigned(),
            anchor: row.anchor,
            posting_day: row.posting_day,
            reply_by: row.reply_by,
            seed_address: row
                .seed_address
                .map(|lines| lines.lines().map(str::to_owned).collect::<Vec<_>>())
                .map(|lines| stored("campaign.seed_address", SeedAddress::try_from(lines)))
                .transpose()?,
            structure,
            funders: funders::of_campaign(db, CampaignId(row.id)).await?,
            venues: venues::of_campaign(db, CampaignId(row.id)).await?,
            workshops,
            outlets: rows.into_iter().map(outlets::outlet_of).collect::<Result<_>>()?,
            lists,
            audience: chosen.audience,
            audience_name: chosen.name,
            other_audiences: others,
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
