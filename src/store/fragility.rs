//! Fragility by commune, as a structure imported it.

use std::collections::HashMap;

use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::entity::{Owned, fragility};
use super::{Connection, Result, Tx, stored};
use crate::domain::commune::InseeCode;
use crate::domain::fragility::{Fragility, FragilityPart};
use crate::domain::id::StructureId;

/// Rows an INSERT carries: 8 columns.
const CHUNK: usize = 2000;

/// What a structure imported.
pub async fn of_structure(db: &impl Connection, scope: StructureId) -> Result<HashMap<InseeCode, Fragility>> {
    let rows = fragility::Entity::of(scope).all(db).await?;
    rows.into_iter()
        .map(|row| {
            let found = Fragility::default()
                .with(FragilityPart::Index, row.overall)
                .with(FragilityPart::Broadband, row.broadband)
                .with(FragilityPart::Mobile, row.mobile)
                .with(FragilityPart::Poverty, row.poverty)
                .with(FragilityPart::Aged, row.aged)
                .with(FragilityPart::Diplomas, row.diplomas);
            Ok((stored("fragility.commune", row.commune.parse())?, found))
        })
        .collect()
}

/// Of how many communes a structure imported something.
pub async fn count(db: &impl Connection, scope: StructureId) -> Result<u64> {
    Ok(fragility::Entity::of(scope).count(db).await?)
}

/// Replaces what a structure imported.
pub async fn replace(tx: &Tx, scope: StructureId, communes: &HashMap<InseeCode, Fragility>) -> Result<()> {
    fragility::Entity::delete_many().filter(fragility::Column::StructureId.eq(scope.0)).exec(tx).await?;
    let rows: Vec<_> = communes
        .iter()
        .map(|(commune, found)| fragility::ActiveModel {
            structure_id: Set(scope.0),
            commune: Set(commune.as_str().to_owned()),
            overall: Set(found.get(FragilityPart::Index)),
            broadband: Set(found.get(FragilityPart::Broadband)),
            mobile: Set(found.get(FragilityPart::Mobile)),
            poverty: Set(found.get(FragilityPart::Poverty)),
            aged: Set(found.get(FragilityPart::Aged)),
            diplomas: Set(found.get(FragilityPart::Diplomas)),
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        fragility::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}
