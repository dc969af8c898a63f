//! Places where sessions are held.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::entity::{Owned, venue};
use super::{Connection, Result, Tx, stored};
use crate::domain::id::{CampaignId, StructureId};
use crate::domain::slug;
use crate::domain::workshop::Venue;

/// The places of a campaign, by short name.
pub async fn of_campaign(db: &impl Connection, campaign: CampaignId) -> Result<Vec<Venue>> {
    let rows = venue::Entity::find().filter(venue::Column::CampaignId.eq(campaign.0)).all(db).await?;
    let mut venues: Vec<_> = rows.iter().map(venue_of).collect::<Result<_>>()?;
    venues.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok(venues)
}

/// Writes a place: new, or over the one with the same short name, or with the same name in the same commune where that
/// has no short name yet. Gives its identifier.
pub(super) async fn save(tx: &Tx, scope: StructureId, campaign: CampaignId, new: &Venue) -> Result<Uuid> {
    let of_campaign = || venue::Entity::of(scope).filter(venue::Column::CampaignId.eq(campaign.0));
    let named = of_campaign().filter(venue::Column::Slug.eq(&new.slug)).one(tx).await?;
    let existing = match named.filter(|_| !new.slug.is_empty()) {
        Some(named) => Some(named),
        None => {
            of_campaign()
                .filter(venue::Column::Name.eq(&new.name))
                .filter(venue::Column::Commune.eq(new.commune.as_str()))
                .one(tx)
                .await?
        }
    };
    let id = existing.as_ref().map_or_else(Uuid::now_v7, |v| v.id);
    let row = venue::ActiveModel {
        id: Set(id),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        name: Set(new.name.clone()),
        street: Set(new.street.clone()),
        directions: Set(new.directions.clone()),
        postcode: Set(new.postcode.to_string()),
        town: Set(new.town.clone()),
        commune: Set(new.commune.to_string()),
        slug: Set(new.slug.clone()),
    };
    if existing.is_some() {
        row.update(tx).await?
    } else {
        row.insert(tx).await?
    };
    Ok(id)
}

/// Gives a place another short name.
pub async fn rename(tx: &Tx, campaign: CampaignId, old: &str, new: &str) -> Result<()> {
    venue::Entity::update_many()
        .col_expr(venue::Column::Slug, Expr::value(new))
        .filter(venue::Column::CampaignId.eq(campaign.0))
        .filter(venue::Column::Slug.eq(old))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes a place out, where no session is held any more.
pub async fn delete(tx: &Tx, campaign: CampaignId, slug: &str) -> Result<()> {
    venue::Entity::delete_many()
        .filter(venue::Column::CampaignId.eq(campaign.0))
        .filter(venue::Column::Slug.eq(slug))
        .exec(tx)
        .await?;
    Ok(())
}

/// A place as the database holds it. One from before places had short names is called after its name and commune, which
/// no other place of its campaign has.
pub(super) fn venue_of(row: &venue::Model) -> Result<Venue> {
    let slug = match row.slug.as_str() {
        "" => slug::from_name(&format!("{} {}", row.commune, row.name), |_| false),
        slug => slug.to_owned(),
    };
    Ok(Venue {
        slug,
        name: row.name.clone(),
        street: row.street.clone(),
        directions: row.directions.clone(),
        postcode: stored("venue.postcode", row.postcode.parse())?,
        town: row.town.clone(),
        commune: stored("venue.commune", row.commune.parse())?,
    })
}
